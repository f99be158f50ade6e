"""Edges of a dbt project, from the SQL that dbt compiled: the very text that it sends to the warehouse."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final

from connectors._dbt.artifacts import Node, Project
from lineage.facts import EdgeFact, OpaqueFact, OutdatedFact, Seen
from lineage.model import EdgeEvidence, Exposure, Name

if TYPE_CHECKING:
    from lineage.sql import ColumnEdge, RowEdge, SqlLineage
    from lineage.sql.reader import SqlReader

_DIALECTS: Final = {
    "sqlserver": "tsql",
    "synapse": "tsql",
    "fabric": "tsql",
    "fabricspark": "spark",
    "glue": "spark",
    "athena": "trino",
    "starburst": "trino",
    "alloydb": "postgres",
}
_UNREAD: Final = "the definition could not be turned into edges"

Places = Mapping[tuple[str, ...], tuple[Node, Mapping[str, str]]]
"""Case-folded place -> relation of the project, and its columns by their case-folded names."""


def project_edges(
    seen: Seen, project: Project, namespace: str, functions: Mapping[str, Exposure]
) -> Iterator[EdgeFact | OpaqueFact | OutdatedFact]:
    """Turn the compiled models into edges; a model that is not understood in whole is opaque too."""
    from lineage.sql import sql_reader

    places = {_folded(node.place): (node, _spelt(node)) for node in project.nodes}
    schema: dict[tuple[str, ...], list[str]] = {
        node.place: [name for name, _ in node.columns] for node in project.nodes if node.columns
    }
    try:
        dialect = _DIALECTS.get(project.adapter, project.adapter)
        reader = sql_reader(dialect=dialect, schema=schema, functions=functions)
    except ValueError:
        reader = None
    for node in project.nodes:
        if node.kind not in {"model", "snapshot"}:
            continue
        target = Name(namespace, project.path(node))
        if node.changed:
            reason = "the model was changed after dbt compiled it"
            yield OutdatedFact(seen, target, reason, "run `dbt compile` again")
        if reason := _unreadable(node, reader):
            yield OpaqueFact(seen, target, f"{_UNREAD}: {reason}")
        elif reader is not None and node.sql is not None:
            yield from _edges(_Model(seen, project, namespace, places, node, target), reader.read(node.sql))


def _unreadable(node: Node, reader: SqlReader | None) -> str:
    if node.python:
        return "it is a Python model"
    if node.sql is None:
        return "it was not compiled; run `dbt compile`"
    return "" if reader is not None else "the SQL dialect of the adapter is not known"


class _Model:
    def __init__(self, seen: Seen, project: Project, namespace: str, places: Places, node: Node, target: Name) -> None:
        self.seen = seen
        self.project = project
        self.namespace = namespace
        self.places = places
        self.node = node
        self.target = target
        self.columns = _spelt(node)

    def source(self, edge: ColumnEdge | RowEdge) -> Name:
        """Give the field that an edge starts from, or the dataset where a star could not be expanded."""
        # A table that the project does not know is named as the model's text does, beside the model.
        missing = len(self.node.place) - len(edge.source)
        place = (*self.node.place[: max(missing, 0)], *edge.source)
        known = self.places.get(_folded(place))
        if known is not None:
            node, columns = known
            dataset = Name(self.namespace, self.project.path(node))
            field = columns.get(edge.source_field.casefold(), edge.source_field)
        else:
            depth = len(self.target.path)
            dataset, field = Name(self.namespace, place[-depth:]), edge.source_field
        return dataset if field == "*" else dataset.at(field)

    def field(self, wanted: str) -> Name:
        """Give the field of the model that an edge ends in, as the catalogue spells it."""
        return self.target if wanted == "*" else self.target.at(self.columns.get(wanted.casefold(), wanted))


def _edges(model: _Model, found: SqlLineage) -> Iterator[EdgeFact | OpaqueFact]:
    job = found.statements[0].fingerprint if found.statements else ""
    every: tuple[ColumnEdge | RowEdge, ...] = (*found.edges, *found.row_edges)
    facts: dict[EdgeFact, None] = {}
    for edge in every:
        source, wanted = model.source(edge), getattr(edge, "target_field", None)
        target = model.target if wanted is None else model.field(wanted)
        # An incremental model reads itself: what stays where it is does not flow.
        if source.dataset != model.target:
            fact = EdgeFact(
                model.seen,
                source,
                target,
                edge.transformation,
                edge.exposure,
                edge.confidence,
                EdgeEvidence.DBT,
                job,
                model.project.compiled_at,
            )
            facts[fact] = None
    yield from facts
    doubt = found.unparsed[0].reason if found.unparsed else ("" if found.statements else "it says nothing")
    said = {column.casefold() for column in found.outputs[0].columns} if found.outputs else set()
    if not doubt and model.columns and "*" not in said and not said <= model.columns.keys():
        doubt = "its columns are not the catalogue's; run `dbt docs generate` again"
    if doubt:
        yield OpaqueFact(model.seen, model.target, f"{_UNREAD}: {doubt}")


def _spelt(node: Node) -> dict[str, str]:
    return {name.casefold(): name for name, _ in node.columns or ()}


def _folded(place: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(part.casefold() for part in place)
