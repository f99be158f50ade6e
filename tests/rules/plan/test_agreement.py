"""What was approved is what stands, and what contracts promise is what the plan takes for granted."""

from __future__ import annotations

from pathlib import Path

import pytest

from lineage import registry
from lineage.model import Verdict
from lineage.plan.documents import approved_part
from lineage.plan.load import read_plan
from lineage.run import report_on
from lineage.testing import NOW, verdict
from tests.rules.launch import DRAFT, PLAN, judged, says, told, world

CHANGED = "plan/changed-after-approval"
CONFLICT = "plan/conflicting-assumptions"
MISMATCH = "source/contract-mismatch"
INCLUDED = DRAFT.replace("owner: pm@acme.example}", "owner: pm@acme.example, include: [crm.odcs.yaml]}")
CONTRACT = """\
apiVersion: v3.0.2
kind: DataContract
id: crm
status: active
version: 1.0.0
schema:
  - name: people
    properties:
      - {name: id, logicalType: integer}
      - {name: email, logicalType: string, classification: restricted}
      - {name: region, logicalType: string}
slaProperties:
  - {property: retention, value: 24, unit: months, element: people.id}
"""


def approved(text: str) -> str:
    plan, problems = read_plan(text, "plan.yaml")
    assert plan is not None, problems
    return approved_part(plan)


def gated(text: str, recorded: str) -> str:
    return f'{text}gates: {{g4: {{approved: 2026-11-10, by: sponsor, plan: "{recorded}"}}}}\n'


def test_a_plan_that_stands_as_it_was_approved_holds(tmp_path: Path) -> None:
    live = PLAN.replace("status: in-review", "status: live")

    report = judged(tmp_path, gated(live, f"sha256:{approved(PLAN)[:16]}"), CHANGED)

    assert (told(report, CHANGED), verdict(report, "gates.g4.plan")) == ([], Verdict.HELD)


@pytest.mark.parametrize("text", [PLAN, DRAFT])
def test_a_plan_that_was_changed_after_its_approval_holds_the_launch(tmp_path: Path, text: str) -> None:
    changed = gated(text, approved(PLAN)).replace("email: {need: helpful", "email: {need: required")

    [found] = told(judged(tmp_path, changed, CHANGED), CHANGED)

    assert found.launch_blocking
    assert found.judgement.says == "the plan was changed after sponsor approved it"


@pytest.mark.parametrize("day", ["on: 2026-11-10", "'on': '2026-11-10'", '"on": 2026-11-10'])
def test_a_signature_of_the_launch_is_of_the_plan_as_it_stood(tmp_path: Path, day: str) -> None:
    signed = f"confirmations: v1\nsigned:\n- {{of: launch, by: sponsor, {day}, plan: HASH}}\n"
    plan, _ = read_plan(PLAN, "plan.yaml")
    assert plan is not None
    (tmp_path / "confirmations.yaml").write_text(signed.replace("HASH", plan.sha256), encoding="utf-8")

    same, other = judged(tmp_path, PLAN, CHANGED), judged(tmp_path, f"{PLAN}# edited\n", CHANGED)

    assert (told(same, CHANGED), verdict(same, "meta.status")) == ([], Verdict.HELD)
    assert says(other, CHANGED) == ["the plan was changed after sponsor on 2026-11-10 approved it"]


def test_a_plan_that_is_narrower_than_the_approved_one_is_not_called_changed(tmp_path: Path) -> None:
    rules = [rule for rule in registry.rules() if rule.id == CHANGED]
    declared = gated(PLAN, approved(PLAN))
    snapshot = world(tmp_path).scan(declared, rules=rules)
    narrowed = declared.replace("email: {need: helpful", "email: {need: none")

    report = report_on(narrowed, "plan.yaml", snapshot, rules, now=NOW, started_at=NOW, replayed=True)

    assert (told(report, CHANGED), verdict(report, "gates.g4.plan")) == ([], Verdict.UNVERIFIED)


def test_an_approved_plan_of_which_nobody_recorded_the_approval_is_not_known(tmp_path: Path) -> None:
    report = judged(tmp_path, PLAN.replace("status: in-review", "status: approved"), CHANGED)
    short = judged(tmp_path, gated(PLAN, "sha256:9f1e"), CHANGED)

    assert verdict(report, "meta.status") is Verdict.UNVERIFIED
    assert verdict(short, "gates.g4.plan") is Verdict.UNVERIFIED


def test_a_plan_in_review_needs_no_record(tmp_path: Path) -> None:
    report = judged(tmp_path, PLAN, CHANGED)

    assert [line for line in report.assumptions if CHANGED in line.rules] == []


@pytest.mark.parametrize(
    ("declared", "instead", "conflict"),
    [
        ("email: {need: helpful, sensitive: email}", "email: helpful", "the plan says not sensitive, and"),
        ("fields: {id: required,", "fields: {id: {need: required, type: text},", "the plan says type text, and"),
        ("key: id\n", "key: id\n        keep: {limit: 36 months, since: seen}\n", "the plan says kept 3 years, and"),
    ],
)
def test_a_contract_that_says_otherwise_conflicts_in_a_draft_too(
    tmp_path: Path, declared: str, instead: str, conflict: str
) -> None:
    (tmp_path / "crm.odcs.yaml").write_text(CONTRACT, encoding="utf-8")

    [found] = says(judged(tmp_path, INCLUDED.replace(declared, instead, 1), CONFLICT), CONFLICT)

    assert found.startswith(conflict)


