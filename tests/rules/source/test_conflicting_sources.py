"""Two systems that hold the same fact: source/conflicting-sources."""

from __future__ import annotations

from pathlib import Path

from lineage.model import Verdict
from lineage.report import Report
from lineage.reports.snapshot import lines
from lineage.testing import World, finding, verdict
from rules.source.conflicting_sources import RULE


def audited(folder: Path, crm: str, billing: str, *, mask: str = "") -> tuple[Report, str]:
    world = World(folder).sqlite("crm", f"CREATE TABLE people (id INTEGER PRIMARY KEY, tier TEXT); {crm}")
    world.sqlite("billing", f"CREATE TABLE accounts (person TEXT PRIMARY KEY, tier TEXT); {billing}")
    tier = f"{{need: required{mask}}}"
    text = f"""
plan: v1
meta: {{id: test, owner: owner@acme.example}}
sources:
  crm:
    connector: {{type: sqlite, url: "${{CRM_URL}}"}}
    datasets: {{people: {{reads: people, key: id, fields: {{id: required, tier: required}}}}}}
  billing:
    connector: {{type: sqlite, url: "${{BILLING_URL}}"}}
    datasets:
      accounts: {{reads: accounts, key: person, fields: {{person: {{need: join, joins: crm.people.id}}, tier: {tier}}}}}
steps: {{draft: {{reads: {{crm.people: all, billing.accounts: all}}, to: prompt}}}}
rollout: [{{stage: first}}]
"""
    return world.audit(text, rules=(RULE,)), "".join(lines(world.scan(text, rules=(RULE,))))


PEOPLE = "INSERT INTO people VALUES (1, 'gold'), (2, 'silver'), (3, NULL), (4, 'gold');"


def test_another_value_of_the_same_key_is_a_conflict(tmp_path: Path) -> None:
    report, told = audited(tmp_path, PEOPLE, "INSERT INTO accounts VALUES ('1', 'gold'), ('2', 'marker'), ('9', 'x');")

    found = finding(report, RULE.id)
    assert found is not None
    assert (found.judgement.actual.value, found.judgement.actual.sample) == (1, 2)
    assert "marker" not in told


def test_systems_that_agree_hold(tmp_path: Path) -> None:
    report, _ = audited(tmp_path, PEOPLE, "INSERT INTO accounts VALUES ('1', 'gold '), ('2', 'silver'), ('3', NULL);")

    assert finding(report, RULE.id) is None
    assert verdict(report, "accounts.fields.tier.need") is Verdict.HELD


def test_a_null_beside_a_value_is_a_conflict(tmp_path: Path) -> None:
    report, _ = audited(tmp_path, PEOPLE, "INSERT INTO accounts VALUES ('3', 'gold');")

    assert finding(report, RULE.id) is not None


def test_what_is_masked_is_not_compared(tmp_path: Path) -> None:
    report, _ = audited(tmp_path, PEOPLE, "INSERT INTO accounts VALUES ('1', 'x');", mask=", mask: hash")

    assert finding(report, RULE.id) is None
