"""Blocks of very large CSV files, drawn by chance by where they lie: what is not drawn is not read.

A line end is taken for the end of a row. Where cells hold line ends that shows by rows with too many or too few cells;
then nothing is said of these files here, and they are read through as far as the time allows.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, BinaryIO, Final

from connectors._files.open import Folder, header_of
from connectors._patterns import Found
from connectors._sql import Session
from connectors._tasks.sample_blocks import Draw, Drawn, Values, effective

if TYPE_CHECKING:
    from sqlalchemy import FromClause

_BLOCKS: Final = 650
_LONGEST_LINE: Final = 1_000_000
_LINES_MEASURED: Final = 200
_BROKEN: Final = 0.02
"""Share of blocks that may hold a row of another width; more, and lines are no rows."""
_SEED: Final = 20_260_101


def draw_lines(folder: Folder, files: Sequence[Found], view: str, rows: int) -> Draw:
    """Give a way to draw blocks of lines of CSV files that hold about so many rows; None for what is no larger."""

    def draw(session: Session, _whole: FromClause, values: Values, wanted: int, _total: int, /) -> Drawn | None:
        import pyarrow as pa
        import sqlalchemy as sa

        full = [file for file in files if file.size]
        if rows <= session.context.budget.rows or any(file.path.suffix.lower() == ".gz" for file in full):
            return None
        try:
            heads = {header_of(file) for file in full}
            if len(heads) != 1:
                return None
            [(columns, delimiter, named)] = heads
            blocks = [*_blocks(full, wanted, columns, delimiter, named=named)]
        except (OSError, UnicodeDecodeError, csv.Error):
            return None
        kept = [block for block in blocks if block is not None]
        if not kept or len(blocks) - len(kept) > _BROKEN * len(blocks):
            return None
        cells = [row for block in kept for row in block]
        made = {
            name: pa.array([row[place] or None for row in cells], pa.string()) for place, name in enumerate(columns)
        }
        folder.connection.register(view, pa.table(made))
        source = sa.table(view)
        found = session.rows(sa.select(*values(source)).select_from(source).limit(wanted))
        return Drawn(found, effective(len(block) for block in kept))

    return draw


def _blocks(
    files: Sequence[Found], wanted: int, columns: Sequence[str], delimiter: str, *, named: bool
) -> Iterator[list[list[str]] | None]:
    """Read the blocks that are drawn, of each file in turn; None for one in which lines are no rows."""
    line = sum(_line_bytes(file) for file in files) / len(files)
    # Somewhat fewer rows than are wanted: what is too much is cut off, and that is always the end.
    width = max(1, int(0.9 * wanted * line / _BLOCKS))
    every = [-(-file.size // width) for file in files]
    chance = random.Random(_SEED)  # noqa: S311 - the same rows are drawn again, and nothing is secret
    drawn = sorted(chance.sample(range(sum(every)), min(sum(every), _BLOCKS)))
    first = 0
    for file, count in zip(files, every, strict=True):
        mine, first = [number - first for number in drawn if first <= number < first + count], first + count
        with file.path.open("rb") as stream:
            for place in (number * width for number in mine):
                texts = [text for text in _lines(stream, place, width, named=named) if text.strip()]
                if not texts:
                    continue
                found = list(csv.reader(texts, delimiter=delimiter, strict=True)) if _closed(texts) else []
                fits = bool(found) and all(len(row) == len(columns) for row in found)
                yield found if fits else None


def _line_bytes(file: Found) -> float:
    with file.path.open("rb") as stream:
        lines = [stream.readline(_LONGEST_LINE) for _ in range(_LINES_MEASURED)]
    return sum(map(len, lines)) / max(1, sum(map(bool, lines)))


def _lines(stream: BinaryIO, place: int, width: int, *, named: bool) -> Iterator[str]:
    """Give the lines that begin in a window of the file, without its header."""
    stream.seek(max(0, place - 1))
    if place or named:
        # The line before has begun elsewhere; one that ends right before the window is no part of it either.
        stream.readline(_LONGEST_LINE)
    while stream.tell() < place + width and (line := stream.readline(_LONGEST_LINE)):
        yield line.decode("utf-8")


def _closed(texts: Sequence[str]) -> bool:
    """Whether each line opens as many quotes as it closes."""
    return all(text.count('"') % 2 == 0 for text in texts)
