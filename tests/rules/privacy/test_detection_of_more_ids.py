"""Numbers of people that python-stdnum does not know, and numbers that hold a day of birth and no check digit."""

from __future__ import annotations

import random
from datetime import date, timedelta

import pyarrow as pa  # noqa: TID253 - the detector's port is Arrow
import pytest

from rules.privacy._forms.ids_unlisted import (
    UNLISTED,
    hong_kong,
    iran,
    kazakhstan,
    latvia,
    singapore,
    snils,
    taiwan,
    uzbekistan,
)
from rules.privacy.detection import DETECTOR

ROWS = 200
SEEN = ["sg", "tw", "lv", "ru.snils", "kz", "uz"]


def kinds(values: list[str], header: str = "c01") -> set[str]:
    labels = DETECTOR.detect(pa.table({header: pa.array(values)}))
    return {one.label for one in labels if one.confidence >= 0.75}


def born(r: random.Random) -> date:
    return date(1938, 1, 1) + timedelta(days=r.randint(0, 25_000))


def stem(name: str, r: random.Random) -> str:
    """Give a number without its check digit, of the form of a country."""

    def number(k: int) -> str:
        return "".join(r.choices("0123456789", k=k))

    return {
        "sg": lambda: r.choice("ST") + number(7),
        "hk": lambda: r.choice("ABCDEFGH") + number(6),
        "tw": lambda: r.choice("ABCDEFGH") + r.choice("12") + number(7),
        "lv": lambda: born(r).strftime("%d%m%y") + "1" + number(3),
        "ru.snils": lambda: "1" + r.choice("123456789") + number(7),
        "ir": lambda: number(9),
        "kz": lambda: born(r).strftime("%y%m%d") + "3" + number(4),
        "uz": lambda: "3" + born(r).strftime("%d%m%y") + number(6),
    }[name]()


def numbers(name: str) -> list[str]:
    r = random.Random(name)
    ends = [f"{end:02d}" for end in range(100)] if name == "ru.snils" else [*"0123456789ABCDEFGHIJKLMNPQRUTWXZ"]
    found: list[str] = []
    while len(found) < ROWS:
        start = stem(name, r)
        found += [start + end for end in ends if UNLISTED[name][0](start + end)][:1]
    return found


@pytest.mark.parametrize("name", SEEN)
def test_numbers_of_a_country_are_told_by_their_check_digits_alone(name: str) -> None:
    assert kinds(numbers(name)) == {"national_id"}


@pytest.mark.parametrize("name", UNLISTED)
def test_numbers_of_a_country_are_told_where_the_header_says_so(name: str) -> None:
    assert kinds(numbers(name), "national_id_no") == {"national_id"}


def test_published_examples_pass_and_their_neighbours_do_not() -> None:
    assert singapore("S0000001I")
    assert not singapore("S0000001H")
    assert hong_kong("A1234563")
    assert hong_kong("A123456(3)")
    assert not hong_kong("A1234564")
    assert taiwan("A123456789")
    assert not taiwan("A123456788")
    assert snils("11223344595")
    assert not snils("11223344594")
    assert iran("0013542419")
    assert not iran("0013542418")
    assert not any(check("") or check("12") for check in (latvia, kazakhstan, uzbekistan, iran, snils, taiwan))


BORN = {
    "Danish": lambda r: f"{born(r):%d%m%y}-{r.randint(0, 9999):04d}",
    "Korean": lambda r: f"{born(r):%y%m%d}-{r.choice('12')}{r.randint(0, 999_999):06d}",
    "Malaysian": lambda r: f"{born(r):%y%m%d}-14-{r.randint(0, 9999):04d}",
    "Czech": lambda r: f"{born(r):%y%m%d}/{r.randint(0, 999):03d}",
    "Indonesian": lambda r: f"3204{r.randint(1, 60):02d}{born(r):%d%m%y}{r.randint(1, 9999):04d}",
}


@pytest.mark.parametrize("country", BORN)
def test_numbers_that_hold_days_of_birth_are_ids_though_no_check_digit_says_so(country: str) -> None:
    r = random.Random(41)

    assert kinds([BORN[country](r) for _ in range(ROWS)]) == {"national_id"}


def test_numbers_that_begin_with_the_day_of_an_order_are_no_ids() -> None:
    r = random.Random(42)
    days = [date(2019, 1, 1) + timedelta(days=r.randint(0, 2_000)) for _ in range(ROWS)]

    assert kinds([f"{day:%y%m%d}-{r.randint(0, 9999):04d}" for day in days]) == set()
    assert kinds([f"{day:%d%m%y}-{r.randint(0, 9999):04d}" for day in days]) == set()
    assert kinds([f"{day:%y%m%d}-1{r.randint(0, 999_999):06d}" for day in days]) == set()
    assert kinds([f"{r.randint(0, 999_999):06d}-{r.randint(0, 9999):04d}" for _ in range(ROWS)]) == set()


@pytest.mark.parametrize(("country", "digits"), [("MN", 16), ("OM", 19), ("RU", 29), ("SO", 19), ("BI", 23)])
def test_accounts_of_countries_that_presidio_does_not_know_are_told_by_their_check(country: str, digits: int) -> None:
    r = random.Random(12)
    accounts = ["".join(r.choices("0123456789", k=digits)) for _ in range(40)]
    letters = "".join(str(int(one, 36)) for one in country)
    right = [f"{country}{98 - int(f'{account}{letters}00') % 97:02}{account}" for account in accounts]
    wrong = [f"{country}{97 - (int(account) % 90):02}{account}" for account in accounts]

    assert kinds(right) == {"iban"}
    assert "iban" not in kinds(wrong)
