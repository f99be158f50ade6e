"""What ClickHouse's system tables tell of its datasets: one statement a kind of thing, however many tables there are.

Definitions, defaults and the words of an enum are read here and stay here: they hold values.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from connectors._clickhouse.rights import read_rights
from connectors._clickhouse.session import Server
from connectors._clickhouse.ttl import column_ttls, table_ttl
from connectors._clickhouse.types import fields_below, nullable
from connectors._defaults import default_kind
from connectors._inside import Inside, beneath, leaves_of, paired
from connectors._names import nearest, split_name
from connectors._sql import Failed, Session
from connectors._views import Known, view_edges
from lineage.connector import Structure
from lineage.facts import (
    AbsentFact,
    DatasetFact,
    EdgeFact,
    Fact,
    FieldFact,
    JobFact,
    OpaqueFact,
    ResolvedFact,
    Seen,
    SystemFact,
)
from lineage.model import Confidence, DatasetKind, EdgeEvidence, Exposure, Name, Transformation

_OURS: Final = "database NOT IN ('system', 'INFORMATION_SCHEMA', 'information_schema')"
_TABLES: Final = f"""
SELECT database, name, toString(uuid), engine, total_rows, total_bytes, comment != '', create_table_query, engine_full,
  as_select, sorting_key FROM system.tables
