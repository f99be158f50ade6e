"""What is done with a test subject in a database: planted, erased, counted, cleaned up; nothing else is ever written.

A scan never comes here: its sessions are read-only, this one is opened for a single act and closed after it.
Names come from the catalogue, quoted; values are bound. What a driver says is reduced to class and code.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from connectors._mysql.session import failed_by as failed_at_mariadb
from connectors._sql import Failed, failed_by
from lineage.context import Context
from lineage.errors import ConnectorError
from lineage.hand import Act

_VERBS: Final = {
    "plant": "plant a test subject",
    "erase": "erase the test subject",
    "count": "look for the test subject",
    "clean": "clean up after the test subject",
}
_SECONDS: Final = 5
_HISTORY: Final = (
    "cannot plant a test subject (the table keeps its history, so that it could not be cleaned up);"
    " leave the dataset without a canary"
)
Statement = tuple[str, list[object]]


def acted_in_file(path: Path, act: Act, context: Context) -> int:
    """Do it in an SQLite file.

    Raises:
        ConnectorError: it could not be done, and nothing of it was.
    """
    mode = "ro" if act.what == "count" else "rw"
    spelling = Spelling(
        lambda parts: ".".join(_quoted(part) for part in parts[-1:]), "?", _text, "instr({column}, {mark}) > 0"
    )
    try:
        with closing(sqlite3.connect(f"file:{quote(str(path))}?mode={mode}", uri=True, timeout=_SECONDS)) as connection:
            text, values = statement(act, spelling)
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
    spelling = Spelling(named, "%s", _as_it_is, "position({mark}::text in {column}::text) > 0")
    try:
        with psycopg.connect(**given, prepare_threshold=None) as connection:  # type: ignore[arg-type]  # libpq's own
            connection.execute(f"SET LOCAL lock_timeout = {_SECONDS * 1000}".encode())
            connection.execute(f"SET LOCAL statement_timeout = {int(context.budget.seconds * 1000)}".encode())
            text, values = statement(act, spelling)
            cursor = connection.execute(text.encode(), values)
            found = cursor.fetchone() if act.what == "count" else None
            return int(found[0]) if found is not None else cursor.rowcount
    except (psycopg.Error, UnicodeError, OSError) as error:
        raise _failed(error, act, context) from None


def acted_at_mariadb(place: Mapping[str, Any], act: Act, context: Context) -> int:
    """Do it at a MariaDB server.

    Raises:
        ConnectorError: it could not be done, and nothing of it was.
    """
    import pymysql

    def named(parts: tuple[str, ...]) -> str:
        return ".".join("`" + part.replace("`", "``") + "`" for part in parts[-2:]).replace("%", "%%")

    within = max(1, int(context.budget.seconds))
    given = {"connect_timeout": 10, "read_timeout": within + 15, "write_timeout": within + 15, "charset": "utf8mb4"}
    spelling = Spelling(
        named, "%s", _text, "LOCATE(CONVERT({mark} USING utf8mb4), CONVERT({column} USING utf8mb4)) > 0"
    )
    try:
        with closing(pymysql.connect(**place, **given, local_infile=False, autocommit=False)) as connection:
            with connection.cursor() as cursor:
                cursor.execute(
                    f"SET SESSION max_statement_time = {within}, time_zone = '+00:00', sql_mode = 'STRICT_ALL_TABLES',"
                    f" lock_wait_timeout = {_SECONDS}, innodb_lock_wait_timeout = {_SECONDS}"
                )
                if act.what == "plant" and _keeps_history(cursor, act):
                    raise ConnectorError(f"{context.source}: {_HISTORY}")
                text, values = statement(act, spelling)
                cursor.execute(text, values)
                found = cursor.fetchone() if act.what == "count" else None
                done = int(found[0]) if found is not None else int(cursor.rowcount)
            connection.commit()
            return done
    except (pymysql.Error, UnicodeError, OSError, ValueError, RuntimeError) as error:
        raise _failed(error, act, context, failed_at_mariadb) from None


@dataclass(frozen=True, slots=True)
class Spelling:
    """How a system spells names and parameters."""

    named: Callable[[tuple[str, ...]], str]
    mark: str
    spelt: Callable[[object], object]
    holds: str
    """A condition that is true where the text of a column has a text in it."""


def statement(act: Act, spelling: Spelling) -> Statement:
    """Give the one statement of an act, and the values that are bound to it.

    Raises:
        ValueError: nothing tells the subject's records from others.
    """
    named, mark, spelt = spelling.named, spelling.mark, spelling.spelt
    table = named(act.name.path)
    if act.what == "plant":
        columns = ", ".join(named(path[:1]) for path, _ in act.values)
        marks = ", ".join(mark for _ in act.values)
        return f"INSERT INTO {table} ({columns}) VALUES ({marks})", [spelt(value) for _, value in act.values]  # noqa: S608 - quoted names
    sought = [*([act.key] if act.key is not None else []), *(act.marks if act.what in {"count", "clean"} else ())]
    held = [(path, text) for path in act.texts for text in act.sought] if act.what == "count" else []
    conditions = [f"{named(path[:1])} = {mark}" for path, _ in sought]
    conditions += [spelling.holds.format(column=named(path[:1]), mark=mark) for path, _ in held]
    if not conditions:
        raise ValueError("no field leads back to the subject")
    verb = "SELECT count(*)" if act.what == "count" else "DELETE"
    return f"{verb} FROM {table} WHERE {' OR '.join(conditions)}", [spelt(value) for _, value in (*sought, *held)]


def _keeps_history(cursor: Any, act: Act) -> bool:
    schema, table = act.name.path[-2:]
    cursor.execute(
        "SELECT 1 FROM information_schema.TABLES"
        " WHERE TABLE_SCHEMA = %s AND TABLE_NAME = %s AND TABLE_TYPE = 'SYSTEM VERSIONED'",
        (schema, table),
    )
    return cursor.fetchone() is not None


def _failed(
    error: BaseException, act: Act, context: Context, told: Callable[[Exception], Failed] = failed_by
) -> ConnectorError:
    reason = told(error).reason if isinstance(error, Exception) else type(error).__name__
    settle = "let who runs this write there, or leave the dataset without a canary"
    return ConnectorError(f"{context.source}: cannot {_VERBS[act.what]} ({reason}); {settle}")


def _quoted(identifier: str) -> str:
    return '"' + identifier.replace('"', '""') + '"'


def _text(value: object) -> object:
    return f"{value:%Y-%m-%d %H:%M:%S}" if isinstance(value, datetime) else value


def _as_it_is(value: object) -> object:
    return value
