"""The oversight protocol is missing, changed, or not for this mode.

Why it matters
--------------
The protocol says when a person must step in. One that was written for another mode tells reviewers to sample what they
have to read, and one that was changed since is not the one they acknowledged.

What it looks at
----------------
`oversight.protocol`: whether its file is below the plan's folder; whether it is for the mode that is set, where it says
for which; whether the oversight is there that the mode needs: in mode 2 a step or an approval in which a person sees
every output, in mode 4 `oversight.sampling`.

How to fix it
-------------
Write the protocol for the mode that is set, and name the review that it asks for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from lineage.finding import Judgement, Op, Operation, Subject
from lineage.model import Level, Severity
from lineage.plan.model import Plan
from lineage.rule import Evidence, Rule
from rules.plan._said import held, number, there, told, unknown, unsaid, wrong

_PLACE: Final = "oversight.protocol"
_HOLD: Final = (Operation(Op.HOLD_LAUNCH, "launch"),)
_WRITE: Final = "write the protocol for the mode that is set"
_EVERY_OUTPUT: Final = 2
_SAMPLES: Final = 4


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge the protocol by the mode."""
    plan = evidence.plan
    found = plan.answer(_PLACE)
    if not told(found):
        says = f"{_PLACE} is not answered: when, and how, must a person step in?"
        yield unsaid(_PLACE, Subject(), says, _WRITE, _HOLD, effort="days")
        return
    leaf = next((leaf for leaf in (f"{_PLACE}.ref", _PLACE) if leaf in plan.leaves), _PLACE)
    mode = number(plan.answer("oversight.mode"))
    written_for = _modes(found)
    if (at_hand := there(evidence, _PLACE)) is False:
        says = "the protocol is not below the plan's folder"
        yield wrong(leaf, Subject(), says, "put it where the plan says", _HOLD, level=Level.OBSERVED)
    elif mode is not None and written_for and mode not in written_for:
        says = f"the protocol is for mode {', '.join(f'{each:g}' for each in written_for)}, and mode {mode:g} is set"
        yield wrong(leaf, Subject(), says, _WRITE, _HOLD)
    elif mode is not None and (lacks := _lacking(plan, int(mode))):
        yield wrong(leaf, Subject(), lacks, "name the review that the mode asks for", _HOLD)
    elif at_hand:
        yield held(leaf, Subject(), "the protocol is there", Level.CONFIGURED)
    else:
        yield unknown(leaf, Subject(), "the protocol is no file that was looked for", "name its file")


def _modes(found: Any) -> tuple[float, ...]:
    said = found.get("mode") if isinstance(found, Mapping) else None
    several = said if isinstance(said, list) else [said]
    return tuple(figure for one in several if (figure := number(one)) is not None)


def _lacking(plan: Plan, mode: int) -> str:
    if mode == _EVERY_OUTPUT:
        reviewed = any(step.by for step in plan.steps.values())
        approved = any(action.allowed and action.approval_by for action in plan.actions.values())
        return "" if reviewed or approved else "in mode 2 a person sees every output, and no step or action has one"
    if mode == _SAMPLES and not told(plan.answer("oversight.sampling")):
        return "in mode 4 samples are reviewed, and oversight.sampling says neither how many nor how often"
    return ""


RULE = Rule(id="dossier/unfit-oversight-protocol", severity=Severity.BLOCKER, check=check, operations=(Op.HOLD_LAUNCH,))
