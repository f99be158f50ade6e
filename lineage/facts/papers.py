"""What stands beside a plan: documents, contracts, decisions of reviewers, directories, confirmations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from lineage.contract import Contract
from lineage.facts.seen import Seen
from lineage.model import DatasetId


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
class ApprovedFact:
    """The fields that a dataset had in the scan that was approved (`approved.jsonl` beside the plan)."""

    seen: Seen
    """How and when it was seen then."""
    dataset: DatasetId
    fields: tuple[tuple[tuple[str, ...], str], ...]
    """(path of the field, its type) in the system's order."""


@dataclass(frozen=True, slots=True)
class CanaryFact:
    """A test subject was planted at a source, erased there, and looked for in a copy; counts only."""

    seen: Seen
    dataset: DatasetId
    """Where it was planted."""
    copy: DatasetId
    """Where it was looked for; the dataset itself tells whether it was gone there."""
    arrived: int
    """Its records there before it was erased."""
    left: int | None
    """Those that were still there after the wait; None where it could not be looked for."""
    waited_seconds: float
    uncleaned: bool = False
    """What was left could not be cleaned up."""
    reason: str = ""
    """Why it could not be looked for: class and code only."""


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
    kinds: tuple[str, ...] = ()
    """The kinds of personal data that it told then; empty where that was not kept."""


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
