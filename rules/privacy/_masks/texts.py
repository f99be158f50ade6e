"""Texts out of which kinds of personal data were to be taken: what stands there still, in whatever spelling.

What a text tells is found by forms (addresses, numbers) and by how running text speaks of people and places. What was
found is looked for in the masked texts as leaked values are: also written out, behind a code, with other signs between.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from rules.privacy._kinds import FREE_TEXT, expected
from rules.privacy._leaks.search import Fingerprints
from rules.privacy._masks.forms import canonical
from rules.privacy._masks.guessed import Pair, guessed
from rules.privacy._text.spans import spans_of

IN_TEXT: Final = {
    "email": re.compile(r"[\w.%+-]+@[\w-]+(?:\.[\w-]+)+"),
    "iban": re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b"),
    "card": re.compile(r"\b\d(?:[ -]?\d){12,18}\b"),
    "phone": re.compile(
        r"(?<![\w.])(?:\+|00|\(?0)\d(?:[ ()/.-]{0,2}\d){6,13}\b|\(\d{3}\) ?\d{3}-\d{4}|\b\d{3}-\d{3}-\d{4}\b"
    ),
    "ip": re.compile(r"\b(?:\d{1,3}\.){3}\d{1,3}\b"),
    "ssn": re.compile(r"\b\d{3}-\d{2}-\d{4}\b"),
}  # fmt: skip
_READ: Final = 400
"""Raw texts that are read for what no form tells: people, places, births."""
_SHORTEST: Final = 6
_HASHED: Final = 16
"""Values of a kind whose hashes are looked for in the texts that told them."""
_DIGEST: Final = re.compile(r"[0-9a-fA-F]{10,}")


@dataclass(frozen=True, slots=True)
class Left:
    """What was to be taken out of texts and stands in them still."""

    rows: Mapping[str, int]
    """Kind -> masked texts that tell some."""
    untold: tuple[str, ...]
    """Kinds of which no raw text that was read told anything to look for."""
    hashed: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    """Kind -> by which hash that anybody can repeat it was replaced, and in how many masked texts."""


@dataclass(slots=True)
class _Told:
    """What raw texts tell, by kind, with the texts that do."""

    by_kind: dict[str, defaultdict[str, set[int]]] = field(default_factory=dict, repr=False)

    def add(self, kind: str, text: int, words: str) -> None:
        if len(canonical(words)) >= _SHORTEST:
            self.by_kind.setdefault(kind, defaultdict(set))[words].add(text)


def left_in_texts(
    raws: Sequence[str], masked: Sequence[str], of: Sequence[str], *, paired: bool, words: Sequence[str] = ()
) -> Left:
    """Find what masked texts tell of the raw ones: each of its own where they are paired, else any of any."""
    kinds = {kind.lower() for kind in of} - FREE_TEXT
    told = _told(raws, kinds)
    rows = {kind: _standing(values, masked, kind, paired=paired) for kind, values in told.by_kind.items()}
    untold = sorted(kind for kind in kinds if kind not in told.by_kind and kind not in IN_TEXT)
    left = {kind: len(found) for kind, found in sorted(rows.items()) if found}
    hashed = _hashed(told, masked, words) if paired and not left else {}
    return Left(left, tuple(untold), hashed)


def _hashed(told: _Told, masked: Sequence[str], words: Sequence[str]) -> dict[str, tuple[str, int]]:
    """Find what was replaced by its own hash: who has a list of addresses reads it all the same."""
    found: dict[str, tuple[str, int]] = {}
    for kind, values in told.by_kind.items():
        texts = [(value, min(numbers)) for value, numbers in islice(values.items(), _HASHED)]
        pairs = [Pair(value, " ".join(_DIGEST.findall(masked[number]))) for value, number in texts]
        how, rows, of = guessed([pair for pair in pairs if pair.masked], words)
        if rows:
            found[kind] = how, round(rows / of * len(set().union(*values.values())))
    return found


def _told(raws: Sequence[str], kinds: Iterable[str]) -> _Told:
    told, wanted = _Told(), set(kinds)
    for kind, form in IN_TEXT.items():
        if not wanted or kind in wanted:
            for number, raw in enumerate(raws):
                for words in form.findall(raw):
                    told.add(kind, number, words)
    # A plan may name kinds in words of its own.
    read = {label: kind for kind in wanted - IN_TEXT.keys() for label in {kind, *expected(kind)}}
    some = range(0, len(raws), max(1, len(raws) // _READ)) if read else range(0)
    texts = [raws[number] for number in some]
    for span in spans_of(texts, read) if read else ():
        told.add(read[span.label], some[span.text], texts[span.text][span.start : span.end])
    return told


def _standing(values: Mapping[str, set[int]], masked: Sequence[str], kind: str, *, paired: bool) -> set[int]:
    """Give the masked texts in which some of the values stand: letter by letter, else in another spelling."""
    rows: set[int] = set()
    if paired:
        forms = ((canonical(words), numbers) for words, numbers in values.items())
        plain: dict[int, str] = {}
        for form, numbers in forms:
            rows.update(n for n in numbers if form in plain.setdefault(n, canonical(masked[n])))
    return rows or _spelt(values, masked, kind, paired=paired)


def _spelt(values: Mapping[str, set[int]], masked: Sequence[str], kind: str, *, paired: bool) -> set[int]:
    import numpy as np

    prints = Fingerprints()
    known = list(values)
    added: list[str] = []
    for words in known:
        before = prints.added
        prints.add([words], kind)
        added += [words] * (prints.added - before)
    lines = [text.replace("\n", " ").encode("utf-8", "replace") for text in masked]
    hits = prints.search(b"\n".join(lines))
    ends = np.cumsum([len(line) + 1 for line in lines])
    first, last = (np.searchsorted(ends, at, side="right") for at in (hits.places, hits.ends - 1))
    found = zip(hits.values.tolist(), first.tolist(), (first == last).tolist(), strict=True)
    return {row for value, row, within in found if within and (not paired or row in values[added[value]])}


def counted(left: Left) -> Counter[str]:
    """Give how a flaw is called, and in how many texts it was seen."""
    ways = {f"with {kind} still in the text": rows for kind, rows in left.rows.items()}
    ways |= {
        f"with {kind} in the text as a hash that anybody can repeat ({how})": rows
        for kind, (how, rows) in left.hashed.items()
    }
    return Counter(ways)
