"""What really ran: read from logs that real servers wrote, and from `pg_stat_statements`, without a literal of it."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from connectors._query_log_files import prefix_pattern
from connectors._used import without_parameters
from lineage import registry
from lineage.connector import Column, Profile, Relation, Structure
from lineage.context import Context
from lineage.errors import ConnectorError
from lineage.facts import AbsentFact, CostFact, EdgeFact, Fact, UnseenFact, UseFact
from lineage.model import DatasetId, EdgeEvidence, Name, SourceId
from tests.servers import CannotStartError, PostgresDatabase, start_postgres
from tests.servers_mariadb import MariadbSchemas

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
MARKER = "zq7marker"
PREFIX = "%m [%p] %q%u@%d "
STATEMENTS = (
    f"select id, email from ai.contacts where region = '{MARKER}' and note like '%{MARKER}''s; x'",
    "select * from ai.contacts limit 7",
    f"insert into ai.mailing (email) select lower(email) from ai.contacts where id > 1 -- {MARKER}",
    f"update ai.contacts set note = '{MARKER}' where id = 1",
    "select count(*) from ai.notes",
    f"select 'line one\n{MARKER}' from ai.notes\nwhere body is null",
)


@dataclass
class Logged:
    """A server that logs in every way, and what was run there."""

    database: PostgresDatabase
    workflow: str
    folder: Path

    @property
    def namespace(self) -> str:
        return f"postgres://localhost:{self.database.server.port}"


@pytest.fixture(scope="module")
def logged() -> Iterator[Logged]:
    try:
        server = start_postgres(
            settings={
                "shared_preload_libraries": "pg_stat_statements",
                "logging_collector": "on",
                "log_destination": "stderr,csvlog,jsonlog",
                "log_directory": "log",
                "log_filename": "server.log",
                "log_file_mode": "0644",
                "log_statement": "all",
                "log_min_messages": "warning",
                "log_line_prefix": PREFIX,
            }
        )
    except CannotStartError as error:
        pytest.skip(f"no PostgreSQL server: {error}")
    try:
        database = PostgresDatabase(server, "postgres", "used")
        database.execute(
            "create extension pg_stat_statements; create schema ai;"
            "create table ai.contacts (id int, email text, region text, note text);"
            "create table ai.mailing (email text); create table ai.notes (body text);"
            "create table ai.salaries (pay int)"
        )
        workflow = database.role("ai_reader")
        database.execute(
            f"grant usage on schema ai to {workflow}; grant all on ai.contacts, ai.mailing, ai.notes to {workflow}"
        )
        _run(database, workflow)
        yield Logged(database, workflow, Path(server.socket_folder) / "data" / "log")
    finally:
        server.end()


def _run(database: PostgresDatabase, workflow: str) -> None:
    import psycopg

    with psycopg.connect(database.url(workflow), autocommit=True) as connection:
        for text in STATEMENTS:
            connection.execute(text.encode())
        for region in ("EU", MARKER):
            connection.execute("select note from ai.contacts where region = %s", [region])
        with pytest.raises(psycopg.Error):
            connection.execute("select pay from ai.salaries")
        connection.execute("set application_name = 'ended'")


def read(kind: str, settings: Mapping[str, Any], *tasks: Any) -> list[Fact]:
    connector = registry.connector(kind)
    context = Context(SourceId("log"), NOW)
    return list(connector.read(connector.settings.model_validate(settings), tasks or [Structure()], context))


def uses(facts: list[Fact], by: str | None) -> dict[tuple[str, str], int]:
    return {
        (".".join((*fact.name.path[-2:], *fact.name.field)), fact.right): fact.times
        for fact in facts
        if isinstance(fact, UseFact) and (fact.by.name if fact.by else None) == by
    }


def unseen(facts: list[Fact]) -> list[str]:
    return [fact.reason for fact in facts if isinstance(fact, UnseenFact)]


def in_the_end(folder: Path) -> None:
    """Wait until the server's collector has written what was run last."""
    until = time.monotonic() + 10
    while time.monotonic() < until:
        if all("'ended'" in (folder / name).read_text() for name in ("server.log", "server.csv", "server.json")):
            return
        time.sleep(0.05)


@pytest.mark.postgresql
@pytest.mark.parametrize(
    ("file", "settings"),
    [("server.csv", {}), ("server.json", {}), ("server.log", {"format": "pg_stderr", "prefix": PREFIX})],
)
def test_a_log_of_postgresql_tells_what_the_workflow_used(logged: Logged, file: str, settings: dict[str, str]) -> None:
    in_the_end(logged.folder)

    facts = read("query_log", {"path": str(logged.folder / file), "namespace": logged.namespace, **settings})

    found = uses(facts, logged.workflow)
    assert found["ai.contacts.email", "select"] == 2
    assert found["ai.contacts.region", "select"] == 3
    assert found["ai.contacts", "select"] == 1
    assert found["ai.contacts", "update"] == 1
    assert found["ai.mailing", "insert"] == 1
    assert found["ai.notes", "select"] == 1
    assert found["ai.notes.body", "select"] == 1
    whole = [fact for fact in facts if isinstance(fact, UseFact) and fact.whole]
    assert [fact.name.path for fact in whole] == [("postgres", "ai", "contacts")]
    assert all(fact.last is not None for fact in facts if isinstance(fact, UseFact))
    assert MARKER not in repr(facts)


