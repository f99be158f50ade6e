"""The outcome that the workflow is to move is measured on nothing.

Why it matters
--------------
A target without a place to read it from is reached by whoever tells the story best.

What it looks at
----------------
`workflow.outcome`, where there is one: it names the dataset or field it is counted on (`of`), or a metric that is a
signal of `observability` or an event of `audit`. Whether what `of` names is declared, `plan/dangling-reference` says.

How to fix it
-------------
Name the declared field, the event or the signal that the outcome is counted from.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from lineage.finding import Judgement, Op, Operation, Subject
from lineage.model import DatasetId, Level, Severity
from lineage.plan.model import Plan
from lineage.rule import Evidence, Rule
from rules.plan._said import held, told, unsaid, words

_LEAF: Final = "workflow.outcome"
_SIGNALS: Final = ("observability", "audit.events", "containment.block_on")


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge whether the outcome can be measured."""
    plan = evidence.plan
    said = plan.answer(_LEAF)
    if not told(said):
        return
    metric = said.get("metric") if isinstance(said, Mapping) else said
    names = words(said.get("of")) if isinstance(said, Mapping) else ()
    signals = {signal for path in _SIGNALS for signal in _texts(plan.answer(path))}
    if names:
        yield from _bound(evidence, names)
    elif told(metric) and str(metric) in signals:
        yield held(f"{_LEAF}.metric", Subject(), f"{metric} is a signal that is watched")
    else:
        says = "the outcome names no field, event or signal that it is measured on"
        fix = "name what it is measured on: of: SOURCE.DATASET.FIELD"
        yield unsaid(_LEAF, Subject(), says, fix, (Operation(Op.DECIDE, _LEAF),))


def _bound(evidence: Evidence, names: tuple[str, ...]) -> Iterator[Judgement]:
    declared = [name for name in names if name in known(evidence.plan)]
    if len(declared) == len(names):  # what is not declared, plan/dangling-reference tells
        seen = all(_found(evidence, name) for name in declared)
        level = Level.CONFIGURED if seen else Level.ASSERTED
        yield held(f"{_LEAF}.of", Subject(), f"it is measured on {', '.join(declared)}", level)


def known(plan: Plan) -> frozenset[str]:
    """Give the ids of every declared dataset and field."""
    return frozenset({*(str(one.id) for one in plan.datasets()), *(str(one.id) for one in plan.fields())})


def _found(evidence: Evidence, name: str) -> bool:
    if name in {one.id for one in evidence.plan.datasets()}:
        return evidence.ground.catalog.physical(DatasetId(name)) is not None
    dataset, _, field = name.rpartition(".")
    return evidence.ground.catalog.field(DatasetId(dataset), field) is not None


def _texts(found: Any) -> Iterator[str]:
    match found:
        case str():
            yield found
        case Mapping():
            for part in found.values():
                yield from _texts(part)
        case list():
            for part in found:
                yield from _texts(part)
        case _:
            return


RULE = Rule(id="plan/unmeasurable-outcome", severity=Severity.HIGH, check=check, operations=(Op.DECIDE,))
