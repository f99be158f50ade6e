"""Shapes: what is left of a value when letters become `a` and digits `9`; values of one shape are judged together.

`DE12-345` and `AB98-123` are both `a99-999`: a column is a handful of groups, and a leak is a group of its own.
The kernel tells shapes and signs of distinct values in one pass; Python's patterns see candidates only.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from rules.privacy._forms.secrets import ANY
from rules.privacy._kernel import at, kernel

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

LONGEST: Final = 64
"""Characters beyond which a value has no shape."""

IBAN: Final = r"[A-Za-z]{2}[0-9]{2}[ -]?[A-Za-z0-9]{4}[ -]?[A-Za-z0-9]{3}"
FLAGS: Final = {
    "email": r"[^\s@]@[^\s@]+\.[^\s@]",
    "iban": rf"\b{IBAN}",
    "ip": r"[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}|(?:[0-9A-Fa-f]{1,4}:){7}[0-9A-Fa-f]"
    r"|[0-9A-Fa-f]::|::[0-9A-Fa-f]",
    "mac_address": r"\b[0-9A-Fa-f]{2}(?:[:-][0-9A-Fa-f]{2}){5}\b|\b[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}\b",
    "crypto_wallet": r"\b(?:bc1|[13])[a-zA-HJ-NP-Z0-9]{25,59}\b|\b0x[0-9a-fA-F]{40}\b",
    "hash": r"^(?:(?:sha(?:1|256|384|512)|md5|hmac|blake2b)[:$_-])?(?:[0-9a-fA-F]{32}|[0-9a-fA-F]{40}|[0-9a-fA-F]{56}"
    r"|[0-9a-fA-F]{64}|[0-9a-fA-F]{96}|[0-9a-fA-F]{128}|[A-Za-z0-9+/_-]{43}=|[A-Za-z0-9+/_-]{86}==)$",
    "uuid": r"^\{?[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}\}?$",
    "hidden": r"[*•●]{2,}|[#]{3,}|\b[Xx]{3,}\b|[0-9][Xx]{3,}|[Xx]{4,}[0-9]",
    "redacted": r"(?i)^[\[<({]{1,2}[a-z_ -]{3,24}[0-9_]{0,4}[\])>}]{1,2}$"
    r"|^(?:redacted|masked|removed|anonymi[sz]ed|deleted)$",
    "token": r"(?i)^(?:tok|token|pseudo|pseudonym|anon|ref|vault)[_:-][a-z0-9_-]{8,}$",
    "number_in_text": r"(?:[0-9][ -]?){13,19}",
    "phone_in_text": r"\+[0-9][0-9 ().\-/]{7,}|\([0-9]{3}\) ?[0-9]{3}|[0-9]{3}[-. ][0-9]{3}[-. ][0-9]{4}"
    r"|(?i:tel|phone|fon|mobil|cell|call|fax|whats ?app|ring|sms|t[eé]l|celular)[^0-9+]{0,14}[+(0-9]",
}
"""What a value must look like, to be worth a closer look; they let through more than is right, never less."""


_KEY: Final = "key"
_SIGNS: Final = (*FLAGS, _KEY)
"""What the kernel tells of each value, bit by bit: never less than the patterns find, hardly ever more."""
_APART: Final = "\x00"


class Signs:
    """What the signs of values say at first sight: few values are looked at closer, and most columns have none."""

    def __init__(self, values: Sequence[str]) -> None:
        """Look at all values in one pass."""
        import numpy as np

        self._values = values
        self._text = _APART.join(values)
        self._parted = self._text.count(_APART) < len(values)
        if not self._parted:  # some hold the sign that parts them
            self._text = _APART.join([value.replace(_APART, "\x01") for value in values])
        data = np.frombuffer(f"{self._text}{_APART}".encode("utf-8", "replace"), np.uint8)
        signs = np.empty(len(values), np.int32)
        kernel().signs_of_lines(at(data), len(data), 0, at(signs), len(values))
        self._data = data
        self._any = int(np.bitwise_or.reduce(signs)) if len(values) else 0
        self._signs = signs

    def flagged(self, flag: str) -> list[int]:
        """Give the indexes of the values that a flag lets through."""
        if not (bit := self._any & 1 << _SIGNS.index(flag)):
            return []
        search = _compiled(flag).search
        likely: list[int] = (self._signs & bit).nonzero()[0].tolist()
        return [index for index in likely if search(self._values[index])]

    def shapes(self) -> Sequence[str]:
        """Give the shape of each value; of those that are too long to have one, anything."""
        if not (self._parted and self._text.isascii()):
            return [shape(value) if len(value) <= LONGEST else "" for value in self._values]
        return _shapes(self._data)

    def numbers(self) -> list[tuple[int, int, int]] | None:
        """Give the numbers within values: of which value, from where to where; None where signs are not ASCII."""
        import numpy as np

        if not (self._parted and self._text.isascii()):
            return None
        most = len(self._data) // 8 + 1  # none is shorter
        found = np.empty((most, 3), np.int32)
        count = kernel().numbers_of_lines(at(self._data), len(self._data), 0, at(found), most)
        return list(map(tuple, found[:count].tolist()))

    def __repr__(self) -> str:
        """Never a value."""
        return f"Signs({len(self._values)})"


def _shapes(lines: NDArray[np.uint8]) -> list[str]:
    import numpy as np

    room = np.empty(len(lines), np.uint8)
    size = kernel().sketch_shapes(at(lines), len(lines), at(room))
    return room[: size - 1].tobytes().decode("ascii").split(_APART)


def shapes(texts: Sequence[str]) -> Sequence[str]:
    """Give the shape of each text, however long."""
    import numpy as np

    joined = _APART.join(texts) + _APART
    if not texts or not joined.isascii() or joined.count(_APART) != len(texts):
        return [shape(text) for text in texts]
    return _shapes(np.frombuffer(joined.encode("ascii"), np.uint8))


@cache
def _compiled(flag: str) -> re.Pattern[str]:
    return re.compile(ANY if flag == _KEY else FLAGS[flag])


def indexes(mask: Any) -> list[int]:
    """Give the indexes at which a boolean array is true."""
    import pyarrow.compute as pc

    found: list[int] = pc.indices_nonzero(mask).to_pylist()
    return found


def arrow(values: Sequence[str]) -> pa.Array:
    """Give the values as an Arrow array that kernels run over; lone surrogates, which Arrow refuses, become `?`."""
    import pyarrow as pa

    try:
        return pa.array(values, pa.large_string())
    except (pa.ArrowInvalid, UnicodeEncodeError):
        return pa.array([value.encode("utf-8", "replace").decode() for value in values], pa.large_string())


_PLAIN: Final = {ord(digit): "9" for digit in "012345678"} | {
    ord(letter): "a" for letter in "bcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
}
_LETTERS: Final = re.compile(r"[^\W\d_]+")
_DIGITS: Final = re.compile(r"\d")


def groups(values: Sequence[str], signs: Signs) -> Mapping[str, list[int]]:
    """Give the indexes of the values of each shape; values that are too long to have one are left out."""
    found: defaultdict[str, list[int]] = defaultdict(list)
    for index, form in enumerate(signs.shapes()):
        found[form].append(index)
    if max(map(len, values)) <= LONGEST:
        return found
    short = {form: [index for index in group if len(values[index]) <= LONGEST] for form, group in found.items()}
    return {form: group for form, group in short.items() if group}


def shape(value: str) -> str:
    """Give what is left of a value when each run of letters is `a` and each digit `9`."""
    plain = value.translate(_PLAIN) if value.isascii() else _DIGITS.sub("9", value)
    return _LETTERS.sub("a", plain)
