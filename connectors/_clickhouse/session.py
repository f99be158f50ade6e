"""A connection to ClickHouse's HTTP interface: statements read-only and bounded in time, errors a class and a code.

`readonly = 2` goes with each statement: the server then refuses whatever writes or changes a table, and lets the other
settings through that it needs. A login that may not change settings at all (`readonly = 1`) cannot be read with.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote, urlsplit

from connectors._clickhouse.sql import told
from connectors._sql import Failed
from lineage.context import Context
from lineage.errors import ConnectorError

if TYPE_CHECKING:
    from sqlalchemy import Select

_SECURE: Final = frozenset({"https", "clickhouses"})
_SCHEMES: Final = frozenset({"http", "clickhouse", *_SECURE})
_HERE: Final = frozenset({"127.0.0.1", "::1", "localhost"})
_CONNECT_SECONDS: Final = 10
_REASONS: Final = {
    16: "no such column",
    36: "bad arguments",
    43: "a function does not take this type",
    47: "no such column",
    53: "types do not fit",
    60: "no such table",
    81: "no such database",
    159: "statement timeout",
    164: "the login may only read, without settings",
    192: "no such user",
    193: "wrong password",
    194: "a password is required",
    202: "too many queries at once",
    210: "no connection",
    241: "out of memory",
    386: "types do not fit",
    497: "permission denied",
    516: "login refused",
}
_MENDED: Final = "mend what the plan says of it, or the dataset itself, and scan again"
_WAYS_OUT: Final = {
    159: "raise the source's budget of seconds",
    164: "give the login a profile with readonly = 2",
    241: "narrow the dataset, or measure fewer fields",
    497: "grant the right on it to the identity that scans",
}
_FINAL: Final = frozenset({159, 202, 210})


@dataclass(frozen=True, slots=True)
class Address:
    """Where the server is, and who asks."""

    host: str
    port: int
    secure: bool
    user: str
    password: str
    database: str

    @property
    def namespace(self) -> str:
        """The system's name, without credentials."""
        return f"clickhouse://{'localhost' if self.host in _HERE else self.host}:{self.port}"


@dataclass(slots=True)
class Server:
    """A server that answers."""

    client: Any
    address: Address
    settings: Mapping[str, object]
    user: str = ""
    version: str = ""
    queries: int = 0

    def rows(self, text: str, parameters: Mapping[str, object] | None = None) -> Sequence[Sequence[Any]]:
        """Run a statement.

        Raises:
            Failed: with class and code only.
        """
        self.queries += 1
        try:
            asked = self.client.query(text, parameters=dict(parameters or {}), settings=dict(self.settings))
            found: Sequence[Sequence[Any]] = asked.result_rows
        except Exception as error:  # noqa: BLE001 - whatever the driver raises may quote values; its class is told
            raise refused(error) from None
        return found

    def execute(self, statement: Select[Any]) -> Sequence[Sequence[Any]]:
        """Run a statement of expressions.

        Raises:
            Failed: with class and code only.
        """
        return self.rows(*told(statement))

    def batches(self, statement: Select[Any], size: int) -> Iterator[Sequence[Sequence[Any]]]:
        """Run a statement of expressions and give its rows block by block, as the server sends them.

        Raises:
            Failed: with class and code only.
        """
        text, parameters = told(statement)
        settings = {**self.settings, "max_block_size": size}
        self.queries += 1
        try:
            with self.client.query_row_block_stream(text, parameters=dict(parameters), settings=settings) as blocks:
                for block in blocks:
                    yield [tuple(row) for row in block]
        except Exception as error:  # noqa: BLE001 - as above
            raise refused(error) from None


def refused(error: BaseException) -> Failed:
    """Reduce what the driver raised to a class and a code: its text quotes values and statements."""
    code = getattr(error, "code", None)
    if not isinstance(code, int):
        lost = type(error).__name__ in {"OperationalError", "StreamFailureError"}
        settle = "make the source reachable and scan again" if lost else _MENDED
        return Failed(f"no connection ({type(error).__name__})" if lost else type(error).__name__, settle, final=lost)
    said = _REASONS.get(code, "refused")
    return Failed(f"{said} ({code})", _WAYS_OUT.get(code, _MENDED), final=code in _FINAL)


def address_of(url: str, context: Context) -> Address:
    """Read a URL.

    Raises:
        ConnectorError: it is none.
    """
    try:
        found = urlsplit(url)
        port = found.port
    except ValueError:
        found, port = urlsplit(""), None
    if found.scheme not in _SCHEMES or not found.hostname:
        raise ConnectorError(
            f"{context.source}: the connector's url cannot be read; is it like clickhouse://user:password@host:8123/db?"
        )
    secure = found.scheme in _SECURE
    user, password = unquote(found.username or "default"), unquote(found.password or "")
    database = unquote(found.path.strip("/")) or "default"
    return Address(found.hostname, port or (8443 if secure else 8123), secure, user, password, database)


@contextmanager
def connected(address: Address, context: Context) -> Iterator[Server]:
    """Connect.

    Raises:
        ConnectorError: nobody answers there, or the login is refused.
    """
    import clickhouse_connect

    seconds = max(context.budget.seconds, 0.001)
    settings = {
        "readonly": 2,
        "max_execution_time": seconds,
        "timeout_overflow_mode": "throw",
        # A row that joins nothing is null there, as in standard SQL; by itself ClickHouse would say 0 or ''.
        "join_use_nulls": 1,
        "prefer_column_name_to_alias": 1,
        "asterisk_include_materialized_columns": 1,
        "asterisk_include_alias_columns": 1,
    }
    try:
        client = clickhouse_connect.get_client(
            host=address.host,
            port=address.port,
            username=address.user,
            password=address.password,
            interface="https" if address.secure else "http",
            connect_timeout=_CONNECT_SECONDS,
            send_receive_timeout=math.ceil(seconds) + _CONNECT_SECONDS,
            compress=False,
            query_retries=0,
            autogenerate_session_id=False,
            dedicated_pool=True,
        )
    except Exception as error:  # noqa: BLE001 - whatever the driver raises may quote the address
        raise _cannot(context, refused(error)) from None
    try:
        server = Server(client, address, settings)
        try:
            server.user, server.version = _greeting(server)
        except Failed as failed:
            raise _cannot(context, failed) from None
        yield server
    finally:
        client.close()


def _greeting(server: Server) -> tuple[str, str]:
    for user, version in server.rows("SELECT currentUser(), version()"):
        return str(user), str(version)
    raise Failed("it answers without saying who it is", "raise the source's budget of seconds")


def _cannot(context: Context, failed: Failed) -> ConnectorError:
    way = failed.settle if "(164)" in failed.reason else "is the server up, and are url and login right?"
    return ConnectorError(f"{context.source}: cannot read ClickHouse ({failed.reason}); {way}")
