"""The fields of files and their types: what every value of a text column allows, never what a few of them look like.

A column of a CSV file (and text in JSON) is a number, a date or a timestamp only where each of its values is one, in
ISO 8601. Numbers with a leading zero stay text: they are ids and phone numbers. Wall clocks beside values with a zone
stay text too, so that each is read by what it says.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from connectors._files.open import Folder, not_a_name
from connectors._sql import Traits, as_text, bound, flag, named
from connectors._tasks.clocks import DAY, WALL, ZONED, clock_of
from connectors._tasks.sample import one_of_every
from lineage.connector import Column
from lineage.model import Name

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from sqlalchemy import ColumnElement, FromClause

    from connectors._tasks.clocks import Clock

MAX_DEPTH: Final = 8
_TEXT: Final = "VARCHAR"
_AT_ONCE: Final = 200
"""Columns whose types are found in one pass: a statement over 1,600 took DuckDB 17 s, eight of these 11 s."""
_TESTS: Final = (
    ("BOOLEAN", r"^(true|false|True|False|TRUE|FALSE)$"),
    ("BIGINT", r"^(0|-?[1-9]\d{0,17})$"),
    ("DOUBLE", r"^-?(0|[1-9]\d{0,14})(\.\d+)?([eE][-+]?\d{1,2})?$"),
    ("DATE", DAY),
    ("TIMESTAMP", WALL),
    ("TIMESTAMP WITH TIME ZONE", ZONED),
)


@dataclass(frozen=True, slots=True)
class Typed:
    """A field of the files."""

    path: tuple[str, ...]
    type: str


@dataclass(frozen=True, slots=True)
class Contents:
    """The fields of the files, and how many rows were seen while their types were found."""

    fields: tuple[Typed, ...]
    rows: int


def contents_of(folder: Folder, table: str, *, limit: int | None, typed: bool) -> Contents:
    """Find the fields of a table and their types, from all rows or the first `limit`.

    With `typed`, the files themselves say what type a field has.

    Raises:
        Failed: the rows cannot be read.
    """
    import sqlalchemy as sa

    raw = list(fields_of(folder, table))
    source: FromClause = sa.table(table)
    if limit is not None:
        source = sa.select(sa.literal_column("*")).select_from(source).limit(limit).subquery(table)
    texts = [number for number, one in enumerate(raw) if one.type == _TEXT and not typed]
    rows, width = 0, 1 + len(_TESTS)
    for begin in range(0, max(len(texts), 1), _AT_ONCE):
        some = texts[begin : begin + _AT_ONCE]
        counts: list[ColumnElement[Any]] = [sa.func.count()]
        for number in some:
            value = path_of(source, Column(raw[number].path, _TEXT))
            counts.append(sa.func.count(value))
            counts.extend(sa.func.sum(flag(value.op("~", is_comparison=True)(bound(test)))) for _, test in _TESTS)
        rows, *found = folder.execute(sa.select(*counts).select_from(source))[0]
        for place, number in enumerate(some):
            present, *passed = found[place * width : (place + 1) * width]
            raw[number] = Typed(raw[number].path, _type(int(present), [int(count or 0) for count in passed]))
    return Contents(tuple(raw), int(rows))


def fields_of(folder: Folder, table: str) -> Iterator[Typed]:
    """Give the fields of a table as DuckDB knows them, without reading a row."""
    relation = folder.connection.table(table)
    for name, kind in zip(relation.columns, relation.types, strict=True):
        yield from _below((name,), kind)


def traits_of(tables: Mapping[Name, str], *, text: bool) -> Traits:
    """Give how the files' SQL differs; with `text`, columns of text are not cast to the types that were found."""
    import sqlalchemy as sa

    def files(name: Name) -> FromClause:
        return sa.table(tables[name])

    def sampled(source: FromClause, _name: Name, share: float) -> FromClause | None:
        return one_of_every(source, share)

    return Traits(table=files, column=path_of if text else _cast, clock=_clock, text=as_text, sampled=sampled)


def path_of(source: FromClause, column: Column) -> ColumnElement[Any]:
    """Give a field by its path into records."""
    import sqlalchemy as sa

    value = named(source, Column(column.path[:1], column.type))
    for step in column.path[1:]:
        value = sa.func.struct_extract(value, bound(step))
    return value


def _cast(source: FromClause, column: Column) -> ColumnElement[Any]:
    import sqlalchemy as sa

    types: dict[str, Any] = {
        "BOOLEAN": sa.Boolean(),
        "BIGINT": sa.BigInteger(),
        "DOUBLE": sa.Double(),
        "DATE": sa.Date(),
        "TIMESTAMP": sa.DateTime(),
        "TIMESTAMP WITH TIME ZONE": sa.DateTime(timezone=True),
    }
    value = path_of(source, column)
    known = types.get(column.type)
    # Without a type of SQLAlchemy's own, so that parameters beside it are not cast either.
    return value if known is None else sa.type_coerce(sa.cast(value, known), sa.types.NullType())


def _clock(value: ColumnElement[Any], spelling: str, zone: ZoneInfo) -> Clock | None:
    return clock_of(value, spelling, zone, _try_cast)


def _try_cast(value: ColumnElement[Any], kind: Any) -> ColumnElement[Any]:
    import sqlalchemy as sa

    # SQLAlchemy's own TRY_CAST is for another system; DuckDB's TRY() gives null where what is in it fails.
    found: ColumnElement[Any] = getattr(sa.func, "try")(sa.cast(value, kind))
    return found


def _type(present: int, passed: Sequence[int]) -> str:
    if present:
        for (name, _), count in zip(_TESTS, passed, strict=True):
            if count == present:
                return name
    return _TEXT


def _below(path: tuple[str, ...], kind: Any) -> Iterator[Typed]:
    if kind.id == "struct" and len(path) < MAX_DEPTH and not any(not_a_name(name) for name, _ in kind.children):
        for name, child in kind.children:
            yield from _below((*path, name), child)
        return
    # Keys that look like values (`{"anna@x.example": 1}`) are data, and would be told by the type's text.
    nested = kind.id in {"struct", "map", "list", "array", "union"} or str(kind) == '"NULL"'
    yield Typed(path, "JSON" if nested else str(kind))
