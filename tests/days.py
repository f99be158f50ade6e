"""The plan, the tables and the laws of the tests of bad days."""

from __future__ import annotations

import socket

from lineage.model import Level, Severity, Verdict
from lineage.plan.model import LeafKind
from lineage.report import Decision, Report
from lineage.run import exit_code
from lineage.testing import World
from tests.servers import PostgresDatabase

SCHEMA = """
create schema crm;
create table crm.contacts (
    id int primary key, region text, tier text, email text, created_at timestamptz, updated_at timestamptz
);
create table crm.tickets (id int primary key, contact_id int, body text, created_at timestamptz);
"""
ROWS = """
insert into crm.contacts
select n, case when n % 2 = 0 then 'EU' else 'US' end, 'gold', 'p' || n || '@mail.example',
       timestamptz '2026-11-22 12:00+00' - interval '30 days', timestamptz '2026-11-22 12:00+00' - interval '1 minute'
from generate_series(1, 60) n;
insert into crm.tickets
select n, n, 'it does not open', timestamptz '2026-11-22 12:00+00' - n * interval '1 minute'
from generate_series(1, 60) n;
"""
NULLS = "insert into crm.contacts (id) values (1); insert into crm.tickets (id) values (1)"
PLAN = """\
plan: v1
meta: {id: bad-day, status: draft, owner: pm@acme.example}
sources:
  crm:
    connector: {type: postgresql, url: "${CRM_URL}"}
    identity: READER
    datasets:
      contacts:
        reads: crm.contacts
        key: id
        fresh: {clock: updated_at, within: 4 hours}
        keep: {limit: 24 months, since: created_at}
        fields:
          id: required
          region: required
          tier: {need: required, values: [free, silver, gold], complete: 0.99}
          email: {need: helpful, sensitive: email, mask: hmac}
      tickets:
        reads: crm.tickets
        key: id
        fresh: {clock: created_at, within: 1 day}
        fields:
          id: required
          contact_id: {need: required, joins: contacts.id, orphans: 0.01}
          body: {need: required, sensitive: free_text, mask: entities}
segments:
  eu: {of: crm.contacts, where: "region = 'EU'"}
steps:
  draft: {reads: {crm.contacts: all, crm.tickets: all}, to: prompt}
rollout: [{stage: first, segment: eu}]
"""


def day(world: World, plan: str) -> Report:
    """Audit, and hold what holds on every day."""
    report = world.audit(plan)
    return lawful(report, world, plan)


def lawful(report: Report, world: World, plan: str) -> Report:
    """Hold law 1, and that an incomplete run says so everywhere; no rule and no connector may have crashed."""
    lines = [line.leaf for line in report.assumptions]
    declared = [leaf.path for leaf in world.plan(plan).leaves.values() if leaf.kind is not LeafKind.LABEL]
    assert len(lines) == len(set(lines)) == sum(report.counts().values())
    assert set(declared) <= set(lines)
    for line in report.assumptions:
        assert line.says
        assert line.settle or line.verdict is not Verdict.UNVERIFIED
    assert not [failure for failure in report.failures if "crash" in failure.reason]
    if report.incomplete:
        assert exit_code(report, Severity.BLOCKER) == 3
        assert report.decision is not Decision.SHIP
        assert all(stage.decision is not Decision.SHIP for stage in report.stages)
        assert all(failure.reason and failure.settle for failure in report.failures)
    return report


def held(report: Report, block: str = "") -> set[str]:
    """Give what is held in a block by more than the plan's own word; its being loaded tells of no source."""
    return {
        line.leaf
        for line in report.assumptions
        if block in line.leaf
        and line.leaf != "plan"
        and line.verdict is Verdict.HELD
        and line.level is not Level.ASSERTED
    }


def closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def desk(postgres: PostgresDatabase, *more: str, rows: str = ROWS) -> str:
    """Make the tables of the plan, and a reader who may read exactly the declared fields; give its plan."""
    reader = postgres.role("reader")
    postgres.execute(SCHEMA + rows)
    postgres.execute(
        f"grant usage on schema crm to {reader};"
        f"grant select (id, region, tier, email, created_at, updated_at) on crm.contacts to {reader};"
        f"grant select (id, contact_id, body, created_at) on crm.tickets to {reader}"
    )
    for statement in more:
        postgres.execute(statement.format(reader=reader))
    return PLAN.replace("READER", reader)
