"""Whole audits on bad days: no exception, nothing `held` that was not seen, and no `ship` when incomplete."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from lineage import registry
from lineage.model import Verdict
from lineage.report import Decision
from lineage.run import report_on
from lineage.scan import scan
from lineage.testing import NOW, World, assumption, finding, fired, verdict
from tests.days import NULLS, PLAN, closed_port, day, desk, held, lawful
from tests.servers import PostgresDatabase, PostgresServer, start_postgres


@pytest.mark.postgresql
@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ("password", "wrong user or password"),
        ("database", "no such database or role"),
        ("port", "connection refused"),
        ("host", "host not found"),
    ],
)
def test_a_server_that_lets_nobody_in_proves_nothing(
    tmp_path: Path, postgres: PostgresDatabase, wrong: str, reason: str
) -> None:
    url = {
        "password": postgres.url(postgres.role("auditor"), "wrong"),
        "database": postgres.server.url(database="nowhere"),
        "port": f"postgresql://a:b@127.0.0.1:{closed_port()}/crm",
        "host": "postgresql://a:b@nowhere.invalid/crm",
    }[wrong]

    report = day(World(tmp_path).url("crm", url), desk(postgres))

    told = finding(report, "source/unreachable-source", "crm")
    assert report.incomplete
    assert told is not None
    assert reason in told.title
    assert not held(report)


def test_a_file_that_is_no_database_or_is_not_there_proves_nothing(tmp_path: Path) -> None:
    plan = PLAN.replace("postgresql", "sqlite").replace("    identity: READER\n", "")
    (tmp_path / "text.db").write_text("this is no database, however one looks at it" * 100, encoding="utf-8")

    for name in ("text.db", "nowhere.db"):
        report = day(World(tmp_path).url("crm", f"sqlite:///{tmp_path / name}"), plan)

        assert report.incomplete
        assert "source/unreachable-source" in fired(report)
        assert not held(report)


@pytest.fixture
def private_server(postgres_server: PostgresServer) -> Iterator[PostgresServer]:
    """A server of its own, to be killed."""
    server = start_postgres()
    try:
        yield server
    finally:
        server.end()


@pytest.mark.postgresql
def test_a_server_that_dies_between_the_waves_held_nothing_of_its_data(
    tmp_path: Path, private_server: PostgresServer
) -> None:
    def kill(what: str, done: int, of: int) -> None:
        if what == "structure" and done == of:
            os.kill(private_server.pid, signal.SIGQUIT)

    database = PostgresDatabase(private_server, "postgres", "here")
    plan = desk(database)
    world = World(tmp_path).url("crm", database.url())
    snapshot = scan(world.plan(plan), registry.rules(), now=NOW, environ=world.environ, progress=kill)

    report = lawful(report_on(plan, "plan.yaml", snapshot, registry.rules(), now=NOW, started_at=NOW), world, plan)

    told = finding(report, "source/unreachable-source", "crm")
    assert report.incomplete
    assert told is not None
    assert told.title.startswith("crm was lost while it was read: ")
    assert {leaf.rpartition(".")[2] for leaf in held(report)} <= {"reads", "key"}


@pytest.mark.postgresql
def test_one_source_that_fails_leaves_the_others_judged(tmp_path: Path, postgres: PostgresDatabase) -> None:
    notes = "create table notes (id integer primary key, at text); insert into notes values (1, '2026-11-22T11:00:00Z')"
    world = World(tmp_path).sqlite("notes", notes).url("crm", f"postgresql://a:b@127.0.0.1:{closed_port()}/crm")
    plan = desk(postgres).replace(
        "segments:",
        """  wiki:
    connector: {type: sqlite, url: "${NOTES_URL}"}
    datasets:
      notes: {reads: notes, key: id, fresh: {clock: at, zone: UTC, within: 1 day}, fields: {id: required, at: helpful}}
