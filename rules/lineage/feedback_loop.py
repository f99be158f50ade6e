"""What the workflow writes comes back into what it reads.

Why it matters
--------------
A model that reads its own answers as facts repeats its mistakes with growing confidence, and nobody sees where one
began.

What it looks at
----------------
The channels of outputs and the places of stores, as the plan names them, and the datasets into which the workflow's
identity or its steps really inserted, by logs and run events.
Each is held against the datasets that steps read, and everything that these are made from: by lineage and by declared
copies.
A channel that names a field closes a loop only where that field is read.

How to fix it
-------------
Read from a place that the workflow does not write to, or tell its own records apart and leave them out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lineage.finding import Fix, FixKind, Hop, Judgement, Op, Operation, Subject
from lineage.model import DatasetId, Level, Name, Severity, Verdict
from lineage.plan.model import Dataset, Field
from lineage.rule import Evidence, Rule
from rules.lineage._followed import physical, read_by_dataset
from rules.lineage._observed import named, used


@dataclass(frozen=True, slots=True)
class _Written:
    """A place that the workflow writes to."""

    what: str
    """`output draft_reply`, `ai_reader`."""
    name: Name
    field: tuple[str, ...]
    level: Level


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge whether anything that is read is written by the workflow itself."""
    written = [*_declared(evidence), *_really(evidence)]
    if not written:
        return
    for dataset, fields in read_by_dataset(evidence.plan):
        about = Subject(source=dataset.source, dataset=dataset.id)
        loop = _loop(evidence, dataset, fields, written)
        if loop is None:
            if evidence.ground.catalog.physical(dataset.id) is not None:
                says = "nothing that the workflow is known to write flows into it"
                yield Judgement(f"{dataset.path}.reads", Verdict.HELD, Level.CONFIGURED, about, says)
            continue
        one, path = loop
        through = f", through {path[-1].source}" if len(path) > 1 else ""
        yield Judgement(
            f"{dataset.path}.reads",
            Verdict.BROKEN,
            one.level,
            about,
            f"{dataset.id} is read, and {one.what} writes into {_place(one)}{through}",
            path=path,
            operations=(Operation(Op.DROP_SOURCE, dataset.source),),
            fixes=(Fix(FixKind.CODE, "leave out the records that the workflow wrote itself", effort="days"),),
        )


def _declared(evidence: Evidence) -> Iterator[_Written]:
    plan = evidence.plan
    places = [(f"output {one.id}", one.channel) for one in plan.outputs.values()]
    places += [(f"store {one.id}", one.at) for one in plan.stores.values() if one.keep is None or not one.keep.none]
    for what, text in places:
        for name, field in dict.fromkeys(named(evidence, text)) if text else ():
            yield _Written(what, name, field, Level.ASSERTED)


def _really(evidence: Evidence) -> Iterator[_Written]:
    # An update of a record that is there (a status, a time) is no answer that comes back; a new record may be.
    for one in used(evidence, "insert"):
        yield _Written(one.who, one.name.dataset, one.name.field, Level.OBSERVED)


def _loop(
    evidence: Evidence, dataset: Dataset, fields: list[Field], written: list[_Written]
) -> tuple[_Written, tuple[Hop, ...]] | None:
    # What was seen weighs more than what is declared.
    for one in sorted(written, key=lambda each: -each.level.rank):
        for name, read, path in _above(evidence, dataset, fields):
            if name == one.name and (not one.field or read is None or _same(read, one.field)):
                return one, (Hop(one.what, name.short, "writes"), *path)
    return None


def _above(
    evidence: Evidence, dataset: Dataset, fields: list[Field]
) -> Iterator[tuple[Name, tuple[str, ...] | None, tuple[Hop, ...]]]:
    """Give every dataset that one is made from, itself first, with the field that flows and the way."""
    graph, plan = evidence.ground.graph, evidence.plan
    stack: list[tuple[DatasetId, list[Field], tuple[Hop, ...]]] = [(dataset.id, fields, ())]
    passed = {dataset.id}
    while stack:
        here, columns, way = stack.pop()
        for field in columns:
            if (name := physical(evidence, field)) is None:
                continue
            yield name.dataset, name.field, way
            for ancestor, _, path in graph.ancestors(name):
                yield ancestor.dataset, ancestor.field, (*path, *way)
        if (name := evidence.ground.catalog.physical(here)) is not None:
            for source in sorted(graph.row_sources.get(name, ())):
                yield source.dataset, source.field or None, (Hop(source.short, here, "decides on its records"), *way)
        for origin in plan.dataset(here).copy_of:
            if origin not in passed:
                passed.add(origin)
                stack.append((origin, list(plan.dataset(origin).fields.values()), (Hop(origin, here, "copy of"), *way)))


def _same(read: tuple[str, ...], told: tuple[str, ...]) -> bool:
    return tuple(part.casefold() for part in read) == tuple(part.casefold() for part in told)


def _place(one: _Written) -> str:
    return ".".join((one.name.short, *one.field))


RULE = Rule(id="lineage/feedback-loop", severity=Severity.HIGH, check=check, operations=(Op.DROP_SOURCE,))
