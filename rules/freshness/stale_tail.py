"""Too many records are older than the plan needs, though the newest is fresh.

Why it matters
--------------
The newest record says that something still arrives.
An answer is made from the record that was asked for, and most of those may not have been touched in a year.

What it looks at
----------------
Only where the plan says what share of the launched records must be fresh: `fresh.share`.
Records older than `fresh.within` and records dated in the future are not fresh; one without a time may be.
A clock without a time zone is read for every zone there is, a date for the whole of its day: the assumption is broken
only if it is broken for all of these, and held only if held for all.
How old half of the records, 95 % and 99 % of them are at most is told beside it, from a sample of a stated size (the
source's `budget.sample`); the share is what a plan can be held to, and every row is counted for it.

How to fix it
-------------
Read only the records that are fresh enough, or have the others looked at and renewed.
Where the workflow can live with older records, say so in the plan: a longer `fresh.within`, or a smaller `fresh.share`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from lineage.connector import Measure, MeasureKind, Request
from lineage.finding import Actual, Fix, FixKind, Judgement, Op, Operation
from lineage.model import Level, Severity, Verdict
from lineage.plan.model import Dataset, Fresh
from lineage.predicate import Predicate
from lineage.rule import UTC_WIDENING, Evidence, Ground, Measured, Rule, Unknown
from rules._expectations import Check
from rules.freshness._clock import ZONE_UNKNOWN, Clock, clock_of, dated, shorter, span
from rules.source._exposed import exposed, on_path, open_question, percent, plural, seen_as, subject
from rules.source._verdict import Case, decided

_WEST, _EAST = UTC_WIDENING
_SHARES: Final = (0.5, 0.95, 0.99)


@dataclass(frozen=True, slots=True)
class Tail:
    """What is asked of a clock to tell the records that are surely, and those that are perhaps, not fresh."""

    clock: Clock

    @property
    def surely(self) -> Measure:
        """Ask for the records that are older than the need in any zone."""
        more = max(timedelta(0), -self.clock.skewed) + (_EAST if self.clock.zoneless else timedelta(0))
        return self.clock.measure(MeasureKind.OLDER, self.clock.fresh.within.plus(more))

    @property
    def perhaps(self) -> Measure | None:
        """Ask for the records that are older than the need in some zone; None where any record may be."""
        less = max(timedelta(0), self.clock.skewed) + self.clock.form.resolution
        span = shorter(self.clock.fresh.within, less + (-_WEST if self.clock.zoneless else timedelta(0)))
        return None if span is None else self.clock.measure(MeasureKind.OLDER, span)

    def quantiles(self) -> tuple[Measure, ...]:
        """Ask for the ages that half of the records have at most, nineteen in twenty and ninety-nine in a hundred."""
        kind = MeasureKind.QUANTILE
        return tuple(replace(self.clock.measure(kind, self.clock.ahead), values=(share,)) for share in _SHARES)

    def asked(self) -> Iterator[Measure]:
        """Give everything that is asked."""
        yield from (self.surely, self.clock.future, self.clock.empty, *self.quantiles())
        if self.perhaps is not None:
            yield self.perhaps


def requests(ground: Ground) -> Iterable[Request]:
    """Ask for the records that are not fresh, surely and perhaps."""
    for dataset, _, _ in _declared(ground):
        clock = clock_of(ground, dataset)
        if clock is not None and clock.tells:
            yield from Tail(clock).asked()


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge the share of launched records that are fresh."""
    return decided(_case(evidence, dataset, fresh, need) for dataset, fresh, need in _declared(evidence.ground))


def _declared(ground: Ground) -> Iterator[tuple[Dataset, Fresh, float]]:
    return ((dataset, fresh, fresh.share) for dataset, fresh in dated(ground.plan) if fresh.share is not None)


