"""What a dataset's clock leaves open, and how old its newest record is within that.

A stamp `v` that a scan read stands for a true moment between `v + earliest` and `v + latest`: the same for a clock that
names moments, half a day and more apart for a wall clock whose zone nobody names, a day for a date.
Freshness is broken only if it is broken for every such moment, and held only if it is held for every one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from lineage.clock import ClockForm, clock_form
from lineage.connector import Measure, MeasureKind
from lineage.duration import Duration
from lineage.facts import FieldFact
from lineage.finding import Actual, Hop, Judgement
from lineage.model import Level, Verdict
from lineage.plan.model import Dataset, Fresh, Plan
from lineage.predicate import Predicate
from lineage.rule import UTC_WIDENING, Evidence, Ground, Measured, Unknown
from rules._expectations import Check
from rules.source._exposed import open_question
from rules.source._verdict import Case

_SHORTEST_MONTH: Final = timedelta(days=28)
_NOTABLE: Final = timedelta(minutes=1)
_WEST, _EAST = UTC_WIDENING
ZONE_UNKNOWN: Final = "declare the clock's `zone`"


@dataclass(frozen=True, slots=True)
class Clock:
    """The field that tells a dataset's time, and what it leaves open."""

    dataset: Dataset
    fresh: Fresh
    fact: FieldFact
    form: ClockForm
    per_value: bool
    """Each value says by itself whether it has a zone, so that the type leaves the question open."""
    skewed: timedelta
    """The source's clock minus ours."""

    @property
    def kind(self) -> str:
        """What its moments are of: the event, the load of a record, or its copy where the dataset is one."""
        if self.fact.default != "now":
            return "event"
        return "copy" if self.dataset.copy_of else "load"

    @property
    def tells(self) -> bool:
        """The field can tell the time at all."""
        return self.form is not ClockForm.NONE

    @property
    def zoneless(self) -> bool:
        """No zone is known: neither the clock's own nor a declared one."""
        return not self.form.zoned and self.fresh.zone is None

    @property
    def ahead(self) -> Duration:
        """How far after now a stamp may read and still not be in the future, wherever it was written."""
        return self.fresh.skew.plus(-_WEST) if self.zoneless else self.fresh.skew

    @property
    def earliest(self) -> timedelta:
        """The least that must be added to a stamp to reach the moment that it stands for."""
        return (_WEST if self.zoneless else timedelta(0)) + min(timedelta(0), -self.skewed)

    @property
    def latest(self) -> timedelta:
        """The most that must be added to a stamp to reach the moment that it stands for."""
        return (_EAST if self.zoneless else timedelta(0)) + max(timedelta(0), -self.skewed) + self.form.resolution

    def measure(self, kind: MeasureKind, span: Duration | None = None) -> Measure:
        """Ask something of the clock; a declared zone is used only where the clock has none."""
        zone = None if self.form.zoned else self.fresh.zone
        return Measure(self.dataset.id, kind, self.fresh.clock, span=span, zone=zone)

    @property
    def newest(self) -> Measure:
        """Ask for the newest record that is not in the future."""
        return self.measure(MeasureKind.NEWEST, self.ahead)

    @property
    def future(self) -> Measure:
        """Ask for the number of records that are in the future, wherever they were written."""
        return self.measure(MeasureKind.FUTURE, self.ahead)

    @property
    def empty(self) -> Measure:
        """Ask for the number of records that the clock tells nothing of."""
        return Measure(self.dataset.id, MeasureKind.NULLS, self.fresh.clock)

    def witnesses(self) -> tuple[Measure, Measure] | None:
        """Ask for the numbers of records before the end, and before the start, of the span that is fresh in any zone.

        None where the clock has a zone, or where the need is so tight that no such span is left.
        """
        start = shorter(self.fresh.within, -_WEST + self.form.resolution)
        if not self.zoneless or start is None or start.mean() <= _EAST:
            return None
        end = Duration(seconds=_EAST.total_seconds())
        return self.measure(MeasureKind.OLDER, end), self.measure(MeasureKind.OLDER, start)


def clocks(ground: Ground) -> Iterator[Clock]:
    """Give the clock of each dataset whose freshness is promised and whose clock the catalogue has and can be read."""
    for dataset in ground.plan.datasets():
        clock = clock_of(ground, dataset)
        if clock is not None and clock.tells:
            yield clock


def clock_of(ground: Ground, dataset: Dataset) -> Clock | None:
    """Give the clock of a dataset; None where none is declared or it is not in the catalogue."""
    fact = ground.catalog.field(dataset.id, dataset.fresh.clock) if dataset.fresh else None
    if dataset.fresh is None or fact is None:
        return None
    system = ground.catalog.system(dataset.source)
    offset = system.clock_offset_seconds if system else None
    form = clock_form(fact.type)
    # SQLite keeps what it is given whatever a column's type says: a wall clock there is text in disguise.
    disguised = form in {ClockForm.NAIVE, ClockForm.DATE} and system is not None and "sqlite" in system.product.lower()
    return Clock(
        dataset, dataset.fresh, fact, form, form is ClockForm.TEXT or disguised, timedelta(seconds=offset or 0)
    )


def dated(plan: Plan) -> Iterator[tuple[Dataset, Fresh]]:
    """Give the datasets whose freshness is promised."""
    return ((dataset, dataset.fresh) for dataset in plan.datasets() if dataset.fresh is not None)


