"""What the workflow reads flows to a place that the plan does not name.

Why it matters
--------------
Masks, retention and approvals are settled for the places that the plan names; behind another one nobody looks.

What it looks at
----------------
The datasets that the workflow's identity really wrote to, by query logs and `pg_stat_statements`, and that its steps
wrote, by run events.
Each must be a dataset of the plan, the channel of an output or the place of a store, as the plan or its system calls
it.
What was not read of a log leaves it *unverified*.
The chain shows a field that a step reads and that flows there, where the same evidence tells one.

How to fix it
-------------
Name the place as an output or a store, with its audience and its retention, or stop writing there.
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.finding import Actual, Fix, FixKind, Hop, Judgement, Op, Operation, Subject
from lineage.graph import FieldNode
from lineage.model import Level, Name, Severity, Verdict
from lineage.rule import Evidence, Rule
from rules.lineage._followed import fields_read
from rules.lineage._observed import Used, datasets_by_name, named, steps_of, unread, used


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge whether all places that are written to are named."""
    known = _known(evidence)
    written: dict[tuple[Name, str], Used] = {}
    for one in used(evidence, "insert", "update"):
        written.setdefault((one.name.dataset, one.who), one)
    strangers = [one for (name, _), one in written.items() if name not in known]
    found = [judged for one in strangers if (judged := _undeclared(evidence, one)) is not None]
    yield from found
    why = unread(evidence)
    if why is not None and not found:
        says = f"whether the workflow writes to other places is not all known: {why.reason}"
        yield Judgement("outputs", Verdict.UNVERIFIED, Level.OBSERVED, Subject(), says, settle=why.settle)
    elif written and not found:
        says = f"all {len(written):,} places that the workflow really wrote to are named"
        yield Judgement("outputs", Verdict.HELD, Level.OBSERVED, Subject(), says)


def _known(evidence: Evidence) -> set[Name]:
    plan = evidence.plan
    told = [output.channel for output in plan.outputs.values()] + [store.at for store in plan.stores.values()]
    places = {name for text in told if text for name, _ in named(evidence, text)}
    return places | set(datasets_by_name(evidence))


def _undeclared(evidence: Evidence, one: Used) -> Judgement | None:
    steps = (one.step,) if one.step else steps_of(evidence.plan, one.source)
    if not steps:
        return None  # no step of this scope reads there
    place = one.name.dataset
    flows = _flows(evidence, place)
    says = f"{one.who} really wrote to {place.short}, which the plan does not name"
    if flows:
        says += f"; {flows[0].source} flows there"
    return Judgement(
        "outputs",
        Verdict.BROKEN,
        Level.OBSERVED,
        Subject(
            source=one.source,
            dataset=place.short,
            step=one.step,
            identity=one.fact.by.name if one.fact.by is not None and one.step is None else None,
        ),
        says,
        Actual(one.fact.times, "statements", measured_at=one.fact.last, method=one.fact.seen.how),
        path=flows or (Hop(one.who, place.short, one.fact.seen.how),),
        operations=tuple(Operation(Op.DROP_STEP, step) for step in steps),
        fixes=(
            Fix(FixKind.PLAN, "name it as an output or a store, with its retention", effort="minutes"),
            Fix(FixKind.CODE, "stop writing there", effort="hours"),
        ),
        confidence="observed",
    )


def _flows(evidence: Evidence, place: Name) -> tuple[Hop, ...]:
    """Give the way of a field that a step reads to a place, the most exposed first."""
    graph, catalog = evidence.ground.graph, evidence.ground.catalog
    for field in fields_read(evidence.plan):
        dataset, _, name = field.rpartition(".")
        physical = catalog.physical_field(dataset, name)
        for reached in graph.downstream(FieldNode(physical)) if physical is not None else ():
            if isinstance(reached.node, FieldNode) and reached.node.name.dataset == place:
                return reached.path
    return ()


RULE = Rule(id="lineage/undeclared-path", severity=Severity.BLOCKER, check=check, operations=(Op.DROP_STEP,))
