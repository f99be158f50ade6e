# ruff: noqa: RUF001 - words of other scripts look like Latin ones
"""Which values of a column are running text: sentences, whatever script they are in and however short.

Six words that blanks part are a text. Scripts that part no words have signs that end sentences instead. And what people
write in chats is shorter than that, so that a column of it is told by the small words that every sentence has.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

_LENGTH: Final = 40
_BLANKS: Final = 5
_UNPARTED: Final = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
_SENTENCE: Final = re.compile(r"[。！？；：\n]|[\u0e00-\u0eff] ")
_LONG_UNPARTED: Final = 16
_SURELY: Final = 60
"""So many signs of such a script are no address and no name any more."""
_SMALL_WORDS: Final = re.compile(
    r"(?<!\w)(?:is|are|am|was|i|i'm|im|my|you|your|not|please|pls|thanks|thx|can|cant|have|it|its|what|where|"
    r"ich|ist|bin|nicht|bitte|danke|mein|meine|wo|wie|und|je|j'ai|suis|est|pas|merci|mon|ma|c'est|où|"
    r"yo|es|soy|mi|no|por|gracias|qué|sono|non|è|mio|grazie|eu|sou|não|meu|obrigado|ik|ben|niet|mijn|"
    r"jest|nie|mam|mój|jag|är|inte|jeg|er|ikke|min|olen|ei|ve|bir|değil|я|не|мой|это|и|що)(?!\w)",
    re.IGNORECASE,
)
_TRIED: Final = 48
_LEAST: Final = 4


def running(values: Sequence[str], longest: int) -> frozenset[int]:
    """Give the indexes of the values that are running text."""
    found = set()
    if longest > _LENGTH:
        found = {i for i, value in enumerate(values) if len(value) > _LENGTH and value.count(" ") >= _BLANKS}
    if longest > _LONG_UNPARTED and len(found) < len(values):
        few = values[:: max(1, len(values) // _TRIED)]
        if any(not value.isascii() and _UNPARTED.search(value) for value in few):
            found |= {i for i, value in enumerate(values) if i not in found and _unparted(value)}
        elif _chatty(few):
            found |= {i for i, value in enumerate(values) if i not in found and value.count(" ") >= 1}
    return frozenset(found)


def _unparted(value: str) -> bool:
    """Whether a value is a text in a script that parts no words."""
    if len(value) <= _LONG_UNPARTED or value.isascii():
        return False
    signs = len(_UNPARTED.findall(value))
    if signs < _LONG_UNPARTED // 2:
        return False
    return signs > _SURELY or _SENTENCE.search(value) is not None


def _chatty(few: Sequence[str]) -> bool:
    """Whether values are short sentences: several words, and in many of them a small one that only sentences have."""
    several = [value for value in few if value.count(" ") >= 2]
    if len(several) < _LEAST or len(several) * 4 < len(few):
        return False
    return sum(_SMALL_WORDS.search(value) is not None for value in several) * 2 >= len(several)
