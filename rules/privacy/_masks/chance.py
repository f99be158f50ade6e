"""Whether masked values look as if drawn by chance: then neither an order nor an alphabet of raw ones is left in them.

Where no key leads from a masked value to its raw one, nothing else tells that: what is not drawn by chance may keep
how its raw values sort, or stand for them sign by sign.
"""

from __future__ import annotations

import base64
import math
import string
from collections import Counter
from collections.abc import Sequence
from typing import Final

from rules.privacy._masks.hashes import bare_of

_SHORTEST: Final = 12
"""Signs of a digest or a token that tells nothing: shorter ones may be numbers in some order."""
_MOST: Final = 1_000
_FEWEST: Final = 300
"""Signs from which on a spread is told from one by chance."""
_ALPHABETS: Final = (
    string.digits + "abcdef",
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567",
    string.ascii_uppercase + string.ascii_lowercase + string.digits + "+/",
    string.ascii_uppercase + string.ascii_lowercase + string.digits + "-_",
)
_VERSIONED: Final = (12, 16)
"""Digits of a UUID that tell how it was made."""


def is_by_chance(values: Sequence[str]) -> bool:
    """Whether every sign of an alphabet stands nearly as often as any other, and so at the beginning of values."""
    told = [_bare(value) for value in values[:: max(1, len(values) // _MOST)] if value.strip()]
    return _even(told) or _even([_unwrapped(one) for one in told])


def _bare(value: str) -> str:
    bare = bare_of(value)
    if value.count("-") == 4 and len(bare) == 32:
        return bare[: _VERSIONED[0]] + bare[_VERSIONED[0] + 1 : _VERSIONED[1]] + bare[_VERSIONED[1] + 1 :]
    return bare


def _unwrapped(told: str) -> str:
    """Give the text that is written in base64: some write the digits of a digest so."""
    try:
        return base64.b64decode(told[: len(told) // 4 * 4]).decode("ascii")
    except ValueError:
        return ""


def _even(told: Sequence[str]) -> bool:
    if not told or min(map(len, told)) < _SHORTEST:
        return False
    lower = [one.lower() for one in told]
    signs = Counter("".join(lower))
    if len(signs) <= 16:
        return _spread(signs, _ALPHABETS[0]) and _begins(lower, _ALPHABETS[0])
    # The last sign of base64 tells some bits only.
    cut = [one[:-1] for one in told]
    signs = Counter("".join(cut))
    alphabet = next((each for each in _ALPHABETS[1:] if signs.keys() <= set(each)), "")
    return bool(alphabet) and _spread(signs, alphabet) and _begins(cut, alphabet)


def _begins(told: Sequence[str], alphabet: str) -> bool:
    """Whether values begin evenly too, where there are enough: what sorts begins with few signs."""
    heads = Counter(one[0] for one in told)
    if len(told) < 5 * len(alphabet):
        return len(told) < 20 or heads.most_common(1)[0][1] <= 0.4 * len(told)
    return _spread(heads, alphabet, fewest=1)


def _spread(signs: Counter[str], alphabet: str, fewest: int = _FEWEST) -> bool:
    count = signs.total()
    if count < fewest or signs.keys() - set(alphabet):
        return False
    each = count / len(alphabet)
    distance = sum((signs[sign] - each) ** 2 / each for sign in alphabet)
    freedom = len(alphabet) - 1
    # Six standard deviations: of a thousand million good masks one is taken for another thing.
    return distance <= freedom + 6 * math.sqrt(2 * freedom) + 10
