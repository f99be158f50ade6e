"""A session at a MySQL or MariaDB server: read-only, bounded in time, in UTC, and what it refused without a value.

Whatever the server or the driver says is reduced to a few words and the server's error number, since messages quote
data, statements and accounts. A lost connection raises `ConnectorError`. Values are sent escaped by the driver, for
which the session's `sql_mode` is set to what the driver expects.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from connectors._sql import Cost, Failed, rendered
from lineage.context import Context
from lineage.errors import ConnectorError
from lineage.facts import CostFact, Seen, UnseenFact
from lineage.model import Name, Principal

_CONNECT_SECONDS: Final = 10
_LOCK_SECONDS: Final = 5
_GRACE_SECONDS: Final = 15
"""How long beyond its own limit the server is waited for before the connection is given up."""
_TIMEOUTS: Final = frozenset({1969, 3024, 1317, 1028})
_LOST: Final = frozenset({2006, 2013, 2055, 1053, 1927, 4031})
_DENIED: Final = frozenset({1044, 1142, 1143, 1227, 1370})
_REASONS: Final = {
    1044: "permission denied",
    1045: "wrong user or password",
    1049: "no such schema",
    1054: "no such column",
    1142: "permission denied",
    1143: "permission denied",
    1146: "no such table",
    1205: "the table is locked",
    1227: "permission denied",
    1292: "a value does not fit the type",
    1317: "interrupted",
    1356: "the view cannot be read: what it names is gone, or its definer lacks the right",
    1370: "permission denied",
    1449: "the definer does not exist",
    1969: "statement timeout",
    3024: "statement timeout",
}
_REFUSALS: Final = {
    1040: ("too many connections", "can the server take one more?"),
    1044: ("the account may not use the schema", "is the schema in the connector's url right?"),
    1045: ("wrong user or password", "is the connector's url right?"),
    1049: ("no such schema", "is the connector's url right?"),
    1129: ("the server has blocked this host", "may this host connect?"),
    1130: ("the server lets nobody in from here", "may this host connect?"),
    1203: ("too many connections", "can the server take one more?"),
    1226: ("the account has too many connections", "can it take one more?"),
    1251: ("the way of logging in is not known here", "which plugin does the account use?"),
    1698: ("the account may not log in like this", "which plugin does the account use?"),
    1820: ("the password has expired", "can it be renewed?"),
    2002: ("no server at that socket", "is the connector's url right?"),
    2003: ("no connection", "is the server up, and the connector's url right?"),
    2026: ("TLS could not be agreed on", "are the ssl settings right?"),
    2059: ("the way of logging in is not known here", "which plugin does the account use?"),
    4151: ("the account is locked", "can it be unlocked?"),
}


@dataclass(slots=True)
class Database:
    """A connection to one server, with who it is and what it cost so far."""

    connection: Any
    context: Context
    namespace: str
    cost: Cost = field(default_factory=Cost)
    identity: str = ""
    """The account that the server logged us in as: `auditor@%`."""
    mariadb: bool = True
    release: str = ""
    schema: str | None = None
    """The session's own schema, by which a name without one is meant."""
    folds: bool = False
    """Names of tables are the same whatever their case."""
    clock_offset: float = 0.0
    scheduler: bool = True
    """Events run."""

    def rows(self, statement: str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Run a statement and give its rows.

        Raises:
            Failed: the server refused it, with class and number only.
            ConnectorError: the connection is lost.
        """
        self.cost.queries += 1
        found = self.run(statement, parameters)
        self.cost.rows += len(found)
        return found

    def run(self, statement: str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Run a statement as `rows` does, for who keeps the account."""
        import pymysql

        try:
            with self.connection.cursor() as cursor:
                cursor.execute(statement, tuple(parameters))
                return list(cursor.fetchall())
        except (pymysql.Error, UnicodeError, ValueError, TypeError, OSError) as error:
            raise self._failure(error) from None

    def execute(self, statement: Any) -> Sequence[Sequence[Any]]:
        """Run a statement of expressions, for who keeps the account."""
        from sqlalchemy.dialects.mysql import pymysql

        return self.run(*rendered(statement, pymysql.dialect()))

    def batches(self, statement: Any, size: int) -> Iterator[Sequence[Sequence[Any]]]:
        """Run a statement of expressions and give its rows so many at a time, as the server sends them."""
        import pymysql
        from pymysql.cursors import SSCursor
        from sqlalchemy.dialects.mysql import pymysql as dialect

        text, parameters = rendered(statement, dialect.dialect())
        try:
            with self.connection.cursor(SSCursor) as cursor:
                cursor.execute(text, tuple(parameters))
                while batch := cursor.fetchmany(size):
                    yield batch
        except (pymysql.Error, UnicodeError, ValueError, TypeError, OSError) as error:
            raise self._failure(error) from None

    def seen(self, how: str = "information_schema") -> Seen:
        """Give when, how and as whom something is seen now."""
        return Seen(self.context.source, datetime.now(UTC), how, self.identity)

    def unseen(self, what: str, failed: Failed, name: Name | None = None) -> UnseenFact:
        """Give the fact that something could not be looked at."""
        return UnseenFact(self.seen(), what, failed.reason, failed.settle, name)

    def principal(self, name: str) -> Principal:
        """Give an account or a role of this server."""
        return Principal(self.namespace, name)

    def path(self, *parts: str) -> Name:
        """Give the name of a schema or a table."""
        return Name(self.namespace, parts)

    def bill(self) -> CostFact:
        """Give what the session cost."""
        elapsed = round(time.monotonic() - self.cost.started, 3)
        return CostFact(self.seen("session"), self.cost.queries, self.cost.rows, self.cost.bytes, elapsed)

    def _failure(self, error: Exception) -> Exception:
        import pymysql

        if not isinstance(error, pymysql.Error | OSError):
            return Failed("the text cannot be sent to the server", "mend what the plan says of it, and scan again")
        failed = failed_by(error)
        number = number_of(error)
        if number in _LOST or isinstance(error, pymysql.InterfaceError | OSError) or not self.connection.open:
            source = self.context.source
            return ConnectorError(f"{source}: the connection was lost ({failed.reason}); is the server up? scan again")
        return failed


def failed_by(error: BaseException) -> Failed:
    """Reduce what the driver raised to a class and a number."""
    number = number_of(error)
    said = _REASONS.get(number, type(error).__name__)
    final = number in _TIMEOUTS
    if final:
        settle = "raise the source's budget of seconds, or give the column an index"
    elif number in _DENIED:
        settle = "grant select on it to the account that scans"
    else:
        settle = "mend what the plan says of it, or the dataset itself, and scan again"
    return Failed(f"{said} ({number})" if number else said, settle, final=final)


def number_of(error: BaseException) -> int:
    """Give the server's or the driver's error number; 0 where there is none."""
    first = error.args[0] if error.args else 0
    return first if isinstance(first, int) else 0


@contextmanager
def session(place: Mapping[str, Any], context: Context) -> Iterator[Database]:
    """Connect, say who we are there, and close the connection in the end.

    Raises:
        ConnectorError: the server does not let us in; says why and what to ask, without user, password or message.
    """
    try:
        import pymysql
    except ImportError:
        what = f"{context.source}: the driver of MySQL and MariaDB is not there"
        raise ConnectorError(f"{what}; install lineage-audit[mysql]") from None

    cost = Cost()
    seconds = max(context.budget.seconds, 0.001)
    try:
        connection = _connected(place, int(seconds) + _GRACE_SECONDS)
    # RuntimeError: an account's way of logging in that needs a package which is not there.
    except (pymysql.Error, OSError, UnicodeError, RuntimeError, ValueError, TypeError) as error:
        raise _refused(error, context) from None
    try:
        database = Database(connection, context, namespace_of(place), cost)
        _introduce(database, seconds)
        yield database
    finally:
        if connection.open:
            try:
                connection.close()
            except (pymysql.Error, OSError):
                # What mattered has been said by the error that led here.
                connection._force_close()  # noqa: SLF001 - the driver has no other way to drop a dead connection


def namespace_of(place: Mapping[str, Any]) -> str:
    """Give a server's name as OpenLineage spells it, the same for each way to this machine."""
    host = str(place.get("host") or "").lower()
    local = "unix_socket" in place or host in {"", "127.0.0.1", "::1", "localhost"}
    named = "localhost" if local else f"[{host}]" if ":" in host else host
    return f"mysql://{named}:{place.get('port') or 3306}"


def _connected(place: Mapping[str, Any], seconds: int) -> Any:
    import pymysql

    connection = pymysql.Connection(
        **place,
        charset="utf8mb4",
        autocommit=True,
        connect_timeout=_CONNECT_SECONDS,
        read_timeout=seconds,
        write_timeout=seconds,
        local_infile=False,
        program_name="lineage-audit",
        defer_connect=True,
    )
    if "unix_socket" not in place:
        connection.connect()
        return connection
    # The driver would leave its own socket open where nobody listens.
    wire = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        wire.connect(place["unix_socket"])
        connection.connect(wire)
    except BaseException:
        wire.close()
        raise
    return connection


def _introduce(database: Database, seconds: float) -> None:
    before = datetime.now(UTC)
    try:
        [row] = database.rows(
            "SELECT VERSION(), CURRENT_USER(), DATABASE(), @@lower_case_table_names, @@event_scheduler,"
            " UNIX_TIMESTAMP(NOW(6))"
        )
        after = datetime.now(UTC)
        version, database.identity, database.schema, folds, scheduler, there = row
        database.mariadb = "mariadb" in str(version).lower()
        database.release = str(version).partition("-")[0]
        database.folds = bool(folds)
        database.scheduler = str(scheduler).upper() in {"ON", "1"}
        limit = (
            f"max_statement_time = {seconds:.3f}"
            if database.mariadb
            else f"max_execution_time = {max(1, int(seconds * 1000))}"
        )
        waiting = max(1, min(int(seconds), _LOCK_SECONDS))
        database.rows(
            f"SET SESSION {limit}, time_zone = '+00:00', sql_mode = '', lock_wait_timeout = {waiting},"
            f" innodb_lock_wait_timeout = {waiting}"
        )
        database.rows("SET SESSION TRANSACTION READ ONLY")
    except Failed as failed:
        raise ConnectorError(
            f"{database.context.source}: the server does not answer as MySQL does ({failed.reason}); is it one?"
        ) from None
    # Below a second, or below what the question took, the clocks agree as far as anybody can tell.
    offset = float(there) - (before + (after - before) / 2).timestamp()
    database.clock_offset = 0.0 if abs(offset) < max(1.0, (after - before).total_seconds()) else round(offset)


def _refused(error: BaseException, context: Context) -> ConnectorError:
    number = 2002 if type(error) in {FileNotFoundError, ConnectionRefusedError} else number_of(error)
    why, ask = _REFUSALS.get(number, (type(error).__name__, "is the connector's url right?"))
    if isinstance(error, RuntimeError):
        # The driver's own words name the package; nothing of the server is in them.
        why, ask = "the account's way of logging in needs a package", "is `cryptography` (or `pynacl`) installed?"
    code = f" ({number})" if number else ""
    return ConnectorError(f"{context.source}: cannot connect: {why}{code}; {ask}")
