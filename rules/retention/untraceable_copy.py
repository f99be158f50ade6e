"""No key leads from a copy back to the record that it was made from.

Why it matters
--------------
Without a key nobody can delete from the copy what was deleted at the source, tell an answer's origin, or find a person.

What it looks at
----------------
Every dataset with `copy_of`: whether the plan names the field that leads back (`key_back`, a field that joins an
original, or the original's own key), whether that field exists, and how many records have it.
Where the plan names none for a retrieval index, a field that is named as such keys are (`doc_id`, `source_id` ...) is
taken, and whether it really leads back is decided by comparing keys.

How to fix it
-------------
Build the copy anew with the original's key beside each record, and name it: `key_back: {field: doc_id}`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from lineage.connector import Measure, MeasureKind, Request
from lineage.finding import Actual, Fix, FixKind, Judgement, Op
from lineage.model import Level, Severity, Verdict
from lineage.rule import Evidence, Ground, Measured, Rule, Unknown
from rules._expectations import Check
from rules.retention._copies import Copy, copies
from rules.source._exposed import (
    NO_RECORD,
    counted,
    fields_hidden,
    leaving,
    on_path,
    open_question,
    plural,
    present,
    seen_as,
    subject,
)
from rules.source._verdict import Case, decided


def requests(ground: Ground) -> Iterable[Request]:
    """Ask for the records of each copy that have no key back."""
    return (
        Measure(copy.dataset.id, kind, copy.back)
        for copy in copies(ground.plan, ground.catalog)
        if copy.back is not None and present(ground, copy.dataset, copy.back)
        for kind in (MeasureKind.NULLS, MeasureKind.BLANKS)
    )


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge the way back from every copy."""
    return decided(_case(evidence, copy) for copy in copies(evidence.plan, evidence.ground.catalog))


def _case(evidence: Evidence, copy: Copy) -> Case | Judgement:
    if copy.back is None:
        return _broken(evidence, copy, f"no field of {copy.dataset.id} leads back to its original", Level.ASSERTED)
    leaf, about = _leaf(copy), subject(copy.dataset, copy.back)
    name = seen_as(evidence, copy.dataset)
    if isinstance(name, Unknown):
        return open_question(leaf, about, name)
    if not present(evidence.ground, copy.dataset, copy.back):
        hidden = fields_hidden(evidence, copy.dataset, copy.back)
        says = f"{copy.dataset.id} has no field {copy.back}"
        return open_question(leaf, about, hidden) if hidden else _broken(evidence, copy, says, Level.CONFIGURED)
    empty = evidence.measured(Measure(copy.dataset.id, MeasureKind.NULLS, copy.back))
    if isinstance(empty, Unknown) or empty.rows == 0:
        return open_question(leaf, about, empty if isinstance(empty, Unknown) else NO_RECORD)
    blank = evidence.measured(Measure(copy.dataset.id, MeasureKind.BLANKS, copy.back))
    if isinstance(blank, Unknown):
        return open_question(leaf, about, blank)
    return _counted(evidence, copy, copy.back, empty, blank)


def _counted(evidence: Evidence, copy: Copy, back: str, empty: Measured, blank: Measured) -> Case:
    count = sum(one.value for one in (empty, blank) if isinstance(one.value, int))
    actual = replace(counted(empty, "records", f"{back} is null or blank"), value=count)
    says = f"{plural(count, 'record')} of {empty.rows:,} have no {back}: nothing leads back to their original"
    held = Judgement(
        _leaf(copy),
        Verdict.HELD,
        Level.OBSERVED,
        subject(copy.dataset, back),
        f"each of {empty.rows:,} records has {back}",
        actual,
    )
    bound = Check(count, maximum=0)
    return Case(bound, bound, held, _broken(evidence, copy, says, Level.OBSERVED, actual))


def _broken(evidence: Evidence, copy: Copy, says: str, level: Level, actual: Actual = Actual(None)) -> Judgement:
    launched = on_path(evidence.plan, copy.dataset)
    return Judgement(
        _leaf(copy),
        Verdict.BROKEN,
        level,
        subject(copy.dataset),
        says,
        actual,
        operations=leaving(evidence.plan, copy.dataset) if launched else (),
        fixes=(Fix(FixKind.CODE, "build the copy anew with its original's key beside each record", effort="days"),),
        severity=None if launched else Severity.HIGH,
        incidental=not launched,
    )


def _leaf(copy: Copy) -> str:
    # What the plan does not say has no leaf to point at.
    return f"{copy.dataset.path}.{'copy_of' if copy.dataset.key_back is None else 'key_back.field'}"


RULE = Rule(
    id="retention/untraceable-copy",
    severity=Severity.BLOCKER,
    check=check,
    requests=requests,
    operations=(Op.DROP_SOURCE, Op.DROP_FIELD),
)
