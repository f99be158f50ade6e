"""What SQLAlchemy's inspector tells of any database: by its bulk methods, so a few statements a schema.

Definitions of views are asked for one by one, since there is no bulk method for them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

from connectors._defaults import default_kind
from connectors._mysql.sql import AWARE
from connectors._names import nearest, split_name
from connectors._sql import Failed, Session
from connectors._sql_engine import Database
from connectors._views import Known, view_edges
from lineage.connector import Structure
from lineage.facts import AbsentFact, DatasetFact, Fact, FieldFact, OpaqueFact, ResolvedFact, SystemFact
from lineage.model import DatasetKind, Name

COMPLETE: Final = frozenset({"sqlite", "postgresql"})
"""Backends whose catalogue hides nothing from whom it lets in."""
_SYSTEM: Final = frozenset(
    {"information_schema", "pg_catalog", "mysql", "performance_schema", "sys", "system", "guest", "ctxsys", "xdb"}
)
_SPEECH: Final = {"postgresql": "postgres", "mssql": "tsql", "mariadb": "mysql"}
_TWO_PARTS: Final = frozenset({"mysql", "mariadb", "sqlite", "bigquery"})
"""Backends in which a schema is all that stands above a table."""


@dataclass(slots=True)
class Table:
    """A table or a view."""

    name: Name
    kind: DatasetKind
    schema: str
    columns: list[Mapping[str, Any]] = field(default_factory=list)
    key: tuple[str, ...] = ()
    leading: set[str] = field(default_factory=set)
    documented: bool = False
    unseen: Failed | None = None
    """Why nothing is known of it but its name."""


def read_structure(database: Database, session: Session, task: Structure) -> Iterator[Fact]:
    """Answer the first wave.

    Raises:
        Failed: the catalogue itself cannot be read.
    """
    complete = database.backend in COMPLETE
    default, names = database.inspected(lambda inspector: (inspector.default_schema_name, inspector.get_schema_names()))
    default = default or "main"
    version = ".".join(str(part) for part in database.engine.dialect.server_version_info or ())
    seen = session.seen("inspector")
    yield SystemFact(seen, database.namespace, database.backend, version, complete_catalogue=complete)
    tables: dict[tuple[str, str], Table] = {}
    silent: dict[str, Failed] = {}
    ours = [name for name in names if name.lower() not in _SYSTEM and not name.lower().startswith("pg_")]
    for schema in ours:
        try:
            tables.update({(schema, table.name.path[-1]): table for table in _of_schema(database, schema)})
        except Failed as failed:
            silent[schema] = failed
    if silent and len(silent) == len(ours):
        raise silent[ours[0]]
    complete = complete and not silent
    for schema, why in silent.items():
        yield session.unseen("structure", why, _named(database, schema))
    for table in tables.values():
        yield DatasetFact(seen, table.name, table.kind, None, table.key, documented=table.documented)
        yield from _fields(database, session, table)
        if table.unseen is not None:
            yield session.unseen("structure", table.unseen, table.name)
    yield from _views(database, session, default, tables)
    why = Failed(
        "grants are not read in this way", "use the system's own connector, or probe with the identity's login"
    )
    yield session.unseen("access", why, None)
    for dataset, reads in task.targets.items():
        found = _find(tables, default, reads)
        if found is not None:
            yield ResolvedFact(seen, dataset, found)
        else:
            last = (split_name(reads) or (reads,))[-1]
            alike = nearest(last, (name for _, name in tables))
            yield AbsentFact(seen, dataset, reads, proven=complete, nearest=alike)


def _of_schema(database: Database, schema: str) -> list[Table]:
    """Read a schema by the bulk methods; where one thing of it cannot be read, find it and read the others."""
    try:
        return list(database.inspected(partial(_tables, database, schema, None)))
    except Failed as failed:
        if failed.final:
            raise
    tables, views = database.inspected(
        lambda inspector: (inspector.get_table_names(schema=schema), inspector.get_view_names(schema=schema))
    )
    return list(_apart(database, schema, [*tables, *views], frozenset(views)))


def _apart(database: Database, schema: str, names: Sequence[str], views: frozenset[str]) -> Iterator[Table]:
    if not names:
        return
    try:
        yield from list(database.inspected(partial(_tables, database, schema, names)))
    except Failed as failed:
        if failed.final:
            raise
        if len(names) == 1:
            kind = DatasetKind.VIEW if names[0] in views else DatasetKind.TABLE
            yield Table(_named(database, schema, names[0]), kind, schema, unseen=failed)
            return
        middle = len(names) // 2
        yield from _apart(database, schema, names[:middle], views)
        yield from _apart(database, schema, names[middle:], views)


def _tables(database: Database, schema: str, names: Sequence[str] | None, inspector: Any) -> list[Table]:
    from sqlalchemy.engine.reflection import ObjectKind

    asked: dict[str, Any] = {"schema": schema, "kind": ObjectKind.ANY}
    if names is not None:
        asked["filter_names"] = list(names)
    columns = inspector.get_multi_columns(**asked)
    keys = inspector.get_multi_pk_constraint(**asked)
    uniques = _optional(inspector.get_multi_unique_constraints, asked)
    indexes = _optional(inspector.get_multi_indexes, asked)
    comments = _optional(inspector.get_multi_table_comment, asked)
    copies = set(_materialized(inspector, schema))
    views = {*inspector.get_view_names(schema=schema), *copies}
    found: list[Table] = []
    for place, its_columns in columns.items():
        kind = DatasetKind.VIEW if place[1] in views else DatasetKind.TABLE
        kind = DatasetKind.MATERIALIZED_VIEW if place[1] in copies else kind
        table = Table(_named(database, schema, place[1]), kind, schema, list(its_columns))
        required = {column["name"] for column in its_columns if not column.get("nullable", True)}
        candidates = [
            tuple((keys.get(place) or {}).get("constrained_columns") or ()),
            *(tuple(one.get("column_names") or ()) for one in uniques.get(place) or ()),
        ]
        listed = [tuple(one.get("column_names") or ()) for one in indexes.get(place) or ()]
        # What is unique is unique by an index; a column of an index that is an expression has no name.
        table.leading = {names[0] for names in (*candidates, *listed) if names and names[0]}
        primary = candidates[0]
        table.key = primary or next((names for names in candidates[1:] if names and set(names) <= required), ())
        table.documented = bool((comments.get(place) or {}).get("text"))
        found.append(table)
    return found


def _optional(method: Any, asked: Mapping[str, Any]) -> Mapping[Any, Any]:
    try:
        return dict(method(**asked))
    except NotImplementedError:
        return {}


def _materialized(inspector: Any, schema: str) -> Sequence[str]:
    try:
        return list(inspector.get_materialized_view_names(schema=schema))
    except NotImplementedError:
        return ()


def _fields(database: Database, session: Session, table: Table) -> Iterator[FieldFact]:
    seen, speech = session.seen("inspector"), _speech(database)
    for position, column in enumerate(table.columns, start=1):
        generated = column.get("computed") is not None
        default = default_kind(column.get("default"), speech)
        numbered = column.get("identity") or column.get("autoincrement") is True
        yield FieldFact(
            seen,
            table.name.at(column["name"]),
            position,
            _spelling(database, column["type"]),
            nullable=bool(column.get("nullable", True)),
            default=None if generated else "sequence" if numbered else default,
            computed=generated,
            documented=bool(column.get("comment")),
            indexed=column["name"] in table.leading,
        )


def _spelling(database: Database, kind: Any) -> str:
    import sqlalchemy as sa

    # The words of an enum are values.
    if isinstance(kind, sa.Enum):
        return str(getattr(kind, "name", None) or "enum")
    try:
        spelt = str(kind.compile(dialect=database.engine.dialect))
    except sa.exc.SQLAlchemyError:
        return "unknown"
    if database.backend in {"mysql", "mariadb"}:
        bare = spelt.partition("(")[0].lower()
        return f"{spelt} {AWARE}" if bare == "timestamp" else "set" if bare == "set" else spelt
    return spelt


def _views(
    database: Database, session: Session, default: str, tables: Mapping[tuple[str, str], Table]
) -> Iterator[Fact]:
    seen = session.seen("inspector")
    definitions: dict[Name, str] = {}
    for (schema, name), table in tables.items():
        if table.kind is DatasetKind.TABLE:
            continue
        try:
            text = database.inspected(partial(_definition, schema, name))
        except Failed as failed:
            yield session.unseen("definition", failed, table.name)
            text = None
        if not text or not table.columns:
            reason = "the view cannot be compiled any more" if text else "the definition is hidden from the auditor"
            yield session.unseen("definition", Failed(reason, "mend the view, or grant what shows it"), table.name)
            yield OpaqueFact(seen, table.name, reason)
        else:
            definitions[table.name] = text
    columns = {table.name: [str(column["name"]) for column in table.columns] for table in tables.values()}
    known = Known(_speech(database), default, columns, session.context.functions)
    yield from view_edges(seen, known, definitions)


def _definition(schema: str, name: str, inspector: Any) -> str | None:
    found: str | None = inspector.get_view_definition(name, schema=schema)
    return found


def _speech(database: Database) -> str:
    from sqlglot.dialects.dialect import Dialect

    name = _SPEECH.get(database.backend, database.backend)
    return name if name in Dialect.classes or Dialect.get(name) is not None else ""


def _named(database: Database, *parts: str) -> Name:
    above = database.engine.url.database
    if database.backend == "snowflake" and above:
        # Its URLs name a schema after the database.
        above = above.partition("/")[0]
    if database.backend == "databricks":
        above = str(database.engine.url.query.get("catalog") or "")
    if database.backend in _TWO_PARTS or not above:
        return Name(database.namespace, parts)
    return Name(database.namespace, (above, *parts))


def _find(tables: Mapping[tuple[str, str], Table], default: str, reads: str) -> Name | None:
    parts = split_name(reads)
    wanted = (default, *parts) if len(parts) == 1 else tuple(parts[-2:])
    if len(parts) > 3 or len(wanted) != 2:
        return None
    exact = tables.get((wanted[0], wanted[1]))
    if exact is None:
        folded = tuple(part.casefold() for part in wanted)
        alike = [table for key, table in tables.items() if tuple(part.casefold() for part in key) == folded]
        exact = alike[0] if len(alike) == 1 else None
    if exact is None or (len(parts) == 3 and exact.name.path[0] != parts[0]):
        return None
    return exact.name
