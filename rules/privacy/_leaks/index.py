"""Fingerprints of values and the search of a part of a text for them: tables for the kernel, and what it leaves open.

The kernel (`_kernel/leaks.c`) reduces a text to letters and digits as values are and finds the values there. Aliases of
addresses, and what is written in codes, are few: it tells where they may be, and they are read here.
Fingerprints are 64-bit sums of a value's signs, each times a random number of its place, that stays in the process.
"""

from __future__ import annotations

import re
import secrets
from array import array
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from rules.privacy._kernel import Struct, at, kernel
from rules.privacy._leaks.coded import uncoded
from rules.privacy._leaks.forms import LONGEST, OWN_SIGNS
from rules.privacy._leaks.letters import plain
from rules.privacy._leaks.numbers import country
from rules.privacy._leaks.text import signs

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Found = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]
    """Values, the places where they begin, and where they end."""

CHUNK: Final = 1 << 20
"""Bytes of a text that are searched in one go."""
_BEFORE: Final = 32
_BEHIND: Final = 512
"""Bytes before and behind these that a code is read in; the kernel tells of none that begins farther before."""
_BEGINS: Final = 24
_LENGTHS: Final = 20
"""Bits of places in the tables of how values begin; `leaks.c` has them too."""
_ROOM: Final = 4_096
"""Hits that there is room for at first."""
_LOCAL: Final = re.compile(rb"[\w.%+\x80-\xff-]{1,104}")
"""What stands before the sign of an address, read from its end."""
_PLUS: Final = re.compile(rb"\+|%2[Bb]")
_HOST: Final = re.compile(rb"(?:@|%40)([\w\x80-\xff-]{1,63}(?:\.[\w\x80-\xff-]{1,63})+)")
_LAST: Final = re.compile(r"[^\s=&?/:;,\"'<>]+$")
"""What is the name where signs before it were escaped."""


@dataclass(slots=True, repr=False)
class Forms:
    """Forms of values that have as many letters, one behind the other."""

    letters: bytearray = field(default_factory=bytearray)
    owners: array[int] = field(default_factory=lambda: array("q"))
    """Of each, twice the number of its value, one more where the value is written otherwise."""
    groups: dict[int, int] = field(default_factory=dict)
    """Of the few that have some, where their groups end."""


@dataclass(slots=True, repr=False)
class Index:
    """Fingerprints of values, and tables of how they begin."""

    values: Struct
    """All of it, as the kernel takes it."""

    @classmethod
    def of(cls, forms: Mapping[int, Forms], *, phones: bool, aliases: bool) -> Index:
        """Make the tables of forms by how many letters they have."""
        import numpy as np

        owners = np.concatenate([np.frombuffer(alike.owners, np.int64) for alike in forms.values()])
        grouped = any(alike.groups for alike in forms.values())
        # Not the powers of one number: numbered values differ in ways in which these nearly cancel out.
        powers = np.frombuffer(secrets.token_bytes(8 * LONGEST), np.uint64)
        begins, lengths = np.zeros(1 << _BEGINS - 3, np.uint8), np.zeros(1 << _LENGTHS, np.uint64)
        places = 1 << (len(owners) + len(owners) // 2).bit_length()
        table = np.zeros((places, 2), np.uint64)
        number, ties = np.zeros(len(owners), np.uint8), np.zeros(len(owners) if grouped else 0, np.uint64)
        codes = _countries() if phones else None
        tables = (powers, begins, lengths, table, places, owners, number, ties if grouped else None)
        made = Struct.of(*tables, codes, int(aliases))
        taken = 0
        for size, alike in forms.items():
            text = alike.letters + bytes(8)
            rows = np.frombuffer(text, np.uint8)[:-8].reshape(-1, size)
            kernel().leaks_take(made.at, at(rows), len(rows), size, taken)
            number[taken : taken + len(rows)] = (rows - np.uint8(48) < 10).all(axis=1)
            for place, ends in alike.groups.items():
                ties[taken + place] = ends & OWN_SIGNS - 1
                number[taken + place] &= ends < OWN_SIGNS
            taken += len(rows)
        return cls(made)

    def search(self, text: bytes, begin: int, *, coded: bool = True) -> Found:
        """Give (value, place, end) of each hit that begins in the chunk of a text that begins there.

        With `coded`, what stands there in base64 or in hexadecimal digits is read too.
        """
        import numpy as np

        end, room = min(begin + CHUNK, len(text)), _ROOM
        block = np.empty(kernel().leaks_room(), np.uint8)
        while True:
            lists = np.empty((room, 3), np.int64), np.empty(room, np.int64), np.empty(room, np.int64)
            found = Struct.of(*lists, room, 0, 0, 0)
            if not kernel().leaks_search(signs().at, self.values.at, text, len(text), begin, end, at(block), found.at):
                break
            room = int(found.told[4:].max())
        hits, aliases, codes = (part[:count] for part, count in zip(lists, found.told[4:].tolist(), strict=True))
        parts = [(hits[:, 0], hits[:, 1], hits[:, 2])]
        if len(aliases):
            parts.append(self._aliased(text, aliases))
        if coded and len(codes):
            parts.append(self._coded(text, begin, end, codes))
        values, places, ends = (np.concatenate(side) for side in zip(*parts, strict=True))
        return values, places, ends

    def _aliased(self, text: bytes, signs: NDArray[np.int64]) -> Found:
        """Find addresses under an alias: `name+anything@host` is `name@host`."""
        import numpy as np

        found = []
        for sign in signs.tolist():
            local, host = _LOCAL.match(text[max(0, sign - 104) : sign][::-1]), _HOST.match(text, sign)
            if local is None or host is None:
                continue
            begin = sign - local.end()
            # In a form of the web a plus may be a space too: any part but the last may be the name.
            for plus in _PLUS.finditer(text, begin, sign):
                name = _LAST.search(unquote(text[begin : plus.start()].decode("utf-8", "replace")))
                base = plain(f"{name[0] if name else ''}@{host[1].decode('utf-8', 'replace')}")[:LONGEST]
                if (value := kernel().leaks_value(self.values.at, base, len(base))) >= 0:
                    found.append((value, begin, host.end()))
                begin = plus.end()
        values, places, ends = np.array(found, np.int64).reshape(-1, 3).T
        return values, places, ends

    def _coded(self, text: bytes, begin: int, end: int, codes: NDArray[np.int64]) -> Found:
        """Find values in what is written in codes: each stands wherever the code does."""
        import numpy as np

        none = np.zeros(0, np.int64)
        behind = uncoded(text, codes, max(0, begin - _BEFORE), min(end + _BEHIND, len(text)))
        if not behind.text:
            return none, none, none
        parts = [self.search(behind.text, place, coded=False) for place in range(0, len(behind.text), CHUNK)]
        values, places, ends = (np.concatenate(side) for side in zip(*parts, strict=True))
        line = np.searchsorted(behind.ends, places, side="right")
        begins, stops = behind.begins[line], behind.stops[line]
        # What began in the chunk before goes on here, and is told of where this one begins.
        begins = np.maximum(begins, begin)
        kept = (line == np.searchsorted(behind.ends, ends - 1, side="right")) & (begins < end)
        return values[kept], begins[kept], stops[kept]


def _countries() -> NDArray[np.uint8]:
    """Give the lengths of country codes by their first two digits, half a byte each."""
    import numpy as np

    return np.array([country(b"%d%d" % (code // 16 % 10, code % 16 % 10)) for code in range(256)], np.uint8)
