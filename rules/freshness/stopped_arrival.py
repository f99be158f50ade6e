"""Records stopped arriving, or arrive far more rarely than they used to.

Why it matters
--------------
The newest record can be minutes old while nine in ten of them are lost on the way.
A need for freshness alone sees a pipeline only when it has stopped for all.

What it looks at
----------------
How many records the clock dates into the last week, beside each of the five weeks before it; where the need is longer
than a week, spans of its length. Whole weeks are compared, so that no weekend looks like a stop.
Arrival fell off where the last span has less than half of the weakest earlier one, and less than chance explains.
Three whole earlier spans with twenty records each in the middle are needed: else there is *insufficient history*, and
nothing is held. Of a PostgreSQL table of more than a million rows the spans are estimated from a sample of its blocks,
each of which counts as one draw; a fall is told, or denied, only where it is so at both ends of the 95 % intervals.
A clock that is moved at each change dates a record once, so that its history thins out; what is told
as fallen off is so all the same.

How to fix it
-------------
Find out what stopped between the system that makes the records and this one, or why fewer are made.
Where the history is too short to tell, scan again when there is more of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from math import sqrt
from statistics import median
from typing import Final

from lineage.connector import Measure, MeasureKind, Request
from lineage.duration import Duration
from lineage.finding import Actual, Fix, FixKind, Judgement, Op, Operation
from lineage.model import Level, Severity, Verdict
from lineage.rule import Evidence, Ground, Measured, Rule, Unknown
from rules._expectations import Check
from rules.freshness._clock import Clock, chain, clocks
from rules.source._estimate import between, told_by
from rules.source._exposed import on_path, open_question, plural, subject
from rules.source._verdict import Case, decided

_WEEK: Final = Duration(seconds=604_800)
_SPANS: Final = 6
_FEWEST: Final = 20
_HISTORY: Final = 3
_CHANCE: Final = 4.0
"""Standard deviations of a count that chance explains."""
_MORE: Final = "look at the arrival itself: a sample of so many blocks cannot tell"


def requests(ground: Ground) -> Iterable[Request]:
    """Ask for the records before the end of each span; all of it are counts of one statement."""
    for clock in clocks(ground):
        yield from _older(clock)
        yield clock.empty
        yield clock.future
        yield Measure(clock.dataset.id, MeasureKind.ROWS)


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge the arrival of each dataset whose freshness is promised."""
    return decided(_case(evidence, clock) for clock in clocks(evidence.ground))


def span_of(clock: Clock) -> Duration:
    """Give the length of the spans that are compared: a week, or what is needed where that is longer."""
    return max(_WEEK, clock.fresh.within, key=lambda one: one.mean())


def arrivals(older: Sequence[int], dated: int) -> list[int]:
    """Give how many records fell into each span, the last one first, without the earliest that may be cut short.

    `older` has the number of records before the end of the first span, of the second and so on.
    """
    counts = [before - after for before, after in zip((dated, *older), older, strict=False)]
    while len(counts) > 1 and counts[-1] == 0:
        counts.pop()  # before there was any record
    whole = len(counts) == len(older) and older[-1] > 0
    return counts if whole or len(counts) == 1 else counts[:-1]


def least(history: Sequence[int]) -> float:
    """Give the count below which arrival fell off, by the spans before."""
    middle = median(history)
    return max(0.0, min(min(history) / 2, middle - _CHANCE * sqrt(middle)))


def _older(clock: Clock) -> list[Measure]:
    length = span_of(clock)
    spans = (Duration(length.months * times, length.seconds * times) for times in range(1, _SPANS + 1))
    return [replace(clock.measure(MeasureKind.OLDER, span), rough=True) for span in spans]


def _case(evidence: Evidence, clock: Clock) -> Case | Judgement:
    leaf, about = clock.fresh.path, subject(clock.dataset, clock.fresh.clock)
    answers = [evidence.measured(one) for one in (*_older(clock), clock.empty, clock.future)]
    counts: list[int] = []
    for answer in answers:
        if isinstance(answer, Unknown):
            return open_question(leaf, about, answer)
        counts.append(answer.value if isinstance(answer.value, int) else 0)
    first = answers[0]
    assert isinstance(first, Measured)  # noqa: S101 - the loop says so
    *older, empty, future = counts
    last, *history = arrivals(older, first.rows - empty - future)
    if len(history) < _HISTORY or median(history) < _FEWEST:
        enough = f"{plural(len(history), 'whole span')} of {span_of(clock)} before the last one can be compared"
        settle = f"scan again when {_HISTORY} of them hold {_FEWEST} records each"
        return open_question(leaf, about, Unknown(f"insufficient history: {enough}", settle))
    return _judged(evidence, clock, last, history, first)


def _judged(evidence: Evidence, clock: Clock, last: int, history: Sequence[int], seen: Measured) -> Case:
    launched = on_path(evidence.plan, clock.dataset)
    says = (
        f"{plural(last, 'record')} in the last {span_of(clock)}, "
        f"{min(history):,} to {max(history):,} in each of the {len(history)} before{told_by(seen)}"
    )
    fewest, most = between(last, seen)
    earlier = [between(count, seen) for count in history]
    within = (fewest, most) if fewest < most else None
    actual = Actual(last, "records", within, seen.seen.at, f"{clock.fresh.clock} by span", seen.rows)
    like = (clock.fresh.path, Level.OBSERVED, subject(clock.dataset, clock.fresh.clock))
    held = Judgement(like[0], Verdict.HELD, like[1], like[2], says, actual)
    broken = Judgement(
        like[0],
        Verdict.BROKEN,
        like[1],
        like[2],
        f"arrival fell off: {says}",
        actual,
        path=chain(evidence.ground, clock),
        operations=tuple(Operation(Op.HOLD_STAGE, stage.id) for stage in evidence.plan.rollout) if launched else (),
        fixes=(Fix(FixKind.CODE, "find out what stopped on the way, or why fewer are made", effort="hours"),),
        incidental=not launched,
    )
    may = Check(most, minimum=least([low for low, _ in earlier]))
    must = Check(fewest, minimum=least([high for _, high in earlier]))
    return Case(may, must, held, broken, _MORE)


RULE = Rule(
    id="freshness/stopped-arrival",
    severity=Severity.HIGH,
    check=check,
    requests=requests,
    operations=(Op.HOLD_STAGE,),
)
