"""access/application-only-segment: what in the system itself holds the identity to the launched segment."""

from __future__ import annotations

from pathlib import Path

import pytest

from lineage.finding import Finding
from lineage.model import Level, Verdict
from lineage.report import Report
from lineage.testing import assumption
from tests.rules.access.desk import EXACT, PLAN, Desk, findings, only
from tests.servers import PostgresDatabase

pytestmark = pytest.mark.postgresql
RULE = "access/application-only-segment"
SEGMENT = (
    PLAN
    + "segments: {{eu: {{of: crm.contacts, where: \"region = 'EU'\"}}}}\nrollout: [{{stage: first, segment: eu}}]\n"
)
OUTSIDE = "INSERT INTO desk.contacts SELECT n, 'US', NULL, NULL, 'x' FROM generate_series(21, 27) n;"


def policy(using: str) -> str:
    return f"ALTER TABLE desk.contacts ENABLE ROW LEVEL SECURITY; CREATE POLICY seen ON desk.contacts USING ({using});"


def of_contacts(report: Report) -> list[Finding]:
    return [one for one in findings(report, RULE) if one.judgement.subject.dataset == "crm.contacts"]


def test_a_segment_that_nothing_holds_is_told_with_the_records_outside(
    tmp_path: Path, postgres: PostgresDatabase
) -> None:
    report = Desk(tmp_path, postgres).run(EXACT).run(OUTSIDE).audit(SEGMENT)

    [found] = of_contacts(report)
    assert "no row policy and no view holds it to them; 7 are there now" in found.judgement.says
    assert (found.judgement.actual.value, found.judgement.level) == (7, Level.OBSERVED)


@pytest.mark.parametrize(
    "using",
    [
        "region = 'EU'",
        "region IN ('EU') AND id > 3",
        "region = 'EU' AND id = nullif(current_setting('a.b', true), '')::int",
    ],
)
def test_a_row_policy_within_the_segment_proves_it(tmp_path: Path, postgres: PostgresDatabase, using: str) -> None:
    report = Desk(tmp_path, postgres).run(EXACT).run(OUTSIDE).run(policy(using)).audit(SEGMENT)

    assert of_contacts(report) == []


def test_a_row_policy_that_lets_more_through_is_refuted(tmp_path: Path, postgres: PostgresDatabase) -> None:
    desk = Desk(tmp_path, postgres).run(EXACT).run(OUTSIDE)

    [found] = of_contacts(desk.run(policy("region IN ('EU', 'US')")).audit(SEGMENT))

    assert "the row policies of desk.contacts let it read more" in found.judgement.says


def test_a_row_policy_that_asks_a_setting_is_not_decided(tmp_path: Path, postgres: PostgresDatabase) -> None:
    desk = Desk(tmp_path, postgres).run(EXACT).run(policy("region = current_setting('app.region', true)"))

    report = desk.audit(SEGMENT)

    assert of_contacts(report) == []
    assert assumption(report, "segments.eu.where").verdict is not Verdict.HELD


def test_a_policy_that_does_not_bind_the_identity_proves_nothing(tmp_path: Path, postgres: PostgresDatabase) -> None:
    desk = Desk(tmp_path, postgres, "LOGIN BYPASSRLS").run(EXACT).run(OUTSIDE)

    assert of_contacts(desk.run(policy("region = 'EU'")).audit(SEGMENT))


def test_a_restrictive_policy_holds_what_a_permissive_one_opens(tmp_path: Path, postgres: PostgresDatabase) -> None:
    desk = Desk(tmp_path, postgres).run(EXACT).run(OUTSIDE).run(policy("true"))
    desk.run("CREATE POLICY limited ON desk.contacts AS RESTRICTIVE USING (region = 'EU')")

    assert of_contacts(desk.audit(SEGMENT)) == []


VIEW = """
CREATE VIEW desk.eu_contacts AS SELECT id, region, email FROM desk.contacts WHERE region = 'EU';
GRANT USAGE ON SCHEMA desk TO {ai};
GRANT SELECT ON desk.eu_contacts TO {ai};
GRANT SELECT (id, contact_id, body) ON desk.tickets TO {ai};
"""
THROUGH_VIEW = SEGMENT.replace("reads: desk.contacts", "reads: desk.eu_contacts")


def test_a_view_with_the_condition_holds_the_identity(tmp_path: Path, postgres: PostgresDatabase) -> None:
    report = Desk(tmp_path, postgres).run(VIEW).run(OUTSIDE).audit(THROUGH_VIEW)

    assert of_contacts(report) == []


def test_a_view_holds_nobody_who_reads_the_table_beside_it(tmp_path: Path, postgres: PostgresDatabase) -> None:
    desk = Desk(tmp_path, postgres).run(VIEW).run(OUTSIDE).run("GRANT SELECT ON desk.contacts TO {ai}")

    [found] = of_contacts(desk.audit(THROUGH_VIEW))

    assert "reads desk.contacts beside it" in found.judgement.says


def test_no_literal_of_a_policy_is_kept(tmp_path: Path, postgres: PostgresDatabase) -> None:
    desk = Desk(tmp_path, postgres).run(EXACT).run(policy("email = 'marker-policy@marker.example' OR region = 'EU'"))

    snapshot = desk.world.scan(SEGMENT.format(ai=desk.ai))

    assert "marker-policy" not in repr(snapshot)
    assert only(desk.audit(SEGMENT), RULE)
