"""Hashes whose salt, key or spelling anybody guesses: tried on a few values, for who uses one uses it for nearly all.

A salt is guessed from lists, from what fields are called, from the key of the record, and from what stands beside the
digest. A digest is looked for in whatever alphabet the mask is written in, also when it was cut, turned or divided.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from rules.privacy._masks.forms import HEX, canonical
from rules.privacy._masks.hashes import TRIVIAL
from rules.privacy._masks.read import ALPHABETS, bare_number
from rules.privacy._masks.sums import sums

_TRIVIAL: Final = (
    *TRIVIAL,
    *("admin", "hash", "mask", "token", "pii", "gdpr", "private", "12345", "1234"),
    *(str(year) for year in range(2018, 2028)),
)
"""Salts and keys that everybody tries."""
_BETWEEN: Final = ("", ":", "-", "_", "|", ".", " ")
_FIRST: Final = 6
"""Values that are tried under every spelling; under every salt fewer."""
PROBED: Final = 16
"""Pairs that are asked for."""
LEAST: Final = 10
"""Hexadecimal digits that are no luck among so many tries."""
_LONGEST: Final = 512
_ROUNDS: Final = 1_000_000
"""Rounds of a slow hash that are done to see whether it can be repeated: a third of a second."""
_POPULAR: Final = ("md5", "sha1", "sha256", "sha512")
_BITS: Final = {"md5": 32, "sha1": 40, "sha256": 64, "sha512": 128, "sha224": 56, "sha384": 96}
_KNOWN: Final = (
    *(*_POPULAR, "sha224", "sha384", "sha3_224", "sha3_256", "sha3_384", "sha3_512"),
    *("blake2b", "blake2s", "ripemd160", "sm3", "sha512_256", "sha512_224", "md5-sha1", "md4", "whirlpool"),
)
_SLOW: Final = re.compile(
    r"pbkdf2[_:-](sha1|sha256|sha512)[$:](?:i=)?(\d{1,7})[$:,]+(?:s=)?([^$,:]+)[$:,]+([A-Za-z0-9+/=._-]+)"
)
_DIGITS: Final = re.compile(r"[0-9a-fA-F]{10,}")
_ENCODED: Final = re.compile(r"[A-Za-z0-9+/_-]+")
_UNDIVIDED: Final = re.compile(r"[-:\s.]")


def _made_by(name: str) -> Callable[[bytes], bytes]:
    """Give a digest by its own constructor, which is faster than by its name."""
    if (constructor := getattr(hashlib, name, None)) is not None:
        return lambda data: constructor(data, usedforsecurity=False).digest()
    return lambda data: hashlib.new(name, data, usedforsecurity=False).digest()


_HASHES: Final = {name: _made_by(name) for name in _KNOWN if name in hashlib.algorithms_available}


@dataclass(frozen=True, slots=True)
class Pair:
    """A raw value, what stands for it, and the key of their record."""

    raw: str
    masked: str
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Mark:
    """What of a mask may be a digest: in hexadecimal digits, and as a number of few digits."""

    hexadecimal: tuple[str, ...]
    number: str
    whole: int
    """Hexadecimal digits where they are all that there is of the mask; else 0."""

    def has(self, digests: Sequence[bytes]) -> bool:
        """Whether it stands for one of these digests, or for a part of one."""
        # One search through all of them is many times faster than one in each.
        told = b" ".join(digests).hex() if self.hexadecimal else ""
        if any(one in told for one in self.hexadecimal):
            return True
        if not self.number:
            return False
        by, number = 10 ** len(self.number), int(self.number)
        return any(int.from_bytes(one[:size]) % by == number for one in digests for size in (4, 8, len(one)))

    def may_be(self, name: str) -> bool:
        """Whether a digest of that name has enough digits, and as many where the mask is one whole digest."""
        if self.whole in _BITS.values():
            return _BITS.get(name, self.whole) == self.whole
        return _BITS.get(name, 128) >= self.whole


_Recipe = Callable[[Pair, _Mark, Sequence[str]], Iterator[bytes]]


def guessed(pairs: Sequence[Pair], words: Sequence[str] = ()) -> tuple[str, int, int]:
    """Give how values were hashed, how many of those that were tried, and how many were tried; ("", 0, 0) for none."""
    some = pairs[:: max(1, len(pairs) // PROBED)][:PROBED]
    width = max((len(pair.masked) for pair in some if pair.masked.isdigit()), default=0)
    marks = [_mark(pair.masked, width) for pair in some]
    several = len({pair.masked for pair in some}) > 1 or len(some) == 1
    if not several or not any(mark.hexadecimal or mark.number for mark in marks):
        return _summed(some) if several else ("", 0, 0)
    for how, recipe, probed in _RECIPES:
        tried = range(0, len(some), max(1, len(some) // probed))
        if any(_made(some[place], marks[place], recipe, words) for place in tried):
            rows = sum(_made(pair, mark, recipe, words) for pair, mark in zip(some, marks, strict=True))
            # So many tries hit a number of few digits by luck, but not half of them.
            if rows * 2 > len(some) or all(mark.hexadecimal for mark in marks):
                return how, rows, len(some)
    return _summed(some)


def _made(pair: Pair, mark: _Mark, recipe: _Recipe, words: Sequence[str]) -> bool:
    return mark.has(list(recipe(pair, mark, words)))


def _mark(masked: str, width: int) -> _Mark:
    told = masked.strip()[:_LONGEST]
    found = [one.lower() for one in _DIGITS.findall(told)]
    bare = _UNDIVIDED.sub("", told)
    if HEX.issuperset(bare.lower()) and len(bare) >= LEAST and bare.lower() not in found:
        found.append(bare.lower())
    whole = len(bare) if HEX.issuperset(bare.lower()) and not bare.isdigit() else 0
    if not found:
        found = [one for one in _other_alphabets(told) if len(one) >= LEAST]
    number = told.zfill(width) if told.isdigit() and 6 <= width <= 20 and len(told) <= width else ""
    return _Mark((*found, *(one[::-1] for one in found)), number, whole)


def _other_alphabets(told: str) -> Iterator[str]:
    """Give a digest's hexadecimal digits where it was written otherwise; the last ones may be cut."""
    bare = re.split(r"[:$ {}\[\]()<>|]+|^[A-Za-z]{1,8}[-_]", told.rstrip("=]})>"))[-1].rstrip("=")
    # A digest has digits among its letters; what has none is made of words.
    if not 14 <= len(bare) <= 128 or not _ENCODED.fullmatch(bare) or not any(sign.isdigit() for sign in bare):
        return
    one_case = bare.upper() == bare or bare.lower() == bare
    for decode in (base64.b32decode,) if one_case else (base64.b64decode, base64.urlsafe_b64decode):
        size = 8 if one_case else 4
        try:
            yield decode((bare.upper() if one_case else bare) + "=" * (-len(bare) % size)).hex()
        except ValueError:
            continue
    if bare.isalnum():
        numbers = (bare_number(alphabet, bare) for alphabet in ALPHABETS)
        yield from dict.fromkeys(f"{number:x}" for number in numbers if number is not None)


