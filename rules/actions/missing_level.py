"""Something that the workflow writes has no action with a level.

Why it matters
--------------
Read, suggest, draft, trigger and update are five separate grants; an output without a level has whichever the code has.

What it looks at
----------------
Each output that a step writes: an action under `actions` that is called like the output or like the step.
An action itself cannot be declared without a level: such a plan does not load.

How to fix it
-------------
Declare the action under the output's name, with the level that it may go to.
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.finding import Judgement, Op, Operation, Subject
from lineage.model import Severity
from lineage.rule import Evidence, Rule
from rules.plan._said import held, unsaid


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge whether what each step writes has a level."""
    plan = evidence.plan
    for step in plan.steps.values():
        for output in step.writes:
            leaf, about = f"{step.path}.writes", Subject(step=step.id, action=output)
            action = plan.actions.get(output) or plan.actions.get(step.id)
            if action is not None:
                yield held(leaf, about, f"{output} is an action of level {action.level}")
            else:
                says = f"the step {step.id} writes {output}, for which no action says how far it may go"
                drop = (Operation(Op.DROP_ACTION, output),)
                yield unsaid(leaf, about, says, f"declare it: actions: {{{output}: {{level: draft}}}}", drop)


RULE = Rule(id="actions/missing-level", severity=Severity.HIGH, check=check, operations=(Op.DROP_ACTION,))
