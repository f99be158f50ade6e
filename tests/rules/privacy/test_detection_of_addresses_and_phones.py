"""Addresses whose streets need no word for a street, and numbers with a country's code that nobody was given."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

import pyarrow as pa  # noqa: TID253 - the detector's port is Arrow
import pytest

from rules.privacy.detection import DETECTOR

ROWS = 120
STEMS = (
    "Lind Berg Soln Havn Kirk Møll Skov Eng Bak Dal Fjell Nes Vik Holm Sund Lund Haug Strand Å Elv Gran Furu Bjørk Rogn"
)
ENDS = "åsen tunet løkka jordet hagen lia sletta myra"


def kinds(values: Sequence[object], header: str = "c01") -> set[str]:
    labels = DETECTOR.detect(pa.table({header: pa.array(values)}))
    return {one.label for one in labels if one.confidence >= 0.75}


def made(make: Callable[[random.Random], object]) -> list[object]:
    r = random.Random(41)
    return [make(r) for _ in range(ROWS)]


def place(r: random.Random) -> str:
    return r.choice(STEMS.split()) + r.choice(ENDS.split())


@pytest.mark.parametrize(
    "make",
    [
        lambda r: f"{place(r)} {r.randint(1, 240)}{r.choice(['', '', 'B'])}",
        lambda r: f"{place(r)} {r.randint(1, 240)}, {r.randint(1000, 9999)} {place(r)}",
        lambda r: f"{r.choice(['태봉', '제석', '성산', '한강', '무궁화', '가락'])}로 {r.randint(1, 900)}",
        lambda r: f"{r.choice(['福州', '解放', '中原', '和平', '长安'])}路{r.randint(1, 900)}号",
        lambda r: f"{r.randint(1, 900)} شارع {r.choice(['الجلاء', 'الشاطئ', 'الملك', 'النيل'])}",
        lambda r: f"{r.randint(1, 90)}/{r.randint(1, 9)} ถนน{r.choice(['สุขุมวิท', 'พระราม', 'สีลม'])}",
    ],
)
@pytest.mark.parametrize("header", ["c01", "location_text"])
def test_streets_with_their_numbers_are_addresses_in_many_scripts(
    make: Callable[[random.Random], object], header: str
) -> None:
    assert kinds(made(make), header) == {"address"}


@pytest.mark.parametrize(
    "make",
    [
        lambda r: f"{r.choice(['Room', 'Hall', 'Lab'])} {r.randint(1, 400)}",
        lambda r: f"{r.choice(['Bosch GSR', 'Makita DHP', 'Metabo BS', 'Hilti TE'])} {r.randint(1, 90)}",
        lambda r: f"Chapter {r.randint(1, 30)}",
        lambda r: f"{place(r)} {r.randint(1, 3)}",
        lambda r: f"{r.randint(1, 500)} pieces",
    ],
)
def test_things_with_numbers_are_no_addresses(make: Callable[[random.Random], object]) -> None:
    assert kinds(made(make)) == set()


def test_numbers_with_a_country_code_are_phones_though_nobody_was_given_them() -> None:
    assert kinds(made(lambda r: f"+86 {r.randint(200, 999)}-{r.randint(10**7, 10**8 - 1)}")) == {"phone"}
    assert kinds(made(lambda r: f"+{r.randint(10**4, 10**5)}")) == set()


def test_long_addresses_in_a_script_without_blanks_are_no_running_text() -> None:
    lines = [f"{house} ถนนสุขุมวิท แขวงคลองเตย เขตคลองเตย กรุงเทพฯ 10{house}" for house in range(101, 141)]

    assert "address" in kinds(lines)


def test_addresses_are_told_whatever_their_header_calls_them() -> None:
    lines = [f"{house} Orchard Lane, Leeds LS{house % 9 + 1} 4AB" for house in range(1, 60)]

    assert "address" in kinds(lines, "order_ref")
    assert "address" in kinds(lines, "status_text")


def test_orders_with_a_number_and_a_place_are_no_addresses() -> None:
    lines = [f"Order {house} for Leeds, dock {house % 4}" for house in range(1, 60)]

    assert kinds(lines, "order_ref") == set()


def test_a_house_that_is_numbered_with_a_colon_is_an_address() -> None:
    lines = [f"G\u00fcl Sokak No: {house}, Bursa" for house in range(1, 60)]

    assert "address" in kinds(lines)


def test_ids_that_could_be_dialled_are_no_phone_numbers_under_their_header() -> None:
    lines = [f"46{place % 10} {937 - place} {367 + place}" for place in range(60)]

    assert "phone" not in kinds(lines, "insured_id")


@pytest.mark.parametrize("stems", ["0100 0106 0111 0122 0155", "0803 0806 0701 0902 0814", "0812 0857 0878 0896 0838"])
def test_mobile_numbers_without_any_sign_are_told_by_their_countrys_prefixes(stems: str) -> None:
    rng = random.Random(6)
    lines = [f"{rng.choice(stems.split())}{rng.randrange(10**7):07}" for _ in range(60)]

    assert "phone" in kinds(lines)


def test_numbers_padded_with_zeros_are_no_mobile_numbers() -> None:
    rng = random.Random(6)

    assert kinds([f"0{rng.randrange(10**9):09}" for _ in range(60)]) == set()
    assert kinds([f"0100{rng.randrange(10**7):07}" for _ in range(60)]) == set()