def _spellings(raw: str, words: Sequence[str]) -> Iterator[bytes]:
    digits = re.sub(r"\D", "", raw)
    lower, upper, bare = raw.strip().lower(), raw.strip().upper(), canonical(raw)
    texts = [raw, raw.strip(), lower, upper, raw.title(), bare, bare.upper(), digits, f"+{digits}", f"{raw}\n"]
    texts += [raw.replace(" ", ""), "".join(reversed(raw)), f'"{raw}"', f"'{raw}'", f"mailto:{raw}", f"tel:{raw}"]
    if digits and raw.startswith("+"):
        texts += [f"0{digits[2:]}", f"00{digits}", f"0{digits[1:]}", digits[1:], digits[2:]]
    if "@" in raw:
        texts += [raw.partition("@")[0], lower.partition("@")[0], lower.partition("+")[0]]
    for word in dict.fromkeys(words):
        texts += [json.dumps({word: raw}), json.dumps({word: raw}, separators=(",", ":"))]
    for text in dict.fromkeys(text for text in texts if text not in {"", "+"}):
        yield text.encode("utf-8", "replace")
    yield from (raw.encode(wide, "replace") for wide in ("utf-16-le", "utf-16-be", "latin-1"))


def _spelt(pair: Pair, mark: _Mark, words: Sequence[str]) -> Iterator[bytes]:
    names = [name for name in _HASHES if mark.may_be(name)]
    for data in _spellings(pair.raw, words):
        yield from (_HASHES[name](data) for name in names)
    data = pair.raw.encode("utf-8", "replace")
    if not mark.whole or mark.whole <= 64:
        yield hashlib.blake2b(data, digest_size=16).digest()
        yield hashlib.blake2b(data, digest_size=32).digest()
        yield hashlib.blake2b(data, digest_size=8).digest()
    yield hashlib.shake_128(data).digest(64)
    yield hashlib.shake_256(data).digest(64)


