"""Texts reduced to letters and digits as values are, each sign in its place: escapes undone, accents and capitals gone.

What a program writes as an escape (`\\u00fc`, `%40`, `&uuml;`, `=C3=BC`) becomes the letter that it stands for and
nothing in the rest of its place, so that what is found in a reduced text stands at the same place in the text.
Everything works on whole arrays, and each kind of escape costs a look for its sign where a text has none.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from html.entities import html5
from typing import TYPE_CHECKING, Final

from rules.privacy._leak_letters import FOLDED, SPLITS, folded

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    _Bytes = NDArray[np.uint8]
    _Places = NDArray[np.int64]

PAD: Final = 16
"""Bytes of nothing that follow a text, so that what is cut off can be looked at like the rest."""
SOFT: Final = 30
"""Stands for a sign between letters, and for what an escape leaves of its place."""
HARD: Final = range(10, 30)
"""Stand for signs that end a number: nobody writes one with such a sign inside."""
LETTERS: Final = 48
"""From here on, a byte is one of a letter or a digit."""
_MEANT: Final = {b"%": 0, b"\\": 1, b"@": 2, b"<": 3, b">": 4, b"&": 10, b"=": 11, b";": 12}
"""Signs that may mean more than themselves: those below the last of these are looked for, in one go."""
_LAST: Final = 20
_TABLE: Final = bytes(
    _MEANT.get(bytes([code]), _LAST if code in SPLITS else ord(chr(code).lower()) if chr(code).isalnum() else SOFT)
    for code in range(128)
) + bytes(range(128, 256))
_ESCAPED: Final = b'ntrbfv"/\\'
_LONGEST_NAME: Final = 10
"""Longest entity, and longest tag, that is taken for one."""
_COMMON: Final = {name.rstrip(";"): ord(text) for name, text in html5.items() if len(text) == 1 and ord(text) < 1 << 16}


@dataclass(frozen=True, slots=True)
class Reduced:
    """A text, reduced."""

    low: NDArray[np.uint8] = field(repr=False)
    """The letters of a text, each in its place."""
    undone: bool
    """Whether some letters were written in more signs than usual."""
    signs: NDArray[np.int64] = field(repr=False)
    """Where a sign of an e-mail address stands."""
    unspaced: NDArray[np.int64] = field(repr=False)
    """Where signs begin that are written without spaces between words: Han, kana, Hangul, Thai and others."""


def reduced(text: bytes) -> Reduced:
    """Reduce a text that ends with `PAD` bytes of nothing."""
    import numpy as np

    raw = np.frombuffer(text, np.uint8)
    low = np.frombuffer(bytearray(text.translate(_TABLE)), np.uint8)
    # Turned by 62, what begins a letter of several bytes comes first, and then what may mean more than itself.
    meant = np.flatnonzero(low[:-PAD] + np.uint8(62) < 62 + _LAST)
    codes = low[meant]
    at = {sign: meant[codes == code] for sign, code in _MEANT.items()}
    undone = False
    leads = meant[codes > 127]
    _wide(raw, low, leads)
    if len(at[b"\\"]):
        undone |= _slashes(raw, low, at[b"\\"])
    if len(at[b"%"]):
        undone |= _hexadecimal(raw, low, at[b"%"], 1)
        # What was encoded twice: `%2540` is `%40`, and that is `@`.
        twice = at[b"%"]
        undone |= _hexadecimal(raw, low, twice[(raw[twice + 1] == ord("2")) & (raw[twice + 2] == ord("5"))], 3)
    if len(at[b"="]):
        # Only bytes of letters beyond ASCII are told so: `id=8831` is no sign and a number.
        wide = np.isin(raw[at[b"="] + 1], np.frombuffer(b"CDE", np.uint8))
        undone |= _hexadecimal(raw, low, at[b"="][wide], 1)
    undone |= _entities(text, low, *_between(at[b"&"], at[b";"]))
    undone |= _tags(raw, low, *_between(at[b"<"], at[b">"]))
    return Reduced(low, undone, at[b"@"], _unspaced(raw, leads))


@cache
def _letters() -> _Bytes:
    """Give what each sign of Unicode's first plane becomes, in three bytes."""
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
    return table


@cache
def _pairs() -> NDArray[np.uint16]:
    """Give what two bytes become that tell one sign."""
    import numpy as np

    table = np.arange(1 << 16, dtype=np.uint16)
    code = np.arange(0x80, 0x800)
    told = np.stack([0xC0 | code >> 6, 0x80 | code & 0x3F], axis=1).astype(np.uint8)
    table[told.view(np.uint16).ravel()] = np.ascontiguousarray(_letters()[code, :2]).view(np.uint16).ravel()
    return table


@cache
def _nibbles() -> _Bytes:
    """Give the value of each hexadecimal digit; 255 for other signs."""
    import numpy as np

    table = np.full(256, 255, np.uint8)
    for value, sign in enumerate(b"0123456789abcdef"):
        table[[sign, ord(chr(sign).upper())]] = value
    return table


def _write(low: _Bytes, at: _Places, width: int, code: _Places) -> None:
    """Put letters where an escape stands, and nothing in the rest of its place."""
    letters = _letters()[code]
    for step in range(width):
        low[at + step] = letters[:, step] if step < 3 else SOFT


