"""A trace does not say which version of a document an answer was made from.

Why it matters
--------------
Policies change. A trace that says *refund policy* without its version cannot show whether the customer was told what
held that day.

What it looks at
----------------
Each step with `trace_to` into a dataset that has a `version`, beside the traces of real runs (the connector `otlp`):
every document that a retrieval lists by id must have a version, a revision or an etag beside it. OpenTelemetry's own
convention lists ids and scores only.

How to fix it
-------------
Write the version into the metadata of each retrieved document.
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.finding import Actual, Judgement, Subject
from lineage.model import DatasetId, Level, Severity
from lineage.plan.model import Plan, Step
from lineage.rule import Evidence, Rule
from rules._traces import observed
from rules.plan._said import held, unknown, wrong

_SETTLE = "traces of real runs, as a source of the plan with the connector otlp"


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge each step whose answers must be traced to something that has versions."""
    for step in evidence.plan.steps.values():
        if _versioned(evidence.plan, step):
            yield _judged(evidence, f"{step.path}.trace_to", Subject(step=step.id))


def _versioned(plan: Plan, step: Step) -> bool:
    traced = (plan.dataset(DatasetId(field.rpartition(".")[0])) for field in step.trace_to)
    return any("version" in dataset.extra for dataset in traced)


def _judged(evidence: Evidence, leaf: str, about: Subject) -> Judgement:
    found = observed(evidence)
    if found is None:
        return unknown(leaf, about, "no trace was read that would show versions of documents", _SETTLE)
    sourced = sum(store.sourced for store in found.stores)
    lost = sourced - sum(store.pinned for store in found.stores)
    if not sourced:
        return unknown(leaf, about, f"{found.told} were read, and none lists a document by id", _SETTLE)
    if lost:
        says = f"{lost:,} of {sourced:,} runs list documents without their version"
        fix, actual = "write the version beside the id of each document", Actual(lost, "runs", sample=sourced)
        return wrong(leaf, about, says, fix, level=Level.OBSERVED, actual=actual)
    return held(leaf, about, f"each document of {sourced:,} runs has its version", Level.OBSERVED)


RULE = Rule(id="lineage/unpinned-version", severity=Severity.MEDIUM, check=check)
