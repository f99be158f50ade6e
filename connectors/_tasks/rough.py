"""Counts for which an estimate will do (`Measure.rough`), from a sample of a large table's blocks.

What arrived in each of the last weeks takes a comparison of every row for every week: of ten million rows these counts
took as long as all others together. Rows of one block were written together and are likely to be alike, so a block is
one draw, however many rows it has: how far an estimate may lie from the truth follows from the number of blocks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from connectors._sql import Failed, Reading, Session
from connectors._tasks.parts import parts_of
from lineage.connector import Measure, MeasureKind, Profile
from lineage.facts import MeasureFact

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, FromClause

LARGE: Final = 1_000_000
"""Up to so many rows every row is counted."""
_WANTED: Final = 120_000
"""Rows of a sample: about a thousand blocks, by which a share of 6 % is told within 1.5 % of all (two errors)."""
_FEWEST: Final = 100
"""Draws below which a sample tells nothing."""
_MANY: Final = frozenset({MeasureKind.OLDER, MeasureKind.FUTURE})
"""Counts that come many at a time; others are cheap to make of every row."""
_HOW: Final = "block sample"


@dataclass(frozen=True, slots=True)
class Rough:
    """What a sample told of a table whose other measures are taken of every row."""

    left: tuple[Measure, ...]
    """What is to be counted."""
    counts: Mapping[str, int]
    """Key of a measure -> rows of the sample that count."""
    looked: int
    draws: int

    def facts(self, session: Session, profile: Profile, rows: int) -> Iterator[MeasureFact]:
        """Give what is estimated of so many rows."""
        for key, count in self.counts.items():
            told = round(count / self.looked * rows)
            yield MeasureFact(session.seen(_HOW), profile.relation.dataset, "", (), key, told, self.draws)


def roughly(session: Session, profile: Profile, reading: Reading, rows_estimate: int | None) -> Rough | None:
    """Estimate the counts of a profile that come many at a time; None where every row is to be counted.

    A `where` may leave rows of few blocks only, so that nobody knows how many draws these are: it is never estimated.
    """
    asked = tuple(one for one in profile.measures if one.rough and one.kind in _MANY)
    drawn = _drawn(session, profile, rows_estimate) if asked and profile.where is None else None
    if drawn is None:
        return None
    sample, draws = drawn
    try:
        [[looked, *found]] = _rows(session, replace(reading, table=sample), asked)
    except Failed:
        return None  # the statement over all rows says what is wrong, and of which column
    if not looked:
        return None
    counts = {one.key: int(value) for one, value in zip(asked, found, strict=True)}
    return Rough(tuple(one for one in profile.measures if one.key not in counts), counts, looked, draws)


def shares(session: Session, profile: Profile, reading: Reading, rows_estimate: int) -> Iterator[MeasureFact]:
    """Count what of a profile may be estimated among the rows of a sample, told apart by the cells.

    Nothing where no sample can be taken: why the rows were not counted stands for it too.
    """
    asked = tuple(one for one in profile.measures if one.rough)
    drawn = _drawn(session, profile, rows_estimate) if asked and not profile.joined else None
    block = session.traits.block(drawn[0]) if drawn is not None else None
    if drawn is None or block is None:
        return
    try:
        told = _rows(session, replace(reading, table=drawn[0]), asked, profile, block)
    except Failed:
        return
    keys = [str(cell) for cell in profile.cells]
    seen, where = session.seen(_HOW), str(profile.where) if profile.where is not None else ""
    for row in told:
        atom = tuple(sorted(zip(keys, (bool(flag) for flag in row), strict=False)))
        looked, draws, *counts = (int(value) for value in row[len(keys) :])
        for one, count in zip(asked, counts, strict=True):
            yield MeasureFact(seen, profile.relation.dataset, where, atom, one.key, count, draws, looked)


def _drawn(session: Session, profile: Profile, rows_estimate: int | None) -> tuple[FromClause, int] | None:
    """Give a sample of a table's blocks and how many there are; None where it would tell too little."""
    name, traits = profile.relation.name, session.traits
    blocks = traits.blocks(name) if traits.in_blocks(name) else None
    if not blocks or rows_estimate is None or rows_estimate <= LARGE:
        return None
    share = min(_WANTED, session.context.budget.rows) / rows_estimate
    draws = int(share * blocks)
    source = traits.sampled(traits.table(name), name, share) if draws >= _FEWEST else None
    return None if source is None else (source, draws)


def _rows(
    session: Session,
    reading: Reading,
    asked: Sequence[Measure],
    profile: Profile | None = None,
    block: ColumnElement[Any] | None = None,
) -> Sequence[Sequence[Any]]:
    """Give the rows of a sample and its counts; with a profile and what names a block, for each atom with its draws.

    Raises:
        Failed: the server refused it, or values may tell no time.
    """
    import sqlalchemy as sa

    counts: list[ColumnElement[Any]] = []
    for part in parts_of(reading, asked):
        if part.unreadable is not None or part.keys is not None or part.beside is not None:
            raise Failed("it takes every row", "raise the source's budget of rows")
        counts.append(sa.func.count().filter(sa.or_(sa.false(), *(value for _, value, _ in part.columns))))
    cells = profile.cells if profile is not None else ()
    flags = [reading.traits.cell(reading.condition(cell)).label(f"c{number}") for number, cell in enumerate(cells)]
    draws = [] if block is None else [sa.func.count(block.distinct())]
    statement = sa.select(*flags, sa.func.count(), *draws, *counts).select_from(reading.table).group_by(*flags)
    if profile is not None and profile.where is not None:
        statement = statement.where(reading.condition(profile.where))
    found = session.rows(statement)
    session.cost.rows += sum(int(row[len(flags)]) for row in found)
    return found