WHERE {_OURS} AND NOT is_temporary ORDER BY database, name"""  # noqa: S608 - our own constant
_COLUMNS: Final = f"""
SELECT database, table, name, type, default_kind, default_expression, comment != '' FROM system.columns
WHERE {_OURS} ORDER BY database, table, position"""  # noqa: S608 - our own constant
_KINDS: Final = {
    "View": DatasetKind.VIEW,
    "LiveView": DatasetKind.VIEW,
    "WindowView": DatasetKind.VIEW,
    "MaterializedView": DatasetKind.MATERIALIZED_VIEW,
}
_HELD: Final = re.compile(r"(MergeTree$|^(Memory|Log|TinyLog|StripeLog|Null|Set|Join|EmbeddedRocksDB|KeeperMap)$)")
"""Engines that hold their rows themselves."""
_TARGET: Final = re.compile(r"\sTO\s+((?:`(?:[^`\\]|\\.)*`|\w+)\.(?:`(?:[^`\\]|\\.)*`|\w+))\s")
_SECURITY: Final = re.compile(r"\sSQL\s+SECURITY\s+(DEFINER|INVOKER|NONE)\b")
_COPIED: Final = Transformation("DIRECT", "IDENTITY")
_SCHEDULE: Final = "at merges (TTL)"


@dataclass(slots=True)
class Table:
    """A table or a view."""

    name: Name
    uuid: str
    engine: str
    rows: int | None
    size: int | None
    documented: bool
    definition: str
    engine_full: str
    query: str
    sorting: str
    columns: list[tuple[Any, ...]] = field(default_factory=list)
    """(name, type, kind of default, default, documented)"""

    @property
    def kind(self) -> DatasetKind:
        """What it is."""
        if self.engine in _KINDS:
            return _KINDS[self.engine]
        return DatasetKind.TABLE if _HELD.search(self.engine) else DatasetKind.FOREIGN

    @property
    def head(self) -> str:
        """Its definition without its query: the part that can say where rows go and whose rights are used."""
        return f"{self.definition.removesuffix(self.query)} " if self.query else ""


def read_structure(server: Server, session: Session, task: Structure) -> Iterator[Fact]:
    """Answer the first wave.

    Raises:
        Failed: the catalogue itself cannot be read.
    """
    seen = session.seen("system tables")
    tables = _tables(server)
    complete = _sees_all(server)
    yield SystemFact(seen, server.address.namespace, "ClickHouse", server.version, complete_catalogue=complete)
    rights = list(
        read_rights(server, session, {table.name: _names(table) for table in tables.values()}, _inside(tables))
    )
    limited = {fact for fact in rights if isinstance(fact, Name)}
    for table in tables.values():
        owned = _SECURITY.search(table.head)
        by_owner = table.kind is not DatasetKind.VIEW if owned is None else owned[1] != "INVOKER"
        yield DatasetFact(
            seen,
            table.name,
            table.kind,
            table.rows,
            documented=table.documented,
            row_security=bool(
                {table.name, table.name.dataset, Name(table.name.namespace, table.name.path[:1])} & limited
            ),
            runs_as_owner=by_owner,
            size_bytes=table.size,
            default_rights=False,
        )
        yield from _fields(seen, table)
        yield from _jobs(seen, table)
    yield from _flows(session, seen, server, tables)
    yield from (fact for fact in rights if not isinstance(fact, Name))
    for dataset, reads in task.targets.items():
        found = find_table(tables, server.address.database, reads)
        if found is not None:
            yield ResolvedFact(seen, dataset, found)
        else:
            last = (split_name(reads) or (reads,))[-1]
            yield AbsentFact(seen, dataset, reads, proven=complete, nearest=nearest(last, (name for _, name in tables)))


def find_table(tables: Mapping[tuple[str, str], Table], database: str, reads: str) -> Name | None:
    """Give what a plan's `reads` names: ClickHouse tells cases apart; without a database, the url's is meant."""
    parts = split_name(reads)
    whole = (database, *parts) if len(parts) == 1 else parts
    found = tables.get((whole[0], whole[1])) if len(whole) == 2 else None
    return found.name if found is not None else None


def rows_estimate(server: Server, name: Name) -> int | None:
    """Give how many rows a table has, as the system counts its parts; None for what it does not count."""
    asked = {"database": name.path[-2], "table": name.path[-1]}
    where = "database = {database:String} AND name = {table:String}"
    try:
        found = server.rows(f"SELECT total_rows FROM system.tables WHERE {where}", asked)  # noqa: S608 - our own text
    except Failed:
        return None
    return int(found[0][0]) if found and found[0][0] is not None else None


def _tables(server: Server) -> dict[tuple[str, str], Table]:
    tables: dict[tuple[str, str], Table] = {}
    for database, name, uuid, engine, rows, size, documented, *texts in server.rows(_TABLES):
        place = Name(server.address.namespace, (database, name))
        tables[database, name] = Table(place, uuid, engine, rows, size, bool(documented), *texts)
    for database, name, *column in server.rows(_COLUMNS):
        if (database, name) in tables:
            tables[database, name].columns.append(tuple(column))
    return tables


def _sees_all(server: Server) -> bool:
    """Tell whether the catalogue shows every table to this login: what it may not show, it leaves out in silence."""
    try:
        return [tuple(row) for row in server.rows("CHECK GRANT SHOW TABLES, SHOW COLUMNS ON *.*")] == [(1,)]
    except Failed:
        return False


def _inside(tables: Mapping[tuple[str, str], Table]) -> Inside:
    return leaves_of(
        (table.name, [path for item in table.columns for path, _ in fields_below((item[0],), item[1])])
        for table in tables.values()
    )


def _names(table: Table) -> list[str]:
    return [str(column[0]) for column in table.columns]


def _fields(seen: Seen, table: Table) -> Iterator[FieldFact]:
    position = 0
    leading = re.split(r",", table.sorting, maxsplit=1)[0].strip().strip("`")
    for name, spelling, kind, default, documented in table.columns:
        computed = kind in {"ALIAS", "MATERIALIZED"}
        for path, type_ in fields_below((name,), spelling):
            position += 1
            yield FieldFact(
                seen,
                table.name.at(*path),
                position,
                type_,
                nullable=nullable(spelling),
                default=None if computed or not kind or len(path) > 1 else default_kind(default, "clickhouse"),
                computed=computed,
                documented=bool(documented),
                indexed=len(path) == 1 and name == leading,
            )


def _jobs(seen: Seen, table: Table) -> Iterator[JobFact]:
    known = set(_names(table))
    for number, ttl in enumerate(table_ttl(table.engine_full) if table.kind is not DatasetKind.VIEW else ()):
        since = table.name.at(ttl.field) if ttl.field in known and ttl.field is not None else None
        told = f"TTL of {table.name.short}" + (f" ({number + 1})" if number else "")
        yield JobFact(seen, told, _SCHEDULE, (table.name,), keeps=ttl.keeps, since=since)
    for column, ttl in column_ttls(table.definition) if table.kind is DatasetKind.TABLE else ():
        if column in known:
            since = table.name.at(ttl.field) if ttl.field in known and ttl.field is not None else None
            place = table.name.at(column)
            yield JobFact(seen, f"TTL of {place.short}", _SCHEDULE, (place,), keeps=ttl.keeps, since=since)


def _flows(
    session: Session, seen: Seen, server: Server, tables: Mapping[tuple[str, str], Table]
) -> Iterator[EdgeFact | OpaqueFact | Fact]:
    queries = {table.name: table.query for table in tables.values() if table.query and table.engine in _KINDS}
    columns = {table.name: _names(table) for table in tables.values()}
    inside = _inside(tables)
    known = Known("clickhouse", server.address.database, columns, session.context.functions, inside)
    yield from view_edges(seen, known, queries)
    for table in tables.values():
        if table.engine in _KINDS and not table.query:
            why = Failed("the definition is hidden from the auditor", "grant SHOW COLUMNS and SHOW TABLES on it")
            yield session.unseen("definition", why, table.name)
            yield OpaqueFact(seen, table.name, why.reason)
        elif table.kind is DatasetKind.FOREIGN:
            yield OpaqueFact(seen, table.name, f"its rows come from elsewhere (engine {table.engine})")
        elif table.kind is DatasetKind.MATERIALIZED_VIEW:
            yield from _stored(seen, table, tables, inside)


def _stored(
    seen: Seen, view: Table, tables: Mapping[tuple[str, str], Table], inside: Inside
) -> Iterator[EdgeFact | OpaqueFact]:
    """Tell that what a materialized view gives is kept in another table, column by column of the same name."""
    target = _TARGET.search(view.head)
    inner = (view.name.path[0], f".inner_id.{view.uuid}")
    place = (
        tuple(split_name(target[1]))
        if target
        else inner
        if inner in tables
        else (inner[0], f".inner.{view.name.path[1]}")
    )
    stored = tables.get((place[0], place[1])) if len(place) == 2 else None
    if stored is None:
        yield OpaqueFact(seen, view.name, "the table in which it keeps its rows is not in the catalogue")
        return
    there = set(_names(stored))
    for name in _names(view):
        sources, targets = beneath(view.name, (name,), inside), beneath(stored.name, (name,), inside)
        for source, filled, _ in paired(sources, 1, targets) if name in there else ():
            yield EdgeFact(seen, source, filled, _COPIED, Exposure.RAW, Confidence.EXACT, EdgeEvidence.VIEW, "")
