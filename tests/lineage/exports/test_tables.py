"""Workbook, rows for a record of processing, code quality and the comment: what they hold, and what they never do."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace

import pytest
from openpyxl import load_workbook
from openpyxl.workbook import Workbook

from lineage.exports import exported
from lineage.exports.comment import LIMIT, marker
from lineage.exports.excel import CELL
from lineage.finding import Fix, FixKind
from lineage.report import Report
from tests.lineage.reports.sample import ASSUMPTIONS, OVER_GRANT, STALE, everywhere, report

FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", '=HYPERLINK("http://x","y")', "#REF!"]  # noqa: RUF001 - Excel folds it


def book(shown: Report) -> Workbook:
    return load_workbook(io.BytesIO(exported(shown, "excel")))


def test_a_workbook_holds_decision_findings_and_the_whole_ledger() -> None:
    found = book(report())

    assert found.sheetnames == [
        *("Decision", "Findings", "What is lost", "What gives it back", "Boundaries", "Sources", "Ledger", "Not known"),
    ]
    assert [row[0].value for row in found["Ledger"].iter_rows(min_row=2)] == [line.leaf for line in ASSUMPTIONS]
    findings = list(found["Findings"].iter_rows(min_row=2, values_only=True))
    assert (findings[0][0], findings[0][1], findings[0][2]) == (STALE.id, "blocker", "holds")
    assert ("decision", "hold") in list(found["Decision"].iter_rows(values_only=True))


@pytest.mark.parametrize("name", FORMULAS)
def test_no_cell_of_a_workbook_is_a_formula(name: str) -> None:
    for sheet in book(everywhere(name)):
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type in {"s", "n"}
                assert not str(cell.value or "").startswith(("=", "+", "@", "\t", "\r"))


def test_a_cell_that_is_too_long_points_to_the_whole() -> None:
    fix = Fix(FixKind.SQL, "revoke", "R" * (2 * CELL))
    found = replace(STALE, judgement=replace(STALE.judgement, fixes=(fix,)))

    rows = list(book(report(findings=(found,)))["Findings"].iter_rows(min_row=2, values_only=True))

    patch = str(rows[0][13])
    assert len(patch) == CELL
    assert patch.endswith("(cut; whole in `lineage audit -f json`)")


def test_numbers_stay_numbers_in_a_workbook() -> None:
    (first, *_) = book(report())["Sources"].iter_rows(min_row=2, values_only=True)

    assert first[6] == 12_000


def ropa(shown: Report) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(exported(shown, "ropa").decode(), newline=""), strict=True))


def test_a_record_of_processing_has_a_row_for_each_kind_of_data_in_a_dataset() -> None:
    rows = {row["Dataset"]: row for row in ropa(report())}

    contacts = rows["crm.contacts"]
    assert contacts["Category of personal data"] == "email"
    assert contacts["Recipients (boundaries crossed)"] == "prompt, store traces"
    assert contacts["Crosses unmasked"] == "prompt"
    assert contacts["Read as"] == "ai_support_draft"
    assert rows["helpdesk.tickets"]["Not known whether masked"] == "prompt"


def test_what_only_people_know_is_asked_for_and_not_guessed() -> None:
    for row in ropa(report()):
        assert row["Legal basis"] == row["Categories of data subjects"] == "to be filled in"
        assert row["Time limit for erasure"] == "to be filled in"
        assert row["Complete"] == "no: a source or a rule failed"


@pytest.mark.parametrize("form", ["ropa", "jira", "csv"])
@pytest.mark.parametrize("name", FORMULAS[:-1])
def test_no_cell_of_a_table_is_a_formula(form: str, name: str) -> None:
    text = exported(everywhere(name), form).decode()

    cells = [cell for row in csv.reader(io.StringIO(text, newline=""), strict=True) for cell in row]
    assert not [cell for cell in cells for line in cell.split("\n") if line.lstrip()[:1] in set("=+-@＝")]  # noqa: RUF001


def test_code_quality_lists_what_nobody_has_decided_with_line_and_fingerprint() -> None:
    found = json.loads(exported(report(), "codequality"))

    assert OVER_GRANT.id not in {each["fingerprint"] for each in found}
    (stale,) = (each for each in found if each["fingerprint"] == STALE.id)
    assert stale["location"] == {"path": "plan.yaml", "lines": {"begin": 10}}
    assert stale["severity"] == "blocker"
    assert all(set(each) == {"description", "check_name", "fingerprint", "severity", "location"} for each in found)


def test_a_comment_is_found_again_and_fits_whatever_was_found() -> None:
    many = tuple(replace(STALE, id=str(number), title="x" * 300) for number in range(2_000))

    text = exported(report(findings=many), "comment").decode()

    assert text.startswith(marker(report()) + "\n")
    assert len(text) <= LIMIT
    assert "left out here for length" in text
    assert "<details>" in text


def test_a_marker_can_be_ended_by_no_name() -> None:
    assert marker(report(plan_id="a --> <script>")) == "<!-- lineage-audit: comment on a-script -->"
