"""Which raw field a masked one stands for, and by which key the two are joined, for `Examine`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from lineage.connector import Examine, ExamineKind, Part
from lineage.graph import FieldNode
from lineage.model import Exposure, Name
from lineage.plan.model import Dataset, Field
from lineage.rule import Ground

_MOST_ALONE: Final = 0.05


def masked_pairs(ground: Ground) -> Iterator[tuple[Dataset, Field, Examine]]:
    """Give every masked field whose raw values can be named, with what must be examined."""
    for dataset in ground.plan.datasets():
        for field in dataset.fields.values():
            if field.mask is not None and (found := masked_pair(ground, dataset, field)) is not None:
                yield dataset, field, found


def masked_pair(ground: Ground, dataset: Dataset, field: Field) -> Examine | None:
    """Give what must be examined to know whether a mask works; None where no raw field is known, or none is masked.

    Raw is what the field derives from, or the field of that name in what its dataset is declared to be a copy of.
    """
    masked = ground.catalog.physical_field(dataset.id, field.name)
    if field.mask is None or masked is None or ground.catalog.field(dataset.id, field.name) is None:
        return None
    raw, keys = _derived(ground, dataset, masked)
    if raw is None:
        raw, keys = _copied(ground, dataset, field)
    # What derives from the key alone hides nothing that the key does not tell.
    if raw is None or not _exists(ground, raw) or raw in {other for _, other in keys}:
        return None
    return Examine(
        ExamineKind.MASK,
        Part(masked.dataset, (*(own.field for own, _ in keys), masked.field)),
        (Part(raw.dataset, (*(other.field for _, other in keys), raw.field)),),
        field.mask.method,
        field.mask.of,
        len(keys),
    )


def stand_alone(counts: Mapping[str, float]) -> int:
    """Give how many masked values have no raw one beside them, where these are more than a few records gone since."""
    alone = int(counts.get("alone", 0))
    return alone if alone > _MOST_ALONE * counts.get("pairs", 0) else 0


def lost_original(ground: Ground, dataset: Dataset, field: Field) -> str | None:
    """Give the field that a masked one is declared to be a copy of, where that was not found."""
    if field.mask is None or masked_pair(ground, dataset, field) is not None:
        return None
    for other_id in dataset.copy_of:
        if field.name in ground.plan.dataset(other_id).fields and ground.catalog.field(other_id, field.name) is None:
            return f"{other_id}.{field.name}"
    return None


def _exists(ground: Ground, name: Name) -> bool:
    there = name.field in ground.catalog.fields.get(name.dataset, {})
    return there and ground.catalog.source_of(name) is not None


def _derived(ground: Ground, dataset: Dataset, masked: Name) -> tuple[Name | None, list[tuple[Name, Name]]]:
    """Give the most exposed origin of a field and the key of both datasets, by lineage."""
    roots = set(ground.graph.origins(masked)) - {masked}
    ways = [
        (exposure.rank, len(hops), name) for name, exposure, hops in ground.graph.ancestors(masked) if name in roots
    ]
    if not ways:
        return None, []
    _, _, raw = min(ways)
    if _unchanged(ground, masked, raw):
        return None, []
    own = [ground.catalog.physical_field(dataset.id, name) for name in dataset.key]
    keys = [_key_of(ground, name, raw) for name in own if name is not None]
    if dataset.key and len(keys) == len(dataset.key) and all(keys):
        return raw, [key for key in keys if key is not None]
    return raw, _primary(ground, masked, raw)


def _key_of(ground: Ground, own: Name, raw: Name) -> tuple[Name, Name] | None:
    for name, exposure, _ in ground.graph.ancestors(own):
        if name.dataset == raw.dataset and exposure is Exposure.RAW and _exists(ground, name):
            return own, name
    return None


def _primary(ground: Ground, masked: Name, raw: Name) -> list[tuple[Name, Name]]:
    """Give the raw dataset's own key, where the masked one passes it on."""
    seen = ground.catalog.datasets.get(raw.dataset)
    keys: list[tuple[Name, Name]] = []
    for column in seen.key if seen is not None else ():
        target = raw.dataset.at(column)
        own = next(
            (
                fact.name
                for fact in ground.catalog.fields.get(masked.dataset, {}).values()
                if any(n == target and e is Exposure.RAW for n, e, _ in ground.graph.ancestors(fact.name))
            ),
            None,
        )
        if own is None:
            return []
        keys.append((own, target))
    return keys


def _unchanged(ground: Ground, masked: Name, raw: Name) -> bool:
    """Whether some path passes the value on as it is: what stands there is said by other rules, and may be masked."""
    graph = ground.graph
    start, goal = graph.number(FieldNode(masked)), graph.number(FieldNode(raw))
    if start is None or goal is None:
        return False
    stack, passed = [start], {start}
    while stack:
        for number, edge in graph.upward[stack.pop()]:
            if number not in passed and edge.subtype == "IDENTITY" and edge.exposure is Exposure.RAW:
                passed.add(number)
                stack.append(number)
    return goal in passed


def _copied(ground: Ground, dataset: Dataset, field: Field) -> tuple[Name | None, list[tuple[Name, Name]]]:
    """Give the field of that name in what the dataset is a copy of, and the key of both."""
    for other_id in dataset.copy_of:
        other = ground.plan.dataset(other_id)
        twin = other.fields.get(field.name)
        if twin is None:
            continue
        raw = ground.catalog.physical_field(other.id, twin.name)
        if raw is not None and twin.mask is not None:
            # The copy is of what was masked before: what is raw lies further back, if it is known.
            raw = next((name for name in ground.graph.origins(raw) if name != raw), None)
        if raw is None:
            continue
        keys = [] if twin.mask is not None else _shared_key(ground, dataset, other)
        return raw, keys
    return None, []


def _shared_key(ground: Ground, dataset: Dataset, other: Dataset) -> list[tuple[Name, Name]]:
    if dataset.key_back is not None and len(other.key) == 1:
        named = [(dataset.key_back, other.key[0])]
    else:
        named = [(key, key) for key in other.key]
    keys: list[tuple[Name, Name]] = []
    for mine, theirs in named:
        own, target = ground.catalog.physical_field(dataset.id, mine), ground.catalog.physical_field(other.id, theirs)
        if own is None or target is None or not (_exists(ground, own) and _exists(ground, target)):
            return []
        keys.append((own, target))
    return keys
