"""Predicates as people write them, read into types and written back."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lineage.duration import Duration
from lineage.predicate import Ago, And, Between, Compare, IsIn, IsNull, Not, Or, Predicate, Truth, fields_of
from lineage.predicate_text import PredicateError, normalised, parse_predicate


def test_a_segment_of_the_plan_is_read() -> None:
    assert parse_predicate("region = 'EU' AND tier = 'gold' AND NOT ai_opt_out") == And(
        (Not(Truth("ai_opt_out")), Compare("region", "=", "EU"), Compare("tier", "=", "gold"))
    )


@pytest.mark.parametrize(
    ("text", "predicate"),
    [
        ("created_at >= now - 18 months", Compare("created_at", ">=", Ago(Duration(18)))),
        ("created_at>=now-18 months", Compare("created_at", ">=", Ago(Duration(18)))),
        ("t > NOW - PT15M", Compare("t", ">", Ago(Duration(0, 900)))),
        ("t > now - 1 day 6 hours", Compare("t", ">", Ago(Duration(0, 108_000)))),
        ("t <= now", Compare("t", "<=", Ago(Duration()))),
        ("t between now - 3 days and now", Between("t", Ago(Duration(0, 259_200)), Ago(Duration()))),
        ("a <> 'x'", Compare("a", "!=", "x")),
        ("a = 'it''s'", Compare("a", "=", "it's")),
        ("a = ''", Compare("a", "=", "")),
        ("a = -1.5", Compare("a", "=", -1.5)),
        ("a = 12", Compare("a", "=", 12)),
        ("a = TRUE", Compare("a", "=", True)),
        ("day = '2026-01-31'", Compare("day", "=", "2026-01-31")),
        ("a IN ('y', 'x', 'y')", IsIn("a", ("x", "y"))),
        ("a not in (2, 1)", Not(IsIn("a", (1, 2)))),
        ("a NOT BETWEEN 1 AND 2", Not(Between("a", 1, 2))),
        ("a IS NULL", IsNull("a")),
        ("a is not null", Not(IsNull("a"))),
        ("2fa", Truth("2fa")),
        ("NOT a = 1", Not(Compare("a", "=", 1))),
        ("a OR b AND c", Or((And((Truth("b"), Truth("c"))), Truth("a")))),
        ("(a OR b) AND c", And((Or((Truth("a"), Truth("b"))), Truth("c")))),
        ("a AND (b AND a)", And((Truth("a"), Truth("b")))),
        ("((a))", Truth("a")),
    ],
)
def test_each_form_means_what_it_says(text: str, predicate: Predicate) -> None:
    assert parse_predicate(text) == normalised(predicate)


@pytest.mark.parametrize(
    ("text", "offset", "said"),
    [
        ("", 0, "a field is expected"),
        ("region == 'EU'", 8, "a value is expected"),
        ('region = "EU"', 9, "text is written in single quotes"),
        ("region = 'EU", 9, "this quote is not closed"),
        ("region = EU", 9, "text is written in single quotes"),
        ("'EU' = region", 0, "write the field first"),
        ("region = NULL", 9, "write region IS NULL"),
        ("a = 1 b = 2", 6, "join the parts with AND or OR"),
        ("a = 1; DROP TABLE x", 5, "one predicate, without ';'"),
        ("(a = 1", 6, "a closing bracket is expected"),
        ("a = 1)", 5, "this bracket was never opened"),
        ("a IN ()", 6, "a value is expected"),
        ("a IN 1", 5, "a list in brackets is expected"),
        ("a IN (1, now)", 9, "a value is expected"),
        ("a NOT LIKE 'x'", 6, "IN or BETWEEN is expected"),
        ("t > now - soon", 10, "a duration is expected"),
        ("t > now - 3 moons", 10, "not a duration"),
        ("t > now + 3 days", 8, "moments are written 'now - 18 months'"),
        ("a = 1e999", 4, "this number is too large"),
        ("a && b", 2, "write AND"),
        ("crm.a = 1", 3, "name the field alone"),
        ("lower(a) = 'x'", 5, "the predicate should end here"),
        ("a IS 1", 5, "NULL is expected"),
        ("NOT", 3, "a field is expected"),
    ],
)
def test_an_error_says_where_and_the_way_out(text: str, offset: int, said: str) -> None:
    with pytest.raises(PredicateError) as raised:
        parse_predicate(text)

    assert raised.value.offset == offset
    assert said in str(raised.value)


@pytest.mark.parametrize("text", ["(" * 10_000, "NOT " * 2_000 + "a", "a = 1 AND " * 900 + "a", "x" * 20_000])
def test_a_very_deep_or_long_predicate_is_no_recursion_error(text: str) -> None:
    with contextlib.suppress(PredicateError):
        parse_predicate(text)


names = st.from_regex(r"[a-z_][a-z0-9_]{0,8}", fullmatch=True).filter(
    lambda name: name not in {"and", "or", "not", "in", "between", "is", "null", "now", "true", "false"}
)
literals = (
    st.text(max_size=8)
    | st.integers(-(10**12), 10**12)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.booleans()
)
moments = st.builds(
    Ago,
    st.builds(Duration, st.integers(0, 240), st.sampled_from([0, 1, 59, 60, 3600, 5400, 86_400, 604_800])),
)
tests = (
    st.builds(Compare, names, st.sampled_from(["=", "!=", "<", "<=", ">", ">="]), literals | moments)
    | st.builds(IsIn, names, st.lists(literals, min_size=1, max_size=4).map(tuple))
    | st.builds(Between, names, literals | moments, literals | moments)
    | st.builds(IsNull, names)
    | st.builds(Truth, names)
)
predicates: st.SearchStrategy[Predicate] = st.recursive(
    tests,
    lambda inner: (
        st.builds(Not, inner)
        | st.builds(And, st.lists(inner, min_size=1, max_size=3).map(tuple))
        | st.builds(Or, st.lists(inner, min_size=1, max_size=3).map(tuple))
    ),
    max_leaves=8,
)


@given(predicates)
def test_canonical_text_reads_back_as_the_same_predicate(predicate: Predicate) -> None:
    assert str(parse_predicate(str(predicate))) == str(normalised(predicate))
    assert parse_predicate(str(predicate)) == normalised(predicate)


@given(predicates)
def test_what_is_normal_stays_as_it_is(predicate: Predicate) -> None:
    assert normalised(normalised(predicate)) == normalised(predicate)
    assert set(fields_of(normalised(predicate))) == set(fields_of(predicate))


@given(st.text(max_size=60) | st.text(alphabet="ab1 '()<>=,-nowNTANDRI", max_size=40))
def test_any_text_is_a_predicate_or_an_error_with_a_place(text: str) -> None:
    refused: PredicateError | None = None
    try:
        predicate = parse_predicate(text)
    except PredicateError as error:
        refused = error

    if refused is None:
        assert parse_predicate(str(predicate)) == predicate
    else:
        assert 0 <= refused.offset <= len(text)
