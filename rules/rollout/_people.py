"""How many records, and how many people, a stage of the rollout exposes."""

from __future__ import annotations

from typing import Final

from lineage.cells import segment_cells
from lineage.model import DatasetId
from lineage.plan.model import Dataset, Plan, Stage
from lineage.predicate import Predicate

_OF_PEOPLE: Final = frozenset({"person", "name", "email", "phone", "user", "contact", "customer", "employee"})


def exposed_by(plan: Plan, stage: Stage) -> tuple[Dataset, tuple[Predicate, ...] | None] | None:
    """Give the dataset whose records a stage counts, and its cells (None: all); None where the plan does not tell."""
    if stage.segment is not None and stage.segment in plan.segments:
        dataset = plan.dataset(plan.segments[stage.segment].of)
        return dataset, (segment_cells(plan, dataset)[stage.segment],)
    told_by = {segment.of for segment in plan.segments.values()} or set(_referred_to(plan))
    return (plan.dataset(next(iter(told_by))), None) if len(told_by) == 1 else None


def is_of_people(plan: Plan, dataset: Dataset) -> bool:
    """Whether a record is a person: other datasets refer to it, or it holds what people are reached by."""
    if dataset.id in _referred_to(plan):
        return True
    kinds = {(field.sensitive or "").lower() for field in dataset.fields.values() if field.joins is None}
    return bool(kinds & _OF_PEOPLE)


def _referred_to(plan: Plan) -> frozenset[DatasetId]:
    joins = (field.joins for field in plan.fields() if field.joins is not None)
    return frozenset(DatasetId(joined.rpartition(".")[0]) for joined in joins)
