"""Fields inside a struct are sources of their own where the schema says that the column is one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from lineage.sql import column_edges
from lineage.sql.naming import Schema

if TYPE_CHECKING:
    import duckdb

NESTED: Schema = {"people": {"id": None, "home": {"city": None, "place": {"lat": None, "lon": None}}}}
PATHS: Schema = {"people": [("id",), ("home", "city"), ("home", "place", "lat"), ("home", "place", "lon")]}
LEAVES = {"home.city": "'Oslo'", "home.place.lat": "7", "home.place.lon": "8"}


def flows(sql: str, dialect: str = "duckdb", schema: Schema = NESTED) -> set[str]:
    found = column_edges(sql, dialect=dialect, schema=schema)
    assert found.unparsed == ()
    return {
        f"{'.'.join((edge.source_field, *edge.inside))} -> {edge.target_field} {edge.transformation.subtype}"
        for edge in found.edges
    }


@pytest.mark.parametrize("schema", [NESTED, PATHS])
@pytest.mark.parametrize(
    ("dialect", "sql"),
    [
        ("duckdb", "SELECT home.place.lat FROM people"),
        ("duckdb", "SELECT p.home.place.lat FROM people p"),
        ("duckdb", "SELECT (p.home).place.lat FROM people p"),
        ("duckdb", "SELECT home['place']['lat'] AS lat FROM people"),
        ("duckdb", "SELECT struct_extract(q.spot, 'lat') AS lat FROM (SELECT home.place AS spot FROM people) q"),
        ("duckdb", "WITH q AS (SELECT home.* FROM people) SELECT place.LAT AS lat FROM q"),
        ("bigquery", "SELECT p.home.place.lat FROM people AS p"),
        ("spark", "SELECT people.home.place.lat FROM people"),
        ("postgres", "SELECT ((p.home).place).lat FROM people p"),
        ("trino", "SELECT home.place.lat FROM people"),
    ],
)
def test_a_field_is_followed_inside_its_column(dialect: str, sql: str, schema: Schema) -> None:
    assert flows(sql, dialect, schema) == {"home.place.lat -> lat IDENTITY"}


def test_a_struct_as_a_whole_is_its_column() -> None:
    assert flows("SELECT home, home.place FROM people") == {"home -> home IDENTITY", "home.place -> place IDENTITY"}


def test_a_filter_on_a_field_is_told_of_that_field() -> None:
    found = column_edges("SELECT id FROM people WHERE home.city = 'x'", dialect="duckdb", schema=NESTED)

    assert [(edge.source_field, edge.inside) for edge in found.row_edges] == [("home", ("city",))]


def test_a_field_of_what_a_function_made_is_a_part_of_all_that_went_in() -> None:
    sql = "SELECT s.city FROM (SELECT struct_pack(city := home.city, code := id) AS s FROM people)"

    assert flows(sql) == {"home.city -> city TRANSFORMATION", "id -> city TRANSFORMATION"}


def test_a_field_that_the_schema_does_not_know_is_said_and_its_column_kept() -> None:
    found = column_edges("SELECT home.town FROM people", dialect="duckdb", schema=NESTED)

    assert [place.reason for place in found.unparsed] == ["a column is not in the schema"]
    assert [(edge.source_field, edge.inside) for edge in found.edges] == [("home", ())]


@pytest.fixture
def engine() -> Iterator[duckdb.DuckDBPyConnection]:
    import duckdb

    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE people (id INT, home STRUCT(city TEXT, place STRUCT(lat INT, lon INT)))")
        yield connection


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT home.city AS a, home.place.lat AS b, home.place AS c, id AS d FROM people",
        "WITH q AS (SELECT home AS h, id FROM people) SELECT h.place.lon AS a, h.city || id AS b FROM q",
        "SELECT CASE WHEN home.city = 'Rome' THEN home.place.lat ELSE home.place.lon END AS a FROM people",
        "SELECT x.lat AS a, x.lon AS b FROM (SELECT home.place AS x FROM people UNION ALL SELECT home.place FROM people)",  # noqa: E501 - one text
    ],
)
def test_the_engine_changes_no_output_that_has_no_edge_from_the_field(
    engine: duckdb.DuckDBPyConnection, sql: str
) -> None:
    def filled(leaf: str) -> list[tuple[object, ...]]:
        value = {"home.city": "'Rome'", "home.place.lat": "1", "home.place.lon": "2"} | {leaf: LEAVES.get(leaf, "")}
        place = f"{{'lat': {value['home.place.lat']}, 'lon': {value['home.place.lon']}}}"
        engine.execute("DELETE FROM people")
        engine.execute(f"INSERT INTO people VALUES (1, {{'city': {value['home.city']}, 'place': {place}}})")
        rows: list[tuple[object, ...]] = engine.execute(sql).fetchall()
        return rows

    told = {tuple(flow.split(" ")[:3:2]) for flow in flows(sql)}
    names = [column[0] for column in (engine.execute(sql).description or ())]
    before = filled("home.none")
    for leaf in LEAVES:
        after = filled(leaf)
        for place, name in enumerate(names):
            if [row[place] for row in before] != [row[place] for row in after]:
                assert any(name == target and leaf.startswith(source) for source, target in told), (leaf, name)
