from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from lineage.finding import Op
from lineage.model import Level, Severity, Verdict
from lineage.scan import Limits
from lineage.testing import World, assumption, finding, verdict

PLAN = """
plan: v1
meta: {{id: reply, owner: pm@acme.example}}
sources:
  crm:
    connector: {{type: sqlite, url: "${{CRM_URL}}"}}
    datasets:
      contacts:
        reads: {reads}
        key: id
        fields: {{id: required, v: {{need: {need}, sensitive: {kind}, mask: {mask}}}}}
steps:
{steps}
"""
RULE = "privacy/unmasked-at-boundary"
DIRECT = "  draft: {reads: {crm.contacts: all}, to: prompt}"
LATER = "  fetch: {reads: {crm.contacts: all}}\n  draft: {after: [fetch], to: prompt}"
NOWHERE = "  draft: {reads: {crm.contacts: all}}"
MAILS = tuple(f"user{number}@corp.com" for number in range(30))
HASHES = tuple(hashlib.sha256(mail.encode()).hexdigest() for mail in MAILS)


def plan(
    *, kind: str = "email", mask: str = "hmac", steps: str = DIRECT, reads: str = "contacts_v", need: str = "helpful"
) -> str:
    return PLAN.format(kind=kind, mask=mask, steps=steps, reads=reads, need=need)


def contacts(folder: Path, *values: str, view: str = "select id, v from contacts") -> World:
    cells = ", ".join(f"({number}, '{value}')" for number, value in enumerate(values))
    rows = f"insert into contacts values {cells};" if cells else ""
    return World(folder).sqlite(
        "crm", f"create table contacts (id integer, v text); {rows} create view contacts_v as {view};"
    )


def test_raw_addresses_where_a_keyed_hash_is_declared_block_with_the_whole_path(tmp_path: Path) -> None:
    report = contacts(tmp_path, *MAILS).audit(plan())

    found = finding(report, RULE, "crm.contacts.v")
    assert found is not None
    assert found.severity is Severity.BLOCKER
    assert (
        found.title
        == "holds e-mail addresses in 100 % of values in contacts_v, where hmac is declared; draft sends it to prompt"
    )
    assert [(hop.source, hop.target) for hop in found.judgement.path] == [
        ("main.contacts.v", "crm.contacts.v"),
        ("crm.contacts.v", "draft"),
        ("draft", "prompt"),
    ]
    assert [(operation.op, operation.target) for operation in found.judgement.operations] == [
        (Op.DROP_FIELD, "crm.contacts.v")
    ]


@pytest.mark.parametrize(("column", "expected"), [("email_hmac", Verdict.UNVERIFIED), ("email", Verdict.BROKEN)])
def test_what_is_called_masked_where_it_is_kept_is_open_until_its_values_are_looked_at(
    tmp_path: Path, column: str, expected: Verdict
) -> None:
    world = World(tmp_path).sqlite(
        "crm",
        f"create table contacts (id integer, {column} text); insert into contacts values (1, '{HASHES[0]}');"
        f"create view contacts_v as select id, {column} as v from contacts;",
    )

    report = world.audit(plan(), limits=Limits(sample=False))

    assert verdict(report, "v.mask.to") is expected


def test_a_mask_that_left_two_values_raw_is_broken(tmp_path: Path) -> None:
    report = contacts(tmp_path, *HASHES, *MAILS[:2]).audit(plan())

    assert finding(report, RULE) is not None


def test_hashes_are_held_as_observed(tmp_path: Path) -> None:
    report = contacts(tmp_path, *HASHES).audit(plan())

    line = assumption(report, "v.mask.to")
    assert (line.verdict, line.level) == (Verdict.HELD, Level.OBSERVED)


@pytest.mark.parametrize("steps", [LATER, NOWHERE], ids=["a step between", "no boundary"])
def test_where_something_may_still_mask_it_the_mask_is_open(tmp_path: Path, steps: str) -> None:
    report = contacts(tmp_path, *MAILS).audit(plan(steps=steps))

    line = assumption(report, "v.mask.to")
    assert line.verdict is Verdict.UNVERIFIED
    assert finding(report, RULE) is None
    assert line.settle


def test_unseen_values_that_the_view_passes_on_unchanged_are_broken_by_its_definition(tmp_path: Path) -> None:
    report = contacts(tmp_path, *MAILS).audit(plan(), limits=Limits(sample=False))

    found = finding(report, RULE)
    assert found is not None
    assert found.judgement.level is Level.CONFIGURED
    assert found.judgement.confidence == "likely"


