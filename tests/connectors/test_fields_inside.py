"""Edges go from leaf to leaf of columns that have fields inside, since a catalogue tells the leaves."""

from __future__ import annotations

from pathlib import Path

import pytest

from lineage.connector import Structure
from lineage.facts import EdgeFact, Fact, FieldFact
from tests.connectors.clickhouse_bridge import engine
from tests.connectors.conformance import read

_HOME = "home STRUCT(city VARCHAR, zip STRUCT(code INTEGER, ext VARCHAR))"


def _edges(facts: list[Fact], view: str) -> set[tuple[str, str]]:
    return {
        (".".join(edge.source.field), ".".join(edge.target.field))
        for edge in facts
        if isinstance(edge, EdgeFact) and edge.target.path[-1] == view and edge.transformation.type == "DIRECT"
    }


def _all_name_fields(facts: list[Fact]) -> bool:
    known = {fact.name for fact in facts if isinstance(fact, FieldFact)}
    ends = [name for fact in facts if isinstance(fact, EdgeFact) for name in (fact.source, fact.target) if name.field]
    return bool(ends) and known.issuperset(ends)


@pytest.mark.parametrize(
    ("query", "edges"),
    [
        ("SELECT home.city AS c FROM t", {("home.city", "c")}),
        ("SELECT struct_extract(home, 'city') AS c FROM t", {("home.city", "c")}),
        ("SELECT home.zip AS z FROM t", {("home.zip.code", "z.code"), ("home.zip.ext", "z.ext")}),
        (
            "SELECT home AS h FROM t",
            {("home.city", "h.city"), ("home.zip.code", "h.zip.code"), ("home.zip.ext", "h.zip.ext")},
        ),
        ("SELECT home.* FROM t", {("home.city", "city"), ("home.zip.code", "zip.code"), ("home.zip.ext", "zip.ext")}),
        ("SELECT h.zip.code AS k FROM (SELECT home AS h FROM t)", {("home.zip.code", "k")}),
        ("SELECT home.city.upper() AS u FROM t", {("home.city", "u")}),
        # Which field of a struct that is made anew holds what is not told apart.
        (
            "SELECT struct_pack(a := id, b := home.city) AS s FROM t",
            {("id", "s.a"), ("id", "s.b"), ("home.city", "s.a"), ("home.city", "s.b")},
        ),
    ],
)
def test_a_view_of_duckdb_reads_the_field_inside(tmp_path: Path, query: str, edges: set[tuple[str, str]]) -> None:
    import duckdb

    with duckdb.connect(str(tmp_path / "crm.duckdb")) as connection:
        connection.execute(f"CREATE TABLE t (id INTEGER, {_HOME})")
        connection.execute(f"CREATE VIEW v AS {query}")

    facts = read("duckdb", {"url": f"duckdb:///{tmp_path}/crm.duckdb"}, [Structure()])

    assert _edges(facts, "v") == edges
    assert _all_name_fields(facts)


def test_a_generated_column_of_duckdb_reads_the_field_inside(tmp_path: Path) -> None:
    import duckdb

    with duckdb.connect(str(tmp_path / "crm.duckdb")) as connection:
        connection.execute(
            f"CREATE TABLE t (id INTEGER, {_HOME}, shown VARCHAR GENERATED ALWAYS AS (struct_extract(home, 'city')))"
        )

    facts = read("duckdb", {"url": f"duckdb:///{tmp_path}/crm.duckdb"}, [Structure()])

    assert _edges(facts, "t") == {("home.city", "shown")}


def test_views_and_kept_rows_of_clickhouse_read_the_field_inside() -> None:
    engine().empty()
    engine().run(
        "CREATE DATABASE crm",
        "CREATE TABLE crm.t (id Int32, home Tuple(city String, zip Int32)) ENGINE = MergeTree ORDER BY id",
        "CREATE TABLE crm.kept (home Tuple(city String, zip Int32)) ENGINE = MergeTree ORDER BY tuple()",
        "CREATE VIEW crm.v AS SELECT home.city AS c, tupleElement(home, 'zip') AS z FROM crm.t",
        "CREATE MATERIALIZED VIEW crm.m TO crm.kept AS SELECT home FROM crm.t",
    )

    facts = read("clickhouse", {"url": engine().url}, [Structure()])

    assert _edges(facts, "v") == {("home.city", "c"), ("home.zip", "z")}
    assert _edges(facts, "kept") == {("home.city", "home.city"), ("home.zip", "home.zip")}
    assert _all_name_fields(facts)
