# ruff: noqa: RUF001 - words of other scripts look like Latin ones
"""Names of people in running text, by what stands around them and by common given names; no language model.

A capital alone says nothing: German writes every noun so, and so do products, firms and towns.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Final

from rules.privacy._lists.given import GIVEN
from rules.privacy._lists.headers import folded, plain
from rules.privacy._lists.names import PARTICLES, THINGS
from rules.privacy._lists.surnames import SUFFIX, SURNAMES
from rules.privacy._text.announced import (
    CAPITAL,
    HINTS,
    NEXT,
    RUN,
    SMALL_HINT,
    WORD,
    Announced,
    announced,
    announced_small,
    deeds,
    who,
)
from rules.privacy._text.context import NO_NAMES, PLACES, WEAK_TITLES
from rules.privacy._text.firms import beside_institution, institution, of_institution
from rules.privacy._text.phrases import small

Places = Iterator[tuple[int, int, str]]
_CAPITALS: Final = re.compile(rf"[{CAPITAL}][^\W\d_]+")
_DEED: Final = re.compile(r" ([^\W\d_]+)")
_RUN_HERE: Final = re.compile(rf"{WORD}{NEXT}{{0,4}}(?![\w@/])")
_NO_START: Final = frozenset("@./#-_")
_AROUND: Final = re.compile(rf"({RUN}) (?:Bey|Hanım|Beyefendi|Hanımefendi)\b")
_ONE_BEFORE: Final = re.compile(
    r"(?<![\w.])(?:to|with|by|from|for|and|that|told|asked?|called|cc|saw|met|mit|von|f[uü]r|an|und|avec|par|pour|con|"
    r"por|para|da|met|voor|od|dla|z|med|av|fra|från|till|til|с|от|для|у|і|від|и|που|με) $"
)


def listed(window: str) -> Places:
    """Give where names stand in a window that begin with a common given name, or end with one."""
    end = -1
    for match in _CAPITALS.finditer(window):
        if _common(match[0]) and (start := match.start()) >= end:
            place = _listed(window, start) or _turned(window, start, match[0])
            if place is not None:
                yield (*place, "person")
                end = place[1]


def told(window: str) -> Places:
    """Give where names stand that something announces, or that act."""
    low, last = small(window), -2
    for match in _CAPITALS.finditer(window):
        start, stop = match.span()
        for found in announced(window, low, start) if start else ():
            if (place := _named(found)) is not None:
                yield (*place, "person")
        # Only names of several words count before what somebody does, and most capitals have a small word before them.
        if (start == last + 1 or low[max(0, start - 4) : start] in _LINKED) and (place := _acting(window, low, stop)):
            yield (*place, "person")
        last = stop
    if " Bey" in window or " Han" in window:
        for match in _AROUND.finditer(window):
            yield (*match.span(1), "person")


def told_in_small_letters(window: str) -> Places:
    """Give where names stand that are announced and written in small letters."""
    for found in announced_small(window, small(window)):
        if (place := _small(window, found)) is not None:
            yield (*place, "person")


_LINKED: Final = frozenset(
    (" de ", "van ", "von ", "der ", "del ", " di ", " da ", "dos ", " du ", " la ", " le ", "den ")
)


def _acting(window: str, low: str, stop: int) -> tuple[int, int] | None:
    """Give the name that ends at a place, where what people do stands right behind it."""
    deed = _DEED.match(low, stop)
    if deed is None or (known := deeds().get(deed[1])) is None:
        return None
    start = stop + 1
    if not any(low.startswith(one, start) and not low[start + len(one) :][:1].isalnum() for one in known):
        return None
    match = who(window, start)
    return None if match is None else _named(Announced("does", deed[1], match))


@lru_cache(maxsize=50_000)
def _common(word: str) -> bool:
    return plain(word) in GIVEN


def _turned(window: str, start: int, given: str) -> tuple[int, int] | None:
    """Give the name that a given name behind a comma ends: `Meier, Anna`."""
    if plain(given) in PLACES or not window.startswith(", ", max(0, start - 2), start):
        return None
    at = start - 2
    while at > 0 and (window[at - 1].isalpha() or window[at - 1] in "'’-"):
        at -= 1
    family = plain(window[at : start - 2])
    if not family or not window[at].isupper() or (at and window[at - 1] in _NO_START):
        return None
    known = family in SURNAMES or SUFFIX.search(family) is not None
    return (at, start + len(given)) if known else None


def _small(window: str, found: Announced) -> tuple[int, int] | None:
    """Give the place of a name that is announced and written in small letters: lists must know it."""
    text, start, end = found.match[1], found.match.start(1), found.match.end(1)
    first, _, last = text.partition(" ")
    given = plain(first)
    if given not in GIVEN or given in PLACES or given in NO_NAMES:
        return None
    family = plain(last)
    if last and family not in NO_NAMES and window[start + len(first)] == " ":
        known = family in SURNAMES or SUFFIX.search(family) is not None
        if known or (len(last) > 2 and window[end : end + 1] in ("", "\n", ",", ".", "!", "<")):
            return start, end
    return start, start + len(first)


def _named(found: Announced) -> tuple[int, int] | None:
    """Give the place of the name that a context announces, cut where the name ends."""
    match, reason = found.match, found.reason
    start, text = match.start(1), match[1]
    words = [(word.start(), word[0]) for word in _WORDS.finditer(text)]
    kept: list[tuple[int, str]] = []
    for place, word in words:
        low = _low(word)
        if low in _LINKING and word[0].islower() and kept:
            kept.append((place, word))
            continue
        if low in _CALLED_BY_RANK and not kept:
            continue
        if low in NO_NAMES or low in THINGS or institution(low):
            if not kept:
                return None
            break
        kept.append((place, word))
    while kept and _low(kept[-1][1]) in PARTICLES:
        kept.pop()
    lows = [_low(word) for _, word in kept]
    if not kept or not _told(found, lows):
        return None
    if reason in _SAID_OF_FIRMS and (_of_firm(match.string, start, lows) or len(kept) < _until_firm(words)):
        return None
    last = kept[-1]
    following = match.string[start + last[0] + len(last[1]) :][:14]
    if _THING_NEXT.match(following):
        return None
    return start + kept[0][0], start + last[0] + len(last[1])


_LINKING: Final = folded(
    "van von de der den del della di da dos das do du la le los las al el ter ten zu zur af av bin ibn"
)
"""Particles within a name: written with a small letter they end none, though they are words of other languages too."""
_CALLED_BY_RANK: Final = folded(
    "kollege kollegin herr herrn frau doktor doctor professor professorin colleague confrere consoeur collega colega"
    " kolega dr prof mr mrs ms mme"
)
"""What a colleague or a rank is called, between a title and the name."""
_SAID_OF_FIRMS: Final = frozenset(("does", "spoken", "weakly spoken", "weakly called", "also"))
"""What is said of firms as it is of people."""


def _until_firm(words: list[tuple[int, str]]) -> int:
    """Give how many words stand until one that says what institution it is; 0 where none does."""
    return next((number + 1 for number, (_, word) in enumerate(words) if institution(_low(word))), 0)


def _of_firm(window: str, start: int, words: list[str]) -> bool:
    """Whether a name is an institution's, or beside one and not surely a person's."""
    if of_institution(window, start, words):
        return True
    sure = any(word in GIVEN for word in words) and any(word in SURNAMES for word in words)
    return not sure and beside_institution(window, start)


_WORDS: Final = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*\.?")
_THING_NEXT: Final = re.compile(
    r" (?i:gmbh|ag|ltd|inc|llc|corp|s\.?a\.?|s\.?r\.?l|b\.?v|team|group|street|road|avenue|hotel|university|hospital|"
    r"bank)\b| &"
)


def _told(found: Announced, words: list[str]) -> bool:
    """Whether a context is enough for these words: the weaker it is, the more they must be like a name."""
    listed = any(word in GIVEN and word not in PLACES for word in words)
    family = any(word in SURNAMES or (len(word) >= 5 and SUFFIX.search(word)) for word in words)
    alike = (listed and words[0] not in PLACES) or (len(words) >= 2 and family)
    match found.reason:
        case "title":
            enough = listed or family or found.phrase.rstrip(".") not in WEAK_TITLES
        case "weakly called" | "weakly spoken" | "closing here":
            enough = alike
        case "spoken":
            enough = len(words) >= 2 or (listed and words[0] not in PLACES)
        case "does":
            enough = family or listed
        case "closing" | "greeting":
            enough = len(words) <= 4
        case "also":
            enough = len(words) >= 2 or listed
        case reason:
            enough = listed or family or len(words) >= 2 or reason == "called"
    return enough


def _listed(window: str, start: int) -> tuple[int, int] | None:
    """Give the name that a common given name begins, or ends where its family name goes before."""
    begin = _run_begins(window, start)
    match = _RUN_HERE.match(window, begin)
    if match is None:
        return None
    words = [(word.start(), word[0]) for word in _WORDS.finditer(match[0])]
    lows = [_low(word) for _, word in words]
    first = next((i for i, low in enumerate(lows) if low in GIVEN and low not in NO_NAMES), None)
    if first is None or _of_firm(window, begin + words[first][0], lows):
        return None
    rest = lows[first + 1 :]
    written = [word for _, word in words[first + 1 :]]
    stop = next((i for i, low in enumerate(rest) if _ends_name(low, written[i])), len(rest))
    if stop < len(rest) and rest[stop] in THINGS:
        return None
    rest = rest[:stop]
    while rest and rest[-1] in PARTICLES:
        rest.pop()
    end = first + len(rest)
    if _THING_NEXT.match(window[begin + words[end][0] + len(words[end][1]) :][:14]):
        return None
    if first and lows[first] not in PLACES and not rest and lows[first - 1] in SURNAMES:
        first -= 1
    elif not (_goes_on(lows[first], rest) if rest else _stands_alone(window, begin, lows)):
        return None
    return begin + words[first][0], begin + words[end][0] + len(words[end][1].rstrip("."))


def _goes_on(given: str, rest: list[str]) -> bool:
    """Whether what follows a given name makes it one, which must be a family name where the word is a place too."""
    return given not in PLACES or any(low in SURNAMES or SUFFIX.search(low) for low in rest if len(low) > 3)


def _stands_alone(window: str, begin: int, lows: list[str]) -> bool:
    """Whether a given name alone is a person: a word stands before it that people stand behind."""
    before = window[max(0, begin - 12) : begin]
    return len(lows) == 1 and lows[0] not in PLACES and _ONE_BEFORE.search(before) is not None


def _run_begins(window: str, start: int) -> int:
    """Give where the words with capitals begin that stand right before a place, two of them at most."""
    begin = start
    for _ in range(2):
        if begin < 3 or window[begin - 1] != " ":
            break
        at = begin - 2
        while at >= 0 and (window[at].isalpha() or window[at] in "'’-"):
            at -= 1
        word = window[at + 1 : begin - 1]
        if len(word) < 2 or not word[0].isupper() or (at >= 0 and (window[at] in _NO_START or window[at].isalnum())):
            break
        begin = at + 1
    return begin


def _ends_name(low: str, word: str) -> bool:
    """Whether a word is none of a name that goes on before it."""
    return (low in THINGS or low in NO_NAMES) and not (low in _LINKING and word[0].islower())


@lru_cache(maxsize=20_000)
def _low(word: str) -> str:
    return plain(word.rstrip("."))


PEOPLE: Final[tuple[tuple[tuple[str, ...], Callable[[str], Places]], ...]] = (
    ((), listed),
    (HINTS, told),
    ((SMALL_HINT,), told_in_small_letters),
)
"""What a window must hold one of as RE2 (none: nothing), and who reads it for names."""
