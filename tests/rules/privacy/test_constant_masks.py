"""What is redacted to one and the same text tells of nobody, whatever the text looks like."""

from __future__ import annotations

from pathlib import Path

import pytest

from lineage.model import Verdict
from lineage.report import Report
from lineage.testing import World, verdict
from rules.privacy.detection import DETECTOR
from tests.servers import PostgresDatabase

PLAN = """
plan: v1
meta: {{id: reply, owner: pm@acme.example}}
sources:
  crm:
    connector: {{type: {connector}, url: "${{CRM_URL}}"}}
    datasets:
      contacts:
        reads: ai_contacts
        key: id
        fields: {{id: required, v: {{need: helpful, sensitive: {kind}, mask: {mask}}}}}
steps:
  draft: {{reads: {{crm.contacts: all}}, to: prompt}}
"""
EXPORT = """
plan: v1
meta: {id: reply, owner: pm@acme.example}
sources:
  crm:
    connector: {type: sqlite, url: "${CRM_URL}"}
    datasets:
      contacts: {reads: contacts, key: id, fields: {id: required, v: {need: none, sensitive: email}}}
  edge:
    connector: {type: files, path: "${FILES}"}
    datasets:
      contacts:
        reads: contacts.csv
        key: id
        copy_of: [crm.contacts]
        fields: {id: required, v: {need: helpful, sensitive: email, mask: redact}}
steps:
  draft: {reads: {edge.contacts: all}, to: prompt}
"""
TABLE = "create table contacts (id integer primary key, v text);" + "".join(
    f"insert into contacts values ({n}, 'anna.{n}.brandt{n * 37 % 101}@corp.com');" for n in range(60)
)


def of_view(folder: Path, shown: str, mask: str, kind: str = "email") -> Report:
    script = f"{TABLE} create view ai_contacts as select id, {shown} as v from contacts;"
    return World(folder).sqlite("crm", script).audit(PLAN.format(connector="sqlite", mask=mask, kind=kind))


def privacy(report: Report) -> list[str]:
    return [each.rule for each in report.findings if each.rule.startswith("privacy/")]


@pytest.mark.parametrize(
    ("shown", "mask", "kind"),
    [
        ("'[REDACTED]'", "redact", "email"),
        ("'***'", "redact", "email"),
        ("'xxx@xxx.xxx'", "redact", "email"),
        ("'redacted@example.com'", "redact", "email"),
        ("'000-000-0000'", "redact", "phone"),
        ("'John Doe'", "redact", "person"),
        ("'1900-01-01'", "redact", "birth_date"),
        ("null", "drop", "email"),
        ("''", "drop", "email"),
        ("case when v is null then null else '[REDACTED]' end", "redact", "email"),
    ],
)
def test_a_view_that_writes_the_same_for_everybody_redacts(tmp_path: Path, shown: str, mask: str, kind: str) -> None:
    report = of_view(tmp_path, shown, mask, kind)

    assert privacy(report) == []
    assert verdict(report, "v.mask.to") is Verdict.HELD


@pytest.mark.parametrize("shown", ["v", "upper(v)", "coalesce(v, '[REDACTED]')", "'mailto:' || v"])
def test_a_view_that_passes_values_on_redacts_nothing(tmp_path: Path, shown: str) -> None:
    assert "privacy/unmasked-at-boundary" in privacy(of_view(tmp_path, shown, "redact"))


@pytest.mark.postgresql
def test_a_constant_of_a_view_in_postgresql_redacts(tmp_path: Path, postgres: PostgresDatabase) -> None:
    postgres.execute(f"{TABLE} create view ai_contacts as select id, 'nobody@example.com'::text as v from contacts;")

    world = World(tmp_path).url("crm", postgres.url())
    report = world.audit(PLAN.format(connector="postgresql", mask="redact", kind="email"))

    assert privacy(report) == []


@pytest.mark.parametrize(("written", "works"), [("nobody@example.com", True), ("user{n}@example.com", False)])
def test_an_export_is_redacted_where_one_text_stands_for_all(tmp_path: Path, written: str, works: bool) -> None:
    rows = "".join(f"{n},{written.format(n=n)}\n" for n in range(60))
    report = World(tmp_path).sqlite("crm", TABLE).file("contacts.csv", "id,v\n" + rows).audit(EXPORT)

    found = {each.rule for each in report.findings if each.judgement.subject.field == "edge.contacts.v"}
    assert ("privacy/unmasked-at-boundary" not in found) is works


def labels(header: str, values: list[str]) -> dict[str, int]:
    import pyarrow as pa

    return {each.label: each.hits for each in DETECTOR.detect(pa.table({header: pa.array(values)}))}


@pytest.mark.parametrize(
    "written", ["[EMAIL] about order {n}", "[NAME], order {n}, [CITY]", "<PERSON> lives at <ADDRESS>, ticket {n}"]
)
def test_words_for_what_stood_there_are_no_address(written: str) -> None:
    assert labels("address", [written.format(n=n) for n in range(60)]) == {"masked:redacted": 60}


@pytest.mark.parametrize("written", ["[NAME], Lindenweg {n}, 10115 Berlin", "[VIP] Lindenweg {n}, 10115 Berlin"])
def test_an_address_beside_a_word_in_brackets_is_still_one(written: str) -> None:
    assert labels("address", [written.format(n=n + 1) for n in range(60)])["address"] == 60


def test_what_only_asterisks_are_left_of_is_not_partly_hidden() -> None:
    assert labels("email", ["*" * (3 + n % 9) for n in range(60)]) == {"masked:redacted": 60}
    assert labels("email", [f"{'abcdefg'[n % 7]}***@corp.com" for n in range(60)]) == {"masked:partial": 60}
