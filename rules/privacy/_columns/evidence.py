"""What judges see of a column: its distinct texts, its header, its shape groups, its siblings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from rules.privacy._columns.prose import running
from rules.privacy._columns.texts import Texts
from rules.privacy._forms.shapes import Signs, groups
from rules.privacy._lists.headers import Header


@dataclass(frozen=True, slots=True)
class Found:
    """A kind in a column: in how many rows, and why."""

    label: str
    rows: int
    why: tuple[str, ...]
    confidence: float
    values: frozenset[int] = field(default=frozenset(), repr=False)
    """Indexes of the distinct values that are of the kind."""


@dataclass(slots=True)
class Column:
    """A column, or a path of its documents, as evidence; what costs is computed when a judge asks for it."""

    texts: Texts
    header: Header
    siblings: frozenset[str]
    """Labels that the headers of the table's other columns name."""
    model: str = ""
    """A spaCy pipeline that reads running text as well; none where it is empty."""
    long: frozenset[int] = field(init=False, repr=False)
    """Indexes of the values that are running text."""
    blob: str = field(init=False, repr=False)
    longest: int = field(init=False)
    _signs: Signs | None = field(init=False, repr=False, default=None)
    _flags: dict[str, list[int]] = field(init=False, repr=False, default_factory=dict)
    _groups: Mapping[str, list[int]] | None = field(init=False, repr=False, default=None)

    def __post_init__(self) -> None:
        """Tell running text from values."""
        self.blob = "\n".join(self.texts.values)
        self.longest = max(map(len, self.texts.values))
        self.long = running(self.texts.values, self.longest)

    @property
    def distinct(self) -> int:
        """How many values there are, repeats left out."""
        return len(self.texts.values)

    @property
    def short(self) -> list[int]:
        """Indexes of the values that are no running text."""
        every = range(self.distinct)
        return [index for index in every if index not in self.long] if self.long else list(every)

    def weigh(self, indexes: Iterable[int]) -> int:
        """Give how many distinct values these stand for."""
        weights = self.texts.weights
        return sum(map(weights.__getitem__, indexes)) if weights else len(set(indexes))

    def part(self, hits: Iterable[int], of: Iterable[int]) -> float:
        """Give the share of distinct values that are hits."""
        return share(self.weigh(hits), self.weigh(of))

    def value(self, index: int) -> str:
        """Give a value; it never leaves the judges."""
        return self.texts.values[index]

    def flagged(self, flag: str) -> list[int]:
        """Give the indexes that a flag lets through, computed once."""
        if flag not in self._flags:
            self._flags[flag] = self.signs().flagged(flag)
        return self._flags[flag]

    def key_formats(self) -> list[int]:
        """Give the indexes of the values that hold the format of a key, computed once."""
        return self.flagged("key")

    def signs(self) -> Signs:
        """Give what the values show at first sight, computed once."""
        if self._signs is None:
            self._signs = Signs(self.texts.values)
        return self._signs

    def groups(self) -> Mapping[str, list[int]]:
        """Give the shape groups, computed once."""
        if self._groups is None:
            few = self.longest < 7 or not any(character in self.blob for character in "0123456789")
            self._groups = {} if few else groups(self.texts.values, self.signs())
        return self._groups

    def found(self, label: str, hits: Iterable[int], why: Iterable[str], confidence: float) -> Found:
        """Conclude that these values are of a kind."""
        reasons = [*why]
        if self.header.names(label):
            reasons.insert(0, "header")
        if self.texts.inside:
            reasons.append("array" if self.texts.inside == "list" else self.texts.inside)
        values = frozenset(hits)
        return Found(label, self.texts.rows(set(values)), tuple(dict.fromkeys(reasons)), round(confidence, 2), values)

    def __repr__(self) -> str:
        """Never a value."""
        return f"Column({self.texts!r})"


def share(hits: int, of: int) -> float:
    """Give a share; nothing of nothing is nothing."""
    return hits / of if of else 0.0


SEPARATORS: Final = re.compile(r"[\s.\-/]+")
