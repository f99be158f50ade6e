"""What a connector brings back: facts about a real system, and the snapshot that holds them.

Everything here is frozen, slotted and picklable, since facts travel between processes and are stored as snapshots.
No fact holds a value read from a source: counts, rates, moments, shapes and keyed hashes only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from lineage.contract import Contract
from lineage.duration import Duration
from lineage.model import (
    Confidence,
    DatasetId,
    DatasetKind,
    EdgeEvidence,
    Exposure,
    Name,
    Principal,
    SourceId,
    Transformation,
)


@dataclass(frozen=True, slots=True)
class Seen:
    """When, how and as which identity a fact was seen, and in which source of the plan."""

    source: SourceId
    at: datetime
    how: str
    """`pg_catalog`, `aggregate`, `footer`, `sample`, `probe`, `file system` ..."""
    identity: str
    """The session's identity as the system names it; `file permissions` where there is none."""


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
    """`system`, `structure`, `data`, `definition`, `access`, `sample`."""
    reason: str
    """Class and code only: `permission denied (42501)`, `connection refused`."""
    settle: str
    """The way out: a grant, a setting, a start."""
    name: Name | None = None
    """The dataset or field; None: the whole system."""


@dataclass(frozen=True, slots=True)
class EdgeFact:
    """A field flows into another; `source` or `target` without a field stands for the whole dataset (row-level)."""

    seen: Seen
    source: Name
    target: Name
    transformation: Transformation
    exposure: Exposure
    confidence: Confidence
    evidence: EdgeEvidence
    job: str
    """Literal-free fingerprint of what makes the edge: a view's or a statement's."""
    told_at: datetime | None = None
    """When what the edge was learnt from was written, where it is not read from the system as it is now."""


@dataclass(frozen=True, slots=True)
class UseFact:
    """Statements that really ran used a field, or a dataset of which no field or every field is named (no field)."""

    seen: Seen
    name: Name
    by: Principal | None
    """Who ran them; None where the log does not say."""
    right: str
    """`select`, `insert`, `update` or `delete`."""
    times: int
    """How often they ran, by the log's own count."""
    statements: int
    """How many different statements that were."""
    fingerprints: tuple[str, ...] = ()
    """Literal-free, of some of them."""
    confidence: Confidence = Confidence.EXACT
    whole: bool = False
    """Every field of the dataset: a star that could not be expanded."""
    last: datetime | None = None
    """When one ran last, where the log says so."""


@dataclass(frozen=True, slots=True)
class TemplateFact:
    """A prompt template was parsed, never rendered: what it takes from outside, none of its text."""

    seen: Seen
    template: str
    """Its path below the source's folder."""
    uses: tuple[tuple[str, ...], ...]
    """Chains of names: `{{ contact.email }}` is (`contact`, `email`)."""
    includes: tuple[str, ...] = ()
    """Templates of the same folder that it takes in."""
    unread: str = ""
    """Why it may use more than is told; empty where all of it is."""


@dataclass(frozen=True, slots=True)
class OutdatedFact:
    """What is told of how a dataset is made is older than what makes it."""

    seen: Seen
    name: Name
    reason: str
    settle: str


@dataclass(frozen=True, slots=True)
class OpaqueFact:
    """A dataset's definition could not be turned into edges: everything it may read must be thought to flow."""

    seen: Seen
    name: Name
    reason: str


@dataclass(frozen=True, slots=True)
class PrincipalFact:
    """A principal exists. Never a password or its hash."""

    seen: Seen
    principal: Principal
    attributes: frozenset[str] = frozenset()
    """Of `login`, `superuser`, `bypass_row_security`, `replication`, `create_role`, `create_database`."""
    same_as: Principal | None = None
    """It is what the plan calls this principal: `ai` for `ai@%`."""


