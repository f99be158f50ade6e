"""A copy lags behind what it was made from.

Why it matters
--------------
The source was changed, the copy was not: the workflow answers from the copy, and each system looks well by itself.

What it looks at
----------------
For every copy and original of which freshness is promised: the newest record of the original and the newest of the
copy, each up to now and by its own clock.
A copy may lag by as much as it may be old: its own `fresh.within`.
Clocks without a zone are read for every zone there is.

How to fix it
-------------
Run or repair what makes the copy, and let it start when its source has changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from lineage.connector import Request
from lineage.finding import Actual, Fix, FixKind, Hop, Judgement, Op, Operation
from lineage.model import Level, Severity, Verdict
from lineage.plan.model import Dataset
from lineage.rule import Evidence, Ground, Rule, Unknown
from rules._expectations import Check
from rules.freshness._clock import ZONE_UNKNOWN, Clock, clock_of, span
from rules.retention._copies import Copy, copies
from rules.source._exposed import NO_RECORD, on_path, open_question, subject
from rules.source._verdict import Case, decided


def requests(ground: Ground) -> Iterable[Request]:
    """Ask for the newest record of each copy and each original."""
    for _, copied, original in _pairs(ground):
        yield copied.newest
        yield original.newest


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge how far each copy is behind."""
    return decided(_case(evidence, *pair) for pair in _pairs(evidence.ground))


def _pairs(ground: Ground) -> Iterator[tuple[Copy, Clock, Clock]]:
    for copy in copies(ground.plan):
        copied = clock_of(ground, copy.dataset)
        for original in copy.originals:
            clock = clock_of(ground, original)
            if copied is not None and clock is not None and copied.tells and clock.tells:
                yield copy, copied, clock


def _case(evidence: Evidence, copy: Copy, copied: Clock, original: Clock) -> Case | Judgement:
    leaf, about = f"{copy.dataset.path}.copy_of", subject(copy.dataset)
    there, here = evidence.measured(original.newest), evidence.measured(copied.newest)
    for measured in (there, here):
        if isinstance(measured, Unknown):
            return open_question(leaf, about, measured)
    assert not isinstance(there, Unknown) and not isinstance(here, Unknown)  # noqa: S101, PT018 - the loop gave it back
    if not isinstance(there.value, datetime) or not isinstance(here.value, datetime):
        return open_question(leaf, about, NO_RECORD)
    lag = there.value - here.value
    least = lag + original.earliest - copied.latest
    most = lag + original.latest - copied.earliest
    allowed = copied.fresh.within.mean().total_seconds()
    behind = f"{span(lag)} behind" if lag > timedelta(0) else "not behind"
    says = f"the newest record is {behind} that of {original.dataset.id}; {copied.fresh.within} is allowed"
    interval = (round(least.total_seconds()), round(most.total_seconds())) if least < most else None
    actual = Actual(round(lag.total_seconds()), "seconds", interval, here.seen.at, "newest of both", here.rows or None)
    held = Judgement(leaf, Verdict.HELD, Level.OBSERVED, about, says, actual)
    may, must = Check(least.total_seconds(), maximum=allowed), Check(most.total_seconds(), maximum=allowed)
    return Case(may, must, held, _broken(evidence, copy, original.dataset, says, actual), ZONE_UNKNOWN)


def _broken(evidence: Evidence, copy: Copy, original: Dataset, says: str, actual: Actual) -> Judgement:
    launched = on_path(evidence.plan, copy.dataset)
    return Judgement(
        f"{copy.dataset.path}.copy_of",
        Verdict.BROKEN,
        Level.OBSERVED,
        subject(copy.dataset),
        says,
        actual,
        path=(Hop(original.id, copy.dataset.id, "copy_of"),),
        operations=tuple(Operation(Op.HOLD_STAGE, stage.id) for stage in evidence.plan.rollout) if launched else (),
        fixes=(Fix(FixKind.CONFIG, f"run or repair what makes {copy.dataset.reads}", effort="hours"),),
        severity=None if launched else Severity.LOW,
        incidental=not launched,
    )


RULE = Rule(
    id="freshness/lagging-copy",
    severity=Severity.HIGH,
    check=check,
    requests=requests,
    operations=(Op.HOLD_STAGE,),
)
