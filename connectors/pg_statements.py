"""What really ran in a PostgreSQL database, as `pg_stat_statements` counts it: fields in use, by login, and how often.

A source of its own beside the database's: `connector: {type: pg_statements, url: ...}`. The server keeps statements
without their literals; their text stays in this process all the same. See docs/connectors/pg_statements.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from pydantic import BaseModel

from connectors._pg.session import Database, quoted, session
from connectors._pg.structure import Catalogue, read_catalogue, system_fact
from connectors._sql import Failed
from connectors._used import Ran, Usage
from connectors.postgresql import PostgresqlSettings
from lineage.connector import Connector, Structure, Task
from lineage.context import Context
from lineage.errors import ConnectorError
from lineage.facts import AbsentFact, Fact, UnseenFact
from lineage.model import Name

_INSTALLED: Final = """
SELECT n.nspname, e.extversion FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
WHERE e.extname = 'pg_stat_statements'"""
_STATEMENTS: Final = """
SELECT pg_get_userbyid(s.userid), s.query, s.calls::bigint
FROM {schema}.pg_stat_statements s
WHERE s.dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
ORDER BY 1, s.queryid"""
_LOST: Final = "SELECT dealloc FROM {schema}.pg_stat_statements_info"
_HIDDEN: Final = "<insufficient privilege>"
_SETTLE: Final = "GRANT pg_read_all_stats to the auditor"
_INSTALL: Final = "add pg_stat_statements to shared_preload_libraries, and CREATE EXTENSION pg_stat_statements"


class PgStatementsSettings(PostgresqlSettings):
    """Where the database is, as for the connector `postgresql`."""


def _read(settings: BaseModel, tasks: Sequence[Task], context: Context) -> Iterator[Fact]:
    assert isinstance(settings, PgStatementsSettings)  # noqa: S101 - the registry made them with our class
    with session(settings.conninfo(context.source), context) as database:
        for task in tasks:
            if isinstance(task, Structure):
                with database.snapshot():
                    yield from _structure(database, task)
            else:
                what = {"Profile": "data", "Sample": "sample"}.get(type(task).__name__, "access")
                reason, settle = "statements hold no rows", "read the database itself, by the connector postgresql"
                name = getattr(getattr(task, "relation", None), "name", None)
                yield UnseenFact(database.seen("pg_stat_statements"), what, reason, settle, name)
        yield database.bill()


def _structure(database: Database, task: Structure) -> Iterator[Fact]:
    try:
        yield system_fact(database)
        catalogue, _ = read_catalogue(database)
    except Failed as failed:
        raise ConnectorError(
            f"{database.context.source}: the catalogue cannot be read ({failed.reason}); {failed.settle}"
        ) from None
    seen = database.seen("pg_stat_statements")
    for dataset, reads in task.targets.items():
        yield AbsentFact(seen, dataset, reads, proven=False)
    try:
        yield from _used(database, catalogue)
    except Failed as failed:
        yield UnseenFact(seen, "use", failed.reason, _INSTALL)


def _used(database: Database, catalogue: Catalogue) -> Iterator[Fact]:
    from lineage.sql import sql_reader

    seen = database.seen("pg_stat_statements")
    installed = database.rows(_INSTALLED)
    if not installed:
        yield UnseenFact(seen, "use", "pg_stat_statements is not installed in this database", _INSTALL)
        return
    schema = quoted(installed[0][0])

    def place(path: Sequence[str], _ran: Ran) -> Name | None:
        oid = catalogue.by_path.get((path[-2] if len(path) > 1 else "public", path[-1]))
        return catalogue.names[oid] if oid is not None else None

    columns: dict[tuple[str, ...], list[str]] = {
        (item.schema, item.name): catalogue.columns[oid] for oid, item in catalogue.relations.items()
    }
    reader = sql_reader(dialect="postgres", schema=columns, default_schema="public")
    usage = Usage(seen, database.namespace, reader, place)
    hidden = 0
    for login, text, calls in database.rows(_STATEMENTS.format(schema=schema)):
        if text is None or text == _HIDDEN:
            hidden += 1
        else:
            usage.take(Ran(text, login, calls))
    yield from usage.facts()
    if hidden:
        yield UnseenFact(seen, "use", f"{hidden:,} statements of other logins are hidden from the auditor", _SETTLE)
    yield from _lost(database, schema)


def _lost(database: Database, schema: str) -> Iterator[UnseenFact]:
    try:
        lost = sum(row[0] for row in database.rows(_LOST.format(schema=schema)))
    except Failed:
        return  # before PostgreSQL 14 the server does not say
    if lost:
        reason = f"the server dropped its least used statements {lost:,} times"
        yield UnseenFact(database.seen("pg_stat_statements"), "use", reason, "raise pg_stat_statements.max")


CONNECTOR = Connector("pg_statements", PgStatementsSettings, _read)
