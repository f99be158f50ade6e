from __future__ import annotations

from pathlib import Path

import pytest

from lineage.finding import Op
from lineage.model import Severity, Verdict
from lineage.scan import Limits
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
        fields:
          id: required
          contact: {contact}
          plan_code: helpful
steps:
  draft: {{reads: {{crm.contacts: all}}, to: prompt}}
"""
RULE = "privacy/undeclared-sensitive-data"


def contacts(folder: Path, *values: str | None) -> World:
    cells = ", ".join(f"({n}, {'null' if v is None else repr(v)}, 'P-{n}')" for n, v in enumerate(values))
    rows = f"insert into contacts values {cells};" if cells else ""
    return World(folder).sqlite(
        "crm", f"create table contacts (id integer primary key, contact text, plan_code text); {rows}"
    )


def test_a_column_of_addresses_that_the_plan_calls_harmless_blocks_the_launch_of_that_field(tmp_path: Path) -> None:
    report = contacts(tmp_path, *(f"user{n}@corp.com" for n in range(40))).audit(PLAN.format(contact="helpful"))

    found = finding(report, RULE, "crm.contacts.contact")
    assert found is not None
    assert found.severity is Severity.BLOCKER
    assert found.title == "holds e-mail addresses in 100 % of values, and the plan calls it not sensitive"
    assert [(operation.op, operation.target) for operation in found.judgement.operations] == [
        (Op.MASK_FIELD, "crm.contacts.contact")
    ]
    assert found.judgement.fixes[0].patch == "contact: {need: helpful, sensitive: email, mask: hmac}"
    assert verdict(report, "contact.need") is Verdict.BROKEN
    assert verdict(report, "plan_code.need") is Verdict.HELD


def test_addresses_within_texts_are_proposed_as_free_text(tmp_path: Path) -> None:
    texts = [f"please write to user{n}@corp.com about the parcel that I ordered" for n in range(40)]

    report = contacts(tmp_path, *texts).audit(PLAN.format(contact="helpful"))

    found = finding(report, RULE)
    assert found is not None
    assert found.judgement.fixes[0].patch == "contact: {need: helpful, sensitive: free_text, mask: entities}"


def test_a_number_that_few_values_hold_is_proposed_as_free_text(tmp_path: Path) -> None:
    report = contacts(
        tmp_path, *("before noon" for _ in range(400)), *(f"call me at +49 30 231250{n}" for n in range(10, 20))
    ).audit(PLAN.format(contact="helpful"))

    found = finding(report, RULE)
    assert found is not None
    assert found.judgement.fixes[0].patch == "contact: {need: helpful, sensitive: free_text, mask: entities}"


def test_what_a_reviewer_declared_harmless_is_still_broken_where_addresses_stand_in_it(tmp_path: Path) -> None:
    report = contacts(tmp_path, *(f"user{n}@corp.com" for n in range(40))).audit(
        PLAN.format(contact="{need: helpful, sensitive: none}")
    )

    assert verdict(report, "contact.sensitive") is Verdict.BROKEN


def test_codes_and_hashes_are_not_personal(tmp_path: Path) -> None:
    report = contacts(tmp_path, *(f"{n:064x}" for n in range(40))).audit(PLAN.format(contact="helpful"))

    assert finding(report, RULE) is None
    assert verdict(report, "contact.need") is Verdict.HELD


@pytest.mark.parametrize("values", [(), (None, None)], ids=["no record", "no value"])
def test_a_field_without_a_value_proves_nothing(tmp_path: Path, values: tuple[None, ...]) -> None:
    report = contacts(tmp_path, *values).audit(PLAN.format(contact="helpful"))

    assert verdict(report, "contact.need") is not Verdict.HELD
    assert finding(report, RULE) is None


def test_without_a_look_nothing_is_said(tmp_path: Path) -> None:
    report = contacts(tmp_path, "user1@corp.com", "user2@corp.com").audit(
        PLAN.format(contact="helpful"), limits=Limits(sample=False)
    )

    assert verdict(report, "contact.need") is Verdict.UNVERIFIED


def test_what_only_a_person_can_decide_is_left_to_one(tmp_path: Path) -> None:
    world = World(tmp_path).sqlite(
        "crm",
        "create table contacts (id integer, name text, plan_code text);"
        "insert into contacts values (1, 'Wibrecht Kruhl', 'a'), (2, 'Torvid Lohn', 'b'), (3, 'Solvira Dalv', 'c');",
    )

    report = world.audit(PLAN.format(contact="{need: helpful, column: name}"))

    [line] = [line for line in report.assumptions if line.leaf.endswith("contact.need")]
    assert line.verdict is Verdict.UNVERIFIED
    assert "possibly names of people" in line.says
    assert "sensitive: none" in line.settle
