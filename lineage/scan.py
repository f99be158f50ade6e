"""The scan: merge what rules ask, let connectors answer, and keep the answers as a snapshot.

Two waves: structure first, since view bases and copies are only known once it is read; then data.
Every piece of work is an independent, picklable task for a `concurrent.futures.Executor`.
A source that cannot be read is a failure and a fact, never silence; no value of a record is ever in a fact.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from concurrent.futures import Executor, ThreadPoolExecutor, as_completed
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from pydantic import ValidationError

from lineage import registry
from lineage.access import access_of
from lineage.catalog import Catalog, catalog_of
from lineage.cells import cells_of, joined_datasets
from lineage.compare import Comparison, Side
from lineage.compare import run as compared
from lineage.confirmation import FILE as CONFIRMATIONS
from lineage.confirmation import read_confirmations
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
    Sample,
    Stream,
    Structure,
    Task,
)
from lineage.context import Context
from lineage.detector import Detector
from lineage.errors import ConnectorError, PlanError
from lineage.examine import examinations, examined
from lineage.facts import Fact, Failure, Seen, Snapshot, UnseenFact
from lineage.graph import graph_of
from lineage.looks import samples
from lineage.model import DatasetId, Name, SourceId
from lineage.plan.contracts import read_contracts
from lineage.plan.directory import people
from lineage.plan.documents import itself, look_up
from lineage.plan.environment import resolve
from lineage.plan.model import Dataset, Plan, Source
from lineage.predicate import Joined, Predicate, fields_of
from lineage.recognizers import detector_of
from lineage.rule import Ground, Rule

_ALLOW = "allow it with --allow-exec, or give the --snapshot of an audit that was"
Progress = Callable[[str, int, int], None]
"""Called with what is being done, how many of its parts are done, and of how many."""


@dataclass(frozen=True, slots=True)
class Work:
    """One piece of work for an executor: tasks of one source, answered over one connection."""

    kind: str
    settings: Mapping[str, object]
    tasks: tuple[Task, ...]
    context: Context


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a piece of work gave."""

    facts: tuple[Fact, ...]
    failure: Failure | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """What a scan is allowed to do besides reading catalogues."""

    data: bool = True
    """Aggregate over rows."""
    sample: bool = True
    """Look at values, in the scanning process only."""
    commands: bool = False
    """Run connectors that start a command."""
    detector: Detector | None = None
    """What looks at values; without it, what the plan says."""


def scan(
    plan: Plan,
    rules: Sequence[Rule],
    *,
    now: datetime,
    environ: Mapping[str, str] | None = None,
    executor: Executor | None = None,
    limits: Limits = Limits(),
    progress: Progress | None = None,
    folder: Path | None = None,
) -> Snapshot:
    """Read every source of a plan, and what the rules must know of its data.

    `folder` is the plan's own: the files that its answers name are looked for there, and nowhere without it.

    Raises:
        PlanError: a setting is wrong, its environment variable is missing, or what the plan adds to the detector.
        PluginError: a connector cannot be imported.
    """
    settings = {
        source.id: _settings(source, os.environ if environ is None else environ) for source in plan.sources.values()
    }
    eyes = (limits.detector or detector_of(plan, folder)) if limits.data else registry.detector()
    report = progress or (lambda _what, _done, _of: None)
    with ThreadPoolExecutor(max_workers=4) as threads:
        pool = executor or threads
        first = _run_all(pool, list(_structure(plan, settings, now, limits)), "structure", report)
        facts = [fact for outcome in first for fact in outcome.facts]
        if folder is not None:
            facts.extend((*itself(plan, now), *look_up(plan, folder, now), *people(plan, folder, now)))
            facts.extend(read_confirmations(folder / CONFIRMATIONS))
        facts.extend(read_contracts(plan, folder, now) if folder is not None else ())
        failures = [outcome.failure for outcome in first if outcome.failure]
        if limits.data:
            ground = ground_of(plan, facts, now)
            requests, more = requested(ground, rules)
            tasks, skipped = _second_wave(ground, requests, limits)
            facts.extend(skipped)
            failures.extend(more)
            broken = {failure.what for failure in failures}
            second = _run_all(
                pool,
                [
                    work
                    for source_id, wanted in tasks.items()
                    if f"source {source_id}" not in broken
                    for work in _works(plan.sources[source_id], settings[source_id], wanted, now, eyes)
                ],
                "data",
                report,
            )
            facts.extend(fact for outcome in second for fact in outcome.facts)
            failures.extend(outcome.failure for outcome in second if outcome.failure)
            broken.update(failure.what for failure in failures)
            facts.extend(_compared(pool, list(_comparisons(ground, requests, settings, broken)), report))
            if limits.sample:
                facts.extend(examined(pool, examinations(ground, requests, settings, broken)))
    return Snapshot(now, tuple(facts), _once(failures))


def _once(failures: Iterable[Failure]) -> tuple[Failure, ...]:
    """Give what failed once each: who lost a source while measuring and who lost it while sampling tell one loss."""
    found: dict[str, Failure] = {}
    for failure in failures:
        found.setdefault(failure.what, failure)
    return tuple(found.values())


def ground_of(plan: Plan, facts: Iterable[Fact], now: datetime) -> Ground:
    """Give what facts of the first wave mean for a plan."""
    seen = tuple(facts)
    catalog = catalog_of(plan, seen)
    return Ground(plan, catalog, graph_of(plan, catalog, seen), access_of(seen), now)


