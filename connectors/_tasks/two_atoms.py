"""One cell parts a dataset into two atoms, which one row of aggregates tells apart without GROUP BY.

Grouping looks each row up in a table of groups, which costs PostgreSQL as much as eight counts (75 ns a row). With one
cell there are two groups, and both are told by columns beside each other: a moment by one aggregate of each, a count by
one sum of both. Where the cell is a window (`created_at >= now - 24 months`), what is asked of its clock tells most of
it already: the rows that are older are outside, and those without a moment too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from connectors._sql import Reading
from lineage.connector import Measure, MeasureKind
from lineage.predicate import Ago, Compare, Predicate

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, FromClause, Select

    from connectors._tasks.clocks import Track

OUTSIDE: Final = 2_147_483_647
"""What a row outside of the cell weighs in a sum of both counts, beside 1 for one inside: the largest integer of four
bytes, whose sum is one of eight. Both counts are told as long as there are fewer rows than this."""


@dataclass(frozen=True, slots=True)
class Told:
    """A column of the rows that is aggregated."""

    label: str
    how: str
    """`count`, `max` or `min`."""
    track: Track | None = None
    """Of a moment."""
    role: MeasureKind | None = None
    """What it is of the clock of the window, where the cell is one: OLDER, NULLS or OLDEST."""


def role_of(reading: Reading, cell: Predicate, measure: Measure) -> MeasureKind | None:
    """Give what a measure is of the clock by which a cell is a window; None for others, and where the cell is none."""
    if not (isinstance(cell, Compare) and cell.op == ">=" and isinstance(cell.value, Ago)):
        return None
    if measure.field != cell.field or measure.kind not in {MeasureKind.OLDER, MeasureKind.NULLS, MeasureKind.OLDEST}:
        return None
    zone = reading.zones.get(cell.field)
    clock = reading.clock(cell.field, zone)
    plain = len(clock.tracks) == 1 and clock.unreadable is None and not clock.by_day
    same = measure.kind is MeasureKind.NULLS or measure.zone == zone
    bounded = measure.kind is not MeasureKind.OLDER or measure.span == cell.value.span
    return measure.kind if plain and same and bounded else None


def settled(told: Sequence[Told]) -> list[Told]:
    """Keep the roles where they tell how many rows are inside: those that are neither older nor without a moment."""
    roles = {one.role for one in told}
    whole = roles >= {MeasureKind.OLDER, MeasureKind.NULLS}
    return [one if whole else replace(one, role=None) for one in told]


def two_atoms(rows: FromClause, inside: ColumnElement[bool], told: Sequence[Told]) -> Select[Any]:
    """Build the statement over rows: count(*), how many are inside unless that follows, what is told of each column."""
    import sqlalchemy as sa

    columns: list[ColumnElement[Any]] = []
    weight = sa.case((inside, sa.literal_column("1")), else_=sa.literal_column(str(OUTSIDE)))
    for one in told:
        column = rows.c[one.label]
        if one.how == "count":
            counted = sa.func.sum(weight) if one.role is None else sa.func.count()
            columns.append(counted.filter(column))
            continue
        moment = getattr(sa.func, one.how)(column)
        # The oldest of all is outside, where any is.
        both = (moment.filter(inside), moment.filter(inside.is_not(sa.true())) if one.role is None else moment)
        columns.extend(one.track.aggregated(part) if one.track is not None else part for part in both)
    within = [] if any(one.role for one in told) else [sa.func.count().filter(inside)]
    return sa.select(*(sa.func.count(), *within, *columns)).select_from(rows)


def atoms(result: Sequence[Any], told: Sequence[Told]) -> list[list[Any]]:
    """Give a row for each atom that has rows, as GROUP BY does: whether the cell holds, the rows, then each measure."""
    values = iter(result)
    rows = int(next(values))
    within = None if any(one.role for one in told) else int(next(values))
    inside: list[Any] = []
    outside: list[Any] = []
    outer: dict[MeasureKind, int] = {}
    for one in told:
        value = next(values)
        if one.how != "count":
            inside.append(value)
            outside.append(next(values))
        elif one.role is not None:
            outer[one.role] = int(value or 0)
            inside.append(0)
            outside.append(int(value or 0))
        else:
            inside.append(int(value or 0) % OUTSIDE)
            outside.append(int(value or 0) // OUTSIDE)
    for place, one in enumerate(told):
        if one.role is MeasureKind.OLDEST and not outer[MeasureKind.OLDER]:
            outside[place] = None
    within = rows - sum(outer.values()) if within is None else within
    return [atom for atom in ([True, within, *inside], [False, rows - within, *outside]) if atom[1]]
