"""A first plan of a system with odd names is a plan: quotes, dots and spaces in them are part of the names."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from lineage.cli import app
from tests.servers import PostgresDatabase


@pytest.mark.postgresql
def test_a_scan_reads_what_lies_behind_quotes(
    tmp_path: Path, postgres: PostgresDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    postgres.execute("""CREATE SCHEMA "a.""q"; CREATE TABLE "a.""q"."T ""1"".x" ("c ""d" int, "ÜBER" text)""")
    monkeypatch.setenv("CRM_URL", postgres.url())

    scanned = CliRunner().invoke(app, ["scan", "${CRM_URL}"])
    drawn = CliRunner().invoke(app, ["init", "${CRM_URL}", "-o", str(tmp_path / "plan.yaml")])
    checked = CliRunner().invoke(app, ["check", str(tmp_path / "plan.yaml")])

    assert scanned.exit_code == 0, scanned.output
    assert 'a."q.T "1".x' in scanned.output
    assert drawn.exit_code == 0, drawn.output
    assert "not closed" not in checked.output
