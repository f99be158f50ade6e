"""Masks that no key lays beside their raw values: two heaps, in which what does not work is found all the same."""

from __future__ import annotations

import base64
import gzip
import hashlib
import random
from collections.abc import Callable, Sequence

import pytest

from rules.privacy._masks.heaps import heaped
from tests.rules.privacy.test_masks_at_boundaries import METHODS, email, keyed, person, shaped


def flaws(raw: Sequence[str], masked: Sequence[str], method: str) -> list[str]:
    import pyarrow as pa

    shuffled = random.Random(7).sample(list(masked), len(masked))
    found = heaped(pa.array(list(raw), pa.string()), pa.array(shuffled, pa.string()), method, of=("email",))
    return [flaw.how for flaw in found.flaws]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("count", [120, 2_000])
def test_of_every_method_what_works_is_silent_and_what_does_not_is_found(method: str, count: int) -> None:
    each = METHODS[method]
    raw = [each.raw(number) for number in range(count)]

    assert flaws(raw, [each.works(value) for value in raw], method) == []
    assert flaws(raw, [each.fails(value) for value in raw], method) != []


def card(number: int) -> str:
    return f"4{10**14 + number * 7_104_729_113:015}"


def date(number: int) -> str:
    return f"{1940 + number % 60}-{number % 12 + 1:02}-{number % 28 + 1:02}"


LEFT = {date(number) for number in range(0, 60, 12)}


def on(value: str) -> str:
    return "".join(str((int(sign) + 4) % 10) if sign.isdigit() else sign for sign in value)


@pytest.mark.parametrize(
    ("method", "raw", "mask", "how"),
    [
        ("format_preserving", card, on, "crossword"),
        ("format_preserving", card, lambda v: v[1::2] + v[::2], "crossword"),
        ("format_preserving", card, lambda v: v[:-1] + str((int(v[-1]) + 1) % 10), "too little"),
        ("format_preserving", card, lambda v: v[0] + str(int(v[1:]) + 977), "undone"),
        ("partial", email, lambda v: f"{v[:2]}*{v[3:]}", "too little"),
        ("first_name", person, lambda v: v.split()[1], "surname"),
        ("first_name", person, lambda v: " ".join(reversed(v.split())), "surname"),
        ("generalise", date, lambda v: "/".join(reversed(v.split("-"))), "another spelling"),
        ("generalise", date, lambda v: v if v in LEFT else v[:4], "as it is"),
        ("generalise", date, lambda v: v.encode().hex(), "encoded"),
        ("tokenise", email, lambda v: f"tok_{v}", "as it is"),
        ("hmac", email, lambda v: v if v.startswith("anna.7") else keyed(v), "as it is"),
    ],
)
def test_what_can_be_had_back_is_told(
    method: str, raw: Callable[[int], str], mask: Callable[[str], str], how: str
) -> None:
    values = [raw(number) for number in range(600)]

    assert any(how in each for each in flaws(values, [mask(value) for value in values], method))


@pytest.mark.parametrize(
    ("method", "raw", "mask"),
    [
        ("format_preserving", card, lambda v: v[0] + shaped(v[1:])),
        ("partial", card, lambda v: f"{v[:2]}{'*' * 10}{v[-4:]}"),
        ("first_name", person, lambda v: v.split()[0]),
        ("generalise", date, lambda v: f"{v[:4]}-01-01"),
        ("generalise", date, lambda v: v[:7]),
        ("redact", email, lambda v: "*" * len(v)),
    ],
)
def test_what_cannot_be_had_back_is_silent(method: str, raw: Callable[[int], str], mask: Callable[[str], str]) -> None:
    values = [raw(number) for number in range(600)]

    assert flaws(values, [mask(value) for value in values], method) == []


def test_a_salt_that_everybody_tries_is_found_in_a_part_of_many_values() -> None:
    values = [email(number) for number in range(60_000)]
    masked = [hashlib.sha256(f"salt{value}".encode()).hexdigest() for value in values]

    assert any("sha256" in each for each in flaws(values, masked, "hmac"))


@pytest.mark.parametrize("count", [150, 1_000])
def test_new_values_that_are_others_own_by_chance_are_silent(count: int) -> None:
    draw = random.Random(5)

    def zips() -> list[str]:
        return [str(draw.randrange(10_000, 100_000)) for _ in range(count)]

    def born() -> list[str]:
        return [
            f"{draw.randrange(1940, 2008)}-{draw.randrange(1, 13):02}-{draw.randrange(1, 29):02}" for _ in range(count)
        ]

    for made in (zips, born):
        assert flaws(made(), made(), "format_preserving") == []
    assert flaws(raw := zips(), raw, "format_preserving") != []


@pytest.mark.parametrize(
    "mask",
    [
        pytest.param(lambda v: base64.b64encode(f'{{"v": "{v}"}}'.encode()).decode(), id="JSON in base64"),
        pytest.param(lambda v: base64.b64encode(base64.b64encode(v.encode())).decode()[::-1], id="two layers, turned"),
        pytest.param(lambda v: gzip.compress(v.encode(), mtime=0).hex(), id="packed"),
    ],
)
def test_codes_in_layers_are_read_without_a_key(mask: Callable[[str], str]) -> None:
    raw = [email(number) for number in range(300)]

    assert "encoded" in flaws(raw, [mask(value) for value in raw], "tokenise")


def sha(value: str) -> str:
    return hashlib.sha256(value.encode()).hexdigest()


def java(value: str) -> str:
    number = 0
    for sign in value:
        number = (31 * number + ord(sign)) % 2**32
    return str(number - 2**32 if number >= 2**31 else number)


@pytest.mark.parametrize(
    ("mask", "how"),
    [
        (lambda v: sha(f'"{v}"'), "another spelling"),
        (lambda v: sha(v)[20:48], "another spelling"),
        (lambda v: sha(v)[::-1], "another spelling"),
        (lambda v: f"{v[:2]}***-{sha(v)}", "another spelling"),
        (lambda v: sha(sha(v)), "anybody can repeat"),
        (lambda v: sha(f"2024:{v}"), "everybody tries"),
        (lambda v: keyed(v)[:16] + "$" + sha(keyed(v)[:16] + v), "stands beside it"),
        (java, "Java"),
    ],
)
@pytest.mark.parametrize("count", [300, 9_000])
def test_hashes_that_anybody_guesses_are_found_without_a_key(mask: Callable[[str], str], how: str, count: int) -> None:
    raw = [email(number) for number in range(count)]

    [flaw] = flaws(raw, [mask(value) for value in raw], "hmac")

    assert how in flaw


@pytest.mark.parametrize(
    "mask", [lambda v: f"v1${keyed(v)}", lambda v: keyed(v)[::-1], lambda v: f"{keyed(v)[:16]}${keyed(keyed(v))}"]
)
def test_what_a_secret_made_is_silent_without_a_key(mask: Callable[[str], str]) -> None:
    raw = [email(number) for number in range(2_000)]

    assert flaws(raw, [mask(value) for value in raw], "hmac") == []
