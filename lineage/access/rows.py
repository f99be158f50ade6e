"""Whether every row that a filter lets through lies within a cell: proved, refuted, or not decided.

A filter is what a row policy or a view says in SQL, a cell what a plan says. What compares a field with a constant can
only tell apart the constants that are named, what lies between them, and null: so each field has a few classes of
values, and looking at one row of each combination decides the question for all rows. What is not understood may be
true, false or null, so that it can keep a proof from being found and can never make one.
"""

from __future__ import annotations

import operator
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from itertools import product
from typing import Final

from lineage.predicate import Ago, And, Between, Compare, IsIn, IsNull, Not, Or, Predicate, Truth, Value

MOST_ROWS: Final = 50_000
"""Combinations that are looked at; beyond, nothing is decided."""
OPAQUE: Final = Truth("")
"""Stands for a part of a filter that is not understood."""

_T, _F, _N = "true", "false", "null"
_ANY: Final = frozenset({_T, _F, _N})
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_ORDERED: Final = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}
Outcomes = frozenset[str]
"""What a condition may be on a row, as far as is known."""
_Point = tuple[str, Fraction | str | bool] | None
"""A value, as its kind's place in the order; None for null."""


class Kind(StrEnum):
    """How the values of a field compare; a field of any other kind is not decided about."""

    TEXT = "text"
    """Equal or not; what comes before what depends on collations."""
    WHOLE = "whole"
    NUMBER = "number"
    DATE = "date"
    TRUTH = "truth"


@dataclass(frozen=True, slots=True)
class Inside:
    """Whether what a filter lets through lies within a cell."""

    answer: bool | None
    """True: proved for every row; False: a row is possible that the filter lets through and the cell does not hold."""
    because: str = ""
    """Why it was not decided."""


def over_columns(condition: Predicate, columns: Mapping[str, str]) -> Predicate:
    """Give a condition with its fields named as columns; one that has no column, or lies behind a join, is opaque."""
    match condition:
        case And() | Or():
            return type(condition)(tuple(over_columns(part, columns) for part in condition.of))
        case Not():
            return Not(over_columns(condition.of, columns))
        case Compare() | IsIn() | Between() | IsNull() | Truth() if condition.field in columns:
            return replace(condition, field=columns[condition.field])
        case _:
            return OPAQUE


def inside(given: Predicate, cell: Predicate, kinds: Mapping[str, Kind]) -> Inside:
    """Decide whether each row on which SQL finds `given` true is one on which `cell` is true, as plans mean it."""
    points = {field: list(found) for field, found in _points((given, cell), kinds).items()}
    rows = 1
    for found in points.values():
        rows *= len(found)
    if rows > MOST_ROWS:
        return Inside(None, "the conditions name too many values to be decided")
    possible = False
    for values in product(*points.values()):
        row = dict(zip(points, values, strict=True))
        let, holds = _outcomes(given, row, kinds, sql=True), _outcomes(cell, row, kinds, sql=False)
        if let == {_T} and _T not in holds:
            return Inside(answer=False)
        possible = possible or (_T in let and holds != {_T})
    return Inside(None, "a part of the filter or of the segment could not be compared") if possible else Inside(True)


def _points(conditions: Iterable[Predicate], kinds: Mapping[str, Kind]) -> Mapping[str, Iterable[_Point]]:
    """Give, for each field of a known kind, null and one value of every class that the conditions tell apart."""
    named: defaultdict[str, set[Fraction | str | bool]] = defaultdict(set)
    for condition in conditions:
        for field, value in _constants(condition):
            if (kind := kinds.get(field)) is not None:
                named[field] |= {place for place in (_place(value, kind),) if place is not None}
    return {field: (None, *_classes(kinds[field], places)) for field, places in named.items()}


def _classes(kind: Kind, places: set[Fraction | str | bool]) -> Iterator[_Point]:
    match kind:
        case Kind.TEXT:
            texts = {place for place in places if isinstance(place, str)}
            yield from (("=", text) for text in sorted(texts))
            yield "=", "x".join(sorted(texts)) + "x"  # a text that is none of them: longer than each
        case Kind.TRUTH:
            yield from (("=", truth) for truth in (True, False))
        case _:
            numbers = sorted({place for place in places if isinstance(place, Fraction)})
            yield from (("=", place) for place in _between(numbers, whole=kind is not Kind.NUMBER))