def _again(pair: Pair, mark: _Mark, _words: Sequence[str]) -> Iterator[bytes]:
    """Hash a hash, its digits or its bytes, with a salt or without."""
    data = pair.raw.encode("utf-8", "replace")
    names = _fitting(mark)
    for first in _POPULAR:
        inner = _HASHES[first](data)
        for told in (inner, inner.hex().encode(), inner.hex().upper().encode(), base64.b64encode(inner)):
            for name in names:
                yield _HASHES[name](told)
                yield _HASHES[name](b"salt" + told)
                yield _HASHES[name](told + b"salt")


def _fitting(mark: _Mark) -> list[str]:
    return [name for name in _POPULAR if mark.may_be(name)]


def _salted(pair: Pair, mark: _Mark, words: Sequence[str]) -> Iterator[bytes]:
    yield from _with(pair, mark, (*_TRIVIAL, *words), _BETWEEN[:4])


def _with(pair: Pair, mark: _Mark, salts: Sequence[str], between: Sequence[str]) -> Iterator[bytes]:
    """Hash a value beside each salt, and under each as a key."""
    names = _fitting(mark)
    for raw in dict.fromkeys((pair.raw, pair.raw.strip().lower())):
        data = raw.encode("utf-8", "replace")
        for salt in salts:
            told = salt.encode("utf-8", "replace")
            beside = [one for sign in between for one in (told + sign.encode() + data, data + sign.encode() + told)]
            for name in names:
                yield from (_HASHES[name](one) for one in beside)
                yield hmac.digest(told, data, name)


def _by_itself(pair: Pair, mark: _Mark, words: Sequence[str]) -> Iterator[bytes]:
    """Take the value for the key, or for the salt."""
    data = pair.raw.encode("utf-8", "replace")
    for name in _fitting(mark):
        yield hmac.digest(b"", data, name)
        yield hmac.digest(data, b"", name)
        yield hmac.digest(data, data, name)
        yield _HASHES[name](data + data)
        yield from (hmac.digest(data, salt.encode("utf-8", "replace"), name) for salt in (*_TRIVIAL, *words))


def _by_record(pair: Pair, mark: _Mark, _words: Sequence[str]) -> Iterator[bytes]:
    """Take the key of the record for the salt: it stands beside the mask."""
    yield from _with(pair, mark, pair.keys, _BETWEEN)


def _by_the_side(pair: Pair, mark: _Mark, _words: Sequence[str]) -> Iterator[bytes]:
    """Take for the salt what stands beside the digest."""
    if (slow := _SLOW.search(pair.masked)) is not None and int(slow[2]) <= _ROUNDS:
        yield from _slowly(pair, slow)
    parts = [part for part in re.split(_SIGNS_BESIDE, pair.masked) if 2 <= len(part) <= 64]
    if len(parts) < 2:
        return
    yield from _with(pair, _Mark(mark.hexadecimal, "", 0), parts[:4], _BETWEEN[:3])
    for part in (one for one in parts[:4] if len(one) % 2 == 0 and HEX.issuperset(one.lower())):
        salt, data = bytes.fromhex(part), pair.raw.encode("utf-8", "replace")
        for name in _POPULAR:
            yield from (_HASHES[name](one) for one in (salt + data, data + salt))


def _slowly(pair: Pair, slow: re.Match[str]) -> Iterator[bytes]:
    """Repeat a slow hash that says how it was made; what is found is told in the form in which it is looked for."""
    name, rounds, salt, told = slow.groups()
    data, salted = pair.raw.encode("utf-8", "replace"), [salt.encode("utf-8", "replace")]
    with suppress(ValueError):
        salted.append(base64.b64decode(salt + "=" * (-len(salt) % 4), altchars=b"./"))
    for one in salted:
        digest = hashlib.pbkdf2_hmac(name, data, one, int(rounds))
        if told.rstrip("=") in {base64.b64encode(digest).decode().rstrip("="), digest.hex()}:
            yield from (bytes.fromhex(mark) for mark in _DIGITS.findall(pair.masked) if len(mark) % 2 == 0)
            yield digest


_MOST_APART: Final = 64
"""Raw values that are tried where no key joins both."""
_BESIDE: Final = 12
"""Masks of which the rest is tried as a salt, each under so many raw values."""
_RAWS_BESIDE: Final = 250
_SUM_BITS: Final = 32
_SIGNS_BESIDE: Final = r"[$:;.|#,/ ]+"
_RECIPES: Final[tuple[tuple[str, _Recipe, int], ...]] = (
    ("a hash of another spelling", _spelt, _FIRST),
    ("a salt or key that everybody tries", _salted, 2),
    ("a hash of a hash", _again, 2),
    ("the record's own key as salt", _by_record, 2),
    ("the salt stands beside it", _by_the_side, 2),
    ("the value is the key", _by_itself, 2),
)


