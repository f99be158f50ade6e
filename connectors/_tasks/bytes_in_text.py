"""Values of a column of text that are bytes and no text: a detector sees nothing in them, and that is no clean value.

SQLite keeps whatever it is given under any type, and one-byte character sets take any byte for a letter.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

LEFT_OUT: Final = "values that are text"
"""How a look was taken that passes others over; rules take it for no sample of the whole."""
_NO_LETTER: Final = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ufffd]")
"""What no text holds: control characters, and what stands where bytes make no character."""
_MOST: Final = 0.1
"""A text that was spoilt once may hold some of them; of packed or encrypted bytes a fifth are such."""


def bytes_among(values: Iterable[str]) -> int:
    """Count the values that are bytes."""
    return sum(len(_NO_LETTER.findall(value)) > _MOST * len(value) for value in values if not value.isprintable())


def decoded(value: object) -> str:
    """Give a value as text, whatever it is; bytes as UTF-16 where every other one is zero, else as UTF-8."""
    if not isinstance(value, bytes):
        return str(value)
    low, high = value[::2].count(0), value[1::2].count(0)
    if max(low, high) * 4 >= len(value):
        return value.decode("utf-16-be" if low > high else "utf-16-le", "replace")
    return value.decode("utf-8", "replace").replace("\0", "\n")
