"""Rights that are no grants on a dataset and open more than any: what PostgreSQL keeps for itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from lineage.model import Severity
from tests.rules.access.desk import EXACT, Desk, findings, only
from tests.servers import PostgresDatabase

pytestmark = pytest.mark.postgresql
PRIVILEGED, LATENT, GROWING = "access/privileged-identity", "access/latent-reach", "access/self-growing-rights"


@pytest.mark.parametrize(
    ("grant", "says"),
    [
        ("SELECT ON pg_catalog.pg_authid", "reads everybody's password hashes (select on pg_authid)"),
        (
            "SELECT (rolname, rolpassword) ON pg_catalog.pg_authid",
            "password hashes (select (rolpassword) on pg_authid)",
        ),
        ("SELECT ON pg_catalog.pg_statistic", "reads the values of every table that the planner keeps"),
        ("SELECT ON pg_catalog.pg_largeobject", "reads every large object"),
        ("SELECT (umoptions) ON pg_catalog.pg_user_mapping", "reads the passwords for other servers"),
        ("EXECUTE ON FUNCTION pg_catalog.pg_read_file(text)", "reads the server's files, in which every table lies"),
    ],
)
def test_what_the_server_keeps_for_itself_is_a_privilege(
    tmp_path: Path, postgres: PostgresDatabase, grant: str, says: str
) -> None:
    desk = Desk(tmp_path, postgres).run(EXACT).run(f"GRANT {grant} TO {{ai}}")

    found = only(desk.audit(), PRIVILEGED)

    assert found.severity is Severity.BLOCKER
    assert says in found.judgement.says
    desk.apply(found)
    assert desk.audit().findings == ()


def test_what_a_role_may_read_of_it_goes_with_the_role(tmp_path: Path, postgres: PostgresDatabase) -> None:
    desk = Desk(tmp_path, postgres).run(EXACT)
    desk.role("watcher")
    desk.run("GRANT SELECT ON pg_catalog.pg_authid TO {watcher}; GRANT {watcher} TO {ai}")

    found = only(desk.audit(), PRIVILEGED)

    desk.apply(found)
    assert desk.audit().findings == ()


def test_it_is_told_of_a_role_that_the_identity_may_become(tmp_path: Path, postgres: PostgresDatabase) -> None:
    desk = Desk(tmp_path, postgres).run(EXACT)
    desk.role("watcher")
    desk.run("ALTER ROLE {ai} NOINHERIT; GRANT SELECT ON pg_catalog.pg_statistic TO {watcher}; GRANT {watcher} TO {ai}")

    report = desk.audit()

    assert "the values of every table" in only(report, LATENT).judgement.says
    assert not findings(report, PRIVILEGED)


def test_the_columns_of_it_that_hold_nothing_are_no_privilege(tmp_path: Path, postgres: PostgresDatabase) -> None:
    desk = Desk(tmp_path, postgres).run(EXACT)
    desk.run("GRANT SELECT (rolname) ON pg_catalog.pg_authid TO {ai}; GRANT SELECT ON pg_catalog.pg_class TO {ai}")

    assert desk.audit().findings == ()


@pytest.mark.parametrize("role", ["pg_monitor", "pg_read_all_stats"])
def test_who_watches_the_server_reads_the_statements_of_others(
    tmp_path: Path, postgres: PostgresDatabase, role: str
) -> None:
    desk = Desk(tmp_path, postgres).run(EXACT).run(f"GRANT {role} TO {{ai}}")

    found = only(desk.audit(), PRIVILEGED)

    assert found.severity is Severity.MEDIUM
    assert "reads the statements of everybody, and the values in them" in found.judgement.says
    assert found.judgement.operations == ()
    desk.apply(found)
    assert desk.audit().findings == ()


def test_who_may_only_scan_for_statistics_reads_no_value(tmp_path: Path, postgres: PostgresDatabase) -> None:
    desk = Desk(tmp_path, postgres).run(EXACT).run("GRANT pg_stat_scan_tables TO {ai}")

    assert desk.audit().findings == ()


def test_a_trigger_on_anothers_table_runs_as_whoever_writes_it(tmp_path: Path, postgres: PostgresDatabase) -> None:
    desk = Desk(tmp_path, postgres).run(EXACT).run("GRANT TRIGGER ON desk.tickets TO {ai}")

    found = only(desk.audit(), GROWING)

    assert "what it makes runs as whoever writes desk.tickets" in found.judgement.says
    desk.apply(found)
    assert desk.audit().findings == ()


def test_a_routine_of_an_odd_name_can_be_revoked(tmp_path: Path, postgres: PostgresDatabase) -> None:
    desk = Desk(tmp_path, postgres).run(EXACT)
    desk.run(
        """
        CREATE TYPE desk."t(x" AS ENUM ('a');
        CREATE FUNCTION desk."odd(int"("one" desk."t(x", two numeric(3)) RETURNS SETOF int LANGUAGE sql
          SECURITY DEFINER SET search_path = '' AS 'SELECT amount FROM hr.salaries';
        """
    )

    found = only(desk.audit(), "access/reach-through-routine")

    desk.apply(found)
    assert not findings(desk.audit(), "access/reach-through-routine")
