"""The launch is not signed, or the signature is on another plan.

Why it matters
--------------
A signature means that somebody stands for what is launched. On an older version of the plan it stands for something
else, and nobody notices who only sees that it was signed.

What it looks at
----------------
The signatures of the guardian and the business sponsor (`raci`) in `confirmations.yaml`, which `lineage confirm launch`
writes: on this plan by its hash, not ended, by these persons. A hash beside `gates.g4.dossier` is compared as well.
Before a plan is `approved` a missing signature is waited for; after that it holds the launch.

How to fix it
-------------
Have both sign the plan as it stands: `lineage confirm launch --plan plan.yaml --by guardian@acme.example`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from lineage.confirmation import LAUNCH
from lineage.finding import Judgement, Op, Operation, Subject
from lineage.model import Level, Severity, Verdict
from lineage.plan.directory import names_in
from lineage.plan.model import Plan
from lineage.rule import Evidence, Rule
from rules.dossier._hashes import digits, same
from rules.plan._said import block, held, unsaid, words, wrong

_PLACE: Final = "gates.g4.dossier"
_SIGNERS: Final = ("guardian", "business_sponsor")
_HOLD: Final = (Operation(Op.HOLD_LAUNCH, "launch"),)


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge the signatures under the launch."""
    plan = evidence.plan
    leaf = next((leaf for leaf in plan.leaves if leaf == _PLACE or leaf.startswith(f"{_PLACE}.")), _PLACE)
    said = digits(block(plan, _PLACE).get("sha256"))
    if said is not None and not same(said, plan.sha256):
        yield wrong(leaf, Subject(), "the launch was signed on another version of the plan", _again("launch"), _HOLD)
        return
    flaws = [flaw for role in _SIGNERS if (flaw := _flaw(evidence, role))]
    if not flaws:
        yield held(leaf, Subject(), "the guardian and the business sponsor signed this plan", Level.CONFIGURED)
        return
    says = "; ".join(says for says, _ in flaws)
    if any(stale for _, stale in flaws):
        yield wrong(leaf, Subject(), says, _again("launch"), _HOLD)
        return
    asked = unsaid(leaf, Subject(), says, "let both run `lineage confirm launch`", _HOLD)
    late = plan.status in {"approved", "live"}
    yield asked if late else replace(asked, verdict=Verdict.UNVERIFIED, settle="the signatures of both, at Gate 4")


def _flaw(evidence: Evidence, role: str) -> tuple[str, bool] | None:
    """Say what is wrong with a role's signature, and whether there is one that holds no more; None where it holds."""
    names = {name.casefold() for name in _names(evidence.plan, role)}
    of_launch = [one for one in evidence.confirmations if one.of == LAUNCH and one.on <= evidence.now]
    signed = [one for one in of_launch if one.by.casefold() in names]
    who = role.replace("_", " ")
    if not names:
        return f"nobody is named as the {who}", False
    if not signed:
        return f"the {who} has not signed", False
    if signed[-1].plan_sha256 != evidence.plan.sha256:
        return f"the {who} signed another version of the plan on {signed[-1].on:%Y-%m-%d}", True
    if signed[-1].until is not None and signed[-1].until < evidence.now:
        return f"the signature of the {who} ended on {signed[-1].until:%Y-%m-%d}", True
    return None


def _names(plan: Plan, role: str) -> tuple[str, ...]:
    entry: Any = plan.answer(f"raci.{role}")
    found = entry.get("who") if isinstance(entry, Mapping) else entry
    return tuple(name for word in words(found) for name in names_in(word))


def _again(what: str) -> str:
    return f"let the guardian and the business sponsor run `lineage confirm {what}` on this plan"


RULE = Rule(id="dossier/invalid-sign-off", severity=Severity.BLOCKER, check=check, operations=(Op.HOLD_LAUNCH,))
