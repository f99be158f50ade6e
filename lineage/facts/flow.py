"""What flows where: edges, what ran, what templates use, what cannot be followed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from lineage.facts.seen import Seen
from lineage.model import (
    Confidence,
    EdgeEvidence,
    Exposure,
    Name,
    Principal,
    Transformation,
)


@dataclass(frozen=True, slots=True)
class EdgeFact:
    """A field flows into another; `source` or `target` without a field stands for the whole dataset (row-level)."""

    seen: Seen
    source: Name
    target: Name
    transformation: Transformation
    exposure: Exposure
    confidence: Confidence
    evidence: EdgeEvidence
    job: str
    """Literal-free fingerprint of what makes the edge: a view's or a statement's."""
    told_at: datetime | None = None
    """When what the edge was learnt from was written, where it is not read from the system as it is now."""


@dataclass(frozen=True, slots=True)
class UseFact:
    """Statements that really ran used a field, or a dataset of which no field or every field is named (no field)."""

    seen: Seen
    name: Name
    by: Principal | None
    """Who ran them; None where the log does not say."""
    right: str
    """`select`, `insert`, `update` or `delete`."""
    times: int
    """How often they ran, by the log's own count."""
    statements: int
    """How many different statements that were."""
    fingerprints: tuple[str, ...] = ()
    """Literal-free, of some of them."""
    confidence: Confidence = Confidence.EXACT
    whole: bool = False
    """Every field of the dataset: a star that could not be expanded."""
    last: datetime | None = None
    """When one ran last, where the log says so."""


@dataclass(frozen=True, slots=True)
class TemplateFact:
    """A prompt template was parsed, never rendered: what it takes from outside, none of its text."""

    seen: Seen
    template: str
    """Its path below the source's folder."""
    uses: tuple[tuple[str, ...], ...]
    """Chains of names: `{{ contact.email }}` is (`contact`, `email`)."""
    includes: tuple[str, ...] = ()
    """Templates of the same folder that it takes in, but for those that were gone through with it."""
    unread: str = ""
    """Why it may use more than is told; empty where all of it is."""


@dataclass(frozen=True, slots=True)
class OutdatedFact:
    """What is told of how a dataset is made is older than what makes it."""

    seen: Seen
    name: Name
    reason: str
    settle: str


@dataclass(frozen=True, slots=True)
class OpaqueFact:
    """A dataset's definition could not be turned into edges: everything it may read must be thought to flow."""

    seen: Seen
    name: Name
    reason: str


@dataclass(frozen=True, slots=True)
class TagFact:
    """What a system says of itself: a field is marked as sensitive there. The word of people, not looked into."""

    seen: Seen
    name: Name
    label: str
    """`email`, `phone` ..., or `personal` where no kind is told; of a fixed list, never text of the mark."""
