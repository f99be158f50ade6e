"""Acceptance criteria: what each is decided by, and what it lacks to be decided."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import Any, Final

from lineage.plan.model import Plan
from rules.plan._said import block, bound, number, span, told

THRESHOLDS: Final = ("ship", "hold", "narrow", "expand", "stop")
"""What a criterion decides; each with the figures for which it does."""
_WITHOUT_FIGURES: Final = "fallback"
"""The criterion that says what happens, not how much."""
_EXCLUDING: Final = (("ship", "hold"), ("ship", "stop"), ("expand", "hold"), ("expand", "stop"))
_WINDOW: Final = re.compile(r"\d+\s*(?:second|minute|hour|day|week|month|quarter|year)s?\b", re.IGNORECASE)


def criteria(plan: Plan) -> Iterator[tuple[str, Any]]:
    """Give every criterion that is answered, by its name."""
    yield from ((name, said) for name, said in block(plan, "acceptance").items() if told(said))


def lacking(name: str, said: Any) -> tuple[str, ...]:
    """Give what a criterion lacks to be decided."""
    if name == _WITHOUT_FIGURES:
        parts = said if isinstance(said, Mapping) else {}
        missing = [
            what for what, key in (("when it applies", "when"), ("what happens then", "do")) if not told(parts.get(key))
        ]
        return tuple(missing) if isinstance(said, Mapping) else ()
    if not isinstance(said, Mapping):
        text = str(said)
        found = {"a threshold": bound(text) is not None, "a window or a sample": _WINDOW.search(text) is not None}
        return tuple(what for what, there in found.items() if not there)
    found = {
        "a metric": told(said.get("metric")),
        "a threshold": any(bound(said.get(key)) is not None for key in THRESHOLDS),
        "a window or a sample": _windowed(said),
    }
    return tuple(what for what, there in found.items() if not there)


def contradiction(said: Any) -> str:
    """Say which two thresholds ask for opposite things of the same figure; nothing where none do."""
    if not isinstance(said, Mapping):
        return ""
    bounds = {key: found for key in THRESHOLDS if (found := bound(said.get(key))) is not None}
    for one, other in combinations(bounds, 2):
        if (one, other) not in _EXCLUDING and (other, one) not in _EXCLUDING:
            continue
        low, high = max(bounds[one][0], bounds[other][0]), min(bounds[one][1], bounds[other][1])
        if low < high:
            return f"{one} ({said[one]}) and {other} ({said[other]}) are true of the same figures"
    return ""


def _windowed(said: Mapping[str, Any]) -> bool:
    length, size = span(said.get("window")), number(said.get("n"))
    return (length is not None and bool(length.months or length.seconds)) or (size is not None and size > 0)
