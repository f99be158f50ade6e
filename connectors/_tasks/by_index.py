"""The newest record of a dataset that is too large to be counted, where an index on the clock leads straight to it.

`max` below a bound is the last entry of an index: some pages are read, however large the dataset is. Nothing else of
it is told: a count, a share or a segment needs every row, and stays unverified.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from connectors._sql import Failed, Reading, Session, bound
from connectors._tasks.clocks import Track
from lineage.connector import Measure, MeasureKind, Profile
from lineage.facts import MeasureFact

if TYPE_CHECKING:
    from sqlalchemy import Select


def newest_by_index(session: Session, profile: Profile, reading: Reading) -> Iterator[MeasureFact]:
    """Give the newest moment of each clock of a profile that has an index; nothing where there is none, or it fails."""
    for measure in profile.measures:
        track = _track(profile, reading, measure)
        if track is None or measure.span is None:
            continue
        try:
            rows = session.rows(_statement(reading, measure, track))
        except Failed:
            continue  # why the rest was not counted stands for it too
        session.cost.rows += 1
        if rows and rows[0][0] is not None:
            moment = track.moment(float(rows[0][0]))
            yield MeasureFact(session.seen("index"), profile.relation.dataset, "", (), measure.key, moment)


def _track(profile: Profile, reading: Reading, measure: Measure) -> Track | None:
    """Give how a clock is read where its index answers: one column as it stands, of every row."""
    if profile.where is not None or measure.kind is not MeasureKind.NEWEST or measure.field is None:
        return None
    column = profile.relation.columns.get(measure.field)
    if column is None or not column.indexed:
        return None
    try:
        clock = reading.clock(measure.field, measure.zone)
    except Failed:
        return None
    # Text has a track for each way to write a moment; days and counts are converted, and what is so is in no index.
    plain = len(clock.tracks) == 1 and clock.unreadable is None and not clock.by_day and not clock.tracks[0].seconds
    return clock.tracks[0] if plain else None


def _statement(reading: Reading, measure: Measure, track: Track) -> Select[Any]:
    import sqlalchemy as sa

    ahead = reading.now + measure.span.mean() if measure.span else reading.now
    newest = track.aggregated(sa.func.max(track.value))
    return sa.select(newest).select_from(reading.table).where(track.value <= bound(track.bound(ahead)))
