"""Every access finding that prints SQL for PostgreSQL: it is run, the finding goes, and declared reads stay."""

from __future__ import annotations

import inspect
import re
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from lineage.finding import FixKind
from tests.rules.access.desk import EXACT, PLAN, RULES, Desk, findings
from tests.rules.access.test_other_ways import THROUGH_VIEW, VIEW
from tests.servers import PostgresDatabase

pytestmark = pytest.mark.postgresql
_ROLES = ("readers", "keeper")
_HR = "GRANT USAGE ON SCHEMA hr TO {readers}"
_SECURED = (
    "ALTER TABLE desk.contacts ENABLE ROW LEVEL SECURITY; CREATE POLICY eu ON desk.contacts USING (region = 'EU')"
)


_WITHOUT_TICKETS = PLAN.replace("crm.contacts: all, crm.tickets: all", "crm.contacts: all")


@dataclass(frozen=True)
class Flaw:
    """Statements that make one finding, beside grants that are exact."""

    rule: str
    statements: str
    exact: str = EXACT
    plan: str = PLAN
    options: str = "LOGIN"


_SEGMENT = (
    "segments: {{eu: {{of: crm.contacts, where: \"region = 'EU' AND id != 3 OR email IS NULL\"}}}}\n"
    "rollout: [{{stage: first, segment: eu}}]\n"
)
FLAWS = (
    Flaw("application-only-segment", "", plan=_WITHOUT_TICKETS + _SEGMENT),
    Flaw(
        "application-only-segment",
        "ALTER TABLE desk.contacts ENABLE ROW LEVEL SECURITY; CREATE POLICY all_of ON desk.contacts USING (id > 0)",
        plan=_WITHOUT_TICKETS + _SEGMENT,
    ),
    Flaw("alternate-path", "GRANT SELECT (email, note) ON desk.contacts TO {ai}", VIEW, THROUGH_VIEW),
    Flaw(
        "ineffective-row-filter",
        f"{_SECURED}; ALTER TABLE desk.contacts OWNER TO {{ai}}",
    ),
    Flaw("ineffective-row-filter", _SECURED, options="LOGIN BYPASSRLS"),
    Flaw(
        "ineffective-row-filter",
        f"{_SECURED}; GRANT USAGE ON SCHEMA desk TO {{keeper}}; GRANT SELECT ON desk.contacts TO {{keeper}}",
        VIEW,
        THROUGH_VIEW,
    ),
    Flaw(
        "latent-reach",
        f"{_HR}; GRANT SELECT ON hr.people TO {{readers}}; GRANT {{readers}} TO {{ai}} WITH INHERIT FALSE",
    ),
    Flaw(
        "latent-reach",
        f"{_HR}; GRANT DELETE ON hr.people TO {{readers}}; GRANT {{readers}} TO {{ai}} WITH INHERIT FALSE",
    ),
    Flaw(
        "latent-reach",
        "GRANT SELECT ON desk.tickets TO {readers}; GRANT {keeper} TO {readers} WITH INHERIT FALSE;"
        "GRANT USAGE ON SCHEMA desk TO {keeper}; GRANT SELECT (note) ON desk.contacts TO {keeper};"
        "GRANT {readers} TO {ai}",
    ),
    Flaw("over-grant", "GRANT SELECT ON desk.contacts TO {ai}"),
    Flaw("over-grant", "GRANT SELECT ON desk.contacts TO {readers}; GRANT {readers} TO {ai} WITH SET FALSE"),
    Flaw("over-grant-dataset", "GRANT USAGE ON SCHEMA hr TO {ai}; GRANT SELECT ON hr.people TO {ai}"),
    Flaw("over-grant-dataset", "GRANT pg_read_all_data TO {ai}"),
    Flaw("over-grant-sensitive", "GRANT SELECT ON desk.contacts TO {ai}", VIEW, THROUGH_VIEW),
    Flaw("privileged-identity", "ALTER TABLE desk.tickets OWNER TO {ai}"),
    Flaw("privileged-identity", "GRANT {keeper} TO {ai}; ALTER TABLE desk.tickets OWNER TO {keeper}"),
    Flaw("privileged-identity", "", options="LOGIN SUPERUSER"),
    Flaw("privileged-identity", "", options="LOGIN CREATEROLE CREATEDB REPLICATION BYPASSRLS"),
    Flaw(
        "reach-through-copy",
        "CREATE MATERIALIZED VIEW desk.copied AS SELECT amount FROM hr.salaries; GRANT SELECT ON desk.copied TO {ai}",
    ),
    Flaw("reach-through-public", "GRANT SELECT ON desk.tickets, desk.contacts TO PUBLIC"),
    Flaw("reach-through-public", "GRANT USAGE ON SCHEMA hr TO PUBLIC; GRANT SELECT (amount) ON hr.salaries TO PUBLIC"),
    Flaw(
        "reach-through-routine",
        "CREATE FUNCTION desk.pay() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT amount FROM hr.salaries'",
    ),
    Flaw(
        "reach-through-routine",
        "CREATE FUNCTION desk.pay() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT amount FROM hr.salaries';"
        "REVOKE ALL ON FUNCTION desk.pay() FROM PUBLIC; GRANT EXECUTE ON FUNCTION desk.pay() TO {readers};"
        "GRANT {readers} TO {ai}",
    ),
    Flaw(
        "reach-through-view",
        "CREATE VIEW desk.pays AS SELECT amount FROM hr.salaries; GRANT SELECT ON desk.pays TO {readers};"
        "GRANT {readers} TO {ai}",
    ),
    Flaw("self-growing-rights", "GRANT SELECT (id) ON desk.contacts TO {ai} WITH GRANT OPTION"),
    Flaw("self-growing-rights", "GRANT {readers} TO {ai} WITH ADMIN OPTION"),
    Flaw("self-growing-rights", "ALTER DEFAULT PRIVILEGES IN SCHEMA desk GRANT SELECT ON TABLES TO {ai}"),
    Flaw("self-growing-rights", "GRANT CREATE ON SCHEMA desk TO {ai}"),
    Flaw("unaudited-sensitive-reads", "ALTER ROLE {ai} SET log_statement = 'none'"),
    Flaw(
        "undeclared-write",
        "GRANT INSERT, TRUNCATE ON desk.tickets TO {ai}; GRANT UPDATE (note) ON desk.contacts TO {ai}",
    ),
    Flaw("undeclared-write", "GRANT DELETE ON desk.tickets TO {readers}; GRANT {readers} TO {ai}"),
    Flaw("under-grant", "REVOKE SELECT (body) ON desk.tickets FROM {ai}"),
    Flaw("under-grant", "REVOKE ALL (id, region, email) ON desk.contacts FROM {ai}"),
    Flaw("unusable-grant", "REVOKE USAGE ON SCHEMA desk FROM {ai}"),
    Flaw("unusable-grant", "REVOKE CONNECT ON DATABASE {db} FROM PUBLIC"),
    Flaw("weak-credential", "ALTER ROLE {ai} VALID UNTIL 'infinity'"),
    Flaw("weak-credential", "ALTER ROLE {ai} VALID UNTIL '2020-01-01'"),
)


