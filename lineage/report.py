"""What a run concluded: plain values that reports render and stores keep; nothing is computed from here on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from lineage.facts import CostFact, Failure
from lineage.finding import Assumption, Finding, Hop, Operation
from lineage.model import DatasetId, FieldId, Level, Rung, Severity, SourceId, Verdict
from lineage.plan.model import Mark
from lineage.reached import IdentityAccess
from lineage.waivers.model import Weighed


class Decision(StrEnum):
    """What may be done with a stage of the rollout, and with the launch."""

    SHIP = "ship"
    NARROW = "narrow"
    HOLD = "hold"


@dataclass(frozen=True, slots=True)
class ScopeSet:
    """What a plan exposes."""

    sources: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    masked: tuple[str, ...] = ()
    segments: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    actions: tuple[str, ...] = ()
    stores: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()
    acceptance: tuple[str, ...] = ()
    """Criteria; one that is measured on what leaves is lost."""
    records: int | None = None


@dataclass(frozen=True, slots=True)
class Applied:
    """An operation that narrowed the scope, why, what it costs and what gives it back."""

    operation: Operation
    because: tuple[str, ...]
    """Ids of the findings."""
    loses: tuple[str, ...]
    """Ids of what leaves the scope with it, itself included."""
    records: int | None = None
    """How many records are no longer exposed; None: not counted."""
    criteria: tuple[str, ...] = ()
    """Acceptance criteria that can no longer be measured."""
    unreached: tuple[str, ...] = ()
    """Acceptance criteria whose sample is no longer reached."""


@dataclass(frozen=True, slots=True)
class RestoreSet:
    """A smallest set of findings to fix that gives back a part of the scope."""

    gives_back: tuple[str, ...]
    fixes: tuple[str, ...]
    """Ids of the findings whose fixes are needed, all of them."""
    owners: tuple[str, ...]
    effort: str = ""
    """What they take together: `2 of minutes effort, 1 of days effort`."""


@dataclass(frozen=True, slots=True)
class Scope:
    """The largest scope without a blocker, and the way to it."""

    declared: ScopeSet
    launchable: ScopeSet
    applied: tuple[Applied, ...] = ()
    plan_diff: str = ""
    """Unified diff that turns the plan's text into the launchable plan's."""
    narrowed_text: str = ""
    holds: tuple[str, ...] = ()
    """Ids of blockers that no operation takes out of the scope."""
    restore: tuple[RestoreSet, ...] = ()


@dataclass(frozen=True, slots=True)
class StageDecision:
    """The decision for one stage."""

    stage: str
    decision: Decision
    because: str


@dataclass(frozen=True, slots=True)
class Planned:
    """How much of something was planned to be looked at, and how much was."""

    planned: int
    done: int
    failed: int = 0


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of the plan was really looked at."""

    sources: Planned
    datasets: Planned
    fields: Planned
    identities: Planned
    rows_sampled: int = 0
    skipped: tuple[tuple[str, str], ...] = ()
    """(what, why) of everything that was not looked at."""


class Crosses(StrEnum):
    """How a sensitive field crosses a boundary, as far as is known."""

    RAW = "raw"
    """Nothing that was declared or seen hides it there."""
    OPAQUE = "opaque"
    """It may get there by a definition that could not be read."""
    UNKNOWN = "unverified"
    """A mask is declared or possible, and nothing shows that it holds there."""
    WEAK = "weak"
    """A mask stands there, and it is too weak for what it masks."""
    MASKED = "masked"
    """The mask was judged to hold, or the definition that the workflow reads masks it."""


@dataclass(frozen=True, slots=True)
class Crossing:
    """One boundary that a sensitive field crosses."""

    boundary: str
    """`prompt`, `output draft_reply`, `store traces`."""
    state: Crosses
    why: str
    method: str = ""
    """How it is masked there: the declared method, or what the definition leaves; empty where it is not masked."""
    shown: Level | None = None
    """How the mask was shown to hold: by its definition, in its values, or beside the raw ones; None: it was not."""

    @property
    def how(self) -> str:
        """`hmac, exercised`; empty where nothing is masked."""
        return ", ".join(word for word in (self.method, self.shown.value if self.shown else "") if word)


@dataclass(frozen=True, slots=True)
class SensitiveField:
    """A row of the masking matrix: a field that is declared or was found to be sensitive, and where it goes."""

    field: FieldId
    kind: str
    """As declared; `undeclared` where only the systems say that it is sensitive."""
    mask: str
    """The declared method; empty where none is."""
    crossings: tuple[Crossing, ...] = ()
    """Empty: no declared step carries it to a boundary."""
    findings: tuple[str, ...] = ()
    """Ids of the findings about its privacy."""
    not_reached: tuple[str, ...] = ()
    """The declared boundaries that no step and no definition carries it to."""


@dataclass(frozen=True, slots=True)
class RungRead:
    """What is known of one rung of the ladder of retention."""

    rung: Rung
    verdict: Verdict
    says: str
    settle: str = ""
    rule: str = ""
    """The rule that decided; empty where none judged it."""


@dataclass(frozen=True, slots=True)
class KeptFor:
    """How far the promise of a dataset or a store to delete is known to be kept."""

    holder: str
    store: bool
    promise: str
    """`24 months`, `as source`, `none`; empty where nothing is promised."""
    rungs: tuple[RungRead, ...]
    """Declared, configured, enforced, observed."""

    @property
    def fails(self) -> RungRead | None:
        """The first rung that is broken."""
        return next((read for read in self.rungs if read.verdict is Verdict.BROKEN), None)

    @property
    def unknown(self) -> RungRead | None:
        """The first rung of which nothing is known."""
        return next((read for read in self.rungs if read.verdict is Verdict.UNVERIFIED), None)


