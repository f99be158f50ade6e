"""Sets of keys by their keyed hashes, so that two systems can be compared and no key leaves the process.

A key is made canonical (`1`, `1.0` and `'1'` are one key, as are two spellings of a uuid), hashed by HMAC-SHA256 under
a secret that lives as long as one comparison, and cut to 64 bits: among 10 million keys on either side the chance that
any two are confused is 5 in a million. Beyond that many a Bloom filter stands for the set, whose error is told.
"""

from __future__ import annotations

import hmac
import math
import unicodedata
from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

EXACT: Final = 10_000_000
"""Up to so many keys a set is exact: 80 MB."""
BITS: Final = 1 << 30
"""Bits of the filter beyond: 128 MB, an error below 1 % up to a hundred million keys."""
_PROBES: Final = 4
_AT_ONCE: Final = 500_000
"""Digests that are looked up at a time, for the memory that the places of all would take."""
_EMPTY: Final = b"\x00"
_BETWEEN: Final = b"\x1f"
_UUID_LENGTHS: Final = (32, 36)


@dataclass(frozen=True, slots=True)
class Hasher:
    """Hashes keys under a secret that is in no error, log or repr."""

    secret: bytes = field(repr=False)

    def digest(self, values: Sequence[object]) -> int | None:
        """Give 64 bits for a key; None where a part of it is null or empty."""
        parts = []
        for value in values:
            part = canonical(value)
            if part is None:
                return None
            parts.append(part)
        # The length of each part is hashed too: ("a", "bc") is not ("ab", "c").
        told = parts[0] if len(parts) == 1 else _BETWEEN.join(b"%d:%s" % (len(part), part) for part in parts)
        return int.from_bytes(hmac.digest(self.secret, told, "sha256")[:8], "little")

    def value(self, value: object) -> int:
        """Give 64 bits for a value, null and empty included."""
        told = canonical(value)
        return int.from_bytes(hmac.digest(self.secret, _EMPTY if told is None else told, "sha256")[:8], "little")


def canonical(value: object) -> bytes | None:  # noqa: PLR0911 - a form for each type that systems answer with
    """Give a value as bytes that are the same however a system types it; None for null and empty text."""
    match value:
        case None:
            return None
        case bool():
            return b"true" if value else b"false"
        case int():
            return b"%d" % value
        case float() | Decimal():
            return _number(value)
        case str():
            return _text(value)
        case bytes() | bytearray() | memoryview():
            return bytes(value).hex().encode() or None
        case UUID():
            return value.hex.encode()
        case datetime():
            return (value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value).isoformat().encode()
        case date():
            return value.isoformat().encode()
        case _:
            return str(value).encode("utf-8", "surrogatepass")


def _number(value: float | Decimal) -> bytes:
    if not math.isfinite(value):
        return str(value).lower().encode()
    return b"%d" % int(value) if value == int(value) else format(Decimal(str(value)).normalize(), "f").encode()


def _text(value: str) -> bytes | None:
    text = value.strip()
    if not text:
        return None
    if len(text) in _UUID_LENGTHS:
        bare = text.replace("-", "").lower()
        if len(bare) == _UUID_LENGTHS[0] and all(sign in "0123456789abcdef" for sign in bare):
            return bare.encode()
    plain = text if text.isascii() else unicodedata.normalize("NFC", text)
    return plain.encode("utf-8", "surrogatepass")


@dataclass(slots=True)
class KeySet:
    """A set of digests that grows in bounded memory: exact up to `exact` keys, a Bloom filter beyond."""

    exact: int = EXACT
    bits: int = BITS
    added: int = 0
    _digests: array[int] = field(default_factory=lambda: array("Q"), repr=False)
    _filter: NDArray[np.uint8] | None = field(default=None, repr=False)

    def add(self, digests: Sequence[int]) -> None:
        """Add digests."""
        self.added += len(digests)
        self._digests.extend(digests)
        if self._filter is not None or len(self._digests) > self.exact:
            self._into_filter()

    @property
    def error(self) -> float:
        """The chance that a digest that was not added is taken for one that was: zero for an exact set."""
        if self._filter is None:
            return 0.0
        import numpy as np

        filled = int(np.bitwise_count(self._filter).sum()) / self.bits
        return float(filled**_PROBES)

    def has(self, digests: NDArray[np.uint64]) -> NDArray[np.bool_]:
        """Tell which of some digests were added."""
        import numpy as np

        if self._filter is None:
            return among(self.sorted(), digests)
        found = np.ones(len(digests), bool)
        for begins in range(0, len(digests), _AT_ONCE):
            for place in self._places(digests[begins : begins + _AT_ONCE]):
                byte = self._filter[place >> np.uint64(3)]
                found[begins : begins + _AT_ONCE] &= (byte >> (place & np.uint64(7)).astype(np.uint8)) & 1 == 1
        return found

    def sorted(self) -> NDArray[np.uint64]:
        """Put the digests in order and give them, repeats included; an exact set only."""
        import numpy as np

        # In their own place: of ten million keys a copy takes as much memory as the set.
        held = np.frombuffer(self._digests, np.uint64)
        held.sort()
        return held

    def _into_filter(self) -> None:
        import numpy as np

        if self._filter is None:
            self._filter = np.zeros(self.bits // 8, np.uint8)
        digests, self._digests = np.frombuffer(self._digests, np.uint64), array("Q")
        for place in self._places(digests):
            bit = np.left_shift(np.uint8(1), (place & np.uint64(7)).astype(np.uint8))
            np.bitwise_or.at(self._filter, place >> np.uint64(3), bit)

    def _places(self, digests: NDArray[np.uint64]) -> list[Any]:
        import numpy as np

        # One digest gives all places: its halves are two hashes, and the rest are sums of these.
        low, high = digests & np.uint64(0xFFFFFFFF), digests >> np.uint64(32)
        odd = high | np.uint64(1)
        first = low * np.uint64(2_654_435_761)
        return [(first + np.uint64(turn) * odd) % np.uint64(self.bits) for turn in range(_PROBES)]


def among(held: NDArray[np.uint64], digests: NDArray[np.uint64]) -> NDArray[np.bool_]:
    """Tell which of some digests are in an ordered array."""
    import numpy as np

    found = np.zeros(len(digests), bool)
    for begins in range(0, len(digests) if len(held) else 0, _AT_ONCE):
        # In order they are looked up from place to place, which is five times as fast as here and there.
        order = np.argsort(digests[begins : begins + _AT_ONCE])
        some = digests[begins : begins + _AT_ONCE][order]
        found[begins + order] = held[np.minimum(np.searchsorted(held, some), len(held) - 1)] == some
    return found
