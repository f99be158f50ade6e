"""Measure masks of careless engineers that are not in `masks.py`: `python -m benchmarks.privacy.careless [ROWS ...]`.

Hashes with salts that stand beside them, sums, codes in layers, shuffled signs and columns, noise, little left out.
Half of them were tried before any test for them was written, the others not until all were.
Each is compared with its raw column in pairs, and with `--heaps` without a key; every miss is printed by its name.
"""

from __future__ import annotations

import argparse
import base64
import binascii
import bz2
import codecs
import gzip
import hashlib
import hmac
import json
import random
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from datetime import date

from benchmarks.privacy.masks import KEY, raws
from rules.privacy._masks.heaps import heaped
from rules.privacy._masks.sums import sums
from rules.privacy._masks.verified import paired

_Mask = Callable[[str, random.Random, int], str]
_Case = tuple[str, _Mask, str, Sequence[str]]
VALUES = ("email", "phone", "person", "iban")
BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
BASE36 = "0123456789abcdefghijklmnopqrstuvwxyz"
ALIKE = str.maketrans("aeopcxyi01", "аеорсхуіOl")  # noqa: RUF001 - letters that only look alike


def _hash(name: str, told: str | bytes) -> str:
    return hashlib.new(name, told if isinstance(told, bytes) else told.encode(), usedforsecurity=False).hexdigest()


def _sha(told: str | bytes) -> str:
    return _hash("sha256", told)


def _b64(told: str | bytes) -> str:
    return base64.b64encode(told if isinstance(told, bytes) else told.encode()).decode()


def _base(number: int, alphabet: str) -> str:
    text = ""
    while number:
        number, rest = divmod(number, len(alphabet))
        text = alphabet[rest] + text
    return text or alphabet[0]


def _keyed(value: str) -> str:
    return hmac.new(KEY, value.encode(), "sha256").hexdigest()


def _sum(value: str, name: str, bits: int) -> int:
    return next(number for named, number, size in sums(value) if named == name and size == bits)


def _jwt(value: str) -> str:
    parts = ({"alg": "HS256", "typ": "JWT"}, {"sub": value, "iss": "mask"})
    told = ".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts)
    return f"{told}.{base64.urlsafe_b64encode(hmac.digest(KEY, told.encode(), 'sha256')).decode().rstrip('=')}"


def _vigenere(value: str) -> str:
    key = "lemonade"
    by = [ord(key[place % len(key)]) - 97 for place in range(len(value))]
    return "".join(_moved(sign, step) for sign, step in zip(value.lower(), by, strict=True))


def _moved(sign: str, by: int) -> str:
    if "a" <= sign <= "z":
        return chr((ord(sign) - 97 + by) % 26 + 97)
    return str((int(sign) + by) % 10) if sign.isdigit() else sign


def _shuffled(value: str, rng: random.Random) -> str:
    return "".join(rng.sample(value, len(value)))


def _slip(value: str, rng: random.Random) -> str:
    place = rng.randrange(len(value))
    return value[:place] + rng.choice(BASE36) + value[place + 1 :]


def _salted(value: str, rng: random.Random, between: str, name: str) -> str:
    salt = f"{rng.getrandbits(32):08x}"
    return f"{salt}{between}{_hash(name, salt + value)}"


def _slow(value: str, rng: random.Random) -> str:
    salt = f"{rng.getrandbits(64):016x}"
    told = hashlib.pbkdf2_hmac("sha256", value.encode(), salt.encode(), 1000)
    return f"pbkdf2_sha256$1000${salt}${_b64(told)}"


def _xored(value: str, by: int) -> str:
    return bytes([by, *(byte ^ by for byte in value.encode())]).hex()


def _days(value: str) -> int:
    return date.fromisoformat(value).toordinal()


def _just(mask: Callable[[str], str]) -> _Mask:
    return lambda value, _rng, _row: mask(value)


