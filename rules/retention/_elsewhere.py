"""Where else what a dataset holds is kept: in copies, in copies of these, and in stores of raw content."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lineage.finding import Hop
from lineage.graph import BoundaryNode
from lineage.plan.model import Dataset, Store
from lineage.rule import Evidence

_RAW: Final = "raw"


def kept_elsewhere(evidence: Evidence, dataset: Dataset) -> Iterator[tuple[Dataset | Store, tuple[Hop, ...]]]:
    """Give each place with the shortest way that leads there."""
    told: dict[str, tuple[Dataset | Store, tuple[Hop, ...]]] = {}
    for holder, way in _holders(evidence, dataset, (), frozenset({dataset.id})):
        if holder.id not in told or len(way) < len(told[holder.id][1]):
            told[holder.id] = (holder, way)
    yield from told.values()


def _holders(
    evidence: Evidence, dataset: Dataset, way: tuple[Hop, ...], passed: frozenset[str]
) -> Iterator[tuple[Dataset | Store, tuple[Hop, ...]]]:
    for store in evidence.plan.stores.values():
        if store.content == _RAW and (path := _reached(evidence, dataset, store)):
            yield store, (*way, *path)
    for copy in evidence.plan.datasets():
        if dataset.id in copy.copy_of and copy.id not in passed:
            further = (*way, Hop(dataset.id, copy.id, "copy_of"))
            yield copy, further
            yield from _holders(evidence, copy, further, passed | {copy.id})


def _reached(evidence: Evidence, dataset: Dataset, store: Store) -> tuple[Hop, ...]:
    """Give the way of a field of the dataset to the boundary that a store is named for: `traces` keeps `trace`."""
    for field in dataset.fields.values():
        name = evidence.ground.catalog.physical_field(dataset.id, field.name)
        for reached in evidence.ground.graph.boundaries(name) if name is not None else ():
            if isinstance(reached.node, BoundaryNode) and store.id in {reached.node.id, f"{reached.node.id}s"}:
                return reached.path
    return ()
