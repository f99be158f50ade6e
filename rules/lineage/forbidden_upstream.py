"""A field that a step reads comes from a system that the workflow may not use.

Why it matters
--------------
A view or a copy carries the data, and not the ban: what was denied to the workflow by name comes in under another.

What it looks at
----------------
`constraints.denied_sources`, against everything that the fields that steps read derive from, by lineage and by declared
copies, and against what decides which of their records exist.
A denied name is a source of the plan, or a database, schema or table as its system spells it (`hr_core`,
`hr_core.staff`), in any case of letters.
Behind a hop that cannot be followed nothing is known.

How to fix it
-------------
Take the field out of the launch, or derive it from a system that is allowed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lineage.finding import Fix, FixKind, Hop, Judgement, Op, Operation, Subject
from lineage.model import DatasetId, Level, Name, Severity, Verdict
from lineage.plan.model import Dataset, Field
from lineage.rule import Evidence, Rule
from rules.lineage._followed import not_followed, physical, read_by_dataset


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge whether anything that is read comes from a denied source."""
    denied = {name.casefold(): name for name in evidence.plan.constraints.denied_sources}
    if not denied:
        return
    leaf, clean = f"{evidence.plan.constraints.path}.denied_sources", True
    for dataset, fields in read_by_dataset(evidence.plan):
        found = list(_of_dataset(evidence, dataset, fields, denied, leaf))
        yield from found
        if not found and (lost := not_followed(evidence, dataset, fields)) is not None:
            where = lost[0].short if lost[0] is not None else dataset.id
            found = [
                Judgement(
                    leaf,
                    Verdict.UNVERIFIED,
                    Level.ASSERTED,
                    Subject(source=dataset.source, dataset=dataset.id),
                    f"what flows into {dataset.id} cannot be followed through {where}: {lost[1].reason}",
                    settle=lost[1].settle,
                )
            ]
            yield from found
        clean = clean and not found
    if clean:
        yield Judgement(leaf, Verdict.HELD, Level.CONFIGURED, Subject(), "nothing that is read comes from them")


def _of_dataset(
    evidence: Evidence, dataset: Dataset, fields: list[Field], denied: dict[str, str], leaf: str
) -> Iterator[Judgement]:
    about = Subject(source=dataset.source, dataset=dataset.id)
    if (whole := _whole(evidence, dataset, denied)) is not None:
        yield _forbidden(leaf, about, f"{dataset.id} comes from {whole[0]}, which is denied", whole[1], fields)
        return
    for field in fields:
        name = physical(evidence, field)
        for ancestor, _, path in evidence.ground.graph.ancestors(name) if name is not None else ():
            if (word := _denied(evidence, ancestor.dataset, denied)) is not None:
                of = Subject(source=dataset.source, dataset=dataset.id, field=field.id)
                yield _forbidden(leaf, of, f"{field.id} comes from {word}, which is denied", path, [field])
                break


def _whole(evidence: Evidence, dataset: Dataset, denied: dict[str, str]) -> tuple[str, tuple[Hop, ...]] | None:
    """Give what makes a whole dataset forbidden: itself, what it is a copy of, or what decides on its records."""
    for origin, chain in _copied_from(evidence, dataset.id):
        source, physical_name = origin.partition(".")[0], evidence.ground.catalog.physical(origin)
        word = denied.get(source.casefold())
        if word is None and physical_name is not None:
            word = _denied(evidence, physical_name, denied)
        if word is not None:
            return word, chain
    name = evidence.ground.catalog.physical(dataset.id)
    for row in _rows_from(evidence, name) if name is not None else ():
        if (word := _denied(evidence, row, denied)) is not None:
            return word, (Hop(row.short, dataset.id, "decides on its records"),)
    return None


def _copied_from(evidence: Evidence, dataset: DatasetId) -> Iterator[tuple[DatasetId, tuple[Hop, ...]]]:
    stack: list[tuple[DatasetId, tuple[Hop, ...]]] = [(dataset, ())]
    passed = {dataset}
    while stack:
        copy, chain = stack.pop()
        yield copy, chain
        for origin in evidence.plan.dataset(copy).copy_of:
            if origin not in passed:
                passed.add(origin)
                stack.append((origin, (Hop(origin, copy, "copied into"), *chain)))


def _rows_from(evidence: Evidence, dataset: Name) -> Iterator[Name]:
    stack, passed = [dataset], {dataset}
    while stack:
        for source in sorted(evidence.ground.graph.row_sources.get(stack.pop(), ())):
            if source.dataset not in passed:
                passed.add(source.dataset)
                stack.append(source.dataset)
                yield source.dataset


def _denied(evidence: Evidence, dataset: Name, denied: dict[str, str]) -> str | None:
    source = evidence.ground.catalog.source_of(dataset)
    folded = [part.casefold() for part in dataset.path]
    tails = (".".join(folded[start:end]) for start in range(len(folded)) for end in range(start + 1, len(folded) + 1))
    return next((denied[word] for word in (*tails, (source or "").casefold()) if word in denied), None)


def _forbidden(leaf: str, about: Subject, says: str, path: tuple[Hop, ...], fields: Iterable[Field]) -> Judgement:
    return Judgement(
        leaf,
        Verdict.BROKEN,
        Level.CONFIGURED,
        about,
        says,
        path=path,
        operations=tuple(Operation(Op.DROP_FIELD, field.id) for field in fields),
        fixes=(Fix(FixKind.CODE, "derive it from a system that is allowed, or launch without it", effort="days"),),
    )


RULE = Rule(id="lineage/forbidden-upstream", severity=Severity.BLOCKER, check=check, operations=(Op.DROP_FIELD,))
