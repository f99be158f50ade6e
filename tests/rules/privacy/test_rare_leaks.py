"""Few raw values in columns of every sort are found, alone and within what stands there, and their likes are not."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

import pyarrow as pa  # noqa: TID253 - the detector's port is Arrow
import pytest

from benchmarks.privacy.rare_carriers import CARRIERS, Carrier
from benchmarks.privacy.rare_kinds import ASKED, SECRETS, email, national_id, person
from benchmarks.privacy.third_ids import made_id
from benchmarks.privacy.third_places import filled
from rules.privacy._columns.numbers_apart import Number
from rules.privacy.detection import DETECTOR

ROWS = 1_000
SORTS = {carrier.name: carrier for carrier in CARRIERS}
Make = Callable[[random.Random], str]


def told(header: str, values: Sequence[object]) -> dict[str, float]:
    found = DETECTOR.detect(pa.table({header: pa.array(list(values))}))
    return {one.label: one.confidence for one in found if ":" not in one.label}


def clean(carrier: Carrier, r: random.Random, rows: int = ROWS) -> list[object]:
    return [carrier.clean(r, "dev") for _ in range(rows)]


def among(sort: str, label: str, make: Make, count: int = 10, seed: int = 7) -> dict[str, float]:
    r, carrier = random.Random(seed), SORTS[sort]
    values = clean(carrier, r)
    for place in r.sample(range(ROWS), count):
        values[place] = carrier.plant(r, "dev", label, make(r))
    return told(carrier.headers["dev"][0], values)


@pytest.mark.parametrize("sort", ["notes", "texts", "ids", "codes", "payloads", "logs", "urls", "arrays", "numbers"])
def test_ten_ids_of_people_are_found_wherever_they_stand(sort: str) -> None:
    found = among(sort, "national_id", lambda r: national_id("dev", 0, r).replace(" ", "").lstrip("0") or "1")

    assert found.get("national_id", 0) >= 0.75


@pytest.mark.parametrize("sort", ["urls", "payloads", "logs"])
@pytest.mark.parametrize("kind", ["email", "person"])
def test_ten_people_are_found_in_what_machines_write(sort: str, kind: str) -> None:
    make: dict[str, Make] = {"email": lambda r: email("dev", r), "person": lambda r: person("dev", r)}

    assert among(sort, kind, make[kind], 20).get(kind, 0) >= 0.75


def test_a_key_whose_signs_a_link_escapes_is_found() -> None:
    assert among("urls", "secret", SECRETS["dev"]["database"]).get("secret", 0) >= 0.75


def test_numbers_dialled_abroad_are_found_though_each_is_written_in_another_way() -> None:
    numbers = iter(["+33 6 98 83 03 71", "+44 7777 922095", "+491754885955", "+1 (442) 555-0148", "+39 333 1234567"])

    assert among("tokens", "phone", lambda _r: next(numbers), 5).get("phone", 0) >= 0.75


def test_five_cards_under_a_header_of_things_are_found() -> None:
    cards = iter(["4539578763621486", "5500005555555559", "4916338506082832", "5425233430109903", "4007702835532454"])

    assert among("products", "card", lambda _r: next(cards), 5).get("card", 0) >= 0.75


@pytest.mark.parametrize("sort", ["notes", "logs", "codes", "payloads"])
def test_numbers_that_nothing_proves_are_a_question(sort: str) -> None:
    social = among(sort, "ssn", ASKED["dev"]["ssn"])
    insured = among(sort, "national_id", ASKED["held"]["national_id"])

    assert 0.5 < social["ssn"] < 0.75
    assert 0.5 < insured["national_id"] < 0.75


def test_one_address_however_often_it_stands_is_a_question_and_no_leak() -> None:
    r = random.Random(8)
    few, sent = (clean(SORTS["notes"], r) for _ in range(2))
    few[10] = few[700] = "Please write to ada.lovelace@gmx.at instead."
    sent[::2] = [f"{value} Write to shop@acme.example." for value in sent[::2]]

    assert told("order_note", few) == {"email": 0.6}
    assert told("order_note", sent) == {"email": 0.6}
    assert told("sent_by", ["shop@acme.example"] * 300 + ["-"] * 300) == {}


@pytest.mark.parametrize("sort", [name for name in SORTS if name != "texts"])
def test_nothing_is_found_where_nothing_leaks(sort: str) -> None:
    r = random.Random(9)

    assert [told(SORTS[sort].headers[part][0], clean(SORTS[sort], r)) for part in ("dev", "held")] == [{}, {}]


def test_numbers_of_books_and_orders_are_no_ids_though_their_check_digits_are_alike() -> None:
    def book(r: random.Random) -> str:
        stem = filled(r, "0########")
        rest = sum(int(one) * weight for one, weight in zip(stem, range(10, 1, -1), strict=True)) % 11
        return book(r) if rest == 1 else f"{stem}{-rest % 11}"

    r = random.Random(10)
    notes = clean(SORTS["notes"], r)
    for place in r.sample(range(ROWS), 20):
        notes[place] = f"The customer returns the book ISBN {book(r)} because pages are missing."

    assert told("order_note", notes) == {}


def test_people_and_streets_among_products_are_told_and_products_with_sizes_are_not() -> None:
    r = random.Random(11)
    goods = [f"{brand} {thing}" for brand in ("Alpine", "Nordwind", "Strong") for thing in ("tent", "desk lamp", "mug")]
    products: list[object] = [f"{r.choice(goods)} {r.choice([120, 500])}" for _ in range(ROWS)]
    streets = [*products]
    for number, name in enumerate(
        ["Maple Drive", "Harbour Lane", "Elm Street", "Mill Road", "Oak Avenue", "Abbey Close"]
    ):
        streets[number * 90] = f"{number * 7 + 12} {name}"

    assert told("product_name", products) == {}
    assert set(told("c1", streets)) == {"address"}


@pytest.mark.parametrize("sort", ["notes", "texts", "logs", "payloads"])
def test_positions_among_other_values_are_a_question(sort: str) -> None:
    assert 0.5 < among(sort, "location", ASKED["dev"]["location"])["location"] < 0.75


def test_series_of_measurements_are_no_positions() -> None:
    r = random.Random(12)
    series: list[object] = [
        f"{r.uniform(0, 9):.5f}, {r.uniform(0, 9):.5f}, {r.uniform(0, 9):.5f}" if n % 9 == 0 else f"run {n}"
        for n in range(ROWS)
    ]

    assert told("c1", series) == {}


def test_few_ids_of_which_one_in_ten_would_pass_by_chance_are_a_question() -> None:
    r, carrier = random.Random(13), SORTS["notes"]
    numbers = [made_id("cl.rut", "##.###.###-#", r) for _ in range(6)]
    values = clean(carrier, r)
    for place, number in zip(r.sample(range(ROWS), 6), numbers, strict=True):
        values[place] = f"The customer gave us {number} at the door."

    assert told("order_note", values) == {"national_id": 0.6}


def test_a_number_that_is_judged_stands_in_no_traceback() -> None:
    assert "85010112345" not in repr(Number(3, 0, "85010112345"))
