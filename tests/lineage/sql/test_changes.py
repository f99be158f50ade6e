"""Statements that write: CREATE, INSERT, UPDATE, DELETE, MERGE, COPY, PIVOT, temporary tables."""

from __future__ import annotations

import pytest

from lineage.sql import column_edges
from tests.lineage.sql.shapes import direct, indirect, lineage, rows

SMALL = {"t": ["id", "name", "x"], "u": ["id", "y", "s"]}


def into(sql: str, dialect: str = "postgres") -> set[str]:
    """Give the DIRECT edges as `u.y -> t.x`."""
    return {
        f"{edge.source[-1]}.{edge.source_field} -> {edge.target[-1] if edge.target else ''}.{edge.target_field}".lower()
        for edge in lineage(sql, dialect, SMALL).edges
        if edge.transformation.type == "DIRECT"
    }


@pytest.mark.parametrize(
    ("dialect", "sql", "expected"),
    [
        ("postgres", "CREATE VIEW v (a, b) AS SELECT y, s FROM u", {"u.y -> v.a", "u.s -> v.b"}),
        ("postgres", "CREATE MATERIALIZED VIEW v AS SELECT y FROM u", {"u.y -> v.y"}),
        ("postgres", "CREATE TABLE v AS SELECT * FROM u", {"u.id -> v.id", "u.y -> v.y", "u.s -> v.s"}),
        ("postgres", "SELECT y INTO v FROM u", {"u.y -> v.y"}),
        ("tsql", "SELECT y AS z INTO v FROM u", {"u.y -> v.z"}),
        ("snowflake", "CREATE TABLE v CLONE u", {"u.id -> v.id", "u.y -> v.y", "u.s -> v.s"}),
        ("tsql", "ALTER VIEW v AS SELECT y FROM u", {"u.y -> v.y"}),
        ("postgres", "INSERT INTO t SELECT id, y FROM u", {"u.id -> t.id", "u.y -> t.name"}),
        ("postgres", "INSERT INTO t (x, id) SELECT y, id FROM u", {"u.y -> t.x", "u.id -> t.id"}),
        ("duckdb", "INSERT INTO t BY NAME SELECT y AS x FROM u", {"u.y -> t.x"}),
        ("postgres", "INSERT INTO t VALUES (1, 'a', 2)", set()),
        (
            "postgres",
            "INSERT INTO t (id, x) SELECT id, y FROM u ON CONFLICT (id) DO UPDATE SET name = excluded.x",
            {"u.id -> t.id", "u.y -> t.x", "u.y -> t.name"},
        ),
        (
            "mysql",
            "INSERT INTO t (id, x) SELECT id, y FROM u ON DUPLICATE KEY UPDATE name = VALUES(x)",
            {"u.id -> t.id", "u.y -> t.x", "u.y -> t.name"},
        ),
        (
            "oracle",
            "INSERT ALL INTO t (x) VALUES (y) INTO v (z) VALUES (s) SELECT y, s FROM u",
            {"u.y -> t.x", "u.s -> v.z"},
        ),
        ("hive", "FROM u INSERT INTO TABLE t SELECT id INSERT INTO TABLE v SELECT y", {"u.id -> t.id", "u.y -> v.y"}),
        ("postgres", "UPDATE t SET x = u.y FROM u WHERE u.id = t.id", {"u.y -> t.x"}),
        ("postgres", "UPDATE t SET (name, x) = (SELECT y, s FROM u)", {"u.y -> t.name", "u.s -> t.x"}),
        ("mysql", "UPDATE t JOIN u ON t.id = u.id SET t.x = u.y", {"u.y -> t.x"}),
        ("tsql", "UPDATE a SET x = b.y FROM t a JOIN u b ON a.id = b.id", {"u.y -> t.x"}),
        (
            "postgres",
            "MERGE INTO t USING u ON t.id = u.id WHEN MATCHED THEN UPDATE SET x = u.y "
            "WHEN NOT MATCHED THEN INSERT (id, name) VALUES (u.id, u.s)",
            {"u.y -> t.x", "u.id -> t.id", "u.s -> t.name"},
        ),
        (
            "databricks",
            "MERGE INTO t USING u ON t.id = u.id WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED THEN INSERT *",
            {"u.id -> t.id"},
        ),
        (
            "postgres",
            "WITH d AS (DELETE FROM t RETURNING name) INSERT INTO u (y) SELECT name FROM d",
            {"t.name -> u.y"},
        ),
    ],
)
def test_what_a_statement_writes(dialect: str, sql: str, expected: set[str]) -> None:
    assert into(sql, dialect) == expected


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM t USING u WHERE u.id = t.id",
        "UPDATE t SET x = 1 FROM u WHERE u.id = t.id",
        "DELETE FROM t WHERE id IN (SELECT id FROM u)",
    ],
)
def test_conditions_of_a_change_decide_on_rows(sql: str) -> None:
    assert rows(sql, schema=SMALL) == {"FILTER u.id", "FILTER t.id"}


