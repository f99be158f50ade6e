"""Names of people that two columns share: given names in one, family names in the next, and no header that says so.

One column of a few names says little: spices, ships and towns are words of one capital too.
Two side by side whose words each may be names, and of which together most are, are those of people.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from rules.privacy._columns.evidence import share
from rules.privacy._lists import names

if TYPE_CHECKING:
    import pyarrow as pa

_ROWS: Final = 300
_DIFFERENT: Final = 6
_MOST: Final = 4.0
_LISTED: Final = 2.0
_EACH: Final = 0.5
"""What each column's words must say, on the mean, of being names."""
_BOTH: Final = 1.9
_MOSTLY: Final = 0.55
"""The share of the words of each that rather are names than not."""


@dataclass(frozen=True, slots=True)
class Parted:
    """A column that holds a part of names, and the share of its rows that do."""

    column: str
    label: str
    share: float


@dataclass(frozen=True, slots=True)
class _Words:
    """What the different words of a column say: that they are names, and given names rather than family names."""

    column: str
    mean: float
    names: float
    given: float
    share: float


def parted_names(table: pa.Table, columns: Sequence[str]) -> Iterator[Parted]:
    """Give those of the columns that are neighbours and hold given and family names."""
    read = {column: found for column in columns if (found := _words(table, column)) is not None}
    order = table.column_names
    for one, other in pairwise(order):
        if (first := read.get(one)) is None or (last := read.get(other)) is None:
            continue
        if first.mean + last.mean < _BOTH or first.given * last.given >= 0:
            continue
        for part, beside in ((first, last), (last, first)):
            yield Parted(part.column, "first_name" if part.given > beside.given else "person", part.share)


def _words(table: pa.Table, column: str) -> _Words | None:
    """Give what a column's words say; None where they are not written as parts of names are, or hardly can be some."""
    import numpy as np
    from pyarrow import types

    from rules.privacy._lists.letters import scores

    array = table.column(column)
    if not (types.is_string(array.type) or types.is_large_string(array.type)):
        return None
    values = [value for value in array.slice(0, _ROWS).to_pylist() if value]
    if not all(map(names.name_like, values[:_GLANCE])):
        return None
    different = sorted(set(values))
    fit = [value for value in different if len(value) <= _LONGEST and names.name_like(value)]
    if (
        len(fit) < _DIFFERENT
        or len(fit) * 10 < 9 * len(different)
        or any(map(str.islower, fit)) != all(map(str.islower, fit))
    ):
        return None
    words = [word for value in fit if len(parts := names.name_words(value)) <= 2 for word in parts[-1:]]
    if len(words) * 10 < 9 * len(fit):
        return None
    by_kind = scores(words)
    listed = np.array([names.listed(word) for word in words])
    said = np.clip(np.logaddexp(by_kind[:, 0], by_kind[:, 1]), -_MOST, _MOST)
    said = np.where(listed, np.maximum(said, _LISTED), said)
    given = np.mean([_given(word, more) for word, more in zip(words, by_kind[:, 0] - by_kind[:, 1], strict=True)])
    likely = float((said > 0).mean())
    if said.mean() < _EACH or likely < _MOSTLY or any(names.of_thing(value, names.name_words(value)) for value in fit):
        return None
    return _Words(column, float(said.mean()), likely, float(given), share(len(values), array.slice(0, _ROWS).length()))


_LONGEST, _GLANCE = 24, 4


def _given(word: str, more: float) -> float:
    """Give how much a word is rather a given name than a family name."""
    if names.given(word) != names.family(word):
        return _MOST if names.given(word) else -_MOST
    return float(min(max(more, -_MOST), _MOST))
