"""What traces of real runs tell; never what a prompt or an answer says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from lineage.facts.seen import Seen


@dataclass(frozen=True, slots=True)
class Spread:
    """How figures are spread: how many there are, three of them by rank, and their sum."""

    count: int
    p50: float
    p95: float
    most: float
    total: float


@dataclass(frozen=True, slots=True)
class TraceFact:
    """What a store of traces holds of a workflow's runs as a whole; nothing of what was said in them."""

    seen: Seen
    traces: int
    spans: int
    whole: bool
    """Nothing of the store was left out: what is not told here is not there."""
    oldest: datetime | None = None
    newest: datetime | None = None
    orphans: int = 0
    """Spans whose parent is not in the store."""
    sampled: float | None = None
    """The smallest share of runs that the sampler says it kept; None where it says nothing."""
    milliseconds: Spread | None = None
    """Of whole runs: those whose first span is there."""
    input_tokens: Spread | None = None
    """By run."""
    dialects: tuple[str, ...] = ()
    """Of `gen_ai`, `openinference`, `traceloop`, `langfuse`."""
    answered: int = 0
    """Runs in which a model was called."""
    sourced: int = 0
    """Those of them in which a retrieval lists by id what it found."""
    pinned: int = 0
    """Those of them in which every such document has a version too."""


@dataclass(frozen=True, slots=True)
class SpanFact:
    """Spans of one step that are alike: counts, times, and names of attributes; never what an attribute holds."""

    seen: Seen
    step: str
    """What the runs call the step; empty where they do not say, or not in the form of a name."""
    operation: str
    """`model`, `embedding`, `tool`, `retrieval`, `agent`, `step` (code of the workflow's own) or `event`."""
    spans: int
    traces: int
    errors: int = 0
    provider: str = ""
    model: str = ""
    tool: str = ""
    attributes: tuple[tuple[str, int], ...] = ()
    """Name -> spans on which it holds anything; `*` stands for a position in a list."""
    content: tuple[tuple[str, int], ...] = ()
    """Those of them that hold what was asked, read or answered."""
    events: tuple[tuple[str, int], ...] = ()
    milliseconds: Spread | None = None
    input_tokens: Spread | None = None
    output_tokens: Spread | None = None
    found: int | None = None
    """For `retrieval`: how many documents came back; None where no span lists them."""
    empty: int = 0
    """For `retrieval`: spans that list that nothing came back."""
    within: tuple[str, ...] = ()
    """The steps around it, the outermost first."""
    offered: tuple[tuple[str, int], ...] = ()
    """For `model`: tool that the model was offered -> spans."""
