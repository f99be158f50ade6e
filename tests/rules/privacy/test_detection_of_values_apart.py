"""Few values of another form than the rest of their column are judged alone, and names by the addresses beside them."""

from __future__ import annotations

import random
from collections.abc import Callable

import pyarrow as pa  # noqa: TID253 - the detector's port is Arrow
import pytest

from benchmarks.privacy.made import person, street
from lineage.detector import Label
from rules.privacy.detection import DETECTOR

ROWS = 2_000
OTHERS: dict[str, Callable[[random.Random], str]] = {
    "ref": lambda r: f"R{r.randint(10**7, 10**8 - 1)}",
    "state": lambda r: r.choice(["open", "closed", "pending"]),
    "c7": lambda r: f"{r.randint(0, 99)}.{r.randint(10, 99)}",
}
RARE = "Yvrin Quolm Tezzek Brollach Wuzip Plonke Xarveth Druimby Okkeldo Zwierp Hraunk Vintzi"


def labels(**columns: list[str]) -> list[Label]:
    return list(DETECTOR.detect(pa.table({name: pa.array(values) for name, values in columns.items()})))


def told(values: list[str], header: str, least: float = 0.75) -> dict[str, int]:
    return {one.label: one.hits for one in labels(**{header: values}) if one.confidence >= least}


def pesel(r: random.Random) -> str:
    stem = f"{r.randint(40, 99):02d}{r.randint(1, 12):02d}{r.randint(1, 28):02d}{r.randint(0, 9999):04d}"
    total = sum(int(one) * weight for one, weight in zip(stem, (1, 3, 7, 9, 1, 3, 7, 9, 1, 3), strict=True))
    return f"{stem}{-total % 10}"


def among(header: str, few: list[str]) -> list[str]:
    r = random.Random(61)
    values = [OTHERS[header](r) for _ in range(ROWS)]
    for place, value in zip(r.sample(range(ROWS), len(few)), few, strict=True):
        values[place] = value
    return values


@pytest.mark.parametrize("header", OTHERS)
def test_twelve_people_among_two_thousand_codes_are_told(header: str) -> None:
    r = random.Random(62)
    ids = [pesel(r) for _ in range(12)]
    people = list(dict.fromkeys(person(r, "de") for _ in range(30)))[:12]
    streets = list(dict.fromkeys(street(r, "fr") for _ in range(30)))[:12]

    assert told(among(header, ids), header) == {"national_id": 12}
    assert told(among(header, people), header) == {"person": 12}
    assert told(among(header, streets), header) == {"address": 12}


@pytest.mark.parametrize("header", OTHERS)
def test_words_and_numbers_that_stand_apart_are_no_people(header: str) -> None:
    r = random.Random(63)
    words = [
        "Gone Away",
        "Not Known",
        "Sent Back",
        "Paid Late",
        "Lost Again",
        "Too Small",
        "Wrong Size",
        "Out Of Stock",
    ]
    numbers = [str(r.randint(10**10, 10**11 - 1)) for _ in range(12)]
    rooms = [f"Hall {letter} {number}" for letter in "ABC" for number in (1, 2, 3, 4)]

    assert told(among(header, words), header) == {}
    assert told(among(header, numbers), header) == {}
    assert told(among(header, rooms), header) == {}


def test_numbers_written_as_social_security_numbers_are_a_question() -> None:
    r = random.Random(64)
    few = [f"{r.randint(101, 665)}-{r.randint(10, 99)}-{r.randint(1000, 9999)}" for _ in range(8)]

    assert told(among("state", few), "state") == {}
    assert told(among("state", few), "state", 0.5) == {"ssn": 8}


def test_addresses_of_machines_under_a_reference_are_a_leak_and_versions_are_none() -> None:
    machines = [f"{place}.{place + 120}.{200 - place}.{place + 101}" for place in range(20, 30)]
    versions = [f"{place}.1.{place % 4}.{place % 7}" for place in range(20, 30)]

    assert told(among("ref", machines), "ref") == {"ip": 10}
    assert told(among("ref", versions), "ref") == {}


def test_addresses_of_devices_are_seen_with_dots_between_and_accounts_are_not() -> None:
    r = random.Random(65)
    devices = [".".join(f"{r.getrandbits(16):04x}" for _ in range(3)) for _ in range(200)]
    accounts = [".".join(f"{r.randint(0, 9999):04d}" for _ in range(3)) for _ in range(200)]

    assert told(devices, "c1") == {"mac_address": 200}
    assert told(accounts, "c1") == {}


def test_rare_names_are_told_by_the_addresses_in_their_rows() -> None:
    rare = RARE.split()
    mails = [f"{name.lower()}.{number}@corp.com" for number, name in enumerate(rare * 3)]

    beside = labels(c1=rare * 3, c2=mails, c3=["Tezzek Tower", *rare[1:]] * 3)
    apart = labels(c1=rare * 3, c2=[f"u{number}@corp.com" for number in range(36)])

    assert [(one.label, one.why) for one in beside if one.column == "c1"] == [("person", ("sibling",))]
    assert [one.label for one in apart if one.column == "c1"] == []


def test_logins_are_told_by_the_addresses_in_their_rows() -> None:
    logins = [f"{first}{last}" for first in "abcdef" for last in ("quolm", "tezzek", "wuzip")]

    found = labels(c1=logins, c2=[f"{login}@corp.com" for login in logins])

    assert [one.label for one in found if one.column == "c1"] == ["username"]
