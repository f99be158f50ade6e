"""Any database by SQLAlchemy: verified on SQLite and PostgreSQL, and tried on MariaDB."""

from __future__ import annotations

import socket
import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from lineage.connector import Attempt, Measure, MeasureKind, Profile, Sample, Structure
from lineage.errors import ConnectorError
from lineage.facts import AbsentFact, CostFact, DatasetFact, EdgeFact, FieldFact, OpaqueFact, SystemFact, UnseenFact
from lineage.model import DatasetKind
from lineage.plan.model import Budget
from tests.connectors.conformance import (
    CONTACTS,
    MARKER,
    ODD,
    ODD_COLUMNS,
    ROWS,
    ConnectorLaws,
    System,
    context_of,
    read,
    relation_of,
    values_of,
)
from tests.servers import PostgresDatabase, quoted
from tests.servers_mariadb import MariadbSchemas


def made(path: Path, script: str) -> dict[str, str]:
    connection = sqlite3.connect(path)
    connection.executescript(script)
    connection.close()
    return {"url": f"sqlite:///{path}"}


def state_of(folder: Path) -> object:
    return sorted((path.name, path.read_bytes(), path.stat().st_mtime_ns) for path in folder.iterdir())


class TestOnSqlite(ConnectorLaws):
    kind = "sql"

    def lively(self, folder: Path) -> System:
        settings = made(
            folder / f"{MARKER}.db",
            f"""
            CREATE TABLE contacts (
              id INTEGER PRIMARY KEY, region TEXT DEFAULT '{MARKER}', email TEXT CHECK (email <> '{MARKER}'),
              at TIMESTAMP);
            CREATE VIEW eu AS SELECT id AS k, '{MARKER}' AS word FROM contacts WHERE region <> '{MARKER}'; -- {MARKER}
            CREATE TABLE gone (x);
            CREATE VIEW broken AS SELECT x || '{MARKER}' AS y FROM gone;
            DROP TABLE gone;
            CREATE TABLE "odd ""Tab.le"" Ä" ({", ".join(f"{quoted(name)} TEXT" for name in ODD_COLUMNS)});
            INSERT INTO "odd ""Tab.le"" Ä" VALUES ({", ".join(f"'{MARKER}'" for _ in ODD_COLUMNS)});
            """,
        )
        with sqlite3.connect(folder / f"{MARKER}.db") as connection:
            connection.executemany("INSERT INTO contacts VALUES (?, ?, ?, ?)", ROWS)
        connection.close()
        targets = {CONTACTS: "main.CONTACTS", ODD: '"odd ""Tab.le"" Ä"'}
        return System(settings, targets, lambda: state_of(folder), (str(folder),))

    def bare(self, folder: Path) -> System:
        return System(made(folder / "bare.db", ""))

    def unreachable(self, folder: Path) -> Sequence[System]:
        (folder / "text.db").write_text(f"{MARKER} " * 100)
        return [
            System({"url": f"sqlite:///{folder}/none.db"}),
            System({"url": f"sqlite:///{folder}/text.db"}),
            System({"url": "sqlite://"}),
            System({"url": f"nosuch://{MARKER}-secret@x/y"}, secrets=(f"{MARKER}-secret",)),
            System({"url": f"{MARKER}-secret"}, secrets=(f"{MARKER}-secret",)),
            System({"url": f"oracle+oracledb://a:{MARKER}-secret@x/y"}, secrets=(f"{MARKER}-secret",)),
        ]


