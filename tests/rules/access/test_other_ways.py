"""Ways beside the declared one: tables beneath views, copies, roles; and two proofs that disagree. On a PostgreSQL."""

from __future__ import annotations

from pathlib import Path

import pytest

from lineage.model import Level, Severity, Verdict
from lineage.testing import fired
from tests.rules.access.desk import EXACT, PLAN, Desk, findings, only, path
from tests.servers import PostgresDatabase

pytestmark = pytest.mark.postgresql
ALTERNATE, COPY, ROLE = "access/alternate-path", "access/reach-through-copy", "access/reach-through-role"
DISAGREE = "access/disagreeing-proofs"
VIEW = """
CREATE VIEW desk.shown AS SELECT id, region, left(email, 1) AS email FROM desk.contacts;
GRANT USAGE ON SCHEMA desk TO {ai};
GRANT SELECT ON desk.shown TO {ai};
GRANT SELECT (id, contact_id, body) ON desk.tickets TO {ai};
"""
THROUGH_VIEW = PLAN.replace("reads: desk.contacts", "reads: desk.shown")


def test_the_table_beneath_a_declared_view_is_another_path(tmp_path: Path, postgres: PostgresDatabase) -> None:
    desk = Desk(tmp_path, postgres).run(VIEW).run("GRANT SELECT (email, note) ON desk.contacts TO {ai}")

    found = only(desk.audit(THROUGH_VIEW), ALTERNATE)

    assert "reads 2 fields of desk.contacts beside it: email, note" in found.judgement.says
    assert findings(desk.apply(found).audit(THROUGH_VIEW), ALTERNATE) == []
    assert findings(desk.audit(THROUGH_VIEW), "access/under-grant") == []


def test_a_view_whose_tables_are_closed_has_no_other_path(tmp_path: Path, postgres: PostgresDatabase) -> None:
    assert findings(Desk(tmp_path, postgres).run(VIEW).audit(THROUGH_VIEW), ALTERNATE) == []


@pytest.mark.parametrize(
    "copy",
    [
        "CREATE MATERIALIZED VIEW hr.copied AS SELECT person, amount FROM hr.salaries;"
        "GRANT SELECT ON hr.copied TO {ai}",
        "CREATE TABLE hr.paid (year int, amount int) PARTITION BY LIST (year);"
        "CREATE TABLE hr.paid_now PARTITION OF hr.paid FOR VALUES IN (2026); GRANT SELECT ON hr.paid_now TO {ai}",
    ],
)
def test_a_copy_that_is_open_of_what_is_closed_is_told_and_closed(
    tmp_path: Path, postgres: PostgresDatabase, copy: str
) -> None:
    desk = Desk(tmp_path, postgres).run(EXACT).run("GRANT USAGE ON SCHEMA hr TO {ai}").run(copy)

    found = only(desk.audit(), COPY)

    assert "in copies of them" in found.judgement.says
    assert desk.apply(found).audit().findings == ()


def test_a_copy_of_what_is_open_anyway_is_no_way_of_its_own(tmp_path: Path, postgres: PostgresDatabase) -> None:
    desk = (
        Desk(tmp_path, postgres).run(EXACT).run("GRANT USAGE ON SCHEMA hr TO {ai}; GRANT SELECT ON hr.salaries TO {ai}")
    )
    desk.run("CREATE MATERIALIZED VIEW hr.copied AS SELECT person FROM hr.salaries; GRANT SELECT ON hr.copied TO {ai}")

    assert findings(desk.audit(), COPY) == []


def test_what_is_read_by_a_role_alone_is_told_by_the_way(tmp_path: Path, postgres: PostgresDatabase) -> None:
    desk = Desk(tmp_path, postgres).run(
        EXACT.replace("GRANT SELECT (id, contact_id, body) ON desk.tickets TO {ai};", "")
    )
    desk.role("readers")
    desk.run("GRANT {readers} TO {ai} WITH SET FALSE; GRANT SELECT (id, contact_id, body) ON desk.tickets TO {readers}")

    report = desk.audit()

    found = only(report, ROLE)
    assert fired(report) == {ROLE}
    assert found.severity is Severity.INFO
    assert path(found) == ["ai -member of-> readers", "readers -grant select-> desk.tickets.body"]
    assert not found.launch_blocking


def test_what_is_granted_to_the_identity_itself_is_read_by_no_role(tmp_path: Path, postgres: PostgresDatabase) -> None:
    desk = Desk(tmp_path, postgres).run(EXACT)
    desk.role("readers")
    desk.run("GRANT {readers} TO {ai} WITH SET FALSE; GRANT SELECT (id, contact_id, body) ON desk.tickets TO {readers}")

    assert findings(desk.audit(), ROLE) == []


def test_a_read_that_is_planned_against_the_grants_is_a_finding_of_its_own(
    tmp_path: Path, postgres: PostgresDatabase
) -> None:
    # With row security and no policy the planner proves the query empty, and never asks for what a view needs beneath.
    desk = Desk(tmp_path, postgres).run(EXACT)
    desk.role("steward")
    desk.run(
        "GRANT USAGE ON SCHEMA desk, hr TO {steward}; GRANT SELECT ON desk.contacts TO {steward};"
        "ALTER TABLE desk.contacts ENABLE ROW LEVEL SECURITY;"
        "CREATE VIEW hr.inner_view AS SELECT name FROM hr.people LIMIT 1; ALTER VIEW hr.inner_view OWNER TO {steward};"
        "CREATE VIEW desk.shown AS SELECT c.id, c.region, c.email FROM desk.contacts c, hr.inner_view;"
        "GRANT SELECT ON hr.inner_view TO {steward}; ALTER VIEW desk.shown OWNER TO {steward};"
        "GRANT SELECT ON desk.shown TO {ai}"
    )

    told = [one for one in desk.audit(THROUGH_VIEW).findings if one.rule == DISAGREE]

    assert {one.judgement.subject.field for one in told} == {
        "crm.contacts.id",
        "crm.contacts.region",
        "crm.contacts.email",
    }
    assert {(one.judgement.verdict, one.judgement.level) for one in told} == {(Verdict.UNVERIFIED, Level.EXERCISED)}
    assert "no grant opens it, and a read of it was planned" in told[0].title


def test_proofs_that_agree_are_no_finding(tmp_path: Path, postgres: PostgresDatabase) -> None:
    assert [one for one in Desk(tmp_path, postgres).run(EXACT).audit().findings if one.rule == DISAGREE] == []
