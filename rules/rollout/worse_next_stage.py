"""The data of the next stage is worse than that of the stage before.

Why it matters
--------------
What was learnt on the first stage is taken for the second; where its records are emptier or older, that was learnt of
other data.

What it looks at
----------------
For each stage and the one after it, on the records that each exposes: the share of records without a value in fields
that steps require or whose completeness is promised, the share with another value than the declared ones, and whether
the newest record is as fresh as promised.
A share counts as worse where it is larger by more than five points and by more than chance (three standard errors).
Two stages of the same segment have the same records. Datasets that a segment cannot be followed to are the same for
both; where no figure can be compared, that is unverified.

How to fix it
-------------
Repair the records of the next stage, or hold it until they are as good.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import pairwise
from math import sqrt
from typing import Final

from lineage.cells import segment_cells
from lineage.connector import Measure, MeasureKind, Request
from lineage.finding import Actual, Judgement, Op, Operation, Subject
from lineage.model import Level, Severity
from lineage.plan.model import Dataset, Need, Plan, Stage
from lineage.predicate import Predicate
from lineage.rule import Evidence, Ground, Measured, Rule, Unknown
from rules.freshness._clock import Clock, clock_of
from rules.plan._said import held, unknown, wrong
from rules.source._exposed import on_path, percent, present

_POINTS: Final = 0.05
_ERRORS: Final = 3.0
_FIX: Final = "repair these records, or hold the stage until they are as good"


def requests(ground: Ground) -> Iterable[Request]:
    """Ask for what is compared; every measure is taken for each segment."""
    if any(_differ(*pair) for pair in pairwise(ground.plan.rollout)):
        for dataset in _read(ground.plan):
            yield from (measure for _, measure in _shares(ground, dataset))
            clock = clock_of(ground, dataset)
            if clock is not None and clock.tells:
                yield clock.newest


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge each stage against the one before it."""
    for stage, following in pairwise(evidence.plan.rollout):
        yield from _judged(evidence, stage, following)


def _judged(evidence: Evidence, stage: Stage, following: Stage) -> Iterator[Judgement]:
    leaf, about = f"{following.path}.segment", Subject(segment=following.segment, stage=following.id)
    if not _differ(stage, following):
        yield held(leaf, about, f"it exposes the same segment as {stage.id}")
        return
    compared, worse = 0, False
    for dataset in _read(evidence.plan):
        for found in _compared(evidence, dataset, stage, following):
            compared += 1
            if isinstance(found, Judgement):
                worse = True
                yield found
    if worse:
        return
    if not compared:
        says = f"no figure of {following.id} could be compared with {stage.id}"
        yield unknown(leaf, about, says, "let the auditor measure the records of both segments")
    else:
        says = f"none of {compared} figures is worse than in {stage.id}"
        yield held(leaf, about, says, Level.OBSERVED, Actual(compared, "figures compared"))


def _compared(evidence: Evidence, dataset: Dataset, stage: Stage, following: Stage) -> Iterator[Judgement | None]:
    """Give a judgement for each figure that is worse, and None for each that is not."""
    here, there = _cells(evidence.plan, dataset, stage), _cells(evidence.plan, dataset, following)
    if isinstance(here, Unknown) or isinstance(there, Unknown) or here == there:
        return
    for name, measure in _shares(evidence.ground, dataset):
        before, after = evidence.measured(measure, here), evidence.measured(measure, there)
        if isinstance(before, Measured) and isinstance(after, Measured) and before.rows and after.rows:
            yield _share(dataset, name, measure, (before, after), (stage, following))
    clock = clock_of(evidence.ground, dataset)
    if clock is not None and clock.tells:
        before, after = evidence.measured(clock.newest, here), evidence.measured(clock.newest, there)
        if isinstance(before, Measured) and isinstance(after, Measured) and before.rows and after.rows:
            yield _staleness(clock, (before, after), (stage, following), evidence.now)


def _share(
    dataset: Dataset, name: str, measure: Measure, counts: tuple[Measured, Measured], stages: tuple[Stage, Stage]
) -> Judgement | None:
    before, after = (_number(count) for count in counts)
    if not _worse((before, counts[0].rows), (after, counts[1].rows)):
        return None
    what = "have another value than declared" if measure.kind is MeasureKind.OUTSIDE else "have no value"
    share, was = after / counts[1].rows, before / counts[0].rows
    says = f"{percent(share)} of the records of {stages[1].id} {what} in {name}, of {stages[0].id} {percent(was)}"
    actual = Actual(share, "share", None, counts[1].seen.at, "count", counts[1].rows)
    return _broken(dataset, name, stages, says, actual)


def _staleness(
    clock: Clock, newest: tuple[Measured, Measured], stages: tuple[Stage, Stage], now: datetime
) -> Judgement | None:
    dataset, cut = clock.dataset, clock.fresh.within.before(now)
    before, after = newest[0].value, newest[1].value
    fresh = isinstance(before, datetime) and before >= cut
    # A wall clock without a zone may tell an earlier time than it was: only what is stale in any zone counts.
    if not fresh or (isinstance(after, datetime) and after + clock.latest >= cut):
        return None
    says = f"{dataset.id} is as fresh as promised for {stages[0].id}, and stale for {stages[1].id}"
    return _broken(dataset, clock.fresh.clock, stages, says, Actual(None, measured_at=newest[1].seen.at))


def _broken(dataset: Dataset, name: str, stages: tuple[Stage, Stage], says: str, actual: Actual) -> Judgement:
    following = stages[1]
    field = f"{dataset.id}.{name}"
    about = Subject(dataset.source, dataset.id, field, following.segment, following.id)
    hold = (Operation(Op.HOLD_STAGE, following.id),)
    return wrong(f"{following.path}.segment", about, says, _FIX, hold, level=Level.OBSERVED, actual=actual)


def _worse(before: tuple[int, int], after: tuple[int, int]) -> bool:
    was, share = before[0] / before[1], after[0] / after[1]
    pooled = (before[0] + after[0]) / (before[1] + after[1])
    error = sqrt(pooled * (1 - pooled) * (1 / before[1] + 1 / after[1]))
    return share - was > _POINTS and share - was > _ERRORS * error


def _shares(ground: Ground, dataset: Dataset) -> Iterator[tuple[str, Measure]]:
    read = {field for step in ground.plan.steps.values() for field in step.reads.get(dataset.id, ())}
    for field in dataset.fields.values():
        if not present(ground, dataset, field.name):
            continue
        if field.complete is not None or (field.need is Need.REQUIRED and field.id in read):
            yield field.name, Measure(dataset.id, MeasureKind.NULLS, field.name)
        if field.values is not None:
            yield field.name, Measure(dataset.id, MeasureKind.OUTSIDE, field.name, values=field.values)


def _cells(plan: Plan, dataset: Dataset, stage: Stage) -> Sequence[Predicate] | Unknown | None:
    if stage.segment is None:
        return None
    cell = segment_cells(plan, dataset).get(stage.segment)
    return Unknown("the segment does not part it", "join it to the segment") if cell is None else (cell,)


def _read(plan: Plan) -> Iterator[Dataset]:
    return (dataset for dataset in plan.datasets() if on_path(plan, dataset))


def _differ(stage: Stage, following: Stage) -> bool:
    return stage.segment != following.segment


def _number(count: Measured) -> int:
    return count.value if isinstance(count.value, int) else 0


RULE = Rule(
    id="rollout/worse-next-stage",
    severity=Severity.HIGH,
    check=check,
    requests=requests,
    operations=(Op.HOLD_STAGE,),
)
