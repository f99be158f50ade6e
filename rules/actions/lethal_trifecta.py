"""One run has private data, content that others wrote, and an action that reaches outside.

Why it matters
--------------
A text that somebody sends in can tell the model what to do; where the same run sees private data and can act on the
outside, it can be told to give the data away. No prompt prevents that; taking away one of the three does.

What it looks at
----------------
For each allowed action of level `trigger` or `update` that no person approves each time: the steps that lead to it
without a person who looks at each, and what they read, through the views that the systems define.
Private is a field that is declared `sensitive` and not hidden by its mask (`drop`, `redact`, `hash`, `hmac`,
`tokenise`); content of others is `free_text`, and what comes in through `scope.include.inputs`.
An action that no step performs is a tool that every step with a prompt can call.
So is every tool that a server offers (connector `mcp_tools`): one that brings what others wrote is content of others,
and one that reaches outside, also under an action of level `read`, is a way out of its own. What it does is told by its
hints and its words; where they tell nothing, nobody can say that it does not.
Where the plan names no content of others, nobody can say that there is none: that stays unverified.

How to fix it
-------------
Drop the smallest of the three, which the finding names, or let a person approve each action.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from lineage.facts import ToolFact
from lineage.finding import Actual, Fix, FixKind, Hop, Judgement, Op, Operation, Subject
from lineage.graph import FieldNode, declared_node
from lineage.model import Exposure, FieldId, Level, Severity, Verdict
from lineage.plan.model import Action, Field, Plan, Step
from lineage.rule import Evidence, Rule
from rules.actions._control import CHANGING, approved, may, performing, reviews_each
from rules.actions._tools import Tools, bringing, declared, listed, outward, silent, tools_of
from rules.plan._said import held, told, unknown

_HARMLESS: Final = frozenset({"none", "no", "public"})
_HIDING: Final = frozenset({"drop", "redact", "hash", "hmac", "tokenise"})
_OF_OTHERS: Final = "free_text"
_INPUTS: Final = "scope.include.inputs"


@dataclass(slots=True)
class _Run:
    """What leads to an action without a person between."""

    steps: dict[str, tuple[Hop, ...]]
    """Step -> the hops from it to the action."""
    private: dict[str, tuple[Hop, ...]] = field(default_factory=dict)
    """Private field -> the hops from it to the action."""
    of_others: dict[str, tuple[Hop, ...]] = field(default_factory=dict)


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge each action that reaches outside."""
    tools = tools_of(evidence)
    for action in may(evidence.plan):
        if action.level in CHANGING:
            yield _judged(evidence, action, tools)
    if tools is not None and tools.servers:
        yield from _ways_out(evidence, tools)


def _ways_out(evidence: Evidence, tools: Tools) -> Iterator[Judgement]:
    """Judge the tools that reach outside and stand behind no action that is judged by itself."""
    plan = evidence.plan
    steps = tuple(step for step in plan.steps.values() if step.to is not None)
    free = [tool for tool in tools.offered if not _judged_by_itself(plan, tool)]
    out = [tool.tool or "a tool" for tool in free if outward(tool)]
    unsaid = [tool.tool or "a tool" for tool in free if silent(tool)]
    about = Subject(source=tools.servers[0] if len(tools.servers) == 1 else None)
    if not steps or not (out or unsaid):
        return
    run = _run(evidence, steps, "a tool", tools)
    if not run.private:
        return
    if not out:
        says = f"whether {listed(unsaid)} reaches outside is not said, and private fields are in its run"
        yield unknown("actions", about, says, "annotations of the tools, or a look at what they do")
    elif not run.of_others:
        says = f"private fields and {listed(out)} are in one run; whether others write what it reads is not said"
        yield unknown("actions", about, says, f"declare texts of others as sensitive: {_OF_OTHERS}, and {_INPUTS}")
    else:
        first = (len(out), f"take {listed(out)} from the workflow, or make it an action that a person approves")
        yield _broken("actions", about, listed(out), run, first, ())


def _judged_by_itself(plan: Plan, tool: ToolFact) -> bool:
    action = declared(plan, tool.tool)
    return action is not None and action.allowed and (action.level in CHANGING or approved(plan, action))


