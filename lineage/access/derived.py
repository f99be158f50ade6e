"""What is read through something else: the base fields of a view that is open, the rows of a partitioned table.

The base itself stays closed; a chain says what is read instead and what survives of the field there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from lineage.access.grants import Grants
from lineage.access.model import Chain, Door
from lineage.finding import Hop
from lineage.model import DatasetKind, Exposure, Name


@dataclass(frozen=True, slots=True)
class Behind:
    """A field that is read when another one is."""

    name: Name
    exposure: Exposure
    hops: tuple[Hop, ...]
    doors: frozenset[Door]


def behind(grants: Grants, field: Name) -> Iterator[Behind]:
    """Give the fields whose values are read by reading `field`, each by its most exposed way."""
    best: dict[Name, Exposure] = {field: Exposure.RAW}
    stack = [(Behind(field, Exposure.RAW, (), frozenset()), False)]
    found: dict[Name, Behind] = {}
    while stack:
        here, upward = stack.pop()
        for step, climbs in _steps(grants, here.name, upward=upward):
            exposure = max(here.exposure, step.exposure, key=lambda item: item.rank)
            if step.name in best and best[step.name].rank <= exposure.rank:
                continue
            best[step.name] = exposure
            found[step.name] = Behind(step.name, exposure, here.hops + step.hops, here.doors | step.doors)
            stack.append((found[step.name], climbs))
    yield from found.values()


def chain_behind(opened: Chain, through: Name, step: Behind) -> Chain:
    """Give the chain of a field that is read by a dataset which `opened` opens."""
    return replace(
        opened,
        hops=opened.hops + step.hops,
        doors=opened.doors | step.doors,
        direct=False,
        through=through,
        exposure=step.exposure,
    )


def _steps(grants: Grants, field: Name, *, upward: bool) -> Iterator[tuple[Behind, bool]]:
    """Give the next fields; having climbed from a partition to its table, the table's other partitions stay closed."""
    dataset = field.dataset
    fact = grants.datasets.get(dataset)
    if fact is None:
        return
    copy = frozenset({Door.COPY})
    if fact.parent is not None:
        parent = fact.parent.at(*field.field)
        yield Behind(parent, Exposure.RAW, (Hop(field.short, parent.short, "is a partition of"),), copy), True
    if upward:
        return
    for partition in grants.partitions.get(dataset, ()):
        part = partition.at(*field.field)
        yield Behind(part, Exposure.RAW, (Hop(field.short, part.short, "has the partition"),), copy), False
    match fact.kind:
        case DatasetKind.VIEW:
            owner = f"view, reads as {fact.owner}" if fact.runs_as_owner else "view, reads as its reader"
            by, doors = owner, frozenset({Door.VIEW})
        case DatasetKind.MATERIALIZED_VIEW:
            by, doors = "copy of", copy
        case _:
            by, doors = "derives from", copy
    for source, exposure in grants.sources.get(field, {}).items():
        yield Behind(source, exposure, (Hop(field.short, source.short, by),), doors), False
