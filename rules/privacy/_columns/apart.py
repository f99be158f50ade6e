"""Leaks of kinds without a format: few values of a column that are of another form than all others.

A reference is no name, and a state no number: where some values stand apart from the rest, they are judged alone, and
take more evidence than a whole column does.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from rules.privacy._columns.evidence import Column, Found
from rules.privacy._columns.numbers_apart import numbers_apart
from rules.privacy._columns.people import people
from rules.privacy._forms.checks import digits
from rules.privacy._lists import names
from rules.privacy._lists.headers import plain
from rules.privacy._lists.names import name_like

_MOST: Final = 0.2
"""What is a larger share of the rows stands not apart from the others."""
_DENIED: Final = 0.05
"""The same where the header says that the column is of things."""
_NAMES: Final = 5
_FEWEST: Final = 3
_CLAIMING: Final = frozenset(("iban", "ip", "email"))
"""Kinds whose values are nothing else as well."""
_KNOWN: Final = 0.45
_STREETS: Final = 0.8


def apart(column: Column, usable: list[int], told: Sequence[Found]) -> Iterator[Found]:
    """Give names and numbers of people among values of another form; `told` is what was found already."""
    if (column.header.about and column.header.kinds) or column.distinct <= _FEWEST:
        return
    labels = {one.label for one in told}
    if not labels & {"person", "first_name"}:
        yield from _people_apart(column, usable)
        if "address" not in labels:
            yield from _people_numbered(column, usable)
    if "address" not in labels:
        yield from _streets_apart(column, usable)
    if not labels & {"national_id", "ssn"}:
        claimed = frozenset(index for one in told if one.label in _CLAIMING for index in one.values) - column.long
        # Cards of firms that hardly anybody knows pass the check of others' ids.
        left = [] if labels & {"card", "phone"} else [index for index in usable if index not in claimed]
        yield from numbers_apart(column, left, lambda hits: _rare(column, hits))
    if "location" not in labels:
        yield from _positions_apart(column, usable)


def _positions_apart(column: Column, usable: list[int]) -> Iterator[Found]:
    """Give pairs of degrees, exact to some metres, among other values: whose position it is, a person must say."""
    if "." not in column.blob or _EXACT.search(column.blob) is None:
        return
    hits = {
        index
        for index in (*usable, *column.long)
        if _POSITION.search(column.value(index)) and len(_EXACT.findall(column.value(index))) == 2
    }
    if len(hits) >= _NAMES and _rare(column, sorted(hits - column.long)):
        yield column.found("location", hits, ("format",), _QUESTION)


_POSITION: Final = re.compile(
    r"(?<![\d.,])-?(?:[1-8]?\d|90)\.\d{4,15}(?:[°NS]|\s*[,;/]\s*|\s+)+-?(?:1[0-7]\d|\d{1,2}|180)\.\d{4,15}(?![\d.])"
)
_EXACT: Final = re.compile(r"\d\.\d{4,}")
_QUESTION: Final = 0.6


def _rare(column: Column, hits: list[int]) -> bool:
    most = _DENIED if column.header.thing else _MOST
    # Of a path of documents, or of what few links ask for, all values may be of few rows.
    return column.texts.rows(hits) <= most * max(column.texts.looked, sum(column.texts.counts))


def _people_apart(column: Column, usable: list[int]) -> Iterator[Found]:
    if " " not in column.blob:
        return
    # A `desk lamp` is written as no name is: what has small letters is no part of those that are judged.
    whole = [index for index in usable if " " in column.value(index) and names.written_as_name(column.value(index))]
    if len(whole) < _NAMES or not _rare(column, whole):
        return
    given = [index for index in whole if names.likeness(column.value(index)) == _GIVEN]
    # Few of them must have family names as well: a gold may be rose, and a call will.
    families = [index for index in given if names.full(column.value(index))]
    enough = len(given) >= _NAMES or (len(given) >= _FEWEST and len(given) + len(families) >= _NAMES)
    if enough and column.part(given, whole) >= _KNOWN:
        yield column.found("person", whole, ("list", "shape"), 0.77)


_GIVEN: Final = 3
"""What says of a text that it holds a common given name."""


def _people_numbered(column: Column, usable: list[int]) -> Iterator[Found]:
    """Judge names that have a number behind them, as where two people have one name, by what is left without it."""
    few = usable[:: max(1, len(usable) // _TRIED)]
    if sum(column.value(index)[-1] in _ENDS and not column.value(index)[0].isdigit() for index in few) * 4 < len(few):
        return
    said = {index: name for index in usable if (name := _NUMBERED.sub("", column.value(index))) and name_like(name)}
    if column.part(said, usable) < _NUMBERED_NAMES or all(said[index] == column.value(index) for index in said):
        return
    rows: Counter[str] = Counter()
    for index, name in said.items():
        rows[name] += column.texts.counts[index]
    left = replace(column.texts, values=tuple(rows), counts=tuple(rows.values()), weights=())
    # Towns and models are numbered too: words alone say too little of them, whatever their letters.
    one_word = sum(" " not in name for name in rows) * 2 > len(rows)
    if one_word and not (column.header.names("person") or column.header.names("first_name")):
        return
    for one in people(Column(left, column.header, column.siblings), list(range(len(rows)))):
        told = {name for place, name in enumerate(rows) if place in one.values}
        yield column.found(one.label, [index for index in said if said[index] in told], one.why, one.confidence)


_NUMBERED: Final = re.compile(r"[\s#(_-]*\d{1,6}\)?$")
_NUMBERED_NAMES: Final = 0.6
_TRIED: Final = 16
_ENDS: Final = "0123456789)"


def _streets_apart(column: Column, usable: list[int]) -> Iterator[Found]:
    if " " not in column.blob:
        return
    numbered = [index for form, group in column.groups().items() if " " in form and "a" in form for index in group]
    allowed = set(usable)
    numbered = [index for index in numbered if index in allowed]
    if len(numbered) < _NAMES:
        return
    streets = [index for index in numbered if names.street(column.value(index))]
    if len(streets) < _NAMES or not _rare(column, streets):
        return
    if column.part(streets, numbered) >= _STREETS or _written_as_houses(column, streets):
        yield column.found("address", streets, ("list", "shape"), 0.77)


def _written_as_houses(column: Column, streets: list[int]) -> bool:
    """Whether these are names with numbers, and as many as those of houses are: things that are numbered have few."""
    said = {index: name for index in streets if (name := names.housed(column.value(index)))}
    if len(said) * 5 < 4 * len(streets):
        return False
    first = Counter(plain(name).split()[0] for name in said.values())
    last = Counter(plain(name).split()[-1] for name in said.values())
    numbers = {digits(column.value(index).split(",")[0]) for index in said}
    return len(numbers) >= _NAMES and all(len(words) >= _NAMES for words in (first, last))


def ids_apart(column: Column, told: Sequence[Found]) -> Iterator[Found]:
    """Give the ids of people among numbers that have another number of digits."""
    labels = {one.label for one in told}
    if column.distinct > _FEWEST and not labels & {"national_id", "ssn", "card", "phone"} and not column.header.about:
        yield from numbers_apart(column, column.short, lambda hits: _rare(column, hits))
