"""The rules of sources on real systems: a world that lies, its honest twin, and systems that cannot be looked at."""

from __future__ import annotations

from pathlib import Path

import pytest

from lineage.model import Verdict
from lineage.report import Report
from lineage.rule import Rule
from lineage.testing import World, assumption, finding, fired, verdict
from rules.retention.ambiguous_retention import RULE as AMBIGUOUS
from rules.retention.undeclared_retention import RULE as UNDECLARED
from rules.retention.unenforced_retention import RULE as UNENFORCED
from rules.source.duplicate_or_unstable_key import RULE as KEY
from rules.source.hidden_or_missing import RULE as HIDDEN
from rules.source.incomplete_field import RULE as INCOMPLETE
from rules.source.mismatched_type import RULE as TYPE
from rules.source.missing_dataset import RULE as DATASET
from rules.source.missing_field import RULE as FIELD
from rules.source.missing_records import RULE as RECORDS
from rules.source.undeclared_values import RULE as VALUES
from rules.source.unreachable_source import RULE as UNREACHABLE
from tests.servers import PostgresDatabase

BROKEN, HELD, UNVERIFIED = Verdict.BROKEN, Verdict.HELD, Verdict.UNVERIFIED
SOURCE: tuple[Rule, ...] = (UNREACHABLE, DATASET, FIELD, HIDDEN, RECORDS, TYPE, INCOMPLETE, VALUES, KEY)
RULES = (*SOURCE, UNDECLARED, AMBIGUOUS, UNENFORCED)
MARKER = "M4RK3R-platinum"

PLAN = """
plan: v1
meta: {id: test, owner: owner@acme.example}
sources:
  crm:
    connector: {type: TYPE, url: "${CRM_URL}"}
    datasets:
      contacts:
        reads: contacts
        key: id
        where: region != 'XX'
        fields:
          id: {need: required, type: integer}
          region: required
          tier: {need: required, values: [free, gold]}
          email: {need: helpful, complete: 0.9, type: text}
segments:
  eu: {of: crm.contacts, where: "region = 'EU'"}
  us: {of: crm.contacts, where: "region = 'US'"}
steps: {draft: {reads: {crm.contacts: all}, to: prompt}}
rollout: [{stage: first, segment: eu}, {stage: second, segment: us}]
"""
HONEST = """
CREATE TABLE contacts (id INTEGER PRIMARY KEY, region TEXT, tier TEXT, email TEXT);
INSERT INTO contacts VALUES (1, 'EU', 'free', 'x'), (2, 'US', 'gold', 'y');
"""
LYING = f"""
CREATE TABLE contacts (id TEXT, region TEXT, tier TEXT, email INTEGER);
INSERT INTO contacts VALUES ('1', 'EU', '{MARKER}', 1), (NULL, 'EU', 'free', NULL);
"""
LEAVES = {
    "connector.url": HELD,
    "contacts.reads": HELD,
    "contacts.key": BROKEN,
    "contacts.where": HELD,
    "id.need": HELD,
    "id.type": BROKEN,
    "tier.values": BROKEN,
    "email.complete": BROKEN,
    "email.type": BROKEN,
    "segments.eu.where": HELD,
    "segments.us.where": BROKEN,
}


def on_sqlite(folder: Path, script: str, plan: str = PLAN) -> Report:
    return World(folder).sqlite("crm", script).audit(plan.replace("TYPE", "sqlite"), rules=RULES)


def on_postgresql(folder: Path, database: PostgresDatabase, script: str, plan: str = PLAN) -> Report:
    database.execute(script)
    return World(folder).url("crm", database.url()).audit(plan.replace("TYPE", "postgresql"), rules=RULES)


def holds_what_is_true(report: Report) -> None:
    assert not report.failures
    assert {leaf: verdict(report, leaf) for leaf in LEAVES} == dict.fromkeys(LEAVES, HELD)
    assert not fired(report) & {rule.id for rule in SOURCE}


def breaks_what_is_not(report: Report) -> None:
    assert not report.failures
    assert {leaf: verdict(report, leaf) for leaf in LEAVES} == LEAVES
    assert MARKER not in repr(report)


def test_an_honest_database_is_held(tmp_path: Path) -> None:
    holds_what_is_true(on_sqlite(tmp_path, HONEST))


def test_a_lying_database_is_broken(tmp_path: Path) -> None:
    breaks_what_is_not(on_sqlite(tmp_path, LYING))


