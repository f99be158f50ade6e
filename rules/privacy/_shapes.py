"""Shapes: what is left of a value when letters become `a` and digits `9`; values of one shape are judged together.

`DE12-345` and `AB98-123` are both `a99-999`: a column is a handful of groups, and a leak is a group of its own.
The shapes and flags are Arrow kernels over distinct values; Python sees candidates only.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import pyarrow as pa

LONGEST: Final = 64
"""Characters beyond which a value has no shape."""

_FLAGS: Final = {
    "email": r"[^\s@]@[^\s@]+\.[^\s@]",
    "iban": r"(?i)\b[a-z]{2}[0-9]{2}[ -]?[a-z0-9]{4}[ -]?[a-z0-9]{3}",
    "ip": r"[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}|(?:[0-9A-Fa-f]{1,4}:){7}[0-9A-Fa-f]"
    r"|[0-9A-Fa-f]::|::[0-9A-Fa-f]",
    "mac_address": r"\b[0-9A-Fa-f]{2}(?:[:-][0-9A-Fa-f]{2}){5}\b",
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
    r"|(?i)(?:tel|phone|fon|mobil|cell|call|fax|whats ?app|ring|sms|t[eé]l|celular)[^0-9+]{0,14}[+(0-9]",
}
"""What a value must look like, as RE2, to be worth a closer look; they let through more than is right, never less."""


def flagged(values: pa.Array, flag: str) -> list[int]:
    """Give the indexes of the values that a flag lets through."""
    import pyarrow.compute as pc

    return indexes(pc.match_substring_regex(values, _FLAGS[flag]))


def matching(values: pa.Array, pattern: str) -> list[int]:
    """Give the indexes of the values that an RE2 pattern matches."""
    import pyarrow.compute as pc

    return indexes(pc.match_substring_regex(values, pattern))


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


def groups(values: pa.Array) -> Mapping[str, list[int]]:
    """Give the indexes of the values of each shape; values that are too long to have one are left out."""
    import pyarrow.compute as pc

    shaped = pc.replace_substring_regex(pc.utf8_slice_codeunits(values, 0, LONGEST + 1), r"\pL+", "a")
    shapes = pc.replace_substring_regex(shaped, r"\p{Nd}", "9").to_pylist()
    lengths = pc.utf8_length(values).to_pylist()
    found: defaultdict[str, list[int]] = defaultdict(list)
    for index, shape in enumerate(shapes):
        if lengths[index] <= LONGEST:
            found[shape].append(index)
    return found
