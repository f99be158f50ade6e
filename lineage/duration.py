"""Durations as people write them (`4 hours`, `24 months`, `P1Y6M`), kept as months and seconds.

A month has no fixed length, so a duration is only turned into a moment from a given one: `before(now)`.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from lineage.errors import PlanError

_SECONDS: Final = {"second": 1, "minute": 60, "hour": 3600, "day": 86_400, "week": 604_800}
_MONTHS: Final = {"month": 1, "quarter": 3, "year": 12}
_SHORT: Final = {"s": "second", "sec": "second", "min": "minute", "h": "hour", "hr": "hour", "d": "day", "w": "week"}
_WORDS: Final = re.compile(r"(\d+(?:\.\d+)?)\s*([a-z]+)\s*(?:,|and)?\s*", re.IGNORECASE)
_ISO: Final = re.compile(
    r"P(?!$)(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?"
)
_MEAN_MONTH_SECONDS: Final = 2_629_746  # the Gregorian mean: 365.2425 days / 12
_LONGEST_YEARS: Final = 1_000


@dataclass(frozen=True, slots=True)
class Duration:
    """A span of calendar months and seconds, never negative."""

    months: int = 0
    seconds: float = 0

    def before(self, moment: datetime) -> datetime:
        """Give the moment that lies this long before `moment`; the day is cut to the month's length."""
        total = moment.year * 12 + moment.month - 1 - self.months
        year, month = divmod(total, 12)
        if year < 1:
            return datetime.min.replace(tzinfo=moment.tzinfo)
        day = min(moment.day, calendar.monthrange(year, month + 1)[1])
        try:
            return moment.replace(year=year, month=month + 1, day=day) - timedelta(seconds=self.seconds)
        except OverflowError:
            return datetime.min.replace(tzinfo=moment.tzinfo)

    def mean(self) -> timedelta:
        """Give the mean length, for comparing and sorting only."""
        return timedelta(seconds=self.seconds + self.months * _MEAN_MONTH_SECONDS)

    def plus(self, other: timedelta) -> Duration:
        """Give a duration that is longer by `other` (shorter where it is negative, never below zero)."""
        return Duration(self.months, max(0.0, self.seconds + other.total_seconds()))

    def __str__(self) -> str:
        """`24 months`, `4 hours`: the largest unit that fits exactly."""
        parts = []
        if self.months:
            years, months = divmod(self.months, 12)
            parts.append(_count(years, "year") if years and not months else _count(self.months, "month"))
        if self.seconds or not self.months:
            for unit in ("day", "hour", "minute", "second"):
                if self.seconds % _SECONDS[unit] == 0 or unit == "second":
                    parts.append(_count(self.seconds / _SECONDS[unit], unit))
                    break
        return " ".join(parts)


def parse_duration(text: str) -> Duration:
    """Read a duration in words (`1 day 6 hours`, `90d`) or ISO 8601 (`PT15M`, `P24M`).

    Raises:
        PlanError: it is neither, or it is longer than a thousand years.
    """
    stripped = text.strip()
    duration = _from_iso(stripped) if stripped.startswith("P") else _from_words(stripped)
    if duration is None or duration.months > 12 * _LONGEST_YEARS or duration.seconds > 366 * 86_400 * _LONGEST_YEARS:
        raise PlanError(f"not a duration: {text!r}; write it like '4 hours', '24 months' or 'PT15M'")
    return duration


def _from_iso(text: str) -> Duration | None:
    found = _ISO.fullmatch(text)
    if found is None or len(text) > 60:
        return None
    years, months, weeks, days, hours, minutes, seconds = (float(part or 0) for part in found.groups())
    return Duration(int(years * 12 + months), weeks * 604_800 + days * 86_400 + hours * 3600 + minutes * 60 + seconds)


def _from_words(text: str) -> Duration | None:
    months, seconds, position = 0.0, 0.0, 0
    while position < len(text):
        found = _WORDS.match(text, position)
        if found is None or len(text) > 60:
            return None
        amount, word = float(found[1]), found[2].lower()
        unit = _SHORT.get(word, word.removesuffix("s") if len(word) > 1 else word)
        if unit in _MONTHS:
            months += amount * _MONTHS[unit]
        elif unit in _SECONDS:
            seconds += amount * _SECONDS[unit]
        else:
            return None
        position = found.end()
    if position == 0 or months % 1:
        return None
    return Duration(int(months), seconds)


def _count(amount: float, unit: str) -> str:
    whole = int(amount) if amount == int(amount) else amount
    return f"{whole} {unit}" + ("" if whole == 1 else "s")
