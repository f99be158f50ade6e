"""The context of a task is larger than its budget of tokens.

Why it matters
--------------
What does not fit is cut, mostly at the end, where the newest and the most particular stands; what fits is paid for with
every task.

What it looks at
----------------
The stated budget (`economics.tokens`): that there is one, and that it fits into the model's window where that is stated
(`model.context`).
Where traces are read (the connector `otlp`), the tokens that real runs took in, all calls of a run together: their 95th
percentile, or their median where there are fewer than twenty. How long the declared fields really are no measure tells
yet: without traces the budget stays unverified, with what would show it.

How to fix it
-------------
Read fewer fields or fewer records for a task, or state a budget that the model has.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from lineage.facts import Spread
from lineage.finding import Actual, Judgement, Op, Operation, Subject
from lineage.model import Level, Severity
from lineage.plan.model import Plan
from lineage.rule import Evidence, Rule
from rules._traces import ENOUGH, above, observed
from rules.plan._said import held, number, unknown, unsaid, wrong

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
        yield _judged(evidence, leaf, tokens, min(windows, default=None))


def _judged(evidence: Evidence, leaf: str, tokens: float, window: float | None) -> Judgement:
    plan = evidence.plan
    read = sorted({str(field) for step in plan.steps.values() for fields in step.reads.values() for field in fields})
    drop = tuple(Operation(Op.DROP_FIELD, field) for field in read if _is_text(plan, field))
    if window is not None and tokens > window:
        says = f"the budget of {tokens:,.0f} tokens is larger than the model's window of {window:,.0f}"
        return wrong(leaf, Subject(), says, "read less for a task, or name a model with a larger window", drop)
    found = observed(evidence)
    figures = [store.input_tokens for store in found.stores if store.input_tokens] if found is not None else []
    if figures and "out" not in leaf.rpartition(".")[2]:
        return _taken(leaf, tokens, figures, drop)
    says = f"how long the context of a task is was not measured; {tokens:,.0f} tokens are stated"
    return unknown(leaf, Subject(), says, "the token counts of real runs, or the lengths of the fields that steps read")


def _taken(leaf: str, stated: float, figures: Sequence[Spread], drop: tuple[Operation, ...]) -> Judgement:
    """Judge a budget by the tokens that real runs took in."""
    runs, median = sum(one.count for one in figures), "50" in leaf or "median" in leaf
    if (more := above(figures, stated, median=median)) is not None:
        says = f"runs take in {more[0]:,.0f} tokens, and {stated:,.0f} are stated"
        fix, actual = "read less for a task, or state what it takes", Actual(more[0], f"tokens, of {more[1]:,} runs")
        return wrong(leaf, Subject(), says, fix, drop, level=Level.OBSERVED, actual=actual)
    if all(one.count >= ENOUGH for one in figures):
        return held(leaf, Subject(), f"{runs:,} runs keep to it", Level.OBSERVED)
    return unknown(leaf, Subject(), f"{runs:,} runs were read, too few to tell", f"the tokens of {ENOUGH} runs or more")


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
