"""How many people share the values of several fields, and whether those who do share what is told of them too.

The fields may lie in several datasets, joined as the plan joins them; each record of part 0 is a person.
What a field is to the crowd stands in the labels of its part: `shared` (it tells groups of people apart), `told` (what
is learnt of who is found), `to:2` (it joins part 2), and in that part `key` (what is joined may be missing), `has`
(only who has it is looked at) or `alike` (the same, and what is shared there must be the same for all of one person:
else it describes others, and there is no such crowd). In part 0 it may be `who`: whom a record is about, so that
several records of one person are no crowd.
Values are 64-bit keyed digests as soon as they arrive; the key of the digests is gone with the examination.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import combinations, islice
from typing import TYPE_CHECKING, Final

from lineage.connector import Examine

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

    _Digests = NDArray[np.uint64]

FEWEST: Final = 5
"""A person who shares values with fewer others than this many in all is found."""
MOST: Final = 48_000_000
"""Digests that are kept: 384 MB."""
ROWS: Final = 16_000_000
"""Joined records that are looked at."""
_MOST_LEFT_OUT: Final = 3
_MOST_TRIED: Final = 120
_JOINED: Final = ("key", "has", "alike")
_NOTHING: Final = frozenset(
    {"", "false", "no", "none", "0", "null", "n", "nein", "non", "unknown", "n/a", "-", "not applicable"}
)
"""Who is known to have nothing to tell is no more exposed for it: these are no values of what is told."""


@dataclass(slots=True)
class Crowds:
    """Records of each part as digests, up to a bound."""

    examine: Examine
    most: int = MOST
    whole: bool = True
    _secret: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)
    _taken: dict[tuple[int, int], list[_Digests]] = field(default_factory=dict, repr=False)
    _cells: int = 0

    def take(self, part: int, columns: pa.Table) -> None:
        """Keep the digests of some records; beyond the bound, nothing more is kept."""
        self._cells += columns.num_rows * columns.num_columns
        self.whole = self.whole and self._cells <= self.most
        if not self.whole:
            self._taken.clear()
            return
        for place, role in enumerate(self._roles(part)):
            self._taken.setdefault((part, place), []).append(self._digests(columns.column(place), role))

    def counts(self) -> Iterator[tuple[str, float]]:
        """Count crowds over all that is shared; `without:0+2` is how many are still found without these fields."""
        crowd = self._assembled() if self.whole else None
        if crowd is None or not len(crowd.times):
            yield "records", 0
            return
        found = crowd.found(tuple(crowd.shared))
        yield "records", found.people
        yield "smallest", found.smallest
        yield "alone", found.alone
        yield "small", found.small
        for place, alike in found.alike.items():
            yield f"alike:{place}", alike
            yield f"least:{place}", found.least[place]
        if not found.exposed:
            return
        # The smallest set of fields to leave out is looked for by size: that of one field first.
        tried = islice(crowd.left_out({place for place, alike in found.alike.items() if alike}), _MOST_TRIED)
        enough = 0
        for out in tried:
            if enough and len(out) > enough:
                return
            left = crowd.found(tuple(place for place in crowd.shared if place not in out), out).exposed
            yield f"without:{'+'.join(map(str, out))}", left
            enough = enough or (0 if left else len(out))

    def _roles(self, part: int) -> tuple[str, ...]:
        return (self.examine.of, *self.examine.against)[part].labels

    def _digests(self, column: pa.ChunkedArray, role: str) -> _Digests:
        """Give digests; 0 for nothing, which is a value of what is shared, and none of all else."""
        import numpy as np
        import pyarrow as pa
        import pyarrow.compute as pc

        coded = pc.dictionary_encode(column.combine_chunks())
        coded = coded.combine_chunks() if isinstance(coded, pa.ChunkedArray) else coded
        told = np.zeros(len(coded.dictionary) + 1, np.uint64)
        for number, found in enumerate(coded.dictionary.to_pylist()):
            value = found if role == "shared" else found.strip()
            if role == "shared" or not (value.lower() in _NOTHING if role == "told" else not value):
                digest = hashlib.blake2b(value.encode("utf-8", "replace"), digest_size=8, key=self._secret).digest()
                told[number] = int.from_bytes(digest, "little") or 1
        places = pc.fill_null(coded.indices, len(told) - 1).to_numpy(zero_copy_only=False)
        return np.asarray(told[places])

    def _column(self, part: int, place: int) -> _Digests:
        import numpy as np

        kept = self._taken.get((part, place))
        if kept is None:
            return np.zeros(0, np.uint64)
        if len(kept) > 1:
            kept[:] = [np.concatenate(kept)]
        return kept[0]

    def _assembled(self) -> _Crowd | None:
        """Give the fields of all parts beside one another; None where that are too many records."""
        import numpy as np

        rows = {0: np.arange(len(self._column(0, 0)))}
        for child, place, part in sorted(self._joins(), key=lambda join: join[2]):
            role = next(role for role in self._roles(part) if role in _JOINED)
            keys = self._column(part, self._roles(part).index(role))
            if role == "alike" and not _decides(keys, [each for _, each in self._of(part, "shared")]):
                return _Crowd.of({}, {}, np.zeros(0, np.int64))
            met = _met(_at(self._column(child, place), rows[child]), keys)
            if met is None:
                self.whole = False
                return None
            which, found = met
            there = found >= 0 if role in {"has", "alike"} else np.ones(len(found), bool)
            rows = {other: places[which[there]] for other, places in rows.items()} | {part: found[there]}
        shared, told = (
            {
                number: _at(column, rows[part])
                for part in range(len(self.examine.against) + 1)
                for number, column in self._of(part, role)
            }
            for role in ("shared", "told")
        )
        return _Crowd.of(shared, told, self._persons()[rows[0]])

    def _persons(self) -> NDArray[np.int64]:
        """Number the people of part 0: its records, or those whom several of these are about."""
        import numpy as np

        own = np.arange(len(self._column(0, 0)))
        roles = self._roles(0)
        if "who" not in roles:
            return own
        who = self._column(0, roles.index("who"))
        # Whoever handles the records of many is not whom they are about: what is shared differs there.
        if not _decides(who, [column for _, column in self._of(0, "shared")]):
            return own
        _, first, number = np.unique(who, return_index=True, return_inverse=True)
        return np.where(who == 0, own, first[number])

    def _of(self, part: int, role: str) -> Iterator[tuple[int, _Digests]]:
        """Give a part's columns of a role, by their place among the fields of all parts."""
        before = sum(len(self._roles(other)) for other in range(part))
        for place, own in enumerate(self._roles(part)):
            if own == role:
                yield before + place, self._column(part, place)

    def _joins(self) -> Iterator[tuple[int, int, int]]:
        """Give (part, place of the field that refers, part that it refers to)."""
        for part in range(len(self.examine.against) + 1):
            for place, role in enumerate(self._roles(part)):
                if role.startswith("to:"):
                    yield part, place, int(role.removeprefix("to:"))


