"""A legal hold: records that must not be deleted for now, whatever their limit says."""

from __future__ import annotations

from dataclasses import dataclass

from lineage.model import DatasetId, FieldId
from lineage.predicate import Predicate


@dataclass(frozen=True, slots=True)
class Hold:
    """Records that must not be deleted for now."""

    id: str
    path: str
    of: DatasetId
    where: Predicate | None = None
    """None with no list either: every record of the dataset."""
    listed: FieldId | None = None
    """The field that lists the keys of what is held."""
    until: str | None = None
    """The last day, as the plan writes it."""
