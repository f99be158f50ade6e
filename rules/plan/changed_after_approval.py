"""The plan was changed after it was approved.

Why it matters
--------------
What was approved is not what is launched; whoever signed answers for a plan that they have not read.

What it looks at
----------------
Who signed the launch (`confirmations.yaml` beside the plan), with the hash of the plan as it stood, and a hash under
`gates.*.plan`, which is of the plan without its gates, its status and its version.
The newest signature and every gate with a hash are held against the plan as it stands.
A plan that is approved or live and of which nobody recorded what was approved stays unverified.
Where what was scanned is what was approved, and the plan at hand is another, it is a narrower plan or a later one:
that stays unverified too.

How to fix it
-------------
Have the plan approved as it stands, or take the change back.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from lineage.finding import Judgement, Op, Operation, Subject
from lineage.model import Level, Severity
from lineage.plan.documents import APPROVED_PART, THIS_PLAN, approved_part
from lineage.rule import Evidence, Rule
from rules.plan._said import block, held, told, unknown, wrong

_LAUNCH: Final = "launch"
_APPROVED: Final = frozenset({"approved", "live"})
_LEAST: Final = 12
"""A shorter beginning of a hash is met by chance."""


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge whether what was approved is what stands."""
    plan = evidence.plan
    found = list(_by_gates(evidence))
    signed = [fact for fact in evidence.confirmations if fact.of == _LAUNCH]
    if signed:
        newest = max(signed, key=lambda fact: fact.on)
        who = f"{newest.by} on {newest.on.date().isoformat()}"
        found.append(_judged(evidence, "meta.status", who, newest.plan_sha256, plan.sha256, THIS_PLAN))
    yield from found
    if not found and plan.status in _APPROVED:
        settle = f"a signature of the launch, or gates.g4.plan: sha256:{approved_part(plan)}"
        says = f"the plan is {plan.status}, and what was approved is not recorded"
        yield unknown("meta.status", Subject(), says, settle)


def _by_gates(evidence: Evidence) -> Iterator[Judgement]:
    stands = approved_part(evidence.plan)
    for name, said in block(evidence.plan, "gates").items():
        if not isinstance(said, Mapping) or not told(said.get("plan")):
            continue
        leaf = f"gates.{name}.plan"
        recorded = _hash(said["plan"])
        if len(recorded) < _LEAST:
            settle = f"at least {_LEAST} digits of the hash: sha256:{stands}"
            yield unknown(leaf, Subject(), f"{leaf} is too short a hash to tell plans apart", settle)
        else:
            yield _judged(evidence, leaf, str(said.get("by") or f"gate {name}"), recorded, stands, APPROVED_PART)


def _judged(evidence: Evidence, leaf: str, who: str, recorded: str, stands: str, scanned: str) -> Judgement:
    if stands.startswith(recorded):
        return held(leaf, Subject(), f"it stands as {who} approved it", Level.CONFIGURED)
    before = evidence.documents.get(scanned)
    if before is not None and (before.sha256 or "").startswith(recorded):
        says = f"it was scanned as {who} approved it, and is another now: narrower, or changed since"
        return unknown(leaf, Subject(), says, "scan again with the plan that is to be launched")
    hold = (Operation(Op.HOLD_LAUNCH, "launch"),)
    fix = "have the plan approved as it stands, or take the change back"
    return wrong(leaf, Subject(), f"the plan was changed after {who} approved it", fix, hold, level=Level.CONFIGURED)


def _hash(said: Any) -> str:
    return str(said).strip().lower().removeprefix("sha256:").strip()


RULE = Rule(id="plan/changed-after-approval", severity=Severity.BLOCKER, check=check, operations=(Op.HOLD_LAUNCH,))