def test_unseen_values_of_a_table_are_open(tmp_path: Path) -> None:
    report = contacts(tmp_path, *MAILS).audit(plan(reads="contacts"), limits=Limits(sample=False))

    assert verdict(report, "v.mask.to") is Verdict.UNVERIFIED
    assert finding(report, RULE) is None


def test_a_view_that_hides_a_part_only_derives_and_proves_nothing_unseen(tmp_path: Path) -> None:
    world = contacts(tmp_path, *MAILS, view="select id, substr(v, 3) as v from contacts")

    report = world.audit(plan(mask="partial"), limits=Limits(sample=False))

    assert verdict(report, "v.mask.to") is Verdict.UNVERIFIED


def test_values_that_look_neither_raw_nor_masked_are_open_where_no_definition_tells(tmp_path: Path) -> None:
    report = contacts(tmp_path, *(f"value {number}" for number in range(30))).audit(plan(reads="contacts"))

    assert verdict(report, "v.mask.to") is Verdict.UNVERIFIED
    assert finding(report, RULE) is None


def test_values_that_do_not_look_masked_behind_a_view_that_passes_them_on_are_likely_broken(tmp_path: Path) -> None:
    report = contacts(tmp_path, *(f"value {number}" for number in range(30))).audit(plan(kind="person"))

    found = finding(report, RULE)
    assert found is not None
    assert found.judgement.confidence == "likely"


def test_a_field_to_be_dropped_that_a_step_reads_is_broken_and_one_that_none_reads_is_held(tmp_path: Path) -> None:
    world = contacts(tmp_path, *MAILS)

    assert finding(world.audit(plan(mask="drop")), RULE) is not None
    assert verdict(world.audit(plan(mask="drop", need="none")), "v.mask.to") is Verdict.HELD


def test_first_names_are_what_a_mask_to_first_names_leaves(tmp_path: Path) -> None:
    script = "create table contacts (id integer, first_name text, v text);"
    rows = ", ".join(
        f"({n}, '{name}', '{name} Krause')"
        for n, name in enumerate(["Anna", "Peter", "Maria", "Lukas", "Emma", "Paul"] * 5)
    )
    world = World(tmp_path).sqlite("crm", f"{script} insert into contacts values {rows};")
    fields = plan(kind="person", mask="first_name", reads="contacts")

    first = world.audit(fields.replace("{need: helpful,", "{need: helpful, column: first_name,"))
    whole = world.audit(fields.replace("v: {need", "name: {column: v, need"))

    assert finding(first, RULE) is None
    assert verdict(first, "v.mask.to") is Verdict.UNVERIFIED
    assert finding(whole, RULE) is not None


def bare(**how: str) -> str:
    return plan(**how).replace(", mask: hmac", "")


def test_a_sensitive_field_without_a_declared_mask_blocks_where_it_crosses_raw(tmp_path: Path) -> None:
    report = contacts(tmp_path, *MAILS).audit(bare())

    found = finding(report, RULE, "crm.contacts.v")
    assert found is not None
    assert found.severity is Severity.BLOCKER
    assert found.title.endswith("in contacts_v, and no mask is declared; draft sends it to prompt")
    assert [one.op for one in found.judgement.operations] == [Op.DROP_FIELD]
    assert found.judgement.fixes[0].patch == "mask: hmac"
    assert verdict(report, "v.mask") is Verdict.BROKEN


def test_a_sensitive_field_without_a_declared_mask_is_unverified_where_a_step_stands_between(tmp_path: Path) -> None:
    report = contacts(tmp_path, *MAILS).audit(bare(steps=LATER))

    assert finding(report, RULE) is None
    assert verdict(report, "v.mask") is Verdict.UNVERIFIED


def test_a_sensitive_field_that_crosses_no_boundary_needs_no_mask(tmp_path: Path) -> None:
    report = contacts(tmp_path, *MAILS).audit(bare(steps=NOWHERE))

    assert finding(report, RULE) is None
    assert verdict(report, "v.mask") is Verdict.HELD


def test_a_sensitive_field_that_was_not_looked_at_is_unverified_without_a_mask(tmp_path: Path) -> None:
    report = contacts(tmp_path, *MAILS).audit(bare(), limits=Limits(data=False, sample=False))

    assert finding(report, RULE) is None
    assert verdict(report, "v.mask") is Verdict.UNVERIFIED
