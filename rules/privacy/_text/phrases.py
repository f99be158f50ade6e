"""Phrases looked up in running text by their first letters: a pattern of hundreds of them costs ten times as much.

A phrase that ends with `*` goes on as its word does. Scripts that part no words are searched for each phrase.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Final

_TOKEN: Final = re.compile(r"[^\W\d_]+")
_REST: Final = re.compile(r"\w*")
_FIRST: Final = 3
_UNPARTED: Final = "\u2e80"
"""Han, kana and Hangul, and all scripts after them."""


class Phrases:
    """Labelled phrases, the longest of a label first."""

    def __init__(self, labelled: Mapping[str, str]) -> None:
        """Take label -> phrases parted by `|`."""
        found: defaultdict[str, list[tuple[str, str, bool]]] = defaultdict(list)
        self._unparted: list[tuple[str, str]] = []
        for label, phrases in labelled.items():
            for phrase in sorted(phrases.split("|"), key=lambda one: (-len(one), one)):
                if phrase[0] >= _UNPARTED:
                    self._unparted.append((label, phrase))
                elif first := _TOKEN.match(phrase):
                    found[first[0][:_FIRST]].append((label, phrase.rstrip("*"), phrase.endswith("*")))
        self._by_letters = dict(found)

    def places(self, low: str) -> Iterator[tuple[str, int, int]]:
        """Give label, start and end of every phrase in a text of small letters."""
        known = self._by_letters
        for token in _TOKEN.finditer(low):
            for label, phrase, goes_on in known.get(token[0][:_FIRST], ()):
                start = token.start()
                if low.startswith(phrase, start) and not (
                    start and (low[start - 1].isdigit() or low[start - 1] == "_")
                ):
                    yield from self._whole(low, label, start, start + len(phrase), goes_on=goes_on)
        if not low.isascii() and self._unparted and max(low) >= _UNPARTED:
            for label, phrase in self._unparted:
                start = low.find(phrase)
                while start >= 0:
                    yield label, start, start + len(phrase)
                    start = low.find(phrase, start + 1)

    @staticmethod
    def _whole(low: str, label: str, start: int, end: int, *, goes_on: bool) -> Iterator[tuple[str, int, int]]:
        rest = _REST.match(low, end)
        if rest is not None and rest.end() > end:
            if not goes_on:
                return
            end = rest.end()
        yield label, start, end


def small(window: str) -> str:
    """Give a window in small letters with plain blanks, every letter where it was."""
    low = window.lower()
    if len(low) != len(window):
        low = "".join(one if len(lower := one.lower()) != 1 else lower for one in window)
    return low.replace("\n", " ").replace("\t", " ").replace("\xa0", " ").replace("\r", " ")
