"""An examination of texts: how many are written in which language and format. Only counts come out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from rules.source._language import format_of, language_of

if TYPE_CHECKING:
    import pyarrow as pa

MOST: Final = 20_000
"""Texts that are looked at: each takes some 40 microseconds."""
_FORMAT, _LANGUAGE = "format:", "language:"


@dataclass(slots=True)
class Contents:
    """What was counted so far."""

    looked: int = 0
    whole: bool = True
    _found: Counter[str] = field(default_factory=Counter)

    def take(self, part: int, columns: pa.Table) -> None:  # noqa: ARG002 - there is one part
        """Count the texts of the first column."""
        for text in columns.column(0).to_pylist():
            if text is None or not text.strip():
                continue
            if self.looked >= MOST:
                self.whole = False
                return
            self.looked += 1
            kind = format_of(text)
            self._found[f"{_FORMAT}{kind}"] += 1
            if kind in {"text", "html"}:
                self._found[f"{_LANGUAGE}{language_of(text)}"] += 1

    def counts(self) -> Iterator[tuple[str, float]]:
        """Give how many texts were looked at, and how many are of each format and language."""
        yield "texts", self.looked
        yield from sorted(self._found.items())


def languages(counts: dict[str, float]) -> dict[str, int]:
    """Give the counts by language."""
    return {key.removeprefix(_LANGUAGE): int(count) for key, count in counts.items() if key.startswith(_LANGUAGE)}


def formats(counts: dict[str, float]) -> dict[str, int]:
    """Give the counts by format."""
    return {key.removeprefix(_FORMAT): int(count) for key, count in counts.items() if key.startswith(_FORMAT)}
