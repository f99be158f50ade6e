"""Nobody is named who can stop the exposure.

Why it matters
--------------
The switch is found in minutes; who may turn it is asked for hours.

What it looks at
----------------
`owners.pause`: the people or the rota that may pause, narrow or contain the workflow.
Whether they have the right to turn the switch stands in the system of the switch, which no connector reads: so that
stays unverified. Which switch it is, `rollout/missing-exposure-switch` asks.

How to fix it
-------------
Name two who can be reached, and let each turn the switch once.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lineage.finding import Judgement, Op, Operation, Subject
from lineage.model import Severity
from lineage.rule import Evidence, Rule
from rules.plan._said import told, unknown, unsaid

_LEAF: Final = "owners.pause"
_HOLD: Final = (Operation(Op.HOLD_LAUNCH, "launch"),)


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge whether somebody is named who stops it."""
    if not told(evidence.plan.answer(_LEAF)):
        says = "nobody is named who may pause, narrow or contain the workflow"
        yield unsaid(_LEAF, Subject(), says, f"name them: {_LEAF}", _HOLD)
    else:
        says = "they are named, and whether they can turn the switch was not seen"
        settle = "the rights on the switch, and the day on which each of them turned it"
        yield unknown(_LEAF, Subject(), says, settle)


RULE = Rule(
    id="rollout/unstoppable-exposure",
    severity=Severity.BLOCKER,
    check=check,
    operations=(Op.HOLD_LAUNCH,),
    subsumes=("plan/placeholder-answer",),
)
