"""Names with a number behind them are names of people; rooms, models and towns with one are not."""

from __future__ import annotations

import random
from collections.abc import Callable

import pyarrow as pa  # noqa: TID253 - the detector's port is Arrow
import pytest

from benchmarks.privacy.made import person
from rules.privacy.detection import DETECTOR

ROWS = 300
Write = Callable[[str, int], str]


def told(header: str, values: list[str]) -> set[str]:
    found = DETECTOR.detect(pa.table({header: pa.array(values)}))
    return {one.label for one in found if one.confidence >= 0.75 and ":" not in one.label}


@pytest.mark.parametrize("header", ["customer_name", "name", "c1"])
@pytest.mark.parametrize(
    "write",
    [
        pytest.param(lambda name, number: f"{name} {number}", id="a space"),
        pytest.param(lambda name, number: f"{name} ({number})", id="brackets"),
        pytest.param(lambda name, number: f"{name}{number:02d}" if number % 3 else name, id="some of them"),
    ],
)
def test_people_are_told_by_what_stands_before_their_number(header: str, write: Write) -> None:
    r = random.Random(3)

    assert told(header, [write(person(r, "de"), r.randint(2, 9)) for _ in range(ROWS)]) == {"person"}


@pytest.mark.parametrize(
    "things",
    [
        "Room;Hall;Gate;Chapter;Building;Zone;Platform;Desk",
        "Fiat Panda;Opel Astra;Toyota Corolla;Ford Mondeo;Skoda Octavia;Seat Leon;Renault Clio;Mazda Demio;Lada Vesta",
        "Paris;Lyon;Marseille;Wien;Berlin;Linz;Graz;Praha;Budapest;London;Dublin;Torino",
        "Red Bull;Coca Cola;Dr Pepper;Mountain Dew;Ginger Ale;Bitter Lemon;Apple Juice;Iced Tea;Tonic Water",
        "Team Blue;Team Red;Group A;Group B;Night Shift;Early Shift;Late Shift;Line North;Line South",
        "iPhone;Galaxy;Pixel;Xperia;Nova;Redmi;Nokia;Moto",
    ],
)
@pytest.mark.parametrize("header", ["c1", "label", "name"])
def test_things_that_are_numbered_are_no_people(header: str, things: str) -> None:
    r = random.Random(4)

    assert told(header, [f"{r.choice(things.split(';'))} {r.randint(1, 40)}" for _ in range(ROWS)]) == set()
