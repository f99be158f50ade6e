"""Rules that look at values of several places at once: leaks into stores, and combinations that identify."""

from __future__ import annotations

from pathlib import Path

import pytest

from lineage.facts import ExamineFact
from lineage.finding import Op
from lineage.model import Verdict
from lineage.reports.snapshot import lines, snapshot_of
from lineage.testing import World, assumption, finding

SINK = """
plan: v1
meta: {id: reply, owner: pm@acme.example}
sources:
  crm:
    connector: {type: sqlite, url: "${CRM_URL}"}
    datasets:
      contacts:
        reads: contacts
        key: id
        fields:
          id: required
          email: {need: none, sensitive: email}
          phone: {need: none, sensitive: phone}
          iban: {need: none, sensitive: iban}
  logs:
    connector: {type: files, path: "${FILES}"}
    datasets:
      traces: {reads: traces.jsonl, fields: {text: helpful}}
steps:
  draft: {reads: {crm.contacts: [id]}, to: prompt}
stores:
  traces: {at: logs.traces, content: masked}
"""
PEOPLE = "create table contacts (id integer primary key, email text, phone text, iban text);" + "".join(
    f"insert into contacts values ({n}, 'anna.brandt{n}@corp.com', '+49 151 2345{n:04}', 'DE8937040044053201{n:04}');"
    for n in range(1, 51)
)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("wrote to ANNA.BRANDT7@CORP.COM today", "e-mail"),
        ("reply went to anna.brandt7+tickets@corp.com", "e-mail"),
        ("call (0151) 2345-0007 back", "phone"),
        ("transfer to DE89 3704 0044 0532 0100 07 please", "IBAN"),
    ],
)
def test_a_raw_value_in_a_trace_is_found_however_it_is_written(tmp_path: Path, text: str, kind: str) -> None:
    world = World(tmp_path).sqlite("crm", PEOPLE)
    world.jsonl("traces.jsonl", [{"text": "nothing to see"}, {"text": text}])

    found = finding(world.audit(SINK), "privacy/sensitive-values-in-sink", "traces")

    assert found is not None
    assert kind in found.title
    assert "in 1 records" in found.title
    assert [operation.op for operation in found.judgement.operations] == [Op.DROP_STORE]


def test_a_trace_without_values_of_the_sources_is_held(tmp_path: Path) -> None:
    world = World(tmp_path).sqlite("crm", PEOPLE)
    world.jsonl("traces.jsonl", [{"text": "wrote to someone.else@corp.com, order 2345 0007"}, {"text": "[EMAIL]"}])

    report = world.audit(SINK)

    assert finding(report, "privacy/sensitive-values-in-sink") is None
    assert assumption(report, "stores.traces.content").verdict is Verdict.HELD


def test_a_trace_that_cannot_be_read_is_open(tmp_path: Path) -> None:
    world = World(tmp_path).sqlite("crm", PEOPLE)
    world.jsonl("other.jsonl", [{"text": "x"}])

    assert assumption(world.audit(SINK), "stores.traces.content").verdict is Verdict.UNVERIFIED


def test_what_was_examined_is_kept_as_counts_and_read_again(tmp_path: Path) -> None:
    world = World(tmp_path).sqlite("crm", PEOPLE)
    world.jsonl("traces.jsonl", [{"text": "anna.brandt7@corp.com"}])
    snapshot = world.scan(SINK)

    told = list(lines(snapshot))

    assert [fact for fact in snapshot_of(told).facts if isinstance(fact, ExamineFact)] == [
        fact for fact in snapshot.facts if isinstance(fact, ExamineFact)
    ]
    assert not any("brandt7" in line for line in told)


CROWD = """
plan: v1
meta: {id: reply, owner: pm@acme.example}
sources:
  crm:
    connector: {type: sqlite, url: "${CRM_URL}"}
    datasets:
      contacts:
        reads: contacts
        key: id
        fields:
          id: required
          postcode: {need: helpful, sensitive: postcode}
          born: {need: helpful, sensitive: birth_year}
          gender: {need: required, sensitive: gender}
steps:
  draft: {reads: {crm.contacts: all}, to: prompt}
"""


def people(postcodes: int) -> str:
    rows = ", ".join(f"({n}, '{10_000 + n % postcodes}', {1980 + n % 2}, '{'fm'[n // 4 % 2]}')" for n in range(200))
    made = "create table contacts (id integer primary key, postcode text, born integer, gender text);"
    return f"{made} insert into contacts values {rows};"


def test_fields_that_identify_together_name_the_smallest_set_to_leave_out(tmp_path: Path) -> None:
    found = finding(World(tmp_path).sqlite("crm", people(100)).audit(CROWD), "privacy/identifying-combination")

    assert found is not None
    assert "100 % of 200 records" in found.title
    assert [operation.target for operation in found.judgement.operations] == ["crm.contacts.postcode"]


def test_a_combination_that_many_share_is_held(tmp_path: Path) -> None:
    report = World(tmp_path).sqlite("crm", people(4)).audit(CROWD)

    assert finding(report, "privacy/identifying-combination") is None
    assert assumption(report, "fields.postcode.sensitive").verdict is not Verdict.BROKEN
