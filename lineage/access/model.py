"""The words of access: doors, chains of doors, and the reach of an identity."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from lineage.finding import Hop
from lineage.model import Name, Principal, SourceId


class Door(StrEnum):
    """What lets an identity through."""

    GRANT = "grant"
    PUBLIC = "public"
    ROLE = "role"
    SWITCH = "switchable role"
    OWNER = "owner"
    ATTRIBUTE = "attribute"
    VIEW = "view"
    ROUTINE = "routine"
    COPY = "copy"


@dataclass(frozen=True, slots=True)
class Chain:
    """A minimal chain of doors that opens a field."""

    hops: tuple[Hop, ...]
    """From the identity to the field."""
    doors: frozenset[Door]
    latent: bool
    """Needs SET ROLE or the like first; never merged with active reach."""
    direct: bool
    """Opens the very object that it was asked for, not another that derives from it."""


@dataclass(frozen=True, slots=True)
class Reach:
    """Every field that an identity can read, each with its chains; what is not here is not reached."""

    principal: Principal
    fields: Mapping[Name, tuple[Chain, ...]]
    undecided: Mapping[Name, str]
    """Fields or datasets for which it could not be decided, and why."""
    writable: Mapping[Name, frozenset[str]]
    """Datasets on which it holds write rights."""
    unusable: Mapping[Name, str]
    """Datasets that are granted but not usable, and what is missing (`usage on schema crm`)."""


class Access(Protocol):
    """Answers to who can read what, from the grants that the first wave saw."""

    def known(self, source: SourceId) -> bool:
        """Say whether the grants of this source could be read at all."""

    def principal(self, source: SourceId, identity: str) -> Principal | None:
        """Give the principal of an identity; None where the system does not have it."""

    def reach(self, principal: Principal) -> Reach:
        """Give what an identity can read, with proof; computed once and kept."""
