"""Nothing says what the workflow does when its context is stale or missing.

Why it matters
--------------
Every feed stops some day.
What happens then is decided in the plan, or by a model that answers from what it has.

What it looks at
----------------
`fresh.when_stale` of each dataset of which a step reads a required field.
An answer is taken at its word: that the workflow does so can only be tried out.

How to fix it
-------------
Declare it: `fresh.when_stale: hold_step`, `say_unknown`, `omit_field`, `drop_record`.
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.finding import Fix, FixKind, Judgement, Op, Operation
from lineage.model import Level, Severity, Verdict
from lineage.plan.answered import is_placeholder
from lineage.plan.model import Plan
from lineage.rule import Evidence, Rule
from rules.freshness._clock import dated
from rules.source._exposed import needing, subject

_ACTS_ALONE = ("trigger", "update")


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge whether each dataset that is needed has a behaviour for the day it is stale."""
    plan = evidence.plan
    for dataset, fresh in dated(plan):
        leaf, about = f"{fresh.path}.when_stale", subject(dataset)
        if fresh.when_stale is not None and not is_placeholder(fresh.when_stale):
            yield Judgement(leaf, Verdict.HELD, Level.ASSERTED, about, f"when it is stale: {fresh.when_stale}")
        elif steps := [step.id for step in needing(plan, dataset)]:
            yield Judgement(
                leaf if fresh.when_stale is not None else fresh.path,
                Verdict.BROKEN,
                Level.ASSERTED,
                about,
                f"nothing says what is done in {' and '.join(steps)} when {dataset.id} is stale or missing",
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
