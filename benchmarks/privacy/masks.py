"""Measure the verification of masks on made-up columns: `python -m benchmarks.privacy.masks [--every N] [ROWS ...]`.

For every method there are columns whose mask works and columns whose mask does not: encodings, plain hashes, ciphers,
calculations, values left raw in half a per cent of records, too little hidden, another spelling. Each is compared with
its raw column in pairs, and with `--heaps` without a key.
Prints ineffective masks found, false alarms and rows a second; every miss by its name.
"""

from __future__ import annotations

import argparse
import base64
import codecs
import hashlib
import hmac
import random
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from rules.privacy._masks.heaps import heaped
from rules.privacy._masks.verified import paired

if TYPE_CHECKING:
    import pyarrow as pa

GIVEN = ["Anna", "Jonas", "Marie", "Luca", "Zoë", "Paul", "Ida", "Omar", "Nina", "José", "Emil", "Ruth", "Ivan", "Mei"]
FAMILY = [
    "Brandt",
    "Okafor",
    "Silva",
    "Müller",
    "Novak",
    "Dubois",
    "Rossi",
    "Larsen",
    "Haddad",
    "Smith",
    "Kim",
    "Bauer",
]
STREETS = ["Lindenweg", "Hauptstr.", "Oak Street", "Rue Verte", "Via Roma", "Calle Mayor", "High Road"]
HOSTS = ["corp.com", "mail.example", "post.example", "gmx.example", "uni.example"]
KEY = bytes(range(7, 39))


@dataclass(frozen=True)
class Case:
    """A way to mask a kind by a method, and whether it works."""

    kind: str
    method: str
    how: str
    good: bool
    mask: Callable[[list[str], random.Random], list[str | None]]


def raws(kind: str, count: int, rng: random.Random) -> list[str]:
    """Make up a raw column."""
    return [_one(kind, rng) for _ in range(count)]


def _one(kind: str, rng: random.Random) -> str:  # noqa: PLR0911 - a way out a kind
    given, family = rng.choice(GIVEN), rng.choice(FAMILY)
    match kind:
        case "email":
            return f"{given}.{family}{rng.randrange(10**5)}@{rng.choice(HOSTS)}".lower()
        case "phone":
            return f"+49 {rng.randrange(150, 180)} {rng.randrange(10**7, 10**8)}"
        case "person":
            return (
                f"{given} {rng.choice('ABCDEFGHJKLM')}{family.lower()}{rng.choice(['', 'son', 'mann', 'ski', 'ova'])}"
            )
        case "card":
            return f"4{rng.randrange(10**14, 10**15)}"
        case "iban":
            return f"DE{rng.randrange(10, 99)}{rng.randrange(10**17, 10**18)}"
        case "birth_date":
            return f"{rng.randrange(1935, 2008)}-{rng.randrange(1, 13):02}-{rng.randrange(1, 29):02}"
        case "address":
            return (
                f"{rng.choice(STREETS)} {rng.randrange(1, 300)}, {rng.randrange(10000, 99999)} Town{rng.randrange(90)}"
            )
        case "salary":
            return str(rng.randrange(20_000, 180_000))
        case "zip":
            return f"{rng.randrange(10000, 99999)}"
        case "customer_id":
            return f"C{rng.randrange(10**6, 10**7)}"
        case _:
            contact = _one("email", rng) if rng.random() < 0.5 else _one("phone", rng)
            return f"Hello, please call me back about order {rng.randrange(9999)}, reach me: {contact}, thanks"


def _each(mask: Callable[[str], str | None]) -> Callable[[list[str], random.Random], list[str | None]]:
    return lambda values, _rng: [mask(value) for value in values]


def _leaky(
    mask: Callable[[str], str | None], share: float = 0.005, spell: Callable[[str], str] = str
) -> Callable[[list[str], random.Random], list[str | None]]:
    def masked(values: list[str], rng: random.Random) -> list[str | None]:
        left = set(rng.sample(range(len(values)), max(2, int(share * len(values)))))
        return [spell(value) if place in left else mask(value) for place, value in enumerate(values)]

    return masked


def _keyed(value: str, name: str = "sha256") -> str:
    return hmac.new(KEY, value.encode(), name).hexdigest()


def _plain(name: str) -> Callable[[str], str]:
    return lambda value: hashlib.new(name, value.encode()).hexdigest()


