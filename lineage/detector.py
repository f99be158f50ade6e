"""The port to what recognises personal data: columns in, labels out, no values.

Sampling and detecting are one task in one process, so that values never travel further than the detector.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol, runtime_checkable

if TYPE_CHECKING:
    import pyarrow as pa


QUASI: Final = "quasi:"
"""How labels of quasi-identifiers begin (a postcode, a sex): they identify in combination, and no field alone."""


REASONS: Final = {
    "header": "the field's name says so",
    "shape": "values are written as such are",
    "format": "values have its format",
    "check digit": "their check digits fit",
    "list": "lists of such words know them",
    "sibling": "another field beside it tells",
    "letters": "their letters are those of names",
    "crossing": "first and last words recur with many others, as in names",
    "spread": "the days spread over the lives of people",
    "date": "values are days",
    "entropy": "values look generated",
    "flag": "values say yes or no under a name that says to what",
    "free text": "it stands within texts",
    "context": "words around it tell",
    "model": "a language model tells",
    "own recogniser": "a recogniser of your own tells",
    "country code": "numbers begin with a country's code",
    "national form": "numbers follow the plan of one country",
    "formats": "numbers are written in as many ways as people type them",
    "json": "inside JSON",
    "json key": "among the keys of JSON",
    "struct": "inside a structure",
    "array": "inside a list",
}
"""Why a detector says so -> the same for a person who reviews it."""


def because(why: Iterable[str], confidence: float) -> str:
    """Say why a label was given, and how sure that is, in words for people."""
    reasons = [REASONS.get(reason, reason) for reason in why]
    return "; ".join(
        [", ".join(reasons), f"confidence {confidence:.2f}"] if reasons else [f"confidence {confidence:.2f}"]
    )


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
    """Keys of `REASONS`, the strongest first."""
    confidence: float
    """From 0 to 1; below 0.75 a person must decide."""
    interval: tuple[float, float]
    """95 % interval of the share."""


@runtime_checkable
class Detector(Protocol):
    """Recognise kinds of personal data in the columns of a table."""

    name: str

    def detect(self, table: pa.Table) -> Iterator[Label]:
        """Give the labels of each column of a sample; column names are headers and may be used as evidence."""
