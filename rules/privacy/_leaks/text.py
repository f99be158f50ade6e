"""What the signs of a text become where it is reduced to letters and digits as values are: tables for the kernel.

The kernel (`_kernel/reduce.c`) undoes escapes, accents and capitals in their places; which sign becomes what is told
here, by the same words that values are reduced by (`_leaks/letters`).
"""

from __future__ import annotations

from functools import cache
from html.entities import html5
from typing import Final

from rules.privacy._kernel import Struct, at, kernel
from rules.privacy._leaks.letters import FOLDED, SPLITS, folded

PAD: Final = 32
"""Bytes of nothing that follow a text, so that what is cut off can be looked at like the rest."""
SOFT: Final = 30
"""Stands for a sign between letters, and for what an escape leaves of its place."""
LETTERS: Final = 48
"""From here on, a byte is one of a letter or a digit."""
_MEANT: Final = {b"%": 0, b"\\": 1, b"@": 2, b"<": 3, b"&": 10, b"=": 11}
"""Signs that may mean more than themselves; from ten on, they end a number."""
_SPLIT: Final = 20
"""Stands for other signs that end a number: nobody writes one with such a sign inside."""
_TABLE: Final = bytes(
    _MEANT.get(bytes([code]), _SPLIT if code in SPLITS else ord(chr(code).lower()) if chr(code).isalnum() else SOFT)
    for code in range(128)
) + bytes(range(128, 256))
_LONGEST_NAME: Final = 9
_PLACES: Final = 1 << 12
"""For names of entities: three times as many as there are."""


def reduced(text: bytes) -> bytes:
    """Reduce a text, each sign in its place: letters and digits are `LETTERS` or more, the rest is less."""
    import numpy as np

    low = np.empty(len(text), np.uint8)
    kernel().leaks_reduce(signs().at, text + bytes(PAD), len(text), at(low))
    return low.tobytes()


@cache
def signs() -> Struct:
    """Give what signs become."""
    import numpy as np

    code = np.arange(1 << 16)
    table = np.zeros((1 << 16, 3), np.uint8)
    table[:, 0], table[:, 1], table[:, 2] = 0xE0 | code >> 12, 0x80 | code >> 6 & 0x3F, 0x80 | code & 0x3F
    table[0xD800:0xE000] = SOFT
    table[:128] = SOFT
    table[:128, 0] = np.frombuffer(_TABLE, np.uint8)[:128]
    for some in FOLDED:
        told = b"".join(folded(chr(one)).ljust(3, bytes([SOFT])) for one in some)
        table[some.start : some.stop] = np.frombuffer(told, np.uint8).reshape(-1, 3)
    names, codes = np.zeros(_PLACES, np.uint64), np.zeros(_PLACES, np.uint16)
    for told_name, sign in html5.items():
        name = told_name.rstrip(";").encode()
        if len(sign) > 1 or ord(sign) >= 1 << 16 or len(name) > _LONGEST_NAME:
            continue
        number = kernel().leaks_name(name, len(name)) & (1 << 64) - 1
        place = number >> 32 & _PLACES - 1
        while names[place] not in {0, number}:
            place = (place + 1) % _PLACES
        names[place], codes[place] = number, ord(sign)
    return Struct.of(np.frombuffer(_TABLE, np.uint8), table, names, codes, _PLACES)
