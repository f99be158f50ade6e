"""A plan in the words of other tools, from the command line."""

from __future__ import annotations

import ast
from pathlib import Path

from typer.testing import CliRunner

from lineage.cli import app

PLAN = """
plan: v1
meta: {id: test, owner: owner@acme.example}
sources:
  crm:
    connector: {type: sqlite, url: "${CRM_URL}"}
    datasets: {contacts: {reads: contacts, key: id, fresh: {clock: at, within: 1 day}, fields: {id: required}}}
"""


def test_a_project_of_great_expectations_is_written_and_nothing_is_opened(tmp_path: Path) -> None:
    (tmp_path / "plan.yaml").write_text(PLAN, encoding="utf-8")

    done = CliRunner().invoke(app, ["export", "gx", str(tmp_path / "plan.yaml"), "--to", str(tmp_path / "out")])

    assert done.exit_code == 0, done.output
    assert (tmp_path / "out/gx/checkpoints/plan.json").is_file()
    assert (tmp_path / "out/gx/expectations/crm_contacts.json").is_file()
    assert ast.parse((tmp_path / "out/run.py").read_text(encoding="utf-8"))


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "plan.yaml").write_text(PLAN, encoding="utf-8")

    done = CliRunner().invoke(app, ["export", "gx", str(tmp_path / "plan.yaml"), "--to", str(tmp_path)])

    assert done.exit_code != 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["plan.yaml"]
