"""An approval can be gone around: the workflow's identity holds the write right itself.

Why it matters
--------------
An approval that stands in the application stops nobody who may write to the record without it.

What it looks at
----------------
Each action with an approver that touches a source or a dataset of the plan, and whether the identity that the workflow
reads that source as may write there by itself.

How to fix it
-------------
Let the approved write be made by a login of its own, which only the approval step uses; take the right from this one.
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.finding import Actual, Fix, FixKind, Judgement, Op, Operation, Subject
from lineage.model import Level, Severity, Verdict
from lineage.plan.model import Action, Source
from lineage.rule import Evidence, Rule
from rules.actions._rights import said, touched, writable


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge each action that needs an approval and touches something that can be looked at."""
    for action in evidence.plan.actions.values():
        if action.allowed and action.approval_by:
            for source in touched(evidence, action):
                yield _judgement(evidence, action, source)


def _judgement(evidence: Evidence, action: Action, source: Source) -> Judgement:
    about = Subject(source=source.id, action=action.id, identity=source.identity)
    leaf = f"{action.path}.approval.by"
    found = writable(evidence, source, action)
    if found is None:
        says = f"whether {source.identity or 'an identity'} may write to {source.id} without approval is not known"
        settle = f"let the auditor read the grants of {source.id}"
        return Judgement(leaf, Verdict.UNVERIFIED, Level.ASSERTED, about, says, settle=settle)
    principal, held = found
    if not held:
        says = f"{principal} cannot write to {action.touches} without {action.approval_by}"
        return Judgement(leaf, Verdict.HELD, Level.CONFIGURED, about, says)
    reach = evidence.ground.access.reach(principal)
    chains = [chain for name in sorted(held) for chain in reach.write_chains.get(name, ())]
    return Judgement(
        leaf,
        Verdict.BROKEN,
        Level.CONFIGURED,
        about,
        f"{action.id} needs {action.approval_by}, and {principal} may {said(evidence, principal, held)} without",
        Actual(len(held), "datasets", method="grants of the catalogue"),
        path=chains[0].hops if chains else (),
        operations=(Operation(Op.DOWNGRADE_ACTION, action.id),),
        fixes=(Fix(FixKind.CONFIG, f"let another login than {principal} make what was approved", effort="days"),),
    )


RULE = Rule(
    id="actions/bypassable-approval",
    severity=Severity.BLOCKER,
    check=check,
    operations=(Op.DOWNGRADE_ACTION,),
)
