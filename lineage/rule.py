"""The port to a verdict: a rule says what it must know, and judges what was seen.

A rule is one module `rules/<family>/<flaw>.py` that holds `RULE = Rule(...)`; the module's docstring is its page:
a first line that says the flaw, then *Why it matters*, *What it looks at*, *How to fix it*.
Rules do no I/O: `requests` and `check` are pure functions of what they are given.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from lineage.connector import Compare, Examine, Look, Measure, MeasureKind, Probe, Request
from lineage.contract import Contract
from lineage.facts import (
    ApprovedFact,
    Atom,
    CanaryFact,
    CompareFact,
    ConfinedFact,
    ConfirmationFact,
    CredentialFact,
    DirectoryFact,
    DocumentFact,
    ExamineFact,
    LabelFact,
    LookFact,
    MeasureFact,
    ProbeFact,
    ReviewFact,
    Seen,
    SessionFact,
    TrailFact,
    UnseenFact,
)
from lineage.finding import Judgement, Op
from lineage.model import Name, Principal, Rung, Severity
from lineage.plan.model import Plan
from lineage.predicate import Joined, Predicate, fields_of
from lineage.waivers.model import Weighed

if TYPE_CHECKING:
    from lineage.access import Access
    from lineage.catalog import Catalog
    from lineage.graph import LineageGraph


@dataclass(frozen=True, slots=True)
class Ground:
    """What is known after the first wave: the plan, and the structure of the systems."""

    plan: Plan
    catalog: Catalog
    graph: LineageGraph
    access: Access
    now: datetime


@dataclass(frozen=True, slots=True)
class Measured:
    """The answer to a Measure over a cell: composed over the cell's atoms."""

    value: int | float | datetime | None
    """None for a moment where no row has one."""
    rows: int
    """Rows in the cell."""
    seen: Seen
    draws: int | None = None
    """Independent draws of a sample that the value is estimated from; None: every row was counted.

    Where rows could not be counted at all, value and `rows` are those of the sample.
    """


@dataclass(frozen=True, slots=True)
class Looked:
    """The answer to a Look for one field."""

    look: LookFact
    labels: tuple[LabelFact, ...]


