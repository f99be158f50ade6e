"""What is asked of each source's data: the rules' requests, merged by dataset into tasks.

What a request names and was not found is a fact here already, so that rules can tell why there is no answer.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Set

from lineage.catalog import Catalog
from lineage.cells import cells_of, joined_datasets
from lineage.compare import Comparison, Side
from lineage.connector import (
    Attempt,
    Column,
    Columns,
    Compare,
    Look,
    Measure,
    MeasureKind,
    Probe,
    Profile,
    Relation,
    Request,
    Stream,
    Task,
)
from lineage.context import Context
from lineage.facts import Fact, Seen, UnseenFact
from lineage.looks import samples
from lineage.model import DatasetId, Name, SourceId
from lineage.plan.model import Dataset
from lineage.predicate import Joined, Predicate, fields_of
from lineage.rule import Ground


def data_tasks(
    ground: Ground, requests: Iterable[Request], *, sample: bool
) -> tuple[Mapping[SourceId, list[Task]], list[Fact]]:
    """Give what each source is asked of its data, and what cannot be asked at all.

    Without `sample` no value is looked at.
    """
    measures: defaultdict[DatasetId, dict[str, Measure]] = defaultdict(dict)
    looks: defaultdict[DatasetId, set[str]] = defaultdict(set)
    probes: defaultdict[DatasetId, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for request in requests:
        match request:
            case Measure():
                measures[request.dataset][request.key] = request
            case Look():
                looks[request.dataset].update(request.fields)
            case Probe():
                probes[request.dataset][request.identity].update(request.fields)
            case _:
                pass
    tasks: defaultdict[SourceId, list[Task]] = defaultdict(list)
    unseen: list[Fact] = []
    for dataset in ground.plan.datasets():
        name = ground.catalog.physical(dataset.id)
        if name is None:
            continue
        if wanted := measures.get(dataset.id):
            profile, missing = _profile(ground, dataset, name, wanted)
            tasks[dataset.source].append(profile)
            unseen.extend(missing)
        if sample and (fields := looks.get(dataset.id)):
            seen, budget = ground.catalog.datasets.get(name), ground.plan.sources[dataset.source].budget
            relation = _relation(ground.catalog, dataset, name, fields)
            tasks[dataset.source].extend(samples(dataset, relation, seen.rows_estimate if seen else None, budget))
        for identity, fields in probes.get(dataset.id, {}).items():
            tasks[dataset.source].append(Attempt(_relation(ground.catalog, dataset, name, fields), identity))
    return tasks, unseen


def comparisons(
    ground: Ground,
    requests: Iterable[Request],
    settings: Mapping[SourceId, Mapping[str, object]],
    broken: Set[str],
) -> Iterator[Comparison]:
    """Give the comparisons that are asked for of what was found, in sources that answer."""
    for compare in requests:
        if not isinstance(compare, Compare):
            continue
        columns = (compare.left, *compare.right)
        datasets = [ground.plan.dataset(side.dataset) for side in columns]
        seen = all(ground.catalog.field(side.dataset, one) for side in columns for one in side.reads)
        # What was not found, or has not answered, has its own fact, by which rules tell why nothing was compared.
        if seen and not any(f"source {dataset.source}" in broken for dataset in datasets):
            left, *right = (
                _side(ground, side, settings[dataset.source], compare, number)
                for number, (side, dataset) in enumerate(zip(columns, datasets, strict=True))
            )
            yield Comparison(compare, left, tuple(right))


def _side(ground: Ground, columns: Columns, settings: Mapping[str, object], compare: Compare, number: int) -> Side:
    dataset = ground.plan.dataset(columns.dataset)
    source = ground.plan.sources[dataset.source]
    # A record outside of the right side's `where` is there all the same: it is not read, but not gone.
    where = None if number > 0 else dataset.where
    reader = compare.readers[number] or None if compare.readers else source.identity
    whole = reader is None if compare.readers else number > 0
    name = ground.catalog.resolved[dataset.id]
    relation = _relation(ground.catalog, dataset, name, {*columns.reads, *_read_by(where)})
    stream = Stream(relation, columns.reads, where, whole=whole)
    context = Context(source.id, ground.now, source.budget, identity=reader)
    return Side(source.kind, settings, columns, stream, context)


def _profile(ground: Ground, dataset: Dataset, name: Name, wanted: Mapping[str, Measure]) -> tuple[Profile, list[Fact]]:
    present: list[Measure] = []
    missing: list[Fact] = []
    seen = Seen(dataset.source, ground.now, "catalogue", "")
    for measure in (Measure(dataset.id, MeasureKind.ROWS), *wanted.values()):
        gone = [one for one in measure.reads if ground.catalog.field(dataset.id, one) is None]
        if measure.field is None or not (gone or _loose(ground, measure)):
            present.append(measure)
        elif not gone and (column := ground.catalog.physical_field(dataset.id, measure.field)):
            reason, settle = f"{measure.of} was not found", "name a field of the same source that exists"
            missing.append(UnseenFact(seen, "data", reason, settle, column))
        elif column := ground.catalog.physical_field(dataset.id, gone[0]):
            missing.append(
                UnseenFact(seen, "data", "the field is not in the catalogue", "name a field that exists", column)
            )
    cells = tuple(cell for cell in cells_of(ground.plan, dataset) if _measurable(ground.catalog, dataset, cell))
    measures = tuple({measure.key: measure for measure in present}.values())
    read = {field for measure in measures for field in measure.reads} | _read_by(dataset.where, *cells)
    behind = [
        *joined_datasets((*cells, *([dataset.where] if dataset.where else []))),
        *(other for measure in measures if (other := measure.joins) is not None),
    ]
    keys = {measure.of.rpartition(".")[2] for measure in measures if measure.of is not None}
    joined = {
        other: _relation(ground.catalog, there, physical, (*there.fields, *sorted(keys)))
        for other in dict.fromkeys(behind)
        if (physical := ground.catalog.physical(other)) is not None and (there := ground.plan.dataset(other))
    }
    return Profile(_relation(ground.catalog, dataset, name, read), dataset.where, cells, measures, joined), missing


def _loose(ground: Ground, measure: Measure) -> bool:
    """Whether a measure asks for a join to what was not found, or is in another source."""
    if measure.of is None or measure.joins is None:
        return False
    other = ground.plan.dataset(measure.joins)
    found = ground.catalog.field(other.id, measure.of.rpartition(".")[2])
    return found is None or other.source != ground.plan.dataset(measure.dataset).source


def _relation(catalog: Catalog, dataset: Dataset, name: Name, fields: Iterable[str] | None = None) -> Relation:
    wanted = dataset.fields if fields is None else dict.fromkeys(fields)
    columns = {
        field: Column(seen.name.field, seen.type, seen.indexed)
        for field in wanted
        if (seen := catalog.field(dataset.id, field)) is not None
    }
    return Relation(dataset.id, name, columns)


def _measurable(catalog: Catalog, dataset: Dataset, cell: Predicate) -> bool:
    if isinstance(cell, Joined):
        other = catalog.plan.dataset(cell.dataset)
        found = catalog.field(dataset.id, cell.field) is not None and catalog.field(other.id, cell.key) is not None
        return found and _measurable(catalog, other, cell.where)
    return all(catalog.field(dataset.id, field) is not None for field in fields_of(cell))


def _read_by(*predicates: Predicate | None) -> set[str]:
    return {field for predicate in predicates if predicate is not None for field in fields_of(predicate)}
