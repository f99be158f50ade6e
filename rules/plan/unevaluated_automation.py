"""Something runs by itself and no evaluation covers it.

Why it matters
--------------
Where no person looks at each output, the evaluation is the only one who ever looked.

What it looks at
----------------
Each step whose `autonomy` is `independent` and that prompts a model (`to`) or writes an output: its own `eval`, or the
`suite` of an acceptance criterion. A suite that is named as a file must lie below the plan's folder.
A step that only reads for others is covered with the step that uses it.

How to fix it
-------------
Name the evaluation that covers the step, or have a person approve what it does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from lineage.finding import Judgement, Op, Operation, Subject
from lineage.model import Level, Severity
from lineage.plan.model import Plan, Step
from lineage.rule import Evidence, Rule
from rules.plan._criteria import criteria
from rules.plan._said import held, there, told, unsaid, wrong

_ALONE: Final = frozenset({"independent", "autonomous", "automatic", "auto", "full", "unattended"})


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge each step that runs by itself."""
    for step in evidence.plan.steps.values():
        if (step.autonomy or "").strip().casefold() in _ALONE and (step.writes or step.to):
            yield _judged(evidence, step)


def _judged(evidence: Evidence, step: Step) -> Judgement:
    leaf, about = f"{step.path}.autonomy", Subject(step=step.id)
    downgrade = tuple(Operation(Op.DOWNGRADE_ACTION, name) for name in step.writes or (step.id,))
    suites = tuple(_suites(evidence.plan, step))
    found = [there(evidence, path) for path in suites]
    if not suites:
        says = f"the step {step.id} runs by itself, and no evaluation covers it"
        return unsaid(leaf, about, says, f"name the evaluation: {step.path}.eval", downgrade, effort="days")
    if found and all(one is False for one in found):
        says = f"the evaluation of the step {step.id} is a file that is not below the plan's folder"
        return wrong(leaf, about, says, "put the evaluation where the plan says", downgrade, level=Level.OBSERVED)
    level = Level.CONFIGURED if True in found else Level.ASSERTED
    return held(leaf, about, f"an evaluation is named: {', '.join(suites)}", level)


def _suites(plan: Plan, step: Step) -> Iterator[str]:
    """Give where the plan names evaluations that cover a step."""
    if told(plan.answer(f"{step.path}.eval")):
        yield f"{step.path}.eval"
    for name, said in criteria(plan):
        if isinstance(said, Mapping) and told(said.get("suite")):
            yield f"acceptance.{name}.suite"


RULE = Rule(id="plan/unevaluated-automation", severity=Severity.HIGH, check=check, operations=(Op.DOWNGRADE_ACTION,))
