"""access/over-grant and what is like it: the identity reads more than the plan needs."""

from pathlib import Path

import pytest

from lineage.finding import Op
from lineage.model import Severity, Verdict
from lineage.report import Decision
from lineage.testing import assumption, fired
from tests.rules.access.desk import EXACT, PLAN, Desk, findings, only, path
from tests.servers import PostgresDatabase

pytestmark = pytest.mark.postgresql
OVER, DATASET, SENSITIVE = "access/over-grant", "access/over-grant-dataset", "access/over-grant-sensitive"
PUBLIC, VIEW = "access/reach-through-public", "access/reach-through-view"


def test_a_grant_on_the_whole_table_opens_fields_that_are_not_declared(
    tmp_path: Path, postgres: PostgresDatabase
) -> None:
    desk = Desk(tmp_path, postgres).run(EXACT).run("GRANT SELECT ON desk.contacts TO {ai}")

    found = only(report := desk.audit(), OVER)

    assert "2 fields of crm.contacts that the plan does not need: iban, note" in found.judgement.says
    assert found.severity is Severity.HIGH
    assert found.judgement.operations == ()
    assert path(found) == ["ai -grant select-> desk.contacts"]
    assert assumption(report, "sources.crm.identity").verdict is Verdict.BROKEN
    assert found.owner == "dba@acme.example"


def test_the_fix_leaves_the_declared_columns_only(tmp_path: Path, postgres: PostgresDatabase) -> None:
    desk = Desk(tmp_path, postgres).run(EXACT).run("GRANT SELECT ON desk.contacts TO {ai}")

    desk.apply(only(desk.audit(), OVER))

    assert desk.audit().findings == ()


def test_a_role_on_the_way_is_in_the_path_and_in_the_fix(tmp_path: Path, postgres: PostgresDatabase) -> None:
    desk = Desk(tmp_path, postgres)
    desk.role("team")
    desk.role("all")
    desk.run(EXACT).run("GRANT {team} TO {ai} WITH SET FALSE; GRANT {all} TO {team} WITH SET FALSE")
    desk.run("GRANT SELECT ON desk.tickets TO {all}; ALTER TABLE desk.tickets ADD subject text")

    found = only(desk.audit(), OVER)

    assert path(found) == ["ai -member of-> team", "team -member of-> all", "all -grant select-> desk.tickets"]
    assert desk.apply(found).audit().findings == ()


def test_a_dataset_that_the_plan_does_not_name_is_told_once_a_source(
    tmp_path: Path, postgres: PostgresDatabase
) -> None:
    desk = Desk(tmp_path, postgres).run(EXACT)
    desk.run("GRANT USAGE ON SCHEMA hr TO {ai}; GRANT SELECT ON ALL TABLES IN SCHEMA hr TO {ai}")

    found = only(desk.audit(), DATASET)

    assert "2 datasets that the plan does not name (5 fields): hr.people, hr.salaries" in found.judgement.says
    assert desk.apply(found).audit().findings == ()


def test_the_raw_base_of_a_declared_sensitive_field_holds_the_launch(
    tmp_path: Path, postgres: PostgresDatabase
) -> None:
    desk = Desk(tmp_path, postgres).run(EXACT)
    desk.run("CREATE SCHEMA ai; CREATE VIEW ai.contacts_v AS SELECT id, region, md5(email) AS email FROM desk.contacts")
    desk.run("GRANT USAGE ON SCHEMA ai TO {ai}; GRANT SELECT ON ai.contacts_v TO {ai}")

    report = desk.audit(PLAN.replace("reads: desk.contacts", "reads: ai.contacts_v"))

    found = only(report, SENSITIVE)
    assert "desk.contacts.email (email, the base of crm.contacts.email)" in found.judgement.says
    assert found.severity is Severity.BLOCKER
    assert [one.op for one in found.judgement.operations] == [Op.HOLD_LAUNCH]
    assert report.decision is Decision.HOLD
    assert DATASET not in fired(report)
    assert found.folded


@pytest.mark.parametrize(
    ("shown", "base"), [("'***' || right(email, 4)", "desk.contacts.email"), ("left(note, 1) || right(email, 4)", None)]
)
def test_what_a_partial_mask_cuts_from_one_field_is_the_raw_base_of_it(
    tmp_path: Path, postgres: PostgresDatabase, shown: str, base: str | None
) -> None:
    desk = Desk(tmp_path, postgres).run(EXACT)
    desk.run(f"CREATE SCHEMA ai; CREATE VIEW ai.contacts_v AS SELECT id, region, {shown} AS email FROM desk.contacts")
    desk.run("GRANT USAGE ON SCHEMA ai TO {ai}; GRANT SELECT ON ai.contacts_v TO {ai}")

    report = desk.audit(PLAN.replace("reads: desk.contacts", "reads: ai.contacts_v").replace("hmac", "partial"))

    assert (SENSITIVE in fired(report)) == (base is not None)
    if base is not None:
        assert f"{base} (email, the base of crm.contacts.email)" in only(report, SENSITIVE).judgement.says


