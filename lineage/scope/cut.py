"""What leaves a plan together: scope operations, what follows from them, and the edits of the plan's text.

What the workflow itself is can be edited: its actions, approvals, audiences, inputs, and what it keeps in its own
stores. What a system is must change there first: a field that is to be masked or swapped, a source that is to be
swapped, a dataset that is kept too long or too short leaves the scope until it has. A field that leaves is declared
`need: none`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from lineage.cells import effective_fields, in_force_cell
from lineage.duration import Duration, parse_duration
from lineage.errors import PlanError
from lineage.finding import Op, Operation
from lineage.model import DatasetId, FieldId
from lineage.plan.answered import name_of_item
from lineage.plan.edit import insert, remove, replace_scalars
from lineage.plan.model import Action, Dataset, Need, Plan
from lineage.scope.consequences import Consequences, Thing

NARROWING = frozenset(Op) - {Op.HOLD_LAUNCH, Op.DECIDE}
"""The operations that can be made in a plan; what only a person can decide holds the launch."""

LEVELS: Final = ("read", "suggest", "draft", "trigger", "update")
"""How far an action goes, from least to most."""

_LOWER: Final = {"update": "draft", "trigger": "draft", "draft": "suggest", "suggest": "read"}
"""What acts by itself is lowered to what a person sends."""


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
    outputs: set[str] = field(default_factory=set)
    audiences: set[str] = field(default_factory=set)
    """`draft_reply.support_agent`."""
    inputs: set[str] = field(default_factory=set)
    """Paths of the kinds of input that leave: `scope.include.inputs.0.formats[pdf]`."""
    lowered: dict[str, str] = field(default_factory=dict)
    """Action -> the level to which it is lowered."""
    approved: dict[str, str] = field(default_factory=dict)
    """Action -> who must approve it from now on."""
    kept: dict[str, Duration] = field(default_factory=dict)
    """Store of the workflow -> how long it keeps from now on."""

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
            ("output", self.outputs),
            ("audience", self.audiences),
            ("input", self.inputs),
            ("level of", set(self.lowered) - self.actions),
            ("freedom from approval of", set(self.approved) - self.actions),
            ("retention of store", set(self.kept) - self.stores),
        )
        return tuple(f"{kind} {identifier}" for kind, found in named for identifier in sorted(found))


def applicable(plan: Plan, operation: Operation) -> bool:  # noqa: PLR0911 - one way out an operation
    """Say whether an operation can be made in this plan: its target is there, and what it needs is said."""
    target = operation.target
    match operation.op:
        case Op.DROP_FIELD | Op.MASK_FIELD | Op.SWAP_FIELD:
            return _is_exposed(plan, target)
        case Op.DROP_SOURCE | Op.SWAP_SOURCE:
            return target in plan.sources
        case Op.DROP_SEGMENT:
            return target in plan.segments
        case Op.LIMIT_ROWS | Op.LIMIT_WINDOW:
            found = _dataset(plan, target)
            limit = in_force_cell if operation.op is Op.LIMIT_ROWS else _window
            return found is not None and bool(limit(found))
        case Op.DROP_STEP:
            return target in plan.steps
        case Op.HOLD_STAGE:
            return any(stage.id == target for stage in plan.rollout)
        case _:
            return _is_of_workflow(plan, operation)


def _is_of_workflow(plan: Plan, operation: Operation) -> bool:  # noqa: PLR0911 - one way out an operation
    target, action = operation.target, plan.actions.get(operation.target)
    match operation.op:
        case Op.DROP_ACTION:
            return action is not None
        case Op.DOWNGRADE_ACTION:
            return action is not None and _lower(action, operation) is not None
        case Op.ADD_APPROVAL:
            return action is not None and action.approval_by is None and bool(_approver(plan, operation))
        case Op.DROP_STORE:
            return target in plan.stores
        case Op.SHORTEN_RETENTION | Op.EXTEND_RETENTION:
            own = target in plan.stores and (
                operation.op is Op.SHORTEN_RETENTION or _limit(plan, operation) is not None
            )
            return own or _dataset(plan, target) is not None
        case Op.DROP_AUDIENCE:
            return bool(_audiences(plan, target))
        case Op.DROP_INPUT_TYPE:
            return bool(_inputs(plan, target))
        case _:
            return False


def cut_of(plan: Plan, operations: Iterable[Operation], consequences: Consequences | None = None) -> Cut:
    """Give everything that leaves a plan with the operations; `consequences` are the plan's, where they are at hand."""
    cut, things = Cut(), set[Thing]()
    for operation in operations:
        things.update(_begin(plan, cut, operation))
    sets = _sets(cut)
    for kind, identifier in (consequences or Consequences(plan)).of(things):
        sets[kind].add(identifier)
    return cut


