"""How many records share the values of several fields: the smallest crowd, the people alone, and what to leave out."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import pyarrow as pa

FEWEST: Final = 5
"""A record that shares its values with fewer others than this many in all is a person found."""
_MOST_LEFT_OUT: Final = 3


def crowded(table: pa.Table | None) -> Iterator[tuple[str, float]]:
    """Count crowds over all columns; `without:0+2` is how many records stay in small crowds without these columns."""
    if table is None or not table.num_rows:
        yield "records", 0
        return
    coded = _coded(table)
    columns = tuple(coded.column_names)
    small, least, alone = _crowds(coded, columns)
    yield "records", table.num_rows
    yield "smallest", least
    yield "alone", alone
    yield "small", small
    if not small:
        return
    # The smallest set of fields to leave out is looked for by size: that of one field first.
    for size in range(1, min(_MOST_LEFT_OUT, len(columns) - 1) + 1):
        enough = False
        for out in combinations(columns, size):
            left, _, _ = _crowds(coded, tuple(column for column in columns if column not in out))
            yield f"without:{'+'.join(out)}", left
            enough |= left == 0
        if enough:
            return


def _coded(table: pa.Table) -> pa.Table:
    """Give numbers for values: groups are made of numbers faster than of texts; nothing is a value too."""
    import pyarrow as pa
    import pyarrow.compute as pc

    def numbers(column: pa.ChunkedArray) -> pa.Array:
        coded = pc.dictionary_encode(column.combine_chunks(), null_encoding="encode")
        coded = coded.combine_chunks() if isinstance(coded, pa.ChunkedArray) else coded
        return coded.indices

    return pa.table({str(place): numbers(column) for place, column in enumerate(table.columns)})


def _crowds(table: pa.Table, columns: tuple[str, ...]) -> tuple[int, int, int]:
    """Give records in small crowds, the size of the smallest crowd, and records that are alone."""
    import pyarrow.compute as pc

    counts = table.group_by(list(columns)).aggregate([([], "count_all")]).column("count_all")
    small = pc.sum(counts.filter(pc.less(counts, FEWEST))).as_py() or 0
    alone = pc.sum(pc.equal(counts, 1)).as_py() or 0
    return int(small), int(pc.min(counts).as_py()), int(alone)
