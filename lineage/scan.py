"""The scan: merge what rules ask, let connectors answer, and keep the answers as a snapshot.

Two waves: structure first, since view bases and copies are only known once it is read; then data.
Every piece of work is an independent, picklable task for a `concurrent.futures.Executor`.
A source that cannot be read is a failure and a fact, never silence; no value of a record is ever in a fact.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor, as_completed
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from pydantic import ValidationError

from lineage import registry
from lineage.access import access_of
from lineage.catalog import catalog_of
from lineage.compare import Comparison
from lineage.compare import run as compared
from lineage.confirmation import FILE as CONFIRMATIONS
from lineage.confirmation import read_confirmations
from lineage.connector import (
    Request,
    Sample,
    Structure,
    Task,
)
from lineage.context import Context
from lineage.detector import Detector
from lineage.errors import ConnectorError, PlanError
from lineage.examine import examinations, examined
from lineage.facts import Fact, Failure, Seen, Snapshot, UnseenFact
from lineage.graph import graph_of
from lineage.model import SourceId
from lineage.plan.contracts import read_contracts
from lineage.plan.directory import people
from lineage.plan.documents import itself, look_up
from lineage.plan.environment import resolve
from lineage.plan.model import Plan, Source
from lineage.recognizers import detector_of
from lineage.rule import Ground, Rule
from lineage.spare import keeping
from lineage.tasks import comparisons, data_tasks

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
    with keeping(), ThreadPoolExecutor(max_workers=4) as threads:
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
            tasks, skipped = data_tasks(ground, requests, sample=limits.sample)
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
            facts.extend(_compared(pool, list(comparisons(ground, requests, settings, broken)), report))
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
