"""A segment cannot be computed from the data.

Why it matters
--------------
A stage that is cut by a field which is empty exposes other people than it says: those without a value fall out of the
segment, or into its opposite.

What it looks at
----------------
The fields that each segment's predicate asks: whether the system has them, and how many records hold a value in them,
neither null nor blank. A field that no record fills tells no records apart.
Where more than one record in twenty has no value, and the plan does not say how complete the field must be, nobody has
decided what becomes of them: that stays unverified. A field that a predicate asks whether it `IS NULL` may be empty.

How to fix it
-------------
Fill the field where it arises, or cut the segment by one that is filled.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from lineage.clock import ClockForm, clock_form
from lineage.connector import Measure, MeasureKind, Request
from lineage.finding import Actual, Judgement, Op, Operation, Subject
from lineage.model import Level, Severity
from lineage.plan.model import Dataset, Segment
from lineage.predicate import And, IsNull, Not, Or, Predicate, fields_of
from lineage.rule import Evidence, Ground, Measured, Rule, Unknown
from rules.plan._said import held, unknown, wrong
from rules.source._exposed import NO_RECORD, fields_hidden, percent, present, seen_as

_FEW: Final = 0.05
_FIX: Final = "fill the field where it arises, or cut the segment by another"


def requests(ground: Ground) -> Iterable[Request]:
    """Ask for the records without a value in the fields of segments."""
    for segment in ground.plan.segments.values():
        dataset = ground.plan.dataset(segment.of)
        for name in dict.fromkeys(fields_of(segment.where)):
            if present(ground, dataset, name):
                yield from _empty(ground, dataset, name)


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge each field of each segment."""
    for segment in evidence.plan.segments.values():
        dataset = evidence.plan.dataset(segment.of)
        may_be_empty = set(_asked_for_null(segment.where))
        for name in dict.fromkeys(fields_of(segment.where)):
            if name in dataset.fields:
                yield _judged(evidence, segment, dataset, name, name in may_be_empty)


def _judged(evidence: Evidence, segment: Segment, dataset: Dataset, name: str, may_be_empty: bool) -> Judgement:
    leaf = f"{segment.path}.where"
    about = Subject(source=dataset.source, dataset=dataset.id, field=f"{dataset.id}.{name}", segment=segment.id)
    found = seen_as(evidence, dataset)
    if isinstance(found, Unknown):
        return unknown(leaf, about, found.reason, found.settle)
    if present(evidence.ground, dataset, name):
        return _filled(evidence, about, segment, name, may_be_empty)
    if hidden := fields_hidden(evidence, dataset, name):
        return unknown(leaf, about, hidden.reason, hidden.settle)
    says = f"the segment {segment.id} asks for {name}, which {dataset.reads} does not have"
    return wrong(leaf, about, says, _FIX, (Operation(Op.DROP_SEGMENT, segment.id),), level=Level.CONFIGURED)


def _filled(evidence: Evidence, about: Subject, segment: Segment, name: str, may_be_empty: bool) -> Judgement:
    leaf, dataset = f"{segment.path}.where", evidence.plan.dataset(segment.of)
    counts = [evidence.measured(measure) for measure in _empty(evidence.ground, dataset, name)]
    measured = [count for count in counts if isinstance(count, Measured)]
    why = next((count for count in counts if isinstance(count, Unknown)), None)
    if why is not None or not measured[0].rows:
        why = why or NO_RECORD
        return unknown(leaf, about, why.reason, why.settle)
    rows, empty = measured[0].rows, sum(int(one.value) for one in measured if isinstance(one.value, int))
    actual = Actual(empty / rows, "share without a value", None, measured[0].seen.at, "null or blank", rows)
    says = f"{percent(empty / rows)} of {rows:,} records have no {name}"
    if empty == rows and not may_be_empty:
        drop = (Operation(Op.DROP_SEGMENT, segment.id),)
        says = f"{says}: nothing tells {segment.id} apart"
        return wrong(leaf, about, says, _FIX, drop, level=Level.OBSERVED, actual=actual)
    if empty / rows > _FEW and dataset.fields[name].complete is None and not may_be_empty:
        settle = f"say how complete {dataset.id}.{name} must be, and what becomes of records without it"
        return unknown(leaf, about, f"{says}: whether they belong to {segment.id} is not known", settle)
    return held(leaf, about, says, Level.OBSERVED, actual)


def _empty(ground: Ground, dataset: Dataset, name: str) -> Iterator[Measure]:
    yield Measure(dataset.id, MeasureKind.NULLS, name)
    seen = ground.catalog.field(dataset.id, name)
    if seen is not None and clock_form(seen.type) is ClockForm.TEXT:
        yield Measure(dataset.id, MeasureKind.BLANKS, name)


def _asked_for_null(where: Predicate) -> Iterator[str]:
    match where:
        case And(of=parts) | Or(of=parts):
            for part in parts:
                yield from _asked_for_null(part)
        case Not(of=part):
            yield from _asked_for_null(part)
        case IsNull(field=name):
            yield name
        case _:
            return


RULE = Rule(
    id="rollout/uncomputable-segment",
    severity=Severity.HIGH,
    check=check,
    requests=requests,
    operations=(Op.DROP_SEGMENT,),
)
