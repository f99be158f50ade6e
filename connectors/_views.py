"""Edges of a view from its definition, for systems that keep the text of a view and nothing else about it.

The columns of a view are those of the catalogue: what the text calls them is matched by position, for a view may be
declared with names of its own. The text holds literals and stays here; edges carry a fingerprint without them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from connectors._inside import Inside, beneath, laid_out, paired
from lineage.facts import EdgeFact, OpaqueFact, Seen
from lineage.model import Confidence, EdgeEvidence, Exposure, Name, Transformation

if TYPE_CHECKING:
    from lineage.sql import ColumnEdge, RowEdge, SqlLineage

_UNREAD: Final = "the definition could not be turned into edges"
_ROWS: Final = Transformation("INDIRECT", "FILTER")
"""What a dataset does that is read without any column: `count(*)`, `EXISTS (SELECT 1 ...)`, a cross join."""
_UNFOLLOWED: Final = "the columns that it names could not be followed"


@dataclass(slots=True)
class Asked:
    """What a system asks rights for when a view is read, where that is not what flows."""

    columns: dict[tuple[str, ...], set[str]] = field(default_factory=dict)
    """Path of each dataset that is read -> the columns that are named of it, whether they flow or not."""
    calls: set[tuple[str, ...]] = field(default_factory=set)
    """Stored functions that are called, by schema and name."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the catalogue knows while views are read: every dataset with its columns in order."""

    dialect: str
    default_schema: str
    columns: Mapping[Name, Sequence[str]]
    functions: Mapping[str, Exposure] = field(default_factory=dict)
    """What own functions of the system leave of a value, as the plan says."""
    inside: Inside = field(default_factory=dict)
    """The leaves of columns that have fields inside."""
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


def view_edges(
    seen: Seen,
    known: Known,
    definitions: Mapping[Name, str],
    asked_by: Callable[[str], Asked | None] | None = None,
) -> Iterator[EdgeFact | OpaqueFact]:
    """Turn definitions into edges; a view that is not understood in whole is opaque too.

    With `asked_by`, what is asked for and does not flow has edges too: they decide at most whether there are rows.
    """
    from lineage.sql import sql_reader

    schema = {name.path: laid_out(name, columns, known.inside) for name, columns in known.columns.items()}
    reader = sql_reader(
        dialect=known.dialect, schema=schema, default_schema=known.default_schema, functions=known.functions
    )
    for view, text in definitions.items():
        found = reader.read(text)
        if asked_by is None or found.unparsed:
            yield from _edges(seen, known, view, found)
        elif (asked := asked_by(text)) is None:
            yield from _edges(seen, known, view, found)
            yield OpaqueFact(seen, view, f"{_UNREAD}: {_UNFOLLOWED}")
        else:
            edges = list(_edges(seen, known, view, found, asked))
            yield from edges
            yield from _named(seen, known, view, asked, edges)


def _edges(
    seen: Seen, known: Known, view: Name, found: SqlLineage, asked: Asked | None = None
) -> Iterator[EdgeFact | OpaqueFact]:
    job = found.statements[0].fingerprint if found.statements else ""
    said = found.outputs[0].columns if found.outputs else ()
    columns = known.columns.get(view, ())
    doubt = found.unparsed[0].reason if found.unparsed else ("" if found.statements else "it says nothing")
    if len(said) != len(columns):
        doubt = doubt or "its columns do not match the catalogue's"
    every: tuple[ColumnEdge | RowEdge, ...] = (*found.edges, *found.row_edges)
    facts: dict[EdgeFact, None] = {}
    for path in _without_columns(found, every) if asked is None else ():
        if (dataset := known.find(path)) is None:
            doubt = doubt or "it reads what the catalogue does not hold"
        elif dataset != view:
            facts[_rows_edge(seen, dataset, view, job)] = None
    for edge in every:
        sources = _sources(known, edge)
        if not sources:
            doubt = doubt or "it reads what the catalogue does not hold"
            continue
        # A row-level edge has no target field: it stands for the whole view.
        names = _targets(getattr(edge, "target_field", None), said, columns)
        for source, target, sure in _ways(known, sources, edge, view, names):
            confidence = edge.confidence if sure or edge.confidence is not Confidence.EXACT else Confidence.INFERRED
            change, left = edge.transformation, edge.exposure
            facts[EdgeFact(seen, source, target, change, left, confidence, EdgeEvidence.VIEW, job)] = None
    yield from facts
    if doubt:
        yield OpaqueFact(seen, view, f"{_UNREAD}: {doubt}")


def _named(
    seen: Seen, known: Known, view: Name, asked: Asked, edges: Sequence[EdgeFact | OpaqueFact]
) -> Iterator[EdgeFact | OpaqueFact]:
    """Tell what is asked for and no edge accounts for."""
    told = {edge.source for edge in edges if isinstance(edge, EdgeFact)}
    job = next((edge.job for edge in edges if isinstance(edge, EdgeFact)), "")
    for path, columns in asked.columns.items():
        dataset = known.find(path)
        if dataset is None:
            yield OpaqueFact(seen, view, f"{_UNREAD}: it reads what the catalogue does not hold")
            return
        spelt = {column.casefold(): column for column in known.columns[dataset]}
        for name in sorted(columns):
            source = dataset.at(spelt.get(name.casefold(), name))
            if source not in told:
                yield EdgeFact(seen, source, view, _ROWS, Exposure.DERIVED, Confidence.INFERRED, EdgeEvidence.VIEW, job)
        if not columns:
            yield _rows_edge(seen, dataset, view, job)


def _without_columns(found: SqlLineage, every: Sequence[ColumnEdge | RowEdge]) -> list[tuple[str, ...]]:
    named = {edge.source for edge in every}
    return [path for statement in found.statements for path in statement.reads if path not in named]


def _rows_edge(seen: Seen, dataset: Name, view: Name, job: str) -> EdgeFact:
    return EdgeFact(seen, dataset, view, _ROWS, Exposure.COUNT, Confidence.EXACT, EdgeEvidence.VIEW, job)


def _sources(known: Known, edge: ColumnEdge | RowEdge) -> list[Name]:
    dataset = known.find(edge.source)
    if dataset is None:
        return []
    wanted = edge.source_field.casefold()
    field = next((column for column in known.columns[dataset] if column.casefold() == wanted), None)
    return beneath(dataset, (field, *edge.inside), known.inside) if field is not None else [dataset]


def _ways(
    known: Known, sources: Sequence[Name], edge: ColumnEdge | RowEdge, view: Name, columns: Sequence[str]
) -> Iterator[tuple[Name, Name, bool]]:
    if not columns:
        yield from ((source, view, True) for source in sources)
    for column in columns:
        yield from paired(sources, 1 + len(edge.inside), beneath(view, (column,), known.inside))


def _targets(wanted: str | None, said: Sequence[str], columns: Sequence[str]) -> list[str]:
    if wanted is None:
        return []
    if len(said) == len(columns):
        return [column for name, column in zip(said, columns, strict=True) if name.casefold() == wanted.casefold()]
    return [column for column in columns if column.casefold() == wanted.casefold()]
