"""Bodies of routines, blocks and dynamic SQL."""

from __future__ import annotations

import pytest

from lineage.sql import column_edges


@pytest.mark.parametrize(
    ("dialect", "sql"),
    [
        ("mysql", "CREATE PROCEDURE p() BEGIN INSERT INTO t (x) SELECT y FROM u; UPDATE v SET a = 1; END"),
        ("bigquery", "CREATE PROCEDURE d.p() BEGIN INSERT INTO t (x) SELECT y FROM u; END"),
        ("postgres", "CREATE PROCEDURE p() LANGUAGE sql AS $$ INSERT INTO t (x) SELECT y FROM u $$"),
        ("postgres", "DO $$ BEGIN INSERT INTO t (x) SELECT y FROM u; END $$"),
        ("snowflake", "EXECUTE IMMEDIATE 'INSERT INTO t (x) SELECT y FROM u'"),
        ("tsql", "EXEC sp_executesql N'INSERT INTO t (x) SELECT y FROM u'"),
        ("tsql", "EXEC ('INSERT INTO t (x) SELECT y FROM u')"),
    ],
)
def test_changes_inside_are_read(dialect: str, sql: str) -> None:
    found = column_edges(sql, dialect=dialect)

    assert found.unparsed == ()
    assert {(e.source[-1].lower(), e.source_field.lower(), e.target_field.lower()) for e in found.edges} == {
        ("u", "y", "x")
    }
    assert len(found.statements) == 1


def test_control_flow_is_said_to_be_left_over() -> None:
    sql = """
        CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          IF new.a > 1 THEN INSERT INTO t (x) SELECT y FROM u WHERE k = CASE WHEN z THEN 1 END; END IF;
          RETURN new;
        END $$;
        SELECT a FROM b
    """

    found = column_edges(sql, dialect="postgres")

    assert [(item.kind, item.outcome.value) for item in found.statements] == [
        ("create function", "unparsed"),
        ("select", "edges"),
    ]
    assert {(edge.source[-1], edge.target_field) for edge in found.edges} == {("u", "x"), ("b", "a")}


@pytest.mark.parametrize(
    "sql", ["EXECUTE IMMEDIATE 'SELECT ' || name", "EXEC p 1", "CREATE FUNCTION f() AS $$ x = 1 $$ LANGUAGE plpython3u"]
)
def test_what_cannot_be_known_is_said(sql: str) -> None:
    found = column_edges(sql, dialect="snowflake")

    assert [statement.outcome.value for statement in found.statements] == ["unparsed"]


@pytest.mark.parametrize(
    ("dialect", "sql", "column"),
    [
        ("mysql", "REPLACE INTO t (x) SELECT y FROM u", "x"),
        ("sqlite", "REPLACE INTO t (x) SELECT y FROM u", "x"),
        ("postgres", "CREATE VIEW v AS SELECT y FROM u WITH CASCADED CHECK OPTION", "y"),
        ("redshift", "UNLOAD ('SELECT y FROM u') TO 's3://bucket'", "y"),
        ("athena", "UNLOAD (SELECT y FROM u) TO 's3://bucket' WITH (format = 'TEXTFILE')", "y"),
        ("bigquery", "EXPORT DATA OPTIONS (uri = 'gs://bucket') AS SELECT y FROM u", "y"),
    ],
)
def test_statements_that_wrap_another_are_read(dialect: str, sql: str, column: str) -> None:
    found = column_edges(sql, dialect=dialect)

    assert found.unparsed == ()
    assert [(edge.source, edge.source_field, edge.target_field) for edge in found.edges] == [(("u",), "y", column)]
