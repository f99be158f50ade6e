"""A login whose sessions begin as another role (`ALTER ROLE ai SET role = team`) reads with its rights alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from lineage.model import Level, Severity, Verdict
from lineage.testing import assumption
from tests.rules.access.desk import EXACT, Desk, findings, only, path
from tests.servers import PostgresDatabase

pytestmark = pytest.mark.postgresql
BODY = "tickets.fields.body.need"


def a_desk(folder: Path, postgres: PostgresDatabase) -> Desk:
    desk = Desk(folder, postgres)
    desk.role("team")
    return desk.run("ALTER ROLE {ai} NOINHERIT; GRANT {team} TO {ai}")


def really_reads(desk: Desk) -> bool:
    import psycopg

    with psycopg.connect(desk.postgres.url(desk.ai)) as login:
        try:
            login.execute("SELECT body FROM desk.tickets")
        except psycopg.errors.InsufficientPrivilege:
            return False
        return True


@pytest.mark.parametrize("where", ["ROLE {ai}", "ROLE {ai} IN DATABASE {db}", "DATABASE {db}"])
def test_what_the_login_itself_was_granted_is_not_read(tmp_path: Path, postgres: PostgresDatabase, where: str) -> None:
    desk = a_desk(tmp_path, postgres).run(EXACT).run(f"ALTER {where} SET role = {{team}}")

    report = desk.audit()

    assert not really_reads(desk)
    assert assumption(report, BODY).verdict is Verdict.BROKEN
    assert assumption(report, BODY).level is Level.EXERCISED
    assert not findings(report, "access/disagreeing-proofs")


def test_what_the_first_role_was_granted_is_read_at_once(tmp_path: Path, postgres: PostgresDatabase) -> None:
    desk = a_desk(tmp_path, postgres).run(EXACT.replace("{ai}", "{team}"))
    desk.run("GRANT SELECT (iban) ON desk.contacts TO {team}; ALTER ROLE {ai} SET role = {team}")

    report = desk.audit()

    assert really_reads(desk)
    assert assumption(report, BODY).verdict is Verdict.HELD
    beyond = only(report, "access/over-grant")
    assert path(beyond) == ["ai -begins as-> team", "team -grant select-> desk.contacts.iban"]
    assert not findings(report, "access/latent-reach")


def test_the_fix_grants_to_the_role_that_sessions_begin_as(tmp_path: Path, postgres: PostgresDatabase) -> None:
    desk = a_desk(tmp_path, postgres).run("ALTER ROLE {ai} SET role = {team}")

    for found in findings(desk.audit(), "access/under-grant"):
        desk.apply(found)

    assert really_reads(desk)
    assert {one.rule for one in desk.audit().findings} == {"access/reach-through-role"}


def test_the_logins_own_rights_are_one_command_away(tmp_path: Path, postgres: PostgresDatabase) -> None:
    desk = a_desk(tmp_path, postgres).run(EXACT.replace("{ai}", "{team}"))
    desk.run("GRANT USAGE ON SCHEMA desk TO {ai}; GRANT SELECT (iban) ON desk.contacts TO {ai}")
    desk.run("ALTER ROLE {ai} SET role = {team}")

    found = only(desk.audit(), "access/latent-reach")

    assert found.severity is Severity.HIGH
    assert path(found)[0] == "ai -may become-> ai"
    assert "begin as" in found.judgement.fixes[0].text


def test_a_setting_that_the_login_may_not_follow_changes_nothing(tmp_path: Path, postgres: PostgresDatabase) -> None:
    desk = a_desk(tmp_path, postgres).run(EXACT).run("ALTER ROLE {ai} SET role = {team}; REVOKE {team} FROM {ai}")

    assert desk.audit().findings == ()
    assert really_reads(desk)


def test_the_nearest_setting_counts(tmp_path: Path, postgres: PostgresDatabase) -> None:
    desk = a_desk(tmp_path, postgres).run(EXACT)
    desk.run("ALTER ROLE {ai} SET role = 'none'; ALTER DATABASE {db} SET role = {team}")

    assert really_reads(desk)
    assert assumption(desk.audit(), BODY).verdict is Verdict.HELD
