"""The cheapest set of doors to close so that nothing opens certain fields any more.

Memberships and rights form a network from an identity to what is to be closed; a minimum cut of it closes every way,
also those by which a right is held a second time. A door costs what else it gives: what the plan needs and would have
to be granted again, and everybody else who comes through it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from lineage.access.model import Access, Chain, Opening, Reach
from lineage.model import Name, Principal

_DEAR: Final = 1_000
_CLOSED: Final = "closed"
"""Where every right leads that is to open nothing any more."""


@dataclass(frozen=True, slots=True, order=True)
class Membership:
    """A membership that is to be taken away."""

    member: Principal
    role: Principal


@dataclass(frozen=True, slots=True)
class Cut:
    """What is to be taken away, and all of it is needed."""

    memberships: tuple[Membership, ...]
    openings: tuple[Opening, ...]
    """Rights of their holders."""


def smallest_cut(
    access: Access,
    identity: Principal,
    chains: Iterable[Chain],
    needed: Mapping[Name, frozenset[tuple[str, ...]]],
    by_role: Mapping[Principal, int],
) -> Cut:
    """Give the cheapest doors of an identity whose closing ends all these chains; rights after SET ROLE are no part.

    `by_role` is what `needed_by_role` counts of `needed`: once for an identity, however many cuts are made for it.
    What cannot be revoked by itself, as what a predefined role means, is never cut: the way to it is.
    """
    import networkx as nx

    openings = {
        (opening.holder, opening.on, opening.right): opening
        for chain in chains
        if (opening := chain.opening) is not None
    }
    network: nx.DiGraph[object] = nx.DiGraph()
    network.add_node(identity)
    for member, role in access.memberships(identity):
        cost = 1 + access.readers_by(member, besides=identity) + by_role.get(role, 0)
        network.add_edge(member, role, capacity=cost)
    for key, opening in openings.items():
        revocable = opening.on is not None or opening.holder == identity
        others = access.readers_by(opening.holder, besides=identity)
        # What rests on a view of that holder's would break: its way to the identity is closed before its right is.
        others += _DEAR if opening.holder != identity and access.lends(opening.holder) else 0
        network.add_edge(opening.holder if opening.holder in network else identity, key)  # no capacity: endless
        network.add_edge(key, _CLOSED, **({"capacity": 1 + others + _wanted(opening, needed)} if revocable else {}))
    if _CLOSED not in network:
        return Cut((), ())
    try:
        _, (near, far) = nx.minimum_cut(network, identity, _CLOSED)
    except nx.NetworkXUnbounded:
        return Cut((), tuple(openings.values()))
    memberships = [Membership(start, end) for start, end in network.edges if start in near and end in far
                   and isinstance(start, Principal) and isinstance(end, Principal)]  # fmt: skip
    return Cut(tuple(sorted(memberships)), tuple(opening for key, opening in openings.items() if key in near))


def _wanted(opening: Opening, needed: Mapping[Name, frozenset[tuple[str, ...]]]) -> int:
    """Count the needed fields that a right opens by itself."""
    if opening.on is None:
        return sum(map(len, needed.values()))
    columns = needed.get(opening.on.dataset, frozenset())
    return len(columns) if not opening.on.field else int(opening.on.field in columns)


def needed_by_role(reach: Reach, needed: Mapping[Name, frozenset[tuple[str, ...]]]) -> Mapping[Principal, int]:
    """Count for each role the needed fields that an identity reads by way of it."""
    ways = (reach.active(name.at(*column)) for name, columns in needed.items() for column in columns)
    return Counter(
        role
        for chains in ways
        for role in {role for chain in chains if chain.opening is not None for role in chain.opening.roles}
    )
