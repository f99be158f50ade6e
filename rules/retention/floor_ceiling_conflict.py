"""Records must be kept for longer than they may be.

Why it matters
--------------
One law asks for six months of logs, a contract for thirty days of content, and both are kept in one store.
No setting keeps both promises, so one of them is broken whatever is set.

What it looks at
----------------
Every bound on a dataset or store: its `keep.floor`, its `keep.limit`, and the limits of the originals of a copy that is
kept `as source`.
The longest floor against the shortest ceiling: the two that conflict are named, and no others are needed.

How to fix it
-------------
Split the store: events without content for as long as the floor asks, content for as long as the ceiling lets.
Otherwise let the owner of the law's duty and the privacy reviewer decide which bound gives way.
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.finding import Actual, Fix, FixKind, Judgement, Op, Operation
from lineage.model import Level, Rung, Severity, Verdict
from lineage.rule import Evidence, Rule
from rules.retention._bounds import bounds


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge whether each interval has room."""
    for both in bounds(evidence.plan):
        floor, ceiling = both.floor, both.ceiling
        if floor is None or ceiling is None:
            continue
        actual = Actual(ceiling.span.mean().total_seconds(), "seconds", method="declared bounds")
        if floor.span.mean() <= ceiling.span.mean():
            says = f"there is room between {floor.span} and {ceiling.span}"
            yield Judgement(floor.leaf, Verdict.HELD, Level.ASSERTED, both.about, says, actual)
            continue
        yield Judgement(
            floor.leaf,
            Verdict.BROKEN,
            Level.ASSERTED,
            both.about,
            f"no setting keeps both: {floor.why}, and {ceiling.why}",
            actual,
            operations=(Operation(Op.DECIDE, both.holder.id),),
            fixes=(
                Fix(FixKind.DECISION, "split events from content, each with its own limit", effort="days"),
                Fix(FixKind.DECISION, f"decide which gives way: {floor.leaf} or {ceiling.leaf}"),
            ),
        )


RULE = Rule(
    id="retention/floor-ceiling-conflict",
    severity=Severity.BLOCKER,
    rung=Rung.DECLARED,
    check=check,
    operations=(Op.DECIDE,),
)
