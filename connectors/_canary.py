"""What is done with a test subject in a database: planted, erased, counted, cleaned up; nothing else is ever written.

A scan never comes here: its sessions are read-only, this one is opened for a single act and closed after it.
Names come from the catalogue, quoted; values are bound. What a driver says is reduced to class and code.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Final
from urllib.parse import quote

from connectors._sql import failed_by
from lineage.connector import Context
from lineage.errors import ConnectorError
from lineage.hand import Act

_VERBS: Final = {
    "plant": "plant a test subject",
    "erase": "erase the test subject",
    "count": "look for the test subject",
    "clean": "clean up after the test subject",
}
_SECONDS: Final = 5
Statement = tuple[str, list[object]]


def acted_in_file(path: Path, act: Act, context: Context) -> int:
    """Do it in an SQLite file.

    Raises:
        ConnectorError: it could not be done, and nothing of it was.
    """
    mode = "ro" if act.what == "count" else "rw"
    try:
        with closing(sqlite3.connect(f"file:{quote(str(path))}?mode={mode}", uri=True, timeout=_SECONDS)) as connection:
            text, values = statement(act, lambda parts: ".".join(_quoted(part) for part in parts[-1:]), "?", _text)
            with connection:
                cursor = connection.execute(text, values)
                return int(cursor.fetchone()[0]) if act.what == "count" else cursor.rowcount
    except (sqlite3.Error, OverflowError, ValueError) as error:
        raise _failed(error, act, context) from None


def acted_at_server(conninfo: Mapping[str, str], act: Act, context: Context) -> int:
    """Do it in a PostgreSQL database.

    Raises:
        ConnectorError: it could not be done, and nothing of it was.
    """
    import psycopg

    def named(parts: tuple[str, ...]) -> str:
        return ".".join(_quoted(part) for part in parts[-2:]).replace("%", "%%")

    given = {"application_name": "lineage-audit canary", "connect_timeout": "10", **conninfo}
    try:
        with psycopg.connect(**given, prepare_threshold=None) as connection:  # type: ignore[arg-type]  # libpq's own
            connection.execute(f"SET LOCAL lock_timeout = {_SECONDS * 1000}".encode())
            connection.execute(f"SET LOCAL statement_timeout = {int(context.budget.seconds * 1000)}".encode())
            text, values = statement(act, named, "%s", _as_it_is)
            cursor = connection.execute(text.encode(), values)
            found = cursor.fetchone() if act.what == "count" else None
            return int(found[0]) if found is not None else cursor.rowcount
    except (psycopg.Error, UnicodeError, OSError) as error:
        raise _failed(error, act, context) from None


def statement(
    act: Act, named: Callable[[tuple[str, ...]], str], mark: str, spelt: Callable[[object], object]
) -> Statement:
    """Give the one statement of an act, and the values that are bound to it."""
    table = named(act.name.path)
    if act.what == "plant":
        columns = ", ".join(named(path[:1]) for path, _ in act.values)
        marks = ", ".join(mark for _ in act.values)
        return f"INSERT INTO {table} ({columns}) VALUES ({marks})", [spelt(value) for _, value in act.values]  # noqa: S608 - quoted names
    sought = [act.key, *(act.marks if act.what in {"count", "clean"} else ())]
    where = " OR ".join(f"{named(path[:1])} = {mark}" for path, _ in sought)
    verb = "SELECT count(*)" if act.what == "count" else "DELETE"
    return f"{verb} FROM {table} WHERE {where}", [spelt(value) for _, value in sought]


def _failed(error: BaseException, act: Act, context: Context) -> ConnectorError:
    reason = failed_by(error).reason if isinstance(error, Exception) else type(error).__name__
    settle = "let who runs this write there, or leave the dataset without a canary"
    return ConnectorError(f"{context.source}: cannot {_VERBS[act.what]} ({reason}); {settle}")


def _quoted(identifier: str) -> str:
    return '"' + identifier.replace('"', '""') + '"'


def _text(value: object) -> object:
    return f"{value:%Y-%m-%d %H:%M:%S}" if isinstance(value, datetime) else value


def _as_it_is(value: object) -> object:
    return value
