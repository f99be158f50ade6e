"""The rollout has no first slice.

Why it matters
--------------
What is launched to everybody at once has no small failure.

What it looks at
----------------
The first stage of `rollout`: it names a segment, a share below 1, or the most people that it reaches.
In a draft a rollout that is not there is an open question; a first stage that says it exposes everything, or nobody, is
a contradiction there too.

How to fix it
-------------
Name the smallest part that teaches something: a segment, and a share of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lineage.finding import Judgement, Op, Operation, Subject
from lineage.model import Severity
from lineage.plan.model import Stage
from lineage.rule import Evidence, Rule
from rules.plan._said import held, unsaid, wrong

_HOLD: Final = (Operation(Op.HOLD_LAUNCH, "launch"),)
_FIX: Final = "name a segment, a share or the most people of the first stage"


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge the first stage."""
    stages = evidence.plan.rollout
    if not stages:
        yield unsaid(
            "rollout", Subject(), "the plan has no rollout, and so no first slice", _FIX, _HOLD, effort="hours"
        )
        return
    yield _judged(stages[0])


def _judged(stage: Stage) -> Judgement:
    about = Subject(stage=stage.id)
    if stage.share == 0 or stage.people_max == 0:
        return wrong(stage.path, about, f"the first stage {stage.id} reaches nobody", _FIX, _HOLD)
    if stage.segment is not None or stage.people_max is not None or (stage.share is not None and stage.share < 1):
        return held(stage.path, about, f"the first stage {stage.id} is a slice")
    if stage.share is not None:
        return wrong(stage.path, about, f"the first stage {stage.id} exposes every record", _FIX, _HOLD)
    return unsaid(stage.path, about, f"the first stage {stage.id} does not say what it exposes", _FIX, _HOLD)


RULE = Rule(id="rollout/missing-first-slice", severity=Severity.BLOCKER, check=check, operations=(Op.HOLD_LAUNCH,))
