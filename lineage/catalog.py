"""The catalogue: every dataset and field that was seen, and what the plan's names stand for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from lineage.facts import (
    AbsentFact,
    DatasetFact,
    Fact,
    FieldFact,
    IdleFact,
    JobFact,
    LingerFact,
    OutdatedFact,
    PartitionsFact,
    ResolvedFact,
    SpanFact,
    SystemFact,
    TemplateFact,
    ToolFact,
    TraceFact,
    UseFact,
)
from lineage.model import DatasetId, Name, SourceId
from lineage.plan.model import Plan


@dataclass(frozen=True, slots=True)
class Catalog:
    """What the systems hold; lookups by plan id give None where the thing was not seen."""

    plan: Plan
    systems: Mapping[SourceId, SystemFact]
    datasets: Mapping[Name, DatasetFact]
    fields: Mapping[Name, Mapping[tuple[str, ...], FieldFact]]
    """Dataset -> field path -> field, in the system's order."""
    resolved: Mapping[DatasetId, Name]
    absent: Mapping[DatasetId, AbsentFact]
    jobs: tuple[JobFact, ...]
    sources: Mapping[str, SourceId]
    """Namespace -> the first source of the plan that saw it."""
    aliases: Mapping[Name, str] = field(default_factory=dict)
    """Physical name of a dataset or field -> the first id that the plan has for it."""
    used: tuple[UseFact, ...] = ()
    """What statements that really ran used."""
    templates: Mapping[str, TemplateFact] = field(default_factory=dict)
    """`source/path` -> the prompt template."""
    outdated: tuple[OutdatedFact, ...] = ()
    traces: tuple[TraceFact, ...] = ()
    """What each store of traces holds as a whole."""
    spans: tuple[SpanFact, ...] = ()
    """What runs of the workflow really did, by step."""
    tools: tuple[ToolFact, ...] = ()
    """What servers offer to the workflow."""
    lingering: tuple[LingerFact, ...] = ()
    partitions: Mapping[Name, PartitionsFact] = field(default_factory=dict)
    """Dataset -> which times its partitions cover."""
    idle: Mapping[Name, IdleFact] = field(default_factory=dict)
    """Table -> since when nobody has read it, where the system counts reads and told none."""
    """Where what was deleted can be had back."""

    def physical(self, dataset: str) -> Name | None:
        """Give the physical name of a dataset of the plan; None where it was not found."""
        return self.resolved.get(DatasetId(dataset))

    def physical_field(self, dataset: str, field: str) -> Name | None:
        """Give the physical name of a declared field, or of an undeclared clock by its own name."""
        name = self.physical(dataset)
        if name is None:
            return None
        declared = self.plan.dataset(DatasetId(dataset)).fields.get(field)
        return name.at(*(declared.column if declared else (field,)))

    def dataset(self, dataset: str) -> DatasetFact | None:
        """Give what was seen of a dataset of the plan."""
        name = self.physical(dataset)
        return self.datasets.get(name) if name else None

    def field(self, dataset: str, field: str) -> FieldFact | None:
        """Give what was seen of a declared field (or undeclared clock); None where it was not found."""
        name = self.physical_field(dataset, field)
        return self.fields.get(name.dataset, {}).get(name.field) if name else None

    def system(self, source: str) -> SystemFact | None:
        """Give the system behind a source; None where it did not answer."""
        return self.systems.get(SourceId(source))

    def source_of(self, name: Name) -> SourceId | None:
        """Give the source of the plan that saw a physical name's system."""
        return self.sources.get(name.namespace)

    def alias(self, name: Name) -> str | None:
        """Give the plan's id for a physical name: of the field where it declares it, else of the dataset."""
        return self.aliases.get(name)