@dataclass(frozen=True, slots=True)
class Unknown:
    """No answer: why, and what would settle it."""

    reason: str
    settle: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """The ground, and the answers to what rules asked."""

    ground: Ground
    measures: Mapping[tuple[str, str], tuple[MeasureFact, ...]]
    """(dataset, measure key) -> a fact for each atom."""
    looks: Mapping[Name, Looked]
    probes: Mapping[tuple[str, Name], ProbeFact]
    unseen: Mapping[Name | str, tuple[UnseenFact, ...]]
    """Physical name, or source id -> what could not be looked at there."""
    comparisons: Mapping[str, CompareFact] = field(default_factory=dict)
    """Key of a comparison -> its answer."""
    documents: Mapping[str, DocumentFact] = field(default_factory=dict)
    """The files that the plan's answers name, by name."""
    examinations: Mapping[str, ExamineFact] = field(default_factory=dict)
    """Key of an examination -> its answer."""
    confined: Mapping[tuple[str, frozenset[str]], ConfinedFact] = field(default_factory=dict)
    """(dataset, keys of cells) -> whether what the identity reads of it lies within them."""
    contracts: Mapping[str, Contract] = field(default_factory=dict)
    """The data contracts that the plan includes, by the name of their file; what could not be read is in `unseen`."""

    directory: Mapping[str, DirectoryFact] = field(default_factory=dict)
    """A name of the plan -> what the directory of people says of it; empty where none was read."""
    confirmations: tuple[ConfirmationFact, ...] = ()
    """What named persons signed, the newest last."""
    reviews: tuple[ReviewFact, ...] = ()
    """What people decided about findings."""

    approved: Mapping[str, ApprovedFact] = field(default_factory=dict)
    """Dataset -> its fields in the scan that was approved."""
    canaries: tuple[CanaryFact, ...] = ()
    """What became of test subjects, the newest last."""

    credentials: Mapping[Principal, CredentialFact] = field(default_factory=dict)
    """A login -> whether its credential ends."""
    sessions: tuple[SessionFact, ...] = ()
    """Who was connected while the systems were read."""
    trails: Mapping[Principal, TrailFact] = field(default_factory=dict)
    """A login -> what records its reads."""

    waivers: tuple[Weighed, ...] = ()
    """How each waiver stands against the findings of the other rules; for the family `waivers` alone."""

    @property
    def plan(self) -> Plan:
        """The plan that is judged."""
        return self.ground.plan

    @property
    def now(self) -> datetime:
        """The moment of the audit."""
        return self.ground.now

    def measured(self, measure: Measure, cells: Sequence[Predicate] | None = None) -> Measured | Unknown:
        """Give a measure over the rows of a dataset for which any of `cells` is true (None: all rows that are read).

        Each cell must be one of the dataset's cells (`lineage.cells`); what is no union of measured atoms is Unknown.
        """
        facts = self.measures.get((measure.dataset, measure.key))
        if not facts:
            why = Unknown("it was not measured", "scan the source again")
            return self.why_unseen(
                measure.dataset, measure.field, ("data",), self._not_found(measure.dataset, None) or why
            )
        if measure.kind is MeasureKind.REPEATS:
            return self._repeats(measure, facts, cells)
        keys = None if cells is None else frozenset(str(cell) for cell in cells)
        if keys is not None and not keys <= {key for key, _ in facts[0].atom}:
            return self.why_unseen(
                measure.dataset, measure.field, ("data",), self._untold(measure.dataset, cells or ())
            )
        values = [fact.value for fact in facts if fact.value is not None and _within(fact.atom, keys)]
        mine = [fact for fact in facts if _within(fact.atom, keys)]
        draws = [fact.draws for fact in mine if fact.draws is not None]
        looked = [fact.looked for fact in mine if fact.looked is not None]
        rows = sum(looked) if looked else self._rows_of(measure, keys)
        return Measured(_composed(measure.kind, values), rows, facts[0].seen, sum(draws) if draws else None)

    def looked(self, look: Look, field: str) -> Looked | Unknown:
        """Give what a detector saw in a field of a look."""
        name = self.ground.catalog.physical_field(look.dataset, field)
        if name is not None and name in self.looks:
            return self.looks[name]
        why = self._not_found(look.dataset, field) or Unknown("its values were not looked at", "allow a sample of it")
        return self.why_unseen(look.dataset, field, ("sample", "data"), why)

    def probed(self, probe: Probe, field: str) -> ProbeFact | Unknown:
        """Give whether the identity can read a field, as tried."""
        name = self.ground.catalog.physical_field(probe.dataset, field)
        if name is not None and (found := self.probes.get((probe.identity, name))):
            return found
        why = self._not_found(probe.dataset, field) or Unknown(
            "the read was not tried as the identity", "let the auditor become the identity"
        )
        return self.why_unseen(probe.dataset, field, ("access",), why)

    def compared(self, compare: Compare) -> CompareFact | Unknown:
        """Give the answer to a comparison."""
        if (found := self.comparisons.get(compare.key)) is not None:
            return found
        for side in (compare.left, *compare.right):
            for field_name in (*side.reads, None):
                missing = self._not_found(side.dataset, field_name)
                why = self.why_unseen(side.dataset, field_name, ("data",), missing or _NOT_COMPARED)
                if why is not _NOT_COMPARED:
                    return why
        return _NOT_COMPARED

    def examined(self, examine: Examine) -> ExamineFact | Unknown:
        """Give the answer to an examination."""
        if (found := self.examinations.get(examine.key)) is not None:
            return found
        for part in (examine.of, *examine.against):
            for fact in self.unseen.get(part.name, ()):
                if fact.what in {"data", "sample", "structure", "definition"}:
                    return Unknown(fact.reason, fact.settle)
        return _NOT_COMPARED

    def why_unseen(self, dataset: str, field: str | None, about: tuple[str, ...], otherwise: Unknown) -> Unknown:
        """Give why a dataset or field could not be looked at: its own reason, else its dataset's, else its source's.

        `about` names the kinds of `UnseenFact.what` that answer the question; a system that is silent answers all.
        """
        physical = self.ground.catalog.physical(dataset)
        column = self.ground.catalog.physical_field(dataset, field) if field is not None else None
        for key in (column, physical, dataset.partition(".")[0]):
            if key is None:
                continue
            for fact in self.unseen.get(key, ()):
                if fact.what in about or fact.what in ("system", "structure", "definition"):
                    return Unknown(fact.reason, fact.settle)
        return otherwise

    def _not_found(self, dataset: str, field: str | None) -> Unknown | None:
        """Say that the dataset or the field was not seen; None where it was."""
        if self.ground.catalog.physical(dataset) is None:
            return Unknown("the dataset was not found", f"name one that exists as `reads` of {dataset}")
        if field is not None and self.ground.catalog.field(dataset, field) is None:
            return Unknown("the field was not found", f"name one that exists as {dataset}.{field}")
        return None

    def _untold(self, dataset: str, cells: Sequence[Predicate]) -> Unknown:
        """Say why cells were not told apart: by a field that was not found, else by a scan of another plan."""
        for where, read in (pair for cell in cells for pair in _read_by(cell, dataset)):
            if self._not_found(where, read) is None:
                continue
            return Unknown(
                f"the records of this segment cannot be told apart: {where}.{read} was not found",
                f"let the auditor see {where}.{read}, or define the segment by a field that exists",
            )
        return Unknown("the records of this segment were not told apart in this scan", "scan again")

    def _repeats(
        self, measure: Measure, facts: Sequence[MeasureFact], cells: Sequence[Predicate] | None
    ) -> Measured | Unknown:
        # Repeats do not add up: two records of one key may lie in two cells. What has none has none in any part.
        among_all = min(facts, key=lambda fact: len(fact.atom))
        found: MeasureFact | None = among_all
        keys = None if cells is None else frozenset(str(cell) for cell in cells)
        if keys is not None and among_all.value != 0:
            atoms = [((key, True),) for key in keys]
            found = next((fact for fact in facts if [fact.atom] == atoms), None)
        if found is None:
            return Unknown(
                "repeats were not counted among these records alone", "expose one segment, or every record that is read"
            )
        return Measured(found.value, self._rows_of(measure, keys), found.seen)

    def _rows_of(self, measure: Measure, keys: frozenset[str] | None) -> int:
        facts = self.measures.get((measure.dataset, MeasureKind.ROWS.value), ())
        return sum(int(fact.value) for fact in facts if isinstance(fact.value, int) and _within(fact.atom, keys))


