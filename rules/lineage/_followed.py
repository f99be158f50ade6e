"""How far back the fields that steps read can be followed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lineage.model import DatasetKind, FieldId, Name
from lineage.plan.model import Dataset, Field, Need, Plan
from lineage.rule import Evidence, Unknown

_NOT_RESOLVED = Unknown("it was not found in its system", "mend what hides it, and scan again")
_FOREIGN = Unknown("it is a foreign table", "scan the system that it stands for, as a source of its own")
_DERIVED = frozenset({DatasetKind.VIEW, DatasetKind.MATERIALIZED_VIEW})


def fields_read(plan: Plan) -> Mapping[FieldId, tuple[str, ...]]:
    """Give the declared fields that steps read, each with its steps."""
    found: dict[FieldId, dict[str, None]] = {}
    for step in plan.steps.values():
        for fields in step.reads.values():
            for field_id in fields:
                if plan.field(field_id).need is not Need.NONE:
                    found.setdefault(field_id, {})[step.id] = None
    return {field_id: tuple(steps) for field_id, steps in found.items()}


def read_by_dataset(plan: Plan) -> Iterator[tuple[Dataset, list[Field]]]:
    """Give the datasets that steps read, each with the fields that are read of it."""
    read = fields_read(plan)
    for dataset in plan.datasets():
        fields = [field for field in dataset.fields.values() if field.id in read]
        if fields:
            yield dataset, fields


def physical(evidence: Evidence, field: Field) -> Name | None:
    """Give a declared field's name in its system, where its dataset was found."""
    dataset, _, name = field.id.rpartition(".")
    return evidence.ground.catalog.physical_field(dataset, name)


def not_followed(evidence: Evidence, dataset: Dataset, fields: list[Field]) -> tuple[Name | None, Unknown] | None:
    """Give where the way back from a dataset's fields is lost, and why; None where it can be followed to its end."""
    catalog, graph = evidence.ground.catalog, evidence.ground.graph
    name = catalog.physical(dataset.id)
    if name is None:
        return None, evidence.why_unseen(dataset.id, None, ("definition",), _NOT_RESOLVED)
    names = [found for field in fields if (found := physical(evidence, field)) is not None]
    for column in names:
        if (opaque := graph.opaque_above(column)) is not None:
            return opaque.name, Unknown(opaque.reason, f"make the definition of {opaque.name.short} readable as SQL")
    for above in datasets_above(evidence, name, names):
        seen = catalog.datasets.get(above)
        hidden = next((fact for fact in evidence.unseen.get(above, ()) if fact.what == "definition"), None)
        if hidden is not None and (seen is None or seen.kind in _DERIVED):
            return above, Unknown(hidden.reason, hidden.settle)
        if seen is not None and seen.kind is DatasetKind.FOREIGN:
            return above, _FOREIGN
    return None


def datasets_above(evidence: Evidence, dataset: Name, fields: list[Name]) -> Iterator[Name]:
    """Give the datasets that a dataset is made from, by its fields and by what decides on its rows; itself first."""
    graph = evidence.ground.graph
    found = {dataset: None}
    for field in fields:
        found.update((ancestor.dataset, None) for ancestor, _, _ in graph.ancestors(field))
    stack = list(found)
    while stack:
        for source in graph.row_sources.get(stack.pop(), ()):
            if source.dataset not in found:
                found[source.dataset] = None
                stack.append(source.dataset)
    yield from found
