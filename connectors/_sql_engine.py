"""A connection through any dialect of SQLAlchemy: each statement in a transaction of its own that is rolled back.

Where the dialect is known, the server itself is told to read only and to end a statement in time. For every dialect a
watch interrupts what runs too long, where its driver can. Drivers' words stay here: class and SQLSTATE stand for them.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from connectors._sql import Cost, Failed, failed_by
from lineage.context import Context
from lineage.errors import ConnectorError

if TYPE_CHECKING:
    from sqlalchemy import URL, Connection, Engine, Inspector, Select

_SERVER_SIDE: Final = {
    "postgresql": (
        "SET TRANSACTION READ ONLY",
        "SET LOCAL search_path = pg_catalog",
        "SET LOCAL row_security = off",
        "SET LOCAL statement_timeout = {milliseconds}",
        "SET LOCAL lock_timeout = {waiting}",
    ),
    "mariadb": ("SET SESSION TRANSACTION READ ONLY", "SET time_zone = '+00:00', max_statement_time = {seconds}"),
    "mysql": ("SET SESSION TRANSACTION READ ONLY", "SET time_zone = '+00:00'"),
    "sqlite": ("PRAGMA query_only = ON", "PRAGMA trusted_schema = OFF"),
}
_LOCK_SECONDS: Final = 5


@dataclass(slots=True)
class Database:
    """An engine, with what it cost so far."""

    engine: Engine
    context: Context
    namespace: str
    identity: str
    cost: Cost = field(default_factory=Cost)

    @property
    def backend(self) -> str:
        """`postgresql`, `sqlite`, `oracle` ..."""
        return str(self.engine.dialect.name)

    def execute(self, statement: Select[Any]) -> Sequence[Sequence[Any]]:
        """Run a statement, for who keeps the account.

        Raises:
            Failed: with class and code only.
            ConnectorError: the connection is lost.
        """

        def run(connection: Connection) -> Sequence[Sequence[Any]]:
            return [tuple(row) for row in connection.execute(statement)]

        found: Sequence[Sequence[Any]] = self.bounded(run)
        return found

    def batches(self, statement: Select[Any], size: int) -> Iterator[Sequence[Sequence[Any]]]:
        """Run a statement and give its rows so many at a time, from a cursor at the server where the driver has one.

        Raises:
            Failed: with class and code only.
            ConnectorError: the connection is lost.
        """
        with self._guarded() as connection:
            rows = connection.execution_options(stream_results=True, max_row_buffer=size).execute(statement)
            for batch in rows.partitions(size):
                yield [tuple(row) for row in batch]

    def inspected(self, look: Callable[[Inspector], Any]) -> Any:
        """Ask the catalogue.

        Raises:
            Failed: with class and code only, or the dialect cannot tell.
            ConnectorError: the connection is lost.
        """
        import sqlalchemy as sa

        return self.bounded(lambda connection: look(sa.inspect(connection)))

    def bounded(self, work: Callable[[Connection], Any]) -> Any:
        """Do something in a read-only transaction that is rolled back, and interrupt it when its time is up."""
        with self._guarded() as connection:
            return work(connection)

    @contextmanager
    def _guarded(self) -> Iterator[Connection]:
        import sqlalchemy as sa

        late = threading.Event()
        try:
            with self.engine.connect() as connection:
                driver = connection.connection.driver_connection
                alarm = threading.Timer(max(self.context.budget.seconds, 0.001), _interrupt, (driver, late))
                alarm.start()
                try:
                    for text in _SERVER_SIDE.get(self.backend, ()):
                        connection.execute(sa.text(self._told(text)))
                    yield connection
                finally:
                    alarm.cancel()
                    connection.rollback()
        except NotImplementedError:
            raise Failed("the dialect cannot tell", "read it with a connector of its own") from None
        except (sa.exc.SQLAlchemyError, UnicodeError, ValueError, TypeError, OverflowError, LookupError) as error:
            raise self._failure(error, late=late.is_set()) from None

    def _told(self, text: str) -> str:
        seconds = max(self.context.budget.seconds, 0.001)
        waiting = int(min(seconds, _LOCK_SECONDS) * 1000)
        return text.format(seconds=f"{seconds:.3f}", milliseconds=max(1, int(seconds * 1000)), waiting=waiting)

    def _failure(self, error: Exception, *, late: bool) -> Exception:
        failed = failed_by(error)
        if late and not failed.final:
            settle = "raise the source's budget of seconds, or give the column an index"
            return Failed(f"statement timeout ({type(error).__name__})", settle, final=True)
        dead = getattr(error, "connection_invalidated", False)
        opening = getattr(error, "statement", "") is None and getattr(error, "orig", None) is not None
        if dead or (opening and not late):
            source = self.context.source
            return ConnectorError(f"{source}: no connection ({failed.reason}); is the server up, and the url right?")
        return failed


@contextmanager
def engine_for(url: str, context: Context) -> Iterator[Database]:
    """Make ready to connect.

    Raises:
        ConnectorError: the URL cannot be read, or its dialect or driver is not installed; names what to install.
    """
    import sqlalchemy as sa
    from sqlalchemy.pool import StaticPool

    source = context.source
    try:
        made = sa.make_url(url)
    except (sa.exc.ArgumentError, ValueError):
        raise ConnectorError(f"{source}: the connector's url cannot be read; is it like dialect://...?") from None
    try:
        # One connection for all statements of a read: a transaction each, not a login each.
        engine = sa.create_engine(_read_only(made, context), poolclass=StaticPool, hide_parameters=True)
    except sa.exc.NoSuchModuleError:
        what = f"{source}: there is no SQLAlchemy dialect {made.drivername!r} here"
        raise ConnectorError(f"{what}; install the package that brings it") from None
    except ImportError as error:
        what = f"{source}: the driver {error.name!r} of {made.drivername!r} is not there"
        raise ConnectorError(f"{what}; install it") from None
    except (sa.exc.SQLAlchemyError, TypeError, ValueError):
        raise ConnectorError(f"{source}: the connector's url cannot be used; is every part of it right?") from None
    database = Database(engine, context, _namespace(made), made.username or "file permissions")
    sa.event.listen(engine, "before_cursor_execute", lambda *_: _count(database))
    try:
        yield database
    finally:
        engine.dispose()


def _count(database: Database) -> None:
    database.cost.queries += 1


def _read_only(url: URL, context: Context) -> URL:
    """Give the URL of a SQLite file so that it is opened read-only and never made; others as they are."""
    if url.get_backend_name() != "sqlite":
        return url
    try:
        path = Path(url.database or "").expanduser().resolve()
        there = path.is_file()
    except (OSError, ValueError, RuntimeError):
        there = False
    if not there:
        raise ConnectorError(f"{context.source}: no such file; is the connector's url right?")
    return url.set(database=f"file:{quote(str(path))}", query={"mode": "ro", "uri": "true"})


def _namespace(url: URL) -> str:
    """Give a system's name without credentials, and without the path of a file."""
    backend = {"postgresql": "postgres", "mariadb": "mysql"}.get(url.get_backend_name(), url.get_backend_name())
    if not url.host:
        digest = hashlib.sha256(str(url.database or "").encode("utf-8", "surrogateescape")).hexdigest()[:12]
        return f"{backend}://{digest}"
    host = "localhost" if url.host in {"127.0.0.1", "::1", "localhost"} else url.host.lower()
    port = url.port or {"postgres": 5432, "mysql": 3306}.get(backend)
    return f"{backend}://{host}" + (f":{port}" if port else "")


def _interrupt(driver: Any, late: threading.Event) -> None:
    late.set()
    for name in ("interrupt", "cancel"):
        if callable(stop := getattr(driver, name, None)):
            try:
                stop()
            except Exception:  # noqa: BLE001 - whatever the driver raises, the statement may have ended by itself
                return
            return
