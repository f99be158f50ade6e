from __future__ import annotations

from pathlib import Path

from lineage.model import Severity, Verdict
from lineage.testing import World, finding, verdict

PLAN = """
plan: v1
meta: {id: reply, owner: pm@acme.example}
sources:
  crm:
    connector: {type: sqlite, url: "${CRM_URL}"}
    datasets:
      notes: {reads: notes, key: id, fields: {id: required, note: helpful}}
steps:
  draft: {reads: {crm.notes: all}, to: prompt}
"""
KEY = "ghp_" + "a1B2c3D4" * 5


def notes(folder: Path, note: str) -> World:
    return World(folder).sqlite(
        "crm",
        f"create table notes (id integer primary key, note text); insert into notes values (1, 'ok'), (2, '{note}');",
    )


def test_one_key_in_a_note_blocks_and_is_not_repeated(tmp_path: Path) -> None:
    report = notes(tmp_path, f"the deploy job uses {KEY} to push").audit(PLAN)

    found = finding(report, "privacy/secret-in-content", "crm.notes.note")
    assert found is not None
    assert found.severity is Severity.BLOCKER
    assert KEY not in repr(report)
    assert verdict(report, "note.need") is Verdict.BROKEN


def test_notes_without_a_key_are_held(tmp_path: Path) -> None:
    report = notes(tmp_path, "all is well").audit(PLAN)

    assert finding(report, "privacy/secret-in-content") is None
    assert verdict(report, "note.need") is Verdict.HELD


def test_an_empty_table_leaves_it_open(tmp_path: Path) -> None:
    report = World(tmp_path).sqlite("crm", "create table notes (id integer, note text);").audit(PLAN)

    assert verdict(report, "note.need") is not Verdict.HELD
    assert finding(report, "privacy/secret-in-content") is None