def _judged(evidence: Evidence, action: Action, tools: Tools | None) -> Judgement:
    plan = evidence.plan
    leaf, about = action.path, Subject(action=action.id)
    if approved(plan, action):
        return held(leaf, about, f"a person approves {action.id} each time")
    acting = performing(plan, action) or tuple(step for step in plan.steps.values() if step.to is not None)
    run = _run(evidence, acting, action.id, tools)
    if not run.steps:
        return unknown(leaf, about, f"which step performs {action.id} is not said", f"let a step write {action.id}")
    if not run.private:
        return held(leaf, about, f"no private field reaches {action.id} without a person between", Level.CONFIGURED)
    if not run.of_others:
        says = f"{len(run.private)} private fields reach {action.id}; whether others write what it reads is not said"
        return unknown(leaf, about, says, f"declare texts of others as sensitive: {_OF_OTHERS}, and {_INPUTS}")
    first = (1, f"let a person approve each {action.id}, or rule it out")
    return _broken(leaf, about, action.id, run, first, (Operation(Op.ADD_APPROVAL, action.id),))


def _broken(
    leaf: str, about: Subject, acts: str, run: _Run, first: tuple[int, str], operations: tuple[Operation, ...]
) -> Judgement:
    private, others = sorted(run.private), sorted(run.of_others)
    legs = [
        first,
        (len(private), f"keep {_some(private)} out of the run"),
        (len(others), f"keep {_some(others)} out of the run"),
    ]
    smallest = min(legs, key=lambda leg: leg[0])[1]
    others_than = [text for _, text in sorted(legs, key=lambda leg: leg[0]) if text != smallest]
    return Judgement(
        leaf,
        Verdict.BROKEN,
        Level.CONFIGURED,
        about,
        f"{acts} can be told by {_some(others)} to give away {_some(private)}: no person stands between",
        Actual(len(private), "private fields", method="reachability in the graph"),
        path=run.private[private[0]],
        operations=operations,
        fixes=tuple(Fix(FixKind.DECISION, text, effort="hours") for text in (smallest, *others_than)),
    )


def _some(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more"


def _run(evidence: Evidence, acting: Sequence[Step], act: str, tools: Tools | None) -> _Run:
    plan = evidence.plan
    run = _Run({step.id: (Hop(step.id, act, "performs"),) for step in acting})
    stack = list(acting)
    while stack:
        step = stack.pop()
        for name in step.after:
            earlier = plan.steps.get(name)
            if earlier is not None and name not in run.steps and not reviews_each(plan, earlier):
                run.steps[name] = (Hop(name, step.id, "after"), *run.steps[step.id])
                stack.append(earlier)
    for name, onward in run.steps.items():
        _reads(evidence, run, plan.steps[name], onward)
    prompted = next((name for name in run.steps if plan.steps[name].to is not None), None)
    entry = prompted or next(iter(run.steps), None)
    if told(plan.answer(_INPUTS)) and entry is not None:
        run.of_others[_INPUTS] = (Hop(_INPUTS, entry, "comes in"), *run.steps[entry])
    if tools is not None and prompted is not None:
        for tool in filter(bringing, tools.offered):
            name = f"the tool {tool.tool or 'without a name'}"
            run.of_others.setdefault(name, (Hop(name, prompted, "brings in"), *run.steps[prompted]))
    return run


def _reads(evidence: Evidence, run: _Run, step: Step, onward: tuple[Hop, ...]) -> None:
    for fields in step.reads.values():
        for field_id in fields:
            for origin, hops in _origins(evidence, field_id):
                way = (*hops, Hop(str(field_id), step.id, "reads"), *onward)
                kind = (origin.sensitive or "").lower()
                if kind and kind not in _HARMLESS and not _hidden(evidence.plan, origin, field_id):
                    run.private.setdefault(str(origin.id), way)
                if kind == _OF_OTHERS:
                    run.of_others.setdefault(str(origin.id), way)


def _origins(evidence: Evidence, field_id: FieldId) -> Iterator[tuple[Field, tuple[Hop, ...]]]:
    """Give a field, and the declared fields that it holds the values of."""
    plan, ground = evidence.plan, evidence.ground
    yield plan.field(field_id), ()
    node = declared_node(ground.catalog, field_id)
    by_node: dict[FieldNode, Field] = {declared_node(ground.catalog, other.id): other for other in plan.fields()}
    for name, exposure, hops in ground.graph.ancestors(node.name):
        other = by_node.get(FieldNode(name))
        if other is not None and other.id != field_id and exposure.rank <= Exposure.DERIVED.rank:
            yield other, hops


def _hidden(plan: Plan, origin: Field, read: FieldId) -> bool:
    masks = (origin.mask, plan.field(read).mask)
    return any(mask is not None and mask.method in _HIDING for mask in masks)


RULE = Rule(id="actions/lethal-trifecta", severity=Severity.BLOCKER, check=check, operations=(Op.ADD_APPROVAL,))
