"""What narrowing costs, counted on facts: records, acceptance criteria, and samples that are no longer reached."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from lineage.cells import in_force_cell, segment_cells, window_cell
from lineage.connector import MeasureKind
from lineage.facts import Fact, MeasureFact
from lineage.model import DatasetId
from lineage.plan.model import Dataset, Plan, Stage
from lineage.scope.cut import Cut


class Counted:
    """The records of each dataset of a plan, by the cells that they were told apart by."""

    def __init__(self, plan: Plan, facts: Iterable[Fact]) -> None:
        self._plan = plan
        wheres = {dataset.id: "" if dataset.where is None else str(dataset.where) for dataset in plan.datasets()}
        self._facts: dict[DatasetId, list[MeasureFact]] = {}
        for fact in facts:
            counts = isinstance(fact, MeasureFact) and fact.measure == MeasureKind.ROWS.value
            if isinstance(fact, MeasureFact) and counts and wheres.get(fact.dataset) == fact.where:
                self._facts.setdefault(fact.dataset, []).append(fact)
        self._cells = {
            dataset.id: {name: str(cell) for name, cell in segment_cells(plan, dataset).items()}
            for dataset in plan.datasets()
            if dataset.id in self._facts
        }

    def records(self, cut: Cut) -> int | None:
        """Give how many records the steps still read in the stages that are left; None where one is not counted."""
        stages = [stage for stage in self._plan.rollout if stage.id not in cut.stages]
        if self._plan.rollout and not stages:
            return 0
        total = 0
        for dataset_id in sorted(self._read(cut)):
            dataset = self._plan.dataset(dataset_id)
            cells = self._cells.get(dataset_id, {})
            named = {stage.segment for stage in stages}
            whole = not stages or any(segment is None or segment not in cells for segment in named)
            exposed = None if whole else {cells[str(segment)] for segment in named}
            rows = self._rows(dataset, cut, exposed)
            if rows is None:
                return None
            total += rows
        return total

    def population(self, stage: Stage, cut: Cut) -> float | None:
        """Give how many records of its segment a stage exposes; None where that was not counted."""
        reached: float | None = None
        segment = self._plan.segments.get(stage.segment or "")
        if segment is not None and segment.of not in cut.datasets:
            cell = self._cells.get(segment.of, {}).get(segment.id)
            reached = self._rows(self._plan.dataset(segment.of), cut, {cell}) if cell is not None else None
        if reached is not None and stage.share is not None:
            reached *= stage.share
        if stage.people_max is not None:
            reached = float(stage.people_max) if reached is None else min(reached, stage.people_max)
        return reached

    def _read(self, cut: Cut) -> set[DatasetId]:
        return {
            dataset
            for step in self._plan.steps.values()
            if step.id not in cut.steps
            for dataset, fields in step.reads.items()
            if any(one not in cut.fields for one in fields)
        }

    def _rows(self, dataset: Dataset, cut: Cut, exposed: set[str] | None) -> int | None:
        limits = [window_cell(dataset)] if dataset.id in cut.windows else []
        limits += [in_force_cell(dataset)] if dataset.id in cut.outdated else []
        facts, needed = self._facts.get(dataset.id, []), {str(limit) for limit in limits}
        if not facts or not (needed | (exposed or set())) <= {key for key, _ in facts[0].atom}:
            return None
        total = 0
        for fact in facts:
            true = {key for key, holds in fact.atom if holds}
            if needed <= true and (exposed is None or exposed & true) and isinstance(fact.value, int):
                total += fact.value
        return total


def measured(plan: Plan, cut: Cut) -> tuple[str, ...]:
    """Give the acceptance criteria that are not measured on what leaves."""
    gone = {*cut.fields, *cut.datasets, *cut.sources}
    return tuple(name for name, criterion in _criteria(plan).items() if not gone & set(_rests_on(criterion)))


def _rests_on(criterion: object) -> Sequence[str]:
    """Give what a criterion is measured `of`, and what holds it: a dataset, and its source."""
    of = criterion.get("of") if isinstance(criterion, Mapping) else None
    named = [str(one) for one in (of if isinstance(of, list) else [of]) if one]
    return [".".join(one.split(".")[:size]) for one in named for size in range(1, one.count(".") + 2)]


def unreached(plan: Plan, cut: Cut, counted: Counted) -> tuple[str, ...]:
    """Give the criteria whose sample (`n`) no stage that waits for them can reach any more, as far as is counted."""
    found = []
    for name, criterion in _criteria(plan).items():
        size = criterion.get("n") if isinstance(criterion, Mapping) else None
        if isinstance(size, bool) or not isinstance(size, int):
            continue
        waiting = [stage for stage in plan.rollout if name in stage.expand_when] or list(plan.rollout)
        before = [counted.population(stage, Cut()) for stage in waiting]
        after = [counted.population(stage, cut) for stage in waiting if stage.id not in cut.stages]
        if _reaches(before, size) and after and None not in after and not _reaches(after, size):
            found.append(name)
    return tuple(found)


def _reaches(populations: Iterable[float | None], size: int) -> bool:
    return any(found is not None and found >= size for found in populations)


def _criteria(plan: Plan) -> Mapping[str, object]:
    criteria = plan.content.get("acceptance")
    return criteria if isinstance(criteria, Mapping) else {}
