"""Where sqllineage's tests and ours differ, engines say what is right (benchmarks/lineage/wrong_by_peer.yaml)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from lineage.sql import column_edges

if TYPE_CHECKING:
    import duckdb

SCHEMA = {"offers": ["id", "price"], "sales": ["id", "price"]}


@pytest.fixture
def engine() -> Iterator[duckdb.DuckDBPyConnection]:
    import duckdb

    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE offers AS SELECT * FROM (VALUES (1, 10), (2, 20)) AS v (id, price)")
        connection.execute("CREATE TABLE sales AS SELECT * FROM (VALUES (1, 11), (3, 31)) AS v (id, price)")
        yield connection


def edges(sql: str) -> set[str]:
    found = column_edges(sql, dialect="duckdb", schema=SCHEMA)
    return {f"{edge.source[-1]}.{edge.source_field} -> {edge.target_field}" for edge in found.edges}


def test_a_count_of_rows_depends_on_no_value(engine: duckdb.DuckDBPyConnection) -> None:
    sql = "SELECT count(*) AS n FROM offers"

    before = engine.execute(sql).fetchall()
    engine.execute("UPDATE offers SET id = id + 100, price = NULL")

    assert engine.execute(sql).fetchall() == before
    assert edges(sql) == set()


def test_the_column_of_a_left_join_using_is_the_left_one(engine: duckdb.DuckDBPyConnection) -> None:
    sql = "SELECT id FROM offers LEFT JOIN sales USING (id) ORDER BY 1"

    before = engine.execute(sql).fetchall()
    engine.execute("UPDATE sales SET id = id + 100")

    assert engine.execute(sql).fetchall() == before == [(1,), (2,)]
    assert edges(sql) == {"offers.id -> id"}


def test_a_column_named_before_a_star_is_one_of_its_own(engine: duckdb.DuckDBPyConnection) -> None:
    sql = "WITH q AS (SELECT price AS p, * FROM offers) SELECT * FROM q"

    assert [column[0] for column in engine.execute(sql).description or ()] == ["p", "id", "price"]
    assert edges(sql) == {"offers.price -> p", "offers.id -> id", "offers.price -> price"}


@pytest.mark.parametrize(
    "sql", ["SELECT id FROM offers UNION ALL SELECT price, id FROM sales", "SELECT offers.* FROM offers AS o"]
)
def test_an_engine_refuses_what_a_peer_has_edges_for(engine: duckdb.DuckDBPyConnection, sql: str) -> None:
    import duckdb

    with pytest.raises(duckdb.Error):
        engine.execute(sql)


def test_a_cast_keeps_the_name_of_its_column_where_the_engine_does(engine: duckdb.DuckDBPyConnection) -> None:
    sql = "SELECT CAST(price AS text) FROM offers"

    assert [column[0] for column in engine.execute(sql).description or ()] != ["price"]
    assert edges(sql) == {"offers.price -> _col_1"}
    named = column_edges(sql, dialect="postgres", schema=SCHEMA)
    assert [edge.target_field for edge in named.edges] == ["price"]


def test_a_name_that_an_alias_hides_means_no_other_dataset() -> None:
    sql = "SELECT offers.price, sales.* FROM offers AS o JOIN sales AS s ON o.id = s.id"

    for schema in (SCHEMA, None):
        found = column_edges(sql, dialect="clickhouse", schema=schema)
        sources = {(edge.source[-1], edge.source_field, edge.confidence.value) for edge in found.edges}
        assert ("offers", "price", "ambiguous") in sources
        assert {source for source, *_ in sources} == {"offers", "sales"}


def test_without_a_dialect_an_earlier_alias_is_taken_only_for_what_is_no_column() -> None:
    sql = "SELECT id AS key, key + price AS total FROM offers"

    def sources(schema: dict[str, list[str]] | None) -> set[str]:
        found = column_edges(sql, dialect="ansi", schema=schema)
        return {edge.source_field for edge in found.edges if edge.target_field == "total"}

    assert sources(SCHEMA) == {"id", "price"}
    assert sources(None) == {"key", "price"}
