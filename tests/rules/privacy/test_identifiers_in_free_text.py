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
  desk:
    connector: {{type: sqlite, url: "${{DESK_URL}}"}}
    datasets:
      tickets:
        reads: tickets
        key: id
        fields: {{id: required, body: {{need: helpful, sensitive: free_text{mask}}}}}
steps:
  draft: {{reads: {{desk.tickets: all}}, to: prompt}}
"""
RULE = "privacy/identifiers-in-free-text"


def tickets(folder: Path, *bodies: str) -> World:
    cells = ", ".join(f"({number}, '{body}')" for number, body in enumerate(bodies))
    rows = f"insert into tickets values {cells};" if bodies else ""
    return World(folder).sqlite("desk", f"create table tickets (id integer, body text); {rows}")


@pytest.fixture
def told(tmp_path: Path) -> World:
    clean = "my parcel has not arrived and I am waiting for it since last week"
    return tickets(tmp_path, *[clean] * 30, *(f"{clean}, write to user{n}@corp.com please" for n in range(10)))


def test_addresses_in_a_text_without_a_mask_are_broken_with_their_rate(told: World) -> None:
    report = told.audit(PLAN.format(mask=""))

    found = finding(report, RULE, "desk.tickets.body")
    assert found is not None
    assert found.severity is Severity.HIGH
    assert found.title == "carries e-mail addresses in 25 % of texts, and no mask is declared"
    assert found.judgement.operations[0].op is Op.MASK_FIELD
    assert verdict(report, "body.sensitive") is Verdict.BROKEN


def test_a_mask_for_other_kinds_leaves_them(told: World) -> None:
    report = told.audit(PLAN.format(mask=", mask: {to: entities, of: [PHONE, IBAN]}"))

    found = finding(report, RULE)
    assert found is not None
    assert found.judgement.fixes[0].patch == "mask: {to: entities, of: [PHONE, IBAN, email]}"


@pytest.mark.parametrize("mask", [", mask: entities", ", mask: {to: entities, of: [EMAIL_ADDRESS]}"])
def test_a_covering_mask_stays_open_until_something_behind_it_is_seen(told: World, mask: str) -> None:
    report = told.audit(PLAN.format(mask=mask))

    assert finding(report, RULE) is None
    assert verdict(report, "body.mask.to") is Verdict.UNVERIFIED
    assert verdict(report, "body.sensitive") is Verdict.HELD


def test_texts_without_identifiers_are_held(tmp_path: Path) -> None:
    report = tickets(tmp_path, *(f"the parcel number {n} is late again and I want it now" for n in range(30))).audit(
        PLAN.format(mask=", mask: entities")
    )

    assert verdict(report, "body.mask.to") is Verdict.HELD


def test_texts_that_were_not_looked_at_are_open(told: World) -> None:
    report = told.audit(PLAN.format(mask=", mask: entities"), limits=Limits(sample=False))

    assert verdict(report, "body.mask.to") is Verdict.UNVERIFIED
    assert verdict(report, "body.sensitive") is Verdict.UNVERIFIED


DOCUMENTS = """
plan: v1
meta: {id: reply, owner: pm@acme.example}
sources:
  docs:
    connector: {type: documents, path: "${FILES}"}
    datasets:
      manuals: {reads: "*.*", fields: {text: {need: required, sensitive: free_text}}}
steps:
  draft: {reads: {docs.manuals: all}, to: prompt}
"""


def test_documents_that_can_be_read_say_nothing_of_one_that_cannot(tmp_path: Path) -> None:
    world = World(tmp_path)
    for number in range(700):
        world.file(f"n{number}.md", f"# Manual {number}\n\nPress the button until the light of the device is green.\n")
    assert verdict(world.audit(DOCUMENTS), "text.sensitive") is Verdict.HELD

    world.file("broken.pdf", "%PDF-1.4\nnothing that a reader of such files would take for one\n%%EOF")

    assert verdict(world.audit(DOCUMENTS), "text.sensitive") is Verdict.UNVERIFIED