def _shift(value: str, by: int) -> str:
    def turned(sign: str) -> str:
        if sign.isdigit():
            return chr((ord(sign) - 48 + by) % 10 + 48)
        return chr((ord(sign) - 97 + by) % 26 + 97) if "a" <= sign <= "z" else sign

    return "".join(map(turned, value))


def _format(value: str, keep: int = 0) -> str:
    """Replace every sign after the first ones by another of its class, under a key."""
    stream = hmac.digest(KEY, value.encode(), "sha512") * 4
    made = []
    for place, sign in enumerate(value):
        if place < keep or not sign.isalnum():
            made.append(sign)
        elif sign.isdigit():
            made.append(str(stream[place] % 10))
        else:
            made.append(chr((97 if sign.islower() else 65) + stream[place] % 26))
    return "".join(made)


def _ranked(values: list[str], _rng: random.Random) -> list[str | None]:
    order = {value: place for place, value in enumerate(sorted(set(values)))}
    return [f"tok_{1_000_000 + order[value] * 7:09}" for value in values]


def _tokens(values: list[str], rng: random.Random) -> list[str | None]:
    vault: dict[str, str] = {}
    return [vault.setdefault(value, f"tok_{uuid.UUID(int=rng.getrandbits(128)).hex[:20]}") for value in values]


def _counted(values: list[str], _rng: random.Random) -> list[str | None]:
    vault: dict[str, str] = {}
    return [vault.setdefault(value, f"P{len(vault) + 1:08}") for value in values]


def _partial(value: str) -> str:
    if "@" in value:
        local, _, host = value.partition("@")
        return f"{local[0]}***@{host}"
    return "*" * (len(value) - 4) + value[-4:]


