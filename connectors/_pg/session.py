"""A session at a PostgreSQL server: read-only, bounded in time, one snapshot, and what it refused without a value.

Whatever the server or the driver says is reduced to a class and an SQLSTATE, since messages quote data and statements.
A statement that fails is taken back to a savepoint and raises `Failed`; a lost connection raises `ConnectorError`.
Settings are set inside of the transaction (`SET LOCAL`), so that a pooler between us and the server is not changed.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from connectors._sql import Cost, Failed, failed_by
from lineage.context import Context
from lineage.errors import ConnectorError
from lineage.facts import CostFact, Seen, UnseenFact
from lineage.model import Exposure, Name, Principal

if TYPE_CHECKING:
    import psycopg

OLDEST: Final = 120_000
"""PostgreSQL 12: the oldest whose catalogue has the columns that are read."""
_CONNECT_SECONDS: Final = 10
_LOCK_SECONDS: Final = 5
_REFUSALS: Final = (
    # (part of the driver's message, lower case; what is said instead; the question that leads on)
    ("connection refused", "connection refused", "is the connector's url right?"),
    ("failed to resolve host", "host not found", "is the connector's url right?"),
    ("could not translate host name", "host not found", "is the connector's url right?"),
    ("no such file or directory", "no server at that socket", "is the connector's url right?"),
    ("timeout expired", "no answer in time", "is the host reachable from here?"),
    ("password authentication failed", "wrong user or password", "is the connector's url right?"),
    ("no password supplied", "the server asks for a password", "does the connector's url have one?"),
    ("is not permitted to log in", "the role may not log in", "does the connector's url name a login?"),
    ("permission denied for database", "permission denied", "may the auditor CONNECT to the database?"),
    ("no pg_hba.conf entry", "the server lets nobody in from here like this", "does pg_hba.conf name the auditor?"),
    ("too many", "too many connections", "can the server take one more?"),
    ("connection slots", "too many connections", "can the server take one more?"),
    ("starting up", "the server is starting", "can it be tried again?"),
    ("shutting down", "the server is stopping", "can it be tried again?"),
    ("closed the connection", "the server ended the connection", "is the server up?"),
    ("connection reset", "the server ended the connection", "is the server up?"),
    ("certificate", "the certificate is not trusted", "is sslrootcert right?"),
    (" ssl", "TLS could not be agreed on", "is sslmode right?"),
    ("does not exist", "no such database or role", "is the connector's url right?"),
)


@dataclass(slots=True)
class Database:
    """A connection to one database, with who it is and what it cost so far."""

    connection: psycopg.Connection[tuple[Any, ...]]
    context: Context
    namespace: str
    cost: Cost = field(default_factory=Cost)
    name: str = ""
    identity: str = ""
    """The session's role as the server names it."""
    version: int = 0
    """`180006`."""
    release: str = ""
    """`18.6`."""
    product: str = ""
    clock_offset: float = 0.0
    acting: str | None = None
    """The role that SET ROLE made the session, where it is not its own."""
    functions: Mapping[str, Exposure] | None = None
    """What functions leave of their operands, once it was read; the plan's word included."""

    def rows(self, statement: str, parameters: Mapping[str, object] | Sequence[object] | None = None) -> list[Any]:
        """Run a statement and give its rows; a refused one leaves the transaction as it was.

        Raises:
            Failed: the server refused it, with class and code only.
            ConnectorError: the connection is lost.
        """
        self.cost.queries += 1
        found = self.run(statement, parameters)
        self.cost.rows += len(found)
        return found

    def run(self, statement: str, parameters: Mapping[str, object] | Sequence[object] | None = None) -> list[Any]:
        """Run a statement as `rows` does, for who keeps the account."""
        import psycopg

        try:
            with self.connection.transaction(), self.connection.cursor() as cursor:
                # Our own statements; names come from the catalogue, quoted, and values are bound.
                cursor.execute(statement.encode(), parameters)
                return cursor.fetchall() if cursor.description else []
        except (psycopg.Error, UnicodeError) as error:
            raise self._failure(error) from None

    def batches(
        self, statement: str, parameters: Mapping[str, object] | Sequence[object] | None, size: int
    ) -> Iterator[list[Any]]:
        """Run a statement by a cursor of the server, and give its rows so many at a time; for who keeps the account."""
        import psycopg

        try:
            with self.connection.transaction(), self.connection.cursor("lineage_stream") as cursor:
                cursor.execute(statement.encode(), parameters)
                while batch := cursor.fetchmany(size):
                    yield batch
        except (psycopg.Error, UnicodeError) as error:
            raise self._failure(error) from None

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Hold one read-only snapshot for what is done inside, with our settings; nothing of it is kept."""
        import psycopg

        milliseconds = int(max(self.context.budget.seconds, 0.001) * 1000)
        waiting = min(milliseconds, _LOCK_SECONDS * 1000)
        try:
            self.connection.execute(
                "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;"
                "SET LOCAL search_path = pg_catalog;"
                f"SET LOCAL statement_timeout = {milliseconds};"
                f"SET LOCAL lock_timeout = {waiting};"
                # Rows that a policy hides must never be missing in silence: the server refuses instead (42501).
                "SET LOCAL row_security = off".encode()
            )
            yield
        except (psycopg.OperationalError, psycopg.InterfaceError) as error:
            raise self._failure(error) from None
        finally:
            if not self.connection.closed:
                self._forget()

    @contextmanager
    def acting_as(self, role: str) -> Iterator[None]:
        """Become a role for what is done inside, its row policies on.

        Raises:
            Failed: the session may not.
        """
        self.rows(f"SET LOCAL ROLE {quoted(role)}")
        self.rows("SET LOCAL row_security = on")
        self.acting = role
        try:
            yield
        finally:
            self.acting = None
            if not self.connection.closed:
                self.rows("SET LOCAL row_security = off")
                self.rows("RESET ROLE")

    def seen(self, how: str = "pg_catalog") -> Seen:
        """Give when, how and as whom something is seen now."""
        return Seen(self.context.source, datetime.now(UTC), how, self.acting or self.identity)

    def unseen(self, what: str, failed: Failed, name: Name | None = None) -> UnseenFact:
        """Give the fact that something could not be looked at."""
        return UnseenFact(self.seen(), what, failed.reason, failed.settle, name)

    def principal(self, name: str) -> Principal:
        """Give a role of this server."""
        return Principal(self.namespace, name)

    def path(self, *parts: str) -> Name:
        """Give the name of a schema or a relation of this database."""
        return Name(self.namespace, (self.name, *parts))

    def bill(self) -> CostFact:
        """Give what the session cost."""
        elapsed = round(time.monotonic() - self.cost.started, 3)
        return CostFact(self.seen("session"), self.cost.queries, self.cost.rows, self.cost.bytes, elapsed)

    def _failure(self, error: Exception) -> Exception:
        if isinstance(error, UnicodeError):
            return Failed("text is not in the encoding of the database", "mend the encoding of the values")
        failed = failed_by(error)
        if self.connection.closed or self.connection.broken:
            source = self.context.source
            return ConnectorError(f"{source}: the connection was lost ({failed.reason}); is the server up? scan again")
        return failed

    def _forget(self) -> None:
        import psycopg

        try:
            self.connection.execute("ROLLBACK")
        except psycopg.Error:
            # It is about to be closed, and what mattered has been said by the error that led here.
            self.connection.close()


@contextmanager
def session(conninfo: Mapping[str, str], context: Context) -> Iterator[Database]:
    """Connect, say who we are there, and close the connection in the end.

    Raises:
        ConnectorError: the server does not let us in; says why and what to ask, without user, password or message.
    """
    import psycopg

    given = {"application_name": "lineage-audit", "connect_timeout": str(_CONNECT_SECONDS), **conninfo}
    cost = Cost()
    try:
        connection = psycopg.connect(**given, autocommit=True, prepare_threshold=None)  # type: ignore[arg-type]
    except (psycopg.Error, UnicodeError, OSError) as error:
        raise _refused(error, context) from None
    try:
        database = Database(connection, context, _namespace(connection), cost)
        _introduce(database)
        yield database
    finally:
        connection.close()


def quoted(identifier: str) -> str:
    """Quote an identifier, `%` doubled nowhere: for statements without parameters only."""
    return '"' + identifier.replace('"', '""') + '"'


def _introduce(database: Database) -> None:
    before = datetime.now(UTC)
    with database.snapshot():
        try:
            [row] = database.rows(
                "SELECT current_database(), session_user, current_setting('server_version_num')::int,"
                " split_part(current_setting('server_version'), ' ', 1), split_part(version(), ' ', 1),"
                " clock_timestamp()"
            )
        except (Failed, ValueError):
            raise _unknown(database.context) from None
    after = datetime.now(UTC)
    database.name, database.identity, database.version, database.release, database.product, there = row
    if database.product != "PostgreSQL" or database.version < OLDEST:
        raise _unknown(database.context)
    # Below a second, or below what the question took, the clocks agree as far as anybody can tell.
    offset = (there - (before + (after - before) / 2)).total_seconds()
    database.clock_offset = 0.0 if abs(offset) < max(1.0, (after - before).total_seconds()) else round(offset)


def _unknown(context: Context) -> ConnectorError:
    return ConnectorError(
        f"{context.source}: the server is not PostgreSQL 12 or later; does the connector's url name the right one?"
    )


def _refused(error: BaseException, context: Context) -> ConnectorError:
    said = str(error).lower()
    for part, reason, question in _REFUSALS:
        if part in said:
            return ConnectorError(f"{context.source}: cannot connect ({reason}); {question}")
    kind = type(error).__name__
    return ConnectorError(f"{context.source}: cannot connect ({kind}); is the connector's url right?")


def _namespace(connection: psycopg.Connection[Any]) -> str:
    host = connection.info.host.lower()
    local = not host or host.startswith("/") or host in {"127.0.0.1", "::1", "localhost"}
    named = "localhost" if local else f"[{host}]" if ":" in host else host
    return f"postgres://{named}:{connection.info.port}"
