"""Nobody answers for an assumption.

Why it matters
--------------
An assumption without an owner is nobody's when it breaks: no one is told, no one mends it, no one may waive it.

What it looks at
----------------
The owner of each claim of the plan: its own, its dataset's, its source's, else `meta.owner`.
A source is judged once for all its claims, everything else once for the plan; `TBD` is no owner.

How to fix it
-------------
Name a person or a role that can be reached, as `owner` of the source, or in `meta` for all that name no other.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lineage.finding import Actual, Fix, FixKind, Judgement, Op, Operation, Subject
from lineage.model import Level, Severity, SourceId, Verdict
from lineage.plan.answered import is_placeholder
from lineage.plan.model import Leaf, LeafKind, Plan
from lineage.rule import Evidence, Rule


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge whether every claim has an owner."""
    plan = evidence.plan
    claims = [leaf for leaf in plan.leaves.values() if leaf.kind is LeafKind.CLAIM]
    for source in plan.sources.values():
        mine = [leaf for leaf in claims if leaf.path.startswith(f"{source.path}.")]
        yield _judged(plan, mine, f"{source.path}.owner", Subject(source=source.id), source.id)
    others = [leaf for leaf in claims if not leaf.path.startswith("sources.")]
    yield _judged(plan, others, "meta.owner", Subject(), None)


def _judged(plan: Plan, claims: Sequence[Leaf], leaf: str, about: Subject, source: SourceId | None) -> Judgement:
    unowned = [claim for claim in claims if claim.owner is None or is_placeholder(claim.owner)]
    what = f"of {source}" if source is not None else "of the plan"
    if not unowned:
        owners = sorted({claim.owner for claim in claims if claim.owner is not None} or {plan.owner or "nobody needed"})
        return Judgement(
            leaf, Verdict.HELD, Level.ASSERTED, about, f"the assumptions {what} are owned: {', '.join(owners)}"
        )
    return Judgement(
        leaf,
        Verdict.BROKEN,
        Level.ASSERTED,
        about,
        f"nobody answers for {len(unowned)} of {len(claims)} assumptions {what}, the first is {unowned[0].path}",
        Actual(len(unowned), "assumptions without owner"),
        operations=(Operation(Op.DECIDE, leaf),),
        fixes=(Fix(FixKind.PLAN, "name who answers for them", "owner: name@example.com", effort="minutes"),),
    )


RULE = Rule(id="plan/unowned-assumption", severity=Severity.HIGH, check=check, operations=(Op.DECIDE,))
