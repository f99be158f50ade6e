"""The ladder of retention on real systems: which rung is the first that fails, and what is not known."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from rich.console import Console

from lineage.model import Rung, Verdict
from lineage.report import KeptFor, Report
from lineage.reports.json import document, schema
from lineage.reports.ladder import told
from lineage.reports.terminal import render
from lineage.testing import World
from tests.servers_mariadb import MariadbSchemas

HELD, BROKEN, OPEN = Verdict.HELD, Verdict.BROKEN, Verdict.UNVERIFIED
PLAN = """\
plan: v1
meta: {id: kept, owner: pm@acme.example}
sources:
  crm:
    connector: {type: KIND, url: "${CRM_URL}"}
    datasets:
      people:
        reads: people
        key: id
        KEEP
        fields: {id: required, created_at: required}
steps: {draft: {reads: {crm.people: all}, to: prompt}}
STORES
rollout: [{stage: first}]
"""
LIMIT = "keep: {limit: 24 months, since: created_at, by: purge}"


def planned(kind: str, keep: str = LIMIT, stores: str = "") -> str:
    return PLAN.replace("KIND", kind).replace("KEEP", keep).replace("STORES", stores)


def of_sqlite(folder: Path, made: str, keep: str = LIMIT, stores: str = "") -> Report:
    script = f"""
        CREATE TABLE people (id INTEGER PRIMARY KEY, created_at DATETIME);
        INSERT INTO people VALUES (1, '{made} 12:00:00');"""
    return World(folder).sqlite("crm", script).audit(planned("sqlite", keep, stores))


def of_mariadb(
    folder: Path, mariadb: MariadbSchemas, months: int, state: str = "STARTS '2037-01-01'", made: str = "2026-11-01"
) -> Report:
    crm, auditor = mariadb.schema(), mariadb.account("auditor")
    mariadb.execute(
        f"CREATE TABLE {crm}.people (id int PRIMARY KEY, created_at timestamp)",
        f"INSERT INTO {crm}.people VALUES (1, '{made}')",
        f"CREATE EVENT {crm}.purge ON SCHEDULE EVERY 1 DAY {state} DO"
        f" DELETE FROM people WHERE created_at < NOW() - INTERVAL {months} MONTH",
        f"GRANT SELECT, EVENT ON {crm}.* TO '{auditor}'@'%'",
    )
    return World(folder).url("crm", mariadb.url(auditor, crm)).audit(planned("mysql"))


def ladder(report: Report, holder: str = "crm.people") -> KeptFor:
    return next(kept for kept in report.kept if kept.holder == holder)


def verdicts(kept: KeptFor) -> dict[str, Verdict]:
    return {read.rung.value: read.verdict for read in kept.rungs}


def test_records_over_the_limit_fail_the_last_rung_alone(tmp_path: Path) -> None:
    kept = ladder(of_sqlite(tmp_path, "2020-01-01"))

    assert verdicts(kept) == {"declared": HELD, "configured": OPEN, "enforced": OPEN, "observed": BROKEN}
    assert kept.fails is not None
    assert (kept.fails.rung, kept.fails.rule) == (Rung.OBSERVED, "retention/overdue-records")
    assert kept.unknown is not None
    assert kept.unknown.settle


def test_what_nobody_judged_is_not_held(tmp_path: Path) -> None:
    kept = ladder(of_sqlite(tmp_path, "2026-11-01"))

    assert kept.fails is None
    assert verdicts(kept)["observed"] is HELD
    assert told(kept).startswith("crm.people (2 years): not known as configured: ")


def test_a_dataset_of_which_nothing_is_promised_fails_at_once(tmp_path: Path) -> None:
    kept = ladder(of_sqlite(tmp_path, "2026-11-01", keep=""))

    assert kept.promise == ""
    assert kept.fails is not None
    assert kept.fails.rung is Rung.DECLARED


def test_a_job_that_deletes_too_late_fails_before_what_is_seen_of_it(tmp_path: Path, mariadb: MariadbSchemas) -> None:
    kept = ladder(of_mariadb(tmp_path, mariadb, months=36, made="2024-01-01"))

    assert (verdicts(kept)["configured"], verdicts(kept)["observed"]) == (BROKEN, BROKEN)
    assert kept.fails is not None
    assert kept.fails.rung is Rung.CONFIGURED


def test_a_job_that_is_off_fails_where_it_is_enforced(tmp_path: Path, mariadb: MariadbSchemas) -> None:
    kept = ladder(of_mariadb(tmp_path, mariadb, months=23, state="DISABLE"))

    assert kept.fails is not None
    assert kept.fails.rung is Rung.ENFORCED
    assert "is off" in kept.fails.says


def test_a_job_that_never_ran_is_set_up_and_enforces_nothing(tmp_path: Path, mariadb: MariadbSchemas) -> None:
    kept = ladder(of_mariadb(tmp_path, mariadb, months=23))

    assert kept.fails is None
    assert verdicts(kept) == {"declared": HELD, "configured": HELD, "enforced": OPEN, "observed": HELD}
    assert "whether it ever ran is not told" in told(kept)


def test_what_is_only_said_of_a_store_holds_the_first_rung_alone(tmp_path: Path) -> None:
    stores = "stores: {traces: {at: redis, content: counts, keep: {limit: 30 days, by: ttl}}}"

    kept = ladder(of_sqlite(tmp_path, "2026-11-01", stores=stores), "traces")

    assert kept.store
    assert kept.fails is None
    assert verdicts(kept) == {"declared": HELD, "configured": OPEN, "enforced": OPEN, "observed": OPEN}


def test_the_reports_name_the_first_rung_that_fails(tmp_path: Path) -> None:
    import jsonschema

    broken = of_sqlite(tmp_path, "2020-01-01")

    shown = document(broken, 1)

    jsonschema.validate(json.loads(json.dumps(shown)), schema())
    assert [(each["holder"], each["fails"], each["unknown"]) for each in shown["retention"]] == [
        ("crm.people", "observed", "configured")
    ]
    text = io.StringIO()
    render(broken, Console(file=text, width=200), 1)
    assert "Promises to delete that fail (1 of 1)\n  crm.people (2 years): first fails as observed: " in text.getvalue()


@pytest.mark.parametrize(("made", "fails"), [("2026-11-01", None), ("2020-01-01", Rung.OBSERVED)])
@pytest.mark.parametrize("kind", ["duckdb", "csv", "parquet"])
def test_a_file_shows_what_is_in_it_and_nothing_that_deletes(
    tmp_path: Path, kind: str, made: str, fails: Rung | None
) -> None:
    import duckdb

    rows = f"SELECT 1 AS id, TIMESTAMP '{made} 12:00:00' AS created_at"
    file = tmp_path / ("crm.duckdb" if kind == "duckdb" else f"people.{kind}")
    with duckdb.connect(str(file) if kind == "duckdb" else ":memory:") as connection:
        connection.execute(f"CREATE TABLE people AS {rows}" if kind == "duckdb" else f"COPY ({rows}) TO '{file}'")
    text = planned("duckdb" if kind == "duckdb" else "files")
    if kind != "duckdb":
        text = text.replace('url: "${CRM_URL}"', f'path: "{tmp_path}"').replace(
            "reads: people", f"reads: people.{kind}"
        )

    kept = ladder(World(tmp_path).url("crm", f"duckdb:///{file}").audit(text))

    assert (kept.fails.rung if kept.fails else None) is fails
    assert verdicts(kept)["observed"] is (BROKEN if fails else HELD)
    assert (verdicts(kept)["configured"], verdicts(kept)["enforced"]) == (OPEN, OPEN)