def newest_case(
    evidence: Evidence, clock: Clock, cells: tuple[Predicate, ...] | None, like: Judgement, what: str
) -> Case | Judgement:
    """Judge the newest record of some cells; `like` is the broken judgement, without words and figures."""
    newest = evidence.measured(clock.newest, cells)
    if isinstance(newest, Unknown):
        return open_question(like.leaf, like.subject, newest)
    if not isinstance(newest.value, datetime):
        return _without_records(clock, newest, like, what)
    cut = clock.fresh.within.before(evidence.now)
    age = evidence.now - newest.value
    figure = _age(clock, newest, age)
    limits = f"at most {clock.fresh.within} is needed"
    says = f"the newest {what} is {span(age)} old by {clock.fresh.clock}{_widening(clock)}; {limits}"
    broken, held = with_figure(like, says, figure)
    may = Check(newest.value, minimum=moved(cut, -clock.latest - _passed_twice(clock, newest.value)))
    return Case(may, _must(evidence, clock, cells, newest.value, cut), held, broken, ZONE_UNKNOWN)


def chain(ground: Ground, clock: Clock) -> tuple[Hop, ...]:
    """Give the longest way on which the clock's value comes to it: where to look for what stopped."""
    paths = [path for _, _, path in ground.graph.ancestors(clock.fact.name)]
    return max(paths, key=lambda path: (len(path), str(path)), default=())


def span(length: timedelta) -> str:
    """Give a length of time for people: `3 days`, `2.5 hours`."""
    seconds = abs(length.total_seconds())
    for unit, size in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds >= size:
            amount = round(seconds / size, 1 if seconds < 10 * size else None)
            return f"{amount:g} {unit}" + ("" if amount == 1 else "s")
    return f"{seconds:.0f} seconds"


def shorter(length: Duration, by: timedelta) -> Duration | None:
    """Give a duration that is shorter by at least that much; None where nothing is left."""
    if length.seconds >= by.total_seconds():
        return length.plus(-by)
    if not length.months:
        return None
    return shorter(Duration(length.months - 1, length.seconds + _SHORTEST_MONTH.total_seconds()), by)


def with_figure(like: Judgement, says: str, figure: Actual) -> tuple[Judgement, Judgement]:
    """Give the broken and the held judgement of one figure."""
    return _with(like, says, figure), _held(like, says, figure)


def _passed_twice(clock: Clock, newest: datetime) -> timedelta:
    """Give how much later a wall clock's stamp may lie since its hour came twice; connectors take the earlier one."""
    if clock.form.zoned or clock.fresh.zone is None:
        return timedelta(0)
    try:
        told = newest.astimezone(ZoneInfo(clock.fresh.zone))
    except (ZoneInfoNotFoundError, ValueError, OverflowError):
        return timedelta(0)
    first, second = told.replace(fold=0).utcoffset(), told.replace(fold=1).utcoffset()
    return max(timedelta(0), first - second) if first is not None and second is not None else timedelta(0)


def _must(
    evidence: Evidence, clock: Clock, cells: tuple[Predicate, ...] | None, newest: datetime, cut: datetime
) -> Check:
    if not clock.zoneless:
        return Check(newest, minimum=moved(cut, -min(timedelta(0), -clock.skewed)))
    asked = clock.witnesses()
    counts = [evidence.measured(measure, cells) for measure in asked] if asked else []
    values = [count.value for count in counts if isinstance(count, Measured) and isinstance(count.value, int)]
    return Check(values[0] - values[1] if len(values) == 2 else 0, minimum=1)


def _without_records(clock: Clock, newest: Measured, like: Judgement, what: str) -> Judgement:
    why = "there is no record at all" if newest.rows == 0 else f"none of {newest.rows:,} records is dated up to now"
    says = f"no {what} can be fresh: {why}"
    actual = Actual(None, "seconds", measured_at=newest.seen.at, method=_method(clock), sample=newest.rows)
    return _with(like, says, actual)


def _age(clock: Clock, newest: Measured, age: timedelta) -> Actual:
    low, high = (age - clock.latest).total_seconds(), (age - clock.earliest).total_seconds()
    return Actual(
        round(age.total_seconds()),
        "seconds",
        (round(low), round(high)) if high > low else None,
        newest.seen.at,
        _method(clock),
        newest.rows or None,  # the end of an index counts nothing
    )


def _widening(clock: Clock) -> str:
    if clock.zoneless:
        return f" read as UTC (between {span(-_WEST)} older and {span(_EAST)} younger, for it has no time zone)"
    if clock.form is ClockForm.DATE:
        return " (or up to a day younger, for it is a date)"
    return f" (give or take {span(clock.skewed)}, by which the clocks differ)" if abs(clock.skewed) > _NOTABLE else ""


def _method(clock: Clock) -> str:
    return f"newest {clock.fresh.clock} up to now, by its {clock.kind} clock"


def _with(like: Judgement, says: str, figure: Actual) -> Judgement:
    return Judgement(
        like.leaf,
        Verdict.BROKEN,
        Level.OBSERVED,
        like.subject,
        says,
        figure,
        path=like.path,
        operations=like.operations,
        fixes=like.fixes,
        severity=like.severity,
        incidental=like.incidental,
    )


def _held(like: Judgement, says: str, figure: Actual) -> Judgement:
    return Judgement(like.leaf, Verdict.HELD, Level.OBSERVED, like.subject, says, figure)


def moved(moment: datetime, by: timedelta) -> datetime:
    """Give a moment that much later, or the moment itself where the calendar ends."""
    try:
        return moment + by
    except OverflowError:  # `within: 1000 years` is cut to the calendar's first moment
        return moment
