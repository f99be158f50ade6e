"""Names that what was found tells: those that stand again in a text, and those whose e-mail address stands beside them.

Minutes call people by one name after they named them; a signature holds a name and an address made of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from rules.privacy._lists.given import GIVEN
from rules.privacy._lists.headers import folded, plain
from rules.privacy._lists.names import PARTICLES, THINGS
from rules.privacy._lists.surnames import SURNAMES
from rules.privacy._text.announced import RUN, WORD
from rules.privacy._text.context import NO_NAMES, PLACES
from rules.privacy._text.firms import institution, of_institution

Place = tuple[int, int, str]
_BLOCK: Final = 20_000
"""Names are looked for again within so many characters: a book holds too many of them."""
_MOST: Final = 200
_NEAR: Final = 240
_RUNS: Final = re.compile(rf"(?<![\w@./#-]){RUN}(?![\w@])")
_WORDS: Final = re.compile(rf"{WORD}")
_MAILED: Final = re.compile(rf"({RUN})[\"']?[ \t]?(?:<|\(|&lt;|\[|\|[ ]?)(?:mailto:)?$")
_THING_NEXT: Final = re.compile(
    r" (?i:gmbh|ag|ltd|inc|llc|corp|team|group|street|road|avenue|hotel|bank|stra[sß]+e)\b| &"
)
_ROLES: Final = folded(
    "info mail post contact support sales service admin office team help billing orders news press jobs hr legal"
    " privacy kontakt vertrieb rechnung buchhaltung contacto ventas contatti commercial noreply reply webmaster"
)
"""Whom addresses of firms are of."""


def again(text: str, found: Sequence[Place]) -> Iterator[Place]:
    """Give names that what was found in a text tells, besides it."""
    blocks: dict[int, list[Place]] = {}
    for place in found:
        if place[2] in {"person", "email"}:
            blocks.setdefault(place[0] // _BLOCK, []).append(place)
    for places in blocks.values():
        told = [*(place for place in places if place[2] == "person")]
        for start, end, label in places:
            if label == "email":
                mailed = list(_beside_mail(text, start, end))
                told += mailed
                yield from mailed
        yield from _once_more(text, told)


def _beside_mail(text: str, start: int, end: int) -> Iterator[Place]:
    """Give names right before an address, and names near it of which the address is made."""
    before = max(0, start - 64)
    if (match := _MAILED.search(text, before, start)) is not None and " " in match[1] and _all_names(match[1]):
        yield match.start(1), match.end(1), "person"
    local = plain(text[start:end].partition("@")[0])
    parts = {part for part in re.split(r"[^a-z]+", local) if part and part not in _ROLES}
    if not any(len(part) >= 4 for part in parts):
        return
    for match in _RUNS.finditer(text, max(0, start - _NEAR), min(len(text), end + _NEAR)):
        words = plain(match[0]).replace(".", "").split()
        if len(words) >= 2 and _made_of(parts, words) and _all_names(match[0]):
            yield match.start(), match.end(), "person"


def _made_of(parts: set[str], words: Sequence[str]) -> bool:
    """Whether an address is made of a name: a word of it, and of another its letter, unless lists know it."""
    whole = [word for word in words if len(word) >= 4 and word in parts]
    others = [word for word in words if word not in whole]
    if not whole:
        return any(words[0][0] + word in parts or word + words[0][0] in parts for word in words[1:] if len(word) >= 4)
    return not others or any(word in GIVEN or word in SURNAMES or word[0] in parts for word in words)


def _all_names(name: str) -> bool:
    """Whether no word of a name says that it is none."""
    words = [plain(word) for word in name.replace(".", "").split()]
    return not any(word in NO_NAMES or word in THINGS or institution(word) for word in words if word not in PARTICLES)


def _once_more(text: str, told: Sequence[Place]) -> Iterator[Place]:
    """Give where a word of a name stands once more, within the block of the first."""
    if not told:
        return
    begin = told[0][0] // _BLOCK * _BLOCK
    words = dict.fromkeys(word[0] for start, end, _ in told for word in _WORDS.finditer(text[start:end]))
    taken = {place for start, end, _ in told for place in range(start, end)}
    for word in list(words)[:_MOST]:
        low = plain(word)
        if len(word) < 3 or low in PLACES or low in NO_NAMES or low in THINGS or low in PARTICLES or institution(low):
            continue
        at = text.find(word, begin, begin + _BLOCK)
        while at >= 0:
            end = at + len(word)
            if at not in taken and _stands_there(text, at, end, low):
                yield _from(text, at), end, "person"
            at = text.find(word, end, begin + _BLOCK)


def _stands_there(text: str, start: int, end: int, low: str) -> bool:
    """Whether a word stands at a place alone, and is no firm's or street's."""
    if (start and (text[start - 1].isalnum() or text[start - 1] in "@./_-")) or text[end : end + 1].isalnum():
        return False
    if text[end : end + 1] in {"@", "_"} or text[end : end + 2] in {"-S", "-W"} or _THING_NEXT.match(text, end):
        return False
    return not of_institution(text, start, [low])


def _from(text: str, start: int) -> int:
    """Give where a name begins of which a word stands at a place: a given name may stand before it."""
    before = text.rfind(" ", max(0, start - 24), max(0, start - 1)) + 1
    word = text[before : start - 1]
    known = word.isalpha() and word[0].isupper() and len(word) > 1 and _all_names(word)
    return (
        before
        if before and text[start - 1] == " " and known and text[before - 2 : before - 1] not in {".", "\n"}
        else start
    )
