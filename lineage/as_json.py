"""Frozen dataclasses as JSON, and back by their types: text from elsewhere can make such values and nothing else.

The same value always gives the same JSON. A key that a type does not know is refused, since it says more than would be
read; one that has a default may be missing.
"""

from __future__ import annotations

import math
import types
import typing
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import cache
from typing import Any, Final

_NOT_FINITE: Final = {"inf": math.inf, "-inf": -math.inf, "nan": math.nan}


def plain_object(value: object) -> dict[str, object]:
    """Give the fields of a dataclass as what JSON holds."""
    of: Any = type(value)
    return {name: plain(getattr(value, name)) for name in _names(of)}


def plain(value: object) -> object:  # noqa: PLR0911 - one way out a type
    """Give a value as what JSON holds."""
    match value:
        case float() if not math.isfinite(value):
            return str(value)
        case None | bool() | int() | float() | str():
            return value
        case datetime():
            return moment_text(value)
        case date():
            return value.isoformat()
        case Mapping():
            return {str(key): plain(item) for key, item in value.items()}
        case tuple():
            return [plain(item) for item in value]
        case frozenset():
            return sorted(plain(item) for item in value)  # type: ignore[type-var]  # sets hold text only
        case _:
            return plain_object(value)


def moment_text(moment: datetime) -> str:
    """Give a moment as text, in UTC where its zone is known."""
    try:
        return (moment if moment.tzinfo is None else moment.astimezone(UTC)).isoformat()
    except OverflowError:  # within a day of year 1 or 9999
        return moment.isoformat()


@cache
def _names(of: Any) -> tuple[str, ...]:
    return tuple(field.name for field in fields(of))


@cache
def reader_of(of: Any) -> Callable[[Any], Any]:  # noqa: PLR0911 - one way out a type
    """Give the function that turns JSON into a value of a type, and raises ValueError or TypeError where it cannot."""
    if isinstance(of, typing.NewType):
        return reader_of(of.__supertype__)
    origin, arguments = typing.get_origin(of), typing.get_args(of)
    if origin in (types.UnionType, typing.Union):
        return _union(arguments)
    if origin is tuple:
        return _tuple(arguments)
    if origin is frozenset:
        item = reader_of(arguments[0])
        return lambda value: frozenset(item(part) for part in _list(value))
    if origin is not None and issubclass(origin, Mapping):
        key, item = reader_of(arguments[0]), reader_of(arguments[1])
        return lambda value: {key(name): item(part) for name, part in value.items()}
    if of is datetime:
        return moment_of
    if of is date:
        return _day
    if is_dataclass(of):
        return _dataclass(of)
    if isinstance(of, type) and issubclass(of, StrEnum):
        return of
    return {str: _text, bool: _truth, int: whole, float: _number}[of]


def _dataclass(of: Any) -> Callable[[Any], Any]:
    hints = typing.get_type_hints(of)
    readers = {name: reader_of(hints[name]) for name in _names(of)}
    required = {field.name for field in fields(of) if _is_required(field)}

    def decode(entry: Any) -> Any:
        # A field that this version does not know means that the file says more than would be judged.
        if not isinstance(entry, dict) or not required <= entry.keys() <= readers.keys():
            raise TypeError
        return of(**{name: readers[name](value) for name, value in entry.items()})

    return decode


def _is_required(field: Field[Any]) -> bool:
    return field.default is MISSING and field.default_factory is MISSING


def _tuple(arguments: tuple[Any, ...]) -> Callable[[Any], Any]:
    if arguments[-1] is Ellipsis:
        item = reader_of(arguments[0])
        return lambda value: tuple(item(part) for part in _list(value))
    items = tuple(reader_of(argument) for argument in arguments)
    return lambda value: tuple(item(part) for item, part in zip(items, _list(value), strict=True))


def _union(arguments: tuple[Any, ...]) -> Callable[[Any], Any]:
    others = [argument for argument in arguments if argument is not types.NoneType]
    optional = len(others) < len(arguments)
    readers = [reader_of(argument) for argument in others]

    def decode(value: Any) -> Any:
        if value is None and optional:
            return None
        for reader in readers:
            try:
                return reader(value)
            except (ValueError, TypeError):
                continue
        raise TypeError

    return decode


def moment_of(value: object) -> datetime:
    """Give the moment that a text says; raises ValueError or TypeError where it says none."""
    return datetime.fromisoformat(_text(value))


def _day(value: object) -> date:
    return date.fromisoformat(_text(value))


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _truth(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError
    return value


def whole(value: object) -> int:
    """Give a whole number as it is; raises TypeError where it is none."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError
    return value


def _number(value: object) -> float:
    if isinstance(value, str) and value in _NOT_FINITE:
        return _NOT_FINITE[value]
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError
    return float(value) if isinstance(value, float) else value


def _list(value: object) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError
    return value