def _case(evidence: Evidence, dataset: Dataset, fresh: Fresh, need: float) -> Case | Judgement:
    leaf, about = f"{fresh.path}.share", subject(dataset)
    name = seen_as(evidence, dataset)
    if isinstance(name, Unknown):
        return open_question(leaf, about, name)
    clock = clock_of(evidence.ground, dataset)
    if clock is None or not clock.tells:
        return open_question(leaf, about, Unknown("no clock tells its time", "name a `clock` that exists"))
    counted = _counted(evidence, Tail(clock), exposed(evidence.plan, dataset).cells)
    if isinstance(counted, Unknown):
        return open_question(leaf, about, counted)
    most, least, rows = counted
    if rows.rows == 0:
        return open_question(leaf, about, Unknown("there is no record to count", "see source/missing-records"))
    between = "" if most == least else f" (or as few as {percent(least)}, for what its clock leaves open)"
    says = (
        f"{percent(most)} of {plural(rows.rows, 'launched record')} {'is' if rows.rows == 1 else 'are'} "
        f"at most {fresh.within} old{between}; {percent(need)} is needed{_spread(evidence, Tail(clock))}"
    )
    actual = Actual(most, "share", (least, most) if least < most else None, rows.seen.at, str(fresh.clock), rows.rows)
    launched = on_path(evidence.plan, dataset)
    held = Judgement(leaf, Verdict.HELD, Level.OBSERVED, about, says, actual)
    broken = Judgement(
        leaf,
        Verdict.BROKEN,
        Level.OBSERVED,
        about,
        says,
        actual,
        operations=(Operation(Op.LIMIT_WINDOW, dataset.id, (("window", str(fresh.within)),)),) if launched else (),
        fixes=(
            Fix(FixKind.PLAN, "read only what is fresh enough", f'where: "{fresh.clock} >= now - {fresh.within}"'),
            Fix(FixKind.DECISION, "have the older records renewed, or accept a smaller share"),
        ),
        incidental=not launched,
    )
    settle = ZONE_UNKNOWN if clock.zoneless else "name a clock that every record has and that tells the moment"
    return Case(Check(most, minimum=need), Check(least, minimum=need), held, broken, settle)


def _spread(evidence: Evidence, tail: Tail) -> str:
    """Say how old most records are, by the sample that tells it; nothing where none was taken."""
    answers = [evidence.measured(measure) for measure in tail.quantiles()]
    ages = [
        span(evidence.now - answer.value)
        for answer in answers
        if isinstance(answer, Measured) and isinstance(answer.value, datetime) and answer.draws
    ]
    first = answers[0]
    if len(ages) != len(_SHARES) or not isinstance(first, Measured) or first.draws is None:
        return ""
    named = ", ".join(f"{percent(share)} are at most {age}" for share, age in zip(_SHARES, ages, strict=True))
    return f"; of {first.draws:,} that were sampled {named} old"


def _counted(
    evidence: Evidence, tail: Tail, cells: tuple[Predicate, ...] | None
) -> tuple[float, float, Measured] | Unknown:
    """Give the greatest and the least share that can be fresh."""
    older, future = evidence.measured(tail.surely, cells), evidence.measured(tail.clock.future, cells)
    empty = evidence.measured(tail.clock.empty, cells)
    perhaps = evidence.measured(tail.perhaps, cells) if tail.perhaps is not None else None
    counts = []
    for measured in (older, future, empty, perhaps):
        if isinstance(measured, Unknown):
            return measured
        counts.append(measured.value if measured is not None and isinstance(measured.value, int) else 0)
    assert isinstance(older, Measured)  # noqa: S101 - the loop gave back what is unknown
    rows = older.rows
    surely, ahead, undated, maybe = counts
    open_at_all = rows if perhaps is None else maybe + undated + ahead
    if rows == 0:
        return 0.0, 0.0, older
    return (rows - surely - ahead) / rows, max(0, rows - open_at_all) / rows, older


RULE = Rule(
    id="freshness/stale-tail",
    severity=Severity.HIGH,
    check=check,
    requests=requests,
    operations=(Op.LIMIT_WINDOW,),
)
