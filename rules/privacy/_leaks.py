"""Raw values of the sources, as keyed fingerprints, looked for in text: which are there, and in how many records.

A text is reduced to letters and digits as values are (`_leak_forms`). Where a word begins, its next six characters are
looked up in a bit table of how values begin; the few that pass are hashed at every length that a value has, and looked
up among 64-bit fingerprints: sums of the signs, each times a random number of its place, that stays in the process.
Everything works on whole arrays; a chunk of text fits a processor's cache, so memory does not grow with the text.
"""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from rules.privacy._leak_forms import LONGEST, PHONES, SHORTEST, country, forms, plain

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    _Found = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]
    """Values, the places where they begin, and where they end."""

CHUNK: Final = 1 << 19
_OVERLAP: Final = 512
_BITS: Final = 26
_WIDE: Final = 24
"""Bits of the table that each word of a text is looked up in: a byte for each, for that is twice as fast as a bit."""
_BLOCK: Final = 4_096
_SHARED: Final = 8
"""Chunks from which on a text is searched by several threads: NumPy works on whole arrays without the lock."""
_THREADS: Final = 4
_ALIAS: Final = re.compile(
    rb"([\w.%\x80-\xff-]{1,64})\+[\w.%+\x80-\xff-]{1,40}@([\w\x80-\xff-]{1,63}(?:\.[\w\x80-\xff-]{1,63})+)"
)
_NAME: Final = re.compile(rb"[\w.%\x80-\xff-]+")
"""A name, read from its end."""
_GAP: Final = re.compile(rb"[^\w.%+\x80-\xff-]")
_CODES: Final = [country(b"%d%d" % (code // 16 % 10, code % 16 % 10)) for code in range(256)]
"""Length of the country code, by its first two digits, a half byte each."""
_HEAD: Final = (1 << (8 * SHORTEST)) - 1
_ESCAPED: Final = b'ntrbfu"/\\'


@dataclass(frozen=True, slots=True)
class Hits:
    """What was found in a piece of text."""

    values: NDArray[np.int64] = field(repr=False)
    """Numbers of the values, once for each place where one stands."""
    places: NDArray[np.int64] = field(repr=False)
    """Where each begins, in bytes."""
    ends: NDArray[np.int64] = field(repr=False)
    """Where the last word of each ends."""


@dataclass(slots=True)
class Fingerprints:
    """Values as fingerprints: add all, then search as often as there is text."""

    labels: list[str] = field(default_factory=list)
    short: int = 0
    """Values that are too short to be looked for."""
    added: int = 0
    _lengths: dict[int, list[bytes]] = field(default_factory=dict, repr=False)
    _owners: dict[int, list[int]] = field(default_factory=dict, repr=False)
    _kinds: list[int] = field(default_factory=list, repr=False)
    _ready: _Index | None = field(default=None, repr=False)

    def add(self, values: Iterable[str], label: str) -> None:
        """Take values of a kind."""
        if label not in self.labels:
            self.labels.append(label)
        kind = self.labels.index(label)
        for value in values:
            long = {form[:LONGEST] for form in forms(value, label) if len(form) >= SHORTEST}
            if not long:
                self.short += 1
                continue
            for form in long:
                self._lengths.setdefault(len(form), []).append(form)
                self._owners.setdefault(len(form), []).append(self.added)
            self._kinds.append(kind)
            self.added += 1

    def search(self, text: bytes) -> Hits:
        """Find the values in a text."""
        import numpy as np

        index = self._index()
        found: list[_Found] = []
        if index is not None and len(text) > _SHARED * CHUNK:
            with ThreadPoolExecutor(min(_THREADS, os.cpu_count() or 1)) as pool:
                found = list(pool.map(lambda piece: index.search(*piece), _pieces(text)))
        elif index is not None:
            found = [index.search(*piece) for piece in _pieces(text)]
        if not found:
            none = np.zeros(0, np.int64)
            return Hits(none, none, none)
        return Hits(*(np.concatenate(side) for side in zip(*found, strict=True)))

    def kinds(self, hits: Hits) -> NDArray[np.int64]:
        """Give the number of the label of each hit."""
        import numpy as np

        return np.asarray(self._kinds, np.int64)[hits.values]

    def _index(self) -> _Index | None:
        """Make the tables, and let go of the values."""
        if self._ready is None and self._lengths:
            phones = any(label in PHONES for label in self.labels)
            emails = any("email" in label or label == "contact" for label in self.labels)
            self._ready = _Index.of(self._lengths, self._owners, phones=phones, aliases=emails)
            self._lengths, self._owners = {}, {}
        return self._ready


def _pieces(text: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Cut a text into pieces that overlap: hits that begin before the limit belong to the piece."""
    for start in range(0, len(text), CHUNK):
        # The byte before tells whether a word begins at the first one of the piece.
        before = 1 if start else 0
        yield text[start - before : start + CHUNK + _OVERLAP], CHUNK + before, start - before


@dataclass(frozen=True, slots=True)
class _Words:
    """The words of a piece: where each starts and stops in it, and at which of its letters."""

    starts: NDArray[np.int64]
    stops: NDArray[np.int64]
    at: NDArray[np.int64]


@dataclass(slots=True)
class _Index:
    powers: NDArray[np.uint64]
    lengths: NDArray[np.int64]
    digests: NDArray[np.uint64]
    owners: NDArray[np.int64]
    begins: NDArray[np.bool_]
    heads: NDArray[np.uint8]
    passes: NDArray[np.uint8]
    table: bytes
    phones: bool
    aliases: bool

    @classmethod
    def of(cls, values: dict[int, list[bytes]], owners: dict[int, list[int]], *, phones: bool, aliases: bool) -> _Index:
        import numpy as np

        # Not the powers of one number: numbered values differ in ways in which these nearly cancel out.
        powers = np.frombuffer(secrets.token_bytes(8 * LONGEST), np.uint64)
        known, passes = np.zeros(1 << (_BITS - 3), np.uint8), np.zeros(1 << (_BITS - 3), np.uint8)
        begins = np.zeros(1 << _WIDE, bool)
        digests, numbers = [], []
        for length, found in values.items():
            matrix = np.frombuffer(b"".join(found), np.uint8).reshape(-1, length)
            digests.append((matrix * powers[:length]).sum(axis=1, dtype=np.uint64))
            numbers.append(np.asarray(owners[length], np.int64))
            heads = np.zeros((len(found), 8), np.uint8)
            heads[:, :SHORTEST] = matrix[:, :SHORTEST]
            head = np.unique(heads.view(np.uint64).ravel())
            _set(known, _slot(head))
            mixed = (head << np.uint64(64 - 8 * SHORTEST)) * np.uint64(0x9E3779B97F4A7C15)
            begins[(mixed >> np.uint64(64 - _WIDE)).view(np.int64)] = True
        every: NDArray[np.uint64] = np.concatenate(digests).astype(np.uint64)
        owner = np.concatenate(numbers)
        order = np.argsort(every)
        _set(passes, _slot(every))
        table = bytes(ord(chr(c).lower()) if c < 128 and chr(c).isalnum() else c * (c > 127) for c in range(256))
        lengths = np.array(sorted(values), np.int64)
        return cls(powers, lengths, every[order], owner[order], begins, known, passes, table, phones, aliases)

    def search(self, text: bytes, limit: int, offset: int) -> _Found:
        """Give (value, place, end) of each hit that begins before the limit."""
        import numpy as np

        raw = np.frombuffer(text, np.uint8)
        low = np.frombuffer(bytearray(text.translate(self.table)), np.uint8)
        self._unescape(text, raw, low)
        keep = np.zeros(len(low) + 2, bool)
        np.not_equal(low, 0, out=keep[1:-1])
        turns = np.flatnonzero(keep[1:] != keep[:-1])
        starts, stops = turns[::2], turns[1::2]
        none = np.zeros(0, np.int64)
        if not len(starts):
            return none, none, none
        ended = np.cumsum(stops - starts)
        count = int(ended[-1])
        letters = np.zeros(count + LONGEST + 8, np.uint8)
        np.compress(keep[1:-1], low, out=letters[:count])
        at = np.zeros(len(starts), np.int64)
        at[1:] = ended[:-1]
        heads: NDArray[np.uint64] = np.ndarray((len(letters) - 7,), np.uint64, letters, strides=(1,))
        head = heads[at]
        words = self._begun(head)
        place = at[words]
        if self.phones:
            place_more, words_more = self._numbers(raw, letters, starts, at, head, count)
            begun = self._begun(heads[place_more])
            place, words = np.concatenate([place, place_more[begun]]), np.concatenate([words, words_more[begun]])
        begins = starts[words]
        chosen = np.flatnonzero((begins < limit) & (begins > 0 - (offset == 0)))
        ends = np.zeros(count + LONGEST + 9, bool)
        ends[at] = True
        ends[count] = True
        found = [(none, none, none)]
        for block in range(0, len(chosen), _BLOCK):
            these = chosen[block : block + _BLOCK]
            words_at = _Words(starts, stops, at)
            found.append(self._windows(letters, ends, place[these], begins[these], words_at))
        if self.aliases and b"+" in text and b"@" in text:
            found.append(self._aliased(text, raw, limit))
        values, places, last = (np.concatenate(side) for side in zip(*found, strict=True))
        return values, places + offset, last + offset

    def _begun(self, heads: NDArray[np.uint64]) -> NDArray[np.int64]:
        """Tell which of some beginnings a value has; few others pass."""
        import numpy as np

        # The lower bits are the last signs of eight, of which a value may have six: they are shifted out.
        mixed = (heads << np.uint64(64 - 8 * SHORTEST)) * np.uint64(0x9E3779B97F4A7C15)
        likely = np.flatnonzero(self.begins[(mixed >> np.uint64(64 - _WIDE)).view(np.int64)])
        return likely[_get(self.heads, _slot(heads[likely] & np.uint64(_HEAD)))]

    def _windows(
        self,
        letters: NDArray[np.uint8],
        ends: NDArray[np.bool_],
        place: NDArray[np.int64],
        begin: NDArray[np.int64],
        words: _Words,
    ) -> _Found:
        """Hash what begins at each place, at every length at which a word ends there."""
        import numpy as np

        longest = int(self.lengths[-1])
        matrix = letters[place[:, None] + np.arange(longest)]
        sums = np.cumsum(matrix * self.powers[:longest], axis=1, dtype=np.uint64)
        fits = ends[place[:, None] + self.lengths] | (self.lengths == LONGEST)
        rows, columns = np.nonzero(fits)
        digests = sums[rows, self.lengths[columns] - 1]
        likely = np.flatnonzero(_get(self.passes, _slot(digests)))
        owner, found = self._lookup(digests[likely])
        rows, columns = rows[likely][found], columns[likely][found]
        # A value is written with few signs between: what is further apart only happens to follow one another.
        stop = np.searchsorted(words.at, place[rows] + self.lengths[columns] - 1, side="right") - 1
        near = words.starts[stop] - begin[rows] <= 2 * self.lengths[columns] + 8
        return owner[near], begin[rows][near], words.stops[stop][near]

    def _lookup(self, digests: NDArray[np.uint64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Give the owners of the digests that are there, and which these are; one of several owners stands for all."""
        import numpy as np

        at = np.minimum(np.searchsorted(self.digests, digests), len(self.digests) - 1)
        found = np.flatnonzero(self.digests[at] == digests)
        return self.owners[at[found]], found

    def _unescape(self, text: bytes, raw: NDArray[np.uint8], low: NDArray[np.uint8]) -> None:
        """Take for separators what is written after a backslash, and spaces and dashes beyond ASCII; fold capitals."""
        import numpy as np

        if b"\\" in text:
            slashes = np.flatnonzero(raw[:-1] == 92)
            low[slashes[np.isin(raw[slashes + 1], np.frombuffer(_ESCAPED, np.uint8))] + 1] = 0
        if text.isascii():
            return
        wide = np.flatnonzero(raw[:-2] > 127)
        first, second = raw[wide], raw[wide + 1]
        low[wide[(first == 0xC3) & (second >= 0x80) & (second <= 0x9E)] + 1] += 0x20
        spaces = wide[(first == 0xC2) & (second == 0xA0)]
        signs = wide[(first == 0xE2) & ((second == 0x80) | (second == 0x81))]
        for several, width in ((spaces, 2), (signs, 3)):
            for step in range(width):
                low[several + step] = 0

    def _numbers(
        self,
        raw: NDArray[np.uint8],
        letters: NDArray[np.uint8],
        starts: NDArray[np.int64],
        at: NDArray[np.int64],
        head: NDArray[np.uint64],
        count: int,
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Give where phone numbers begin behind a country code or a trunk prefix."""
        import numpy as np

        first = head.astype(np.uint8)
        digits = np.flatnonzero(first - np.uint8(48) < 10)
        sign = first[digits]
        nought, one = digits[sign == 48], digits[sign == 49]
        one = one[np.append(at, count)[one + 1] - at[one] == 11]
        plus = digits[(starts[digits] > 0) & (raw[np.maximum(starts[digits] - 1, 0)] == 43)]
        twice = nought[letters[at[nought] + 1] == 48]
        places, words = [at[nought] + 1, at[one] + 1], [nought, one]
        for some, skip in ((plus, 0), (twice, 2)):
            begin = at[some] + skip
            behind = begin + np.asarray(_CODES)[letters[begin].astype(np.int64) % 16 * 16 + letters[begin + 1] % 16]
            places += [behind, behind + (letters[behind] == 48)]
            words += [some, some]
        return np.concatenate(places), np.concatenate(words)

    def _aliased(self, text: bytes, raw: NDArray[np.uint8], limit: int) -> _Found:
        """Find addresses under an alias: `name+anything@host` is `name@host`."""
        import numpy as np

        plus, signs = np.flatnonzero(raw[:limit] == 43), np.flatnonzero(raw == 64)
        if not len(plus) or not len(signs):
            return (np.zeros(0, np.int64),) * 3
        following = np.minimum(np.searchsorted(signs, plus), len(signs) - 1)
        # Between a name and its sign there is no space: most signs of plus before an address are a phone number's.
        near = (signs[following] > plus) & (signs[following] - plus <= 41)
        bases, places, ends = [], [], []
        for place, sign in zip(plus[near].tolist(), signs[following[near]].tolist(), strict=True):
            if _GAP.search(text, place, sign) is not None:
                continue
            before = _NAME.match(text[max(0, place - 64) : place][::-1])
            begin = place - (before.end() if before else 0)
            found = _ALIAS.match(text, begin, place + 200)
            if found is not None:
                bases.append(plain((found[1] + b"@" + found[2]).decode("utf-8", "replace"))[:LONGEST])
                places.append(begin)
                ends.append(found.end())
        digests = self._digests(bases)
        owner, which = self._lookup(digests)
        return owner, np.asarray(places, np.int64)[which], np.asarray(ends, np.int64)[which]

    def _digests(self, values: list[bytes]) -> NDArray[np.uint64]:
        import numpy as np

        padded = np.frombuffer(b"".join(value.ljust(LONGEST, b"\0") for value in values), np.uint8)
        return np.asarray((padded.reshape(-1, LONGEST) * self.powers).sum(axis=1, dtype=np.uint64))


def _slot(digests: NDArray[np.uint64]) -> NDArray[np.uint64]:
    import numpy as np

    return (digests * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(64 - _BITS)


def _set(bits: NDArray[np.uint8], slots: NDArray[np.uint64]) -> None:
    import numpy as np

    np.bitwise_or.at(bits, slots >> np.uint64(3), np.left_shift(np.uint8(1), (slots & np.uint64(7)).astype(np.uint8)))


def _get(bits: NDArray[np.uint8], slots: NDArray[np.uint64]) -> NDArray[np.bool_]:
    import numpy as np

    return np.asarray((bits[slots >> np.uint64(3)] >> (slots & np.uint64(7)).astype(np.uint8)) & 1, bool)
