"""A generated column is made of other columns of its row, and labels and rights must know it."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from connectors._generated import expressions_in, generated_edges
from lineage.connector import Structure
from lineage.facts import EdgeFact, Fact, UnseenFact
from lineage.model import Name
from tests.connectors import postgresql_facts
from tests.connectors.conformance import read
from tests.lineage.access.catalogue_facts import SEEN
from tests.servers import PostgresDatabase
from tests.servers_mariadb import MariadbSchemas

MADE = {("email", "contact", "raw"), ("email", "token", "pseudonym"), ("tier", "contact", "derived")}


def made_of(facts: list[Fact]) -> set[tuple[str, str, str]]:
    return {
        (fact.source.field[0], fact.target.field[0], fact.exposure.value)
        for fact in facts
        if isinstance(fact, EdgeFact) and fact.source.dataset == fact.target.dataset
    }


@pytest.mark.postgresql
def test_postgresql_tells_what_its_generated_columns_are_made_of(postgres: PostgresDatabase) -> None:
    virtual = "VIRTUAL" if postgres.execute("SHOW server_version_num")[0][0] >= "180000" else "STORED"
    postgres.execute(
        f"""CREATE SCHEMA crm; CREATE TABLE crm.people (
          email text, tier text,
          contact text GENERATED ALWAYS AS (CASE WHEN tier = 'gold' THEN email ELSE 'a, b' END) STORED,
          token text GENERATED ALWAYS AS (md5(lower(email))) {virtual})"""
    )
    assert made_of(postgresql_facts.read(postgres, None, Structure())) == MADE


def test_mariadb_tells_what_its_generated_columns_are_made_of(mariadb: MariadbSchemas) -> None:
    crm, user = mariadb.schema(), mariadb.account("auditor")
    mariadb.execute(
        f"""CREATE TABLE {crm}.people (email varchar(90), tier varchar(9),
          contact varchar(90) AS (if(tier = 'gold', email, 'a, b')) VIRTUAL,
          token varchar(90) AS (md5(lower(email))) STORED, made int DEFAULT (1 + 1))""",
        f"GRANT SELECT, SHOW VIEW, EVENT ON {crm}.* TO '{user}'@'%'",
    )
    assert made_of(read("mysql", {"url": mariadb.url(user, crm)}, [Structure()])) == MADE


def test_duckdb_tells_what_its_generated_columns_are_made_of(tmp_path: Path) -> None:
    import duckdb

    with duckdb.connect(str(tmp_path / "crm.duckdb")) as connection:
        connection.execute(
            """CREATE TABLE people (email varchar, tier varchar,
              contact varchar AS (CASE WHEN tier = 'gold' THEN email ELSE 'a, b' END), token varchar AS (md5(email)))"""
        )
    assert made_of(read("duckdb", {"url": f"duckdb:///{tmp_path / 'crm.duckdb'}"}, [Structure()])) == MADE


def test_sqlite_tells_what_its_generated_columns_are_made_of(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "crm.db")
    connection.execute(
        """CREATE TABLE people (email text CHECK (email <> ''), tier text DEFAULT ('x'),
          Contact text GENERATED ALWAYS AS (CASE WHEN tier = 'gold' THEN email ELSE 'a, b' END) VIRTUAL,
          "token of" decimal(3, 1) AS ((upper(email))) STORED, PRIMARY KEY (email))"""
    )
    connection.close()
    facts = read("sqlite", {"url": f"sqlite:///{tmp_path / 'crm.db'}"}, [Structure()])
    assert made_of(facts) == {
        ("email", "Contact", "raw"),
        ("tier", "Contact", "derived"),
        ("email", "token of", "raw"),
    }


def test_what_is_not_understood_is_said_and_holds_no_text() -> None:
    table = Name("sqlite", ("main", "people"))
    facts = list(generated_edges(SEEN, "sqlite", [(table.at("x"), "frob('secret' ((")], {table: ["x"]}))
    [unseen] = facts
    assert isinstance(unseen, UnseenFact)
    assert (unseen.what, unseen.name) == ("definition", table.at("x"))
    assert "secret" not in repr(facts)


@pytest.mark.parametrize(
    ("declared", "expected"),
    [
        ("CREATE TABLE t (a, b AS (a))", [("b", "a")]),
        ("CREATE TABLE t (a /* b AS (c) */, d)", []),
        ("CREATE TABLE t (\"a,b\" AS (')' || c), d DEFAULT ((1)))", [("a,b", "')' || c")]),
        ("CREATE TABLE t (a 'unclosed", []),
    ],
)
def test_generated_columns_are_cut_out_of_a_definition(declared: str, expected: list[tuple[str, str]]) -> None:
    assert list(expressions_in(declared, "sqlite")) == expected
