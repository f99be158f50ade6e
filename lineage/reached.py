"""What an identity was declared to read beside what it can read: plain values of a report."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from lineage.finding import Hop
from lineage.model import SourceId


class Opened(StrEnum):
    """How a field that is declared for an identity, or that it reaches, is open to it."""

    EXACT = "exact"
    """Declared, and readable at once."""
    UNDER = "under"
    """Declared, and not readable."""
    OVER = "over"
    """Readable at once, and not needed."""
    LATENT = "latent"
    """Readable after becoming another role only."""
    UNDECIDABLE = "undecidable"
    """It could not be decided whether it is readable."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody else who can read a field."""

    principal: str
    by: str
    """The right that opens it, and who holds that: `grant select of staff`, `superuser`."""
    latent: bool = False
    """Only after becoming another role."""


@dataclass(frozen=True, slots=True)
class FieldAccess:
    """A field beside what is declared of it: whether the identity reads it, how, and who else does."""

    field: str
    """The plan's id where it declares the field, else the short physical name."""
    declared: bool
    """The plan needs it."""
    opened: Opened
    path: tuple[Hop, ...] = ()
    """The shortest chain that opens it; empty where none does."""
    sensitive: str = ""
    """Its kind, and how that is known; empty where nothing says so."""
    why: str = ""
    """Why it is not readable, or why that could not be decided."""
    readers: tuple[Reader, ...] = ()
    """Who else reads it, a part of them where they are many."""
    readers_in_all: int = 0


@dataclass(frozen=True, slots=True)
class DoorNode:
    """A thing in the picture of an identity's doors."""

    name: str
    kind: str
    """`identity`, `role` or `dataset`."""
    state: str = ""
    """For a dataset: `needed`, `beyond` (more than is needed is open), `sensitive` (some of that is sensitive)."""
    note: str = ""


@dataclass(frozen=True, slots=True)
class IdentityAccess:
    """What an identity was declared to read, and what it can read."""

    source: SourceId
    """The first source that is read as it."""
    identity: str
    unknown: str = ""
    """Why nothing is known of its reach; empty where it is known."""
    fields: tuple[FieldAccess, ...] = ()
    """Every declared field, then what else is open to it, the sensitive first."""
    unlisted: int = 0
    """Open or latent fields beyond the plan that are not listed."""
    needed: int = 0
    """Fields that it reads and that are needed, of `reached`: their share is the least-privilege ratio."""
    reached: int = 0
    """Fields that it reads at once."""
    over_sensitive: int = 0
    """Sensitive fields that it reads at once and that are not needed."""
    latent_sensitive: int = 0
    """Sensitive fields that it reads after becoming another role, and that are not needed."""
    nodes: tuple[DoorNode, ...] = ()
    doors: tuple[Hop, ...] = ()
    """The picture's edges, between names of `nodes`."""
    unpictured: int = 0
    """Datasets that are open and not in the picture."""

    @property
    def least_privilege(self) -> float | None:
        """The share of what it reads that is needed; None where it reads nothing."""
        return self.needed / self.reached if self.reached else None