def _hashes() -> Iterator[_Case]:
    def case(how: str, mask: Callable[[str], str]) -> _Case:
        return how, _just(mask), "hmac", VALUES

    yield case("FNV-1a, 64 bits", lambda v: f"{_sum(v, 'FNV-1a', 64):016x}")
    yield case("FNV-1a as a number", lambda v: str(_sum(v, "FNV-1a", 32)))
    yield case("Java's hashCode", lambda v: str(_sum(v, "Java's hashCode", 32)))
    yield case("djb2", lambda v: str(_sum(v, "djb2", 32)))
    yield case("ten digits of sha256", lambda v: str(int(_sha(v), 16) % 10**10))
    yield case("eight digits of md5", lambda v: f"{int(_hash('md5', v), 16) % 10**8:08}")
    yield "salted with the key of the record", lambda v, _r, row: _sha(f"{row}{v}"), "hmac", VALUES
    yield "the key of the record behind", lambda v, _r, row: _hash("md5", f"{v}:{row}"), "hmac", VALUES
    yield "salt beside it", lambda v, rng, _row: _salted(v, rng, "$", "sha256"), "hmac", VALUES
    yield "salt beside it, sha1", lambda v, rng, _row: _salted(v, rng, ":", "sha1"), "hmac", VALUES
    yield case("MySQL's password()", lambda v: "*" + _hash("sha1", bytes.fromhex(_hash("sha1", v))).upper())
    yield case("sha256 of the bytes of sha256", lambda v: _sha(bytes.fromhex(_sha(v))))
    yield case("sha256 in base58", lambda v: _base(int(_sha(v), 16), BASE58))
    yield case("md5 in base36", lambda v: _base(int(_hash("md5", v), 16), BASE36))
    yield case("the value as key", lambda v: hmac.new(v.encode(), b"salt", "sha256").hexdigest())
    yield case("the value under itself", lambda v: hmac.new(v.encode(), v.encode(), "sha256").hexdigest())
    yield case("sha256 of JSON", lambda v: _sha(json.dumps({"contact": v})))
    yield case("sha256 of the quoted value", lambda v: _sha(f'"{v}"'))
    yield case("sha3-384", lambda v: _hash("sha3_384", v))
    yield case("shake128", lambda v: hashlib.shake_128(v.encode()).hexdigest(16))
    yield case("sha256 with dashes", lambda v: "-".join(_sha(v)[n : n + 8] for n in range(0, 64, 8)))
    yield case("md5 turned", lambda v: _hash("md5", v)[::-1])
    yield case("a year as salt", lambda v: _sha(f"2024{v}"))
    yield case("the firm as salt", lambda v: _sha(f"acme{v}"))
    yield case("salted md5 of md5", lambda v: _hash("md5", "salt" + _hash("md5", v)))
    yield case("the middle of sha256", lambda v: _sha(v)[8:24])
    yield case("md5 behind a partial mask", lambda v: f"{v[0]}***({_hash('md5', v)})")
    yield "pbkdf2 with its salt beside it", lambda v, rng, _row: _slow(v, rng), "hmac", VALUES
    yield case(
        "slow hash under a salt of the list", lambda v: hashlib.pbkdf2_hmac("sha256", v.encode(), b"salt", 100).hex()
    )
    yield case("sha256 of words with capitals", lambda v: _sha(v.title()))


