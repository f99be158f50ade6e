"""A review is declared, and nobody has seen one.

Why it matters
--------------
A review that takes a click and is never refused is a delay, and no control.

What it looks at
----------------
Each step in which a person reviews or approves, and each approval of an action.
How often it was done, and how often it refused, stands in the trace store or the log, which no connector reads yet:
so it stays unverified, with what would show it.

How to fix it
-------------
Record an event for each approval and each refusal, and look at the share of refusals.
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.finding import Judgement, Subject
from lineage.model import Severity
from lineage.rule import Evidence, Rule
from rules.actions._control import is_review, may
from rules.plan._said import unknown


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Say of each review that it was not seen."""
    plan = evidence.plan
    says = "the review is declared, and no approval or refusal was seen"
    for step in plan.steps.values():
        if is_review(step):
            settle = f"the events of approvals and refusals of {step.id}, over the actions of the same time"
            yield unknown(f"{step.path}.autonomy", Subject(step=step.id), says, settle)
    for action in may(plan):
        if action.approval_by is not None:
            settle = f"the events of approvals and refusals of {action.id}, over the actions of the same time"
            yield unknown(f"{action.path}.approval.every", Subject(action=action.id), says, settle)


RULE = Rule(id="actions/unexercised-review", severity=Severity.MEDIUM, check=check)
