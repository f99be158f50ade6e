"""What formats leave of a value: its letters and digits alone, in lower case."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Final

HEX: Final = frozenset("0123456789abcdef")
_KEEP: Final = re.compile(r"[^\W_]+")
_LOWER: Final = bytes(range(256)).lower()
_SIGNS: Final = bytes(code for code in range(128) if not chr(code).isalnum())


def canonical(text: str) -> str:
    """Give a value's letters and digits alone, in lower case: what formats leave of it."""
    if text.isascii():
        return text.encode().translate(_LOWER, _SIGNS).decode()
    return "".join(_KEEP.findall(unicodedata.normalize("NFKC", text).lower()))


def canonicals(texts: Sequence[str]) -> list[str]:
    """Give the canonical form of many values: plain ones in one go."""
    wide = [place for place, text in enumerate(texts) if not text.isascii()]
    plain = list(texts)
    for place in wide:
        plain[place] = ""
    found = "\0".join(plain).encode().translate(_LOWER, _SIGNS.replace(b"\0", b"")).decode().split("\0")
    if len(found) != len(texts):
        return [canonical(text) for text in texts]
    for place in wide:
        found[place] = canonical(texts[place])
    return found
