"""How likely a word is a name of a person by its letters alone, known or not: a small model of runs of letters.

`letters.bin` holds a weight for each of 131,072 hashed runs of one to five letters, for given and for family names
against all other words. It was trained by `benchmarks/privacy/train.py`, which says on what; it holds no word.
A word's score is the sum over its runs; a column is judged by many words, never by one.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

BITS: Final = 17
LONGEST: Final = 5
BEGINS, ENDS = "\x02", "\x03"
_MIX: Final = (0x9E3779B1, 0x85EBCA77, 0xC2B2AE3D, 0x27D4EB2F, 0x165667B1)
_SCALE: Final = 16
"""Weights are stored as whole numbers of this part of one."""


def runs(words: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Give for each run of letters of folded words the number of its word and the place of its weight."""
    import numpy as np

    text = "".join(f"{BEGINS}{word}{ENDS}" for word in words)
    signs = np.frombuffer(text.encode("utf-32-le", "replace"), np.uint32)
    of = np.cumsum(signs == ord(BEGINS)) - 1
    owners, places = [], []
    mixed = np.zeros(len(signs), np.uint32)
    for size in range(1, LONGEST + 1):
        count = len(signs) - size + 1
        if count <= 0:
            break
        mixed = mixed[:count] + signs[size - 1 :] * np.uint32(_MIX[size - 1])
        inside = of[:count] == of[size - 1 :]
        if size == 1:
            inside = signs > ord(ENDS)
        hashed = (mixed ^ (mixed >> np.uint32(15))) * np.uint32(_MIX[LONGEST - size])
        owners.append(of[:count][inside])
        places.append((hashed[inside] >> np.uint32(32 - BITS)).astype(np.int64))
    return np.concatenate(owners), np.concatenate(places)


def scores(words: Sequence[str]) -> NDArray[np.float64]:
    """Give for each folded word how likely it is a given and a family name, as log odds: two numbers a word."""
    import numpy as np

    if not words:
        return np.zeros((0, 2))
    owners, places = runs(words)
    weights, bias = _model()
    found = weights[places]
    said = np.stack([np.bincount(owners, found[:, one], minlength=len(words)) for one in (0, 1)], axis=1)
    return said / _SCALE + bias


def names(words: Sequence[str]) -> NDArray[np.float64]:
    """Give for each folded word the log odds that it is a name, given or family."""
    import numpy as np

    found = scores(words)
    return np.logaddexp(found[:, 0], found[:, 1])


@cache
def _model() -> tuple[NDArray[np.int8], NDArray[np.float64]]:
    import numpy as np

    raw = np.frombuffer(Path(__file__).with_name("letters.bin").read_bytes(), np.int8)
    bias = raw[:2].astype(np.float64) / 8
    return raw[2:].reshape(1 << BITS, 2), bias
