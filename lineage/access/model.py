"""The words of access: doors, chains of doors, and the reach of an identity."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from lineage.facts import UnseenFact
from lineage.finding import Hop
from lineage.model import Exposure, Name, Principal, SourceId

if TYPE_CHECKING:
    import networkx as nx

    from lineage.access.growth import Growth


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
class Opening:
    """The one right that starts a chain: what a fix takes away."""

    holder: Principal
    """Who holds it: the identity, a role, PUBLIC."""
    on: Name | None
    """Dataset or field that it opens; None for an attribute that opens everything."""
    right: str
    """`select`, a write right, or the attribute: `superuser`, `pg_read_all_data`."""
    roles: tuple[Principal, ...] = ()
    """The memberships that lead from the identity to the holder: every role on the way, the holder last."""
    levels: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Where the right was granted, if wider than `on`: (to whom, on what)."""


@dataclass(frozen=True, slots=True)
class Chain:
    """A minimal chain of doors that opens a field."""

    hops: tuple[Hop, ...]
    """From the identity to the field, or to the dataset whose every field is open."""
    doors: frozenset[Door]
    latent: bool
    """Needs SET ROLE or the like first; never merged with active reach."""
    direct: bool
    """Opens the very object that it was asked for, not another that derives from it."""
    opening: Opening | None = None
    through: Name | None = None
    """For a chain that is not direct: the dataset that is read instead."""
    exposure: Exposure = Exposure.RAW
    """What survives of the field in what is read instead."""


@dataclass(frozen=True, slots=True)
class Reach:
    """Every field that an identity can read, each with its chains; what is not here is not reached."""

    principal: Principal
    fields: Mapping[Name, tuple[Chain, ...]]
    undecided: Mapping[Name, str]
    """Fields or datasets for which it could not be decided, and why."""
    writable: Mapping[Name, frozenset[str]]
    """Datasets on which it holds write rights: `insert`, `update`, `delete`, `truncate`; `own` for its owner."""
    unusable: Mapping[Name, str]
    """Datasets that are granted but not usable, and what is missing (`usage on schema crm`)."""
    rows: Mapping[Name, str] = field(default_factory=dict)
    """Datasets of which it may see a part of the rows only, and by whose row policies."""
    latently_writable: Mapping[Name, frozenset[str]] = field(default_factory=dict)
    """Write rights that it holds after SET ROLE only."""
    write_chains: Mapping[Name, tuple[Chain, ...]] = field(default_factory=dict)
    """For each dataset that is writable at once: a chain for each right and holder; `opening.right` names the right."""

    def active(self, name: Name) -> tuple[Chain, ...]:
        """Give the chains by which the field itself is readable at once; none: reading it is refused."""
        return tuple(chain for chain in self.fields.get(name, ()) if chain.direct and not chain.latent)

    def latent(self, name: Name) -> tuple[Chain, ...]:
        """Give the chains by which the field itself is readable after becoming another role."""
        return tuple(chain for chain in self.fields.get(name, ()) if chain.direct and chain.latent)

    def why_undecided(self, name: Name) -> str | None:
        """Say why it could not be decided whether a field is readable; None where it was decided."""
        return None if self.active(name) else self.undecided.get(name) or self.undecided.get(name.dataset)


class Access(Protocol):
    """Answers to who can read what, from the grants that the first wave saw."""

    def known(self, source: SourceId) -> bool:
        """Say whether the grants of this source could be read at all."""

    def principal(self, source: SourceId, identity: str) -> Principal | None:
        """Give the principal of an identity; None where the system does not have it."""

    def principals(self, source: SourceId) -> Iterable[Principal]:
        """Give everybody whom a source knows, logins and roles, in order."""

    def reach(self, principal: Principal) -> Reach:
        """Give what an identity can read, with proof; computed once and kept."""

    def attributes(self, principal: Principal) -> frozenset[str]:
        """Give the attributes of a principal: `login`, `superuser`, `bypass_row_security` ..."""

    def roles(self, principal: Principal) -> Mapping[Principal, tuple[Principal, ...]]:
        """Give every principal whose rights are active for one, itself first, with the memberships that lead there."""

    def switchable(self, principal: Principal) -> Mapping[Principal, tuple[Principal, ...]]:
        """Give every role that a principal may become, with the memberships that lead there."""

    def begins(self, principal: Principal) -> Principal:
        """Give the role as which the sessions of a principal begin: itself unless a setting names another."""

    def memberships(self, principal: Principal) -> Iterable[tuple[Principal, Principal]]:
        """Give (member, role) for every membership through which rights are active for a principal."""

    def readers_by(self, holder: Principal, besides: Principal) -> int:
        """Count the principals for which the rights of a holder are active, but for itself and one other."""

    def lends(self, holder: Principal) -> bool:
        """Say whether a view or routine runs with rights that a holder gives, so that others may rest on them."""

    def readers(self, name: Name) -> Mapping[Principal, tuple[Chain, ...]]:
        """Give who can read a field itself, actively or latently, each with the chains; PUBLIC and superusers too."""

    def growths(self, principal: Principal) -> Iterable[Growth]:
        """Give the ways in which the rights of a principal grow by themselves."""

    def unseen(self, source: SourceId) -> Iterable[UnseenFact]:
        """Give why grants of a source could not be read."""

    def graph(self) -> nx.MultiDiGraph[str]:
        """Build the public graph of doors: principals, datasets and fields; edges with `by` and `door`."""
