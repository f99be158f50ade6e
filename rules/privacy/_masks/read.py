"""What a masked value can be read as: everything that is had from it without a key, up to three layers deep.

Encodings are undone, not made: of a mask there are few readings, of a raw value many encodings.
"""

from __future__ import annotations

import base64
import binascii
import bz2
import codecs
import html
import lzma
import quopri
import re
import zlib
from collections.abc import Callable, Iterator
from typing import Final
from urllib.parse import unquote

from rules.privacy._masks.forms import canonical

DIGITS: Final = "0123456789"
_LOWER: Final = "abcdefghijklmnopqrstuvwxyz"
_UPPER: Final = _LOWER.upper()
ALPHABETS: Final = (
    "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz",
    DIGITS + _UPPER + _LOWER,
    DIGITS + _LOWER + _UPPER,
    DIGITS + _LOWER,
    DIGITS + _UPPER,
)
"""Alphabets in which bytes are written as one number: base58, base62 in both orders, base36."""
_WRITTEN: Final = bytes((9, 10, 13, *range(32, 127), *range(128, 256)))
_HEX: Final = re.compile(r"(?:0x)?([0-9a-fA-F]+)")
_BASE32: Final = re.compile(r"[A-Za-z2-7]+=*")
_DEPTH: Final = 3
_MOST: Final = 2_048
"""Signs of a mask that are read: longer ones are texts."""
_SHORTEST: Final = 4
_UNPACKED: Final = 1 << 14
_RUN: Final = re.compile(r"[A-Za-z0-9+/=]{8,}|[A-Za-z0-9_=-]{8,}")
_ESCAPED: Final = re.compile(r"\\u([0-9a-fA-F]{4})|\\x([0-9a-fA-F]{2})|\\([0-7]{3})")
_ESCAPES: Final = re.compile(r"[\\&%=]")


def tells(raw: str, masked: str) -> bool:
    """Whether the raw value stands in something that the masked value can be read as."""
    if len(canonical(raw)) < _SHORTEST or len(masked) > _MOST:
        return False
    needles = (raw.lower().encode("utf-8", "surrogatepass"), canonical(raw).encode("utf-8", "surrogatepass"))
    return any(_stands(needles, one) for one in readings(masked))


def _stands(needles: tuple[bytes, bytes], reading: bytes) -> bool:
    lower = reading.lower()
    if needles[0] in lower:
        return True
    return _is_text(reading) and needles[1] in canonical(reading.decode("utf-8", "replace")).encode()


def readings(masked: str) -> Iterator[bytes]:
    """Give what a masked value can be read as, but as itself."""
    seen = {masked.strip()}
    layer = [masked.strip()]
    for _ in range(_DEPTH):
        found: list[str] = []
        for text in layer:
            for data in _undone(text):
                yield data
                if _is_text(data) and (told := data.decode("utf-8", "replace")) not in seen:
                    seen.add(told)
                    found.append(told)
        layer = found[:8]


def _is_text(data: bytes) -> bool:
    return len(data) >= _SHORTEST and not data.translate(None, _WRITTEN)


def _undone(text: str) -> Iterator[bytes]:
    """Give the bytes that one layer hides."""
    if _ESCAPES.search(text):
        for spelt in (unquote(text), html.unescape(text), _ESCAPED.sub(_sign, text)):
            if spelt != text:
                yield spelt.encode("utf-8", "replace")
        if "=" in text.rstrip("="):
            yield quopri.decodestring(text.encode("utf-8", "replace"))
    for turned in (text, text[::-1]) if _HEX.fullmatch(text) else _turned(text):
        runs = {turned, *_RUN.findall(turned)}
        if not turned.isalnum():
            runs.update(run for run in re.split(r"[^A-Za-z0-9+/=]+", turned) if len(run) >= 8)
        for run in sorted(runs, key=len, reverse=True)[:6]:
            yield from _decoded(run)
    yield from _whole(text)


def _turned(text: str) -> tuple[str, ...]:
    return text, text[::-1], codecs.encode(text, "rot13"), text.swapcase()


def _sign(found: re.Match[str]) -> str:
    return chr(int(found[1] or found[2], 16) if found[1] or found[2] else int(found[3], 8) & 255)


def _decoded(run: str) -> Iterator[bytes]:
    if (found := _HEX.fullmatch(run)) is not None and len(found[1]) % 2 == 0:
        data = bytes.fromhex(found[1])
        yield from _opened(data)
        yield bytes((byte & 15) << 4 | byte >> 4 for byte in data)
        return
    for decode in (_base64, _base32) if _BASE32.fullmatch(run) else (_base64,):
        if data := decode(run):
            yield from _opened(data)


def _opened(data: bytes) -> Iterator[bytes]:
    """Give bytes, and what they are packed of: archives, and two bytes a sign."""
    yield data
    if data.count(0) * 3 >= len(data):
        for wide in ("utf-16-le", "utf-16-be"):
            yield data.decode(wide, "replace").encode("utf-8", "replace")
    for head, unpack in _PACKED:
        if data.startswith(head):
            try:
                yield unpack(data)
            except (OSError, EOFError, ValueError, zlib.error, lzma.LZMAError):
                continue


_PACKED: Final[tuple[tuple[bytes, Callable[[bytes], bytes]], ...]] = (
    *(
        (head, lambda data: zlib.decompressobj(47).decompress(data, _UNPACKED))
        for head in (b"\x1f\x8b", b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda")
    ),
    (b"BZh", lambda data: bz2.BZ2Decompressor().decompress(data, _UNPACKED)),
    (b"\xfd7zXZ", lambda data: lzma.LZMADecompressor().decompress(data, _UNPACKED)),
)


def _base64(run: str) -> bytes:
    told = run.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        return binascii.a2b_base64(told + "=" * (-len(told) % 4))
    except ValueError:
        return b""


def _base32(run: str) -> bytes:
    told = run.rstrip("=").upper()
    try:
        return base64.b32decode(told + "=" * (-len(told) % 8))
    except ValueError:
        return b""


def _whole(text: str) -> Iterator[bytes]:
    """Give what only a text as a whole tells: numbers, and encodings that use signs."""
    bare = text.rpartition("_")[2]
    if bare.isascii() and bare.isalnum() and len(bare) <= 512:
        if bare.isdigit():
            yield _bytes_of(int(bare))
        if set(bare) <= {"0", "1"}:
            yield _bytes_of(int(bare, 2))
        for number in map(bare_number, ALPHABETS, [bare] * len(ALPHABETS)):
            if number is not None and _is_text(data := _bytes_of(number)):
                yield data
    if not text.isalnum() and text.isascii():
        for decode in (base64.b85decode, base64.a85decode, _uuencoded):
            try:
                yield from _opened(decode(text.encode()))
            except ValueError:
                continue


def bare_number(alphabet: str, text: str) -> int | None:
    """Give the number that a text writes in an alphabet; None where it has other signs."""
    number = 0
    for sign in text:
        if (digit := alphabet.find(sign)) < 0:
            return None
        number = number * len(alphabet) + digit
    return number


def _bytes_of(number: int) -> bytes:
    return number.to_bytes((number.bit_length() + 7) // 8)


def _uuencoded(data: bytes) -> bytes:
    return binascii.a2b_uu(data)
