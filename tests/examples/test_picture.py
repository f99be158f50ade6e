"""The picture in the docs is the one that the command draws."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from examples.support_reply.company import honest
from examples.support_reply.world import build
from lineage.cli import app

DOCS = Path(__file__).parents[2] / "docs" / "example.md"


def test_the_docs_show_where_the_telephone_number_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    company = honest()
    for name, value in build(tmp_path, company).items():
        monkeypatch.setenv(name, value)
    plan = tmp_path / "plan.yaml"
    plan.write_text(company.plan, "utf-8")

    words = ["graph", "--plan", str(plan), "--field", "crm.contacts.phone", "--format", "mermaid"]
    drawn = CliRunner().invoke(app, words)

    assert drawn.exit_code == 0, drawn.output
    assert f"```mermaid\n{drawn.stdout}```" in DOCS.read_text("utf-8")
