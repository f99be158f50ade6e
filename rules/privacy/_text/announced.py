# ruff: noqa: RUF001 - words of other scripts look like Latin ones
"""Where names stand in running text that a word before them announces: a greeting, a title, a label, a closing.

Nearly a thousand phrases in twenty languages announce names. A pattern of them all costs a microsecond for every word
of a text; here only a word with a capital behind it is looked up, as the last word of a phrase, and only what ends one
is read any further.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Final, NamedTuple

from rules.privacy._text import context

CAPITAL: Final = "A-ZÀ-ÖØ-ÞĀĂĄĆĈĊČĎĐĒĔĖĘĚĜĞĠĢĤĦĨĪĬĮİĴĶĹĻĽĿŁŃŅŇŌŎŐŒŔŖŘŚŜŞŠŢŤŦŨŪŬŮŰŲŴŶŸŹŻŽȘȚΆΈ-ΏΑ-ΫЀ-Я" + "".join(
    chr(sign) for sign in (0x1A0, 0x1AF, *range(0x1EA0, 0x1EFA, 2))
)
"""Capitals of Latin, Greek and Cyrillic, those of Vietnamese among them."""
WORD: Final = rf"(?:[DO]['’])?[{CAPITAL}][^\W\d_]+(?:['’-][^\W\d_]+)*"
_PARTICLE: Final = r"(?:v[ao]n|de[rn]?|del(?:la)?|d[aiou]s?|du|l[ae]|ten?|ter|zu[rm]?|af|el|al|bin|ibn|y|e)"
NEXT: Final = rf"(?: (?:{_PARTICLE} ){{0,2}}(?:{WORD}|[{CAPITAL}]\.))"
RUN: Final = rf"{WORD}{NEXT}{{0,3}}"
_UPPER: Final = rf"[{CAPITAL}]{{2,}}(?:[ '-][{CAPITAL}]{{2,}}){{1,3}}"
_TITLES: Final = rf"(?:{context.TITLED}|{context.LOW_TITLES})"
_DEGREE: Final = r"(?:(?:med|rer|nat|phil|jur|iur|ing|habil|oec|dent|vet|h\.c|dr|mult)\.?[ ]){0,4}"
_TITLE: Final = rf"(?:{_TITLES}\.?[ ]+{_DEGREE}){{0,3}}"
_TAG: Final = r"<[^<>\n]{1,80}>"
_QUOTES: Final = r"[\"'*_`»“]{0,3}"

_TAILS: Final = {
    "greeting": rf"[ ,]+{_TITLE}({RUN})(?=[ \t]*(?:[,:!.\n<—-]|$))",
    "title": rf"\.?[ \u00a0]+{_DEGREE}{_TITLE}({RUN})",
    "called": rf"[ :]+{_TITLE}(?:{_TAG})?({RUN})",
    "weakly called": rf"[ ]+{_TITLE}({RUN})",
    "label": rf"{_QUOTES}(?:{_TAG})?[ \t]*[:=：]{_QUOTES}[ \t]*(?:{_QUOTES}|(?:{_TAG}[ \t]*){{1,3}}){_TITLE}"
    rf"({_UPPER}|{WORD}, {WORD}(?! ?[{CAPITAL}])|{RUN})",
    "closing": rf"[ \t]*(?:[,.!]?[ \t]*(?:\n|{_TAG})(?:\s|{_TAG})*|, ){_TITLE}({RUN})(?=[ \t]*(?:[\n<,]|$|\.\s*$))",
    "closing here": rf" ({RUN})(?=[ \t]*(?:[\n<]|$|\.\s*$))",
    "spoken": rf"[ ]+{_TITLE}({RUN})",
    "weakly spoken": rf"[ ]+{_TITLE}({RUN})",
}
"""What stands between what announces a name and the name; the name is the group."""
_PHRASES: Final = {
    "greeting": (context.GREETINGS,),
    "title": (context.TITLED, context.LOW_TITLES),
    "called": (context.CALLED,),
    "weakly called": (context.WEAKLY_CALLED,),
    "label": (context.LABELS,),
    "closing": (context.CLOSINGS,),
    "closing here": (context.BRIEF_CLOSINGS,),
    "spoken": (context.SPOKEN,),
    "weakly spoken": (context.WEAKLY_SPOKEN,),
}
"""Reason -> what announces a name."""
_TOKEN: Final = re.compile(r"[^\W\d_]+")
_BEFORE: Final = re.compile(rf"(?<![\w@./#-])({WORD}{NEXT}{{1,3}}) $")
_ALSO: Final = re.compile(
    rf"(?:[ \t]*\([^()\n]{{1,40}}\))?[ \t]*(?:[,;]|,? (?:and|und|et|y|e|i|en|og|och|&))[ \t]({RUN})"
)
_LOOK_BACK: Final = 64
_SMALL: Final = re.compile(r"[ :]+([^\W\d_]{3,}(?: [^\W\d_]{2,})?)(?!\w)")
_SMALL_PHRASES: Final = tuple(
    dict.fromkeys(plain.replace(r"\s", " ") + " " for plain in f"{context.CALLED}|{context.SAID_SMALL}".split("|"))
)
_STARTS: Final = r"(?:^|[^A-Za-z0-9_])"
_TAGS: Final = r"(?:<[^<>]*>[^A-Za-z0-9<]*)*"
HINTS: Final = (
    rf"{_STARTS}(?i:{context.GREETINGS})[ ,]+[{CAPITAL}]",
    rf"{_STARTS}(?:{context.TITLED}|{context.LOW_TITLES})\.?[ \x{{a0}}]+[{CAPITAL}]",
    rf"{_STARTS}(?i:{context.CALLED}|{context.WEAKLY_CALLED})[ :]+{_TAGS}[{CAPITAL}]",
    rf"{_STARTS}(?i:{context.LABELS})[\"'*_`»“]*(?:<[^<>]*>)?[ \t]*[:=：][^A-Za-z0-9\n<]*{_TAGS}[{CAPITAL}]",
    rf"{_STARTS}(?i:{context.CLOSINGS})[ \t]*(?:[,.!]?[ \t]*(?:\n|<[^<>]*>)|, )[^A-Za-z0-9<]*{_TAGS}[{CAPITAL}]",
    rf"{_STARTS}(?i:{context.SPOKEN}|{context.WEAKLY_SPOKEN}|{context.BRIEF_CLOSINGS})[ ]+[{CAPITAL}]",
    rf"[{CAPITAL}][^\s0-9]+ (?:{context.DOES})| (?:Bey|Hanım)",
)
"""What a window must hold one of, as RE2, to be read for names that are announced, or that act."""
_SMALL_LETTER: Final = r"[a-z\x{df}-\x{17f}]"
SMALL_HINT: Final = (
    rf"(?i:(?:^|[^a-z])(?:{context.CALLED}))[ :]+{_SMALL_LETTER}"
    rf"|(?i:(?:^|[^a-z])(?:{context.SAID_SMALL}))[ :]+{_SMALL_LETTER}{{3,}}(?: {_SMALL_LETTER}{{2,}})?"
    r"(?:[,.!?\n]|$| (?:hat|called|rang|a|has|ha|heeft)\b)"
)
"""The same for names in small letters."""
_EDGES: Final = ",:;.!?>\"'*_()[]«»“”„‚|=-–—"


class Announced(NamedTuple):
    """A place that a context announces as a name's."""

    reason: str
    phrase: str
    """What announces it."""
    match: re.Match[str]
    """The name is its first group."""


