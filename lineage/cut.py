"""What leaves a plan together: the closure of scope operations, and the edits of the plan's text that make it so.

A required field takes the steps that read it along, a step those that come after it, a segment its stages;
a dataset goes with its last field, a source with its last dataset. A field that leaves is declared `need: none`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from lineage.cells import effective_fields, in_force_cell
from lineage.finding import Op, Operation
from lineage.model import DatasetId, FieldId
from lineage.plan.edit import insert, remove, replace_scalars
from lineage.plan.model import Dataset, Need, Plan
from lineage.predicate import Joined, Predicate, fields_of

NARROWING = frozenset(
    {
        Op.DROP_FIELD,
        Op.MASK_FIELD,
        Op.SWAP_FIELD,
        Op.DROP_SOURCE,
        Op.DROP_SEGMENT,
        Op.LIMIT_ROWS,
        Op.LIMIT_WINDOW,
        Op.DROP_STEP,
        Op.DROP_ACTION,
        Op.DROP_STORE,
        Op.HOLD_STAGE,
    }
)
"""The operations that can be made in a plan today; what must be changed in the world first takes the thing out.

A field that is to be masked or swapped leaves the scope until it is.
"""


@dataclass(slots=True)
class Cut:
    """What a plan loses."""

    sources: set[str] = field(default_factory=set)
    datasets: set[DatasetId] = field(default_factory=set)
    fields: set[FieldId] = field(default_factory=set)
    segments: set[str] = field(default_factory=set)
    stages: set[str] = field(default_factory=set)
    steps: set[str] = field(default_factory=set)
    actions: set[str] = field(default_factory=set)
    stores: set[str] = field(default_factory=set)
    windows: set[DatasetId] = field(default_factory=set)
    """Datasets whose records are limited to those within their retention."""
    outdated: set[DatasetId] = field(default_factory=set)
    """Datasets whose records are limited to those in force."""

    def lost(self) -> tuple[str, ...]:
        """Give the ids of everything that leaves, largest things first."""
        named = (
            ("source", self.sources),
            ("dataset", self.datasets),
            ("field", self.fields),
            ("segment", self.segments),
            ("stage", self.stages),
            ("step", self.steps),
            ("action", self.actions),
            ("store", self.stores),
            ("records outside the retention of", self.windows),
            ("records not in force of", self.outdated),
        )
        return tuple(f"{kind} {identifier}" for kind, found in named for identifier in sorted(found))

    def size(self) -> int:
        """Give how many things leave: the closure has ended when this stops growing."""
        return len(self.lost())


def applicable(plan: Plan, operation: Operation) -> bool:
    """Say whether an operation can be made in this plan: its target is there."""
    fields = {str(declared.id) for declared in plan.fields() if declared.need is not Need.NONE}
    targets: dict[Op, set[str]] = {
        Op.DROP_FIELD: fields,
        Op.MASK_FIELD: fields,
        Op.SWAP_FIELD: fields,
        Op.DROP_SOURCE: set(plan.sources),
        Op.DROP_SEGMENT: set(plan.segments),
        Op.LIMIT_ROWS: {str(dataset.id) for dataset in plan.datasets() if in_force_cell(dataset)},
        Op.LIMIT_WINDOW: {str(dataset.id) for dataset in plan.datasets() if _window(dataset)},
        Op.DROP_STEP: set(plan.steps),
        Op.DROP_ACTION: set(plan.actions),
        Op.DROP_STORE: set(plan.stores),
        Op.HOLD_STAGE: {stage.id for stage in plan.rollout},
    }
    return operation.target in targets.get(operation.op, ())


def cut_of(plan: Plan, operations: Iterable[Operation]) -> Cut:
    """Give everything that leaves a plan with the operations."""
    cut = Cut()
    for operation in operations:
        _begin(cut, operation)
    size = -1
    while size != cut.size():
        size = cut.size()
        _follow_data(plan, cut)
        _follow_workflow(plan, cut)
    return cut


def nothing_left(plan: Plan, cut: Cut) -> str:
    """Say why nothing can be launched any more; empty where something can."""
    if plan.steps and cut.steps >= set(plan.steps):
        return "no step is left"
    if plan.rollout and cut.stages >= {stage.id for stage in plan.rollout}:
        return "no stage of the rollout is left"
    if plan.sources and cut.sources >= set(plan.sources):
        return "no source is left"
    return ""


def narrowed_text(plan: Plan, text: str, cut: Cut) -> str:
    """Give the plan's text without what the cut takes out; every other byte stays."""
    replaced: dict[str, str] = {}
    for dataset_id in sorted((cut.windows | cut.outdated) - cut.datasets):
        dataset = plan.dataset(dataset_id)
        limits = [_window(dataset)] if dataset_id in cut.windows else []
        limits += [_in_force(dataset)] if dataset_id in cut.outdated else []
        if dataset.where is None:
            text = insert(text, dataset.path, "where", " AND ".join(limits))
        else:
            old = plan.leaves[f"{dataset.path}.where"].text
            replaced[f"{dataset.path}.where"] = " AND ".join((f"({old})", *limits))
    for declared in plan.fields():
        # Not taken out: what the identity reads of it, and how it is to be masked, stays declared and judged.
        if declared.id in cut.fields and DatasetId(declared.id.rpartition(".")[0]) not in cut.datasets:
            replaced[f"{declared.path}.need"] = Need.NONE.value
    return remove(replace_scalars(text, replaced), list(_removals(plan, cut)))


