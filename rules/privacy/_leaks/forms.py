"""The forms in which people and programs write one value: what a search for leaks looks for.

A value is reduced to its letters and digits in lower case without accents (`_leaks/letters`), so that spaces, dashes
and capitals make no difference; what else may differ (an umlaut written as one letter or two, a trunk prefix, the order
of a date, an alias of an address) becomes another form of it.
What a value is, is told by how it looks where the name of its kind does not say so.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from html import unescape
from typing import Final
from urllib.parse import unquote

from rules.privacy._leaks.dates import days_of, written
from rules.privacy._leaks.letters import ONCE, SPLITS, plain
from rules.privacy._leaks.numbers import groups, machines, phones
from rules.privacy._leaks.text import LETTERS, reduced

SHORTEST: Final = 6
"""Values of fewer letters and digits stand in any text by luck: they are not looked for."""
LONGEST: Final = 64
"""Of longer values the beginning is looked for."""
OWN_SIGNS: Final = 1 << 63
"""A number that is kept with a sign that no other number has inside."""
_PHONE: Final = re.compile(r"\+\s?\d[\d ()/.\-\u00a0]{6,20}")
_SPLITTING: Final = frozenset(SPLITS.decode())
_ESCAPING: Final = frozenset("%\\&=<")
_DIGIT: Final = re.compile(r"\d")
_LETTER: Final = re.compile(r"[^\W\d_]")
_PHONES: Final = ("phone", "contact", "mobile", "telefon", "tel", "fax", "whatsapp", "sms")
_DAYS: Final = ("birth", "date", "dob", "born")
_NAMES: Final = ("person", "name", "contact")
_PLACES: Final = ("address", "street")
_MACHINE: Final = re.compile(r"(?:\d{1,3}\.){3}\d{1,3}|\[?[0-9a-fA-F]{0,4}(?::[0-9a-fA-F]{0,4}){2,7}\]?")
_POSITION: Final = re.compile(r"[-+]?\d{1,3}\.\d{3,}\s?[,; /]\s?[-+]?\d{1,3}\.\d{3,}")
_ADDRESS: Final = re.compile(r"[^\s<>()\[\]\"',;:@]+@[^\s<>()\[\]\"',;:@]+\.[^\s<>()\[\]\"',;:@.]+")
_TITLES: Final = re.compile(
    r"(?:(?:dr|prof|mr|mrs|ms|miss|mx|sir|herr|frau|hr|fr|mme|mlle|m|sr|sra|sig|ing|dipl|med|phil|rer|nat|ir|drs)\b\.?[\s-]*)+",
    re.IGNORECASE,
)
_STREETS: Final = (
    ("straße", "str"), ("strasse", "str"), ("street", "st"), ("road", "rd"), ("avenue", "ave"), ("boulevard", "blvd"),
    ("drive", "dr"), ("lane", "ln"), ("court", "ct"), ("square", "sq"), ("place", "pl"), ("apartment", "apt"),
)  # fmt: skip
_SHORT: Final = {short: long for long, short in _STREETS if long != "strasse"}
_SHORTENED: Final = re.compile(rf"\b({'|'.join(_SHORT)})\b\.?", re.IGNORECASE)


@cache
def _named(label: str, words: tuple[str, ...]) -> bool:
    return any(word in label for word in words)


def holds_phones(label: str) -> bool:
    """Whether values of a kind are numbers of phones, by its name."""
    return _named(label, _PHONES)


def forms(value: str, label: str) -> Iterator[tuple[bytes, int]]:
    """Give every form of a value in which it is looked for, as it is written first, each with where its groups end.

    Only of addresses of machines and of positions the groups tell which one it is, and are given.
    """
    told = value.strip()
    yield from _forms(told, label)
    if not told.isascii() and (bare := unicodedata.normalize("NFC", told.lower()).translate(ONCE)) != told:
        yield from _forms(bare, label)
    if not _ESCAPING.isdisjoint(told):
        yield _undone(told), 0
        if (meant := unescape(unquote(told))) != told:
            yield from _forms(meant, label)


def _undone(told: str) -> bytes:
    """Give a value that is kept with escapes as texts are read: `M&uuml;ller` is found as it is, and as it is meant."""
    return reduced(told.encode("utf-8", "replace")).translate(None, bytes(range(LETTERS)))


def _forms(told: str, label: str) -> Iterator[tuple[bytes, int]]:
    if "@" in told:
        yield from ((form, 0) for form in _with_address(told))
    elif _MACHINE.fullmatch(told) and (spelled := machines(told)):
        yield from ((plain(one), groups(one) | OWN_SIGNS) for one in spelled)
    elif _POSITION.fullmatch(told):
        yield plain(told), groups(told) | OWN_SIGNS
    elif (holds_phones(label) and len(_DIGIT.findall(told)) >= SHORTEST) or _PHONE.fullmatch(told):
        yield from ((form, 0) for form in phones(told))
        if _LETTER.search(told):
            yield from _as_it_is(told, label)
    elif _named(label, _DAYS) and (days := days_of(told)):
        yield from ((plain(form), 0) for day in days for form in written(day))
    else:
        yield from _as_it_is(told, label)


def _as_it_is(told: str, label: str) -> Iterator[tuple[bytes, int]]:
    reduced = plain(told)
    yield (
        reduced,
        OWN_SIGNS if reduced.isdigit() and not _SPLITTING.isdisjoint(told) else 0,
    )
    yield from ((form, 0) for form in _turned(told, label))


def _with_address(told: str) -> Iterator[bytes]:
    found = _ADDRESS.findall(told) or ([] if told.startswith("@") or " " in told else [told])
    for one in found:
        yield from _address(one)
    if found != [told]:
        yield plain(told)


def _address(told: str) -> Iterator[bytes]:
    local, _, host = told.lower().rpartition("@")
    base = local.partition("+")[0] or local
    hosts = (host, *({"gmail.com", "googlemail.com"} - {host} if host in {"gmail.com", "googlemail.com"} else ()))
    for name in dict.fromkeys((local, base)):
        letters, spelled = plain(name), plain(name.replace(".", "dot")) if "." in name else b""
        for place in hosts:
            own, told_by_word = plain(place), plain(place.replace(".", "dot"))
            yield letters + own
            yield letters + b"at" + told_by_word
            yield letters + b"at" + own
            if spelled:
                yield spelled + b"at" + told_by_word


def _turned(told: str, label: str) -> Iterator[bytes]:
    if _named(label, _NAMES):
        if (titled := _TITLES.match(told)) is not None and " " in (bare := told[titled.end() :].strip()):
            yield plain(bare)
            told = bare
        words = re.findall(r"[^\s,]+", told)
        if len(words) > 1:
            yield plain(" ".join((*words[1:], words[0])))
            yield plain(" ".join((words[-1], *words[:-1])))
        if len(words) > 2 and "," in told:
            given, _, rest = told.partition(",")
            yield plain(f"{rest} {given}")
    elif _named(label, _PLACES):
        low = told.lower()
        for long, short in _STREETS:
            if long in low:
                yield plain(low.replace(long, short))
        if _SHORTENED.search(told):
            yield plain(_SHORTENED.sub(lambda found: _SHORT[found[1].lower()], told))
        yield plain(re.sub(r"(?i)(?<=[a-zäöü])str\.?(?=\W|$)", "straße", told))