@pytest.mark.postgresql
@pytest.mark.parametrize("file", ["server.csv", "server.json"])
def test_what_the_server_refused_did_not_run(logged: Logged, file: str) -> None:
    in_the_end(logged.folder)

    facts = read("query_log", {"path": str(logged.folder / file), "namespace": logged.namespace})

    assert not any(name.startswith("ai.salaries") for name, _ in uses(facts, logged.workflow))


@pytest.mark.postgresql
def test_what_flows_by_a_statement_is_an_edge_of_the_log(logged: Logged) -> None:
    in_the_end(logged.folder)

    facts = read("query_log", {"path": str(logged.folder / "server.csv"), "namespace": logged.namespace})

    edges = [fact for fact in facts if isinstance(fact, EdgeFact) and fact.target.field == ("email",)]
    assert [(str(edge.source), edge.exposure.value, edge.evidence) for edge in edges] == [
        (f"{logged.namespace}/postgres.ai.contacts#email", "raw", EdgeEvidence.QUERY_LOG)
    ]


@pytest.mark.postgresql
def test_the_servers_own_count_tells_the_same_of_exact_fields(logged: Logged) -> None:
    facts = read("pg_statements", {"url": logged.database.url()})

    found = uses(facts, logged.workflow)
    assert found["ai.contacts.email", "select"] == 3  # the star is spelt out: the catalogue knows its fields
    assert found["ai.contacts.note", "select"] >= 3
    assert found["ai.mailing", "insert"] == 1
    assert {fact.confidence.value for fact in facts if isinstance(fact, UseFact)} == {"exact"}
    assert not [reason for reason in unseen(facts) if "hidden" in reason]
    assert MARKER not in repr(facts)
    assert isinstance(facts[-1], CostFact)


@pytest.mark.postgresql
def test_statements_that_the_auditor_may_not_see_are_counted_with_the_way_out(logged: Logged) -> None:
    auditor = logged.database.role(f"auditor_{os.getpid()}")

    facts = read("pg_statements", {"url": logged.database.url(auditor)})

    hidden = [fact for fact in facts if isinstance(fact, UnseenFact) and "hidden" in fact.reason]
    assert [fact.settle for fact in hidden] == ["GRANT pg_read_all_stats to the auditor"]


@pytest.mark.postgresql
def test_a_database_without_the_extension_is_unseen(postgres: PostgresDatabase) -> None:
    facts = read("pg_statements", {"url": postgres.url()}, Structure({DatasetId("log.x"): "x"}))

    assert unseen(facts) == ["pg_stat_statements is not installed in this database"]
    assert [fact.reads for fact in facts if isinstance(fact, AbsentFact)] == ["x"]


def test_the_general_log_of_mariadb_tells_what_each_login_used(mariadb: MariadbSchemas) -> None:
    log = Path(mariadb.server.folder) / f"general_{mariadb.tag}.log"
    schema, user = mariadb.schema("app"), mariadb.account("ai")
    mariadb.execute(f"create table {schema}.people (id int, email text)", f"grant select on {schema}.* to '{user}'@'%'")
    # The server of the tests logs from its start, to nowhere: others ask it at the same time whether it does.
    mariadb.execute(f"set global general_log_file = '{log}'")
    connection = mariadb.server.connect(user, mariadb.accounts[f"'{user}'@'%'"])
    with connection.cursor() as cursor:
        cursor.execute(f"use {schema}")
        cursor.execute(f"select email\nfrom people where id = 7 or email = '{MARKER}'")
    connection.close()

    facts = read("query_log", {"path": str(log), "namespace": "mysql://localhost:3306", "format": "mysql_general"})

    assert uses(facts, user)[f"{schema}.people.email", "select"] == 1
    assert uses(facts, user)[f"{schema}.people.id", "select"] == 1
    assert MARKER not in repr(facts)


