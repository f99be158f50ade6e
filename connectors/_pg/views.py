"""Edges of PostgreSQL's views: from their definitions, checked against what the server itself says they depend on.

The server prints a definition with every name qualified (`search_path` is pg_catalog), so nothing has to be guessed.
`pg_depend` knows each column that a definition names. A column of a base that no edge accounts for gets an INDIRECT
one, since reading the view needs the right on it; a definition that could not be read in whole makes the view opaque.
Definitions hold literals: they stay in this module, and edges carry a literal-free fingerprint.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from connectors._generated import generated_edges
from connectors._pg.functions import functions_of
from connectors._pg.session import Database
from connectors._pg.structure import Catalogue
from connectors._sql import Failed
from lineage.facts import EdgeFact, OpaqueFact, Seen, UnseenFact
from lineage.model import Confidence, DatasetKind, EdgeEvidence, Exposure, Name, Transformation

if TYPE_CHECKING:
    from lineage.sql import ColumnEdge, RowEdge, SqlLineage
    from lineage.sql.reader import SqlReader

Needs = Mapping[int, Mapping[int, set[str]]]
"""View -> base -> the columns of it that the definition names; none where it only counts or joins rows."""

_VIEWS: Final = frozenset({DatasetKind.VIEW, DatasetKind.MATERIALIZED_VIEW})
_DEFINITIONS: Final = "SELECT v, pg_get_viewdef(v) FROM unnest(%s::oid[]) v"
_NEEDS: Final = """
SELECT r.ev_class, d.refobjid, a.attname
FROM pg_rewrite r
JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid
  AND d.refclassid = 'pg_class'::regclass AND d.refobjid <> r.ev_class
LEFT JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid AND d.refobjsubid > 0
WHERE r.rulename = '_RETURN'"""
_NAMED: Final = Transformation("INDIRECT", "FILTER")


_GENERATED: Final = """
SELECT a.attrelid, a.attname, pg_get_expr(d.adbin, d.adrelid)
FROM pg_attribute a JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
WHERE a.attgenerated <> '' AND NOT a.attisdropped ORDER BY 1, 2"""
"""Stored ones and, since PostgreSQL 18, virtual ones."""


def read_generated(database: Database, catalogue: Catalogue) -> Iterator[EdgeFact | UnseenFact]:
    """Read what generated columns are made of."""
    names, functions = catalogue.names, functions_of(database)
    made = [(names[oid].at(name), text) for oid, name, text in database.rows(_GENERATED) if oid in names]
    columns: dict[Name, Sequence[str]] = {target.dataset: () for target, _ in made}
    columns.update((name, catalogue.columns[oid]) for oid, name in names.items() if name in columns)
    yield from generated_edges(database.seen(), "postgres", made, columns, functions)


def read_views(database: Database, catalogue: Catalogue) -> Iterator[EdgeFact | OpaqueFact | UnseenFact]:
    """Read every view's definition and turn it into edges."""
    views = [oid for oid, relation in catalogue.relations.items() if relation.kind in _VIEWS]
    if not views:
        return
    needs = _needs(database)
    definitions: dict[int, str] = {}
    for oid, failed in _definitions(database, views, definitions):
        yield database.unseen("definition", failed, catalogue.names[oid])
        yield OpaqueFact(database.seen(), catalogue.names[oid], f"the definition could not be read: {failed.reason}")
    reader = _reader(catalogue, functions_of(database))
    seen = database.seen()
    for oid, text in definitions.items():
        # The server's own datasets (information_schema) are no datasets of ours.
        bases = {base: columns for base, columns in needs.get(oid, {}).items() if base in catalogue.names}
        yield from _edges(seen, catalogue, oid, reader.read(text), bases)


def _reader(catalogue: Catalogue, functions: Mapping[str, Exposure]) -> SqlReader:
    from lineage.sql import sql_reader

    schema: dict[tuple[str, ...], list[str]] = {
        (item.schema, item.name): catalogue.columns[oid] for oid, item in catalogue.relations.items()
    }
    return sql_reader(dialect="postgres", schema=schema, functions=functions)


def _needs(database: Database) -> Needs:
    needs: defaultdict[int, defaultdict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
    for view, base, column in database.rows(_NEEDS):
        columns = needs[view][base]
        if column is not None:
            columns.add(column)
    return needs


def _definitions(database: Database, views: Sequence[int], into: dict[int, str]) -> Iterator[tuple[int, Failed]]:
    """Read the definitions in one statement; where one cannot be read (it is locked), find it and read the others."""
    try:
        into.update((oid, text) for oid, text in database.rows(_DEFINITIONS, [list(views)]) if text is not None)
    except Failed as failed:
        if len(views) == 1:
            yield views[0], failed
            return
        middle = len(views) // 2
        yield from _definitions(database, views[:middle], into)
        yield from _definitions(database, views[middle:], into)


def _edges(
    seen: Seen, catalogue: Catalogue, view: int, found: SqlLineage, needs: Mapping[int, set[str]]
) -> Iterator[EdgeFact | OpaqueFact]:
    target = catalogue.names[view]
    job = found.statements[0].fingerprint if found.statements else ""
    used: defaultdict[int, set[str]] = defaultdict(set)
    stray = False
    every: tuple[ColumnEdge | RowEdge, ...] = (*found.edges, *found.row_edges)
    for edge in every:
        base = catalogue.by_path.get((edge.source[-2], edge.source[-1])) if len(edge.source) > 1 else None
        column = getattr(edge, "target_field", None)
        if base is None or base not in needs:
            # A catalogue table of the server itself, which no view is said to depend on; or a name taken for another's.
            stray = stray or base is not None
            continue
        if column is not None and column not in catalogue.columns[view]:
            stray = True
            continue
        fields = () if edge.source_field == "*" else (edge.source_field,)
        used[base].update(fields)
        into = target if column is None else target.at(column)
        yield _fact(seen, catalogue.names[base].at(*fields), into, edge, job)
    for base, columns in needs.items():
        unused = sorted(columns - used[base])
        for named in unused if columns else [None]:
            source = catalogue.names[base] if named is None else catalogue.names[base].at(named)
            confidence = Confidence.INFERRED
            yield EdgeFact(seen, source, target, _NAMED, Exposure.DERIVED, confidence, EdgeEvidence.VIEW, job)
    if reason := _doubt(found, needs, used, stray=stray):
        yield OpaqueFact(seen, target, reason)


def _doubt(found: SqlLineage, needs: Mapping[int, set[str]], used: Mapping[int, set[str]], *, stray: bool) -> str:
    if found.unparsed:
        return f"the definition could not be turned into edges: {found.unparsed[0].reason}"
    if not found.statements:
        return "the definition could not be turned into edges"
    if stray or any(columns and not used.get(base) for base, columns in needs.items()):
        return "its definition was not read as the server reads it: their columns or bases differ"
    return ""


def _fact(seen: Seen, source: Name, target: Name, edge: ColumnEdge | RowEdge, job: str) -> EdgeFact:
    return EdgeFact(seen, source, target, edge.transformation, edge.exposure, edge.confidence, EdgeEvidence.VIEW, job)
