"""One person plans the launch and approves it, or accepts its risks.

Why it matters
--------------
An approval is a second pair of eyes. Where who wrote the plan also approves it, or waives what was found, there is one
pair, and the approval says nothing.

What it looks at
----------------
Who plans (`meta.owner`, and the engineer and the product manager of the RACI) beside who approves (`gates.*.by`, the
guardian, the business sponsor, who signed the launch) and who accepted findings as a risk.
Names are compared as they are written; a group that both belong to is not seen through.

How to fix it
-------------
Have somebody else approve: the guardian and the business sponsor are neither the product manager nor the engineer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from lineage.confirmation import LAUNCH
from lineage.finding import Judgement, Op, Operation, Subject
from lineage.model import Severity
from lineage.plan.directory import names_in
from lineage.plan.model import Leaf, Plan
from lineage.rule import Evidence, Rule
from rules.plan._said import held, wrong

_PLANNERS: Final = ("meta.owner", "raci.implementation_engineer", "raci.ai_product_manager")
_APPROVERS: Final = ("raci.guardian", "raci.business_sponsor")


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge every approver, and who accepted risks."""
    plan = evidence.plan
    planners = {name.casefold(): leaf.path for leaf in _leaves(plan, _PLANNERS) for name in names_in(leaf.text)}
    for path, leaf in plan.leaves.items():
        approves = any(path == one or path.startswith(f"{one}.") for one in _APPROVERS)
        if not approves and not (path.startswith("gates.") and path.endswith(".by")):
            continue
        names = names_in(leaf.text)
        if both := [name for name in names if name.casefold() in planners]:
            yield _both(path, f"{both[0]} approves here and plans as {planners[both[0].casefold()]}")
        elif names and planners:
            yield held(path, Subject(), "approves and does not plan")
    yield from _signed(evidence, planners)


def _signed(evidence: Evidence, planners: Mapping[str, str]) -> Iterator[Judgement]:
    for confirmation in evidence.confirmations:
        if confirmation.of == LAUNCH and confirmation.by.casefold() in planners:
            yield _both(
                "gates.g4.dossier",
                f"{confirmation.by} signs the launch and plans as {planners[confirmation.by.casefold()]}",
            )
    accepted = {fact.by for fact in evidence.reviews if fact.decision == "accepted" and fact.by.casefold() in planners}
    for name in sorted(accepted):
        yield _both(planners[name.casefold()], f"{name} plans, and accepted a finding of this plan as a risk")


def _leaves(plan: Plan, paths: tuple[str, ...]) -> list[Leaf]:
    return [
        leaf for path, leaf in plan.leaves.items() if any(path == one or path.startswith(f"{one}.") for one in paths)
    ]


def _both(leaf: str, says: str) -> Judgement:
    return wrong(leaf, Subject(), says, "have somebody else approve", (Operation(Op.DECIDE, leaf),))


RULE = Rule(id="ownership/undivided-duties", severity=Severity.HIGH, check=check, operations=(Op.DECIDE,))
