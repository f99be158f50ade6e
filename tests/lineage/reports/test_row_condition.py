"""Row conditions of Great Expectations hold of exactly the records of which the predicate is true."""

from __future__ import annotations

import operator
from collections.abc import Mapping
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lineage.model import DatasetId, FieldId, SourceId
from lineage.plan.model import Dataset, Field, Need
from lineage.predicate import And, Between, Compare, IsIn, IsNull, Joined, Not, Or, Predicate, Truth
from lineage.predicate_text import parse_predicate
from lineage.reports._row_condition import Unsayable, row_condition

_OPERATORS: Final[Mapping[str, Any]] = {
    "=": operator.eq, "==": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le,
    ">": operator.gt, ">=": operator.ge, "IN": lambda told, values: told in values,
    "NOT_IN": lambda told, values: told not in values,
}  # fmt: skip
NUMBERS, TEXTS = st.integers(0, 4), st.sampled_from(["a", "b", "c"])
ATOMS = st.one_of(
    st.builds(Compare, st.just("n"), st.sampled_from(["=", "!=", "<", "<=", ">", ">="]), NUMBERS),
    st.builds(Compare, st.just("t"), st.sampled_from(["=", "!="]), TEXTS),
    st.builds(IsIn, st.just("t"), st.lists(TEXTS, min_size=1, max_size=3).map(tuple)),
    st.builds(Between, st.just("n"), NUMBERS, NUMBERS),
    st.builds(IsNull, st.sampled_from(["n", "t", "f"])),
    st.builds(Truth, st.just("f")),
)
PREDICATES: st.SearchStrategy[Predicate] = st.recursive(
    ATOMS,
    lambda parts: st.one_of(
        st.builds(Not, parts),
        st.builds(And, st.lists(parts, min_size=2, max_size=3).map(tuple)),
        st.builds(Or, st.lists(parts, min_size=2, max_size=3).map(tuple)),
    ),
    max_leaves=6,
)
RECORDS = st.fixed_dictionaries(
    {"n": st.none() | NUMBERS, "t": st.none() | TEXTS, "f": st.none() | st.booleans()},
)


def dataset(**columns: str) -> Dataset:
    fields = {
        name: Field(FieldId(f"crm.d.{name}"), name, f"d.{name}", Need.HELPFUL, (columns.get(name, name),))
        for name in ("n", "t", "f")
    }
    return Dataset(DatasetId("crm.d"), "d", SourceId("crm"), "d", "d", fields)


def true_of(predicate: Predicate, record: Mapping[str, Any]) -> bool:  # noqa: PLR0911 - one for each kind
    """Tell slowly and plainly whether a predicate is true of a record."""
    match predicate:
        case Not(of):
            return not true_of(of, record)
        case And(of):
            return all(true_of(part, record) for part in of)
        case Or(of):
            return any(true_of(part, record) for part in of)
        case IsNull(field):
            return record[field] is None
        case Compare(field, op, value):
            return record[field] is not None and bool(_OPERATORS[op](record[field], value))
        case IsIn(field, values):
            return record[field] in values
        case Between(field, low, high):
            return record[field] is not None and low <= record[field] <= high
        case Truth(field):
            return record[field] is True
        case Joined():
            raise NotImplementedError


def kept_by(condition: Mapping[str, Any], record: Mapping[str, Any]) -> bool:
    """Tell whether a database keeps a record by a condition: what compares a null is not true."""
    match condition:
        case {"type": "and", "conditions": parts}:
            return all(kept_by(part, record) for part in parts)
        case {"type": "or", "conditions": parts}:
            return any(kept_by(part, record) for part in parts)
        case {"type": "nullity", "column": {"name": name}, "is_null": is_null}:
            return (record[name] is None) is is_null
        case {"column": {"name": name}, "operator": op, "parameter": value}:
            return record[name] is not None and bool(_OPERATORS[op](record[name], value))
    raise NotImplementedError


def depth(condition: Mapping[str, Any]) -> int:
    return 1 + max(map(depth, condition.get("conditions", ())), default=0)


@settings(max_examples=600, deadline=None)
@given(PREDICATES, st.lists(RECORDS, min_size=1, max_size=12))
def test_a_condition_keeps_the_records_of_which_the_predicate_is_true(
    predicate: Predicate, records: list[dict[str, Any]]
) -> None:
    try:
        condition = row_condition(dataset(), predicate)
    except Unsayable:
        return  # too large

    assert [kept_by(condition, one) for one in records] == [true_of(predicate, one) for one in records]
    assert depth(condition) <= 3


def test_a_field_is_told_by_its_column() -> None:
    condition = row_condition(dataset(t="Tier"), parse_predicate("t = 'gold'"))

    assert condition == {"type": "comparison", "column": {"name": "Tier"}, "operator": "==", "parameter": "gold"}


@pytest.mark.parametrize(
    "text",
    [
        "n > now - 1 year",
        "t IN ('a', 1)",
        " OR ".join(f"n = {number}" for number in range(101)),
        "NOT (" + " OR ".join(f"(n = {number} AND t = 'a')" for number in range(8)) + ")",
    ],
    ids=["a moment", "texts and numbers", "too many", "too many when written out"],
)
def test_what_no_condition_says_is_refused(text: str) -> None:
    with pytest.raises(Unsayable):
        row_condition(dataset(), parse_predicate(text))
