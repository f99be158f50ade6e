"""Which datasets are copies of which, and by what field a copy's record leads back to the original's key."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from lineage.catalog import Catalog
from lineage.connector import Columns, Compare, CompareKind
from lineage.facts import CompareFact
from lineage.model import DatasetId
from lineage.plan.model import Dataset, Plan
from lineage.rule import Ground, Unknown
from rules.switching._indexes import indexes

NOT_THE_KEY: Final = Unknown(
    "the plan names no key back, and the field that is named like one holds no key of its originals",
    "declare `key_back`",
)
_USUAL: Final = (
    *("doc_id", "document_id", "docid", "source_id", "source_doc_id", "ref_doc_id", "parent_id", "record_id"),
    *("article_id", "file_id", "page_id", "source"),
)
"""Names by which pipelines keep the key of the record that a chunk is made from."""


@dataclass(frozen=True, slots=True)
class Copy:
    """A dataset that the plan calls a copy, and the originals that it is made from."""

    dataset: Dataset
    originals: tuple[Dataset, ...]
    detected: str | None = None
    """The field of an index that leads back by its name, where the plan names none."""

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
        whole = len(self.dataset.key) == 1 and keys == {self.dataset.key}
        return self.dataset.key[0] if whole else self.detected

    def residue(self, ground: Ground) -> Compare | None:
        """Ask for the copy's records whose key no original has; None where no key leads back."""
        back = self.back
        if back is None or any(len(original.key) != 1 for original in self.originals):
            return None
        clock = next((one for one in self._clocks() if ground.catalog.field(self.dataset.id, one)), None)
        zone = self.dataset.fresh.zone if self.dataset.fresh and self.dataset.fresh.clock == clock else None
        left = Columns(self.dataset.id, (back,), clock=clock, zone=zone)
        return Compare(CompareKind.MISSING, left, tuple(Columns(one.id, one.key) for one in self.originals))

    def unproved(self, found: CompareFact) -> bool:
        """Say whether the way back was detected by a name alone, and no record has a key of an original."""
        return self.back is self.detected is not None and found.keyed > 0 and found.common == 0

    def _clocks(self) -> Iterator[str]:
        if self.dataset.keep is not None and self.dataset.keep.since is not None:
            yield self.dataset.keep.since
        if self.dataset.fresh is not None:
            yield self.dataset.fresh.clock


def copies(plan: Plan, catalog: Catalog | None = None) -> Iterator[Copy]:
    """Give every copy that the plan declares; with a catalogue, the way back from an index is looked for there too."""
    known = {index.id for index in indexes(plan)} if catalog is not None else set()
    for dataset in plan.datasets():
        if dataset.copy_of:
            originals = tuple(plan.dataset(original) for original in dataset.copy_of)
            found = _likely(catalog, dataset, originals) if catalog is not None and dataset.id in known else None
            yield Copy(dataset, originals, found)


def _likely(catalog: Catalog, dataset: Dataset, originals: tuple[Dataset, ...]) -> str | None:
    """Give the field of an index that is named as a key of documents is: the originals' own key, else a usual name.

    What a name promises is not proved: a rule that compares by it must find keys that both have.
    """
    name = catalog.physical(dataset.id)
    there = {path[0] for path in catalog.fields.get(name, {}) if len(path) == 1} if name is not None else set()
    named = {field.column: field.name for field in dataset.fields.values()}
    own = [key for original in originals for key in original.key if key not in {"id", *dataset.key}]
    about = [f"{original.name.removesuffix('s')}_id" for original in originals]
    found = next((one for one in (*own, *about, *_USUAL) if one in there and one not in dataset.key), None)
    return None if found is None else named.get((found,), found)
