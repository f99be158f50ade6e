"""Databricks with Unity Catalog, through its dialect of SQLAlchemy: privileges, owners, masks, row filters.

See docs/connectors/databricks.md. Written from Databricks' documentation, not verified against Databricks itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

from pydantic import BaseModel

from connectors._sql import Failed
from connectors._warehouse import (
    DAY,
    About,
    Asked,
    Ground,
    Rows,
    Warehouse,
    WarehouseSettings,
    moment_of,
    read_warehouse,
    settings_of,
    yes,
)
from connectors._warehouse_history import Tally, ran_by, since, times_of
from lineage.clock import ClockForm
from lineage.connector import Connector, Task
from lineage.context import Context
from lineage.duration import Duration, parse_duration
from lineage.errors import PlanError
from lineage.facts import DatasetFact, Fact, GrantFact, LingerFact, PrincipalFact, TagFact, UnseenFact
from lineage.model import PUBLIC, DatasetKind, Name, Principal

if TYPE_CHECKING:
    from sqlalchemy import URL, ColumnElement

_EVERYBODY: Final = "account users"
_BROWSE: Final = "grant USE CATALOG, USE SCHEMA and BROWSE on the catalogue to who scans"
_WRITES: Final = ("insert", "update", "delete")
_RIGHTS: Final = {
    "SELECT": ("select",),
    "MODIFY": _WRITES,
    "ALL PRIVILEGES": ("select", *_WRITES),
}
_TABLES: Final = """
SELECT table_schema, table_name, table_owner, last_altered FROM information_schema.tables
WHERE table_schema <> 'information_schema' ORDER BY table_schema, table_name"""
_ON_TABLES: Final = """
SELECT table_schema, table_name, privilege_type, grantee, is_grantable FROM information_schema.table_privileges
ORDER BY table_schema, table_name, privilege_type, grantee"""
_ON_SCHEMAS: Final = """
SELECT schema_name, privilege_type, grantee, is_grantable FROM information_schema.schema_privileges
ORDER BY schema_name, privilege_type, grantee"""
_ON_CATALOG: Final = """
SELECT catalog_name, privilege_type, grantee, is_grantable FROM information_schema.catalog_privileges
ORDER BY catalog_name, privilege_type, grantee"""
_MASKS: Final = """
SELECT table_schema, table_name, column_name FROM information_schema.column_masks
ORDER BY table_schema, table_name, column_name"""
_FILTERS: Final = """
SELECT table_schema, table_name FROM information_schema.row_filters ORDER BY table_schema, table_name"""

_FIELDS_USED: Final = """
SELECT created_by, source_table_schema, source_table_name, source_column_name,
       CASE WHEN target_table_catalog = :database THEN target_table_schema END AS into_schema,
       CASE WHEN target_table_catalog = :database THEN target_table_name END AS into_table,
       CASE WHEN target_table_catalog = :database THEN target_column_name END AS into_column,
       COUNT(*), MAX(event_time)
