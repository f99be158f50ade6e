"""Ways in which a value stands behind its mask and can be had back: encodings, plain hashes, ciphers, calculations.

All work on a bounded sample of (raw, masked) pairs; no value leaves but as a count.
What may agree by luck is counted on wrong pairs too, by whoever calls.
"""

from __future__ import annotations

import base64
import codecs
import hashlib
import hmac
import re
import unicodedata
import zlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

_KEEP: Final = re.compile(r"[^\W_]+")
_NUMBER: Final = re.compile(r"[-+]?\d{1,18}(?:\.\d{1,9})?")
_TRIVIAL: Final = ("", "salt", "secret", "key", "password", "pepper", "changeme", "test", "123", "123456", "abc")
"""Salts and keys that everybody tries first."""
_LOWER: Final = bytes(range(256)).lower()
_SIGNS: Final = bytes(code for code in range(128) if not chr(code).isalnum())
_MOST: Final = 512
_SALTED: Final = 48
SHORTEST: Final = 4
"""Canonical characters from which on a value is looked for inside another text."""


def canonical(text: str) -> str:
    """Give a value's letters and digits alone, in lower case: what formats leave of it."""
    if text.isascii():
        return text.encode().translate(_LOWER, _SIGNS).decode()
    return "".join(_KEEP.findall(unicodedata.normalize("NFKC", text).lower()))


def encoded(raw: str) -> Iterator[str]:
    """Give a value in the encodings that hide nothing, in lower case without padding."""
    data = raw.encode("utf-8", "surrogatepass")
    yield data.hex()
    for encode in (base64.b64encode, base64.urlsafe_b64encode, base64.b32encode, base64.b85encode, base64.a85encode):
        yield encode(data).decode().rstrip("=").lower()
        yield encode(data[::-1]).decode().rstrip("=").lower()
    yield codecs.encode(raw, "rot13").lower()
    yield quote(raw, safe="").lower()
    yield "".join(f"%{byte:02x}" for byte in data)
    yield " ".join(str(byte) for byte in data)
    yield "".join(f"{byte:08b}" for byte in data)
    yield base64.b64encode(base64.b64encode(data)).decode().rstrip("=").lower()


def is_encoded(raw: str, masked: str) -> bool:
    """Whether the masked value is the raw one in an encoding that everybody reads, perhaps within other text."""
    told = masked.strip().rstrip("=").lower()
    mine = canonical(raw)
    if len(told) < len(mine) or len(mine) < SHORTEST:
        return False
    forms = {*encoded(raw), *encoded(raw.lower())} - {raw.lower()}
    return any(form in told for form in forms if len(form) >= SHORTEST)


def is_same(raw: str, masked: str) -> bool:
    """Whether the masked value is the raw one in another spelling: case, separators, order of a date's parts."""
    mine, other = canonical(raw), canonical(masked)
    if not mine:
        return bool(raw) and raw == masked
    return mine == other or (len(mine) >= SHORTEST and mine == other[::-1]) or _parts(raw) == (_parts(masked) or None)


def is_inside(raw: str, masked: str) -> bool:
    """Whether the raw value, or its mirror image, stands within the masked one."""
    mine, other = canonical(raw), canonical(masked)
    return SHORTEST < len(mine) < len(other) and (mine in other or mine[::-1] in other)


def _parts(text: str) -> tuple[str, ...]:
    """Give the parts of a date or of what is written like one, in no order: 1990-05-17 is 17/5/1990."""
    if not re.fullmatch(r"\d{1,4}[-./ ]\d{1,2}[-./ ]\d{1,4}", text.strip()):
        return ()
    return tuple(sorted(part.lstrip("0") for part in re.findall(r"\d+", text)))


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
_KEYED: Final = ("md5", "sha1", "sha256", "sha512")


def _again(first: str, second: str, data: bytes) -> bytes:
    inner = hashlib.new(first, data, usedforsecurity=False).hexdigest()
    return hashlib.new(second, inner.encode(), usedforsecurity=False).digest()


_BYTES: Final = {name: len(digest(b"")) for name, digest in _HASHES.items()}