@dataclass(frozen=True, slots=True)
class FieldKept:
    """How long a field is really kept: the longest of all places that hold it."""

    field: FieldId
    promise: str
    """What its own dataset promises: `24 months`, `as source`, `none`; empty where nothing."""
    longest: str
    """`90 days`, `for ever`."""
    seconds: float | None
    """None: for ever."""
    decides: str
    """The dataset or store that keeps it the longest."""
    because: str
    """Why that long: `its limit of 90 days, and backups for 30 days`."""
    over: bool
    """Longer than its own dataset promises."""
    path: tuple[Hop, ...] = ()
    """How it comes there; empty for its own dataset."""
    holders: tuple[str, ...] = ()
    """Every place that holds it, its own dataset first."""
    unknown: tuple[str, ...] = ()
    """Those of which nobody says how long: it may be kept longer there."""
    failing: tuple[str, ...] = ()
    """Those whose promise was seen to fail: it may be kept longer there."""


@dataclass(frozen=True, slots=True)
class DatasetRead:
    """What a run saw of a dataset that the workflow reads."""

    dataset: DatasetId
    reads: str
    found: bool
    steps: tuple[str, ...]
    """The steps that read it."""
    records: int | None = None
    """As counted, else as the system estimates; None: not known."""
    newest: datetime | None = None
    """The newest moment of its clock that is not in the future."""
    clock: str = ""
    within: str = ""
    """How fresh it is declared to be."""
    fresh: Verdict | None = None
    """The verdict on that; None where nothing is declared."""
    why: str = ""
    """Why it is not held, or cannot be known."""


@dataclass(frozen=True, slots=True)
class SourceRead:
    """What a run saw of a source, as its owner asks for it."""

    source: SourceId
    owner: str | None
    product: str
    """Product and version as the system names itself; empty where it did not answer."""
    identity: str | None
    """The declared login that the workflow reads as."""
    datasets: tuple[DatasetRead, ...]
    version: str = ""
    """The version alone, as `product` ends in it."""


class Change(StrEnum):
    """What has become of a finding since the run before."""

    NEW = "new"
    STILL = "still"
    REGRESSED = "regressed"
    """It was resolved once, and is back."""
    RESOLVED = "resolved"
    NOT_SEEN = "not seen"
    """It is gone from the report, and nothing shows that it is mended."""


@dataclass(frozen=True, slots=True)
class Gone:
    """A finding of the run before that this run does not have."""

    finding: str
    rule: str
    severity: Severity
    label: str
    change: Change


@dataclass(frozen=True, slots=True)
class History:
    """A run beside the one before it, as the store knows it."""

    previous: str | None
    """The run that it is compared with; None: it is the first of its plan."""
    changes: Mapping[str, Change] = field(default_factory=dict)
    """For each finding of this run."""
    first_seen: Mapping[str, datetime] = field(default_factory=dict)
    gone: tuple[Gone, ...] = ()
    new_only: bool = False
    """Only what is new or back counts for the exit code."""

    def counts(self) -> Mapping[Change, int]:
        """Give how many findings changed how."""
        gone = [each.change for each in self.gone]
        return {change: [*self.changes.values(), *gone].count(change) for change in Change}


@dataclass(frozen=True, slots=True)
class Report:
    """A run's whole outcome."""

    run_id: str
    plan_id: str
    plan_version: str
    plan_status: str
    plan_file: str
    plan_sha256: str
    tool_version: str
    started_at: datetime
    finished_at: datetime
    as_of: datetime
    mode: str
    """`static`, `catalog`, `probe`, `sample` or `replay`: the strongest way in which facts were taken."""
    identities: Mapping[SourceId, str]
    """The session's identity at each source."""
    decision: Decision
    stages: tuple[StageDecision, ...]
    assumptions: tuple[Assumption, ...]
    findings: tuple[Finding, ...]
    scope: Scope
    coverage: Coverage
    failures: tuple[Failure, ...]
    costs: Mapping[SourceId, CostFact] = field(default_factory=dict)
    open_questions: int = 0
    """Absent blocks and unanswered questions of a draft plan: they keep the gate closed, not the decision."""
    marks: Mapping[str, Mark] = field(default_factory=dict)
    """The plan's `marks`: where each path of the plan stands in its file."""
    matrix: tuple[SensitiveField, ...] = ()
    """Every sensitive field and the boundaries that it crosses, in the plan's order."""
    sources: tuple[SourceRead, ...] = ()
    """What was read of each source, in the plan's order."""
    access: tuple[IdentityAccess, ...] = ()
    """Declared and real access of each identity, in the plan's order."""
    kept: tuple[KeptFor, ...] = ()
    """How far each promise to delete is kept: datasets, then stores, in the plan's order."""
    lasting: tuple[FieldKept, ...] = ()
    """How long each field is really kept over all its copies, in the plan's order."""

    waivers: tuple[Weighed, ...] = ()
    """Every waiver beside the plan, in its file's order, with how it stands."""
    history: History | None = None
    """What changed since the run before; None where no store was named."""

    @property
    def decided(self) -> int:
        """How many findings count no more because a named person accepted them for a time."""
        return sum(finding.decided for finding in self.findings)

    @property
    def incomplete(self) -> bool:
        """A source or a rule failed."""
        return bool(self.failures)

    def counts(self) -> Mapping[Verdict, int]:
        """Give how many assumptions are held, broken and unverified; they add up to all of them."""
        return {verdict: sum(line.verdict is verdict for line in self.assumptions) for verdict in Verdict}
