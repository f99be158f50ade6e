"""A segment of the launch is stale while the whole looks fresh.

Why it matters
--------------
One newest record speaks for a whole table: a region whose feed died months ago hides behind another that is fresh.
The people of that region get answers from old context.

What it looks at
----------------
The newest `fresh.clock` of each segment that the rollout exposes, and of each value of the field that freshness is
promised `per`, among the records that are launched.
Segments are followed to other datasets of the same system through declared `joins`.
A launched segment without any record up to now is broken, for there is nothing to answer from; a value of `per` that no
launched record has is passed over, for nobody is answered from it.
Where everything that is launched is stale, `freshness/stale-source` says it once.

How to fix it
-------------
Repair the feed of that segment, or launch without it until it is fresh.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lineage.cells import value_cells
from lineage.connector import Request
from lineage.finding import Fix, FixKind, Judgement, Op, Operation, Subject
from lineage.model import Level, Severity, Verdict
from lineage.plan.model import Dataset, Fresh
from lineage.predicate import Predicate
from lineage.rule import Evidence, Ground, Rule, Unknown
from rules.freshness._clock import Clock, clock_of, clocks, dated, newest_case
from rules.source._exposed import Exposed, among, exposed, on_path, open_question, rows, seen_as, subject
from rules.source._verdict import Case, decided


def requests(ground: Ground) -> Iterable[Request]:
    """Ask for the newest record of each clock; every measure is taken for each segment and value."""
    for clock in clocks(ground):
        yield clock.newest
        yield from clock.witnesses() or ()


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge the newest record of each part that is launched."""
    return decided(case for dataset, fresh in dated(evidence.plan) for case in _cases(evidence, dataset, fresh))


def _cases(evidence: Evidence, dataset: Dataset, fresh: Fresh) -> Iterator[Case | Judgement]:
    clock = clock_of(evidence.ground, dataset)
    if clock is None or not clock.tells:
        if fresh.per is not None:
            yield _unclocked(evidence, dataset, fresh)
        return
    launched = exposed(evidence.plan, dataset)
    if len(launched.segments) > 1:  # a single one is all that is launched: freshness/stale-source judges it
        for segment, cell in launched.segments.items():
            like = _broken(evidence, f"{fresh.path}.within", subject(dataset, segment=segment), dataset, (segment,))
            yield newest_case(evidence, clock, (cell,), like, f"record of the segment {segment}")
    if fresh.per is not None:
        yield from _values(evidence, clock, launched, fresh.per)


def _unclocked(evidence: Evidence, dataset: Dataset, fresh: Fresh) -> Judgement:
    name = seen_as(evidence, dataset)
    why = name if isinstance(name, Unknown) else Unknown("no clock tells its time", "name a `clock` that exists")
    return open_question(f"{fresh.path}.per", subject(dataset), why)


def _values(evidence: Evidence, clock: Clock, launched: Exposed, per: str) -> Iterator[Case | Judgement]:
    dataset = clock.dataset
    leaf = f"{clock.fresh.path}.per"
    cells = value_cells(dataset)
    if not cells:
        settle = f"declare the `values` of {dataset.id}.{per}"
        why = Unknown(f"its values are not declared, so records were not told apart by {per}", settle)
        yield open_question(leaf, subject(dataset, per), why)
        return
    judged = False
    for value, cell in cells.items():
        exposing = _exposing(evidence, dataset, launched, cell)
        if isinstance(exposing, Unknown):
            yield open_question(leaf, subject(dataset, per), exposing)
            return
        if exposing is None:
            continue
        judged = True
        about = subject(dataset, per, value)
        like = _broken(evidence, leaf, about, dataset, exposing)
        part = among(evidence, dataset, launched.cells)
        yield newest_case(part, clock, (cell,), like, f"launched record with {per} {value}")
    if not judged:
        why = Unknown(f"no launched record has a declared value of {per}", "look at whether its `values` are right")
        yield open_question(leaf, subject(dataset, per), why)


def _exposing(
    evidence: Evidence, dataset: Dataset, launched: Exposed, cell: Predicate
) -> tuple[str, ...] | Unknown | None:
    """Give the launched segments that have records of a value; None where no launched record has it."""
    every = evidence.measured(rows(dataset), (cell,))
    if isinstance(every, Unknown):
        return every
    if launched.cells is None:
        return () if every.rows else None
    found = []
    for segment, other in launched.segments.items():
        part = among(evidence, dataset, (other,))
        facts = part.measures.get((dataset.id, rows(dataset).key), ())
        if any(fact.value and (str(cell), True) in fact.atom for fact in facts):
            found.append(segment)
    return tuple(found) or None


def _broken(evidence: Evidence, leaf: str, about: Subject, dataset: Dataset, segments: tuple[str, ...]) -> Judgement:
    launched = on_path(evidence.plan, dataset)
    return Judgement(
        leaf,
        Verdict.BROKEN,
        Level.OBSERVED,
        about,
        "",
        operations=tuple(Operation(Op.DROP_SEGMENT, segment) for segment in segments) if launched else (),
        fixes=(Fix(FixKind.CONFIG, f"repair what loads this part of {dataset.reads}"),),
        severity=None if launched else Severity.LOW,
        incidental=not launched,
    )


RULE = Rule(
    id="freshness/stale-segment",
    severity=Severity.BLOCKER,
    check=check,
    requests=requests,
    operations=(Op.DROP_SEGMENT,),
    subsumes=("source/missing-records",),
)
