"""What CI relies on: exit codes as the docs' table says, the hook, the action, and JSON that keeps its schema."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
import yaml
from typer.testing import CliRunner

from lineage.cli import app, main
from lineage.model import Severity
from lineage.reports.json import schema
from tests.lineage.test_cli import lineage
from tests.rules.waivers.worlds import PLAN, world

ROOT = Path(__file__).parents[2]
NOW = ("--as-of", "2026-11-22T12:00:00+00:00")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "plan.yaml").write_text(PLAN.lstrip("\n"), encoding="utf-8")
    return tmp_path


def code(folder: Path, *options: str, **environ: str) -> int:
    """Audit in this process, as the command's script does: each of these would else take a second to import."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setattr(sys, "argv", ["lineage", "audit", "plan.yaml", "-o", "out.json", *NOW, *options])
        patch.setattr(sys, "stdout", sys.stdout)  # which the command replaces
        for name, value in environ.items():
            patch.setenv(name, value)
        with pytest.raises(SystemExit) as ended:
            main()
    assert isinstance(ended.value.code, int)
    return ended.value.code


def test_exit_codes_are_as_the_table_says(folder: Path) -> None:
    bad = PLAN.replace("reads: people", "raeds: people")
    true = PLAN.replace("          plan: helpful\n          city: helpful\n", "")
    unread = f"sqlite:///{folder}/none.db"
    url = world(folder, days=0, empty=0).environ["CRM_URL"]
    table: list[tuple[str, str, tuple[str, ...], int]] = [
        (PLAN, url, (), 1),
        (PLAN, unread, (), 3),
        (PLAN, unread, ("--fail-on", "blocker"), 3),
        (bad, url, (), 2),
        (PLAN, url, ("--fail-on", "never"), 2),
        (PLAN, url, ("--new-only",), 2),
        (PLAN, url, ("--store", "mysql://nowhere"), 3),
        (true, url, ("--fail-on", "blocker"), 0),
    ]
    for plan, found, options, wanted in table:
        (folder / "plan.yaml").write_text(plan.lstrip("\n"), encoding="utf-8")

        assert (options, code(folder, *options, CRM_URL=found)) == (options, wanted)


def test_a_broken_file_of_waivers_stops_with_line_and_caret(folder: Path) -> None:
    (folder / "waivers.yaml").write_text(
        "waivers: v1\nwaive:\n  - {finding: abc, utnil: 2027-01-01}\n", encoding="utf-8"
    )

    done = lineage("audit", "plan.yaml", cwd=folder, **world(folder).environ)

    assert done.returncode == 2
    assert "waivers.yaml:3:20: unknown key 'utnil'; did you mean 'until'?" in done.stderr
    assert "                       ^" in done.stderr


def test_the_docs_name_every_severity_of_fail_on() -> None:
    text = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")

    assert {severity.value for severity in Severity} <= set(re.findall(r"`(\w+)`", text))


def test_the_hook_runs_a_command_that_there_is(folder: Path) -> None:
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))

    done = lineage(*hook["entry"].split()[1:], "plan.yaml", cwd=folder)

    assert done.returncode == 0
    assert re.search(hook["files"], "workflows/plan.eu.yaml")
    assert not re.search(hook["files"], "floorplan.yaml")


def test_the_hook_tells_the_problems_of_every_plan_of_a_commit(folder: Path) -> None:
    (folder / "plan.us.yaml").write_text(PLAN.lstrip("\n").replace("reads: people", "raeds: people"), encoding="utf-8")
    (folder / "plan.eu.yaml").write_text("", encoding="utf-8")

    done = lineage("check", "plan.us.yaml", "plan.yaml", "plan.eu.yaml", cwd=folder)

    assert done.returncode == 2
    assert "plan.yaml: a plan with" in done.stdout
    assert "plan.us.yaml:9:9: unknown key 'raeds'" in done.stderr
    assert "plan.eu.yaml:1:1: the file is empty" in done.stderr


def test_the_action_puts_no_input_into_a_script() -> None:
    action = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))

    assert all("${{" not in step["run"] for step in action["runs"]["steps"])


@pytest.mark.parametrize(
    ("made", "options"),
    [
        ({}, ()),
        ({"days": 0, "empty": 0}, ()),
        ({"empty": 100}, ("--no-data",)),
        ({}, ("--no-sample", "--store", "{folder}/runs.db")),
    ],
    ids=["lying", "nearly true", "catalogue only", "kept"],
)
def test_reports_of_several_worlds_keep_the_schema(
    folder: Path, made: dict[str, int], options: tuple[str, ...]
) -> None:
    file = folder / "report.json"
    words = [option.replace("{folder}", str(folder)) for option in options]
    made_world = world(folder, made.get("days", 10), made.get("empty", 30))
    for _ in range(2):  # the second run has a history where a store is named
        CliRunner().invoke(
            app, ["audit", str(folder / "plan.yaml"), "-o", str(file), *NOW, *words], env=made_world.environ
        )

    jsonschema.Draft202012Validator(schema()).validate(json.loads(file.read_text(encoding="utf-8")))


def test_the_action_ends_as_the_audit_does_and_tells_the_page(folder: Path) -> None:
    action = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
    (script,) = [step["run"] for step in action["runs"]["steps"] if "lineage audit" in step["run"]]
    command = folder / "bin" / "lineage"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m lineage "$@"\n', encoding="utf-8")
    command.chmod(0o755)
    made = {"PLAN": "plan.yaml", "ARGUMENTS": "--as-of 2026-11-22T12:00:00+00:00", "GITHUB_STEP_SUMMARY": "summary.md"}
    environ = {**os.environ, **world(folder).environ, **made, "PATH": f"{command.parent}:{os.environ['PATH']}"}

    done = subprocess.run(["bash", "-e", "-c", script], cwd=folder, env=environ, check=False, capture_output=True)

    assert done.returncode == 1, done.stderr
    assert (folder / "summary.md").read_bytes() == (folder / "lineage.md").read_bytes()
    assert json.loads((folder / "lineage.json").read_text(encoding="utf-8"))["schema"] == "gap-report/v1"
