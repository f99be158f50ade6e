"""When the newest row of a dataset was written, where a system keeps that beside each row.

It is a statement of its own, since a system that does not keep it refuses the whole, and it is asked for only where no
field tells the time.
"""

from __future__ import annotations

from collections.abc import Iterator
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
            yield _answer(session, profile, reading, measure, moment)
        except Failed as failed:
            yield session.unseen("data", _known(failed), place)


def _answer(
    session: Session, profile: Profile, reading: Reading, measure: Measure, moment: ColumnElement[Any]
) -> MeasureFact:
    import sqlalchemy as sa

    newest = Track(moment, ZoneInfo("UTC"))
    statement = sa.select(newest.aggregated(sa.func.max(newest.value)), sa.func.count()).select_from(reading.table)
    if profile.where is not None:
        statement = statement.where(reading.condition(profile.where))
    [[told, rows]] = session.rows(statement)
    session.cost.rows += int(rows)
    where = str(profile.where) if profile.where is not None else ""
    value = newest.moment(float(told)) if told is not None else None
    return MeasureFact(session.seen("commit times"), profile.relation.dataset, where, (), measure.key, value)


def _known(failed: Failed) -> Failed:
    if "(55000)" in failed.reason:
        return Failed("the server keeps no commit times", "set track_commit_timestamp = on, and restart the server")
    if "(42703)" in failed.reason:
        return Failed("a view keeps no time beside its rows", "name a `clock` that exists and tells the time")
    return failed
