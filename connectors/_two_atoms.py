"""One cell parts a dataset into two atoms, which one row of aggregates tells apart without GROUP BY.

Grouping looks each row up in a table of groups, which costs PostgreSQL as much as eight counts (75 ns a row). With one
cell there are two groups, and both are told by columns beside each other: a moment by one aggregate of each, a count by
one sum of both.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, FromClause, Select

    from connectors._clocks import Track

OUTSIDE: Final = 2_147_483_647
"""What a row outside of the cell weighs in a sum of both counts, beside 1 for one inside: the largest integer of four
bytes, whose sum is one of eight. Both counts are told as long as there are fewer rows than this."""


Told = tuple[str, str, "Track | None"]
"""A column of the rows, its aggregate (`count`, `max` or `min`), and the track of a moment."""


def two_atoms(rows: FromClause, inside: ColumnElement[bool], told: Sequence[Told]) -> Select[Any]:
    """Build the statement over rows: count(*), how many are inside, then what is told of each column."""
    import sqlalchemy as sa

    columns: list[ColumnElement[Any]] = []
    weight = sa.case((inside, sa.literal_column("1")), else_=sa.literal_column(str(OUTSIDE)))
    for label, how, track in told:
        if how == "count":
            columns.append(sa.func.sum(weight).filter(rows.c[label]))
            continue
        for part in (inside, sa.not_(inside)):
            moment = getattr(sa.func, how)(rows.c[label]).filter(part)
            columns.append(track.aggregated(moment) if track is not None else moment)
    return sa.select(sa.func.count(), sa.func.count().filter(inside), *columns).select_from(rows)


def atoms(result: Sequence[Any], kinds: Sequence[str]) -> list[list[Any]]:
    """Give a row for each atom that has rows, as GROUP BY does: whether the cell holds, the rows, then each measure.

    `result` has the rows, those inside, and the columns of each measure; `kinds` says how each was aggregated.
    """
    rows, within = int(result[0]), int(result[1])
    inside: list[Any] = [True, within]
    outside: list[Any] = [False, rows - within]
    values = iter(result[2:])
    for how in kinds:
        told = next(values)
        if how == "count":
            count = int(told or 0)
            inside.append(count % OUTSIDE)
            outside.append(count // OUTSIDE)
        else:
            inside.append(told)
            outside.append(next(values))
    return [atom for atom in (inside, outside) if atom[1]]
