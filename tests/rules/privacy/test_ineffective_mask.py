from __future__ import annotations

import csv
import hashlib
import hmac
import io
from collections.abc import Callable
from pathlib import Path

import pytest

from lineage.finding import Finding
from lineage.model import Severity, Verdict
from lineage.report import Report
from lineage.testing import World, assumption, finding
from tests.servers import PostgresDatabase

RULE = "privacy/ineffective-mask"
EXPORT = """
plan: v1
meta: {{id: reply, owner: pm@acme.example}}
sources:
  crm:
    connector: {{type: sqlite, url: "${{CRM_URL}}"}}
    datasets:
      contacts: {{reads: contacts, key: id, fields: {{id: required, email: {{need: none, sensitive: email}}}}}}
  export:
    connector: {{type: files, path: "${{FILES}}"}}
    datasets:
      contacts:
        reads: contacts.csv
        copy_of: [crm.contacts]
        fields: {{id: required, email: {{need: helpful, sensitive: email, mask: {mask}}}}}
steps:
  draft: {{reads: {{export.contacts: all}}, to: prompt}}
"""
VIEW = """
plan: v1
meta: {{id: reply, owner: pm@acme.example}}
sources:
  crm:
    connector: {{type: postgresql, url: "${{CRM_URL}}"}}
    datasets:
      contacts:
        reads: ai_contacts
        {key}
        fields: {{id: required, email: {{need: helpful, sensitive: email, mask: hmac}}}}
steps:
  draft: {{reads: {{crm.contacts: all}}, to: prompt}}
"""
PEOPLE = tuple(f"anna.{number}.brandt{number * 37 % 101}@corp.com" for number in range(60))


def keyed(value: str) -> str:
    return hmac.new(b"kept in the vault 7f1c", value.encode(), "sha256").hexdigest()


def plainly(value: str) -> str:
    return hashlib.sha256(value.encode()).hexdigest()


def exported(folder: Path, mask: Callable[[str], str], method: str = "hmac", rows: int = 60) -> Report:
    cells = ", ".join(f"({number}, '{value}')" for number, value in enumerate(PEOPLE))
    world = World(folder).sqlite(
        "crm", f"create table contacts (id integer primary key, email text); insert into contacts values {cells};"
    )
    text = io.StringIO()
    csv.writer(text).writerows([("id", "email"), *((n, mask(value)) for n, value in enumerate(PEOPLE[:rows]))])
    world.file("contacts.csv", text.getvalue())
    return world.audit(EXPORT.format(mask=method))


def broken(report: Report) -> Finding:
    found = finding(report, RULE, "export.contacts.email")
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("mask", "how"),
    [
        (plainly, "sha256"),
        (lambda value: value.encode().hex(), "encoded"),
        (lambda value: f"user-{value[::-1]}", "within other text"),
        (lambda value: hmac.new(b"secret", value.encode(), "sha256").hexdigest(), "everybody tries"),
    ],
)
def test_a_mask_of_an_export_that_can_be_undone_is_a_blocker(
    tmp_path: Path, mask: Callable[[str], str], how: str
) -> None:
    found = broken(exported(tmp_path, mask))

    assert found.severity is Severity.BLOCKER
    assert how in found.title
    assert not any(value in repr(found) for value in PEOPLE)


@pytest.mark.parametrize("mask", [str.upper, lambda value: value if value == PEOPLE[7] else keyed(value)])
def test_raw_values_that_stand_there_are_told_once(tmp_path: Path, mask: Callable[[str], str]) -> None:
    report = exported(tmp_path, mask)

    found = finding(report, "privacy/unmasked-at-boundary")
    assert found is not None
    assert found.severity is Severity.BLOCKER
    assert len(found.folded) == 1
    assert finding(report, RULE) is None


@pytest.mark.parametrize(
    ("mask", "method"),
    [
        (keyed, "hmac"),
        (keyed, "hash"),
        (lambda value: f"tok_{keyed(value)[:20]}", "tokenise"),
        (lambda value: f"{value[0]}***@{value.partition('@')[2]}", "partial"),
        (lambda _value: "[EMAIL]", "redact"),
    ],
)
def test_a_mask_that_works_is_held_beside_its_raw_values(
    tmp_path: Path, mask: Callable[[str], str], method: str
) -> None:
    report = exported(tmp_path, mask, method)

    assert finding(report, RULE) is None
    line = assumption(report, "export.datasets.contacts.fields.email.mask.to")
    assert RULE in line.rules


def test_a_plain_hash_where_a_hash_is_declared_is_weak_and_no_blocker(tmp_path: Path) -> None:
    assert broken(exported(tmp_path, plainly, "hash")).severity is Severity.HIGH


def test_raw_values_that_cannot_be_read_leave_the_mask_open(tmp_path: Path) -> None:
    world = World(tmp_path).file("contacts.csv", f"id,email\n1,{keyed('x')}\n")
    world.url("crm", f"sqlite:///{tmp_path}/gone.db")

    report = world.audit(EXPORT.format(mask="hmac"))

    assert finding(report, RULE) is None
    assert assumption(report, "export.datasets.contacts.fields.email.mask.to").verdict is not Verdict.HELD


@pytest.mark.postgresql
@pytest.mark.parametrize("key", ["key: id", ""])
@pytest.mark.parametrize(("definition", "works"), [("md5(lower(email))", False), ("md5('k3pt f4r' || email)", True)])
def test_a_view_is_tried_against_its_table(
    tmp_path: Path, postgres: PostgresDatabase, key: str, definition: str, works: bool
) -> None:
    postgres.execute(f"""
        CREATE TABLE contacts (id int PRIMARY KEY, email text);
        INSERT INTO contacts SELECT n, 'user' || n || '@corp.com' FROM generate_series(1, 80) n;
        CREATE VIEW ai_contacts AS SELECT id, {definition} AS email FROM contacts;
    """)

    report = World(tmp_path).url("crm", postgres.url()).audit(VIEW.format(key=key))

    assert (finding(report, RULE) is None) is works