def _codes() -> Iterator[_Case]:
    def case(how: str, mask: Callable[[str], str]) -> _Case:
        return how, _just(mask), "hmac", VALUES

    yield case("JWT", _jwt)
    yield case("base64 of JSON", lambda v: _b64(json.dumps({"v": v, "t": "pii"})))
    yield case("base58", lambda v: _base(int.from_bytes(v.encode()), BASE58))
    yield case("base62", lambda v: _base(int.from_bytes(v.encode()), BASE62))
    yield case("base64 of two bytes a sign", lambda v: _b64(v.encode("utf-16-le")))
    yield case("hex of two bytes a sign", lambda v: v.encode("utf-16-be").hex())
    yield case("gzip in hex", lambda v: gzip.compress(v.encode(), mtime=0).hex())
    yield case("bz2 in base64", lambda v: _b64(bz2.compress(v.encode())))
    yield case("base64 turned", lambda v: _b64(v)[::-1])
    yield case("base64, case swapped", lambda v: _b64(v).swapcase())
    yield case("HTML", lambda v: "".join(f"&#{ord(sign)};" for sign in v))
    yield case("unicode escapes", lambda v: "".join(f"\\u{ord(sign):04x}" for sign in v))
    yield case("octal escapes", lambda v: "".join(f"\\{byte:03o}" for byte in v.encode()))
    yield case("three layers of base64", lambda v: _b64(_b64(_b64(v))))
    yield case("rot13 of base64", lambda v: codecs.encode(_b64(v), "rot13"))
    yield case("hex of base64", lambda v: _b64(v).encode().hex())
    yield case("halves of bytes swapped", lambda v: "".join(f"{byte:02x}"[::-1] for byte in v.encode()))
    yield case("hex behind a checksum", lambda v: f"{zlib.crc32(v.encode()):08x}{v.encode().hex()}")
    yield case("uuencoded", lambda v: binascii.b2a_uu(v.encode()[:45]).decode().strip())
    yield case("base64 with more behind", lambda v: _b64(f"{v}|salt"))
    yield "bytes by chance before, base64", lambda v, rng, _row: _b64(rng.randbytes(5) + v.encode()), "hmac", VALUES
    yield "bytes by chance before, hex", lambda v, rng, _row: (rng.randbytes(4) + v.encode()).hex(), "hmac", VALUES
    yield case("one big number", lambda v: str(int.from_bytes(v.encode())))
    yield case(
        "letters as their numbers", lambda v: " ".join(str(ord(s) - 96) if s.isalpha() else s for s in v.lower())
    )


def _ciphers() -> Iterator[_Case]:
    def case(how: str, mask: Callable[[str], str]) -> _Case:
        return how, _just(mask), "hmac", VALUES

    stream = hashlib.sha256(b"x").digest() * 4
    yield case("Vigenere", _vigenere)
    yield case("atbash", lambda v: "".join(chr(219 - ord(s)) if "a" <= s <= "z" else s for s in v.lower()))
    yield "own signs shuffled", lambda v, rng, _row: _shuffled(v, rng), "hmac", VALUES
    yield case("own signs in order", lambda v: "".join(sorted(v)))
    yield case("letters that look alike", lambda v: v.translate(ALIKE))
    yield case("nothing wide between", "\u200b".join)
    yield case("two and two swapped", lambda v: "".join(v[n : n + 2][::-1] for n in range(0, len(v), 2)))
    yield case("rail fence", lambda v: v[::3] + v[1::3] + v[2::3])
    yield case("mixed by place", lambda v: bytes((b ^ (n * 7 + 3)) & 255 for n, b in enumerate(v.encode())).hex())
    yield case("one stream for all", lambda v: _b64(bytes(a ^ b for a, b in zip(v.encode(), stream, strict=False))))
    yield "moved by the row", lambda v, _r, row: "".join(_moved(sign, row) for sign in v.lower()), "hmac", VALUES
    yield "mixed with a byte put first", lambda v, rng, _row: _xored(v, rng.randrange(1, 256)), "hmac", VALUES


def _little() -> Iterator[_Case]:
    def case(how: str, mask: Callable[[str], str], method: str = "hmac", kinds: Sequence[str] = VALUES) -> _Case:
        return how, _just(mask), method, kinds

    yield "one sign replaced", lambda v, rng, _row: _slip(v, rng), "hmac", VALUES
    yield "two signs replaced", lambda v, rng, _row: _slip(_slip(v, rng), rng), "hmac", VALUES
    yield case("vowels gone", lambda v: "".join(s for s in v if s.lower() not in "aeiou"), kinds=("email", "person"))
    yield case("last three cut", lambda v: v[:-3])
    yield case("first two cut", lambda v: v[2:])
    yield case("digits for letters", lambda v: v.translate(str.maketrans("aeiost", "431057")))
    yield case("signs doubled", lambda v: "".join(sign * 2 for sign in v))
    yield (
        "a letter after each",
        lambda v, rng, _row: "".join(s + rng.choice("abcdefghijklmnop") for s in v),
        "hmac",
        VALUES,
    )
    yield case("stars between", "*".join, "partial")
    yield case("stars in the middle of all", lambda v: f"{v[: len(v) // 2]}***{v[len(v) // 2 :]}", "partial")
    yield case("every fourth hidden", lambda v: "".join("*" if n % 4 == 3 else s for n, s in enumerate(v)), "partial")
    digits = ("email", "phone", "iban")
    yield case("digits left", lambda v: "".join("*" if s.isalpha() else s for s in v), "redact", digits)
    yield case("letters left", lambda v: "".join("*" if s.isdigit() else s for s in v), "redact", ("person",))
    yield case("redacted with its hash", lambda v: f"[REDACTED:{_hash('sha1', v)[:10]}]", "redact")
    yield case("redacted with base64", lambda v: f"<redacted data-v={_b64(v)}>", "redact")


