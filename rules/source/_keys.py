"""Whether fields tell the records of a dataset apart: what the system promises, and what is asked where it does not."""

from __future__ import annotations

from collections.abc import Sequence

from lineage.connector import Measure, MeasureKind
from lineage.plan.model import Dataset
from lineage.rule import Ground


def constrained(ground: Ground, dataset: Dataset, fields: Sequence[str]) -> bool:
    """Whether the system itself holds the fields to be unique: a primary key, or a unique key that is never null."""
    seen = ground.catalog.dataset(dataset.id)
    declared = {ground.catalog.physical_field(dataset.id, field) for field in fields}
    held = {seen.name.at(column) for column in seen.key} if seen else set()
    return bool(held) and held <= declared


def repeats(dataset: Dataset, fields: Sequence[str]) -> Measure:
    """Ask for the records more than there are different keys."""
    return Measure(dataset.id, MeasureKind.REPEATS, fields[0], also=tuple(fields[1:]))