@pytest.mark.postgresql
def test_an_honest_server_is_held(tmp_path: Path, postgres: PostgresDatabase) -> None:
    holds_what_is_true(on_postgresql(tmp_path, postgres, HONEST))


@pytest.mark.postgresql
def test_a_lying_server_is_broken(tmp_path: Path, postgres: PostgresDatabase) -> None:
    breaks_what_is_not(on_postgresql(tmp_path, postgres, LYING))


def test_what_is_missing_is_named_with_what_looks_alike(tmp_path: Path) -> None:
    dataset = on_sqlite(tmp_path, HONEST.replace("contacts", "contact"))
    (tmp_path / "other").mkdir()
    field = on_sqlite(tmp_path / "other", HONEST.replace("email", "e_mail"))

    missing = finding(dataset, DATASET.id)
    assert missing is not None
    assert "there is contact" in missing.title
    lacking = finding(field, FIELD.id)
    assert lacking is not None
    assert "there is e_mail" in lacking.title
    assert "email: {need: none" in field.scope.narrowed_text


def test_a_source_that_is_not_there_holds_nothing(tmp_path: Path) -> None:
    world = World(tmp_path).url("crm", f"sqlite:///{tmp_path}/nowhere.db")

    report = world.audit(PLAN.replace("TYPE", "sqlite"), rules=RULES)

    assert report.incomplete
    assert {verdict(report, leaf) for leaf in LEAVES} == {UNVERIFIED}
    assert all(assumption(report, leaf).settle for leaf in LEAVES)
    assert fired(report) & {rule.id for rule in SOURCE} == {UNREACHABLE.id}
    assert report.decision.value == "hold"


@pytest.mark.postgresql
def test_a_server_that_denies_the_data_is_unverified(tmp_path: Path, postgres: PostgresDatabase) -> None:
    postgres.execute(HONEST)
    role = postgres.role("reader")
    world = World(tmp_path).url("crm", postgres.url(role))

    report = world.audit(PLAN.replace("TYPE", "postgresql"), rules=RULES)

    for leaf in ("contacts.where", "tier.values", "email.complete", "segments.eu.where"):
        assert verdict(report, leaf) is UNVERIFIED
        assert assumption(report, leaf).settle
    assert verdict(report, "contacts.reads") is not BROKEN


def test_limits_are_declared_counted_and_enforced_or_not(tmp_path: Path) -> None:
    kept = PLAN.replace("key: id", "key: id\n        keep: {limit: 24 months, by: job purge}")

    report = on_sqlite(tmp_path, HONEST, kept + "stores: {traces: {at: langfuse}}\n")

    assert verdict(report, "keep.limit") is BROKEN
    assert verdict(report, "keep.by") is UNVERIFIED
    assert finding(report, UNDECLARED.id, "traces") is not None
    assert finding(report, AMBIGUOUS.id, "crm.contacts") is not None
    assert finding(report, UNENFORCED.id) is None


JOINED = """
plan: v1
meta: {id: test, owner: owner@acme.example}
segments:
  eu: {of: crm.contacts, where: "region = 'EU'"}
  us: {of: crm.contacts, where: "region = 'US'"}
sources:
  crm:
    connector: {type: sqlite, url: "${CRM_URL}"}
    datasets:
      contacts: {reads: contacts, fields: {id: required, region: required}}
      orders: {reads: orders, fields: {id: required, contact_id: {need: required, joins: crm.contacts.id}}}
steps: {draft: {reads: {crm.contacts: all, crm.orders: all}, to: prompt}}
rollout: [{stage: first, segment: eu}, {stage: second, segment: us}]
"""


@pytest.mark.parametrize(
    ("orders", "told"),
    [("", ["crm.orders"]), ("insert into orders values (7, 1);", ["crm.orders (segment us)"])],
    ids=["none at all", "none of a segment"],
)
def test_what_no_segment_has_is_said_once(tmp_path: Path, orders: str, told: list[str]) -> None:
    script = f"""
    create table contacts (id integer primary key, region text); create table orders (id integer, contact_id integer);
    insert into contacts values (1, 'EU'), (2, 'US'); {orders}
    """

    report = World(tmp_path).sqlite("crm", script).audit(JOINED, rules=[RECORDS])

    assert [found.judgement.subject.label for found in report.findings] == told
