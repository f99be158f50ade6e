"""What a dbt project marks as sensitive, and a plan that reads it under a name that is not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lineage import registry
from lineage.facts import TagFact
from lineage.model import Level, Verdict
from lineage.report import Report
from lineage.reports.snapshot import read, write
from lineage.testing import World, assumption, finding, fired

PLAN = """
plan: v1
meta: {id: reply, status: approved, owner: pm@acme.example}
sources:
  dwh:
    connector: {type: dbt, target: "${FILES}"}
    datasets: {seen: {reads: contacts, fields: {contact: FIELD, domain: helpful, region: helpful}}}
steps: {draft: {reads: {dwh.seen: all}, to: prompt}}
"""
HEAD = {"dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v12.json", "adapter_type": "postgres"}


@pytest.fixture
def world(tmp_path: Path) -> World:
    place = {"database": "shop", "schema": "main"}
    people = {
        **place,
        "resource_type": "source",
        "name": "people",
        "source_name": "raw",
        "columns": {"mail": {"name": "mail", "meta": {"pii": "email"}}},
    }
    sql = "select mail as contact, md5(mail) as domain, region from shop.main.people"
    model = {**place, "resource_type": "model", "name": "contacts", "language": "sql", "compiled_code": sql}
    columns = {
        name: {"name": name, "type": "text", "index": at} for at, name in enumerate(["contact", "domain", "region"])
    }
    manifest = {
        "metadata": HEAD,
        "nodes": {"model.shop.contacts": model},
        "sources": {"source.shop.raw.people": people},
    }
    known = {"metadata": {"type": "VIEW", "name": "contacts", **place}, "columns": columns}
    made = World(tmp_path).file("manifest.json", json.dumps(manifest))
    return made.file("catalog.json", json.dumps({"nodes": {"model.shop.contacts": known}, "sources": {}}))


def judged(world: World, field: str) -> Report:
    rules = [rule for rule in registry.rules() if rule.id == "lineage/lost-label"]
    return world.audit(PLAN.replace("FIELD", field), rules=rules)


def test_a_field_that_is_marked_where_it_is_from_must_be_declared_sensitive(world: World) -> None:
    report = judged(world, "required")

    found = finding(report, "lineage/lost-label", "dwh.seen.contact")
    assert found is not None
    assert found.title == (
        "main.people.mail, which dwh marks email, arrives whole in dwh.seen.contact, which is not declared sensitive"
    )
    assert found.judgement.fixes[0].patch == "contact: {need: required, sensitive: email, mask: hmac}"
    assert finding(report, "lineage/lost-label", "dwh.seen.domain") is None
    assert finding(report, "lineage/lost-label", "dwh.seen.region") is None


def test_a_field_that_is_declared_sensitive_agrees_with_its_mark(world: World) -> None:
    report = judged(world, "{need: required, sensitive: email}")

    assert "lineage/lost-label" not in fired(report)
    told = assumption(report, "sources.dwh.datasets.seen.fields.contact.sensitive")
    assert (told.verdict, told.level) == (Verdict.HELD, Level.ASSERTED)


def test_a_mark_is_kept_in_a_snapshot(world: World, tmp_path: Path) -> None:
    facts = world.scan(PLAN.replace("FIELD", "required"), rules=[])

    write(facts, tmp_path / "facts.json")

    assert [one for one in read(tmp_path / "facts.json").facts if isinstance(one, TagFact)] == [
        one for one in facts.facts if isinstance(one, TagFact)
    ]
