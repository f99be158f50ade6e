"""The forms in which people and programs write one value: what a search for leaks looks for.

A value is reduced to its letters and digits in lower case without accents, so that spaces, dashes and capitals make no
difference; what else may differ (an umlaut written as one letter or two, a trunk prefix, the order of a date, an alias
of an address) becomes another form of it. `folded` is what both values and texts are reduced by, sign by sign.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import Final

SHORTEST: Final = 6
"""Values of fewer letters and digits stand in any text by luck: they are not looked for."""
LONGEST: Final = 64
"""Of longer values the beginning is looked for."""
_LOWER: Final = bytes(range(256)).lower()
_SIGNS: Final = bytes(code for code in range(128) if not chr(code).isalnum())
FOLDED: Final = (range(0x80, 0x800), range(0x1E00, 0x2C00), range(0x3000, 0x3040), range(0xFF00, 0xFFF0))
"""Signs beyond ASCII that are reduced: capitals, accents, spaces and dashes; others stay as they are."""
_TWICE: Final = {"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa", "æ": "ae", "œ": "oe", "ß": "ss", "þ": "th"}
"""Letters that become two, as their languages write them where there are only plain letters."""
_ONCE: Final = {ord(letter): two[0] for letter, two in _TWICE.items() if letter in "äöüøå"}
_BARE: Final = {"ð": "d", "đ": "d", "ł": "l", "ı": "i", "ħ": "h", "ŧ": "t"}  # noqa: RUF001 - the letter is meant
_MONTHS: Final = (
    ("january", "jan", "januar"), ("february", "feb", "februar"), ("march", "mar", "märz"), ("april", "apr"),
    ("may", "mai"), ("june", "jun", "juni"), ("july", "jul", "juli"), ("august", "aug"), ("september", "sep"),
    ("october", "oct", "oktober"), ("november", "nov"), ("december", "dec", "dezember"),
)  # fmt: skip
_TWO_DIGITS: Final = frozenset(
    map(
        str,
        (
            20,
            27,
            *range(30, 35),
            36,
            39,
            40,
            41,
            *range(43, 50),
            *range(51, 59),
            *range(60, 67),
            81,
            82,
            84,
            86,
            90,
            *range(91, 96),
            98,
        ),
    )
)
"""Country codes of two digits; 1 and 7 have one, all others three."""
PHONES: Final = frozenset({"phone", "contact"})
_DATE: Final = re.compile(r"(\d{4})[-/.]?(\d\d)[-/.]?(\d\d)(?:[T ].*)?|(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4})")


@cache
def folded(sign: str) -> bytes:
    """Give what is left of a sign beyond ASCII: never longer than the sign, so that a text can be reduced in place."""
    own = sign.encode("utf-8", "replace")
    if not any(ord(sign) in some for some in FOLDED):
        return own
    lower = sign.lower()
    if sign.isdecimal():
        return str(int(sign)).encode()
    told = _TWICE.get(lower) or "".join(
        _BARE.get(one, one) for one in unicodedata.normalize("NFKD", lower) if not unicodedata.combining(one)
    )
    left = "".join(one for one in told if one.isalnum()).encode()
    return left if len(left) <= len(own) else own


def plain(text: str) -> bytes:
    """Give a value's letters and digits in lower case, without accents."""
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
        told = b"".join(sign.encode() if sign.isascii() else folded(sign) for sign in text)
        return told.translate(_LOWER, _SIGNS)
    return text.encode().translate(_LOWER, _SIGNS)


def forms(value: str, label: str) -> Iterator[bytes]:
    """Give every form of a value in which it is looked for, as it is written first."""
    told = value.strip()
    yield from _forms(told, label)
    if not told.isascii() and (bare := unicodedata.normalize("NFC", told.lower()).translate(_ONCE)) != told:
        yield from _forms(bare, label)


def _forms(told: str, label: str) -> Iterator[bytes]:
    if "@" in told and " " not in told:
        yield from _address(told)
    elif label in PHONES:
        yield from _numbers(told)
    elif (found := _DATE.fullmatch(told)) is not None and label in {"birth_date", "date_of_birth", "date"}:
        yield from _dates(found)
    else:
        yield plain(told)
        yield from _turned(told, label)


def _address(told: str) -> Iterator[bytes]:
    local, _, host = told.lower().rpartition("@")
    base = local.partition("+")[0] or local
    hosts = (host, *({"gmail.com", "googlemail.com"} - {host} if host in {"gmail.com", "googlemail.com"} else ()))
    for name in dict.fromkeys((local, base)):
        for place in hosts:
            yield plain(f"{name}@{place}")
            yield plain(f"{name} at {place.replace('.', ' dot ')}")
            yield plain(f"{name} at {place}")


def _numbers(told: str) -> Iterator[bytes]:
    digits = plain(told)
    international = told.startswith(("+", "00"))
    yield subscriber(digits, international=international)
    if not international and 11 <= len(digits) <= 15 and not digits.startswith(b"0"):
        # Systems keep numbers with their country code and without the sign before it.
        yield subscriber(digits, international=True)


def subscriber(digits: bytes, *, international: bool) -> bytes:
    """Give a phone number without country code and trunk prefix, which differ by who writes it."""
    told = digits.removeprefix(b"00")
    if international:
        told = told[country(told) :]
    return told.lstrip(b"0")


def country(digits: bytes) -> int:
    """Give how many digits a country code has at the beginning of a number."""
    if digits[:1] in {b"1", b"7"}:
        return 1
    return 2 if digits[:2].decode("ascii", "replace") in _TWO_DIGITS else 3


def _dates(found: re.Match[str]) -> Iterator[bytes]:
    parts = [int(part) for part in found.groups() if part]
    readings = [parts] if found.group(1) else [[parts[2], parts[1], parts[0]], [parts[2], parts[0], parts[1]]]
    for year, month, day in readings:
        try:
            told = date(year, month, day)
        except ValueError:
            continue
        for form in ("%Y%m%d", "%d%m%Y", "%m%d%Y"):
            yield told.strftime(form).encode()
        yield from (f"{day}{month}{year}".encode(), f"{month}{day}{year}".encode())
        for name in _MONTHS[month - 1]:
            for text in (f"{day}{name}{year}", f"{day:02}{name}{year}", f"{name}{day}{year}", f"{name}{day:02}{year}"):
                yield text.encode()


def _turned(told: str, label: str) -> Iterator[bytes]:
    if label in {"person", "name"}:
        words = re.findall(r"[^\s,]+", told)
        if len(words) > 1:
            yield plain(" ".join((*words[1:], words[0])))
            yield plain(" ".join((words[-1], *words[:-1])))
    elif label in {"address", "postal_address"}:
        for long, short in (("straße", "str"), ("strasse", "str"), ("street", "st"), ("road", "rd"), ("avenue", "ave")):
            if long in told.lower():
                yield plain(told.lower().replace(long, short))
        yield plain(re.sub(r"(?i)(?<=[a-zäöü])str\.?(?=\W|$)", "straße", told))
