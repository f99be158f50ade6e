"""Hashes that anybody can repeat: which one stands behind masked values, and of how many of them.

Plain hashes of values and of their other spellings are tried, then those under salts and keys that everybody tries.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import math
import re
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Final
from uuid import NAMESPACE_DNS, NAMESPACE_OID, NAMESPACE_URL, NAMESPACE_X500

from rules.privacy._masks.forms import HEX, canonical

TRIVIAL: Final = (
    *("salt", "secret", "key", "password", "pepper", "changeme", "test", "123", "123456", "abc"),
    *("mysalt", "secretkey", "default", "static"),
)
"""Salts and keys that everybody tries first."""
_MOST: Final = 512
_SALTED: Final = 48
_PROBED: Final = 8
"""Values that are tried first under every spelling, salt and key: who uses one uses it for nearly all values."""
_CUT: Final = 96
"""Values that are tried for a hash that was cut: fewer, for there are more such hashes."""

_HASHES: Final[dict[str, Callable[[bytes], bytes]]] = {
    "md5": lambda data: hashlib.md5(data, usedforsecurity=False).digest(),
    "sha1": lambda data: hashlib.sha1(data, usedforsecurity=False).digest(),
    "sha224": lambda data: hashlib.sha224(data).digest(),
    "sha256": lambda data: hashlib.sha256(data).digest(),
    "sha384": lambda data: hashlib.sha384(data).digest(),
    "sha512": lambda data: hashlib.sha512(data).digest(),
    "sha3-256": lambda data: hashlib.sha3_256(data).digest(),
    "sha3-512": lambda data: hashlib.sha3_512(data).digest(),
    "blake2b": lambda data: hashlib.blake2b(data).digest(),
    "blake2b-256": lambda data: hashlib.blake2b(data, digest_size=32).digest(),
    "blake2b-128": lambda data: hashlib.blake2b(data, digest_size=16).digest(),
    "blake2s": lambda data: hashlib.blake2s(data).digest(),
    "crc32": lambda data: zlib.crc32(data).to_bytes(4),
    "adler32": lambda data: zlib.adler32(data).to_bytes(4),
    "md5 of md5": lambda data: _again("md5", "md5", data),
    "sha256 of sha256": lambda data: _again("sha256", "sha256", data),
    "sha1 of md5": lambda data: _again("md5", "sha1", data),
}
_UUID: Final = re.compile(r"\{?[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}\}?")
_SPACES: Final = (
    *(space.bytes for space in (NAMESPACE_DNS, NAMESPACE_URL, NAMESPACE_OID, NAMESPACE_X500)),
    *(b"", bytes(16)),
)
"""What stands before a name of which a UUID is made."""
_MIXED: Final = 120
"""Signs of base64 from which on both cases are among them but once in 10**20."""
_KEYED: Final = ("md5", "sha1", "sha256", "sha512")


def _again(first: str, second: str, data: bytes) -> bytes:
    return _HASHES[second](_HASHES[first](data).hex().encode())


_BYTES: Final = {name: len(digest(b"")) for name, digest in _HASHES.items()}
_WHOLE: Final = frozenset(2 * size for size in _BYTES.values() if size >= 16)
"""Lengths of digests in hexadecimal digits."""


def plain_hash(raws: Sequence[str], target: Target, share: float = 1.0) -> tuple[str, int]:
    """Give the hash of the values themselves and of how many of them; ("", 0) where it is none.

    `share` tells of how many values the masked one is among those that are looked at.
    """
    if target.form is None:
        return "", 0
    if target.version and (named := _named(_spread(raws, _CUT), target))[1]:
        return named
    names = [name for name in _HASHES if target.may_be(name)]
    whole = [name for name in names if target.is_whole(name)]
    # A few values may be hashed so among many under a key, by what everybody takes; other hashes are all or none.
    usual = [name for name in whole if name in _KEYED]
    cut = max(_CUT, min(_MOST, math.ceil(_PROBED / share)))
    least = max(_SALTED, min(_MOST, math.ceil(_PROBED / share)))
    for some, tried in (
        (_spread(raws, _MOST), usual),
        (_spread(raws, least), [name for name in whole if name not in usual]),
        # A number may be a part of any hash in three ways: fewer values do.
        (_spread(raws, cut if target.length else least), [n for n in names if n in _KEYED and n not in usual]),
        (_spread(raws, least), [name for name in names if name not in whole and name not in _KEYED]),
    ):
        if (found := _hits(some, target, tried, _plainly))[1]:
            return found
    return "", 0


def guessed_hash(raws: Sequence[str], target: Target, words: Sequence[str] = (), share: float = 1.0) -> tuple[str, int]:
    """Give the hash that everybody can repeat, also under what everybody tries; ("", 0) where it is none."""
    if target.form is None:
        return "", 0
    names = [name for name in _HASHES if target.may_be(name)]
    tried = min(_MOST, math.ceil(_PROBED / share))
    few, probed = _spread(raws, max(_SALTED, tried)), _spread(raws, tried)
    plain = plain_hash(raws, target, share)
    if not plain[1] and (0 < target.length < 8 or _hits(probed, target, names, _spellings)[1]):
        # Short forms are hit by luck: only many values tell.
        plain = _hits(few, target, names, _spellings)
    if plain[1] or target.length < 8:
        return plain
    salts = (*TRIVIAL, *words)
    keyed = [name for name in _KEYED if target.may_be(name)]

    def salted(raw: str) -> Iterator[bytes]:
        for salt in salts:
            for between in ("", ":", "-", "_"):
                yield f"{salt}{between}{raw}".encode("utf-8", "replace")
                yield f"{raw}{between}{salt}".encode("utf-8", "replace")

    if _hits(probed, target, keyed, salted)[1]:
        return _hits(few, target, keyed, salted)
    keys = ("", *salts)
    return _keyed(few, target, keyed, keys) if _keyed(probed, target, keyed, keys)[1] else ("", 0)


def _spread(raws: Sequence[str], most: int) -> list[tuple[int, str]]:
    """Give so many values with their places, evenly spread."""
    return list(enumerate(raws))[:: max(1, -(-len(raws) // most))]


@dataclass(frozen=True, slots=True)
class Target:
    """What a hash would have to look like to be what stands for a value."""

    length: int
    """The usual length of masked values, prefixes left out."""
    form: Callable[[bytes], str] | None
    """Turns a digest into the alphabet of the masked values; None where they are no digests."""
    has: Callable[[int, str], bool]
    """Whether a digest in that alphabet, uncut, is what stands for the i-th value."""
    version: int = 0
    """Which version of UUID all masked values are, where it is one that is made of a name."""
    bare: Sequence[str] | None = None
    """Where masked values are laid beside raw ones: each without what stands before and behind a digest."""

    def may_be(self, name: str) -> bool:
        """Whether a hash is long enough."""
        if name not in _BYTES or self.form is None:
            return False
        return len(self.form(b"\xff" * _BYTES[name])) >= self.length

    def is_whole(self, name: str) -> bool:
        """Whether masked values are as long as the hash is, so that it was not cut."""
        return self.form is not None and len(self.form(b"\xff" * _BYTES[name])) == self.length


def target_of(masks: Sequence[str], *, aligned: bool) -> Target:
    """Give what a hash must look like to stand behind masked values, for their own values or for any of them."""
    told = [bare_of(masked) for masked in masks]
    length = Counter(map(len, told)).most_common(1)[0][0] if told else 0
    usual = "".join(one for one in told if len(one) == length)[:20_000]
    form = next((form for alphabet, form in _ALPHABETS if re.fullmatch(alphabet, usual)), None) if length >= 6 else None
    if form in {_base64, _urlsafe} and len(usual) >= _MIXED and (usual.islower() or usual.isupper()):
        form = None  # so much of it has capitals and small letters
    if form is _decimal:
        length = 0
    lower = [one.lower() for one in told] if form is _hexadecimal else told
    version = _version(told) if form is _hexadecimal and length == 32 else 0
    if aligned:
        return Target(length, form, lambda index, digest: _cut(lower[index], digest), version, lower)
    there = frozenset(lower)
    return Target(
        length, form, lambda _index, digest: digest in there or (length >= 8 and digest[:length] in there), version
    )


def _version(told: Sequence[str]) -> int:
    """Give the version of UUIDs that are made of a name, which all of these are; else 0."""
    seen = {one[12] if len(one) == 32 and one[16] in "89abAB" else "" for one in told}
    return int(seen.pop()) if len(seen) == 1 and seen <= {"3", "5"} else 0


def bare_of(masked: str) -> str:
    """Give a masked value without padding and without what stands around a digest: `tok_`, `sha256:`, `@host`."""
    told = masked.strip().rstrip("=")
    if told.isalnum():
        return told
    if _UUID.fullmatch(told):
        return re.sub(r"[-{}]", "", told)
    told = told.partition("@")[0]
    return told if told.isalnum() else re.split(r"[:$ {}]+|^[A-Za-z]{1,8}[-_]", told)[-1]


def digests_of_odd_length(masks: Sequence[str], bare: Sequence[str] | None = None) -> list[int]:
    """Give the masked values that may be whole digests, and are longer or shorter than most masked values are.

    `bare` are they without what stands around a digest, where that is known.
    """
    sizes = list(map(len, bare if bare is not None else map(bare_of, masks)))
    counts = Counter(sizes)
    usual = counts.most_common(1)[0][0] if counts else 0
    often = {size: count for size, count in counts.items() if size != usual and size in _WHOLE}
    if not often:
        return []
    size = max(often, key=lambda one: often[one])
    # Where lengths are as they come, most of them are no digests'.
    return [place for place, one in enumerate(sizes) if one == size and HEX.issuperset(bare_of(masks[place]).lower())]


def _cut(told: str, digest: str) -> bool:
    return len(told) >= 6 and (digest.startswith(told) or (len(told) >= 8 and digest.endswith(told)))


def _hexadecimal(data: bytes) -> str:
    return data.hex()


def _decimal(data: bytes) -> str:
    # Databases make numbers of the first 4 or 8 bytes, or of all.
    return str(int.from_bytes(data))


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode().rstrip("=")


def _base32(data: bytes) -> str:
    return base64.b32encode(data).decode().rstrip("=")


def _urlsafe(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


_BYTES_OF: Final[dict[Callable[[bytes], str] | None, Callable[[str], bytes]]] = {
    _hexadecimal: bytes.fromhex,
    _base64: lambda told: base64.b64decode(told + "=" * (-len(told) % 4)),
    _urlsafe: lambda told: base64.urlsafe_b64decode(told + "=" * (-len(told) % 4)),
}
_ALPHABETS: Final = (
    (r"[0-9]+", _decimal),
    (r"[0-9a-fA-F]+", _hexadecimal),
    (r"[A-Z2-7]+", _base32),
    (r"[A-Za-z0-9+/]+", _base64),
    (r"[A-Za-z0-9_-]+", _urlsafe),
)


def _keyed(
    raws: Sequence[tuple[int, str]], target: Target, names: Sequence[str], keys: Sequence[str]
) -> tuple[str, int]:
    found: Counter[str] = Counter()
    for index, raw in raws:
        data = [*dict.fromkeys((raw.encode("utf-8", "replace"), raw.strip().lower().encode("utf-8", "replace")))]
        stands = _in_time(target, index)
        for name in names:
            if any(stands(hmac.digest(key.encode(), one, name)) for key in keys for one in data):
                found[f"hmac-{name} under a key that everybody tries"] += 1
    return found.most_common(1)[0] if found else ("", 0)


def _named(raws: Sequence[tuple[int, str]], target: Target) -> tuple[str, int]:
    """Find UUIDs that are made of the value itself, under a namespace that everybody knows."""
    hashed = _HASHES["md5" if target.version == 3 else "sha1"]
    rows = 0
    for index, raw in raws:
        for one in _plainly(raw):
            made = (bytearray(hashed(space + one)[:16]) for space in _SPACES)
            if any(target.has(index, _stamped(digest, target.version)) for digest in made):
                rows += 1
                break
    return (f"uuid{target.version}", rows) if rows else ("", 0)


def _stamped(digest: bytearray, version: int) -> str:
    digest[6], digest[8] = digest[6] & 0x0F | version << 4, digest[8] & 0x3F | 0x80
    return digest.hex()


def _is(target: Target, index: int, digest: bytes) -> bool:
    if target.form is None:
        return False
    if target.form is _decimal:
        return any(target.has(index, _decimal(digest[:size])) for size in (4, 8, len(digest)))
    return target.has(index, target.form(digest))


def _plainly(raw: str) -> Iterator[bytes]:
    yield from (form.encode("utf-8", "replace") for form in dict.fromkeys((raw, raw.strip().lower())))


def _spellings(raw: str) -> Iterator[bytes]:
    digits = re.sub(r"\D", "", raw)
    forms: tuple[str, ...] = (
        raw.strip(),
        raw.strip().upper(),
        canonical(raw),
        canonical(raw).upper(),
        digits,
        f"+{digits}",
        raw + "\n",
    )
    if "@" in raw:
        forms += (raw.partition("@")[0], raw.strip().lower().partition("@")[0])
    for form in dict.fromkeys(form for form in forms if form and form != "+"):
        yield form.encode("utf-8", "replace")
    yield raw.encode("utf-16-le", "replace")
    # A hash of a hash, whichever two they are.
    yield from (_HASHES[name](raw.encode("utf-8", "replace")).hex().encode() for name in ("md5", "sha1", "sha256"))


def _heads(target: Target) -> dict[int, bytes]:
    """Give the bytes that stand for values where masks of the usual length are whole bytes."""
    if target.bare is None or target.form not in _BYTES_OF:
        return {}
    back, told = _BYTES_OF[target.form], [(i, one) for i, one in enumerate(target.bare) if len(one) == target.length]
    try:
        heads = {index: back(one) for index, one in told}
    except ValueError:  # no signs of that alphabet after all, or half a byte
        return {}
    return heads if target.length >= 8 else {}


def _in_time(target: Target, index: int) -> Callable[[bytes], bool]:
    """Give what tells whether a digest stands for the i-th value, where few are asked for each."""
    if target.form is _hexadecimal and target.bare is not None:
        told = target.bare[index]
        if len(told) >= 8 and len(told) % 2 == 0 and HEX.issuperset(told):
            head = bytes.fromhex(told)
            return lambda digest: digest.startswith(head) or digest.endswith(head)
    return lambda digest: _is(target, index, digest)


def _standing(
    data: Sequence[tuple[int, bytes]], target: Target, name: str, heads: Mapping[int, bytes], there: Set[bytes]
) -> set[int]:
    """Give the values that a hash stands for."""
    hashed, ones = _HASHES[name], [one for _, one in data]
    if heads and target.is_whole(name):
        # Nearly always there is none, which is told without a step of Python's for each.
        if there.isdisjoint(map(hashed, ones)):
            return set()
        return {index for index, one in data if heads.get(index) == hashed(one)}
    if heads and target.form is _hexadecimal:
        size = target.length // 2
        digests = list(map(hashed, ones))
        if there.isdisjoint([one[:size] for one in digests]) and there.isdisjoint([one[-size:] for one in digests]):
            return set()
    return {index for index, one in data if _is(target, index, hashed(one))}


def _hits(
    raws: Sequence[tuple[int, str]], target: Target, names: Sequence[str], spellings: Callable[[str], Iterator[bytes]]
) -> tuple[str, int]:
    found: Counter[str] = Counter()
    data = [(index, one) for index, raw in raws for one in spellings(raw)]
    heads = _heads(target)
    there = frozenset(heads.values())
    for name in names:
        if rows := len(_standing(data, target, name, heads, there)):
            found[name] = rows
    tries = len(data) * len(names)
    # A form of few characters is hit by luck: so many tries, 16 to the power of its length.
    luck = tries * 16.0**-target.length if target.length else 0.0
    best = found.most_common(1)[0] if found else ("", 0)
    return best if best[1] > 3 * luck else ("", 0)
