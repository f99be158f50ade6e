"""A copy may keep records for longer than what it was made from.

Why it matters
--------------
A promise of thirty days holds for a person only if it holds in every place that keeps what was copied.
The longest of all copies is how long a record is really kept.

What it looks at
----------------
For each dataset with a limit: the limits of all copies of it and of copies of those (`copy_of`), and of the workflow's
stores of raw content that its fields reach.
A copy that is kept `as source` has its original's limit; one without any is left to
`retention/undeclared-retention`.
The copy that decides is named, with the effective retention beside the promise.

How to fix it
-------------
Shorten the limit of the copy to that of its original, or keep it `as source` and delete from it what is deleted there.
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.duration import Duration
from lineage.finding import Actual, Fix, FixKind, Hop, Judgement, Op, Operation, Subject
from lineage.model import Level, Rung, Severity, Verdict
from lineage.plan.model import Dataset, Keep, Store
from lineage.rule import Evidence, Rule
from rules.retention._elsewhere import kept_elsewhere
from rules.retention._limit import launched
from rules.source._exposed import subject


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Compare the limit of each copy with the shortest that is promised of what it was made from."""
    for dataset in evidence.plan.datasets():
        limit = _limit(dataset.keep, dataset.keep)
        if limit is None or dataset.keep is None or dataset.keep.none:
            continue
        for holder, way in kept_elsewhere(evidence, dataset):
            own = _limit(holder.keep, dataset.keep)
            if own is not None and holder.keep is not None and not holder.keep.as_source:
                yield _judged(evidence, dataset, holder, limit, own, way)


def _limit(keep: Keep | None, original: Keep | None) -> Duration | None:
    if keep is None:
        return None
    if keep.none:
        return Duration()
    return original.limit if keep.as_source and original is not None else keep.limit


def _judged(
    evidence: Evidence, dataset: Dataset, holder: Dataset | Store, limit: Duration, own: Duration, way: tuple[Hop, ...]
) -> Judgement:
    about = Subject(store=holder.id) if isinstance(holder, Store) else subject(holder)
    leaf = f"{holder.keep.path}.limit" if holder.keep is not None else holder.path
    actual = Actual(own.mean().total_seconds(), "seconds", method=f"declared of {holder.id}")
    if own.mean() <= limit.mean():
        says = f"kept for {own}, no longer than {dataset.id}"
        return Judgement(leaf, Verdict.HELD, Level.ASSERTED, about, says, actual, path=way)
    used = launched(evidence.plan, holder)
    return Judgement(
        leaf,
        Verdict.BROKEN,
        Level.ASSERTED,
        about,
        f"what {dataset.id} promises to keep for {limit} is kept for {own} in {holder.id}",
        actual,
        path=way,
        operations=(Operation(Op.SHORTEN_RETENTION, holder.id),) if used else (),
        fixes=(Fix(FixKind.PLAN, f"keep {holder.id} no longer than {limit}", f"limit: {limit}", effort="hours"),),
        severity=None if used else Severity.HIGH,
        incidental=not used,
    )


RULE = Rule(
    id="retention/outliving-copy",
    severity=Severity.BLOCKER,
    rung=Rung.DECLARED,
    check=check,
    operations=(Op.SHORTEN_RETENTION,),
)
