"""The plan, run events and SQL disagree on what a field is made from.

Why it matters
--------------
Labels, freshness and retention travel along these paths; where two accounts of one path differ, one of them hides
something.

What it looks at
----------------
Each field that a step reads, and everything above it: what runs told of it (OpenLineage), and what was parsed from
views, dbt models and statements.
They disagree where one names a source that is neither among the other's nor before or behind one of them, where one
says that a value is masked and the other that it arrives as it was; and where runs told of a field into which, by SQL
that was parsed in whole, nothing flows.
`made_from` of the plan, against both; and `copy_of`, where what a dataset is made from is known and is something else.
Until it is decided all paths count, so that no label is lost.

How to fix it
-------------
Find out which account is true: run the job again with its listener on, extract the SQL again, or mend the plan.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Final

from lineage.finding import Actual, Fix, FixKind, Hop, Judgement, Op, Operation, Subject
from lineage.graph import Edge, FieldNode, LineageGraph
from lineage.model import Confidence, Exposure, Level, Name, Severity, Verdict
from lineage.plan.model import Dataset, Field
from lineage.rule import Evidence, Rule
from rules.lineage._followed import physical, read_by_dataset

_TOLD: Final = "run event"
_MANUAL: Final = "manual"
_SHOWN: Final = 3


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge whether all accounts of a path agree."""
    for field in evidence.plan.fields():
        if field.made_from:
            yield _made_from(evidence, field)
    spoken = _spoken(evidence.ground.graph)
    for dataset, fields in read_by_dataset(evidence.plan):
        yield from _told_and_parsed(evidence, dataset, fields, spoken)
        yield from _copy_of(evidence, dataset, fields)


def _made_from(evidence: Evidence, field: Field) -> Judgement:
    dataset = field.id.rpartition(".")[0]
    leaf = f"{field.path}.made_from"
    about = Subject(source=dataset.partition(".")[0], dataset=dataset, field=field.id)
    name = physical(evidence, field)
    known = set(_above(evidence.ground.graph, name)) if name is not None else set()
    if not known:
        settle = "a view, a job or run events that say what it is made from"
        return Judgement(
            leaf, Verdict.UNVERIFIED, Level.ASSERTED, about, "no system tells what it is made from", settle=settle
        )
    claimed = {one: physical(evidence, evidence.plan.field(one)) for one in field.made_from}
    missing = [one for one, place in claimed.items() if place not in known]
    if not missing:
        return Judgement(leaf, Verdict.HELD, Level.CONFIGURED, about, "what it is made from is as the plan says")
    says = f"the plan says that {field.id} is made from {' and '.join(missing)}, and lineage says {_list(known)}"
    return _conflict(leaf, about, says, (Hop(missing[0], field.id, "plan"),))


def _told_and_parsed(
    evidence: Evidence, dataset: Dataset, fields: list[Field], spoken: Mapping[Name, set[str]]
) -> Iterator[Judgement]:
    graph = evidence.ground.graph
    leaf, about = f"{dataset.path}.reads", Subject(source=dataset.source, dataset=dataset.id)
    compared = 0
    doubts: list[tuple[str, Hop]] = []
    for name in _all_above(evidence, fields):
        told, parsed = _accounts(graph, name)
        if not told:
            continue
        compared += bool(parsed)
        doubt = _doubt(graph, name, told, parsed) if parsed else _passed_over(graph, name, told, spoken)
        if doubt is not None:
            doubts.append(doubt)
    if doubts:
        more = f", and {len(doubts) - 1} more" if len(doubts) > 1 else ""
        yield _conflict(leaf, about, f"{doubts[0][0]}{more}", (doubts[0][1],), len(doubts))
    elif compared:
        says = f"run events and SQL agree on {compared:,} fields"
        yield Judgement(leaf, Verdict.HELD, Level.OBSERVED, about, says)


def _copy_of(evidence: Evidence, dataset: Dataset, fields: list[Field]) -> Iterator[Judgement]:
    catalog, graph = evidence.ground.catalog, evidence.ground.graph
    about = Subject(source=dataset.source, dataset=dataset.id)
    names = [name for field in fields if (name := physical(evidence, field)) is not None]
    made = {source for name in names for source in _above(graph, name)}
    if not made or not dataset.copy_of:
        return
    known = {source.dataset for source in made}
    known |= {source.dataset for one in {*known, *(name.dataset for name in names)} for source in _rows(graph, one)}
    for origin in dataset.copy_of:
        place = catalog.physical(origin)
        if place is not None and place not in known and place not in {name.dataset for name in names}:
            says = f"the plan says that {dataset.id} is a copy of {origin}, and lineage says {_list(known)}"
            yield _conflict(f"{dataset.path}.copy_of", about, says, (Hop(origin, dataset.id, "copy of"),))


def _rows(graph: LineageGraph, dataset: Name) -> set[Name]:
    return graph.row_sources.get(dataset, set())


