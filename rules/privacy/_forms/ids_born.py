"""Dates of birth inside numbers: where every number of a column holds one, and they spread over lives, it is people's.

An order number may begin with its day, as a Danish or a Korean number begins with a day of birth; but orders are of the
last few years, and births of the last ninety.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Final

from rules.privacy._forms.checks import day

_TWO: Final = r"(?P<y>\d\d)"
_MONTH, _DAY = r"(?P<m>\d\d)", r"(?P<d>\d\d)"
_FORMS: Final = tuple(
    re.compile(form)
    for form in (
        rf"{_TWO}{_MONTH}{_DAY}-?(?P<c>[1-8])\d{{6}}",  # Korea
        rf"{_DAY}{_MONTH}{_TWO}-?\d{{4}}",  # Denmark
        rf"{_TWO}{_MONTH}{_DAY}-?\d\d-?\d{{4}}",  # Malaysia
        rf"{_TWO}{_MONTH}{_DAY}/?\d{{3,4}}",  # Czechia and Slovakia
        rf"{_TWO}{_MONTH}{_DAY}[-+]\d{{4}}",  # Sweden
        rf"\d{{6}}{_DAY}{_MONTH}{_TWO}\d{{4}}",  # Indonesia
    )
)
_SHARE: Final = 0.95
_ENOUGH: Final = 16
_YEARS: Final = 32
"""Between the fifth and the 95th of a hundred births: the numbers of a firm or an event do not go back so far."""
_THIS: Final = 30
"""Two digits up to this are a year of this century."""


def births_inside(values: Sequence[str]) -> bool:
    """Whether nearly all of these numbers, of one shape, hold dates at one place that spread as births do."""
    if len(set(values)) < _ENOUGH:
        return False
    return any(_spread(values, form) for form in _FORMS)


def _spread(values: Sequence[str], form: re.Pattern[str]) -> bool:
    days: list[date] = []
    for tried, value in enumerate(values, 1):
        if (match := form.fullmatch(value)) and (found := _born(match)):
            days.append(found)
        elif tried - len(days) > len(values) * (1 - _SHARE):
            return False
    ordered = sorted(days)
    low, high = ordered[len(ordered) // 20], ordered[-1 - len(ordered) // 20]
    many = len({one.month for one in days}) >= 6 and len({one.day for one in days}) * 2 >= min(28, len(days))
    return many and (high - low).days >= _YEARS * 365 and high.year - low.year <= 105


def _born(match: re.Match[str]) -> date | None:
    """Give the day that a number holds; women's months and days are written with an offset in some countries."""
    parts = match.groupdict()
    month, of_month, year = int(parts["m"]), int(parts["d"]), int(parts["y"])
    month -= next((offset for offset in (70, 50, 20) if 1 <= month - offset <= 12), 0) if month > 12 else 0
    of_month -= 40 if 41 <= of_month <= 71 else 0
    century = 2000 if year <= _THIS else 1900
    if code := parts.get("c"):
        century = 2000 if code in "3478" else 1900
    return day(f"{century + year}-{month:02d}-{of_month:02d}")
