from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from lineage import registry
from lineage.cli import app
from lineage.errors import PlanError
from lineage.finding import Finding, Status
from lineage.model import Severity
from lineage.report import Report
from lineage.review import Decision, decisions_file, not_found_again, read_decisions, with_decisions, write_decisions
from lineage.run import exit_code, report_on
from lineage.testing import NOW, World, finding

RULE = "privacy/undeclared-sensitive-data"
PLAN = """
plan: v1
meta: {id: reply, owner: pm@acme.example}
sources:
  crm:
    connector: {type: sqlite, url: "${CRM_URL}"}
    datasets:
      notes: {reads: notes, key: id, fields: {id: required, contact: helpful}}
steps:
  draft: {reads: {crm.notes: all}, to: prompt}
"""


def world(folder: Path, addresses: int) -> World:
    (folder / "crm.db").unlink(missing_ok=True)
    values = [f"anna{n}@corp.com" if n < addresses else f"box {n}" for n in range(100)]
    cells = ", ".join(f"({n}, '{value}')" for n, value in enumerate(values))
    return World(folder).sqlite(
        "crm", f"create table notes (id integer primary key, contact text); insert into notes values {cells};"
    )


def judged(folder: Path, addresses: int = 30, now: datetime = NOW) -> Report:
    (folder / "plan.yaml").write_text(PLAN, encoding="utf-8")
    facts = with_decisions(world(folder, addresses).scan(PLAN), folder / "plan.yaml")
    return report_on(PLAN, "plan.yaml", facts, registry.rules(), now=now, started_at=now)


def found(report: Report) -> Finding:
    told = finding(report, RULE, "crm.notes.contact")
    assert told is not None
    return told


def decide(folder: Path, decision: str, days: int | None = None) -> None:
    until = (NOW + timedelta(days=days)).date() if days is not None else None
    decided = Decision(found(judged(folder)), decision, "dpo@acme.example", until, 'said "so": {yes}')
    write_decisions(decisions_file(folder / "plan.yaml"), [decided], NOW)


def test_what_is_said_not_to_be_personal_is_waived_shown_and_blocks_no_launch(tmp_path: Path) -> None:
    assert found(judged(tmp_path)).launch_blocking

    decide(tmp_path, "not_personal")

    report = judged(tmp_path)
    assert found(report).status is Status.WAIVED
    assert not found(report).launch_blocking
    assert "dpo@acme.example" in found(report).title
    assert exit_code(judged(tmp_path), Severity.BLOCKER) == 0


def test_a_finding_is_accepted_until_its_day_and_open_after_it(tmp_path: Path) -> None:
    decide(tmp_path, "accepted", days=10)

    assert found(judged(tmp_path, now=NOW + timedelta(days=10))).status is Status.ACCEPTED
    over = found(judged(tmp_path, now=NOW + timedelta(days=11)))
    assert over.status is Status.REGRESSED
    assert over.launch_blocking


def test_data_that_contradicts_a_review_opens_it_again(tmp_path: Path) -> None:
    decide(tmp_path, "not_personal")

    changed = found(judged(tmp_path, addresses=95))

    assert changed.status is Status.REGRESSED
    assert "the data contradicts it" in changed.title


def test_what_is_confirmed_stays_open(tmp_path: Path) -> None:
    decide(tmp_path, "confirmed")

    assert found(judged(tmp_path)).launch_blocking
    assert "confirmed by dpo@acme.example" in found(judged(tmp_path)).title


def test_a_decision_whose_finding_is_gone_is_told(tmp_path: Path) -> None:
    decide(tmp_path, "confirmed")

    gone = judged(tmp_path, addresses=0)

    assert len(not_found_again(gone.findings, read_decisions(tmp_path / "labels.yaml"))) == 1


