"""Regions and recipients: where sensitive fields are read, what they came by, and where they go."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lineage.finding import Op
from lineage.report import Report
from lineage.testing import World, finding
from tests.servers import PostgresDatabase

RULE = "privacy/forbidden-region-or-recipient"
COPIED = """
plan: v1
meta: {{id: reply, owner: pm@acme.example}}
constraints: {{regions: [eu]}}
model: {{provider: example-ai, region: eu-west}}
sources:
  crm:
    connector: {{type: sqlite, url: "${{CRM_URL}}"}}
    region: {crm}
    datasets:
      contacts: {{reads: contacts, key: id, fields: {{id: required, email: {{need: none, {kind}}}}}}}
  lake:
    connector: {{type: files, path: "${{FILES}}"}}
    region: eu-central
    datasets:
      contacts:
        reads: contacts.jsonl
        copy_of: [crm.contacts]
        fields: {{id: required, email: {{need: helpful, {kind}}}}}
steps:
  draft: {{reads: {{lake.contacts: all}}, {to}}}
"""
DERIVED = """
plan: v1
meta: {{id: reply, owner: pm@acme.example}}
constraints: {{regions: [eu]}}
model: {{provider: example-ai, region: eu}}
sources:
  raw:
    connector: {{type: postgresql, url: "${{CRM_URL}}"}}
    {region}
    datasets:
      contacts: {{reads: contacts, key: id, fields: {{id: required, email: {{need: none, sensitive: email}}}}}}
  mart:
    connector: {{type: postgresql, url: "${{CRM_URL}}"}}
    region: eu
    datasets:
      people:
        reads: people
        key: id
        fields: {{id: required, email: {{need: helpful, sensitive: email, mask: hmac}}}}
steps:
  draft: {{reads: {{mart.people: all}}, to: prompt}}
"""


def copied(folder: Path, *, crm: str = "us", kind: str = "sensitive: email", to: str = "to: prompt") -> Report:
    world = World(folder).sqlite(
        "crm",
        "create table contacts (id integer primary key, email text); insert into contacts values (1, 'anna@corp.com');",
    )
    world.file("contacts.jsonl", json.dumps({"id": 1, "email": "anna@corp.com"}))
    return world.audit(COPIED.format(crm=crm, kind=kind, to=to))


def test_a_copy_of_what_lies_in_another_region_is_told_with_where_it_came_by(tmp_path: Path) -> None:
    found = finding(copied(tmp_path), RULE, "crm")

    assert found is not None
    assert "lake.contacts.email came by source crm, which is in us, and eu alone is allowed" in found.title
    assert [(step.op, step.target) for step in found.judgement.operations] == [(Op.DROP_SOURCE, "lake")]


@pytest.mark.parametrize("world", [{"crm": "EU-North"}, {"kind": "sensitive: none"}, {"to": "after: []"}])
def test_what_came_by_allowed_regions_is_harmless_or_goes_nowhere_is_silent(
    tmp_path: Path, world: dict[str, str]
) -> None:
    assert finding(copied(tmp_path, **world), RULE, "crm") is None


@pytest.mark.postgresql
@pytest.mark.parametrize(("region", "fires"), [("region: us-east", True), ("region: eu", False), ("", False)])
def test_a_view_over_what_lies_in_another_region_is_told(
    tmp_path: Path, postgres: PostgresDatabase, region: str, fires: bool
) -> None:
    postgres.execute("""
        CREATE TABLE contacts (id int PRIMARY KEY, email text);
        INSERT INTO contacts SELECT n, 'user' || n || '@corp.com' FROM generate_series(1, 60) n;
        CREATE VIEW people AS SELECT id, md5('k3pt f4r' || email) AS email FROM contacts;
    """)

    told = finding(World(tmp_path).url("crm", postgres.url()).audit(DERIVED.format(region=region)), RULE)

    assert (told is not None) is fires