def things_of(cut: Cut) -> set[Thing]:
    """Give what leaves with a cut, as consequences name it."""
    return {(kind, name) for kind, names in _sets(cut).items() for name in names}


def _sets(cut: Cut) -> Mapping[str, set[str]]:
    return {
        "source": cut.sources,
        "dataset": cut.datasets,  # type: ignore[dict-item]  # ids are text
        "field": cut.fields,  # type: ignore[dict-item]
        "segment": cut.segments,
        "stage": cut.stages,
        "step": cut.steps,
        "action": cut.actions,
        "store": cut.stores,
        "output": cut.outputs,
        "audience": cut.audiences,
    }


def nothing_left(plan: Plan, cut: Cut) -> str:
    """Say why nothing can be launched any more; empty where something can."""
    if plan.steps and cut.steps >= set(plan.steps):
        return "no step is left"
    if plan.rollout and cut.stages >= {stage.id for stage in plan.rollout}:
        return "no stage of the rollout is left"
    if plan.sources and cut.sources >= set(plan.sources):
        return "no source is left"
    inputs = _all_inputs(plan)
    if inputs and set(inputs) <= cut.inputs:
        return "no input is left"
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
    for action, level in cut.lowered.items():
        if action not in cut.actions:
            replaced[f"{plan.actions[action].path}.level"] = level
    for store, limit in cut.kept.items():
        if store not in cut.stores:
            replaced[f"{plan.stores[store].path}.keep.limit"] = str(limit)
    for action, who in sorted(cut.approved.items()):
        if action not in cut.actions:
            text = insert(text, plan.actions[action].path, "approval", {"by": who, "every": True})
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


def _begin(plan: Plan, cut: Cut, operation: Operation) -> Iterator[Thing]:  # noqa: PLR0912 - a case an operation
    """Write down what an operation does by itself, and give the things that leave with it."""
    target = operation.target
    match operation.op:
        case Op.DROP_FIELD | Op.MASK_FIELD | Op.SWAP_FIELD:
            yield "field", target
        case Op.DROP_SOURCE | Op.SWAP_SOURCE:
            yield "source", target
        case Op.DROP_SEGMENT:
            yield "segment", target
        case Op.LIMIT_WINDOW:
            cut.windows.add(DatasetId(target))
        case Op.LIMIT_ROWS:
            cut.outdated.add(DatasetId(target))
        case Op.DROP_STEP:
            yield "step", target
        case Op.DROP_ACTION:
            yield "action", target
        case Op.DROP_STORE:
            yield "store", target
        case Op.HOLD_STAGE:
            yield "stage", target
        case Op.DROP_AUDIENCE:
            yield from (("audience", each) for each in _audiences(plan, target))
        case Op.DROP_INPUT_TYPE:
            cut.inputs.update(_inputs(plan, target))
        case Op.SHORTEN_RETENTION | Op.EXTEND_RETENTION:
            yield from _kept_otherwise(plan, cut, operation)
        case Op.DOWNGRADE_ACTION:
            _lowered(plan, cut, operation)
        case Op.ADD_APPROVAL:
            cut.approved[target] = min(cut.approved.get(target, _approver(plan, operation)), _approver(plan, operation))
        case _:
            pass


def _lowered(plan: Plan, cut: Cut, operation: Operation) -> None:
    action = plan.actions.get(operation.target)
    level = _lower(action, operation) if action is not None else None
    if action is not None and level is not None:
        before = cut.lowered.get(action.id, level)
        cut.lowered[action.id] = min(level, before, key=LEVELS.index)


