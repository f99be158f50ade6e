"""Ways in which time misleads, each with its honest twin, told in the words of any system that keeps time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from lineage.model import Verdict
from lineage.testing import NOW

HELD, BROKEN, OPEN = Verdict.HELD, Verdict.BROKEN, Verdict.UNVERIFIED
EU, US = "EU", "US"


@dataclass(frozen=True)
class Timing:
    """Records of one dataset, what is promised of them, and what is true."""

    form: str
    """`aware`, `naive`, `date`, `epoch` or `text`."""
    records: tuple[tuple[str, Any], ...]
    """Region, and what the clock says: a moment, a number, a text, or None."""
    expected: Verdict
    """The verdict on `fresh.within`."""
    within: str = "1 day"
    zone: str | None = None
    more: str = ""
    where: str = ""
    per: Verdict | None = None
    """The verdict on `fresh.per`, where freshness is promised for each region."""


def ago(**span: float) -> datetime:
    """Give a moment before now."""
    return NOW - timedelta(**span)


def walled(moment: datetime, zone: str) -> datetime:
    """Give what a wall clock in a zone shows at a moment."""
    return moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def unzoned(moment: datetime) -> datetime:
    """Give what a wall clock in UTC shows."""
    return moment.replace(tzinfo=None)


def _at(*moments: Any, region: str = EU) -> tuple[tuple[str, Any], ...]:
    return tuple((region, moment) for moment in moments)


FRESH, STALE, FUTURE = ago(hours=3), ago(days=200), NOW + timedelta(days=40)
BERLIN, KOLKATA, KIRITIMATI, PAGO, PACIFIC = (
    "Europe/Berlin", "Asia/Kolkata", "Pacific/Kiritimati", "Pacific/Pago_Pago", "America/Los_Angeles",
)  # fmt: skip
_EACH: Final = "per: region"


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())


WORLDS: Final[Mapping[str, tuple[Timing, Timing]]] = {
    # the flaw, and its honest twin
    "stale": (Timing("aware", _at(STALE), BROKEN), Timing("aware", _at(STALE, FRESH), HELD)),
    "future_hides_dead": (Timing("aware", _at(STALE, FUTURE), BROKEN), Timing("aware", _at(FRESH, FUTURE), HELD)),
    "all_future": (Timing("aware", _at(FUTURE, FUTURE), BROKEN), Timing("aware", _at(FRESH, FRESH), HELD)),
    "empty": (Timing("aware", (), BROKEN), Timing("aware", _at(FRESH), HELD)),
    "one_row": (Timing("aware", _at(ago(hours=25)), BROKEN), Timing("aware", _at(ago(hours=23)), HELD)),
    "no_clock_at_all": (Timing("aware", _at(None, None), BROKEN), Timing("aware", _at(None, FRESH), HELD)),
    "null_beside_stale": (Timing("aware", _at(None, STALE), BROKEN), Timing("aware", _at(None, FRESH), HELD)),
    "null_beside_future": (Timing("aware", _at(None, FUTURE), BROKEN), Timing("aware", _at(None, FRESH, FUTURE), HELD)),
    "backfill": (
        Timing("aware", _at(*(ago(days=30 + day) for day in range(40))), BROKEN),
        Timing("aware", _at(*(ago(days=day / 2) for day in range(40))), HELD),
    ),
    "to_the_second": (
        Timing("aware", _at(ago(days=1, seconds=1)), BROKEN),
        Timing("aware", _at(ago(days=1) + timedelta(seconds=1)), HELD),
    ),
    "at_the_limit": (Timing("aware", _at(ago(days=1, seconds=2)), BROKEN), Timing("aware", _at(ago(days=1)), HELD)),
    "a_month_by_the_calendar": (
        Timing("aware", _at(datetime(2026, 10, 22, 11, 59, tzinfo=UTC)), BROKEN, "1 month"),
        Timing("aware", _at(datetime(2026, 10, 22, 12, 1, tzinfo=UTC)), HELD, "1 month"),
    ),
    "clock_ahead_beyond_skew": (
        Timing("aware", _at(NOW + timedelta(minutes=10)), BROKEN),
        Timing("aware", _at(NOW + timedelta(minutes=4)), HELD),
    ),
    "clock_ahead_and_declared": (
        Timing("aware", _at(NOW + timedelta(minutes=31)), BROKEN, more="skew: 30 minutes"),
        Timing("aware", _at(NOW + timedelta(minutes=29)), HELD, more="skew: 30 minutes"),
    ),
    "aware_whatever_zone_is_declared": (
        Timing("aware", _at(ago(hours=5)), BROKEN, "1 hour", BERLIN),
        Timing("aware", _at(ago(minutes=10)), HELD, "1 hour", BERLIN),
    ),
    "stale_segment": (
        Timing("aware", (*_at(STALE), *_at(FRESH, region=US)), HELD, more=_EACH, per=BROKEN),
        Timing("aware", (*_at(FRESH), *_at(FRESH, region=US)), HELD, more=_EACH, per=HELD),
    ),
    "segment_dead_behind_future": (
        Timing("aware", (*_at(STALE, FUTURE), *_at(FRESH, region=US)), HELD, more=_EACH, per=BROKEN),
        Timing("aware", (*_at(FRESH, FUTURE), *_at(FRESH, region=US)), HELD, more=_EACH, per=HELD),
    ),
    "segment_without_times": (
        Timing("aware", (*_at(None), *_at(FRESH, region=US)), HELD, more=_EACH, per=BROKEN),
        Timing("aware", (*_at(None, FRESH), *_at(FRESH, region=US)), HELD, more=_EACH, per=HELD),
    ),
    "late_partition": (
        Timing("aware", (*_at(ago(hours=30)), *_at(ago(hours=1), region=US)), HELD, more=_EACH, per=BROKEN),
        Timing("aware", (*_at(ago(hours=20)), *_at(ago(hours=1), region=US)), HELD, more=_EACH, per=HELD),
    ),
    "fresh_outside_of_what_is_read": (
        Timing("aware", (*_at(STALE), *_at(FRESH, region=US)), BROKEN, where="region = 'EU'"),
        Timing("aware", (*_at(FRESH), *_at(STALE, region=US)), HELD, where="region = 'EU'"),
    ),
    "nothing_of_what_is_read": (
        Timing("aware", _at(FRESH, region=US), BROKEN, where="region = 'EU'"),
        Timing("aware", _at(FRESH), HELD, where="region = 'EU'"),
    ),
    "wall_clock_of_berlin": (
        Timing("naive", _at(walled(ago(hours=2), BERLIN)), BROKEN, "90 minutes", BERLIN),
        Timing("naive", _at(walled(ago(hours=1), BERLIN)), HELD, "90 minutes", BERLIN),
    ),
    "wall_clock_of_kolkata": (
        Timing("naive", _at(walled(ago(hours=2), KOLKATA)), BROKEN, "1 hour", KOLKATA),
        Timing("naive", _at(walled(ago(minutes=10), KOLKATA)), HELD, "1 hour", KOLKATA),
    ),
    "tomorrow_in_kiritimati": (
        Timing("naive", _at(walled(ago(hours=2), KIRITIMATI)), BROKEN, "1 hour", KIRITIMATI),
        Timing("naive", _at(walled(ago(minutes=10), KIRITIMATI)), HELD, "1 hour", KIRITIMATI),
    ),
    "yesterday_in_pago_pago": (
        Timing("naive", _at(walled(ago(hours=2), PAGO)), BROKEN, "1 hour", PAGO),
        Timing("naive", _at(walled(ago(minutes=10), PAGO)), HELD, "1 hour", PAGO),
    ),
    "future_of_a_wall_clock": (
        Timing("naive", _at(walled(NOW + timedelta(hours=2), BERLIN), walled(STALE, BERLIN)), BROKEN, zone=BERLIN),
        Timing("naive", _at(walled(NOW + timedelta(hours=2), BERLIN), walled(FRESH, BERLIN)), HELD, zone=BERLIN),
    ),
    "no_zone_and_too_close": (
        Timing("naive", _at(unzoned(ago(minutes=10))), OPEN, "1 hour"),
        Timing("naive", _at(unzoned(ago(minutes=10))), HELD, "1 hour", "UTC"),
    ),
    "no_zone_and_stale_in_all": (
        Timing("naive", _at(unzoned(ago(hours=40))), BROKEN),
        Timing("naive", _at(unzoned(ago(hours=40))), HELD, "3 days"),
    ),
    "no_zone_and_ahead": (
        Timing("naive", _at(unzoned(NOW + timedelta(hours=15))), BROKEN, "3 days"),
        Timing("naive", _at(unzoned(NOW + timedelta(hours=13))), OPEN, "3 days"),
    ),
    "summer_time_has_ended": (
        # 29 days back Berlin was two hours from UTC, today it is one.
        Timing("naive", _at(datetime(2026, 10, 24, 13, 30)), BROKEN, "29 days", BERLIN),  # noqa: DTZ001 - a wall clock
        Timing("naive", _at(datetime(2026, 10, 24, 14, 30)), HELD, "29 days", BERLIN),  # noqa: DTZ001
    ),
    "the_hour_that_passes_twice": (
        # 01:30 in Los Angeles was 08:30 and, an hour later, 09:30 UTC; the limit lies between.
        Timing("naive", _at(datetime(2026, 11, 1, 1, 30)), OPEN, "21 days 3 hours", PACIFIC),  # noqa: DTZ001
        Timing("naive", _at(datetime(2026, 11, 1, 2, 30)), HELD, "21 days 3 hours", PACIFIC),  # noqa: DTZ001
    ),
    "before_the_hour_that_passes_twice": (
        Timing("naive", _at(datetime(2026, 11, 1, 0, 30)), BROKEN, "21 days 3 hours", PACIFIC),  # noqa: DTZ001
        Timing("naive", _at(datetime(2026, 11, 1, 1, 30)), HELD, "21 days 5 hours", PACIFIC),  # noqa: DTZ001
    ),
    "the_hour_that_is_left_out": (
        # Berlin went from 02:00 to 03:00 on 29 March: 03:10 was 01:10 UTC, 01:50 was 00:50.
        Timing("naive", _at(datetime(2026, 3, 29, 1, 50)), BROKEN, "238 days 11 hours", BERLIN),  # noqa: DTZ001
        Timing("naive", _at(datetime(2026, 3, 29, 3, 10)), HELD, "238 days 11 hours", BERLIN),  # noqa: DTZ001
    ),
    "end_of_time": (
        Timing("naive", _at(datetime(9999, 12, 31), unzoned(STALE)), BROKEN, zone="UTC"),  # noqa: DTZ001
        Timing("naive", _at(datetime(9999, 12, 31), unzoned(FRESH)), HELD, zone="UTC"),  # noqa: DTZ001
    ),
    "beginning_of_time": (
        Timing("naive", _at(datetime(1900, 1, 1)), BROKEN, zone="UTC"),  # noqa: DTZ001
        Timing("naive", _at(datetime(1900, 1, 1), unzoned(FRESH)), HELD, zone="UTC"),  # noqa: DTZ001
    ),
    "days": (
        Timing("date", _at(ago(days=2).date()), BROKEN, zone="UTC"),
        Timing("date", _at(NOW.date()), HELD, zone="UTC"),
    ),
    "yesterday_may_be_a_day_ago": (
        Timing("date", _at(ago(days=1).date()), OPEN, zone="UTC"),
        Timing("date", _at(ago(days=1).date()), HELD, "2 days", "UTC"),
    ),
    "days_ahead": (
        Timing("date", _at(FUTURE.date(), STALE.date()), BROKEN, zone="UTC"),
        Timing("date", _at(FUTURE.date(), NOW.date()), HELD, zone="UTC"),
    ),
    "seconds_since_1970": (
        Timing("epoch", _at(_seconds(STALE)), BROKEN),
        Timing("epoch", _at(_seconds(FRESH)), HELD),
    ),
    "milliseconds_since_1970": (
        Timing("epoch", _at(_seconds(STALE) * 1000), BROKEN),
        Timing("epoch", _at(_seconds(FRESH) * 1000), HELD),
    ),
    "microseconds_since_1970": (
        Timing("epoch", _at(_seconds(STALE) * 10**6), BROKEN),
        Timing("epoch", _at(_seconds(FRESH) * 10**6), HELD),
    ),
    "nanoseconds_since_1970": (
        Timing("epoch", _at(_seconds(STALE) * 10**9), BROKEN),
        Timing("epoch", _at(_seconds(FRESH) * 10**9), HELD),
    ),
    "zero_for_unknown": (Timing("epoch", _at(0, 0), BROKEN), Timing("epoch", _at(0, _seconds(FRESH)), HELD)),
    "seconds_ahead": (
        Timing("epoch", _at(_seconds(FUTURE), _seconds(STALE)), BROKEN),
        Timing("epoch", _at(_seconds(FUTURE), _seconds(FRESH)), HELD),
    ),
    "text_in_utc": (
        Timing("text", _at("2026-05-06T12:00:00Z"), BROKEN, zone="UTC"),
        Timing("text", _at("2026-11-22T09:00:00Z"), HELD, zone="UTC"),
    ),
    "text_with_an_offset": (
        Timing("text", _at("2026-11-22T12:30:00+05:30"), BROKEN, "4 hours", BERLIN),
        Timing("text", _at("2026-11-22T03:30:00-05:30"), HELD, "4 hours", BERLIN),
    ),
    "text_that_sorts_otherwise": (
        # By letters the first is the later one, by time the second.
        Timing("text", _at("2026-11-22T10:00:00+05:30", "2026-11-22T05:00:00Z"), BROKEN, "6 hours", BERLIN),
        Timing("text", _at("2026-11-22T10:00:00+05:30", "2026-11-22T09:00:00Z"), HELD, "6 hours", BERLIN),
    ),
    "text_without_a_zone": (
        Timing("text", _at("2026-11-22 11:30:00"), OPEN, "1 hour"),
        Timing("text", _at("2026-11-22 12:30:00"), HELD, "1 hour", BERLIN),
    ),
    "text_that_tells_no_time": (
        Timing("text", _at("unknown", "2026-11-22T09:00:00Z"), OPEN, zone="UTC"),
        Timing("text", _at("", "2026-11-22T09:00:00Z"), HELD, zone="UTC"),
    ),
}