def catalog_of(plan: Plan, facts: Iterable[Fact]) -> Catalog:
    """Gather the facts of the first wave.

    Where a system is a source of its own, what it says of its datasets comes before what others (dbt, run events) say.
    """
    told = tuple(facts)
    systems: dict[SourceId, SystemFact] = {}
    datasets: defaultdict[Name, list[DatasetFact]] = defaultdict(list)
    fields: defaultdict[Name, list[FieldFact]] = defaultdict(list)
    resolved: dict[DatasetId, Name] = {}
    absent: dict[DatasetId, AbsentFact] = {}
    jobs: list[JobFact] = []
    used: list[UseFact] = []
    templates: dict[str, TemplateFact] = {}
    outdated: list[OutdatedFact] = []
    for fact in told:
        match fact:
            case SystemFact():
                systems[fact.seen.source] = fact
            case DatasetFact():
                datasets[fact.name].append(fact)
            case FieldFact():
                fields[fact.name.dataset].append(fact)
            case ResolvedFact():
                resolved[fact.dataset] = fact.name
            case AbsentFact():
                absent[fact.dataset] = fact
            case JobFact():
                jobs.append(fact)
            case UseFact():
                used.append(fact)
            case TemplateFact():
                templates[f"{fact.seen.source}/{fact.template}"] = fact
            case OutdatedFact():
                outdated.append(fact)
            case _:
                pass
    ordered = {
        name: {field.name.field: field for field in sorted(_own(seen, systems), key=lambda field: field.position)}
        for name, seen in fields.items()
    }
    sources: dict[str, SourceId] = {}
    for source, system in systems.items():
        sources.setdefault(system.namespace, source)
    aliases = _aliases(plan, resolved)
    return Catalog(
        plan,
        systems,
        {name: _merged(seen, systems) for name, seen in datasets.items()},
        ordered,
        resolved,
        absent,
        tuple(jobs),
        sources,
        aliases,
        tuple(used),
        templates,
        tuple(outdated),
        tuple(fact for fact in told if isinstance(fact, TraceFact)),
        tuple(fact for fact in told if isinstance(fact, SpanFact)),
        tools=tuple(fact for fact in told if isinstance(fact, ToolFact)),
        lingering=tuple(fact for fact in told if isinstance(fact, LingerFact)),
        partitions={fact.name: fact for fact in told if isinstance(fact, PartitionsFact)},
        idle={fact.name: fact for fact in told if isinstance(fact, IdleFact)},
    )


_Described = TypeVar("_Described", DatasetFact, FieldFact)


def _own(seen: Sequence[_Described], systems: Mapping[SourceId, SystemFact]) -> Sequence[_Described]:
    """Give what the system itself says, else what all others say."""
    if len({fact.seen.source for fact in seen}) == 1:
        return seen
    own = [
        fact
        for fact in seen
        if (system := systems.get(fact.seen.source)) is not None and system.namespace == fact.name.namespace
    ]
    return own or seen


def _merged(seen: Sequence[DatasetFact], systems: Mapping[SourceId, SystemFact]) -> DatasetFact:
    fact = _own(seen, systems)[-1]
    if fact.changed_at is not None or len(seen) == 1:
        return fact
    newest = max((one for one in seen if one.changed_at is not None), key=_changed, default=fact)
    return replace(
        fact,
        changed_at=newest.changed_at,
        changed_by=newest.changed_by,
        changed_error=newest.changed_error,
        changed_at_most=newest.changed_at_most,
        changed_as_of=newest.changed_as_of or (newest.seen.at if newest is not fact else None),
    )


def _changed(fact: DatasetFact) -> float:
    return fact.changed_at.timestamp() if fact.changed_at is not None else 0.0


def _aliases(plan: Plan, resolved: Mapping[DatasetId, Name]) -> Mapping[Name, str]:
    found: dict[Name, str] = {}
    # A narrowed plan is judged on the facts of the whole one, which resolve datasets that it no longer has.
    for dataset in plan.datasets():
        if (name := resolved.get(dataset.id)) is not None:
            found.setdefault(name, dataset.id)
            for declared in dataset.fields.values():
                found.setdefault(name.at(*declared.column), declared.id)
    return found
