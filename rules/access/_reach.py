"""Shared ground of the access rules: each source's identity, what is declared for it, and what is open to it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from lineage.access.cut import needed_by_role
from lineage.access.model import Chain, Door, Reach
from lineage.finding import Actual, Judgement, Subject
from lineage.model import DatasetKind, Level, Name, Principal, Verdict
from lineage.needed import needed_fields, partitions_of
from lineage.plan.model import Dataset, Source
from lineage.rule import Evidence, Ground, Unknown

UNDECLARED = "undeclared datasets"
"""Stands for all datasets of a source that the plan does not name, so that they are one finding."""
_SHOWN = 5


@dataclass(frozen=True)
class Identity:
    """The identity of a source, and its reach there."""

    ground: Ground
    source: Source
    principal: Principal
    reach: Reach
    declared: Mapping[Name, frozenset[tuple[str, ...]]]
    """Dataset -> the fields of it that the plan needs, in every source that reads the same system as this identity."""
    datasets: Mapping[Name, Dataset]
    """The declared datasets of this source that were found."""
    partitions: Mapping[Name, Name] = field(default_factory=dict)
    """Partition -> the declared table that it is a part of, at any depth."""
    granted_back: tuple[Name, ...] = ()
    """The datasets of `declared`, in order, of which a needed field is in the catalogue: what a fix keeps open."""

    @property
    def leaf(self) -> str:
        """The claim that the access rules judge."""
        return f"{self.source.path}.identity"

    def subject(self, dataset: str | None = None, field: str | None = None) -> Subject:
        """Give the subject of a judgement about this identity."""
        return Subject(source=self.source.id, dataset=dataset, field=field, identity=self.principal.name)

    @cached_property
    def needed_by_role(self) -> Mapping[Principal, int]:
        """How many of the needed fields it reads by way of each role."""
        return needed_by_role(self.reach, self.declared)

    def needs(self, name: Name) -> bool:
        """Say whether the plan needs a field, by itself or as its partitioned table's."""
        dataset = self.partitions.get(name.dataset, name.dataset)
        return name.field in self.declared.get(dataset, ())

    def known(self, dataset: Name) -> bool:
        """Say whether the plan names a dataset."""
        return self.partitions.get(dataset, dataset) in self.declared

    def mentions(self, name: Name) -> bool:
        """Say whether the plan declares a field, needed or not: who reviewed the plan has seen it."""
        dataset = self.datasets.get(self.partitions.get(name.dataset, name.dataset))
        return dataset is not None and any(field.column == name.field for field in dataset.fields.values())

    @property
    def speaks(self) -> bool:
        """Say whether this source tells of undeclared datasets: the first that reads the system as the identity."""
        for other in self.ground.plan.sources.values():
            there = self.ground.catalog.system(other.id)
            if other.identity == self.source.identity and there and there.namespace == self.principal.namespace:
                return other.id == self.source.id
        return True

    def extra(self) -> Mapping[Name, tuple[Name, ...]]:
        """Give the fields that can be read at once and that the plan does not need, by dataset."""
        found: defaultdict[Name, list[Name]] = defaultdict(list)
        for name in self.reach.fields:
            if not self.needs(name) and self.reach.active(name):
                found[name.dataset].append(name)
        return {dataset: tuple(names) for dataset, names in found.items()}

    def extra_of_declared(self) -> Mapping[Name, tuple[Name, ...]]:
        """Give the fields of declared datasets that are open and not needed, by declared dataset."""
        found: defaultdict[Name, list[Name]] = defaultdict(list)
        for dataset, names in self.extra().items():
            if self.partitions.get(dataset, dataset) in self.datasets:
                found[self.partitions.get(dataset, dataset)].extend(names)
        return {dataset: tuple(names) for dataset, names in found.items()}

    def extra_datasets(self) -> Mapping[Name, tuple[Name, ...]]:
        """Give the datasets that the plan does not name and that are open, with their open fields."""
        return {dataset: names for dataset, names in self.extra().items() if not self.known(dataset)}

    def dataset_label(self, name: Name) -> str:
        """Give the plan's id for a dataset, else its short physical name."""
        declared = self.datasets.get(name)
        return declared.id if declared else name.short

    def held(self, says: str, level: Level = Level.CONFIGURED) -> Judgement:
        """Give the judgement that the identity's claim holds as far as a rule looks."""
        return Judgement(self.leaf, Verdict.HELD, level, self.subject(), says)


@dataclass(frozen=True, slots=True)
class Silent:
    """A source whose identity cannot be judged, and why."""

    source: Source
    leaf: str
    why: Unknown
    absent: bool = False
    """The identity is proven not to exist in the system."""

    def judgement(self) -> Judgement:
        """Give the open judgement of its identity."""
        about = Subject(source=self.source.id, identity=self.source.identity)
        return Judgement(self.leaf, Verdict.UNVERIFIED, Level.ASSERTED, about, self.why.reason, settle=self.why.settle)