@dataclass(frozen=True, slots=True)
class MemberFact:
    """A principal is a member of another."""

    seen: Seen
    member: Principal
    of: Principal
    inherits: bool
    """The rights of `of` are active at once."""
    switchable: bool
    """The member may become `of` (SET ROLE): latent reach."""
    admin: bool = False


@dataclass(frozen=True, slots=True)
class GrantFact:
    """A right was granted; `on` is a database (path of 1), schema (2), dataset (3) or field, as the system nests.

    Rights that a system gives by default are spelt out as grants too (PUBLIC's `connect`), but for those that an owner
    holds on a dataset: `DatasetFact.default_rights`.
    """

    seen: Seen
    holder: Principal
    on: Name
    right: str
    """`select`, `insert`, `update`, `delete`, `truncate`, `references`, `usage`, `connect`, `create`, `execute`."""
    grantable: bool = False
    levels: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Where it was granted, if wider than `on`: (to whom, on what), () for everything, (pattern of schemas,) ..."""


@dataclass(frozen=True, slots=True)
class RoutineFact:
    """What runs when a right is used: a routine that is executed, or a rule of a table that is written to.

    No text of it is kept: only which fields it reads and gives back, and what it may do.
    """

    seen: Seen
    name: Name
    """`(database, schema, "send(integer)")`."""
    owner: str | None
    runs_as_owner: bool
    """It reads with its owner's rights (False: with its caller's)."""
    opened_by: tuple[tuple[Name, str], ...]
    """The rights that start it, any of them: (the routine, `execute`); (a table, `insert`) for a rule."""
    needs: tuple[tuple[Name, str], ...] = ()
    """(dataset or field, right) that who runs it must hold; a dataset with `select` means any column of it."""
    gives: tuple[tuple[Name, Exposure], ...] = ()
    """Fields whose values come back to the caller, and what survives of them."""
    calls: tuple[Name, ...] = ()
    branches: bool = False
    """Not all of it runs each time: what it may do is not all that it needs."""
    opaque: str = ""
    """Why what it does is not known, or not all of it: a class of reason, no text."""


@dataclass(frozen=True, slots=True)
class CallFact:
    """A view calls a routine: its reader must be allowed to, and what the routine gives is in the view."""

    seen: Seen
    view: Name
    routine: Name


@dataclass(frozen=True, slots=True)
class FutureGrantFact:
    """A right that what `maker` makes from now on will be granted by itself (default privileges)."""

    seen: Seen
    maker: Principal
    holder: Principal
    right: str
    on: Name
    """The schema, or the database where it holds in every schema."""
    kind: str
    """`table`, `sequence`, `routine`, `type`, `schema`."""


@dataclass(frozen=True, slots=True)
class ProbeFact:
    """A read was tried as the identity, planned and never run: no row was read."""

    seen: Seen
    identity: Principal
    on: Name
    readable: bool
    code: str = ""
    """SQLSTATE of the refusal."""


@dataclass(frozen=True, slots=True)
class ConfinedFact:
    """Whether each row that the identity can read of a dataset lies in a cell: by policies and views, no row read.

    The conditions themselves are not kept, since their literals can be personal.
    """

    seen: Seen
    dataset: DatasetId
    cells: tuple[str, ...]
    """Keys of the cells, any of which may hold."""
    inside: bool | None
    """True: proved; False: rows outside of them can be read, if there are any; None: not decided."""
    by: tuple[str, ...] = ()
    """What limits the rows; empty where nothing does."""
    because: str = ""
    """Why it was not decided."""


Atom = tuple[tuple[str, bool], ...]
"""Which predicates of a dataset hold for the rows of this atom: ((predicate key, holds), ...), sorted by key."""


@dataclass(frozen=True, slots=True)
class MeasureFact:
    """An aggregate over the rows of one atom of a dataset."""

    seen: Seen
    dataset: DatasetId
    where: str
    """Key of the predicate that the dataset is read through; empty for all rows."""
    atom: Atom
    measure: str
    """Key of the measure: `rows`, `newest:updated_at<=now`, `nulls:email` ..."""
    value: int | float | datetime | None


@dataclass(frozen=True, slots=True)
class LookFact:
    """A field's values were looked at by a detector: how many, of how many, and how they were chosen."""

    seen: Seen
    name: Name
    rows_looked: int
    rows_total: int | None
    whole: bool
    """Every value was looked at."""
    detector: str
    values_looked: int = 0
    """Values that were not null."""


