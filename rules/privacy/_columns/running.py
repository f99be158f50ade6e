"""What stands in the running texts of a column, text by text: spans become the texts that hold them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from rules.privacy._columns.evidence import Column
from rules.privacy._forms.checks import card_brand, digits, luhn, tail
from rules.privacy._forms.mail import in_the_open
from rules.privacy._lists import names

SENT_WITH: Final = frozenset(("email", "phone"))
"""Kinds of which a sender puts its own under all texts."""
_NUMBER: Final = re.compile(r"(?<![\w.+-])(?:\d[ -]?){12,18}\d(?![\w-])")
_CHANCE: Final = 0.1
"""One number in ten passes Luhn's check."""


@dataclass(slots=True)
class Running:
    """What stands in running texts."""

    found: dict[str, set[int]] = field(default_factory=dict)
    """Kind -> the texts in which it stands."""
    full: set[int] = field(default_factory=set)
    """Texts that hold a given and a family name."""
    said: dict[str, set[str]] = field(default_factory=dict, repr=False)
    """Some of the different values of kinds that a sender puts under all texts."""


def running_text(column: Column) -> Running:
    """Give for each kind the running texts in which it stands."""
    running = Running()
    if not column.long:
        return running
    from rules.privacy._text.spans import spans_of

    indexes = sorted(column.long)
    found = running.found
    for span in spans_of([column.value(index) for index in indexes]):
        index = indexes[span.text]
        if span.label != "email" or in_the_open(column.value(index)):
            found.setdefault(span.label, set()).add(index)
        words = column.value(index)[span.start : span.end]
        if span.label == "person" and names.full(words):
            running.full.add(index)
        if span.label in SENT_WITH and len(said := running.said.setdefault(span.label, set())) < 2:
            said.add(words)
    _cards_in_text(column, found)
    if column.model:
        from rules.privacy._text.pipeline import people_in

        told = people_in(column.model, [column.value(index) for index in indexes])
        if told:
            found.setdefault("person", set()).update(indexes[place] for place in told)
    return running


def _cards_in_text(column: Column, found: dict[str, set[int]]) -> None:
    """Keep cards only where brand and luck agree: a text of order numbers holds one that passes Luhn now and then.

    Every branded number of the column is tried, not only those that passed: luck is judged by how many tried.
    """
    branded = passed = 0
    proven: set[int] = set()
    for index in column.long.intersection(column.flagged("number_in_text")):
        for match in _NUMBER.finditer(column.value(index)):
            number = digits(match[0])
            if card_brand(number):
                branded += 1
                if luhn(number):
                    passed += 1
                    proven.add(index)
    sure = proven & found.pop("card", set())
    if passed * 10 < branded * 3:
        return
    if tail(passed, branded, _CHANCE) > 0.011:
        sure = {index for index in sure if _CARD_SAID.search(column.value(index))}
    if sure:
        found["card"] = sure


_CARD_SAID: Final = re.compile(
    r"(?i)(?:card|kart[eiay]|kartu|carte|tarjeta|cart[aã]o|carta|kaart|kort|visa|mastercard|amex|maestro|карт|カード|"
    r"信用卡|银行卡|카드|بطاقة)\w{0,9}\W.{0,60}?\d{4}|"
    r"\b\d{4}([ -])\d{4}\1\d{4}\1\d{4}\b|\b3\d{3}([ -])\d{6}\2\d{5}\b"
)
"""One number in a text is a card's only where words or spaces say so too: one in ten passes Luhn's check."""
