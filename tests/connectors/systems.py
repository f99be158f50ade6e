"""The system that every connector is held against: its records, what attacks it, and how it is read as a scan does."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from lineage import registry
from lineage.connector import Column, Measure, MeasureKind, Relation, Task
from lineage.context import Context
from lineage.detector import Label
from lineage.duration import Duration
from lineage.facts import (
    CostFact,
    Fact,
    FieldFact,
    MeasureFact,
    MemberFact,
    PrincipalFact,
    ResolvedFact,
    SystemFact,
)
from lineage.model import DatasetId, SourceId
from lineage.plan.model import Budget

if TYPE_CHECKING:
    import pyarrow as pa

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
MARKER = "zq7marker"
ROWS = (
    # id, region, email, at
    (1, "EU", f"{MARKER}1@x.example", "2026-11-22 10:00:00"),
    (2, "EU", None, "2026-10-01 00:00:00"),
    (3, "US", f"{MARKER}3@x.example", "2027-01-01 00:00:00"),
    (4, f"{MARKER}", " ", None),
)
ODD_COLUMNS = ('quo"ted', "with space", "Größe", "MixedCase", "per%cent", "semi;colon", "n" * 63)
CONTACTS = DatasetId("s.contacts")
ODD = DatasetId("s.odd")
INJECTIONS = (
    "contacts; DROP TABLE contacts; --",
    'contacts"; DROP TABLE contacts; --',
    "contacts' OR '1'='1",
    "$(touch pwned)",
    "'); ATTACH 'pwned.db' AS x; --",
    "%s %(a)s :a $1 {x} \\",
    "../../etc/passwd",
    "/etc/passwd",
    "a\x00b",
    "\ud800",
    "x" * 5_000,
)


@dataclass(slots=True)
class System:
    """A system made for a test."""

    settings: dict[str, Any]
    targets: dict[DatasetId, str] = field(default_factory=dict)
    state: Callable[[], object] = lambda: None
    """What must be equal before and after a read."""
    secrets: tuple[str, ...] = ()
    own: Callable[[Fact], bool] = lambda _fact: True
    """Whether a fact is about the system itself: others may show theirs to everybody at a shared server."""


@dataclass(slots=True)
class Emails:
    """A detector that sees what holds an @."""

    name: str = "emails"
    seen: int = 0

    def detect(self, table: pa.Table) -> Iterator[Label]:
        """Give a label for each column with an @."""
        for header in table.column_names:
            values = [value for value in table.column(header).to_pylist() if value is not None]
            self.seen += len(values)
            hits = sum("@" in value for value in values)
            if hits:
                yield Label(header, "email", hits, len(values), ("shape",), 0.9, (0.0, 1.0))


def read(kind: str, settings: dict[str, Any], tasks: Sequence[Task], context: Context | None = None) -> list[Fact]:
    """Read as a scan does."""
    connector = registry.connector(kind)
    return list(connector.read(connector.settings.model_validate(settings), tasks, context or context_of()))


def context_of(**changes: Any) -> Context:
    """Give what a connector is told."""
    return replace(Context(SourceId("s"), NOW, Budget(rows=100_000, seconds=20, sample=50), Emails()), **changes)


def without_time(facts: Sequence[Fact]) -> list[str]:
    """Give facts as text, without when they were seen, how long it took, and what is the whole server's.

    Accounts, roles and who is in them belong to the server, where tests that run at the same time make theirs: they
    are read, so that the rows that were read move with them, and nothing else does.
    """
    told = []
    for fact in facts:
        match replace(fact, seen=replace(fact.seen, at=NOW)):
            case PrincipalFact() | MemberFact():
                pass
            case SystemFact() as system:
                told.append(repr(replace(system, can_become=(), clock_offset_seconds=None)))
            case CostFact() as cost:
                told.append(repr(replace(cost, seconds=0.0, rows=0)))
            case timeless:
                told.append(repr(timeless))
    return told


def relation_of(facts: Sequence[Fact], dataset: DatasetId) -> Relation:
    """Give the relation that a scan would make of a dataset."""
    [name] = [fact.name for fact in facts if isinstance(fact, ResolvedFact) and fact.dataset == dataset]
    fields = [fact for fact in facts if isinstance(fact, FieldFact) and fact.name.dataset == name]
    return Relation(dataset, name, {".".join(one.name.field): Column(one.name.field, one.type) for one in fields})


def measures_of(
    dataset: DatasetId, clock: str = "at", field_name: str = "email", **changes: Any
) -> tuple[Measure, ...]:
    """Give one measure of each kind."""
    skew = Duration(seconds=300)
    return tuple(
        replace(measure, **changes) if measure.field is not None else measure
        for measure in (
            Measure(dataset, MeasureKind.ROWS),
            Measure(dataset, MeasureKind.NEWEST, clock, skew),
            Measure(dataset, MeasureKind.OLDEST, clock),
            Measure(dataset, MeasureKind.FUTURE, clock, skew),
            Measure(dataset, MeasureKind.OLDER, clock, Duration(seconds=86_400)),
            Measure(dataset, MeasureKind.NULLS, field_name),
            Measure(dataset, MeasureKind.BLANKS, field_name),
            Measure(dataset, MeasureKind.OUTSIDE, "region", values=("EU", "US")),
        )
    )


def values_of(facts: Sequence[Fact]) -> dict[str, Any]:
    """Give each measure's value over all atoms: sums, or the list of moments."""
    values: dict[str, Any] = {}
    for fact in facts:
        if isinstance(fact, MeasureFact):
            kind = fact.measure.split(":")[0]
            if kind in {"newest", "oldest"}:
                values.setdefault(kind, []).append(fact.value)
            else:
                values[kind] = values.get(kind, 0) + (fact.value or 0)
    return values


def measured(facts: Sequence[Fact]) -> dict[tuple[str, object], object]:
    """Give each measure's value by its atom."""
    return {(fact.measure, fact.atom): fact.value for fact in facts if isinstance(fact, MeasureFact)}
