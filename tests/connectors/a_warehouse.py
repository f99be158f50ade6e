"""A stand-in for a warehouse: SQLite under the name of its dialect, with views of itself as its documentation has them.

The statements are those of the product: parsed in the warehouse's own dialect, refused unless they are one SELECT, and
run on tables that were made in the documented shape. It says nothing of a warehouse's behaviour beyond that.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlglot
from sqlalchemy import URL  # noqa: TID253 - a dialect is a class of its
from sqlalchemy.dialects import registry  # noqa: TID253 - a dialect is a class of its
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite  # noqa: TID253 - a dialect is a class of its
from sqlglot import exp


def flat(table: exp.Table) -> str:
    """Give one name for a view that a warehouse names by several."""
    return ".".join(part for part in (table.catalog, table.db, table.name) if part).lower()


def one_select(text: str, speech: str) -> exp.Select:
    """Parse a statement in a warehouse's own dialect; nothing but one SELECT is one."""
    found = sqlglot.parse(text, read=speech)
    assert len(found) == 1
    assert isinstance(found[0], exp.Select)
    assert not list(found[0].find_all(exp.Into, exp.DML, exp.Command))
    return found[0]


def views(path: Path, tables: Mapping[str, tuple[str, Sequence[Sequence[Any]]]]) -> None:
    """Make a warehouse's views of itself beside its data: name -> (columns, rows)."""
    connection = sqlite3.connect(path)
    for name, (columns, rows) in tables.items():
        names = columns.split()
        spelt = ", ".join(f'"{column}"' for column in names)
        connection.execute(f'CREATE TABLE "{name}" ({spelt})')
        connection.executemany(f'INSERT INTO "{name}" VALUES ({", ".join("?" for _ in names)})', rows)
    connection.commit()
    connection.close()


_OWN = ("information_schema", "account_usage", " svv_", " pg_", " system.")
_SHOWN = re.compile(r"(SHOW TBLPROPERTIES|DESCRIBE HISTORY) ((?:`(?:[^`]|``)+`\.?)+)")


class _Warehouse(SQLiteDialect_pysqlite):
    supports_statement_cache = True
    speech = ""

    def create_connect_args(self, url: URL) -> Any:
        path = str(url.query["file"])
        return [f"file:{path}?mode=ro"], {"uri": True, "check_same_thread": False}

    @classmethod
    def get_pool_class(cls, url: URL) -> Any:  # noqa: ARG003 - the port's
        from sqlalchemy.pool import StaticPool

        return StaticPool

    def on_connect(self) -> Any:
        under = super().on_connect()

        def ready(connection: Any) -> None:
            under(connection)
            [[_, _, path]] = connection.execute("PRAGMA database_list").fetchall()
            connection.execute("ATTACH ? AS own", (f"file:{path}.views?mode=ro",))
            connection.create_function("date_part", 2, lambda _unit, value: _micros(value))
            connection.create_function("unix_micros", 1, _micros)
            connection.create_function("timestamp", 1, lambda value: value)
            connection.create_function("array_length", 1, lambda value: len(json.loads(value)))

        return ready

    def get_schema_names(self, connection: Any, **given: Any) -> list[str]:
        found: list[str] = super().get_schema_names(connection, **given)  # type: ignore[no-untyped-call]
        return [name for name in found if name != "own"]

    def do_execute(self, cursor: Any, statement: str, parameters: Any, context: Any = None) -> None:
        if any(sign in statement.lower() for sign in _OWN):
            statement = self._own(statement)
        elif (shown := _SHOWN.fullmatch(statement)) is not None:
            # The table that a command shows is the first column of what it shows here.
            view, parameters = shown[1].lower(), (shown[2].replace("``", "\0").replace("`", "").replace("\0", "`"),)
            columns = {"show tblproperties": "key, value", "describe history": "version, at, id, name, operation"}[view]
            statement = f'SELECT {columns} FROM own."{view}" WHERE "of" = ?'
        super().do_execute(cursor, statement, parameters, context)  # type: ignore[no-untyped-call]

    def _own(self, statement: str) -> str:
        found = one_select(statement, self.speech)
        for table in found.find_all(exp.Table):
            table.replace(exp.table_(flat(table), db="own", quoted=True, alias=table.alias or None))
        for given in list(found.find_all(exp.Placeholder)):
            # SQLite compares moments as text; a cast would make a number of one.
            if isinstance(given.parent, exp.Cast | exp.Func) and not isinstance(given.parent, exp.Binary):
                given.parent.replace(given)
        return found.sql("sqlite")


def _micros(value: str | None) -> int | None:
    if value is None:
        return None
    return round(datetime.fromisoformat(value).replace(tzinfo=UTC).timestamp() * 1_000_000)


class Snowflake(_Warehouse):
    """Under the name of snowflake-sqlalchemy's."""

    name = speech = "snowflake"
    supports_statement_cache = True


class BigQuery(_Warehouse):
    """Under the name of sqlalchemy-bigquery's."""

    name = speech = "bigquery"
    supports_statement_cache = True


class Redshift(_Warehouse):
    """Under the name of sqlalchemy-redshift's."""

    name = speech = "redshift"
    supports_statement_cache = True


class Databricks(_Warehouse):
    """Under the name of databricks-sqlalchemy's."""

    name = speech = "databricks"
    supports_statement_cache = True


def register() -> None:
    """Make the stand-ins known to SQLAlchemy, as an installed package of a dialect does."""
    for one in (Snowflake, BigQuery, Redshift, Databricks):
        registry.register(one.name, __name__, one.__name__)


def unregister() -> None:
    """Forget them."""
    for one in (Snowflake, BigQuery, Redshift, Databricks):
        registry.impls.pop(one.name, None)
