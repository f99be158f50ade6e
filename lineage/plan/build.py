"""A plan's shape turned into the typed core that everything else reads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from lineage.duration import Duration
from lineage.model import DatasetId, Exposure, FieldId, SourceId
from lineage.plan.hold import Hold
from lineage.plan.model import (
    Action,
    Budget,
    Constraints,
    Dataset,
    Field,
    Fresh,
    Keep,
    Mask,
    Need,
    Output,
    Segment,
    Source,
    Stage,
    Step,
    Store,
)
from lineage.plan.schema import (
    ActionShape,
    ConstraintsShape,
    DatasetShape,
    FieldShape,
    FreshShape,
    HoldShape,
    KeepShape,
    SourceShape,
    StepShape,
)
from lineage.predicate_text import parse_predicate

_EXTRA = ("version", "effective", "embedding", "canary")


def sources(shapes: Mapping[str, SourceShape]) -> dict[SourceId, Source]:
    """Give the typed sources."""
    return {
        SourceId(name): replace(_source(SourceId(name), shape), functions=_functions(shape))
        for name, shape in shapes.items()
    }


def _functions(shape: SourceShape) -> dict[str, Exposure]:
    return {name: Exposure(left) for name, left in shape.functions.items()}


def joined_field(source: str, text: str) -> FieldId:
    """Give the full id of a field that is named within its source (`contacts.id`) or in full (`crm.contacts.id`)."""
    return FieldId(text if text.count(".") > 1 else f"{source}.{text}")


def segments(shapes: Mapping[str, Any]) -> dict[str, Segment]:
    """Give the typed segments."""
    return {
        name: Segment(name, f"segments.{name}", DatasetId(shape.of), parse_predicate(shape.where))
        for name, shape in shapes.items()
    }


def steps(shapes: Mapping[str, StepShape], datasets: Mapping[DatasetId, Dataset]) -> dict[str, Step]:
    """Give the typed steps, with `all` written out."""
    return {name: _step(name, shape, datasets) for name, shape in shapes.items()}


def rollout(shapes: Iterable[Any]) -> tuple[Stage, ...]:
    """Give the stages in their order."""
    return tuple(
        Stage(
            shape.stage,
            f"rollout.{shape.stage}",
            shape.segment,
            shape.share,
            shape.people_max,
            tuple(shape.expand_when),
        )
        for shape in shapes
    )


def constraints(shape: ConstraintsShape | None) -> Constraints:
    """Give the typed constraints."""
    if shape is None:
        return Constraints()
    return Constraints(
        denied_sources=tuple(shape.denied_sources),
        regions=tuple(shape.regions),
        purposes=tuple(shape.purposes),
        holds=tuple(_hold(name, hold) for name, hold in shape.holds.items()),
    )


def _hold(name: str, shape: HoldShape) -> Hold:
    where = parse_predicate(shape.where) if shape.where else None
    listed = FieldId(shape.listed) if shape.listed else None
    return Hold(name, f"constraints.holds.{name}", DatasetId(shape.of), where, listed, shape.until)


def stores(shapes: Mapping[str, Any]) -> dict[str, Store]:
    """Give the typed stores."""
    return {
        name: Store(
            name, f"stores.{name}", shape.at, _keep(f"stores.{name}.keep", shape.keep), shape.content, shape.right
        )
        for name, shape in shapes.items()
    }


def outputs(shapes: Mapping[str, Any]) -> dict[str, Output]:
    """Give the typed outputs."""
    return {
        name: Output(name, f"outputs.{name}", tuple(shape.audience), shape.channel, shape.owned_by, shape.reads_as)
        for name, shape in shapes.items()
    }


def actions(shapes: Mapping[str, ActionShape]) -> dict[str, Action]:
    """Give the typed actions."""
    return {
        name: Action(
            name,
            f"actions.{name}",
            shape.level,
            shape.allowed,
            shape.touches,
            shape.cost_of_error,
            shape.approval.by if shape.approval else None,
            shape.audit,
            tuple(shape.tools),
        )
        for name, shape in shapes.items()
    }


def owners(answers: Mapping[str, Any], prefix: str = "") -> dict[str, str]:
    """Give the owners by dotted role: `change.prompt`; several names are joined by commas."""
    found: dict[str, str] = {}
    for role, value in answers.items():
        match value:
            case dict():
                found.update(owners(value, f"{prefix}{role}."))
            case list():
                found[prefix + role] = ", ".join(str(item) for item in value)
            case None:
                continue
            case _:
                found[prefix + role] = str(value)
    return found


def _source(source: SourceId, shape: SourceShape) -> Source:
    path = f"sources.{source}"
    settings = dict(shape.connector.model_extra or {})
    datasets = {
        name: _dataset(source, name, f"{path}.datasets.{name}", dataset, shape.owner)
        for name, dataset in shape.datasets.items()
    }
    budget = Budget(shape.budget.rows, shape.budget.seconds, shape.budget.sample)
    return Source(
        source,
        path,
        shape.connector.type,
        settings,
        datasets,
        shape.identity,
        shape.owner,
        budget,
        shape.application,
        shape.mapped_to,
    )


def _dataset(source: SourceId, name: str, path: str, shape: DatasetShape, owner: str | None) -> Dataset:
    dataset = DatasetId(f"{source}.{name}")
    owner = shape.owner or owner
    return Dataset(
        id=dataset,
        name=name,
        source=source,
        path=path,
        reads=shape.reads,
        fields={
            field: _field(dataset, field, f"{path}.fields.{field}", inner, owner)
            for field, inner in shape.fields.items()
        },
        key=tuple(shape.key),
        where=parse_predicate(shape.where) if shape.where else None,
        fresh=_fresh(f"{path}.fresh", shape.fresh) if shape.fresh else None,
        keep=_keep(f"{path}.keep", shape.keep),
        copy_of=tuple(DatasetId(other) for other in shape.copy_of),
        key_back=shape.key_back.field if shape.key_back else None,
        through=shape.through,
        owner=owner,
        extra={key: value for key in _EXTRA if (value := getattr(shape, key)) is not None},
    )


def _field(dataset: DatasetId, name: str, path: str, shape: FieldShape, owner: str | None) -> Field:
    return Field(
        id=FieldId(f"{dataset}.{name}"),
        name=name,
        path=path,
        need=Need(shape.need),
        column=tuple(shape.column or [name]),
        type=shape.type,
        values=None if shape.values is None else tuple(shape.values),
        complete=shape.complete,
        sensitive=shape.sensitive,
        mask=Mask(shape.mask.to, tuple(shape.mask.of)) if shape.mask else None,
        joins=joined_field(dataset.partition(".")[0], shape.joins) if shape.joins else None,
        orphans=shape.orphans,
        cite=shape.cite,
        owner=shape.owner or owner,
        made_from=tuple(FieldId(text) for text in shape.made_from),
        when_stale=shape.when_stale,
    )


def _fresh(path: str, shape: FreshShape) -> Fresh:
    fresh = Fresh(
        path, shape.clock, shape.within, shape.zone, per=shape.per, when_stale=shape.when_stale, share=shape.share
    )
    return fresh if shape.skew is None else replace(fresh, skew=shape.skew)


def _keep(path: str, shape: KeepShape | None) -> Keep | None:
    if shape is None:
        return None
    return Keep(
        path,
        shape.limit if isinstance(shape.limit, Duration) else None,
        none=shape.limit == "none",
        as_source=shape.limit == "as source",
        since=shape.since,
        by=shape.by,
        because=shape.because,
        floor=shape.floor,
        changed=shape.changed,
    )


def _step(name: str, shape: StepShape, datasets: Mapping[DatasetId, Dataset]) -> Step:
    reads: dict[DatasetId, tuple[FieldId, ...]] = {}
    reads_all = set()
    for text, fields in shape.reads.items():
        dataset = DatasetId(text)
        if fields == ["all"] and "all" not in datasets[dataset].fields:
            reads_all.add(dataset)
            wanted = [field.id for field in datasets[dataset].fields.values() if field.need is not Need.NONE]
        else:
            wanted = [FieldId(f"{dataset}.{field}") for field in fields]
        reads[dataset] = tuple(wanted)
    return Step(
        id=name,
        path=f"steps.{name}",
        reads=reads,
        reads_all=frozenset(reads_all),
        to=shape.to,
        writes=tuple(shape.writes),
        after=tuple(shape.after),
        by=shape.by,
        autonomy=shape.autonomy,
        trace_to=tuple(shape.trace_to),
        templates=tuple(shape.templates),
        given=tuple(shape.given),
    )
