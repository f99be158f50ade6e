"""How far a share that was counted in a part of the records may lie from that of all of them."""

from __future__ import annotations

from math import sqrt
from typing import Final

from lineage.rule import Measured

_Z: Final = 1.959964
"""Of the normal distribution: 95 % lie within."""


def interval(hits: float, of: float) -> tuple[float, float]:
    """Give the 95 % interval of a share (Wilson)."""
    if of <= 0:
        return (0.0, 1.0)
    share, square = hits / of, _Z * _Z
    centre = (share + square / (2 * of)) / (1 + square / of)
    half = _Z / (1 + square / of) * sqrt(share * (1 - share) / of + square / (4 * of * of))
    return (max(0.0, centre - half), min(1.0, centre + half))


def between(count: int, seen: Measured) -> tuple[int, int]:
    """Give how many of the rows of an answer it may be, of which `count` was told: the count itself where all were."""
    if seen.draws is None or not seen.rows:
        return (count, count)
    low, high = interval(count / seen.rows * seen.draws, seen.draws)
    return (int(low * seen.rows), int(high * seen.rows) + 1)


def told_by(seen: Measured) -> str:
    """Say that a figure is an estimate, and of how many draws; nothing where every record was counted."""
    return "" if seen.draws is None else f", as {seen.draws:,} blocks of a sample show"
