"""What DuckDB's own catalogue functions tell of a file: one statement a kind of thing, whatever the number of tables.

Definitions, defaults and the words of an enum are read here and stay here: they hold values.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from connectors._defaults import default_kind
from connectors._duckdb.file import ATTACHED, Database, quoted
from connectors._generated import generated_edges
from connectors._inside import leaves_of
from connectors._names import nearest, split_name
from connectors._sql import Failed, Session
from connectors._views import Known, view_edges
from lineage.connector import Structure
from lineage.facts import AbsentFact, DatasetFact, Fact, FieldFact, OpaqueFact, ResolvedFact, Seen, UnseenFact
from lineage.model import DatasetKind, Exposure, Name

SCHEMA: Final = "main"
_OURS: Final = f"database_name = '{ATTACHED}' AND NOT internal"
_TABLES: Final = f"""
SELECT schema_name, table_name, estimated_size, comment IS NOT NULL FROM duckdb_tables()
WHERE {_OURS} ORDER BY schema_name, table_name"""  # noqa: S608 - our own constants
_VIEWS: Final = f"""
SELECT schema_name, view_name, sql, comment IS NOT NULL FROM duckdb_views()
WHERE {_OURS} ORDER BY schema_name, view_name"""  # noqa: S608 - our own constants
_COLUMNS: Final = f"""
SELECT schema_name, table_name, column_name, data_type, is_nullable, column_default, is_generated, comment IS NOT NULL
FROM duckdb_columns() WHERE {_OURS} ORDER BY schema_name, table_name, column_index"""  # noqa: S608 - our own constants
_KEYS: Final = f"""
SELECT schema_name, table_name, constraint_type, constraint_column_names FROM duckdb_constraints()
WHERE database_name = '{ATTACHED}' AND constraint_type IN ('PRIMARY KEY', 'UNIQUE')
ORDER BY schema_name, table_name, constraint_index"""  # noqa: S608 - our own constants
_INDEXES: Final = f"""
SELECT schema_name, table_name, expressions FROM duckdb_indexes()
WHERE database_name = '{ATTACHED}'"""  # noqa: S608 - our own constants
_MACROS: Final = f"SELECT DISTINCT function_name FROM duckdb_functions() WHERE {_OURS}"  # noqa: S608 - our own constants
_FIRST: Final = re.compile(r"""^\[\s*'?("(?:[^"]|"")+"|[A-Za-z_]\w*)""")
_TOGETHER: Final = 200
"""Views whose definitions are checked in one statement."""
_DEEPEST: Final = 8
_NESTED: Final = frozenset({"struct", "list", "array", "map", "union", "enum"})


@dataclass(slots=True)
class Table:
    """A table or a view."""

    name: Name
    kind: DatasetKind
    rows: int | None
    documented: bool
    definition: str = ""
    columns: list[tuple[Any, ...]] = field(default_factory=list)
    """(name, type, nullable, default, generated, documented)"""
    keys: list[tuple[str, Sequence[str]]] = field(default_factory=list)
    """(`PRIMARY KEY` or `UNIQUE`, its columns)"""
    leading: set[str] = field(default_factory=set)


def read_structure(database: Database, session: Session, namespace: str, task: Structure) -> Iterator[Fact]:
    """Answer the first wave.

    Raises:
        Failed: the catalogue itself cannot be read.
    """
    seen = session.seen("duckdb catalogue")
    tables = _tables(database, namespace)
    for table in tables.values():
        yield DatasetFact(seen, table.name, table.kind, table.rows, _key(table), documented=table.documented)
        yield from _fields(database, seen, table)
    yield from _view_facts(database, seen, tables, session.context.functions)
    reason = "DuckDB has no identities; file permissions are all there is"
    yield UnseenFact(seen, "access", reason, "review who may read the file where it lies")
    for dataset, reads in task.targets.items():
        found = find_table(tables, reads)
        if found is not None:
            yield ResolvedFact(seen, dataset, found)
        else:
            last = (split_name(reads) or (reads,))[-1]
            alike = nearest(last, (name for _, name in tables))
            yield AbsentFact(seen, dataset, reads, proven=True, nearest=alike)


def find_table(tables: Mapping[tuple[str, str], Table], reads: str) -> Name | None:
    """Give what a plan's `reads` names: DuckDB tells no case apart; without a schema, `main` is meant."""
    parts = split_name(reads)
    if len(parts) == 1:
        parts = (SCHEMA, *parts)
    wanted = tuple(part.casefold() for part in parts)
    for (schema, name), table in tables.items():
        if (schema.casefold(), name.casefold()) == wanted:
            return table.name
    return None


def _tables(database: Database, namespace: str) -> dict[tuple[str, str], Table]:
    tables: dict[tuple[str, str], Table] = {}
    for schema, name, rows, documented in database.rows(_TABLES):
        place = Name(namespace, (schema, name))
        tables[schema, name] = Table(place, DatasetKind.TABLE, int(rows), bool(documented))
    for schema, name, text, documented in database.rows(_VIEWS):
        place = Name(namespace, (schema, name))
        tables[schema, name] = Table(place, DatasetKind.VIEW, None, bool(documented), text or "")
    for schema, name, *column in database.rows(_COLUMNS):
        if (schema, name) in tables:
            tables[schema, name].columns.append(tuple(column))
    for schema, name, kind, columns in database.rows(_KEYS):
        if (schema, name) in tables and columns:
            tables[schema, name].keys.append((kind, tuple(columns)))
            tables[schema, name].leading.add(columns[0])
    for schema, name, expressions in database.rows(_INDEXES):
        found = _FIRST.match(str(expressions))
        if found is not None and (schema, name) in tables:
            first = found[1][1:-1].replace('""', '"') if found[1].startswith('"') else found[1]
            tables[schema, name].leading.add(first)
    return tables


def _key(table: Table) -> tuple[str, ...]:
    required = {name for name, _type, nullable, *_ in table.columns if not nullable}
    # The primary key comes first: its kind sorts before UNIQUE.
    for kind, columns in sorted(table.keys, key=lambda key: key[0]):
        if kind == "PRIMARY KEY" or set(columns) <= required:
            return tuple(columns)
    return ()


def _fields(database: Database, seen: Seen, table: Table) -> Iterator[FieldFact]:
    position = 0
    for name, spelling, nullable, default, generated, documented in table.columns:
        for path, type_ in _below(database, (name,), spelling):
            position += 1
            yield FieldFact(
                seen,
                table.name.at(*path),
                position,
                type_,
                nullable=bool(nullable),
                default=None if generated or len(path) > 1 else default_kind(default, "duckdb"),
                computed=bool(generated),
                documented=bool(documented),
                indexed=len(path) == 1 and name in table.leading,
            )


def _below(database: Database, path: tuple[str, ...], spelling: str) -> Iterator[tuple[tuple[str, ...], str]]:
    """Give the fields of a struct; of what else is nested, or has words of its own, the kind alone is told."""
    if not spelling.startswith(("STRUCT", "MAP", "UNION", "ENUM")) and not spelling.endswith("]"):
        yield path, spelling
        return
    stack = [(path, database.connection.type(spelling))]
    while stack:
        here, kind = stack.pop()
        if kind.id == "struct" and len(here) < _DEEPEST:
            stack.extend(((*here, name), child) for name, child in reversed(kind.children))
        else:
            yield here, str(kind.id).upper() if kind.id in _NESTED else str(kind)


def _view_facts(
    database: Database, seen: Seen, tables: Mapping[tuple[str, str], Table], functions: Mapping[str, Exposure]
) -> Iterator[Fact]:
    views = [table for table in tables.values() if table.kind is DatasetKind.VIEW]
    broken: dict[Name, Failed] = {}
    for start in range(0, len(views), _TOGETHER):
        _check(database, views[start : start + _TOGETHER], broken)
    for name, failed in broken.items():
        yield UnseenFact(seen, "definition", failed.reason, "mend the view, or drop it", name)
        yield OpaqueFact(seen, name, "the view cannot be compiled any more")
    columns = {table.name: [str(item[0]) for item in table.columns] for table in tables.values()}
    made = [(table.name.at(item[0]), str(item[3])) for table in tables.values() for item in table.columns if item[4]]
    inside = leaves_of(
        (table.name, [path for item in table.columns for path, _ in _below(database, (item[0],), item[1])])
        for table in tables.values()
    )
    yield from generated_edges(seen, "duckdb", made, columns, functions, inside)
    known = Known("duckdb", SCHEMA, columns, functions, inside)
    whole = {view.name: view.definition for view in views if view.name not in broken}
    opaque: set[Name] = set()
    for fact in view_edges(seen, known, whole):
        if isinstance(fact, OpaqueFact):
            opaque.add(fact.name)
        yield fact
    for name in _calling(database, whole, functions):
        if name not in opaque:
            yield OpaqueFact(seen, name, "it calls a macro of the file, which may read other datasets")


def _check(database: Database, views: Sequence[Table], broken: dict[Name, Failed]) -> None:
    """Compile views without running them, all in one statement; where that fails, find those that do not compile."""
    if not views:
        return
    # Names of the catalogue, quoted.
    counts = ", ".join(f"(SELECT count(*) FROM {_spelt(view.name)}) v{n}" for n, view in enumerate(views))  # noqa: S608 - quoted names of the catalogue
    try:
        database.rows(f"EXPLAIN SELECT 1 FROM {counts}")  # noqa: S608 - as above
    except Failed as failed:
        if len(views) == 1:
            broken[views[0].name] = failed
            return
        middle = len(views) // 2
        _check(database, views[:middle], broken)
        _check(database, views[middle:], broken)


def _calling(database: Database, definitions: Mapping[Name, str], functions: Mapping[str, Exposure]) -> Iterator[Name]:
    told = {name.rpartition(".")[2].lower() for name in functions}
    macros = [re.escape(name) for (name,) in database.rows(_MACROS) if name.lower() not in told]
    if not macros:
        return
    called = re.compile(rf'(?<![\w$])"?(?:{"|".join(macros)})"?\s*\(', re.IGNORECASE)
    yield from (name for name, text in definitions.items() if called.search(text))


def _spelt(name: Name) -> str:
    return ".".join(quoted(part) for part in (ATTACHED, *name.path))
