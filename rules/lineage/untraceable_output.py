"""An output cannot be traced to the records that it was made from.

Why it matters
--------------
A reviewer who is shown an answer without its sources can only believe it or write it anew. When it does harm, nobody
can say which document said so.

What it looks at
----------------
Each step with `trace_to`, beside the traces of real runs (the connector `otlp`): in every run in which a model was
called, a retrieval must list by id what it found. Without traces it stays unverified.

How to fix it
-------------
Record the ids of the documents with each retrieval: `gen_ai.retrieval.documents`, or OpenInference's
`retrieval.documents.N.document.id`.
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.finding import Actual, Judgement, Op, Operation, Subject
from lineage.model import Level, Severity
from lineage.plan.model import Plan
from lineage.rule import Evidence, Rule
from rules._traces import observed
from rules.plan._said import held, unknown, wrong

_CHANGES = frozenset({"draft", "trigger", "update"})
_SETTLE = "traces of real runs, as a source of the plan with the connector otlp"


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge each step whose answers must be traced."""
    for step in evidence.plan.steps.values():
        if step.trace_to:
            yield _judged(evidence, f"{step.path}.trace_to", Subject(step=step.id))


def _judged(evidence: Evidence, leaf: str, about: Subject) -> Judgement:
    found = observed(evidence)
    if found is None:
        return unknown(leaf, about, "no trace was read that would show what outputs were made from", _SETTLE)
    answered = sum(store.answered for store in found.stores)
    lost = answered - sum(store.sourced for store in found.stores)
    if not answered:
        return unknown(leaf, about, f"{found.told} were read, and no model was called in them", _SETTLE)
    if not lost:
        says = f"each of {answered:,} runs that called a model lists by id what was retrieved"
        return held(leaf, about, says, Level.OBSERVED)
    says = f"{lost:,} of {answered:,} runs that called a model list no id of what was retrieved"
    if not found.whole:
        return unknown(leaf, about, f"{says}, in traces that were not read whole", _SETTLE)
    return wrong(
        leaf,
        about,
        says,
        "record the ids of the documents with each retrieval",
        tuple(_reviewed(evidence.plan)),
        level=Level.OBSERVED,
        actual=Actual(lost, "runs", sample=answered),
        effort="days",
    )


def _reviewed(plan: Plan) -> Iterator[Operation]:
    for action in plan.actions.values():
        if action.allowed and action.level in _CHANGES:
            yield Operation(Op.DOWNGRADE_ACTION, action.id)


RULE = Rule(id="lineage/untraceable-output", severity=Severity.HIGH, check=check, operations=(Op.DOWNGRADE_ACTION,))
