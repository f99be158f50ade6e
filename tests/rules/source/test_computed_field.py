"""Clocks that are computed, on real systems."""

from __future__ import annotations

from pathlib import Path

import pytest

from lineage.model import Verdict
from lineage.report import Report
from lineage.testing import World, finding, verdict
from rules.source.computed_field import RULE
from tests.servers import PostgresDatabase

PLAN = """
plan: v1
meta: {id: computed, owner: owner@acme.example}
sources:
  crm:
    connector: {type: KIND, url: "${CRM_URL}"}
    datasets:
      contacts:
        reads: contacts
        fresh: {clock: updated_at, zone: UTC, within: 4 hours}
        keep: {limit: 24 months, since: made_at}
        fields: {id: required}
steps: {draft: {reads: {crm.contacts: all}, to: prompt}}
rollout: [{stage: first}]
"""
STORED = "CREATE TABLE contacts (id INTEGER PRIMARY KEY, made_at TIMESTAMP, updated_at TIMESTAMP);"
COMPUTED = STORED.replace("updated_at TIMESTAMP", "updated_at TIMESTAMP GENERATED ALWAYS AS (made_at) STORED")


def audited(world: World, kind: str = "sqlite") -> Report:
    return world.audit(PLAN.replace("KIND", kind), rules=(RULE,))


def test_a_computed_clock_is_told(tmp_path: Path) -> None:
    report = audited(World(tmp_path).sqlite("crm", COMPUTED))

    assert finding(report, RULE.id, "crm.contacts.updated_at") is not None
    assert verdict(report, "keep.since") is Verdict.HELD


def test_a_stored_clock_is_held(tmp_path: Path) -> None:
    report = audited(World(tmp_path).sqlite("crm", STORED))

    assert not report.findings
    assert verdict(report, "fresh.clock") is Verdict.HELD


@pytest.mark.postgresql
def test_a_server_tells_the_same(tmp_path: Path, postgres: PostgresDatabase) -> None:
    postgres.execute(COMPUTED)

    report = audited(World(tmp_path).url("crm", postgres.url()), "postgresql")

    assert verdict(report, "fresh.clock") is Verdict.BROKEN
