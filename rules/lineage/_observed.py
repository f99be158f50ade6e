"""What the workflow really used, as logs and run events told it: held against the plan by several rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from lineage.facts import UseFact
from lineage.model import Confidence, Name, SourceId
from lineage.plan.model import Dataset, Plan
from lineage.rule import Evidence, Unknown

WORKFLOW: Final = "workflow"
"""Namespace of the principals that stand for the workflow's own steps in run events."""

_HISTORIES: Final = dict.fromkeys(("snowflake", "bigquery", "redshift", "databricks"), ("use",))
"""Systems that tell of themselves what ran, where the plan asks for it."""
_LOGS: Final = {
    "query_log": ("system", "use"),
    "pg_statements": ("system", "use"),
    "openlineage": ("system", "definition"),
    **_HISTORIES,
}
"""Kind of a source that tells what ran -> what it says that it could not read."""


@dataclass(frozen=True, slots=True)
class Used:
    """A field that the workflow used (a dataset, where no field is named)."""

    name: Name
    fact: UseFact
    source: SourceId | None
    """The source of the plan whose identity it was; None: a step told it of itself."""
    step: str | None
    """The step that told it of itself."""

    @property
    def who(self) -> str:
        """Who used it, for people."""
        return f"step {self.step}" if self.step else str(self.fact.by) if self.fact.by and self.source else "it"


def used(evidence: Evidence, *rights: str) -> Iterator[Used]:
    """Give what the workflow's identities and steps used with one of these rights, stars written out."""
    catalog = evidence.ground.catalog
    identities = _identities(evidence)
    for fact in catalog.used:
        if fact.right not in rights or fact.by is None:
            continue
        step = fact.by.name if fact.by.namespace == WORKFLOW else None
        source = identities.get((fact.name.namespace, account(fact.by.name)))
        if step is None and source is None:
            continue
        for name in _fields(evidence, fact):
            yield Used(name, fact, source, step if step in evidence.plan.steps else None)


def unread(evidence: Evidence) -> Unknown | None:
    """Give why more may have run than was read: a log that was not read in whole proves nothing by its silence."""
    for source in evidence.plan.sources.values():
        for fact in evidence.unseen.get(source.id, ()):
            if fact.what in _LOGS.get(source.kind, ()):
                return Unknown(f"{source.id}: {fact.reason}", fact.settle)
    return None


def account(name: str) -> str:
    """Give an identity without the host that MySQL names beside it."""
    plain = name.replace("'", "").replace("`", "")
    return plain.partition("@")[0] if plain.count("@") == 1 and "." not in plain.partition("@")[0] else plain


def datasets_by_name(evidence: Evidence) -> Mapping[Name, list[Dataset]]:
    """Give the datasets of the plan by what they are in their systems."""
    found: dict[Name, list[Dataset]] = {}
    for dataset in evidence.plan.datasets():
        if (name := evidence.ground.catalog.physical(dataset.id)) is not None:
            found.setdefault(name, []).append(dataset)
    return found


def steps_of(plan: Plan, source: SourceId | None, dataset: str | None = None) -> tuple[str, ...]:
    """Give the steps that read of a source, or of a dataset."""
    return tuple(
        step.id
        for step in plan.steps.values()
        if any(fields and (read == dataset or (dataset is None and read.partition(".")[0] == source))
               for read, fields in step.reads.items())
    )  # fmt: skip


def named(evidence: Evidence, text: str) -> Iterator[tuple[Name, tuple[str, ...]]]:
    """Give the places that a plan's word for one may mean: a dataset as a system or the plan has it, and a field of it.

    `helpdesk.internal_note` is a dataset of the plan, or what ends so in a system that was seen, or a field of either.
    """
    catalog = evidence.ground.catalog
    parts = tuple(part.casefold() for part in text.replace(":", ".").split(".") if part)
    if not parts:
        return
    for dataset in evidence.plan.datasets():
        name = catalog.physical(dataset.id)
        own = tuple(dataset.id.casefold().split("."))
        if name is not None and parts[: len(own)] == own:
            yield name, parts[len(own) :]
    for name in catalog.datasets:
        path = tuple(part.casefold() for part in name.path)
        source = catalog.source_of(name)
        for told in (parts, parts[1:] if source is not None and parts[0] == source.casefold() else ()):
            for size in (len(told), len(told) - 1):
                if size > 0 and path[-size:] == told[:size]:
                    yield name, told[size:]


def _identities(evidence: Evidence) -> Mapping[tuple[str, str], SourceId]:
    catalog = evidence.ground.catalog
    found: dict[tuple[str, str], SourceId] = {}
    for source in evidence.plan.sources.values():
        if source.identity is None:
            continue
        names = {name.namespace for dataset in source.datasets.values() if (name := catalog.physical(dataset.id))}
        system = catalog.system(source.id)
        for namespace in {*names, *([system.namespace] if system is not None else [])}:
            found.setdefault((namespace, account(source.identity)), source.id)
    return found


def _fields(evidence: Evidence, fact: UseFact) -> Iterator[Name]:
    """Give what a use stands for in the system's catalogue, where that is known."""
    dataset = fact.name.dataset
    known = evidence.ground.catalog.fields.get(dataset)
    if not fact.name.field:
        yield from (dataset.at(*path) for path in known) if known and fact.whole else [dataset]
        return
    if not known:
        if fact.confidence is not Confidence.AMBIGUOUS:  # one of several datasets: this one was not seen
            yield fact.name
        return
    if fact.name.field in known:
        yield fact.name
        return
    folded = {tuple(part.casefold() for part in path): path for path in known}
    path = folded.get(tuple(part.casefold() for part in fact.name.field))
    if path is not None:
        yield dataset.at(*path)
    elif fact.confidence is Confidence.EXACT:
        yield fact.name
