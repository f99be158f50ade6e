"""How transformations compose: what a value is after several steps, as bits in an int.

A *step* is one small int: a kind (identity, transformation, aggregation, or one of the INDIRECT ones) and an exposure.
A *mask* is an int with one bit for each step, so a column that is reached in several ways has one int for all of them.
Along a path the exposure only falls (the higher rank wins) and a direct kind only grows; over paths nothing is merged
before the end, where the worst exposure of each kind is kept: a masked path never hides a raw one.
"""

from __future__ import annotations

from lineage.model import Exposure, Transformation

EXPOSURES = tuple(Exposure)
_WIDTH = 2 * len(EXPOSURES)
"""Levels: two an exposure, since a hash of a sum is an aggregate that was masked on its way."""

IDENTITY, TRANSFORMATION, AGGREGATION, JOIN, GROUP_BY, FILTER, SORT, WINDOW, CONDITIONAL = range(9)
_KINDS = ("IDENTITY", "TRANSFORMATION", "AGGREGATION", "JOIN", "GROUP_BY", "FILTER", "SORT", "WINDOW", "CONDITIONAL")
_INDIRECT = JOIN
_DERIVED = Exposure.DERIVED.rank
_MASKING = frozenset({Exposure.PSEUDONYM, Exposure.COUNT, Exposure.REDACTED})

SKIP = -1
"""No step: nothing of the operand flows, not even its existence."""


def step(kind: int, exposure: Exposure = Exposure.RAW) -> int:
    """Name the step with that kind and exposure; an INDIRECT one carries no value, so it is derived at most."""
    return _step(kind, exposure.rank, exposure in _MASKING)


def _step(kind: int, rank: int, masking: bool) -> int:
    return kind * _WIDTH + 2 * (max(rank, _DERIVED) if kind >= _INDIRECT else rank) + masking


def _then(inner: int, outer: int) -> int:
    inner_kind, inner_level = divmod(inner, _WIDTH)
    outer_kind, outer_level = divmod(outer, _WIDTH)
    if outer_kind >= _INDIRECT:
        kind = outer_kind
    elif inner_kind >= _INDIRECT:
        kind = inner_kind
    else:
        kind = max(inner_kind, outer_kind)
    masking = bool((inner_level | outer_level) & 1)
    return _step(kind, max(inner_level, outer_level) // 2, masking)


_STEPS = len(_KINDS) * _WIDTH
THEN = tuple(tuple(_then(inner, outer) for outer in range(_STEPS)) for inner in range(_STEPS))
"""`THEN[inner][outer]`: the step that is `inner` followed by `outer`."""

SAME = step(IDENTITY)
RAW_BIT = 1 << SAME
_known: dict[tuple[int, int], int] = {}


def through(mask: int, outer: int) -> int:
    """Send every step of a mask through one more."""
    if outer == SAME:
        return mask
    key = (mask, outer)
    found = _known.get(key)
    if found is None:
        found = 0
        for inner in range(_STEPS):
            if mask >> inner & 1:
                found |= 1 << THEN[inner][outer]
        if len(_known) > 100_000:
            _known.clear()
        _known[key] = found
    return found


def _decode(mask: int) -> tuple[tuple[Transformation, Exposure], ...]:
    found = []
    for kind, name in enumerate(_KINDS):
        bits = mask >> (kind * _WIDTH) & ((1 << _WIDTH) - 1)
        if bits:
            level = (bits & -bits).bit_length() - 1
            relation = "INDIRECT" if kind >= _INDIRECT else "DIRECT"
            found.append((Transformation(relation, name, bool(level & 1)), EXPOSURES[level // 2]))
    return tuple(found)


_decoded: dict[int, tuple[tuple[Transformation, Exposure], ...]] = {}


def transformations(mask: int) -> tuple[tuple[Transformation, Exposure], ...]:
    """Turn a mask into transformations, each with the worst exposure that it was reached with."""
    found = _decoded.get(mask)
    if found is None:
        if len(_decoded) > 100_000:
            _decoded.clear()
        found = _decoded[mask] = _decode(mask)
    return found
