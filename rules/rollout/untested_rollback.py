"""The rollback was not tried, or on another configuration.

Why it matters
--------------
A rollback that was tried with last month's prompts and index takes back another workflow than the one that runs.

What it looks at
----------------
`containment.rollback`, where there is one: the day of its last `drill`, which must lie behind and be no older than 180
days, and the configuration (`config`) that it was tried on against the one that is released (`golive.config`).
Where the released configuration is not said, that stays unverified.

How to fix it
-------------
Roll back the release candidate once, and record its hash with the day.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lineage.finding import Judgement, Op, Operation, Subject
from lineage.model import Severity
from lineage.rule import Evidence, Rule
from rules.plan._said import block, held, told, unknown, unsaid, wrong
from rules.rollout._drills import drill, tried

_LEAF: Final = "containment.rollback"
_RELEASED: Final = "golive.config"
_HOLD: Final = (Operation(Op.HOLD_LAUNCH, "launch"),)
_FIX: Final = "roll back the release candidate, and record the day and its hash"


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge the drill of the rollback, and what it was made on."""
    said = block(evidence.plan, _LEAF)
    if not said:
        return  # that there is no rollback, rollout/missing-rollback-conditions says
    found, flaw = drill(evidence, _LEAF)
    if found is None:
        says = f"the rollback counts for nothing: {flaw}"
        yield unsaid(f"{_LEAF}.drill", Subject(), says, _FIX, _HOLD, effort="days")
        return
    if flaw:
        yield wrong(f"{_LEAF}.drill", Subject(), f"the rollback counts for nothing: {flaw}", _FIX, _HOLD, effort="days")
        return
    yield held(f"{_LEAF}.drill", Subject(), tried(evidence, found))
    yield _same_configuration(evidence, said.get("config"))


def _same_configuration(evidence: Evidence, tried_on: object) -> Judgement:
    leaf = f"{_LEAF}.config"
    released = evidence.plan.answer(_RELEASED)
    if not told(tried_on):
        return unsaid(leaf, Subject(), "on which configuration the rollback was tried is not said", _FIX, _HOLD)
    if not told(released):
        says = "which configuration is released is not said"
        return unknown(leaf, Subject(), says, f"the hash of the released configuration: {_RELEASED}")
    if str(tried_on).strip() == str(released).strip():
        return held(leaf, Subject(), "it was tried on the configuration that is released")
    return wrong(leaf, Subject(), "the rollback was tried on another configuration than is released", _FIX, _HOLD)


RULE = Rule(id="rollout/untested-rollback", severity=Severity.HIGH, check=check, operations=(Op.HOLD_LAUNCH,))
