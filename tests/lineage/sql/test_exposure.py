"""What is left of a value after each transformation."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lineage.model import Exposure
from lineage.sql import column_edges
from lineage.sql.lattice import AGGREGATION, CONDITIONAL, IDENTITY, THEN, TRANSFORMATION, step, through, transformations
from tests.lineage.sql.shapes import direct, exposures


@pytest.mark.parametrize(
    ("expression", "left"),
    [
        ("email", "raw"),
        ("email::varchar(3)", "raw"),
        ("upper(trim(email))", "raw"),
        ("email || '@'", "raw"),
        ("coalesce(email, 'none')", "raw"),
        ("replace(email, '@', ' at ')", "raw"),
        ("id + 1", "raw"),
        ("id * active", "derived"),
        ("encode(email::bytea, 'base64')", "raw"),
        ("string_agg(email, ',')", "raw"),
        ("array_agg(email)", "raw"),
        ("lag(email) OVER (ORDER BY id)", "raw"),
        ("my_function(email)", "raw"),
        ("substring(email, 1, 3)", "derived"),
        ("left(email, 1)", "derived"),
        ("split_part(email, '@', 2)", "derived"),
        ("regexp_replace(email, '.*@', '')", "derived"),
        ("date_trunc('month', at)", "derived"),
        ("extract(year FROM at)", "derived"),
        ("email = 'x'", "derived"),
        ("length(email)", "derived"),
        ("max(email)", "extreme"),
        ("percentile_disc(0.5) WITHIN GROUP (ORDER BY id)", "extreme"),
        ("mode() WITHIN GROUP (ORDER BY email)", "extreme"),
        ("md5(email)", "pseudonym"),
        ("encode(sha256(email::bytea), 'hex')", "pseudonym"),
        ("upper(md5(email))", "pseudonym"),
        ("md5(substring(email, 1, 3))", "pseudonym"),
        ("max(md5(email))", "pseudonym"),
        ("hmac(email, 'key', 'sha256')", "pseudonym"),
        ("avg(id)", "aggregate"),
        ("sum(id) OVER (PARTITION BY email)", "aggregate"),
        ("round(avg(id), 2)", "aggregate"),
        ("stddev(id)", "aggregate"),
        ("count(email)", "count"),
        ("count(DISTINCT md5(email))", "count"),
        ("anon.fake_email(email)", "redacted"),
    ],
)
def test_what_is_left_of_a_value(expression: str, left: str) -> None:
    schema = {"t": ["id", "email", "active", "at"]}

    assert exposures("SELECT @ AS out FROM t".replace("@", expression), schema=schema) == {"out": left}


@pytest.mark.parametrize(
    "expression", ["'***'", "NULL", "count(*)", "count(1)", "now()", "CASE WHEN email IS NULL THEN 0 ELSE 1 END"]
)
def test_a_constant_lets_no_value_through(expression: str) -> None:
    assert direct("SELECT @ AS out FROM users".replace("@", expression)) == set()


def test_a_masked_path_never_hides_a_raw_one() -> None:
    sql = "SELECT CASE WHEN active THEN md5(email) ELSE email END AS e FROM users"

    assert exposures(sql) == {"e": "raw"}


def test_steps_through_several_queries_add_up() -> None:
    sql = (
        "WITH a AS (SELECT md5(email) AS h FROM users), b AS (SELECT max(h) AS m FROM a) SELECT m || 'x' AS out FROM b"
    )

    (edge,) = column_edges(sql, dialect="postgres").edges

    assert (edge.transformation.subtype, edge.transformation.masking, edge.exposure.value) == (
        "AGGREGATION", True, "pseudonym",
    )  # fmt: skip


def test_the_callers_functions_win_over_the_table() -> None:
    own = {"my_mask": Exposure.REDACTED, "MD5": Exposure.DERIVED, "app.token": Exposure.PSEUDONYM}
    sql = "SELECT my_mask(a) AS a, md5(b) AS b, app.token(c) AS c FROM t"

    found = column_edges(sql, dialect="postgres", functions=own)

    assert {edge.target_field: edge.exposure.value for edge in found.edges} == {
        "a": "redacted",
        "b": "derived",
        "c": "pseudonym",
    }


STEPS = st.builds(step, st.integers(IDENTITY, CONDITIONAL), st.sampled_from(list(Exposure)))


@given(STEPS, STEPS, STEPS)
def test_steps_compose_in_any_grouping(one: int, two: int, three: int) -> None:
    assert THEN[THEN[one][two]][three] == THEN[one][THEN[two][three]]


@given(STEPS, STEPS)
def test_a_step_never_gives_back_what_was_taken(one: int, two: int) -> None:
    (before,) = transformations(1 << one)
    (after,) = transformations(through(1 << one, two))

    assert after[1].rank >= before[1].rank
    assert not (before[0].type == "INDIRECT" and after[0].type == "DIRECT")


def test_the_worst_of_several_paths_is_kept_for_each_kind() -> None:
    mask = (
        1 << step(TRANSFORMATION, Exposure.PSEUDONYM)
        | 1 << step(TRANSFORMATION)
        | 1 << step(AGGREGATION, Exposure.COUNT)
    )

    assert [(kind.subtype, left.value) for kind, left in transformations(mask)] == [
        ("TRANSFORMATION", "raw"),
        ("AGGREGATION", "count"),
    ]


@pytest.mark.parametrize(
    ("expression", "left", "masking"),
    [("sha1(sum(id))", "aggregate", True), ("sum(id)", "aggregate", False), ("count(id)", "count", True)],
)
def test_a_hash_of_an_aggregate_is_masked(expression: str, left: str, masking: bool) -> None:
    (edge,) = column_edges("SELECT @ AS out FROM users".replace("@", expression), dialect="hive").edges

    assert (edge.exposure.value, edge.transformation.subtype, edge.transformation.masking) == (
        left, "AGGREGATION", masking,
    )  # fmt: skip