def identities(evidence: Evidence) -> Iterator[Identity | Silent]:
    """Give every declared identity, judgeable or not; sources without one are not judged."""
    for source in evidence.plan.sources.values():
        if source.identity is not None:
            yield _identity(evidence, source, source.identity)


def judged(evidence: Evidence) -> Iterator[Identity | Judgement]:
    """Give every identity whose reach is known, and the open judgement of each that is not.

    An identity that does not exist is told by `access/under-grant` alone.
    """
    for found in identities(evidence):
        match found:
            case Identity():
                yield found
            case Silent(absent=False):
                yield found.judgement()
            case Silent():
                pass


def _identity(evidence: Evidence, source: Source, name: str) -> Identity | Silent:
    access, leaf = evidence.ground.access, f"{source.path}.identity"
    if not access.known(source.id):
        return Silent(source, leaf, _why_silent(evidence, source))
    principal = access.principal(source.id, name)
    if principal is None:
        why = Unknown(
            f"{source.id} has no role {name}: it reads nothing", f"create the role {name}, or name the real one"
        )
        return Silent(source, leaf, why, absent=True)
    return identity_of(evidence.ground, source, principal)


def identity_of(ground: Ground, source: Source, principal: Principal) -> Identity:
    """Give an identity with what the plan declares for it."""
    declared = needed_fields(ground, source)
    return Identity(
        ground,
        source,
        principal,
        ground.access.reach(principal),
        declared,
        {name: dataset for dataset in source.datasets.values() if (name := ground.catalog.physical(dataset.id))},
        dict(partitions_of(ground, declared)),
        tuple(
            name
            for name, needed in declared.items()
            if not ground.catalog.fields.get(name, {}).keys().isdisjoint(needed)
        ),
    )


def _why_silent(evidence: Evidence, source: Source) -> Unknown:
    for fact in (*evidence.ground.access.unseen(source.id), *evidence.unseen.get(source.id, ())):
        if fact.name is None and fact.what in ("access", "system"):
            return Unknown(fact.reason, fact.settle)
    system = evidence.ground.catalog.system(source.id)
    if system is None:
        return Unknown(f"{source.id} was not read", "make the source reachable for the auditor and scan again")
    return Unknown(
        f"{system.product} knows no grants: file permissions are all there is",
        f"let only {source.identity} open what {source.id} reads, or serve it from a system that knows grants",
    )


def active_chains(identity: Identity, names: Iterable[Name]) -> tuple[Chain, ...]:
    """Give every chain that opens some of these fields at once, each once, the shortest first."""
    chains = dict.fromkeys(chain for name in names for chain in identity.reach.active(name))
    return tuple(sorted(chains, key=lambda chain: (len(chain.hops), [hop.target for hop in chain.hops])))


def only_public(chains: Sequence[Chain]) -> bool:
    """Say whether nothing but PUBLIC opens a field."""
    return bool(chains) and all(Door.PUBLIC in chain.doors for chain in chains)


def lending_views(identity: Identity) -> Mapping[Name, Mapping[Name, Chain]]:
    """Give the undeclared views that open, by their owner's rights, fields which the identity cannot read itself."""
    found: defaultdict[Name, dict[Name, Chain]] = defaultdict(dict)
    for name, chains in identity.reach.fields.items():
        for chain in chains:
            if chain.through is not None and not chain.latent and not identity.known(chain.through):
                fact = identity.ground.catalog.datasets.get(chain.through)
                lends = fact is not None and fact.kind is DatasetKind.VIEW and fact.runs_as_owner
                if lends and not identity.reach.active(name):
                    found[chain.through][name] = chain
    return found


def listed(names: Iterable[str], shown: int = _SHOWN) -> str:
    """Give `a, b and 3 more`."""
    found = list(names)
    if len(found) <= shown:
        return ", ".join(found)
    return f"{', '.join(found[:shown])} and {len(found) - shown:,} more"


def columns(names: Iterable[Name]) -> list[str]:
    """Give the names of fields without their dataset."""
    return [".".join(name.field) for name in names]


def plural(count: int, noun: str) -> str:
    """Give `1 field`, `2 fields`."""
    return f"{count:,} {noun}" + ("" if count == 1 else "s")


def counted(identity: Identity, count: int, unit: str) -> Actual:
    """Give a figure that follows from grants, with when they were read."""
    system = identity.ground.catalog.system(identity.source.id)
    return Actual(count, unit, measured_at=system.seen.at if system else None, method="grants of the catalogue")
