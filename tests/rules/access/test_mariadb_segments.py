"""access/application-only-segment on MariaDB: it has no row policies, so that a view's filter is all that can hold."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from lineage import registry
from lineage.finding import Finding, FixKind
from lineage.model import Verdict
from lineage.report import Report
from lineage.testing import World, assumption
from tests.rules.access.desk import findings
from tests.servers_mariadb import MariadbSchemas

RULE = "access/application-only-segment"
RULES = tuple(rule for rule in registry.rules() if rule.id == RULE)
PLAN = """
plan: v1
meta: {{id: reply, status: draft, owner: po@acme.example}}
sources:
  crm:
    connector: {{type: mysql, url: "${{CRM_URL}}"}}
    owner: dba@acme.example
    identity: {ai}
    datasets:
      contacts: {{reads: {reads}, key: id, fields: {{id: required, region: required, age: required}}}}
steps:
  draft: {{reads: {{crm.contacts: all}}, to: prompt}}
segments: {{eu: {{of: crm.contacts, where: "{where}"}}}}
rollout: [{{stage: first, segment: eu}}]
"""


@dataclass
class Town:
    """Contacts of two regions, and a view of some of them that the workflow reads."""

    mariadb: MariadbSchemas
    world: World
    crm: str
    ai: str

    def audit(self, filtered: str | None, where: str = "region = 'EU'") -> Report:
        """Judge the segment for who reads the view, or the table where there is none."""
        reads = f"{self.crm}.contacts"
        if filtered is not None:
            reads = f"{self.crm}.seen"
            base = f"SELECT id, region, age FROM {self.crm}.contacts WHERE {filtered}"
            self.mariadb.execute(f"CREATE VIEW {reads} AS {base}")
        self.mariadb.execute(f"GRANT SELECT ON {reads} TO '{self.ai}'@'%'")
        return self.world.audit(PLAN.format(ai=self.ai, reads=reads, where=where), rules=RULES)


@pytest.fixture
def town(tmp_path: Path, mariadb: MariadbSchemas) -> Town:
    crm, ai = mariadb.schema("crm"), mariadb.account("ai")
    mariadb.execute(
        f"CREATE TABLE {crm}.contacts (id int PRIMARY KEY, region varchar(20), exact varchar(20) COLLATE utf8mb4_bin,"
        " age int)",
        f"INSERT INTO {crm}.contacts SELECT seq, IF(seq <= 5, 'EU', 'US'), 'EU', seq FROM {crm}.seq_1_to_12",
    )
    return Town(mariadb, World(tmp_path).url("crm", mariadb.server.url()), crm, ai)


def told(report: Report) -> list[Finding]:
    return findings(report, RULE)


@pytest.mark.parametrize(
    "filtered", ["region = 'EU'", "region IN ('EU') AND age > 3", "region = 'eu'", "region = 'EU' AND rand() < 0.5"]
)
def test_a_view_within_the_segment_proves_it(town: Town, filtered: str) -> None:
    report = town.audit(filtered)

    assert told(report) == []
    assert assumption(report, "segments.eu.where").verdict is Verdict.HELD


def test_a_view_of_a_view_holds_by_either_filter(town: Town) -> None:
    inner = f"{town.crm}.inner_one"
    town.mariadb.execute(f"CREATE VIEW {inner} AS SELECT * FROM {town.crm}.contacts WHERE region = 'EU'")
    town.mariadb.execute(f"CREATE VIEW {town.crm}.seen AS SELECT id, region, age FROM {inner}")
    town.mariadb.execute(f"GRANT SELECT ON {town.crm}.seen TO '{town.ai}'@'%'")

    report = town.world.audit(PLAN.format(ai=town.ai, reads=f"{town.crm}.seen", where="region = 'EU'"), rules=RULES)

    assert assumption(report, "segments.eu.where").verdict is Verdict.HELD


@pytest.mark.parametrize(
    ("filtered", "outside"), [(None, 7), ("region IN ('EU', 'US')", 7), ("age <= 8", 3), ("region <> 'EU'", 7)]
)
def test_what_lets_more_through_is_refuted_with_the_records_outside(
    town: Town, filtered: str | None, outside: int
) -> None:
    [found] = told(town.audit(filtered))

    [fix] = found.judgement.fixes
    assert found.judgement.actual.value == outside
    assert (fix.kind, fix.patch) == (FixKind.DECISION, "")


@pytest.mark.parametrize(
    ("filtered", "where"),
    [
        ("region = current_user()", "region = 'EU'"),
        # Which texts a collation takes for equal is known of plain ones alone.
        ("region = 'Österreich'", "region = 'Osterreich'"),
        ("region LIKE 'EU'", "region = 'EU'"),
        ("id IN (SELECT id FROM {crm}.contacts WHERE region = 'EU')", "region = 'EU'"),
    ],
)
def test_what_cannot_be_compared_is_not_decided(town: Town, filtered: str, where: str) -> None:
    report = town.audit(filtered.format(crm=town.crm), where)

    assert told(report) == []
    assert assumption(report, "segments.eu.where").verdict is Verdict.UNVERIFIED


def test_a_view_holds_nobody_who_reads_the_table_beside_it(town: Town) -> None:
    town.mariadb.execute(f"GRANT SELECT ON {town.crm}.contacts TO '{town.ai}'@'%'")

    [found] = told(town.audit("region = 'EU'"))

    assert "beside it" in found.judgement.says


def test_no_literal_of_a_view_is_kept(town: Town) -> None:
    town.audit("region = 'marker-filter' OR region = 'EU'")

    plan = PLAN.format(ai=town.ai, reads=f"{town.crm}.seen", where="region = 'EU'")
    snapshot = town.world.scan(plan)

    assert "marker-filter" not in repr(snapshot)
    assert told(town.world.audit(plan, rules=RULES))
