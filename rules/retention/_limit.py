"""What is promised about keeping: which datasets and stores, from which clock, and what that clock leaves open."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from lineage.clock import ClockForm, clock_form
from lineage.connector import Measure, MeasureKind
from lineage.duration import Duration
from lineage.facts import FieldFact
from lineage.plan.model import Dataset, Keep, Plan, Store
from lineage.predicate import Ago, And, Compare, Predicate
from lineage.rule import UTC_WIDENING, Ground
from rules.source._exposed import on_path

_WEST, _EAST = UTC_WIDENING
_NOTHING: Final = timedelta(0)


@dataclass(frozen=True, slots=True)
class Limit:
    """A dataset's limit, and the field from which it counts."""

    dataset: Dataset
    keep: Keep
    limit: Duration
    since: str
    fact: FieldFact
    form: ClockForm
    zone: str | None
    """The zone that the plan declares for this very field as the clock of freshness."""

    @property
    def zoneless(self) -> bool:
        """No zone is known for the field."""
        return not self.form.zoned and self.zone is None

    @property
    def earliest(self) -> timedelta:
        """The least that must be added to a stamp to reach the moment that it stands for."""
        return _WEST if self.zoneless else _NOTHING

    @property
    def latest(self) -> timedelta:
        """The most that must be added to a stamp to reach the moment that it stands for."""
        return (_EAST if self.zoneless else _NOTHING) + self.form.resolution

    @property
    def overdue(self) -> Measure:
        """Ask for the number of records that are older than the limit."""
        return self._measure(MeasureKind.OLDER, self.limit)

    @property
    def oldest(self) -> Measure:
        """Ask for the oldest record."""
        return self._measure(MeasureKind.OLDEST)

    @property
    def undated(self) -> Measure:
        """Ask for the number of records from which no limit counts."""
        return Measure(self.dataset.id, MeasureKind.NULLS, self.since)

    def windowed(self) -> bool:
        """Whether the dataset is read through a window that is no longer than the limit."""
        return any(_within(part, self.since, self.limit) for part in _parts(self.dataset.where))

    def _measure(self, kind: MeasureKind, span: Duration | None = None) -> Measure:
        return Measure(self.dataset.id, kind, self.since, span=span, zone=None if self.form.zoned else self.zone)


def limit_of(ground: Ground, dataset: Dataset) -> Limit | None:
    """Give the limit of a dataset where it can be judged: it is a time, and its field exists and is a clock."""
    keep = dataset.keep
    if keep is None or keep.limit is None or keep.since is None:
        return None
    fact = ground.catalog.field(dataset.id, keep.since)
    form = clock_form(fact.type) if fact else ClockForm.NONE
    if fact is None or form is ClockForm.NONE:
        return None
    zone = dataset.fresh.zone if dataset.fresh and dataset.fresh.clock == keep.since else None
    return Limit(dataset, keep, keep.limit, keep.since, fact, form, zone)


def limits(ground: Ground) -> Iterator[Limit]:
    """Give every limit that can be judged."""
    for dataset in ground.plan.datasets():
        limit = limit_of(ground, dataset)
        if limit is not None:
            yield limit


def holders(plan: Plan) -> Iterator[Dataset | Store]:
    """Give everything that keeps records: every dataset, and every store of the workflow."""
    yield from plan.datasets()
    yield from plan.stores.values()


def kept(plan: Plan) -> Iterator[tuple[Dataset | Store, Keep]]:
    """Give every dataset and store of which the plan says how it keeps its records."""
    for holder in holders(plan):
        if holder.keep is not None:
            yield holder, holder.keep


def launched(plan: Plan, holder: Dataset | Store) -> bool:
    """Whether the workflow uses it: every store is its own, a dataset only where a step reads it."""
    return isinstance(holder, Store) or on_path(plan, holder)


def _parts(where: Predicate | None) -> tuple[Predicate, ...]:
    if where is None:
        return ()
    return tuple(inner for part in where.of for inner in _parts(part)) if isinstance(where, And) else (where,)


def _within(part: Predicate, since: str, limit: Duration) -> bool:
    if not isinstance(part, Compare) or part.field != since or part.op not in {">", ">="}:
        return False
    if not isinstance(part.value, Ago):
        return False
    span = part.value.span
    return span.months <= limit.months and span.seconds <= limit.seconds
