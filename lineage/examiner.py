"""The port to what examines values beside one another: columns of several datasets in, counts out, no values.

An examination lives as long as its columns are read, in one process; what it keeps of them goes with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from lineage.connector import Examine

if TYPE_CHECKING:
    import pyarrow as pa


class Examination(Protocol):
    """One question that is being answered."""

    def take(self, part: int, columns: pa.Table) -> None:
        """Take some rows of a part as text, columns in the order of its fields: 0 is `of`, then `against` in order."""

    def counts(self) -> Iterator[tuple[str, float]]:
        """Give what was found, in words of its own, when all was taken; no word is a value."""

    @property
    def whole(self) -> bool:
        """Whether everything that was taken was looked at."""


@runtime_checkable
class Examiner(Protocol):
    """Answer examinations."""

    def begin(self, examine: Examine) -> Examination:
        """Begin one."""