FROM system.access.column_lineage
WHERE event_time >= CAST(:since AS TIMESTAMP) AND source_table_catalog = :database
GROUP BY created_by, source_table_schema, source_table_name, source_column_name, into_schema, into_table, into_column
ORDER BY created_by, source_table_schema, source_table_name, source_column_name, into_schema, into_table, into_column"""
_READ: Final = """
SELECT created_by, source_table_schema, source_table_name, COUNT(*), MAX(event_time)
FROM system.access.table_lineage
WHERE event_time >= CAST(:since AS TIMESTAMP) AND source_table_catalog = :database
GROUP BY created_by, source_table_schema, source_table_name
ORDER BY created_by, source_table_schema, source_table_name"""
_WRITTEN: Final = """
SELECT created_by, target_table_schema, target_table_name, COUNT(*), MAX(event_time)
FROM system.access.table_lineage
WHERE event_time >= CAST(:since AS TIMESTAMP) AND target_table_catalog = :database
GROUP BY created_by, target_table_schema, target_table_name
ORDER BY created_by, target_table_schema, target_table_name"""
_PROPERTIES: Final = "SHOW TBLPROPERTIES {table}"
_CHANGES: Final = "DESCRIBE HISTORY {table}"
_OPERATION: Final = 5
"""Where the history of a table tells the kind of a change, the table itself in front."""
_SELECT: Final = "grant SELECT on what the plan reads to who scans"
_KEPT: Final = "delta.deletedFileRetentionDuration"
_WEEK: Final = Duration(seconds=7 * DAY)
"""That files of deleted rows stay at least, where a table says nothing else."""
_LINEAGE: Final = "grant USE CATALOG on system, USE SCHEMA and SELECT on system.access, to who scans"


def read(settings: BaseModel, tasks: Sequence[Task], context: Context) -> Iterator[Fact]:
    """Answer tasks from one catalogue of Databricks.

    Raises:
        ConnectorError: it cannot be read, or its dialect is not installed.
    """
    yield from read_warehouse(WAREHOUSE, settings_of(settings), tasks, context, {})


def _tables(ground: Ground, rows: Rows) -> Iterator[Fact | About]:
    """Tell owners, who hold every right without a grant, and the last change."""
    for schema, table, owner, altered in rows:
        if (name := ground.dataset(schema, table)) is not None:
            yield About(name, {"owner": str(owner), "changed_at": moment_of(altered)})
            yield from _held(ground, name, _RIGHTS["ALL PRIVILEGES"], owner, "YES")


def _on_tables(ground: Ground, rows: Rows) -> Iterator[Fact]:
    for schema, table, privilege, grantee, option in rows:
        if (name := ground.dataset(schema, table)) is not None:
            yield from _held(ground, name, _RIGHTS.get(_spelt(privilege), ()), grantee, option)


def _on_schemas(ground: Ground, rows: Rows) -> Iterator[Fact]:
    """Tell who may use a schema, and what a right on it gives on everything in it."""
    for schema, privilege, grantee, option in rows:
        if (on := ground.schema(schema)) is None:
            continue
        if _spelt(privilege) in {"USE SCHEMA", "ALL PRIVILEGES"}:
            yield from _held(ground, on, ("usage",), grantee, option)
        yield from _below(ground, on, ground.within(schema), (privilege, grantee, option))


def _on_catalog(ground: Ground, rows: Rows) -> Iterator[Fact]:
    on = ground.above
    for catalog, privilege, grantee, option in rows:
        if on is None or str(catalog) != ground.database:
            continue
        if _spelt(privilege) in {"USE CATALOG", "ALL PRIVILEGES"}:
            yield from _held(ground, on, ("usage", "connect"), grantee, option)
        if _spelt(privilege) in {"USE SCHEMA", "ALL PRIVILEGES"}:
            for path in sorted({fact.name.path[:-1] for fact in ground.datasets.values()}):
                yield from _held(ground, Name(ground.namespace, path), ("usage",), grantee, option)
        every = (fact.name for fact in ground.datasets.values())
        yield from _below(ground, on, every, (privilege, grantee, option))


def _below(ground: Ground, on: Name, names: Iterator[Name], granted: tuple[object, object, object]) -> Iterator[Fact]:
    privilege, grantee, option = granted
    holder = _holder(ground, grantee)
    for name in names:
        for right in _RIGHTS.get(_spelt(privilege), ()):
            levels = ((holder.name, on.path),)
            yield GrantFact(ground.seen, holder, name, right, grantable=yes(option), levels=levels)


def _masks(ground: Ground, rows: Rows) -> Iterator[Fact]:
    for schema, table, column in rows:
        name = ground.dataset(schema, table)
        field = None if name is None else ground.fields.get((name, str(column)))
        if field is not None:
            yield TagFact(ground.seen, field, "personal")
            why = "a column mask decides who sees its values, and is not read"
            yield UnseenFact(ground.seen, "access", why, "review the mask's function for the identity", field)


def _filters(ground: Ground, rows: Rows) -> Iterator[Fact | About]:
    for schema, table in rows:
        if (name := ground.dataset(schema, table)) is not None:
            yield About(name, {"row_security": True, "row_security_forced": True})
            why = "a row filter decides which rows are seen, and is not read"
            yield UnseenFact(ground.seen, "access", why, "review the filter's function for the identity", name)


def _read_by_plan(ground: Ground) -> Sequence[tuple[Name, str]]:
    """Give the tables that the plan reads, as Databricks spells them, quoted."""
    keys = {fact.name: (ground.database, *key) for key, fact in ground.datasets.items() if _is_table(fact)}
    return [
        (name, ".".join(f"`{part.replace('`', '``')}`" for part in keys[name] if part))
        for name in sorted(set(ground.resolved))
        if name in keys
    ]


def _is_table(fact: DatasetFact) -> bool:
    return fact.kind is DatasetKind.TABLE


def _lingering(ground: Ground, rows: Rows) -> Iterator[Fact]:
    """Tell for how long files of deleted rows stay, where a VACUUM ran; what a change was given is not looked at."""
    [name] = {row[0] for row in rows}
    text = next((str(row[2]) for row in rows if row[1:2] == (_KEPT,)), None)
    span = _WEEK if text is None else _span(text)
    if span is None:
        why = "how long its deleted files are kept is no duration that is read here"
        yield UnseenFact(ground.seen, "retention", why, f"look at {_KEPT}", name)
    elif any(str(row[_OPERATION]).upper().startswith("VACUUM") for row in rows if len(row) > _OPERATION):
        yield LingerFact(ground.seen, name, "files until VACUUM", span)
    else:
        # That it lasts as long as the table says would be a promise that nothing keeps.
        why = f"no VACUUM shows in its history: files of deleted rows stay for {span}, and nobody knows how much longer"
        settle = "see whether predictive optimisation sweeps it, or run VACUUM with its logging on"
        yield UnseenFact(ground.seen, "retention", why, settle, name)


def _span(text: str) -> Duration | None:
    try:
        return parse_duration(text.strip().removeprefix("interval ").strip())
    except PlanError:
        return None


def _fields_used(ground: Ground, rows: Rows) -> Iterator[Fact]:
    """Tell fields that were read, and what they flowed into."""
    tally = Tally(ground)
    for by, schema, table, column, into_schema, into_table, into_column, count, last in rows:
        times = times_of(ran_by(ground, str(by)), count, last)
        source = tally.place(times.by, schema, table, column)
        if source is None:
            continue
        tally.use(source, "select", times)
        target = None if into_column is None else tally.place(times.by, into_schema, into_table, into_column)
        if target is not None:
            tally.flow(source, target, times.last)
    yield from tally.facts()
    why = "Databricks tells lineage of a part of what runs only"
    yield UnseenFact(ground.seen, "use", why, "review the workflow's own statements in system.query.history")


def _read_tables(ground: Ground, rows: Rows) -> Iterator[Fact]:
    yield from _tables_used(ground, rows, "select")


def _written(ground: Ground, rows: Rows) -> Iterator[Fact]:
    yield from _tables_used(ground, rows, "insert")


def _tables_used(ground: Ground, rows: Rows, right: str) -> Iterator[Fact]:
    """Tell datasets that were read or written, whichever fields of them."""
    tally = Tally(ground)
    for by, schema, table, count, last in rows:
        times = times_of(ran_by(ground, str(by)), count, last)
        if (name := tally.place(times.by, schema, table)) is not None:
            tally.use(name, right, times)
    yield from tally.facts()


def _held(ground: Ground, on: Name, rights: Sequence[str], grantee: object, option: object) -> Iterator[Fact]:
    holder = _holder(ground, grantee)
    if rights and holder.name != PUBLIC:
        yield PrincipalFact(ground.seen, holder)
    for right in rights:
        yield GrantFact(ground.seen, holder, on, right, grantable=yes(option))


def _holder(ground: Ground, grantee: object) -> Principal:
    return ground.principal(PUBLIC if grantee == _EVERYBODY else grantee)


def _spelt(privilege: object) -> str:
    # The documentation spells them both ways.
    return str(privilege).upper().replace("_", " ")


def _seconds(value: ColumnElement[Any], form: ClockForm) -> ColumnElement[Any]:
    import sqlalchemy as sa

    if form is ClockForm.AWARE:
        return sa.func.unix_micros(value) * sa.literal_column("0.000001")
    # A wall clock is counted by its parts: a cast would read it in the session's zone.
    days = sa.func.unix_date(sa.cast(value, sa.Date())) * sa.literal_column(str(DAY))
    if form is ClockForm.DATE:
        return days
    parts = (("hour", 3600), ("minute", 60), ("second", 1))
    within = [sa.extract(part, value) * sa.literal_column(str(seconds)) for part, seconds in parts]
    return days + within[0] + within[1] + within[2]


def _above(url: URL) -> str:
    return str(url.query.get("catalog") or "")


WAREHOUSE: Final = Warehouse(
    backend="databricks",
    package="databricks-sqlalchemy",
    asked=(
        Asked("tables", "access", _TABLES, _tables, _BROWSE),
        Asked("privileges on the catalogue", "access", _ON_CATALOG, _on_catalog, _BROWSE),
        Asked("privileges on schemas", "access", _ON_SCHEMAS, _on_schemas, _BROWSE),
        Asked("privileges on tables", "access", _ON_TABLES, _on_tables, _BROWSE),
        Asked("column masks", "access", _MASKS, _masks, _BROWSE),
        Asked("row filters", "access", _FILTERS, _filters, _BROWSE),
        Asked("properties of a table", "retention", _PROPERTIES, _lingering, _SELECT, of=_read_by_plan, then=_CHANGES),
    ),
    seconds=_seconds,
    above=_above,
    gap=Failed(
        "members of groups, owners of schemas and catalogues, and what is hidden from who scans are not read",
        "review the groups in the account, and let who scans see the whole catalogue",
    ),
    moments=frozenset({"TIMESTAMP"}),
    history=(
        Asked("fields in use", "use", _FIELDS_USED, _fields_used, _LINEAGE, each=since),
        Asked("tables that were read", "use", _READ, _read_tables, _LINEAGE, each=since),
        Asked("tables that were written", "use", _WRITTEN, _written, _LINEAGE, each=since),
    ),
)
CONNECTOR = Connector("databricks", WarehouseSettings, read, schemes=())