def guessed_apart(
    raws: Sequence[str], values: Sequence[str], words: Sequence[str], share: float
) -> tuple[str, int, int]:
    """Give the same where no key tells which mask stands for which value: a few raw values are looked for in all masks.

    `share` is the share of masks that `values` are: where many were not read, more raw values are tried.
    """
    tried = min(_MOST_APART, math.ceil(_FIRST / max(share, 0.01)))
    some = [Pair(raw, "") for raw in raws[:: max(1, len(raws) // tried)][:tried]]
    width = max((len(value) for value in values if value.isdigit()), default=0)
    marks = [_mark(value, width) for value in values]
    if there := _beginnings(one for mark in marks for one in mark.hexadecimal):
        whole = {mark.whole for mark in marks}
        like = _Mark((), "", whole.pop() if len(whole) == 1 else 0)
        for how, recipe in _APART:
            rows = sum(any(_is_among(digest, there) for digest in recipe(pair, like, words)) for pair in some)
            if rows:
                return how, rows, len(some)
        if rows := _salts_beside(raws, values):
            return "the salt stands beside it", rows, min(len(values), _BESIDE)
    return _sums_among(some, values)


def _beginnings(marks: Iterable[str]) -> Mapping[str, list[str]]:
    """Give marks by the digits that they begin with."""
    found: dict[str, list[str]] = {}
    for mark in marks:
        found.setdefault(mark[:LEAST], []).append(mark)
    return found


def _is_among(digest: bytes, there: Mapping[str, list[str]]) -> bool:
    told = digest.hex()
    places = range(len(told) - LEAST + 1)
    return any(told.startswith(mark, place) for place in places for mark in there.get(told[place : place + LEAST], ()))


def _salts_beside(raws: Sequence[str], values: Sequence[str]) -> int:
    """Count masks that are a raw value's hash with what stands beside it; only digests of a known size are tried."""
    rows = 0
    for value in values[:: max(1, len(values) // _BESIDE)][:_BESIDE]:
        digests = [one.lower() for one in _DIGITS.findall(value) if len(one) in _BITS.values()]
        if not digests or len(re.split(_SIGNS_BESIDE, value)) < 2:
            continue
        mark = _Mark((digests[-1],), "", len(digests[-1]))
        bare = value.replace(digests[-1], "").strip("$:;.|#,/ ")
        some = raws[:: max(1, len(raws) // _RAWS_BESIDE)][:_RAWS_BESIDE]
        rows += any(mark.has(list(_with(Pair(raw, value), mark, [bare], _BETWEEN[:3]))) for raw in some)
    return rows


def _sums_among(some: Sequence[Pair], values: Sequence[str]) -> tuple[str, int, int]:
    there = {value.strip().lower().removeprefix("0x") for value in values}
    found: Counter[str] = Counter()
    for pair in some:
        # Sums of few bits are among many masks by luck.
        made = {
            name
            for name, number, bits in sums(pair.raw)
            if bits >= _SUM_BITS and not there.isdisjoint(_written(number, bits))
        }
        found.update(made)
    name, rows = max(found.items(), key=lambda item: item[1], default=("", 0))
    return (name, rows, len(some)) if rows >= 2 else ("", 0, 0)


def _summed(some: Sequence[Pair]) -> tuple[str, int, int]:
    """Find sums that are no hashes at all, as numbers or as hexadecimal digits."""
    found: dict[str, int] = {}
    for pair in some:
        told = pair.masked.strip().lower().removeprefix("0x")
        if not 6 <= len(told.lstrip("-")) <= 20 or not HEX.issuperset(told.lstrip("-")):
            continue
        for name in {name for name, number, bits in sums(pair.raw) if told in _written(number, bits)}:
            found[name] = found.get(name, 0) + 1
    name, rows = max(found.items(), key=lambda item: item[1], default=("", 0))
    return (name, rows, len(some)) if rows >= max(1, len(some) // 4) else ("", 0, 0)


_APART: Final = (
    ("a hash of another spelling", _spelt),
    ("a hash of a hash", _again),
    ("a salt or key that everybody tries", _salted),
    ("the value is the key", _by_itself),
)


def _written(number: int, bits: int) -> tuple[str, ...]:
    signed = number - (1 << bits) if number >> (bits - 1) else number
    return str(number), str(signed), str(abs(signed)), f"{number:x}", f"{number:0{bits // 4}x}"
