"""What opens the next stage is not said, or cannot be measured.

Why it matters
--------------
A rollout that nothing measurable opens is opened by the calendar.

What it looks at
----------------
`expand_when` of each stage that another follows: criteria of `acceptance` that are answered, and of which one at least
can be decided by a figure.
What a criterion lacks, `plan/undecidable-criterion` says.

How to fix it
-------------
Name the criteria that must be met, each with a threshold and a window.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from lineage.finding import Judgement, Op, Operation, Subject
from lineage.model import Severity
from lineage.plan.model import Plan, Stage
from lineage.rule import Evidence, Rule
from rules.plan._criteria import criteria, lacking
from rules.plan._said import held, unsaid


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge what opens each stage but the first."""
    for stage, following in pairwise(evidence.plan.rollout):
        yield _judged(evidence.plan, stage, following)


def _judged(plan: Plan, stage: Stage, following: Stage) -> Judgement:
    leaf, about = f"{stage.path}.expand_when", Subject(stage=following.id)
    hold = (Operation(Op.HOLD_STAGE, following.id),)
    fix = f"name criteria that can be measured: {leaf}"
    if not stage.expand_when:
        return unsaid(leaf, about, f"nothing is said to open stage {following.id} after {stage.id}", fix, hold)
    known = dict(criteria(plan))
    silent = [name for name in stage.expand_when if name not in known]
    if silent:
        says = f"stage {following.id} is opened by {silent[0]}, of which acceptance says nothing"
        return unsaid(leaf, about, says, f"say it: acceptance.{silent[0]}", hold)
    if all(lacking(name, known[name]) for name in stage.expand_when):
        says = f"no criterion that opens stage {following.id} can be decided by a figure"
        return unsaid(leaf, about, says, fix, hold)
    return held(leaf, about, f"{following.id} is opened by {', '.join(stage.expand_when)}")


RULE = Rule(id="rollout/unmeasurable-expansion", severity=Severity.HIGH, check=check, operations=(Op.HOLD_STAGE,))
