"""When the newest row of a dataset was written, where a system keeps that beside each row.

It is a statement of its own, since a system that does not keep it refuses the whole, and it is asked for only where no
field tells the time. A segment that stopped is told apart from those beside it, as by any clock.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from connectors._sql import Failed, Reading, Session
from connectors._tasks.clocks import Track
from lineage.connector import Measure, MeasureKind, Profile
from lineage.facts import Fact, MeasureFact

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement


def written(session: Session, profile: Profile, reading: Reading) -> Iterator[Fact]:
    """Answer when the newest of the rows that are read was written; an UnseenFact where the system does not tell."""
    for measure in profile.measures:
        if measure.kind is not MeasureKind.WRITTEN:
            continue
        place = profile.relation.name.at(*measure.also) if measure.also else profile.relation.name
        moment = session.traits.written(reading.table)
        if moment is None:
            why = Failed("the system keeps no time beside its rows", "name a `clock` that exists and tells the time")
            yield session.unseen("data", why, place)
            continue
        try:
            yield from _answers(session, profile, reading, measure, moment)
        except Failed as failed:
            yield session.unseen("data", _known(failed), place)


def _answers(
    session: Session, profile: Profile, reading: Reading, measure: Measure, moment: ColumnElement[Any]
) -> Iterator[MeasureFact]:
    """Give the newest of each atom; of all rows at once where the cells cannot be told."""
    try:
        yield from _told(session, profile, reading, measure, moment)
    except Failed as failed:
        if failed.final or not profile.cells:
            raise
        yield from _told(session, replace(profile, cells=()), reading, measure, moment)


def _told(
    session: Session, profile: Profile, reading: Reading, measure: Measure, moment: ColumnElement[Any]
) -> Iterator[MeasureFact]:
    import sqlalchemy as sa

    newest = Track(moment, ZoneInfo("UTC"))
    flags = [
        session.traits.cell(reading.condition(cell)).label(f"c{number}") for number, cell in enumerate(profile.cells)
    ]
    rows = sa.select(*flags, newest.value.label("written")).select_from(reading.table)
    if profile.where is not None:
        rows = rows.where(reading.condition(profile.where))
    told = rows.subquery("rows_read")
    told_flags = [told.c[flag.name] for flag in flags]
    statement = sa.select(*told_flags, newest.aggregated(sa.func.max(told.c.written)), sa.func.count())
    found = session.rows(statement.select_from(told).group_by(*told_flags))
    keys, where = [str(cell) for cell in profile.cells], str(profile.where) if profile.where is not None else ""
    for *held, moment_told, count in found or [(*(False for _ in flags), None, 0)]:
        session.cost.rows += int(count)
        atom = tuple(sorted(zip(keys, (bool(one) for one in held), strict=True)))
        value = newest.moment(float(moment_told)) if moment_told is not None else None
        yield MeasureFact(session.seen("commit times"), profile.relation.dataset, where, atom, measure.key, value)


def _known(failed: Failed) -> Failed:
    if "(55000)" in failed.reason:
        return Failed("the server keeps no commit times", "set track_commit_timestamp = on, and restart the server")
    if "(42703)" in failed.reason:
        return Failed("a view keeps no time beside its rows", "name a `clock` that exists and tells the time")
    return failed
