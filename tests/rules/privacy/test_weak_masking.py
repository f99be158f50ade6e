from __future__ import annotations

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
      contacts:
        reads: contacts
        key: id
        fields: {{id: required, v: {{need: helpful, sensitive: {kind}, mask: {mask}}}}}
steps:
  draft: {{reads: {{crm.contacts: all}}, to: prompt}}
"""
RULE = "privacy/weak-masking"
HASHES = tuple(f"{number * 7919:064x}" for number in range(10**60, 10**60 + 30))


def contacts(folder: Path, *values: str) -> World:
    cells = ", ".join(f"({number}, '{value}')" for number, value in enumerate(values))
    return World(folder).sqlite(
        "crm", f"create table contacts (id integer, v text); insert into contacts values {cells};"
    )


@pytest.mark.parametrize(
    ("kind", "mask", "why"),
    [
        ("phone", "hash", "trying all"),
        ("email", "hash", "hashing the list"),
        ("ssn", "partial", "small group"),
        ("secret", "tokenise", "reversible"),
        ("free_text", "hmac", "within a text"),
        ("email", "entities", "masks text"),
    ],
)
def test_a_method_that_is_too_weak_for_the_kind_is_told_with_the_reason(
    tmp_path: Path, kind: str, mask: str, why: str
) -> None:
    report = contacts(tmp_path, *HASHES).audit(PLAN.format(kind=kind, mask=mask))

    found = finding(report, RULE, "crm.contacts.v")
    assert found is not None
    assert found.severity is Severity.HIGH
    assert why in found.title


def test_partly_hidden_values_are_no_keyed_hashes(tmp_path: Path) -> None:
    report = contacts(tmp_path, *(f"u***{number}@corp.com" for number in range(30))).audit(
        PLAN.format(kind="email", mask="hmac")
    )

    found = finding(report, RULE)
    assert found is not None
    assert "only partly hidden" in found.title


@pytest.mark.parametrize(("kind", "mask"), [("email", "hmac"), ("phone", "tokenise"), ("card", "partial")])
def test_a_strong_method_is_held(tmp_path: Path, kind: str, mask: str) -> None:
    report = contacts(tmp_path, *HASHES).audit(PLAN.format(kind=kind, mask=mask))

    assert finding(report, RULE) is None


def test_without_values_the_method_is_still_judged(tmp_path: Path) -> None:
    world = World(tmp_path).sqlite("crm", "create table contacts (id integer, v text);")

    assert finding(world.audit(PLAN.format(kind="phone", mask="hash")), RULE) is not None
    assert verdict(world.audit(PLAN.format(kind="phone", mask="hmac")), "v.mask.to") is Verdict.UNVERIFIED
