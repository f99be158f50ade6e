"""A span as it was written: what every reader of traces gives, and what tells of them take."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Span(NamedTuple):
    """A span as it was written, content and all: it stays in this process.

    A tuple, as is what is kept of it: to make a frozen dataclass of so many parts costs three times as much, and stores
    hold a million spans.
    """

    trace: str
    id: str
    parent: str
    name: str
    start: int
    """Nanoseconds; 0 where it is not told."""
    end: int
    attributes: Mapping[str, object]
    events: tuple[tuple[str, Mapping[str, object]], ...] = ()
    error: bool = False
    state: str = ""
    service: str = ""
    event: bool = False
    """It is no span but an event in a log."""

    def __repr__(self) -> str:
        """No part of it: it holds content."""
        return "Span(...)"
