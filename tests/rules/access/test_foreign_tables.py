"""Tables that are read on another server: what opens them lies there, and in a login that the server keeps."""

from __future__ import annotations

from pathlib import Path

import pytest

from lineage.model import Verdict
from lineage.report import Report
from tests.rules.access.desk import EXACT, PLAN, Desk, findings
from tests.servers import PostgresDatabase

pytestmark = pytest.mark.postgresql
_FAR = """
CREATE EXTENSION {extension}; CREATE SERVER far FOREIGN DATA WRAPPER {extension} {options};
CREATE FOREIGN TABLE hr.payslips (person text, amount int) SERVER far {table};
CREATE VIEW desk.pay WITH (security_invoker) AS SELECT amount FROM hr.payslips;
"""
UNDECIDED = "access/undecidable-reach"
_DECLARED = PLAN.replace(
    "steps:\n",
    "      pay:\n        reads: hr.payslips\n        fields: {{amount: required}}\nsteps:\n",
).replace("crm.tickets: all", "crm.tickets: all, crm.pay: all")


def _desk(tmp_path: Path, postgres: PostgresDatabase, extension: str, options: str = "", table: str = "") -> Desk:
    known = postgres.execute("SELECT name FROM pg_available_extensions WHERE name = %s", [extension])
    if not known:
        pytest.skip(f"this server has no {extension}")
    desk = Desk(tmp_path, postgres).run(EXACT)
    postgres.execute(_FAR.format(extension=extension, options=options, table=table))
    return desk.run("GRANT USAGE ON SCHEMA hr TO {ai}; GRANT SELECT ON hr.payslips, desk.pay TO {ai}")


def _undecided(report: Report) -> list[str]:
    return [
        one.judgement.says
        for one in report.findings
        if one.rule == UNDECIDED and one.judgement.verdict is Verdict.UNVERIFIED
    ]


def test_without_a_login_there_a_foreign_table_is_granted_and_not_read(
    tmp_path: Path, postgres: PostgresDatabase
) -> None:
    report = _desk(tmp_path, postgres, "postgres_fdw").audit(_DECLARED)

    (found,) = findings(report, "access/unusable-grant")
    assert "it lacks a user mapping for ai" in found.judgement.says
    assert not _undecided(report)


@pytest.mark.parametrize("who", ["{ai}", "PUBLIC"])
def test_what_a_login_there_reads_is_undecided(tmp_path: Path, postgres: PostgresDatabase, who: str) -> None:
    desk = _desk(tmp_path, postgres, "postgres_fdw")

    report = desk.run(f"CREATE USER MAPPING FOR {who} SERVER far OPTIONS (user 'marker', password 'marker')").audit()

    (says,) = _undecided(report)
    assert "hr.payslips is on another server" in says
    assert "marker" not in repr(report)


def test_a_login_of_a_role_is_not_its_members(tmp_path: Path, postgres: PostgresDatabase) -> None:
    desk = _desk(tmp_path, postgres, "postgres_fdw")
    desk.role("clerks")

    report = desk.run("GRANT {clerks} TO {ai}; CREATE USER MAPPING FOR {clerks} SERVER far").audit(_DECLARED)

    assert findings(report, "access/unusable-grant")


def test_a_foreign_table_over_a_file_is_read_by_who_holds_the_right(tmp_path: Path, postgres: PostgresDatabase) -> None:
    (tmp_path / "pay.csv").write_text("a,1\n")
    desk = _desk(tmp_path, postgres, "file_fdw", table=f"OPTIONS (filename '{tmp_path}/pay.csv', format 'csv')")

    report = desk.audit()

    assert findings(report, "access/over-grant-dataset") or findings(report, "access/over-grant-sensitive")
    assert not _undecided(report)