def _numbers() -> Iterator[_Case]:
    def case(how: str, mask: Callable[[str], str], method: str, *kinds: str) -> _Case:
        return how, _just(mask), method, kinds

    def moved(value: str, rng: random.Random, _row: int) -> str:
        return date.fromordinal(_days(value) + rng.randrange(1, 4)).isoformat()

    def noisy(value: str, rng: random.Random, _row: int) -> str:
        return str(round(int(value) * rng.uniform(0.99, 1.01)))

    yield case("squared", lambda v: str(int(v) ** 2), "tokenise", "salary")
    yield case("multiplied, a rest taken", lambda v: str(int(v) * 7919 % 1_000_003), "tokenise", "salary", "zip")
    yield "noise of one per cent", noisy, "tokenise", ("salary",)
    yield "noise of fifty", lambda v, rng, _row: str(int(v) + rng.randrange(-50, 50)), "format_preserving", ("salary",)
    yield "moved by one to three days", moved, "format_preserving", ("birth_date",)
    yield case("age in days", lambda v: str(740_000 - _days(v)), "generalise", "birth_date")
    yield case("rounded to ten", lambda v: str(int(v) // 10 * 10), "generalise", "salary")
    digits = ("phone", "card", "iban")
    yield case(
        "each digit one on",
        lambda v: "".join(_moved(s, 1) if s.isdigit() else s for s in v),
        "format_preserving",
        *digits,
    )
    yield case(
        "check digits changed", lambda v: f"{v[:2]}{(int(v[2:4]) + 13) % 100:02}{v[4:]}", "format_preserving", "iban"
    )


FAMILIES: dict[str, Callable[[], Iterator[_Case]]] = {
    "hashes": _hashes,
    "codes": _codes,
    "ciphers": _ciphers,
    "little changed": _little,
    "numbers": _numbers,
}


def measure(count: int, *, keyed: bool = True) -> None:
    """Print how many columns and kinds of masks are found among so many rows."""
    import numpy as np
    import pyarrow as pa

    every = found = kinds = whole = opaque = 0
    busy = 0.0
    for family, cases in FAMILIES.items():
        for how, mask, method, of in cases():
            missed = []
            for kind in of:
                rng = random.Random(f"{how}{kind}{count}")  # noqa: S311 - made-up columns, the same each time
                values = raws(kind, count, rng)
                masked = pa.array([mask(value, rng, row) for row, value in enumerate(values)], pa.string())
                raw, keys = pa.array(values, pa.string()), [pa.array([str(row) for row in range(count)])]
                start = time.process_time()
                if keyed:
                    compared = paired(raw, masked, method, words=["contact"], keys=keys)
                else:
                    masked = masked.take(np.random.default_rng(count).permutation(count))
                    compared = heaped(raw, masked, method, words=["contact"])
                busy += time.process_time() - start
                every, found, opaque = every + 1, found + bool(compared.flaws), opaque + compared.opaque
                missed += [] if compared.flaws else [kind]
            kinds, whole = kinds + 1, whole + (not missed)
            if missed:
                print(f"  missed: {family}, {how}, {method}: {', '.join(missed)}")
    joined = "" if keyed else " without a key"
    print(
        f"{count:,} rows{joined}: {found} of {every} columns found ({found / every:.1%}), {whole} of {kinds} kinds "
        f"of masks in every column, {opaque} opaque; {1e3 * busy / every:.1f} ms of processor time a column"
    )


if __name__ == "__main__":
    asked = argparse.ArgumentParser()
    asked.add_argument("rows", type=int, nargs="*", default=[1_000])
    asked.add_argument("--heaps", action="store_true", help="shuffle the masked values: no key joins them")
    told = asked.parse_args()
    for size in told.rows:
        measure(size, keyed=not told.heaps)
