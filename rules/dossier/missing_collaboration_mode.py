"""The collaboration mode of people and system is not set.

Why it matters
--------------
How much a person checks follows from the mode: of an advisory system every suggestion, of a delegated one escalations
and samples. Without it the oversight, the training and the validation are designed for no system in particular.

What it looks at
----------------
Whether `oversight.mode` is one of 1 to 5.

How to fix it
-------------
Decide on the mode: 2 (advisory) where a person reviews every suggestion, 4 (delegated) where escalations and samples.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lineage.finding import Judgement, Op, Operation, Subject
from lineage.model import Severity
from lineage.rule import Evidence, Rule
from rules.plan._said import held, number, unsaid, wrong

_PLACE: Final = "oversight.mode"
_HOLD: Final = (Operation(Op.HOLD_LAUNCH, "launch"),)


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge the mode."""
    found = evidence.plan.answer(_PLACE)
    if found is None:
        says = f"{_PLACE} is not answered: how do people and the system work together, 1 to 5?"
        yield unsaid(_PLACE, Subject(), says, "decide on the mode", _HOLD)
    elif number(found) not in {1, 2, 3, 4, 5}:
        yield wrong(_PLACE, Subject(), f"{_PLACE} is none of 1 to 5", "decide on the mode", _HOLD)
    else:
        yield held(_PLACE, Subject(), "the mode is set")


RULE = Rule(
    id="dossier/missing-collaboration-mode", severity=Severity.BLOCKER, check=check, operations=(Op.HOLD_LAUNCH,)
)
