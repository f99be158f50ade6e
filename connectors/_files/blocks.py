"""Blocks of very large files of lines, drawn by chance by where they lie: what is not drawn is not read.

A line end is taken for the end of a row. Where cells of CSV hold line ends that shows by rows with too many or too few
cells; then nothing is said of these files here, and they are read through as far as the time allows. A line of JSON is
a record.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, BinaryIO, Final, TypeVar

from connectors._files.json import literal, structure_of
from connectors._files.open import Folder, header_of
from connectors._patterns import Found
from connectors._sql import Session
from connectors._tasks.sample_blocks import Draw, Drawn, Values, effective

if TYPE_CHECKING:
    from sqlalchemy import FromClause

_BLOCKS: Final = 800
"""Six hundred of one size bound what is missed by half a percent; lines are of many sizes, and such blocks say less."""
_LONGEST_LINE: Final = 1_000_000
_LINES_MEASURED: Final = 200
_BROKEN: Final = 0.02
"""Share of blocks that may hold a row of another width; more, and lines are no rows."""
_SEED: Final = 20_260_101


_Shown = Callable[[Sequence[Found], int], list[int]]
"""Makes a view of about so many rows of files, and gives how many each block has; none where these are no such rows."""


def draw_lines(folder: Folder, files: Sequence[Found], view: str, rows: int) -> Draw:
    """Give a way to draw blocks of lines of CSV files that hold about so many rows; None for what is no larger."""

    def shown(full: Sequence[Found], wanted: int) -> list[int]:
        import pyarrow as pa

        heads = {header_of(file) for file in full}
        if len(heads) != 1:
            return []
        [(columns, delimiter, named)] = heads
        kept = _unbroken([*_blocks(full, wanted, partial(_rows, len(columns), delimiter), named=named)])
        if not kept:
            return []
        cells = [row for block in kept for row in block]
        made = {
            name: pa.array([row[place] or None for row in cells], pa.string()) for place, name in enumerate(columns)
        }
        folder.connection.register(view, pa.table(made))
        return [len(block) for block in kept]

    return _drawing(files, view, rows, shown)


def draw_records(folder: Folder, files: Sequence[Found], table: str, rows: int) -> Draw:
    """Give a way to draw blocks of lines of JSON; None for what is no larger than the budget, and for other lines."""
    view = f"{table}_drawn"

    def shown(full: Sequence[Found], wanted: int) -> list[int]:
        import pyarrow as pa

        structure = structure_of(folder.connection.view(table))
        kept = _unbroken([*_blocks(full, wanted, _records, named=False)]) if structure else []
        if kept:
            lines = pa.table({"line": pa.array([line for block in kept for line in block], pa.string())})
            record = "unnest(from_json(line, " + literal(structure) + "))"
            folder.connection.from_arrow(lines).project(record).create_view(view, replace=True)
        return [len(block) for block in kept]

    return _drawing(files, view, rows, shown)


def _drawing(files: Sequence[Found], view: str, rows: int, shown: _Shown) -> Draw:
    """Give a way to draw blocks of files that hold about so many rows, from the view that is made of them."""

    def draw(session: Session, _whole: FromClause, values: Values, wanted: int, _total: int, /) -> Drawn | None:
        import sqlalchemy as sa

        full = [file for file in files if file.size]
        if rows <= session.context.budget.rows or any(file.path.suffix.lower() == ".gz" for file in full):
            return None
        try:
            blocks = shown(full, wanted)
        except (OSError, UnicodeDecodeError, csv.Error):
            return None
        if not blocks:
            return None
        source = sa.table(view)
        found = session.rows(sa.select(*values(source)).select_from(source).limit(wanted))
        return Drawn(found, effective(blocks))

    return draw


T = TypeVar("T")


def _unbroken(blocks: Sequence[list[T] | None]) -> list[list[T]]:
    """Give the blocks of which every line is a row; none where that is not so of some more than a few."""
    kept = [block for block in blocks if block is not None]
    return kept if len(blocks) - len(kept) <= _BROKEN * len(blocks) else []


def _rows(width: int, delimiter: str, texts: Sequence[str]) -> list[list[str]] | None:
    """Give the cells of lines of CSV."""
    found = list(csv.reader(texts, delimiter=delimiter, strict=True)) if _closed(texts) else []
    return found if found and all(len(row) == width for row in found) else None


def _records(texts: Sequence[str]) -> list[str] | None:
    """Give lines that are records of JSON."""
    found = [text.strip() for text in texts]
    return found if all(text[0] == "{" and text[-1] == "}" for text in found) else None


def _blocks(
    files: Sequence[Found], wanted: int, rows_of: Callable[[Sequence[str]], list[T] | None], *, named: bool
) -> Iterator[list[T] | None]:
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
                if texts := [text for text in _lines(stream, place, width, named=named) if text.strip()]:
                    yield rows_of(texts)


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
