"""What a connector brings back: facts about a real system, and the snapshot that holds them.

Everything here is frozen, slotted and picklable, since facts travel between processes and are stored as snapshots.
No fact holds a value read from a source: counts, rates, moments, shapes and keyed hashes only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from lineage.facts.data import Atom, CompareFact, ExamineFact, LabelFact, LookFact, MeasureFact
from lineage.facts.flow import EdgeFact, OpaqueFact, OutdatedFact, TagFact, TemplateFact, UseFact
from lineage.facts.papers import (
    ApprovedFact,
    CanaryFact,
    ConfirmationFact,
    ContractFact,
    DirectoryFact,
    DocumentFact,
    ReviewFact,
)
from lineage.facts.rights import (
    CallFact,
    ConfinedFact,
    CredentialFact,
    FutureGrantFact,
    GrantFact,
    IdleFact,
    MemberFact,
    PrincipalFact,
    ProbeFact,
    RoutineFact,
    SessionFact,
    TrailFact,
)
from lineage.facts.seen import Seen
from lineage.facts.structure import (
    AbsentFact,
    CostFact,
    DatasetFact,
    FieldFact,
    JobFact,
    LingerFact,
    PartitionsFact,
    ResolvedFact,
    SystemFact,
    UnseenFact,
)
from lineage.facts.tools import ToolFact
from lineage.facts.traces import SpanFact, Spread, TraceFact

__all__ = [
    "AbsentFact",
    "ApprovedFact",
    "Atom",
    "CallFact",
    "CanaryFact",
    "CompareFact",
    "ConfinedFact",
    "ConfirmationFact",
    "ContractFact",
    "CostFact",
    "CredentialFact",
    "DatasetFact",
    "DirectoryFact",
    "DocumentFact",
    "EdgeFact",
    "ExamineFact",
    "Fact",
    "Failure",
    "FieldFact",
    "FutureGrantFact",
    "GrantFact",
    "IdleFact",
    "JobFact",
    "LabelFact",
    "LingerFact",
    "LookFact",
    "MeasureFact",
    "MemberFact",
    "OpaqueFact",
    "OutdatedFact",
    "PartitionsFact",
    "PrincipalFact",
    "ProbeFact",
    "ResolvedFact",
    "ReviewFact",
    "RoutineFact",
    "Seen",
    "SessionFact",
    "Snapshot",
    "SpanFact",
    "Spread",
    "SystemFact",
    "TagFact",
    "TemplateFact",
    "ToolFact",
    "TraceFact",
    "TrailFact",
    "UnseenFact",
    "UseFact",
]


Fact = (
    SystemFact
    | DatasetFact
    | FieldFact
    | ResolvedFact
    | AbsentFact
    | UnseenFact
    | EdgeFact
    | UseFact
    | TagFact
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
    | CredentialFact
    | SessionFact
    | TrailFact
    | IdleFact
    | MeasureFact
    | LookFact
    | LabelFact
    | CompareFact
    | ExamineFact
    | JobFact
    | LingerFact
    | PartitionsFact
    | DocumentFact
    | ContractFact
    | ReviewFact
    | DirectoryFact
    | ConfirmationFact
    | ApprovedFact
    | CanaryFact
    | TraceFact
    | SpanFact
    | ToolFact
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
