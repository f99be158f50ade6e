"""Edges of a view from its definition, for systems that keep the text of a view and nothing else about it.

The columns of a view are those of the catalogue: what the text calls them is matched by position, for a view may be
declared with names of its own. The text holds literals and stays here; edges carry a fingerprint without them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from lineage.facts import EdgeFact, OpaqueFact, Seen
from lineage.model import Confidence, EdgeEvidence, Exposure, Name, Transformation

if TYPE_CHECKING:
    from lineage.sql import ColumnEdge, RowEdge, SqlLineage

_UNREAD: Final = "the definition could not be turned into edges"
_ROWS: Final = Transformation("INDIRECT", "FILTER")
"""What a dataset does that is read without any column: `count(*)`, `EXISTS (SELECT 1 ...)`, a cross join."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the catalogue knows while views are read: every dataset with its columns in order."""

    dialect: str
    default_schema: str
    columns: Mapping[Name, Sequence[str]]
    functions: Mapping[str, Exposure] = field(default_factory=dict)
    """What own functions of the system leave of a value, as the plan says."""
    _places: dict[tuple[str, ...], Name] = field(default_factory=dict, init=False, repr=False, compare=False)
    """Every end of a path, in one case -> the first dataset that it is the end of."""

    def __post_init__(self) -> None:
        """Index the datasets: a view is looked up once for each of its edges."""
        for name in self.columns:
            path = tuple(part.casefold() for part in name.path)
            for start in range(len(path)):
                self._places.setdefault(path[start:], name)

    def find(self, path: tuple[str, ...]) -> Name | None:
        """Give the dataset with that path, whatever its case."""
        wanted = tuple(part.casefold() for part in path)
        if len(wanted) == 1:
            wanted = (self.default_schema.casefold(), *wanted)
        return self._places.get(wanted)


def view_edges(seen: Seen, known: Known, definitions: Mapping[Name, str]) -> Iterator[EdgeFact | OpaqueFact]:
    """Turn definitions into edges; a view that is not understood in whole is opaque too."""
    from lineage.sql import sql_reader

    schema = {name.path: tuple(columns) for name, columns in known.columns.items()}
    reader = sql_reader(
        dialect=known.dialect, schema=schema, default_schema=known.default_schema, functions=known.functions
    )
    for view, text in definitions.items():
        yield from _edges(seen, known, view, reader.read(text))


def _edges(seen: Seen, known: Known, view: Name, found: SqlLineage) -> Iterator[EdgeFact | OpaqueFact]:
    job = found.statements[0].fingerprint if found.statements else ""
    said = found.outputs[0].columns if found.outputs else ()
    columns = known.columns.get(view, ())
    doubt = found.unparsed[0].reason if found.unparsed else ("" if found.statements else "it says nothing")
    if len(said) != len(columns):
        doubt = doubt or "its columns do not match the catalogue's"
    every: tuple[ColumnEdge | RowEdge, ...] = (*found.edges, *found.row_edges)
    facts: dict[EdgeFact, None] = {}
    for path in _without_columns(found, every):
        if (dataset := known.find(path)) is None:
            doubt = doubt or "it reads what the catalogue does not hold"
        elif dataset != view:
            facts[_rows_edge(seen, dataset, view, job)] = None
    for edge in every:
        source = _source(known, edge)
        if source is None:
            doubt = doubt or "it reads what the catalogue does not hold"
            continue
        # A row-level edge has no target field: it stands for the whole view.
        names = _targets(getattr(edge, "target_field", None), said, columns)
        for target in [view.at(name) for name in names] or [view]:
            facts[
                EdgeFact(
                    seen,
                    source,
                    target,
                    edge.transformation,
                    edge.exposure,
                    edge.confidence,
                    EdgeEvidence.VIEW,
                    job,
                )
            ] = None
    yield from facts
    if doubt:
        yield OpaqueFact(seen, view, f"{_UNREAD}: {doubt}")


def _without_columns(found: SqlLineage, every: Sequence[ColumnEdge | RowEdge]) -> list[tuple[str, ...]]:
    named = {edge.source for edge in every}
    return [path for statement in found.statements for path in statement.reads if path not in named]


def _rows_edge(seen: Seen, dataset: Name, view: Name, job: str) -> EdgeFact:
    return EdgeFact(seen, dataset, view, _ROWS, Exposure.COUNT, Confidence.EXACT, EdgeEvidence.VIEW, job)


def _source(known: Known, edge: ColumnEdge | RowEdge) -> Name | None:
    dataset = known.find(edge.source)
    if dataset is None:
        return None
    wanted = edge.source_field.casefold()
    field = next((column for column in known.columns[dataset] if column.casefold() == wanted), None)
    return dataset.at(field) if field is not None else dataset


def _targets(wanted: str | None, said: Sequence[str], columns: Sequence[str]) -> list[str]:
    if wanted is None:
        return []
    if len(said) == len(columns):
        return [column for name, column in zip(said, columns, strict=True) if name.casefold() == wanted.casefold()]
    return [column for column in columns if column.casefold() == wanted.casefold()]
