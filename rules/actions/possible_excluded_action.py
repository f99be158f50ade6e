"""An action that the plan rules out is technically possible.

Why it matters
--------------
`allowed: false` is a sentence in a file; the grant is what decides. An identity that may write can do what was ruled
out, by a generated statement or an injected instruction.

What it looks at
----------------
Each action with `allowed: false` of level `update` or `trigger` that touches a source or a dataset of the plan, and
whether the identity of that source holds a write right there.
Where an action touches nothing that is read, whether it is possible is not known.

How to fix it
-------------
Revoke the write rights from the identity; `access/undeclared-write` gives the SQL.
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.finding import Actual, Fix, FixKind, Judgement, Op, Operation, Subject
from lineage.model import Level, Severity, Verdict
from lineage.plan.model import Action, Source
from lineage.rule import Evidence, Rule
from rules.actions._rights import WRITING, said, touched, writable


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge each action that is not allowed."""
    for action in evidence.plan.actions.values():
        if action.allowed:
            continue
        sources = list(touched(evidence, action)) if action.level in WRITING else []
        for source in sources:
            yield _judgement(evidence, action, source)
        if not sources:
            yield _unseen(action)


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
    principal, held = found
    if not held:
        return Judgement(
            leaf, Verdict.HELD, Level.CONFIGURED, about, f"no grant lets {principal} write to {action.touches}"
        )
    reach = evidence.ground.access.reach(principal)
    chains = [chain for name in sorted(held) for chain in reach.write_chains.get(name, ())]
    return Judgement(
        leaf,
        Verdict.BROKEN,
        Level.CONFIGURED,
        about,
        f"{action.id} is ruled out, and {principal} may {said(evidence, principal, held)} all the same",
        Actual(len(held), "datasets", method="grants of the catalogue"),
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
