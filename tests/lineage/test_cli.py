"""The command, as a user calls it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

PLAN = """\
plan: v1
meta: {id: replies, status: draft, owner: pm@acme.example}
sources:
  crm:
    connector: {type: sqlite, url: "${CRM_URL}"}
    datasets:
      contacts:
        reads: contacts
        fields: {id: required, email: {need: helpful, sensitive: email}}
steps:
  draft: {reads: {crm.contacts: all}, to: prompt}
"""
HEAVY = (
    "duckdb",
    "great_expectations",
    "networkx",
    "numpy",
    "pandas",
    "presidio_analyzer",
    "psycopg",
    "pyarrow",
    "pydantic",
    "spacy",
    "sqlalchemy",
    "sqlglot",
)


def lineage(*words: str, cwd: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "lineage", *words],
        cwd=cwd,
        env={**os.environ, "COLUMNS": "100", **environ},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    import sqlite3

    connection = sqlite3.connect(tmp_path / "crm.db")
    connection.executescript(
        "create table contacts (id integer primary key, email text);"
        "create view emails as select lower(email) as email from contacts;"
        "insert into contacts values (1, 'ada@mail.example'), (2, 'bo@mail.example');"
    )
    connection.close()
    (tmp_path / "plan.yaml").write_text(PLAN, encoding="utf-8")
    return tmp_path


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys\nfrom lineage.cli import app\n"
        f"loaded = [name for name in {HEAVY!r} if name in sys.modules]\nassert not loaded, loaded"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr


def test_help_names_every_command(folder: Path) -> None:
    done = lineage("--help", cwd=folder)

    assert done.returncode == 0
    for command in ("check", "schema", "init", "scan", "audit", "scope", "paths", "rule"):
        assert command in done.stdout


def test_check_tells_a_wrong_key_with_line_caret_and_the_way_out(folder: Path) -> None:
    (folder / "plan.yaml").write_text(PLAN.replace("reads: contacts", "schema: contacts"), encoding="utf-8")

    done = lineage("check", "plan.yaml", cwd=folder)

    assert done.returncode == 2
    assert "plan.yaml:8:9: unknown key 'schema'" in done.stderr
    assert "did you mean 'reads'?" in done.stderr
    assert "Traceback" not in done.stderr


def test_check_says_what_a_good_plan_holds(folder: Path) -> None:
    done = lineage("check", "plan.yaml", cwd=folder)

    assert done.returncode == 0
    assert "no problem" in done.stdout


def test_schema_is_json(folder: Path) -> None:
    done = lineage("schema", cwd=folder)

    assert json.loads(done.stdout)["$schema"].startswith("https://json-schema.org/")


def test_init_writes_a_plan_that_checks(folder: Path) -> None:
    done = lineage("init", "sqlite:///crm.db", "-o", "drawn.yaml", cwd=folder)
    assert done.returncode == 0, done.stderr

    checked = lineage("check", "drawn.yaml", cwd=folder)

    assert checked.returncode == 0, checked.stderr
    assert "CRM_URL" in (folder / "drawn.yaml").read_text(encoding="utf-8")


def test_init_never_writes_over_a_plan(folder: Path) -> None:
    done = lineage("init", "sqlite:///crm.db", "-o", "plan.yaml", cwd=folder)

    assert done.returncode == 2
    assert (folder / "plan.yaml").read_text(encoding="utf-8") == PLAN


def test_scan_shows_what_is_there_and_no_value(folder: Path) -> None:
    done = lineage("scan", "crm.db", cwd=folder)

    assert done.returncode == 0, done.stderr
    assert "contacts" in done.stdout
    assert "email" in done.stdout
    assert "mail.example" not in done.stdout + done.stderr


def test_audit_as_json_is_a_gap_report(folder: Path) -> None:
    done = lineage("audit", "plan.yaml", "--format", "json", cwd=folder, CRM_URL="sqlite:///crm.db")

    assert done.returncode in (0, 1), done.stderr
    assert json.loads(done.stdout)["schema"] == "gap-report/v1"


def test_audit_judges_a_snapshot_again_without_the_source(folder: Path) -> None:
    first = lineage(
        "audit", "plan.yaml", "-f", "json", "--snapshot", "facts.jsonl", "--as-of", "2026-11-22", cwd=folder,
        CRM_URL="sqlite:///crm.db",
    )  # fmt: skip
    (folder / "crm.db").unlink()

    again = lineage(
        "audit", "plan.yaml", "-f", "json", "--snapshot", "facts.jsonl", "--as-of", "2026-11-22", cwd=folder
    )

    assert json.loads(again.stdout)["findings"] == json.loads(first.stdout)["findings"]
    assert "no source is read" in again.stderr


def test_a_missing_variable_is_told_with_the_way_out(folder: Path) -> None:
    done = lineage("audit", "plan.yaml", cwd=folder)

    assert done.returncode == 2
    assert "CRM_URL" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_unreachable_source_makes_the_run_incomplete_and_never_a_pass(folder: Path) -> None:
    done = lineage("audit", "plan.yaml", "-f", "json", cwd=folder, CRM_URL="sqlite:///nowhere.db")

    report = json.loads(done.stdout)
    assert done.returncode == 3
    assert report["verdict"]["decision"] == "hold"
    assert all(line["verdict"] != "held" for line in report["assumptions"] if line["kind"] == "claim")
    assert not (folder / "nowhere.db").exists()


def test_paths_shows_where_a_field_goes(folder: Path) -> None:
    done = lineage("paths", "crm.contacts.email", cwd=folder, CRM_URL="sqlite:///crm.db")

    assert done.returncode == 0, done.stderr
    assert "step draft" in done.stdout
    assert "boundary prompt" in done.stdout


def test_a_field_that_is_not_in_the_plan_is_told_with_the_nearest(folder: Path) -> None:
    done = lineage("paths", "crm.contacts.emial", cwd=folder, CRM_URL="sqlite:///crm.db")

    assert done.returncode == 2
    assert "did you mean 'crm.contacts.email'?" in done.stderr


def test_rule_prints_its_page(folder: Path) -> None:
    done = lineage("rule", "freshness/stale-source", cwd=folder)

    assert done.returncode == 0
    assert "Why it matters" in done.stdout


@pytest.mark.parametrize("words", [["audit", "nowhere.yaml"], ["audit", "plan.yaml", "--fail-on", "severe"]])
def test_a_wrong_call_is_told_in_a_line(folder: Path, words: list[str]) -> None:
    done = lineage(*words, cwd=folder, CRM_URL="sqlite:///crm.db")

    assert done.returncode == 2
    assert "Traceback" not in done.stderr
