"""The straight way on a real PostgreSQL: the least plan, scanned, judged, narrowed and told."""

from pathlib import Path

import pytest

from lineage.model import Verdict
from lineage.report import Decision, Report
from lineage.testing import World, finding, fired, verdict
from tests.servers import PostgresDatabase

PLAN = (Path(__file__).parent / "lineage" / "plan" / "plans" / "minimal.yaml").read_text(encoding="utf-8")

SCHEMA = """
create schema crm; create schema ai; create schema support;
create table crm.contacts (
    id int primary key, region text not null, tier text, email text, name text,
    created_at timestamptz not null, updated_at timestamptz not null
);
create table support.tickets (
    id int primary key, contact_id int references crm.contacts, body text, created_at timestamptz not null
);
insert into crm.contacts
select n, case when n % 2 = 0 then 'EU' else 'US' end, (array['free','silver','gold'])[1 + n % 3],
       'person' || n || '@mail.example', 'Person ' || n,
       timestamptz '2026-11-22 12:00+00' - interval '30 days',
       timestamptz '2026-11-22 12:00+00' - n * interval '1 minute'
from generate_series(1, 200) n;
insert into support.tickets
select n, n, 'cannot log in since ' || n || ' days', timestamptz '2026-11-22 12:00+00' - n * interval '1 minute'
from generate_series(1, 200) n;
"""
VIEW = (
    "create view ai.contacts_v as select id, region, tier, {email} as email, created_at, updated_at from crm.contacts;"
)
MASKED = VIEW.format(email="encode(sha256(convert_to('pepper-7f1c' || email, 'UTF8')), 'hex')")
RAW = VIEW.format(email="email")


def audited(tmp_path: Path, postgres: PostgresDatabase, view: str, *more: str) -> Report:
    reader = postgres.role("reader")
    postgres.execute(SCHEMA + view)
    postgres.execute(
        f"grant usage on schema ai, support to {reader};grant select on ai.contacts_v, support.tickets to {reader};"
    )
    for statement in more:
        postgres.execute(statement.format(reader=reader))
    world = World(tmp_path).url("crm", postgres.url())
    return world.audit(PLAN.replace("ai_support_draft", reader))


@pytest.mark.postgresql
def test_a_plan_whose_assumptions_are_true_has_no_blocker(tmp_path: Path, postgres: PostgresDatabase) -> None:
    report = audited(
        tmp_path,
        postgres,
        MASKED,
        "revoke select on support.tickets from {reader};"
        "grant select (id, contact_id, body, created_at) on support.tickets to {reader}",
    )

    assert not report.failures
    assert verdict(report, "contacts.fresh.within") is Verdict.HELD
    assert verdict(report, "contacts.reads") is Verdict.HELD
    assert report.decision is Decision.SHIP


@pytest.mark.postgresql
def test_a_field_that_is_not_granted_leaves_the_scope(tmp_path: Path, postgres: PostgresDatabase) -> None:
    report = audited(
        tmp_path,
        postgres,
        MASKED,
        "revoke select on support.tickets from {reader};"
        "grant select (id, contact_id, created_at) on support.tickets to {reader}",
    )

    assert "access/under-grant" in fired(report)


@pytest.mark.postgresql
def test_an_address_that_passes_the_view_unmasked_leaves_the_scope(tmp_path: Path, postgres: PostgresDatabase) -> None:
    report = audited(tmp_path, postgres, RAW)

    assert finding(report, "privacy/unmasked-at-boundary", "crm.contacts.email")
    assert "crm.contacts.email" not in report.scope.launchable.fields


@pytest.mark.postgresql
def test_a_stale_segment_holds_its_stage(tmp_path: Path, postgres: PostgresDatabase) -> None:
    report = audited(
        tmp_path,
        postgres,
        MASKED,
        "update crm.contacts set updated_at = updated_at - interval '200 days' where region = 'EU'",
    )

    assert report.decision is Decision.HOLD
    assert {"freshness/stale-source", "freshness/stale-segment"} & fired(report)
