"""Nothing tells how fresh the records are, though the plan promises it.

Why it matters
--------------
A promise that cannot be looked at is not a fact, and a launch that stands on it is a guess.

What it looks at
----------------
Whether the dataset has the declared `fresh.clock`, and whether that is a field that tells the time.
When the system last changed the dataset is given as a hint and never as a verdict, for a file may be written anew each
night from records of last year; unless the plan says that this is what it means: `clock: load_time`.

How to fix it
-------------
Name a clock that exists, or have one added where the records are made.
Without one, launch without the fields that must be fresh.
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.finding import Actual, Fix, FixKind, Judgement, Op, Operation
from lineage.model import Level, Severity, Verdict
from lineage.plan.model import Dataset, Fresh, Need
from lineage.rule import Evidence, Rule, Unknown
from rules.freshness._clock import Clock, clock_of, dated, span
from rules.freshness._written import by_writing, written
from rules.source._exposed import fields_hidden, readers, seen_as, subject


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Name each dataset whose promised freshness no clock can tell."""
    for dataset, fresh in dated(evidence.plan):
        clock = clock_of(evidence.ground, dataset)
        if isinstance(seen_as(evidence, dataset), Unknown) or (clock is not None and clock.tells):
            continue
        if by_writing(evidence.ground, dataset) and not isinstance(written(evidence, dataset), Unknown):
            continue  # freshness/stale-source judges by it
        yield _unverified(evidence, dataset, fresh, _why(evidence, dataset, fresh, clock))


def _why(evidence: Evidence, dataset: Dataset, fresh: Fresh, clock: Clock | None) -> str:
    if clock is not None:
        return f"{fresh.clock} is no clock"
    hidden = fields_hidden(evidence, dataset, fresh.clock)
    return f"{fresh.clock} was not seen: {hidden.reason}" if hidden else f"there is no field {fresh.clock}"


def _unverified(evidence: Evidence, dataset: Dataset, fresh: Fresh, why: str) -> Judgement:
    operations = tuple(
        Operation(Op.DROP_FIELD, field)
        for field in dict.fromkeys(
            field for step in readers(evidence.plan, dataset) for field in step.reads[dataset.id]
        )
        if evidence.plan.field(field).need is Need.REQUIRED
    )
    seen = evidence.ground.catalog.dataset(dataset.id)
    changed = seen.changed_at if seen else None
    hint = f"; its system last changed it {span(evidence.now - changed)} ago" if changed else ""
    return Judgement(
        f"{fresh.path}.within",
        Verdict.UNVERIFIED,
        Level.ASSERTED,
        subject(dataset),
        f"nothing tells how old its records are: {why}{hint}",
        Actual(None, "seconds", measured_at=seen.seen.at) if seen else Actual(None),
        settle="name a `clock` that exists and tells the time",
        operations=operations,
        fixes=(Fix(FixKind.PLAN, "name a clock that exists, or have one added where the records are made"),),
        severity=None if operations else Severity.INFO,
    )


RULE = Rule(
    id="freshness/unverifiable-freshness",
    severity=Severity.HIGH,
    check=check,
    operations=(Op.DROP_FIELD,),
    # That its clock is absent or no clock is why nothing tells: one flaw, told once.
    subsumes=("freshness/unsuitable-clock",),
    finds_unverified=True,
)
