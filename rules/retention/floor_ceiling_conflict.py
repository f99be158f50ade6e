"""Records must be kept for longer than they may be.

Why it matters
--------------
One law asks for six months of logs, a contract for thirty days of content, and both are kept in one store.
No setting keeps both promises, so one of them is broken whatever is set.

What it looks at
----------------
Every `keep.floor` against every limit that bounds it: that of the same dataset or store, and those of the datasets
whose content is kept there, as a copy, as a copy of a copy, or as raw content of a store.
The two bounds that conflict are named with the way between their places, and no others are needed: each is a time for
the same record.
Months are compared by the calendar: what must be kept for six months cannot be deleted after 183 days.

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
from rules.retention._bounds import Bound, bounds


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge whether each interval has room."""
    for one in bounds(evidence):
        floor, lowest = one.floor, one.lowest
        if lowest is None:
            continue
        ceiling = one.conflict or lowest
        actual = Actual(ceiling.span.mean().total_seconds(), "seconds", method="declared bounds")
        if one.conflict is None:
            says = f"there is room between {floor.span} and {ceiling.span}"
            yield Judgement(floor.leaf, Verdict.HELD, Level.ASSERTED, one.about, says, actual)
            continue
        yield Judgement(
            floor.leaf,
            Verdict.BROKEN,
            Level.ASSERTED,
            one.about,
            f"no setting keeps both: {floor.why}, and {ceiling.why}{_handed_on(ceiling)}",
            actual,
            path=ceiling.way,
            operations=(Operation(Op.DECIDE, one.holder.id),),
            fixes=(
                Fix(FixKind.DECISION, "split events from content, each with its own limit", effort="days"),
                Fix(FixKind.DECISION, f"decide which gives way: {floor.leaf} or {ceiling.leaf}"),
            ),
        )


def _handed_on(ceiling: Bound) -> str:
    if not ceiling.way:
        return ""
    way = (ceiling.way[0].source, *(hop.target for hop in ceiling.way))
    return f", whose content is kept there too ({' -> '.join(way)})"


RULE = Rule(
    id="retention/floor-ceiling-conflict",
    severity=Severity.BLOCKER,
    rung=Rung.DECLARED,
    check=check,
    operations=(Op.DECIDE,),
)
