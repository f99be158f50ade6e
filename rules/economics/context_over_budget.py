"""The context of a task is larger than its budget of tokens.

Why it matters
--------------
What does not fit is cut, mostly at the end, where the newest and the most particular stands; what fits is paid for with
every task.

What it looks at
----------------
The stated budget (`economics.tokens`): that there is one, and that it fits into the model's window where that is stated
(`model.context`).
How long the declared fields really are no measure tells yet: so whether the budget is kept stays unverified, with what
would show it.

How to fix it
-------------
Read fewer fields or fewer records for a task, or state a budget that the model has.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from lineage.finding import Judgement, Op, Operation, Subject
from lineage.model import Severity
from lineage.plan.model import Plan
from lineage.rule import Evidence, Rule
from rules.plan._said import number, unknown, unsaid, wrong

_LEAF: Final = "economics.tokens"
_WINDOWS: Final = ("context", "context_window", "context_tokens", "window")


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge the budget of tokens."""
    plan = evidence.plan
    budgets = dict(_figures(plan, _LEAF))
    if not budgets:
        yield unsaid(_LEAF, Subject(), "no budget of tokens is stated for a task", f"state it: {_LEAF}.input_p95")
        return
    windows = [figure for key in _WINDOWS for _, figure in _figures(plan, f"model.{key}")]
    for leaf, tokens in budgets.items():
        yield _judged(plan, leaf, tokens, min(windows, default=None))


def _judged(plan: Plan, leaf: str, tokens: float, window: float | None) -> Judgement:
    if window is not None and tokens > window:
        read = sorted(
            {str(field) for step in plan.steps.values() for fields in step.reads.values() for field in fields}
        )
        says = f"the budget of {tokens:,.0f} tokens is larger than the model's window of {window:,.0f}"
        drop = tuple(Operation(Op.DROP_FIELD, field) for field in read if _is_text(plan, field))
        return wrong(leaf, Subject(), says, "read less for a task, or name a model with a larger window", drop)
    says = f"how long the context of a task is was not measured; {tokens:,.0f} tokens are stated"
    return unknown(leaf, Subject(), says, "the token counts of real runs, or the lengths of the fields that steps read")


def _is_text(plan: Plan, field: str) -> bool:
    return any(one.id == field and (one.sensitive or "") == "free_text" for one in plan.fields())


def _figures(plan: Plan, path: str) -> Iterator[tuple[str, float]]:
    found = plan.answer(path)
    parts = {f"{path}.{key}": part for key, part in found.items()} if isinstance(found, Mapping) else {path: found}
    for leaf, part in parts.items():
        figure = number(part)
        if figure is not None and figure > 0:
            yield leaf, figure


RULE = Rule(
    id="economics/context-over-budget",
    severity=Severity.HIGH,
    check=check,
    operations=(Op.LIMIT_WINDOW, Op.DROP_FIELD),
)
