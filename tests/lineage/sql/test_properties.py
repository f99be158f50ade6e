"""Laws: what an engine shows to depend on a column is an edge; rewriting a query changes no edge."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from lineage.sql import SqlLineage, column_edges
from tests.lineage.sql.queries import TABLES, queries

if TYPE_CHECKING:
    import duckdb

ROWS = 7
USUAL = settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture],
)


def read(sql: str) -> SqlLineage:
    found = column_edges(sql, dialect="duckdb", schema=TABLES)
    assert found.unparsed == (), (found.unparsed, sql)
    return found


def edges(sql: str) -> set[object]:
    found = read(sql)
    columns = {
        (e.source, e.source_field, e.target_field, e.transformation, e.exposure, e.confidence) for e in found.edges
    }
    return columns | {(e.source, e.source_field, e.transformation, e.exposure, e.confidence) for e in found.row_edges}


@pytest.fixture(scope="module")
def engine() -> Iterator[duckdb.DuckDBPyConnection]:
    import duckdb

    connection = duckdb.connect()
    connection.execute("SET threads = 1")
    yield connection
    connection.close()


def fill(engine: duckdb.DuckDBPyConnection, data: dict[str, dict[str, list[int]]]) -> None:
    for table, columns in data.items():
        spec = ", ".join(f"{name} INTEGER" for name in columns)
        engine.execute(f"CREATE OR REPLACE TABLE {table} ({spec})")
        marks = ", ".join("?" for _ in columns)
        engine.executemany(f"INSERT INTO {table} VALUES ({marks})", list(zip(*columns.values(), strict=True)))


def answer(engine: duckdb.DuckDBPyConnection, sql: str) -> tuple[int, list[list[Any]]]:
    rows = engine.execute(sql).fetchall()
    return len(rows), [sorted(map(repr, column)) for column in zip(*rows, strict=True)]


@USUAL
@given(queries(), st.integers(0, 2**32))
def test_every_dependency_that_the_engine_shows_is_an_edge(
    engine: duckdb.DuckDBPyConnection, query: tuple[str, list[str]], seed: int
) -> None:
    import duckdb

    sql, names = query
    chance = random.Random(seed)
    data = {
        table: {name: [chance.randint(0, 3) for _ in range(ROWS)] for name in cols} for table, cols in TABLES.items()
    }
    fill(engine, data)
    try:
        count, before = answer(engine, sql)
    except duckdb.Error:
        assume(False)
    found = read(sql)
    values = {(e.source[-1], e.source_field, e.target_field) for e in found.edges}
    rows = {(e.source[-1], e.source_field) for e in found.row_edges}

    for table, columns in TABLES.items():
        for name in columns:
            fill(engine, {table: {**data[table], name: [chance.randint(0, 3) for _ in range(ROWS)]}})
            after_count, after = answer(engine, sql)
            if after_count != count:
                assert (table, name) in rows, (table, name, "decides on rows", sql)
            for position, target in enumerate(names if before and after else []):
                if before[position] != after[position]:
                    assert (table, name) in rows or (table, name, target) in values, (table, name, target, sql)
        fill(engine, {table: data[table]})


@USUAL
@given(queries())
def test_wrapping_a_query_changes_no_edge(query: tuple[str, list[str]]) -> None:
    sql, names = query

    assert edges(sql) == edges(f"SELECT * FROM ({sql}) AS w")
    assert edges(sql) == edges(f"SELECT {', '.join(names)} FROM ({sql}) AS w")


@USUAL
@given(queries())
def test_splitting_a_query_out_into_with_changes_no_edge(query: tuple[str, list[str]]) -> None:
    sql, names = query

    assert edges(sql) == edges(f"WITH w AS ({sql}) SELECT {', '.join('w.' + name for name in names)} FROM w")
    assert edges(sql) == edges(f"WITH w AS ({sql}), w2 AS (SELECT * FROM w) SELECT * FROM w2")


@USUAL
@given(queries(), st.sampled_from(["Alias", "zz_", "t", "a"]))
def test_renaming_aliases_and_queries_of_with_changes_no_edge(query: tuple[str, list[str]], prefix: str) -> None:
    sql, _ = query

    assert edges(sql) == edges(re.sub(r"\bq(\d+)\b", rf"{prefix}\1", sql))


@USUAL
@given(queries())
def test_without_a_schema_the_same_edges_are_there_and_none_is_told_as_fact(query: tuple[str, list[str]]) -> None:
    sql, _ = query

    found = column_edges(sql, dialect="duckdb")

    known = read(sql)
    assert {(e.source[-1], e.source_field, e.target_field) for e in known.edges} <= {
        (e.source[-1], e.source_field, e.target_field) for e in found.edges
    }
    sure = {edge.confidence.value for edge in found.edges} | {edge.confidence.value for edge in found.row_edges}
    assert "exact" not in sure


@USUAL
@given(
    st.text(alphabet="SELCTFROMWHNabtuv(),*.;'\"-+=<> \n1", max_size=80),
    st.sampled_from(["postgres", "tsql", "duckdb"]),
)
def test_any_text_gives_an_answer(text: str, dialect: str) -> None:
    found = column_edges(text, dialect=dialect)

    assert len({place.statement for place in found.unparsed}) == sum(
        statement.outcome.value == "unparsed" for statement in found.statements
    )
