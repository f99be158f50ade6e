"""Legal holds, settings that cover new data only, and stores that keep for ever by default."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from lineage.errors import PlanError
from lineage.facts import JobFact
from lineage.finding import Op
from lineage.model import Verdict
from lineage.report import Report
from lineage.testing import NOW, World, assumption, finding, verdict
from rules.retention.deletion_blocked_by_hold import RULE as HOLD
from rules.retention.endless_default import RULE as ENDLESS
from rules.retention.new_data_only import RULE as NEW_ONLY
from tests.connectors.test_mysql import auditor_of
from tests.servers import PostgresDatabase
from tests.servers_mariadb import MariadbSchemas

TABLE = "CREATE TABLE contacts (id INTEGER PRIMARY KEY, region VARCHAR(8), at TIMESTAMP);"
PLAN = """
plan: v1
meta: {id: holds, owner: owner@acme.example, status: in-review}
constraints: {holds: {HOLDS}}
sources:
  crm:
    connector: {type: KIND, url: "${CRM_URL}"}
    datasets:
      contacts:
        reads: contacts
        key: id
        fresh: {clock: at, zone: UTC, within: 9000 days}
        keep: {KEEP}
        fields: {id: required, region: required, at: required}
MORE
steps: {draft: {reads: {crm.contacts: all}, to: prompt}}
rollout: [{stage: first}]
"""
LEGAL = """
  legal:
    connector: {type: sqlite, url: "${LEGAL_URL}"}
    datasets: {holds: {reads: holds, fields: {contact_id: join}}}
