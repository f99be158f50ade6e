"""A heavy path has no fallback.

Why it matters
--------------
The task that costs most is the one that times out; without a cheaper way it is tried again, and costs twice.

What it looks at
----------------
Each path under `economics.heavy`: its `fallback`. That it has `none` is a contradiction, in a draft too.

How to fix it
-------------
Say what such a task does instead: less context, a smaller model, or a person.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from lineage.finding import Judgement, Op, Operation, Subject
from lineage.model import Severity
from lineage.plan.model import Plan
from lineage.rule import Evidence, Rule
from rules.plan._said import held, told, unsaid, wrong

_LEAF: Final = "economics.heavy"
_FIX: Final = "say what such a task does instead"


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge each heavy path."""
    for path, said in _paths(evidence.plan):
        leaf = f"{path}.fallback"
        name = path.rpartition(".")[2]
        downgrade = tuple(Operation(Op.DOWNGRADE_ACTION, action) for action in _acting(evidence.plan))
        fallback = said.get("fallback") if isinstance(said, Mapping) else None
        if told(fallback):
            yield held(leaf, Subject(), "it has a fallback")
        elif evidence.plan.answer(leaf) is not None:
            yield wrong(leaf, Subject(), f"the heavy path {name} has no fallback, as the plan says", _FIX, downgrade)
        else:
            yield unsaid(leaf, Subject(), f"the heavy path {name} does not say its fallback", _FIX, downgrade)


def _paths(plan: Plan) -> Iterator[tuple[str, Any]]:
    found = plan.answer(_LEAF)
    if isinstance(found, Mapping):
        yield from ((f"{_LEAF}.{name}", said) for name, said in found.items())
    elif isinstance(found, list):
        yield from ((f"{_LEAF}.{number}", said) for number, said in enumerate(found))


def _acting(plan: Plan) -> tuple[str, ...]:
    return tuple(action.id for action in plan.actions.values() if action.allowed and action.level != "read")


RULE = Rule(
    id="economics/heavy-path-without-fallback",
    severity=Severity.MEDIUM,
    check=check,
    operations=(Op.DOWNGRADE_ACTION,),
)
