"""A tool calls itself something else than the plan does.

Why it matters
--------------
A tool that says of itself that it destroys, under an action of level `read`, is one of the two; and what a tool says of
itself is a hint, never a proof that it is harmless.

What it looks at
----------------
What the tools behind each allowed action say of themselves (read only, destructive), against the action's level and
against what the words of their own names tell.
Half of real servers say nothing of their tools: then the name alone is held against the level, and what agrees with it
stays unverified. Where hints agree it is held at level *asserted* only: nobody tried the tool.

How to fix it
-------------
Mend the annotation or the level, whichever is wrong, and let the rights decide.
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.facts import ToolFact
from lineage.finding import Judgement, Op, Operation, Subject
from lineage.model import Severity
from lineage.plan.model import Action
from lineage.rule import Evidence, Rule
from rules.actions._control import CHANGING, may
from rules.actions._tools import Tools, listed, tools_of
from rules.plan._said import held, unknown, wrong

_READING = frozenset({"read", "suggest"})


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge the tools behind each action that is allowed."""
    found = tools_of(evidence)
    for action in may(evidence.plan):
        behind = found.behind(action) if found is not None else ()
        yield _judged(action, behind) if behind else _unseen(action, found)


def _unseen(action: Action, found: Tools | None) -> Judgement:
    leaf, about = f"{action.path}.level", Subject(action=action.id)
    if found is not None and found.whole and not action.tools:
        says = f"no tool of {listed(found.servers)} is called like {action.id}"
        return unknown(leaf, about, says, f"name the tools that do it as {action.path}.tools, if any does")
    says = f"what the tool behind {action.id} says of itself was not seen"
    return unknown(leaf, about, says, f"the annotations of the tool behind {action.id}, from the server's list")


def _judged(action: Action, behind: tuple[ToolFact, ...]) -> Judgement:
    leaf, about = f"{action.path}.level", Subject(source=behind[0].seen.source, action=action.id)
    against = [(tool, why) for tool in behind if (why := _contradiction(action, tool))]
    if against:
        tool, why = against[0]
        more = f" (and {len(against) - 1} more tools)" if len(against) > 1 else ""
        fix = f"mend what {tool.tool} says of itself, or the level of {action.id}, whichever is wrong"
        return wrong(leaf, about, f"{why}{more}", fix, (Operation(Op.DECIDE, f"{action.path}.level"),))
    if bare := [tool.tool for tool in behind if not tool.annotated]:
        says = f"{listed(bare)} says nothing of itself (no annotations); its name does not contradict {action.level}"
        return unknown(leaf, about, says, "annotations of the tool, or a look at what it does")
    says = f"{listed(tool.tool for tool in behind)} says of itself what {action.level} says of {action.id}"
    return held(leaf, about, says)


def _contradiction(action: Action, tool: ToolFact) -> str:
    """Give why one of the two is wrong; empty where nothing is told against either."""
    level, name, acts = action.level, tool.tool, set(tool.acts)
    itself, theirs = f"{name} says of itself that it", f"{action.id} is of level {level}"
    beyond = bool({"changes", "destroys", "sends"} & acts) and "reads" not in acts
    reading, changing = level in _READING, level in CHANGING
    found = (
        (tool.read_only and tool.destructive, f"{itself} only reads and that it destroys"),
        (tool.read_only and beyond, f"{itself} only reads, and its name says that it {_first(acts)}"),
        (
            tool.destructive is False and "destroys" in acts,
            f"{itself} destroys nothing, and its name says that it does",
        ),
        (reading and tool.read_only is False, f"{itself} does not only read, and {theirs}"),
        (not changing and not tool.read_only and tool.destructive, f"{itself} destroys, and {theirs}"),
        (changing and tool.read_only, f"{itself} only reads, and {theirs}"),
        (
            reading and beyond and not tool.annotated,
            f"the name of {name} says that it {_first(acts)}, and {theirs}",
        ),
    )
    return next((says for contradicts, says in found if contradicts), "")


def _first(acts: set[str]) -> str:
    return next((kind for kind in ("destroys", "sends", "changes") if kind in acts), "reads")


RULE = Rule(id="actions/contradictory-annotation", severity=Severity.MEDIUM, check=check, operations=(Op.DECIDE,))
