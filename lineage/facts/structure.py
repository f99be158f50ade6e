"""What a system is and holds: datasets, fields, jobs, what could not be looked at, what reading it cost."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from lineage.duration import Duration
from lineage.facts.seen import Seen
from lineage.model import (
    DatasetId,
    DatasetKind,
    Name,
)


@dataclass(frozen=True, slots=True)
class SystemFact:
    """A system answered: product, version, and whether its catalogue shows what the identity may not read."""

    seen: Seen
    namespace: str
    product: str
    version: str
    complete_catalogue: bool
    """True when absence from the catalogue proves absence (law 2: missing is not hidden)."""
    clock_offset_seconds: float | None = None
    """The system's clock minus ours; None where it has no clock of its own."""
    can_become: tuple[str, ...] = ()
    """Identities that this session may become for a probe (SET ROLE)."""


@dataclass(frozen=True, slots=True)
class DatasetFact:
    """A dataset exists. No comment is kept, since comments can hold personal data: only whether there is one."""

    seen: Seen
    name: Name
    kind: DatasetKind
    rows_estimate: int | None = None
    key: tuple[str, ...] = ()
    """Columns of the primary key, else of a unique, not-null key; empty where there is none."""
    owner: str | None = None
    documented: bool = False
    row_security: bool = False
    """Row policies exist and are on."""
    row_security_forced: bool = False
    runs_as_owner: bool = True
    """For a view: it reads with its owner's rights (False: with the reader's)."""
    parent: Name | None = None
    """For a partition: the table it is a part of."""
    changed_at: datetime | None = None
    """When the system says the content last changed (file time, UPDATE_TIME)."""
    size_bytes: int | None = None
    parts: int = 1
    """Files behind a pattern, partitions behind a table."""
    default_rights: bool | None = None
    """True: no right on it was ever granted or revoked, so its owner holds every one; False: GrantFacts say all.

    None: not known; taken as True where no GrantFact names the dataset itself.
    """
    complete_fields: bool = False
    """None of its fields is hidden from this identity, though others in the catalogue may be."""
    embedding_model: str = ""
    """The model that the store says its vectors are made with; empty where it says nothing."""
    deleted: int | None = None
    """Rows that the system counted as deleted from it and from its parts; None where it does not count them."""
    deleted_since: datetime | None = None
    """When it began to count them, where it says so."""
    changed_by: str = ""
    """What tells `changed_at`: `file time`, `UPDATE_TIME`, `snapshot`, `run` ...; empty where nobody says so, or it is
    of the definition alone: then it is a hint and no clock."""
    changed_error: float = 0.0
    """Seconds by which `changed_at` may lie before or after the moment at which its content changed."""
    changed_as_of: datetime | None = None
    """Until when it is known that nothing newer came; None: until it was seen."""
    changed_at_most: bool = False
    """What tells `changed_at` moves without a record that comes too, by its definition or a sweep: nothing is newer."""
    wrapper: str = ""
    """For a table that is read from elsewhere: the extension that reads it (`postgres_fdw`), `other` for any else."""


@dataclass(frozen=True, slots=True)
class FieldFact:
    """A field exists. A default is kept by kind only: its text can hold a value."""

    seen: Seen
    name: Name
    position: int
    type: str
    """As the system spells it: `timestamp with time zone`, `varchar(80)`, `BIGINT`."""
    nullable: bool = True
    default: str | None = None
    """None, `now`, `constant`, `sequence` or `expression`."""
    computed: bool = False
    documented: bool = False
    indexed: bool = False
    """A leading index column: newest and oldest are cheap."""


@dataclass(frozen=True, slots=True)
class ResolvedFact:
    """What the plan calls a dataset is this thing in the system."""

    seen: Seen
    dataset: DatasetId
    name: Name


@dataclass(frozen=True, slots=True)
class AbsentFact:
    """What the plan calls a dataset is not in the catalogue that the identity sees."""

    seen: Seen
    dataset: DatasetId
    reads: str
    proven: bool
    """The catalogue is complete for this identity: absent, not hidden."""
    nearest: tuple[str, ...] = ()
    """Names that exist and look alike."""


@dataclass(frozen=True, slots=True)
class UnseenFact:
    """Something could not be looked at: what, why, and what would let it be seen."""

    seen: Seen
    what: str
    """`system`, `structure`, `data`, `definition`, `access`, `sample`, `use` (what ran), `retention` (what deletes)."""
    reason: str
    """Class and code only: `permission denied (42501)`, `connection refused`."""
    settle: str
    """The way out: a grant, a setting, a start."""
    name: Name | None = None
    """The dataset or field; None: the whole system."""


@dataclass(frozen=True, slots=True)
class JobFact:
    """A scheduled job of the system that deletes or moves rows; its text is never kept."""

    seen: Seen
    name: str
    schedule: str
    deletes_from: tuple[Name, ...] = ()
    last_success: datetime | None = None
    enabled: bool = True
    keeps: Duration | None = None
    """The age at which it deletes, where its condition is nothing but that."""
    since: Name | None = None
    """The field from which it counts that age, where the condition names one."""
    changed_at: datetime | None = None
    """When it was made or last changed, where the system says so."""
    spares: int = 0
    """Records that were seen and that it does not delete at any age: keys without a time to live."""
    at_least: bool = False
    """`keeps` was seen in records, which may have been given more: that it is short proves nothing."""
    looked: int | None = None
    """How many records `spares` and `keeps` were seen in, where these are not all; None: all, or none was needed."""
    per_record: bool = False
    """It is set for the whole dataset and ends each record at the moment that the record itself names."""
    drops: bool = False
    """It drops whole partitions: one that is older than `keeps` and still stands shows that it does not."""
    earliest: Duration | None = None
    """The least age of a record that it deletes, where it takes a part with old and young ones; None: `keeps`."""
    latest: Duration | None = None
    """The age by which it has deleted for certain, where that is as records happen to lie together; None: `keeps`."""


@dataclass(frozen=True, slots=True)
class PartitionsFact:
    """Which times the partitions of a dataset cover: what none of them covers cannot be there."""

    seen: Seen
    name: Name
    since: Name
    """The field by whose moment it is partitioned."""
    parts: tuple[tuple[datetime | None, datetime | None, int | None], ...]
    """(begins, ends before, rows as the system counts them) of each, the oldest first; None: without a bound, or not
    counted. A wall clock is told as if it were UTC."""
    filled: tuple[bool | None, ...] = ()
    """Whether each of `parts` holds a record: True and False are certain; None, or nothing at all: not known."""


@dataclass(frozen=True, slots=True)
class LingerFact:
    """What is deleted from a dataset can be had back: from a backup, an older version, a file that is not swept yet."""

    seen: Seen
    name: Name
    by: str
    """`point-in-time recovery`, `files until VACUUM`, `snapshots` ..."""
    span: Duration | None
    """For so long; None: without an end."""
    in_place: bool = False
    """In the dataset itself, where whoever may read it can ask for it: what deletes there only hides."""


@dataclass(frozen=True, slots=True)
class CostFact:
    """What reading a source cost there."""

    seen: Seen
    queries: int
    rows: int
    bytes: int
    seconds: float
