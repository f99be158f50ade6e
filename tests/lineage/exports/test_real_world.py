"""Exports of a real run, through the command: valid, and without a value of a record."""

from __future__ import annotations

import csv
import io
import json
import os
import random
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from lineage.exports import FORMATS, exported
from lineage.testing import World
from tests.lineage.exports.test_owners_validators import assessment, bill, contract, event, plan_of_action
from tests.lineage.exports.test_sarif import run_of
from tests.lineage.reports.sample import everywhere, report

PLAN = """\
plan: v1
meta: {id: marked, status: draft, owner: pm@acme.example}
sources:
  crm:
    connector: {type: sqlite, url: "${CRM_URL}"}
    datasets:
      people:
        reads: people_v
        key: id
        fresh: {clock: updated_at, zone: UTC, within: 1 hour}
        keep: {limit: 1 day, since: updated_at}
        fields:
          id: required
          name: {need: required, values: [nobody]}
          email: {need: helpful, sensitive: email, mask: hmac}
          text: {need: helpful, complete: 1.0}
          gone: {need: helpful, type: integer}
steps:
  draft: {reads: {crm.people: all}, to: prompt}
"""
DICE = random.Random(8)


def markers(number: int) -> list[str]:
    return ["".join(DICE.choices("bcdfghjklmnpqrstvwxz", k=10)) for _ in range(number)]


def marked_world(folder: Path, marks: list[str]) -> World:
    rows = ", ".join(
        f"({number}, 'Mc{mark}', '{mark}@{mark}.example', 'call {mark} on +49 30 90182{number:03}', '2020-01-01')"
        for number, mark in enumerate(marks[:-1])
    )
    return World(folder).sqlite(
        "crm",
        f"""
        create table people (id int, name text, email text, text text, updated_at text);
        insert into people values {rows};
        create view people_v as select * from people where name <> '{marks[-1]}';
        """,
    )


def command(folder: Path, world: World, *words: str) -> subprocess.CompletedProcess[bytes]:
    environ = {**os.environ, **world.environ}
    return subprocess.run(
        [sys.executable, "-m", "lineage", *words], cwd=folder, env=environ, capture_output=True, check=False
    )


def test_a_real_run_is_valid_in_every_format_and_no_value_of_a_record_is_in_any(tmp_path: Path) -> None:
    marks = markers(200)
    shown = marked_world(tmp_path, marks).audit(PLAN)

    for validated in (contract, event, assessment, plan_of_action, bill, run_of):
        assert validated(shown)
    for form in FORMATS:
        content = exported(shown, form.name)
        if form.name == "excel":
            with zipfile.ZipFile(io.BytesIO(content)) as book:
                content = b"".join(book.read(name) for name in book.namelist())
        assert len(content) > 200, form.name
        assert [mark for mark in marks if mark in content.decode().lower()] == [], form.name


def test_the_command_writes_what_a_planner_imports_and_takes_back_what_became_of_it(tmp_path: Path) -> None:
    world = marked_world(tmp_path, markers(50))
    (tmp_path / "plan.yaml").write_text(PLAN, encoding="utf-8")
    facts = ("--snapshot", "facts.jsonl", "--as-of", "2026-11-22T12:00:00+00:00")

    first = command(tmp_path, world, "export", "jira", "plan.yaml", *facts, "-o", "jira.csv")
    assert first.returncode == 0, first.stderr
    issues = list(csv.DictReader(io.StringIO((tmp_path / "jira.csv").read_bytes().decode(), newline="")))
    assert issues
    back = "Issue key,Status,Resolution,Labels\r\n"
    back += "".join(
        f"SUP-{number},Done,Done,lineage-{each['External issue ID']}\r\n" for number, each in enumerate(issues)
    )
    (tmp_path / "from-jira.csv").write_text(back, encoding="utf-8")
    plain = command(tmp_path, world, "audit", "plan.yaml", *facts, "-f", "json")
    taken = command(tmp_path, world, "import", "from-jira.csv")
    again = command(tmp_path, world, "export", "jira", "plan.yaml", *facts)
    told = command(tmp_path, world, "audit", "plan.yaml", *facts, "-f", "json")

    assert taken.returncode == 0, taken.stderr
    assert f"{len(issues)} fixed" in taken.stdout.decode()
    rows = list(csv.DictReader(io.StringIO(again.stdout.decode(), newline="")))
    assert {row["External issue ID"]: row["Issue key"] for row in rows} == {
        each["External issue ID"]: f"SUP-{number}" for number, each in enumerate(issues)
    }
    before, after = json.loads(plain.stdout), json.loads(told.stdout)
    assert plain.returncode == told.returncode
    assert before["verdict"] == after["verdict"]
    assert {finding["status"] for finding in after["findings"]} == {"fixed"}