@pytest.mark.parametrize(
    ("declared", "instead"),
    [
        ("plan: v1", "plan: v1"),
        ("fields: {id: required,", "fields: {id: {need: required, type: integer},"),
        ("key: id\n", "key: id\n        keep: {limit: 730 days, since: seen}\n"),
        ("reads: people", "reads: others"),
    ],
)
def test_a_contract_that_says_the_same_or_nothing_does_not(tmp_path: Path, declared: str, instead: str) -> None:
    (tmp_path / "crm.odcs.yaml").write_text(CONTRACT, encoding="utf-8")

    report = judged(tmp_path, INCLUDED.replace(declared, instead, 1), CONFLICT)

    assert (told(report, CONFLICT), verdict(report, "meta.include")) == ([], Verdict.HELD)


PROMISED = """\
apiVersion: v3.0.2
kind: DataContract
id: crm
status: active
version: 1.0.0
schema:
  - name: people
    properties:
      - {name: id, logicalType: integer, required: true}
      - name: email
        logicalType: string
        classification: restricted
        quality: [{type: library, metric: nullValues, mustBeLessOrEqualTo: 40, unit: percent}]
      - name: region
        logicalType: string
        quality: [{type: library, metric: invalidValues, mustBe: 0, arguments: {validValues: [EU, US, APAC]}}]
slaProperties:
  - {property: latency, value: 2, unit: d, element: people.seen}
  - {property: retention, value: 24, unit: months, element: people.id}
"""


@pytest.mark.parametrize(
    ("declared", "instead", "by"),
    [
        ("key: id\n", "key: id\n        fresh: {clock: seen, zone: UTC, within: 4 hours}\n", MISMATCH),
        ("sensitive: email}", "sensitive: email, complete: 0.9}", MISMATCH),
        ("key: id\n", "key: id\n        keep: {limit: 12 months, since: seen}\n", MISMATCH),
        ("key: id\n", "key: id\n        keep: {limit: 36 months, since: seen}\n", CONFLICT),
        ("email: {need: helpful, sensitive: email}", "email: helpful", CONFLICT),
    ],
    ids=["freshness", "completeness", "kept longer", "kept shorter", "sensitivity"],
)
def test_one_rule_tells_what_a_contract_says_otherwise(tmp_path: Path, declared: str, instead: str, by: str) -> None:
    any_region = PROMISED.replace("EU, US, APAC", "EU, US")
    (tmp_path / "crm.odcs.yaml").write_text(any_region, encoding="utf-8")

    report = judged(tmp_path, INCLUDED.replace(declared, instead, 1), CONFLICT, MISMATCH)

    assert [found.rule for found in report.findings] == [by]


def test_values_that_a_contract_adds_are_told_once(tmp_path: Path) -> None:
    (tmp_path / "crm.odcs.yaml").write_text(PROMISED, encoding="utf-8")

    report = judged(tmp_path, INCLUDED, CONFLICT, MISMATCH)

    assert [found.rule for found in report.findings] == [MISMATCH]


def test_what_one_of_several_contracts_promises_less_of_is_told(tmp_path: Path) -> None:
    text = INCLUDED.replace("[crm.odcs.yaml]", "[crm.odcs.yaml, old.odcs.yaml]")
    fresh = text.replace("key: id\n", "key: id\n        fresh: {clock: seen, zone: UTC, within: 4 hours}\n", 1)
    (tmp_path / "crm.odcs.yaml").write_text(CONTRACT, encoding="utf-8")
    (tmp_path / "old.odcs.yaml").write_text(PROMISED, encoding="utf-8")

    report = judged(tmp_path, fresh, CONFLICT, MISMATCH)

    assert {found.rule for found in report.findings} == {CONFLICT}
    assert sorted(says(report, CONFLICT)) == [
        "the plan says 2 values, and old.odcs.yaml says 1 more",
        "the plan says records within 4 hours, and old.odcs.yaml says 2 days",
    ]


def test_a_contract_of_another_kind_of_system_is_not_of_this_source(tmp_path: Path) -> None:
    other = CONTRACT + "servers:\n  - {server: prod, type: snowflake, database: d, schema: s}\n"
    (tmp_path / "crm.odcs.yaml").write_text(other, encoding="utf-8")

    text = INCLUDED.replace("email: {need: helpful, sensitive: email}", "email: helpful")

    assert told(judged(tmp_path, text, CONFLICT), CONFLICT) == []


@pytest.mark.parametrize("content", ["", "kind: Something\n", None])
def test_a_contract_that_cannot_be_read_is_not_known(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / "crm.odcs.yaml").write_text(content, encoding="utf-8")

    report = judged(tmp_path, INCLUDED, CONFLICT)

    assert (told(report, CONFLICT), verdict(report, "meta.include")) == ([], Verdict.UNVERIFIED)


def test_two_datasets_on_one_table_must_say_the_same_of_a_field(tmp_path: Path) -> None:
    twin = "      again: {reads: people, fields: {email: {need: helpful, sensitive: KIND}}}\n      tickets:\n"
    text = DRAFT.replace("      tickets:\n", twin)

    other = judged(tmp_path, text.replace("KIND", "phone"), CONFLICT)
    same = judged(tmp_path, text.replace("KIND", "email"), CONFLICT)

    assert says(other, CONFLICT) == ["the plan says sensitive phone, and crm.people.email says email"]
    assert told(same, CONFLICT) == []
