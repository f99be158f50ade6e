"""What real schedulers delete against what a plan promises: MariaDB's events, and pg_cron's jobs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from lineage.model import Rung, Verdict
from lineage.report import Report
from lineage.testing import World, assumption, fired, verdict
from tests.servers import CannotStartError, PostgresDatabase, start_postgres_with_cron
from tests.servers_mariadb import MariadbSchemas

ENFORCED, LONGER = "retention/unenforced-retention", "retention/longer-than-declared"
OUTLIVING = "retention/outliving-backups"
PLAN = """\
plan: v1
meta: {id: kept, owner: pm@acme.example}
sources:
  crm:
    connector: {type: KIND, url: "${CRM_URL}"}
    datasets:
      contacts:
        reads: READS
        key: id
        keep: {limit: 24 months, since: created_at, by: BY}
        fields: {id: required, created_at: required}
steps: {draft: {reads: {crm.contacts: all}, to: prompt}}
rollout: [{stage: first}]
"""


@dataclass
class Scheduled:
    """A system with a table, a view of it, and a job that deletes from the table."""

    kind: str
    url: str
    reads: str
    job: str

    def audit(self, folder: Path) -> Report:
        plan = PLAN.replace("KIND", self.kind).replace("READS", self.reads).replace("BY", self.job)
        report = World(folder).url("crm", self.url).audit(plan)
        assert not report.failures
        return report


def of_mariadb(mariadb: MariadbSchemas, condition: str, schedule: str = "EVERY 1 DAY", state: str = "") -> Scheduled:
    crm, auditor = mariadb.schema(), mariadb.account("auditor")
    mariadb.execute(
        f"CREATE TABLE {crm}.people (id int PRIMARY KEY, created_at timestamp, seen_at timestamp)",
        f"INSERT INTO {crm}.people VALUES (1, '2026-11-01', '2026-11-01')",
        f"CREATE VIEW {crm}.contacts AS SELECT id, created_at FROM {crm}.people",
        f"CREATE EVENT {crm}.purge ON SCHEDULE {schedule} {state} DO DELETE FROM people WHERE {condition}",
        f"GRANT SELECT, SHOW VIEW, EVENT ON {crm}.* TO '{auditor}'@'%'",
    )
    return Scheduled("mysql", mariadb.url(auditor, crm), "contacts", f"{crm}.purge")


@pytest.fixture(scope="module")
def cron() -> Iterator[PostgresDatabase]:
    try:
        server = start_postgres_with_cron()
    except CannotStartError as error:
        pytest.skip(f"no PostgreSQL server with pg_cron: {error}")
    try:
        database = PostgresDatabase(server, "postgres", "kept")
        database.execute("""
            CREATE TABLE public.people (id int PRIMARY KEY, created_at timestamptz, seen_at timestamptz);
            INSERT INTO public.people VALUES (1, '2026-11-01', '2026-11-01');
            CREATE VIEW public.contacts AS SELECT id, created_at FROM public.people""")
        yield database
    finally:
        server.end()


def of_cron(cron: PostgresDatabase, condition: str, active: bool = True) -> Scheduled:
    cron.execute("DELETE FROM cron.job")
    command = f"DELETE FROM public.people WHERE {condition}"
    cron.execute("SELECT cron.schedule('purge', '0 3 * * *', %s)", (command,))
    cron.execute("UPDATE cron.job SET active = %s", (active,))
    return Scheduled("postgresql", cron.url(), "public.contacts", "purge")


def test_an_event_that_deletes_in_time_keeps_the_promise(tmp_path: Path, mariadb: MariadbSchemas) -> None:
    report = of_mariadb(mariadb, "created_at < NOW() - INTERVAL 23 MONTH").audit(tmp_path)

    assert not fired(report) & {ENFORCED, LONGER}
    assert verdict(report, "keep.by") is Verdict.HELD
    assert verdict(report, "keep.limit") is Verdict.HELD


def test_an_event_that_deletes_later_than_was_promised_breaks_it(tmp_path: Path, mariadb: MariadbSchemas) -> None:
    report = of_mariadb(mariadb, "created_at < NOW() - INTERVAL 36 MONTH").audit(tmp_path)

    assert fired(report) & {ENFORCED, LONGER} == {LONGER}
    assert assumption(report, "keep.limit").says.endswith("deletes at 3 years; 2 years was declared")


def test_an_event_that_is_off_breaks_the_promise(tmp_path: Path, mariadb: MariadbSchemas) -> None:
    report = of_mariadb(mariadb, "created_at < NOW() - INTERVAL 23 MONTH", state="DISABLE").audit(tmp_path)

    assert fired(report) & {ENFORCED, LONGER} == {ENFORCED}
    assert verdict(report, "keep.by") is Verdict.BROKEN


def test_an_event_that_runs_once_proves_nothing(tmp_path: Path, mariadb: MariadbSchemas) -> None:
    once = of_mariadb(mariadb, "created_at < NOW() - INTERVAL 23 MONTH", "AT '2035-01-01'")

    report = once.audit(tmp_path)

    assert not fired(report) & {ENFORCED, LONGER}
    assert verdict(report, "keep.by") is Verdict.UNVERIFIED


@pytest.mark.parametrize(
    "condition", ["seen_at < NOW() - INTERVAL 36 MONTH", "created_at < NOW() - INTERVAL 36 MONTH AND id > 0"]
)
def test_an_age_that_is_not_the_promised_one_is_not_compared(
    tmp_path: Path, mariadb: MariadbSchemas, condition: str
) -> None:
    report = of_mariadb(mariadb, condition).audit(tmp_path)

    assert not fired(report) & {ENFORCED, LONGER}
    assert "deletes at" not in assumption(report, "keep.limit").says
    assert verdict(report, "keep.by") is Verdict.UNVERIFIED
    assert assumption(report, "keep.by").settle


@pytest.mark.postgresql
def test_a_job_of_pg_cron_keeps_or_breaks_the_promise(tmp_path: Path, cron: PostgresDatabase) -> None:
    kept = of_cron(cron, "created_at < now() - interval '23 months'").audit(tmp_path)
    late = of_cron(cron, "created_at < now() - interval '3 years'").audit(tmp_path)
    off = of_cron(cron, "created_at < now() - interval '23 months'", active=False).audit(tmp_path)

    assert [fired(report) & {ENFORCED, LONGER} for report in (kept, late, off)] == [set(), {LONGER}, {ENFORCED}]
    assert verdict(kept, "keep.by") is Verdict.HELD
    assert verdict(kept, "keep.limit") is Verdict.HELD


def versioned(mariadb: MariadbSchemas, *events: str, more: str = "") -> Scheduled:
    crm, auditor = mariadb.schema(), mariadb.account("auditor")
    mariadb.execute(
        f"CREATE TABLE {crm}.people (id int PRIMARY KEY, created_at timestamp) WITH SYSTEM VERSIONING {more}",
        f"INSERT INTO {crm}.people VALUES (1, '2026-11-01'), (2, '2020-01-01')",
        f"DELETE FROM {crm}.people WHERE id = 2",
        f"CREATE VIEW {crm}.contacts AS SELECT id, created_at FROM {crm}.people",
        f"CREATE EVENT {crm}.purge ON SCHEDULE EVERY 1 DAY STARTS '2037-01-01' DO"
        " DELETE FROM people WHERE created_at < NOW() - INTERVAL 23 MONTH",
        *(
            f"CREATE EVENT {crm}.forget{number} ON SCHEDULE EVERY 1 DAY STARTS '2037-01-01' {event}"
            for number, event in enumerate(events)
        ),
        f"GRANT SELECT, SHOW VIEW, EVENT ON {crm}.* TO '{auditor}'@'%'",
    )
    return Scheduled("mysql", mariadb.url(auditor, crm), "contacts", f"{crm}.purge")


@pytest.mark.parametrize(
    ("more", "events"),
    [
        ("", []),
        ("PARTITION BY SYSTEM_TIME INTERVAL 1 MONTH PARTITIONS 3", []),
        ("", ["DISABLE DO DELETE HISTORY FROM people"]),
    ],
)
def test_a_purge_whose_rows_stay_as_history_deletes_nothing(
    tmp_path: Path, mariadb: MariadbSchemas, more: str, events: list[str]
) -> None:
    report = versioned(mariadb, *events, more=more).audit(tmp_path)

    assert fired(report) & {ENFORCED, OUTLIVING} == {ENFORCED, OUTLIVING}
    assert "is kept for ever as history of its rows" in assumption(report, "keep.by").says
    assert report.kept[0].fails is not None
    assert report.kept[0].fails.rung is Rung.ENFORCED
    assert verdict(report, "keep.limit") is Verdict.BROKEN


@pytest.mark.parametrize(
    ("event", "broken"),
    [
        ("DO DELETE HISTORY FROM people BEFORE SYSTEM_TIME NOW() - INTERVAL 1 MONTH", set()),
        ("DO BEGIN DELETE HISTORY FROM `people`; END", set()),
        ("DO DELETE HISTORY FROM people BEFORE SYSTEM_TIME NOW() - INTERVAL 36 MONTH", {OUTLIVING}),
        ("DO BEGIN IF hour(now()) = 3 THEN DELETE HISTORY FROM people; END IF; END", set()),
        ("DO ALTER TABLE people DROP PARTITION p0", set()),
    ],
)
def test_history_that_an_event_ends_is_held_against_the_promise(
    tmp_path: Path, mariadb: MariadbSchemas, event: str, broken: set[str]
) -> None:
    more = "PARTITION BY SYSTEM_TIME INTERVAL 1 MONTH PARTITIONS 3" if "PARTITION" in event else ""

    report = versioned(mariadb, event, more=more).audit(tmp_path)

    assert fired(report) & {ENFORCED, OUTLIVING} == broken


@pytest.mark.postgresql
@pytest.mark.parametrize(
    ("other", "expected"),
    [
        ("SELECT 1", Verdict.HELD),
        ("DELETE FROM public.people WHERE created_at < now() - interval '1 month'", Verdict.BROKEN),
        ("CALL public.cleaned()", Verdict.BROKEN),
        ("DELETE FROM public.people WHERE id = 1", Verdict.UNVERIFIED),
    ],
)
def test_a_job_that_the_plan_does_not_name_deletes_all_the_same(
    tmp_path: Path, cron: PostgresDatabase, other: str, expected: Verdict
) -> None:
    scheduled = of_cron(cron, "created_at < now() - interval '23 months'")
    cron.execute("""
        CREATE OR REPLACE PROCEDURE public.cleaned() LANGUAGE plpgsql AS
        $$ BEGIN DELETE FROM people WHERE created_at < now() - interval '2 weeks'; END $$""")
    cron.execute("SELECT cron.schedule('other', '0 4 * * *', %s)", (other,))
    plan = PLAN.replace("KIND", scheduled.kind).replace("READS", scheduled.reads).replace("BY", scheduled.job)

    plan = plan.replace("limit: 24 months", "limit: 24 months, floor: 12 months")
    report = World(tmp_path).url("crm", scheduled.url).audit(plan)

    assert verdict(report, "keep.floor") is expected
    assert verdict(report, "keep.by") is Verdict.HELD


@pytest.mark.postgresql
def test_a_job_that_calls_a_routine_keeps_or_breaks_the_promise(tmp_path: Path, cron: PostgresDatabase) -> None:
    scheduled = of_cron(cron, "false")
    cron.execute("DELETE FROM cron.job; SELECT cron.schedule('purge', '0 3 * * *', 'SELECT public.purged()')")

    def audited(age: str) -> Report:
        cron.execute(f"""
            CREATE OR REPLACE FUNCTION public.purged() RETURNS void LANGUAGE sql AS
            $$ DELETE FROM public.people WHERE created_at < now() - interval '{age}' $$""")
        return scheduled.audit(tmp_path)

    kept, late = audited("23 months"), audited("3 years")

    assert [fired(report) & {ENFORCED, LONGER} for report in (kept, late)] == [set(), {LONGER}]
    assert (verdict(kept, "keep.by"), verdict(kept, "keep.limit")) == (Verdict.HELD, Verdict.HELD)
