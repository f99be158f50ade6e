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
        ("tsql", "EXEC ('INSERT INTO t (x) ' + 'SELECT y FROM u')"),
        ("tsql", "CREATE PROCEDURE p AS BEGIN SELECT y INTO #w FROM u; INSERT INTO t (x) SELECT y FROM #w; END"),
        ("tsql", "CREATE PROC p AS INSERT INTO t (x) SELECT y FROM u"),
        ("tsql", "IF 1 = 1 BEGIN INSERT INTO t (x) SELECT y FROM u; END"),
        ("tsql", "WHILE 1 = 1 BEGIN INSERT INTO t (x) SELECT y FROM u; END"),
        ("oracle", "BEGIN EXECUTE IMMEDIATE 'INSERT INTO t (x) SELECT y FROM u'; END;"),
        ("oracle", "BEGIN FOR r IN (SELECT y FROM u) LOOP INSERT INTO t (x) VALUES (r.y); END LOOP; END;"),
        ("oracle", "CREATE PROCEDURE p IS v NUMBER; BEGIN INSERT INTO t (x) SELECT y FROM u; COMMIT; END p;"),
        ("oracle", "CREATE TRIGGER g AFTER INSERT ON u FOR EACH ROW BEGIN INSERT INTO t (x) VALUES (:NEW.y); END;"),
        ("mysql", "CREATE TRIGGER g AFTER INSERT ON u FOR EACH ROW INSERT INTO t (x) VALUES (NEW.y)"),
        ("mysql", "CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO INSERT INTO t (x) SELECT y FROM u"),
        ("postgres", "DO $$ BEGIN EXECUTE 'INSERT INTO t (x) SELECT y FROM u'; END $$"),
        ("postgres", "DO $$ BEGIN FOR r IN SELECT y FROM u LOOP INSERT INTO t (x) VALUES (r.y); END LOOP; END $$"),
        ("postgres", "PREPARE p AS INSERT INTO t (x) SELECT y FROM u WHERE id = $1"),
        ("postgres", "EXPLAIN (ANALYZE, BUFFERS) INSERT INTO t (x) SELECT y FROM u"),
        ("snowflake", "CREATE TASK k WAREHOUSE = w SCHEDULE = '5 MINUTE' AS INSERT INTO t (x) SELECT y FROM u"),
        ("snowflake", "EXECUTE IMMEDIATE $$ BEGIN INSERT INTO t (x) SELECT y FROM u; END $$"),
        ("bigquery", "IF TRUE THEN INSERT INTO t (x) SELECT y FROM u; END IF"),
        ("bigquery", "FOR r IN (SELECT y FROM u) DO INSERT INTO t (x) VALUES (r.y); END FOR"),
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


@pytest.mark.parametrize(
    ("dialect", "sql"),
    [
        ("tsql", "DECLARE @sql NVARCHAR(99) = N'INSERT INTO t (x) SELECT y FROM u'; EXEC sp_executesql @sql"),
        ("tsql", "DECLARE @sql NVARCHAR(99); SET @sql = N'INSERT INTO t (x) SELECT y FROM u'; EXEC (@sql)"),
        ("mysql", "PREPARE s FROM 'INSERT INTO t (x) SELECT y FROM u'; EXECUTE s"),
    ],
)
def test_a_variable_that_takes_one_constant_text_is_followed(dialect: str, sql: str) -> None:
    found = column_edges(sql, dialect=dialect)

    assert found.unparsed == ()
    assert [(edge.source, edge.source_field, edge.target, edge.target_field) for edge in found.edges] == [
        (("u",), "y", ("t",), "x")
    ]


def test_a_variable_that_takes_two_texts_is_not_followed() -> None:
    sql = "DECLARE @q NVARCHAR(9) = 'SELECT a FROM t'; SET @q = @q + 'x'; EXEC (@q)"

    found = column_edges(sql, dialect="tsql")

    assert [place.reason for place in found.unparsed] == ["dynamic SQL whose text is not constant"]


@pytest.mark.parametrize(
    "body",
    [
        "SELECT max(y) INTO v FROM u; INSERT INTO t (x) VALUES (v);",
        "INSERT INTO t (x) SELECT y FROM u; PERFORM other();",
        "v := other(1); INSERT INTO t (x) VALUES (v);",
        "IF new.a > 1 THEN INSERT INTO t (x) SELECT y FROM u; END IF;",
        "INSERT INTO t (x) VALUES (new.a);",
        "OPEN c; FETCH c INTO v; INSERT INTO t (x) VALUES (v);",
    ],
)
def test_what_a_body_reads_out_of_sight_is_said(body: str) -> None:
    found = column_edges(f"DO $$ BEGIN {body} END $$", dialect="postgres")

    assert [statement.outcome.value for statement in found.statements] == ["unparsed"]


def test_explain_alone_runs_nothing() -> None:
    (statement,) = column_edges("EXPLAIN INSERT INTO t (x) SELECT y FROM u", dialect="postgres").statements

    assert statement.outcome.value == "none"
