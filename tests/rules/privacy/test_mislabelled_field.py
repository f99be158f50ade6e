from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from lineage.model import Severity, Verdict
from lineage.testing import World, finding, verdict

PLAN = """
plan: v1
meta: {{id: reply, owner: pm@acme.example}}
sources:
  crm:
    connector: {{type: sqlite, url: "${{CRM_URL}}"}}
    datasets:
      contacts: {{reads: contacts, key: id, fields: {{id: required, v: {{need: helpful, sensitive: {kind}}}}}}}
steps:
  draft: {{reads: {{crm.contacts: all}}, to: prompt}}
"""
RULE = "privacy/mislabelled-field"
HASHES = tuple(hashlib.sha256(bytes([number])).hexdigest() for number in range(20))
MAILS = tuple(f"user{number}@corp.com" for number in range(20))


def contacts(folder: Path, *values: str) -> World:
    cells = ", ".join(f"({number}, '{value}')" for number, value in enumerate(values))
    return World(folder).sqlite(
        "crm", f"create table contacts (id integer, v text); insert into contacts values {cells};"
    )


def test_addresses_that_are_declared_as_names_are_mislabelled(tmp_path: Path) -> None:
    report = contacts(tmp_path, *MAILS).audit(PLAN.format(kind="person"))

    found = finding(report, RULE, "crm.contacts.v")
    assert found is not None
    assert found.severity is Severity.MEDIUM
    assert found.title == "is declared person and holds e-mail addresses in 100 % of values"


@pytest.mark.parametrize(
    ("kind", "values", "expected"),
    [
        ("email", MAILS, Verdict.HELD),
        ("contact", MAILS, Verdict.HELD),
        ("email", HASHES, Verdict.HELD),
        ("email", ("blue", "green", "red"), Verdict.UNVERIFIED),
        ("credit_score", ("1200", "3100", "2700"), Verdict.UNVERIFIED),
    ],
)
def test_a_kind_is_held_where_it_is_seen_or_masked_and_open_where_nothing_is(
    tmp_path: Path, kind: str, values: tuple[str, ...], expected: Verdict
) -> None:
    report = contacts(tmp_path, *values).audit(PLAN.format(kind=kind))

    assert verdict(report, "v.sensitive") is expected
