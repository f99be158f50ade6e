"""Masks of a careless engineer: salts that anybody guesses, sums, layers of codes, shuffled columns, noise."""

from __future__ import annotations

import base64
import bz2
import codecs
import csv
import gzip
import hashlib
import hmac
import html
import io
import json
import random
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from pathlib import Path

import pytest

from lineage.testing import World, finding
from rules.privacy._masks.flaws import Compared
from rules.privacy._masks.guessed import Pair, guessed
from rules.privacy._masks.read import tells
from rules.privacy._masks.sums import murmur, sums, xxhash
from rules.privacy._masks.verified import paired

COUNT = 240
GIVEN = ("anna", "jonas", "zoë", "marie", "omar", "luca", "ruth")
EMAILS = tuple(f"{GIVEN[n % 7]}.{n * 7919 % 100_003}.brandt@corp{n % 3}.example" for n in range(COUNT))
PHONES = tuple(f"+49 {150 + n % 29} {n * 7_654_321 % 90_000_000 + 10_000_000}" for n in range(COUNT))
SALARIES = tuple(str(20_000 + n * 7919 % 150_001) for n in range(COUNT))
BORN = tuple((date(1940, 1, 1) + timedelta(days=n * 7919 % 24_000)).isoformat() for n in range(COUNT))
SECRET = b"kept in the vault 7f1c"
DIGITS = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


def keyed(value: str) -> str:
    return hmac.new(SECRET, value.encode(), "sha256").hexdigest()


def sha(value: str | bytes) -> str:
    return hashlib.sha256(value if isinstance(value, bytes) else value.encode()).hexdigest()


def sha1(data: bytes) -> bytes:
    return hashlib.sha1(data, usedforsecurity=False).digest()


def coded(value: str | bytes) -> str:
    return base64.b64encode(value if isinstance(value, bytes) else value.encode()).decode()


def written(number: int) -> str:
    text = ""
    while number:
        number, rest = divmod(number, 58)
        text = DIGITS[rest] + text
    return text


def token(value: str) -> str:
    parts = ({"alg": "HS256"}, {"sub": value, "iss": "masking"})
    told = ".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts)
    return f"{told}.{base64.urlsafe_b64encode(hmac.digest(SECRET, told.encode(), 'sha256')).decode()}"


def compared(raw: Sequence[str], masked: Sequence[str], method: str = "hmac", words: Sequence[str] = ()) -> Compared:
    import pyarrow as pa

    keys = [pa.array([str(number) for number in range(len(raw))])]
    return paired(pa.array(raw, pa.string()), pa.array(masked, pa.string()), method, words=words, keys=keys)


