"""A connector for tests of rules alone: records in memory, answered through the port that real connectors keep.

Real systems are used where a rule's whole way is tested; here a test says exactly what a catalogue shows and hides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from lineage.audit import Audit, audit, evidence_of
from lineage.cells import cells_of
from lineage.connector import Measure, MeasureKind
from lineage.facts import (
    AbsentFact,
    Atom,
    DatasetFact,
    Fact,
    FieldFact,
    JobFact,
    MeasureFact,
    ResolvedFact,
    Seen,
    Snapshot,
    SystemFact,
    UnseenFact,
)
from lineage.finding import Finding, Judgement
from lineage.model import DatasetId, DatasetKind, Name, SourceId, Verdict
from lineage.plan.load import read_plan
from lineage.plan.model import Dataset, Plan
from lineage.predicate import Ago, And, Between, Compare, IsIn, IsNull, Joined, Not, Or, Predicate, Truth
from lineage.rule import Evidence, Rule

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
Record = Mapping[str, Any]


def ago(**span: float) -> datetime:
    """Give a moment before now: `ago(days=3)`."""
    return NOW - timedelta(**span)


@dataclass
class Table:
    """A dataset in memory; columns that are not typed are text."""

    records: Sequence[Record]
    types: Mapping[str, str] = field(default_factory=dict)
    key: tuple[str, ...] = ()
    defaults: Mapping[str, str] = field(default_factory=dict)
    kind: DatasetKind = DatasetKind.TABLE
    changed_at: datetime | None = None


@dataclass
class Memory:
    """A system in memory: its tables by what the plan calls `reads`."""

    tables: dict[str, Table] = field(default_factory=dict)
    complete: bool = True
    product: str = "PostgreSQL"
    offset: float | None = None
    jobs: tuple[JobFact, ...] = ()
    silent: bool = False
    """The system does not answer."""
    unmeasured: frozenset[str] = frozenset()
    """Fields whose measures are refused."""

    def name(self, reads: str) -> Name:
        """Give the physical name of a table."""
        return Name("memory://", ("main", reads))


SEEN = Seen(SourceId("crm"), NOW, "memory", "auditor")


def load(text: str) -> Plan:
    """Load a plan."""
    plan, problems = read_plan(text, "plan.yaml")
    assert plan is not None, problems
    return plan


def evidence(text: str, system: Memory, rules: Sequence[Rule]) -> Evidence:
    """Scan a system in memory for what rules ask, in both waves."""
    return evidence_of(load(text), facts(text, system, rules), NOW)


def judged(rule: Rule, text: str, system: Memory) -> list[Judgement]:
    """Give the judgements of one rule."""
    return list(rule.check(evidence(text, system, [rule])))


def audited(text: str, system: Memory, rules: Sequence[Rule]) -> Audit:
    """Judge a plan on a system in memory."""
    return audit(load(text), Snapshot(NOW, facts(text, system, rules)), rules, NOW)


def found(judgements: Sequence[Judgement], leaf: str) -> Judgement:
    """Give the one judgement on a leaf, by the end of its path."""
    matching = [judgement for judgement in judgements if judgement.leaf.endswith(leaf)]
    assert len(matching) == 1, [(judgement.leaf, judgement.verdict, judgement.says) for judgement in judgements]
    return matching[0]


def verdicts(judgements: Sequence[Judgement]) -> set[Verdict]:
    """Give the verdicts."""
    return {judgement.verdict for judgement in judgements}


def findings(result: Audit) -> dict[str, list[Finding]]:
    """Give the findings by rule."""
    by_rule: dict[str, list[Finding]] = {}
    for finding in result.findings:
        by_rule.setdefault(finding.rule, []).append(finding)
    return by_rule


def facts(text: str, system: Memory, rules: Sequence[Rule]) -> tuple[Fact, ...]:
    """Give the facts of both waves."""
    plan = load(text)
    if system.silent:
        return (UnseenFact(SEEN, "system", "connection refused", "start it"),)
    first = tuple(_structure(plan, system))
    ground = evidence_of(plan, first, NOW).ground
    wanted = {request for rule in rules for request in rule.requests(ground) if isinstance(request, Measure)}
    return (*first, *_measured(plan, system, wanted))


def _structure(plan: Plan, system: Memory) -> Iterator[Fact]:
    yield SystemFact(SEEN, "memory://", system.product, "1", system.complete, system.offset)
    yield from system.jobs
    for dataset in plan.datasets():
        table = system.tables.get(dataset.reads)
        if table is None:
            yield AbsentFact(SEEN, dataset.id, dataset.reads, system.complete, tuple(system.tables))
            continue
        name = system.name(dataset.reads)
        yield ResolvedFact(SEEN, dataset.id, name)
        yield DatasetFact(SEEN, name, table.kind, len(table.records), table.key, changed_at=table.changed_at)
        columns = dict.fromkeys([*table.types, *(column for record in table.records for column in record)])
        for position, column in enumerate(columns):
            yield FieldFact(
                SEEN, name.at(column), position, table.types.get(column, "text"), default=table.defaults.get(column)
            )


def _measured(plan: Plan, system: Memory, wanted: set[Measure]) -> Iterator[Fact]:
    for dataset in plan.datasets():
        if dataset.reads not in system.tables:
            continue
        atoms: dict[Atom, list[Record]] = {}
        cells = cells_of(plan, dataset)
        for record in system.tables[dataset.reads].records:
            if dataset.where is None or _holds(dataset.where, record, system, plan):
                atom = tuple(sorted((str(cell), _holds(cell, record, system, plan)) for cell in cells))
                atoms.setdefault(atom, []).append(record)
        atoms = atoms or {tuple(sorted((str(cell), False) for cell in cells)): []}
        measures = {Measure(dataset.id, MeasureKind.ROWS), *(one for one in wanted if one.dataset == dataset.id)}
        for measure in sorted(measures, key=lambda one: one.key):
            if measure.kind is MeasureKind.REPEATS:
                yield from _repeats(dataset, measure, atoms)
            else:
                yield from _answers(plan, dataset, system, measure, atoms)


def _repeats(dataset: Dataset, measure: Measure, atoms: Mapping[Atom, Sequence[Record]]) -> Iterator[Fact]:
    where = "" if dataset.where is None else str(dataset.where)
    cells = {key for atom in atoms for key, _ in atom}
    for alone in ((), *(((key, True),) for key in sorted(cells))):
        records = [record for atom, members in atoms.items() if set(alone) <= set(atom) for record in members]
        keys = [key for one in records if None not in (key := tuple(one.get(field) for field in measure.reads))]
        yield MeasureFact(SEEN, dataset.id, where, alone, measure.key, len(keys) - len(set(keys)))


def _answers(
    plan: Plan, dataset: Dataset, system: Memory, measure: Measure, atoms: Mapping[Atom, Sequence[Record]]
) -> Iterator[Fact]:
    if measure.field in system.unmeasured and measure.field is not None:
        column = system.name(dataset.reads).at(measure.field)
        yield UnseenFact(SEEN, "data", "permission denied (42501)", f"grant select on {measure.field}", column)
        return
    where = "" if dataset.where is None else str(dataset.where)
    behind = system.tables[plan.dataset(measure.joins).reads].records if measure.joins else ()
    found = {record.get((measure.of or "").rpartition(".")[2]) for record in behind} | {None}
    for atom, records in atoms.items():
        lost = sum(record.get(measure.field or "") not in found for record in records)
        value = lost if measure.kind is MeasureKind.ORPHANS else _value(measure, records)
        yield MeasureFact(SEEN, dataset.id, where, atom, measure.key, value)


def _value(measure: Measure, records: Sequence[Record]) -> int | datetime | None:
    values = [record.get(measure.field or "") for record in records]
    if measure.kind in _COUNTED:
        return sum(_COUNTED[measure.kind](measure, value) for value in values)
    moments = [_moment(value) for value in values if value is not None and value != ""]
    if measure.kind is MeasureKind.OLDEST:
        return min(moments, default=None)
    ahead = NOW + (measure.span.mean() if measure.span else timedelta(0))
    return max((moment for moment in moments if moment <= ahead), default=None)


_COUNTED: Mapping[MeasureKind, Callable[[Measure, Any], bool]] = {
    MeasureKind.ROWS: lambda _measure, _value: True,
    MeasureKind.NULLS: lambda _measure, value: value is None,
    MeasureKind.BLANKS: lambda _measure, value: isinstance(value, str) and not value.strip(),
    MeasureKind.OUTSIDE: lambda measure, value: value is not None and value not in (measure.values or ()),
    MeasureKind.FUTURE: lambda measure, value: (
        value is not None and measure.span is not None and _moment(value) > NOW + measure.span.mean()
    ),
    MeasureKind.OLDER: lambda measure, value: (
        value is not None and measure.span is not None and _moment(value) < measure.span.before(NOW)
    ),
}


def _moment(value: Any) -> datetime:
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=UTC)
    return datetime(value.year, value.month, value.day, tzinfo=UTC)


_COMPARED: Mapping[str, Callable[[Any, Any], bool]] = {
    "=": lambda one, other: bool(one == other),
    "!=": lambda one, other: bool(one != other),
    "<": lambda one, other: bool(one < other),
    "<=": lambda one, other: bool(one <= other),
    ">": lambda one, other: bool(one > other),
    ">=": lambda one, other: bool(one >= other),
}


def _holds(predicate: Predicate, record: Record, system: Memory, plan: Plan) -> bool:
    match predicate:
        case And():
            return all(_holds(part, record, system, plan) for part in predicate.of)
        case Or():
            return any(_holds(part, record, system, plan) for part in predicate.of)
        case Not():
            return not _holds(predicate.of, record, system, plan)
        case Joined():
            other = system.tables[plan.dataset(DatasetId(predicate.dataset)).reads].records
            keys = {row[predicate.key] for row in other if _holds(predicate.where, row, system, plan)}
            return record.get(predicate.field) in keys
        case _:
            return _leaf_holds(predicate, record.get(predicate.field))


def _leaf_holds(predicate: Compare | IsIn | Between | IsNull | Truth, value: Any) -> bool:
    if isinstance(predicate, IsNull) or value is None:
        return isinstance(predicate, IsNull) and value is None
    match predicate:
        case Compare():
            if isinstance(predicate.value, Ago):
                return _COMPARED[predicate.op](_moment(value), predicate.value.span.before(NOW))
            return _COMPARED[predicate.op](value, predicate.value)
        case IsIn():
            return value in predicate.values
        case Truth():
            return bool(value)
        case _:
            raise NotImplementedError(predicate)
