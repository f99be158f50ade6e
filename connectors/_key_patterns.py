"""Keys of a store as datasets: a pattern is what a plan writes, or what may be told of keys that no plan names.

A key can hold personal data (`session:anna.schmidt`), so of a key that no plan names only words remain that many keys
share in that place: a word in lower case, shared beneath several different beginnings, or by a good part of the keys.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Final

_PARTS: Final = re.compile(r"([:/|])")
_WORD: Final = re.compile(r"[a-z]+(?:[_.-][a-z]+)*")
_FEW: Final = 20
"""So many words in a place can be kinds of keys; more are a list of something."""
_FIRST: Final = 2
_MANY: Final = 50
"""So many keys below one beginning are taken for a kind of key, and not for what is kept of one person."""
_SHARE: Final = 20
"""A word is a kind of key that one in so many keys has, at least."""
_MOST_PARTS: Final = 8


def matching(keys: Iterable[str], reads: str) -> tuple[str, ...]:
    """Give the keys that a plan's `reads` names: one key, or a pattern with `*` and `?`; `*` crosses separators."""
    pattern = reads.replace("[", "[[]")
    return tuple(key for key in keys if key == reads or fnmatchcase(key, pattern))


def patterns_of(keys: Sequence[str]) -> Mapping[str, tuple[str, ...]]:
    """Group keys by a pattern that they can be told by."""
    parts = {key: _PARTS.split(key, maxsplit=_MOST_PARTS) for key in keys}
    told: dict[str, str] = dict.fromkeys(keys, "")
    depth = 0
    left = list(keys)
    while left:
        below: defaultdict[str, list[str]] = defaultdict(list)
        for key in left:
            below[told[key]].append(key)
        for prefix, group in below.items():
            words = _shared(group, parts, depth)
            for key in group:
                word = parts[key][depth]
                told[key] = prefix + (word if word in words or word in ":/|" else "*")
        depth += 1
        left = [key for key in left if len(parts[key]) > depth]
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for key in keys:
        groups[re.sub(r"\*(?:[:/|]\*)+$", "*", told[key])].append(key)
    return {pattern: tuple(groups[pattern]) for pattern in sorted(groups)}


def _shared(keys: Sequence[str], parts: Mapping[str, list[str]], depth: int) -> frozenset[str]:
    """Give the words that keys with the same beginning share in a place."""
    counts: defaultdict[str, int] = defaultdict(int)
    before: defaultdict[str, set[str]] = defaultdict(set)
    for key in keys:
        word = parts[key][depth]
        if _WORD.fullmatch(word):
            counts[word] += 1
            before[word].add("".join(parts[key][:depth]))
    if depth == 0:
        found = {word for word, count in counts.items() if count >= max(_FIRST, len(keys) // _SHARE)}
    else:
        found = {
            word
            for word, count in counts.items()
            if count >= len(keys) / _SHARE and (len(before[word]) > 1 or count >= _MANY)
        }
    return frozenset(found) if len(found) <= _FEW else frozenset()
