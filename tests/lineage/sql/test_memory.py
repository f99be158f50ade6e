"""A reader remembers statements that differ in literals only, and no others."""

from __future__ import annotations

import gc
import time

import pytest

from lineage.sql import sql_reader
from lineage.sql.memory import Memory


@pytest.mark.parametrize(
    ("one", "two", "shared"),
    [
        ("SELECT a FROM t WHERE b = 'x'", "SELECT a FROM t WHERE b = 'it''s'", True),
        ("SELECT a FROM t WHERE b = 12345", "SELECT a FROM t WHERE b = 99999.5", True),
        ("SELECT a, b FROM t ORDER BY 1", "SELECT a, b FROM t ORDER BY 2", False),
        ("SELECT a FROM t WHERE b IN ('x', 'y')", "SELECT a FROM t WHERE b IN ('u', 'v')", True),
        ("SELECT x 'one' FROM t", "SELECT x 'two' FROM t", False),
        ("SELECT a FROM t1234", "SELECT a FROM t5678", False),
        ("SELECT a FROM '1.csv'", "SELECT a FROM '2.csv'", False),
        ('SELECT "a\'b" FROM t', 'SELECT "a\'c" FROM t', False),
        ("SELECT a -- it's\nFROM t", "SELECT a -- it's\nFROM u", False),
        ("SELECT tupleElement(s, 'a') FROM t", "SELECT tupleElement(s, 'b') FROM t", False),
        ("SELECT s['a'] FROM t", "SELECT s['b'] FROM t", False),
        ("SELECT struct_extract(s, 'a') FROM t", "SELECT struct_extract(s, 'b') FROM t", False),
        ("SELECT COLUMNS('a.*') FROM t", "SELECT COLUMNS('b.*') FROM t", False),
        ("SELECT * LIKE 'a%' FROM t", "SELECT * LIKE 'b%' FROM t", False),
        ("SELECT * EXCLUDE ('a') FROM t", "SELECT * EXCLUDE ('b') FROM t", False),
        ("EXECUTE IMMEDIATE 'SELECT a FROM t'", "EXECUTE IMMEDIATE 'SELECT b FROM t'", False),
        ("SELECT * FROM t PIVOT (sum(x) FOR y IN ('a'))", "SELECT * FROM t PIVOT (sum(x) FOR y IN ('b'))", False),
    ],
)
def test_what_shares_an_answer(one: str, two: str, shared: bool) -> None:
    assert (Memory().key(one) == Memory().key(two)) is shared


def test_a_line_inside_a_literal_is_still_counted() -> None:
    reader = sql_reader(dialect="postgres")

    first = reader.read("SELECT a FROM t WHERE b = 'x'; SELECT 1")
    second = reader.read("SELECT a FROM t WHERE b = 'x\ny'; SELECT 1")

    assert [statement.line for statement in first.statements] == [1, 1]
    assert [statement.line for statement in second.statements] == [1, 2]


def test_a_repeated_query_log_is_cheap() -> None:
    reader = sql_reader(dialect="postgres", schema={"public.t": ["a", "b", "c"]})
    sql = "SELECT a, count(*) FROM t WHERE b = '{}' AND c > {} GROUP BY a ORDER BY a LIMIT 10"
    reader.read(sql)

    started = time.process_time()
    for number in range(5_000):
        reader.read(sql.replace("{}", str(number + 10_000)))

    assert time.process_time() - started < 2


@pytest.mark.parametrize("text", ["SELECT a FROM t; SELECT b FROM t", "SELECT 'never closed", "SELECT ((a FROM t"])
def test_a_reader_leaves_the_collector_as_it_was(text: str) -> None:
    reader = sql_reader(dialect="postgres")

    reader.read(text)

    assert gc.isenabled()
    gc.disable()
    try:
        reader.forget()
        reader.read(text)
        assert not gc.isenabled()
    finally:
        gc.enable()