def test_an_incomplete_export_says_so_in_the_file_or_by_its_exit_code(tmp_path: Path) -> None:
    world = World(tmp_path).url("crm", f"sqlite:///{tmp_path / 'nowhere.db'}")
    (tmp_path / "plan.yaml").write_text(PLAN, encoding="utf-8")

    sarif = command(tmp_path, world, "export", "sarif", "plan.yaml")
    jira = command(tmp_path, world, "export", "jira", "plan.yaml")

    assert sarif.returncode == 0
    assert json.loads(sarif.stdout)["runs"][0]["invocations"][0]["executionSuccessful"] is False
    assert jira.returncode == 3
    assert b"incomplete" in jira.stderr


def test_a_workbook_is_not_written_to_a_terminal(tmp_path: Path) -> None:
    (tmp_path / "plan.yaml").write_text(PLAN, encoding="utf-8")

    done = command(tmp_path, World(tmp_path), "export", "excel", "plan.yaml")

    assert done.returncode == 2
    assert b"name a file with -o" in done.stderr


@pytest.mark.parametrize("form", [form.name for form in FORMATS if not form.binary])
def test_no_format_carries_what_would_colour_a_terminal_or_turn_the_writing(form: str) -> None:
    text = exported(everywhere("a\x1b[31m\x00\u202e\u200b\x85b"), form).decode()

    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2028\u2029]", text)


@pytest.mark.parametrize("form", [form.name for form in FORMATS if not form.binary])
def test_a_format_is_the_same_for_the_same_run(form: str) -> None:
    assert exported(report(), form) == exported(report(), form)


def test_a_waiver_beside_the_plan_is_told_in_an_export(tmp_path: Path) -> None:
    world = marked_world(tmp_path, markers(20))
    (tmp_path / "plan.yaml").write_text(PLAN, encoding="utf-8")
    facts = ("--snapshot", "facts.jsonl", "--as-of", "2026-11-22T12:00:00+00:00")
    found = json.loads(command(tmp_path, world, "export", "sarif", "plan.yaml", *facts).stdout)["runs"][0]["results"]
    (missing,) = (each for each in found if each["ruleId"] == "source/missing-field")
    identifier = missing["partialFingerprints"]["lineageAudit/v1"]
    told = missing["properties"]
    (tmp_path / "waivers.yaml").write_text(
        "waivers: v1\nwaive:\n"
        f'  - {{finding: "{identifier}", rule: source/missing-field, reason: it comes, by: pm@acme.example,\n'
        f"     on: 2026-11-20, until: 2026-12-20, severity: {told['severity']}, verdict: {told['verdict']},\n"
        "     about: crm.people.gone, value: 0, unit: fields}\n",
        encoding="utf-8",
    )

    after = command(tmp_path, world, "export", "sarif", "plan.yaml", *facts)

    results = {
        each["partialFingerprints"]["lineageAudit/v1"]: each for each in json.loads(after.stdout)["runs"][0]["results"]
    }
    assert results[identifier]["properties"]["status"] == "waived", after.stderr
    assert results[identifier]["suppressions"]
