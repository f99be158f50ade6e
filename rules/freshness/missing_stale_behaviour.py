"""Nothing says what the workflow does when its context is stale or missing.

Why it matters
--------------
Every feed stops some day.
What happens then is decided in the plan, or by a model that answers from what it has.

What it looks at
----------------
Each required field that a step reads: its own `when_stale`, else the `fresh.when_stale` of its dataset.
One answer for a dataset is enough where it holds for all of its fields; a field that says that its answer is still to
come is not answered by the dataset.
An answer is taken at its word: that the workflow does so can only be tried out.

How to fix it
-------------
Declare it: `fresh.when_stale: hold_step`, `say_unknown`, `omit_field`, `drop_record`; or for one field,
`fields: {plan: {need: required, when_stale: hold_step}}`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from lineage.finding import Fix, FixKind, Judgement, Op, Operation, Subject
from lineage.model import FieldId, Level, Severity, Verdict
from lineage.plan.answered import is_placeholder
from lineage.plan.model import Dataset, Field, Fresh, Need, Plan
from lineage.rule import Evidence, Rule
from rules.source._exposed import readers, subject

_ACTS_ALONE = ("trigger", "update")


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge whether each required field has a behaviour for the day it is stale: its own, or its dataset's."""
    plan = evidence.plan
    for dataset in plan.datasets():
        needed = _needed(plan, dataset)
        for field in dataset.fields.values():
            if field.when_stale is not None:
                yield from _own(plan, dataset, field, needed.get(field.id, ()))
        if dataset.fresh is not None:
            yield from _shared(plan, dataset, dataset.fresh, needed)


def _needed(plan: Plan, dataset: Dataset) -> Mapping[FieldId, tuple[str, ...]]:
    """Give required field -> the steps that read it, in the order of the plan."""
    read = [(step.id, field) for step in readers(plan, dataset) for field in step.reads[dataset.id]]
    return {
        field.id: steps
        for field in dataset.fields.values()
        if field.need is Need.REQUIRED and (steps := tuple(step for step, one in read if one == field.id))
    }


def _own(plan: Plan, dataset: Dataset, field: Field, steps: Sequence[str]) -> Iterator[Judgement]:
    leaf, about = f"{field.path}.when_stale", subject(dataset, field.name)
    if not is_placeholder(field.when_stale or ""):
        yield Judgement(leaf, Verdict.HELD, Level.ASSERTED, about, f"when it is stale: {field.when_stale}")
    elif steps:
        yield _broken(plan, leaf, about, steps, f"{field.id} is")


def _shared(
    plan: Plan, dataset: Dataset, fresh: Fresh, needed: Mapping[FieldId, tuple[str, ...]]
) -> Iterator[Judgement]:
    """Judge the answer of a dataset: it is needed by the fields that have none of their own."""
    leaf, about = f"{fresh.path}.when_stale", subject(dataset)
    left = [plan.field(one) for one in needed if plan.field(one).when_stale is None]
    if fresh.when_stale is not None and not is_placeholder(fresh.when_stale):
        yield Judgement(leaf, Verdict.HELD, Level.ASSERTED, about, f"when it is stale: {fresh.when_stale}")
    elif left:
        steps = [step.id for step in readers(plan, dataset) if any(step.id in needed[field.id] for field in left)]
        names = " and ".join(field.name for field in left)
        what = f"{dataset.id} is" if len(left) == len(needed) else f"{names} of {dataset.id} {_is(left)}"
        yield _broken(plan, leaf if fresh.when_stale is not None else fresh.path, about, steps, what)


def _is(fields: Sequence[Field]) -> str:
    return "is" if len(fields) == 1 else "are"


def _broken(plan: Plan, leaf: str, about: Subject, steps: Sequence[str], what: str) -> Judgement:
    return Judgement(
        leaf,
        Verdict.BROKEN,
        Level.ASSERTED,
        about,
        f"nothing says what is done in {' and '.join(steps)} when {what} stale or missing",
        operations=_downgraded(plan),
        fixes=(Fix(FixKind.PLAN, "declare what happens then", "when_stale: say_unknown", effort="minutes"),),
    )


def _downgraded(plan: Plan) -> tuple[Operation, ...]:
    """Give the actions that nobody approves: they would act on stale context."""
    return tuple(
        Operation(Op.DOWNGRADE_ACTION, action.id)
        for action in plan.actions.values()
        if action.allowed and action.level in _ACTS_ALONE and action.approval_by is None
    )


RULE = Rule(
    id="freshness/missing-stale-behaviour",
    severity=Severity.HIGH,
    check=check,
    operations=(Op.DOWNGRADE_ACTION,),
)
