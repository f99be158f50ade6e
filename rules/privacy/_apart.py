"""Leaks of kinds without a format: few values of a column that are of another form than all others.

A reference is no name, and a state no number: where some values stand apart from the rest, they are judged alone, and
take more evidence than a whole column does.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rules.privacy import _ids as ids
from rules.privacy import _names as names
from rules.privacy._checks import us_ssn
from rules.privacy._evidence import Column, Found

_MOST: Final = 0.2
"""What is a larger share of the rows stands not apart from the others."""
_DENIED: Final = 0.05
"""The same where the header says that the column is of things."""
_NAMES: Final = 5
_NUMBERS: Final = 8
_SSN: Final = 3
_GROUPS: Final = 6
_KNOWN: Final = 0.45
_STREETS: Final = 0.8


def apart(column: Column, usable: list[int], found: frozenset[str]) -> Iterator[Found]:
    """Give names and numbers of people among values of another form; `found` are the labels that are told already."""
    if (column.header.about and column.header.kinds) or len(usable) <= _SSN:
        return
    if not found & {"person", "first_name"}:
        yield from _people_apart(column, usable)
    if "address" not in found:
        yield from _streets_apart(column, usable)
    if not found & {"national_id", "ssn", "phone", "card"}:
        yield from _numbers_apart(column, usable)


def _rare(column: Column, hits: list[int]) -> bool:
    most = _DENIED if column.header.thing else _MOST
    return column.texts.rows(hits) <= most * sum(column.texts.counts)


def _people_apart(column: Column, usable: list[int]) -> Iterator[Found]:
    if " " not in column.blob:
        return
    whole = [index for index in usable if " " in column.value(index) and names.name_like(column.value(index))]
    if len(whole) < _NAMES or not _rare(column, whole):
        return
    given = [index for index in whole if names.likeness(column.value(index)) == _GIVEN]
    if len(given) >= _NAMES and column.part(given, whole) >= _KNOWN:
        yield column.found("person", whole, ("list", "shape"), 0.77)


_GIVEN: Final = 3
"""What says of a text that it holds a common given name."""


def _streets_apart(column: Column, usable: list[int]) -> Iterator[Found]:
    if " " not in column.blob:
        return
    numbered = [index for form, group in column.groups().items() if " " in form and "a" in form for index in group]
    allowed = set(usable)
    numbered = [index for index in numbered if index in allowed]
    if len(numbered) < _NAMES or not _rare(column, numbered):
        return
    streets = [index for index in numbered if names.street(column.value(index))]
    if len(streets) >= _NAMES and column.part(streets, numbered) >= _STREETS:
        yield column.found("address", streets, ("list", "shape"), 0.77)


def _numbers_apart(column: Column, usable: list[int]) -> Iterator[Found]:
    allowed = set(usable)
    tried = 0
    for form, group in column.groups().items():
        members = [index for index in group if index in allowed]
        if len(members) < _SSN or not _rare(column, members):
            continue
        texts = [column.value(index) for index in members]
        if form == "999-99-9999" and not column.header.identifier and all(map(us_ssn, texts)):
            yield column.found("ssn", members, ("format",), 0.6)
            return
        if len(members) < _NUMBERS or not 8 <= len(ids.compact(texts[0])) <= 20 or "@" in texts[0]:
            continue
        tried += 1
        if tried > _GROUPS:
            return
        if (said := ids.national_id(texts, named=False)) and said[0] is not ids.BORN and all(said[1]):
            yield column.found("national_id", members, ("check digit",), 0.8)
            return
