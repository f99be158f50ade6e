"""access/undeclared-write, access/privileged-identity, access/latent-reach: rights beyond reading at once."""

from pathlib import Path

import pytest

from lineage.finding import Op
from lineage.model import Severity
from lineage.testing import fired
from tests.rules.access.desk import EXACT, PLAN, Desk, findings, only, path
from tests.servers import PostgresDatabase

pytestmark = pytest.mark.postgresql
WRITE, PRIVILEGED, LATENT = "access/undeclared-write", "access/privileged-identity", "access/latent-reach"


def test_a_write_right_where_the_plan_reads_holds_the_launch(tmp_path: Path, postgres: PostgresDatabase) -> None:
    desk = Desk(tmp_path, postgres).run(EXACT)
    desk.run("GRANT INSERT, DELETE ON desk.tickets TO {ai}; GRANT UPDATE (note) ON desk.contacts TO {ai}")

    report = desk.audit()

    found = only(report, WRITE)
    assert fired(report) == {WRITE}
    assert "may delete in 1, insert in 1, update in 1 of 2 datasets: crm.tickets, crm.contacts" in found.judgement.says
    assert [one.op for one in found.judgement.operations] == [Op.HOLD_LAUNCH]
    assert desk.apply(found).audit().findings == ()


def test_a_write_right_by_a_role_is_closed_at_the_role(tmp_path: Path, postgres: PostgresDatabase) -> None:
    desk = Desk(tmp_path, postgres)
    desk.role("clerks")
    desk.run("GRANT {clerks} TO {ai} WITH SET FALSE; GRANT TRUNCATE ON desk.tickets TO {clerks}").run(EXACT)

    found = only(desk.audit(), WRITE)

    assert path(found) == ["ai -member of-> clerks", "clerks -grant truncate-> desk.tickets"]
    assert desk.apply(found).audit().findings == ()


def test_an_action_that_writes_declares_the_right(tmp_path: Path, postgres: PostgresDatabase) -> None:
    desk = Desk(tmp_path, postgres).run(EXACT).run("GRANT INSERT ON desk.tickets TO {ai}")

    report = desk.audit(PLAN + "actions: {{tag: {{level: update, touches: crm}}}}\n")

    assert WRITE not in fired(report)


def test_an_action_declares_the_right_on_what_it_touches_only(tmp_path: Path, postgres: PostgresDatabase) -> None:
    desk = Desk(tmp_path, postgres).run(EXACT)
    desk.run("GRANT INSERT ON desk.tickets TO {ai}; GRANT DELETE ON desk.contacts TO {ai}")

    found = only(desk.audit(PLAN + "actions: {{tag: {{level: update, touches: crm.tickets}}}}\n"), WRITE)

    assert "may delete in 1 of 1 dataset: crm.contacts" in found.judgement.says


def test_a_write_right_is_told_to_the_source_that_it_is_a_right_on(tmp_path: Path, postgres: PostgresDatabase) -> None:
    desk = Desk(tmp_path, postgres).run(EXACT).run("GRANT INSERT ON desk.tickets TO {ai}")
    apart = PLAN.replace(
        "      tickets:\n",
        "  help:\n    connector: {{type: postgresql, url: '${{CRM_URL}}'}}\n    owner: help@acme.example\n"
        "    identity: {ai}\n    datasets:\n      tickets:\n",
    ).replace("crm.tickets", "help.tickets")

    found = only(desk.audit(apart), WRITE)
    declared = desk.audit(apart + "actions: {{tag: {{level: update, touches: help}}}}\n")

    assert (found.judgement.subject.source, found.owner) == ("help", "help@acme.example")
    assert declared.findings == ()


def test_a_superuser_is_told_as_one(tmp_path: Path, postgres: PostgresDatabase) -> None:
    desk = Desk(tmp_path, postgres, "LOGIN SUPERUSER")

    report = desk.run(EXACT).audit()

    found = only(report, PRIVILEGED)
    assert "is a superuser" in found.judgement.says
    assert found.severity is Severity.BLOCKER
    assert WRITE not in fired(report)
    assert desk.apply(found).audit().findings == ()


def test_an_owner_is_privileged_also_by_a_role(tmp_path: Path, postgres: PostgresDatabase) -> None:
    desk = Desk(tmp_path, postgres)
    desk.role("keepers")
    desk.run("GRANT {keepers} TO {ai}; ALTER TABLE desk.tickets OWNER TO {keepers}").run(EXACT)

    found = only(desk.audit(), PRIVILEGED)

    assert "owns 1 dataset (crm.tickets)" in found.judgement.says


def test_an_identity_without_privileges_is_none(tmp_path: Path, postgres: PostgresDatabase) -> None:
    assert fired(Desk(tmp_path, postgres).run(EXACT).audit()) == set()


def test_attributes_of_an_administrator_are_told(tmp_path: Path, postgres: PostgresDatabase) -> None:
    desk = Desk(tmp_path, postgres, "LOGIN CREATEROLE BYPASSRLS").run(EXACT)

    found = only(desk.audit(), PRIVILEGED)

    assert "bypasses row security" in found.judgement.says
    assert "makes roles" in found.judgement.says
    assert desk.apply(found).audit().findings == ()


