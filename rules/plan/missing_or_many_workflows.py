"""The plan names no first workflow, or more than one.

Why it matters
--------------
Two workflows in one launch share a rollout and a decision: the one that is ready waits for the other, or takes it
along.

What it looks at
----------------
The block `workflow`: one, with a name. A list of several, or a block for each of several, is more than one.
Two blocks `workflow` in one file are a doubled key, which no command loads (exit code 2).
In a draft a workflow that is not named yet is an open question.

How to fix it
-------------
Name the one workflow that launches first, and list the others under `scope.exclude.workflows`, each with a plan of its
own later.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from lineage.finding import Judgement, Op, Operation, Subject
from lineage.model import Severity
from lineage.rule import Evidence, Rule
from rules.plan._said import held, told, unsaid, wrong

_LEAF: Final = "workflow"
_HOLD: Final = (Operation(Op.HOLD_LAUNCH, "launch"),)


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge whether one workflow is named."""
    said = evidence.plan.answer(_LEAF)
    if not told(said):
        fix = "name the one workflow that launches first"
        yield unsaid(_LEAF, Subject(), "the plan does not say which workflow launches first", fix, _HOLD)
        return
    many = _several(said)
    if many > 1:
        says = f"the plan names {many} workflows, and one launches first"
        fix = "keep one, and list the others under scope.exclude.workflows"
        yield wrong(_LEAF, Subject(), says, fix, _HOLD)
    else:
        yield held(_LEAF, Subject(), "one workflow is named")


def _several(said: Any) -> int:
    if isinstance(said, list):
        return sum(told(one) for one in said)
    if isinstance(said, Mapping) and "name" not in said:
        blocks = [one for one in said.values() if isinstance(one, Mapping) and "name" in one]
        return max(1, len(blocks))
    return 1


RULE = Rule(id="plan/missing-or-many-workflows", severity=Severity.BLOCKER, check=check, operations=(Op.HOLD_LAUNCH,))
