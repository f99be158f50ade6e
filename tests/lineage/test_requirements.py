"""What a launch has to answer for: every point meets its rules, its assumptions and one verdict."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import yaml
from rich.console import Console

from lineage import registry
from lineage.model import Verdict
from lineage.reports import requirements as report
from lineage.requirement import Answered, answered
from lineage.testing import World

CATALOGUE = yaml.safe_load((Path(__file__).parents[1] / "rules" / "catalogue.yaml").read_text(encoding="utf-8"))
PLAN = """
plan: v1
meta: {id: reply, status: in-review, owner: pm@acme.example}
workflow: {affects: "=cmd|calc"}
sources:
  crm:
    connector: {type: sqlite, url: "${CRM_URL}"}
    datasets: {contacts: {reads: contacts, fields: {id: required, tier: required}}}
steps: {draft: {reads: {crm.contacts: all}}}
"""


def points(folder: Path) -> dict[str, Answered]:
    world = World(folder).sqlite("crm", "create table contacts (id integer primary key)")
    lines = world.audit(PLAN).assumptions
    found = answered(registry.requirements(), lines, (rule.id for rule in registry.rules()))
    return {answer.requirement.id: answer for answer in found}


def test_every_rule_that_a_point_names_is_to_be_had() -> None:
    for requirement in registry.requirements():
        for rule in requirement.rules:
            family, _, flaw = rule.partition("/")
            assert flaw in CATALOGUE[family], requirement.id


def test_points_have_ids_of_their_own() -> None:
    ids = [requirement.id for requirement in registry.requirements()]

    assert len(ids) == len(set(ids)) == 171


def test_a_rule_knows_the_points_that_it_answers_for() -> None:
    rules = {rule.id: rule for rule in registry.rules()}

    assert "S1-041" in rules["source/missing-field"].requirements


def test_a_point_has_the_worst_verdict_of_the_assumptions_that_bear_on_it(tmp_path: Path) -> None:
    found = points(tmp_path)

    assert found["S1-041"].verdict is Verdict.BROKEN
    assert "tier" in found["S1-041"].says
    assert found["S1-011"].verdict is Verdict.HELD
    assert found["S1-014"].verdict is Verdict.BROKEN


def test_a_point_of_which_nothing_was_judged_is_unverified_and_says_where_a_plan_would_say_it(tmp_path: Path) -> None:
    silent = [answer for answer in points(tmp_path).values() if not answer.lines]

    assert silent
    assert {answer.verdict for answer in silent} == {Verdict.UNVERIFIED}
    assert all(answer.requirement.plan in answer.says for answer in silent)


def test_points_can_be_read_by_machines_and_no_cell_becomes_a_formula(tmp_path: Path) -> None:
    found = tuple(points(tmp_path).values())

    document = json.loads(report.to_json(found))
    rows = list(csv.DictReader(io.StringIO(report.to_csv(found))))

    assert document["format"] == "requirements/v1"
    assert len(document["requirements"]) == len(found)
    assert {row["requirement"] for row in rows} == {answer.requirement.id for answer in found}
    assert not any((cell or "").startswith(("=", "+", "-", "@")) for row in rows for cell in row.values())


def test_the_last_line_counts_every_point_once(tmp_path: Path) -> None:
    found = tuple(points(tmp_path).values())
    console = Console(record=True, width=80, file=io.StringIO())

    report.render(found, console)

    counts = {verdict: sum(answer.verdict is verdict for answer in found) for verdict in Verdict}
    assert sum(counts.values()) == 171
    assert report.summary(found).startswith(f"171 of 171 points are answered for: {counts[Verdict.BROKEN]} broken")
    assert report.summary(found)[:30] in console.export_text()


def test_a_point_that_is_not_verified_names_the_evidence_that_it_takes(tmp_path: Path) -> None:
    found = points(tmp_path)

    unverified = {answer.requirement.id for answer in found.values() if answer.verdict is Verdict.UNVERIFIED}
    assert unverified == {id_ for id_, answer in found.items() if answer.settle}
    assert found["S1-038"].settle == "effective reach of the identity"  # SQLite knows no accounts


def test_a_point_whose_rules_do_not_exist_is_not_answered_for() -> None:
    (point,) = answered([registry.requirements()[0]], (), known=())

    assert not point.is_answered_for
    assert report.summary([point]).endswith("no rule is there for 1")
    assert report.summary([point]).startswith("0 of 1 points")


def test_no_point_is_without_a_rule() -> None:
    known = {rule.id for rule in registry.rules()}

    assert [requirement.id for requirement in registry.requirements() if not known & set(requirement.rules)] == []