def test_a_field_that_the_plan_declares_and_does_not_need_is_no_blocker(
    tmp_path: Path, postgres: PostgresDatabase
) -> None:
    desk = Desk(tmp_path, postgres).run(EXACT).run("GRANT SELECT (iban) ON desk.contacts TO {ai}")
    plan = PLAN.replace("region: required,", "region: required, iban: {{need: none, sensitive: bank_account}},")

    report = desk.audit(plan)

    assert "iban" in only(report, OVER).judgement.says
    assert SENSITIVE not in fired(report)


def test_what_nobody_looked_at_is_not_said_to_be_harmless(tmp_path: Path, postgres: PostgresDatabase) -> None:
    desk = Desk(tmp_path, postgres).run(EXACT)
    desk.run("GRANT USAGE ON SCHEMA hr TO {ai}; GRANT SELECT ON hr.salaries TO {ai}")

    report = desk.audit()

    assert SENSITIVE not in fired(report)
    assert SENSITIVE in assumption(report, "sources.crm.identity").rules
    assert DATASET in fired(report)


def test_everybodys_grant_is_told_with_its_path(tmp_path: Path, postgres: PostgresDatabase) -> None:
    desk = Desk(tmp_path, postgres).run(EXACT).run("GRANT SELECT ON desk.tickets TO PUBLIC")

    report = desk.audit()

    found = only(report, PUBLIC)
    assert "3 fields of crm.tickets are open to PUBLIC" in found.judgement.says
    assert path(found) == ["ai -is one of-> PUBLIC", "PUBLIC -grant select-> desk.tickets"]
    assert desk.apply(found).audit().findings == ()


def test_undeclared_fields_that_are_open_to_everybody_are_told_once(tmp_path: Path, postgres: PostgresDatabase) -> None:
    desk = Desk(tmp_path, postgres).run(EXACT)
    desk.run("GRANT USAGE ON SCHEMA hr TO PUBLIC; GRANT SELECT ON hr.salaries TO PUBLIC")

    report = desk.audit()

    assert fired(report) == {PUBLIC}
    assert desk.apply(only(report, PUBLIC)).audit().findings == ()


def test_an_undeclared_view_lends_its_owners_rights(tmp_path: Path, postgres: PostgresDatabase) -> None:
    desk = Desk(tmp_path, postgres).run(EXACT)
    desk.run("CREATE VIEW hr.inner_v AS SELECT person, amount FROM hr.salaries")
    desk.run("CREATE VIEW desk.handy AS SELECT person FROM hr.inner_v; GRANT SELECT ON desk.handy TO {ai}")

    report = desk.audit()

    found = only(report, VIEW)
    assert fired(report) == {VIEW}
    assert "hr.inner_v.person, hr.salaries.person" in found.judgement.says
    assert path(found)[0] == "ai -grant select-> desk.handy"
    assert desk.apply(found).audit().findings == ()


def test_a_view_with_its_readers_rights_lends_nothing(tmp_path: Path, postgres: PostgresDatabase) -> None:
    desk = Desk(tmp_path, postgres).run(EXACT)
    desk.run("CREATE VIEW desk.handy WITH (security_invoker = true) AS SELECT person FROM hr.salaries")

    report = desk.run("GRANT SELECT ON desk.handy TO {ai}").audit()

    assert report.findings == ()


def test_a_routine_of_dynamic_sql_keeps_the_claim_open(tmp_path: Path, postgres: PostgresDatabase) -> None:
    desk = Desk(tmp_path, postgres).run(EXACT)
    desk.run(
        "CREATE FUNCTION desk.pay() RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER"
        " AS 'BEGIN EXECUTE current_setting(''desk.what''); END'"
    )

    line = assumption(desk.audit(), "sources.crm.identity")

    assert line.verdict is Verdict.UNVERIFIED
    assert "desk.pay()" in line.says


def test_a_partition_is_its_tables_rows(tmp_path: Path, postgres: PostgresDatabase) -> None:
    desk = Desk(tmp_path, postgres)
    desk.run(
        "DROP TABLE desk.tickets; CREATE TABLE desk.tickets (id int, contact_id int, body text) PARTITION BY LIST (id)"
    )
    desk.run("CREATE TABLE desk.tickets_1 PARTITION OF desk.tickets FOR VALUES IN (1)")
    desk.run(EXACT).run("GRANT SELECT ON desk.tickets_1 TO {ai}")

    report = desk.audit()

    assert findings(report, DATASET) == []


def test_odd_names_are_quoted_in_the_fix(tmp_path: Path, postgres: PostgresDatabase) -> None:
    desk = Desk(tmp_path, postgres).run(EXACT)
    desk.run('CREATE TABLE desk."Odd ""one""; DROP" ("Spalte Ä" int); GRANT SELECT ON desk."Odd ""one""; DROP" TO {ai}')

    desk.apply(only(desk.audit(), DATASET))

    assert desk.audit().findings == ()


def test_no_value_of_a_record_is_in_what_is_said(tmp_path: Path, postgres: PostgresDatabase) -> None:
    desk = Desk(tmp_path, postgres).run(EXACT).run("GRANT SELECT ON ALL TABLES IN SCHEMA desk TO {ai}")

    assert "marker" not in repr(desk.audit())
