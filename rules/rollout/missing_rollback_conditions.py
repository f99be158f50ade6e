"""When the launch is taken back, or within which time, is not said.

Why it matters
--------------
Whether to roll back is argued about while the harm goes on, unless it was decided before.

What it looks at
----------------
`containment.rollback`: the conditions under `when`, and the time under `within`, which must be a length of time.

How to fix it
-------------
Name the signals that take the launch back, and the time in which that is done.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lineage.finding import Judgement, Op, Operation, Subject
from lineage.model import Severity
from lineage.rule import Evidence, Rule
from rules.plan._said import block, held, span, told, unsaid, wrong

_LEAF: Final = "containment.rollback"
_HOLD: Final = (Operation(Op.HOLD_LAUNCH, "launch"),)


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge the conditions of the rollback and its time."""
    said = block(evidence.plan, _LEAF)
    for key, what in (("when", "under which conditions"), ("within", "within which time")):
        leaf = f"{_LEAF}.{key}"
        if not told(said.get(key)):
            yield unsaid(leaf, Subject(), f"{what} the launch is taken back is not said", f"say it: {leaf}", _HOLD)
        elif key == "within" and span(said[key]) is None:
            says = f"{leaf} is no length of time"
            yield wrong(leaf, Subject(), says, "write it like 15 minutes", _HOLD, effort="minutes")
        else:
            yield held(leaf, Subject(), "it is said")


RULE = Rule(
    id="rollout/missing-rollback-conditions", severity=Severity.BLOCKER, check=check, operations=(Op.HOLD_LAUNCH,)
)