def test_a_general_log_of_mysql_8_is_read_with_sessions_and_statements_of_many_lines(tmp_path: Path) -> None:
    (tmp_path / "general.log").write_text(
        "/usr/sbin/mysqld, Version: 8.4.0 (MySQL Community Server). started with:\n"
        "Tcp port: 3306  Unix socket: /tmp/mysql.sock\nTime                 Id Command    Argument\n"
        "2026-11-20T10:00:00.000001Z\t    8 Connect\tai_reader@app-1 on crm using TCP/IP\n"
        "2026-11-20T10:00:00.100000Z\t    8 Query\tselect email,\n  region from contacts\n"
        f"where note = '{MARKER}'\n"
        "2026-11-20T10:00:00.200000Z\t    9 Connect\troot@localhost on  using Socket\n"
        "2026-11-20T10:00:00.300000Z\t    9 Init DB\thr\n"
        "2026-11-20T10:00:00.400000Z\t    9 Execute\tselect pay from salaries where id = 7\n"
        "2026-11-20T10:00:00.500000Z\t    8 Quit\t\n",
        encoding="utf-8",
    )

    facts = read("query_log", {"path": str(tmp_path), "namespace": "mysql://db:3306", "format": "mysql_general"})

    assert uses(facts, "ai_reader").keys() == {
        ("crm.contacts.email", "select"),
        ("crm.contacts.region", "select"),
        ("crm.contacts.note", "select"),
    }
    assert ("hr.salaries.pay", "select") in uses(facts, "root")
    assert unseen(facts) == []
    assert MARKER not in repr(facts)


def test_a_folder_of_sql_is_what_one_login_runs(tmp_path: Path) -> None:
    (tmp_path / "a.sql").write_text(
        f"create temporary table t as select email from contacts;\nselect email from t where 'x' = '{MARKER}'",
        encoding="utf-8",
    )
    (tmp_path / "b.sql").write_text("select broken from from", encoding="utf-8")
    (tmp_path / "notes.txt").write_text(MARKER, encoding="utf-8")

    settings = {"path": str(tmp_path), "namespace": "sqlite:///crm.db", "dialect": "postgres", "within": ["main"]}
    facts = read("query_log", {**settings, "by": "ai_reader"})

    assert ("main.contacts.email", "select") in uses(facts, "ai_reader")
    assert unseen(facts) == ["1 statements were not read in whole: syntax that is not understood"]
    assert MARKER not in repr(facts)


def test_a_text_in_double_quotes_is_no_name(tmp_path: Path) -> None:
    (tmp_path / "a.sql").write_text(f'select id from contacts where email = "{MARKER}"', encoding="utf-8")

    facts = read("query_log", {"path": str(tmp_path), "namespace": "sqlite:///x", "dialect": "sqlite"})

    assert unseen(facts) == ["1 statements were not read in whole: names in double quotes, which may be texts"]
    assert MARKER not in repr(facts)


def test_a_literal_that_another_dialect_takes_for_a_name_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "a.sql").write_text(f'select id from contacts where email = "{MARKER}@x.example"', encoding="utf-8")

    facts = read("query_log", {"path": str(tmp_path), "namespace": "mysql://db:3306", "dialect": "postgres"})

    assert "1 names in statements could be values and are left out" in unseen(facts)
    assert MARKER not in repr(facts)


def test_entries_of_another_shape_are_counted(tmp_path: Path) -> None:
    (tmp_path / "log.json").write_text(f'{{"message": 3}}\nnot json {MARKER}\n[1]\n', encoding="utf-8")
    (tmp_path / "log.csv").write_text(f'a,b,c\n"{MARKER}\n', encoding="utf-8")

    facts = read("query_log", {"path": str(tmp_path), "namespace": "postgres://db:5432"})

    assert unseen(facts) == ["4 entries have no shape of the log's format"]
    assert MARKER not in repr(facts)


def test_rows_are_asked_of_the_system_itself(tmp_path: Path) -> None:
    (tmp_path / "a.sql").write_text("select 1", encoding="utf-8")
    task = Profile(Relation(DatasetId("log.x"), Name("x", ("x",)), {"a": Column(("a",), "int")}), None, (), ())

    facts = read("query_log", {"path": str(tmp_path), "namespace": "x", "dialect": "postgres"}, task)

    assert [(fact.what, fact.settle) for fact in facts if isinstance(fact, UnseenFact)] == [
        ("data", "name the system itself as a source")
    ]


@pytest.mark.parametrize("settings", [{"path": "/no/such"}, {"path": "s3://x/y"}, {"path": "."}])
def test_a_log_that_is_not_there_is_an_error_with_a_way_out(
    settings: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    with pytest.raises(ConnectorError, match=r"; |\?") as told:
        read("query_log", {**settings, "namespace": "x"})

    assert settings["path"] not in str(told.value).replace("log", "").split() or settings["path"] == "."


def test_a_prefix_may_hold_every_escape() -> None:
    found = prefix_pattern("%t [%p]: [%l-1] user=%u,db=%d,app=%a,client=%h %%").match(
        "2026-11-20 10:00:00 UTC [77]: [3-1] user=ai,db=app,app=x,client=10.0.0.1 %LOG:  statement: select 1"
    )

    assert found is not None
    assert (found["user"], found["database"], found["session"]) == ("ai", "app", "77")


def test_parameters_side_by_side_are_no_quotes() -> None:
    assert without_parameters("values ($1,$2)") == "values ('0','0')"
    assert without_parameters("select '$1', \"a$1\", $tag$ $1 $tag$, E'\\' $1'") == (
        "select '$1', \"a$1\", $tag$ $1 $tag$, E'\\' $1'"
    )
