"""The workflow is given a tool that the plan does not declare.

Why it matters
--------------
A model uses what it is given; a tool that nobody declared is an action that nobody judged.

What it looks at
----------------
The tools that the workflow's servers list (connector `mcp_tools`) and those that traced runs called or offered to the
model (connector `otlp`), less the actions of the plan: a tool is an action's where the action names it in `tools`, or
is called like it.
Actions with `allowed: false` are declared too: that they are possible all the same is another finding.
A tool whose name and hints tell that it only reads weighs less.
Where no list could be read, or not whole, that nothing else is offered stays unverified.

How to fix it
-------------
Take the tool from the workflow, or declare it as an action with its level.
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.finding import Actual, Fix, FixKind, Judgement, Subject
from lineage.model import Level, Severity, Verdict
from lineage.rule import Evidence, Rule
from rules.actions._tools import Tools, declared, harmless, listed, tools_of
from rules.plan._said import held, unknown

_LEAF = "actions"
_LIST = "the list of tools that the workflow's server offers"


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge each server's list, and what runs called."""
    found = tools_of(evidence)
    if found is None:
        if evidence.plan.actions or any(source.kind == "mcp_tools" for source in evidence.plan.sources.values()):
            yield unknown(_LEAF, Subject(), "which tools the workflow is given was not seen", _LIST)
        return
    for server in found.servers:
        yield from _offered(evidence, found, server)
    yield from _called(evidence, found)
    if not found.servers:
        yield unknown(_LEAF, Subject(), "which tools the workflow is given was not seen", _LIST)
    elif found.unread:
        says = f"the tools of {listed(found.unread)} were not listed, or not all of them"
        yield unknown(_LEAF, Subject(), says, _LIST)


def _offered(evidence: Evidence, found: Tools, server: str) -> Iterator[Judgement]:
    offered = [tool for tool in found.offered if tool.seen.source == server]
    foreign = [tool for tool in offered if tool.tool and declared(evidence.plan, tool.tool) is None]
    about = Subject(source=server)
    if unnamed := sum(1 for tool in offered if not tool.tool):
        says = f"{unnamed} of {len(offered)} tools of {server} have not the form of a name"
        yield unknown(_LEAF, about, says, "give them names in plain words")
    weighty = [tool.tool for tool in foreign if not harmless(tool)]
    if not foreign:
        count = len(offered) - unnamed
        yield held(_LEAF, about, f"each of {count} tools of {server} is an action of the plan", Level.CONFIGURED)
        return
    read = (
        f"; {len(foreign) - len(weighty)} more only read, as they say"
        if weighty and len(weighty) < len(foreign)
        else ""
    )
    names = listed(weighty or [tool.tool for tool in foreign])
    yield Judgement(
        _LEAF,
        Verdict.BROKEN,
        Level.CONFIGURED,
        about,
        f"{server} offers {len(foreign)} of its {len(offered)} tools without an action: {names}{read}",
        Actual(len(foreign), "tools", method="the server's own list"),
        fixes=(
            Fix(FixKind.CONFIG, f"take {names} from what {server} offers to the workflow", effort="minutes"),
            Fix(FixKind.PLAN, "declare them as actions, each with its level", effort="hours"),
        ),
        severity=None if weighty else Severity.MEDIUM,
    )


def _called(evidence: Evidence, found: Tools) -> Iterator[Judgement]:
    """Judge what runs show: the tools that they called, and those that they only offered to the model."""
    called = {name: times for name, times in found.called.items() if declared(evidence.plan, name) is None}
    given = {
        name: times
        for name, times in found.given.items()
        if declared(evidence.plan, name) is None and name not in called
    }
    for foreign, did in ((called, "called"), (given, "offered the model")):
        if foreign:
            names, times = listed(foreign), max(foreign.values())
            yield Judgement(
                _LEAF,
                Verdict.BROKEN,
                Level.OBSERVED,
                Subject(),
                f"runs {did} {names}, which no action declares: {times:,} times",
                Actual(len(foreign), "tools", method="traces"),
                fixes=(Fix(FixKind.PLAN, f"declare {names}, each with its level, or take them away", effort="hours"),),
            )


RULE = Rule(id="actions/undeclared-tool", severity=Severity.HIGH, check=check)
