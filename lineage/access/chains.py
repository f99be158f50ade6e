"""Chains of doors: the rights that open a dataset to a role, told hop by hop."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lineage.access.grants import READS_ALL, Grants
from lineage.access.model import Chain, Door, Opening
from lineage.finding import Hop
from lineage.model import PUBLIC, Name, Principal

Column = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Session:
    """Who reads: an identity, or a role that it has become."""

    identity: int
    current: int
    switch: tuple[int, ...] = ()
    """The roles on the way to `current`, itself last; empty without SET ROLE."""
    begun: bool = False
    """`current` is no other's choice than the server's: sessions of the identity begin as it."""


@dataclass(frozen=True, slots=True)
class Way:
    """A right on a dataset that is held by somebody whose rights a session has."""

    holder: int
    right: str
    """`select`, a write right, or what opens everything: `superuser`, `pg_read_all_data`."""
    column: Column = ()
    """Empty for all columns."""
    everywhere: bool = False


def ways(grants: Grants, role: int, dataset: Name, right: str = "select") -> Iterator[Way]:
    """Give every way in which a role holds a right on a dataset."""
    if grants.superuser(role):
        yield Way(role, "superuser", everywhere=True)
        return
    everywhere = grants.everywhere(role, right)
    if everywhere is not None:
        yield Way(everywhere, grants.principals[everywhere].name, everywhere=True)
    for holder in grants.holding(role, dataset.path, right):
        yield Way(holder, right)
    for column, holder in grants.holding_columns(role, dataset, right):
        yield Way(holder, right, column)


@dataclass(frozen=True, slots=True)
class Lead:
    """The memberships that lead from an identity to a holder."""

    hops: tuple[Hop, ...]
    doors: frozenset[Door]
    roles: tuple[Principal, ...]
    latent: bool


def chain_of(grants: Grants, lead: Lead, dataset: Name, way: Way) -> Chain:
    """Tell a way hop by hop, from the identity through memberships to the dataset or field."""
    principal, on = grants.principals[way.holder], dataset.at(*way.column)
    if way.everywhere:
        by = {"superuser": "superuser", READS_ALL: "reads everything"}.get(way.right, "writes everything")
        door = Door.ATTRIBUTE
    elif way.holder == grants.owner(dataset) and not grants.definers:
        door, by = Door.OWNER, "owns"
    else:
        door, by = Door.PUBLIC if principal.name == PUBLIC else Door.GRANT, f"grant {way.right}"
    return Chain(
        (*lead.hops, Hop(str(principal), on.short, by)),
        lead.doors | {door},
        lead.latent,
        direct=True,
        opening=Opening(
            principal,
            None if way.everywhere else on,
            way.right,
            lead.roles,
            grants.levels.get((way.holder, on, way.right), ()),
        ),
    )


def lead_to(grants: Grants, session: Session, holder: int) -> Lead:
    """Tell hop by hop how a session comes to a holder: the roles that it becomes, then those that it is a member of."""
    hops: list[Hop] = []
    doors: set[Door] = set()
    here = session.identity
    inherited = grants.active(session.current)[holder]
    for number, by, door in (
        *((number, "begins as", Door.ROLE) for number in ((session.current,) if session.begun else ())),
        *((number, "may become", Door.SWITCH) for number in session.switch),
        *((number, "member of", Door.ROLE) for number in inherited),
    ):
        public = grants.principals[number].name == PUBLIC
        hops.append(Hop(str(grants.principals[here]), str(grants.principals[number]), "is one of" if public else by))
        if not public:
            doors.add(door)
        here = number
    begun = (session.current,) if session.begun else ()
    roles = tuple(grants.principals[number] for number in (*begun, *session.switch, *inherited))
    named = tuple(role for role in roles if role.name != PUBLIC)
    return Lead(tuple(hops), frozenset(doors), named, bool(session.switch))
