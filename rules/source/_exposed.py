"""What the workflow needs of a dataset, and which of its records the rollout exposes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from lineage.cells import launch_cells, segment_cells
from lineage.connector import Measure, MeasureKind
from lineage.finding import Actual, Judgement, Op, Operation, Subject
from lineage.model import Level, Name, Verdict
from lineage.plan.model import Dataset, Need, Plan, Source, Step
from lineage.predicate import Predicate
from lineage.rule import Evidence, Ground, Measured, Unknown

NO_RECORD: Final = Unknown("there is no record to judge by", "scan again when there are some")
"""What is true of every record of none is not held: nobody has seen one."""


@dataclass(frozen=True, slots=True)
class Exposed:
    """The records of a dataset that the rollout exposes."""

    cells: tuple[Predicate, ...] | None
    """None: some stage exposes every record that is read."""
    segments: Mapping[str, Predicate]
    """Segment -> its cell, for the segments of the rollout; empty where a stage exposes every record."""


def exposed(plan: Plan, dataset: Dataset) -> Exposed:
    """Give what the rollout exposes of a dataset."""
    cells = launch_cells(plan, dataset)
    if cells is None:
        return Exposed(None, {})
    known = segment_cells(plan, dataset)
    staged = dict.fromkeys(stage.segment for stage in plan.rollout if stage.segment is not None)
    return Exposed(cells, {segment: known[segment] for segment in staged})


def subject(dataset: Dataset, field: str | None = None, segment: str | None = None) -> Subject:
    """Give the subject of a judgement about a dataset, a field or a segment of it."""
    return Subject(
        source=dataset.source,
        dataset=dataset.id,
        field=f"{dataset.id}.{field}" if field is not None else None,
        segment=segment,
    )


def readers(plan: Plan, dataset: Dataset) -> Iterator[Step]:
    """Give the steps that read something of a dataset."""
    return (step for step in plan.steps.values() if step.reads.get(dataset.id))


def needing(plan: Plan, dataset: Dataset) -> Iterator[Step]:
    """Give the steps that cannot go on without a dataset: they read a field of it that is required."""
    for step in readers(plan, dataset):
        if any(plan.field(field).need is Need.REQUIRED for field in step.reads[dataset.id]):
            yield step


def on_path(plan: Plan, dataset: Dataset) -> bool:
    """Whether any step reads the dataset; what no step reads takes nothing out of the launch."""
    return any(True for _ in readers(plan, dataset))


def without(plan: Plan, dataset: Dataset) -> tuple[Operation, ...]:
    """Give the operations that launch without a dataset.

    Where every step that reads anything needs it, its stages are held, which says so best.
    Else it leaves: with its source where no step reads another dataset of that, else field by field.
    """
    if not on_path(plan, dataset):
        return ()
    reading = {step.id for step in plan.steps.values() if any(step.reads.values())}
    if plan.rollout and reading == {step.id for step in needing(plan, dataset)}:
        return tuple(Operation(Op.HOLD_STAGE, stage.id) for stage in plan.rollout)
    return leaving(plan, dataset)


def leaving(plan: Plan, dataset: Dataset) -> tuple[Operation, ...]:
    """Give the operations that take a dataset out: its source, or each of its fields where others are read there."""
    others = (other for other in source_of(plan, dataset).datasets.values() if other.id != dataset.id)
    if any(on_path(plan, other) for other in others):
        return tuple(Operation(Op.DROP_FIELD, field.id) for field in dataset.fields.values())
    return (Operation(Op.DROP_SOURCE, dataset.source),)


def rows(dataset: Dataset) -> Measure:
    """Ask how many records there are."""
    return Measure(dataset.id, MeasureKind.ROWS)


def present(ground: Ground, dataset: Dataset, field: str) -> bool:
    """Whether a field of a dataset is in the catalogue, so that it can be measured."""
    return ground.catalog.field(dataset.id, field) is not None


def among(evidence: Evidence, dataset: Dataset, cells: tuple[Predicate, ...] | None) -> Evidence:
    """Give the evidence on those records of a dataset only for which one of `cells` is true."""
    if cells is None:
        return evidence
    keys = {str(cell) for cell in cells}
    kept = {
        key: tuple(fact for fact in facts if any(holds and name in keys for name, holds in fact.atom))
        for key, facts in evidence.measures.items()
        if key[0] == dataset.id
    }
    return replace(evidence, measures={**evidence.measures, **kept})


def seen_as(evidence: Evidence, dataset: Dataset) -> Name | Unknown:
    """Give the physical name of a dataset; where it was not found, why."""
    name = evidence.ground.catalog.physical(dataset.id)
    if name is not None:
        return name
    otherwise = Unknown("the dataset was not found", f"name one that exists as `reads` of {dataset.id}")
    return evidence.why_unseen(dataset.id, None, ("data",), otherwise)


def open_question(leaf: str, about: Subject, why: Unknown) -> Judgement:
    """Give the judgement of what could not be looked at."""
    return Judgement(leaf, Verdict.UNVERIFIED, Level.ASSERTED, about, why.reason, settle=why.settle)


def counted(measured: Measured, unit: str, method: str, value: float | str | None = None) -> Actual:
    """Give a measured figure with when and how it was taken."""
    shown = measured.value if value is None and isinstance(measured.value, int | float) else value
    return Actual(shown, unit, measured_at=measured.seen.at, method=method, sample=measured.rows)


def source_of(plan: Plan, dataset: Dataset) -> Source:
    """Give the source that a dataset is in."""
    return plan.sources[dataset.source]


def plural(count: float, noun: str) -> str:
    """Give `1 record`, `2 records`."""
    return f"{count:,} {noun}" + ("" if count == 1 else "s")


def percent(share: float) -> str:
    """Give a share as people say it: `65.6 %`; what is short of all or of none is never rounded to it."""
    rounded = f"{100 * share:.3g}"
    if rounded == "100" and share < 1:
        return "99.9 %" if share <= 0.999 else "almost 100 %"
    return f"{rounded} %"


def fields_hidden(evidence: Evidence, dataset: Dataset, field: str) -> Unknown | None:
    """Say why a field that is not in the catalogue may be hidden; None where its absence is proven."""
    system = evidence.ground.catalog.system(dataset.source)
    seen = evidence.ground.catalog.dataset(dataset.id)
    missing_proven = (system is not None and system.complete_catalogue) or (seen is not None and seen.complete_fields)
    name = evidence.ground.catalog.physical(dataset.id)
    seen_at_all = bool(evidence.ground.catalog.fields.get(name)) if name is not None else False
    if missing_proven and seen_at_all:
        return None
    who = system.seen.identity if system is not None and system.seen.identity else "the auditor"
    otherwise = Unknown(
        f"{dataset.id}.{field} is missing or hidden from {who}",
        f"let the auditor see the fields of {dataset.reads}",
    )
    return evidence.why_unseen(dataset.id, field, ("structure",), otherwise)