def test_a_role_that_the_identity_may_become_is_latent_reach(tmp_path: Path, postgres: PostgresDatabase) -> None:
    desk = Desk(tmp_path, postgres)
    desk.role("admins")
    desk.run("GRANT {admins} TO {ai} WITH INHERIT FALSE; GRANT USAGE ON SCHEMA hr TO {admins}")
    desk.run("GRANT SELECT ON hr.salaries TO {admins}; GRANT DELETE ON hr.people TO {admins}").run(EXACT)

    report = desk.audit()

    found = only(report, LATENT)
    assert fired(report) == {LATENT}
    assert "reads 2 fields more of 1 dataset (hr.salaries), writes 1 dataset" in found.judgement.says
    assert path(found) == ["ai -may become-> admins", "admins -grant select-> hr.salaries"]
    assert desk.apply(found).audit().findings == ()


def test_latent_reach_of_what_is_sensitive_holds_the_launch(tmp_path: Path, postgres: PostgresDatabase) -> None:
    desk = Desk(tmp_path, postgres).run(EXACT)
    desk.role("admins")
    desk.run("CREATE VIEW hr.copy AS SELECT email FROM desk.contacts; GRANT USAGE ON SCHEMA hr TO {admins}")
    desk.run("GRANT {admins} TO {ai} WITH INHERIT FALSE; GRANT SELECT ON hr.copy TO {admins}")

    found = only(desk.audit(), LATENT)

    assert found.severity is Severity.BLOCKER
    assert "1 of them sensitive" in found.judgement.says


PAY = (
    "CREATE FUNCTION desk.pay() RETURNS SETOF int LANGUAGE sql SECURITY {rights} AS 'SELECT amount FROM hr.salaries'; "
    "REVOKE EXECUTE ON FUNCTION desk.pay() FROM PUBLIC; GRANT EXECUTE ON FUNCTION desk.pay() TO {{admins}}"
)


def test_a_routine_that_only_a_role_may_execute_is_latent_reach(tmp_path: Path, postgres: PostgresDatabase) -> None:
    desk = Desk(tmp_path, postgres).run(EXACT)
    desk.role("admins")
    desk.run("GRANT {admins} TO {ai} WITH INHERIT FALSE; GRANT USAGE ON SCHEMA desk TO {admins}")
    desk.run(PAY.format(rights="DEFINER"))

    report = desk.audit()

    found = only(report, LATENT)
    assert fired(report) == {LATENT}
    assert " reads 1 field more of 1 dataset (hr.salaries)" in found.judgement.says
    assert path(found) == [
        "ai -may become-> admins",
        "admins -grant execute-> desk.pay()",
        "pay() -runs as postgres, gives-> hr.salaries.amount",
    ]
    assert desk.apply(found).audit().findings == ()


def test_a_routine_of_the_rights_of_a_role_that_calls_it_lends_nothing(
    tmp_path: Path, postgres: PostgresDatabase
) -> None:
    desk = Desk(tmp_path, postgres).run(EXACT)
    desk.role("admins")
    desk.run("GRANT {admins} TO {ai} WITH INHERIT FALSE; GRANT USAGE ON SCHEMA desk TO {admins}")
    desk.run(PAY.format(rights="INVOKER"))

    assert findings(desk.audit(), LATENT) == []


def test_a_routine_that_may_be_executed_at_once_is_not_latent(tmp_path: Path, postgres: PostgresDatabase) -> None:
    desk = Desk(tmp_path, postgres).run(EXACT)
    desk.role("admins")
    desk.run("GRANT {admins} TO {ai} WITH INHERIT FALSE; GRANT USAGE ON SCHEMA desk TO {admins}")
    desk.run(PAY.format(rights="DEFINER")).run("GRANT EXECUTE ON FUNCTION desk.pay() TO {ai}")

    assert fired(desk.audit()) == {"access/reach-through-routine"}


def test_a_role_that_may_not_be_switched_to_is_not_latent(tmp_path: Path, postgres: PostgresDatabase) -> None:
    desk = Desk(tmp_path, postgres)
    desk.role("admins")
    desk.run("GRANT {admins} TO {ai} WITH INHERIT FALSE, SET FALSE; GRANT USAGE ON SCHEMA hr TO {admins}")
    desk.run("GRANT SELECT ON hr.salaries TO {admins}").run(EXACT)

    assert findings(desk.audit(), LATENT) == []


def test_a_role_that_becomes_a_superuser_is_the_worst(tmp_path: Path, postgres: PostgresDatabase) -> None:
    desk = Desk(tmp_path, postgres)
    desk.role("root", "SUPERUSER NOLOGIN")
    desk.run("GRANT {root} TO {ai} WITH INHERIT FALSE").run(EXACT)

    found = only(desk.audit(), LATENT)

    assert "becomes a superuser" in found.judgement.says
    assert found.severity is Severity.BLOCKER
