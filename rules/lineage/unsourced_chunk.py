"""A chunk does not say of which version of its source it is.

Why it matters
--------------
An answer that cites a document without its version cites whatever the document says today. Nobody can tell later
whether the customer was told last year's policy or this year's.

What it looks at
----------------
Every dataset with `key_back.version`: whether that field exists, and how many records have nothing in it, or white
space. That the key itself leads back is judged by `retention/untraceable-copy`.

How to fix it
-------------
Write the version of the document beside each chunk when the index is built, and build the chunks anew that lack it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lineage.connector import Measure, MeasureKind, Request
from lineage.finding import Actual, Fix, FixKind, Judgement, Op, Operation
from lineage.model import Level, Severity, Verdict
from lineage.plan.model import Dataset, Plan
from lineage.rule import Evidence, Ground, Measured, Rule, Unknown
from rules.source._exposed import (
    NO_RECORD,
    counted,
    fields_hidden,
    on_path,
    open_question,
    plural,
    present,
    seen_as,
    subject,
)


def requests(ground: Ground) -> Iterable[Request]:
    """Ask for the records that say no version."""
    for dataset, version in _versioned(ground.plan):
        if present(ground, dataset, version):
            yield Measure(dataset.id, MeasureKind.NULLS, version)
            yield Measure(dataset.id, MeasureKind.BLANKS, version)


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge each dataset whose records are to say the version of their original."""
    for dataset, version in _versioned(evidence.plan):
        yield _judged(evidence, dataset, version)


def _versioned(plan: Plan) -> Iterator[tuple[Dataset, str]]:
    for dataset in plan.datasets():
        version = plan.answer(f"{_leaf(dataset)}")
        if dataset.key_back is not None and isinstance(version, str):
            yield dataset, version


def _judged(evidence: Evidence, dataset: Dataset, version: str) -> Judgement:
    leaf, about = _leaf(dataset), subject(dataset, version)
    name = seen_as(evidence, dataset)
    if isinstance(name, Unknown):
        return open_question(leaf, about, name)
    if not present(evidence.ground, dataset, version):
        hidden = fields_hidden(evidence, dataset, version)
        says = f"{dataset.id} has no field {version}"
        return open_question(leaf, about, hidden) if hidden else _broken(evidence, dataset, says, Level.CONFIGURED)
    nulls = evidence.measured(Measure(dataset.id, MeasureKind.NULLS, version))
    if isinstance(nulls, Unknown) or nulls.rows == 0:
        return open_question(leaf, about, nulls if isinstance(nulls, Unknown) else NO_RECORD)
    blanks = evidence.measured(Measure(dataset.id, MeasureKind.BLANKS, version))
    if isinstance(blanks, Unknown):
        return open_question(leaf, about, blanks)
    return _counted(evidence, dataset, nulls, _number(nulls) + _number(blanks))


def _number(found: Measured) -> int:
    return found.value if isinstance(found.value, int) else 0


def _counted(evidence: Evidence, dataset: Dataset, nulls: Measured, count: int) -> Judgement:
    actual = counted(nulls, "records", "no version", count)
    if count:
        says = f"{plural(count, 'record')} of {nulls.rows:,} do not say of which version of their original they are"
        return _broken(evidence, dataset, says, Level.OBSERVED, actual)
    says = f"each of {nulls.rows:,} records says its version"
    return Judgement(_leaf(dataset), Verdict.HELD, Level.OBSERVED, subject(dataset), says, actual)


def _broken(evidence: Evidence, dataset: Dataset, says: str, level: Level, actual: Actual = Actual(None)) -> Judgement:
    launched = on_path(evidence.plan, dataset)
    return Judgement(
        _leaf(dataset),
        Verdict.BROKEN,
        level,
        subject(dataset),
        says,
        actual,
        operations=(Operation(Op.LIMIT_ROWS, dataset.id),) if launched else (),
        fixes=(Fix(FixKind.CODE, "write the document's version beside each chunk, and build these anew"),),
        severity=None if launched else Severity.LOW,
        incidental=not launched,
    )


def _leaf(dataset: Dataset) -> str:
    return f"{dataset.path}.key_back.version"


RULE = Rule(
    id="lineage/unsourced-chunk",
    severity=Severity.HIGH,
    check=check,
    requests=requests,
    operations=(Op.LIMIT_ROWS,),
)
