"""A predicate of a plan as the row condition of an expectation, as Great Expectations writes it in its files.

It takes a comparison, a test for null, some of these that all hold, or several such groups of which one holds. So a
predicate is brought into that form, with `NOT` told apart from a comparison that a null leaves open: `NOT tier =
'gold'` holds where the tier is null. What is compared with a moment, a day or another dataset cannot be said.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, product
from typing import Any, Final

from lineage.plan.model import Dataset
from lineage.predicate import And, Between, Compare, IsIn, IsNull, Literal, Not, Or, Predicate, Truth

Condition = Mapping[str, Any]
_Group = tuple[Condition, ...]
_SPELT: Final = {"=": "==", "!=": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
_OPPOSITE: Final = {"=": "!=", "!=": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}
_MOST: Final = 100
"""Conditions that Great Expectations takes in one row condition."""


class Unsayable(Exception):  # noqa: N818 - it is no error: what cannot be said is left out and told
    """A predicate that no row condition can say."""


def row_condition(dataset: Dataset, predicate: Predicate) -> Condition:
    """Give the row condition of a predicate over a dataset's fields.

    Raises:
        Unsayable: it compares with a moment, a day or another dataset, or is too large.
    """
    return _one("or", [_one("and", group) for group in _groups(dataset, predicate, wanted=True)])


def _one(kind: str, parts: Sequence[Condition]) -> Condition:
    return parts[0] if len(parts) == 1 else {"type": kind, "conditions": list(parts)}


def _groups(dataset: Dataset, predicate: Predicate, *, wanted: bool) -> tuple[_Group, ...]:
    """Give groups of conditions: where all of one hold, the predicate is true (not wanted: is not true)."""
    match predicate:
        case Not(of):
            return _groups(dataset, of, wanted=not wanted)
        case And(of) | Or(of):
            parts = [_groups(dataset, part, wanted=wanted) for part in of]
            if isinstance(predicate, And) is wanted:
                return _bounded(tuple(chain.from_iterable(groups)) for groups in product(*parts))
            return _bounded(chain.from_iterable(parts))
        case Between(field, low, high):
            both = And((Compare(field, ">=", low), Compare(field, "<=", high)))
            return _groups(dataset, both, wanted=wanted)
        case _:
            return tuple((one,) for one in _conditions(dataset, predicate, wanted=wanted))


def _conditions(dataset: Dataset, predicate: Predicate, *, wanted: bool) -> tuple[Condition, ...]:
    """Give the conditions of which one holds where a part without parts is true (not wanted: is not true)."""
    match predicate:
        case IsNull(field):
            return (_null(dataset, field, is_null=wanted),)
        case Compare(field, op, str() | int() | float() as value):
            told = _compared(dataset, field, _SPELT[op if wanted else _OPPOSITE[op]], value)
        case Truth(field):
            told = _compared(dataset, field, "==", wanted)
        case IsIn(field, values) if _alike(values):
            told = _compared(dataset, field, "IN" if wanted else "NOT_IN", list(values))
        case _:
            raise Unsayable
    return (told,) if wanted else (told, _null(dataset, field, is_null=True))


def _alike(values: Sequence[Literal]) -> bool:
    """Whether a list is one that Great Expectations takes: of texts only, or of numbers only."""
    kinds = {type(value) for value in values}
    return kinds == {str} or (bool(kinds) and kinds <= {int, float})


def _compared(dataset: Dataset, field: str, operator: str, value: object) -> Condition:
    return {"type": "comparison", "column": _column(dataset, field), "operator": operator, "parameter": value}


def _null(dataset: Dataset, field: str, *, is_null: bool) -> Condition:
    return {"type": "nullity", "column": _column(dataset, field), "is_null": is_null}


def _column(dataset: Dataset, field: str) -> Mapping[str, str]:
    declared = dataset.fields.get(field)
    if declared is not None and len(declared.column) > 1:
        raise Unsayable
    return {"name": declared.column[0] if declared is not None else field}


def _bounded(groups: Iterable[_Group]) -> tuple[_Group, ...]:
    found: list[_Group] = []
    size = 0
    for group in groups:
        size += len(group)
        if size > _MOST:
            raise Unsayable
        found.append(group)
    return tuple(found)