def _kept_otherwise(plan: Plan, cut: Cut, operation: Operation) -> Iterator[Thing]:
    target = operation.target
    if target not in plan.stores:
        yield "dataset", target
        return
    limit = _limit(plan, operation)
    if limit is None:
        yield "store", target
        return
    pick = min if operation.op is Op.SHORTEN_RETENTION else max
    cut.kept[target] = pick(limit, cut.kept.get(target, limit), key=Duration.mean)


def _lower(action: Action, operation: Operation) -> str | None:
    """Give the level to which an action is lowered; None where there is none below."""
    wanted = dict(operation.args).get("to") or _LOWER.get(action.level)
    is_lower = wanted in LEVELS and action.level in LEVELS and LEVELS.index(wanted) < LEVELS.index(action.level)
    return wanted if is_lower else None


def _approver(plan: Plan, operation: Operation) -> str:
    """Give who is to approve: as the operation says, else the one role that approves everything else in the plan."""
    stated = dict(operation.args).get("by")
    others = {action.approval_by for action in plan.actions.values() if action.approval_by}
    return stated or (others.pop() or "" if len(others) == 1 else "")


def _limit(plan: Plan, operation: Operation) -> Duration | None:
    """Give how long a store is to keep from now on; None where that is not said or the plan says it in no limit."""
    store, stated = plan.stores[operation.target], dict(operation.args).get("limit", "")
    if store.keep is None or store.keep.limit is None or not stated:
        return None
    try:
        return parse_duration(stated)
    except PlanError:
        return None


def _audiences(plan: Plan, target: str) -> list[str]:
    """Give `output.who` of a target that names an audience, of one output or of all."""
    every = [(output.id, who) for output in plan.outputs.values() for who in output.audience]
    return [f"{output}.{who}" for output, who in every if target in (who, f"{output}.{who}")]


def _all_inputs(plan: Plan) -> dict[str, Mapping[str, object]]:
    """Give the kinds of input that the plan's scope includes, by path."""
    include = plan.content.get("scope") or {}
    inputs = (include.get("include") or {}).get("inputs") if isinstance(include, Mapping) else None
    listed = [one for one in inputs if isinstance(one, Mapping)] if isinstance(inputs, list) else []
    return {f"scope.include.inputs.{name_of_item(one, position)}": one for position, one in enumerate(listed)}


def _inputs(plan: Plan, target: str) -> list[str]:
    """Give the paths of a kind of input: a channel, or a language or format of one; the last of a list takes all."""
    found = []
    for path, one in _all_inputs(plan).items():
        for key, value in one.items():
            values = [str(each) for each in value] if isinstance(value, list) else [str(value)]
            if target not in values:
                continue
            found.append(f"{path}.{key}[{target}]" if isinstance(value, list) and len(values) > 1 else path)
    return found


def _dataset(plan: Plan, identifier: str) -> Dataset | None:
    source, _, name = identifier.partition(".")
    held = next((held for key, held in plan.sources.items() if key == source), None)
    return held.datasets.get(name) if held is not None else None


def _is_exposed(plan: Plan, identifier: str) -> bool:
    dataset = _dataset(plan, identifier.rpartition(".")[0])
    declared = dataset.fields.get(identifier.rpartition(".")[2]) if dataset is not None else None
    return declared is not None and declared.need is not Need.NONE


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
    yield from (f"outputs.{output}" for output in sorted(cut.outputs))
    for output in plan.outputs.values():
        if output.id not in cut.outputs:
            named = (who for who in output.audience if f"{output.id}.{who}" in cut.audiences)
            yield from (f"{output.path}.audience[{who}]" for who in named)
    whole = {path for path in cut.inputs if not path.endswith("]")}
    yield from sorted(path for path in cut.inputs if path in whole or path.rpartition(".")[0] not in whole)
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
        yield from (f"{step.path}.writes[{output}]" for output in step.writes if output in cut.outputs)
        for traced in step.trace_to:
            if FieldId(traced) in cut.fields:
                yield f"{step.path}.trace_to[{traced}]"
        for template in step.templates:
            if template.partition("/")[0] in cut.sources:
                yield f"{step.path}.templates[{template}]"
