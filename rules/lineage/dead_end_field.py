"""A declared field reaches no step, although what it is copied into is read.

Why it matters
--------------
The plan counts on the field: it is declared at the origin, and a copy of the origin is read.
If the copy leaves it out, the workflow works without what it was promised, and nobody sees a missing column.

What it looks at
----------------
Fields that no step reads directly, of datasets that others are declared `copy_of` and that steps read.
The lineage graph says whether the field flows into the copy: edges from views, jobs and run events.
Where the graph does not know how the copy is made, nothing is known.
Fields that nothing uses at all are `plan/unused-field`.

How to fix it
-------------
Carry the field into the copy, or take it out of the plan.
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.finding import Fix, FixKind, Hop, Judgement, Op, Operation, Subject
from lineage.model import DatasetId, Level, Severity, Verdict
from lineage.plan.model import Dataset, Field, Need
from lineage.rule import Evidence, Rule
from rules.lineage._followed import not_followed, physical
from rules.plan._uses import copies, datasets_read, uses


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge whether what is declared at the origin of a copy arrives in it."""
    plan = evidence.plan
    used, read = uses(plan), datasets_read(plan)
    for dataset in plan.datasets():
        copied = [copy for copy in copies(plan, dataset.id) if copy in read]
        for field in dataset.fields.values():
            if copied and field.id not in used and field.need is not Need.NONE:
                yield _judged(evidence, dataset, field, copied)


def _judged(evidence: Evidence, dataset: Dataset, field: Field, copied: list[DatasetId]) -> Judgement:
    leaf, about = f"{field.path}.need", Subject(source=dataset.source, dataset=dataset.id, field=field.id)
    name, into = physical(evidence, field), " and ".join(copied)
    steps = evidence.ground.graph.steps(name) if name is not None else ()
    if steps:
        says = f"it reaches {' and '.join(f'step {step}' for step in steps)} through {into}"
        return Judgement(leaf, Verdict.HELD, Level.CONFIGURED, about, says)
    unknown = [copy for copy in copied if not _known(evidence, copy)]
    if name is None or unknown:
        return Judgement(
            leaf,
            Verdict.UNVERIFIED,
            Level.ASSERTED,
            about,
            f"how {' and '.join(unknown) or into} is made from {dataset.id} was not seen",
            settle="a view, a job or run events that say how the copy is made",
        )
    return Judgement(
        leaf,
        Verdict.BROKEN,
        Level.CONFIGURED,
        about,
        f"{field.name} of {dataset.id} does not flow into {into}, so that no step can see it",
        path=tuple(Hop(dataset.id, copy, "copy of") for copy in copied),
        operations=(Operation(Op.DROP_FIELD, field.id),),
        fixes=(Fix(FixKind.CODE, f"carry {field.name} into {into}, or take it out of the plan", effort="hours"),),
    )


def _known(evidence: Evidence, copy: DatasetId) -> bool:
    """Whether the graph knows where the read fields of a copy come from."""
    dataset = evidence.plan.dataset(copy)
    read = [field for field in dataset.fields.values() if field.need is not Need.NONE]
    names = [name for field in read if (name := physical(evidence, field)) is not None]
    followed = any(True for name in names for _ in evidence.ground.graph.ancestors(name))
    return followed and len(names) == len(read) and not_followed(evidence, dataset, read) is None


RULE = Rule(id="lineage/dead-end-field", severity=Severity.MEDIUM, check=check, operations=(Op.DROP_FIELD,))