def _conflict(leaf: str, about: Subject, says: str, path: tuple[Hop, ...], count: int = 1) -> Judgement:
    return Judgement(
        leaf,
        Verdict.BROKEN,
        Level.CONFIGURED,
        about,
        says,
        Actual(count, "fields"),
        path=path,
        operations=(Operation(Op.DECIDE, about.field or about.dataset or ""),),
        fixes=(Fix(FixKind.DECISION, "find out which account is true, and mend the other", effort="hours"),),
    )


def _accounts(graph: LineageGraph, name: Name) -> tuple[dict[Name, Edge], dict[Name, Edge]]:
    """Give what runs told of a field, and what was parsed."""
    told: dict[Name, Edge] = {}
    parsed: dict[Name, Edge] = {}
    for source, edge in graph.sources(name):
        if edge.by != _MANUAL:
            into = told if edge.by == _TOLD else parsed
            known = into.get(source)
            if known is None or edge.exposure.rank < known.exposure.rank:
                into[source] = edge
    return told, parsed


def _spoken(graph: LineageGraph) -> Mapping[Name, set[str]]:
    """Give the fields of each dataset of which anything was parsed, where runs told anything at all."""
    found: defaultdict[Name, set[str]] = defaultdict(set)
    if any(kind.by == _TOLD for kind in graph.edges.every_kind):
        for node, entering in zip(graph.nodes, graph.upward, strict=True):
            if isinstance(node, FieldNode) and any(edge.by not in (_MANUAL, _TOLD) for _, edge in entering):
                found[node.name.dataset].add(node.name.field[0].casefold())
    return found


def _passed_over(
    graph: LineageGraph, name: Name, told: dict[Name, Edge], spoken: Mapping[Name, set[str]]
) -> tuple[str, Hop] | None:
    """Give the doubt where SQL was parsed in whole, and by it nothing flows into a field that runs told of.

    The other way round is no doubt: listeners tell only what they understand.
    """
    others = spoken.get(name.dataset, set())
    # A part of a record may be told as the whole of it; what is opaque or a guess was not told in whole.
    sure = all(edge.confidence is Confidence.EXACT for edge in told.values())
    if not others or name.field[0].casefold() in others or name.dataset in graph.opaque or not sure:
        return None
    source = min(told)
    says = f"run events say that {name.short} is made from {source.short}, parsed SQL that nothing flows into it"
    return says, Hop(source.short, name.short, told[source].by)


def _doubt(graph: LineageGraph, name: Name, told: dict[Name, Edge], parsed: dict[Name, Edge]) -> tuple[str, Hop] | None:
    for ours, theirs, who in ((told, parsed, "run events"), (parsed, told, "views, models and statements")):
        for source in sorted(ours):
            if not _agrees(graph, source, theirs):
                they = "parsed SQL" if ours is told else "run events"
                says = f"{who} say that {name.short} is made from {source.short}, {they} from {_list(set(theirs))}"
                return says, Hop(source.short, name.short, ours[source].by)
    for source in sorted(told.keys() & parsed.keys()):
        one, other = told[source], parsed[source]
        hidden = Exposure.PSEUDONYM.rank
        if one.masking and other.exposure is Exposure.RAW:
            says = (
                f"run events say that {source.short} is masked on its way into {name.short}, parsed SQL that it is not"
            )
            return says, Hop(source.short, name.short, other.by)
        if not one.masking and one.subtype == "IDENTITY" and other.exposure.rank >= hidden:
            left = other.exposure.value
            says = f"parsed SQL says that {source.short} is {left} in {name.short}, run events that it is raw"
            return says, Hop(source.short, name.short, one.by)
    return None


def _agrees(graph: LineageGraph, source: Name, others: dict[Name, Edge]) -> bool:
    # One account may pass over what lies between: a staging table, an ephemeral model.
    if source in others:
        return True
    above = set(_above(graph, source))
    return any(other in above or source in set(_above(graph, other)) for other in others)


def _above(graph: LineageGraph, name: Name) -> Iterator[Name]:
    """Give everything that a field is made from, as systems tell it: the plan's own word left out."""
    stack, passed = [name], {name}
    while stack:
        for source, edge in graph.sources(stack.pop()):
            if edge.by != _MANUAL and source not in passed:
                passed.add(source)
                stack.append(source)
                yield source


def _all_above(evidence: Evidence, fields: list[Field]) -> list[Name]:
    graph = evidence.ground.graph
    found: dict[Name, None] = {}
    for field in fields:
        name = physical(evidence, field)
        if name is not None and graph.number(FieldNode(name)) is not None:
            found[name] = None
            found.update(dict.fromkeys(_above(graph, name)))
    return list(found)


def _list(names: set[Name]) -> str:
    shown = [name.short for name in sorted(names)[:_SHOWN]]
    return " and ".join(shown) + (f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else "")


RULE = Rule(id="lineage/conflicting-paths", severity=Severity.MEDIUM, check=check, operations=(Op.DECIDE,))
