"""Copies that a plan takes for the truth, on real systems."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lineage.facts import ResolvedFact
from lineage.report import Report
from lineage.testing import World, finding
from rules.source.copy_as_truth import RULE
from tests.servers import PostgresDatabase

PLAN = """
plan: v1
meta: {id: truth, owner: owner@acme.example}
sources:
  crm:
    connector: {type: KIND, url: "${CRM_URL}"}
    datasets:
      contacts: {reads: READS, COPY fields: {id: required, email: required}}
MORE
steps: {draft: {reads: {crm.contacts: all}, to: prompt}}
rollout: [{stage: first}]
"""
TABLE = "CREATE TABLE contacts (id INTEGER PRIMARY KEY, email VARCHAR(80));"
LOADED = TABLE.replace("email", "_fivetran_synced TIMESTAMP, email")
VIEW = "CREATE VIEW shown AS SELECT id, email FROM contacts;"


def plan(kind: str = "sqlite", reads: str = "contacts", copy: str = "", more: str = "") -> str:
    return PLAN.replace("KIND", kind).replace("READS", reads).replace("COPY", copy).replace("MORE", more)


def audited(world: World, kind: str = "sqlite", reads: str = "contacts", copy: str = "", more: str = "") -> Report:
    return world.audit(plan(kind, reads, copy, more), rules=(RULE,))


@pytest.mark.parametrize("reads", ["contacts", "shown"])
def test_a_table_that_nothing_loads_and_a_view_of_it_are_no_copies(tmp_path: Path, reads: str) -> None:
    assert not audited(World(tmp_path).sqlite("crm", TABLE + VIEW), reads=reads).findings


@pytest.mark.parametrize("reads", ["contacts", "shown"])
def test_what_a_load_tool_leaves_behind_shows_a_copy_beneath_views_too(tmp_path: Path, reads: str) -> None:
    found = finding(audited(World(tmp_path).sqlite("crm", LOADED + VIEW), reads=reads), RULE.id)

    assert found is not None
    assert "main.contacts has the columns that Fivetran leaves" in found.judgement.says
    assert found.judgement.confidence == "likely"
    assert [one.target for one in found.judgement.operations] == ["crm.contacts.id", "crm.contacts.email"]


def test_a_declared_copy_is_no_flaw(tmp_path: Path) -> None:
    original = "      people: {reads: contacts, fields: {id: required}}"
    there = World(tmp_path).sqlite("crm", LOADED)

    assert not audited(there, copy="copy_of: [crm.people],", more=original).findings


@pytest.mark.postgresql
def test_a_materialised_view_is_a_copy_and_a_view_of_it_reads_one(tmp_path: Path, postgres: PostgresDatabase) -> None:
    postgres.execute(f"{TABLE} CREATE MATERIALIZED VIEW kept AS SELECT * FROM contacts;")
    postgres.execute("CREATE VIEW shown AS SELECT id, email FROM kept")
    world = World(tmp_path).url("crm", postgres.url())

    for reads in ("kept", "shown"):
        found = finding(audited(world, "postgresql", reads), RULE.id)
        assert found is not None, reads
        assert "public.kept is a materialised view" in found.judgement.says
    assert not audited(world, "postgresql", "contacts").findings


@pytest.mark.postgresql
def test_a_job_that_tells_of_its_runs_shows_what_it_fills(tmp_path: Path, postgres: PostgresDatabase) -> None:
    postgres.execute(TABLE)
    world = World(tmp_path).url("crm", postgres.url())
    facts = world.scan(plan("postgresql"), rules=(RULE,)).facts
    table = next(fact.name for fact in facts if isinstance(fact, ResolvedFact))
    here = {"namespace": table.namespace, "name": ".".join(table.path)}
    there = {"namespace": "postgres://elsewhere:5432", "name": "prod.public.people"}
    columns = {
        one: {"inputFields": [{**there, "field": one, "transformations": [{"type": "DIRECT", "subtype": "IDENTITY"}]}]}
        for one in ("id", "email")
    }
    event = {
        "eventType": "COMPLETE",
        "eventTime": "2026-11-22T10:00:00Z",
        "run": {"runId": "0190f2b0-7a8e-7c1e-8a4e-000000000001"},
        "job": {"namespace": "loads", "name": "people"},
        "inputs": [there],
        "outputs": [{**here, "facets": {"columnLineage": {"fields": columns}}}],
        "producer": "https://example.test/loads",
        "schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/definitions/RunEvent",
    }
    world.file("events.jsonl", json.dumps(event) + "\n")
    more = '  runs: {connector: {type: openlineage, path: "${FILES}/events.jsonl"}, datasets: {}}'

    found = finding(audited(world, "postgresql", more=more), RULE.id)

    assert found is not None
    assert "a job (run event) fills public.contacts from public.people" in found.judgement.says
