"""The decision to go live is not documented, or nobody was told.

Why it matters
--------------
On the first bad day the question is who decided this, on what evidence, and who knew. A launch that just happened has
no answer.

What it looks at
----------------
`gates.g4.decision`: who decided (`by`), when (`on`), and how it was told (`communicated`, or `golive.communication`).
Before a plan is `approved` it is waited for; after that its absence holds the launch.

How to fix it
-------------
Record the decision: `decision: {by: business-sponsor@acme.example, on: 2026-12-03, communicated: docs/comms.md}`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from lineage.finding import Judgement, Op, Operation, Subject
from lineage.model import Severity, Verdict
from lineage.rule import Evidence, Rule
from rules.plan._said import block, day, held, told, unsaid, wrong

_PLACE: Final = "gates.g4.decision"
_HOLD: Final = (Operation(Op.HOLD_LAUNCH, "launch"),)
_RECORD: Final = "record who decided, when, and how it was told"


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge the record of the decision."""
    plan = evidence.plan
    if not told(plan.answer(_PLACE)):
        says = f"{_PLACE} is not answered: who decides on the launch, when, and how is it told?"
        asked = unsaid(_PLACE, Subject(), says, _RECORD, _HOLD)
        late = plan.status in {"approved", "live"}
        yield asked if late else replace(asked, verdict=Verdict.UNVERIFIED, settle="the decision, at Gate 4")
        return
    leaf = next(leaf for leaf in plan.leaves if leaf == _PLACE or leaf.startswith(f"{_PLACE}."))
    said = block(plan, _PLACE)
    on = day(said.get("on"))
    spread = told(said.get("communicated")) or told(plan.answer("golive.communication"))
    lacks = [
        what
        for what, there in (
            ("who decided", told(said.get("by"))),
            ("when", on is not None),
            ("how it was told", spread),
        )
        if not there
    ]
    if lacks:
        yield wrong(leaf, Subject(), f"the decision does not say {' or '.join(lacks)}", _RECORD, _HOLD)
    elif on is not None and on > evidence.now.date():
        yield wrong(leaf, Subject(), f"the decision is dated {on}, which is still to come", _RECORD, _HOLD)
    else:
        yield held(leaf, Subject(), f"the decision of {on} is recorded, and how it was told")


RULE = Rule(id="dossier/undocumented-go-live", severity=Severity.HIGH, check=check, operations=(Op.HOLD_LAUNCH,))
