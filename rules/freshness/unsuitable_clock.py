"""The field that is to tell how fresh records are cannot tell it.

Why it matters
--------------
A verdict on freshness is worth what its clock is worth.
Records without a time are never stale, a field that holds no time tells none, and a copy whose clock is set as it is
loaded is always fresh, however old what it copies.

What it looks at
----------------
Whether `fresh.clock` is in the catalogue and has a type that tells the time, and how many records have no time.
For a dataset that is a copy (`copy_of`): whether the clock's default is the moment of writing.
Elsewhere such a default is told but not held against the clock: for records that are made where they are kept, the
moment of writing is the moment of the event.

How to fix it
-------------
Name a clock that every record has, that is set where the event happens and that says when, not when it was loaded.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lineage.connector import Request
from lineage.finding import Fix, FixKind, Judgement, Op, Operation
from lineage.model import Level, Severity, Verdict
from lineage.plan.model import Dataset, Fresh
from lineage.rule import Evidence, Ground, Measured, Rule, Unknown
from rules._expectations import Check
from rules.freshness._clock import Clock, clock_of, clocks, dated
from rules.freshness._written import by_writing, written
from rules.source._exposed import NO_RECORD, counted, fields_hidden, open_question, plural, seen_as, subject
from rules.source._verdict import Case, decided


def requests(ground: Ground) -> Iterable[Request]:
    """Ask for the records without a time."""
    return (clock.empty for clock in clocks(ground))


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge every clock."""
    return decided(_case(evidence, dataset, fresh) for dataset, fresh in dated(evidence.plan))


def _case(evidence: Evidence, dataset: Dataset, fresh: Fresh) -> Case | Judgement:
    leaf, about = f"{fresh.path}.clock", subject(dataset, fresh.clock)
    name = seen_as(evidence, dataset)
    if isinstance(name, Unknown):
        return open_question(leaf, about, name)
    clock = clock_of(evidence.ground, dataset)
    if clock is None:
        return _without(evidence, dataset, fresh)
    if not clock.tells:
        return _broken(dataset, fresh, f"{fresh.clock} tells no time: its type is {clock.fact.type}", Level.CONFIGURED)
    if dataset.copy_of and clock.fact.default == "now":
        says = f"{fresh.clock} is set when the copy is written, so the copy looks fresh whatever it copies"
        return _broken(dataset, fresh, says, Level.CONFIGURED)
    empty = evidence.measured(clock.empty)
    return open_question(leaf, about, empty) if isinstance(empty, Unknown) else _counted(clock, empty)


def _without(evidence: Evidence, dataset: Dataset, fresh: Fresh) -> Judgement:
    leaf = f"{fresh.path}.clock"
    if not by_writing(evidence.ground, dataset):
        if (hidden := fields_hidden(evidence, dataset, fresh.clock)) is not None:
            return open_question(leaf, subject(dataset, fresh.clock), hidden)
        return _broken(dataset, fresh, f"{dataset.id} has no field {fresh.clock}", Level.CONFIGURED)
    told, about = written(evidence, dataset), subject(dataset)
    if isinstance(told, Unknown):
        return open_question(leaf, about, told)
    says = f"when it was written is told by {told.by}: when its records came, and not of when they are"
    return Judgement(leaf, Verdict.HELD, Level.OBSERVED, about, says)


def _counted(clock: Clock, empty: Measured) -> Case | Judgement:
    if empty.rows == 0:
        return open_question(f"{clock.fresh.path}.clock", subject(clock.dataset, clock.fresh.clock), NO_RECORD)
    count = empty.value if isinstance(empty.value, int) else 0
    actual = counted(empty, "records", f"{clock.fresh.clock} is null")
    told = " (its default is the moment of writing)" if clock.fact.default == "now" else ""
    says = f"{plural(count, 'record')} of {empty.rows:,} {'has' if count == 1 else 'have'} no {clock.fresh.clock}"
    broken = _broken(clock.dataset, clock.fresh, f"{says}: nothing tells how old", Level.OBSERVED)
    held = Judgement(
        broken.leaf,
        Verdict.HELD,
        Level.OBSERVED,
        broken.subject,
        f"every record has a {clock.fresh.clock}{told}",
        actual,
    )
    bound = Check(count, maximum=0)
    return Case(bound, bound, held, broken)


def _broken(dataset: Dataset, fresh: Fresh, says: str, level: Level) -> Judgement:
    declared = dataset.fields.get(fresh.clock)
    return Judgement(
        f"{fresh.path}.clock",
        Verdict.BROKEN,
        level,
        subject(dataset, fresh.clock),
        says,
        operations=(Operation(Op.SWAP_FIELD, declared.id),) if declared else (),
        fixes=(Fix(FixKind.PLAN, "name a clock that every record has and that is set where the event happens"),),
    )


RULE = Rule(
    id="freshness/unsuitable-clock",
    severity=Severity.HIGH,
    check=check,
    requests=requests,
    operations=(Op.SWAP_FIELD,),
)
