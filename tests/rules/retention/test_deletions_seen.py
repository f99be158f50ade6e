"""What PostgreSQL shows of deletion beside its jobs: rows that were counted as deleted, and pg_partman's settings."""

from __future__ import annotations

from pathlib import Path

import pytest

from lineage.model import Level, Rung, Verdict
from lineage.report import KeptFor, Report
from lineage.testing import World, assumption, fired, verdict
from tests.servers import PostgresDatabase

pytestmark = pytest.mark.postgresql
PLAN = """\
plan: v1
meta: {id: kept, owner: pm@acme.example}
sources:
  crm:
    connector: {type: postgresql, url: "${CRM_URL}"}
    datasets:
      events:
        reads: public.events
        keep: {limit: 90 days, since: created_at, by: pg_partman}
        fields: {id: required, created_at: required}
steps: {draft: {reads: {crm.events: all}, to: prompt}}
rollout: [{stage: first}]
"""
TABLE = """
CREATE TABLE public.events (id int, created_at timestamptz) PARTITION BY RANGE (created_at);
CREATE TABLE public.events_11 PARTITION OF public.events FOR VALUES FROM ('2026-11-01') TO ('2026-12-01');
INSERT INTO public.events SELECT n, '2026-11-20' FROM generate_series(1, 10) n;
"""
# The columns of pg_partman 5 that matter; older ones do not tell the last run.
CONFIG = """
CREATE SCHEMA partman;
CREATE TABLE partman.part_config (parent_table text PRIMARY KEY, control text, partition_interval text, retention text,
  retention_keep_table boolean, automatic_maintenance text {more});
INSERT INTO partman.part_config VALUES ('public.events', 'created_at', '{interval}', {retention}, {kept}, 'on' {ran});
"""


def audited(
    folder: Path, postgres: PostgresDatabase, *scripts: str, user: str | None = None, floor: str = ""
) -> Report:
    for script in (TABLE, *scripts):
        postgres.execute(script)
    plan = PLAN.replace("limit: 90 days", f"limit: 90 days, floor: {floor}") if floor else PLAN
    report = World(folder).url("crm", postgres.url(user)).audit(plan)
    assert not report.failures
    return report


def config(interval: str = "1 day", retention: str = "'60 days'", kept: str = "false", ran: str | None = None) -> str:
    more, told = (", maintenance_last_run timestamptz", f", '{ran}'") if ran else ("", "")
    return CONFIG.format(interval=interval, retention=retention, kept=kept, more=more, ran=told)


def ladder(report: Report) -> KeptFor:
    return next(kept for kept in report.kept if kept.holder == "crm.events")


def test_partitions_that_are_dropped_in_time_keep_the_promise(tmp_path: Path, postgres: PostgresDatabase) -> None:
    report = audited(tmp_path, postgres, config())

    assert verdict(report, "keep.by") is Verdict.HELD
    assert assumption(report, "keep.by").says == "the job pg_partman deletes from it"
    read = {one.rung: one.verdict for one in ladder(report).rungs}
    assert (read[Rung.CONFIGURED], read[Rung.ENFORCED]) == (Verdict.HELD, Verdict.UNVERIFIED)


def test_a_record_lives_one_partition_longer_than_the_retention(tmp_path: Path, postgres: PostgresDatabase) -> None:
    report = audited(tmp_path, postgres, config(interval="1 mon", retention="'70 days'"))

    assert "retention/longer-than-declared" in fired(report)
    assert ladder(report).fails is not None


def test_partitions_that_are_detached_and_kept_are_not_deleted(tmp_path: Path, postgres: PostgresDatabase) -> None:
    report = audited(tmp_path, postgres, config(kept="true"))

    assert verdict(report, "keep.by") is Verdict.UNVERIFIED


def test_a_retention_by_number_tells_no_age(tmp_path: Path, postgres: PostgresDatabase) -> None:
    report = audited(tmp_path, postgres, config(interval="10000", retention="'50000'"))

    assert "retention/longer-than-declared" not in fired(report)
    assert {one.rung: one.verdict for one in ladder(report).rungs}[Rung.CONFIGURED] is Verdict.UNVERIFIED


def test_settings_that_are_hidden_are_said_to_be(tmp_path: Path, postgres: PostgresDatabase) -> None:
    auditor = postgres.role("auditor")
    grants = f"GRANT SELECT ON public.events TO {auditor}; GRANT USAGE ON SCHEMA public TO {auditor}"

    report = audited(tmp_path, postgres, config(), grants, user=auditor)

    assert verdict(report, "keep.by") is Verdict.UNVERIFIED
    assert any("part_config" in what for what, _why in report.coverage.skipped)


