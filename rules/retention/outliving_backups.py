"""A backup, snapshot or replica keeps what was deleted for longer than it was promised to be kept at all.

Why it matters
--------------
What is deleted from a table today stands in last night's backup, and in a month's worth of them.
Whoever restores one brings back what a person was told is gone.

What it looks at
----------------
The workflow's stores that are named for it - backups, snapshots, replicas, versions - and their limit, beside the
limit of every dataset that a step reads.
The effective retention of a record is its own limit and that of the backup together; the dataset with the shortest
promise is named.
Beside them, what a system itself is seen to keep of records that were deleted from a dataset: point-in-time recovery,
files that wait for VACUUM, snapshots of a table, the
history of a system-versioned one. It is broken where that alone is longer than the promise.
What a system could not be seen to keep of one of them leaves it *unverified*.
A plan that declares no such store says nothing of other backups.

How to fix it
-------------
Keep backups no longer than the shortest promise, encrypt them by a key for each subject that can be thrown away, or
decide and write down that a restore is followed by the deletions that came after the backup.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lineage.duration import Duration
from lineage.facts import LingerFact
from lineage.finding import Actual, Fix, FixKind, Judgement, Op, Operation, Subject
from lineage.model import Level, Name, Rung, Severity, Verdict
from lineage.plan.model import Dataset, Plan, Store
from lineage.rule import Evidence, Rule, Unknown
from rules.retention._mechanism import kept_in
from rules.source._exposed import on_path, open_question, subject

_NAMED: Final = ("backup", "snapshot", "replica", "version")


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge each store of backups beside the shortest promise."""
    shortest = min(_promises(evidence.plan), key=lambda one: (one[1].mean(), one[0].id), default=None)
    for store in evidence.plan.stores.values():
        kept = store.keep.limit if store.keep is not None else None
        if shortest is not None and kept is not None and any(word in store.id.casefold() for word in _NAMED):
            yield _judged(store, kept, *shortest)
    for dataset, promised in _promises(evidence.plan):
        name = evidence.ground.catalog.physical(dataset.id)
        held = set(kept_in(evidence, dataset, name)) if name is not None else set()
        found = [one for one in evidence.ground.catalog.lingering if one.name in held]
        if longest := max(found, key=_length, default=None):
            yield _lingering(dataset, promised, longest)
        else:
            yield from _hidden(evidence, dataset, held)


def _hidden(evidence: Evidence, dataset: Dataset, held: set[Name]) -> Iterator[Judgement]:
    """Leave open what a system could not be seen to keep."""
    assert dataset.keep is not None  # noqa: S101 - it has a limit
    told = (fact for name in sorted(held) for fact in evidence.unseen.get(name, ()))
    if why := next((fact for fact in told if fact.what == "retention"), None):
        yield open_question(f"{dataset.keep.path}.limit", subject(dataset), Unknown(why.reason, why.settle))


def _length(fact: LingerFact) -> float:
    return fact.span.mean().total_seconds() if fact.span is not None else float("inf")


def _lingering(dataset: Dataset, promised: Duration, fact: LingerFact) -> Judgement:
    """Judge what the system itself keeps of deleted records, as it is set."""
    assert dataset.keep is not None  # noqa: S101 - it has a limit
    rung = Rung.ENFORCED if fact.in_place else Rung.CONFIGURED
    leaf, method = f"{dataset.keep.path}.limit", f"{fact.by}, as the system is set"
    actual = Actual(fact.span.mean().total_seconds() if fact.span else "for ever", "seconds", method=method)
    says = f"what is deleted from {dataset.id} can be had back for {fact.span or 'ever'} by {fact.by}"
    if fact.span is not None and fact.span.mean() <= promised.mean():
        return Judgement(leaf, Verdict.HELD, Level.CONFIGURED, subject(dataset), says, actual, rung=rung)
    return Judgement(
        leaf,
        Verdict.BROKEN,
        Level.CONFIGURED,
        subject(dataset),
        f"{says}, beyond the promise of {promised}",
        actual,
        operations=(Operation(Op.DECIDE, dataset.id),),
        fixes=(Fix(FixKind.CONFIG, f"let {fact.by} end within {promised}", effort="hours"),),
        rung=rung,
    )


def _promises(plan: Plan) -> Iterator[tuple[Dataset, Duration]]:
    for dataset in plan.datasets():
        if dataset.keep is not None and dataset.keep.limit is not None and on_path(plan, dataset):
            yield dataset, dataset.keep.limit


def _judged(store: Store, kept: Duration, dataset: Dataset, promised: Duration) -> Judgement:
    leaf, about = f"{store.path}.keep.limit", Subject(store=store.id)
    effective = Duration(promised.months + kept.months, promised.seconds + kept.seconds)
    actual = Actual(effective.mean().total_seconds(), "seconds", method=f"the limits of {dataset.id} and {store.id}")
    says = f"what {dataset.id} promises to keep for {promised} is kept for {effective} with {store.id}"
    if kept.mean() <= promised.mean():
        return Judgement(leaf, Verdict.HELD, Level.ASSERTED, about, says, actual)
    return Judgement(
        leaf,
        Verdict.BROKEN,
        Level.ASSERTED,
        about,
        says,
        actual,
        operations=(Operation(Op.DECIDE, store.id),),
        fixes=(
            Fix(FixKind.CONFIG, f"keep {store.id} for {promised} at most", effort="hours"),
            Fix(FixKind.DECISION, "say what is done after a restore about what was deleted since", effort="days"),
        ),
    )


RULE = Rule(
    id="retention/outliving-backups", severity=Severity.HIGH, rung=Rung.DECLARED, check=check, operations=(Op.DECIDE,)
)
