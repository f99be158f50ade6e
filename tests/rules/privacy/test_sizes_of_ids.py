"""Ids are asked of a country's rules only where they have as many letters and digits as its ids: none is lost."""

from __future__ import annotations

import random

from rules.privacy._forms import ids
from rules.privacy._forms.phones import _DATE, _FORM, _OTHER, phone_form


def test_no_number_that_a_country_accepts_has_another_size() -> None:
    r = random.Random(43)
    accepted = set()
    for name in ids._kinds():
        fitting, valid = ids._fitting(name), ids._valid(name)
        for _ in range(1_500):
            before = r.choice(("", "", "", "A", "DE", "HR", "CHE", "NL", "V", "1A"))
            number = before + "".join(r.choices("0123456789", k=r.randint(5, 19))) + r.choice(("", "", "A", "K"))
            if r.random() < 0.3:
                number = number[:3] + r.choice("- ./") + number[3:]
            if fitting and valid(number):
                accepted.add(name)
                assert name in ids._LENGTHS or len(ids.compact(number)) in fitting, name
    assert len(accepted) >= 25


def test_a_phone_number_is_told_by_its_form_whatever_its_digits() -> None:
    r = random.Random(44)
    parts = (
        *"0123456789",
        "00",
        "+",
        "(",
        ")",
        " ",
        "-",
        ".",
        "/",
        "tel:",
        " x",
        "ext.",
        "#",
        "2024-01-02",
        "192.168.",
    )
    texts = ["".join(r.choices(parts, k=r.randint(3, 16))) for _ in range(20_000)]

    for text in texts:
        figures = [one for one in text if one.isdigit()]
        written = _FORM.fullmatch(text) and not _DATE.fullmatch(text) and not _OTHER.fullmatch(text)
        right = len(text) <= 30 and written and 7 <= len(figures) <= 17 and len(set(figures)) > 1

        assert phone_form(text) == bool(right)
