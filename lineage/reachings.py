"""Declared access beside real access: each identity's fields, the chain that opens each, and who else reads it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from lineage.access.model import Chain, Reach
from lineage.audit import Audit
from lineage.facts import LabelFact, LookFact, Snapshot
from lineage.finding import Hop
from lineage.model import PUBLIC, Name, Principal
from lineage.needed import needed_fields, partitions_of
from lineage.plan.model import Field, Need, Plan, Source
from lineage.reached import DoorNode, FieldAccess, IdentityAccess, Opened, Reader
from lineage.rule import Evidence, Looked
from lineage.sensitive import sensitive_fields

_BEYOND_LISTED: Final = 40
_READERS_LISTED: Final = 6
_PICTURED: Final = 24


def reachings(plan: Plan, judged: Audit, snapshot: Snapshot) -> tuple[IdentityAccess, ...]:
    """Give declared and real access of every identity of a plan; one that reads several sources is told once."""
    sensitive: Mapping[Name, str] | None = None
    found: dict[Principal | str, IdentityAccess] = {}
    for source in plan.sources.values():
        if source.identity is None:
            continue
        access = judged.ground.access
        principal = access.principal(source.id, source.identity) if access.known(source.id) else None
        if principal is None:
            found[source.id] = IdentityAccess(source.id, source.identity, _why_unknown(judged, source))
        elif principal not in found:
            sensitive = _sensitive(judged, snapshot) if sensitive is None else sensitive
            found[principal] = _Held(judged, source, principal, sensitive).told()
    return tuple(found.values())


def _why_unknown(judged: Audit, source: Source) -> str:
    access, system = judged.ground.access, judged.ground.catalog.system(source.id)
    if system is None:
        return f"{source.id} was not read"
    if access.known(source.id):
        return f"{source.id} has no role {source.identity}: it reads nothing"
    reasons = [fact.reason for fact in access.unseen(source.id) if fact.name is None]
    return reasons[0] if reasons else f"{system.product} knows no grants: file permissions are all there is"


def _sensitive(judged: Audit, snapshot: Snapshot) -> Mapping[Name, str]:
    labels: defaultdict[Name, list[LabelFact]] = defaultdict(list)
    for fact in snapshot.facts:
        if isinstance(fact, LabelFact):
            labels[fact.name].append(fact)
    looks = {
        fact.name: Looked(fact, tuple(labels.get(fact.name, ())))
        for fact in snapshot.facts
        if isinstance(fact, LookFact)
    }
    return sensitive_fields(Evidence(judged.ground, {}, looks, {}, {}))


@dataclass(slots=True)
class _Held:
    """An identity, and what is known to be sensitive."""

    judged: Audit
    source: Source
    principal: Principal
    sensitive: Mapping[Name, str]

    def told(self) -> IdentityAccess:
        ground = self.judged.ground
        reach = ground.access.reach(self.principal)
        needed = needed_fields(ground, self.source)
        whole = dict(partitions_of(ground, needed))
        active = [name for name in reach.fields if reach.active(name)]
        over = [name for name in active if name.field not in needed.get(whole.get(name.dataset, name.dataset), ())]
        beyond = frozenset(over)
        wanted = {name.at(*column) for name, columns in needed.items() for column in columns}
        late = [name for name in reach.fields if name not in wanted and not reach.active(name) and reach.latent(name)]
        declared = list(self._declared(reach))
        rest = sorted((*over, *late), key=lambda name: (name not in self.sensitive, name))
        listed = [self._field(name, reach, _label(self.judged, name), declared=False) for name in rest[:_BEYOND_LISTED]]
        nodes, doors, unpictured = _picture(self.principal, reach, active, beyond, self.sensitive)
        return IdentityAccess(
            self.source.id,
            self.principal.name,
            fields=(*declared, *listed),
            unlisted=len(rest) - len(listed),
            needed=len(active) - len(over),
            reached=len(active),
            over_sensitive=sum(name in self.sensitive for name in over),
            latent_sensitive=sum(name in self.sensitive for name in late),
            nodes=nodes,
            doors=doors,
            unpictured=unpictured,
        )

    def _declared(self, reach: Reach) -> Iterator[FieldAccess]:
        for source in self.judged.plan.sources.values():
            there = self.judged.ground.catalog.system(source.id)
            if source.identity != self.source.identity or there is None or there.namespace != self.principal.namespace:
                continue
            for dataset in source.datasets.values():
                for field in dataset.fields.values():
                    if field.need is not Need.NONE:
                        yield self._needed(dataset.id, field, reach)

    def _needed(self, dataset: str, field: Field, reach: Reach) -> FieldAccess:
        catalog = self.judged.ground.catalog
        name = catalog.physical_field(dataset, field.name)
        if name is None or catalog.field(dataset, field.name) is None:
            return FieldAccess(field.id, True, Opened.UNDECIDABLE, sensitive=field.sensitive or "", why="not found")
        return self._field(name, reach, field.id, declared=True)

    def _field(self, name: Name, reach: Reach, label: str, *, declared: bool) -> FieldAccess:
        active, latent, undecided = reach.active(name), reach.latent(name), reach.why_undecided(name)
        chain = min(active or latent, key=lambda one: len(one.hops), default=None)
        why = ""
        if active:
            opened = Opened.EXACT if declared else Opened.OVER
        elif undecided is not None:
            opened, why = Opened.UNDECIDABLE, undecided
        elif latent:
            opened, why = Opened.LATENT, "after becoming another role only"
        else:
            missing = reach.unusable.get(name.dataset)
            opened, why = Opened.UNDER, f"granted and of no use without {missing}" if missing else "not granted"
        # Of a dataset that the plan does not name, only what is sensitive needs to know its other readers.
        readers = list(self._readers(name)) if declared or name in self.sensitive else []
        return FieldAccess(
            label,
            declared,
            opened,
            chain.hops if chain is not None else (),
            self.sensitive.get(name, ""),
            why,
            tuple(readers[:_READERS_LISTED]),
            len(readers),
        )

    def _readers(self, name: Name) -> Iterable[Reader]:
        """Give who else reads a field, everybody first, then who reads it at once.

        Where everybody reads it that is told once: a row for each would hide those who hold a right of their own.
        """
        readers = self.judged.ground.access.readers(name)
        everybody = any(principal.name == PUBLIC for principal in readers)
        found: dict[str, Reader] = {}
        for principal, chains in readers.items():
            own = [one for one in chains if one.opening is None or one.opening.holder.name != PUBLIC]
            told = chains if principal.name == PUBLIC or not everybody else own
            if told and principal != self.principal:
                found[principal.name] = _reader(principal, min(told, key=lambda one: (one.latent, len(one.hops))))
        return sorted(found.values(), key=lambda one: (one.principal != PUBLIC, one.latent, one.principal))


def _reader(principal: Principal, chain: Chain) -> Reader:
    last, opening = chain.hops[-1], chain.opening
    of = f" of {opening.holder}" if opening is not None and opening.holder != principal else ""
    return Reader(principal.name, f"{last.by}{of}", chain.latent)


def _label(judged: Audit, name: Name) -> str:
    catalog = judged.ground.catalog
    alias = catalog.alias(name)
    return alias if alias is not None and alias.count(".") > 1 else name.short


def _picture(
    principal: Principal, reach: Reach, active: Iterable[Name], beyond: frozenset[Name], sensitive: Mapping[Name, str]
) -> tuple[tuple[DoorNode, ...], tuple[Hop, ...], int]:
    """Give the shortest chains to each dataset that is open, as one graph; what is sensitive and not needed first."""
    datasets: defaultdict[Name, list[Name]] = defaultdict(list)
    for name in active:
        datasets[name.dataset].append(name)
    states = {dataset: _state(names, beyond, sensitive) for dataset, names in datasets.items()}
    order = ("sensitive", "beyond", "needed")
    shown = sorted(states, key=lambda dataset: (order.index(states[dataset]), dataset))[:_PICTURED]
    nodes: dict[str, DoorNode] = {principal.name: DoorNode(principal.name, "identity")}
    doors: dict[Hop, None] = {}
    for dataset in shown:
        names = datasets[dataset]
        more = sum(name in beyond for name in names)
        note = f"{len(names):,} open" + (f", {more:,} not needed" if more else "")
        node = DoorNode(dataset.short, "dataset", states[dataset], note)
        for name in names:
            chain = min(reach.active(name), key=lambda one: len(one.hops))
            hops = (*chain.hops[:-1], Hop(chain.hops[-1].source, dataset.short, chain.hops[-1].by))
            doors.update(dict.fromkeys(hops))
            for hop in hops[:-1]:
                nodes.setdefault(hop.target, DoorNode(hop.target, "role"))
        nodes[dataset.short] = node
    return tuple(nodes.values()), tuple(doors), len(states) - len(shown)


def _state(names: Iterable[Name], beyond: frozenset[Name], sensitive: Mapping[Name, str]) -> str:
    extra = [name for name in names if name in beyond]
    if any(name in sensitive for name in extra):
        return "sensitive"
    return "beyond" if extra else "needed"