def run(work: Work) -> Outcome:
    """Do one piece of work; also in another process. A failure is an outcome, and a fact about the source."""
    facts: list[Fact] = []
    try:
        connector = registry.connector(work.kind)
        read = connector.read(connector.settings.model_validate(work.settings), work.tasks, work.context)
        facts.extend(read)
    except ConnectorError as e:
        reason = str(e).removeprefix(f"{work.context.source}: ")
        settle = "make the source reachable for the auditor and scan again"
    except ImportError as e:
        reason, settle = f"{e.name or 'its client'} is not installed", registry.what_to_install(work.kind, e.name)
    except Exception as e:  # noqa: BLE001 - a connector that crashes must not take the run along; its text may hold values
        reason, settle = (
            f"the connector {work.kind} crashed ({type(e).__name__})",
            "report this as a bug of the connector",
        )
    else:
        return Outcome(tuple(facts))
    seen = Seen(work.context.source, work.context.now, "connect", "")
    facts.append(UnseenFact(seen, "system", reason, settle))
    return Outcome(tuple(facts), Failure(f"source {work.context.source}", reason, settle))


def _run_all(pool: Executor, works: Sequence[Work], what: str, progress: Progress) -> list[Outcome]:
    futures = {pool.submit(run, work): number for number, work in enumerate(works)}
    outcomes: dict[int, Outcome] = {}
    progress(what, 0, len(works))
    for future in as_completed(futures):
        outcomes[futures[future]] = future.result()
        progress(what, len(outcomes), len(works))
    return [outcomes[number] for number in range(len(works))]


def _settings(source: Source, environ: Mapping[str, str]) -> Mapping[str, object]:
    connector = registry.connector(source.kind)
    resolved = resolve(source.settings, environ, source=source.id)
    try:
        connector.settings.model_validate(resolved)
    except ValidationError as e:
        told = ((*map(str, error["loc"]), error["msg"].removeprefix("Value error, ")) for error in e.errors())
        raise PlanError(f"{source.path}.connector: {'; '.join(': '.join(parts) for parts in told)}") from None
    return resolved


def _runs_a_command(source: Source) -> bool:
    connector = registry.connector(source.kind)
    return connector.runs_commands and (connector.command_setting in {None, *source.settings})


def _structure(
    plan: Plan, settings: Mapping[SourceId, Mapping[str, object]], now: datetime, limits: Limits
) -> Iterator[Work]:
    for source in plan.sources.values():
        if _runs_a_command(source) and not limits.commands:
            raise PlanError(f"{source.path}: the connector {source.kind} runs a command; {_ALLOW}")
        targets = {dataset.id: dataset.reads for dataset in source.datasets.values()}
        context = Context(source.id, now, source.budget, identity=source.identity, functions=source.functions)
        task = Structure(targets, source.identity, source.application)
        yield Work(source.kind, settings[source.id], (task,), context)


def _works(
    source: Source, settings: Mapping[str, object], tasks: Sequence[Task], now: datetime, eyes: Detector
) -> Iterator[Work]:
    # Samples stand apart: they need the detector, which is slow to load and CPU-bound, so another worker may take them.
    context = Context(source.id, now, source.budget, identity=source.identity)
    measured = tuple(task for task in tasks if not isinstance(task, Sample))
    sampled = tuple(task for task in tasks if isinstance(task, Sample))
    if measured:
        yield Work(source.kind, settings, measured, context)
    if sampled:
        yield Work(source.kind, settings, sampled, replace(context, detector=eyes))


def _second_wave(
    ground: Ground, requests: Iterable[Request], limits: Limits
) -> tuple[Mapping[SourceId, list[Task]], list[Fact]]:
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
        if limits.sample and (fields := looks.get(dataset.id)):
            seen, budget = ground.catalog.datasets.get(name), ground.plan.sources[dataset.source].budget
            relation = _relation(ground.catalog, dataset, name, fields)
            tasks[dataset.source].extend(samples(dataset, relation, seen.rows_estimate if seen else None, budget))
        for identity, fields in probes.get(dataset.id, {}).items():
            tasks[dataset.source].append(Attempt(_relation(ground.catalog, dataset, name, fields), identity))
    return tasks, unseen


def _comparisons(
    ground: Ground,
    requests: Iterable[Request],
    settings: Mapping[SourceId, Mapping[str, object]],
    broken: Set[str],
) -> Iterator[Comparison]:
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


def _compared(pool: Executor, comparisons: Sequence[Comparison], progress: Progress) -> Iterator[Fact]:
    futures = [pool.submit(compared, comparison) for comparison in comparisons]
    for number, future in enumerate(futures):
        progress("comparisons", number, len(futures))
        yield from future.result()
    if futures:
        progress("comparisons", len(futures), len(futures))


def requested(ground: Ground, rules: Sequence[Rule]) -> tuple[list[Request], list[Failure]]:
    """Give what the rules must know, each request once; a rule that crashes is a failure."""
    found: dict[Request, None] = {}
    failures: list[Failure] = []
    for rule in rules:
        try:
            found.update(dict.fromkeys(rule.requests(ground)))
        except Exception as e:  # noqa: BLE001 - a rule that crashes must not take the run along
            failures.append(Failure(f"rule {rule.id}", f"crashed while asking ({type(e).__name__})", "report this bug"))
    return list(found), failures


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
