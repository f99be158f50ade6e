"""Something of a customer, of billing or of operations is changed without a person who is seen to control it.

Why it matters
--------------
A wrong answer can be corrected; a refund, a closed account or a changed record has happened.

What it looks at
----------------
Each allowed action of level `trigger` or `update` that says what it `touches`: whether a person approves it each time,
by its approval or in a step before it. A low cost of error does not take the control away.
An action of a lower level changes nothing.
A step that performs it as `independent` contradicts the control, in a draft too.

How to fix it
-------------
Have a person approve each change, visibly, before it is made.
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.finding import Judgement, Op, Operation, Subject
from lineage.model import Severity
from lineage.plan.model import Action, Plan
from lineage.rule import Evidence, Rule
from rules.actions._control import CHANGING, approved, looked_at_before, may, performing
from rules.plan._said import held, told, unsaid, wrong


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge each action that says what it touches."""
    for action in may(evidence.plan):
        if action.level in CHANGING and told(action.touches):
            yield _judged(evidence.plan, action)
        elif told(action.touches):
            says = f"{action.id} goes no further than {action.level}: it changes nothing of {action.touches}"
            yield held(f"{action.path}.touches", Subject(action=action.id), says)


def _judged(plan: Plan, action: Action) -> Judgement:
    leaf, about = f"{action.path}.touches", Subject(action=action.id)
    operations = (Operation(Op.ADD_APPROVAL, action.id),)
    alone = [step.id for step in performing(plan, action) if (step.autonomy or "").casefold() == "independent"]
    fix = f"let a person approve each: {action.path}.approval: {{by: , every: true}}"
    if alone and not looked_at_before(plan, action):
        says = f"{action.id} changes {action.touches}, and the step {alone[0]} does it by itself"
        return wrong(leaf, about, says, fix, operations)
    if approved(plan, action):
        return held(leaf, about, f"a person approves each change of {action.touches}")
    return unsaid(leaf, about, f"{action.id} changes {action.touches}, and no person controls it", fix, operations)


RULE = Rule(
    id="actions/uncontrolled-state-change",
    severity=Severity.BLOCKER,
    check=check,
    operations=(Op.ADD_APPROVAL,),
    subsumes=("actions/missing-approval",),
)
