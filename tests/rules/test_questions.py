"""Each row of the table of questions fires where its answer is taken out of a plan that answers all, and only then."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from lineage import registry
from lineage.audit import evidence_of
from lineage.finding import Judgement
from lineage.model import Level, Verdict
from lineage.plan.documents import is_file_name, look_up
from lineage.plan.edit import remove
from lineage.plan.load import read_plan
from lineage.plan.model import Plan
from lineage.testing import NOW, World, finding, fired
from rules.questions import RULES, Row, rows

EXAMPLE = Path(__file__).parents[2] / "examples" / "support_reply"
TEXT = (EXAMPLE / "plan.yaml").read_text(encoding="utf-8")
ROWS = tuple(rows())
ASKED = [(row, path) for row in ROWS for path in row.asks]
BY_ID = {rule.id: rule for rule in RULES}

MINIMAL = """
plan: v1
meta: {id: reply, owner: pm@acme.example}
sources:
  crm:
    connector: {type: sqlite, url: "${CRM_URL}"}
    datasets: {contacts: {reads: contacts, fields: {id: required}}}
"""


def loaded(text: str) -> Plan:
    plan, problems = read_plan(text, "plan.yaml")
    assert plan is not None, problems
    return plan


def judged(row: Row, plan: Plan, folder: Path | None = EXAMPLE) -> list[Judgement]:
    facts = tuple(look_up(plan, folder, NOW)) if folder else ()
    return list(BY_ID[row.id].check(evidence_of(plan, facts, NOW)))


@pytest.mark.parametrize(("row", "path"), ASKED, ids=[f"{row.id}:{path}" for row, path in ASKED])
def test_a_question_without_an_answer_is_broken(row: Row, path: str) -> None:
    taken = path.replace("*", "draft_reply")
    refers = [f"rollout.{stage}.expand_when" for stage in ("first", "second") if path.startswith("acceptance.")]
    plan = loaded(remove(TEXT, [taken, *refers]))

    broken = [judgement for judgement in judged(row, plan) if judgement.verdict is Verdict.BROKEN]

    assert [judgement.leaf for judgement in broken] == [taken]
    assert broken[0].unanswered
    assert row.asks[path] in broken[0].says
    assert {operation.op for operation in broken[0].operations} <= {row.op}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_a_plan_that_answers_breaks_nothing(row: Row) -> None:
    verdicts = {judgement.verdict for judgement in judged(row, loaded(TEXT))}

    assert verdicts
    assert Verdict.BROKEN not in verdicts


def test_a_placeholder_is_no_answer_and_is_told_once_with_its_question(tmp_path: Path) -> None:
    world = World(tmp_path).sqlite("crm", "create table contacts (id integer primary key)")
    report = world.audit(MINIMAL.replace("owner:", "status: in-review, owner:") + "workflow: {why_now: TBD}\n")

    found = finding(report, "plan/missing-reason-or-outcome")

    assert found is not None
    assert found.judgement.leaf == "workflow.why_now"
    assert [each.judgement.leaf for each in report.findings if each.rule == "plan/placeholder-answer"] == []


def test_one_who_answers_alerts_is_asked_for_once(tmp_path: Path) -> None:
    world = World(tmp_path).sqlite("crm", "create table contacts (id integer primary key)")
    report = world.audit(MINIMAL.replace("owner:", "status: in-review, owner:"))

    assert "ownership/missing-incident-owner" in fired(report)
    assert "observability/missing-response-owner" not in fired(report)


def test_in_a_draft_what_is_not_answered_is_an_open_question_and_no_finding(tmp_path: Path) -> None:
    world = World(tmp_path).sqlite("crm", "create table contacts (id integer primary key)")
    report = world.audit(MINIMAL)
    certain = {path for row in ROWS for path in row.asks if "*" not in path}

    assert not fired(report) & set(BY_ID)
    assert report.open_questions >= len(certain)


def test_what_the_plan_does_not_have_is_not_asked_item_by_item() -> None:
    row = next(row for row in ROWS if row.id == "actions/unstated-read-scope")

    assert judged(row, loaded(MINIMAL)) == []


def test_a_file_that_is_named_and_not_there_is_broken(tmp_path: Path) -> None:
    row = next(row for row in ROWS if row.id == "dossier/missing-stability-test")
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "load.md").write_text("# Load test\n", encoding="utf-8")

    found = {judgement.leaf: judgement for judgement in judged(row, loaded(TEXT), tmp_path)}

    assert found["golive.stability.load"].verdict is Verdict.HELD
    assert found["golive.stability.load"].level is Level.CONFIGURED
    assert found["golive.stability.stress"].verdict is Verdict.BROKEN
    assert not found["golive.stability.stress"].unanswered


def test_a_file_that_could_not_be_looked_for_is_unverified() -> None:
    row = next(row for row in ROWS if row.id == "dossier/missing-stability-test")

    found = judged(row, loaded(TEXT), None)

    assert {judgement.verdict for judgement in found} == {Verdict.UNVERIFIED}
    assert all(judgement.settle for judgement in found)


def test_no_file_outside_of_the_plans_folder_is_looked_at(tmp_path: Path) -> None:
    (tmp_path / "secret.md").write_text("secret", encoding="utf-8")
    folder = tmp_path / "plans"
    folder.mkdir()
    (folder / "out.md").symlink_to(tmp_path / "secret.md")
    plan = loaded(MINIMAL + "deliverables: {golive: ../secret.md, oversight: out.md, training: /etc/passwd.md}\n")

    facts = tuple(look_up(plan, folder, datetime(2026, 11, 22, tzinfo=UTC)))

    assert [getattr(fact, "sha256", None) for fact in facts] == [None] * len(facts)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("docs/load.md", True),
        ("plan.yaml", True),
        ("contract 88, section 4", False),
        ("https://acme.example/load.md", False),
        ("alert:mask_failure", False),
        ("ai-engineer@acme.example", False),
        ("0.03", False),
        ("rubric_score", False),
        ("kb.match", False),
    ],
)
def test_a_file_name_is_told_from_other_answers(text: str, named: bool) -> None:
    assert is_file_name(text) is named


def test_every_row_is_a_rule_that_can_be_looked_up() -> None:
    assert {row.id for row in ROWS} <= {rule.id for rule in registry.rules()}


def test_what_is_said_and_cannot_be_shown_is_no_open_question(tmp_path: Path) -> None:
    world = World(tmp_path).sqlite("crm", "create table contacts (id integer primary key)")
    silent = world.audit(MINIMAL)
    said = world.audit(MINIMAL + "observability: {quality: rubric_score, failures: TBD}\n")

    assert said.open_questions == silent.open_questions - 1
