"""Deletion jobs of the real pg_cron, on a server of its own; skipped where the extension is not installed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from lineage.facts import JobFact, UnseenFact
from tests.connectors.postgresql_facts import of, structure
from tests.servers import CannotStartError, PostgresDatabase, start_postgres_with_cron

_JOBS = """
CREATE SCHEMA crm; CREATE TABLE crm.contacts (id int, created_at timestamptz); CREATE TABLE public.logs (id int);
CREATE TABLE crm."Odd" (id int);
SELECT cron.schedule('crm_purge', '0 3 * * *',
  'DELETE FROM crm.contacts WHERE created_at < now() - interval ''24 months'' AND id <> 77701 /* MARKER */');
SELECT cron.schedule('several', '@daily', 'DELETE FROM Logs; TRUNCATE crm."Odd"; SELECT 1');
SELECT cron.schedule('5 * * * *', 'WITH gone AS (DELETE FROM crm.contacts RETURNING id) SELECT count(*) FROM gone');
SELECT cron.schedule('calls', '6 * * * *', 'CALL crm.purge(''MARKER'')');
SELECT cron.schedule('aged', '8 * * * *',
  'DELETE FROM crm.contacts WHERE created_at < now() - interval ''24 months''');
SELECT cron.schedule('nonsense', '7 * * * *', 'DELETE FROM ((( MARKER');
UPDATE cron.job SET active = false WHERE jobname = 'several';
INSERT INTO cron.job_run_details (jobid, runid, status, return_message, start_time, end_time)
  SELECT jobid, run, status, 'MARKER', ended::timestamptz, ended::timestamptz FROM cron.job,
  (VALUES (1, 'succeeded', '2026-11-20 03:01Z'), (2, 'failed', '2026-11-21 03:01Z')) runs (run, status, ended)
  WHERE jobname = 'crm_purge';
"""


@pytest.fixture(scope="module")
def scheduled() -> Iterator[PostgresDatabase]:
    try:
        server = start_postgres_with_cron()
    except CannotStartError as error:
        pytest.skip(f"no PostgreSQL server with pg_cron: {error}")
    try:
        database = PostgresDatabase(server, "postgres", "x")
        database.execute(_JOBS)
        yield database
    finally:
        server.end()


def _jobs(database: PostgresDatabase, user: str | None) -> dict[str, JobFact]:
    return {fact.name: fact for fact in of(structure(database, user), JobFact)}


def test_a_job_says_what_it_deletes_from_and_when_it_last_succeeded(scheduled: PostgresDatabase) -> None:
    jobs = _jobs(scheduled, None)

    purge = jobs["crm_purge"]
    assert [name.short for name in purge.deletes_from] == ["crm.contacts"]
    assert (purge.schedule, purge.enabled) == ("0 3 * * *", True)
    assert purge.last_success == datetime(2026, 11, 20, 3, 1, tzinfo=UTC)
    assert [name.short for name in jobs["several"].deletes_from] == ["public.logs", "crm.Odd"]
    assert (jobs["several"].enabled, jobs["several"].last_success) == (False, None)
    [nameless] = [fact for name, fact in jobs.items() if name.startswith("job ")]
    assert [name.short for name in nameless.deletes_from] == ["crm.contacts"]


def test_a_job_tells_the_age_at_which_it_deletes_and_since_when(scheduled: PostgresDatabase) -> None:
    jobs = _jobs(scheduled, None)

    assert {name: str(job.keeps) for name, job in jobs.items() if job.keeps is not None} == {"aged": "2 years"}
    assert jobs["aged"].since == jobs["aged"].deletes_from[0].at("created_at")


def test_a_job_whose_command_tells_nothing_deletes_from_nothing_known(scheduled: PostgresDatabase) -> None:
    jobs = _jobs(scheduled, None)

    assert jobs["calls"].deletes_from == ()
    assert jobs["nonsense"].deletes_from == ()


_CALLED = """
CREATE TABLE calls_t (id int, at timestamptz); CREATE TABLE other_t (id int, at timestamptz);
CREATE FUNCTION one() RETURNS void LANGUAGE sql AS
  $$ DELETE FROM public.calls_t WHERE at < now() - interval '90 days' $$;
CREATE PROCEDURE two() LANGUAGE plpgsql AS $$ BEGIN
  INSERT INTO public.other_t VALUES (77701, now());
  DELETE FROM calls_t WHERE at < now() - interval '60 days'; END $$;
CREATE PROCEDURE outer_one() LANGUAGE plpgsql AS $$ BEGIN PERFORM one(); END $$;
CREATE PROCEDURE perhaps() LANGUAGE plpgsql AS $$ BEGIN
  IF extract(hour FROM now()) > 3 THEN DELETE FROM calls_t WHERE at < now() - interval '60 days'; END IF; END $$;
CREATE PROCEDURE aged(age interval) LANGUAGE plpgsql AS $$ BEGIN DELETE FROM calls_t WHERE at < now() - age; END $$;
CREATE PROCEDURE dynamic(what text) LANGUAGE plpgsql AS $$ BEGIN EXECUTE 'DELETE FROM ' || what; END $$;
CREATE PROCEDURE written() LANGUAGE plpgsql AS $$ BEGIN
  EXECUTE 'DELETE FROM public.calls_t WHERE at < now() - interval ''7 days'''; END $$;