@pytest.mark.parametrize(
    "text", ["labels: v2\n", "labels: v1\ndecisions: [{finding: a}]\n", "labels: [\n", "labels: v1\nowner: x\n"]
)
def test_a_file_that_is_none_is_told_without_quoting_it(tmp_path: Path, text: str) -> None:
    (tmp_path / "labels.yaml").write_text(text, encoding="utf-8")

    with pytest.raises(PlanError, match=r"labels\.yaml"):
        read_decisions(tmp_path / "labels.yaml")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("labels: v2\n", ":1:9: labels: must be 'v1'"),
        ("- decisions\n", ":1:1: must be keys with values"),
        ("labels: v1\ndecisions:\n", ":2:11: decisions: must be a list"),
        ("labels: v1\ndecisions:\n  - {finding: a, colour: x}\n", ":3:5: decisions.0: needs 'by'"),
        ("labels: v1\ndecisions:\n  - {finding: a, colour: x}\n", ":3:18: decisions.0.colour: no such key"),
        ("labels: v1\ndecisions:\n  - {finding: a, decision: fine}\n", ":3:28: decisions.0.decision: must be"),
    ],
)
def test_a_slip_of_the_hand_in_the_file_is_told_with_its_line(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "labels.yaml").write_text(text, encoding="utf-8")

    with pytest.raises(PlanError) as told:
        read_decisions(tmp_path / "labels.yaml")

    assert f"labels.yaml{says}" in str(told.value)
    assert "Input should" not in str(told.value)


def called(folder: Path, *options: str, answers: str | None = None, addresses: int = 30) -> tuple[int, str]:
    made = world(folder, addresses)
    (folder / "plan.yaml").write_text(PLAN, encoding="utf-8")
    result = CliRunner().invoke(
        app, ["review", str(folder / "plan.yaml"), *options], input=answers, env=made.environ, catch_exceptions=True
    )
    return result.exit_code, result.output


def test_a_reviewer_is_asked_finding_by_finding(tmp_path: Path) -> None:
    code, told = called(tmp_path, answers="accepted\ndpo@acme.example\n2999-01-31\nthe pilot ends\n" + "skip\n" * 9)

    assert code == 0
    assert "e-mail addresses" in told
    assert "at prompt: raw" in told
    assert "anna3@" not in told
    (fact,) = read_decisions(tmp_path / "labels.yaml")
    assert (fact.decision, fact.by, fact.because) == ("accepted", "dpo@acme.example", "the pilot ends")
    assert fact.until is not None
    assert fact.until.date().isoformat() == "2999-01-31"


def test_a_decision_is_somebodys(tmp_path: Path) -> None:
    code, told = called(tmp_path, answers="not personal\n\n  \n dpo@acme.example \nbecause\n" + "skip\n" * 9)

    assert code == 0
    assert told.count("a decision is somebody's") == 2
    assert [fact.by for fact in read_decisions(tmp_path / "labels.yaml")] == ["dpo@acme.example"]


@pytest.mark.parametrize(
    ("entry", "says"),
    [
        ('{finding: f00, decision: confirmed, by: "", on: 2026-11-01}', "by"),
        ('{finding: f00, decision: confirmed, by: " ", on: 2026-11-01}', "by"),
        ("{finding: f00, decision: accepted, by: dpo, on: 2026-11-01}", "until"),
    ],
)
def test_a_decision_in_the_file_that_is_nobodys_or_for_ever_is_refused(tmp_path: Path, entry: str, says: str) -> None:
    (tmp_path / "labels.yaml").write_text(f"labels: v1\ndecisions:\n  - {entry}\n", encoding="utf-8")

    with pytest.raises(PlanError, match=says):
        read_decisions(tmp_path / "labels.yaml")


LOGS = """
plan: v1
meta: {id: reply, owner: pm@acme.example}
sources:
  crm:
    connector: {type: sqlite, url: "${CRM_URL}"}
    datasets:
      people: {reads: people, key: id, fields: {id: required, email: {need: none, sensitive: email}}}
      logs: {reads: logs, key: id, fields: {id: required, text: helpful}}
stores:
  trace: {at: crm.logs}
"""


def leaked(folder: Path, records: int) -> Report:
    (folder / "crm.db").unlink(missing_ok=True)
    people = ", ".join(f"({n}, 'anna{n}@corp.com')" for n in range(100))
    logs = ", ".join(f"({n}, '{f'wrote to anna{n}@corp.com' if n < records else 'nothing'}')" for n in range(100))
    made = World(folder).sqlite(
        "crm",
        "create table people (id integer primary key, email text);"
        "create table logs (id integer primary key, text text);"
        f"insert into people values {people}; insert into logs values {logs};",
    )
    facts = with_decisions(made.scan(LOGS), folder / "plan.yaml")
    return report_on(LOGS, "plan.yaml", facts, registry.rules(), now=NOW, started_at=NOW)


