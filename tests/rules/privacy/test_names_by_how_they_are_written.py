"""Names with initials, with nicknames, and logins under a header for users: how they are written tells them."""

from __future__ import annotations

import random

import pytest

from rules.privacy.detection import DETECTOR

FAMILIES = [
    "Awan", "Kayani", "Venkatesan", "Rajagopal", "Natarajan", "Iyer", "Qureshi", "Mirza", "Deshpande", "Olszewski",
]  # fmt: skip


def _told(header: str, values: list[str]) -> set[str]:
    import pyarrow as pa

    return {one.label for one in DETECTOR.detect(pa.table({header: values})) if one.confidence >= 0.75}


def _rows(form: str) -> list[str]:
    rng = random.Random(8)
    return [form.format(rng.choice("SUVKDA"), rng.choice(FAMILIES)) for _ in range(60)]


@pytest.mark.parametrize("form", ["{}. {}", "{1}, {0}.", "{1} {0}."])
def test_initials_with_names_that_no_list_holds_are_people(form: str) -> None:
    assert "person" in _told("data", _rows(form))


def test_species_are_written_with_initials_too_and_are_none() -> None:
    kinds = ["coli", "aureus", "pneumoniae", "subtilis", "putida", "cereus", "elegans", "sapiens", "musculus", "rerio"]

    assert _told("data", [f"{sign}. {kind}" for kind in kinds for sign in "ESKBP"]) == set()


def test_a_nickname_in_quotes_does_not_hide_a_name() -> None:
    given = ["Virgilio", "Crisanto", "Rogelio", "Ernesto", "Danilo", "Benigno"]
    values = [f'{first} "{first[:3]}" {last}' for first in given for last in FAMILIES]

    assert "person" in _told("nom_complet", values)


def test_logins_under_users_are_user_names() -> None:
    assert "username" in _told(
        "user", [f"{sign}{one.lower()}{number}" for one in FAMILIES for sign, number in ("a1", "b2")]
    )


def test_a_few_roles_under_users_are_none() -> None:
    assert "username" not in _told("user", ["admin", "guest", "system", "root"] * 9)
