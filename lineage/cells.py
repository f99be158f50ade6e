"""Cells: the parts of a dataset's records that are told apart when it is measured.

A segment is a predicate over one dataset; other datasets of the same system inherit it through declared `joins`.
Measures are taken for the atoms of these cells, so that a narrower scope can be judged on the same facts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lineage.duration import Duration
from lineage.model import DatasetId
from lineage.plan.model import Dataset, Need, Plan
from lineage.predicate import Ago, Compare, Joined, Not, Or, Predicate

_LONGEST_CHAIN = 6


def segment_cells(plan: Plan, dataset: Dataset) -> Mapping[str, Predicate]:
    """Give the cell of each segment that this dataset's records can be told apart by, by segment id."""
    cells: dict[str, Predicate] = {}
    for segment in plan.segments.values():
        cell = _inherited(plan, dataset, segment.of, segment.where, frozenset())
        if cell is not None:
            cells[segment.id] = cell
    return cells


def value_cells(dataset: Dataset) -> Mapping[str, Predicate]:
    """Give a cell for each declared value of the field that freshness is promised `per`."""
    per = dataset.fresh.per if dataset.fresh else None
    field = dataset.fields.get(per) if per else None
    if field is None or field.values is None:
        return {}
    return {str(value): Compare(field.name, "=", value) for value in field.values}


def window_cell(dataset: Dataset) -> Predicate | None:
    """Give the cell of the records that are within their retention, so that the scope can be limited to them."""
    keep = dataset.keep
    if keep is None or keep.limit is None or keep.since is None or keep.since not in dataset.fields:
        return None
    return Compare(keep.since, ">=", Ago(keep.limit))


def effective_fields(dataset: Dataset) -> tuple[str, str] | None:
    """Give the fields that say from when and until when a record is in force; None where two are not named."""
    match dataset.extra.get("effective"):
        case [str(since), str(until)]:
            return since, until
        case _:
            return None


def in_force_cell(dataset: Dataset) -> Predicate | None:
    """Give the cell of the records that are in force, so that the scope can be limited to them.

    None where the field that says until when is not declared: a predicate is over declared fields only.
    A day that is the last one in force counts as over, so that the narrower scope is safe.
    """
    since, until = effective_fields(dataset) or ("", "")
    if until not in dataset.fields:
        return None
    now = Ago(Duration())
    over = Compare(until, "<=", now)
    return Not(Or((over, Compare(since, ">", now)))) if since in dataset.fields else Not(over)


def hold_cells(plan: Plan, dataset: Dataset) -> tuple[Predicate, ...]:
    """Give the cell of the records that each legal hold keeps from being deleted, where a predicate says which."""
    return tuple(hold.where for hold in plan.constraints.holds if hold.of == dataset.id and hold.where is not None)


def cells_of(plan: Plan, dataset: Dataset) -> tuple[Predicate, ...]:
    """Give every cell of a dataset, without repeats, in a stable order."""
    limits = [cell for cell in (window_cell(dataset), in_force_cell(dataset)) if cell is not None]
    found = (
        *segment_cells(plan, dataset).values(),
        *value_cells(dataset).values(),
        *limits,
        *hold_cells(plan, dataset),
    )
    cells = {str(cell): cell for cell in found}
    return tuple(cells[key] for key in sorted(cells))


def launch_cells(plan: Plan, dataset: Dataset) -> tuple[Predicate, ...] | None:
    """Give the cells that the rollout exposes of a dataset; None where some stage exposes every record.

    A dataset that a segment cannot be followed to is read whole.
    """
    cells = segment_cells(plan, dataset)
    exposed: dict[str, Predicate] = {}
    for stage in plan.rollout:
        if stage.segment is None or stage.segment not in cells:
            return None
        exposed[stage.segment] = cells[stage.segment]
    return tuple(exposed.values()) or None


def joined_datasets(cells: tuple[Predicate, ...]) -> Iterator[DatasetId]:
    """Give the datasets that stand behind joins in the cells."""
    for cell in cells:
        part: Predicate = cell
        while isinstance(part, Joined):
            yield part.dataset
            part = part.where


def _inherited(
    plan: Plan, dataset: Dataset, of: DatasetId, where: Predicate, passed: frozenset[DatasetId]
) -> Predicate | None:
    if dataset.id == of:
        return where
    if len(passed) >= _LONGEST_CHAIN or dataset.id in passed:
        return None
    for field in dataset.fields.values():
        if field.joins is None or field.need is Need.NONE:
            continue
        target = plan.field(field.joins)
        target_id = DatasetId(field.joins.rpartition(".")[0])
        other = plan.dataset(target_id)
        if other.source != dataset.source:
            continue
        inner = _inherited(plan, other, of, where, passed | {dataset.id})
        if inner is not None:
            return Joined(field.name, target_id, target.name, inner)
    return None