def test_rows_that_were_deleted_show_that_a_job_works(tmp_path: Path, postgres: PostgresDatabase) -> None:
    report = audited(tmp_path, postgres, config(), "DELETE FROM public.events WHERE id <= 4")

    line = assumption(report, "keep.by")
    assert line.says.startswith("the job pg_partman deletes from it; 4 of its rows were deleted")
    assert line.level is Level.OBSERVED
    assert {one.rung: one.verdict for one in ladder(report).rungs}[Rung.ENFORCED] is Verdict.HELD


def test_rows_that_somebody_deleted_show_no_limit_to_be_kept(tmp_path: Path, postgres: PostgresDatabase) -> None:
    report = audited(tmp_path, postgres, "DELETE FROM public.events WHERE id = 1")

    line = assumption(report, "keep.by")
    assert line.verdict is Verdict.UNVERIFIED
    assert "1 of its rows was deleted" in line.says
    assert line.says.endswith("by whom and at which age is not told")


SPENT = "budget: {rows: 1, seconds: 60}"
OLD = """
CREATE TABLE public.events_05 PARTITION OF public.events FOR VALUES FROM ('2026-05-01') TO ('2026-06-01');
INSERT INTO public.events SELECT n, '2026-05-20' FROM generate_series(1, 3) n;
"""


def beyond_its_budget(folder: Path, postgres: PostgresDatabase, *scripts: str) -> Report:
    """Audit a table that is too large to be counted."""
    for script in (TABLE, *scripts, "INSERT INTO public.events SELECT n, '2026-11-21' FROM generate_series(1, 50) n"):
        postgres.execute(script)
    postgres.execute("ANALYZE public.events")
    text = PLAN.replace("    datasets:", f"    {SPENT}\n    datasets:")
    return World(folder).url("crm", postgres.url()).audit(text)


def rungs(report: Report) -> dict[Rung, Verdict]:
    return {one.rung: one.verdict for one in ladder(report).rungs}


def test_bounds_of_partitions_prove_that_nothing_is_too_old(tmp_path: Path, postgres: PostgresDatabase) -> None:
    report = beyond_its_budget(tmp_path, postgres)

    assert rungs(report)[Rung.OBSERVED] is Verdict.HELD
    assert assumption(report, "keep.limit").says.startswith("no partition begins before 2026-08-24")


def test_a_partition_that_ended_long_ago_and_holds_records_breaks(tmp_path: Path, postgres: PostgresDatabase) -> None:
    report = beyond_its_budget(tmp_path, postgres, OLD)

    assert rungs(report)[Rung.OBSERVED] is Verdict.BROKEN
    assert "the partition that ended on 2026-06-01 holds 3 records" in assumption(report, "keep.limit").says


@pytest.mark.parametrize(
    "more",
    [
        "CREATE TABLE public.events_rest PARTITION OF public.events DEFAULT",
        "CREATE TABLE public.events_first PARTITION OF public.events FOR VALUES FROM (MINVALUE) TO ('2026-11-01')",
        "CREATE TABLE public.events_05 PARTITION OF public.events FOR VALUES FROM ('2026-05-01') TO ('2026-06-01')",
    ],
)
def test_what_bounds_leave_open_is_not_known(tmp_path: Path, postgres: PostgresDatabase, more: str) -> None:
    report = beyond_its_budget(tmp_path, postgres, more)

    assert rungs(report)[Rung.OBSERVED] is Verdict.UNVERIFIED


def test_a_partition_that_ought_to_be_dropped_shows_that_nothing_drops(
    tmp_path: Path, postgres: PostgresDatabase
) -> None:
    report = audited(tmp_path, postgres, config(), OLD)

    assert rungs(report)[Rung.CONFIGURED] is Verdict.HELD
    fails = ladder(report).fails
    assert fails is not None
    assert fails.rung is Rung.ENFORCED
    assert fails.says == "pg_partman drops partitions at 61 days, and one that ended on 2026-06-01 still stands"


def test_what_lies_in_the_default_partition_is_never_dropped(tmp_path: Path, postgres: PostgresDatabase) -> None:
    rest = "CREATE TABLE public.events_rest PARTITION OF public.events DEFAULT;"

    report = audited(tmp_path, postgres, config(), rest, "INSERT INTO public.events VALUES (99, '2026-12-24')")

    assert verdict(report, "keep.by") is Verdict.UNVERIFIED
    assert "pg_partman spares 1 records" in assumption(report, "keep.by").says


@pytest.mark.postgresql
@pytest.mark.parametrize(("floor", "expected"), [("60 days", Verdict.HELD), ("61 days", Verdict.BROKEN)])
def test_a_partition_takes_its_last_records_at_the_retention_itself(
    tmp_path: Path, postgres: PostgresDatabase, floor: str, expected: Verdict
) -> None:
    report = audited(tmp_path, postgres, config(), floor=floor)

    assert verdict(report, "keep.floor") is expected
