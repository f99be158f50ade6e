"""Numbers of people that stand apart, alone or within a text: each form is judged by itself, wherever it stands.

`reached under 85010112345` is a sentence and a number; what is numbered in such texts has one form, what leaks another.
A form counts where every number of it has the right check digit, which chance does not give; forms without one
(US social security numbers, British insurance numbers, births inside numbers) are a question and never more.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import accumulate
from typing import Final, NamedTuple

from rules.privacy._columns.evidence import Column, Found
from rules.privacy._forms import ids
from rules.privacy._forms.checks import tail, us_ssn
from rules.privacy._forms.shapes import shapes
from rules.privacy._text.forms import NUMBERED, before

_PLAIN: Final = re.compile(r"(?<![0-9])[0-9](?:[0-9A-Za-z]|[.\-](?=[0-9A-Za-z])){4,23}")
"""From the first digit of a number; the letters before it are added where it is found, which costs less."""
_SPACED: Final = re.compile(r"(?<![\w.,+/-])(?:[A-Z]{2} ?)?[0-9]{1,6}(?: [0-9]{1,6}){1,5}(?: ?[A-Z])?(?![\w/])")
_PARTED: Final = re.compile(r"[0-9A-Z] [0-9]")
_LETTERS: Final = 6
_INSURANCE: Final = re.compile(r"(?!BG|GB|NK|KN|TN|NT|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d\d ?\d\d ?\d\d ?[A-D]")
_FEWEST, _MOST = 8, 20
_DIGITS: Final = 5
_ASKED: Final = 3
"""So many numbers of a form without a check digit are a question."""
_CHECKED: Final = 5
_FORMS: Final = 12
"""So many forms of a column are judged, those of most numbers first."""
_QUESTION: Final = 0.6
_LUCK, _ASKED_LUCK = 1e-8, 2e-6
"""How often chance may give what is told, and what is a question: all kinds of all countries are tried."""


class Number(NamedTuple):
    """A number at a place of a column's value."""

    value: int
    """Index of the value."""
    start: int
    text: str

    def __repr__(self) -> str:
        """Never the number: it may stand in tracebacks."""
        return f"Number({len(self.text)} signs)"


def numbers_apart(column: Column, usable: Sequence[int], rare: Callable[[list[int]], bool]) -> Iterator[Found]:
    """Give the numbers of people among the usable values and running texts; `rare` says which are a part of few."""
    allowed = {*usable, *column.long}
    tried = 0
    asked: list[Found] = []
    forms = sorted(_forms(column, allowed).items(), key=lambda item: -len(item[1]))
    for form, found in forms:
        if len(found) < _ASKED:
            break
        indexes = sorted({one.value for one in found})
        if not rare([index for index in indexes if index not in column.long]):
            continue
        texts = list(dict.fromkeys(one.text for one in found))
        if len(texts) < _ASKED:
            continue
        if label := _form_of(form, texts):
            asked.append(column.found(label, indexes, ("format",), _QUESTION))
            continue
        tried += len(texts) >= _CHECKED
        if len(texts) < _CHECKED or tried > _FORMS:
            continue
        said = ids.national_id(texts, named=False, least=_CHECKED, luck=_ASKED_LUCK)
        if said is None or not all(said[1]) or _counted(column, found):
            continue
        if said[0] is ids.BORN or tail(len(texts), len(texts), said[0].chance) >= _LUCK:
            asked.append(column.found("national_id", indexes, ("format",), _QUESTION))
        else:
            yield column.found("national_id", indexes, ("check digit",), 0.8)
    yield from asked


def _form_of(form: str, texts: Sequence[str]) -> str:
    """Give the label of a form that a country gives to people, and that nothing proves."""
    if form == "999-99-9999" and all(map(us_ssn, texts)):
        return "ssn"
    if form[:1] == form[-1:] == "a" and all(map(_INSURANCE.fullmatch, texts)):
        return "national_id"
    return ""


def _counted(column: Column, found: Sequence[Number]) -> bool:
    """Whether words say of most of these that they count orders or books."""
    said = sum(NUMBERED.search(before(column.value(one.value), one.start)) is not None for one in found)
    return said * 2 > len(found)


def _forms(column: Column, allowed: set[int]) -> Mapping[str, list[Number]]:
    """Give the numbers of a column by their form."""
    found: defaultdict[str, list[Number]] = defaultdict(list)
    numbers = [number for number in _numbers(column) if number.value in allowed]
    for form, number in zip(shapes([number.text for number in numbers]), numbers, strict=True):
        found[form].append(number)
    return found


def _numbers(column: Column) -> Iterator[Number]:
    """Give what may be a number of a person: some digits, perhaps letters before and signs between."""
    blob = column.blob
    plain = column.signs().numbers()
    for index, start, end in plain or ():
        yield Number(index, start, column.value(index)[start:end])
    if plain is not None and _PARTED.search(blob) is None:
        return
    starts = [0, *accumulate(len(value) + 1 for value in column.texts.values)]
    for match in _PLAIN.finditer(blob) if plain is None else ():
        start, end = match.span()
        while start and match.start() - start < _LETTERS and blob[start - 1].isascii() and blob[start - 1].isalpha():
            start -= 1
        if _bounded(blob, start, end) and _long_enough(blob[start:end]):
            index = bisect_right(starts, start) - 1
            yield Number(index, start - starts[index], blob[start:end])
    for match in _SPACED.finditer(blob):
        if _long_enough(match[0]):
            index = bisect_right(starts, match.start()) - 1
            yield Number(index, match.start() - starts[index], match[0])


def _bounded(blob: str, start: int, end: int) -> bool:
    """Whether nothing before or after it makes a number a part of something longer."""
    first, next_ = blob[start - 1 : start], blob[end : end + 2]
    if first.isalnum() or first in {"-", "_", "#", "@", "+", "."} or next_[:1].isalnum() or next_[:1] in {"_", "@"}:
        return False
    return not (next_[:1] in {"-", "."} and next_[1:].isalnum())


def _long_enough(text: str) -> bool:
    signs = sum(map(str.isalnum, text))
    return _FEWEST <= signs <= _MOST and sum(map(str.isdigit, text)) >= _DIGITS
