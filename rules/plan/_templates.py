"""What the prompt templates of a step use, in the plan's own ids."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from lineage.facts import TemplateFact
from lineage.model import DatasetId, FieldId
from lineage.plan.model import Plan, Step
from lineage.rule import Evidence


@dataclass(slots=True)
class Taken:
    """What the templates of a step take from outside."""

    fields: set[FieldId] = field(default_factory=set)
    strangers: list[str] = field(default_factory=list)
    """Variables that are neither given nor fields that the step, or one before it, reads."""
    unread: str = ""
    """Why there may be more."""


def taken(evidence: Evidence, step: Step) -> Taken:
    """Give what a step's templates, and those that they take in, use."""
    found = Taken()
    within = reads_within(evidence.plan, step)
    given = set(step.given)
    for told in _templates(evidence, step, found):
        found.unread = found.unread or told.unread
        for chain in told.uses:
            if chain[0] in given or ".".join(chain) in given:
                continue
            fields = set(_meant(evidence.plan, within, chain))
            found.fields |= fields
            if not fields and ".".join(chain) not in found.strangers:
                found.strangers.append(".".join(chain))
    return found


def reads_within(plan: Plan, step: Step) -> Mapping[DatasetId, tuple[FieldId, ...]]:
    """Give what a step reads itself, or is handed by the steps before it."""
    found: dict[DatasetId, dict[FieldId, None]] = {}
    stack, passed = [step.id], {step.id}
    while stack:
        here = plan.steps[stack.pop()]
        for dataset, fields in here.reads.items():
            found.setdefault(dataset, {}).update(dict.fromkeys(fields))
        for before in here.after:
            if before in plan.steps and before not in passed:
                passed.add(before)
                stack.append(before)
    return {dataset: tuple(fields) for dataset, fields in found.items()}


def _templates(evidence: Evidence, step: Step, found: Taken) -> Iterator[TemplateFact]:
    known = evidence.ground.catalog.templates
    stack, passed = list(step.templates), set(step.templates)
    while stack:
        name = stack.pop()
        told = known.get(name)
        if told is None:
            found.unread = found.unread or f"the template {name} was not found"
            continue
        yield told
        source = name.partition("/")[0]
        for other in told.includes:
            # Loaders look from their root; some look beside the template too.
            beside = str(PurePosixPath(told.template).parent / other)
            full = next((one for one in (f"{source}/{other}", f"{source}/{beside}") if one in known), None)
            if full is None:
                found.unread = found.unread or f"a template that {name} takes in was not found"
            elif full not in passed:
                passed.add(full)
                stack.append(full)


def _meant(plan: Plan, within: Mapping[DatasetId, tuple[FieldId, ...]], chain: tuple[str, ...]) -> Iterator[FieldId]:
    """Give the fields that a variable stands for: named in full, by dataset, or by its own name alone."""
    for dataset, fields in within.items():
        source, _, name = dataset.partition(".")
        for head in ((source, name), (name,), (_singular(name),)):
            if chain[: len(head)] == head:
                rest = chain[len(head) :]
                yield from (one for one in fields if not rest or one.rpartition(".")[2] == rest[0])
        yield from (one for one in fields if one.rpartition(".")[2] == chain[0])
        if len(chain) > 1:
            columns = {one: plan.field(one).column for one in fields}
            yield from (one for one, column in columns.items() if column == chain)


def _singular(name: str) -> str:
    if name.endswith("ies"):
        return f"{name[:-3]}y"
    return name[:-1] if name.endswith("s") and not name.endswith("ss") else name
