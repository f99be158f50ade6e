"""What a run read of each source, as its owner asks for it: what, how old, by which steps, as whom."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime

from lineage.audit import Audit
from lineage.connector import Measure, MeasureKind
from lineage.facts import MeasureFact, Snapshot
from lineage.finding import Assumption
from lineage.model import Verdict
from lineage.plan.model import Dataset, Plan, Source
from lineage.report import DatasetRead, SourceRead
from lineage.rule import Evidence, Measured


def readings(plan: Plan, judged: Audit, snapshot: Snapshot) -> tuple[SourceRead, ...]:
    """Give what was read of every source of a plan."""
    evidence = _measured(plan, judged, snapshot)
    ledger = {line.leaf: line for line in judged.assumptions}
    return tuple(_source(source, evidence, ledger) for source in plan.sources.values())


def _measured(plan: Plan, judged: Audit, snapshot: Snapshot) -> Evidence:
    # Measures alone are indexed: of the rest nothing is asked, and a large snapshot is not walked through twice.
    wheres = {dataset.id: "" if dataset.where is None else str(dataset.where) for dataset in plan.datasets()}
    measures: defaultdict[tuple[str, str], list[MeasureFact]] = defaultdict(list)
    for fact in snapshot.facts:
        if isinstance(fact, MeasureFact) and wheres.get(fact.dataset) == fact.where:
            measures[fact.dataset, fact.measure].append(fact)
    return Evidence(judged.ground, {key: tuple(facts) for key, facts in measures.items()}, {}, {}, {})


def _source(source: Source, evidence: Evidence, ledger: Mapping[str, Assumption]) -> SourceRead:
    system = evidence.ground.catalog.system(source.id)
    return SourceRead(
        source.id,
        source.owner or evidence.plan.owner,
        f"{system.product} {system.version}".strip() if system is not None else "",
        source.identity,
        tuple(_dataset(dataset, evidence, ledger) for dataset in source.datasets.values()),
        system.version if system is not None else "",
    )


def _dataset(dataset: Dataset, evidence: Evidence, ledger: Mapping[str, Assumption]) -> DatasetRead:
    fact = evidence.ground.catalog.dataset(dataset.id)
    rows = evidence.measured(Measure(dataset.id, MeasureKind.ROWS))
    estimate = fact.rows_estimate if fact is not None else None
    fresh = dataset.fresh
    line = ledger.get(f"{fresh.path}.within") if fresh is not None else None
    return DatasetRead(
        dataset.id,
        dataset.reads,
        fact is not None,
        tuple(step.id for step in evidence.plan.steps.values() if step.reads.get(dataset.id)),
        rows.rows if isinstance(rows, Measured) else estimate,
        _newest(dataset, evidence),
        fresh.clock if fresh is not None else "",
        str(fresh.within) if fresh is not None else "",
        line.verdict if line is not None else None,
        line.says if line is not None and line.verdict is not Verdict.HELD else "",
    )


def _newest(dataset: Dataset, evidence: Evidence) -> datetime | None:
    if (fresh := dataset.fresh) is None:
        return None
    # A clock that has a zone of its own is measured without the declared one.
    for zone in dict.fromkeys((fresh.zone, None)):
        newest = evidence.measured(Measure(dataset.id, MeasureKind.NEWEST, fresh.clock, fresh.skew, zone=zone))
        if isinstance(newest, Measured) and isinstance(newest.value, datetime):
            return newest.value if newest.value.tzinfo else newest.value.replace(tzinfo=evidence.now.tzinfo)
    return None
