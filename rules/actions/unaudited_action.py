"""A consequential action leaves no event.

Why it matters
--------------
What was done to whom can be told afterwards only by what was written down when it was done.

What it looks at
----------------
Each allowed action of level `trigger` or `update`, and of level `draft` unless its errors are cheap: the event that it
leaves (`audit`), which must be among `audit.events` where the plan lists them.
Whether the event is really written only a sample of the log shows: so what is declared stays unverified.

How to fix it
-------------
Emit an event with who, what and when for each action, and name it.
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.finding import Judgement, Op, Operation, Subject
from lineage.model import Severity
from lineage.plan.model import Action, Plan
from lineage.rule import Evidence, Rule
from rules.actions._control import CHANGING, cheap, may
from rules.plan._said import told, unknown, unsaid, words, wrong


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge each action that must leave an event."""
    for action in may(evidence.plan):
        if action.level in CHANGING or (action.level == "draft" and not cheap(action)):
            yield _judged(evidence.plan, action)


def _judged(plan: Plan, action: Action) -> Judgement:
    leaf, about = f"{action.path}.audit", Subject(action=action.id)
    hold = (Operation(Op.HOLD_LAUNCH, "launch"),)
    if not told(action.audit):
        says = f"{action.id} leaves no event that tells of it"
        return unsaid(leaf, about, says, f"name the event: {leaf}: {action.id}.done", hold, effort="hours")
    events = words(plan.answer("audit.events"))
    if events and action.audit not in events:
        says = f"{action.id} leaves {action.audit}, which is not among the events of the audit trail"
        return wrong(leaf, about, says, "add it to audit.events, or name one of them", hold, effort="minutes")
    says = f"{action.audit} is declared, and no log was seen"
    return unknown(leaf, about, says, f"a sample of the log with {action.audit} in it")


RULE = Rule(id="actions/unaudited-action", severity=Severity.HIGH, check=check, operations=(Op.HOLD_LAUNCH,))
