"""The forms in which people and programs write the numbers of phones and of machines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from ipaddress import ip_address
from typing import Final

from rules.privacy._leaks.letters import plain

_TWO_DIGITS: Final = re.compile(r"2[07]|3[0-469]|4[0134-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]")
"""Country codes of two digits; 1 and 7 have one, all others three."""
_INSIDE: Final = {b"7": b"8", b"36": b"6", b"52": b"1", b"370": b"8", b"375": b"80", b"993": b"8"}
"""What some countries dial before a number of their own; a trunk prefix of 0 is told without a form of its own."""
_EXTENSION: Final = re.compile(
    r"[\s,;]*(?:\bext(?:ension|n)?\b\.?|x|#|\bposte\b|\bdurchwahl\b)[\s.:]*\d{1,6}\s*$", re.IGNORECASE
)
_EXTENDED: Final = re.compile(r"[^\W\d_]|#")
"""What every extension has."""
_SEVERAL: Final = re.compile(r"[,;|]")
_BEFORE: Final = re.compile(r"^[^\d+(]+")
_GROUP: Final = re.compile(r"[^\W_]+")
_ARGENTINA: Final = b"549"


def phones(told: str) -> Iterator[bytes]:
    """Give the numbers of a text without country code and trunk prefix, which differ by who writes them."""
    for one in _SEVERAL.split(told) if _SEVERAL.search(told) else (told,):
        bare = _BEFORE.sub("", one).strip()
        yield from _phone(bare)
        if _EXTENDED.search(bare) and (short := _EXTENSION.sub("", bare)) != bare:
            yield from _phone(short)


def _phone(told: str) -> Iterator[bytes]:
    digits = plain(told)
    international = told.startswith(("+", "00"))
    yield subscriber(digits, international=international)
    if international:
        yield from _dialled(digits.removeprefix(b"00"))
    elif 11 <= len(digits) <= 15 and not digits.startswith(b"0"):
        # Systems keep numbers with their country code and without the sign before it.
        yield subscriber(digits, international=True)
        yield from _dialled(digits)
        if len(digits) == 11 and digits.startswith(b"8"):
            yield digits[1:]


def _dialled(digits: bytes) -> Iterator[bytes]:
    """Give a number as it is dialled in its own country, where that is not a nought before it."""
    size = country(digits)
    own = digits[size:].lstrip(b"0")
    if (before := _INSIDE.get(digits[:size])) is not None:
        yield before + own
        if digits.startswith(b"521"):
            yield own[1:]
    if digits.startswith(_ARGENTINA):
        bare = digits[len(_ARGENTINA) :]
        yield bare
        yield from (bare[:area] + b"15" + bare[area:] for area in (2, 3, 4))


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
    return 2 if _TWO_DIGITS.match(digits.decode("ascii", "replace")) else 3


def machines(told: str) -> tuple[str, ...]:
    """Give an address of the net in its spellings; nothing where it is none."""
    try:
        address = ip_address(told.strip("[]"))
    except ValueError:
        return ()
    return tuple(dict.fromkeys((told, address.compressed, address.exploded)))


def groups(told: str) -> int:
    """Give behind how many letters each group of a number ends, a bit for each, but for the last one."""
    ends, bits = 0, 0
    for group in _GROUP.findall(told)[:-1]:
        ends += len(group)
        bits |= 1 << (ends - 1)
    return bits
