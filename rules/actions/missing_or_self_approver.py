"""Nobody is named as approver, or the one who asks approves.

Why it matters
--------------
An approval by the one who asks is the same click twice.

What it looks at
----------------
The approver of each allowed action (`approval.by`): whether it names somebody, and whether that is the step's own doer,
the login that the workflow reads as, or the workflow itself.
Who is in a role stands in a directory, which no connector reads: so an approver who looks right stays unverified.

How to fix it
-------------
Name a person or a role beside those who ask, and keep the two apart in the directory.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lineage.finding import Judgement, Op, Operation, Subject
from lineage.model import Severity
from lineage.plan.answered import is_placeholder
from lineage.plan.model import Action, Plan
from lineage.rule import Evidence, Rule
from rules.actions._control import is_review, may, performing
from rules.plan._said import unknown, unsaid, wrong

_SELF: Final = frozenset(
    {"self", "requester", "requestor", "author", "initiator", "the requester", "same person", "workflow", "ai", "bot"}
    | {"agent itself", "the model", "model", "assistant", "system", "automatic", "automatically", "auto"}
)
_NOBODY: Final = frozenset({"nobody", "none", "no one", "noone"})


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge the approver of each action that has an approval."""
    for action in may(evidence.plan):
        if action.approval_by is not None:
            yield _judged(evidence.plan, action, action.approval_by)


def _judged(plan: Plan, action: Action, approver: str) -> Judgement:
    leaf, about = f"{action.path}.approval.by", Subject(action=action.id)
    operations = (Operation(Op.DECIDE, leaf),)
    fix = "name a person or a role that does not ask for it"
    name = " ".join(approver.split()).casefold()
    if is_placeholder(approver) or name in _NOBODY:
        # About the whole plan, so that the placeholder that stands there is folded in and not told again.
        return unsaid(leaf, Subject(), f"nobody is named who approves {action.id}", fix, operations)
    asking = {
        step.by: f"does the step {step.id}" for step in performing(plan, action) if step.by and not is_review(step)
    }
    asking |= {one.identity: "is the workflow's own login" for one in plan.sources.values() if one.identity}
    asking |= dict.fromkeys((plan.id, *_SELF), "is the one who asks")
    for who, what in asking.items():
        if who.casefold() == name:
            return wrong(leaf, about, f"{approver} approves {action.id} and {what}", fix, operations)
    says = f"{approver} approves {action.id}; who is in it, and who asks, was not seen"
    return unknown(leaf, about, says, f"the members of {approver} and of those who ask, from the directory")


RULE = Rule(
    id="actions/missing-or-self-approver",
    severity=Severity.HIGH,
    check=check,
    operations=(Op.DECIDE,),
    subsumes=("plan/placeholder-answer",),
)
