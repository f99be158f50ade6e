"""Raw values of the sources, as keyed fingerprints, looked for in text: which are there, and in how many records.

A long text is cut into chunks that are searched by several threads; memory does not grow with the text.
"""

from __future__ import annotations

import os
from array import array
from collections import defaultdict
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from rules.privacy._leaks.forms import LONGEST, SHORTEST, forms, holds_phones
from rules.privacy._leaks.index import CHUNK, Forms, Index

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from rules.privacy._leaks.index import Found

_SHARED: Final = 4
"""Chunks from which on a text is searched by several threads: the kernel works without the interpreter's lock."""
_THREADS: Final = 4


@dataclass(frozen=True, slots=True)
class Hits:
    """What was found in a piece of text."""

    values: NDArray[np.int64] = field(repr=False)
    """Numbers of the values, once for each place where one stands."""
    places: NDArray[np.int64] = field(repr=False)
    """Where each begins, in bytes."""
    ends: NDArray[np.int64] = field(repr=False)
    """Where the last word of each ends."""


@dataclass(slots=True)
class Fingerprints:
    """Values as fingerprints: add all, then search as often as there is text."""

    labels: list[str] = field(default_factory=list)
    short: int = 0
    """Values that are too short to be looked for."""
    added: int = 0
    _forms: defaultdict[int, Forms] = field(default_factory=lambda: defaultdict(Forms), repr=False)
    """By how many letters they have."""
    _kinds: array[int] = field(default_factory=lambda: array("q"), repr=False)
    _phones: bool = False
    _aliases: bool = False
    _ready: Index | None = field(default=None, repr=False)

    def add(self, values: Iterable[str], label: str) -> None:
        """Take values of a kind."""
        if label not in self.labels:
            self.labels.append(label)
        kind = self.labels.index(label)
        for value in values:
            long: dict[bytes, int] = {}
            for form, groups in forms(value, label):
                if len(form) >= SHORTEST:
                    long.setdefault(form[:LONGEST], groups)
            if not long:
                self.short += 1
                continue
            for rank, (form, groups) in enumerate(long.items()):
                alike = self._forms[len(form)]
                if groups:
                    alike.groups[len(alike.owners)] = groups
                alike.letters += form
                # The lower bit tells that it is another form: what is written so is first of all another value.
                alike.owners.append(2 * self.added + (rank > 0))
            self._kinds.append(kind)
            self.added += 1
            self._phones |= value.lstrip().startswith("+")
            self._aliases |= "@" in value

    def search(self, text: bytes) -> Hits:
        """Find the values in a text."""
        import numpy as np

        index = self._index()
        found: list[Found] = []
        begins = range(0, len(text), CHUNK)
        if index is not None and len(begins) > _SHARED:
            with ThreadPoolExecutor(min(_THREADS, os.cpu_count() or 1)) as pool:
                found = list(pool.map(lambda begin: index.search(text, begin), begins))
        elif index is not None:
            found = [index.search(text, begin) for begin in begins]
        if not found:
            none = np.zeros(0, np.int64)
            return Hits(none, none, none)
        return Hits(*(np.concatenate(side) for side in zip(*found, strict=True)))

    def kinds(self, hits: Hits) -> NDArray[np.int64]:
        """Give the number of the label of each hit."""
        import numpy as np

        return np.frombuffer(self._kinds, np.int64)[hits.values]

    def _index(self) -> Index | None:
        """Make the tables, and let go of the values."""
        if self._ready is None and self._forms:
            phones = self._phones or any(map(holds_phones, self.labels))
            self._ready = Index.of(self._forms, phones=phones, aliases=self._aliases)
            self._forms.clear()
        return self._ready
