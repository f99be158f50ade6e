"""The port to what recognises personal data: columns in, labels out, no values.

Sampling and detecting are one task in one process, so that values never travel further than the detector.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol, runtime_checkable

if TYPE_CHECKING:
    import pyarrow as pa


QUASI: Final = "quasi:"
"""How labels of quasi-identifiers begin (a postcode, a sex): they identify in combination, and no field alone."""


@dataclass(frozen=True, slots=True)
class Label:
    """A kind of personal data or secret that was recognised in a column."""

    column: str
    label: str
    """`email`, `phone`, `person`, `iban`, `card`, `secret`, `free_text:email` ..."""
    hits: int
    """Values in which it was recognised."""
    looked: int
    """Values that were not null."""
    why: tuple[str, ...]
    confidence: float
    interval: tuple[float, float]
    """95 % interval of the share."""


@runtime_checkable
class Detector(Protocol):
    """Recognise kinds of personal data in the columns of a table."""

    name: str

    def detect(self, table: pa.Table) -> Iterator[Label]:
        """Give the labels of each column of a sample; column names are headers and may be used as evidence."""
