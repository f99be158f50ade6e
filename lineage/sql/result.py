"""What a SQL text says about where its columns come from: values only, no literal of the text among them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from lineage.model import Confidence, Exposure, Transformation

Path = tuple[str, ...]
"""A dataset as the schema spells it, else as the text does with the dialect's case rule: `("public", "users")`."""


class Outcome(StrEnum):
    """What became of a statement: every statement of a text has exactly one."""

    EDGES = "edges"
    NONE = "none"
    """It was understood, and no column flows: `GRANT`, `CREATE INDEX`, `INSERT ... VALUES (1)`."""
    UNPARSED = "unparsed"
    """It was not understood, wholly or in part: whatever it may read must be thought to flow."""


@dataclass(frozen=True, slots=True)
class ColumnEdge:
    """A source column flows into (DIRECT) or steers (INDIRECT) the values of one target column."""

    source: Path
    source_field: str
    """`*` where a star could not be expanded (confidence STAR)."""
    target: Path | None
    """None for a bare SELECT."""
    target_field: str
    transformation: Transformation
    exposure: Exposure
    confidence: Confidence
    statement: int
    """Position in `SqlLineage.statements`."""
    inside: Path = ()
    """The path of a field inside `source_field` where the schema says that it is a struct: `("city",)`."""


@dataclass(frozen=True, slots=True)
class RowEdge:
    """A source column decides which rows of the target there are, or their order: INDIRECT, once for the dataset."""

    source: Path
    source_field: str
    target: Path | None
    transformation: Transformation
    exposure: Exposure
    confidence: Confidence
    statement: int
    inside: Path = ()
    """The path of a field inside `source_field`, as of a `ColumnEdge`."""


@dataclass(frozen=True, slots=True)
class Output:
    """The columns that a statement writes or returns, in order; `*` where a star could not be expanded."""

    target: Path | None
    columns: tuple[str, ...]
    statement: int


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of the text, accounted for."""

    line: int
    """1-based line of its first word."""
    kind: str
    """`select`, `create view`, `insert`, `merge`, `update`, `delete` ... or `other`."""
    outcome: Outcome
    fingerprint: str
    """Equal for statements that differ in literals, comments, spacing or keyword case only."""
    target: Path | None = None
    reads: tuple[Path, ...] = ()
    """Datasets that it reads, whether or not a column of them flows."""


@dataclass(frozen=True, slots=True)
class Unparsed:
    """A statement, or a part of one, that could not be turned into edges."""

    line: int
    reason: str
    """A class of reason: never text of the statement."""
    statement: int


@dataclass(frozen=True, slots=True)
class SqlLineage:
    """The column lineage of a SQL text."""

    edges: tuple[ColumnEdge, ...] = ()
    row_edges: tuple[RowEdge, ...] = ()
    unparsed: tuple[Unparsed, ...] = ()
    statements: tuple[Statement, ...] = ()
    outputs: tuple[Output, ...] = ()

    def of(self, target: Path | None) -> Iterator[ColumnEdge]:
        """Iterate over the edges into a target."""
        return (edge for edge in self.edges if edge.target == target)

    def columns(self, target: Path | None = None) -> tuple[str, ...]:
        """The output columns of a target, in order; empty when it is not written here."""
        return next((output.columns for output in self.outputs if output.target == target), ())