def _read_by(cell: Predicate, dataset: str) -> Iterator[tuple[str, str]]:
    """Give (dataset, field) of every field that tells a cell's records apart, those behind joins too."""
    if isinstance(cell, Joined):
        yield dataset, cell.field
        yield cell.dataset, cell.key
        yield from _read_by(cell.where, cell.dataset)
    else:
        yield from ((dataset, field) for field in fields_of(cell))


def _within(atom: Atom, keys: frozenset[str] | None) -> bool:
    return keys is None or any(holds and key in keys for key, holds in atom)


def _composed(kind: MeasureKind, values: list[int | float | datetime]) -> int | float | datetime | None:
    moments = [value for value in values if isinstance(value, datetime)]
    match kind:
        case MeasureKind.NEWEST | MeasureKind.WRITTEN | MeasureKind.QUANTILE:
            return max(moments, default=None)
        case MeasureKind.OLDEST:
            return min(moments, default=None)
        case _:
            return sum(value for value in values if isinstance(value, int | float))


@dataclass(frozen=True, slots=True)
class Rule:
    """A flaw that can be found, as a value."""

    id: str
    """`family/flaw`, as in the catalogue and as the module is named (`_` for `-`)."""
    severity: Severity
    check: Callable[[Evidence], Iterator[Judgement]]
    requests: Callable[[Ground], Iterable[Request]] = lambda _ground: ()
    operations: tuple[Op, ...] = ()
    """The scope operations its findings may ask for."""
    subsumes: tuple[str, ...] = ()
    """Rules whose findings on the same subject are folded into this rule's."""
    finds_unverified: bool = False
    """Its unverified judgements are findings too, since the flaw is that something cannot be known."""
    requirements: tuple[str, ...] = ()
    """Points of the seed documents that it answers for."""
    rung: Rung | None = None
    """Of the ladder of retention: the one that its judgements of a dataset or a store are about."""
    page: str = ""
    """Its page where that is not the docstring of its module."""

    @property
    def family(self) -> str:
        """`freshness` of `freshness/stale-source`."""
        return self.id.partition("/")[0]


_NOT_COMPARED = Unknown("it was not compared", "scan the sources again, with their data")

UTC_WIDENING = (timedelta(hours=-14), timedelta(hours=12))
"""A naive local time read as UTC is off by this much at most: offsets run from -12 to +14 hours."""
