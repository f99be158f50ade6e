"""One identity reading one system, as itself and as every role that it may become.

A dataset is judged once for each such role, and all its fields share the chains that open it, so that 30,000 columns
cost no more than their names; a right that was seen already by a nearer way is not told again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from lineage.access.chains import Column, Lead, Session, Way, chain_of, lead_to, ways
from lineage.access.derived import Behind, behind, chain_behind
from lineage.access.grants import WRITE_RIGHTS, Grants, Starter
from lineage.access.model import Chain, Door, Opening, Reach
from lineage.access.views import Views
from lineage.access.works import Works
from lineage.facts import RoutineFact
from lineage.finding import Hop
from lineage.model import PUBLIC, Exposure, Name

_UNREAD: Final = "what it does was not read"


@dataclass(slots=True)
class Reading:
    """One identity reading one system, as itself and as every role that it may become."""

    grants: Grants
    views: Views
    identity: int
    fields: dict[Name, tuple[Chain, ...]] = field(default_factory=dict)
    undecided: dict[Name, str] = field(default_factory=dict)
    writable: dict[Name, frozenset[str]] = field(default_factory=dict)
    latently_writable: dict[Name, frozenset[str]] = field(default_factory=dict)
    write_chains: dict[Name, tuple[Chain, ...]] = field(default_factory=dict)
    unusable: dict[Name, str] = field(default_factory=dict)
    rows: dict[Name, str] = field(default_factory=dict)
    _known: defaultdict[Name, set[Way]] = field(default_factory=lambda: defaultdict(set))
    _started: set[tuple[Name, str, int]] = field(default_factory=set)
    _given: defaultdict[Name, list[Chain]] = field(default_factory=lambda: defaultdict(list))
    """Chains of what routines give: nothing derives from them, what stands behind is among them."""
    _leads: dict[tuple[int, int], Lead] = field(default_factory=dict)
    _lacking: dict[tuple[int, tuple[str, ...]], str] = field(default_factory=dict)

    @property
    def sessions(self) -> Iterator[Session]:
        """As it begins, itself unless a setting says otherwise, then every role that it may become."""
        first = self.grants.begins.get(self.identity, self.identity)
        yield Session(self.identity, first, begun=first != self.identity)
        if first != self.identity:
            yield Session(self.identity, self.identity, (self.identity,))
        for number, path in self.grants.switched(self.identity).items():
            if number != first:
                yield Session(self.identity, number, path)

    def reach(self) -> Reach:
        """Judge every dataset that is held, then what is read through what is open."""
        for session in self.sessions:
            for dataset in self.grants.held(session.current):
                self._take(session, dataset)
                self._take_writes(session, dataset)
            self._take_routines(session)
        self._take_behind()
        for name, chains in self._given.items():
            self.fields[name] = (*self.fields.get(name, ()), *chains)
        for name in [name for name in self.undecided if self._opened_at_once(name)]:
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

    def opened(self, session: Session, dataset: Name) -> list[tuple[Column, Chain]]:
        """Give what opens a dataset to a session, where it is really usable."""
        found = list(ways(self.grants, session.current, dataset))
        if not found or self._missing(session, dataset) or not self.views.works(dataset, session.current).answer:
            return []
        return [(way.column, self._chain(session, dataset, way)) for way in found]

    def _chain(self, session: Session, dataset: Name, way: Way) -> Chain:
        return chain_of(self.grants, self._lead(session, way.holder), dataset, way)

    def _lead(self, session: Session, holder: int) -> Lead:
        key = (session.current, holder)
        if key not in self._leads:
            self._leads[key] = lead_to(self.grants, session, holder)
        return self._leads[key]

    def _missing(self, session: Session, dataset: Name) -> str:
        key = (session.current, dataset.path[:-1])
        if key not in self._lacking:
            # A session connects as the identity, whatever it becomes later.
            parts = (
                self.grants.cannot_connect(self.identity, dataset.path[:-2]) if len(dataset.path) > 2 else "",
                self.grants.missing(session.current, dataset.path[:-1]),
            )
            self._lacking[key] = " and ".join(part for part in parts if part)
        return self._lacking[key]

    def _take(self, session: Session, dataset: Name) -> None:
        known = self._known[dataset]
        # One right that is held by way of many roles is one chain, by the first of them: the nearest.
        found = [way for way in ways(self.grants, session.current, dataset) if way not in known]
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
            known.update(found)
            self._open(session, dataset, found)
            if not session.switch and (policies := self.views.policies(dataset, session.current)):
                self.rows[dataset] = policies

    def _open(self, session: Session, dataset: Name, found: list[Way]) -> None:
        whole: list[Chain] = []
        columns: defaultdict[Column, list[Chain]] = defaultdict(list)
        for way in found:
            (columns[way.column] if way.column else whole).append(self._chain(session, dataset, way))
        shared = tuple(whole)
        for name in self.grants.fields.get(dataset, {}) if shared else (dataset.at(*column) for column in columns):
            chains = (*shared, *columns[name.field]) if name.field in columns else shared
            before = self.fields.get(name)
            self.fields[name] = chains if before is None else (*before, *chains)

    def _take_routines(self, session: Session) -> None:
        """Open what routines and rules give that run with their owner's rights."""
        if self.grants.superuser(session.current):
            return
        for starter in self.grants.starters(session.current):
            routine, body, on, right, holder = starter
            if (routine, right, holder) in self._started or self._missing(session, on):
                continue
            if right != "execute" and not self.views.works(on, session.current).answer:
                continue
            works = self.views.routines.works(body, session.current) if body else Works(None, _UNREAD)
            if works.answer is None:
                after = "" if not session.switch else f" as {self.grants.principals[session.current]}"
                reason = f"a routine with its owner's rights may be executed{after}: {works.because}"
                self.undecided.setdefault(routine, reason)
            elif works.answer and body:
                self._started.add((routine, right, holder))
                self._give(session, starter, body)

    def _give(self, session: Session, starter: Starter, body: RoutineFact) -> None:
        routine, _, on, right, holder = starter
        lead = self._lead(session, holder)
        principal = self.grants.principals[holder]
        public = frozenset({Door.PUBLIC}) if principal.name == PUBLIC else frozenset({Door.GRANT})
        hops = (*lead.hops, Hop(str(principal), on.short, f"grant {right}"))
        if on != routine:
            hops = (*hops, Hop(on.short, routine.path[-1], "fires"))
        opening = Opening(principal, on, right, lead.roles, self.grants.levels.get((holder, on, right), ()))
        for name, exposure in self.views.routines.gives(body, session.current).items():
            last = Hop(routine.path[-1], name.short, f"runs as {body.owner}, gives")
            doors = lead.doors | public | {Door.ROUTINE}
            chain = Chain(
                (*hops, last), doors, lead.latent, direct=False, opening=opening, through=routine, exposure=exposure
            )
            self._given[name].append(chain)
            for step in behind(self.grants, name):
                self._given[step.name].append(
                    replace(chain_behind(chain, routine, step), exposure=_least(exposure, step))
                )

    def _take_writes(self, session: Session, dataset: Name) -> None:
        held = {right: list(ways(self.grants, session.current, dataset, right)) for right in sorted(WRITE_RIGHTS)}
        rights = {right for right, found in held.items() if found}
        if self.grants.owned(dataset, session.current):
            rights.add("own")
        if not rights or self._missing(session, dataset):
            return
        kept = self.latently_writable if session.switch else self.writable
        kept[dataset] = kept.get(dataset, frozenset()) | rights
        if not session.switch:
            every = dict.fromkeys(way for found in held.values() for way in found)
            self.write_chains[dataset] = tuple(self._chain(session, dataset, way) for way in every)

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
        return name in self.grants.sources or fact.parent is not None or name.dataset in self.grants.partitions


def _least(given: Exposure, step: Behind) -> Exposure:
    return max(given, step.exposure, key=lambda item: item.rank)
