"""What a comparison of masked values gives: ways in which they can be read, and in how many of them beyond luck."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

FEW: Final = 200
"""Up to so many pairs one value left raw is a flaw; among more it takes two, which may yet be luck."""
NOTHING: Final = frozenset(
    {"", "n/a", "na", "none", "null", "unknown", "-", "--", "?", "nan", "not given", "not provided", "unbekannt"}
)


@dataclass(frozen=True, slots=True)
class Flaw:
    """A way in which masked values can be read."""

    how: str
    rows: int
    """Pairs of `of`, or values, that it was seen in."""
    of: int


@dataclass(frozen=True, slots=True)
class Compared:
    """What a comparison of a mask gave."""

    pairs: int
    flaws: tuple[Flaw, ...]
    distinct: int = 0
    """Different masked values among those that were looked at closely."""
    opaque: bool = False
    """Nothing was found, and what takes pairs may yet be there: an order, or an alphabet of its own."""


def once(flaws: Sequence[Flaw]) -> tuple[Flaw, ...]:
    """Keep the worst count of each way."""
    found: dict[str, Flaw] = {}
    for flaw in flaws:
        before = found.get(flaw.how)
        if before is None or flaw.rows * before.of > before.rows * flaw.of:
            found[flaw.how] = flaw
    return tuple(found.values())


def beyond_luck(how: str, rows: float, luck: float, of: int) -> list[Flaw]:
    """Give a flaw where more rows show it than luck explains."""
    beyond = rows - luck
    least = 1 if of <= FEW else 2
    steady = beyond >= least and beyond > 4 * (luck + (1 if luck else 0)) ** 0.5 and beyond >= 0.0005 * of
    return [Flaw(how, round(rows), of)] if steady or (least <= beyond and not luck) else []