def plain_hash(raws: Sequence[str], target: Target, words: Sequence[str] = ()) -> tuple[str, int]:
    """Give the hash that everybody can repeat and of how many values; ("", 0) where it is none."""
    if target.form is None:
        return "", 0
    names = [name for name in _HASHES if target.may_be(name)]
    few = _spread(raws, _SALTED)
    plain = _hits(_spread(raws, _MOST), target, names, _plainly)
    plain = plain if plain[1] else _hits(few, target, names, _spellings)
    if plain[1] or target.length < 8:
        return plain
    salts = (*_TRIVIAL, *words)
    keyed = [name for name in _KEYED if target.may_be(name)]

    def salted(raw: str) -> Iterator[bytes]:
        for salt in salts[1:]:
            for between in ("", ":", "-", "_"):
                yield f"{salt}{between}{raw}".encode("utf-8", "replace")
                yield f"{raw}{between}{salt}".encode("utf-8", "replace")

    first = _hits(few, target, keyed, salted)
    return first if first[1] else _keyed(few, target, keyed, salts)


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

    def may_be(self, name: str) -> bool:
        """Whether a hash is long enough."""
        if name not in _BYTES or self.form is None:
            return False
        return len(self.form(b"\xff" * _BYTES[name])) >= self.length


def target_of(masks: Sequence[str], *, aligned: bool) -> Target:
    """Give what a hash must look like to stand behind masked values, for their own values or for any of them."""
    told = [bare_of(masked) for masked in masks]
    length = Counter(map(len, told)).most_common(1)[0][0] if told else 0
    usual = "".join(one for one in told if len(one) == length)[:20_000]
    form = next((form for alphabet, form in _ALPHABETS if re.fullmatch(alphabet, usual)), None) if length >= 6 else None
    if form is _decimal:
        length = 0
    lower = [one.lower() for one in told] if form is _hexadecimal else told
    if aligned:
        return Target(length, form, lambda index, digest: _cut(lower[index], digest))
    there = frozenset(lower)
    return Target(length, form, lambda _index, digest: digest in there or (length >= 8 and digest[:length] in there))


def bare_of(masked: str) -> str:
    """Give a masked value without padding and without what stands before a digest: `tok_`, `sha256:`."""
    told = masked.strip().rstrip("=")
    return told if told.isalnum() else re.split(r"[:$ {}]+|^[A-Za-z]{1,8}[-_]", told)[-1]


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
        for name in names:
            if any(_is(target, index, hmac.digest(key.encode(), one, name)) for key in keys for one in data):
                found[f"hmac-{name} under a key that everybody tries"] += 1
    return found.most_common(1)[0] if found else ("", 0)


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
    forms = (raw.strip(), raw.strip().upper(), canonical(raw), canonical(raw).upper(), digits, f"+{digits}", raw + "\n")
    for form in dict.fromkeys(form for form in forms if form and form != "+"):
        yield form.encode("utf-8", "replace")
    yield raw.encode("utf-16-le", "replace")


def _hits(
    raws: Sequence[tuple[int, str]], target: Target, names: Sequence[str], spellings: Callable[[str], Iterator[bytes]]
) -> tuple[str, int]:
    found: Counter[str] = Counter()
    tries = 0
    for index, raw in raws:
        data = list(spellings(raw))
        tries += len(data) * len(names)
        for name in names:
            if any(_is(target, index, _HASHES[name](one)) for one in data):
                found[name] += 1
    # A form of few characters is hit by luck: so many tries, 16 to the power of its length.
    luck = tries * 16.0**-target.length if target.length else 0.0
    best = found.most_common(1)[0] if found else ("", 0)
    return best if best[1] > 3 * luck else ("", 0)


def is_cipher(pairs: Sequence[tuple[str, str]]) -> bool:
    """Whether every sign of a value always becomes the same sign, or moves to the same place."""
    # Separators are left as they are, or stand elsewhere: both readings are tried.
    for usable in ([(canonical(r), canonical(m)) for r, m in pairs], [(r.strip(), m.strip()) for r, m in pairs]):
        told = [(a, b) for a, b in usable if len(a) >= 3 and b]
        if len(told) >= 20 and (any(_by_sign(told, size) for size in (1, 2, 3)) or _by_place(told)):
            return True
    return False


def _by_sign(pairs: Sequence[tuple[str, str]], size: int) -> bool:
    fitting = [(a, b) for a, b in pairs if len(b) == size * len(a)]
    if len(fitting) < 0.9 * len(pairs):
        return False
    signs: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for raw, masked in fitting:
        for place, sign in enumerate(raw):
            signs[sign][masked[place * size : (place + 1) * size]] += 1
    return _is_code(list(signs.values()), fewest=4)


