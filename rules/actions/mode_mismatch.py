"""The collaboration mode and the actions disagree.

Why it matters
--------------
The mode is what people were told of their part; actions that go further make it a sentence on a slide.

What it looks at
----------------
`oversight.mode` (1 to 5) against the actions and the steps:
in modes 1 (tool) and 2 (advisory) no action may change anything, and a person reviews every output: a review step comes
after the step that writes it, or its action is approved each time;
in mode 3 (collaborative) every change is approved each time;
in mode 4 (delegated) there is an escalation and a sample of what was done is reviewed (`oversight.sampling`);
in mode 5 (autonomous) there is an escalation.
What is not said yet is an open question in a draft; an action that goes beyond its mode is a contradiction there too.
Without a mode nothing is judged here.

How to fix it
-------------
Take the action back to what the mode allows, or decide on another mode with those who agreed to this one.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lineage.finding import Judgement, Op, Operation, Subject
from lineage.model import Severity
from lineage.plan.model import Plan
from lineage.rule import Evidence, Rule
from rules.actions._control import CHANGING, approved, looked_at_after, may
from rules.plan._said import held, number, told, unsaid, wrong

_LEAF: Final = "oversight.mode"
_LOWEST, _HIGHEST = 1, 5
_ADVISORY, _COLLABORATIVE, _DELEGATED = 2, 3, 4


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge the actions against the mode."""
    plan = evidence.plan
    said = plan.answer(_LEAF)
    if not told(said):
        return
    mode = number(said)
    if mode is None or mode % 1 or not _LOWEST <= mode <= _HIGHEST:
        yield wrong(
            _LEAF, Subject(), "oversight.mode is none of the five modes", "name one of 1 to 5", effort="minutes"
        )
        return
    found = [*_too_far(plan, int(mode)), *_unreviewed(plan, int(mode)), *_unwatched(plan, int(mode))]
    yield from found
    if not found:
        yield held(_LEAF, Subject(), f"no action goes beyond mode {int(mode)}")


def _too_far(plan: Plan, mode: int) -> Iterator[Judgement]:
    for action in may(plan):
        if action.level not in CHANGING or mode > _COLLABORATIVE:
            continue
        about, down = Subject(action=action.id), (Operation(Op.DOWNGRADE_ACTION, action.id),)
        if mode <= _ADVISORY:
            says = f"mode {mode} changes nothing by itself, and {action.id} is of level {action.level}"
            yield wrong(_LEAF, about, says, f"take {action.id} back to draft, or decide on another mode", down)
        elif not approved(plan, action):
            says = f"in mode {mode} every change is approved, and nobody approves {action.id}"
            yield unsaid(_LEAF, about, says, f"name who approves {action.id} each time", down)


def _unreviewed(plan: Plan, mode: int) -> Iterator[Judgement]:
    if mode > _ADVISORY:
        return
    for step in plan.steps.values():
        for output in step.writes:
            action = plan.actions.get(output)
            if looked_at_after(plan, step) or (action is not None and approved(plan, action)):
                continue
            says = f"in mode {mode} a person reviews every output, and nobody reviews {output}"
            down = (Operation(Op.DOWNGRADE_ACTION, output),)
            yield unsaid(_LEAF, Subject(step=step.id, action=output), says, f"add a review step after {step.id}", down)


def _unwatched(plan: Plan, mode: int) -> Iterator[Judgement]:
    if mode < _DELEGATED:
        return
    wanted = {"escalation": "what is escalated to whom"}
    if mode == _DELEGATED:
        wanted["sampling"] = "which share of what was done is reviewed"
    changing = tuple(Operation(Op.DOWNGRADE_ACTION, action.id) for action in may(plan) if action.level in CHANGING)
    for key, what in wanted.items():
        if not told(plan.answer(f"oversight.{key}")):
            says = f"mode {mode} needs to say {what}: oversight.{key}"
            yield unsaid(_LEAF, Subject(), says, f"say {what}", changing)


RULE = Rule(id="actions/mode-mismatch", severity=Severity.BLOCKER, check=check, operations=(Op.DOWNGRADE_ACTION,))
