"""Special categories: by a header and values of lists, by a header that means nothing else, by flags."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from rules.privacy._columns.evidence import Column, Found
from rules.privacy._columns.people import PEOPLE
from rules.privacy._lists.headers import clear, plain
from rules.privacy._lists.special_values import SPECIAL_VALUES

_FEW_VALUES: Final = 300  # more distinct values than a list of religions has
_WORD: Final = re.compile(r"[\w-]+")
_ICD10: Final = re.compile(r"[A-TV-Z]\d{2}(?:\.?\d{1,4})?")
_AMBIGUOUS: Final = frozenset(
    [
        "condition",
        "treatment",
        "race",
        "din",
        "dini",
        "herkunft",
        "sante",
        "origin",
        "faith",
        "partia",
        "syndicat",
        "disabled",
    ]
)
"""Headers that mean other things as well: alone they say nothing."""


def special(column: Column, usable: list[int]) -> Iterator[Found]:
    """Special categories: header and values together are likely, and a header that means nothing else is alone."""
    named = sorted(kind for kind in column.header.kinds if kind.startswith("special:"))
    if column.texts.kind == "number":
        yield from _flagged(column, usable, named)
        return
    for label in named:
        if column.header.about:
            continue
        hits = {index for index in usable if _in_category(column.value(index), label)}
        if column.part(hits, usable) >= 0.3:
            yield column.found(label, usable, ("list",), 0.92)
        elif plain(column.texts.header) not in _AMBIGUOUS and not column.header.identifier and len(usable) >= 2:
            sure = clear(column.texts.header, label) or column.siblings & PEOPLE
            yield column.found(label, usable, (), 0.8 if sure and (label in _CODED or _worded(column, usable)) else 0.5)
    if column.weigh(range(column.distinct)) <= _FEW_VALUES and not any(
        kind.startswith("special:") for kind in column.header.kinds
    ):
        said = set(_WORD.findall(plain(column.blob)))
        for label in ("special:religion", "special:orientation"):
            if said.isdisjoint(SPECIAL_VALUES[label]):
                continue
            hits = {index for index in usable if _in_category(column.value(index), label)}
            if len(hits) >= 3 and column.part(hits, usable) >= 0.7:
                yield column.found(label, hits, ("list",), 0.8)


_CODED: Final = frozenset({"special:biometric"})
"""Categories whose values are no words: templates and sequences."""


def _flagged(column: Column, usable: list[int], named: list[str]) -> Iterator[Found]:
    """Judge columns of 0 and 1 under a header that says of what."""
    if (
        plain(column.texts.header) in _AMBIGUOUS
        or column.header.about
        or not {column.value(index) for index in usable} <= {"0", "1"}
    ):
        return
    for label in named:
        if clear(column.texts.header, label):
            yield column.found(label, usable, ("flag",), 0.8)


def _worded(column: Column, usable: list[int]) -> bool:
    """Whether values are words or flags as people write them, and no codes, links or moments."""
    return column.part([index for index in usable if _WORDED.fullmatch(column.value(index))], usable) >= 0.8


_WORDED: Final = re.compile(r"[^\W\d_][^\d_/\\@#{}<>=]{0,79}")


def _in_category(text: str, label: str) -> bool:
    if label == "special:health" and _ICD10.fullmatch(text):
        return True
    listed = SPECIAL_VALUES.get(label, frozenset())
    return len(text) <= 60 and any(word in listed for word in (plain(text), *re.split(r"[\s,;/()]+", plain(text))))
