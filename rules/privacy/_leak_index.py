"""Fingerprints of values and the search of one piece of text for them.

A text is reduced to letters and digits as values are (`_leak_text`). Where a word begins, its next six characters are
looked up in a table of how values begin; the few that pass are hashed at every length that a value has, and looked up
among 64-bit fingerprints: sums of the signs, each times a random number of its place, that stays in the process.
Everything works on whole arrays, which are to fit a processor's cache.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rules.privacy._leak_coded import uncoded
from rules.privacy._leak_forms import LONGEST, OWN_SIGNS, SHORTEST
from rules.privacy._leak_letters import plain
from rules.privacy._leak_numbers import country
from rules.privacy._leak_text import HARD, LETTERS, PAD, reduced

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Found = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]
    """Values, the places where they begin, and where they end."""

CHUNK: Final = 1 << 20
_APART: Final = 3
"""How many times as long as itself a value may be where it is written in escapes."""
_BITS: Final = 26
_WIDE: Final = 24
"""Bits of the table that each word of a text is looked up in: a byte for each, for that is twice as fast as a bit."""
_NEAR: Final = 20
_FEW_SIGNS: Final = 9
"""Bytes of three signs of Han, kana or Hangul."""
_BLOCK: Final = 4_096
_ALIAS: Final = re.compile(
    rb"([\w.%\x80-\xff-]{1,64})\+[\w.%+\x80-\xff-]{1,40}@([\w\x80-\xff-]{1,63}(?:\.[\w\x80-\xff-]{1,63})+)"
)
_NAME: Final = re.compile(rb"[\w.%\x80-\xff-]+")
"""A name, read from its end."""
_GAP: Final = re.compile(rb"[^\w.%+\x80-\xff-]")
_CODES: Final = [country(b"%d%d" % (code // 16 % 10, code % 16 % 10)) for code in range(256)]
"""Length of the country code, by its first two digits, a half byte each."""
_HEAD: Final = (1 << (8 * SHORTEST)) - 1
_MIX: Final = 0x9E3779B97F4A7C15
_NO_DIGIT: Final = int.from_bytes(b"\xf0" * SHORTEST, "little")
_DIGITS: Final = int.from_bytes(b"0" * SHORTEST, "little")
"""What six digits are without their values."""
_BARE_PHONE: Final = range(11, 16)
"""Digits of a phone number with its country code and no sign before that."""


@dataclass(frozen=True, slots=True, repr=False)
class _Words:
    """The words of a piece: where each starts and stops in it, and at which of its letters."""

    low: NDArray[np.uint8]
    """The reduced text."""
    starts: NDArray[np.int64]
    stops: NDArray[np.int64]
    at: NDArray[np.int64]
    ends: NDArray[np.bool_]
    """At which letter a word ends, and the next one begins."""
    undone: bool
    """Whether letters were written as escapes, in several signs each."""


@dataclass(slots=True, repr=False)
class Index:
    """Fingerprints of values, and tables of how they begin."""

    powers: NDArray[np.uint64]
    lengths: NDArray[np.int64]
    digests: NDArray[np.uint64]
    owners: NDArray[np.int64]
    near: NDArray[np.int32]
    """Where digests begin that have the same first bits."""
    numbers: NDArray[np.bool_]
    """Which digests are of digits alone, with no other signs inside than all numbers have."""
    groups: NDArray[np.uint64] | None
    """Where the groups of a value must end, a bit for each letter; None where no value has such groups."""
    begins: NDArray[np.bool_]
    heads: NDArray[np.uint8]
    passes: NDArray[np.uint8]
    phones: bool
    aliases: bool

    @classmethod
    def of(
        cls,
        values: dict[int, list[bytes]],
        owners: dict[int, list[int]],
        groups: dict[int, dict[int, int]],
        *,
        phones: bool,
        aliases: bool,
    ) -> Index:
        """Make the tables of values by length, and of their owners: twice the number, one more for another form."""
        import numpy as np

        # Not the powers of one number: numbered values differ in ways in which these nearly cancel out.
        powers = np.frombuffer(secrets.token_bytes(8 * LONGEST), np.uint64)
        known, passes = np.zeros(1 << (_BITS - 3), np.uint8), np.zeros(1 << (_BITS - 3), np.uint8)
        begins = np.zeros(1 << _WIDE, bool)
        digests, owned, digits, grouped = [], [], [], []
        for length, found in values.items():
            matrix = np.frombuffer(b"".join(found), np.uint8).reshape(-1, length)
            digests.append((matrix * powers[:length]).sum(axis=1, dtype=np.uint64))
            owned.append(np.asarray(owners[length], np.int64))
            tied = np.zeros(len(found), np.uint64)
            for place, told in groups.get(length, {}).items():
                tied[place] = told
            grouped.append(tied & np.uint64(OWN_SIGNS - 1))
            digits.append((matrix - np.uint8(48) < 10).all(axis=1) & (tied < OWN_SIGNS))
            heads = np.zeros((len(found), 8), np.uint8)
            heads[:, :SHORTEST] = matrix[:, :SHORTEST]
            head = np.unique(heads.view(np.uint64).ravel())
            _set(known, _slot(head))
            begins[_wide_slot(head)] = True
        every: NDArray[np.uint64] = np.concatenate(digests).astype(np.uint64)
        owner = np.concatenate(owned)
        # Of those with one digest the first one is found: a value as it is before other forms of values.
        order = np.lexsort((owner & 1, every))
        _set(passes, _slot(every))
        lengths = np.array(sorted(values), np.int64)
        number, ends = np.concatenate(digits)[order], np.concatenate(grouped)[order] if groups else None
        # One more, greater than all, ends every search.
        every = np.append(every[order], np.uint64((1 << 64) - 1))
        firsts = np.arange(1 << _NEAR, dtype=np.uint64) << np.uint64(64 - _NEAR)
        near = np.searchsorted(every, firsts).astype(np.int32)
        owner = owner[order] >> 1
        return cls(powers, lengths, every, owner, near, number, ends, begins, known, passes, phones, aliases)

    def search(self, text: bytes, before: int, offset: int, *, coded: bool = True) -> Found:
        """Give (value, place, end) of each hit that begins behind `before` bytes, and not in what lies over.

        With `coded`, what stands there in base64 or hexadecimal digits is read too.
        """
        import numpy as np

        told = reduced(text)
        low = told.low
        keep = np.zeros(len(low) + 2, bool)
        np.greater_equal(low, LETTERS, out=keep[1:-1])
        turns = np.flatnonzero(keep[1:] != keep[:-1])
        starts, stops = _apart(turns[::2], turns[1::2], keep, told.unspaced)
        none = np.zeros(0, np.int64)
        if not len(starts):
            return none, none, none
        at = np.zeros(len(starts) + 1, np.int64)
        np.cumsum(stops - starts, out=at[1:])
        letters = np.concatenate([np.compress(keep[1:-1], low), np.zeros(LONGEST + 8, np.uint8)])
        heads: NDArray[np.uint64] = np.ndarray((len(letters) - 7,), np.uint64, letters, strides=(1,))
        head = heads.take(at[:-1])
        words = self._begun(head)
        place = at[words]
        if self.phones:
            more, words_more = self._numbers(text, letters, starts, at, head)
            begun = self._begun(heads[more])
            place, words = np.concatenate([place, more[begun]]), np.concatenate([words, words_more[begun]])
        begins = starts[words]
        chosen = np.flatnonzero((begins >= before) & (begins < before + CHUNK))
        found = [(none, none, none)]
        if len(chosen):
            ends = np.zeros(len(letters) + 1, bool)
            ends[at] = True
            about = _Words(low, starts, stops, at[:-1], ends, told.undone)
            for block in range(0, len(chosen), _BLOCK):
                these = chosen[block : block + _BLOCK]
                found.append(self._windows(letters, place[these], begins[these], about))
        if self.aliases and len(told.signs):
            found.append(self._aliased(text, told.signs, before))
        if coded:
            found.append(self._coded(text, low, starts, stops, before))
        values, places, last = (np.concatenate(side) for side in zip(*found, strict=True))
        return values, places + offset, last + offset

    def _begun(self, heads: NDArray[np.uint64]) -> NDArray[np.int64]:
        """Tell which of some beginnings a value has; few others pass."""
        import numpy as np

        likely = np.flatnonzero(self.begins.take(_wide_slot(heads)))
        return likely[_get(self.heads, _slot(heads[likely] & np.uint64(_HEAD)))]

    def _windows(
        self, letters: NDArray[np.uint8], place: NDArray[np.int64], begin: NDArray[np.int64], words: _Words
    ) -> Found:
        """Hash what begins at each place, at every length at which a word ends there."""
        import numpy as np

        longest = int(self.lengths[-1])
        # Rows that overlap: a row is copied as a whole, ten times as fast as sign by sign.
        rows_of = np.ndarray((len(letters) - longest + 1, longest), np.uint8, letters, strides=(1, 1))
        ends_of = np.ndarray((len(words.ends) - longest, longest + 1), bool, words.ends, strides=(1, 1))
        sums = np.cumsum(rows_of[place] * self.powers[:longest], axis=1, dtype=np.uint64)
        fits = ends_of[place][:, self.lengths] | (self.lengths == LONGEST)
        rows, columns = np.nonzero(fits)
        digests = sums[rows, self.lengths[columns] - 1]
        likely = np.flatnonzero(_get(self.passes, _slot(digests)))
        known, found = self._lookup(digests[likely])
        rows, columns = rows[likely][found], columns[likely][found]
        # A value is written with few signs between: what is further apart only happens to follow one another.
        stop = np.searchsorted(words.at, place[rows] + self.lengths[columns] - 1, side="right") - 1
        starts, stops = begin[rows], words.stops[stop]
        most = 2 * self.lengths[columns] + 8
        fine = words.starts[stop] - starts <= (_APART * most if words.undone else most)
        kept = np.flatnonzero(fine)
        number = self.numbers[known[kept]]
        kept = kept[~number | ~_broken(words.low, starts[kept], stops[kept], number)]
        # Two signs of Han stand within other words too.
        lone = (self.lengths[columns[kept]] < _FEW_SIGNS) & (words.low[starts[kept]] >= 0xE0)
        inside = (words.low[starts[kept] - 1] >= LETTERS) | (words.low[stops[kept]] >= LETTERS)
        kept = kept[~(lone & inside)]
        if self.groups is not None:
            ends = ends_of[place[rows[kept]]]
            kept = kept[_grouped(ends, self.groups[known[kept]])]
        return self.owners[known[kept]], starts[kept], stops[kept]

    def _lookup(self, digests: NDArray[np.uint64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Give where digests are kept, of those that are, and which these are."""
        import numpy as np

        # Digests are evenly spread: their first bits tell nearly where they are, in one look instead of twenty.
        at = self.near[(digests >> np.uint64(64 - _NEAR)).view(np.int64)].astype(np.int64)
        behind = np.arange(len(digests))
        known, which = [at[:0]], [behind[:0]]
        while len(at):
            there = self.digests[at]
            same = there == digests
            known.append(at[same])
            which.append(behind[same])
            on = there < digests
            at, behind, digests = at[on] + 1, behind[on], digests[on]
        return np.concatenate(known), np.concatenate(which)

    def _numbers(
        self,
        text: bytes,
        letters: NDArray[np.uint8],
        starts: NDArray[np.int64],
        at: NDArray[np.int64],
        head: NDArray[np.uint64],
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Give where phone numbers begin behind a country code or a trunk prefix."""
        import numpy as np

        digits = np.flatnonzero((head & np.uint64(_NO_DIGIT)) == np.uint64(_DIGITS))
        sign = head[digits].astype(np.uint8)
        raw = np.frombuffer(text, np.uint8)
        nought = digits[sign == 48]
        signed = (raw[np.maximum(starts[digits] - 1, 0)] == 43) & (starts[digits] > 0)
        # In an address of the web the sign is written `%2B`.
        signed |= (starts[digits] > 2) & (raw[starts[digits] - 1] | 0x20 == 98) & (raw[starts[digits] - 3] == 37)
        plus = digits[signed]
        length = at[digits + 1] - at[digits]
        bare = digits[(sign != 48) & ~signed & (length >= _BARE_PHONE.start) & (length < _BARE_PHONE.stop)]
        twice = nought[letters[at[nought] + 1] == 48]
        places, words = [at[nought] + 1], [nought]
        for some, skip in ((plus, 0), (bare, 0), (twice, 2)):
            begin = at[some] + skip
            behind = begin + np.asarray(_CODES)[letters[begin].astype(np.int64) % 16 * 16 + letters[begin + 1] % 16]
            places += [behind, behind + (letters[behind] == 48)]
            words += [some, some]
        return np.concatenate(places), np.concatenate(words)

    def _aliased(self, text: bytes, signs: NDArray[np.int64], before: int) -> Found:
        """Find addresses under an alias: `name+anything@host` is `name@host`."""
        import numpy as np

        raw = np.frombuffer(text, np.uint8)
        back = np.ndarray((max(0, len(raw) - 41), 41), np.uint8, raw, strides=(1, 1))
        # Between a name and its sign there is no space: most signs of plus before an address are a phone number's.
        signs = signs[(signs < 41) | (back[np.maximum(signs - 41, 0)] == 43).any(axis=1)] if len(back) else signs
        bases, places, ends = [], [], []
        for sign in signs.tolist():
            place = text.rfind(b"+", max(0, sign - 41), sign)
            if place < 0 or _GAP.search(text, place, sign) is not None:
                continue
            name = _NAME.match(text[max(0, place - 64) : place][::-1])
            begin = place - (name.end() if name else 0)
            found = _ALIAS.match(text, begin, place + 200)
            if found is not None and before <= begin < before + CHUNK:
                bases.append(plain((found[1] + b"@" + found[2]).decode("utf-8", "replace"))[:LONGEST])
                places.append(begin)
                ends.append(found.end())
        known, which = self._lookup(self._digests(bases))
        return self.owners[known], np.asarray(places, np.int64)[which], np.asarray(ends, np.int64)[which]

    def _coded(
        self, text: bytes, low: NDArray[np.uint8], starts: NDArray[np.int64], stops: NDArray[np.int64], before: int
    ) -> Found:
        """Find values in what is written in codes: each stands wherever the code does."""
        import numpy as np

        none = np.zeros(0, np.int64)
        behind = uncoded(text, low, starts, stops)
        if not behind.text:
            return none, none, none
        parts = [
            self.search(behind.text[at : at + CHUNK + LONGEST * 8] + bytes(PAD), 0, at, coded=False)
            for at in range(0, len(behind.text), CHUNK)
        ]
        values, places, ends = (np.concatenate(side) for side in zip(*parts, strict=True))
        line = np.searchsorted(behind.ends, places, side="right")
        begins, stops = np.asarray(behind.begins, np.int64)[line], np.asarray(behind.stops, np.int64)[line]
        # What began in the piece before goes on here, and is told of where this one begins.
        begins = np.maximum(begins, before)
        kept = (line == np.searchsorted(behind.ends, ends - 1, side="right")) & (begins < before + CHUNK)
        return values[kept], begins[kept], stops[kept]

    def _digests(self, values: list[bytes]) -> NDArray[np.uint64]:
        import numpy as np

        padded = np.frombuffer(b"".join(value.ljust(LONGEST, b"\0") for value in values), np.uint8)
        return np.asarray((padded.reshape(-1, LONGEST) * self.powers).sum(axis=1, dtype=np.uint64))


def _apart(
    starts: NDArray[np.int64], stops: NDArray[np.int64], keep: NDArray[np.bool_], signs: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Part words at signs that are written without spaces, each of which may begin or end a name."""
    import numpy as np

    if not len(signs):
        return starts, stops
    cuts = np.union1d(signs, signs + 3)
    cuts = cuts[keep[cuts] & keep[cuts + 1]]
    return np.sort(np.concatenate([starts, cuts])), np.sort(np.concatenate([stops, cuts]))


def _grouped(ends: NDArray[np.bool_], groups: NDArray[np.uint64]) -> NDArray[np.bool_]:
    """Tell where words end at least where the groups of a value do; `ends` begins before the first letter."""
    import numpy as np

    fine = np.ones(len(groups), bool)
    for row in np.flatnonzero(groups).tolist():
        told, place = int(groups[row]), 1
        while told and fine[row]:
            fine[row] = not told & 1 or ends[row, place]
            told, place = told >> 1, place + 1
    return fine


def _broken(
    low: NDArray[np.uint8], starts: NDArray[np.int64], stops: NDArray[np.int64], number: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Tell which numbers have a sign inside that nobody writes there: a comma or a quote stands between two."""
    import numpy as np

    broken = np.zeros(len(starts), bool)
    begin, size = starts[number], (stops - starts)[number]
    widest = int(size.max(initial=1))
    rows = np.ndarray((len(low) - widest + 1, widest), np.uint8, low, strides=(1, 1))[begin]
    hard = rows - np.uint8(HARD.start) < len(HARD)
    broken[number] = (hard & (np.arange(widest) < size[:, None])).any(axis=1)
    return broken


def _wide_slot(heads: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Give the place in the wide table; of eight signs, the last two are shifted out: a value may have six."""
    import numpy as np

    return (heads * np.uint64(_MIX << (64 - 8 * SHORTEST) & (1 << 64) - 1) >> np.uint64(64 - _WIDE)).view(np.int64)


def _slot(digests: NDArray[np.uint64]) -> NDArray[np.uint64]:
    import numpy as np

    return (digests * np.uint64(_MIX)) >> np.uint64(64 - _BITS)


def _set(bits: NDArray[np.uint8], slots: NDArray[np.uint64]) -> None:
    import numpy as np

    np.bitwise_or.at(bits, slots >> np.uint64(3), np.left_shift(np.uint8(1), (slots & np.uint64(7)).astype(np.uint8)))


def _get(bits: NDArray[np.uint8], slots: NDArray[np.uint64]) -> NDArray[np.bool_]:
    import numpy as np

    return np.asarray((bits[slots >> np.uint64(3)] >> (slots & np.uint64(7)).astype(np.uint8)) & 1, bool)
