"""How the SQL of MySQL and MariaDB differs: clocks in microseconds since 1970, text by regular expressions.

The session's zone is UTC, so a TIMESTAMP names a moment and a DATETIME is a wall clock. A zero date tells no time.
Text is compared by the column's own collation, as the workflow's own statements compare it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from connectors._sql import Traits, as_text, bound
from connectors._tasks.clocks import Clock, Track, since_1970
from connectors._tasks.sample import one_of_every
from lineage.clock import ClockForm, clock_form
from lineage.connector import Column
from lineage.model import Name

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, FromClause

AWARE: Final = "with local time zone"
"""What is added to the spelling of a TIMESTAMP, which names a moment, where others' `timestamp` is a wall clock."""
_DAY: Final = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
_WALL: Final = "[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]+)?)?"
_OFFSET: Final = "[+-][0-9]{2}(:?[0-9]{2})?$"
_TEXT_TYPES: Final = ("char", "varchar", "text", "tinytext", "mediumtext", "longtext", "enum", "set", "json", "date")


def table_of(name: Name) -> FromClause:
    """Give a table or view of a schema."""
    import sqlalchemy as sa

    schema, table = name.path[-2:]
    return sa.table(sa.sql.quoted_name(table, quote=True), schema=sa.sql.quoted_name(schema, quote=True))


def clock_of(value: ColumnElement[Any], spelling: str, zone: ZoneInfo) -> Clock | None:
    """Give how a column of a type so spelt tells the time; None where it does not."""
    import sqlalchemy as sa

    form = clock_form(spelling)
    if form in {ClockForm.AWARE, ClockForm.NAIVE, ClockForm.DATE}:
        day = form is ClockForm.DATE
        track = Track(_since(value), zone, wall=form is not ClockForm.AWARE, day=day, seconds=True)
        return Clock((track,), sa.and_(value.is_not(None), track.value.is_(None)), by_day=day)
    if form is ClockForm.EPOCH:
        return Clock((Track(since_1970(value, _number), zone, seconds=True),))
    return _text_clock(value, zone) if form is ClockForm.TEXT else None


def comparable_of(value: ColumnElement[Any], column: Column) -> ColumnElement[Any]:
    """Give what is compared with a text of the plan: a number would be equal to any text that begins like it."""
    return value if column.type.lower().startswith(_TEXT_TYPES) else as_text(value)


def blank_of(text: ColumnElement[Any]) -> ColumnElement[bool]:
    """Tell whether text is empty or white space."""
    return _matches(text, "^[[:space:]]*$")


def sampled_of(table: FromClause, _name: Name, share: float) -> FromClause | None:
    """Give a spread sample that is the same each time."""
    return one_of_every(table, share)


TRAITS: Final = Traits(table=table_of, clock=clock_of, comparable=comparable_of, blank=blank_of, sampled=sampled_of)


def _text_clock(value: ColumnElement[Any], zone: ZoneInfo) -> Clock:
    import sqlalchemy as sa

    text = sa.func.trim(as_text(value))
    wall = _since(sa.func.replace(sa.func.regexp_substr(text, bound(f"^{_WALL}")), bound("T"), bound(" ")))
    offset = sa.func.regexp_substr(text, bound(_OFFSET))
    hours = _number(sa.func.substr(offset, 2, 2)) * _literal("3600")
    minutes = _number(sa.func.substr(sa.func.replace(offset, bound(":"), bound("")), 4, 2)) * _literal("60")
    east = sa.case((sa.func.substr(offset, 1, 1) == bound("-"), _literal("-1")), else_=_literal("1"))
    tracks = (
        Track(sa.case((_matches(text, f"^{_WALL}Z$"), wall)), zone, seconds=True),
        Track(sa.case((_matches(text, f"^{_WALL}{_OFFSET}"), wall - east * (hours + minutes))), zone, seconds=True),
        Track(sa.case((_matches(text, f"^{_WALL}$"), wall)), zone, wall=True, seconds=True),
        Track(sa.case((_matches(text, _DAY), _since(text))), zone, wall=True, day=True, seconds=True),
    )
    untold = sa.and_(*(track.value.is_(None) for track in tracks))
    return Clock(tracks, sa.and_(text != bound(""), untold))


def _since(value: ColumnElement[Any]) -> ColumnElement[Any]:
    """Give seconds since 1970 of a wall clock, exact to the microsecond; null for what is no date."""
    import sqlalchemy as sa

    micro = sa.func.timestampdiff(sa.literal_column("MICROSECOND"), sa.literal_column("'1970-01-01'"), value)
    return micro * _literal("0.000001")


def _number(value: ColumnElement[Any], _kind: object = None) -> ColumnElement[Any]:
    import sqlalchemy as sa

    # An operator instead of a cast: MySQL before 8.0.17 casts to no DOUBLE.
    found: ColumnElement[Any] = sa.type_coerce(value, sa.Double()) + _literal("0e0")
    return found


def _matches(text: ColumnElement[Any], pattern: str) -> ColumnElement[bool]:
    return text.op("REGEXP", is_comparison=True)(bound(pattern))


def _literal(text: str) -> ColumnElement[Any]:
    import sqlalchemy as sa

    return sa.literal_column(text, sa.Double())
