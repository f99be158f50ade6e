"""Which actions weigh, which step performs them, and who looks before they happen."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from lineage.plan.answered import is_placeholder
from lineage.plan.model import Action, Plan, Step

CHANGING: Final = frozenset({"trigger", "update"})
"""Levels at which something outside of the workflow changes."""
_CHEAP: Final = frozenset({"low", "none", "negligible", "minor", "trivial"})
_DEAR: Final = frozenset({"high", "severe", "critical", "very high", "major", "catastrophic"})
_LOOKED_AT: Final = re.compile(r"approv|review|confirm|human|supervis|manual", re.IGNORECASE)
_OF_SOME: Final = re.compile(r"\bsampl|\bsome\b|\bspot|\brandom|%|\bone in\b", re.IGNORECASE)
_BY_ITSELF: Final = re.compile(r"\b(?:un|not|no|without)[ -]?(?:approv|review|confirm|human|supervis)", re.IGNORECASE)


def may(plan: Plan) -> Iterator[Action]:
    """Give the actions that are allowed."""
    return (action for action in plan.actions.values() if action.allowed)


def cheap(action: Action) -> bool:
    """Whether an error of it is said to cost little; what is not said costs what it may."""
    return _cost(action) in _CHEAP


def weighs(action: Action) -> bool:
    """Whether an action needs an approval: it changes something and no error of it is cheap, or its errors are dear."""
    if action.level in CHANGING:
        return not cheap(action)
    return action.level == "draft" and _cost(action) in _DEAR


def approved(plan: Plan, action: Action) -> bool:
    """Whether a person approves the action each time, in the plan's words: by its approval, or by a step before it."""
    by = action.approval_by is not None and not is_placeholder(action.approval_by)
    return (by and each_time(plan, action)) or bool(looked_at_before(plan, action))


def each_time(plan: Plan, action: Action) -> bool:
    """Whether its approval is asked for each time, and not of some."""
    return plan.answer(f"{action.path}.approval.every") is not False


def performing(plan: Plan, action: Action) -> tuple[Step, ...]:
    """Give the steps that perform an action: they write what is called like it, or are called like it."""
    return tuple(step for step in plan.steps.values() if action.id in (step.id, *step.writes))


def looked_at_before(plan: Plan, action: Action) -> tuple[Step, ...]:
    """Give the review steps that come before every step that performs the action."""
    steps = performing(plan, action)
    before = [frozenset(before_step(plan, step)) | ({step.id} if is_review(step) else set()) for step in steps]
    common = frozenset.intersection(*before) if before else frozenset()
    return tuple(step for step in plan.steps.values() if step.id in common and reviews_each(plan, step))


def looked_at_after(plan: Plan, step: Step) -> tuple[Step, ...]:
    """Give the review steps that come after a step."""
    later = (other for other in plan.steps.values() if step.id in before_step(plan, other))
    return tuple(other for other in later if reviews_each(plan, other))


def before_step(plan: Plan, step: Step) -> Iterator[str]:
    """Give every step that comes before one."""
    passed: set[str] = set()
    stack = list(step.after)
    while stack:
        name = stack.pop()
        if name not in passed and name in plan.steps:
            passed.add(name)
            stack.extend(plan.steps[name].after)
            yield name


def is_review(step: Step) -> bool:
    """Whether a step is a person who looks: somebody does it, and nothing says that it runs by itself."""
    who = step.by is not None and not is_placeholder(step.by)
    how = step.autonomy or "review"
    return who and bool(_LOOKED_AT.search(how)) and not _BY_ITSELF.search(how)


def reviews_each(plan: Plan, step: Step) -> bool:
    """Whether a step is a person who looks at everything, and not at a sample."""
    return is_review(step) and not _OF_SOME.search(str(plan.answer(f"{step.path}.of") or ""))


def _cost(action: Action) -> str:
    return (action.cost_of_error or "").strip().casefold()
