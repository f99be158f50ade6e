"""Operands that are easily passed over: stars in calls, limits inside aggregates, names that a text gives."""

from __future__ import annotations

import pytest

from lineage.model import Exposure
from lineage.sql import Outcome, column_edges, sql_reader

USERS = {"users": ["id", "email", "country"], "orders": ["id", "note", "total"]}


def flows(sql: str, dialect: str) -> set[str]:
    found = column_edges(sql, dialect=dialect, schema=USERS)
    assert not found.unparsed
    return {f"{edge.source_field} -> {edge.target_field} {edge.exposure.value}" for edge in found.edges}


def doubts(sql: str, dialect: str) -> list[str]:
    found = column_edges(sql, dialect=dialect, schema=USERS)
    assert all(statement.outcome is Outcome.UNPARSED for statement in found.statements)
    return [part.reason for part in found.unparsed]


@pytest.mark.parametrize(
    ("dialect", "call", "left"),
    [
        ("spark", "struct(*)", Exposure.RAW),
        ("databricks", "to_json(struct(*))", Exposure.RAW),
        ("spark", "md5(concat_ws(',', *))", Exposure.PSEUDONYM),
        ("snowflake", "object_construct(*)", Exposure.RAW),
        ("snowflake", "hash(*)", Exposure.PSEUDONYM),
        ("clickhouse", "tuple(*)", Exposure.RAW),
        ("duckdb", "row(*)", Exposure.RAW),
        ("spark", "count(DISTINCT *)", Exposure.COUNT),
    ],
)
def test_a_star_in_a_call_is_every_column(dialect: str, call: str, left: Exposure) -> None:
    quote = '"' if dialect in {"snowflake", "duckdb"} else "`"
    found = flows(f"CREATE VIEW v AS SELECT {call} AS {quote}k{quote} FROM users", dialect)
    assert found == {f"{name} -> k {left.value}" for name in USERS["users"]}


def test_a_star_in_a_call_is_not_the_columns_that_it_excludes() -> None:
    found = flows("SELECT object_construct(* EXCLUDE email) AS o FROM users", "snowflake")
    assert found == {"id -> O raw", "country -> O raw"}


@pytest.mark.parametrize("dialect", ["postgres", "snowflake", "tsql", "duckdb"])
def test_a_count_of_rows_is_no_column(dialect: str) -> None:
    call = "count_big(*)" if dialect == "tsql" else "count(*)"
    assert flows(f"SELECT {call} AS n FROM users", dialect) == set()


def test_a_call_with_a_star_has_no_operand_in_postgresql() -> None:
    assert flows("SELECT own_count(*) AS n FROM users", "postgres") == set()


@pytest.mark.parametrize(
    ("dialect", "sql"),
    [
        ("bigquery", "SELECT array_agg(email IGNORE NULLS ORDER BY id LIMIT 1)[OFFSET(0)] AS k FROM users"),
        ("mysql", "SELECT group_concat(email ORDER BY id LIMIT 1) AS k FROM users"),
    ],
)
def test_a_limit_inside_an_aggregate_keeps_its_values(dialect: str, sql: str) -> None:
    assert flows(sql, dialect) == {"email -> k raw", "id -> k derived"}


def test_a_column_makes_an_interval() -> None:
    assert flows("SELECT interval id day AS k FROM users", "spark") == {"id -> k raw"}


@pytest.mark.parametrize(
    ("dialect", "sql"),
    [
        ("spark", "SELECT explode(split(email, ',')) AS k FROM users"),
        ("bigquery", "SELECT k FROM users, unnest(split(email, ',')) AS k"),
        ("clickhouse", "SELECT k FROM users ARRAY JOIN splitByChar(',', email) AS k"),
        ("postgres", "SELECT unnest(string_to_array(email, ',')) AS k FROM users"),
    ],
)
def test_a_split_text_is_still_whole(dialect: str, sql: str) -> None:
    assert flows(sql, dialect) == {"email -> k raw"}


