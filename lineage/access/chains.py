"""Chains of doors: the rights that open a dataset to a role, told hop by hop."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lineage.access.grants import Grants
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


def openings(grants: Grants, session: Session, dataset: Name) -> Iterator[tuple[Column, Chain]]:
    """Give every right that opens a dataset to a session, as a chain; with the column, empty for all columns."""
    if grants.superuser(session.current):
        yield (), _everything(grants, session, session.current, "superuser", dataset)
        return
    reads_all = grants.reads_all(session.current)
    if reads_all is not None:
        yield (), _everything(grants, session, reads_all, str(grants.principals[reads_all]), dataset)
    for holder in grants.holding(session.current, dataset.path, "select"):
        yield (), _granted(grants, session, holder, dataset)
    for column, holder in grants.holding_columns(session.current, dataset, "select"):
        yield column, _granted(grants, session, holder, dataset.at(*column))


def _everything(grants: Grants, session: Session, holder: int, right: str, dataset: Name) -> Chain:
    hops, doors, roles = _memberships(grants, session, holder)
    principal = grants.principals[holder]
    opening = Opening(principal, None, right, roles)
    last = Hop(str(principal), dataset.short, "superuser" if right == "superuser" else "reads everything")
    return Chain((*hops, last), doors | {Door.ATTRIBUTE}, bool(session.switch), direct=True, opening=opening)


def _granted(grants: Grants, session: Session, holder: int, on: Name) -> Chain:
    hops, doors, roles = _memberships(grants, session, holder)
    principal = grants.principals[holder]
    if holder == grants.owner(on.dataset):
        door, by = Door.OWNER, "owns"
    elif principal.name == PUBLIC:
        door, by = Door.PUBLIC, "grant select"
    else:
        door, by = Door.GRANT, "grant select"
    opening = Opening(principal, on, "select", roles)
    return Chain(
        (*hops, Hop(str(principal), on.short, by)), doors | {door}, bool(session.switch), direct=True, opening=opening
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
