"""Values reduced to their letters and digits, sign by sign, as texts are: `folded` is what both are reduced by."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Final

_LOWER: Final = bytes(range(256)).lower()
_SIGNS: Final = bytes(code for code in range(128) if not chr(code).isalnum())
FOLDED: Final = (range(0x80, 0x800), range(0x1E00, 0x2C00), range(0x3000, 0x3040), range(0xFF00, 0xFFF0))
"""Signs beyond ASCII that are reduced: capitals, accents, spaces and dashes; others stay as they are."""
PICTURES: Final = range(0x1F000, 0x20000)
"""Pictures are no letters: what begins with the bytes F0 9F."""
_TWICE: Final = {"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa", "æ": "ae", "œ": "oe", "ß": "ss", "þ": "th"}
"""Letters that become two, as their languages write them where there are only plain letters."""
ONCE: Final = {ord(letter): two[0] for letter, two in _TWICE.items() if letter in "äöüøå"}
_BARE: Final = {"ð": "d", "đ": "d", "ł": "l", "ı": "i", "ħ": "h", "ŧ": "t"}  # noqa: RUF001 - the letter is meant
_WIDE: Final = re.compile(r"[^\x00-\x7f]")
SPLITS: Final = b",;|\t\"'{}:!?*#$^~`"
"""Signs that end a number: nobody writes one with such a sign inside."""


@cache
def folded(sign: str) -> bytes:
    """Give what is left of a sign beyond ASCII: never longer than the sign, so that a text can be reduced in place."""
    own = sign.encode("utf-8", "replace")
    if ord(sign) in PICTURES:
        return b""
    if not any(ord(sign) in some for some in FOLDED):
        return own
    lower = sign.lower()
    if sign.isdecimal():
        return str(int(sign)).encode()
    told = _TWICE.get(lower) or "".join(
        _BARE.get(one, one) for one in unicodedata.normalize("NFKD", lower) if not unicodedata.combining(one)
    )
    left = "".join(one for one in told if one.isalnum()).encode()
    return left if len(left) <= len(own) else own


def plain(text: str) -> bytes:
    """Give a value's letters and digits in lower case, without accents."""
    if not text.isascii():
        text = _WIDE.sub(lambda sign: folded(sign[0]).decode(), unicodedata.normalize("NFC", text))
    return text.encode().translate(_LOWER, _SIGNS)
