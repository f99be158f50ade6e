"""Sums that languages and databases make of texts to spread them over tables: nobody needs a key to repeat them.

FNV, Java's `hashCode`, djb2, sdbm, MurmurHash3 and xxHash, the last two also as Spark seeds them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

_M32: Final = 0xFFFFFFFF
_M64: Final = 0xFFFFFFFFFFFFFFFF
_SPARK: Final = 42
"""Spark's seed of both."""
_P: Final = (
    0x9E3779B185EBCA87,
    0xC2B2AE3D27D4EB4F,
    0x165667B19E3779F9,
    0x85EBCA77C2B2AE63,
    0x27D4EB2F165667C5,
)


def sums(text: str) -> Iterator[tuple[str, int, int]]:
    """Give (name, sum, how many bits it has) of a text."""
    data = text.encode("utf-8", "replace")
    yield "FNV-1a", _fnv(data, 64), 64
    yield "FNV-1a", _fnv(data, 32), 32
    yield "FNV-1", _fnv(data, 64, before=True), 64
    yield "FNV-1", _fnv(data, 32, before=True), 32
    yield "Java's hashCode", _polynomial(text.encode("utf-16-be", "replace")), 32
    yield "djb2", _djb2(data), 32
    yield "djb2", _djb2(data, xor=True), 32
    yield "sdbm", _sdbm(data), 32
    yield "MurmurHash3", murmur(data, 0), 32
    yield "MurmurHash3 of Spark", murmur(data, _SPARK, spark=True), 32
    yield "xxHash64", xxhash(data, 0), 64
    yield "xxHash64 of Spark", xxhash(data, _SPARK), 64


def _fnv(data: bytes, bits: int, *, before: bool = False) -> int:
    prime, number = (0x100000001B3, 0xCBF29CE484222325) if bits == 64 else (0x01000193, 0x811C9DC5)
    mask = (1 << bits) - 1
    for byte in data:
        number = (number * prime & mask) ^ byte if before else (number ^ byte) * prime & mask
    return number


def _polynomial(wide: bytes) -> int:
    number = 0
    for high, low in zip(wide[::2], wide[1::2], strict=True):
        number = (31 * number + (high << 8 | low)) & _M32
    return number


def _djb2(data: bytes, *, xor: bool = False) -> int:
    number = 5381
    for byte in data:
        number = (number * 33 ^ byte if xor else number * 33 + byte) & _M32
    return number


def _sdbm(data: bytes) -> int:
    number = 0
    for byte in data:
        number = (byte + (number << 6) + (number << 16) - number) & _M32
    return number


def _turned(number: int, by: int, bits: int = 32) -> int:
    return (number << by | number >> (bits - by)) & ((1 << bits) - 1)


def murmur(data: bytes, seed: int, *, spark: bool = False) -> int:
    """Give MurmurHash3 in 32 bits; Spark takes the last bytes one by one, each as a number with a sign."""

    def mixed(number: int) -> int:
        return _turned(number * 0xCC9E2D51 & _M32, 15) * 0x1B873593 & _M32

    whole, number = len(data) & ~3, seed
    for place in range(0, whole, 4):
        number ^= mixed(int.from_bytes(data[place : place + 4], "little"))
        number = (_turned(number, 13) * 5 + 0xE6546B64) & _M32
    if spark:
        for byte in data[whole:]:
            number ^= mixed((byte - 256 if byte > 127 else byte) & _M32)
            number = (_turned(number, 13) * 5 + 0xE6546B64) & _M32
    elif whole < len(data):
        number ^= mixed(int.from_bytes(data[whole:], "little"))
    number ^= len(data)
    number = (number ^ number >> 16) * 0x85EBCA6B & _M32
    number = (number ^ number >> 13) * 0xC2B2AE35 & _M32
    return number ^ number >> 16


def xxhash(data: bytes, seed: int) -> int:
    """Give xxHash in 64 bits."""
    one, two, three, four, five = _P

    def taken(number: int, at: int) -> int:
        return _turned((number + int.from_bytes(data[at : at + 8], "little") * two) & _M64, 31, 64) * one & _M64

    place = 0
    if len(data) >= 32:
        lanes = [(seed + one + two) & _M64, (seed + two) & _M64, seed, (seed - one) & _M64]
        while place + 32 <= len(data):
            lanes = [taken(lane, place + 8 * number) for number, lane in enumerate(lanes)]
            place += 32
        number = sum(_turned(lane, by, 64) for lane, by in zip(lanes, (1, 7, 12, 18), strict=True)) & _M64
        for lane in lanes:
            number = ((number ^ _turned(lane * two & _M64, 31, 64) * one & _M64) * one + four) & _M64
    else:
        number = (seed + five) & _M64
    number = (number + len(data)) & _M64
    while place + 8 <= len(data):
        number = (_turned(number ^ taken(0, place), 27, 64) * one + four) & _M64
        place += 8
    if place + 4 <= len(data):
        number ^= int.from_bytes(data[place : place + 4], "little") * one & _M64
        number = (_turned(number, 23, 64) * two + three) & _M64
        place += 4
    for byte in data[place:]:
        number = _turned(number ^ byte * five & _M64, 11, 64) * one & _M64
    number = (number ^ number >> 33) * two & _M64
    number = (number ^ number >> 29) * three & _M64
    return number ^ number >> 32
