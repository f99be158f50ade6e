"""How SQLite's SQL differs: any column may hold any type, and a moment is whatever its values make of it.

A declared type says what a plan may expect; what is read goes by the type of each value: text in ISO 8601, with or
without a zone, a count since 1970, or (a REAL in its range) a Julian day. Moments are exact to the millisecond.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from connectors._sql import Traits, as_text
from connectors._tasks.clocks import Clock, Track, since_1970
from connectors._tasks.sample import one_of_every
from lineage.clock import ClockForm, clock_form
from lineage.model import Name

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, FromClause

SCHEMA: Final = "main"
_ISO: Final = "[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*"
_OFFSET: Final = "*[+-][0-9][0-9]:[0-9][0-9]"
_DAY_CHARACTERS: Final = len("2026-01-31")


def table_of(name: Name) -> FromClause:
    """Give a table or view of the main database."""
    import sqlalchemy as sa

    return sa.table(sa.sql.quoted_name(name.path[-1], quote=True), schema=sa.sql.quoted_name(SCHEMA, quote=True))


def clock_of(value: ColumnElement[Any], spelling: str, zone: ZoneInfo) -> Clock:
    """Give how a column tells the time; every column may, whatever its declared type."""
    import sqlalchemy as sa

    type_of = sa.func.typeof(value)
    text = sa.func.trim(value)
    day_of_julian = sa.and_(type_of == _text("real"), value.between(_number("1721059.5"), _number("5373484.5")))
    number = sa.case(
        (day_of_julian, _since_julian(value)),
        (type_of.in_([_text("integer"), _text("real")]), since_1970(value)),
    )
    iso = sa.and_(type_of == _text("text"), text.op("GLOB", is_comparison=True)(_text(_ISO)))
    zoned = sa.or_(
        text.op("GLOB", is_comparison=True)(_text("*[Zz]")), text.op("GLOB", is_comparison=True)(_text(_OFFSET))
    )
    seconds = _since_julian(sa.func.julianday(text))
    by_day = clock_form(spelling) is ClockForm.DATE
    size = sa.func.length(text)
    days = Track(
        sa.case((sa.and_(iso, ~zoned, size == _number(str(_DAY_CHARACTERS))), seconds)),
        zone,
        wall=True,
        day=True,
        seconds=True,
    )
    walls = Track(
        sa.case((sa.and_(iso, ~zoned, size > _number(str(_DAY_CHARACTERS))), seconds)), zone, wall=True, seconds=True
    )
    moments = Track(sa.case((sa.and_(iso, zoned), seconds)), zone, seconds=True)
    tracks = (Track(number, zone, seconds=True), moments, walls, days)
    untold = sa.and_(*(track.value.is_(None) for track in tracks))
    return Clock(tracks, sa.and_(value.is_not(None), text != _text(""), untold), by_day=by_day)


def truth_of(value: ColumnElement[Any]) -> ColumnElement[bool]:
    """Give a bare field as a condition, as SQLite's own WHERE takes it: a number that is not 0."""
    import sqlalchemy as sa

    return sa.cast(value, sa.Numeric()) != sa.literal_column("0")


def sampled_of(table: FromClause, _name: Name, share: float) -> FromClause | None:
    """Give a spread sample that is the same each time."""
    return one_of_every(table, share)


def text_of(value: ColumnElement[Any]) -> ColumnElement[Any]:
    """Give a value as text, or as bytes where it holds a zero byte: there SQLite's own functions take texts to end."""
    import sqlalchemy as sa

    as_bytes = sa.cast(value, sa.LargeBinary())
    holds_zero = sa.func.instr(as_bytes, sa.literal_column("x'00'")) > sa.literal_column("0")
    return sa.case((holds_zero, as_bytes), else_=as_text(value))


TRAITS: Final = Traits(table=table_of, clock=clock_of, truth=truth_of, sampled=sampled_of, text=text_of)


def _since_julian(days: ColumnElement[Any]) -> ColumnElement[Any]:
    import sqlalchemy as sa

    seconds = (days - _number("2440587.5")) * _number("86400.0")
    return sa.func.round(seconds, _number("3"))


def _text(constant: str) -> ColumnElement[Any]:
    import sqlalchemy as sa

    return sa.literal_column(f"'{constant}'")


def _number(constant: str) -> ColumnElement[Any]:
    import sqlalchemy as sa

    return sa.literal_column(constant, sa.Double())
