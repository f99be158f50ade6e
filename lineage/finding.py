"""What a rule concludes, and what becomes of it: judgements, findings, scope operations, fixes."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from lineage.model import Level, Rung, Severity, Verdict

Scalar = str | int | float | bool | None


class Op(StrEnum):
    """How a finding narrows the launch."""

    DROP_FIELD = "drop_field"
    SWAP_FIELD = "swap_field"
    MASK_FIELD = "mask_field"
    DROP_SOURCE = "drop_source"
    SWAP_SOURCE = "swap_source"
    DROP_SEGMENT = "drop_segment"
    LIMIT_ROWS = "limit_rows"
    LIMIT_WINDOW = "limit_window"
    DROP_INPUT_TYPE = "drop_input_type"
    DROP_STEP = "drop_step"
    DOWNGRADE_ACTION = "downgrade_action"
    DROP_ACTION = "drop_action"
    ADD_APPROVAL = "add_approval"
    DROP_AUDIENCE = "drop_audience"
    DROP_STORE = "drop_store"
    SHORTEN_RETENTION = "shorten_retention"
    EXTEND_RETENTION = "extend_retention"
    HOLD_STAGE = "hold_stage"
    HOLD_LAUNCH = "hold_launch"
    DECIDE = "decide"


@dataclass(frozen=True, slots=True, order=True)
class Operation:
    """One way to take a finding out of the scope."""

    op: Op
    target: str
    """Id of what it acts on: `crm.contacts.email`, `eu`, `first`, `draft`; `launch` for hold_launch."""
    args: tuple[tuple[str, str], ...] = ()
    """For limit_window: (("window", "18 months"),)."""


class FixKind(StrEnum):
    """Where a fix is made."""

    SQL = "sql"
    CONFIG = "config"
    PLAN = "plan"
    DECISION = "decision"
    CODE = "code"


@dataclass(frozen=True, slots=True)
class Fix:
    """One way to make the assumption true."""

    kind: FixKind
    text: str
    patch: str = ""
    """SQL or plan text to paste; identifiers quoted, no value from a source."""
    safe: bool = False
    effort: str = "unknown"
    """`minutes`, `hours`, `days` or `unknown`."""
    owner: str | None = None
    """None: the owner of the assumption."""


@dataclass(frozen=True, slots=True)
class Hop:
    """A step of the chain that proves a judgement."""

    source: str
    target: str
    by: str
    """`view`, `grant select`, `member of`, `join`, `reads` ..."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What a judgement is about; the parts are plan ids where the plan names the thing, else short physical names."""

    source: str | None = None
    dataset: str | None = None
    field: str | None = None
    segment: str | None = None
    stage: str | None = None
    step: str | None = None
    action: str | None = None
    store: str | None = None
    identity: str | None = None

    @property
    def urn(self) -> str:
        """A key that survives edits of the plan: the parts that are set, in a fixed order."""
        parts = {
            "source": self.source,
            "dataset": self.dataset,
            "field": self.field,
            "segment": self.segment,
            "stage": self.stage,
            "step": self.step,
            "action": self.action,
            "store": self.store,
            "identity": self.identity,
        }
        return ":".join(f"{key}={value}" for key, value in parts.items() if value is not None) or "plan"

    @property
    def label(self) -> str:
        """The narrowest part, for a line that people read."""
        narrow = self.field or self.dataset or self.store or self.action or self.step or self.source or "plan"
        tails = [f"segment {self.segment}" if self.segment else "", f"stage {self.stage}" if self.stage else ""]
        return " ".join([narrow, *(f"({tail})" for tail in tails if tail)])


@dataclass(frozen=True, slots=True)
class Actual:
    """What is, beside what was declared: a count, a rate, an age, a name; never a value of a record."""

    value: Scalar
    unit: str | None = None
    interval: tuple[Scalar, Scalar] | None = None
    measured_at: datetime | None = None
    method: str | None = None
    sample: int | None = None
    kinds: tuple[str, ...] = ()
    """Of a share of values: which kinds of personal data were seen in them."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """A rule's answer for one assumption."""

    leaf: str
    """Path in the plan; a block's path where the assumption is implied by the block."""
    verdict: Verdict
    level: Level
    subject: Subject
    says: str
    """One line: what is true, with figures, no values."""
    actual: Actual = Actual(None)
    settle: str = ""
    """For unverified: what would settle it."""
    path: tuple[Hop, ...] = ()
    operations: tuple[Operation, ...] = ()
    """For broken: all of them together take the finding out of the scope; empty means nothing does."""
    fixes: tuple[Fix, ...] = ()
    confidence: str = "proven"
    """`proven`, `observed`, `likely` or `possible`."""
    severity: Severity | None = None
    """Where it differs from the rule's."""
    incidental: bool = False
    """A broken judgement that narrows nothing although its severity is high: it is told, the scope stays."""
    unanswered: bool = False
    """Nothing is said yet where an answer is asked for: in a draft an open question, later a broken assumption."""
    rung: Rung | None = None
    """Of the ladder of retention, where it is about another one than its rule."""


class Status(StrEnum):
    """What has become of a finding."""

    OPEN = "open"
    WAIVED = "waived"
    ACCEPTED = "accepted"
    FIXED = "fixed"
    REGRESSED = "regressed"


@dataclass(frozen=True, slots=True)
class Finding:
    """A broken assumption, or an unverified one that a rule asks attention for."""

    id: str
    rule: str
    severity: Severity
    judgement: Judgement
    title: str
    why_it_matters: str
    declared: str
    """The declared value as the plan writes it."""
    owner: str | None
    status: Status = Status.OPEN
    folded: tuple[str, ...] = ()
    """Ids of findings that this one subsumes."""
    requirements: tuple[str, ...] = ()

    @property
    def launch_blocking(self) -> bool:
        """Whether the scope must change before launch."""
        blocks = self.severity is Severity.BLOCKER and self.judgement.verdict is Verdict.BROKEN
        return blocks and not self.decided and not self.judgement.incidental

    @property
    def decided(self) -> bool:
        """Whether a named person has accepted or waived it, for now."""
        return self.status in {Status.WAIVED, Status.ACCEPTED}


def fingerprint(rule: str, subject: Subject, path: tuple[Hop, ...] = ()) -> str:
    """Give a finding's id: the same when lines move or figures change, another for another path of proof."""
    ends = f"{path[0].source}>{path[-1].target}" if path else ""
    return hashlib.sha256(f"{rule}|{subject.urn}|{ends}".encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Assumption:
    """A line of the ledger: a leaf of the plan (or one that a block implies) and its one verdict."""

    leaf: str
    kind: str
    """`claim`, `question` or `implied`."""
    declared: str
    verdict: Verdict
    level: Level
    owner: str | None
    rules: tuple[str, ...]
    """The rules that judged it, the deciding one first; empty for a claim that no rule judges."""
    says: str
    settle: str = ""
    actual: Actual = Actual(None)
    subject: Subject = field(default_factory=Subject)


Ledger = Mapping[str, Assumption]
