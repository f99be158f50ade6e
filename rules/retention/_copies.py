"""Which datasets are copies of which, and by what field a copy's record leads back to the original's key."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lineage.connector import Columns, Compare, CompareKind
from lineage.model import DatasetId
from lineage.plan.model import Dataset, Plan
from lineage.rule import Ground


@dataclass(frozen=True, slots=True)
class Copy:
    """A dataset that the plan calls a copy, and the originals that it is made from."""

    dataset: Dataset
    originals: tuple[Dataset, ...]

    @property
    def back(self) -> str | None:
        """The field of the copy that holds the original's key; None where none is declared."""
        if self.dataset.key_back is not None:
            return self.dataset.key_back
        joins = [
            field.name
            for field in self.dataset.fields.values()
            if field.joins is not None and DatasetId(field.joins.rpartition(".")[0]) in self.dataset.copy_of
        ]
        if joins:
            return joins[0]
        # A whole copy keeps the key under its own name.
        keys = {original.key for original in self.originals}
        return self.dataset.key[0] if len(self.dataset.key) == 1 and keys == {self.dataset.key} else None

    def residue(self, ground: Ground) -> Compare | None:
        """Ask for the copy's records whose key no original has; None where no key leads back."""
        back = self.back
        if back is None or any(len(original.key) != 1 for original in self.originals):
            return None
        clock = next((one for one in self._clocks() if ground.catalog.field(self.dataset.id, one)), None)
        zone = self.dataset.fresh.zone if self.dataset.fresh and self.dataset.fresh.clock == clock else None
        left = Columns(self.dataset.id, (back,), clock=clock, zone=zone)
        return Compare(CompareKind.MISSING, left, tuple(Columns(one.id, one.key) for one in self.originals))

    def _clocks(self) -> Iterator[str]:
        if self.dataset.keep is not None and self.dataset.keep.since is not None:
            yield self.dataset.keep.since
        if self.dataset.fresh is not None:
            yield self.dataset.fresh.clock


def copies(plan: Plan) -> Iterator[Copy]:
    """Give every copy that the plan declares."""
    for dataset in plan.datasets():
        if dataset.copy_of:
            yield Copy(dataset, tuple(plan.dataset(original) for original in dataset.copy_of))