CREATE SCHEMA hidden; CREATE TABLE hidden.calls_t (id int, at timestamptz);
CREATE FUNCTION elsewhere() RETURNS void LANGUAGE sql SET search_path = hidden AS $$ DELETE FROM calls_t $$;
CREATE PROCEDURE round() LANGUAGE plpgsql AS $$ BEGIN CALL round(); DELETE FROM calls_t; END $$;
"""
DYNAMIC = "CALL dynamic('other_t')"
_COMMANDS = {
    "SELECT one()": (("public.calls_t",), "90 days"),
    "CALL two();": (("public.calls_t",), "60 days"),
    "CALL public.outer_one()": (("public.calls_t",), "90 days"),
    "SELECT one() FROM other_t WHERE id = 1": (("public.calls_t",), None),
    "CALL perhaps()": (("public.calls_t",), None),
    "CALL aged(interval '24 months')": (("public.calls_t",), None),
    DYNAMIC: ((), None),
    "CALL written()": (("public.calls_t",), "7 days"),
    "SELECT elsewhere()": (("hidden.calls_t",), "0 days"),
    "CALL round()": (("public.calls_t",), "0 days"),
    "DO $$ BEGIN DELETE FROM calls_t WHERE at < now() - interval '5 days'; END $$": (("public.calls_t",), "5 days"),
    "SELECT one(); SELECT 1": (("public.calls_t",), None),
    "SELECT one(), elsewhere()": (("public.calls_t", "hidden.calls_t"), None),
    "SELECT other_schema.one()": ((), None),
}


def test_a_job_that_calls_routines_deletes_what_these_do(scheduled: PostgresDatabase) -> None:
    commands = list(_COMMANDS)
    scheduled.execute(_CALLED)
    try:
        for number, command in enumerate(commands):
            quoted = command.replace("'", "''")
            scheduled.execute(f"SELECT cron.schedule('call {number}', '1 2 * * *', '{quoted}')")
        facts = list(structure(scheduled, None))
    finally:
        scheduled.execute(
            "SELECT cron.unschedule(jobid) FROM cron.job WHERE jobname LIKE 'call %';"
            "DROP SCHEMA hidden CASCADE; DROP TABLE calls_t, other_t; DROP FUNCTION one;"
            "DROP PROCEDURE two, outer_one, perhaps, aged, dynamic, written, round"
        )

    jobs = {fact.name: fact for fact in of(facts, JobFact)}
    mine = [jobs[f"call {number}"] for number, _ in enumerate(commands)]
    told = [
        (tuple(name.short for name in job.deletes_from), str(job.keeps) if job.keeps is not None else None)
        for job in mine
    ]
    assert dict(zip(commands, told, strict=True)) == _COMMANDS
    unseen = [fact.reason for fact in of(facts, UnseenFact) if "may delete more" in fact.reason]
    assert [reason.partition(" may")[0] for reason in unseen] == [f"the job call {commands.index(DYNAMIC)}"]
    assert "77701" not in repr(facts)


def test_the_text_of_a_job_is_nowhere(scheduled: PostgresDatabase) -> None:
    facts = structure(scheduled, None)

    assert "MARKER" not in repr(facts)
    assert "77701" not in repr(facts)


def test_a_job_that_maintains_partitions_is_the_last_run_of_what_drops_them(scheduled: PostgresDatabase) -> None:
    scheduled.execute("""
        CREATE SCHEMA partman; CREATE TABLE crm.parts (at timestamptz) PARTITION BY RANGE (at);
        CREATE TABLE partman.part_config (parent_table text PRIMARY KEY, control text, partition_interval text,
          retention text, retention_keep_table boolean, automatic_maintenance text);
        INSERT INTO partman.part_config VALUES ('crm.parts', 'at', '1 day', '60 days', false, 'on');
        SELECT cron.schedule('maintain', '@daily', 'CALL partman.run_maintenance_proc()');
        INSERT INTO cron.job_run_details (jobid, runid, status, start_time, end_time)
          SELECT jobid, 9, 'succeeded', '2026-11-19 05:00Z', '2026-11-19 05:00Z' FROM cron.job
          WHERE jobname = 'maintain'
    """)

    dropping = _jobs(scheduled, None)["pg_partman"]
    scheduled.execute("SELECT cron.unschedule('maintain'); DROP SCHEMA partman CASCADE; DROP TABLE crm.parts")

    assert (dropping.last_success, dropping.schedule) == (datetime(2026, 11, 19, 5, tzinfo=UTC), "@daily")
    assert str(dropping.keeps) == "61 days"


def test_jobs_of_others_that_a_policy_hides_are_unseen(scheduled: PostgresDatabase) -> None:
    reader = scheduled.role("reader")
    scheduled.execute(
        f"GRANT USAGE ON SCHEMA cron TO {reader}; GRANT SELECT ON cron.job, cron.job_run_details TO {reader}"
    )

    facts = structure(scheduled, reader)

    assert not of(facts, JobFact)
    assert "a row policy shows the auditor its own jobs only" in {fact.reason for fact in of(facts, UnseenFact)}


def test_jobs_that_may_not_be_read_are_unseen_with_the_grant(scheduled: PostgresDatabase) -> None:
    auditor = scheduled.role("auditor")
    scheduled.execute("REVOKE USAGE ON SCHEMA cron FROM PUBLIC; REVOKE SELECT ON cron.job FROM PUBLIC")

    facts = structure(scheduled, auditor)

    assert not of(facts, JobFact)
    [unseen] = [fact for fact in of(facts, UnseenFact) if fact.name and fact.name.short == "cron.job"]
    assert unseen.reason == "permission denied (42501)"
    scheduled.execute(unseen.settle)
    assert "permission denied (42501)" not in {fact.reason for fact in of(structure(scheduled, auditor), UnseenFact)}
