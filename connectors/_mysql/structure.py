"""What `information_schema` says of tables, views and columns: one statement a kind of thing, whatever their number.

An account sees there what it holds a right on, so that what is missing may be hidden; `Rights` says where it may not.
Comments become a flag in the server; defaults and view definitions are read here and stay here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from connectors._defaults import default_kind
from connectors._generated import generated_edges
from connectors._mysql.named import asked_by
from connectors._mysql.session import Database
from connectors._mysql.sql import AWARE
from connectors._names import nearest, split_name
from connectors._sql import Failed
from connectors._tasks.sample_blocks import Key, by_prefixes, by_ranges, hexadecimal
from connectors._views import Asked, Known, view_edges
from lineage.connector import Structure
from lineage.facts import AbsentFact, DatasetFact, EdgeFact, Fact, FieldFact, OpaqueFact, ResolvedFact
from lineage.model import DatasetKind, Name

SYSTEM: Final = ("information_schema", "mysql", "performance_schema", "sys")
_OURS: Final = f"NOT IN {SYSTEM}"
_TABLES: Final = f"""
SELECT TABLE_SCHEMA, TABLE_NAME, TABLE_TYPE, TABLE_ROWS, DATA_LENGTH + INDEX_LENGTH, UPDATE_TIME, TABLE_COMMENT <> '',
       TABLE_TYPE = 'VIEW' AND TABLE_COMMENT NOT IN ('VIEW', '')
FROM information_schema.TABLES
WHERE TABLE_SCHEMA {_OURS} AND TABLE_TYPE IN ('BASE TABLE', 'VIEW', 'SYSTEM VERSIONED')
ORDER BY TABLE_SCHEMA, TABLE_NAME"""  # noqa: S608 - our own constants
_COLUMNS: Final = f"""
SELECT TABLE_SCHEMA, TABLE_NAME, COLUMN_NAME, ORDINAL_POSITION, DATA_TYPE,
       CASE WHEN DATA_TYPE IN ('enum', 'set') THEN DATA_TYPE ELSE COLUMN_TYPE END, IS_NULLABLE = 'YES', COLUMN_DEFAULT,
       EXTRA, COLUMN_COMMENT <> ''
FROM information_schema.COLUMNS WHERE TABLE_SCHEMA {_OURS}
ORDER BY TABLE_SCHEMA, TABLE_NAME, ORDINAL_POSITION"""  # noqa: S608 - our own constants
_GENERATED: Final = f"""
SELECT TABLE_SCHEMA, TABLE_NAME, COLUMN_NAME, GENERATION_EXPRESSION
FROM information_schema.COLUMNS WHERE TABLE_SCHEMA {_OURS} AND COALESCE(GENERATION_EXPRESSION, '') <> ''
ORDER BY TABLE_SCHEMA, TABLE_NAME, ORDINAL_POSITION"""  # noqa: S608 - our own constants
_INDEXES: Final = f"""
SELECT TABLE_SCHEMA, TABLE_NAME, INDEX_NAME, NON_UNIQUE = 0, COLUMN_NAME, NULLABLE = 'YES', INDEX_TYPE = 'BTREE'
FROM information_schema.STATISTICS WHERE TABLE_SCHEMA {_OURS}
ORDER BY TABLE_SCHEMA, TABLE_NAME, INDEX_NAME <> 'PRIMARY', INDEX_NAME, SEQ_IN_INDEX"""  # noqa: S608 - our own constants
_NUMBERED: Final = """
SELECT MAX(s.COLUMN_NAME), MAX(c.DATA_TYPE) IN ('char', 'varchar')
FROM information_schema.STATISTICS s
LEFT JOIN information_schema.COLUMNS c USING (TABLE_SCHEMA, TABLE_NAME, COLUMN_NAME)
WHERE s.TABLE_SCHEMA = %s AND s.TABLE_NAME = %s AND s.NON_UNIQUE = 0 AND s.INDEX_TYPE = 'BTREE'
GROUP BY s.INDEX_NAME
HAVING COUNT(*) = 1 AND MAX(c.IS_NULLABLE) = 'NO'
   AND MAX(c.DATA_TYPE) IN ('tinyint', 'smallint', 'mediumint', 'int', 'bigint', 'char', 'varchar')