class TestOnPostgresql(ConnectorLaws):
    kind = "sql"
    database: PostgresDatabase

    @pytest.fixture(autouse=True)
    def _own_database(self, postgres: PostgresDatabase) -> None:
        self.database = postgres

    def lively(self, folder: Path) -> System:  # noqa: ARG002 - the port's
        odd = ", ".join(f"{quoted(name)} text DEFAULT '{MARKER}'" for name in ODD_COLUMNS)
        self.database.execute(f"""
            CREATE TYPE tier AS ENUM ('{MARKER}', 'free');
            CREATE TABLE public.contacts (
              id int PRIMARY KEY, region text DEFAULT '{MARKER}', email text, at timestamp,
              tier tier DEFAULT '{MARKER}');
            COMMENT ON TABLE public.contacts IS '{MARKER}'; COMMENT ON COLUMN public.contacts.email IS '{MARKER}';
            CREATE SCHEMA "Odd %s "" schema"; CREATE TABLE "Odd %s "" schema"."Tab "" le; %s" ({odd});
            INSERT INTO "Odd %s "" schema"."Tab "" le; %s" DEFAULT VALUES;
            CREATE VIEW public.marked AS SELECT id, '{MARKER}' AS word FROM public.contacts WHERE email <> '{MARKER}';
            CREATE VIEW public.broken AS SELECT ('{MARKER}' || id)::int AS id FROM public.contacts""")
        for row in ROWS:
            self.database.execute("INSERT INTO public.contacts VALUES (%s, %s, %s, %s::timestamp)", row)
        auditor = self.database.role("auditor")
        self.database.execute(f"""
            GRANT USAGE ON SCHEMA "Odd %s "" schema" TO {auditor};
            GRANT SELECT ON ALL TABLES IN SCHEMA public, "Odd %s "" schema" TO {auditor}""")
        url = self._url(auditor)
        targets = {CONTACTS: "contacts", ODD: '"Odd %s "" schema"."Tab "" le; %s"'}
        return System({"url": url}, targets, self._state, (self.database.roles[auditor], url))

    def bare(self, folder: Path) -> System:  # noqa: ARG002 - the port's
        return System({"url": self._url(self.database.role("auditor"))})

    def unreachable(self, folder: Path) -> Sequence[System]:  # noqa: ARG002 - the port's
        auditor, secret = self.database.role("auditor"), f"{MARKER}-secret"
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            closed = probe.getsockname()[1]
        wrong = self.database.url(auditor, secret).replace("postgresql://", "postgresql+psycopg://")
        refused = f"postgresql+psycopg://{auditor}:{secret}@127.0.0.1:{closed}/x"
        return [System({"url": url}, secrets=(secret, url)) for url in (wrong, refused)]

    def _url(self, role: str) -> str:
        return self.database.url(role).replace("postgresql://", "postgresql+psycopg://")

    def _state(self) -> Any:
        return self.database.execute(
            "SELECT (SELECT json_agg(c ORDER BY id)::text FROM public.contacts c), (SELECT count(*) FROM pg_class)"
        )


def test_what_is_not_installed_is_named() -> None:
    for url, missing in (("oracle+oracledb://u:p@h/d", "oracledb"), ("snowflake://u:p@h/d", "snowflake")):
        with pytest.raises(ConnectorError, match=missing) as caught:
            read("sql", {"url": url}, [Structure()])

        assert "install" in str(caught.value)


def test_postgresql_is_told_by_schema_with_few_questions(postgres: PostgresDatabase) -> None:
    postgres.execute("""
        CREATE SCHEMA ai;
        CREATE TABLE public.people (id serial PRIMARY KEY, mail text NOT NULL UNIQUE, made timestamptz DEFAULT now(),
          loud text GENERATED ALWAYS AS (upper(mail)) STORED);
        CREATE INDEX ON public.people (made);
        CREATE VIEW ai.v AS SELECT lower(mail) AS m FROM public.people WHERE id > 5;
        CREATE MATERIALIZED VIEW ai.copy AS SELECT mail FROM public.people""")
    settings = {"url": postgres.url().replace("postgresql://", "postgresql+psycopg://")}
    first = read("sql", settings, [Structure({CONTACTS: "ai.v", ODD: "people"})])
    postgres.execute("".join(f"CREATE TABLE ai.t{number} (id int PRIMARY KEY);" for number in range(40)))

    second = read("sql", settings, [Structure()])

    datasets = {fact.name.path[-1]: fact for fact in first if isinstance(fact, DatasetFact)}
    fields = {fact.name.field[0]: fact for fact in first if isinstance(fact, FieldFact) and "people" in fact.name.path}
    edges = {(fact.source.short, fact.target.short) for fact in first if isinstance(fact, EdgeFact)}
    costs = [fact.queries for facts in (first, second) for fact in facts if isinstance(fact, CostFact)]
    [system] = [fact for fact in first if isinstance(fact, SystemFact)]
    assert (datasets["people"].key, datasets["v"].kind) == (("id",), DatasetKind.VIEW)
    assert datasets["copy"].kind is DatasetKind.MATERIALIZED_VIEW
    assert {name: one.default for name, one in fields.items() if one.default} == {"id": "sequence", "made": "now"}
    assert {name for name, one in fields.items() if one.indexed} == {"id", "mail", "made"}
    assert [name for name, one in fields.items() if one.computed] == ["loud"]
    assert {("public.people.mail", "ai.v.m"), ("public.people.mail", "ai.copy.mail")} <= edges
    assert system.complete_catalogue
    assert costs[0] == costs[1]


def test_grants_and_probes_are_said_to_be_unseen(tmp_path: Path) -> None:
    settings = made(tmp_path / "a.db", "CREATE TABLE contacts (id)")
    structure = read("sql", settings, [Structure({CONTACTS: "contacts"})])

    facts = read("sql", settings, [Attempt(relation_of(structure, CONTACTS), "anybody")])

    assert [fact.name for fact in structure if isinstance(fact, UnseenFact) and fact.what == "access"] == [None]
    assert [fact.what for fact in facts if isinstance(fact, UnseenFact)] == ["access"]


