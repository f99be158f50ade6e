"""Which records say that they are replaced, or are named by another record as what it replaces.

Documents, tables of documents and indexes keep it in one of three ways: `superseded` is true, `superseded_by` names the
newer one, `supersedes` of the newer one names the older one's key. Nothing has to be declared: a system that has such a
field says it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from lineage.connector import Measure, MeasureKind
from lineage.model import FieldId
from lineage.plan.model import Dataset
from lineage.predicate import Predicate
from lineage.rule import Evidence, Ground, Measured, Unknown
from rules.source._exposed import present

_TOLD: Final = ("superseded", "is_superseded")
_BY: Final = ("superseded_by", "replaced_by")
_NAMES: Final = ("supersedes", "replaces")


@dataclass(frozen=True, slots=True)
class Way:
    """A field that says which records are replaced, and how they are counted by it."""

    field: str
    measures: tuple[Measure, ...]
    counts_others: bool
    """`measures` count what is not replaced, so that it is taken from all records."""
    strays: Measure | None = None
    """Asks for the names that are the key of no record: it is gone, or several stand in one value."""

    @property
    def by_key(self) -> bool:
        """Another record names the key of what it replaces: it may not be in force yet."""
        return any(measure.kind is MeasureKind.ORPHANS for measure in self.measures)


def ways(ground: Ground, dataset: Dataset) -> Iterator[Way]:
    """Give the fields of a dataset that say which of its records are replaced."""
    flags = [name for name in _TOLD if _is_flag(ground, dataset, name)]
    for name in flags:
        yield Way(name, (Measure(dataset.id, MeasureKind.OUTSIDE, name, values=(False,)),), counts_others=False)
    if flags:
        # Where documents are read, the flag already says what the other keys do.
        return
    for name in (name for name in _BY if present(ground, dataset, name)):
        asked = tuple(Measure(dataset.id, kind, name) for kind in _empty(ground, dataset, name))
        yield Way(name, asked, counts_others=True)
    for name in (name for name in _NAMES if present(ground, dataset, name)):
        if len(dataset.key) == 1 and present(ground, dataset, dataset.key[0]):
            to = FieldId(f"{dataset.id}.{name}")
            orphans = Measure(dataset.id, MeasureKind.ORPHANS, dataset.key[0], of=to)
            strays = Measure(dataset.id, MeasureKind.ORPHANS, name, of=FieldId(f"{dataset.id}.{dataset.key[0]}"))
            asked = (orphans, Measure(dataset.id, MeasureKind.NULLS, dataset.key[0]))
            yield Way(name, asked, counts_others=True, strays=strays)


def replaced(evidence: Evidence, way: Way, cells: tuple[Predicate, ...] | None) -> Measured | Unknown:
    """Count the records that a field says are replaced."""
    counted: list[Measured] = []
    for measure in way.measures:
        measured = evidence.measured(measure, cells)
        if isinstance(measured, Unknown):
            return measured
        counted.append(measured)
    found = sum(one.value for one in counted if isinstance(one.value, int))
    return replace(counted[0], value=max(0, counted[0].rows - found) if way.counts_others else found)


def _is_flag(ground: Ground, dataset: Dataset, name: str) -> bool:
    seen = ground.catalog.field(dataset.id, name)
    return seen is not None and seen.type.casefold().startswith("bool")


def _empty(ground: Ground, dataset: Dataset, name: str) -> tuple[MeasureKind, ...]:
    seen = ground.catalog.field(dataset.id, name)
    text = seen is not None and any(part in seen.type.casefold() for part in ("char", "text", "string"))
    return (MeasureKind.NULLS, MeasureKind.BLANKS) if text else (MeasureKind.NULLS,)
