"""The fix of an over-grant takes the cheapest doors: every second way is closed too, and others keep what they have."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.rules.access.desk import EXACT, Desk, findings, only
from tests.servers import PostgresDatabase

pytestmark = pytest.mark.postgresql
OVER = "access/over-grant-dataset"


def test_a_right_that_is_held_by_two_roles_is_closed_by_both_ways(tmp_path: Path, postgres: PostgresDatabase) -> None:
    desk = Desk(tmp_path, postgres).run(EXACT)
    for role in ("left", "right", "readers"):
        desk.role(role)
    desk.run("GRANT {readers} TO {left}, {right}; GRANT {left}, {right} TO {ai} WITH SET FALSE")
    desk.run("GRANT USAGE ON SCHEMA hr TO {readers}; GRANT SELECT ON hr.people TO {readers}")

    found = only(desk.audit(), OVER)

    assert findings(desk.apply(found).audit(), OVER) == []
    assert findings(desk.audit(), "access/under-grant") == []


def test_a_role_that_serves_others_is_left_by_the_identity_and_keeps_its_right(
    tmp_path: Path, postgres: PostgresDatabase
) -> None:
    desk = Desk(tmp_path, postgres).run(EXACT)
    readers, clerk = desk.role("readers"), desk.role("clerk")
    desk.run("GRANT {readers} TO {ai} WITH SET FALSE; GRANT {readers} TO {clerk}")
    desk.run("GRANT USAGE ON SCHEMA hr TO {readers}; GRANT SELECT ON hr.people TO {readers}")

    patch = only(desk.audit(), OVER).judgement.fixes[0].patch

    assert f'REVOKE "{readers}" FROM "{desk.ai}";' in patch
    assert clerk not in patch
    assert f'FROM "{readers}"' not in patch