def test_temporary_tables_are_read_through() -> None:
    sql = """
        CREATE TEMP TABLE w AS SELECT id, upper(name) AS n FROM t WHERE x > 0;
        INSERT INTO w SELECT id, y FROM u;
        CREATE TABLE z AS SELECT n FROM w;
    """

    found = lineage(sql, schema=SMALL)

    assert {(edge.source[-1], edge.source_field, edge.target) for edge in found.edges} == {
        ("t", "name", ("z",)),
        ("u", "y", ("z",)),
    }
    assert {(edge.source_field, edge.target) for edge in found.row_edges} == {("x", ("z",))}


def test_a_table_made_by_the_script_is_known_to_what_follows() -> None:
    found = lineage("CREATE TABLE w (a int, b int); CREATE VIEW v AS SELECT * FROM w", schema=None)

    assert found.columns(("v",)) == ("a", "b")
    assert {edge.confidence.value for edge in found.edges} == {"exact"}


def test_pivot_aggregates_and_unpivot_stacks() -> None:
    pivot = "SELECT * FROM t PIVOT (sum(x) FOR name IN ('Ann' AS ann, 'Bob'))"
    unpivot = "SELECT id, val FROM t UNPIVOT (val FOR col IN (name, x))"

    assert direct(pivot, "databricks", SMALL) == {"t.id -> id", "t.x -> ann", "t.x -> _pivot_2"}
    assert indirect(pivot, "databricks", SMALL) == {"t.name CONDITIONAL ann", "t.name CONDITIONAL _pivot_2"}
    assert direct(unpivot, "databricks", SMALL) == {"t.id -> id", "t.name -> val", "t.x -> val"}


@pytest.mark.parametrize(
    ("dialect", "sql", "expected"),
    [
        (
            "duckdb",
            "SELECT * EXCLUDE (id) REPLACE (upper(name) AS name) RENAME (x AS z) FROM t",
            {"t.name -> name", "t.x -> z"},
        ),
        ("bigquery", "SELECT * EXCEPT (id, x) FROM t", {"t.name -> name"}),
        ("duckdb", "SELECT x FROM t SEMI JOIN u ON t.id = u.id", {"t.x -> x"}),
        ("bigquery", "SELECT z FROM u CROSS JOIN UNNEST(u.y) AS z", {"u.y -> z"}),
        ("spark", "SELECT z FROM u LATERAL VIEW explode(y) w AS z", {"u.y -> z"}),
        ("bigquery", "SELECT s.street.name AS n FROM u", {"u.s -> n"}),
        ("postgres", "SELECT s -> 'a' ->> 'b' AS n FROM u", {"u.s -> n"}),
        ("postgres", "SELECT q.y FROM t, LATERAL (SELECT y FROM u WHERE u.id = t.id) q", {"u.y -> y"}),
        ("postgres", "SELECT k FROM (VALUES (1, 2)) w (k, l)", set()),
        ("clickhouse", "WITH sum(x) AS total SELECT total FROM t FINAL", {"t.x -> total"}),
        ("clickhouse", "SELECT a, x FROM t ARRAY JOIN name AS a, x", {"t.name -> a", "t.x -> x"}),
        ("duckdb", "SELECT [y + 1 FOR y IN s IF y > 1] AS l FROM u", {"u.s -> l"}),
        ("oracle", "SELECT x, ROWID FROM t WHERE ROWNUM < 9", {"t.x -> X"}),
        ("sqlite", 'SELECT "no such column" AS lit, x FROM t', {"t.x -> x"}),
    ],
)
def test_what_dialects_add_to_select(dialect: str, sql: str, expected: set[str]) -> None:
    assert direct(sql, dialect, SMALL) == expected


