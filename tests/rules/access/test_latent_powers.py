"""A role that the identity may become can reach the server's files, in which every table lies."""

from __future__ import annotations

from pathlib import Path

import pytest

from lineage.model import Severity
from tests.rules.access.desk import EXACT, Desk, findings, only
from tests.servers import PostgresDatabase

pytestmark = pytest.mark.postgresql
LATENT = "access/latent-reach"


@pytest.mark.parametrize("power", ["pg_read_server_files", "pg_execute_server_program"])
def test_the_servers_files_are_one_set_role_away(tmp_path: Path, postgres: PostgresDatabase, power: str) -> None:
    desk = Desk(tmp_path, postgres).run(EXACT)
    desk.role("loader")
    desk.run(f"ALTER ROLE {{ai}} NOINHERIT; GRANT {power} TO {{loader}}; GRANT {{loader}} TO {{ai}}")

    found = only(desk.audit(), LATENT)

    assert found.severity is Severity.BLOCKER
    assert f"reaches the server's files and programs ({power})" in found.judgement.says
    desk.apply(found)
    assert desk.audit().findings == ()


def test_a_power_that_is_held_at_once_is_told_as_a_privilege(tmp_path: Path, postgres: PostgresDatabase) -> None:
    report = Desk(tmp_path, postgres).run(EXACT).run("GRANT pg_read_server_files TO {ai}").audit()

    assert not findings(report, LATENT)
    assert findings(report, "access/privileged-identity")