segments:""",
    )

    report = day(world, plan)

    assert report.incomplete
    assert verdict(report, "notes.fresh.within") is Verdict.HELD
    assert not held(report, "sources.crm")


@pytest.mark.postgresql
def test_what_an_auditor_may_not_read_is_unverified_and_says_which_right_is_missing(
    tmp_path: Path, postgres: PostgresDatabase
) -> None:
    plan = desk(postgres)
    auditor = postgres.role("auditor")
    postgres.execute(
        f"grant usage on schema crm to {auditor};"
        f"grant select (id, region, email, created_at) on crm.contacts to {auditor}"
    )

    report = day(World(tmp_path).url("crm", postgres.url(auditor)), plan)

    for leaf in ("contacts.fresh.within", "contacts.fields.tier.values", "contacts.fields.tier.complete"):
        line = assumption(report, leaf)
        assert line.verdict is Verdict.UNVERIFIED
        assert "42501" in line.says
        assert "GRANT SELECT (" in line.settle
    assert verdict(report, "segments.eu.where") is Verdict.BROKEN  # the desk holds its reader to no segment
    assert verdict(report, "contacts.fields.tier.need") is Verdict.UNVERIFIED
    for leaf in ("fresh.clock", "fresh.within", "fields.body.sensitive", "fields.body.mask.to", "fields.body.need"):
        line = assumption(report, f"tickets.{leaf}")
        assert (line.verdict, "GRANT SELECT" in line.settle) == (Verdict.UNVERIFIED, True)
    assert not report.incomplete


@pytest.mark.postgresql
@pytest.mark.parametrize("rows", ["", NULLS])
def test_tables_without_rows_or_values_prove_nothing_of_values(
    tmp_path: Path, postgres: PostgresDatabase, rows: str
) -> None:
    report = day(World(tmp_path).url("crm", postgres.url()), desk(postgres, rows=rows))

    assert verdict(report, "contacts.fresh.within") is Verdict.BROKEN
    assert verdict(report, "segments.eu.where") is Verdict.BROKEN
    assert report.decision is Decision.HOLD
    unseen = {"fresh.clock", "fields.tier.complete", "fields.email.sensitive", "fields.email.mask.to"}
    assert not {leaf for leaf in held(report, "datasets.contacts") if leaf.partition("contacts.")[2] in unseen}
    if rows:
        assert verdict(report, "contacts.keep.since") is Verdict.BROKEN
    else:
        assert verdict(report, "tier.values") is Verdict.UNVERIFIED


@pytest.mark.postgresql
def test_an_empty_database_lacks_all_that_the_plan_names(tmp_path: Path, postgres: PostgresDatabase) -> None:
    report = day(World(tmp_path).url("crm", postgres.url()), PLAN)

    assert {"source/missing-dataset", "access/under-grant"} <= fired(report)
    assert report.decision is Decision.HOLD
    assert {leaf.rpartition(".")[2] for leaf in held(report)} == {"url"}
    line = assumption(report, "tickets.fields.body.sensitive")
    assert (line.says, line.settle) == ("the dataset was not found", "name one that exists as `reads` of crm.tickets")


@pytest.mark.postgresql
def test_an_identity_that_does_not_exist_reads_nothing(tmp_path: Path, postgres: PostgresDatabase) -> None:
    plan = desk(postgres).replace("identity: reader_", "identity: nobody_")

    report = day(World(tmp_path).url("crm", postgres.url()), plan)

    assert verdict(report, "crm.identity") is Verdict.BROKEN
    assert report.decision is Decision.HOLD
    assert not held(report, ".need")


@pytest.mark.postgresql
def test_a_segment_over_a_missing_field_names_the_field(tmp_path: Path, postgres: PostgresDatabase) -> None:
    plan = desk(postgres, "alter table crm.contacts drop column region")

    report = day(World(tmp_path).url("crm", postgres.url()), plan)

    assert verdict(report, "segments.eu.where") is Verdict.BROKEN
    for leaf in ("contacts.fresh.within", "tickets.fresh.within", "tier.complete"):
        line = assumption(report, leaf)
        assert line.verdict is Verdict.UNVERIFIED
        assert "crm.contacts.region was not found" in line.says
        assert line.settle != "scan again"
    assert finding(report, "source/missing-field", "crm.contacts.region")


def through_a_view(postgres: PostgresDatabase, columns: str, where: str = "true") -> str:
    """Put a view where the plan's table was."""
    return desk(
        postgres,
        "alter table crm.contacts rename to base",
        f"create view crm.contacts as select {columns} from crm.base where {where}",
        "grant select on crm.contacts to {reader}",
    )


@pytest.mark.postgresql
def test_a_view_that_fails_at_run_time_loses_the_failing_column_only(
    tmp_path: Path, postgres: PostgresDatabase
) -> None:
    plan = through_a_view(postgres, "id, region, (1 / (id - id))::text as tier, email, created_at, updated_at")

    report = day(World(tmp_path).url("crm", postgres.url()), plan)

    for leaf in ("tier.values", "tier.complete", "tier.need"):
        line = assumption(report, leaf)
        assert (line.verdict, "22012" in line.says) == (Verdict.UNVERIFIED, True)
    assert verdict(report, "contacts.fresh.within") is Verdict.HELD


@pytest.mark.postgresql
def test_a_source_that_answers_slowly_is_left_alone_after_its_budget(
    tmp_path: Path, postgres: PostgresDatabase
) -> None:
    plan = through_a_view(postgres, "*", "pg_sleep(0.2) is not null")
    plan = plan.replace("    identity:", "    budget: {seconds: 0.5}\n    identity:")
    begin = time.monotonic()

    report = day(World(tmp_path).url("crm", postgres.url()), plan)

    assert time.monotonic() - begin < 60
    line = assumption(report, "contacts.fresh.within")
    assert (line.verdict, "57014" in line.says) == (Verdict.UNVERIFIED, True)
    assert "budget" in line.settle
    assert report.failures == ()
