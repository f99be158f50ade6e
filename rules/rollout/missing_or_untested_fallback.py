"""There is no fallback, or nobody has tried it.

Why it matters
--------------
A fallback that was never used fails on the day on which everything else has.

What it looks at
----------------
`containment.fallback`: what the work falls back `to`, and the day of its last `drill`, which must lie behind and be no
older than 180 days. Where it names a file, that must lie below the plan's folder.
What is not said yet is an open question in a draft; a drill that lies too far back is a finding there too.

How to fix it
-------------
Say what people do without the workflow, switch it off on a quiet day, and write down when.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from lineage.finding import Judgement, Op, Operation, Subject
from lineage.model import Level, Severity
from lineage.rule import Evidence, Rule
from rules.plan._said import held, there, told, unsaid, wrong
from rules.rollout._drills import drill, tried

_LEAF: Final = "containment.fallback"
_HOLD: Final = (Operation(Op.HOLD_LAUNCH, "launch"),)


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge the fallback and its drill."""
    said = evidence.plan.answer(_LEAF)
    to = said.get("to") if isinstance(said, Mapping) else said
    if not told(to):
        says = "nothing is said of what the work falls back to"
        yield unsaid(_LEAF, Subject(), says, "name it: containment.fallback: {to: , drill: }", _HOLD, effort="days")
        return
    yield _drilled(evidence)


def _drilled(evidence: Evidence) -> Judgement:
    leaf = f"{_LEAF}.drill"
    found, flaw = drill(evidence, _LEAF)
    fix = "fall back on a quiet day, and write down when"
    if found is None:
        return unsaid(leaf, Subject(), f"the fallback counts for nothing: {flaw}", fix, _HOLD, effort="days")
    if flaw:
        return wrong(leaf, Subject(), f"the fallback counts for nothing: {flaw}", fix, _HOLD, effort="days")
    files = there(evidence, _LEAF)
    if files is False:
        says = "the record of the fallback is a file that is not below the plan's folder"
        return wrong(leaf, Subject(), says, "put the file where the plan says", _HOLD, level=Level.OBSERVED)
    return held(leaf, Subject(), tried(evidence, found), Level.CONFIGURED if files else Level.ASSERTED)


RULE = Rule(
    id="rollout/missing-or-untested-fallback", severity=Severity.BLOCKER, check=check, operations=(Op.HOLD_LAUNCH,)
)
