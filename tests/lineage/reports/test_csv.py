"""The table for planners: RFC 4180, the same columns always, and never a formula."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from pathlib import Path

import pytest
from inline_snapshot import snapshot

from lineage.finding import Actual, Fix, FixKind
from lineage.report import Report
from lineage.reports import text_of
from lineage.reports.csv import COLUMNS, written
from tests.lineage.reports.sample import ASSUMPTIONS, STALE, everywhere, report

ROOT = Path(__file__).parents[3]


def rows(shown: Report) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(written(shown), newline=""), strict=True))


def of(kind: str, shown: Report) -> list[dict[str, str]]:
    return [row for row in rows(shown) if row["kind"] == kind]


def test_a_finding_is_one_row_with_everything_that_a_planner_sorts_by() -> None:
    found = of("finding", report())

    assert len(found) == 4
    assert {column: value for column, value in found[0].items() if value} == snapshot(
        {
            "kind": "finding",
            "id": "0a1fba7828722375",
            "rule": "freshness/stale-source",
            "severity": "blocker",
            "decision_effect": "holds",
            "subject": "crm.contacts",
            "says": "the newest record is 200 days 4 hours old, 4 hours were promised",
            "declared": "4 hours",
            "declared_at": "plan.yaml:10:40",
            "actual": "17294400",
            "unit": "seconds",
            "actual_words": "200 days 4 hours (between 200 days 3 hours and 200 days 5 hours)",
            "verdict": "broken",
            "evidence_level": "observed",
            "fix": "start the load again",
            "effort": "hours",
            "owner": "crm-owner@acme.example",
            "status": "open",
        }
    )


def test_findings_stand_by_what_they_do_then_by_severity() -> None:
    assert [(row["decision_effect"], row["severity"]) for row in of("finding", report())] == snapshot(
        [("holds", "blocker"), ("narrows", "blocker"), ("narrows", "high"), ("told", "high")]
    )


def test_the_ledger_has_every_assumption_with_verdict_and_evidence() -> None:
    ledger = of("assumption", report())

    assert [row["id"] for row in ledger] == [line.leaf for line in ASSUMPTIONS]
    assert all(row["verdict"] and row["evidence_level"] for row in ledger)


def test_what_is_lost_says_what_it_costs_and_what_gives_it_back_what_that_takes() -> None:
    lost, _ = of("lost", report())
    (restore,) = of("restore", report())

    assert (lost["actual"], lost["unit"]) == ("1200", "records")
    assert lost["actual_words"] == "1,200 records; no longer measured: reply_rate; sample no longer reached: pilot"
    assert restore["effort"] == "1 fix of hours"


def test_the_docs_name_every_kind_of_row() -> None:
    code = (ROOT / "lineage" / "reports" / "csv.py").read_text(encoding="utf-8")
    told = (ROOT / "docs" / "report.md").read_text(encoding="utf-8").partition("tells its rows apart")[2]

    kinds = set(re.findall(r'"kind": "(\w+)"', code))
    assert len(kinds) > 10
    assert kinds <= set(re.findall(r"`(\w+)`", told.partition("New columns")[0]))


def test_scope_says_what_may_launch_what_is_lost_and_what_gives_it_back() -> None:
    kinds = ("run", "stage", "lost", "restore", "crossing", "failure", "skipped")

    assert [
        [kind, *(row[key] for key in ("decision_effect", "subject", "says", "scope_effect", "fix") if row[key])]
        for kind in kinds
        for row in of(kind, report())
    ] == snapshot(
        [
            ["run", "hold", "support-reply 0.4.0", "incomplete: a source or a rule failed"],
            ["stage", "hold", "first", "1 blocker holds the launch"],
            [
                "lost",
                "narrows",
                "crm.contacts.email",
                "privacy/unmasked-at-boundary of crm.contacts.email",
                "drop_field crm.contacts.email",
            ],
            [
                "lost",
                "narrows",
                "helpdesk.tickets.body",
                "source/hidden-or-missing of helpdesk.tickets.body",
                "drop_field helpdesk.tickets.body",
            ],
            ["restore", "crm.contacts.email", "privacy/unmasked-at-boundary of crm.contacts.email"],
            ["crossing", "helpdesk.tickets.body", "it was not looked at"],
            ["crossing", "crm.contacts.email", "no mask is declared"],
            ["crossing", "crm.contacts.email", "all 200 values look masked"],
            ["crossing", "crm.contacts.email", "no declared step carries it there"],
            ["failure", "source helpdesk", "connection refused"],
            ["skipped", "helpdesk: system", "timeout"],
        ]
    )


def test_the_columns_are_stable() -> None:
    assert list(COLUMNS) == snapshot(
        [
            "kind",
            "id",
            "rule",
            "severity",
            "decision_effect",
            "subject",
            "says",
            "declared",
            "declared_at",
            "actual",
            "unit",
            "actual_words",
            "verdict",
            "evidence_level",
            "scope_effect",
            "fix",
            "patch",
            "effort",
            "settled_by",
            "owner",
            "status",
        ]
    )


def test_lines_end_as_rfc_4180_says_and_every_row_has_every_column() -> None:
    text = written(report())

    assert text.splitlines(keepends=True)[0].endswith("\r\n")
    assert {len(row) for row in csv.reader(io.StringIO(text, newline=""), strict=True)} == {len(COLUMNS)}


def test_excel_gets_its_mark_only_when_asked() -> None:
    assert text_of(report(), "csv", bom=True).startswith("\ufeffkind,")
    assert text_of(report(), "csv").startswith("kind,")


@pytest.mark.parametrize(
    "name",
    [
        "=cmd|' /C calc'!A0",
        '=HYPERLINK("http://evil.example","x")',
        "+1+1",
        "-2+3",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        " =1",
        "＝1+1",  # noqa: RUF001 - Excel folds it
        'a","=1',
        "a\r\n=1,2",
    ],
)
def test_no_cell_is_a_formula(name: str) -> None:
    cells = [cell for row in csv.reader(io.StringIO(written(everywhere(name)), newline="")) for cell in row]

    starts = {line.lstrip()[:1] for cell in cells for line in cell.splitlines()}
    assert not starts & set("=+-@\t\r＝＋－＠")  # noqa: RUF001 - Excel folds them
    assert len(rows(everywhere(name))) == len(rows(everywhere("x")))


def test_our_own_numbers_stay_numbers() -> None:
    colder = replace(STALE, judgement=replace(STALE.judgement, actual=Actual(-3, "seconds")))

    (row,) = of("finding", report(findings=(colder,)))

    assert row["actual"] == "-3"


def test_a_patch_keeps_its_lines_each_safe_by_itself() -> None:
    fix = Fix(FixKind.SQL, "take it away", "REVOKE a;\n-- then\nREVOKE b;\n")
    found = replace(STALE, judgement=replace(STALE.judgement, fixes=(fix,)))

    (row,) = of("finding", report(findings=(found,)))

    assert row["patch"] == "REVOKE a;\n'-- then\nREVOKE b;"