@pytest.mark.parametrize("flaw", FLAWS, ids=lambda flaw: flaw.rule)
def test_what_is_printed_closes_the_finding_and_keeps_declared_reads(
    tmp_path: Path, postgres: PostgresDatabase, flaw: Flaw
) -> None:
    desk, rule = Desk(tmp_path, postgres, flaw.options), f"access/{flaw.rule}"
    for role in _ROLES:
        desk.role(role)
    desk.run(flaw.exact).run(flaw.statements)

    told = findings(desk.audit(flaw.plan), rule)
    printed = dict.fromkeys(fix.patch for one in told for fix in one.judgement.fixes if fix.kind is FixKind.SQL)
    for patch in printed:
        postgres.execute(patch)
    after = desk.audit(flaw.plan)

    assert told
    assert printed
    # What is printed is run as it is: nothing in it is left to fill in.
    assert all(patch and "/*" not in patch for patch in printed)
    assert findings(after, rule) == []
    assert findings(after, "access/under-grant") == findings(after, "access/unusable-grant") == []
    _reads_what_is_declared(desk, "desk.shown" if flaw.plan == THROUGH_VIEW else "desk.contacts")


def test_a_view_that_no_other_role_could_own_is_for_somebody_to_decide(
    tmp_path: Path, postgres: PostgresDatabase
) -> None:
    desk = Desk(tmp_path, postgres).run(VIEW).run(_SECURED)

    [found] = findings(desk.audit(THROUGH_VIEW), "access/ineffective-row-filter")

    [fix] = found.judgement.fixes
    assert (fix.kind, fix.patch) == (FixKind.DECISION, "")
    assert "no such role is there yet" in fix.text


def test_no_access_rule_that_prints_sql_goes_without_a_world() -> None:
    printing = {rule.id for rule in RULES if re.search(r"FixKind\.SQL|closing\(", _source(rule.check))}

    assert printing == {f"access/{flaw.rule}" for flaw in FLAWS}


def _source(check: object) -> str:
    return inspect.getsource(sys.modules[getattr(check, "__module__", "")])


def _reads_what_is_declared(desk: Desk, contacts: str) -> None:
    import psycopg

    # The password may have ended, and been renewed by date alone: it is the same.
    with psycopg.connect(desk.postgres.url(desk.ai)) as connection:
        connection.execute(f"SELECT id, region, email FROM {contacts}".encode())
        connection.execute(b"SELECT id, contact_id, body FROM desk.tickets")
