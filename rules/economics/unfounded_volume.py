"""The expected volume is not stated, or the records say another.

Why it matters
--------------
Cost, capacity and the people who review are planned by the number of tasks; a number that was guessed plans for another
workflow.

What it looks at
----------------
`economics.volume.per_day` against the records that arrived: those of the dataset whose clock `economics.volume.of`
names, dated within the last 28 days up to now.
It is contradicted where a quarter more arrive a day than stated, or fewer than half, beyond chance (three standard
errors of a count). Without `of` nobody can count: that stays unverified.

How to fix it
-------------
State what the records say, or say in `of` which records start a task.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from math import sqrt
from typing import Final

from lineage.connector import Measure, MeasureKind, Request
from lineage.duration import Duration
from lineage.finding import Actual, Judgement, Op, Operation, Subject
from lineage.model import Level, Severity
from lineage.plan.model import Dataset, Plan
from lineage.rule import Evidence, Ground, Measured, Rule, Unknown
from rules.plan._said import block, held, number, told, unknown, unsaid, wrong
from rules.source._exposed import present, rows, seen_as

_LEAF: Final = "economics.volume"
_DAYS: Final = 28
"""Four weeks: whole weeks, so that weekends weigh as they do."""
_MORE: Final = 1.25
_LESS: Final = 0.5
_ERRORS: Final = 3.0


def requests(ground: Ground) -> Iterable[Request]:
    """Ask for the records before the last four weeks, for those ahead of now, and for all."""
    found = _counted(ground.plan)
    if found is not None and present(ground, *found):
        yield from _measures(*found)


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge the stated volume."""
    said = block(evidence.plan, _LEAF)
    leaf = f"{_LEAF}.per_day"
    stated = number(said.get("per_day"))
    if stated is None:
        says = "how many tasks a day are expected is not stated"
        yield unsaid(leaf, Subject(), says, f"state it: {leaf}")
        return
    found = _counted(evidence.plan)
    if found is None:
        if told(said.get("of")):
            settle = f"the field that dates them: {_LEAF}.of: SOURCE.DATASET.FIELD"
            yield unknown(leaf, Subject(), f"{_LEAF}.of names no field that is declared", settle)
        else:
            settle = f"say which records start a task: {_LEAF}.of: SOURCE.DATASET.FIELD"
            yield unknown(leaf, Subject(), "which records start a task is not said, and none were counted", settle)
        return
    yield _judged(evidence, leaf, stated, *found)


def _judged(evidence: Evidence, leaf: str, stated: float, dataset: Dataset, field: str) -> Judgement:
    about = Subject(source=dataset.source, dataset=dataset.id, field=f"{dataset.id}.{field}")
    name = seen_as(evidence, dataset)
    older, future, empty, every = _measures(dataset, field)
    counts = [name if isinstance(name, Unknown) else evidence.measured(one) for one in (older, future, empty, every)]
    why = next((count for count in counts if isinstance(count, Unknown)), None)
    if why is not None:
        return unknown(leaf, about, why.reason, why.settle)
    measured = [count for count in counts if isinstance(count, Measured)]
    before, ahead, undated = (int(one.value) if isinstance(one.value, int) else 0 for one in measured[:3])
    dated = measured[3].rows - undated
    if not dated:
        return unknown(leaf, about, "no record is dated: none could be counted", "scan again when there are some")
    arrived = max(0, dated - before - ahead)
    a_day, chance = arrived / _DAYS, _ERRORS * sqrt(max(arrived, 1)) / _DAYS
    says = f"{arrived:,} records of {dataset.id} arrived in {_DAYS} days, {a_day:.3g} a day; {stated:g} are stated"
    interval = (a_day - chance, a_day + chance)
    actual = Actual(round(a_day, 2), "records a day", interval, measured[3].seen.at, "count", dated)
    if interval[0] > _MORE * stated or interval[1] < _LESS * stated:
        limit = (Operation(Op.LIMIT_ROWS, dataset.id, (("per_day", f"{stated:g}"),)),)
        fix = "state the volume that the records show, or limit the launch to the stated one"
        return wrong(leaf, about, says, fix, limit, level=Level.OBSERVED, actual=actual)
    return held(leaf, about, says, Level.OBSERVED, actual)


def _measures(dataset: Dataset, field: str) -> tuple[Measure, ...]:
    zone = dataset.fresh.zone if dataset.fresh is not None else None
    span = Duration(seconds=timedelta(days=_DAYS).total_seconds())
    return (
        Measure(dataset.id, MeasureKind.OLDER, field, span=span, zone=zone),
        Measure(dataset.id, MeasureKind.FUTURE, field, span=Duration(), zone=zone),
        Measure(dataset.id, MeasureKind.NULLS, field),
        rows(dataset),
    )


def _counted(plan: Plan) -> tuple[Dataset, str] | None:
    """Give the dataset and the clock that tasks are counted by; None where the plan names none."""
    of = block(plan, _LEAF).get("of")
    for dataset in plan.datasets():
        for field in dataset.fields.values():
            if field.id == of:
                return dataset, field.name
    return None


RULE = Rule(
    id="economics/unfounded-volume",
    severity=Severity.HIGH,
    check=check,
    requests=requests,
    operations=(Op.LIMIT_ROWS,),
    # Where the stated volume itself is another, its peaks are too.
    subsumes=("source/unexpected-volume",),
)
