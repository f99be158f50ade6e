"""Tools that the workflow is given and those that its runs called, beside the actions of the plan.

What a tool says of itself is its server's word, and what its words tell is a guess: both are asserted, never proved.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from lineage.facts import ToolFact
from lineage.plan.model import Action, Plan
from lineage.rule import Evidence
from rules._traces import observed

SERVER: Final = "mcp_tools"
"""The connector that lists tools."""
_WORD: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_SAID_OF_MANY: Final = frozenset(
    {"read", "list", "look", "show", "find", "search", "create", "update", "insert", "delete", "remove", "write"}
    | {"edit", "save", "make", "with", "from", "into", "tool", "action", "data", "item", "items"}
)
_SHORTEST: Final = 4
_SHOWN: Final = 4


@dataclass(frozen=True, slots=True)
class Tools:
    """What is known of the workflow's tools."""

    offered: tuple[ToolFact, ...]
    servers: tuple[str, ...]
    """Sources whose list was read."""
    unread: tuple[str, ...]
    """Sources whose list was not read, or not whole."""
    called: Mapping[str, int] = field(default_factory=dict)
    """Tool -> how often the runs that were traced called it."""
    given: Mapping[str, int] = field(default_factory=dict)
    """Tool -> in how many calls the model was offered it."""

    @property
    def whole(self) -> bool:
        """Every list was read whole, and every tool has a name: one that is not there is not offered."""
        return bool(self.servers) and not self.unread and all(one.tool for one in self.offered)

    def behind(self, action: Action) -> tuple[ToolFact, ...]:
        """Give the tools that do an action: those that it names, else those that are called like it."""
        return tuple(tool for tool in self.offered if does(action, tool.tool))

    def called_for(self, action: Action) -> int:
        """Count the calls of tools that do an action."""
        return sum(times for name, times in self.called.items() if does(action, name))

    def given_for(self, action: Action) -> int:
        """Count the calls of a model that was offered tools that do an action."""
        return max((times for name, times in self.given.items() if does(action, name)), default=0)

    def like(self, action: Action, plan: Plan) -> tuple[ToolFact, ...]:
        """Give tools that no action declares and that may do this one: they share a word with it, or run anything."""
        words = _telling(action.id)
        return tuple(
            tool
            for tool in self.offered
            if tool.tool
            and declared(plan, tool.tool) is None
            and ("runs" in tool.acts or (set(tool.acts) != {"reads"} and words & _telling(tool.tool)))
        )


def tools_of(evidence: Evidence) -> Tools | None:
    """Give what is known of the workflow's tools; None where no server was asked and no run was traced."""
    plan, catalog = evidence.plan, evidence.ground.catalog
    offered = tuple(fact for fact in catalog.tools if fact.seen.source in plan.sources)
    asked = [source.id for source in plan.sources.values() if source.kind == SERVER]
    systems = {one: catalog.system(one) for one in (*asked, *(fact.seen.source for fact in offered))}
    read = tuple(sorted(one for one, system in systems.items() if system is not None))
    unread = tuple(sorted(one for one, found in systems.items() if found is None or not found.complete_catalogue))
    traces = observed(evidence)
    called: Counter[str] = Counter()
    given: Counter[str] = Counter()
    for span in traces.spans if traces is not None else ():
        given.update(dict(span.offered))
        if span.operation == "tool" and span.tool:
            called[span.tool] += span.spans
    return Tools(offered, read, unread, called, given) if read or called or given else None


def declared(plan: Plan, tool: str) -> Action | None:
    """Give the action that a tool does; None where the plan has none."""
    return next((action for action in plan.actions.values() if does(action, tool)), None)


def does(action: Action, tool: str) -> bool:
    """Whether a tool does an action: it is named there, or called like it, with or without its server's name before."""
    wanted = {_plain(name) for name in action.tools or (action.id,)}
    parts = re.split(r"\.|/|:|__", tool)
    return bool(tool) and not wanted.isdisjoint(
        {_plain(tool), _plain(parts[-1]), *(_plain("".join(parts[start:])) for start in range(len(parts)))}
    )


def harmless(tool: ToolFact) -> bool:
    """Whether neither a tool's words nor its own hints tell that it does more than read."""
    return (tool.acts == ("reads",) and tool.read_only is not False) or (tool.read_only is True and not _more(tool))


def outward(tool: ToolFact) -> bool:
    """Whether a tool can carry something outside: by its words, or since it says that it meets an open world."""
    return "sends" in tool.acts or "runs" in tool.acts or tool.open_world is True


def bringing(tool: ToolFact) -> bool:
    """Whether a tool brings in what others wrote: by its words, or since it reads from an open world."""
    return "brings" in tool.acts or (tool.open_world is True and tool.destructive is not True)


def silent(tool: ToolFact) -> bool:
    """Whether nothing tells what a tool does."""
    return not tool.acts and not tool.annotated


def listed(names: Iterable[str]) -> str:
    """Give names for people: the first few, and how many more there are."""
    found = sorted(names)
    more = len(found) - _SHOWN
    return ", ".join(found[:_SHOWN]) + (f" and {more} more" if more > 0 else "")


def _more(tool: ToolFact) -> bool:
    return bool({"changes", "destroys", "sends", "runs"} & set(tool.acts))


def _plain(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).casefold()


def _telling(name: str) -> set[str]:
    words = {word.casefold() for word in _WORD.findall(name)}
    return {word.removesuffix("s") for word in words if len(word) >= _SHORTEST} - _SAID_OF_MANY
