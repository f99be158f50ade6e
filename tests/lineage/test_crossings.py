"""The masking matrix: what is not shown to be masked is never called masked."""

from __future__ import annotations

import hashlib
from pathlib import Path

from lineage.report import Crosses, Crossing, SensitiveField
from lineage.testing import World

PLAN = """\
plan: v1
meta: {id: replies, status: draft, owner: pm@acme.example}
sources:
  crm:
    connector: {type: sqlite, url: "${CRM_URL}"}
    datasets:
      people:
        reads: people
        key: id
        fresh: {clock: updated_at, zone: UTC, within: 4 hours}
        fields:
          id: required
          email: {need: helpful, sensitive: email, mask: hmac}
          token: {need: helpful, sensitive: email, mask: hmac}
          phone: {need: helpful, sensitive: phone}
          idle: {need: none, sensitive: phone}
          note: helpful
          updated_at: required
steps:
  fetch: {reads: {crm.people: [id, phone, updated_at]}}
  draft: {reads: {crm.people: [email, token, note]}, after: [fetch], to: prompt, writes: [reply]}
outputs: {reply: {audience: [agent], channel: helpdesk, owned_by: acme}}
stores: {traces: {at: "langfuse:x", content: masked}, prompts: {keep: none}}
"""
COLUMNS = "id integer primary key, email text, token text, phone text, idle text, note text, updated_at timestamp"
NAMES = ("anna", "boris", "clara", "david", "elena", "fritz", "greta", "henry")
SCRIPT = f"create table people ({COLUMNS});" + "".join(
    f"insert into people values ({number}, '{NAMES[number % 8]}.{number}@gmail.com', "
    f"'{hashlib.sha256(str(number).encode()).hexdigest()}', "
    f"'+49 30 9018{2000 + number}', '', 'plain', '2026-11-22 11:{number % 50:02d}:00');"
    for number in range(200)
)


def audited(folder: Path) -> dict[str, SensitiveField]:
    report = World(folder).sqlite("crm", SCRIPT).audit(PLAN)
    return {row.field: row for row in report.matrix}


def at(row: SensitiveField, boundary: str) -> Crossing:
    return next(crossing for crossing in row.crossings if crossing.boundary == boundary)


def test_a_mask_that_is_not_there_crosses_raw(tmp_path: Path) -> None:
    row = audited(tmp_path)["crm.people.email"]

    assert at(row, "prompt").state is Crosses.RAW
    assert row.mask == "hmac"
    assert row.findings


def test_what_a_step_writes_and_what_a_store_keeps_is_unknown_until_it_is_shown(tmp_path: Path) -> None:
    row = audited(tmp_path)["crm.people.email"]

    assert at(row, "output reply").state is Crosses.UNKNOWN
    assert at(row, "store traces").state is Crosses.UNKNOWN
    assert "nothing shows it" in at(row, "store traces").why


def test_a_store_that_keeps_nothing_is_no_boundary(tmp_path: Path) -> None:
    row = audited(tmp_path)["crm.people.email"]

    assert "store prompts" not in {crossing.boundary for crossing in row.crossings}


def test_a_mask_that_holds_is_masked_at_every_boundary(tmp_path: Path) -> None:
    row = audited(tmp_path)["crm.people.token"]

    assert {crossing.state for crossing in row.crossings} == {Crosses.MASKED}


def test_a_sensitive_field_without_a_mask_crosses_raw_through_later_steps_too(tmp_path: Path) -> None:
    row = audited(tmp_path)["crm.people.phone"]

    assert at(row, "prompt").state is Crosses.RAW
    assert at(row, "prompt").why == "no mask is declared"


def test_a_sensitive_field_that_goes_nowhere_is_listed_too(tmp_path: Path) -> None:
    assert audited(tmp_path)["crm.people.idle"].crossings == ()


def test_a_field_that_is_not_sensitive_is_no_row(tmp_path: Path) -> None:
    assert "crm.people.note" not in audited(tmp_path)


def test_a_silent_system_masks_nothing(tmp_path: Path) -> None:
    world = World(tmp_path).url("crm", f"sqlite:///{tmp_path}/none.db")

    report = world.audit(PLAN)

    states = {crossing.state for row in report.matrix for crossing in row.crossings}
    assert Crosses.MASKED not in states
    assert len(report.matrix) == 4
    (source,) = report.sources
    assert source.product == ""
    assert source.datasets[0].records is None


def test_an_owner_sees_what_was_read_how_old_and_by_which_steps(tmp_path: Path) -> None:
    world = World(tmp_path).sqlite("crm", SCRIPT)

    (source,) = world.audit(PLAN).sources

    (dataset,) = source.datasets
    assert source.product.startswith("SQLite")
    assert dataset.records == 200
    assert dataset.steps == ("fetch", "draft")
    assert (dataset.newest, dataset.within) == (world.now.replace(hour=11, minute=49), "4 hours")


def test_a_field_is_not_called_sensitive_because_too_little_of_it_was_seen(tmp_path: Path) -> None:
    # A hundred records of three thousand say little of the others.
    records = "".join(f"insert into people values ({n}, 'plain', '', '', '', '', '');" for n in range(3000))
    script = f"create table people ({COLUMNS}); {records} create view seen as select id, note from people;"
    plan = """\
plan: v1
meta: {id: replies, status: draft, owner: pm@acme.example}
sources:
  crm:
    connector: {type: sqlite, url: "${CRM_URL}"}
    budget: {sample: 100}
    datasets:
      seen: {reads: seen, fields: {id: helpful, note: helpful}}
steps:
  draft: {reads: {crm.seen: all}, to: prompt}
"""

    report = World(tmp_path).sqlite("crm", script).audit(plan)

    assert {finding.rule for finding in report.findings} >= {"privacy/insufficient-detection"}
    assert report.matrix == ()
