# ruff: noqa: RUF001 - letters of other scripts look like Latin ones
"""Kinds that have no format are seen in their values alone where these say enough, and nowhere else."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from importlib import import_module

import pyarrow as pa  # noqa: TID253 - the detector's port is Arrow
import pytest

from rules.privacy.detection import DETECTOR

ROWS = 200
PEOPLE = {
    "German": ("Annegret Torsten Wiebke Jörg Käthe Heiko Sabine Uwe", "Krause Schmitz Vogel Übelhör Kranz Lindner"),
    "Polish": ("Grażyna Łukasz Kinga Mirosław Bożena", "Wiśniewska Dąbrowski Zając Król Pietrzyk"),
    "Turkish": ("Ayşe Mehmet Gülşen Emre Çiğdem", "Yılmaz Öztürk Şahin Demirtaş"),
    "Russian": ("Ольга Сергей Наталья Дмитрий", "Иванова Кузнецов Морозов Белякова"),
}
IDS: dict[str, Callable[[random.Random], str]] = {
    "pl.pesel": lambda r: f"{r.randint(50, 99)}{r.randint(1, 12):02d}{r.randint(1, 28):02d}{r.randint(0, 9999):04d}",
    "br.cpf": lambda r: f"{r.randint(0, 10**9 - 1):09d}",
    "it.codicefiscale": lambda r: (
        "".join(r.choices("BCDFGLMNPRSTV", k=6))
        + f"{r.randint(40, 99)}{r.choice('ABCDEHLMPRST')}{r.randint(1, 28):02d}H501"
    ),
    "nl.bsn": lambda r: f"{r.randint(10**7, 10**8 - 1)}",
    "tr.tckimlik": lambda r: f"{r.randint(10**8, 10**9 - 1)}",
}
SIGNS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def valid(module: str, stem: str) -> str | None:
    """Complete a number by the check digits that python-stdnum accepts."""
    accepts: Callable[[str], bool] = import_module(f"stdnum.{module}").is_valid
    tries = [stem + end for end in SIGNS] + [f"{stem}{end:02d}" for end in range(100)]
    return next((number for number in tries if accepts(number)), None)


def numbers(module: str, n: int = ROWS) -> list[str]:
    r = random.Random(31)
    found: list[str] = []
    while len(found) < n:
        if number := valid(module, IDS[module](r)):
            found.append(number)
    return found


def kinds(values: Sequence[object], header: str = "c01") -> set[str]:
    labels = DETECTOR.detect(pa.table({header: pa.array(values)}))
    return {one.label for one in labels if one.confidence >= 0.75 and not one.label.startswith("masked:")}


@pytest.mark.parametrize("country", PEOPLE)
@pytest.mark.parametrize("written", [str, str.upper, lambda name: ", ".join(reversed(name.split()))])
def test_names_are_seen_by_common_names_in_any_case_and_order(country: str, written: Callable[[str], str]) -> None:
    r = random.Random(32)
    first, last = (part.split() for part in PEOPLE[country])

    assert kinds([written(f"{r.choice(first)} {r.choice(last)}") for _ in range(ROWS)]) == {"person"}


@pytest.mark.parametrize("module", IDS)
def test_ids_of_people_are_seen_where_every_one_has_the_right_check_digits(module: str) -> None:
    assert kinds(numbers(module)) == {"national_id"}


@pytest.mark.parametrize("module", IDS)
def test_numbers_of_the_same_form_with_other_check_digits_are_no_ids(module: str) -> None:
    r = random.Random(33)
    wrong = [number[:-1] + r.choice("0123456789") for number in numbers(module)]

    assert kinds(wrong) == set()


def test_births_spread_over_lives_and_orders_do_not() -> None:
    r = random.Random(34)
    born = [date(1938, 1, 1) + timedelta(days=r.randint(0, 24_000)) for _ in range(ROWS)]
    ordered = [date(2021, 1, 1) + timedelta(days=r.randint(0, 1_500)) for _ in range(ROWS)]
    quarters = [date(1950 + n // 4, 1 + n % 4 * 3, 1) for n in range(ROWS)]

    assert kinds(born) == {"birth_date"}
    assert kinds([one.strftime("%d.%m.%Y") for one in born]) == {"birth_date"}
    assert kinds(ordered) == kinds(quarters) == kinds(born, "released_on") == set()


@pytest.mark.parametrize(
    "things",
    [
        ["Anna Chair", "Billy Shelf", "Victor Lamp", "Max Table", "Oscar Desk", "Emma Sofa", "Leo Kit", "Ivar Desk",
         "Hugo Lamp", "Stella Set", "Nora Chair", "Alex Shelf"],
        ["Smith & Sons", "Müller GmbH", "Garcia Ltd", "Rossi SpA", "Novak sro", "Dupont SARL", "Khan Inc", "Weber AG",
         "Jensen ApS", "Silva SA", "Wong Co", "Meyer KG"],
        ["Project manager", "Site engineer", "Data analyst", "Nurse, adult", "Teacher, music", "Tax adviser"] * 2,
        ["San Jose", "St. Louis", "Santa Clara", "Los Angeles", "New York", "Port Stanley", "Fort Wayne", "Las Vegas",
         "Baton Rouge", "Salt Lake City", "Kansas City", "El Paso"],
    ],
)  # fmt: skip
def test_products_companies_jobs_and_cities_with_names_in_them_are_no_people(things: list[str]) -> None:
    assert kinds(things * 5) == set()


def test_addresses_of_many_countries_are_seen() -> None:
    r = random.Random(35)
    makes: list[Callable[[], str]] = [
        lambda: f"{r.randint(1, 900)} Maple Avenue, Springfield, IL {r.randint(60000, 62999)}",
        lambda: f"Lindenweg {r.randint(1, 90)}, {r.randint(10000, 99999)} Musterstadt",
        lambda: f"ул. Ленина, д. {r.randint(1, 90)}",
        lambda: f"東京都千代田区丸の内{r.randint(1, 9)}丁目{r.randint(1, 20)}番",
        lambda: f"서울특별시 강남구 테헤란로 {r.randint(1, 300)}",
    ]

    for make in makes:
        assert kinds([make() for _ in range(ROWS)]) == {"address"}


def test_births_of_young_and_old_are_seen_and_a_series_over_as_long_a_time_is_none() -> None:
    r = random.Random(35)
    days = [date(1931, 1, 1) + timedelta(days=r.randint(0, 34_000)) for _ in range(ROWS)]

    assert kinds([day.isoformat() for day in days]) == {"birth_date"}
    assert kinds([day.isoformat() for day in sorted(days)]) == set()
    assert kinds([(date(1931, 1, 1) + timedelta(weeks=8 * n)).isoformat() for n in range(ROWS)]) == set()


@pytest.mark.parametrize(
    ("stems", "ending"),
    [
        ("Vir Kor Salo Lehto Harju Maki Nurmi Laaki Rauti Mylly Hirvi Peltu Suomi Kettu Ahvu Ranta Karju", "nen"),
        ("Στρατ Καλ Μαρ Πετρ Λιβαν Σταμ Κορ Βλαχ Ξεν Τσακ Φωτ Μπακ Δουκ Ραπτ Κεφαλ Λαζαρ Μανουσ", "όπουλος"),
        ("Пенч Стойк Раш Дим Гроз Калч Мин Трай Бойк Савч Цанк Велк Нейк Гатс Ралч Кръст Ганч", "ев"),
    ],
)
def test_family_names_are_seen_by_their_endings_though_none_is_listed(stems: str, ending: str) -> None:
    assert kinds([stem + ending for stem in stems.split()] * 3) == {"person"}


def test_single_signs_are_family_names_where_most_are_of_their_closed_class() -> None:
    assert kinds(list("王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗") * 3, "c01") == {"person"}
    assert kinds(list("一二三四五六七八九十百千上中下左右") * 3, "c01") == set()


def test_mobile_numbers_without_any_sign_are_seen_by_the_plan_of_one_country() -> None:
    r = random.Random(36)
    prefixes = ["134", "138", "150", "158", "177", "186", "199", "135"]

    assert kinds([r.choice(prefixes) + f"{r.randint(0, 10**8 - 1):08d}" for _ in range(ROWS)]) == {"phone"}
    assert kinds([f"{r.randint(10**10, 10**11 - 1)}" for _ in range(ROWS)]) == set()
    assert kinds([f"138{n:08d}" for n in range(ROWS)]) == set()


def test_numbers_that_people_typed_in_many_ways_are_phone_numbers() -> None:
    r = random.Random(37)
    forms = ["({}) {}-{}", "{}.{}.{}", "+1-{}-{}-{}", "{}-{}-{}x12", "001-{}-{}-{}"]
    typed = [
        r.choice(forms).format(*(r.randint(200, 999) for _ in range(2)), r.randint(1000, 9999)) for _ in range(ROWS)
    ]

    assert kinds(typed) == {"phone"}


def test_a_number_called_only_an_id_is_told_by_its_check_digits_and_an_order_is_not() -> None:
    assert kinds(numbers("pl.pesel"), "id_nr") == {"national_id"}
    assert kinds(numbers("pl.pesel"), "order_nr") == set()
