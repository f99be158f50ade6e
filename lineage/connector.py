"""The port to a system: rules ask, connectors answer.

A connector is one module in `connectors/` that holds `CONNECTOR = Connector(...)`.
Its `read` takes requests and gives facts, holds no state and can run in another process: settings, requests and
facts are picklable. What it cannot look at becomes an `UnseenFact`, never silence and never a guess;
a system that cannot be read at all raises `ConnectorError`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from pydantic import BaseModel, ConfigDict

from lineage.context import Context
from lineage.duration import Duration
from lineage.facts import Fact
from lineage.hand import Hand
from lineage.model import DatasetId, FieldId, Name
from lineage.predicate import Predicate


class Settings(BaseModel):
    """A connector's settings: unknown keys are refused, values stay out of errors and reprs."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True, frozen=True)


@dataclass(frozen=True, slots=True)
class Structure:
    """First wave: everything that the catalogue tells.

    Answered by SystemFact, DatasetFact, FieldFact, EdgeFact/OpaqueFact for views, PrincipalFact, MemberFact, GrantFact,
    JobFact, and for each target a ResolvedFact or an AbsentFact; UnseenFact for what could not be read.
    """

    targets: Mapping[DatasetId, str] = field(default_factory=dict)
    """Dataset of the plan -> its `reads`."""
    identity: str | None = None
    """The identity whose reach will be judged."""
    application: str | None = None
    """The name under which the workflow connects."""


class MeasureKind(StrEnum):
    """What can be aggregated over the rows of an atom."""

    ROWS = "rows"
    NEWEST = "newest"
    """Newest moment at or before now + `span`; later ones do not count."""
    OLDEST = "oldest"
    FUTURE = "future"
    """Rows later than now + `span`."""
    OLDER = "older"
    """Rows earlier than now - `span`."""
    NULLS = "nulls"
    BLANKS = "blanks"
    """Rows whose text is empty or white space."""
    OUTSIDE = "outside"
    """Rows whose value is neither null nor one of `values`."""
    ORPHANS = "orphans"
    """Rows whose value is not null and is the `of` of no row of the dataset behind the join, whatever its `where`."""
    WRITTEN = "written"
    """When the newest of its rows was written, as a system keeps it beside each row; null where it does not know."""
    QUANTILE = "quantile"
    """Moment than which a share (`values`) of the rows up to now + `span` is not older, by a sample; with its draws."""
    REPEATS = "repeats"
    """Rows whose key (`field` and `also`) is not null, less the number of different keys."""


@dataclass(frozen=True, slots=True)
class Measure:
    """What a rule must know of a dataset: one aggregate, answered for every atom of the dataset's cells."""

    dataset: DatasetId
    kind: MeasureKind
    field: str | None = None
    """Name of a declared field, or of a physical column that the plan names as a clock; None for ROWS."""
    span: Duration | None = None
    """For NEWEST and FUTURE the skew allowed, for OLDER the age."""
    values: tuple[str | int | float | bool, ...] | None = None
    zone: str | None = None
    """For moments: the zone of a clock that has none of its own; None means UTC is taken."""
    of: FieldId | None = None
    """For ORPHANS: the field that `field` refers to, in a dataset of the same source."""
    also: tuple[str, ...] = ()
    """For REPEATS: the other fields of the key."""
    rough: bool = False
    """Of a large dataset a count that is estimated from a sample will do; the answer says of how many draws."""

    @property
    def reads(self) -> tuple[str, ...]:
        """The fields of the dataset that it reads."""
        return () if self.field is None else (self.field, *self.also)

    @property
    def joins(self) -> DatasetId | None:
        """The dataset behind the join that it follows."""
        return None if self.of is None else DatasetId(self.of.rpartition(".")[0])

    @property
    def key(self) -> str:
        """The measure's name in facts; the same for the same question."""
        parts = [self.kind.value]
        if self.field is not None:
            parts.append("+".join(self.reads))
        if self.of is not None:
            parts.append(self.of)
        if self.span is not None:
            parts.append(f"{self.span.months}mo{self.span.seconds:g}s")
        if self.zone is not None:
            parts.append(self.zone)
        if self.values is not None:
            parts.append(",".join(sorted(repr(value) for value in self.values)))
        if self.rough:
            parts.append("rough")
        return ":".join(parts)


