"""Jira's CSV there and back: one issue a finding however often, and statuses that are said, never judged."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from pathlib import Path

import pytest

from lineage.errors import PlanError
from lineage.exports import Beside, exported
from lineage.exports.jira import COLUMNS, DESCRIPTION, SUMMARY, read
from lineage.exports.tracker import FILE, keys, tracker_file, with_said, write
from lineage.finding import Fix, FixKind, Status
from lineage.model import Severity
from lineage.report import Report
from lineage.run import exit_code
from tests.lineage.reports.sample import HIDDEN, NOW, OVER_GRANT, STALE, UNMASKED, report


def rows(shown: Report, beside: Beside = Beside()) -> list[list[str]]:
    return list(csv.reader(io.StringIO(exported(shown, "jira", beside).decode(), newline=""), strict=True))


def imported(tracker: dict[str, list[str]], table: list[list[str]]) -> None:
    """Import as Jira does: a row with a known key or external id updates that issue, another makes one."""
    for row in table[1:]:
        tracker[row[COLUMNS.index("External issue ID")]] = row


def given_back(*issues: tuple[str, str, str, str]) -> str:
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerow(["Summary", "Issue key", "Status", "Resolution", "Labels", "Labels", "Assignee"])
    for identifier, key, status, resolution in issues:
        writer.writerow(
            ["x", key, status, resolution, "lineage-audit", f"lineage-{identifier}", "someone@acme.example"]
        )
    return stream.getvalue()


def test_a_second_import_makes_no_second_issue() -> None:
    tracker: dict[str, list[str]] = {}
    later = report(findings=(replace(STALE, title="210 days old now"), UNMASKED, HIDDEN, OVER_GRANT), marks={})

    imported(tracker, rows(report()))
    imported(tracker, rows(later))

    assert set(tracker) == {STALE.id, UNMASKED.id, HIDDEN.id, OVER_GRANT.id}
    assert "210 days old now" in tracker[STALE.id][COLUMNS.index("Summary")]


def test_an_issue_that_the_tracker_knows_has_its_key(tmp_path: Path) -> None:
    file = tmp_path / FILE
    write(file, read(given_back((STALE.id, "SUP-7", "In Progress", "")), "jira.csv"), NOW)

    table = rows(report(), Beside(issues=keys(file)))

    column = COLUMNS.index("Issue key")
    assert {row[0]: row[column] for row in table[1:]} == {
        STALE.id: "SUP-7",
        UNMASKED.id: "",
        HIDDEN.id: "",
        OVER_GRANT.id: "",
    }


def test_a_summary_that_is_too_long_points_to_the_whole() -> None:
    (_, row) = rows(report(findings=(replace(STALE, title="x" * 400),)))

    summary, description = row[COLUMNS.index("Summary")], row[COLUMNS.index("Description")]
    assert len(summary) == SUMMARY
    assert summary.endswith(f"… (finding {STALE.id})")
    assert "x" * 400 in description


def test_a_description_that_is_too_long_points_to_the_whole() -> None:
    fix = Fix(FixKind.SQL, "revoke", "REVOKE SELECT ON a FROM b;\n" * 3_000)
    found = replace(STALE, judgement=replace(STALE.judgement, fixes=(fix,)))

    (_, row) = rows(report(findings=(found,)))

    assert len(row[COLUMNS.index("Description")]) == DESCRIPTION
    assert row[COLUMNS.index("Description")].endswith(f"(cut; whole in `lineage audit -f json` under {STALE.id})")


@pytest.mark.parametrize(
    ("status", "resolution", "said"),
    [
        ("To Do", "", Status.OPEN),
        ("In Progress", "Unresolved", Status.OPEN),
        ("Done", "Done", Status.FIXED),
        ("Closed", "Fixed", Status.FIXED),
        ("Done", "Won't Do", Status.ACCEPTED),
        ("Closed", "Won't Fix", Status.ACCEPTED),
        ("Resolved", "Risk accepted", Status.ACCEPTED),
        ("Declined", "", Status.ACCEPTED),
        ("Not done", "", Status.OPEN),
        ("", "", Status.OPEN),
    ],
)
def test_status_and_resolution_become_what_is_said(status: str, resolution: str, said: Status) -> None:
    (issue,) = read(given_back((STALE.id, "SUP-1", status, resolution)), "jira.csv")

    assert issue.status is said


def test_an_issue_is_known_by_its_external_id_too() -> None:
    text = f"Issue key,Status,Custom field (External issue ID)\r\nSUP-1,Done,{STALE.id}\r\nSUP-2,Done,\r\n"

    (issue,) = read(text, "jira.csv")

    assert (issue.finding, issue.key, issue.status) == (STALE.id, "SUP-1", Status.FIXED)


def test_later_runs_tell_what_is_said_and_judge_for_themselves(tmp_path: Path) -> None:
    file = tracker_file(tmp_path / "plan.yaml")
    said = given_back((STALE.id, "SUP-1", "Done", "Done"), (UNMASKED.id, "SUP-2", "Done", "Won't Do"))
    write(file, read(said, "jira.csv"), NOW)
    before = report()

    after = with_said(before, file)

    told = {finding.id: finding for finding in after.findings}
    assert told[STALE.id].status is Status.FIXED
    assert told[STALE.id].title.endswith("(said to be fixed by SUP-1 on 2026-11-22; it is still found)")
    assert told[UNMASKED.id].status is Status.ACCEPTED
    assert "counts only by review or waiver" in told[UNMASKED.id].title
    assert (after.decision, after.scope, after.counts(), after.stages) == (
        before.decision,
        before.scope,
        before.counts(),
        before.stages,
    )


def test_what_somebody_said_changes_no_exit_code(tmp_path: Path) -> None:
    file = tmp_path / FILE
    write(file, read(given_back((STALE.id, "SUP-1", "Done", "Won't Do")), "jira.csv"), NOW)
    shown = report(findings=(STALE,), failures=())

    assert exit_code(shown, Severity.HIGH) == 1
    assert with_said(shown, file).findings[0].decided  # so whoever asks for the exit code asks before


def test_a_decision_of_our_own_outranks_the_tracker(tmp_path: Path) -> None:
    file = tmp_path / FILE
    write(file, read(given_back((OVER_GRANT.id, "SUP-1", "Done", "Done")), "jira.csv"), NOW)

    (told,) = with_said(report(findings=(OVER_GRANT,)), file).findings

    assert told == OVER_GRANT


def test_a_second_file_changes_what_it_names_and_keeps_the_rest(tmp_path: Path) -> None:
    file = tmp_path / FILE
    write(file, read(given_back((STALE.id, "SUP-1", "Done", "Done")), "jira.csv"), NOW)
    write(file, read(given_back((HIDDEN.id, "SUP-2", "To Do", "")), "jira.csv"), NOW)

    assert dict(keys(file)) == {STALE.id: "SUP-1", HIDDEN.id: "SUP-2"}


def test_nothing_of_people_or_of_other_columns_is_kept(tmp_path: Path) -> None:
    file = tmp_path / FILE
    write(file, read(given_back((STALE.id, "SUP-1", "Done", "Done")), "jira.csv"), NOW)

    assert "someone@acme.example" not in file.read_text(encoding="utf-8")


@pytest.mark.parametrize("text", ["", "Summary\r\nx\r\n", 'Issue key,Status\r\n"', "Issue key,Summary\r\nSUP-1,x\r\n"])
def test_a_file_that_is_none_of_jira_is_refused_with_a_way_out(text: str) -> None:
    with pytest.raises(PlanError, match="in Jira, export issues as CSV"):
        read(text, "jira.csv")


def test_a_status_that_is_an_attack_is_data(tmp_path: Path) -> None:
    file = tmp_path / FILE
    write(file, read(given_back((STALE.id, "=cmd|x", '"\n- \x1b[31m{{', "")), "jira.csv"), NOW)

    assert dict(keys(file)) == {}
    assert "\x1b" not in file.read_text(encoding="utf-8")
    assert with_said(report(), file) == report()


@pytest.mark.parametrize("text", ["tracker: v2\n", "- x", "tracker: v1\nread: soon\n", "tracker: [", "a: &a [*a]"])
def test_a_broken_file_beside_the_plan_is_told(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE).write_text(text, encoding="utf-8")

    with pytest.raises(PlanError, match=FILE):
        with_said(report(), tmp_path / FILE)


@pytest.mark.parametrize("mark", [";", "|", "^", "\t"])
def test_a_file_whose_cells_its_user_parted_otherwise_is_read(mark: str) -> None:
    given = given_back(("a" * 16, "ACME-7", "Done", "")).replace(",", mark)

    (issue,) = read(given, "jira.csv")

    assert (issue.key, issue.status) == ("ACME-7", Status.FIXED)


def test_a_status_of_the_teams_own_counts_by_its_category() -> None:
    given = f"Issue key,Status,Status Category,Labels\nACME-7,Fertig,Done,lineage-{'a' * 16}\n"

    assert [issue.status for issue in read(given, "jira.csv")] == [Status.FIXED]
    assert [issue.status for issue in read(given.replace("Done", "In Progress"), "jira.csv")] == [Status.OPEN]
