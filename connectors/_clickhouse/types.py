"""Types of ClickHouse as facts tell them: what wraps a type is taken off, and no word of an enum is kept.

`Nullable` and `LowCardinality` say how a value is stored. A `DateTime` is a moment whatever zone it is shown in, so it
is told as `timestamp with time zone`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

_PIECE: Final = re.compile(r"'(?:[^'\\]|\\.|'')*'|`(?:[^`\\]|\\.|``)*`|[(),]|[^'`(),]+")
_WRAPPING: Final = frozenset({"Nullable", "LowCardinality"})
_BARE: Final = re.compile(r"^(?:`((?:[^`\\]|\\.|``)*)`|([A-Za-z_]\w*))\s+(.+)$", re.DOTALL)
_PLAIN: Final = frozenset({"FixedString", "Decimal", "Decimal32", "Decimal64", "Decimal128", "Decimal256"})
_DEEPEST: Final = 8


def nullable(spelling: str) -> bool:
    """Tell whether a column of that type may be null."""
    return spelling.startswith(("Nullable(", "LowCardinality(Nullable(", "Variant(", "Dynamic"))


def fields_below(path: tuple[str, ...], spelling: str) -> Iterator[tuple[tuple[str, ...], str]]:
    """Give the fields of a named tuple, each with its type; of what else is nested the kind alone is told."""
    name, inner = _taken_apart(spelling)
    if name in _WRAPPING and inner:
        yield from fields_below(path, inner[0])
    elif name == "SimpleAggregateFunction" and len(inner) > 1:
        yield from fields_below(path, inner[-1])
    elif name == "Tuple" and inner and len(path) < _DEEPEST and all(_BARE.match(one) for one in inner):
        for one in inner:
            step, type_ = _named(one)
            yield from fields_below((*path, step), type_)
    else:
        yield path, _told(name, inner)


def _told(name: str, inner: list[str]) -> str:
    match name:
        case "DateTime":
            return "timestamp(0) with time zone"
        case "DateTime64":
            return f"timestamp({inner[0] if inner and inner[0].isdigit() else 3}) with time zone"
        case "Enum8" | "Enum16" | "Enum":
            return "Enum"
        case _ if name in _PLAIN and all(one.isdigit() for one in inner):
            return f"{name}({', '.join(inner)})" if inner else name
        case _:
            return name


def _named(text: str) -> tuple[str, str]:
    found = _BARE.match(text)
    assert found is not None  # noqa: S101 - the caller has looked
    quoted, bare, type_ = found.groups()
    step = bare if quoted is None else re.sub(r"\\(.)", r"\1", quoted.replace("``", "`"), flags=re.DOTALL)
    return step, type_.strip()


def _taken_apart(spelling: str) -> tuple[str, list[str]]:
    """Give a type's name and what stands in its brackets, piece by piece."""
    name, bracket, rest = spelling.strip().partition("(")
    if not bracket:
        return name, []
    pieces, depth = [""], 0
    for piece in _PIECE.findall(rest):
        if piece == ")" and depth == 0:
            break
        depth += (piece == "(") - (piece == ")")
        if piece == "," and depth == 0:
            pieces.append("")
        else:
            pieces[-1] += piece
    return name.strip(), [one.strip() for one in pieces if one.strip()]