DIALECTS = [
    "postgres", "mysql", "sqlite", "duckdb", "snowflake", "bigquery", "redshift", "databricks", "spark", "hive", "tsql",
    "oracle", "clickhouse", "trino", "teradata",
]  # fmt: skip


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_dialect_reads_a_plain_view(dialect: str) -> None:
    sql = "CREATE VIEW v AS SELECT t.id, max(u.y) AS m FROM t JOIN u ON t.id = u.id WHERE t.x > 1 GROUP BY t.id"

    found = column_edges(sql, dialect=dialect, schema=SMALL)

    assert found.unparsed == ()
    assert {(e.source, e.source_field, e.target_field.lower(), e.exposure.value) for e in found.edges} == {
        (("t",), "id", "id", "raw"),
        (("u",), "y", "m", "extreme"),
    }


def test_names_are_found_by_the_end_of_their_path_and_never_guessed() -> None:
    schema: dict[tuple[str, ...], list[str]] = {
        ("db", "a", "t"): ["id"],
        ("db", "b", "t"): ["id"],
        ("db", "b", "lone"): ["id"],
    }

    def source(sql: str, default: str | None = None) -> tuple[tuple[str, ...], str]:
        (edge,) = column_edges(sql, dialect="postgres", schema=schema, default_schema=default).edges
        return edge.source, edge.confidence.value

    assert source("SELECT id FROM lone") == (("db", "b", "lone"), "exact")
    assert source("SELECT id FROM t", "a") == (("db", "a", "t"), "exact")
    assert source("SELECT id FROM b.t", "a") == (("db", "b", "t"), "exact")
    assert source("SELECT id FROM t") == (("t",), "inferred")
    assert source("SELECT id FROM new", "a") == (("a", "new"), "inferred")


@pytest.mark.parametrize(
    ("dialect", "sql", "reason"),
    [
        ("snowflake", "SELECT z FROM TABLE(own(1)) AS w (z)", "a table function that may read anything"),
        ("postgres", "SELECT * FROM dblink('x') AS w (z int)", "a table function that may read anything"),
        ("bigquery", "SELECT z FROM own.rows_of(1)", "a table function that may read anything"),
        ("duckdb", "SELECT a FROM read_csv('x.csv')", "data comes from files"),
        ("clickhouse", "SELECT a FROM s3('x')", "data comes from files"),
        ("snowflake", "SELECT $1 FROM @stage/x", "data comes from files"),
        ("tsql", "SELECT @v = y FROM u", "a variable takes its value from a query"),
        ("tsql", "DECLARE @v INT = (SELECT max(y) FROM u)", "a variable takes its value from a query"),
        ("postgres", "ALTER TABLE t RENAME COLUMN x TO z", "columns change their names"),
        ("duckdb", "CREATE MACRO rows_of() AS TABLE SELECT y FROM u", "the body of a routine is not read"),
    ],
)
def test_what_reads_out_of_sight_is_said(dialect: str, sql: str, reason: str) -> None:
    found = column_edges(sql, dialect=dialect, schema=SMALL)

    assert [place.reason for place in found.unparsed] == [reason]


@pytest.mark.parametrize("call", ["generate_series(1, 3)", "json_array_elements('[]')", "pg_ls_dir('.')"])
def test_a_table_function_of_the_system_reads_its_arguments_only(call: str) -> None:
    assert lineage(f"SELECT * FROM {call} AS w (z)", schema=SMALL).edges == ()
