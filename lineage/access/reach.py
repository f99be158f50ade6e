"""The reach of an identity, computed from principals, memberships, grants, ownership and views.

Reach is asked for an identity at a time and kept; how it is found is `lineage.access.reading`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from lineage.access.chains import Column
from lineage.access.doors import graph_of_doors
from lineage.access.grants import Grants
from lineage.access.growth import Growth, growths
from lineage.access.model import Access, Chain, Reach
from lineage.access.reading import Reading
from lineage.access.views import Views
from lineage.facts import (
    CallFact,
    DatasetFact,
    EdgeFact,
    Fact,
    FieldFact,
    FutureGrantFact,
    GrantFact,
    MemberFact,
    OpaqueFact,
    PrincipalFact,
    RoutineFact,
    SystemFact,
    UnseenFact,
)
from lineage.model import Name, Principal, SourceId

if TYPE_CHECKING:
    import networkx as nx

_DEFINERS: Final = frozenset({"MariaDB", "MySQL"})


def access_of(facts: Iterable[Fact]) -> Access:
    """Gather the access facts of a snapshot; reach is computed when asked for."""
    systems: dict[str, Grants] = {}
    namespaces: dict[SourceId, str] = {}
    unseen: list[UnseenFact] = []
    for fact in facts:
        match fact:
            case SystemFact():
                namespaces[fact.seen.source] = fact.namespace
                systems.setdefault(fact.namespace, Grants(fact.namespace)).definers = fact.product in _DEFINERS
            case UnseenFact() if fact.what in ("access", "system", "definition"):
                unseen.append(fact)
            case PrincipalFact(principal=Principal(namespace=space)):
                systems.setdefault(space, Grants(space)).add(fact)
            case MemberFact(member=Principal(namespace=space)) | GrantFact(holder=Principal(namespace=space)):
                systems.setdefault(space, Grants(space)).add(fact)
            case FutureGrantFact(maker=Principal(namespace=space)) | CallFact(view=Name(namespace=space)):
                systems.setdefault(space, Grants(space)).add(fact)
            case DatasetFact() | FieldFact() | OpaqueFact() | RoutineFact():
                systems.setdefault(fact.name.namespace, Grants(fact.name.namespace)).add(fact)
            case EdgeFact() if fact.source.namespace == fact.target.namespace:
                systems.setdefault(fact.target.namespace, Grants(fact.target.namespace)).add(fact)
            case _:
                pass
    for fact in unseen:
        if (
            fact.what == "definition"
            and fact.name is None
            and (grants := systems.get(namespaces.get(fact.seen.source, "")))
        ):
            grants.views_unseen = fact.reason
    return Gathered(systems, namespaces, tuple(fact for fact in unseen if fact.what != "definition"))


@dataclass(slots=True)
class Gathered:
    """The grants of every system of a snapshot, and the reach that was asked for so far."""

    systems: Mapping[str, Grants]
    namespaces: Mapping[SourceId, str]
    unseen_facts: tuple[UnseenFact, ...] = ()
    _reach: dict[Principal, Reach] = field(default_factory=dict)
    _views: dict[str, Views] = field(default_factory=dict)
    _owners: dict[str, frozenset[int]] = field(default_factory=dict)
    _readers: dict[Name, Mapping[Principal, Sequence[tuple[Column, Chain]]]] = field(default_factory=dict)

    def known(self, source: SourceId) -> bool:
        """Say whether the grants of this source could be read at all."""
        grants = self.systems.get(self.namespaces.get(source, ""))
        # With a name, a probe could not be made: what the grants say stands.
        hidden = any(fact.name is None for fact in self.unseen(source))
        return grants is not None and bool(grants.exists) and not hidden

    def principal(self, source: SourceId, identity: str) -> Principal | None:
        """Give the principal of an identity; None where the system does not have it."""
        found = Principal(self.namespaces.get(source, ""), identity)
        grants = self.systems.get(found.namespace)
        number = grants.numbers.get(found) if grants is not None else None
        return grants.principals[number] if grants and number is not None and number in grants.exists else None

    def principals(self, source: SourceId) -> Iterable[Principal]:
        """Give everybody whom a source knows, in order."""
        grants = self.systems.get(self.namespaces.get(source, ""))
        return sorted(grants.principals[number] for number in grants.exists) if grants is not None else ()

    def reach(self, principal: Principal) -> Reach:
        """Give what an identity can read, with proof; computed once and kept."""
        if principal not in self._reach:
            self._reach[principal] = self._reached(principal)
        return self._reach[principal]

    def attributes(self, principal: Principal) -> frozenset[str]:
        """Give the attributes of a principal."""
        grants = self.systems.get(principal.namespace)
        return grants.attributes.get(grants.number(principal), frozenset()) if grants else frozenset()

    def roles(self, principal: Principal) -> Mapping[Principal, tuple[Principal, ...]]:
        """Give every principal whose rights are active for one, itself first."""
        grants = self.systems.get(principal.namespace)
        return _named(grants, grants.active(grants.number(principal))) if grants else {}

    def switchable(self, principal: Principal) -> Mapping[Principal, tuple[Principal, ...]]:
        """Give every role that a principal may become."""
        grants = self.systems.get(principal.namespace)
        return _named(grants, grants.switched(grants.number(principal))) if grants else {}

    def begins(self, principal: Principal) -> Principal:
        """Give the role as which the sessions of a principal begin."""
        grants = self.systems.get(principal.namespace)
        first = grants.begins.get(grants.number(principal)) if grants else None
        return principal if grants is None or first is None else grants.principals[first]

    def memberships(self, principal: Principal) -> Iterable[tuple[Principal, Principal]]:
        """Give (member, role) for every membership through which rights are active for a principal."""
        grants = self.systems.get(principal.namespace)
        if grants is None:
            return ()
        return tuple(
            (grants.principals[member], grants.principals[role])
            for member in grants.active(grants.number(principal))
            for role in grants.inherited.get(member, ())
        )

    def readers_by(self, holder: Principal, besides: Principal) -> int:
        """Count the principals for which the rights of a holder are active."""
        grants = self.systems.get(holder.namespace)
        if grants is None:
            return 0
        number, known = grants.number(holder), {grants.number(holder), grants.number(besides)}
        return sum(number in grants.active(other) for other in grants.exists if other not in known)

    def lends(self, holder: Principal) -> bool:
        """Say whether a view or routine runs with rights that a holder gives."""
        grants = self.systems.get(holder.namespace)
        if grants is None:
            return False
        if holder.namespace not in self._owners:
            views = (
                fact.owner for name, fact in grants.datasets.items() if grants.is_view(name) and fact.runs_as_owner
            )
            owners = (*views, *(body.owner for body in grants.bodies.values() if body.runs_as_owner))
            numbers = {grants.number(Principal(holder.namespace, owner)) for owner in owners if owner is not None}
            self._owners[holder.namespace] = frozenset(one for owner in numbers for one in grants.active(owner))
        return grants.number(holder) in self._owners[holder.namespace]

    def readers(self, name: Name) -> Mapping[Principal, tuple[Chain, ...]]:
        """Give who can read a field itself, actively or latently, each with the chains."""
        found: dict[Principal, tuple[Chain, ...]] = {}
        for principal, opened in self._opened(name.dataset).items():
            if chains := tuple(chain for column, chain in opened if not column or column == name.field):
                found[principal] = chains
        return found

    def _opened(self, dataset: Name) -> Mapping[Principal, Sequence[tuple[Column, Chain]]]:
        """Give what opens a dataset to anybody; kept, since its fields are asked for one after the other."""
        if dataset not in self._readers:
            grants = self.systems.get(dataset.namespace)
            self._readers[dataset] = dict(self._each(grants, dataset)) if grants is not None else {}
        return self._readers[dataset]

    def _each(self, grants: Grants, dataset: Name) -> Iterator[tuple[Principal, list[tuple[Column, Chain]]]]:
        for number in sorted(grants.exists):
            reading = Reading(grants, self._views_of(grants), number)
            opened = [one for session in reading.sessions for one in reading.opened(session, dataset)]
            if opened:
                yield grants.principals[number], opened

    def growths(self, principal: Principal) -> Iterable[Growth]:
        """Give the ways in which the rights of a principal grow by themselves."""
        grants = self.systems.get(principal.namespace)
        return tuple(growths(grants, grants.number(principal))) if grants else ()

    def unseen(self, source: SourceId) -> Iterable[UnseenFact]:
        """Give why grants of a source could not be read."""
        return tuple(fact for fact in self.unseen_facts if fact.seen.source == source)

    def graph(self) -> nx.MultiDiGraph[str]:
        """Build the public graph of doors."""
        return graph_of_doors(self.systems.values())

    def _views_of(self, grants: Grants) -> Views:
        return self._views.setdefault(grants.namespace, Views(grants))

    def _reached(self, principal: Principal) -> Reach:
        if (grants := self.systems.get(principal.namespace)) is None:
            return Reach(principal, {}, {}, {}, {})
        return Reading(grants, self._views_of(grants), grants.number(principal)).reach()


def _named(grants: Grants, paths: Mapping[int, tuple[int, ...]]) -> Mapping[Principal, tuple[Principal, ...]]:
    return {grants.principals[end]: tuple(grants.principals[number] for number in path) for end, path in paths.items()}
