"""What a plan needs of a system through an identity: the fields that it declares for it, by their physical names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from lineage.model import DatasetKind, Name
from lineage.plan.model import Dataset, Need, Source
from lineage.rule import Ground


def needed_fields(ground: Ground, source: Source) -> Mapping[Name, frozenset[tuple[str, ...]]]:
    """Give dataset -> needed columns, in every source that reads the same system as the same identity."""
    found: defaultdict[Name, set[tuple[str, ...]]] = defaultdict(set)
    system = ground.catalog.system(source.id)
    for other in ground.plan.sources.values():
        there = ground.catalog.system(other.id)
        if other.identity != source.identity or there is None or system is None or there.namespace != system.namespace:
            continue
        for dataset in other.datasets.values():
            if name := ground.catalog.physical(dataset.id):
                found[name].update(field.column for field in dataset.fields.values() if field.need is not Need.NONE)
                found[name].update(_promised(ground, dataset))
    # In order, so that fixes spell it so: sorting it for each of a thousand findings takes longer than to find them.
    return {name: frozenset(found[name]) for name in sorted(found)}


def _promised(ground: Ground, dataset: Dataset) -> Iterator[tuple[str, ...]]:
    """Give the key and the clocks that a dataset's promises rest on: named by the plan, if not as fields."""
    clocks = (dataset.fresh.clock if dataset.fresh else None, dataset.keep.since if dataset.keep else None)
    for name in (*dataset.key, *clocks):
        found = ground.catalog.physical_field(dataset.id, name) if name else None
        if found is not None:
            yield found.field


def partitions_of(ground: Ground, declared: Iterable[Name]) -> Iterator[tuple[Name, Name]]:
    """Give (partition, declared table that it is a part of, at any depth)."""
    wanted = frozenset(declared)
    for name, fact in ground.catalog.datasets.items():
        if fact.kind is not DatasetKind.PARTITION and fact.parent is None:
            continue
        above, seen = fact.parent, {name}
        while above is not None and above not in seen:
            if above in wanted and name not in wanted:
                yield name, above
                break
            seen.add(above)
            parent = ground.catalog.datasets.get(above)
            above = parent.parent if parent else None
