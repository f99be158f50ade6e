"""What a plan says is checked for sense: workflow, outcome, criteria, dates, evaluations."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from lineage.finding import Op
from lineage.model import Level, Verdict
from lineage.testing import assumption, verdict
from tests.rules.launch import DRAFT, PLAN, judged, says, told

WORKFLOWS = "plan/missing-or-many-workflows"
OUTCOME = "plan/unmeasurable-outcome"
UNDECIDABLE = "plan/undecidable-criterion"
WITHOUT_DATA = "plan/criterion-without-data"
UNDATED = "plan/undated-or-overdue-assumption"
UNEVALUATED = "plan/unevaluated-automation"


def command(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "lineage", *arguments], capture_output=True, text=True, check=False)


def test_a_plan_that_was_loaded_is_not_malformed(tmp_path: Path) -> None:
    report = judged(tmp_path, PLAN, "plan/malformed-plan")

    assert (verdict(report, "plan"), told(report, "plan/malformed-plan")) == (Verdict.HELD, [])


def test_a_malformed_plan_is_refused_with_exit_code_2_and_the_nearest_key(tmp_path: Path) -> None:
    plan = tmp_path / "plan.yaml"
    plan.write_text(PLAN.replace("        key: id\n", "        keey: id\n", 1), encoding="utf-8")

    ran = command("audit", str(plan))

    assert ran.returncode == 2
    assert "keey" in ran.stderr
    assert "'key'" in ran.stderr


def test_two_blocks_of_a_workflow_are_refused_with_exit_code_2(tmp_path: Path) -> None:
    plan = tmp_path / "plan.yaml"
    plan.write_text(PLAN + "workflow: {name: Reply}\nworkflow: {name: Refund}\n", encoding="utf-8")

    ran = command("audit", str(plan))

    assert ran.returncode == 2
    assert "workflow" in ran.stderr


@pytest.mark.parametrize(
    "many", ["workflow: [{name: Reply}, {name: Refund}]\n", "workflow: {a: {name: Reply}, b: {name: Refund}}\n"]
)
def test_two_workflows_are_one_too_many_in_a_draft_too(tmp_path: Path, many: str) -> None:
    report = judged(tmp_path, DRAFT + many, WORKFLOWS)

    [found] = told(report, WORKFLOWS)
    assert found.judgement.says == "the plan names 2 workflows, and one launches first"
    assert [operation.op for operation in found.judgement.operations] == [Op.HOLD_LAUNCH]


def test_a_workflow_that_is_not_named_is_open_in_a_draft_and_a_finding_later(tmp_path: Path) -> None:
    draft, later = judged(tmp_path, DRAFT, WORKFLOWS), judged(tmp_path / "later", PLAN, WORKFLOWS)

    assert (told(draft, WORKFLOWS), draft.open_questions) == ([], 1)
    assert len(told(later, WORKFLOWS)) == 1


@pytest.mark.parametrize("one", ["workflow: {name: Reply}\n", "workflow: [{name: Reply}]\n", "workflow: Reply\n"])
def test_one_workflow_is_right(tmp_path: Path, one: str) -> None:
    report = judged(tmp_path, PLAN + one, WORKFLOWS)

    assert told(report, WORKFLOWS) == []
    assert verdict(report, "workflow") is Verdict.HELD


def test_an_outcome_on_nothing_cannot_be_measured(tmp_path: Path) -> None:
    report = judged(tmp_path, PLAN + "workflow: {outcome: {metric: happiness, target: 4}}\n", OUTCOME)

    assert len(told(report, OUTCOME)) == 1


@pytest.mark.parametrize(
    "outcome",
    [
        "workflow: {outcome: {metric: hours, of: crm.tickets.opened}}\n",
        "workflow: {outcome: {metric: hours, of: crm.tickets}}\n",
        "workflow: {outcome: {metric: rubric_score}}\nobservability: {quality: rubric_score}\n",
        "workflow: {outcome: reply.sent}\naudit: {events: [reply.sent]}\n",
        "workflow: {name: Reply}\n",
    ],
)
def test_an_outcome_on_a_field_an_event_or_a_signal_can_be_measured(tmp_path: Path, outcome: str) -> None:
    assert told(judged(tmp_path, PLAN + outcome, OUTCOME), OUTCOME) == []


def test_an_outcome_on_a_field_that_the_system_has_is_more_than_said(tmp_path: Path) -> None:
    report = judged(tmp_path, PLAN + "workflow: {outcome: {metric: h, of: crm.tickets.opened}}\n", OUTCOME)

    assert assumption(report, "workflow.outcome.of").level is Level.CONFIGURED


@pytest.mark.parametrize(
    ("criterion", "lacks"),
    [
        ("quality: {metric: score, ship: good, n: 300}", "a threshold"),
        ('quality: {ship: ">= 4", n: 300}', "a metric"),
        ('quality: {metric: score, ship: ">= 4"}', "a window or a sample"),
        ('quality: {metric: score, ship: ">= 4", n: 0}', "a window or a sample"),
        ('quality: {metric: score, ship: ">= 4", window: some time}', "a window or a sample"),
        ("quality: good enough", "a threshold and a window or a sample"),
        ("fallback: {do: leave_to_agent}", "when it applies"),
    ],
)
def test_a_criterion_that_lacks_something_cannot_be_decided(tmp_path: Path, criterion: str, lacks: str) -> None:
    report = judged(tmp_path, f"{PLAN}acceptance: {{{criterion}}}\n", UNDECIDABLE)
    draft = judged(tmp_path / "draft", f"{DRAFT}acceptance: {{{criterion}}}\n", UNDECIDABLE)

    [told_of] = says(report, UNDECIDABLE)
    assert told_of.endswith(f"it lacks {lacks}")
    assert says(draft, UNDECIDABLE) == []


@pytest.mark.parametrize(
    "criterion",
    [
        'quality: {metric: score, ship: ">= 4", hold: "< 3.8", n: 300}',
        'latency: {metric: p95_seconds, ship: "<= 8", window: 14 days}',
        'latency: "at most 8 seconds over 14 days"',
        "fallback: {when: [low_confidence], do: leave_to_agent}",
    ],
)
def test_a_criterion_with_figures_and_a_window_is_decided(tmp_path: Path, criterion: str) -> None:
    report = judged(tmp_path, f"{PLAN}acceptance: {{{criterion}}}\n", UNDECIDABLE)

    assert says(report, UNDECIDABLE) == []


def test_figures_that_say_ship_and_hold_at_once_contradict_in_a_draft_too(tmp_path: Path) -> None:
    text = DRAFT + 'acceptance: {quality: {metric: score, ship: ">= 4", hold: "< 4.5", n: 300}}\n'

    [told_of] = says(judged(tmp_path, text, UNDECIDABLE), UNDECIDABLE)

    assert "ship (>= 4) and hold (< 4.5) are true of the same figures" in told_of


@pytest.mark.parametrize(
    ("declared", "instead"),
    [
        ("id: reply,", "id: reply,"),
        ("opened: required", "opened: {need: required, mask: drop}"),
        ("opened: required", "opened: {need: required, column: opened_at}"),
    ],
)
def test_a_criterion_needs_data_that_is_there(tmp_path: Path, declared: str, instead: str) -> None:
    criterion = "acceptance: {business: {metric: hours, of: crm.tickets.opened}}\n"
    denied = "constraints: {denied_sources: [crm]}\n" if declared == instead else ""

    report = judged(tmp_path, PLAN.replace(declared, instead, 1) + criterion + denied, WITHOUT_DATA)

    [found] = told(report, WITHOUT_DATA)
    assert found.launch_blocking
    assert found.judgement.subject.field == "crm.tickets.opened"


def test_a_criterion_whose_field_is_measured_and_read_by_nobody_has_its_data(tmp_path: Path) -> None:
    criterion = "acceptance: {business: {metric: hours, of: crm.tickets.opened}}\n"
    report = judged(tmp_path, PLAN.replace("opened: required", "opened: none") + criterion, WITHOUT_DATA)

    assert told(report, WITHOUT_DATA) == []
    assert verdict(report, "acceptance.business.of") is Verdict.HELD


def test_whether_a_system_that_is_silent_has_the_data_is_not_known(tmp_path: Path) -> None:
    criterion = "acceptance: {business: {metric: hours, of: crm.tickets.opened}}\n"
    report = judged(tmp_path, (PLAN + criterion).replace("reads: tickets", "reads: nowhere"), WITHOUT_DATA)

    assert verdict(report, "acceptance.business.of") is Verdict.UNVERIFIED


@pytest.mark.parametrize(
    ("check_by", "expected"),
    [
        ("", "known_gaps.tiers does not say by when it is looked at again"),
        (", check_by: TBD", "known_gaps.tiers does not say by when it is looked at again"),
        (", check_by: soon", "known_gaps.tiers.check_by is no day"),
        (", check_by: 2026-11-21", "known_gaps.tiers was to be looked at again 1 day ago"),
    ],
)
def test_a_gap_without_a_day_to_come_is_told(tmp_path: Path, check_by: str, expected: str) -> None:
    report = judged(tmp_path, f"{PLAN}known_gaps: {{tiers: {{effect: none{check_by}}}}}\n", UNDATED)

    assert says(report, UNDATED) == [expected]


def test_a_gap_that_is_looked_at_today_is_not_overdue(tmp_path: Path) -> None:
    report = judged(tmp_path, PLAN + "known_gaps: {tiers: {effect: none, check_by: 2026-11-22}}\n", UNDATED)

    assert told(report, UNDATED) == []


def test_an_overdue_gap_is_told_of_a_draft_and_a_missing_day_is_not(tmp_path: Path) -> None:
    gaps = "known_gaps: {a: {effect: none}, b: {effect: none, check_by: 2026-01-01}}\n"

    assert len(told(judged(tmp_path, DRAFT + gaps, UNDATED), UNDATED)) == 1


def test_a_step_that_runs_by_itself_needs_an_evaluation(tmp_path: Path) -> None:
    [found] = told(judged(tmp_path, PLAN, UNEVALUATED), UNEVALUATED)

    assert found.judgement.subject.step == "draft"
    assert [operation.op for operation in found.judgement.operations] == [Op.DOWNGRADE_ACTION]


@pytest.mark.parametrize(
    ("declared", "instead"),
    [
        ("writes: [reply], autonomy: independent", "writes: [reply], autonomy: independent, eval: reply_quality@3f2c"),
        ("writes: [reply], autonomy: independent", "writes: [reply], autonomy: needs_approval"),
        ("plan: v1\n", "plan: v1\nacceptance: {quality: {metric: score, suite: reply_quality@3f2c}}\n"),
    ],
)
def test_a_step_that_is_evaluated_or_looked_at_needs_no_more(tmp_path: Path, declared: str, instead: str) -> None:
    assert told(judged(tmp_path, PLAN.replace(declared, instead), UNEVALUATED), UNEVALUATED) == []


def test_an_evaluation_that_is_not_where_the_plan_says_covers_nothing(tmp_path: Path) -> None:
    text = DRAFT.replace("autonomy: independent}\n", "autonomy: independent, eval: evals/reply.yaml}\n")
    missing = judged(tmp_path, text, UNEVALUATED)
    (tmp_path / "evals").mkdir()
    (tmp_path / "evals" / "reply.yaml").write_text("cases: []\n", encoding="utf-8")
    there = judged(tmp_path, text, UNEVALUATED)

    assert len(told(missing, UNEVALUATED)) == 1
    assert told(there, UNEVALUATED) == []
