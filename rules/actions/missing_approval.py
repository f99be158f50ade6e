"""A consequential action has no approval.

Why it matters
--------------
What changes something, or costs much when it is wrong, is done by whoever wrote the last text that the model read.

What it looks at
----------------
Each action that is allowed: of level `trigger` or `update` unless its `cost_of_error` is said to be low, of level
`draft` where it is said to be high. A cost that is not said is not taken for low.
No other action asks for an approval.
It needs an approval by somebody each time, or a step before it in which a person approves.
That none is declared is an open question in a draft; an approval of some times only is a contradiction there too.

How to fix it
-------------
Name who approves it each time, or take it back to `draft` or `suggest`.
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.finding import Judgement, Op, Operation, Subject
from lineage.model import Severity
from lineage.plan.answered import is_placeholder
from lineage.plan.model import Action, Plan
from lineage.rule import Evidence, Rule
from rules.actions._control import approved, each_time, may, weighs
from rules.plan._said import held, unsaid, wrong


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge each action that is allowed."""
    for action in may(evidence.plan):
        if weighs(action):
            yield _judged(evidence.plan, action)
        else:
            cost = f" and an error of it costs {action.cost_of_error}" if action.cost_of_error else ""
            says = f"{action.id} goes no further than {action.level}{cost}: that asks for no approval"
            yield held(f"{action.path}.level", Subject(action=action.id), says)


def _judged(plan: Plan, action: Action) -> Judgement:
    leaf, about = f"{action.path}.level", Subject(action=action.id)
    if approved(plan, action):
        return held(leaf, about, f"{action.id} is approved by a person each time")
    operations = (Operation(Op.ADD_APPROVAL, action.id),)
    cost = f"an error of it costs {action.cost_of_error}" if action.cost_of_error else "what an error costs is not said"
    fix = f"name who approves it: {action.path}.approval: {{by: , every: true}}"
    if action.approval_by and not is_placeholder(action.approval_by) and not each_time(plan, action):
        says = f"{action.id} ({action.level}) is approved at times only; {cost}"
        return wrong(leaf, about, says, fix, operations)
    return unsaid(leaf, about, f"nobody approves {action.id} ({action.level}); {cost}", fix, operations)


RULE = Rule(
    id="actions/missing-approval",
    severity=Severity.BLOCKER,
    check=check,
    operations=(Op.ADD_APPROVAL, Op.DOWNGRADE_ACTION),
)