@dataclass(frozen=True, slots=True)
class _Found:
    people: int
    smallest: int
    alone: int
    small: int
    exposed: int
    """In small crowds, or in crowds that share what is told too."""
    alike: dict[int, int]
    """Place of what is told -> people in crowds that are large enough, but share it too."""
    least: dict[int, int]
    """Place of what is told -> the fewest different values of it in a crowd."""


@dataclass(frozen=True, slots=True)
class _Crowd:
    """Different records, and how often each is there; who each is about, where that is known."""

    shared: dict[int, _Digests]
    told: dict[int, _Digests]
    who: _Digests | None
    times: NDArray[np.int64]

    @classmethod
    def of(cls, shared: dict[int, _Digests], told: dict[int, _Digests], people: NDArray[np.int64]) -> _Crowd:
        import numpy as np

        if not len(people):
            return cls({}, {}, None, np.zeros(0, np.int64))
        # Where each person has one record, records are people, and those that are alike need be kept but once.
        who = None if len(np.unique(people)) == len(people) else people.astype(np.uint64)
        every = _mixed([*shared.values(), *told.values(), *([] if who is None else [who])])
        _, first, times = np.unique(every, return_index=True, return_counts=True)
        shared, told = ({at: each[first] for at, each in side.items()} for side in (shared, told))
        return cls(shared, told, None if who is None else who[first], times)

    def left_out(self, alike: set[int]) -> Iterator[tuple[int, ...]]:
        """Give sets of fields to leave out, the smallest first."""
        places = [*self.shared, *sorted(alike)]
        for size in range(1, min(_MOST_LEFT_OUT, len(places) - 1) + 1):
            yield from combinations(places, size)

    def found(self, shared: tuple[int, ...], without: tuple[int, ...] = ()) -> _Found:
        """Count who is found by some of what is shared."""
        import numpy as np

        if shared:
            _, group = np.unique(_mixed([self.shared[place] for place in shared]), return_inverse=True)
        else:
            group = np.zeros(len(self.times), np.int64)
        sizes = self._people_in(group)
        little = sizes < FEWEST
        exposed = little.copy()
        alike, least = {}, {}
        for place, told in self.told.items():
            if place in without:
                continue
            different = np.bincount(_pairs(group[told != 0], told[told != 0]), minlength=len(sizes))
            nothing = np.bincount(group[told == 0], minlength=len(sizes)) > 0
            same = (different == 1) & ~nothing & ~little
            exposed |= same
            alike[place] = self._people(same[group])
            least[place] = int((different + nothing).min())
        alone = int((sizes == 1).sum())
        everybody = self._people(np.ones(len(group), bool))
        return _Found(
            everybody, int(sizes.min()), alone, self._people(little[group]), self._people(exposed[group]), alike, least
        )

    def _people_in(self, group: NDArray[np.int64]) -> NDArray[np.int64]:
        import numpy as np

        if self.who is None:
            return np.bincount(group, weights=self.times).astype(np.int64)
        return np.bincount(_pairs(group, self.who))

    def _people(self, chosen: NDArray[np.bool_]) -> int:
        import numpy as np

        return int(self.times[chosen].sum()) if self.who is None else len(np.unique(self.who[chosen]))