def _coarse(kind: str, value: str) -> str:
    match kind:
        case "birth_date":
            return value[:4]
        case "salary":
            return str(int(value) // 5000 * 5000)
        case "zip":
            return value[:2] + "xxx"
        case _:
            return value.rpartition(" ")[2]


_TEXT = ("email", "phone")


def _entities(value: str, kinds: Sequence[str] = _TEXT) -> str:
    head, _, rest = value.partition("reach me: ")
    contact, _, tail = rest.rpartition(", thanks")
    kind = "email" if "@" in contact else "phone"
    return f"{head}reach me: {f'[{kind.upper()}]' if kind in kinds else contact}, thanks{tail}"


VALUES = ("email", "phone", "person", "card", "iban", "customer_id")


def cases() -> Iterator[Case]:
    """Give every mask, good ones and others."""
    for kind in VALUES:
        yield from _pseudonyms(kind)
        yield from _removed(kind)
        if kind != "person":
            yield Case(kind, "partial", "ends", True, _each(_partial))
        yield Case(kind, "partial", "one sign hidden", False, _each(lambda v: v[:2] + "*" + v[3:]))
        yield Case(kind, "partial", "0.5 % raw", False, _leaky(_partial))
        yield Case(kind, "partial", "nothing hidden", False, _each(str.lower if kind == "iban" else str))
        yield from _formats(kind)
    for kind in ("birth_date", "salary", "zip", "address"):
        coarse = _coarsely(kind)
        yield Case(kind, "generalise", "coarse", True, _each(coarse))
        yield Case(kind, "generalise", "as it is", False, _each(str))
        yield Case(kind, "generalise", "base64", False, _each(_base64))
        if kind in {"birth_date", "address", "zip"}:
            yield Case(kind, "generalise", "1 % raw", False, _leaky(coarse, 0.01))
    yield Case("birth_date", "generalise", "month", True, _each(lambda v: v[:7]))
    yield Case("birth_date", "generalise", "first of January", True, _each(lambda v: f"{v[:4]}-01-01"))
    yield Case("birth_date", "generalise", "another spelling", False, _each(lambda v: "/".join(reversed(v.split("-")))))
    yield Case("person", "first_name", "given name", True, _each(lambda v: v.split()[0]))
    yield Case("person", "first_name", "whole name", False, _each(str))
    yield Case("person", "first_name", "turned", False, _each(lambda v: ", ".join(reversed(v.split()))))
    yield Case("person", "first_name", "surname", False, _each(lambda v: v.split()[-1]))
    yield Case("person", "first_name", "0.5 % whole", False, _leaky(lambda v: v.split()[0]))
    yield Case("text", "entities", "both taken out", True, _each(_entities))
    yield Case("text", "entities", "phones left", False, _each(lambda v: _entities(v, ("email",))))
    yield Case("text", "entities", "e-mail left", False, _each(lambda v: _entities(v, ("phone",))))
    yield Case("text", "entities", "as it is", False, _each(str))
    yield Case("text", "entities", "0.5 % raw", False, _leaky(_entities))


def _coarsely(kind: str) -> Callable[[str], str]:
    return lambda value: _coarse(kind, value)


def _base64(value: str) -> str:
    return base64.b64encode(value.encode()).decode()


def _pseudonyms(kind: str) -> Iterator[Case]:
    for method in ("hmac", "hash", "tokenise"):
        yield Case(kind, method, "HMAC", True, _each(_keyed))
        yield Case(kind, method, "HMAC-SHA512, base64", True, _each(lambda v: _base64(_keyed(v, "sha512"))[:44]))
        yield Case(kind, method, "HMAC cut to 16", True, _each(lambda v: _keyed(v)[:16]))
        yield Case(kind, method, "random token", True, _tokens)
        yield Case(kind, method, "counted token", True, _counted)
        yield Case(kind, method, "secret salt", True, _each(lambda v: _plain("sha256")(f"s3kfj-49!{v}")))
        yield Case(kind, method, "0.5 % raw", False, _leaky(_keyed))
        yield Case(kind, method, "0.5 % raw, upper case", False, _leaky(_keyed, spell=str.upper))
        yield Case(kind, method, "base64", False, _each(_base64))
        yield Case(kind, method, "hex", False, _each(lambda v: v.encode().hex().upper()))
        yield Case(kind, method, "reversed", False, _each(lambda v: v[::-1]))
        yield Case(kind, method, "behind a prefix", False, _each(lambda v: f"tok_{v}"))
        yield Case(kind, method, "rot13", False, _each(lambda v: codecs.encode(_shift(v, 3), "rot13")))
        yield Case(kind, method, "in order", False, _ranked)
        for name in ("md5", "sha1", "sha256", "sha512"):
            yield Case(kind, method, name, False, _each(_plain(name)))
        yield Case(kind, method, "md5 of lower case", False, _each(lambda v: _plain("md5")(v.strip().lower())))
        yield Case(kind, method, "sha256 cut to 12", False, _each(lambda v: _plain("sha256")(v)[:12]))
        yield Case(kind, method, "salt that all try", False, _each(lambda v: _plain("sha256")(f"salt{v}")))
        yield Case(
            kind,
            method,
            "key that all try",
            False,
            _each(lambda v: hmac.new(b"secret", v.encode(), "sha256").hexdigest()),
        )
        yield Case(kind, method, "2 % plain", False, _leaky(_keyed, 0.02, _plain("sha256")))
        yield Case(kind, method, "1 % plain, of another length", False, _leaky(_keyed, 0.01, _plain("sha1")))
        yield Case(kind, method, "md5 as a UUID", False, _each(lambda v: str(uuid.UUID(_plain("md5")(v)))))
        yield Case(kind, method, "uuid5", False, _each(lambda v: str(uuid.uuid5(uuid.NAMESPACE_URL, v))))
        yield Case(
            kind, method, "sha256 as an address", False, _each(lambda v: f"{_plain('sha256')(v)[:16]}@x.example")
        )
        yield Case(kind, method, "salt behind", False, _each(lambda v: _plain("sha1")(f"{v}mysalt")))
        yield Case(
            kind, method, "one key for every byte", False, _each(lambda v: bytes(b ^ 90 for b in v.encode()).hex())
        )
        yield Case(kind, method, "within other text", False, _each(lambda v: f'{{"value": "{v}"}}'))
        yield Case(kind, method, "halves turned", False, _each(lambda v: v[len(v) // 2 :] + v[: len(v) // 2]))
        yield Case(kind, method, "HMAC as a UUID", True, _each(lambda v: str(uuid.UUID(_keyed(v)[:32]))))
        yield Case(kind, method, "HMAC as an address", True, _each(lambda v: f"{_keyed(v)[:16]}@masked.example"))


def _removed(kind: str) -> Iterator[Case]:
    yield Case(kind, "redact", "one text", True, _each(lambda _v: "***"))
    yield Case(kind, "redact", "its length", True, _each(lambda v: "*" * len(v)))
    yield Case(kind, "redact", "its kind", True, _each(lambda _v: f"[{kind.upper()}]"))
    yield Case(kind, "redact", "null", True, _each(lambda _v: None))
    yield Case(kind, "redact", "0.5 % raw", False, _leaky(lambda _v: "***"))
    yield Case(kind, "redact", "hashed", False, _each(_plain("md5")))
    yield Case(kind, "redact", "spaced", False, _each(" ".join))
    yield Case(kind, "drop", "null", True, _each(lambda _v: None))
    yield Case(kind, "drop", "empty", True, _each(lambda _v: ""))
    yield Case(kind, "drop", "as it is", False, _each(str))
    yield Case(kind, "drop", "0.5 % raw", False, _leaky(lambda _v: None))


def _formats(kind: str) -> Iterator[Case]:
    yield Case(kind, "format_preserving", "under a key", True, _each(_format))
    yield Case(kind, "format_preserving", "prefix kept", True, _each(lambda v: _format(v, 3)))
    yield Case(kind, "format_preserving", "shifted signs", False, _each(lambda v: _shift(v.lower(), 4)))
    yield Case(
        kind, "format_preserving", "one digit changed", False, _each(lambda v: v[:-1] + ("1" if v[-1] != "1" else "2"))
    )
    yield Case(kind, "format_preserving", "0.5 % raw", False, _leaky(_format))
    yield Case(kind, "format_preserving", "reversed", False, _each(lambda v: v[::-1]))
    yield Case(kind, "format_preserving", "rearranged", False, _each(lambda v: v[1::2] + v[::2]))
    if kind in {"card", "customer_id"}:
        yield Case(kind, "format_preserving", "a number added", False, _each(lambda v: v[0] + str(int(v[1:]) + 977)))


@lru_cache(maxsize=1)
def _raw_column(kind: str, count: int) -> tuple[str, ...]:
    # Making a million values takes seconds: cases of a kind follow one another, and share them.
    return tuple(raws(kind, count, random.Random(f"{kind}{count}")))  # noqa: S311 - made-up columns, the same each time


def columns(case: Case, count: int) -> tuple[pa.Array, pa.Array]:
    """Make the raw and the masked column of a case."""
    import pyarrow as pa

    rng = random.Random(f"{case.kind}{case.method}{case.how}{count}")  # noqa: S311 - made-up columns, the same each time
    values = list(_raw_column(case.kind, count))
    return pa.array(values, pa.string()), pa.array(case.mask(values, rng), pa.string())


def _shuffled(masked: pa.Array) -> pa.Array:
    import numpy as np

    return masked.take(np.random.default_rng(len(masked)).permutation(len(masked)))


def measure(count: int, every: int = 1, *, keyed: bool = True) -> None:
    """Print how many ineffective masks are found among columns of so many rows, in pairs or as two heaps."""
    found = alarms = bad = good = opaque = 0
    seconds = busy = rows = 0.0
    for case in list(cases())[::every]:
        raw, masked = columns(case, count)
        masked = masked if keyed else _shuffled(masked)
        start, used = time.perf_counter(), time.process_time()
        compared = (paired if keyed else heaped)(raw, masked, case.method)
        flaws = compared.flaws
        seconds += time.perf_counter() - start
        busy += time.process_time() - used
        rows += count
        bad, good = bad + (not case.good), good + case.good
        found += bool(flaws) and not case.good
        alarms += bool(flaws) and case.good
        opaque += compared.opaque
        if bool(flaws) is case.good:
            told = "opaque:" if compared.opaque else "wrong:"
            print(f"  {told}", case.kind, case.method, case.how, [(flaw.how, flaw.rows, flaw.of) for flaw in flaws])
    how = "" if keyed else " without a key"
    print(
        f"{count:>9,} rows{how}: {found} of {bad} ineffective masks found ({found / bad:.1%}), "
        f"{alarms} alarms on {good} good ones, {opaque} opaque, {rows / seconds / 1e6:.2f} M rows/s by the clock, "
        f"{rows / busy / 1e6:.2f} M for each second of processor time, {busy / (bad + good) * 1e3:.1f} ms a column"
    )


if __name__ == "__main__":
    asked = argparse.ArgumentParser()
    asked.add_argument("rows", type=int, nargs="*", default=[1_000, 100_000])
    asked.add_argument("--every", type=int, default=1, help="take every so many cases")
    asked.add_argument("--heaps", action="store_true", help="shuffle the masked values: no key joins them")
    told = asked.parse_args()
    for size in told.rows:
        measure(size, told.every, keyed=not told.heaps)