def _window(dataset: Dataset) -> str:
    keep = dataset.keep
    if keep is None or keep.limit is None or keep.since not in dataset.fields:
        return ""
    return f"{keep.since} >= now - {keep.limit}"


def _in_force(dataset: Dataset) -> str:
    """Give the text of `in_force_cell`, as people write it."""
    fields = zip(effective_fields(dataset) or (), ("{} > now", "{} <= now"), strict=False)
    return f"NOT ({' OR '.join(text.format(name) for name, text in fields if name in dataset.fields)})"


def _begin(cut: Cut, operation: Operation) -> None:
    target = operation.target
    match operation.op:
        case Op.DROP_FIELD | Op.MASK_FIELD | Op.SWAP_FIELD:
            cut.fields.add(FieldId(target))
        case Op.DROP_SOURCE:
            cut.sources.add(target)
        case Op.DROP_SEGMENT:
            cut.segments.add(target)
        case Op.LIMIT_WINDOW:
            cut.windows.add(DatasetId(target))
        case Op.LIMIT_ROWS:
            cut.outdated.add(DatasetId(target))
        case Op.DROP_STEP:
            cut.steps.add(target)
        case Op.DROP_ACTION:
            cut.actions.add(target)
        case Op.DROP_STORE:
            cut.stores.add(target)
        case Op.HOLD_STAGE:
            cut.stages.add(target)
        case _:
            pass


def _follow_data(plan: Plan, cut: Cut) -> None:
    for source in plan.sources.values():
        for dataset in source.datasets.values():
            declared = {declared.id for declared in dataset.fields.values() if declared.need is not Need.NONE}
            unreadable = dataset.where is not None and not cut.fields.isdisjoint(_ids(dataset, dataset.where))
            if source.id in cut.sources or unreadable or (declared and declared <= cut.fields):
                cut.datasets.add(dataset.id)
            if dataset.id in cut.datasets:
                cut.fields |= declared
        if source.datasets and {dataset.id for dataset in source.datasets.values()} <= cut.datasets:
            cut.sources.add(source.id)


def _follow_workflow(plan: Plan, cut: Cut) -> None:
    for segment in plan.segments.values():
        of = plan.dataset(segment.of)
        if segment.of in cut.datasets or not cut.fields.isdisjoint(_ids(of, segment.where)):
            cut.segments.add(segment.id)
    for stage in plan.rollout:
        if stage.segment in cut.segments:
            cut.stages.add(stage.id)
    for step in plan.steps.values():
        needed = {
            field_id
            for fields in step.reads.values()
            for field_id in fields
            if plan.field(field_id).need is Need.REQUIRED
        }
        if not cut.steps.isdisjoint(step.after) or not cut.fields.isdisjoint(needed):
            cut.steps.add(step.id)


def _ids(dataset: Dataset, predicate: Predicate) -> set[FieldId]:
    part = predicate
    while isinstance(part, Joined):
        part = part.where
    return {FieldId(f"{dataset.id}.{name}") for name in fields_of(part)}


def _removals(plan: Plan, cut: Cut) -> Iterator[str]:
    yield from (f"sources.{source}" for source in sorted(cut.sources))
    for dataset in plan.datasets():
        if dataset.source in cut.sources:
            continue
        if dataset.id in cut.datasets:
            yield dataset.path
            continue
        for declared in dataset.fields.values():
            if declared.joins in cut.fields:
                yield f"{declared.path}.joins"
            gone = [made for made in declared.made_from if made.rpartition(".")[0] in cut.datasets]
            yield from (f"{declared.path}.made_from[{made}]" for made in gone)
        if any(FieldId(f"{dataset.id}.{name}") in cut.fields for name in dataset.key):
            yield f"{dataset.path}.key"
        if dataset.fresh and dataset.fresh.per and FieldId(f"{dataset.id}.{dataset.fresh.per}") in cut.fields:
            yield f"{dataset.path}.fresh.per"
        yield from (f"{dataset.path}.copy_of[{other}]" for other in dataset.copy_of if other in cut.datasets)
    yield from (f"segments.{segment}" for segment in sorted(cut.segments))
    yield from _no_longer_named(plan, cut)
    yield from (f"rollout.{stage.id}" for stage in plan.rollout if stage.id in cut.stages)
    yield from (f"stores.{store}" for store in sorted(cut.stores))
    yield from (f"actions.{action}" for action in sorted(cut.actions))
    yield from _step_removals(plan, cut)


def _no_longer_named(plan: Plan, cut: Cut) -> Iterator[str]:
    """Give where the plan's own scope names segments that leave; it names them in lists."""
    for answer in plan.answers:
        if answer.path in ("scope.include.segments", "scope.exclude.segments"):
            named = set(answer.value.strip("[]").split(", "))
            yield from (f"{answer.path}[{segment}]" for segment in sorted(cut.segments & named))


def _step_removals(plan: Plan, cut: Cut) -> Iterator[str]:
    for step in plan.steps.values():
        if step.id in cut.steps:
            yield step.path
            continue
        for dataset_id, fields in step.reads.items():
            gone = [field_id for field_id in fields if field_id in cut.fields]
            if gone and len(gone) == len(fields):
                yield f"{step.path}.reads.{dataset_id}"
            elif dataset_id not in step.reads_all:
                yield from (f"{step.path}.reads.{dataset_id}[{field_id.rpartition('.')[2]}]" for field_id in gone)
        for traced in step.trace_to:
            if FieldId(traced) in cut.fields:
                yield f"{step.path}.trace_to[{traced}]"
        for template in step.templates:
            if template.partition("/")[0] in cut.sources:
                yield f"{step.path}.templates[{template}]"
