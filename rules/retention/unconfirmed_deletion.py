"""Nobody has seen that what is erased at a source is gone from its copies.

Why it matters
--------------
A deletion that is confirmed at the source alone leaves the person in the index, the trace and the cache, from which the
workflow goes on answering.
Settings and jobs say what ought to happen; only a record that was erased shows what does.

What it looks at
----------------
Datasets that declare a test subject (`canary`), and what `lineage canary PLAN --allow-canary` found the last time: it
plants the subject, waits until the copies have it, erases it at the source, waits, looks for it in each copy by the key
that leads back and by its own texts - in files, indexes and other stores by reading all of their records - and cleans
up. Copies of copies are looked through for its texts.
Broken where it was still in a copy after the wait, and the wait was as long as the copy may lag (`fresh.within`).
Unverified where it was never tried, was tried more than 180 days ago, never arrived in a copy, or could not be looked
for in one. What is no dataset of the plan is not looked at.

How to fix it
-------------
Let what erases at the source erase in the copies too, or rebuild them; then try again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Final

from lineage.facts import CanaryFact
from lineage.finding import Actual, Fix, FixKind, Judgement, Op, Operation
from lineage.model import DatasetId, Level, Rung, Severity, Verdict
from lineage.plan.model import Dataset
from lineage.rule import Evidence, Rule, Unknown
from rules.source._exposed import on_path, open_question, subject

_OLD: Final = timedelta(days=180)
_TRY: Final = "lineage canary PLAN --allow-canary"


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge what became of each test subject."""
    for dataset in evidence.plan.datasets():
        declared = dataset.extra.get("canary")
        if isinstance(declared, dict) and declared:
            judged = _judged(evidence, dataset)
            yield from (replace(judged, leaf=f"{dataset.path}.canary.{field}") for field in declared)


def _judged(evidence: Evidence, dataset: Dataset) -> Judgement:
    leaf, about = f"{dataset.path}.canary", subject(dataset)
    copies = list(evidence.plan.copies(dataset.id))
    newest = {fact.copy: fact for fact in evidence.canaries if fact.dataset == dataset.id}
    stuck = [copy for copy in (dataset, *copies) if (fact := newest.get(copy.id)) is not None and fact.left]
    late = [copy for copy in stuck if _waited(copy, newest[copy.id])]
    if late:
        return _broken(evidence, dataset, late, newest)
    for copy in (dataset, *copies):
        why = _open(evidence, copy, newest.get(copy.id))
        if why is not None:
            return open_question(leaf, about, Unknown(why, _TRY))
    day = f"{newest[dataset.id].seen.at:%Y-%m-%d}"
    several = "1 declared copy" if len(copies) == 1 else f"{len(copies):,} declared copies"
    says = f"a test subject that was erased on {day} was gone from {several}"
    if not copies:
        says = f"a test subject that was erased on {day} was gone; no copy is declared"
    return Judgement(leaf, Verdict.HELD, Level.EXERCISED, about, says)


def _open(evidence: Evidence, copy: Dataset, fact: CanaryFact | None) -> str | None:
    """Say why nothing is known of a copy; None where the subject came there and went."""
    if fact is None:
        return f"whether an erased record leaves {copy.id} was not tried"
    if evidence.now - fact.seen.at > _OLD:
        return f"whether an erased record leaves {copy.id} was tried {(evidence.now - fact.seen.at).days:,} days ago"
    if fact.left is None:
        return f"the test subject could not be looked for in {copy.id} ({fact.reason})"
    if not fact.arrived:
        return f"the test subject never came to {copy.id}: that it is not there shows nothing"
    if fact.left:
        return f"the test subject was still in {copy.id} after {fact.waited_seconds:g} s, within what it may lag"
    return None


def _waited(copy: Dataset, fact: CanaryFact) -> bool:
    """Whether the copy was given the time that it may lag; the original lags behind nothing."""
    if copy.fresh is None or copy.id == fact.dataset:
        return True
    return fact.waited_seconds >= copy.fresh.within.mean().total_seconds()


def _broken(
    evidence: Evidence, dataset: Dataset, late: list[Dataset], newest: Mapping[DatasetId, CanaryFact]
) -> Judgement:
    facts = [newest[copy.id] for copy in late]
    where = ", ".join(f"{copy.id} after {newest[copy.id].waited_seconds:g} s" for copy in late)
    uncleaned = "; it could not be cleaned up" if any(fact.uncleaned for fact in facts) else ""
    launched = on_path(evidence.plan, dataset) or any(on_path(evidence.plan, copy) for copy in late)
    stages = evidence.plan.rollout if launched else ()
    return Judgement(
        f"{dataset.path}.canary",
        Verdict.BROKEN,
        Level.EXERCISED,
        subject(dataset),
        f"a test subject that was erased was still in {where}{uncleaned}",
        Actual(sum(fact.left or 0 for fact in facts), "records", None, facts[0].seen.at, "canary"),
        operations=tuple(Operation(Op.HOLD_STAGE, stage.id) for stage in stages),
        fixes=(Fix(FixKind.CODE, f"erase in {late[0].id} what is erased in {dataset.id}", effort="days"),),
        incidental=not launched,
    )


RULE = Rule(
    id="retention/unconfirmed-deletion",
    severity=Severity.HIGH,
    rung=Rung.OBSERVED,
    check=check,
    operations=(Op.HOLD_STAGE,),
)