def _is_code(images: Sequence[Counter[str]], fewest: int) -> bool:
    """Whether each sign has one image and hardly two share one."""
    often = [image for image in images if image.total() >= 3]
    if len(often) < fewest:
        return False
    best = [image.most_common(1)[0] for image in often]
    steady = sum(count for _, count in best) / sum(image.total() for image in often)
    return steady >= 0.98 and len({sign for sign, _ in best}) >= 0.9 * len(best)


def _by_place(pairs: Sequence[tuple[str, str]]) -> bool:
    (length, other), count = Counter((len(a), len(b)) for a, b in pairs).most_common(1)[0]
    alike = [(a, b) for a, b in pairs if len(a) == length and len(b) == other]
    if count < 20 or length > 64 or other > 64:
        return False
    told = [place for place in range(length) if len({raw[place] for raw, _ in alike}) >= 3]
    if len(told) < 3:
        return False
    undone = sum(any(_follows(alike, place, target) for target in range(other)) for place in told)
    return undone >= 0.8 * len(told)


def _follows(pairs: Sequence[tuple[str, str]], place: int, target: int) -> bool:
    images: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for raw, masked in pairs[:400]:
        images[raw[place]][masked[target]] += 1
    return _is_code(list(images.values()), fewest=3)


def is_calculated(pairs: Sequence[tuple[str, str]]) -> bool:
    """Whether masked numbers or dates are got from the raw ones by one calculation that can be undone."""
    numbers = [(a, b) for a, b in ((_number(r), _number(m)) for r, m in pairs) if a is not None and b is not None]
    if len(numbers) < max(10, 0.9 * len(pairs)) or len({a for a, _ in numbers}) < 5:
        return False
    if len({int(a) ^ int(b) for a, b in numbers if a == int(a) and b == int(b)}) == 1:
        return True
    (low, image), (high, other) = min(numbers), max(numbers)
    factor = (other - image) / (high - low)
    if not factor:
        return False
    fits = sum(abs(image + factor * (a - low) - b) <= 1e-6 * max(1.0, abs(b)) for a, b in numbers)
    return fits >= 0.99 * len(numbers)


def _number(text: str) -> float | None:
    from datetime import date

    told = text.strip()
    if re.fullmatch(r"\d{4}-\d\d-\d\d", told[:10]):
        try:
            return float(date.fromisoformat(told[:10]).toordinal())
        except ValueError:
            return None
    found = _NUMBER.findall(re.sub(r"(?<=\d)[ \-/](?=\d)", "", told))
    return float(found[-1]) if len(found) == 1 else None


def is_ordered(pairs: Sequence[tuple[str, str]]) -> bool:
    """Whether masked values stand in the order of the raw ones, forwards or backwards."""
    unique = list(dict(pairs).items())
    if len(unique) < 50 or len({masked for _, masked in unique}) < 0.9 * len(unique):
        return False
    for left in _ranked([raw for raw, _ in unique]):
        for right in _ranked([masked for _, masked in unique]):
            mean = (len(unique) - 1) / 2
            spread = sum((rank - mean) ** 2 for rank in range(len(unique)))
            together = sum((a - mean) * (b - mean) for a, b in zip(left, right, strict=True))
            if abs(together / spread) > 0.98:
                return True
    return False


def _ranked(values: Sequence[str]) -> Iterator[list[int]]:
    numbers = [_number(value) for value in values]
    for keys in (values, numbers if None not in numbers else None):
        if keys is not None:
            order = sorted(range(len(keys)), key=keys.__getitem__)  # type: ignore[arg-type]  # all text, or all numbers
            ranks = [0] * len(keys)
            for rank, place in enumerate(order):
                ranks[place] = rank
            yield ranks


def hidden(raw: str, masked: str) -> tuple[int, bool]:
    """Give how many signs a partial mask hides of a value, and whether these are digits alone.

    Of an e-mail address the part before the @ is what counts.
    """
    whole, shown = (text.lower().partition("@")[0] if "@" in raw else text.lower() for text in (raw, masked))
    mine = canonical(whole)
    rest = re.sub(r"[\s.\-_/()+,:]", "", shown)
    start = 0
    while start < min(len(mine), len(rest)) and mine[start] == rest[start]:
        start += 1
    end = 0
    while end < min(len(mine), len(rest)) - start and mine[-1 - end] == rest[-1 - end]:
        end += 1
    return len(mine) - start - end, mine[start : len(mine) - end].isdigit()
