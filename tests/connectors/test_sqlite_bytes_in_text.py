"""SQLite keeps bytes under any type: what is no text is not looked at, and not called clean."""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from lineage.facts import LabelFact, LookFact, UnseenFact
from lineage.model import Verdict
from lineage.testing import World, assumption, finding

PLAN = """
plan: v1
meta: {id: reply, owner: pm@acme.example}
sources:
  crm:
    connector: {type: sqlite, url: "${CRM_URL}"}
    datasets:
      notes: {reads: notes, key: id, fields: {id: required, body: {need: helpful, sensitive: none}}}
steps:
  draft: {reads: {crm.notes: [body]}, to: prompt}
"""


def world(folder: Path, bodies: list[object]) -> World:
    made = World(folder).sqlite("crm", "create table notes (id integer primary key, body text)")
    with sqlite3.connect(folder / "crm.db") as connection:
        connection.executemany("insert into notes (body) values (?)", [(body,) for body in bodies])
    connection.close()
    return made


def test_texts_that_are_packed_are_not_called_clean(tmp_path: Path) -> None:
    bodies: list[object] = [f"order {number} arrived" for number in range(40)]
    packed = [zlib.compress(f"mail ada{number}@acme-mail.com and tell her".encode()) for number in range(3)]

    report = world(tmp_path, [*bodies, *packed]).audit(PLAN)

    line = assumption(report, "fields.body.sensitive")
    assert line.verdict is Verdict.UNVERIFIED
    found = finding(report, "privacy/unscannable-data", "crm.notes")
    assert found is not None
    assert "3 of 43 values hold bytes and no text" in found.title
    open_ = finding(report, "privacy/insufficient-detection", "crm.notes.body")
    assert open_ is not None
    assert "40 values" in open_.title
    assert "bytes" in (open_.judgement.settle or "")


def test_a_field_of_nothing_but_packed_texts_was_not_looked_at(tmp_path: Path) -> None:
    packed: list[object] = [zlib.compress(f"mail ada{number}@acme-mail.com".encode()) for number in range(9)]

    facts = list(world(tmp_path, packed).scan(PLAN).facts)

    assert not [fact for fact in facts if isinstance(fact, (LookFact, LabelFact))]
    unseen = [fact.reason for fact in facts if isinstance(fact, UnseenFact) and fact.what == "sample"]
    assert unseen == ["9 of 9 values hold bytes and no text"]


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(lambda number: f"mail ada{number}@acme-mail.com".encode(), id="bytes that are text"),
        pytest.param(lambda number: f"mail ada{number}@acme-mail.com".encode("utf-16-le"), id="two bytes a letter"),
        pytest.param(lambda number: f"order {number}\0mail ada{number}@acme-mail.com", id="text behind a zero byte"),
    ],
)
def test_text_is_read_however_it_is_kept(tmp_path: Path, body: Callable[[int], object]) -> None:
    report = world(tmp_path, [body(number) for number in range(40)]).audit(PLAN)

    assert assumption(report, "fields.body.sensitive").verdict is Verdict.BROKEN


def test_texts_with_a_spoilt_letter_are_texts(tmp_path: Path) -> None:
    report = world(tmp_path, [f"caf\ufffd order {number}\tarrived\n" for number in range(40)]).audit(PLAN)

    assert assumption(report, "fields.body.sensitive").verdict is Verdict.HELD
