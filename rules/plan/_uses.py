"""What the plan itself uses a field for, and which datasets are copied into which."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from lineage.errors import PlanError
from lineage.model import DatasetId, FieldId
from lineage.plan.model import Dataset, Plan
from lineage.predicate import fields_of
from lineage.predicate_text import parse_predicate

MEASURING_BLOCKS: Final = ("workflow", "acceptance", "containment", "observability", "economics")
"""Answers in which naming a field means that it is measured; elsewhere (`known_gaps`) it is only spoken of."""
_ID: Final = re.compile(r"[a-z0-9_]+(?:\.[a-z0-9_]+){1,2}")


@dataclass(frozen=True, slots=True)
class Use:
    """What a field is used for."""

    what: str
    """`read by step draft`."""
    by_workflow: bool
    """False for keys, clocks and joins: they serve their dataset, and do not make it needed."""


def uses(plan: Plan) -> dict[FieldId, Use]:
    """Give what each used field is used for, by the workflow first; an unused field is not there."""
    found: dict[FieldId, Use] = {}
    for by_workflow, named in ((True, _by_workflow(plan)), (False, _by_datasets(plan))):
        for field_id, what in named:
            found.setdefault(field_id, Use(what, by_workflow))
    return {declared.id: found[declared.id] for declared in plan.fields() if declared.id in found}


def uses_besides_reads(plan: Plan) -> frozenset[FieldId]:
    """Give the fields that anything but a step's own reading uses."""
    read = ((one, what) for one, what in (*_by_workflow(plan), *_by_datasets(plan)))
    return frozenset(one for one, what in read if not what.startswith("read by step "))


def ids_in(text: str) -> Iterator[str]:
    """Give the ids of datasets and fields (`crm.contacts`, `crm.contacts.id`) that a leaf is, or lists."""
    for part in text.strip("[]").split(","):
        if _ID.fullmatch(part.strip()):
            yield part.strip()


def copies(plan: Plan, dataset: DatasetId) -> tuple[DatasetId, ...]:
    """Give the datasets that are declared to be made from one, directly or through others."""
    found: dict[DatasetId, None] = {}
    stack = [dataset]
    while stack:
        origin = stack.pop()
        new = [copy.id for copy in plan.datasets() if origin in copy.copy_of and copy.id not in found]
        found.update(dict.fromkeys(new))
        stack.extend(new)
    return tuple(copy for copy in found if copy != dataset)


def datasets_read(plan: Plan) -> frozenset[DatasetId]:
    """Give the datasets of which a step reads a field."""
    return frozenset(dataset for step in plan.steps.values() for dataset, fields in step.reads.items() if fields)


def _by_workflow(plan: Plan) -> Iterator[tuple[FieldId, str]]:
    for step in plan.steps.values():
        for fields in step.reads.values():
            yield from ((field_id, f"read by step {step.id}") for field_id in fields)
        yield from ((FieldId(field_id), f"step {step.id} is traced to it") for field_id in step.trace_to)
    for segment in plan.segments.values():
        for name in fields_of(segment.where):
            yield FieldId(f"{segment.of}.{name}"), f"tells segment {segment.id}"
    yield from _promised(plan)
    for answer in plan.answers:
        if answer.path.partition(".")[0] in MEASURING_BLOCKS:
            yield from ((FieldId(name), f"measured for {answer.path}") for name in ids_in(answer.value))


def _by_datasets(plan: Plan) -> Iterator[tuple[FieldId, str]]:
    for dataset in plan.datasets():
        yield from ((FieldId(f"{dataset.id}.{name}"), what) for name, what in _within(dataset))
        for field in dataset.fields.values():
            if field.joins is not None:
                yield field.id, f"joins {field.joins}"
                yield field.joins, f"joined by {field.id}"


def _within(dataset: Dataset) -> Iterator[tuple[str, str]]:
    yield from ((name, "tells records apart") for name in dataset.key)
    if dataset.where is not None:
        yield from ((name, "limits the records") for name in fields_of(dataset.where))
    if dataset.fresh is not None:
        yield dataset.fresh.clock, "tells the age"
        if dataset.fresh.per is not None:
            yield dataset.fresh.per, "freshness is promised for each of its values"
    if dataset.keep is not None and dataset.keep.since is not None:
        yield dataset.keep.since, "retention counts from it"
    if dataset.key_back is not None:
        yield dataset.key_back, "points back at the original"
    for value in dataset.extra.values():
        names = value if isinstance(value, list | tuple) else [value]
        yield from ((str(name), "tells versions apart") for name in names if str(name) in dataset.fields)
    yield from ((field.name, "answers cite it") for field in dataset.fields.values() if field.cite)


def _promised(plan: Plan) -> Iterator[tuple[FieldId, str]]:
    for leaf in plan.leaves.values():
        block, _, key = leaf.path.rpartition(".")
        of = plan.leaves.get(f"{block}.of")
        if key != "where" or not block.startswith("constraints.commitments.") or of is None:
            continue
        try:
            names = list(fields_of(parse_predicate(leaf.text)))
        except PlanError:  # the loader refuses such a plan; a plan that is built otherwise may hold one
            continue
        yield from ((FieldId(f"{of.text}.{name}"), f"tells commitment {block.rpartition('.')[2]}") for name in names)
