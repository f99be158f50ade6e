"""Any text: nothing raises, nothing is lost, no literal comes out."""

from __future__ import annotations

import logging

import pytest

from lineage.sql import Outcome, column_edges
from tests.lineage.sql.shapes import SCHEMA

SECRET = "Zq7secret"


@pytest.mark.parametrize(
    "sql",
    [
        "",
        ";;;",
        "SELECT ((",
        "SELECT 'never closed",
        "\x00\x01",
        "SELECT " + "(" * 5_000 + "1" + ")" * 5_000,
        "SELECT " + "NOT " * 5_000 + "a FROM t",
        "SELECT " + "CASE WHEN a THEN " * 3_100 + "1" + " END" * 3_100,
        "WITH RECURSIVE a AS (SELECT * FROM a UNION SELECT * FROM a) SELECT * FROM a",
        "INSERT INTO",
        "MERGE INTO t USING s ON 1 = 1",
        "UPDATE t SET",
        "CREATE VIEW v AS",
        "\ud800",
    ],
)
@pytest.mark.parametrize("dialect", ["postgres", "snowflake", "tsql", "bigquery"])
def test_no_text_raises(sql: str, dialect: str) -> None:
    found = column_edges(sql, dialect=dialect)

    assert {place.statement for place in found.unparsed} == {
        number for number, statement in enumerate(found.statements) if statement.outcome == Outcome.UNPARSED
    }


def test_every_statement_is_accounted_for_with_its_line() -> None:
    sql = "SELECT id FROM users;\n\nSELEC nothing;\nGRANT SELECT ON users TO x;\nDO $$ BEGIN END $$"

    found = column_edges(sql, dialect="postgres", schema=SCHEMA)

    assert [(item.line, item.outcome.value) for item in found.statements] == [
        (1, "edges"),
        (3, "unparsed"),
        (4, "none"),
        (5, "unparsed"),
    ]


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT 'Zq7secret' FROM t",
        "SELECT x || 'Zq7secret', 'Zq7secret'::text FROM t WHERE y = 'Zq7secret'",
        "SELECT count(*) FILTER (WHERE a = 'Zq7secret') FROM t",
        "SELECT data ->> 'Zq7secret', json_extract(data, '$.Zq7secret') FROM t",
        "SELECT 'Zq7secret",
        "SELECT FROM 'Zq7secret' WHERE (",
        "DO $$ BEGIN PERFORM 'Zq7secret'; END $$",
        "REPLACE INTO t VALUES ('Zq7secret')",
        "INSERT INTO t VALUES ('Zq7secret'), ('Zq7secret')",
        "SELECT * FROM t PIVOT (sum(x) FOR y IN ('Zq7secret'))",
        "SELECT * FROM read_csv('Zq7secret.csv')",
        "SELECT * FROM 'Zq7secret.csv'",
        "COPY t FROM 'Zq7secret'",
        "EXECUTE IMMEDIATE 'SELECT Zq7secret('",
        "SELECT INTERVAL 'Zq7secret', DATE 'Zq7secret', X'Zq7secret' -- Zq7secret",
        "CREATE VIEW v AS SELECT 1 AS a WHERE 'Zq7secret' = (SELECT 'Zq7secret')",
    ],
)
@pytest.mark.parametrize("dialect", ["postgres", "mysql", "duckdb", "snowflake", "bigquery", "sqlite", "tsql"])
def test_no_literal_comes_out(sql: str, dialect: str, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        found = column_edges(sql, dialect=dialect)

    assert SECRET.lower() not in repr(found).lower()
    assert SECRET not in caplog.text


def test_a_fingerprint_ignores_literals_comments_spacing_and_case() -> None:
    one = column_edges("select a from t where b in (1, 2, 3) and c = 'x'", dialect="postgres")
    two = column_edges("SELECT a\nFROM t /* hi */ WHERE b IN (4) AND c = 'yy'", dialect="postgres")
    other = column_edges("SELECT a FROM t WHERE b IN (4) AND d = 'yy'", dialect="postgres")

    assert one.statements[0].fingerprint == two.statements[0].fingerprint != other.statements[0].fingerprint


def test_an_unknown_dialect_names_the_known_ones() -> None:
    with pytest.raises(ValueError, match=r"known: .*postgres"):
        column_edges("SELECT 1", dialect="nonsense")


@pytest.mark.parametrize("dialect", ["postgres", "redshift", "duckdb"])
@pytest.mark.parametrize(
    ("where", "columns"),
    [
        ("b IN ($1,$2)", {"b"}),
        ("b=$1||$2", {"b"}),
        ("f($1)>c AND b IN ($1,$2,$3)", {"b", "c"}),
        ("b IN ($1,$2) AND c IN ($1,$2)", {"b", "c"}),
        ("b=$1::int AND c=$2", {"b", "c"}),
    ],
)
def test_parameters_beside_one_another_are_no_quotes(dialect: str, where: str, columns: set[str]) -> None:
    found = column_edges(f"SELECT a FROM t WHERE {where}", dialect=dialect, schema={"t": ["a", "b", "c"]})

    assert found.unparsed == ()
    assert {edge.source_field for edge in found.row_edges} == columns


def test_a_text_in_dollars_stays_one() -> None:
    found = column_edges("SELECT $q$a, $1, b$q$ AS x, $$c$$ AS y, d FROM t", dialect="postgres")

    assert [edge.source_field for edge in found.edges] == ["d"]
