"""Blocks of a table, drawn by chance along a whole-number key: they cost what they hold, however large the table is.

The span of the key is cut into windows of one width, and some of them are drawn. Each row has the same chance, whether
the keys lie close or have gaps; how many rows a window holds is seen, not supposed, and the width is mended until the
sample has its size. Rows of a window were written together as a rule and are alike, so that a sample is only sure to
say as much as it has windows, not as it has rows: `effective`.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, Protocol

from connectors._sql import Session, bound
from lineage.connector import Sample

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, FromClause, Select

_LEAST_BLOCKS: Final = 600
"""Of a kind that fills one block in two hundred, so many miss all with less than 5 %: three by the rule of three."""
_ROWS_A_BLOCK: Final = 8
"""Of larger samples; beyond `_MOST_BLOCKS` of them, blocks grow further."""
_MOST_BLOCKS: Final = 2_000
"""Each is a condition of its own to some systems."""
_WITH_GAPS: Final = 0.8
"""Where keys have gaps a sample varies in size; it aims so much lower, that none has to be thrown away."""
_ROUNDS: Final = 8
_STEP: Final = 16
_SEED: Final = 20_260_101
_DIGITS: Final = 8
_HEXADECIMAL: Final = re.compile(r"[0-9A-Fa-f]{8}")

Within = Callable[["Select[Any]", "FromClause", "ColumnElement[Any]", Sequence[int], int], "Select[Any]"]
"""A statement, its table, the key, the firsts of the windows, their width -> the statement, of these windows only."""


Values = Callable[["FromClause"], Sequence["ColumnElement[Any]"]]
"""A table, or a part of it -> what is wanted of its rows."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """Rows of the blocks that were drawn."""

    rows: Sequence[Sequence[Any]]
    effective: int
    """How many blocks of one size say as much."""


class Draw(Protocol):
    """A way to draw blocks of a table."""

    def __call__(self, session: Session, table: FromClause, values: Values, wanted: int, total: int, /) -> Drawn | None:
        """Read about `wanted` rows, never more, of a table of some `total`; None where there is no such sample.

        Raises:
            Failed: something cannot be read.
        """


def whole(value: object) -> int | None:
    """Give a number as it is; None for anything else."""
    return value if isinstance(value, int) else None


def hexadecimal(value: object) -> int | None:
    """Give the number that an id begins with whose first eight signs are hexadecimal digits, as a uuid's are."""
    return int(value[:_DIGITS], 16) if isinstance(value, str) and _HEXADECIMAL.match(value) else None


@dataclass(frozen=True, slots=True)
class Key:
    """A number, or an id that begins with one, by which a system finds rows without reading others."""

    name: str
    """The column, as the system spells it."""
    within: Within
    """How the system reads windows of it."""
    number: Callable[[object], int | None] = whole
    """Where a key stands in the span; None for one that does not."""

    def of(self, table: FromClause) -> ColumnElement[Any]:
        """Give the key as a column of a table."""
        import sqlalchemy as sa

        found: ColumnElement[Any] = sa.column(
            sa.sql.quoted_name(self.name, quote=True), sa.types.NullType(), _selectable=table
        )
        return found

    def __call__(self, session: Session, table: FromClause, values: Values, wanted: int, total: int) -> Drawn | None:
        """Draw windows of the key; None where they do not lead to a sample of some size.

        Raises:
            Failed: the key or a value cannot be read.
        """
        import sqlalchemy as sa

        number = self.of(table)
        ends = [sa.select(end(number)).select_from(table).scalar_subquery() for end in (sa.func.min, sa.func.max)]
        # Two questions in one: asked together, some systems read every row for them.
        [found] = session.rows(sa.select(*ends))
        first, last = (self.number(end) for end in found)
        if first is None or last is None or last - first < wanted:
            return None
        statement = sa.select(number, *values(table)).select_from(table)

        def read(starts: Sequence[int], width: int) -> Sequence[Sequence[Any]]:
            rows = session.rows(self.within(statement, table, number, starts, width).limit(wanted + 1))
            numbers = [self.number(row[0]) for row in rows]
            # Keys of another kind between them have no place in the span, and the sample would pass them over.
            return () if None in numbers else [(number, *row[1:]) for number, row in zip(numbers, rows, strict=True)]

        best = _fitted(session, read, range(first, last + 1), wanted, total)
        return best if len(best.rows) > wanted // 4 else None


