"""Chains of doors: the rights that open a dataset to a role, told hop by hop."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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


def openings(grants: Grants, session: Session, dataset: Name, right: str = "select") -> Iterator[tuple[Column, Chain]]:
    """Give every way in which a session holds a right on a dataset, as a chain; with the column, empty for all."""
    if grants.superuser(session.current):
        yield (), _everything(grants, session, session.current, "superuser", dataset)
        return
    everywhere = grants.everywhere(session.current, right)
    if everywhere is not None:
        yield (), _everything(grants, session, everywhere, str(grants.principals[everywhere]), dataset)
    for holder in grants.holding(session.current, dataset.path, right):
        yield (), _granted(grants, session, holder, dataset, right)
    for column, holder in grants.holding_columns(session.current, dataset, right):
        yield column, _granted(grants, session, holder, dataset.at(*column), right)


def _everything(grants: Grants, session: Session, holder: int, right: str, dataset: Name) -> Chain:
    hops, doors, roles = _memberships(grants, session, holder)
    principal = grants.principals[holder]
    opening = Opening(principal, None, right, roles)
    by = {"superuser": "superuser", READS_ALL: "reads everything"}.get(right, "writes everything")
    last = Hop(str(principal), dataset.short, by)
    return Chain((*hops, last), doors | {Door.ATTRIBUTE}, bool(session.switch), direct=True, opening=opening)


def _granted(grants: Grants, session: Session, holder: int, on: Name, right: str) -> Chain:
    hops, doors, roles = _memberships(grants, session, holder)
    principal = grants.principals[holder]
    if holder == grants.owner(on.dataset):
        door, by = Door.OWNER, "owns"
    else:
        door, by = Door.PUBLIC if principal.name == PUBLIC else Door.GRANT, f"grant {right}"
    last = Hop(str(principal), on.short, by)
    return Chain(
        (*hops, last),
        doors | {door},
        bool(session.switch),
        direct=True,
        opening=Opening(principal, on, right, roles),
    )


def _memberships(
    grants: Grants, session: Session, holder: int
) -> tuple[Sequence[Hop], frozenset[Door], tuple[Principal, ...]]:
    hops: list[Hop] = []
    doors: set[Door] = set()
    here = session.identity
    inherited = grants.active(session.current)[holder]
    for number, by, door in (
        *((number, "may become", Door.SWITCH) for number in session.switch),
        *((number, "member of", Door.ROLE) for number in inherited),
    ):
        public = grants.principals[number].name == PUBLIC
        hops.append(Hop(str(grants.principals[here]), str(grants.principals[number]), "is one of" if public else by))
        if not public:
            doors.add(door)
        here = number
    roles = tuple(grants.principals[number] for number in (*session.switch, *inherited))
    return hops, frozenset(doors), tuple(role for role in roles if role.name != PUBLIC)
