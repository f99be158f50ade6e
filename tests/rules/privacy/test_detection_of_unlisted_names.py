"""Names that no list holds are told by their letters, and other words that look like names are not."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import pyarrow as pa  # noqa: TID253 - the detector's port is Arrow
import pytest

from rules.privacy._lists.letters import names
from rules.privacy._lists.names import listed, name_words
from rules.privacy.detection import DETECTOR

RARE = {
    "Polish": "Gromadziński Wierzchosławski Bednarkiewicz Pszczółkowski Trzebiatowski Kołodziejska Jabłonowicz "
    "Grzybowicz Szczepankiewicz Dziewulska Brzozowicz Chmielarczyk Wasilkowska Ostrowicki Makowiecki Sadowniczak "
    "Raczkiewicz Dobrzyniecki Zawistowska Mroczkowicz Kalinowicz Podgórecki",
    "Indian": "Chattopadhyay Mukhopadhyay Ranganathan Venkatesan Subramaniam Balakrishnan Jayaraman Ramachandran "
    "Natarajan Krishnamurthy Srinivasan Sundararajan Thiagarajan Gopalakrishnan Muralidharan Parthasarathy "
    "Radhakrishnan Swaminathan Viswanathan Varadarajan Deshpande Kulkarni Bhattacharjee Vaidyanathan Seshadri "
    "Anantharaman Kothandaraman Lakshminarayanan Padmanabhan Ekambaram Somasundaram Vedachalam Nagarajan Jagannathan",
}  # fmt: skip
OTHER = {
    "tools": "Hammer Chisel Wrench Pliers Bandsaw Grinder Clamp Mallet Router Sander Crowbar Ratchet Trowel Scraper "
    "Soldering Vise Jigsaw Anvil Awl Caliper Tweezers Nozzle",
    "German things": "Schraubenzieher Bohrmaschine Leiter Eimer Pinsel Zange Hobel Feile Kelle Wasserwaage Nagel Dübel "
    "Klebeband Spachtel Säge Meißel Schleifpapier Handschuhe Besen Schaufel Rechen Gießkanne",
    "places": "Krakow Gdansk Lublin Szczecin Bydgoszcz Katowice Gdynia Toruń Kielce Rzeszów Olsztyn Opole Sosnowiec "
    "Radom Płock Zabrze Bytom Elbląg Tarnów Chorzów Koszalin Legnica",
    "colours in Finnish": "Punainen Sininen Vihreä Keltainen Musta Harmaa Ruskea Oranssi Turkoosi Kulta Hopea Purppura "
    "Beige Syaani Pronssi Kupari Oliivi Lohi Koralli Indigo Malva Okra",
}  # fmt: skip


def kinds(values: Sequence[object], header: str = "c01") -> set[str]:
    labels = DETECTOR.detect(pa.table({header: pa.array(values)}))
    return {one.label for one in labels if one.confidence >= 0.75}


@pytest.mark.parametrize("language", RARE)
def test_rare_family_names_are_told_by_their_letters(language: str) -> None:
    values = RARE[language].split()
    unknown = [value for value in values if not any(listed(word) for word in name_words(value))]

    assert len(unknown) >= 20
    assert kinds(unknown) <= {"person", "first_name"}
    assert kinds(unknown)


@pytest.mark.parametrize("what", OTHER)
def test_other_words_with_capitals_are_no_names(what: str) -> None:
    assert kinds(OTHER[what].split()) == set()


def test_names_in_columns_of_firms_make_no_people() -> None:
    rare = RARE["Polish"].split() + RARE["Indian"].split()

    assert kinds([f"{name} Oskeyhtiö" for name in rare]) == set()
    assert kinds([f"{name} s.r.o." for name in rare]) == set()
    assert kinds([f"{one}, {other} & {one}" for one, other in itertools.pairwise(rare)]) == set()


def test_sentences_are_no_names() -> None:
    firsts = ["Anna", "Maria", "Peter", "Paul", "Karl", "Otto", "Emma", "Frieda", "Max", "Moritz", "Hanna", "Lena"]

    assert kinds([f"{first} kommt gern nach Hause." for first in firsts * 3]) == set()


def test_the_model_scores_every_script_and_no_word_at_all() -> None:
    assert len(names(["müller", "王", "ивановна", "παπαδοπουλου"])) == 4
    assert len(names([])) == 0