@dataclass(frozen=True, slots=True)
class Look:
    """What a rule must know of fields' values: which kinds of personal data or secrets a detector sees in them."""

    dataset: DatasetId
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Probe:
    """Whether the identity can really read a dataset's fields: planned as the identity, never run."""

    dataset: DatasetId
    identity: str
    fields: tuple[str, ...]


class CompareKind(StrEnum):
    """What two datasets are compared for; values are keyed hashes in the scanning process, only counts leave it."""

    MISSING = "missing"
    """Records whose key is the key of no record of any of the other datasets, whatever those's `where`."""
    DIFFERING = "differing"
    """Records whose key the other datasets have too, with another `value`."""
    EARLIER = "earlier"
    """Records whose key the other datasets have too, with a later `clock` than their own."""


@dataclass(frozen=True, slots=True)
class Columns:
    """Fields of a dataset that are compared: its key, and for DIFFERING the value beside it."""

    dataset: DatasetId
    key: tuple[str, ...]
    value: str | None = None
    clock: str | None = None
    """A field that tells the time of what is found."""
    zone: str | None = None
    """The zone of a clock that has none; None means UTC is taken."""

    @property
    def reads(self) -> tuple[str, ...]:
        """The fields that it reads, key first."""
        return (*self.key, *(one for one in (self.value, self.clock) if one is not None))


@dataclass(frozen=True, slots=True)
class Compare:
    """What a rule must know of two datasets that may lie in two systems: one count of the left one's records."""

    kind: CompareKind
    left: Columns
    right: tuple[Columns, ...]
    readers: tuple[str, ...] = ()
    """The identity as which each side is read, the left one first; an empty name: every record, as the auditor reads.

    Without any, the left side is read as its source's identity, and the right ones whole.
    """

    @property
    def key(self) -> str:
        """The comparison's name in facts; the same for the same question."""
        sides = [
            f"{side.dataset}({'+'.join(side.key)},{side.value or ''},{side.clock or ''},{side.zone or ''})"
            for side in (self.left, *self.right)
        ]
        read = f"@{','.join(self.readers)}" if self.readers else ""
        return f"{self.kind.value}:{sides[0]}>{'|'.join(sides[1:])}{read}"


class ExamineKind(StrEnum):
    """What values of fields are examined for, in the scanning process; only counts leave it."""

    MASK = "mask"
    """Whether masked values (`of`: key, then the field) can be read or had back, beside the raw ones (`against`)."""
    SINK = "sink"
    """Whether the values of fields (`against`) stand in texts (`of`)."""
    CROWD = "crowd"
    """How many records share the values of several fields, of `of` and of what it is joined with (`against`):
    a record alone is a person found."""
    CONTENT = "content"
    """In which languages and formats the texts of a field are written."""


@dataclass(frozen=True, slots=True)
class Part:
    """Fields of a dataset as its system has it, whether the plan declares them or not."""

    name: Name
    fields: tuple[tuple[str, ...], ...]
    labels: tuple[str, ...] = ()
    """For SINK: the kind of each field. For CROWD: what each field is to the crowd (`rules/privacy/_crowd.py`)."""
    dataset: DatasetId | None = None
    """Read as the plan reads this dataset: no record but those of its `where`. None: every record."""


@dataclass(frozen=True, slots=True)
class Examine:
    """What a rule must know of values that may lie in several systems: counts, by what was found."""

    kind: ExamineKind
    of: Part
    against: tuple[Part, ...] = ()
    method: str = ""
    """For MASK: the method that is declared."""
    kinds: tuple[str, ...] = ()
    """For MASK of texts: what is to be masked."""
    keyed: int = 0
    """How many fields at the beginning of each part are the key that joins them; 0: there is none."""

    @property
    def key(self) -> str:
        """The examination's name in facts; the same for the same question."""
        sides = [
            f"{part.name}({'+'.join('.'.join(path) for path in part.fields)})" for part in (self.of, *self.against)
        ]
        # Only for crowds the same fields can be asked for twice and mean another thing.
        crowd = self.kind is ExamineKind.CROWD
        more = [f"{part.dataset or ''}({','.join(part.labels)})" for part in (self.of, *self.against)] if crowd else []
        told = f"{self.kind.value}:{self.method}:{','.join(self.kinds)}:{self.keyed}:{sides[0]}>{'|'.join(sides[1:])}"
        return f"{told}@{'|'.join(more)}" if crowd else told


