"""Words that cross: in a column of people each given name stands before many family names, and the other way round.

Products, films and towns do not: there the last word tells the first (`Fiat Panda`), or one side is always the same
(`Santa ...`). So a column of crossing words needs less evidence of what its words are.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from rules.privacy._lists import names

_LEAST: Final = 0.5
"""The share of pairs whose first word has other last words, and of those whose last word has other first words."""
_PAIRS: Final = 20
_SIDES: Final = 5


def crossed(values: Sequence[str]) -> bool:
    """Whether the first and the last words of these values recur with many others each."""
    after: defaultdict[str, set[str]] = defaultdict(set)
    before: defaultdict[str, set[str]] = defaultdict(set)
    several = 0
    for value in values:
        parts = [part for part in _APART.split(value) if part]
        if len(parts) < 2 or not (words := _ends(parts)):
            continue
        several += 1
        after[words[0]].add(words[1])
        before[words[1]].add(words[0])
    pairs = sum(map(len, after.values()))
    if pairs < _PAIRS or several * 2 < len(values) or min(len(after), len(before)) < _SIDES:
        return False
    return all(sum(len(one) for one in side.values() if len(one) > 1) >= _LEAST * pairs for side in (after, before))


def _ends(parts: list[str]) -> tuple[str, str] | None:
    """Give the first and the last of the words, without titles, particles and initials."""
    words = [word for part in parts if (found := names.name_words(part)) and (word := found[-1]) and _long(word)]
    return (words[0], words[-1]) if len(words) > 1 else None


def _long(word: str) -> bool:
    return len(word) > 1 or not word.isascii()


_APART: Final = re.compile(r"[\s,]+")
