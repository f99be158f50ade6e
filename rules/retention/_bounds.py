"""How long records must, and may, be kept: every obligation on a dataset or a store, as bounds of one interval."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lineage.duration import Duration
from lineage.finding import Subject
from lineage.plan.model import Dataset, Plan, Store
from rules.retention._limit import kept
from rules.source._exposed import subject


@dataclass(frozen=True, slots=True)
class Bound:
    """One obligation."""

    span: Duration
    leaf: str
    why: str


@dataclass(frozen=True, slots=True)
class Bounds:
    """All obligations on one holder."""

    holder: Dataset | Store
    floors: tuple[Bound, ...]
    ceilings: tuple[Bound, ...]

    @property
    def about(self) -> Subject:
        """The subject of what is said of it."""
        return Subject(store=self.holder.id) if isinstance(self.holder, Store) else subject(self.holder)

    @property
    def floor(self) -> Bound | None:
        """The longest floor, which decides."""
        return max(self.floors, key=lambda bound: bound.span.mean(), default=None)

    @property
    def ceiling(self) -> Bound | None:
        """The shortest ceiling, which decides."""
        return min(self.ceilings, key=lambda bound: bound.span.mean(), default=None)


def bounds(plan: Plan) -> Iterator[Bounds]:
    """Give the bounds of everything that keeps records.

    A copy that is kept as its source has its original's bounds too: its records go when those go.
    """
    for holder, keep in kept(plan):
        floors = [Bound(keep.floor, f"{keep.path}.floor", f"{holder.id}: at least {keep.floor}")] if keep.floor else []
        ceilings = []
        if keep.none:
            ceilings.append(Bound(Duration(), f"{keep.path}.limit", f"{holder.id}: nothing is kept"))
        elif keep.limit is not None:
            ceilings.append(Bound(keep.limit, f"{keep.path}.limit", f"{holder.id}: at most {keep.limit}"))
        originals = [plan.dataset(one) for one in holder.copy_of] if isinstance(holder, Dataset) else []
        for original in originals:
            limit = original.keep.limit if original.keep is not None else None
            if original.keep is not None and limit is not None and keep.as_source:
                ceilings.append(Bound(limit, f"{original.keep.path}.limit", f"{original.id}: at most {limit}"))
        yield Bounds(holder, tuple(floors), tuple(ceilings))
