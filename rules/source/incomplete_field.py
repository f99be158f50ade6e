"""Fewer records hold a value than the workflow needs.

Why it matters
--------------
A prompt with an empty slot still gets an answer.
One share for the whole hides that a region has no value at all.

What it looks at
----------------
The share of launched records whose field is neither null nor blank text, beside `complete`; in all, and in each segment
that the rollout exposes, since the launch is as good as its worst segment.
Every record is counted and the share is judged as it is; the interval (Wilson, 95 %) says how far the share of records
to come may lie from it. Of a PostgreSQL table with more records than the source's budget allows
to count, it is told by a sample of its blocks, each of which is one draw since its records were written together: where
the need lies within the interval then, it stays unverified.

How to fix it
-------------
Have the missing values filled in where they arise, or launch without the field or without the segments that lack it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from lineage.clock import ClockForm, clock_form
from lineage.connector import Measure, MeasureKind, Request
from lineage.finding import Actual, Fix, FixKind, Judgement, Op, Operation
from lineage.model import Level, Severity, Verdict
from lineage.plan.model import Dataset, Field, Need
from lineage.predicate import Predicate
from lineage.rule import Evidence, Ground, Measured, Rule, Unknown
from rules._expectations import Check, Outcome, judge
from rules.source._estimate import interval, told_by
from rules.source._exposed import NO_RECORD, exposed, open_question, present, seen_as, subject
from rules.source._verdict import Case, decided

_MORE: Final = "raise the source's budget of rows, so that every record is counted"


def requests(ground: Ground) -> Iterable[Request]:
    """Ask for the records without a value."""
    for dataset, field in _declared(ground):
        if present(ground, dataset, field.name):
            yield from _empty(ground, dataset, field)


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge how complete each field is that must be."""
    return decided(case for dataset, field in _declared(evidence.ground) for case in _cases(evidence, dataset, field))


def _declared(ground: Ground) -> Iterator[tuple[Dataset, Field]]:
    for dataset in ground.plan.datasets():
        for field in dataset.fields.values():
            if field.complete is not None:
                yield dataset, field


def _empty(ground: Ground, dataset: Dataset, field: Field) -> Iterator[Measure]:
    yield Measure(dataset.id, MeasureKind.NULLS, field.name, rough=True)
    seen = ground.catalog.field(dataset.id, field.name)
    if seen is not None and clock_form(seen.type) is ClockForm.TEXT:
        yield Measure(dataset.id, MeasureKind.BLANKS, field.name, rough=True)


def _cases(evidence: Evidence, dataset: Dataset, field: Field) -> Iterator[Case | Judgement]:
    launched = exposed(evidence.plan, dataset)
    whole = _case(evidence, dataset, field, launched.cells, None)
    if isinstance(whole, Judgement) or len(launched.segments) < 2:
        yield whole
        return
    parts = [_case(evidence, dataset, field, (cell,), segment) for segment, cell in launched.segments.items()]
    outcomes = judge([part.must for part in parts if isinstance(part, Case)])
    if Outcome.HELD in outcomes and Outcome.BROKEN in outcomes:
        yield from parts  # the segments that lack it leave, and the field stays for the others
    else:
        yield whole
        yield from (part for part in parts if isinstance(part, Judgement))


def _case(
    evidence: Evidence, dataset: Dataset, field: Field, cells: tuple[Predicate, ...] | None, segment: str | None
) -> Case | Judgement:
    leaf, about = f"{field.path}.complete", subject(dataset, field.name, segment)
    name = seen_as(evidence, dataset)
    if isinstance(name, Unknown):
        return open_question(leaf, about, name)
    counts = [evidence.measured(measure, cells) for measure in _empty(evidence.ground, dataset, field)]
    unknown = [count for count in counts if isinstance(count, Unknown)]
    if unknown:
        return open_question(leaf, about, unknown[0])
    measured = [count for count in counts if isinstance(count, Measured)]
    rows, empty = measured[0].rows, sum(int(count.value) for count in measured if isinstance(count.value, int))
    if rows == 0:
        return open_question(leaf, about, NO_RECORD)
    share, need = (rows - empty) / rows, field.complete or 0.0
    where = f" of the segment {segment}" if segment else ""
    found = f"{rows - empty:,} of {rows:,} records{where} have {field.name}{told_by(measured[0])}"
    says = f"{found}; a share of {need:g} is needed"
    draws = measured[0].draws
    within = interval(rows - empty, rows) if draws is None else interval(share * draws, draws)
    low, high = (share, share) if draws is None else within
    actual = Actual(share, "share", within, measured[0].seen.at, "neither null nor blank", rows)
    held = Judgement(leaf, Verdict.HELD, Level.OBSERVED, about, says, actual)
    broken = Judgement(
        leaf,
        Verdict.BROKEN,
        Level.OBSERVED,
        about,
        says,
        actual,
        operations=_operations(field, segment),
        fixes=(Fix(FixKind.DECISION, "have the missing values filled in where they arise"),),
        incidental=field.need is Need.NONE,
    )
    return Case(Check(high, minimum=need), Check(low, minimum=need), held, broken, _MORE)


def _operations(field: Field, segment: str | None) -> tuple[Operation, ...]:
    if segment is not None:
        return (Operation(Op.DROP_SEGMENT, segment),)
    return () if field.need is Need.NONE else (Operation(Op.DROP_FIELD, field.id),)


RULE = Rule(
    id="source/incomplete-field",
    severity=Severity.HIGH,
    check=check,
    requests=requests,
    operations=(Op.DROP_FIELD, Op.DROP_SEGMENT),
)
