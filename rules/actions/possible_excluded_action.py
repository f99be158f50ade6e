"""An action that the plan rules out is technically possible.

Why it matters
--------------
`allowed: false` is a sentence in a file; the grant is what decides. An identity that may write can do what was ruled
out, by a generated statement or an injected instruction.

What it looks at
----------------
Each action with `allowed: false` of level `update` or `trigger` that touches a source or a dataset of the plan, and
whether the identity of that source holds a write right there.
Whether a tool that does it is offered to the workflow, by the servers' own lists (connector `mcp_tools`), and whether
traced runs called one or offered it to the model: a tool does it where the action names it in `tools`, or is called
like it.
Where an action touches nothing that is read, it is not possible only if every list of tools was read whole and holds
none that does it, shares a word with it or runs anything; else whether it is possible is not known.

How to fix it
-------------
Revoke the write rights from the identity, `access/undeclared-write` gives the SQL; take the tool from the workflow.
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.finding import Actual, Fix, FixKind, Judgement, Op, Operation, Subject
from lineage.model import Level, Severity, Verdict
from lineage.plan.model import Action, Source
from lineage.rule import Evidence, Rule
from rules.actions._rights import WRITING, said, touched, writable
from rules.actions._tools import Tools, listed, tools_of
from rules.plan._said import held, unknown


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge each action that is not allowed."""
    for action in evidence.plan.actions.values():
        if action.allowed:
            continue
        sources = list(touched(evidence, action)) if action.level in WRITING else []
        for source in sources:
            yield _judgement(evidence, action, source)
        yield from _given(evidence, action, tools_of(evidence), touches=bool(sources))


def _given(evidence: Evidence, action: Action, tools: Tools | None, *, touches: bool) -> Iterator[Judgement]:
    """Judge the tools that the workflow is given; where none is known, grants alone decide."""
    leaf, about = f"{action.path}.allowed", Subject(action=action.id)
    if tools is not None and (times := tools.called_for(action)):
        says = f"{action.id} is ruled out, and runs did it {times:,} times"
        yield _possible(action, says, Level.OBSERVED, Actual(times, "calls", method="traces"))
    elif tools is not None and (times := tools.given_for(action)):
        says = f"{action.id} is ruled out, and runs offered it to the model {times:,} times"
        yield _possible(action, says, Level.OBSERVED, Actual(times, "calls", method="traces"))
    behind = tools.behind(action) if tools is not None else ()
    if behind:
        server = behind[0].seen.source
        says = f"{action.id} is ruled out, and {server} offers {listed(tool.tool for tool in behind)} all the same"
        actual = Actual(len(behind), "tools", method="the server's own list")
        yield _possible(action, says, Level.CONFIGURED, actual, server)
    elif tools is not None and (like := tools.like(action, evidence.plan)):
        says = f"{listed(tool.tool for tool in like)} may do {action.id}, and no action declares it"
        yield unknown(leaf, about, says, f"name the tools that do it as {action.path}.tools, and declare the others")
    elif tools is not None and tools.whole:
        says = f"none of the {len(tools.offered)} tools of {listed(tools.servers)} does {action.id}"
        yield held(leaf, about, says, Level.CONFIGURED)
    elif not touches:
        yield _unseen(action)


def _possible(action: Action, says: str, level: Level, actual: Actual, source: str | None = None) -> Judgement:
    return Judgement(
        f"{action.path}.allowed",
        Verdict.BROKEN,
        level,
        Subject(source=source, action=action.id),
        says,
        actual,
        operations=(Operation(Op.HOLD_LAUNCH, "launch"),),
        fixes=(Fix(FixKind.CONFIG, f"take what does {action.id} from the workflow's tools", effort="minutes"),),
    )


def _unseen(action: Action) -> Judgement:
    says = f"whether {action.id} is possible was not seen: it touches no source whose rights could be read"
    settle = f"name the source that it would write to as {action.path}.touches, or look at the tools that it is given"
    about = Subject(action=action.id)
    return Judgement(f"{action.path}.allowed", Verdict.UNVERIFIED, Level.ASSERTED, about, says, settle=settle)


def _judgement(evidence: Evidence, action: Action, source: Source) -> Judgement:
    about = Subject(source=source.id, action=action.id, identity=source.identity)
    leaf = f"{action.path}.allowed"
    found = writable(evidence, source, action)
    if found is None:
        says = f"whether {source.identity or 'an identity'} may write to {source.id} is not known"
        settle = f"let the auditor read the grants of {source.id}"
        return Judgement(leaf, Verdict.UNVERIFIED, Level.ASSERTED, about, says, settle=settle)
    principal, rights = found
    if not rights:
        return Judgement(
            leaf, Verdict.HELD, Level.CONFIGURED, about, f"no grant lets {principal} write to {action.touches}"
        )
    reach = evidence.ground.access.reach(principal)
    chains = [chain for name in sorted(rights) for chain in reach.write_chains.get(name, ())]
    return Judgement(
        leaf,
        Verdict.BROKEN,
        Level.CONFIGURED,
        about,
        f"{action.id} is ruled out, and {principal} may {said(evidence, principal, rights)} all the same",
        Actual(len(rights), "datasets", method="grants of the catalogue"),
        path=chains[0].hops if chains else (),
        operations=(Operation(Op.HOLD_LAUNCH, "launch"),),
        fixes=(Fix(FixKind.CONFIG, f"take the write rights on {action.touches} from {principal}", effort="minutes"),),
    )


RULE = Rule(
    id="actions/possible-excluded-action",
    severity=Severity.HIGH,
    check=check,
    operations=(Op.HOLD_LAUNCH,),
)