@dataclass(frozen=True, slots=True)
class LabelFact:
    """A detector recognised a kind of personal data or secret in a field. No value is kept."""

    seen: Seen
    name: Name
    label: str
    """`email`, `phone`, `person`, `iban`, `card` ..."""
    hits: int
    looked: int
    why: tuple[str, ...]
    """`shape`, `check digit`, `header`, `list`, `context` ..."""
    confidence: float
    """0 to 1."""
    interval: tuple[float, float] = (0.0, 1.0)
    """95 % interval of the share of values."""


@dataclass(frozen=True, slots=True)
class CompareFact:
    """Two datasets were compared by keyed hashes: counts and moments only."""

    seen: Seen
    compare: str
    """Key of the comparison."""
    rows: int
    """Records of the left dataset that were read."""
    keyed: int
    """Those of them that have a key."""
    found: int
    """Those that the comparison is about: missing on the right, or differing there."""
    common: int = 0
    """Those whose key the right datasets have too."""
    right_rows: int = 0
    """Records of the right datasets that were read."""
    oldest: datetime | None = None
    """The oldest moment of the left clock among what was found."""
    newest: datetime | None = None
    error: float = 0.0
    """Share of what is missing that is taken for present, at most: above zero where a filter stood for the keys."""


@dataclass(frozen=True, slots=True)
class ExamineFact:
    """Values of fields were examined in the scanning process: counts by what was found, and no value."""

    seen: Seen
    examine: str
    """Key of the examination."""
    name: Name
    """The dataset whose fields were examined."""
    rows: int
    """Its records that were read."""
    whole: bool
    """Every record of every part was examined."""
    counts: tuple[tuple[str, float], ...]
    """In the examiner's own words -> how many."""


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


@dataclass(frozen=True, slots=True)
class DocumentFact:
    """A file that an answer of the plan names was looked for below the plan's folder. Nothing of its text is kept."""

    seen: Seen
    name: str
    """As the plan names it: `docs/rollback.md`."""
    sha256: str | None
    """None: it is not there."""
    size_bytes: int = 0
    changed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ContractFact:
    """A data contract that the plan includes (`meta.include`) was read below the plan's folder."""

    seen: Seen
    name: str
    """As the plan names it: `contracts/crm.odcs.yaml`."""
    contract: Contract


@dataclass(frozen=True, slots=True)
class ReviewFact:
    """A person decided about a finding, in the file of decisions beside the plan."""

    seen: Seen
    finding: str
    """Its fingerprint."""
    decision: str
    """`confirmed`, `not_personal` or `accepted`."""
    by: str
    on: datetime
    until: datetime | None = None
    """For `accepted`: the end of the last day on which it is."""
    because: str = ""
    share: float | None = None
    """The share of values that the finding told when it was decided."""


@dataclass(frozen=True, slots=True)
class DirectoryFact:
    """A name that the plan gives was looked up in the directory that it names; of others nothing is kept."""

    seen: Seen
    name: str
    """As the plan writes it."""
    state: str
    """`active`, `left`, `absent`, `empty` (a group without an active member) or `listed` (no more is told)."""


@dataclass(frozen=True, slots=True)
class ConfirmationFact:
    """A named person signed a source's declared facts, or the launch, as the plan stood that day."""

    seen: Seen
    of: str
    """Id of a source, or `launch`."""
    by: str
    on: datetime
    plan_sha256: str
    part_sha256: str
    """Of the source's block alone (`lineage.confirmation.digest`); empty for the launch."""
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Spread:
    """How figures are spread: how many there are, three of them by rank, and their sum."""

    count: int
    p50: float
    p95: float
    most: float
    total: float