def _between(numbers: list[Fraction], *, whole: bool) -> Iterator[Fraction]:
    """Give each number, and one of every gap around them that holds any (a whole one where only those are values)."""
    if not numbers:
        yield Fraction(0)
        return
    yield Fraction(numbers[0].__floor__() - 1)
    for number, after in zip(numbers, [*numbers[1:], None], strict=True):
        if not whole or number.denominator == 1:
            yield number
        if after is None:
            yield Fraction(number.__floor__() + 1)
        elif not whole:
            yield (number + after) / 2
        elif number.__floor__() + 1 < after:
            yield Fraction(number.__floor__() + 1)


def _constants(condition: Predicate) -> Iterator[tuple[str, Value]]:
    match condition:
        case And() | Or():
            for part in condition.of:
                yield from _constants(part)
        case Not():
            yield from _constants(condition.of)
        case Compare():
            yield condition.field, condition.value
        case IsIn():
            yield from ((condition.field, value) for value in condition.values)
        case Between():
            yield condition.field, condition.low
            yield condition.field, condition.high
        case IsNull() | Truth():
            yield condition.field, True
        case _:
            pass


def _place(value: Value | Decimal, kind: Kind) -> Fraction | str | bool | None:
    """Give a constant's place among the values of a kind; None where it has none that is known."""
    match kind, value:
        case Kind.TRUTH, bool() as known:
            return known
        case Kind.TEXT, str() as known:
            return known
        case ((Kind.WHOLE | Kind.NUMBER), (int() | float() | Decimal())) if not isinstance(value, bool):
            return Fraction(value) if isinstance(value, int) else Fraction(str(value))
        case Kind.DATE, date() if not isinstance(value, datetime):
            return Fraction(value.toordinal())
        case Kind.DATE, str() if _DAY.fullmatch(value):
            return _day(value)
        case _:
            return None


def _day(text: str) -> Fraction | None:
    try:
        return Fraction(date.fromisoformat(text).toordinal())
    except ValueError:
        return None


def _outcomes(condition: Predicate, row: Mapping[str, _Point], kinds: Mapping[str, Kind], *, sql: bool) -> Outcomes:
    """Give what a condition may be on a row: in SQL also null; to a plan what compares a null is false at once."""
    match condition:
        case And() | Or():
            order = (_F, _N, _T) if isinstance(condition, And) else (_T, _N, _F)
            if not condition.of:
                return _sure(isinstance(condition, And))
            parts = [_outcomes(part, row, kinds, sql=sql) for part in condition.of]
            # The first in this order wins: it is possible where no part is sure to be of an earlier kind.
            return frozenset(word for place, word in enumerate(order) if _may(parts, order, place))
        case Not():
            turned = {_T: _F, _F: _T, _N: _N}
            return frozenset(turned[word] for word in _outcomes(condition.of, row, kinds, sql=sql))
        case Compare() | IsIn() | Between() | IsNull() | Truth():
            found = _tested(condition, row, kinds)
            return found if sql else frozenset(_F if word == _N else word for word in found)
        case _:
            return _ANY if sql else frozenset({_T, _F})


def _may(parts: list[Outcomes], order: tuple[str, ...], place: int) -> bool:
    word, later = order[place], frozenset(order[place:])
    return any(word in part for part in parts) and all(part & later for part in parts)


def _tested(
    test: Compare | IsIn | Between | IsNull | Truth, row: Mapping[str, _Point], kinds: Mapping[str, Kind]
) -> Outcomes:
    kind = kinds.get(test.field)
    if kind is None or test.field not in row:
        return frozenset({_T, _F}) if isinstance(test, IsNull) else _ANY
    point = row[test.field]
    if isinstance(test, IsNull):
        return _sure(point is None)
    if point is None:
        return frozenset({_N})
    match test:
        case Truth():
            found = _sure(point[1] is True) if kind is Kind.TRUTH else _ANY
        case IsIn():
            each = [_compared(point[1], "=", value, kind) for value in test.values]
            found = _sure(True) if _sure(True) in each else _ANY if _ANY in each else _sure(False)
        case Between():
            ends = (_compared(point[1], ">=", test.low, kind), _compared(point[1], "<=", test.high, kind))
            found = _sure(False) if _sure(False) in ends else _ANY if _ANY in ends else _sure(True)
        case Compare():
            found = _compared(point[1], test.op, test.value, kind)
    return found


def _compared(value: Fraction | str | bool, op: str, constant: Value, kind: Kind) -> Outcomes:
    place = None if isinstance(constant, Ago) else _place(constant, kind)
    if place is None:
        return _ANY
    if op in ("=", "!="):
        return _sure((value == place) is (op == "="))
    if isinstance(value, Fraction) and isinstance(place, Fraction):
        return _sure(_ORDERED[op](value, place))
    return _ANY


def _sure(holds: bool) -> Outcomes:
    return frozenset({_T if holds else _F})
