"""An acceptance criterion depends on data that is out of scope, not there, or masked away.

Why it matters
--------------
The gate asks for a figure that the launched scope cannot give, and is opened without it.

What it looks at
----------------
What each criterion is measured on (`of`, `needs`): whether its source is denied or excluded, whether the field is
masked with `drop` or `redact`, so that nothing is left to count, and whether the system has it.
What is measured and read by no step is declared with `need: none`, and that is no flaw here.
What is named and not declared, `plan/dangling-reference` says.

How to fix it
-------------
Measure the criterion on a field that is in scope, or take the field into the scope.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from lineage.finding import Judgement, Op, Operation, Subject
from lineage.model import DatasetId, FieldId, Level, Severity
from lineage.plan.model import Plan
from lineage.rule import Evidence, Rule, Unknown
from rules.plan._criteria import criteria
from rules.plan._said import held, unknown, words, wrong
from rules.plan._scope import listed
from rules.source._exposed import fields_hidden

_LEAVES_NOTHING: Final = frozenset({"drop", "redact"})
_HOLD: Final = (Operation(Op.HOLD_LAUNCH, "launch"),)
_FIX: Final = "measure it on what is in scope, or take this into the scope"


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge whether each criterion has its data."""
    for criterion, said in criteria(evidence.plan):
        if not isinstance(said, Mapping):
            continue
        for key in ("of", "needs"):
            for name in words(said.get(key)):
                yield from _judged(evidence, f"acceptance.{criterion}.{key}", criterion, name)


def _judged(evidence: Evidence, leaf: str, criterion: str, name: str) -> Iterator[Judgement]:
    plan = evidence.plan
    dataset_id = next((one.id for one in plan.datasets() if name in (one.id, *_fields(plan, one.id))), None)
    if dataset_id is None:
        return  # a name that is not declared, or a word
    source = plan.dataset(dataset_id).source
    about = Subject(source=source, dataset=dataset_id, field=name if name != dataset_id else None)
    out = [*plan.constraints.denied_sources, *listed(plan, "exclude").get("integrations", ())]
    out += listed(plan, "exclude").get("sources", ())
    if source in out:
        says = f"the criterion {criterion} is measured on {name}, and {source} is out of scope"
        yield wrong(leaf, about, says, _FIX, _HOLD)
    elif name == dataset_id:
        yield held(leaf, about, f"{name} is in scope")
    else:
        yield _of_field(evidence, leaf, about, criterion, FieldId(name))


def _of_field(evidence: Evidence, leaf: str, about: Subject, criterion: str, name: FieldId) -> Judgement:
    field = evidence.plan.field(name)
    dataset = evidence.plan.dataset(DatasetId(name.rpartition(".")[0]))
    if field.mask is not None and field.mask.method in _LEAVES_NOTHING:
        says = f"the criterion {criterion} is measured on {name}, of which the mask {field.mask.method} leaves nothing"
        return wrong(leaf, about, says, _FIX, _HOLD)
    if evidence.ground.catalog.field(dataset.id, field.name) is not None:
        return held(leaf, about, f"{name} is there, and is not masked away", Level.CONFIGURED)
    hidden = fields_hidden(evidence, dataset, field.name)
    if isinstance(hidden, Unknown):
        return unknown(leaf, about, hidden.reason, hidden.settle)
    says = f"the criterion {criterion} is measured on {name}, which the system does not have"
    return wrong(leaf, about, says, _FIX, _HOLD, level=Level.CONFIGURED)


def _fields(plan: Plan, dataset: DatasetId) -> tuple[str, ...]:
    return tuple(str(field.id) for field in plan.dataset(dataset).fields.values())


RULE = Rule(id="plan/criterion-without-data", severity=Severity.BLOCKER, check=check, operations=(Op.HOLD_LAUNCH,))
