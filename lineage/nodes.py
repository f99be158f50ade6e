"""What a lineage graph is made of: fields, steps, boundaries and outputs, and why one leads to another."""

from __future__ import annotations

from dataclasses import dataclass

from lineage.finding import Hop
from lineage.model import Confidence, Exposure, Name


@dataclass(frozen=True, slots=True)
class FieldNode:
    """A field of a system."""

    name: Name

    def __str__(self) -> str:
        """`field:` and the physical name."""
        return f"field:{self.name}"


@dataclass(frozen=True, slots=True)
class StepNode:
    """A step of the workflow."""

    id: str

    def __str__(self) -> str:
        """`step:draft`."""
        return f"step:{self.id}"


@dataclass(frozen=True, slots=True)
class BoundaryNode:
    """A place that data crosses: `prompt`, `provider`, `trace` ..."""

    id: str

    def __str__(self) -> str:
        """`boundary:prompt`."""
        return f"boundary:{self.id}"


@dataclass(frozen=True, slots=True)
class OutputNode:
    """Something that the workflow writes."""

    id: str

    def __str__(self) -> str:
        """`output:draft_reply`."""
        return f"output:{self.id}"


Node = FieldNode | StepNode | BoundaryNode | OutputNode


@dataclass(frozen=True, slots=True)
class Edge:
    """Why one node leads to another, and what is left of the value behind it."""

    by: str
    """`view`, `dbt`, `reads`, `crosses`, `writes`, `after` ..."""
    exposure: Exposure = Exposure.RAW
    confidence: Confidence = Confidence.EXACT
    subtype: str = "IDENTITY"
    masking: bool = False


@dataclass(frozen=True, slots=True)
class Reached:
    """A node that another leads to, with what survives on the most exposed path and that path."""

    node: Node
    exposure: Exposure
    path: tuple[Hop, ...]
