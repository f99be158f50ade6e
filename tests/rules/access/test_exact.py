"""An identity that reads exactly what is declared: every access rule holds, and the reads were tried."""

from pathlib import Path

import pytest

from lineage.model import Level, Verdict
from lineage.testing import World, assumption
from tests.rules.access.desk import EXACT, PLAN, RULES, Desk
from tests.servers import PostgresDatabase

pytestmark = pytest.mark.postgresql
ELSEWHERE = {
    "access/application-only-segment",
    "access/confused-deputy",
    "access/rights-blind-retrieval",
    "access/shared-identity",
    "access/unexpected-identity",
    "access/unmapped-identity",
    "access/unused-grant",
}
"""Rules of the family that judge another claim than the identity's, or only where sessions or a log tell of it."""


def test_an_identity_that_reads_exactly_what_is_declared_breaks_nothing(
    tmp_path: Path, postgres: PostgresDatabase
) -> None:
    report = Desk(tmp_path, postgres).run(EXACT).audit()

    assert report.findings == ()
    assert assumption(report, "sources.crm.identity").verdict is Verdict.HELD
    assert set(assumption(report, "sources.crm.identity").rules) == {rule.id for rule in RULES} - ELSEWHERE


def test_a_declared_read_that_was_tried_is_exercised(tmp_path: Path, postgres: PostgresDatabase) -> None:
    report = Desk(tmp_path, postgres).run(EXACT).audit()

    body = assumption(report, "tickets.fields.body.need")
    assert (body.verdict, body.level) == (Verdict.HELD, Level.EXERCISED)


def test_an_auditor_that_may_not_become_the_identity_knows_by_its_grants(
    tmp_path: Path, postgres: PostgresDatabase
) -> None:
    desk = Desk(tmp_path, postgres).run(EXACT)
    auditor = desk.role("auditor", "LOGIN")

    report = desk.audit(crm=postgres.url(auditor))

    body = assumption(report, "tickets.fields.body.need")
    assert (body.verdict, body.level) == (Verdict.HELD, Level.CONFIGURED)


def test_a_view_that_the_plan_reads_is_no_finding_though_it_lends_rights(
    tmp_path: Path, postgres: PostgresDatabase
) -> None:
    desk = Desk(tmp_path, postgres).run(EXACT)
    desk.run("CREATE SCHEMA ai; CREATE VIEW ai.contacts_v AS SELECT id, region, email FROM desk.contacts")
    desk.run("GRANT USAGE ON SCHEMA ai TO {ai}; GRANT SELECT ON ai.contacts_v TO {ai}")
    desk.run("REVOKE SELECT (id, region, email) ON desk.contacts FROM {ai}")

    report = desk.audit(PLAN.replace("desk.contacts", "ai.contacts_v"))

    assert report.findings == ()


def test_files_have_permissions_only(tmp_path: Path) -> None:
    world = World(tmp_path).sqlite("crm", "CREATE TABLE contacts (id integer primary key)")
    plan = """
        plan: v1
        meta: {id: p, status: draft, owner: po@acme.example}
        sources:
          crm:
            connector: {type: sqlite, url: "${CRM_URL}"}
            identity: ai_support
            datasets: {contacts: {reads: contacts, fields: {id: required}}}
        """

    report = world.audit(plan, rules=RULES)

    line = assumption(report, "sources.crm.identity")
    assert (line.verdict, line.level) == (Verdict.UNVERIFIED, Level.ASSERTED)
    assert "file permissions are all there is" in line.says
    assert report.findings == ()


def test_a_source_that_names_no_identity_is_said_to_be_unjudged(tmp_path: Path, postgres: PostgresDatabase) -> None:
    report = Desk(tmp_path, postgres).run(EXACT).audit(PLAN.replace("    identity: {ai}\n", ""))

    line = assumption(report, "sources.crm")
    assert line.verdict is Verdict.UNVERIFIED
    assert line.kind == "implied"


def test_a_source_that_does_not_answer_leaves_its_identity_unverified(
    tmp_path: Path, postgres: PostgresDatabase
) -> None:
    desk = Desk(tmp_path, postgres).run(EXACT)

    report = desk.audit(crm=postgres.url().replace(postgres.name, "no_such_database"))

    assert assumption(report, "sources.crm.identity").verdict is Verdict.UNVERIFIED
    assert report.incomplete