@pytest.mark.parametrize("raw", [EMAILS, PHONES], ids=["e-mail", "phone"])
@pytest.mark.parametrize(
    "mask",
    [
        pytest.param(lambda v: str(int(sha(v), 16) % 10**10), id="digits of a hash"),
        pytest.param(lambda v: f"*{sha1(sha1(v.encode())).hex().upper()}", id="MySQL's"),
        pytest.param(lambda v: written(int(sha(v), 16)), id="hash in base58"),
        pytest.param(lambda v: hmac.new(v.encode(), b"salt", "sha256").hexdigest(), id="value as key"),
        pytest.param(lambda v: sha(json.dumps({"contact": v})), id="hash of JSON"),
        pytest.param(lambda v: hashlib.sha3_384(v.encode()).hexdigest(), id="sha3-384"),
        pytest.param(lambda v: "-".join(sha(v)[n : n + 8] for n in range(0, 64, 8)), id="hash with dashes"),
        pytest.param(lambda v: sha(v)[::-1], id="hash turned"),
        pytest.param(lambda v: sha(v)[20:36], id="middle of a hash"),
        pytest.param(lambda v: sha(f"2024{v}"), id="year as salt"),
        pytest.param(lambda v: sha(f"contact:{v}"), id="name of the field as salt"),
        pytest.param(lambda v: sha("salt" + sha(v)), id="salted hash of a hash"),
        pytest.param(lambda v: f"{v[0]}***({sha(v)})", id="hash behind a partial mask"),
        pytest.param(lambda v: str(next(number for name, number, _ in sums(v) if name.startswith("Java"))), id="Java"),
        pytest.param(lambda v: f"{murmur(v.encode(), 0):08x}", id="murmur"),
        pytest.param(lambda v: str(xxhash(v.encode(), 42)), id="xx"),
        pytest.param(token, id="JWT"),
        pytest.param(lambda v: written(int.from_bytes(v.encode())), id="base58"),
        pytest.param(lambda v: str(int.from_bytes(v.encode())), id="one number"),
        pytest.param(lambda v: coded(v.encode("utf-16-le")), id="two bytes a sign"),
        pytest.param(lambda v: gzip.compress(v.encode(), mtime=0).hex(), id="packed"),
        pytest.param(lambda v: coded(bz2.compress(v.encode())), id="packed otherwise"),
        pytest.param(lambda v: coded(coded(coded(v))), id="three layers"),
        pytest.param(lambda v: coded(v)[::-1], id="base64 turned"),
        pytest.param(lambda v: codecs.encode(coded(v), "rot13"), id="base64 in rot13"),
        pytest.param(lambda v: html.escape("".join(f"&#{ord(sign)};" for sign in v)).replace("&amp;", "&"), id="HTML"),
        pytest.param(lambda v: "".join(f"\\u{ord(sign):04x}" for sign in v), id="escapes"),
        pytest.param(lambda v: "".join(sorted(v)), id="signs in order"),
        pytest.param(lambda v: "".join(sign for n, sign in enumerate(v) if n % 5), id="every fifth sign gone"),
    ],
)  # fmt: skip
def test_what_anybody_can_repeat_or_read_is_found(raw: Sequence[str], mask: Callable[[str], str]) -> None:
    assert compared(raw, [mask(value) for value in raw], words=["contact"]).flaws


@pytest.mark.parametrize("between", ["", ":", "-"])
def test_the_key_of_the_record_is_no_secret_salt(between: str) -> None:
    masked = [sha(f"{number}{between}{value}") for number, value in enumerate(EMAILS)]

    assert [flaw.how for flaw in compared(EMAILS, masked).flaws] == [
        "as a hash that anybody can repeat (the record's own key as salt)"
    ]


def beside(value: str, draw: random.Random) -> str:
    salt = f"{draw.getrandbits(64):016x}"
    return f"{salt}${sha(salt + value)}"


def slow(value: str, draw: random.Random) -> str:
    salt = f"{draw.getrandbits(64):016x}"
    return f"pbkdf2_sha256$500${salt}${coded(hashlib.pbkdf2_hmac('sha256', value.encode(), salt.encode(), 500))}"


def mixed(value: str, draw: random.Random) -> str:
    by = draw.randrange(1, 256)
    return bytes([by, *(byte ^ by for byte in value.encode())]).hex()


def shuffled(value: str, draw: random.Random) -> str:
    return "".join(draw.sample(value, len(value)))


@pytest.mark.parametrize("mask", [beside, slow, mixed, shuffled])
def test_what_is_drawn_for_each_record_and_stands_in_its_mask_hides_nothing(
    mask: Callable[[str, random.Random], str],
) -> None:
    draw = random.Random(7)

    assert compared(EMAILS, [mask(value, draw) for value in EMAILS]).flaws


@pytest.mark.parametrize("raw", [EMAILS, PHONES, SALARIES], ids=["e-mail", "phone", "salary"])
@pytest.mark.parametrize("method", ["hmac", "tokenise", "format_preserving"])
def test_a_column_that_was_shuffled_shows_the_values_of_others(raw: Sequence[str], method: str) -> None:
    masked = random.Random(2).sample(raw, COUNT)

    assert "as the values of other records" in {flaw.how for flaw in compared(raw, masked, method).flaws}


