"""What a dataset's rows are counted against: the keys behind a join, and the repeats of a key.

Both are hashed or sorted once, whatever the system: a correlated NOT IN would read the other dataset for every row
where a server's memory for a hash is too small.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from connectors._sql import Failed, Reading, flag
from lineage.connector import Measure
from lineage.predicate import Predicate

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, FromClause


@dataclass(frozen=True, slots=True)
class Keys:
    """The different keys of another dataset, joined so that no row is lost and none multiplied."""

    rows: FromClause
    key: ColumnElement[Any]
    """Null for a row whose value is none of them."""
    condition: ColumnElement[bool]

    def joined_to(self, source: FromClause) -> FromClause:
        """Give the rows of `source`, each with the key that it refers to."""
        import sqlalchemy as sa

        return sa.outerjoin(source, self.rows, self.condition)


@dataclass(frozen=True, slots=True)
class Beside:
    """One row of counts beside all rows: among all of them, then among those of each cell."""

    row: FromClause
    columns: tuple[ColumnElement[Any], ...]

    @property
    def width(self) -> int:
        """How many counts there are."""
        return len(self.columns)


def keys_behind(reading: Reading, measure: Measure) -> Keys:
    """Give the keys that a field refers to.

    Raises:
        Failed: the dataset behind the join, or its key, is not there.
    """
    import sqlalchemy as sa

    other = reading.joined.get(measure.joins) if measure.joins is not None else None
    if other is None or measure.field is None or measure.of is None:
        raise Failed("a joined dataset is not in the catalogue", "make the dataset behind the join visible")
    inner = Reading(other, reading.traits.table(other.name).alias(), reading.joined, reading.now, reading.traits)
    key = inner.field(measure.of.rpartition(".")[2])
    keys = sa.select(key.label("k")).select_from(inner.table).where(key.is_not(None)).distinct().subquery()
    return Keys(keys, keys.c.k, reading.field(measure.field) == keys.c.k)


def repeats_of(reading: Reading, measure: Measure, where: Predicate | None, cells: Sequence[Predicate]) -> Beside:
    """Count the records more than the different keys.

    Raises:
        Failed: a field of the key is not there.
    """
    import sqlalchemy as sa

    fields = [reading.field(name) for name in measure.reads]
    names = [f"k{number}" for number in range(len(fields))]
    flags = [flag(reading.condition(cell)).label(f"c{number}") for number, cell in enumerate(cells)]
    keyed = sa.select(*(field.label(name) for field, name in zip(fields, names, strict=True)), *flags)
    keyed = keyed.select_from(reading.table).where(*(field.is_not(None) for field in fields))
    if where is not None:
        keyed = keyed.where(reading.condition(where))
    rows = keyed.subquery()
    counts = [sa.func.count().label("n"), *(sa.func.sum(rows.c[one.name]).label(f"n{one.name}") for one in flags)]
    groups = sa.select(*counts).select_from(rows).group_by(*(rows.c[name] for name in names)).subquery()
    one: ColumnElement[int] = sa.literal_column("1")
    # A key that no row of a cell has is no repeat there: nothing is taken off.
    more = [sa.case((count > one, count - one)) for count in groups.c]
    row = sa.select(*(sa.func.sum(extra).label(f"r{number}") for number, extra in enumerate(more))).subquery()
    return Beside(row, tuple(row.c))