ORDER BY 2, s.INDEX_NAME <> 'PRIMARY', s.INDEX_NAME LIMIT 1"""
_PARTS: Final = f"""
SELECT TABLE_SCHEMA, TABLE_NAME, COUNT(*) FROM information_schema.PARTITIONS
WHERE PARTITION_NAME IS NOT NULL AND TABLE_SCHEMA {_OURS} GROUP BY TABLE_SCHEMA, TABLE_NAME"""  # noqa: S608 - our own
_VIEWS: Final = f"""
SELECT TABLE_SCHEMA, TABLE_NAME, VIEW_DEFINITION, DEFINER, SECURITY_TYPE = 'DEFINER'
FROM information_schema.VIEWS WHERE TABLE_SCHEMA {_OURS}"""  # noqa: S608 - our own constants
_UPDATE_TIME_ERROR: Final = 1.0
"""Seconds: it is kept by the second."""
_VERSIONED: Final = "SYSTEM VERSIONED"


@dataclass(frozen=True, slots=True)
class Rights:
    """What the session itself may see: where nothing is hidden from it."""

    everywhere: frozenset[str]
    """Rights that it holds on everything, lower case."""
    schemas: Mapping[str, frozenset[str]]
    """Pattern of schemas -> rights that it holds on all of them."""

    @property
    def complete(self) -> bool:
        """Every table and column is shown."""
        return "select" in self.everywhere

    def holds(self, right: str, schema: str) -> bool:
        """Say whether a right is held on everything in a schema; patterns are left out, since others may win."""
        return right in self.everywhere or right in self.schemas.get(schema, ())


@dataclass(slots=True)
class Table:
    """A table or a view."""

    name: Name
    kind: DatasetKind
    rows: int | None
    size: int | None
    changed: datetime | None
    documented: bool
    invalid: bool
    versioned: bool
    columns: list[tuple[Any, ...]] = field(default_factory=list)
    """(name, position, bare type, type, nullable, default, extra, documented)"""
    indexes: dict[str, list[tuple[bool, str | None, bool, bool]]] = field(default_factory=dict)
    """Index -> its columns in order: (unique, column, nullable, in order)."""
    parts: int = 1
    definition: str = ""
    definer: str | None = None
    as_definer: bool = True


@dataclass(slots=True)
class Catalogue:
    """Everything that the session sees, by schema and name."""

    tables: dict[tuple[str, str], Table] = field(default_factory=dict)
    fields: dict[Name, list[str]] = field(default_factory=dict)
    reads: defaultdict[Name, set[Name]] = field(default_factory=lambda: defaultdict(set))
    """View -> what it reads."""
    calls: dict[Name, set[tuple[str, ...]]] = field(default_factory=dict)
    """View -> the stored functions that it calls, by schema and name."""

    def find(self, database: Database, schema: str | None, name: str) -> Table | None:
        """Give a table or view by its name, as the server finds it."""
        wanted = (schema or "", name)
        found = self.tables.get(wanted)
        if found is None and database.folds:
            folded = tuple(part.casefold() for part in wanted)
            found = next(
                (table for key, table in self.tables.items() if tuple(part.casefold() for part in key) == folded), None
            )
        return found


def read_catalogue(database: Database) -> Catalogue:
    """Read every table, view, column and index that the session sees.

    Raises:
        Failed: the catalogue itself cannot be read.
    """
    catalogue = Catalogue()
    for schema, name, kind, rows, size, changed, documented, invalid in database.rows(_TABLES):
        view = kind == "VIEW"
        catalogue.tables[schema, name] = Table(
            database.path(schema, name),
            DatasetKind.VIEW if view else DatasetKind.TABLE,
            rows=None if view or rows is None else int(rows),
            size=None if view or size is None else int(size),
            changed=changed.replace(tzinfo=UTC) if isinstance(changed, datetime) else None,
            documented=bool(documented) and not view,
            invalid=bool(invalid),
            versioned=kind == _VERSIONED,
        )
    for schema, name, *column in database.rows(_COLUMNS):
        if (schema, name) in catalogue.tables:
            catalogue.tables[schema, name].columns.append(tuple(column))
    for schema, name, index, *place in database.rows(_INDEXES):
        if (schema, name) in catalogue.tables:
            catalogue.tables[schema, name].indexes.setdefault(index, []).append(tuple(place))
    for schema, name, parts in database.rows(_PARTS):
        if (table := catalogue.tables.get((schema, name))) is not None:
            table.kind, table.parts = DatasetKind.PARTITIONED, int(parts)
    for schema, name, definition, definer, as_definer in database.rows(_VIEWS):
        if (table := catalogue.tables.get((schema, name))) is not None:
            table.definition, table.as_definer = definition or "", bool(as_definer)
            table.definer = str(definer).removesuffix("@") if definer else None
    catalogue.fields = {table.name: [str(column[0]) for column in table.columns] for table in catalogue.tables.values()}
    return catalogue


def dataset_facts(
    database: Database, catalogue: Catalogue, undecided: frozenset[Name], rights: Rights
) -> Iterator[Fact]:
    """Tell the datasets and their fields; the definer of a view in `undecided` is not told as its owner."""
    seen = database.seen()
    for table in catalogue.tables.values():
        yield DatasetFact(
            seen,
            table.name,
            table.kind,
            table.rows,
            _key(table),
            owner=None if table.name in undecided else table.definer,
            documented=table.documented,
            runs_as_owner=table.as_definer,
            changed_at=table.changed,
            changed_by="UPDATE_TIME" if table.changed is not None else "",
            changed_error=_UPDATE_TIME_ERROR,
            size_bytes=table.size,
            parts=table.parts,
            default_rights=False,  # no right comes with making a table or being a view's definer
            complete_fields=rights.holds("select", table.name.path[-2]),
        )
        leading = {columns[0][1] for columns in table.indexes.values() if columns[0][3]}
        for name, position, bare, type_, nullable, default, extra, documented in table.columns:
            yield FieldFact(
                seen,
                table.name.at(name),
                int(position),
                f"{type_} {AWARE}" if bare == "timestamp" else type_,
                nullable=bool(nullable),
                default=_default(database, table, default, extra),
                computed="GENERATED" in extra and "DEFAULT_GENERATED" not in extra,
                documented=bool(documented),
                indexed=name in leading,
            )
        if table.versioned:
            reason = "it is system versioned: rows that were deleted are kept as history, which is not measured"
            settle = "partition it BY SYSTEM_TIME and drop old partitions, or review by hand how long history is kept"
            yield database.unseen("history", Failed(reason, settle), table.name)


def generated_facts(database: Database, catalogue: Catalogue) -> Iterator[Fact]:
    """Tell what generated columns are made of."""
    made = [
        (table.name.at(column), str(text))
        for schema, name, column, text in database.rows(_GENERATED)
        if (table := catalogue.tables.get((schema, name))) is not None
    ]
    yield from generated_edges(database.seen(), "mysql", made, catalogue.fields, database.context.functions)


def view_facts(database: Database, catalogue: Catalogue) -> Iterator[Fact]:
    """Tell the edges of views; what is no longer valid, hidden or not understood is opaque."""
    seen = database.seen()
    definitions: dict[Name, str] = {}
    for table in catalogue.tables.values():
        if table.kind is not DatasetKind.VIEW:
            continue
        if table.invalid or (table.definition and not table.columns):
            yield database.unseen("definition", _why_without_columns(database, table), table.name)
            yield OpaqueFact(seen, table.name, "the view cannot be compiled any more, or not by the auditor")
        elif not table.definition:
            who, what = quoted_account(database.identity), ".".join(backticked(part) for part in table.name.path)
            why = Failed("the definition is hidden from the auditor", f"GRANT SELECT, SHOW VIEW ON {what} TO {who}")
            yield database.unseen("definition", why, table.name)
            yield OpaqueFact(seen, table.name, "the definition is hidden from the auditor")
        else:
            definitions[table.name] = table.definition
    known = Known("mysql", database.schema or "", catalogue.fields, database.context.functions)
    asked: dict[str, Asked | None] = {}

    def told(text: str) -> Asked | None:
        return asked.setdefault(text, asked_by(text))

    for fact in view_edges(seen, known, definitions, told):
        if isinstance(fact, EdgeFact):
            catalogue.reads[fact.target.dataset].add(fact.source.dataset)
        yield fact
    for view, text in definitions.items():
        if (found := asked.get(text)) is not None and found.calls:
            catalogue.calls[view] = found.calls


def _why_without_columns(database: Database, table: Table) -> Failed:
    asked = None if table.invalid else asked_by(table.definition)
    if asked is None or not asked.calls:
        return Failed("the view names what is gone, or its definer lacks the right (1356)", "mend the view, or drop it")
    functions = (".".join(backticked(part) for part in path) for path in sorted(asked.calls))
    who = quoted_account(database.identity)
    settle = "; ".join(f"GRANT EXECUTE ON FUNCTION {function} TO {who}" for function in functions)
    return Failed("the columns of the view are shown to who may execute the functions that it calls", settle)


def target_facts(database: Database, catalogue: Catalogue, rights: Rights, task: Structure) -> Iterator[Fact]:
    """Say of each dataset of the plan which table it is; absent is proven only where nothing is hidden."""
    seen = database.seen()
    for dataset, reads in task.targets.items():
        parts = split_name(reads)
        schema, name = parts if len(parts) == 2 else (database.schema, parts[0] if len(parts) == 1 else reads)
        found = catalogue.find(database, schema, name)
        if found is not None:
            yield ResolvedFact(seen, dataset, found.name)
            continue
        proven = rights.complete or (schema is not None and rights.holds("select", schema))
        same = [f"{where}.{other}" for where, other in catalogue.tables if other == name]
        alike = nearest(name, (other for where, other in catalogue.tables if where == schema))
        yield AbsentFact(seen, dataset, reads, proven=proven, nearest=tuple(dict.fromkeys((*same, *alike)))[:3])


def backticked(identifier: str) -> str:
    """Quote an identifier."""
    return "`" + identifier.replace("`", "``") + "`"


def quoted_account(account: str) -> str:
    """Quote an account as GRANT wants it: `'auditor'@'%'`; a role has no host."""
    user, at, host = account.rpartition("@")
    if not at:
        return backticked(account)
    return "@".join("'" + part.replace("\\", "\\\\").replace("'", "''") + "'" for part in (user, host))


def key_of(database: Database, name: Name) -> Key | None:
    """Give a whole number, or else a text, by which an index finds each row of a table; None where there is none."""
    try:
        found = database.rows(_NUMBERED, name.path[-2:])
    except Failed:
        return None
    if not found:
        return None
    column, text = str(found[0][0]), bool(found[0][1])
    return Key(column, by_prefixes, hexadecimal) if text else Key(column, by_ranges)


def _key(table: Table) -> tuple[str, ...]:
    # PRIMARY comes first.
    for columns in table.indexes.values():
        if all(unique and name is not None and not nullable for unique, name, nullable, _ in columns):
            return tuple(str(name) for _, name, _, _ in columns)
    return ()


def _default(database: Database, table: Table, default: str | None, extra: str) -> str | None:
    if table.kind is DatasetKind.VIEW or default is None:
        return "sequence" if "auto_increment" in extra else None
    if not database.mariadb and "DEFAULT_GENERATED" not in extra:
        # MySQL spells a constant without its quotes.
        return "now" if default.upper().startswith("CURRENT_TIMESTAMP") else "constant"
    return None if "GENERATED" in extra and database.mariadb else default_kind(default, "mysql")