def affordable(session: Session, sample: Sample) -> Session:
    """Give the session, without samples that read the whole table where it has more rows than the budget allows.

    For systems that have no other sample beside blocks.
    """
    if sample.rows_total is None or sample.rows_total <= session.context.budget.rows:
        return session
    return replace(session, traits=replace(session.traits, sampled=lambda _table, _name, _share: None))


def _fitted(
    session: Session,
    read: Callable[[Sequence[int], int], Sequence[Sequence[Any]]],
    span: range,
    wanted: int,
    total: int,
) -> Drawn:
    """Draw windows until the sample has its size; give the largest that is not too large."""
    chance = random.Random(_SEED)  # noqa: S311 - the same rows are drawn again, and nothing is secret
    density, best = min(1.0, max(1, total) / len(span)), Drawn((), 0)
    for _ in range(_ROUNDS):
        width, count = _sizes(wanted, density, len(span))
        rows = read(windows(span.start, span.stop - 1, width, count, chance), width)
        if len(rows) <= wanted and len(rows) > len(best.rows):
            sizes = Counter((row[0] - span.start) // width for row in rows)
            best = Drawn([row[1:] for row in rows], effective(sizes.values()))
        if wanted // 2 <= len(rows) <= wanted:
            break
        session.cost.rows += len(rows)
        seen = len(rows) / (width * count)
        density = min(1.0, density * _STEP if len(rows) > wanted else max(seen, density / _STEP))
    return best


def windows(first: int, last: int, width: int, count: int, chance: random.Random) -> list[int]:
    """Draw the firsts of so many windows of a span; all of them where there are no more."""
    every = -(-(last - first + 1) // width)
    return [first + number * width for number in sorted(chance.sample(range(every), min(count, every)))]


def effective(sizes: Iterable[int]) -> int:
    """Give how many blocks of one size say as much as these: fewer, where a few of them hold most rows (Kish)."""
    held = list(sizes)
    return int(sum(held) ** 2 / sum(size * size for size in held)) if held else 0


def by_ranges(
    statement: Select[Any], _table: FromClause, number: ColumnElement[Any], starts: Sequence[int], width: int
) -> Select[Any]:
    """Read windows as ranges of one condition, for systems that follow each range by the key's index."""
    import sqlalchemy as sa

    if width == 1:
        return statement.where(number.in_([bound(start) for start in starts]))
    return statement.where(sa.or_(*(number.between(bound(start), bound(start + width - 1)) for start in starts)))


def by_prefixes(
    statement: Select[Any], _table: FromClause, key: ColumnElement[Any], starts: Sequence[int], width: int
) -> Select[Any]:
    """Read windows of ids by the hexadecimal digits that they begin with."""
    import sqlalchemy as sa

    # In every collation a `g` comes after whatever may follow the digits.
    ends = [(f"{start:0{_DIGITS}x}", f"{start + width - 1:0{_DIGITS}x}g") for start in starts]
    return statement.where(sa.or_(*(key.between(bound(first), bound(last)) for first, last in ends)))


def by_list(
    statement: Select[Any], table: FromClause, number: ColumnElement[Any], starts: Sequence[int], width: int
) -> Select[Any]:
    """Read windows beside a list of their firsts, one parameter however many: SQLite nests no thousand conditions."""
    import sqlalchemy as sa

    block = sa.func.json_each(bound(str(list(starts)))).table_valued("value", name="block")
    start: ColumnElement[Any] = sa.type_coerce(block.c.value, sa.types.NullType())
    span: ColumnElement[Any] = sa.literal_column(str(width - 1))
    within = sa.and_(number >= start, number <= start.op("+")(span))
    return statement.select_from(sa.join(block, table, within))


def _sizes(wanted: int, density: float, span: int) -> tuple[int, int]:
    """Give the width of a window, in keys, and how many are drawn."""
    blocks = min(wanted, max(_LEAST_BLOCKS, wanted // _ROWS_A_BLOCK), _MOST_BLOCKS)
    rows = max(1, wanted // blocks)
    aim = wanted if density >= 1 else int(_WITH_GAPS * wanted)
    width = max(1, min(int(rows / density), span))
    return width, max(1, aim // rows)
