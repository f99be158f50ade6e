"""How a column's moments are read in SQL, whatever form they have.

A clock is read on *tracks*: one for values that name a moment, one for wall clocks, one for days. Text may use all
three, a `timestamptz` only the first. A track compares and aggregates in its own terms and the server converts no zone:
the bound of a comparison is turned into the track's terms here, and so is what an aggregate gives back.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from lineage.clock import ClockForm, clock_form

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
DAY: Final = r"^\d{4}-\d\d-\d\d$"
WALL: Final = r"^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?$"
ZONED: Final = r"^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d(:?\d\d)?)$"

Cast = Callable[[Any, Any], Any]
"""`sqlalchemy.cast`, or what gives null where a system's cast fails."""


@dataclass(frozen=True, slots=True)
class Track:
    """One way in which values of a column tell the time; null for values that tell it otherwise."""

    value: ColumnElement[Any]
    zone: ZoneInfo
    wall: bool = False
    """A wall clock in `zone`; else a moment."""
    day: bool = False
    """The value is the start of a day that is all that is known."""
    seconds: bool = False
    """The value is a number of seconds since 1970 (of the wall clock, for a wall clock); else a timestamp."""

    def bound(self, moment: datetime | date, *, certain: bool = False) -> datetime | float:
        """Give a moment in the track's terms, to compare `value` with.

        With `certain`, a value below the bound lies before the moment with the whole of the span that it stands for.
        A date or a moment without a zone is one of the zone's wall clock.
        """
        told = self._told(moment)
        if certain and self.day:
            told = told.replace(hour=0, minute=0, second=0, microsecond=0)
        if not self.seconds:
            return told
        return round((told.replace(tzinfo=UTC) - _EPOCH).total_seconds(), 6)

    def aggregated(self, aggregate: ColumnElement[Any]) -> ColumnElement[Any]:
        """Give seconds since 1970 for an aggregate of `value`."""
        import sqlalchemy as sa

        return aggregate if self.seconds else sa.extract("epoch", aggregate)

    def moment(self, seconds: float) -> datetime:
        """Give the moment that an aggregate stands for, in UTC; what lies outside the calendar is cut to its ends.

        In the hour that a zone passes twice, the earlier moment is taken.
        """
        if math.isnan(seconds):
            raise ValueError("not a number")
        try:
            told = _EPOCH + timedelta(seconds=seconds)
            return told.replace(tzinfo=self.zone).astimezone(UTC) if self.wall else told
        except OverflowError:
            return datetime.min.replace(tzinfo=UTC) if seconds < 0 else datetime.max.replace(tzinfo=UTC)

    def _told(self, moment: datetime | date) -> datetime:
        if not isinstance(moment, datetime):
            moment = datetime(moment.year, moment.month, moment.day)  # noqa: DTZ001 - a wall clock
        try:
            if moment.tzinfo is None:
                return moment if self.wall else moment.replace(tzinfo=self.zone).astimezone(UTC)
            return moment.astimezone(self.zone).replace(tzinfo=None) if self.wall else moment.astimezone(UTC)
        except OverflowError:  # `now - 1000 years` is cut to the calendar's first moment, which has no other zone
            return moment.replace(tzinfo=None if self.wall else UTC)


@dataclass(frozen=True, slots=True)
class Clock:
    """How a column is read as a clock."""

    tracks: tuple[Track, ...]
    unreadable: ColumnElement[bool] | None = None
    """True for values that are neither null nor blank and tell no time; None where there can be none."""
    by_day: bool = False
    """Its type says that it tells days only, so that rules widen by one; else a day that decides is no answer."""


def clock_of(
    value: ColumnElement[Any],
    spelling: str,
    zone: ZoneInfo,
    cast: Cast | None = None,
) -> Clock | None:
    """Give how a column of a type so spelt tells the time; None where it does not."""
    import sqlalchemy as sa

    match clock_form(spelling):
        case ClockForm.AWARE:
            return Clock((Track(value, zone),))
        case ClockForm.NAIVE:
            return Clock((Track(value, zone, wall=True),))
        case ClockForm.DATE:
            return Clock((Track(sa.cast(value, sa.DateTime()), zone, wall=True, day=True),), by_day=True)
        case ClockForm.EPOCH:
            return Clock((Track(since_1970(value), zone, seconds=True),))
        case ClockForm.TEXT:
            return _text_clock(value, zone, cast or sa.cast)
        case _:
            return None


def since_1970(value: ColumnElement[Any], cast: Cast | None = None) -> ColumnElement[Any]:
    """Give seconds for a count since 1970: its unit is told by how large it is.

    Counts below 10^11 are seconds (until the year 5138), so milliseconds before March 1973 would be misread.
    """
    import sqlalchemy as sa

    number: ColumnElement[Any] = (cast or sa.cast)(value, sa.Double())
    size = sa.func.abs(number)
    return sa.case(
        (size < _number("1e11"), number),
        (size < _number("1e14"), number / _number("1e3")),
        (size < _number("1e17"), number / _number("1e6")),
        else_=number / _number("1e9"),
    )


def _text_clock(value: ColumnElement[Any], zone: ZoneInfo, cast: Cast) -> Clock:
    import sqlalchemy as sa

    text = sa.func.trim(sa.cast(value, sa.Text()))
    aware, naive = sa.DateTime(timezone=True), sa.DateTime()
    tracks = (
        Track(sa.case((_matches(text, ZONED), cast(text, aware))), zone),
        Track(sa.case((_matches(text, WALL), cast(text, naive))), zone, wall=True),
        Track(sa.case((_matches(text, DAY), cast(text, naive))), zone, wall=True, day=True),
    )
    untold = sa.and_(*(track.value.is_(None) for track in tracks))
    return Clock(tracks, sa.and_(text != sa.literal_column("''"), untold))


def _matches(text: ColumnElement[Any], pattern: str) -> ColumnElement[bool]:
    import sqlalchemy as sa

    return text.op("~", is_comparison=True)(sa.bindparam(None, pattern, type_=sa.types.NullType(), unique=True))


def _number(text: str) -> ColumnElement[Any]:
    import sqlalchemy as sa

    return sa.literal_column(text, sa.Double())
