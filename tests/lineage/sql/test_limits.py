"""Deep, long and wide texts neither overflow nor crawl."""

from __future__ import annotations

import gc
import sys
import time

import pytest

from lineage.sql import column_edges
from tests.lineage.sql.shapes import direct


def test_a_long_expression() -> None:
    sql = "SELECT " + " + ".join(f"c{number}" for number in range(3_000)) + " AS total FROM t"

    assert len(direct(sql, schema=None)) == 3_000


def test_a_long_condition() -> None:
    sql = "SELECT a FROM t WHERE " + " OR ".join(f"(b = {number} AND c{number} > 0)" for number in range(1_500))

    assert len(column_edges(sql, dialect="postgres").row_edges) == 1_501


def test_a_union_of_500() -> None:
    sql = " UNION ALL ".join(f"SELECT a FROM t{number}" for number in range(500))

    assert len(direct(sql, schema=None)) == 500


@pytest.mark.parametrize("dialect", ["postgres", "snowflake", "bigquery", "tsql"])
def test_150_nested_subqueries(dialect: str) -> None:
    limit = sys.getrecursionlimit()
    sql = "SELECT a FROM (" * 150 + "SELECT a FROM t" + ") q" * 150

    assert {edge.lower() for edge in direct(sql, dialect, None)} == {"t.a -> a"}
    assert sys.getrecursionlimit() == limit


def test_150_nested_scalar_subqueries_and_150_queries_of_with() -> None:
    scalar = "SELECT (" * 150 + "SELECT a FROM t" + ") AS a" * 150
    chain = "WITH q0 AS (SELECT a FROM t)" + "".join(f", q{n} AS (SELECT a FROM q{n - 1})" for n in range(1, 150))

    assert direct(scalar, schema=None) == {"t.a -> a"}
    assert direct(f"{chain} SELECT a FROM q149", schema=None) == {"t.a -> a"}


def test_recursive_queries_nested_in_each_other_do_not_multiply() -> None:
    sql = "SELECT a FROM t"
    for _ in range(30):
        sql = f"WITH RECURSIVE r AS (SELECT a FROM ({sql}) s UNION SELECT a + 1 FROM r) SELECT a FROM r"

    started = time.process_time()

    assert direct(sql, schema=None) == {"t.a -> a"}
    assert time.process_time() - started < 5


def wide(columns: int) -> tuple[str, dict[str, list[str]]]:
    """Make a query that passes many columns through five queries of WITH, each changing every one."""
    names = [f"c{number}" for number in range(columns)]
    parts = []
    before = "t"
    for step in range(5):
        items = ", ".join(f"coalesce({name}, 0) + 1 AS {name}" if step % 2 else name for name in names)
        parts.append(f"q{step} AS (SELECT {items} FROM {before})")
        before = f"q{step}"
    return f"WITH {', '.join(parts)} SELECT * FROM {before}", {"public.t": names}


def test_800_columns_through_five_queries_of_with() -> None:
    sql, schema = wide(800)
    column_edges("SELECT 1", dialect="postgres")

    started = time.process_time()
    found = column_edges(sql, dialect="postgres", schema=schema)
    took = time.process_time() - started

    assert len({(edge.source_field, edge.target_field) for edge in found.edges}) == 800
    assert took < 1.5  # 0.25 s on an idle core; other work on the machine must not fail the test


def test_the_walk_is_linear_in_columns() -> None:
    def cost(columns: int) -> float:
        sql, schema = wide(columns)
        took = []
        # The collector's share grows with all that is alive in the test run.
        gc.disable()
        for _ in range(3):
            started = time.process_time()
            column_edges(sql, dialect="postgres", schema=schema)
            took.append(time.process_time() - started)
        gc.enable()
        return min(took)

    cost(100)

    assert cost(1_600) < 10 * cost(400)  # four times as many columns; sixteen times if it were quadratic


def test_nested_choices_do_not_multiply() -> None:
    sql = "SELECT " + "coalesce(a, " * 200 + "b" + ")" * 200 + " AS c FROM t"

    started = time.process_time()

    assert direct(sql, schema=None) == {"t.a -> c", "t.b -> c"}
    assert time.process_time() - started < 3
