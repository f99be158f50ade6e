"""Drills: when something was last tried, and whether that is long ago."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from lineage.rule import Evidence
from rules.plan._said import block, day, told

OLDEST_DAYS: Final = 180
"""A drill of half a year ago was made with other people and another configuration."""
_DAY_KEYS: Final = ("on", "date", "at", "done", "drilled")


def drill(evidence: Evidence, path: str) -> tuple[date | None, str]:
    """Give the day of a drill below a path, and what is wrong with it; nothing wrong where it counts."""
    said = block(evidence.plan, path).get("drill")
    if not told(said):
        return None, "it was never tried"
    found = day(_day_of(said))
    if found is None:
        return None, "the day on which it was tried is not said"
    age = (evidence.now.date() - found).days
    if age < 0:
        return None, f"it is to be tried in {-age} days, and was not yet"
    if age > OLDEST_DAYS:
        return found, f"it was last tried {age} days ago"
    return found, ""


def tried(evidence: Evidence, found: date) -> str:
    """Say how long ago a drill was."""
    return f"it was tried {(evidence.now.date() - found).days} days ago"


def _day_of(said: Any) -> Any:
    if not isinstance(said, Mapping):
        return said
    return next((said[key] for key in _DAY_KEYS if key in said), None)