def _wide(raw: _Bytes, low: _Bytes, leads: _Places) -> None:
    """Fold the signs of two bytes, and those of three that have capitals, accents or no letter."""
    import numpy as np

    if not len(leads):
        return
    lead = raw[leads]
    two = leads[lead < 0xE0]
    # Both bytes in one go: a view of overlapping pairs.
    pairs, others = (np.ndarray((len(raw) - 1,), np.uint16, side, strides=(1,)) for side in (raw, low))
    others[two] = _pairs()[pairs[two]]
    # UTF-8 that was read as Latin-1 and written again: two signs for one letter.
    misread = leads[(lead == 0xC3) & (raw[leads + 1] == 0x83) & (raw[leads + 2] == 0xC2)]
    _write(low, misread, 4, 0xC0 | raw[misread + 3].astype(np.int64) & 0x3F)
    pictures = leads[(lead == 0xF0) & (raw[leads + 1] == 0x9F)]
    for step in range(4):
        low[pictures + step] = SOFT  # nobody's name holds one: they part words
    three = leads[(lead == 0xE1) | (lead == 0xE2) | (lead == 0xE3) | (lead == 0xEF)]
    if len(three):
        first, second, third = (raw[three + step].astype(np.int64) for step in range(3))
        _write(low, three, 3, (first & 0xF) << 12 | (second & 0x3F) << 6 | third & 0x3F)


def _unspaced(raw: _Bytes, leads: _Places) -> _Places:
    """Give where signs begin that are written without spaces; their names have letters of other words around them."""
    lead = raw[leads]
    if not len(lead) or lead.max() < 0xE0:
        return leads[:0]
    second = raw[leads + 1]
    chosen = (lead >= 0xE3) & (lead <= 0xED)
    chosen |= (lead == 0xE0) & (second >= 0xB8) & (second <= 0xBB)
    chosen |= (lead == 0xE1) & ((second <= 0x82) | (second == 0x9E) | (second == 0x9F))
    return leads[chosen]


def _bytes_at(raw: _Bytes, at: _Places) -> tuple[_Places, NDArray[np.bool_]]:
    """Give the byte that two hexadecimal digits tell, and where there are two."""
    import numpy as np

    high, low = _nibbles()[raw[at]], _nibbles()[raw[at + 1]]
    return high.astype(np.int64) << 4 | low, (high | low) < 16


def _slashes(raw: _Bytes, low: _Bytes, at: _Places) -> bool:
    """Undo what stands behind a backslash: a letter by its number, a byte, a sign between words."""
    import numpy as np

    behind = raw[at + 1]
    low[at[np.isin(behind, np.frombuffer(_ESCAPED, np.uint8))] + 1] = SOFT
    wide = at[behind == ord("u")]
    high, fine = _bytes_at(raw, wide + 2)
    rest, also = _bytes_at(raw, wide + 4)
    both = fine & also
    _write(low, wide[both], 6, (high << 8 | rest)[both])
    return _hexadecimal(raw, low, at[behind == ord("x")], 2) or bool(both.any())


def _hexadecimal(raw: _Bytes, low: _Bytes, at: _Places, before: int) -> bool:
    """Undo bytes that are written in hexadecimal digits behind a sign, several for a letter beyond ASCII."""

    size = before + 2
    value, fine = _bytes_at(raw, at + before)
    at, value = at[fine], value[fine]
    if not len(at):
        return False
    one = value < 128
    _write(low, at[one], size, value[one])
    for width, first, last in ((2, 0xC2, 0xDF), (3, 0xE0, 0xEF)):
        chosen = (value >= first) & (value <= last) & (at + width * size <= len(raw) - PAD)
        place, code = at[chosen], value[chosen] & (0x1F if width == 2 else 0xF)
        for step in range(1, width):
            following, fine = _bytes_at(raw, place + step * size + before)
            fine &= (raw[place + step * size] == raw[place]) & (following >> 6 == 2)
            place, code = place[fine], (code << 6 | following & 0x3F)[fine]
        _write(low, place, width * size, code)
    return True


def _entities(text: bytes, low: _Bytes, at: _Places, close: _Places) -> bool:
    """Undo `&uuml;`, `&#252;` and `&#xfc;`."""
    import numpy as np

    if not len(at):
        return False
    codes = [_entity(text[begin + 1 : end]) for begin, end in zip(at.tolist(), close.tolist(), strict=True)]
    code = np.asarray(codes, np.int64)
    width = close - at + 1
    for size in np.unique(width).tolist():
        chosen = (width == size) & (code >= 0)
        _write(low, at[chosen], size, code[chosen])
    return bool((code >= 0).any())


def _between(at: _Places, close: _Places) -> tuple[_Places, _Places]:
    """Give where a short name stands between two signs."""
    import numpy as np

    if not len(at) or not len(close):
        return at[:0], close[:0]
    following = close[np.minimum(np.searchsorted(close, at), len(close) - 1)]
    near = (following > at + 1) & (following <= at + _LONGEST_NAME)
    return at[near], following[near]


@cache
def _entity(name: bytes) -> int:
    told = name.decode("latin-1")
    try:
        if not told.startswith("#"):
            return _COMMON.get(told, -1)
        code = int(f"0{told[1:]}", 16 if told[1] in "xX" else 10)
    except ValueError:
        return -1
    return code if code < 1 << 16 else -1


def _tags(raw: _Bytes, low: _Bytes, at: _Places, close: _Places) -> bool:
    """Take a tag without attributes (`<br>`, `</b>`) for what stands between words."""
    import numpy as np

    if not len(at):
        return False
    told = np.ones(len(at), bool)
    for step in range(1, _LONGEST_NAME):
        sign = raw[np.minimum(at + step, close)] | 0x20
        told &= (at + step >= close) | ((sign >= 97) & (sign <= 122)) | (sign == 47) | (sign == 32)
    at, close = at[told], close[told]
    for step in range(_LONGEST_NAME):
        low[at[at + step <= close] + step] = SOFT
    return bool(len(at))
