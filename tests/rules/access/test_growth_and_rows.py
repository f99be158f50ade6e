"""Rights that grow, what cannot be decided, and row policies that do not bind: on a real PostgreSQL, with the fixes."""

from __future__ import annotations

from pathlib import Path

import pytest

from lineage.model import Verdict
from tests.rules.access.desk import EXACT, Desk, findings, only, path
from tests.servers import PostgresDatabase

pytestmark = pytest.mark.postgresql
GROWING = "access/self-growing-rights"
UNDECIDABLE = "access/undecidable-reach"
FILTER = "access/ineffective-row-filter"


@pytest.mark.parametrize(
    ("grants", "said"),
    [
        ("ALTER DEFAULT PRIVILEGES IN SCHEMA desk GRANT SELECT ON TABLES TO {ai}", "select on what postgres makes"),
        ("ALTER DEFAULT PRIVILEGES GRANT INSERT ON TABLES TO PUBLIC", "insert on what postgres makes in every schema"),
        ("GRANT CREATE ON SCHEMA desk TO {ai}", "it makes things in"),
        ("GRANT SELECT (id) ON desk.contacts TO {ai} WITH GRANT OPTION", "it passes select on desk.contacts.id on"),
        ("GRANT {desk_reader} TO {ai} WITH ADMIN OPTION", "it gives desk_reader"),
    ],
)
def test_rights_that_grow_are_told_and_stopped(
    tmp_path: Path, postgres: PostgresDatabase, grants: str, said: str
) -> None:
    desk = Desk(tmp_path, postgres).run(EXACT)
    desk.role("desk_reader")

    found = only(desk.run(grants).audit(), GROWING)

    assert said in found.judgement.says
    assert path(found)
    assert findings(desk.apply(found).audit(), GROWING) == []


def test_rights_that_stand_still_are_not_told(tmp_path: Path, postgres: PostgresDatabase) -> None:
    report = Desk(tmp_path, postgres).run(EXACT).audit()

    assert findings(report, GROWING) == []
    assert report.findings == ()


def test_dynamic_sql_in_a_routine_of_its_owners_rights_is_undecidable(
    tmp_path: Path, postgres: PostgresDatabase
) -> None:
    desk = Desk(tmp_path, postgres).run(EXACT)
    desk.run(
        "CREATE FUNCTION desk.any(what text) RETURNS text LANGUAGE plpgsql SECURITY DEFINER AS"
        " $$ DECLARE found_text text; BEGIN EXECUTE 'SELECT ' || what INTO found_text; RETURN found_text; END $$"
    )

    [found] = [one for one in desk.audit().findings if one.rule == UNDECIDABLE]

    assert found.judgement.verdict is Verdict.UNVERIFIED
    assert "desk.any(text)" in found.judgement.says
    assert "put together while it runs" in found.judgement.says


def test_static_routines_are_decided(tmp_path: Path, postgres: PostgresDatabase) -> None:
    desk = Desk(tmp_path, postgres).run(EXACT)
    desk.run("CREATE FUNCTION desk.one() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'")

    assert desk.audit().findings == ()


_POLICY = """
ALTER TABLE desk.contacts ENABLE ROW LEVEL SECURITY;
CREATE POLICY eu ON desk.contacts USING (region = 'EU');
"""


def test_a_policy_does_not_bind_the_owner_until_it_is_forced(tmp_path: Path, postgres: PostgresDatabase) -> None:
    desk = Desk(tmp_path, postgres).run(EXACT).run(_POLICY).run("ALTER TABLE desk.contacts OWNER TO {ai}")

    found = only(desk.audit(), FILTER)

    assert "no row policy of desk.contacts binds" in found.judgement.says
    assert findings(desk.apply(found).audit(), FILTER) == []


def test_a_policy_does_not_bind_a_role_that_bypasses_it(tmp_path: Path, postgres: PostgresDatabase) -> None:
    desk = Desk(tmp_path, postgres, "LOGIN BYPASSRLS").run(EXACT).run(_POLICY)

    assert only(desk.audit(), FILTER)


def test_a_policy_binds_who_was_granted_the_columns(tmp_path: Path, postgres: PostgresDatabase) -> None:
    report = Desk(tmp_path, postgres).run(EXACT).run(_POLICY).audit()

    assert findings(report, FILTER) == []
