"""The audit audits itself: what was not seen, is too old, disagrees or was altered carries nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from lineage import registry
from lineage.audit import Audit, audit
from lineage.facts import DatasetFact, Fact, MeasureFact, Snapshot, SystemFact, UnseenFact
from lineage.model import Verdict
from lineage.scan import Limits
from lineage.testing import NOW, World
from tests.rules.launch_plans import CRM, judged, plan_of, verdicts

FRESH = plan_of().replace("reads: contacts, ", "reads: contacts, fresh: {clock: email, within: 1 day}, ")


def again(folder: Path, rule: str, change: Callable[[Fact], Fact | None], text: str = FRESH) -> Audit:
    """Scan, change each fact, and judge by one rule only."""
    world = World(folder).sqlite("crm", CRM)
    facts = world.scan(text)
    kept = tuple(changed for fact in facts.facts if (changed := change(fact)) is not None)
    rules = [each for each in registry.rules() if each.id == rule]
    return audit(world.plan(text), replace(facts, facts=kept), rules, NOW)


def lines(found: Audit, rule: str) -> dict[str, Verdict]:
    return {line.leaf: line.verdict for line in found.assumptions if rule in line.rules}


def unchanged(fact: Fact) -> Fact:
    return fact


ALL_HELD = (
    "evidence/failed-connector",
    "evidence/missing-evidence",
    "evidence/weak-evidence",
    "evidence/incomplete-scan",
    "evidence/expired-evidence",
    "evidence/wrong-scan-identity",
)


@pytest.mark.parametrize("rule", ALL_HELD)
def test_a_whole_and_recent_scan_is_evidence(tmp_path: Path, rule: str) -> None:
    found = again(tmp_path, rule, unchanged)

    assert (set(lines(found, rule).values()), found.findings) == ({Verdict.HELD}, ())


@pytest.mark.parametrize("rule", ["evidence/raw-value-in-report", "evidence/conflicting-scans"])
def test_a_whole_and_recent_scan_is_not_contradicted(tmp_path: Path, rule: str) -> None:
    assert again(tmp_path, rule, unchanged).findings == ()


@pytest.mark.parametrize("rule", ["evidence/failed-connector", "evidence/missing-evidence"])
def test_what_was_not_read_has_no_evidence_and_is_told_once(tmp_path: Path, rule: str) -> None:
    found = again(tmp_path, rule, lambda _fact: None)

    assert (set(lines(found, rule).values()), found.findings) == ({Verdict.UNVERIFIED}, ())


def test_a_catalogue_is_weak_evidence_of_freshness(tmp_path: Path) -> None:
    world = World(tmp_path).sqlite("crm", CRM)
    rules = [each for each in registry.rules() if each.id == "evidence/weak-evidence"]

    report = world.audit(FRESH, rules=rules, limits=Limits(data=False, sample=False))

    assert set(verdicts(report, "evidence/weak-evidence").values()) == {Verdict.UNVERIFIED}


def test_a_dataset_that_was_looked_at_in_part_is_incomplete(tmp_path: Path) -> None:
    def partly(fact: Fact) -> Fact:
        if isinstance(fact, DatasetFact):
            return UnseenFact(fact.seen, "data", "over budget", "raise the budget", fact.name)
        return fact

    found = again(tmp_path, "evidence/incomplete-scan", partly)

    assert set(lines(found, "evidence/incomplete-scan").values()) == {Verdict.UNVERIFIED}


@pytest.mark.parametrize(
    ("days", "within", "found"), [(29, "", 0), (31, "", 1), (3, "audit: {evidence_within: 1 day}\n", 1)]
)
def test_evidence_expires(tmp_path: Path, days: int, within: str, found: int) -> None:
    def older(fact: Fact) -> Fact:
        if isinstance(fact, SystemFact):
            return replace(fact, seen=replace(fact.seen, at=NOW - timedelta(days=days)))
        return fact

    assert len(again(tmp_path, "evidence/expired-evidence", older, FRESH + within).findings) == found


def test_figures_that_another_identity_took_are_unverified(tmp_path: Path) -> None:
    def as_root(fact: Fact) -> Fact:
        return replace(fact, seen=replace(fact.seen, identity="root")) if isinstance(fact, MeasureFact) else fact

    found = again(tmp_path, "evidence/wrong-scan-identity", as_root)

    assert [each.judgement.verdict for each in found.findings] == [Verdict.UNVERIFIED]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("the row of jane@mail.example was odd", 1),
        ("DE89370400440532013000 is too long", 1),
        ("the card 4111111111111111", 1),
        ("4111111111111112 rows", 0),
        ("crm-owner@acme.example knows", 0),
    ],
)
def test_a_text_with_a_value_is_found_and_not_repeated(tmp_path: Path, text: str, found: int) -> None:
    world = World(tmp_path).sqlite("crm", CRM)
    facts = world.scan(FRESH)
    leak = UnseenFact(facts.facts[0].seen, "data", text, "look")
    rules = [each for each in registry.rules() if each.id == "evidence/raw-value-in-report"]

    findings = audit(world.plan(FRESH), Snapshot(NOW, (*facts.facts, leak)), rules, NOW).findings

    assert len(findings) == found
    assert not any(part in each.title for each in findings for part in ("mail.example", "8937", "4111"))


@pytest.mark.parametrize(("more", "found"), [(0, 0), (1, 1)])
def test_figures_of_the_same_rows_that_differ_conflict(tmp_path: Path, more: int, found: int) -> None:
    world = World(tmp_path).sqlite("crm", CRM)
    facts = world.scan(FRESH)
    twice = [
        replace(fact, value=fact.value + more)
        for fact in facts.facts
        if isinstance(fact, MeasureFact) and isinstance(fact.value, int)
    ]
    rules = [each for each in registry.rules() if each.id == "evidence/conflicting-scans"]

    findings = audit(world.plan(FRESH), Snapshot(NOW, (*facts.facts, *twice)), rules, NOW).findings

    assert (bool(twice), len(findings)) == (True, found)


ALTERED = "evidence/altered-evidence"
DIGEST = hashlib.sha256(b"# Oversight\n").hexdigest()


@pytest.mark.parametrize(
    ("recorded", "verdict"),
    [
        (DIGEST, Verdict.HELD),
        (f"sha256:{DIGEST[:16]}", Verdict.HELD),
        (DIGEST[:4] + "a", Verdict.BROKEN),
        (f"sha256:{DIGEST[:5]}", Verdict.UNVERIFIED),
        ("sha256:" + "0" * 64, Verdict.BROKEN),
        ("approved", Verdict.BROKEN),
    ],
    ids=["whole", "sixteen digits", "four and another", "five digits", "another", "no hash"],
)
def test_a_document_is_the_one_whose_hash_is_recorded(tmp_path: Path, recorded: str, verdict: Verdict) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "oversight.md").write_bytes(b"# Oversight\n")
    answers = f"oversight: {{protocol: {{ref: docs/oversight.md, sha256: '{recorded}'}}}}\n"

    assert verdicts(judged(tmp_path, answers, ALTERED), ALTERED) == {"oversight.protocol.sha256": verdict}


SMALL = "evidence/small-sample"


@pytest.mark.parametrize(
    ("criterion", "found"),
    [
        ("{metric: accepted, ship: '>= 0.70', hold: '< 0.60', n: 20}", {Verdict.UNVERIFIED}),
        ("{metric: accepted, ship: '>= 0.70', hold: '< 0.60', n: 400}", {Verdict.HELD}),
        ("{metric: accepted, expand: '>= 0.65', n: 500}", {Verdict.HELD}),
        ("{metric: accepted, expand: '>= 0.65', n: 50}", {Verdict.UNVERIFIED}),
        ("{metric: score, ship: '>= 4.2', n: 5}", set()),
        ("{metric: accepted, ship: '>= 0.70'}", set()),
    ],
)
def test_a_share_is_judged_on_enough_cases(tmp_path: Path, criterion: str, found: set[Verdict]) -> None:
    report = judged(tmp_path, f"acceptance: {{review: {criterion}}}\n", SMALL)

    assert set(verdicts(report, SMALL).values()) == found
