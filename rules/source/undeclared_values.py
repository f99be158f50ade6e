"""A field holds values that the plan does not know.

Why it matters
--------------
Branches, filters and segments are written for the declared values; a record with another one falls through all of them.

What it looks at
----------------
The number of records whose field is neither null nor one of `values`, among all that are read, and in which launched
segments they are.
The values themselves never leave the source.

How to fix it
-------------
Declare the values that are right, have the others corrected, or launch without the segments that have them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lineage.connector import Measure, MeasureKind, Request
from lineage.finding import Fix, FixKind, Judgement, Op, Operation
from lineage.model import Level, Severity, Verdict
from lineage.plan.model import Dataset, Field
from lineage.rule import Evidence, Ground, Rule, Unknown
from rules._expectations import Check
from rules.source._exposed import NO_RECORD, counted, exposed, open_question, plural, present, seen_as, subject
from rules.source._verdict import Case, decided


def requests(ground: Ground) -> Iterable[Request]:
    """Ask for the records with another value."""
    return (outside for dataset, field, outside in _declared(ground) if present(ground, dataset, field.name))


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge whether each field holds declared values only."""
    return decided(_case(evidence, dataset, field, outside) for dataset, field, outside in _declared(evidence.ground))


def _declared(ground: Ground) -> Iterator[tuple[Dataset, Field, Measure]]:
    for dataset in ground.plan.datasets():
        for field in dataset.fields.values():
            if field.values is not None:
                yield dataset, field, Measure(dataset.id, MeasureKind.OUTSIDE, field.name, values=field.values)


def _case(evidence: Evidence, dataset: Dataset, field: Field, outside: Measure) -> Case | Judgement:
    leaf, about = f"{field.path}.values", subject(dataset, field.name)
    name = seen_as(evidence, dataset)
    measured = name if isinstance(name, Unknown) else evidence.measured(outside)
    if isinstance(measured, Unknown):
        return open_question(leaf, about, measured)
    if measured.rows == 0:
        return open_question(leaf, about, NO_RECORD)
    actual = counted(measured, "records", "neither null nor declared")
    count = measured.value if isinstance(measured.value, int) else 0
    broken = Judgement(
        leaf,
        Verdict.BROKEN,
        Level.OBSERVED,
        about,
        f"{plural(count, 'record')} of {measured.rows:,} hold another value than the declared ones",
        actual,
        operations=_segments(evidence, dataset, outside),
        fixes=(
            Fix(FixKind.PLAN, "declare the values that are right"),
            Fix(FixKind.DECISION, "have the other values corrected where they arise"),
        ),
    )
    held = Judgement(
        leaf, Verdict.HELD, Level.OBSERVED, about, f"none of {plural(measured.rows, 'record')} holds another", actual
    )
    bound = Check(count, maximum=0)
    return Case(bound, bound, held, broken)


def _segments(evidence: Evidence, dataset: Dataset, outside: Measure) -> tuple[Operation, ...]:
    """Give the launched segments that have such records, where others have none."""
    counts = {
        segment: evidence.measured(outside, (cell,))
        for segment, cell in exposed(evidence.plan, dataset).segments.items()
    }
    having = [segment for segment, count in counts.items() if not isinstance(count, Unknown) and count.value]
    return tuple(Operation(Op.DROP_SEGMENT, segment) for segment in having) if len(having) < len(counts) else ()


RULE = Rule(
    id="source/undeclared-values",
    severity=Severity.MEDIUM,
    check=check,
    requests=requests,
    operations=(Op.DROP_SEGMENT,),
)
