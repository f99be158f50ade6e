"""Given names stand before many family names and the other way round; words of products and towns do not."""

from __future__ import annotations

import random

import pyarrow as pa  # noqa: TID253 - the detector's port is Arrow
import pytest

from rules.privacy._lists.crossed import crossed
from rules.privacy.detection import DETECTOR

ROWS = 300
GIVEN = "Žydrūnas Gintarė Rimantas Vaidotas Danguolė Algirdas Ramunė Kęstutis Audronė Saulius"
FAMILY = "Petrauskaitė Vasiliauskas Žukauskienė Butkevičius Stankūnaitė Kavaliauskas Urbonavičius Ramanauskienė Pocius"
FORMS = {
    "given name first": lambda a, b: f"{a} {b}",
    "family name first": lambda a, b: f"{b}, {a}",
    "capitals": lambda a, b: f"{a} {b}".upper(),
    "small letters": lambda a, b: f"{a} {b}".lower(),
    "titles": lambda a, b: f"Dr. {a} {b}",
    "an initial between": lambda a, b: f"{a} M. {b}",
}
THINGS = {
    "chairs": ("Handcrafted Rustic Sleek Practical Refined Small Generic", "Chair Table Shirt Bike Soap"),
    "dishes": ("Gebratener Kalter Scharfer Gefüllter Warmer Milder", "Fisch Salat Eintopf Braten Kuchen"),
    "jobs": ("Senior Junior Lead Chief Deputy Associate", "Engineer Analyst Manager Planner Buyer"),
    "files": ("budget draft final report notes", "tiff webm jpeg flac docx"),
}
SPICES = "Basil Rosemary Ginger Saffron Olive Sage Thyme Cumin Angelica Juniper Marjoram Anise Dill Fennel Clove"
SAID = "anna maria robert peter thomas wohnung sagen nie ohne mich fangen können schauen papa wetter garten"


def kinds(values: list[str], header: str = "c01") -> set[str]:
    labels = DETECTOR.detect(pa.table({header: pa.array(values)}))
    return {one.label for one in labels if one.confidence >= 0.75}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("header", ["c01", "column_7", "val"])
def test_names_of_people_are_seen_however_they_are_written(form: str, header: str) -> None:
    r = random.Random(31)

    assert kinds([FORMS[form](r.choice(GIVEN.split()), r.choice(FAMILY.split())) for _ in range(ROWS)], header) == {
        "person"
    }


@pytest.mark.parametrize("what", THINGS)
def test_things_whose_words_cross_are_no_people(what: str) -> None:
    r = random.Random(32)
    first, last = THINGS[what]

    assert kinds([f"{r.choice(first.split())} {r.choice(last.split())}" for _ in range(ROWS)]) == set()
    assert kinds([f"{r.choice(first.split())}.{r.choice(last.split())}" for _ in range(ROWS)]) == set()


def test_words_cross_only_where_both_sides_recur() -> None:
    r = random.Random(33)
    pairs = [f"{r.choice(GIVEN.split())} {r.choice(FAMILY.split())}" for _ in range(ROWS)]
    models = [f"{brand} {letter}o{brand[:3].lower()}{n}" for n, brand in enumerate(GIVEN.split()) for letter in "abcd"]

    assert crossed(pairs)
    assert not crossed(models)
    assert not crossed([f"Santa {name}" for name in FAMILY.split()] * 10)
    assert not crossed(GIVEN.split())
    assert not crossed([])


def test_spices_that_sound_like_names_and_come_again_and_again_are_no_people() -> None:
    r = random.Random(34)
    assert kinds([r.choice(SPICES.split()) for _ in range(ROWS)]) == set()


def test_short_sentences_among_longer_ones_are_no_people() -> None:
    r = random.Random(35)
    lengths = [r.choice([4, 5, 9, 11]) for _ in range(ROWS)]
    sentences = [" ".join(r.choices(SAID.split(), k=length)) for length in lengths]

    assert kinds(sentences) == set()
