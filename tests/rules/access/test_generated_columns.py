"""A right on a generated column opens what it is made of."""

from __future__ import annotations

from pathlib import Path

import pytest

from lineage.model import Severity
from tests.rules.access.desk import EXACT, PLAN, Desk, findings, only
from tests.servers import PostgresDatabase

pytestmark = pytest.mark.postgresql
COPY = "ALTER TABLE desk.contacts ADD copied text GENERATED ALWAYS AS (iban) STORED"
SECRET = PLAN.replace("email: {{need: helpful", "iban: {{need: none, sensitive: iban}}, email: {{need: helpful")


def test_a_generated_copy_of_a_sensitive_column_is_sensitive(tmp_path: Path, postgres: PostgresDatabase) -> None:
    desk = Desk(tmp_path, postgres).run(EXACT).run(COPY).run("GRANT SELECT (copied) ON desk.contacts TO {ai}")

    found = only(desk.audit(SECRET), "access/over-grant-sensitive")

    assert found.severity is Severity.BLOCKER
    assert "desk.contacts.copied (iban, taken from crm.contacts.iban)" in found.judgement.says


def test_a_generated_copy_that_is_closed_opens_nothing(tmp_path: Path, postgres: PostgresDatabase) -> None:
    report = Desk(tmp_path, postgres).run(EXACT).run(COPY).audit(SECRET)

    assert not findings(report, "access/over-grant-sensitive")
    assert not findings(report, "access/reach-through-copy")
