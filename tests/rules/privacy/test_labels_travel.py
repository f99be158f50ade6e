"""Labels travel over several systems: a warehouse, what dbt made of it, a view over that, and an index of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lineage import registry
from lineage.facts import FieldFact
from lineage.report import Report
from lineage.testing import World, finding, fired
from tests.connectors.indexes import Chunk
from tests.connectors.test_chroma import folder_of
from tests.servers import PostgresDatabase

pytestmark = pytest.mark.postgresql
RULES = ("lineage/lost-label", "privacy/sensitive-values-in-sink", "privacy/unmasked-at-boundary")
MODEL = (
    "select id, mail as contact, md5('pepper-41c9' || mail) as token, split_part(mail, '@', 1) as handle, "
    "region, salary from crm.people"
)
TOTALS = (
    "select region, max(contact) as last_contact, count(contact) as contacts, avg(salary) as pay "
    "from marts.contacts group by region"
)
PLAN = """
plan: v1
meta: {id: reply, status: approved, owner: pm@acme.example}
sources:
  dwh:
    connector: {type: postgresql, url: "${DWH_URL}"}
    datasets:
      people:
        reads: crm.people
        key: id
        fields: {id: required, mail: {need: none, sensitive: email}, salary: {need: none, sensitive: salary}}
      contacts:
        reads: ai.contacts_v
        key: id
        fields: {id: required, contact: helpful, token: helpful, handle: helpful, region: helpful}
      totals:
        reads: marts.totals
        fields: {region: required, last_contact: helpful, contacts: helpful, pay: helpful}
  models:
    connector: {type: dbt, target: "${FILES}", namespace: "NAMESPACE"}
    datasets: {}
  index:
    connector: {type: chroma, path: "${INDEX_URL}"}
    datasets:
      chunks:
        reads: chunks
        key: chunk_id
        copy_of: [dwh.people]
        fields: {chunk_id: required, text: required}
steps:
  draft: {reads: {dwh.contacts: all, dwh.totals: all, index.chunks: all}, to: prompt}
"""


def artifacts(world: World, database: str) -> None:
    """Write what dbt keeps of a project with two models over a source."""
    source = {"database": database, "schema": "crm", "resource_type": "source", "name": "people", "source_name": "crm"}
    nodes = {
        f"model.shop.{name}": {
            "database": database,
            "schema": "marts",
            "resource_type": "model",
            "name": name,
            "language": "sql",
            "compiled_code": sql,
        }
        for name, sql in (("contacts", MODEL), ("totals", TOTALS))
    }
    columns = {
        "contacts": ["id", "contact", "token", "handle", "region", "salary"],
        "totals": ["region", "last_contact", "contacts", "pay"],
        "people": ["id", "mail", "region", "salary"],
    }

    def known(name: str, schema: str) -> dict[str, object]:
        told = {column: {"name": column, "type": "text", "index": at} for at, column in enumerate(columns[name])}
        place = {"type": "BASE TABLE", "database": database, "schema": schema, "name": name}
        return {"metadata": place, "columns": told}

    head = {"dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v12.json", "adapter_type": "postgres"}
    manifest = {"metadata": head, "nodes": nodes, "sources": {"source.shop.crm.people": source}}
    world.file("manifest.json", json.dumps(manifest))
    catalog = {
        "nodes": {f"model.shop.{name}": known(name, "marts") for name in ("contacts", "totals")},
        "sources": {"source.shop.crm.people": known("people", "crm")},
    }
    world.file("catalog.json", json.dumps(catalog))


@pytest.fixture
def shop(tmp_path: Path, postgres: PostgresDatabase) -> World:
    """The warehouse with dbt's tables in it, a view over one of them, and an index of notes that quote an address."""
    postgres.execute(f"""
        CREATE SCHEMA crm; CREATE SCHEMA marts; CREATE SCHEMA ai;
        CREATE TABLE crm.people (id int PRIMARY KEY, mail text, region text, salary numeric);
        INSERT INTO crm.people SELECT n, 'person' || n || '@corp.com', 'EU', 1000 + n FROM generate_series(1, 60) n;
        CREATE TABLE marts.contacts AS {MODEL};
        CREATE TABLE marts.totals AS {TOTALS};
        CREATE VIEW ai.contacts_v AS SELECT id, contact, token, upper(handle) AS handle, region FROM marts.contacts;
    """)
    url = postgres.url()
    world = World(tmp_path).url("dwh", url)
    artifacts(world, url.rpartition("/")[2].partition("?")[0])
    folder_of(tmp_path / "index", "chunks", [Chunk(1, {}, "wrote to PERSON7@corp.com again"), Chunk(2, {}, "nothing")])
    return world.url("index", str(tmp_path / "index"))


def audited(world: World, plan: str = PLAN) -> Report:
    structure = world.scan(plan.replace("NAMESPACE", "unknown"), rules=[])
    [namespace] = {
        fact.name.namespace for fact in structure.facts if isinstance(fact, FieldFact) and fact.seen.source == "dwh"
    }
    rules = [rule for rule in registry.rules() if rule.id in RULES]
    return world.audit(plan.replace("NAMESPACE", namespace), rules=rules)


def test_a_label_arrives_through_a_model_of_dbt_and_a_view_over_it(shop: World) -> None:
    report = audited(shop)

    found = finding(report, "lineage/lost-label", "dwh.contacts.contact")
    assert found is not None
    assert "arrives whole" in found.title
    hops = [(hop.source, hop.target) for hop in found.judgement.path]
    assert any("contacts" in source and "contacts" in target for source, target in hops)
    assert len(hops) >= 2


def test_a_label_is_weaker_by_what_each_edge_does(shop: World) -> None:
    report = audited(shop)

    lost = {
        name for name in ("handle", "token", "region") if finding(report, "lineage/lost-label", f"dwh.contacts.{name}")
    }
    totals = {
        name
        for name in ("last_contact", "contacts", "pay", "region")
        if finding(report, "lineage/lost-label", f"dwh.totals.{name}")
    }
    # A part of the value is still of the person; a keyed hash, a count and an average are not the value any more.
    assert lost == {"handle"}
    # The greatest of many addresses is one of them.
    assert totals == {"last_contact"}


def test_a_label_that_is_declared_where_it_arrives_is_not_lost(shop: World) -> None:
    declared = PLAN.replace("contact: helpful", "contact: {need: helpful, sensitive: email}", 1)

    report = audited(shop, declared)

    assert finding(report, "lineage/lost-label", "dwh.contacts.contact") is None
    assert finding(report, "lineage/lost-label", "dwh.contacts.handle") is not None
    unmasked = finding(report, "privacy/unmasked-at-boundary", "dwh.contacts.contact")
    assert unmasked is not None
    assert "no mask is declared" in unmasked.title


def test_values_are_found_in_the_index_that_is_made_of_them_however_they_are_written(shop: World) -> None:
    report = audited(shop)

    found = finding(report, "privacy/sensitive-values-in-sink")
    assert found is not None
    assert "index.chunks" in found.judgement.subject.label
    assert "person7" not in str(report).lower()


def test_without_dbt_the_label_does_not_reach_the_view_and_that_is_said(shop: World) -> None:
    alone = PLAN.replace(
        '  models:\n    connector: {type: dbt, target: "${FILES}", namespace: "NAMESPACE"}\n    datasets: {}\n', ""
    )

    report = audited(shop, alone)

    assert "lineage/lost-label" not in fired(report)
    assert finding(report, "privacy/unmasked-at-boundary", "dwh.contacts.contact") is None
