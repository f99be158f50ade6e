"""Given names in one column and family names in the next, under headers that say nothing."""

from __future__ import annotations

import random

from rules.privacy.detection import DETECTOR

GIVEN = [
    "Anneliese", "Torsten", "Rukmini", "Girish", "Ludivine", "Corentin",
    "Halina", "Szymon", "Mirja", "Jarmo", "Temitope", "Brianna",
]  # fmt: skip
FAMILY = [
    "Niederhauser",
    "Deshpande",
    "Thibodeaux",
    "Olszewski",
    "Savolainen",
    "Ogunbanjo",
    "Kulkarni",
    "Charpentier",
    "Vandenberg",
    "Hakala",
]


def _told(**columns: list[str]) -> dict[str, set[str]]:
    import pyarrow as pa

    rng = random.Random(3)
    table = pa.table({name: [rng.choice(words) for _ in range(90)] for name, words in columns.items()})
    found: dict[str, set[str]] = {name: set() for name in columns}
    for one in DETECTOR.detect(table):
        if one.confidence >= 0.75:
            found[one.column].add(one.label)
    return found


def test_names_that_two_columns_share_are_told() -> None:
    told = _told(c3=GIVEN, c4=FAMILY)

    assert told == {"c3": {"first_name"}, "c4": {"person"}}


def test_few_given_names_alone_may_be_storms() -> None:
    assert _told(c3=GIVEN) == {"c3": set()}


def test_given_names_beside_colours_and_months_are_not_told() -> None:
    for others in ("Navy Olive Amber Ruby Teal Violet Beige Ochre", "January April May June August March July"):
        assert _told(c3=GIVEN, c4=others.split()) == {"c3": set(), "c4": set()}


def test_two_columns_of_things_are_not_told() -> None:
    towns = ["Marseille", "Florence", "Lourdes", "Jackson", "Victoria", "Adelaide", "Sydney", "Salvador"]
    tools = ["Jenkins", "Kafka", "Grafana", "Pascal", "Watson", "Cassandra", "Maven", "Celery"]

    assert _told(c3=towns, c4=tools) == {"c3": set(), "c4": set()}


def test_a_header_of_things_denies_names_in_two_columns() -> None:
    assert _told(product=GIVEN, brand=FAMILY) == {"product": set(), "brand": set()}
