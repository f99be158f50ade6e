"""Measures as columns of a statement: what is aggregated of each row, and how the results become a measure's value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from connectors._sql import Failed, Reading, bound, flag
from connectors._tasks.clocks import Track
from connectors._tasks.joins import Beside, Keys, keys_behind, repeats_of
from lineage.connector import Measure, MeasureKind
from lineage.predicate import Predicate

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

Value = int | float | datetime | None
_CLOCKED: Final = frozenset({MeasureKind.NEWEST, MeasureKind.OLDEST, MeasureKind.FUTURE, MeasureKind.OLDER})
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Part:
    """A measure as columns of the statement: aggregates, and how their results become its value."""

    measure: Measure
    columns: tuple[tuple[str, ColumnElement[Any], Track | None], ...] = ()
    """(aggregate: `count`, `max` or `min`; condition or value of a row; its track for a moment)."""
    by_day: bool = True
    """A day without a time may decide."""
    unreadable: ColumnElement[bool] | None = None
    """Rows whose value tells no time although it should: a single one makes the measure unsure."""
    keys: Keys | None = None
    """What the rows are joined with for it."""
    beside: Beside | None = None
    """What is counted beside the rows."""

    @property
    def aggregates(self) -> tuple[tuple[str, ColumnElement[Any], Track | None], ...]:
        """Its columns, and after them the number of unreadable values where there can be some."""
        return self.columns if self.unreadable is None else (*self.columns, ("count", self.unreadable, None))

    @property
    def width(self) -> int:
        """How many columns of the result are its own."""
        return len(self.aggregates) + (self.beside.width if self.beside else 0)

    def value(self, results: Sequence[Any]) -> Value:
        """Turn the results for one atom into the measure's value.

        Raises:
            Failed: values that tell no time may decide, or the deciding moment is not known closely enough.
        """
        if self.unreadable is not None and results[-1]:
            raise Failed(f"{int(results[-1]):,} values tell no time", "write moments in ISO 8601, with their zone")
        if self.measure.kind not in {MeasureKind.NEWEST, MeasureKind.OLDEST}:
            return sum(int(result or 0) for result in results[: len(self.columns)])
        try:
            moments = [
                (track.moment(float(result)), track.day)
                for result, (_, _, track) in zip(results, self.columns, strict=False)
                if track is not None and result is not None
            ]
        except ValueError:
            raise Failed("a value is not a number", "write moments in ISO 8601, with their zone") from None
        if not moments:
            return None
        newest = self.measure.kind is MeasureKind.NEWEST
        decides = max(moments) if newest else min(moments)
        days = [moment for moment, day in moments if day]
        # A day may lie as much as a day later than its start: beside values with a time, that decides nothing.
        if not self.by_day and any(day + _DAY > decides[0] if newest else day <= decides[0] for day in days):
            raise Failed("the moment that decides is a day without a time", "keep the time with the day")
        return decides[0]


def parts_of(
    reading: Reading, measures: Sequence[Measure], where: Predicate | None = None, cells: Sequence[Predicate] = ()
) -> list[Part]:
    """Turn measures into columns.

    Raises:
        Failed: a field is not there, or is no clock.
    """
    return [
        Part(measure, beside=repeats_of(reading, measure, where, cells))
        if measure.kind is MeasureKind.REPEATS
        else _part(reading, measure)
        for measure in measures
    ]


def _part(reading: Reading, measure: Measure) -> Part:
    import sqlalchemy as sa

    if measure.field is None:
        return Part(measure)
    if measure.kind in _CLOCKED:
        return _clock_part(reading, measure, measure.field)
    value = reading.field(measure.field)
    counted: ColumnElement[bool]
    keys: Keys | None = None
    match measure.kind:
        case MeasureKind.ORPHANS:
            keys = keys_behind(reading, measure)
            counted = sa.and_(value.is_not(None), keys.key.is_(None))
        case MeasureKind.NULLS:
            counted = value.is_(None)
        case MeasureKind.BLANKS:
            counted = reading.traits.blank(reading.traits.text(value))
        case _:
            inside = flag(reading.one_of(measure.field, measure.values or ()))
            counted = sa.and_(value.is_not(None), inside == sa.literal_column("0"))
    return Part(measure, (("count", counted, None),), keys=keys)


def _clock_part(reading: Reading, measure: Measure, name: str) -> Part:
    import sqlalchemy as sa

    clock = reading.clock(name, measure.zone)
    now, span = reading.now, measure.span
    ahead = now + span.mean() if span else now
    columns: list[tuple[str, ColumnElement[Any], Track | None]] = []
    for track in clock.tracks:
        match measure.kind:
            case MeasureKind.NEWEST:
                latest = bound(track.bound(ahead))
                columns.append(("max", sa.case((track.value <= latest, track.value)), track))
            case MeasureKind.OLDEST:
                columns.append(("min", track.value, track))
            case MeasureKind.FUTURE:
                latest = bound(track.bound(ahead))
                columns.append(("count", track.value > latest, None))
            case _:
                limit = bound(track.bound(span.before(now) if span else now, certain=True))
                columns.append(("count", track.value < limit, None))
    return Part(measure, tuple(columns), clock.by_day, clock.unreadable)
