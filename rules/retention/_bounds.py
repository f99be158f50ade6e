"""How long records must, and may, be kept: obligations as bounds of intervals, which copies hand on to their originals.

Each place has one interval: from the floors that are declared for it to its own limit. A copy may keep nothing for
longer than what it was made from, so that the ceiling of an original is a ceiling of each place that its content
reaches. A floor above any such ceiling is a conflict; since all of them bound one time, two bounds and the way between
the places are the smallest set that conflicts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from lineage.duration import Duration
from lineage.finding import Hop, Subject
from lineage.plan.model import Dataset, Keep, Store
from lineage.rule import Evidence
from rules.retention._elsewhere import kept_elsewhere
from rules.retention._limit import kept
from rules.source._exposed import subject

_DAYS: Final = tuple(datetime(2024, 1, 1, tzinfo=UTC) + timedelta(days=number) for number in range(1_461))
"""Days of four years, on which the lengths of months differ."""


@dataclass(frozen=True, slots=True)
class Bound:
    """One obligation."""

    span: Duration
    leaf: str
    why: str
    way: tuple[Hop, ...] = ()
    """From the place whose obligation it is to the one that it bounds; empty for its own."""

    @property
    def leaves(self) -> tuple[str, ...]:
        """The lines of the plan that make it."""
        return (self.leaf, *(f"{hop.source} -> {hop.target}" for hop in self.way))


@dataclass(frozen=True, slots=True)
class Bounds:
    """All obligations on one holder that must keep its records for some time."""

    holder: Dataset | Store
    floor: Bound
    ceilings: tuple[Bound, ...]

    @property
    def about(self) -> Subject:
        """The subject of what is said of it."""
        return Subject(store=self.holder.id) if isinstance(self.holder, Store) else subject(self.holder)

    @property
    def conflict(self) -> Bound | None:
        """The ceiling that no record can keep beside the floor, of those by the shortest way the lowest."""
        crossed = [one for one in self.ceilings if not room(self.floor.span, one.span)]
        return min(crossed, key=lambda bound: (len(bound.way), bound.span.mean()), default=None)

    @property
    def lowest(self) -> Bound | None:
        """The lowest ceiling."""
        return min(self.ceilings, key=lambda bound: bound.span.mean(), default=None)


def bounds(evidence: Evidence) -> Iterator[Bounds]:
    """Give the bounds of every place that has a floor."""
    ceilings: dict[str, list[Bound]] = {}
    for holder, keep in kept(evidence.plan):
        own = _ceiling(holder, keep)
        if own is None:
            continue
        ceilings.setdefault(holder.id, []).append(own)
        for place, way in kept_elsewhere(evidence, holder) if isinstance(holder, Dataset) else ():
            ceilings.setdefault(place.id, []).append(Bound(own.span, own.leaf, own.why, way))
    for holder, keep in kept(evidence.plan):
        if keep.floor is not None:
            floor = Bound(keep.floor, f"{keep.path}.floor", f"{holder.id}: at least {keep.floor}")
            yield Bounds(holder, floor, tuple(ceilings.get(holder.id, ())))


def room(floor: Duration, ceiling: Duration) -> bool:
    """Whether a record can be kept for the floor and not beyond the ceiling, on whatever day it is made.

    Months have no fixed length: six months are 181 to 184 days.
    """
    if floor.months <= ceiling.months and floor.seconds <= ceiling.seconds:
        return True
    return all(floor.before(day) >= ceiling.before(day) for day in _DAYS)


def _ceiling(holder: Dataset | Store, keep: Keep) -> Bound | None:
    if keep.none:
        return Bound(Duration(), f"{keep.path}.limit", f"{holder.id}: nothing is kept")
    if keep.limit is not None:
        return Bound(keep.limit, f"{keep.path}.limit", f"{holder.id}: at most {keep.limit}")
    return None
