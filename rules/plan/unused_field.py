"""A declared field is used by nothing.

Why it matters
--------------
What is read without need can leak without need: it widens the rights that the workflow asks for, and a reviewer must
ask what it is for.
Data that is not needed should not be there (minimisation).

What it looks at
----------------
The plan: what steps read and are traced to, keys, joins, clocks, the fields that retention counts from, the predicates
of datasets, segments and commitments, and the metrics of the outcome and of acceptance.
Where every step that reads a field builds a prompt from templates that were read in whole, one of them must use it.
A field that is copied, or flows through a view, into something that a step reads is left to `lineage/dead-end-field`.
A plan without steps uses nothing yet, so that nothing is known.

How to fix it
-------------
Take the field out of the plan and out of the workflow's rights, or let the step that needs it read it.
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.finding import Fix, FixKind, Judgement, Op, Operation, Subject
from lineage.model import FieldId, Level, Severity, Verdict
from lineage.plan.model import Dataset, Field, Need, Step
from lineage.rule import Evidence, Rule
from rules.plan._templates import taken
from rules.plan._uses import copies, datasets_read, uses, uses_besides_reads


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge whether each declared field is used."""
    plan = evidence.plan
    used, read, templated = uses(plan), datasets_read(plan), _in_no_template(evidence)
    for dataset in plan.datasets():
        copied = any(copy in read for copy in copies(plan, dataset.id))
        for field in dataset.fields.values():
            leaf, about = f"{field.path}.need", Subject(source=dataset.source, dataset=dataset.id, field=field.id)
            if field.id in templated:
                yield _unused(dataset, field, about, templated[field.id])
            elif (use := used.get(field.id)) is not None:
                yield Judgement(leaf, Verdict.HELD, Level.ASSERTED, about, f"it is used: {use.what}")
            elif not plan.steps:
                yield Judgement(
                    leaf,
                    Verdict.UNVERIFIED,
                    Level.ASSERTED,
                    about,
                    "the plan has no step that could use it",
                    settle="declare what each step reads",
                )
            elif not copied and not _flows(evidence, field):
                yield _unused(dataset, field, about)


def _flows(evidence: Evidence, field: Field) -> bool:
    dataset, _, name = field.id.rpartition(".")
    physical = evidence.ground.catalog.physical_field(dataset, name)
    return physical is not None and bool(evidence.ground.graph.steps(physical))


def _in_no_template(evidence: Evidence) -> dict[FieldId, tuple[str, ...]]:
    """Give the fields that only steps with templates read, and that no template of them uses, with these steps."""
    plan, readers = evidence.plan, dict[FieldId, list[Step]]()
    for step in plan.steps.values():
        for fields in step.reads.values():
            for one in fields:
                readers.setdefault(one, []).append(step)
    templated = {step.id: taken(evidence, step) for step in plan.steps.values() if step.templates}
    if not templated:
        return {}
    # What one step reads, the templates of those after it may use.
    in_use = {one for found in templated.values() for one in found.fields} | uses_besides_reads(plan)
    sure = all(not found.unread for found in templated.values())
    return {
        one: tuple(step.id for step in steps)
        for one, steps in readers.items()
        if sure and one not in in_use and plan.field(one).need is not Need.JOIN and all(s.templates for s in steps)
    }


def _unused(dataset: Dataset, field: Field, about: Subject, templated: tuple[str, ...] = ()) -> Judgement:
    if templated:
        steps = " and ".join(f"step {step}" for step in templated)
        says = f"{steps} reads {field.name} of {dataset.id}, and no template uses it"
    else:
        says = f"no step reads {field.name} of {dataset.id} and nothing else in the plan uses it"
    sensitive = f", and it is {field.sensitive}" if field.sensitive else ""
    return Judgement(
        f"{field.path}.need",
        Verdict.BROKEN,
        Level.ASSERTED,
        about,
        f"{says}{sensitive}",
        operations=(Operation(Op.DROP_FIELD, field.id),),
        fixes=(Fix(FixKind.PLAN, "take it out of the plan, or let the step that needs it read it", effort="minutes"),),
    )


RULE = Rule(id="plan/unused-field", severity=Severity.HIGH, check=check, operations=(Op.DROP_FIELD,))
