"""The key that is to tell records apart does not.

Why it matters
--------------
A join on a key that is missing or repeated loses records or multiplies them, and an answer cites the wrong one.

What it looks at
----------------
Whether the system itself holds the declared `key` to be unique (a primary key, or a unique key that is never null), and
how many records lack a part of it.
Without such a constraint, how many records there are more than different keys, among all that are read.
Whether a key is given anew to another record is not seen in one scan.

How to fix it
-------------
Have a unique constraint added where the records are kept, or declare the key that has one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from lineage.connector import Measure, MeasureKind, Request
from lineage.finding import Fix, FixKind, Judgement, Op, Operation
from lineage.model import Level, Severity, Verdict
from lineage.plan.model import Dataset, Plan
from lineage.rule import Evidence, Ground, Measured, Rule, Unknown
from rules._expectations import Check
from rules.source._exposed import NO_RECORD, counted, open_question, plural, present, rows, seen_as, subject
from rules.source._keys import constrained, repeats
from rules.source._verdict import Case, decided


def requests(ground: Ground) -> Iterable[Request]:
    """Ask for the records that lack a part of their key, and for its repeats where no constraint excludes them."""
    for dataset in ground.plan.datasets():
        there = [field for field in dataset.key if present(ground, dataset, field)]
        yield from (_nulls(dataset, field) for field in there)
        if there and len(there) == len(dataset.key) and not constrained(ground, dataset, dataset.key):
            yield repeats(dataset, _versioned(ground, dataset))


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge each declared key."""
    return decided(case for dataset in evidence.plan.datasets() if dataset.key for case in _cases(evidence, dataset))


def _nulls(dataset: Dataset, field: str) -> Measure:
    return Measure(dataset.id, MeasureKind.NULLS, field)


def _cases(evidence: Evidence, dataset: Dataset) -> Iterator[Case | Judgement]:
    leaf, about, key = f"{dataset.path}.key", subject(dataset), ", ".join(dataset.key)
    name = seen_as(evidence, dataset)
    if isinstance(name, Unknown):
        yield open_question(leaf, about, name)
        return
    absent = [field for field in dataset.key if not present(evidence.ground, dataset, field)]
    if absent:
        why = Unknown(f"{dataset.reads} has no field {', '.join(absent)}", "name fields that exist")
        yield open_question(leaf, about, why)
        return
    if constrained(evidence.ground, dataset, dataset.key):
        says = f"the system holds {key} to be unique"
        yield Judgement(leaf, Verdict.HELD, Level.CONFIGURED, about, says)
        return
    every = evidence.measured(rows(dataset))
    if isinstance(every, Measured) and every.rows == 0:
        yield open_question(leaf, about, NO_RECORD)
        return
    for field in dataset.key:
        yield _empty(evidence, dataset, field)
    yield _repeated(evidence, dataset)


def _versioned(ground: Ground, dataset: Dataset) -> tuple[str, ...]:
    """Give the key, with the version where there is one: versions of one record are freshness/superseded-document's."""
    version = dataset.extra.get("version")
    several = isinstance(version, str) and version not in dataset.key and present(ground, dataset, version)
    return (*dataset.key, str(version)) if several else dataset.key


def _repeated(evidence: Evidence, dataset: Dataset) -> Case | Judgement:
    leaf, about = f"{dataset.path}.key", subject(dataset)
    fields = _versioned(evidence.ground, dataset)
    key = ", ".join(fields)
    measured = evidence.measured(repeats(dataset, fields))
    if isinstance(measured, Unknown):
        says = f"no constraint of the system says that {key} is unique, and repeats were not counted: {measured.reason}"
        return open_question(leaf, about, Unknown(says, measured.settle))
    count = measured.value if isinstance(measured.value, int) else 0
    actual = counted(measured, "records", f"records more than different {key}")
    repeat = "repeats" if count == 1 else "repeat"
    says = f"no two of {measured.rows:,} records share their {key}"
    held = Judgement(leaf, Verdict.HELD, Level.OBSERVED, about, says, actual)
    broken = replace(
        held,
        verdict=Verdict.BROKEN,
        says=f"{plural(count, 'record')} of {measured.rows:,} {repeat} the {key} of another",
        operations=tuple(
            dict.fromkeys(step for field in dataset.key for step in _joining(evidence.plan, dataset, field))
        ),
        fixes=(
            Fix(FixKind.DECISION, f"remove the repeats, and have {key} declared unique where the records are kept"),
        ),
    )
    bound = Check(count, maximum=0)
    return Case(bound, bound, held, broken)


def _empty(evidence: Evidence, dataset: Dataset, field: str) -> Case | Judgement:
    leaf, about = f"{dataset.path}.key", subject(dataset)
    measured = evidence.measured(_nulls(dataset, field))
    if isinstance(measured, Unknown):
        return open_question(leaf, about, measured)
    return _counted(evidence.plan, dataset, field, measured)


def _counted(plan: Plan, dataset: Dataset, field: str, measured: Measured) -> Case:
    count = measured.value if isinstance(measured.value, int) else 0
    actual = counted(measured, "records", f"{field} is null")
    held = Judgement(
        f"{dataset.path}.key", Verdict.HELD, Level.OBSERVED, subject(dataset), f"every record has a {field}", actual
    )
    broken = Judgement(
        f"{dataset.path}.key",
        Verdict.BROKEN,
        Level.OBSERVED,
        subject(dataset),
        f"{plural(count, 'record')} of {measured.rows:,} {'has' if count == 1 else 'have'} no {field}",
        actual,
        operations=_joining(plan, dataset, field),
        fixes=(Fix(FixKind.SQL, f"have {field} filled in and declared never null where the records are kept"),),
    )
    bound = Check(count, maximum=0)
    return Case(bound, bound, held, broken)


def _joining(plan: Plan, dataset: Dataset, key: str) -> tuple[Operation, ...]:
    """Give the steps that read a field that joins on the key."""
    joining = {field.id for field in plan.fields() if field.joins == f"{dataset.id}.{key}"}
    return tuple(
        Operation(Op.DROP_STEP, step.id)
        for step in plan.steps.values()
        if any(field in joining for fields in step.reads.values() for field in fields)
    )


RULE = Rule(
    id="source/duplicate-or-unstable-key",
    severity=Severity.HIGH,
    check=check,
    requests=requests,
    operations=(Op.DROP_STEP,),
)
