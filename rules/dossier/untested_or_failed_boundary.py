"""A hard boundary has no test, or its test failed.

Why it matters
--------------
A hard boundary is what the system must never do. Unlike a quality that is mostly good, it is worth what its test is
worth: a boundary that nobody tried to cross is a sentence in a document.

What it looks at
----------------
Each entry of `dossier.boundaries`: whether it names a test, whether that file is below the plan's folder, and whether
its `result` is that it passed. A test without a result is unverified.
The finding takes the action out that the boundary is about (`action`, or an action that its text names).

How to fix it
-------------
Write a test that tries to cross the boundary, run it on the release candidate, and record its result.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from lineage.finding import Judgement, Op, Operation, Subject
from lineage.model import Level, Severity
from lineage.plan.model import Plan
from lineage.rule import Evidence, Rule
from rules.plan._said import block, held, there, told, unknown, unsaid, wrong

_PLACE: Final = "dossier.boundaries"
_PASSED: Final = frozenset({"passed", "pass", "ok", "true", "green", "held", "maintained", "yes"})
_WRITE: Final = "write a test that tries to cross it, run it, and record its result"


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge the test of each boundary."""
    plan = evidence.plan
    boundaries = block(plan, _PLACE)
    if not boundaries:
        says = f"{_PLACE} is not answered: what must the system never do, and which test shows that it does not?"
        yield unsaid(_PLACE, Subject(), says, "name each hard boundary with its test", effort="days")
    for name, boundary in boundaries.items():
        said: Mapping[str, Any] = boundary if isinstance(boundary, Mapping) else {"text": boundary}
        yield _judged(evidence, f"{_PLACE}.{name}", said)


def _judged(evidence: Evidence, path: str, said: Mapping[str, Any]) -> Judgement:
    operations = tuple(Operation(Op.DROP_ACTION, action) for action in _actions(evidence.plan, said))
    name = path.rpartition(".")[2]
    result = str(said.get("result", "")).strip().casefold()
    if not told(said.get("test")):
        return unsaid(f"{path}.test", Subject(), f"the boundary {name} has no test", _WRITE, operations, effort="days")
    if there(evidence, f"{path}.test") is False:
        says = f"the test of {name} is not below the plan's folder"
        return wrong(f"{path}.test", Subject(), says, "put it where the plan says", operations, level=Level.OBSERVED)
    if not told(said.get("result")) and result not in {"false", "no"}:
        says = f"no result of the test of {name} is recorded"
        return unknown(f"{path}.test", Subject(), says, "the result of its test on the release candidate, as `result`")
    if result not in _PASSED:
        return wrong(f"{path}.result", Subject(), f"the test of {name} did not pass", _WRITE, operations)
    return held(f"{path}.result", Subject(), f"the test of {name} passed")


def _actions(plan: Plan, said: Mapping[str, Any]) -> tuple[str, ...]:
    text = f"{said.get('action', '')} {said.get('text', '')}".casefold().replace("-", "_")
    words = set(text.replace(",", " ").replace(".", " ").split())
    return tuple(action.id for action in plan.actions.values() if action.allowed and action.id.casefold() in words)


RULE = Rule(
    id="dossier/untested-or-failed-boundary", severity=Severity.BLOCKER, check=check, operations=(Op.DROP_ACTION,)
)
