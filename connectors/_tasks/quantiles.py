"""Quantiles of a clock from a bounded sample: in the database they take a sort of every row (11 times a count and max).

The moments of the sample are sorted here and forgotten; what leaves is where the asked shares of them lie, and of how
many rows. The first rows of a large table are no sample of its ages, so where rows cannot be spread nothing is told.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from math import ceil
from typing import TYPE_CHECKING, Any

from connectors._sql import Failed, Reading, Session
from lineage.connector import Measure, MeasureKind, Profile
from lineage.facts import MeasureFact

if TYPE_CHECKING:
    from sqlalchemy import FromClause


def quantiles(session: Session, profile: Profile, reading: Reading, rows_estimate: int | None) -> Iterator[MeasureFact]:
    """Answer the quantiles of a profile; nothing where no sample can be taken or its values tell no time."""
    asked: dict[tuple[str, str | None], list[Measure]] = {}
    for measure in profile.measures:
        if measure.kind is MeasureKind.QUANTILE and measure.field is not None:
            asked.setdefault((measure.field, measure.zone), []).append(measure)
    for (name, zone), measures in asked.items():
        try:
            moments = _moments(session, profile, reading, rows_estimate, name, zone)
        except Failed:
            continue  # the statement over all rows says what is wrong
        if moments is not None:
            yield from _facts(session, profile, measures, moments, reading.now)


def _facts(
    session: Session, profile: Profile, measures: Sequence[Measure], moments: Sequence[datetime], now: datetime
) -> Iterator[MeasureFact]:
    seen, where = session.seen("spread sample"), str(profile.where) if profile.where is not None else ""
    for measure in measures:
        ahead = now + measure.span.mean() if measure.span is not None else now
        told = sorted((one for one in moments if one <= ahead), reverse=True)
        share = float((measure.values or (0.5,))[0])
        value = told[max(0, ceil(share * len(told)) - 1)] if told else None
        yield MeasureFact(seen, profile.relation.dataset, where, (), measure.key, value, len(told))


def _moments(
    session: Session, profile: Profile, reading: Reading, rows_estimate: int | None, name: str, zone: str | None
) -> list[datetime] | None:
    """Give the moments of a sample, or of every row where they are few; None where no sample can be taken.

    Raises:
        Failed: the server refused it, or the field is no clock.
    """
    import sqlalchemy as sa

    wanted = max(1, session.context.budget.sample)
    source, whole = _source(session, profile, reading, rows_estimate, wanted)
    sampled = replace(reading, table=source)
    tracks = sampled.clock(name, zone).tracks
    statement = sa.select(*(track.aggregated(track.value) for track in tracks)).select_from(source)
    if profile.where is not None:
        statement = statement.where(sampled.condition(profile.where))
    rows = session.rows(statement.limit(wanted + 1))
    session.cost.rows += len(rows)
    if whole and len(rows) > wanted:
        return None
    try:
        return [
            track.moment(float(value))
            for row in rows[:wanted]
            for track, value in zip(tracks, row, strict=True)
            if value is not None
        ]
    except ValueError:
        return None


def _source(
    session: Session, profile: Profile, reading: Reading, rows_estimate: int | None, wanted: int
) -> tuple[FromClause | Any, bool]:
    """Give what to read, and whether that is every row."""
    name = profile.relation.name
    if rows_estimate is not None and rows_estimate > wanted:
        sample = session.traits.sampled(session.traits.table(name), name, min(1.0, wanted / rows_estimate))
        if sample is not None:
            return sample, False
    return reading.table, True