def announced(window: str, low: str, start: int) -> Iterator[Announced]:
    """Give what announces the word at a place of a window, whose words in small letters are `low`."""
    known = _known()
    # Most words with a capital have nothing before them that ends a phrase: that must be seen at once.
    words = low[max(0, start - _APART - _LONGEST_WORD) : start].split()
    if not words or ((word := words[-1].strip(_EDGES)) not in known and word.isalpha()):
        return
    last, end = _word_before(low, start)
    for reason, phrase, exact in known.get(last, ()):
        begin = end - len(phrase)
        if begin < 0 or not low.startswith(phrase, begin) or (exact and not window.startswith(exact, begin)):
            continue
        if not begin or not (low[begin - 1].isalnum() or low[begin - 1] == "_"):
            yield from _at(window, begin, end, reason, phrase)


def announced_small(window: str, low: str) -> Iterator[Announced]:
    """Give what phrases announce in small letters."""
    for phrase in _SMALL_PHRASES:
        at = low.find(phrase)
        while at >= 0:
            match = _SMALL.match(low, at + len(phrase) - 1)
            if (
                match is not None
                and window[match.start(1)] == low[match.start(1)]
                and not low[max(0, at - 1) : at].isalnum()
            ):
                yield Announced("small", phrase, match)
            at = low.find(phrase, at + 1)


