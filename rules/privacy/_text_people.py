# ruff: noqa: RUF001, E501 - words of other scripts look like Latin ones; alternatives stand in one line
"""Names of people in running text, by what stands around them and by common given names; no language model.

A capital alone says nothing: German writes every noun so, and so do products, firms and towns.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache, lru_cache, partial
from typing import Final

from rules.privacy._given import GIVEN
from rules.privacy._headers import folded, plain
from rules.privacy._names import PARTICLES, THINGS
from rules.privacy._surnames import CJK_FAMILY, JAPANESE, SUFFIX, SURNAMES
from rules.privacy._text_context import (
    CALLED,
    CLOSINGS,
    DOES,
    GREETINGS,
    LABELS,
    LOW_TITLES,
    NO_NAMES,
    PLACES,
    SPOKEN,
    TITLED,
    WEAK_TITLES,
    WEAKLY_CALLED,
)
from rules.privacy._text_firms import beside_institution, institution, of_institution

_CAPITAL: Final = "A-ZÀ-ÖØ-ÞĀĂĄĆĈĊČĎĐĒĔĖĘĚĜĞĠĢĤĦĨĪĬĮİĴĶĹĻĽĿŁŃŅŇŌŎŐŒŔŖŘŚŜŞŠŢŤŦŨŪŬŮŰŲŴŶŸŹŻŽȘȚΆΈ-ΏΑ-ΫЀ-Я"
Places = Iterator[tuple[int, int, str]]
_WORD: Final = rf"(?:[DO]['’])?[{_CAPITAL}][^\W\d_]+(?:['’-][^\W\d_]+)*"
_PARTICLE: Final = r"(?:v[ao]n|de[rn]?|del(?:la)?|d[aiou]s?|du|l[ae]|ten?|ter|zu[rm]?|af|el|al|bin|ibn|y|e)"
_NEXT: Final = rf"(?: (?:{_PARTICLE} ){{0,2}}(?:{_WORD}|[{_CAPITAL}]\.))"
_RUN: Final = rf"{_WORD}{_NEXT}{{0,3}}"
_UPPER: Final = rf"[{_CAPITAL}]{{2,}}(?:[ '-][{_CAPITAL}]{{2,}}){{1,3}}"
_CAPITALS: Final = re.compile(rf"[{_CAPITAL}][^\W\d_]+")
_RUNS: Final = re.compile(rf"(?<![\w@./#-]){_RUN}(?![\w@/])")
_TURNED: Final = re.compile(rf"(?<![\w@./#-])({_WORD}), ({_WORD}(?: {_WORD})?)(?![\w@/])")
_TITLE: Final = rf"(?:(?:{TITLED}|{LOW_TITLES})\.?[ ]+){{0,3}}"

_AFTER: Final = {
    "greeting": rf"(?m)(?:^|[>\n.!?])[ \t\"'>*-]{{0,4}}(?i:{GREETINGS})[ ,]+{_TITLE}({_RUN})(?=[ \t]*[,:!.\n—-]|$)",
    "title": rf"(?<![\w.])(?:{TITLED}|{LOW_TITLES})\.?[ \u00a0]+{_TITLE}({_RUN})",
    "does": rf"(?<![\w@./#-])({_WORD}{_NEXT}{{1,3}}) (?:{DOES})(?!\w)",
    "called": rf"(?i:(?<!\w)(?:{CALLED}))[ :]+{_TITLE}({_RUN})",
    "weakly called": rf"(?i:(?<!\w)(?:{WEAKLY_CALLED}))[ ]+{_TITLE}({_RUN})",
    "label": rf"(?i:(?<!\w)(?:{LABELS}))[ \t]*[:=：][ \t]*{_TITLE}({_UPPER}|{_RUN}(?:, {_WORD})?)",
    "closing": rf"(?i:(?<!\w)(?:{CLOSINGS}))[ \t]*(?:[,.!]?[ \t]*\n\s*|, ){_TITLE}({_RUN})(?=[ \t]*(?:\n|$|,|\.\s*$))",
    "spoken": rf"(?i:(?<!\w)(?:{SPOKEN}))[ ]+{_TITLE}({_RUN})",
}
"""What stands before a name -> its pattern; the name is the group."""
_START: Final = r"(?:^|[^A-Za-z0-9_.])"
_HINTS: Final = {
    "greeting": rf"(?:^|[>\n.!?])[ \t\"'>*-]{{0,4}}(?i:{GREETINGS})[ ,]+[{_CAPITAL}]",
    "title": rf"{_START}(?:{TITLED}|{LOW_TITLES})\.?[ \x{{a0}}]+[{_CAPITAL}]",
    "does": rf"[{_CAPITAL}][^\s0-9]+ (?:{DOES})",
    "called": rf"{_START}(?i:{CALLED})[ :]+[{_CAPITAL}]",
    "weakly called": rf"{_START}(?i:{WEAKLY_CALLED})[ ]+[{_CAPITAL}]",
    "label": rf"{_START}(?i:{LABELS})[ \t]*[:=：][ \t]*[{_CAPITAL}]",
    "closing": rf"{_START}(?i:{CLOSINGS})[ \t]*(?:[,.!]?[ \t]*\n\s*|, )[{_CAPITAL}]",
    "spoken": rf"{_START}(?i:{SPOKEN})[ ]+[{_CAPITAL}]",
}
"""The same as RE2, as far as the first letter of the name: what a window must hold to be read for it."""
_AROUND: Final = re.compile(rf"({_RUN}) (?:Bey|Hanım|Beyefendi|Hanımefendi)\b")
_ONE_BEFORE: Final = re.compile(
    r"(?<![\w.])(?:to|with|by|from|for|and|that|told|asked?|called|cc|saw|met|mit|von|f[uü]r|an|und|avec|par|pour|con|por|para|da|"
    r"met|voor|od|dla|z|med|av|fra|från|till|til|с|от|для|у|і|від|и|που|με) $"
)
_EAST: Final = re.compile(
    r"(?:姓名|名字|联系人|聯絡人|客户|顾客|收件人|我叫|我是|我的名字是|患者|氏名|お名前|名前|担当者|担当|私は|성명|이름|고객명|고객|담당자|저는|제 이름은)"
    r"\s*[:：はが은는]?\s*([\u4e00-\u9fff]{2,4}|[가-힣]{2,4})"
    r"|([\u4e00-\u9fff]{1,4})(?:様|さん|さま|氏|先生|女士|小姐|经理)|([가-힣]{2,4})\s?(?:님|씨)"
)


def _after(reason: str, window: str) -> Places:
    for match in _compiled(reason).finditer(window):
        if place := _named(match, reason):
            yield (*place, "person")


@cache
def _compiled(reason: str) -> re.Pattern[str]:
    return re.compile(_AFTER[reason])


def _around(window: str) -> Places:
    for match in _AROUND.finditer(window):
        yield (*match.span(1), "person")


def _by_list(window: str) -> Places:
    """Read the lines in which a common given name stands: no name goes over the end of a line."""
    end = -1
    for match in _CAPITALS.finditer(window):
        if match.start() < end or not _common(match[0]):
            continue
        start = window.rfind("\n", 0, match.start()) + 1
        end = window.find("\n", match.end())
        end = len(window) if end < 0 else end
        for first, last in _listed(window[start:end]):
            yield start + first, start + last, "person"


@lru_cache(maxsize=50_000)
def _common(word: str) -> bool:
    return plain(word) in GIVEN


def _eastern(window: str) -> Places:
    for match in _EAST.finditer(window):
        group = match.lastindex or 1
        text = match[group]
        family = any(text.startswith(name) for name in JAPANESE) or text[0] in CJK_FAMILY
        if family:
            # In running text nothing parts a name from what follows: three signs are the most that is sure.
            yield match.start(group), min(match.end(group), match.start(group) + 4), "person"


def _named(match: re.Match[str], reason: str) -> tuple[int, int] | None:
    """Give the place of the name that a context announces, cut where the name ends."""
    start, text = match.start(1), match[1]
    words = [(word.start(), word[0]) for word in _WORDS.finditer(text)]
    kept: list[tuple[int, str]] = []
    for place, word in words:
        low = _low(word)
        if low in _LINKING and word[0].islower() and kept:
            kept.append((place, word))
            continue
        if low in NO_NAMES or low in THINGS or institution(low):
            if not kept:
                return None
            break
        kept.append((place, word))
    while kept and _low(kept[-1][1]) in PARTICLES:
        kept.pop()
    lows = [_low(word) for _, word in kept]
    if not kept or not _told(reason, lows, match):
        return None
    if reason in _SAID_OF_FIRMS and (_of_firm(match.string, start, lows) or len(kept) < _until_firm(words)):
        return None
    last = kept[-1]
    following = match.string[start + last[0] + len(last[1]) :][:14]
    if _THING_NEXT.match(following):
        return None
    return start, start + last[0] + len(last[1])


_LINKING: Final = folded(
    "van von de der den del della di da dos das do du la le los las al el ter ten zu zur af av bin ibn"
)
"""Particles within a name: written with a small letter they end none, though they are words of other languages too."""
_SAID_OF_FIRMS: Final = frozenset(("does", "spoken", "weakly called"))
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
    r" (?i:gmbh|ag|ltd|inc|llc|corp|s\.?a\.?|s\.?r\.?l|b\.?v|team|group|street|road|avenue|hotel|university|hospital|bank)\b| &"
)


def _told(reason: str, words: list[str], match: re.Match[str]) -> bool:
    """Whether a context is enough for these words: the weaker it is, the more they must be like a name."""
    listed = any(word in GIVEN and word not in PLACES for word in words)
    family = any(word in SURNAMES or (len(word) >= 5 and SUFFIX.search(word)) for word in words)
    match reason:
        case "title":
            weak = match[0].split()[0].rstrip(".") in WEAK_TITLES
            return listed or family if weak else True
        case "weakly called":
            return (listed and words[0] not in PLACES) or (len(words) >= 2 and family)
        case "spoken":
            return len(words) >= 2 or (listed and words[0] not in PLACES)
        case "does":
            return family or listed
        case "closing" | "greeting":
            return len(words) <= 4
        case _:
            return listed or family or len(words) >= 2 or reason == "called"


def _listed(window: str) -> Iterator[tuple[int, int]]:
    """Give names that begin with a common given name, or end with one that their family name goes before."""
    for match in _RUNS.finditer(window):
        words = [(word.start(), word[0]) for word in _WORDS.finditer(match[0])]
        lows = [_low(word) for _, word in words]
        first = next((i for i, low in enumerate(lows) if low in GIVEN and low not in NO_NAMES), None)
        if first is None:
            continue
        if _of_firm(window, match.start() + words[first][0], lows):
            continue
        rest = lows[first + 1 :]
        written = [word for _, word in words[first + 1 :]]
        stop = next((i for i, low in enumerate(rest) if _ends_name(low, written[i])), len(rest))
        if stop < len(rest) and rest[stop] in THINGS:
            continue
        rest = rest[:stop]
        while rest and rest[-1] in PARTICLES:
            rest.pop()
        end = first + len(rest)
        if _THING_NEXT.match(window[match.start() + words[end][0] + len(words[end][1]) :][:14]):
            continue
        if first and lows[first] not in PLACES and not rest and lows[first - 1] in SURNAMES:
            first -= 1
        elif not rest:
            if lows[first] in PLACES or len(words) > 1 or not _ONE_BEFORE.search(window[: match.start()][-12:]):
                continue
        elif lows[first] in PLACES and not any(low in SURNAMES or SUFFIX.search(low) for low in rest if len(low) > 3):
            continue
        yield match.start() + words[first][0], match.start() + words[end][0] + len(words[end][1].rstrip("."))
    for match in _TURNED.finditer(window):
        family, given = _low(match[1]), _low(match[2].split()[0])
        if given in GIVEN and given not in PLACES and (family in SURNAMES or SUFFIX.search(family)):
            yield match.span()


def _ends_name(low: str, word: str) -> bool:
    """Whether a word is none of a name that goes on before it."""
    return (low in THINGS or low in NO_NAMES) and not (low in _LINKING and word[0].islower())


@lru_cache(maxsize=20_000)
def _low(word: str) -> str:
    return plain(word.rstrip("."))


PEOPLE: Final[tuple[tuple[str, Callable[[str], Places]], ...]] = (
    *((_HINTS[reason], partial(_after, reason)) for reason in _AFTER),
    (r"[\x{4e00}-\x{9fff}\x{ac00}-\x{d7af}]", _eastern),
    (r" (?:Bey|Hanım)", _around),
    ("", _by_list),
)
"""What a window must hold as RE2 (empty: nothing), and who reads it for names."""