@pytest.mark.parametrize(
    ("dialect", "sql"),
    [
        ("postgres", "SELECT id # 12345 AS k FROM users"),
        ("mysql", "SELECT id ^ 12345 AS k FROM users"),
        ("postgres", "SELECT ~id AS k FROM users"),
        ("postgres", "SELECT NOT id AS k FROM users"),
    ],
)
def test_what_can_be_undone_is_raw(dialect: str, sql: str) -> None:
    assert flows(sql, dialect) == {"id -> k raw"}


@pytest.mark.parametrize(
    "sql", ["SELECT id # total AS k FROM users, orders AS o", "SELECT NOT (id = 1) AS k FROM users"]
)
def test_what_cannot_be_undone_is_derived(sql: str) -> None:
    found = column_edges(sql, dialect="postgres", schema={"users": ["id"], "orders": ["total"]})
    assert {edge.exposure for edge in found.edges} == {Exposure.DERIVED}


def test_values_inside_an_expression_is_what_would_have_been_inserted() -> None:
    sql = "INSERT INTO users (id, email) SELECT id, note FROM orders ON DUPLICATE KEY UPDATE "
    assert "note -> country raw" in flows(sql + "country = values(email)", "mysql")
    assert "note -> country raw" in flows(sql + "country = concat('x', coalesce(values(email), ''))", "mysql")


def test_a_pattern_that_is_denied_gives_the_other_columns() -> None:
    assert flows("SELECT * LIKE 'e%' FROM users", "duckdb") == {"email -> email raw"}
    assert flows("SELECT * NOT LIKE 'e%' FROM users", "duckdb") == {"id -> id raw", "country -> country raw"}


def test_a_function_applied_to_a_star_is_applied_to_each_column() -> None:
    found = flows("SELECT * EXCEPT (id) APPLY(toString) APPLY(MD5) FROM users", "clickhouse")
    assert found == {
        "email -> MD5(toString(email)) pseudonym",
        "country -> MD5(toString(country)) pseudonym",
    }


@pytest.mark.parametrize(
    ("dialect", "sql", "reason"),
    [
        ("snowflake", "SELECT identifier('email') FROM users", "a name that a text gives"),
        ("snowflake", "SELECT * FROM identifier('users')", "a name that a text gives"),
        ("snowflake", "SELECT * FROM table('users')", "a table function that may read anything"),
        ("trino", "SELECT * FROM table(system.query('SELECT 1'))", "a table function that may read anything"),
        ("clickhouse", "SELECT dictGet('d', 'ssn', id) FROM users", "a function that reads more than it is given"),
        ("postgres", "SELECT query_to_xml('SELECT 1', true, true, '')", "a function that reads more than it is given"),
        ("duckdb", "SELECT * SIMILAR TO 'e.*' FROM users", "columns that a pattern names"),
        ("duckdb", "SELECT * GLOB 'e*' FROM users", "columns that a pattern names"),
    ],
)
def test_a_name_that_only_a_text_knows_is_told(dialect: str, sql: str, reason: str) -> None:
    assert reason in doubts(sql, dialect)


@pytest.mark.parametrize(
    ("dialect", "sql"),
    [
        ("duckdb", "SELECT s['{}'] AS k FROM people"),
        ("duckdb", "SELECT struct_extract(s, '{}') AS k FROM people"),
        ("duckdb", "SELECT COLUMNS('^{}$') FROM people"),
        ("duckdb", "SELECT * EXCLUDE (s, '{}') FROM people"),
        ("duckdb", "SELECT * LIKE '{}' FROM people"),
        ("snowflake", "SELECT * ILIKE '{}' FROM people"),
    ],
)
def test_a_reader_does_not_mistake_a_name_in_quotes_for_a_value(dialect: str, sql: str) -> None:
    schema: dict[str, list[str | tuple[str, ...]]] = {"people": ["city", "ssn", ("s", "city"), ("s", "ssn")]}
    reader = sql_reader(dialect=dialect, schema=schema)
    reader.read(sql.replace("{}", "city"))
    again = sql.replace("{}", "ssn")
    assert reader.read(again) == column_edges(again, dialect=dialect, schema=schema)
    assert reader.read(again) != reader.read(sql.replace("{}", "city"))