Request = Measure | Look | Probe | Compare | Examine
"""What rules ask for; the scan merges requests into the tasks below."""


@dataclass(frozen=True, slots=True)
class Column:
    """A field of a dataset as the system has it."""

    path: tuple[str, ...]
    type: str
    indexed: bool = False
    """An index leads with it: its newest and oldest are cheap."""


@dataclass(frozen=True, slots=True)
class Relation:
    """A dataset to select from: its physical name and the columns that the plan names."""

    dataset: DatasetId
    name: Name
    columns: Mapping[str, Column]
    """Plan name (or physical name of an undeclared clock) -> column."""


@dataclass(frozen=True, slots=True)
class Profile:
    """Second wave: one aggregated statement over a dataset, grouped by which of `cells` hold (its atoms).

    Answered by one MeasureFact for each atom that has rows and each measure, and by an UnseenFact naming the field
    for each measure that could not be taken (bisect: one bad column must not lose the others).
    Where no row is read, a single atom with all cells false and `rows` = 0 is the answer.
    REPEATS do not add up over atoms: one fact with an empty atom tells those among all rows, and one for each cell,
    whose atom names that cell alone, those among its rows.
    """

    relation: Relation
    where: Predicate | None
    cells: tuple[Predicate, ...]
    measures: tuple[Measure, ...]
    joined: Mapping[DatasetId, Relation] = field(default_factory=dict)
    """Relations behind `Joined` predicates and ORPHANS; all in the same system."""


@dataclass(frozen=True, slots=True)
class Sample:
    """Second wave: one bounded sample of a dataset's columns, seen by the detector in the same task."""

    relation: Relation
    where: Predicate | None
    rows_total: int | None
    """The catalogue's estimate; None where unknown."""
    joined: Mapping[DatasetId, Relation] = field(default_factory=dict)
    most: int | None = None
    """Rows that it may read; None: what the budget says."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """Second wave: plan a read of each column as the identity (EXPLAIN), zero rows; answered by ProbeFacts."""

    relation: Relation
    identity: str


@dataclass(frozen=True, slots=True)
class Stream:
    """Second wave: hand the values of columns to `Context.sink`, batch by batch; no fact but an UnseenFact comes of it.

    Where a row policy hides records from the session, `whole` forbids to read the rest: what is hidden is not gone.
    """

    relation: Relation
    fields: tuple[str, ...]
    where: Predicate | None = None
    joined: Mapping[DatasetId, Relation] = field(default_factory=dict)
    whole: bool = False


Task = Structure | Profile | Sample | Attempt | Stream


class Reader(Protocol):
    """Answer tasks with facts."""

    def __call__(self, settings: BaseModel, tasks: Sequence[Task], context: Context) -> Iterator[Fact]:
        """Give facts; the last one is the CostFact.

        Raises:
            ConnectorError: the system cannot be read at all; says what, where and the way out, without values.
        """


@dataclass(frozen=True, slots=True)
class GrantsAsked:
    """What an auditor is to be able to do at a source."""

    mode: str
    """`catalog`: structure and grants; `probe`: trying reads as the identity; `sample`: reading declared fields."""
    auditor: str
    identity: str | None = None
    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """What a dataset of the plan reads -> its declared columns."""


@dataclass(frozen=True, slots=True)
class Connector:
    """A kind of system and how it is read."""

    kind: str
    """The plan's `connector.type`; the module's name."""
    settings: type[BaseModel]
    read: Reader
    schemes: tuple[str, ...] = ()
    """URL schemes that `lineage scan URL` and `lineage init URL` give to this connector."""
    from_url: Callable[[str], Mapping[str, object]] | None = None
    """Settings for a bare URL; None: `{"url": url}`."""
    runs_commands: bool = False
    """Needs `--allow-exec`."""
    command_setting: str | None = None
    """The setting that makes it run a command; None: it always does."""
    grant_script: Callable[[Mapping[str, object], GrantsAsked], str] | None = None
    """The least that an auditor needs, as statements of the system; None: it knows no grants."""
    hand: Hand | None = None
    """Plants and erases test subjects; None: it never writes at all."""
