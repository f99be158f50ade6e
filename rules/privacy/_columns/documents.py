"""JSON documents as their leaves: for each path its texts with how many rows hold them, and the keys on the way.

Documents of one form are taken apart together, key by key: a document alone costs five times as much.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Sequence
from itertools import chain, repeat
from typing import Any, Final

_DEEPEST: Final = 24
_PATHS: Final = 300  # beyond it the keys of the documents are data, and are looked at as such
Path = tuple[str, ...]
Parts = list[Any]


def leaves_of(documents: Sequence[Any], counts: Sequence[int]) -> tuple[dict[Path, Counter[str]], Counter[str]]:
    """Give the texts of each path, and of the paths together from the 300th on, and all keys; each with its rows."""
    leaves: defaultdict[Path, Counter[str]] = defaultdict(Counter)
    keys: Counter[str] = Counter()
    stack: list[tuple[Path, Parts, list[int]]] = [((), list(documents), list(counts))]
    while stack:
        path, parts, rows = stack.pop()
        for kind, some, of in _apart(list(map(type, parts)), parts, rows):
            if kind is dict and len(path) < _DEEPEST:
                for names, alike, held in _apart(list(map(tuple, some)), some, of):
                    for name in names:
                        keys[name] += sum(held)
                        stack.append(((*path, name), [part[name] for part in alike], held))
            elif kind is list and len(path) < _DEEPEST:
                held = list(chain.from_iterable(map(repeat, of, map(len, some))))
                stack.append((path, list(chain.from_iterable(some)), held))
            elif kind is not bool and kind is not type(None):
                place = path if len(leaves) < _PATHS or path in leaves else ()
                _count(leaves[place], [str(part).strip() for part in some], of)
    return dict(leaves), keys


def _apart(signs: Sequence[Hashable], parts: Parts, rows: list[int]) -> list[tuple[Any, Parts, list[int]]]:
    """Part what is of one sign from what is of others, in the order in which they first stand."""
    if len(alike := set(signs)) == 1:
        return [(alike.pop(), parts, rows)]
    places: defaultdict[Hashable, list[int]] = defaultdict(list)
    for place, sign in enumerate(signs):
        places[sign].append(place)
    return [(sign, [parts[at] for at in found], [rows[at] for at in found]) for sign, found in places.items()]


def _count(counter: Counter[str], texts: list[str], rows: list[int]) -> None:
    if max(rows) == 1:
        counter.update(texts)
        return
    for text, held in zip(texts, rows, strict=True):
        counter[text] += held