def _at(column: _Digests, rows: NDArray[np.int64]) -> _Digests:
    """Give a column's digests in these rows; 0 where there is no row."""
    import numpy as np

    if not len(column):
        return np.zeros(len(rows), np.uint64)
    return np.where(rows < 0, np.uint64(0), column[rows])


def _met(refers: _Digests, keys: _Digests) -> tuple[NDArray[np.int64], NDArray[np.int64]] | None:
    """Join: which record each result is of, and the row that it refers to (-1: none); None where they are too many."""
    import numpy as np

    order = np.argsort(keys)
    ordered = keys[order]
    first = np.searchsorted(ordered, refers, side="left")
    counts = np.where(refers == 0, 0, np.searchsorted(ordered, refers, side="right") - first)
    times = np.maximum(counts, 1)
    if int(times.sum()) > ROWS:
        return None
    which = np.repeat(np.arange(len(refers)), times)
    nth = np.arange(len(which)) - np.repeat(np.cumsum(times) - times, times)
    if not len(keys):
        return which, np.full(len(which), -1)
    found = order[np.minimum(first[which] + nth, len(keys) - 1)]
    return which, np.where(counts[which] > 0, found, -1)


def _decides(who: _Digests, own: list[_Digests]) -> bool:
    """Whether whom a record refers to decides all that the records share: then it is about that person."""
    import numpy as np

    known = who != 0
    return bool(known.any()) and len(np.unique(_mixed([who[known], *(each[known] for each in own)]))) == len(
        np.unique(who[known])
    )


def _pairs(group: NDArray[np.int64], value: _Digests) -> NDArray[np.int64]:
    """Give the group of each different pair of a group and a value."""
    import numpy as np

    _, first = np.unique(_mixed([group.astype(np.uint64), value]), return_index=True)
    return group[first]


def _mixed(columns: list[_Digests]) -> _Digests:
    """Give one digest for each record; two records of different digests have the same by chance of 1 in 2**64."""
    import numpy as np

    mixed = np.zeros(len(columns[0]), np.uint64)
    for column in columns:
        mixed = (mixed ^ column) * np.uint64(0x9E3779B97F4A7C15)
        mixed ^= mixed >> np.uint64(29)
        mixed *= np.uint64(0xBF58476D1CE4E5B9)
        mixed ^= mixed >> np.uint64(32)
    return mixed
