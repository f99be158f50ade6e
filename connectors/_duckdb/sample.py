"""A sample of a large DuckDB table: some of its vectors, drawn by chance, and of these some rows by chance.

A vector is what DuckDB reads at once. What is drawn is the same each time in a session with one thread only.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from connectors._sql import Session
from connectors._tasks.sample import one_of_every
from connectors._tasks.sample_blocks import Drawn, Values, effective

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, FromClause

VECTOR_ROWS: Final = 2_048
_VECTORS: Final = 700
"""Six hundred blocks bound what is missed by half a percent; by chance it may be some fewer than are asked for."""
_MOST_VECTORS: Final = 780
_BLOCK: Final = "number of the block"
_SEED: Final = 20_260_101


def draw(session: Session, table: FromClause, values: Values, wanted: int, total: int) -> Drawn | None:
    """Read about `wanted` rows of some hundred vectors; None where that would be most of the table.

    Raises:
        Failed: a value cannot be read.
    """
    import sqlalchemy as sa

    share = _VECTORS * VECTOR_ROWS / max(1, total)
    if share > 0.5:
        return None
    percent: ColumnElement[Any] = sa.literal_column(f"{share * 100:.6f}%")
    part = sa.tablesample(table, sa.func.system(percent), name="part", seed=sa.literal_column(str(_SEED)))
    vector: ColumnElement[Any] = sa.literal_column(f"rowid // {VECTOR_ROWS}").label(_BLOCK)
    vectors = sa.select(sa.literal_column("*"), vector).select_from(part).subquery("vectors")
    # Some more vectors than were asked for must not make more rows than are wanted: the last ones would be cut off.
    source = one_of_every(vectors, min(1.0, wanted / (_MOST_VECTORS * VECTOR_ROWS)))
    if source is None:
        return None
    block: ColumnElement[Any] = sa.column(_BLOCK, _selectable=source)
    rows = session.rows(sa.select(block, *values(source)).select_from(source).limit(wanted))
    return Drawn([row[1:] for row in rows], effective(Counter(row[0] for row in rows).values())) if rows else None