def _word_before(low: str, start: int) -> tuple[str, int]:
    """Give the word before a place, and where it ends; signs, breaks of lines and tags part them."""
    at, least = start - 1, start - _APART
    while at >= 0 and not low[at].isalpha():
        if low[at].isdigit() or at < least:
            return "", 0
        if low[at] == ">" and (tag := low.rfind("<", max(0, at - _TAGGED), at)) >= 0:
            at, least = tag, tag - _APART
        at -= 1
    begin = low.rfind(" ", 0, at + 1) + 1
    word = low[begin : at + 1]
    if not word.isalpha():
        begin = at
        while begin > 0 and low[begin - 1].isalpha():
            begin -= 1
        word = low[begin : at + 1]
    return word, at + 1


_APART: Final = 12
_LONGEST_WORD: Final = 20
_TAGGED: Final = 80


def _at(window: str, start: int, end: int, reason: str, phrase: str) -> Iterator[Announced]:
    """Read on behind a phrase."""
    if reason == "title" and start and window[start - 1] == ".":
        return
    if reason == "greeting" and not _begins(window, start):
        return
    match = _tail(reason).match(window, end)
    if match is None:
        return
    yield Announced(reason, phrase, match)
    if reason == "label":
        while (also := _ALSO.match(window, match.end())) is not None:
            match = also
            yield Announced("also", phrase, also)


def who(window: str, start: int) -> re.Match[str] | None:
    """Give who stands right before a place."""
    return _BEFORE.search(window, max(0, start - _LOOK_BACK), start)


def _begins(window: str, start: int) -> bool:
    """Whether a line, a sentence or a quotation begins at a place."""
    ahead = window[max(0, start - 5) : start]
    rest = ahead.rstrip(" \t\"'>*-")
    if not rest:
        return start <= len(ahead) or ">" in ahead
    return rest[-1] in "\n.!?:]" or ">" in ahead[len(rest) :]


@cache
def _tail(reason: str) -> re.Pattern[str]:
    return re.compile(_TAILS[reason])


@cache
def _known() -> Mapping[str, tuple[tuple[str, str, str], ...]]:
    """Give last word -> the phrases that end with it: reason, phrase, and how it must be written where that counts."""
    found: defaultdict[str, dict[tuple[str, str, str], None]] = defaultdict(dict)
    for reason, groups in _PHRASES.items():
        phrases = {plain_phrase(phrase).rstrip(".") for group in groups for phrase in group.split("|")}
        for phrase in sorted(phrases, key=lambda one: (-len(one), one)):
            if words := _TOKEN.findall(phrase.lower()):
                found[words[-1]][reason, phrase.lower(), phrase if reason == "title" else ""] = None
    return {last: tuple(phrases) for last, phrases in found.items()}


@cache
def deeds() -> Mapping[str, tuple[str, ...]]:
    """Give first word -> the phrases that begin with it, for what people do right after their name."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for phrase in map(plain_phrase, context.DOES.split("|")):
        found[phrase.partition(" ")[0]].append(phrase)
    return {first: tuple(phrases) for first, phrases in found.items()}


def plain_phrase(pattern: str) -> str:
    """Give a phrase of the lists as it is written."""
    return pattern.replace(r"\s", " ").replace("\\", "")
