"""Any database that SQLAlchemy has a dialect for, by URL; see `docs/connectors/sql.md`.

Verified through it: SQLite and PostgreSQL. Others read their structure, samples, counts and shares the same way and are
not verified against the real system; moments are read where the dialect is known.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from pydantic import BaseModel, Field, SecretStr

from connectors._mysql.sql import TRAITS as MYSQL
from connectors._sql import Failed, Session, Traits, as_text, named
from connectors._sql_engine import Database, engine_for
from connectors._sql_structure import read_structure
from connectors._sqlite.sql import TRAITS as SQLITE
from connectors._tasks.clocks import Clock
from connectors._tasks.profile import read_profile
from connectors._tasks.sample import read_sample
from connectors._tasks.stream import read_stream
from lineage.clock import ClockForm, clock_form
from lineage.connector import Attempt, Column, Connector, Profile, Sample, Settings, Stream, Structure, Task
from lineage.context import Context
from lineage.errors import ConnectorError
from lineage.facts import Fact
from lineage.model import Name

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, FromClause

_FAMILIAR: Final = ("char", "text", "string", "clob", "varchar", "nvarchar", "date", "time")


class SqlSettings(Settings):
    """Where the database is."""

    url: SecretStr = Field(min_length=1, max_length=4096)
    """SQLAlchemy's URL: `oracle+oracledb://...`, `mssql+pyodbc://...`, `snowflake://...`."""


def read(settings: BaseModel, tasks: Sequence[Task], context: Context) -> Iterator[Fact]:
    """Answer tasks from one database.

    Raises:
        ConnectorError: it cannot be read, or its dialect is not installed.
    """
    assert isinstance(settings, SqlSettings)  # noqa: S101 - the registry made them with our class
    with engine_for(settings.url.get_secret_value(), context) as database:
        traits = traits_of(database)
        session = Session(context, database.identity, traits, database.execute, batches=database.batches)
        for task in tasks:
            yield from answer(database, session, task)
        session.cost.queries = database.cost.queries
        yield session.bill()


def traits_of(database: Database) -> Traits:
    """Give how the database's SQL differs, as far as it is known here."""
    match database.backend:
        case "sqlite":
            return replace(SQLITE, table=_table)
        case "mysql" | "mariadb":
            return replace(MYSQL, table=_table)
        case "postgresql":
            return Traits(table=_table, comparable=_comparable)
        case _:
            return Traits(
                table=lambda name: _table(Name(name.namespace, tuple(spelt(database, part) for part in name.path))),
                column=lambda table, column: named(
                    table, replace(column, path=tuple(spelt(database, part) for part in column.path))
                ),
                clock=_no_clock,
                comparable=_comparable,
                blank=_blank,
            )


def spelt(database: Database, name: str) -> str:
    """Give a name as the system spells it: dialects that fold names to upper case tell them in lower case."""
    dialect = database.engine.dialect
    return str(dialect.denormalize_name(name)) if dialect.requires_name_normalize else name


def answer(database: Database, session: Session, task: Task) -> Iterator[Fact]:
    """Answer one task.

    Raises:
        ConnectorError: the catalogue cannot be read.
    """
    match task:
        case Structure():
            try:
                yield from read_structure(database, session, task)
            except Failed as failed:
                raise ConnectorError(
                    f"{session.context.source}: the catalogue cannot be read ({failed.reason}); {failed.settle}"
                ) from None
        case Profile():
            yield from _profile(session, task)
        case Sample():
            yield from read_sample(session, task)
        case Stream():
            yield from read_stream(session, task)
        case Attempt():
            why = Failed("a read cannot be tried as another identity", "use the system's own connector")
            yield session.unseen("access", why, task.relation.name)


def _profile(session: Session, task: Profile) -> Iterator[Fact]:
    """Answer a profile where a bounded count says that it is within the budget: no dialect tells an estimate."""
    import sqlalchemy as sa

    table, most = session.traits.table(task.relation.name), session.context.budget.rows
    few = sa.select(sa.literal_column("1").label("one")).select_from(table).limit(most + 1).subquery("few")
    rows: int | None = None
    try:
        [[counted]] = session.rows(sa.select(sa.func.count()).select_from(few))
        rows = int(counted)
    except Failed:
        # The profile itself says why it cannot be read.
        rows = None
    yield from read_profile(session, task, rows)


def _table(name: Name) -> FromClause:
    import sqlalchemy as sa

    schema, table = name.path[-2:]
    return sa.table(sa.sql.quoted_name(table, quote=True), schema=sa.sql.quoted_name(schema, quote=True))


def _comparable(value: ColumnElement[Any], column: Column) -> ColumnElement[Any]:
    return value if column.type.lower().startswith(_FAMILIAR) else as_text(value)


def _no_clock(_value: ColumnElement[Any], spelling: str, _zone: ZoneInfo) -> Clock | None:
    if clock_form(spelling) is ClockForm.NONE:
        return None
    raise Failed("moments are not read in this dialect", "read it with a connector of its own")


def _blank(text: ColumnElement[Any]) -> ColumnElement[bool]:
    import sqlalchemy as sa

    return sa.func.trim(text) == sa.literal_column("''")


CONNECTOR = Connector("sql", SqlSettings, read)
