"""The owner of a source has not confirmed what the plan declares of it.

Why it matters
--------------
What a plan says of a system, its author believes. The owner knows which table is going away next month, and what a
column really means; nothing that can be read from the system shows that.

What it looks at
----------------
For each source, the signatures in `confirmations.yaml` beside the plan, which `lineage confirm SOURCE` writes: whether
the source's owner signed, on this plan (by its hash). A signature on another version holds nothing any more where the
source's block has changed since, and is unverified where only other parts of the plan have.
A plan that is `approved` or `live` without any signature is broken; before that it waits for one.

How to fix it
-------------
Have the owner read the source's block, and sign it: `lineage confirm crm --plan plan.yaml --by crm-owner@acme.example`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from lineage.confirmation import digest
from lineage.facts import ConfirmationFact
from lineage.finding import Judgement, Subject
from lineage.model import Level, Severity, Verdict
from lineage.plan.directory import names_in
from lineage.plan.model import Plan, Source
from lineage.rule import Evidence, Rule
from rules.plan._said import held, unknown, unsaid, wrong


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge the signature of each source's owner."""
    for source in evidence.plan.sources.values():
        signed = [one for one in evidence.confirmations if one.of == source.id and one.on <= evidence.now]
        # Whoever else signs takes nothing from what the owner signed.
        own = [one for one in signed if _is_owners(one, source.owner or evidence.plan.owner)]
        last = (own or signed)[-1:]
        yield _signed(evidence, source, last[0]) if last else _waiting(evidence.plan, source)


def _is_owners(signed: ConfirmationFact, owner: str | None) -> bool:
    return owner is None or signed.by.casefold() in {name.casefold() for name in (*names_in(owner), owner)}


def _waiting(plan: Plan, source: Source) -> Judgement:
    leaf, owner = f"{source.path}.owner", source.owner or plan.owner
    says = "its owner has not confirmed what the plan says of the source"
    fix = f"let {owner or 'the owner'} run `lineage confirm {source.id}`"
    asked = unsaid(leaf, Subject(source=source.id), says, fix)
    if plan.status in {"approved", "live"}:
        return asked
    return replace(asked, verdict=Verdict.UNVERIFIED, settle=fix)


def _signed(evidence: Evidence, source: Source, signed: ConfirmationFact) -> Judgement:
    plan, about, leaf = evidence.plan, Subject(source=source.id), f"{source.path}.owner"
    owner = source.owner or plan.owner
    again = f"run `lineage confirm {source.id}` again"
    if not _is_owners(signed, owner):
        return wrong(leaf, about, f"{signed.by} confirmed it, and {owner} owns it", "have the owner confirm it")
    if signed.until is not None and signed.until < evidence.now:
        return wrong(leaf, about, f"the confirmation of {signed.by} ended on {signed.until:%Y-%m-%d}", again)
    if signed.plan_sha256 == plan.sha256:
        says = f"{signed.by} confirmed it on {signed.on:%Y-%m-%d}, on this plan"
        return held(leaf, about, says, Level.CONFIGURED)
    if signed.part_sha256 == digest(plan, source.id):
        says = f"{signed.by} confirmed it on {signed.on:%Y-%m-%d}; other parts of the plan have changed since"
        return unknown(leaf, about, says, again)
    says = f"what the plan says of {source.id} has changed since {signed.by} confirmed it on {signed.on:%Y-%m-%d}"
    return wrong(leaf, about, says, again)


RULE = Rule(id="ownership/unconfirmed-facts", severity=Severity.HIGH, check=check)
