"""What a scan gives to everything that reads: its moment, its bounds, its detector, and where values may go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from lineage.detector import Detector
from lineage.model import Exposure, SourceId
from lineage.plan.model import Budget


class Sink(Protocol):
    """Takes rows of values within the scanning process, and keeps none."""

    def __call__(self, rows: Sequence[Sequence[object]]) -> None:
        """Take some rows."""

    def end(self) -> None:
        """Take note that these were all: without it, nothing is concluded."""


@dataclass(frozen=True, slots=True)
class Context:
    """What a connector is told besides its settings."""

    source: SourceId
    now: datetime
    """The audit's moment, aware, UTC: every `now` in a statement is this one, as a bound parameter."""
    budget: Budget = Budget()
    detector: Detector | None = None
    """For `Sample` only."""
    identity: str | None = None
    """The identity that the workflow reads as: where row policies limit it, rows are read as it or not at all."""
    sink: Sink | None = None
    """For `Stream` only: takes the values, in this process."""
    functions: Mapping[str, Exposure] = field(default_factory=dict)
    """What the system's own functions leave of a value, as the plan says: `{"mask_email": Exposure.REDACTED}`."""
