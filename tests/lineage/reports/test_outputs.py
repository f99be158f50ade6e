"""Several reports of one run: each file in the format of its ending, and no value of a record in any of them."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from lineage.reports import FORMATS, format_of

PLAN = """\
plan: v1
meta: {id: replies, status: draft, owner: pm@acme.example}
sources:
  crm:
    connector: {type: sqlite, url: "${CRM_URL}"}
    datasets:
      contacts:
        reads: contacts
        fields: {id: required, email: {need: helpful, sensitive: email, mask: hmac}, note: {need: helpful, values: [x]}}
steps:
  draft: {reads: {crm.contacts: all}, to: prompt}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    connection = sqlite3.connect(tmp_path / "crm.db")
    connection.execute("create table contacts (id integer primary key, email text, note text)")
    rows = [(number, f"zqxjkv{number}@mail.com", f"wvzqkj{number}") for number in range(60)]
    connection.executemany("insert into contacts values (?, ?, ?)", rows)
    connection.commit()
    connection.close()
    (tmp_path / "plan.yaml").write_text(PLAN, encoding="utf-8")
    return tmp_path


def audit(folder: Path, *words: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "lineage", "audit", "plan.yaml", *words],
        cwd=folder,
        env={**os.environ, "CRM_URL": "sqlite:///crm.db", "COLUMNS": "100"},
        capture_output=True,
        check=False,
        timeout=120,
    )


def test_one_run_writes_every_format_and_no_value(folder: Path) -> None:
    names = ["report.html", "report.csv", "report.md", "report.json", "report.txt"]

    done = audit(folder, "-o", "-", *(word for name in names for word in ("-o", name)))

    assert done.returncode == 1, done.stderr
    assert done.stdout.splitlines()[-1].startswith((b"HOLD", b"NARROW"))
    texts = {name: (folder / name).read_text("utf-8") for name in names}
    assert texts["report.html"].startswith("<!doctype html>")
    assert texts["report.csv"].startswith("kind,")
    assert texts["report.md"].startswith("## ")
    assert json.loads(texts["report.json"])["schema"] == "gap-report/v1"
    assert "replies (draft), plan.yaml" in texts["report.txt"]
    for text in (*texts.values(), done.stdout.decode()):
        assert "crm.contacts.email" in text
        assert "zqxjkv" not in text
        assert "wvzqkj" not in text


def test_a_format_on_stdout_is_the_bytes_of_the_file(folder: Path) -> None:
    facts = ("--snapshot", "facts.jsonl", "--as-of", "2026-11-22")
    audit(folder, *facts)

    done = audit(folder, "-f", "csv", "--bom", "-o", "-", "-o", "report.csv", *facts)

    assert done.stdout == (folder / "report.csv").read_bytes()
    assert done.stdout.startswith(b"\xef\xbb\xbfkind,")
    assert b"\r\n" in done.stdout


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("-f", "xml"), "--format: 'xml' is none of terminal, json, csv, markdown, html"),
        (("-f", "json", "-o", "report.html"), "--format json is used by no output"),
        (("-o", "nowhere/report.html"), "nowhere/report.html cannot be written"),
        (("-o", "."), "cannot be written"),
    ],
)
def test_what_cannot_be_written_is_told_before_a_source_is_read(
    folder: Path, words: tuple[str, ...], told: str
) -> None:
    (folder / "crm.db").unlink()  # an unreadable source would be exit 3

    done = audit(folder, *words)

    assert done.returncode == 2
    assert told in done.stderr.decode()
    assert b"Traceback" not in done.stderr


def test_every_format_but_the_terminals_own_has_an_ending() -> None:
    endings = ("a.txt", "a.json", "a.csv", "a.md", "a.HTML")

    assert [format_of(Path(name)) for name in endings] == ["terminal", "json", "csv", "markdown", "html"]
    assert set(FORMATS) == {format_of(Path(name)) for name in endings}
    assert format_of(Path("report.out")) is None
