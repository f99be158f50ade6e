"""The answer to whether something works once the right to start it is held."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Protocol

from lineage.model import Name

UNDECIDED_DEPTH: Final = 200
"""Views and routines nest no deeper in any system seen; a cycle in the facts ends here."""


@dataclass(frozen=True, slots=True)
class Works:
    """Whether a dataset or routine can be used once the right on itself is held."""

    answer: bool | None
    """None: it could not be decided."""
    because: str = ""
    """What is missing, or why it could not be decided."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a session stands when a routine begins: MariaDB runs each in its schema, which somebody must enter."""

    session: int
    """Who reads at the top: it may have entered any schema that is open to it."""
    schema: tuple[str, ...] | None = None
    """The schema of the routine around; None at the top."""


YES: Final = Works(answer=True)


class Readable(Protocol):
    """Say whether a dataset can be read by a session whose current role is `reader`, all beneath it included."""

    def __call__(self, dataset: Name, reader: int, depth: int = 0, standing: Standing | None = None) -> Works:
        """Give the answer; `depth` counts what lies around the dataset."""
