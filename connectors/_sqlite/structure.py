"""What SQLite's catalogue tells: tables, views with their edges, columns, keys, indexes; and what a plan's names mean.

Definitions and defaults are read here and stay here: they hold literals.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from connectors._generated import expressions_in, generated_edges
from connectors._names import nearest, split_name
from connectors._sql import Failed, Session
from connectors._sqlite.file import Database
from connectors._sqlite.sql import SCHEMA
from connectors._tasks.sample_blocks import Key, by_list
from connectors._views import Known, view_edges
from lineage.connector import Structure
from lineage.facts import AbsentFact, DatasetFact, Fact, FieldFact, OpaqueFact, ResolvedFact, UnseenFact
from lineage.model import DatasetKind, Name

_OBJECTS: Final = """
SELECT type, name, sql FROM sqlite_master
WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name"""
_COLUMNS: Final = 'SELECT name, type, "notnull", dflt_value, pk, hidden FROM pragma_table_xinfo(?, ?)'
_INDEXES: Final = """
SELECT i.name, i."unique", i.partial, c.seqno, c.name
FROM pragma_index_list(?, ?) i, pragma_index_info(i.name, ?) c ORDER BY i.name, c.seqno"""
_STORED: Final = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND rootpage > 0 AND name = ?"
_ROW_NUMBERS: Final = ("rowid", "_rowid_", "oid")
"""Its names, of which a column may take one or the other. A table without has none: then the name means itself."""
_NOW: Final = re.compile(
    r"current_(timestamp|date|time)|\b(datetime|date|time|unixepoch|julianday|strftime)\s*\(", re.IGNORECASE
)
_CONSTANT: Final = re.compile(
    r"[-+]?\s*[\d.][\w.+-]*|x?'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|null|true|false", re.IGNORECASE
)
_SMALLEST_ROW_BYTES: Final = 4
_MEND: Final = "mend the view, or drop it; if it calls a function of its application, read a copy as a table"


@dataclass(frozen=True, slots=True)
class Item:
    """A field of the catalogue."""

    name: str
    type: str
    not_null: bool
    default: str | None
    """Its kind."""
    key: int
    """Place in the primary key, from 1; 0 for none."""
    computed: bool


@dataclass(slots=True)
class Table:
    """A table or a view."""

    name: Name
    kind: DatasetKind
    definition: str
    items: list[Item] = field(default_factory=list)
    key: tuple[str, ...] = ()
    leading: frozenset[str] = frozenset()
    """Fields that an index starts with."""


def read_structure(database: Database, session: Session, namespace: str, task: Structure) -> Iterator[Fact]:
    """Answer the first wave.

    Raises:
        Failed: the catalogue itself cannot be read.
    """
    seen = session.seen("sqlite_schema")
    tables: list[Table] = []
    for kind, name, definition in database.rows(_OBJECTS):
        table = Table(
            Name(namespace, (SCHEMA, name)),
            DatasetKind.VIEW if kind == "view" else DatasetKind.TABLE,
            definition or "",
        )
        tables.append(table)
        try:
            _describe(database, table)
        except Failed as failed:
            reason, settle = failed.reason, failed.settle
            if kind == "view":
                reason, settle = f"the view cannot be compiled: {reason}", _MEND
                yield OpaqueFact(seen, table.name, "the view cannot be compiled")
            yield UnseenFact(seen, "definition", reason, settle, table.name)
    for table in tables:
        rows = None if table.kind is DatasetKind.VIEW else rows_estimate(database, table.name)
        yield DatasetFact(seen, table.name, table.kind, rows, table.key)
        for position, item in enumerate(table.items, start=1):
            yield FieldFact(
                seen,
                table.name.at(item.name),
                position,
                item.type,
                nullable=not item.not_null,
                default=item.default,
                computed=item.computed,
                indexed=item.name in table.leading,
            )
    columns = {table.name: [item.name for item in table.items] for table in tables}
    made = [
        (table.name.at(item.name), found.get(item.name.lower(), ""))
        for table in tables
        if any(item.computed for item in table.items)
        for found in [{name.lower(): text for name, text in expressions_in(table.definition, "sqlite")}]
        for item in table.items
        if item.computed
    ]
    yield from generated_edges(seen, "sqlite", made, columns, session.context.functions)
    known = Known("sqlite", SCHEMA, columns, session.context.functions)
    views = {table.name: table.definition for table in tables if table.kind is DatasetKind.VIEW and table.items}
    yield from view_edges(seen, known, views)
    reason = "SQLite has no identities; file permissions are all there is"
    yield UnseenFact(seen, "access", reason, "review who may read the file where it lies")
    for dataset, reads in task.targets.items():
        found = find_table((table.name for table in tables), reads)
        if found is not None:
            yield ResolvedFact(seen, dataset, found)
        else:
            last = (split_name(reads) or (reads,))[-1]
            alike = nearest(last, (table.name.path[-1] for table in tables))
            yield AbsentFact(seen, dataset, reads, proven=True, nearest=alike)


def find_table(names: Iterator[Name], reads: str) -> Name | None:
    """Give what a plan's `reads` names: SQLite's names differ in more than the case of ASCII letters."""
    parts = split_name(reads)
    wanted = {_folded(reads)}
    if len(parts) == 1 or (len(parts) == 2 and _folded(parts[0]) == SCHEMA):
        wanted.add(_folded(parts[-1]))
    return next((name for name in names if _folded(name.path[-1]) in wanted), None)


def rows_estimate(database: Database, name: Name) -> int | None:
    """Give how many rows a table has at most, without reading it; None for a view."""
    import sqlalchemy as sa

    from connectors._sqlite.sql import table_of

    rowid: sa.ColumnElement[int] = sa.column("rowid", sa.Integer())
    # Two questions: asked together, SQLite reads the whole table for them.
    found = [sa.select(end(rowid)).select_from(table_of(name)).scalar_subquery() for end in (sa.func.min, sa.func.max)]
    ends = sa.select(*found)
    try:
        [[pages, size]] = database.rows("SELECT page_count, page_size FROM pragma_page_count, pragma_page_size")
        [[first, last]] = database.execute(ends)
    except Failed:
        return None
    # The span of the numbers counts deleted rows too, and numbers given by an application may lie far apart.
    most = int(pages) * int(size) // _SMALLEST_ROW_BYTES
    if not isinstance(first, int) or not isinstance(last, int):
        return 0 if last is None else None
    return min(last - first + 1, most)


def key_of(database: Database, name: Name) -> Key | None:
    """Give the number by which a table lies ordered; None for views, virtual tables and where its names are taken."""
    try:
        stored = database.rows(_STORED, (name.path[-1],))
        taken = {column.lower() for column, *_ in database.rows(_COLUMNS, (name.path[-1], SCHEMA))}
    except Failed:
        return None
    free = next((alias for alias in _ROW_NUMBERS if alias not in taken), None)
    return Key(free, by_list) if stored and free is not None else None


def _describe(database: Database, table: Table) -> None:
    name = table.name.path[-1]
    for column, spelling, not_null, default, key, hidden in database.rows(_COLUMNS, (name, SCHEMA)):
        if hidden == 1:
            continue
        computed = hidden in {2, 3}
        table.items.append(Item(column, spelling or "", bool(not_null), _default(default), int(key), computed))
    by_index: dict[str, list[tuple[bool, bool, str | None]]] = {}
    for index, unique, partial, _place, column in database.rows(_INDEXES, (name, SCHEMA, SCHEMA)):
        by_index.setdefault(index, []).append((bool(unique), bool(partial), column))
    keyed = sorted((item for item in table.items if item.key), key=lambda item: item.key)
    if len(keyed) == 1 and keyed[0].type.upper() == "INTEGER":
        table.items[table.items.index(keyed[0])] = replace(keyed[0], not_null=True)  # it is the number of the row
    table.key = tuple(item.name for item in keyed) or _unique_key(table, by_index)
    leading = {columns[0][2] for columns in by_index.values() if not columns[0][1]}
    # An INTEGER PRIMARY KEY is the table's own order and has no index beside it.
    leading |= {item.name for item in keyed[:1]}
    table.leading = frozenset(column for column in leading if column is not None)


def _unique_key(table: Table, by_index: Mapping[str, list[tuple[bool, bool, str | None]]]) -> tuple[str, ...]:
    not_null = {item.name for item in table.items if item.not_null}
    for columns in by_index.values():
        names = [column for unique, partial, column in columns if unique and not partial and column in not_null]
        if len(names) == len(columns):
            return tuple(name for name in names if name is not None)
    return ()


def _default(text: str | None) -> str | None:
    if text is None:
        return None
    stripped = text.strip()
    while stripped.startswith("(") and stripped.endswith(")"):
        stripped = stripped[1:-1].strip()
    if _CONSTANT.fullmatch(stripped):
        return "constant"
    return "now" if _NOW.match(stripped) else "expression"


def _folded(text: str) -> str:
    return "".join(letter.lower() if letter.isascii() else letter for letter in text)
