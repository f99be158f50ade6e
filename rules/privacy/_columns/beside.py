"""Names that stand in the addresses beside them: `Brandt` in a row with `anna.brandt@...` is the name of who has it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rules.privacy._columns.evidence import share
from rules.privacy._lists import names
from rules.privacy._lists.headers import plain

if TYPE_CHECKING:
    import pyarrow as pa

_ROWS: Final = 300
_DIFFERENT: Final = 8
_SHARE: Final = 0.3
_LETTERS: Final = 3


@dataclass(frozen=True, slots=True)
class Beside:
    """A column whose words stand in the addresses of its rows."""

    column: str
    label: str
    """`person`; `username` where the words are all of what stands before the @."""
    share: float


def named_beside(table: pa.Table, mails: Iterable[str], others: Iterable[str]) -> Iterator[Beside]:
    """Give those of the other columns whose words stand in the addresses of their rows."""
    local = [[_local(value) for value in _first(table, mail)] for mail in mails]
    for other in others if local else ():
        values = [value if isinstance(value, str) else "" for value in _first(table, other)]
        if sum(map(names.name_like, values)) * 2 < len(values):
            continue
        words = [[word for word in names.name_words(value) if len(word) >= _LETTERS] for value in values]
        for parts in local:
            rows = [(told, part) for told, part in zip(words, parts, strict=True) if any(one in part for one in told)]
            part_of = share(len(rows), sum(map(bool, words)))
            if len({tuple(told) for told, _ in rows}) >= _DIFFERENT and part_of >= _SHARE:
                whole = sum(told == [part] for told, part in rows) * 2 > len(rows)
                yield Beside(other, "username" if whole else "person", part_of)
                break


def _first(table: pa.Table, name: str) -> list[object]:
    values: list[object] = table.column(name).slice(0, _ROWS).to_pylist()
    return values


def _local(value: object) -> str:
    return plain(value.partition("@")[0]) if isinstance(value, str) else ""
