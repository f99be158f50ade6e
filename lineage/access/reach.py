"""The reach of an identity, computed from principals, memberships, grants, ownership and views.

Reach is asked for an identity at a time and kept; a dataset is judged once for each role that the identity is or may
become, and all its fields share the chains that open it, so that 30,000 columns cost no more than their names.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lineage.access.chains import Session, openings
from lineage.access.derived import behind, chain_behind
from lineage.access.doors import graph_of_doors
from lineage.access.grants import WRITE_RIGHTS, WRITES_ALL, Grants
from lineage.access.model import Access, Chain, Reach
from lineage.access.views import Views
from lineage.model import (
    DatasetFact,
    DatasetKind,
    EdgeFact,
    Fact,
    FieldFact,
    GrantFact,
    MemberFact,
    Name,
    OpaqueFact,
    Principal,
    PrincipalFact,
    SourceId,
    SystemFact,
    UnseenFact,
)

if TYPE_CHECKING:
    import networkx as nx


def access_of(facts: Iterable[Fact]) -> Access:
    """Gather the access facts of a snapshot; reach is computed when asked for."""
    systems: dict[str, Grants] = {}
    namespaces: dict[SourceId, str] = {}
    unseen: list[UnseenFact] = []
    for fact in facts:
        match fact:
            case SystemFact():
                namespaces[fact.seen.source] = fact.namespace
            case UnseenFact() if fact.what in ("access", "system", "definition"):
                unseen.append(fact)
            case PrincipalFact(principal=Principal(namespace=space)):
                systems.setdefault(space, Grants(space)).add(fact)
            case MemberFact(member=Principal(namespace=space)) | GrantFact(holder=Principal(namespace=space)):
                systems.setdefault(space, Grants(space)).add(fact)
            case DatasetFact() | FieldFact() | OpaqueFact():
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

    def known(self, source: SourceId) -> bool:
        """Say whether the grants of this source could be read at all."""
        grants = self.systems.get(self.namespaces.get(source, ""))
        hidden = any(fact.name is None for fact in self.unseen(source))
        return grants is not None and bool(grants.exists) and not hidden

    def principal(self, source: SourceId, identity: str) -> Principal | None:
        """Give the principal of an identity; None where the system does not have it."""
        found = Principal(self.namespaces.get(source, ""), identity)
        grants = self.systems.get(found.namespace)
        return found if grants is not None and grants.numbers.get(found) in grants.exists else None

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

    def readers(self, name: Name) -> Mapping[Principal, tuple[Chain, ...]]:
        """Give who can read a field itself, actively or latently, each with the chains."""
        found: dict[Principal, tuple[Chain, ...]] = {}
        if (grants := self.systems.get(name.namespace)) is None:
            return found
        for number in sorted(grants.exists):
            reading = _Reading(grants, self._views_of(grants), number, {})
            chains = tuple(
                chain
                for session in reading.sessions
                for column, chain in reading.opened(session, name.dataset)
                if not column or column == name.field
            )
            if chains:
                found[grants.principals[number]] = chains
        return found

    def unseen(self, source: SourceId) -> Iterable[UnseenFact]:
        """Give why grants of a source could not be read."""
        return tuple(fact for fact in self.unseen_facts if fact.seen.source == source)

    def graph(self) -> nx.MultiDiGraph[str]:
        """Build the public graph of doors."""
        return graph_of_doors(self.systems.values())

    def _views_of(self, grants: Grants) -> Views:
        return self._views.setdefault(grants.namespace, Views(grants))

    def _reading(self, namespace: str, number: int) -> _Reading:
        grants = self.systems[namespace]
        hidden = {
            fact.name: fact.reason
            for fact in self.unseen_facts
            if fact.name is not None and fact.what == "access" and fact.name.namespace == namespace
        }
        return _Reading(grants, self._views_of(grants), number, hidden)

    def _reached(self, principal: Principal) -> Reach:
        if principal.namespace not in self.systems:
            return Reach(principal, {}, {}, {}, {})
        reading = self._reading(principal.namespace, self.systems[principal.namespace].number(principal))
        return reading.reach()


def _named(grants: Grants, paths: Mapping[int, tuple[int, ...]]) -> Mapping[Principal, tuple[Principal, ...]]:
    return {grants.principals[end]: tuple(grants.principals[number] for number in path) for end, path in paths.items()}


@dataclass(slots=True)
class _Reading:
    """One identity reading one system, as itself and as every role that it may become."""

    grants: Grants
    views: Views
    identity: int
    hidden: Mapping[Name, str]
    fields: dict[Name, tuple[Chain, ...]] = field(default_factory=dict)
    undecided: dict[Name, str] = field(default_factory=dict)
    writable: dict[Name, frozenset[str]] = field(default_factory=dict)
    latently_writable: dict[Name, frozenset[str]] = field(default_factory=dict)
    write_chains: dict[Name, tuple[Chain, ...]] = field(default_factory=dict)
    unusable: dict[Name, str] = field(default_factory=dict)
    rows: dict[Name, str] = field(default_factory=dict)

    @property
    def sessions(self) -> Iterator[Session]:
        """Itself, then every role that it may become."""
        yield Session(self.identity, self.identity)
        for number, path in self.grants.switched(self.identity).items():
            yield Session(self.identity, number, path)

    def reach(self) -> Reach:
        """Judge every dataset of the system, then what is read through what is open."""
        for session in self.sessions:
            for dataset in self.grants.datasets:
                self._take(session, dataset)
                self._take_writes(session, dataset)
        self._take_behind()
        self._take_routines()
        for name in [name for name in self.undecided if name not in self.hidden and self._opened_at_once(name)]:
            del self.undecided[name]
        return Reach(
            self.grants.principals[self.identity],
            self.fields,
            self.undecided,
            self.writable,
            self.unusable,
            self.rows,
            self.latently_writable,
            self.write_chains,
        )

    def _opened_at_once(self, dataset: Name) -> bool:
        found = (self.fields.get(name, ()) for name in self.grants.fields.get(dataset, {}))
        return any(chain.direct and not chain.latent for chains in found for chain in chains)

    def opened(self, session: Session, dataset: Name) -> list[tuple[tuple[str, ...], Chain]]:
        """Give what opens a dataset to a session, where it is really usable."""
        found = list(openings(self.grants, session, dataset))
        usable = found and not self._missing(session, dataset) and self.views.works(dataset, session.current).answer
        return found if usable else []

    def _missing(self, session: Session, dataset: Name) -> str:
        # A session connects as the identity, whatever it becomes later.
        parts = (
            self.grants.cannot_connect(self.identity, dataset.path[:-2]) if len(dataset.path) > 2 else "",
            self.grants.missing(session.current, dataset.path[:-1]),
        )
        return " and ".join(part for part in parts if part)

    def _take(self, session: Session, dataset: Name) -> None:
        if dataset in self.hidden:
            self.undecided[dataset] = self.hidden[dataset]
            return
        found = list(openings(self.grants, session, dataset))
        if not found:
            return
        works = self.views.works(dataset, session.current)
        missing = self._missing(session, dataset)
        if works.answer is False:
            missing = f"{missing} and {works.because}" if missing else works.because
        if missing:
            if not session.switch:
                self.unusable[dataset] = missing
        elif works.answer is None:
            self.undecided.setdefault(dataset, works.because)
        else:
            self._open(dataset, found)
            if not session.switch and (policies := self.views.policies(dataset, session.current)):
                self.rows[dataset] = policies

    def _open(self, dataset: Name, found: list[tuple[tuple[str, ...], Chain]]) -> None:
        whole = tuple(chain for column, chain in found if not column)
        columns: defaultdict[tuple[str, ...], list[Chain]] = defaultdict(list)
        for column, chain in found:
            if column:
                columns[column].append(chain)
        for name in self.grants.fields.get(dataset, {}) if whole else (dataset.at(*column) for column in columns):
            chains = (*whole, *columns[name.field]) if name.field in columns else whole
            known = self.fields.get(name)
            self.fields[name] = chains if known is None else (*known, *_others(known, chains))

    def _take_routines(self) -> None:
        # What the body reads is not known; whoever may execute it may read anything that its owner may.
        for session in self.sessions:
            for routine in self.grants.executable(session.current):
                if not self._missing(session, routine):
                    after = "" if not session.switch else f" as {self.grants.principals[session.current]}"
                    self.undecided.setdefault(routine, f"a routine with its owner's rights may be executed{after}")

    def _take_writes(self, session: Session, dataset: Name) -> None:
        chains = [
            chain for right in sorted(WRITE_RIGHTS) for _, chain in openings(self.grants, session, dataset, right)
        ]
        rights = {chain.opening.right for chain in chains if chain.opening is not None}
        if self.grants.superuser(session.current):
            rights = set(WRITE_RIGHTS)
        elif WRITES_ALL in rights:
            rights = (rights - {WRITES_ALL}) | {"insert", "update", "delete"}
        if self.grants.owned(dataset, session.current):
            rights.add("own")
        if not rights or self._missing(session, dataset):
            return
        kept = self.latently_writable if session.switch else self.writable
        kept[dataset] = kept.get(dataset, frozenset()) | rights
        if not session.switch:
            self.write_chains[dataset] = tuple(dict.fromkeys(chains))

    def _take_behind(self) -> None:
        """Open what stands behind what is open, by the shortest chain for each dataset that is read instead."""
        gathered: defaultdict[Name, dict[tuple[Name, bool], Chain]] = defaultdict(dict)
        for name, chains in list(self.fields.items()):
            if not self._derives(name):
                continue
            steps = list(behind(self.grants, name))
            for latent in (False, True):
                opened = min(
                    (chain for chain in chains if chain.latent is latent), key=lambda c: len(c.hops), default=None
                )
                for step in steps if opened else ():
                    key = (name.dataset, latent)
                    known = gathered[step.name].get(key)
                    if opened and (known is None or step.exposure.rank < known.exposure.rank):
                        gathered[step.name][key] = chain_behind(opened, name.dataset, step)
        for name, found in gathered.items():
            self.fields[name] = (*self.fields.get(name, ()), *found.values())

    def _derives(self, name: Name) -> bool:
        fact = self.grants.datasets[name.dataset]
        return name in self.grants.sources or fact.parent is not None or fact.kind is DatasetKind.PARTITIONED


def _others(known: tuple[Chain, ...], chains: tuple[Chain, ...]) -> Iterator[Chain]:
    """Give the chains that start with another right than those known; one right by many switches is one chain."""
    rights = {(chain.opening.holder, chain.opening.on) for chain in known if chain.opening is not None}
    return (
        chain for chain in chains if chain.opening is None or (chain.opening.holder, chain.opening.on) not in rights
    )