"""


def contacts(*days: int) -> str:
    """Give a table of contacts that are so many days old; every second one is of the EU."""
    rows = (
        f"INSERT INTO contacts VALUES ({number}, '{'EU' if number % 2 else 'US'}', "
        f"'{NOW - timedelta(days=age):%Y-%m-%d %H:%M:%S}');"
        for number, age in enumerate(days)
    )
    return TABLE + "".join(rows)


def audited(
    world: World, holds: str = "", keep: str = "limit: 30 days, since: at", *, kind: str = "sqlite", more: str = ""
) -> Report:
    text = PLAN.replace("HOLDS", holds).replace("KEEP", keep).replace("KIND", kind).replace("MORE", more)
    return world.audit(text, rules=(HOLD, NEW_ONLY))


def crm(folder: Path, *days: int) -> World:
    return World(folder).sqlite("crm", contacts(*days))


CASE = "case_12: {of: crm.contacts, where: \"region = 'EU'\"}"


def test_a_hold_blocks_the_deletion_of_what_it_covers(tmp_path: Path) -> None:
    found = finding(audited(crm(tmp_path, 1, 2, 90, 95, 3), CASE), HOLD.id)

    assert found is not None
    says = "the hold case_12 keeps 2 records of 5, 1 of them over the limit already, which the plan promises to delete"
    assert found.judgement.says == says
    assert [(one.op, one.args) for one in found.judgement.operations] == [(Op.LIMIT_WINDOW, (("window", "30 days"),))]


def test_a_hold_that_covers_nothing_or_has_ended_blocks_nothing(tmp_path: Path) -> None:
    world = crm(tmp_path, 1, 2, 90)
    nobody = "case_12: {of: crm.contacts, where: \"region = 'APAC'\"}"

    assert verdict(audited(world, nobody), "holds.case_12.where") is Verdict.HELD
    ended = audited(world, "case_12: {of: crm.contacts, until: 2026-10-31}")
    assert verdict(ended, "holds.case_12.until") is Verdict.HELD
    assert verdict(audited(world, "case_12: {of: crm.contacts, until: soon}"), "case_12.until") is Verdict.UNVERIFIED


def test_a_hold_of_everything_blocks_a_promise_and_nothing_where_none_is_made(tmp_path: Path) -> None:
    world = crm(tmp_path, 1, 2, 90)

    assert finding(audited(world, "all: {of: crm.contacts}"), HOLD.id) is not None
    assert finding(audited(world, "all: {of: crm.contacts}", "since: at"), HOLD.id) is None


def test_a_list_of_holds_in_another_system_is_compared_by_keys(tmp_path: Path) -> None:
    listed = "legal: {of: crm.contacts, listed: legal.holds.contact_id}"
    world = crm(tmp_path, 1, 2, 90).sqlite("legal", "CREATE TABLE holds (contact_id INTEGER);")
    assert verdict(audited(world, listed, more=LEGAL), "holds.legal.listed") is Verdict.HELD

    world.sqlite("legal", "INSERT INTO holds VALUES (2), (77);")
    found = finding(audited(world, listed, more=LEGAL), HOLD.id)

    assert found is not None
    assert "keeps 1 record of 3" in found.judgement.says


@pytest.mark.parametrize(
    "hold", ["{of: crm.people}", '{of: crm.contacts, where: "planet = 1"}', "{of: crm.contacts, listed: legal.x.y}"]
)
def test_a_hold_of_what_is_not_declared_is_told_by_the_plan(tmp_path: Path, hold: str) -> None:
    with pytest.raises(PlanError, match=r"no (dataset|field)"):
        audited(crm(tmp_path, 1), f"case: {hold}")


@pytest.mark.postgresql
def test_a_server_counts_what_a_hold_covers(tmp_path: Path, postgres: PostgresDatabase) -> None:
    postgres.execute(contacts(1, 2, 90, 95))

    report = audited(World(tmp_path).url("crm", postgres.url()), CASE, kind="postgresql")

    assert assumption(report, "holds.case_12.of").actual.value == 2


SINCE = "limit: 30 days, since: at, by: ttl, changed: 2026-11-12"


def test_a_setting_that_left_what_was_there_before_covers_new_data_only(tmp_path: Path) -> None:
    found = finding(audited(crm(tmp_path, 1, 5, 20, 90, 400), keep=SINCE), NEW_ONLY.id)

    assert found is not None
    assert "covers new records only: 2 records from before it are over 30 days" in found.judgement.says


@pytest.mark.parametrize(
    ("days", "keep", "expected"),
    [
        ((1, 5, 20), SINCE, Verdict.HELD),  # older ones are there, and none is over the limit
        ((1, 5), SINCE, Verdict.UNVERIFIED),  # none is from before
        ((1, 90), SINCE.replace("11-12", "11-22"), Verdict.UNVERIFIED),  # it had no day to run yet
        ((1, 40, 90), SINCE.replace("2026-11-12", "2026-01-01"), Verdict.UNVERIFIED),  # it leaves new ones too
        ((1, 5), SINCE.replace("2026-11-12", "2026-01-01"), Verdict.HELD),
        ((1, 5), SINCE.replace("2026-11-12", "2027-01-01"), Verdict.UNVERIFIED),
        ((1, 5), SINCE.replace("2026-11-12", "lately"), Verdict.UNVERIFIED),
        ((1, 5), SINCE.replace("since: at", "since: born"), Verdict.UNVERIFIED),
    ],
)
def test_what_a_setting_covers_is_told_by_the_records_beside_its_day(
    tmp_path: Path, days: tuple[int, ...], keep: str, expected: Verdict
) -> None:
    assert verdict(audited(crm(tmp_path, *days), keep=keep), "keep.changed") is expected


def test_a_stores_setting_cannot_be_told_from_here(tmp_path: Path) -> None:
    more = "stores: {cache: {at: 'redis:x', keep: {limit: 1 hour, by: ttl, changed: 2026-11-01}}}"
    world = crm(tmp_path, 1)
    text = PLAN.replace("HOLDS", "").replace("KEEP", "limit: 30 days").replace("KIND", "sqlite")

    report = world.audit(text.replace("MORE", "") + more + "\n", rules=(NEW_ONLY,))

    assert verdict(report, "cache.keep.changed") is Verdict.UNVERIFIED


def test_an_event_of_mariadb_tells_when_it_was_last_altered(tmp_path: Path, mariadb: MariadbSchemas) -> None:
    schema = mariadb.schema()
    now = datetime.now(UTC)
    mariadb.execute(
        f"CREATE TABLE {schema}.contacts (id int PRIMARY KEY, region varchar(8), at datetime)",
        f"INSERT INTO {schema}.contacts VALUES (1, 'EU', utc_timestamp() - INTERVAL 90 DAY)",
        f"CREATE EVENT {schema}.purge ON SCHEDULE EVERY 1 DAY STARTS '2035-01-01' DO"
        " DELETE FROM contacts WHERE at < now() - INTERVAL 30 DAY",
    )
    settings = auditor_of(mariadb, schema)
    world = World(tmp_path, now=now + timedelta(minutes=1)).url("crm", str(settings["url"]))
    text = PLAN.replace("HOLDS", "").replace("KEEP", "limit: 30 days, since: at, by: event purge")
    snapshot = world.scan(text.replace("KIND", "mysql").replace("MORE", ""), rules=(NEW_ONLY,))

    changed = [fact.changed_at for fact in snapshot.facts if isinstance(fact, JobFact)]

    assert changed[0] is not None
    assert abs((changed[0] - now).total_seconds()) < 60


STORES = """
plan: v1
meta: {id: stores, owner: owner@acme.example, status: in-review}
sources:
  crm:
    connector: {type: sqlite, url: "${CRM_URL}"}
    datasets: {contacts: {reads: contacts, fields: {id: required}}}
steps: {draft: {reads: {crm.contacts: all}, to: prompt}}
stores: {kept: STORE}
rollout: [{stage: first}]
"""


@pytest.mark.parametrize(
    ("store", "broken"),
    [
        ("{at: 'redis:prompt-cache', keep: {limit: 1 hour}}", True),
        ("{at: 's3://acme/answers', keep: {limit: 30 days}}", True),
        ("{at: 'self-hosted langfuse', keep: {limit: 30 days, by: TBD}}", True),
        ("{at: 'kafka: compacted topic answers', keep: {limit: 30 days}}", True),
        ("{at: 'redis:prompt-cache', keep: {limit: 1 hour, by: ttl}}", False),
        ("{at: 'redis:prompt-cache', keep: none}", False),
        ("{at: 'langsmith:support', keep: {limit: 14 days}}", False),
        ("{at: 'helpdesk.internal_note', keep: {limit: 36 months}}", False),
    ],
)
def test_a_store_that_keeps_for_ever_by_default_needs_something_that_deletes(
    tmp_path: Path, store: str, broken: bool
) -> None:
    report = crm(tmp_path, 1).audit(STORES.replace("STORE", store), rules=(ENDLESS,))

    found = finding(report, ENDLESS.id, "kept")
    assert (found is not None) is broken
    if found is not None:
        assert [one.op for one in found.judgement.operations] == [Op.DROP_STORE]
