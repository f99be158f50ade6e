"""The forms in which people and programs write a day."""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from typing import Final

_NUMBERS: Final = re.compile(r"(\d{4})[-/.]?(\d\d?)[-/.]?(\d\d?)(?:[T ].*)?|(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4})")
_NAMED: Final = re.compile(r"(?:(\d{1,2})\D{0,4}?[-. ]+)?([^\W\d_]{3,10})\.?[-,. ]+(?:(\d{1,2})\D{0,4}[-,. ]+)?(\d{4})")
_MONTHS: Final = (
    ("january jan januar", "janvier", "enero", "gennaio", "janeiro", "januari"),
    ("february feb februar", "février", "febrero", "febbraio", "fevereiro", "februari"),
    ("march mar märz", "mars", "marzo", "março", "maart"),
    ("april apr", "avril", "abril", "aprile"),
    ("may mai", "mayo", "maggio", "maio", "mei"),
    ("june jun juni", "juin", "junio", "giugno", "junho"),
    ("july jul juli", "juillet", "julio", "luglio", "julho"),
    ("august aug", "août", "agosto", "augustus"),
    ("september sep sept", "septembre", "septiembre", "settembre", "setembro"),
    ("october oct oktober okt", "octobre", "octubre", "ottobre", "outubro"),
    ("november nov", "novembre", "noviembre", "novembro"),
    ("december dec dezember dez", "décembre", "diciembre", "dicembre", "dezembro"),
)
"""Names of each month: English and German ones with their short forms, then those of other languages."""


@cache
def _named() -> dict[str, int]:
    return {name: number for number, names in enumerate(_MONTHS, 1) for each in names for name in each.split()}


def days_of(told: str) -> list[date]:
    """Give the days that a text may mean: none where it is no day, two where month and day may be either."""
    readings: list[tuple[int, int, int]] = []
    if (found := _NUMBERS.fullmatch(told)) is not None:
        first, second, third = (int(part) for part in found.groups() if part)
        readings = [(first, second, third)] if found[1] else [(third, second, first), (third, first, second)]
    elif (found := _NAMED.match(told)) is not None and (month := _named().get(found[2].lower())) is not None:
        readings = [(int(found[4]), month, int(found[1] or found[3] or 0))]
    days = []
    for year, month, day in readings:
        try:
            days.append(date(year, month, day))
        except ValueError:
            continue
    return list(dict.fromkeys(days))


def written(told: date) -> tuple[str, ...]:
    """Give a day as it is written, signs between left out."""
    year, month, day = told.year, told.month, told.day
    forms = [told.strftime(form) for form in ("%Y%m%d", "%d%m%Y", "%m%d%Y")]
    # A moment in JSON has a letter between its day and its hour, and that is midnight where only a day is meant.
    forms += [f"{forms[0]}t00", f"{day}{month}{year}", f"{month}{day}{year}"]
    forms += [f"{year}年{month}月{day}日", f"{year}년{month}월{day}일"]
    ordinal = f"{day}{'th' if 10 < day < 20 else {1: 'st', 2: 'nd', 3: 'rd'}.get(day % 10, 'th')}"
    english, *others = _MONTHS[month - 1]
    short = english.split()
    for name in (*short, *others):
        forms += [f"{day}{name}{year}", f"{day:02}{name}{year}"]
    for name in short:
        forms += [f"{name}{day}{year}", f"{name}{day:02}{year}"]
    for name in short[:2]:
        forms += [f"{name}{ordinal}{year}", f"{ordinal}{name}{year}", f"{ordinal}of{name}{year}"]
    forms += [f"{day}de{name}de{year}" for name in others]
    return tuple(dict.fromkeys(forms))
