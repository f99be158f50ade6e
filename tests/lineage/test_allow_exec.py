"""Every command that reads sources may be allowed to run what a plan names, and runs nothing before."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from lineage.cli import app
from lineage.errors import PlanError
from lineage.testing import World

PLAN = """\
plan: v1
meta: {id: reply, status: in-review, owner: planner@acme.example}
sources:
  crm:
    connector: {type: sqlite, url: "${CRM_URL}"}
    datasets: {contacts: {reads: contacts, fields: {email: required}}}
  desk:
    connector: {type: mcp_tools, command: [COMMAND]}
    datasets: {}
steps: {draft: {reads: {crm.contacts: all}}}
"""
READING = {
    "audit": ("audit", "plan.yaml"),
    "export": ("export", "jira", "plan.yaml"),
    "gate": ("gate", "3", "plan.yaml"),
    "graph": ("graph",),
    "impact": ("impact", "crm.contacts.email"),
    "paths": ("paths", "crm.contacts.email"),
    "requirements": ("requirements", "plan.yaml"),
    "review": ("review", "plan.yaml"),
    "scan": ("scan", "plan.yaml"),
    "scope": ("scope", "plan.yaml"),
    "waive": ("waive", "feedfeed", "--reason", "so", "--by", "a@acme.example", "--until", "2026-12-31"),
}
"""Command -> how it is called for a plan."""


@pytest.mark.parametrize("words", READING.values(), ids=READING)
def test_a_command_of_the_plan_is_run_where_that_is_allowed_and_nowhere_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    world = World(tmp_path).sqlite("crm", "create table contacts (email text)")
    ran = tmp_path / "ran"
    command = f"{sys.executable}, -c, \"open('{ran}', 'w')\""
    (tmp_path / "plan.yaml").write_text(PLAN.replace("COMMAND", command), encoding="utf-8")
    monkeypatch.chdir(tmp_path)

    refused = CliRunner().invoke(app, words, env=world.environ)

    assert isinstance(refused.exception, PlanError)
    assert "--allow-exec" in str(refused.exception)
    assert not ran.exists()

    CliRunner().invoke(app, [*words, "--allow-exec"], env=world.environ)

    assert ran.exists()


def test_every_command_that_may_scan_a_plan_is_among_them() -> None:
    found = {
        name
        for name, command in get_command(app).commands.items()  # type: ignore[attr-defined]
        if any(
            "--snapshot" in option.opts
            for one in (command, *getattr(command, "commands", {}).values())
            for option in one.params
        )
    }

    assert found - set(READING) == set()