def test_a_view_that_no_longer_compiles_is_opaque_and_the_rest_is_read(tmp_path: Path) -> None:
    settings = made(
        tmp_path / "a.db",
        "CREATE TABLE t (x); CREATE TABLE u (y); CREATE VIEW v AS SELECT x FROM t; CREATE VIEW w AS SELECT y FROM u;"
        "DROP TABLE t;",
    )

    facts = read("sql", settings, [Structure({CONTACTS: "v"})])

    assert {fact.name.path[-1] for fact in facts if isinstance(fact, DatasetFact)} >= {"u", "w"}
    told = {fact.name.path[-1] for fact in facts if isinstance(fact, OpaqueFact | UnseenFact) and fact.name}
    assert "v" in told


@pytest.mark.parametrize("backend", ["sqlite", "postgresql"])
def test_a_statement_is_ended_when_its_time_is_up(backend: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    many = (
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000000) SELECT max(i) AS i FROM n"
    )
    if backend == "sqlite":
        settings = made(tmp_path / "a.db", f"CREATE VIEW slow AS {many}")
    else:
        database: PostgresDatabase = request.getfixturevalue("postgres")
        database.execute(f"CREATE VIEW slow AS {many}")
        settings = {"url": database.url().replace("postgresql://", "postgresql+psycopg://")}
    relation = relation_of(read("sql", settings, [Structure({CONTACTS: "slow"})]), CONTACTS)
    profile = Profile(relation, None, (), (Measure(CONTACTS, MeasureKind.NULLS, "i"),))

    facts = read("sql", settings, [profile, Sample(relation, None, None)], context_of(budget=Budget(seconds=0.4)))

    unseen = [fact for fact in facts if isinstance(fact, UnseenFact)]
    assert {fact.what for fact in unseen} == {"data", "sample"}
    assert all(fact.reason.startswith("statement timeout") for fact in unseen)


def test_a_table_over_budget_is_not_read(tmp_path: Path) -> None:
    settings = made(tmp_path / "a.db", "CREATE TABLE contacts (at); INSERT INTO contacts VALUES (1), (2), (3), (4)")
    relation = relation_of(read("sql", settings, [Structure({CONTACTS: "contacts"})]), CONTACTS)

    facts = read("sql", settings, [Profile(relation, None, (), ())], context_of(budget=Budget(rows=2)))

    assert [fact.reason for fact in facts if isinstance(fact, UnseenFact)] == [
        "over budget: about 3 rows, 2 are allowed"
    ]


def test_a_table_of_1600_columns_and_columns_of_nulls_are_read_in_whole(postgres: PostgresDatabase) -> None:
    columns = ", ".join(f"c{number} int" for number in range(1600))
    postgres.execute(f"CREATE TABLE wide ({columns}); INSERT INTO wide (c0) VALUES (1)")
    settings = {"url": postgres.url().replace("postgresql://", "postgresql+psycopg://")}
    relation = relation_of(read("sql", settings, [Structure({CONTACTS: "wide"})]), CONTACTS)
    measures = tuple(Measure(CONTACTS, MeasureKind.NULLS, name) for name in relation.columns)

    facts = read("sql", settings, [Profile(relation, None, (), measures), Sample(relation, None, None)])

    assert values_of(facts) == {"rows": 1, "nulls": 1599}
    assert not any(isinstance(fact, UnseenFact) for fact in facts)


def test_mariadb_is_read_too(mariadb: MariadbSchemas) -> None:
    crm, user = mariadb.schema(), mariadb.account("auditor")
    mariadb.execute(
        f"CREATE TABLE {crm}.contacts (id int PRIMARY KEY, at timestamp NULL, tier enum('{MARKER}', 'b'))",
        f"INSERT INTO {crm}.contacts VALUES (1, '2026-11-20 10:00:00', 'b')",
        f"CREATE VIEW {crm}.v AS SELECT id FROM {crm}.contacts",
        f"GRANT SELECT, SHOW VIEW ON {crm}.* TO '{user}'@'%'",
    )
    settings = {"url": mariadb.url(user, crm).replace("mysql://", "mariadb+pymysql://")}
    structure = read("sql", settings, [Structure({CONTACTS: "contacts", ODD: "gone"})])
    profile = Profile(relation_of(structure, CONTACTS), None, (), (Measure(CONTACTS, MeasureKind.NEWEST, "at"),))

    facts = read("sql", settings, [profile])

    # The server's own zone is three hours east.
    assert values_of(facts)["newest"] == [datetime(2026, 11, 20, 7, tzinfo=UTC)]
    assert MARKER not in repr(structure)
    assert [fact.proven for fact in structure if isinstance(fact, AbsentFact)] == [False]
    assert any(isinstance(fact, EdgeFact) for fact in structure)