@dataclass(frozen=True, slots=True)
class TraceFact:
    """What a store of traces holds of a workflow's runs as a whole; nothing of what was said in them."""

    seen: Seen
    traces: int
    spans: int
    whole: bool
    """Nothing of the store was left out: what is not told here is not there."""
    oldest: datetime | None = None
    newest: datetime | None = None
    orphans: int = 0
    """Spans whose parent is not in the store."""
    sampled: float | None = None
    """The smallest share of runs that the sampler says it kept; None where it says nothing."""
    milliseconds: Spread | None = None
    """Of whole runs: those whose first span is there."""
    input_tokens: Spread | None = None
    """By run."""
    dialects: tuple[str, ...] = ()
    """Of `gen_ai`, `openinference`, `traceloop`, `langfuse`."""
    answered: int = 0
    """Runs in which a model was called."""
    sourced: int = 0
    """Those of them in which a retrieval lists by id what it found."""
    pinned: int = 0
    """Those of them in which every such document has a version too."""


@dataclass(frozen=True, slots=True)
class SpanFact:
    """Spans of one step that are alike: counts, times, and names of attributes; never what an attribute holds."""

    seen: Seen
    step: str
    """What the runs call the step; empty where they do not say, or not in the form of a name."""
    operation: str
    """`model`, `embedding`, `tool`, `retrieval`, `agent`, `step` (code of the workflow's own) or `event`."""
    spans: int
    traces: int
    errors: int = 0
    provider: str = ""
    model: str = ""
    tool: str = ""
    attributes: tuple[tuple[str, int], ...] = ()
    """Name -> spans on which it holds anything; `*` stands for a position in a list."""
    content: tuple[tuple[str, int], ...] = ()
    """Those of them that hold what was asked, read or answered."""
    events: tuple[tuple[str, int], ...] = ()
    milliseconds: Spread | None = None
    input_tokens: Spread | None = None
    output_tokens: Spread | None = None
    found: int | None = None
    """For `retrieval`: how many documents came back; None where no span lists them."""
    empty: int = 0
    """For `retrieval`: spans that list that nothing came back."""
    within: tuple[str, ...] = ()
    """The steps around it, the outermost first."""


@dataclass(frozen=True, slots=True)
class CostFact:
    """What reading a source cost there."""

    seen: Seen
    queries: int
    rows: int
    bytes: int
    seconds: float


Fact = (
    SystemFact
    | DatasetFact
    | FieldFact
    | ResolvedFact
    | AbsentFact
    | UnseenFact
    | EdgeFact
    | UseFact
    | TemplateFact
    | OutdatedFact
    | OpaqueFact
    | PrincipalFact
    | MemberFact
    | GrantFact
    | RoutineFact
    | CallFact
    | FutureGrantFact
    | ProbeFact
    | ConfinedFact
    | MeasureFact
    | LookFact
    | LabelFact
    | CompareFact
    | ExamineFact
    | JobFact
    | DocumentFact
    | ContractFact
    | ReviewFact
    | DirectoryFact
    | ConfirmationFact
    | TraceFact
    | SpanFact
    | CostFact
)


@dataclass(frozen=True, slots=True)
class Failure:
    """A source, a rule or a task that failed: it lands in the report and makes the run incomplete."""

    what: str
    """`source crm`, `rule freshness/stale-source`."""
    reason: str
    settle: str = ""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All facts of a scan, with when it ran and what it cost; an audit is a pure function of it."""

    taken_at: datetime
    facts: tuple[Fact, ...]
    failures: tuple[Failure, ...] = ()
    asked: Mapping[str, str] = field(default_factory=dict)
    """Key of each request that was sent -> `answered`, `unseen` or `over budget`."""
