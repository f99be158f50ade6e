"""Shapes: what is left of a value when letters become `a` and digits `9`; values of one shape are judged together.

`DE12-345` and `AB98-123` are both `a99-999`: a column is a handful of groups, and a leak is a group of its own.
The shapes and flags are Arrow kernels over distinct values; Python sees candidates only.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from rules.privacy._secrets import ANY, HINT, HOLDS, LONG_RUN

if TYPE_CHECKING:
    import pyarrow as pa

LONGEST: Final = 64
"""Characters beyond which a value has no shape."""

_FLAGS: Final = {
    "email": r"[^\s@]@[^\s@]+\.[^\s@]",
    "iban": r"\b[A-Za-z]{2}[0-9]{2}[ -]?[A-Za-z0-9]{4}[ -]?[A-Za-z0-9]{3}",
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
"""What a value must look like, as RE2, to be worth a closer look; they let through more than is right, never less."""


_NEEDS: Final = {
    "email": "@",
    "ip": ".:",
    "mac_address": ":-.",
    "uuid": "-",
    "hidden": "*•●#xX",
    "token": "_:-",
}
"""Characters of which a value must have one to be flagged: most columns have none, and no pattern is run."""
_LEAST: Final = {"iban": 11, "crypto_wallet": 26, "hash": 32, "uuid": 36, "token": 12, "number_in_text": 13}
"""How long a value must be to be flagged."""
_FEW: Final = 40_000
"""Characters up to which Python's patterns, compiled once, are faster than kernels that compile them at each call."""


@cache
def _compiled(flag: str) -> re.Pattern[str]:
    return re.compile(_FLAGS[flag])


@cache
def _in_any(flag: str) -> re.Pattern[str]:
    """Give the pattern that finds in all values, one a line, at least what it finds in each."""
    return re.compile(_FLAGS[flag], re.MULTILINE)


_SAID: Final = (
    "tel", "t\u00e9l", "phone", "fon", "mobil", "cell", "call", "fax", "whats", "ring", "sms", "celular", "+", "(",
)  # fmt: skip
_DASHED: Final = re.compile(r"[0-9]{3}[-. ][0-9]{3}[-. ][0-9]{4}")


def _says_phone(blob: str) -> bool:
    """Whether any word or sign stands in a text without which no phone number is seen in it."""
    low = blob.lower()
    return any(word in low for word in _SAID) or _DASHED.search(blob) is not None


def flagged(values: Sequence[str], array: pa.Array, flag: str, blob: str, longest: int) -> list[int]:
    """Give the indexes of the values that a flag lets through; `blob` is all of them, joined."""
    import pyarrow.compute as pc

    if longest < _LEAST.get(flag, 0) or ((needs := _NEEDS.get(flag)) and not any(one in blob for one in needs)):
        return []
    if len(blob) > _FEW:
        return indexes(pc.match_substring_regex(array, _FLAGS[flag]))
    # One search over all of them finds at least what is in each: hardly any column has any, and it takes no loop.
    if (flag == "phone_in_text" and not _says_phone(blob)) or not _in_any(flag).search(blob):
        return []
    search = _compiled(flag).search
    return [index for index, value in enumerate(values) if search(value)]


def with_keys(values: Sequence[str], array: pa.Array, blob: str, longest: int) -> list[int]:
    """Give the indexes of the values that hold the format of a key."""
    import pyarrow.compute as pc

    if longest < 14 or not any(one in blob for one in HOLDS) or not _long_run().search(blob):
        return []
    search = _any().search
    if len(blob) <= _FEW:
        hint = _hint().search
        return [index for index, value in enumerate(values) if hint(value) and search(value)] if hint(blob) else []
    return [index for index in indexes(pc.match_substring_regex(array, HINT)) if search(values[index])]


@cache
def _long_run() -> re.Pattern[str]:
    return re.compile(LONG_RUN)


@cache
def _hint() -> re.Pattern[str]:
    return re.compile(HINT)


@cache
def _any() -> re.Pattern[str]:
    return re.compile(ANY)


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


def groups(values: Sequence[str]) -> Mapping[str, list[int]]:
    """Give the indexes of the values of each shape; values that are too long to have one are left out."""
    found: defaultdict[str, list[int]] = defaultdict(list)
    blob = _APART.join(values)
    if blob.isascii() and blob.count(_APART) == len(values) - 1:  # all at once is five times faster
        shapes: Sequence[str] = _LETTERS.sub("a", blob.translate(_PLAIN)).split(_APART)
    else:
        shapes = [shape(value) if len(value) <= LONGEST else "" for value in values]
    for index, form in enumerate(shapes):
        if len(values[index]) <= LONGEST:
            found[form].append(index)
    return found


_APART: Final = "\x00"


def shape(value: str) -> str:
    """Give what is left of a value when each run of letters is `a` and each digit `9`."""
    plain = value.translate(_PLAIN) if value.isascii() else _DIGITS.sub("9", value)
    return _LETTERS.sub("a", plain)