def test_more_leaked_records_than_were_reviewed_open_it_again(tmp_path: Path) -> None:
    leak = finding(leaked(tmp_path, 5), "privacy/sensitive-values-in-sink", "trace")
    assert leak is not None
    decided = Decision(leak, "not_personal", "dpo@acme.example", None, "made up by a test")
    write_decisions(decisions_file(tmp_path / "plan.yaml"), [decided], NOW)

    same, more = (finding(leaked(tmp_path, n), "privacy/sensitive-values-in-sink", "trace") for n in (6, 50))

    assert same is not None
    assert same.status is Status.WAIVED
    assert more is not None
    assert more.status is Status.REGRESSED
    assert "5.0% of records then, 50.0% now" in more.title


def test_a_script_decides_by_fingerprint(tmp_path: Path) -> None:
    identifier = found(judged(tmp_path)).id

    code, _ = called(tmp_path, "--decide", f"{identifier}=not_personal", "--by", "dpo@acme.example")

    assert code == 0
    text = (tmp_path / "labels.yaml").read_text(encoding="utf-8")
    assert json.loads(text.splitlines()[-1].removeprefix("  - "))["share"] == 0.3
    assert "anna3@" not in text


@pytest.mark.parametrize(
    "options",
    [
        ("--decide", "{id}=confirmed"),
        ("--decide", "{id}=confirmed", "--by", " "),
        ("--decide", "{id}=maybe", "--by", "x"),
        ("--decide", "nobody=confirmed", "--by", "x"),
        ("--decide", "{id}=accepted", "--by", "x"),
        ("--decide", "{id}=accepted", "--by", "x", "--until", "soon"),
    ],
)
def test_a_decision_that_lacks_something_is_refused(tmp_path: Path, options: tuple[str, ...]) -> None:
    identifier = found(judged(tmp_path)).id

    code, _ = called(tmp_path, *(option.replace("{id}", identifier) for option in options))

    assert code != 0
    assert not (tmp_path / "labels.yaml").exists()


def test_a_decision_holds_at_the_end_of_its_day_in_utc(tmp_path: Path) -> None:
    decide(tmp_path, "accepted", days=0)

    assert found(judged(tmp_path, now=NOW.replace(hour=23, minute=59, tzinfo=UTC))).status is Status.ACCEPTED


def test_another_kind_than_was_reviewed_opens_it_again(tmp_path: Path) -> None:
    decide(tmp_path, "not_personal")
    text = (tmp_path / "labels.yaml").read_text(encoding="utf-8")
    assert '"kinds": ["email"]' in text

    (tmp_path / "labels.yaml").write_text(text.replace('["email"]', '["phone"]'), encoding="utf-8")

    told = found(judged(tmp_path))
    assert told.status is Status.REGRESSED
    assert "email now, which was not seen then" in told.title


def test_a_decision_that_did_not_keep_its_kinds_holds(tmp_path: Path) -> None:
    decide(tmp_path, "not_personal")
    text = (tmp_path / "labels.yaml").read_text(encoding="utf-8")

    (tmp_path / "labels.yaml").write_text(text.replace(', "kinds": ["email"]', ""), encoding="utf-8")

    assert found(judged(tmp_path)).status is Status.WAIVED


def test_where_nobody_answers_what_is_open_is_shown_and_nothing_decided(tmp_path: Path) -> None:
    code, told = called(tmp_path, answers="")

    assert code == 0
    assert found(judged(tmp_path)).id in told
    assert "no answer: decide later, or with --decide" in told
    assert not (tmp_path / "labels.yaml").exists()


def test_a_day_that_is_over_is_asked_for_again(tmp_path: Path) -> None:
    code, told = called(tmp_path, answers="accepted\ndpo@acme.example\nsoon\n2020-01-31\n2999-01-31\n\nquit\n")

    assert code == 0
    assert "'2020-01-31' is over" in told
    (fact,) = read_decisions(tmp_path / "labels.yaml")
    assert fact.until is not None
    assert fact.until.year == 2999


def test_what_was_decided_stands_when_the_walk_breaks_off(tmp_path: Path) -> None:
    code, _ = called(tmp_path, answers="confirmed\ndpo@acme.example\nseen\n")

    assert code == 0
    assert [fact.decision for fact in read_decisions(tmp_path / "labels.yaml")] == ["confirmed"]
