"""Whether a filter stays within a cell, against every row of small domains: a proof or a refutation is never wrong."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lineage.access.rows import OPAQUE, Kind, inside
from lineage.predicate import And, Between, Compare, IsIn, IsNull, Not, Or, Predicate, Truth
from lineage.predicate_text import parse_predicate

KINDS = {"n": Kind.WHOLE, "region": Kind.TEXT, "open": Kind.TRUTH, "born": Kind.DATE}
DOMAINS: dict[str, list[object]] = {
    "n": [None, *range(-1, 6)],
    "region": [None, "EU", "US", "other"],
    "open": [None, True, False],
}
NUMBERS, TEXTS = st.integers(0, 4), st.sampled_from(["EU", "US"])
TESTS = st.one_of(
    st.builds(Compare, st.just("n"), st.sampled_from(["=", "!=", "<", "<=", ">", ">="]), NUMBERS),
    st.builds(Between, st.just("n"), NUMBERS, NUMBERS),
    st.builds(Compare, st.just("region"), st.sampled_from(["=", "!="]), TEXTS),
    st.builds(IsIn, st.just("region"), st.lists(TEXTS, min_size=1, max_size=2).map(tuple)),
    st.builds(IsNull, st.sampled_from(sorted(DOMAINS))),
    st.just(Truth("open")),
)
CONDITIONS = st.recursive(
    TESTS,
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.builds(And, st.lists(inner, min_size=2, max_size=3).map(tuple)),
        st.builds(Or, st.lists(inner, min_size=2, max_size=3).map(tuple)),
    ),
    max_leaves=6,
)


def in_sql(condition: Predicate, row: dict[str, object]) -> bool | None:
    """Evaluate a condition on a row as SQL does, in three values."""
    match condition:
        case And():
            parts = [in_sql(part, row) for part in condition.of]
            return False if False in parts else None if None in parts else True
        case Or():
            parts = [in_sql(part, row) for part in condition.of]
            return True if True in parts else None if None in parts else False
        case Not():
            of = in_sql(condition.of, row)
            return None if of is None else not of
        case IsNull():
            return row[condition.field] is None
        case _:
            return None if row[condition.field] is None else in_python(condition, row[condition.field])


def in_plan(condition: Predicate, row: dict[str, object]) -> bool:
    """Evaluate a condition as a plan means it: what compares a null is false at once."""
    match condition:
        case And():
            return all(in_plan(part, row) for part in condition.of)
        case Or():
            return any(in_plan(part, row) for part in condition.of)
        case Not():
            return not in_plan(condition.of, row)
        case _:
            return in_sql(condition, row) is True


def in_python(test: Predicate, value: object) -> bool:
    match test:
        case Truth():
            return value is True
        case IsIn():
            return value in test.values
        case Between():
            return test.low <= value <= test.high  # type: ignore[operator]
        case Compare():
            operators = {"=": "__eq__", "!=": "__ne__", "<": "__lt__", "<=": "__le__", ">": "__gt__", ">=": "__ge__"}
            return bool(getattr(value, operators[test.op])(test.value))
        case _:
            raise AssertionError(test)


@given(CONDITIONS, CONDITIONS)
@settings(max_examples=400, deadline=None)
def test_every_answer_is_that_of_trying_every_row(filtered: Predicate, cell: Predicate) -> None:
    rows = [dict(zip(DOMAINS, values, strict=True)) for values in product(*DOMAINS.values())]
    outside = any(in_sql(filtered, row) is True and not in_plan(cell, row) for row in rows)

    assert inside(filtered, cell, KINDS).answer is not outside


@given(CONDITIONS, CONDITIONS, st.sampled_from(["n", "region", "open"]))
@settings(max_examples=200, deadline=None)
def test_what_is_not_understood_can_keep_from_an_answer_and_never_change_one(
    filtered: Predicate, cell: Predicate, unknown: str
) -> None:
    known = {field: kind for field, kind in KINDS.items() if field != unknown}

    blind = inside(filtered, cell, known).answer

    assert blind is None or blind is inside(filtered, cell, KINDS).answer


@pytest.mark.parametrize(
    ("filtered", "cell", "answer"),
    [
        ("region = 'EU' AND n > 3", "region = 'EU'", True),
        ("region IN ('EU', 'US')", "region = 'EU'", False),
        ("NOT region = 'US'", "NOT region = 'US'", True),
        ("n > 1 AND n < 3", "n = 2", True),
        ("born >= '2026-01-01'", "born > '2025-12-31'", True),
        ("n >= 0", "created_at >= now - 18 months", None),
        ("region > 'A'", "region >= 'A'", None),
    ],
)
def test_filters_are_held_against_cells(filtered: str, cell: str, answer: bool | None) -> None:
    assert inside(parse_predicate(filtered), parse_predicate(cell), KINDS).answer is answer


def test_a_filter_of_which_a_part_is_not_understood_can_still_be_proved() -> None:
    eu = parse_predicate("region = 'EU'")

    assert inside(And((eu, OPAQUE)), eu, KINDS).answer is True
    assert inside(Or((eu, OPAQUE)), eu, KINDS).answer is None
    assert inside(Not(OPAQUE), eu, KINDS).answer is None


def test_conditions_that_name_too_many_values_are_not_decided() -> None:
    wide = And(tuple(IsIn(field, tuple(range(100))) for field in ("a", "b", "c")))

    found = inside(wide, wide, dict.fromkeys("abc", Kind.WHOLE))

    assert (found.answer, found.because) == (None, "the conditions name too many values to be decided")
