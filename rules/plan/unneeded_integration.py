"""A source is declared that no step needs.

Why it matters
--------------
Every source costs a login, a review, a contract and an outage that somebody must answer for.
One that nothing needs is reach without use.

What it looks at
----------------
The plan: whether any field of the source is used, or a dataset of it is copied into one that a step reads, or lineage
shows that it flows to a step.
What tells of the workflow or of another source (traces, logs of queries, run events, dbt's artifacts, templates of
prompts, servers of tools) is read by the audit, not by a step: it is needed for what it shows.

How to fix it
-------------
Take the source out of the plan and take the login away, or let the step that needs it read it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lineage.finding import Actual, Fix, FixKind, Judgement, Op, Operation, Subject
from lineage.model import Level, Severity, Verdict
from lineage.plan.model import Source
from lineage.rule import Evidence, Rule
from rules.plan._uses import copies, datasets_read, uses

_TELLING: Final = frozenset({"dbt", "mcp_tools", "openlineage", "otlp", "pg_statements", "prompts", "query_log"})
"""Connectors of what is evidence of something else."""


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge whether each source is needed."""
    used = {field_id.partition(".")[0] for field_id, use in uses(evidence.plan).items() if use.by_workflow}
    for source in evidence.plan.sources.values():
        about = Subject(source=source.id)
        if not evidence.plan.steps:
            yield Judgement(
                source.path,
                Verdict.UNVERIFIED,
                Level.ASSERTED,
                about,
                "the plan has no step that could need it",
                settle="declare what each step reads",
            )
        elif source.id in used or _copied(evidence, source) or _flows(evidence, source):
            yield Judgement(source.path, Verdict.HELD, Level.ASSERTED, about, "a step needs it")
        elif source.kind in _TELLING:
            says = "it is read for what it shows of the workflow, or of what other sources hold"
            yield Judgement(source.path, Verdict.HELD, Level.ASSERTED, about, says)
        else:
            yield _unneeded(source, about)


def _copied(evidence: Evidence, source: Source) -> bool:
    read = datasets_read(evidence.plan)
    return any(copy in read for dataset in source.datasets.values() for copy in copies(evidence.plan, dataset.id))


def _flows(evidence: Evidence, source: Source) -> bool:
    catalog, graph = evidence.ground.catalog, evidence.ground.graph
    physical = (
        catalog.physical_field(dataset.id, name) for dataset in source.datasets.values() for name in dataset.fields
    )
    return any(graph.steps(name) for name in physical if name is not None)


def _unneeded(source: Source, about: Subject) -> Judgement:
    fields = sum(len(dataset.fields) for dataset in source.datasets.values())
    return Judgement(
        source.path,
        Verdict.BROKEN,
        Level.ASSERTED,
        about,
        f"no step needs {source.id}",
        Actual(fields, "fields without use"),
        operations=(Operation(Op.DROP_SOURCE, source.id),),
        fixes=(Fix(FixKind.PLAN, f"take {source.id} out of the plan and its login away", effort="hours"),),
        # It stands for a `plan/unused-field` of each of its fields, which are folded into it, and weighs as much.
        severity=Severity.HIGH,
    )


RULE = Rule(
    id="plan/unneeded-integration",
    severity=Severity.MEDIUM,
    check=check,
    operations=(Op.DROP_SOURCE,),
    subsumes=("plan/unused-field",),
)
