"""What was measured, looked at, compared and examined in data; never a value."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from lineage.facts.seen import Seen
from lineage.model import (
    DatasetId,
    Name,
)

Atom = tuple[tuple[str, bool], ...]
"""Which predicates of a dataset hold for the rows of this atom: ((predicate key, holds), ...), sorted by key."""

_SPREAD: Final = ("spread sample", "block sample")
"""How a sample was chosen that says something of the values that it does not hold."""


@dataclass(frozen=True, slots=True)
class MeasureFact:
    """An aggregate over the rows of one atom of a dataset."""

    seen: Seen
    dataset: DatasetId
    where: str
    """Key of the predicate that the dataset is read through; empty for all rows."""
    atom: Atom
    measure: str
    """Key of the measure: `rows`, `newest:updated_at<=now`, `nulls:email` ..."""
    value: int | float | datetime | None
    draws: int | None = None
    """Independent draws of a sample that it is estimated from; None: every row was counted."""
    looked: int | None = None
    """Rows of the atom in that sample, where the value is of them; None: it is of all rows of the atom."""


@dataclass(frozen=True, slots=True)
class LookFact:
    """A field's values were looked at by a detector: how many, of how many, and how they were chosen."""

    seen: Seen
    name: Name
    rows_looked: int
    rows_total: int | None
    whole: bool
    """Every value was looked at."""
    detector: str
    values_looked: int = 0
    """Values that were not null."""
    blocks: int = 0
    """How many blocks of one size, drawn by chance, say as much as the sample; 0: not known."""

    @property
    def cut(self) -> bool:
        """Whether every record was looked at, but of its longest values the beginnings alone."""
        return self.seen.how == "every row" and not self.whole

    @property
    def spread(self) -> bool:
        """Whether it was drawn by chance: the first rows, or the last events, say nothing of the others."""
        return self.seen.how in _SPREAD

    @property
    def missed(self) -> float:
        """The share of values that may hold what was not seen, with 95 % confidence: 3/n, the rule of three.

        0 where every value was looked at, 1 where the sample says nothing of the others. Where whole blocks were drawn,
        whose rows may be alike, n is the number of blocks, as far as it is known.
        """
        if self.whole:
            return 0.0
        apart = min(self.values_looked, self.blocks) if self.blocks else self.values_looked
        return min(1.0, 3.0 / apart) if self.spread and apart > 0 else 1.0


@dataclass(frozen=True, slots=True)
class LabelFact:
    """A detector recognised a kind of personal data or secret in a field. No value is kept."""

    seen: Seen
    name: Name
    label: str
    """`email`, `phone`, `person`, `iban`, `card` ..."""
    hits: int
    looked: int
    why: tuple[str, ...]
    """`shape`, `check digit`, `header`, `list`, `context` ..."""
    confidence: float
    """0 to 1."""
    interval: tuple[float, float] = (0.0, 1.0)
    """95 % interval of the share of values."""


@dataclass(frozen=True, slots=True)
class CompareFact:
    """Two datasets were compared by keyed hashes: counts and moments only."""

    seen: Seen
    compare: str
    """Key of the comparison."""
    rows: int
    """Records of the left dataset that were read."""
    keyed: int
    """Those of them that have a key."""
    found: int
    """Those that the comparison is about: missing on the right, or differing there."""
    common: int = 0
    """Those whose key the right datasets have too."""
    right_rows: int = 0
    """Records of the right datasets that were read."""
    oldest: datetime | None = None
    """The oldest moment of the left clock among what was found."""
    newest: datetime | None = None
    error: float = 0.0
    """Share of what is missing that is taken for present, at most: above zero where a filter stood for the keys."""


@dataclass(frozen=True, slots=True)
class ExamineFact:
    """Values of fields were examined in the scanning process: counts by what was found, and no value."""

    seen: Seen
    examine: str
    """Key of the examination."""
    name: Name
    """The dataset whose fields were examined."""
    rows: int
    """Its records that were read."""
    whole: bool
    """Every record of every part was examined."""
    counts: tuple[tuple[str, float], ...]
    """In the examiner's own words -> how many."""
