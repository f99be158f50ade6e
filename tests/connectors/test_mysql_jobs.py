"""Events of a real MariaDB server: what they delete, at which age, when they ran, and what is hidden."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

from lineage.connector import Structure
from lineage.facts import JobFact, PartitionsFact, UnseenFact
from tests.connectors.conformance import MARKER, read
from tests.connectors.test_mysql import auditor_of
from tests.servers_mariadb import MariadbSchemas


def test_events_tell_what_they_delete_and_when_they_ran(mariadb: MariadbSchemas) -> None:
    crm = mariadb.schema()
    mariadb.execute(
        f"CREATE TABLE {crm}.contacts (id int, at datetime)",
        f"CREATE TABLE {crm}.tickets (id int)",
        f"CREATE TABLE {crm}.parts (id int) PARTITION BY LIST (id) (PARTITION p1 VALUES IN (1))",
        f"CREATE EVENT {crm}.plain ON SCHEDULE EVERY 1 SECOND DO"
        " DELETE FROM contacts WHERE at < now() - INTERVAL 9 DAY",
        f"CREATE EVENT {crm}.block ON SCHEDULE EVERY 2 DAY STARTS '2035-01-01' DO BEGIN"
        f" IF hour(now()) = 3 THEN DELETE c FROM contacts c JOIN {crm}.tickets t ON t.id = c.id; END IF;"
        f" TRUNCATE TABLE {crm}.tickets; ALTER TABLE parts DROP PARTITION p1; END",
        f"CREATE EVENT {crm}.off ON SCHEDULE EVERY 1 DAY DISABLE DO UPDATE contacts SET id = 1",
    )
    settings = auditor_of(mariadb, crm)
    until = time.monotonic() + 15
    jobs: dict[str, JobFact] = {}
    while time.monotonic() < until and (not jobs or jobs["plain"].last_success is None):
        found = [fact for fact in read("mysql", settings, [Structure()]) if isinstance(fact, JobFact)]
        jobs = {fact.name.rpartition(".")[2]: fact for fact in found}
        time.sleep(0.3)

    deleted = {name: {table.path[-1] for table in job.deletes_from} for name, job in jobs.items()}
    assert deleted == {"plain": {"contacts"}, "block": {"contacts", "tickets", "parts"}, "off": set()}
    assert {name: (job.schedule, job.enabled) for name, job in jobs.items()} == {
        "plain": ("every 1 second", True),
        "block": ("every 2 day", True),
        "off": ("every 1 day", False),
    }
    assert jobs["block"].last_success is None
    ran = jobs["plain"].last_success
    assert ran is not None
    assert abs(ran - datetime.now(UTC)) < timedelta(minutes=1)


def test_events_tell_the_age_at_which_they_delete_where_their_only_condition_is_one(mariadb: MariadbSchemas) -> None:
    crm = mariadb.schema()
    aged = "DELETE FROM contacts WHERE at < now() - INTERVAL 24 MONTH"
    told = {
        "plain": aged,
        "block": f"BEGIN {aged}; END",
        "commented": f"/* {MARKER} */ {aged}",
        "folded": "DELETE FROM contacts WHERE AT < now() - INTERVAL 90 DAY",
        "spared": f"{aged} AND id <> 7",
        "limited": f"{aged} LIMIT 10",
        "hinted": f"{aged} /*! AND id <> 7 */",
        "conditional": f"BEGIN IF hour(now()) = 3 THEN {aged}; END IF; END",
        "two": f"BEGIN {aged}; DELETE FROM contacts WHERE id < 0; END",
        "unknown": "DELETE FROM contacts WHERE gone < now() - INTERVAL 1 DAY",
    }
    mariadb.execute(
        f"CREATE TABLE {crm}.contacts (id int, at datetime)",
        *(
            f"CREATE EVENT {crm}.`{name}` ON SCHEDULE EVERY 1 DAY STARTS '2035-01-01' DO {body}"
            for name, body in told.items()
        ),
        f"CREATE EVENT {crm}.once ON SCHEDULE AT '2035-01-01' DO {aged}",
    )

    facts = read("mysql", auditor_of(mariadb, crm), [Structure()])

    jobs = {fact.name.rpartition(".")[2]: fact for fact in facts if isinstance(fact, JobFact)}
    ages = {name: str(job.keeps) for name, job in jobs.items() if job.keeps is not None}
    assert ages == {"plain": "2 years", "block": "2 years", "commented": "2 years", "folded": "90 days"}
    assert {job.since.field for job in jobs.values() if job.since} == {("at",)}
    assert all([table.path[-1] for table in job.deletes_from] == ["contacts"] for job in jobs.values())
    assert jobs["once"].schedule == "once"
    assert MARKER not in repr(facts)


def test_an_event_of_the_primary_is_unseen_at_its_replica(mariadb: MariadbSchemas) -> None:
    crm = mariadb.schema()
    mariadb.execute(
        f"CREATE TABLE {crm}.contacts (id int)",
        f"CREATE EVENT {crm}.purge ON SCHEDULE EVERY 1 DAY STARTS '2035-01-01' DISABLE ON SLAVE DO"
        " DELETE FROM contacts",
    )

    facts = read("mysql", auditor_of(mariadb, crm), [Structure()])

    assert not [fact for fact in facts if isinstance(fact, JobFact)]
    assert ("the event belongs to the primary of this replica", "scan the primary for what deletes") in {
        (fact.reason, fact.settle) for fact in facts if isinstance(fact, UnseenFact)
    }


def test_events_that_the_auditor_may_not_see_are_said_to_be_hidden(mariadb: MariadbSchemas) -> None:
    crm = mariadb.schema()
    mariadb.execute(f"CREATE TABLE {crm}.contacts (id int)")

    facts = read("mysql", auditor_of(mariadb, crm, "SELECT"), [Structure()])

    [hidden] = [fact for fact in facts if isinstance(fact, UnseenFact) and "events" in fact.reason]
    assert hidden.settle.startswith("GRANT EVENT ON")


def test_partitions_tell_the_times_that_they_end_at(mariadb: MariadbSchemas) -> None:
    crm = mariadb.schema()
    by = {
        "columns": "at datetime) PARTITION BY RANGE COLUMNS (at) (PARTITION a VALUES LESS THAN ('2024-01-01'),"
        " PARTITION b VALUES LESS THAN (MAXVALUE))",
        "days": "at datetime) PARTITION BY RANGE (to_days(at)) (PARTITION a VALUES LESS THAN (to_days('2024-01-01')),"
        " PARTITION b VALUES LESS THAN MAXVALUE)",
        "seconds": "at timestamp) PARTITION BY RANGE (unix_timestamp(at)) (PARTITION a VALUES LESS THAN (1704067200),"
        " PARTITION b VALUES LESS THAN MAXVALUE)",
        "years": "at date) PARTITION BY RANGE (year(at)) (PARTITION a VALUES LESS THAN (2024),"
        " PARTITION b VALUES LESS THAN MAXVALUE)",
        "otherwise": "at date) PARTITION BY RANGE (month(at)) (PARTITION a VALUES LESS THAN (6),"
        " PARTITION b VALUES LESS THAN MAXVALUE)",
        "numbers": "at int) PARTITION BY RANGE (at) (PARTITION a VALUES LESS THAN (6))",
    }
    mariadb.execute(*(f"CREATE TABLE {crm}.{name} (id int, {rest}" for name, rest in by.items()))

    facts = read("mysql", auditor_of(mariadb, crm), [Structure()])

    told = {fact.name.path[-1]: fact for fact in facts if isinstance(fact, PartitionsFact)}
    ended = datetime(2024, 1, 1, tzinfo=UTC)
    assert {name: fact.parts for name, fact in told.items()} == dict.fromkeys(
        ("columns", "days", "seconds", "years"), ((None, ended, None), (ended, None, None))
    )
    assert {fact.since.field for fact in told.values()} == {("at",)}