def test_numbers_and_days_with_a_little_noise_are_not_hidden() -> None:
    draw = random.Random(7)
    paid = [str(round(int(value) * draw.uniform(0.995, 1.005))) for value in SALARIES]
    born = [(date.fromisoformat(value) + timedelta(days=draw.randrange(1, 4))).isoformat() for value in BORN]

    for raw, masked in ((SALARIES, paid), (BORN, born)):
        assert compared(raw, masked, "format_preserving").flaws
    assert compared(SALARIES, [str(int(value) // 10 * 10) for value in SALARIES], "generalise").flaws


def test_numbers_of_which_a_rest_was_taken_are_had_back_and_rounded_ones_are_not() -> None:
    assert compared(SALARIES, [str(int(value) * 7919 % 1_000_003) for value in SALARIES], "tokenise").flaws
    assert not compared(SALARIES, [str(int(value) // 100_000 * 100_000) for value in SALARIES], "generalise").flaws


def test_letters_that_are_written_as_their_numbers_and_signs_changed_here_and_there_are_found() -> None:
    draw = random.Random(11)

    def numbered(value: str) -> str:
        return " ".join(str(ord(sign) - 96) if sign.isalpha() else sign for sign in value)

    def slipped(value: str) -> str:
        place = draw.randrange(len(value))
        return value[:place] + draw.choice("bcdfghkmnpqr") + value[place + 1 :]

    for masked in (map(numbered, EMAILS), map(slipped, map(slipped, EMAILS))):
        assert compared(EMAILS, list(masked)).flaws


@pytest.mark.parametrize("raw", [EMAILS, PHONES], ids=["e-mail", "phone"])
@pytest.mark.parametrize(
    "mask",
    [
        pytest.param(lambda v: str(int(keyed(v), 16) % 10**6).zfill(6), id="six digits under a key"),
        pytest.param(lambda v: str(int(keyed(v), 16) % 10**10), id="ten digits under a key"),
        pytest.param(lambda v: keyed(v)[:8], id="eight hexadecimal digits"),
        pytest.param(lambda v: written(int(keyed(v), 16)), id="base58"),
        pytest.param(lambda v: f"{keyed(v)[:8]}${keyed(v[::-1])}", id="a nonce beside a keyed hash"),
        pytest.param(lambda v: token(keyed(v)[:16]), id="JWT of a token"),
        pytest.param(lambda v: json.dumps({"token": keyed(v)[:24]}), id="token in JSON"),
        pytest.param(lambda v: f"gAAAAAB{coded(keyed(v))}", id="a ciphertext"),
        pytest.param(lambda v: f"{GIVEN[len(v) % 7]}{int(keyed(v), 16) % 9973}@mask.example", id="pretended"),
    ],
)  # fmt: skip
def test_what_only_a_secret_repeats_is_silent(raw: Sequence[str], mask: Callable[[str], str]) -> None:
    assert not compared(raw, [mask(value) for value in raw], "tokenise", words=["email", "contact"]).flaws


def test_new_numbers_of_the_same_kind_are_not_those_of_other_records() -> None:
    draw = random.Random(3)
    paid = [str(20_000 + draw.randrange(150_001)) for _ in SALARIES]
    ids = [str(10_000 + n) for n in range(COUNT)]

    assert not compared(SALARIES, paid, "format_preserving").flaws
    assert not compared(ids, draw.sample(ids, COUNT), "tokenise").flaws  # every number of the range is taken


def test_rounded_values_that_were_round_before_are_silent() -> None:
    zips = [str(10_000 + n * 7919 % 89_999) for n in range(COUNT)] + ["12300", "45600", "78900", "33300"]

    assert not compared(zips, [f"{value[:3]}00" for value in zips], "generalise").flaws


def test_a_year_that_is_kept_makes_no_leak_of_days_that_agree_by_luck() -> None:
    draw = random.Random(5)
    masked = [f"{value[:5]}{draw.randrange(1, 13):02}-{draw.randrange(1, 29):02}" for value in BORN]

    # Four digits are hidden at most, and of months and days few are left: that alone may be told.
    assert {flaw.how for flaw in compared(BORN, masked, "format_preserving").flaws} <= {"with too little hidden"}


def test_single_letters_with_a_star_are_read_like_a_crossword() -> None:
    def starred(value: str) -> str:
        return "".join("*" if n % 4 == 3 else sign for n, sign in enumerate(value))

    people = [f"Anna {value.partition('.')[2].title()}" for value in EMAILS]

    assert compared(people, [starred(value) for value in people], "partial").flaws
    assert not compared(people, [f"{value[0]}*** {value[5]}******" for value in people], "partial").flaws


@pytest.mark.parametrize(
    ("text", "seed", "sum_of_it"),
    [("", 1, 0x514E28B7), ("hello", 0, 0x248BFA47), ("hello, world", 0, 0x149BBB7F)],
)
def test_murmur_is_what_others_make_of_a_text(text: str, seed: int, sum_of_it: int) -> None:
    assert murmur(text.encode(), seed) == sum_of_it


@pytest.mark.parametrize(
    ("text", "sum_of_it"),
    [("", 0xEF46DB3751D8E999), ("a", 0xD24EC4F1A98C6E5B), ("abc", 0x44BC2CF5AD770999)],
)
def test_xxhash_is_what_others_make_of_a_text(text: str, sum_of_it: int) -> None:
    assert xxhash(text.encode(), 0) == sum_of_it


def test_a_code_that_is_not_the_values_own_tells_nothing() -> None:
    assert tells("anna@corp.example", coded("x:anna@corp.example"))
    assert not tells("anna@corp.example", coded("jonas@corp.example"))
    assert guessed([Pair(value, keyed(value)) for value in EMAILS]) == ("", 0, 0)


def test_addresses_in_texts_that_were_replaced_by_their_hash_are_found() -> None:
    texts = [f"case {n}: please write to {value} today" for n, value in enumerate(EMAILS)]

    def replaced(by: Callable[[str], str]) -> Compared:
        import pyarrow as pa

        masked = [text.replace(value, f"<EMAIL {by(value)}>") for text, value in zip(texts, EMAILS, strict=True)]
        return paired(pa.array(texts), pa.array(masked), "entities", of=["email"])

    assert [flaw.how.partition(" (")[0] for flaw in replaced(sha).flaws] == [
        "with email in the text as a hash that anybody can repeat"
    ]
    assert not replaced(keyed).flaws


PLAN = """
plan: v1
meta: {id: reply, owner: pm@acme.example}
sources:
  crm:
    connector: {type: sqlite, url: "${CRM_URL}"}
    datasets:
      contacts: {reads: contacts, key: id, fields: {id: required, email: {need: none, sensitive: email}}}
  export:
    connector: {type: files, path: "${FILES}"}
    datasets:
      contacts:
        reads: contacts.csv
        copy_of: [crm.contacts]
        fields: {id: required, email: {need: helpful, sensitive: email, mask: hmac}}
steps:
  draft: {reads: {export.contacts: all}, to: prompt}
"""


@pytest.mark.parametrize("salt", ["", "kept in the vault 7f1c"])
def test_an_export_that_is_salted_with_its_own_ids_is_told(tmp_path: Path, salt: str) -> None:
    cells = ", ".join(f"({number}, '{value}')" for number, value in enumerate(EMAILS))
    world = World(tmp_path).sqlite(
        "crm", f"create table contacts (id integer primary key, email text); insert into contacts values {cells};"
    )
    text = io.StringIO()
    rows = ((number, sha(f"{salt}{number}:{value}")) for number, value in enumerate(EMAILS))
    csv.writer(text).writerows([("id", "email"), *rows])

    found = finding(
        world.file("contacts.csv", text.getvalue()).audit(PLAN), "privacy/ineffective-mask", "export.contacts.email"
    )

    assert (found is None) is bool(salt)
    assert found is None or "the record's own key as salt" in found.title
