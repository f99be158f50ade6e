"""The newest and the oldest record of a table that is too large to be counted, from what its parts say of themselves.

A MergeTree keeps with each part the first and the last moment of the column by which the table is partitioned. That is
exact for the rows of the part, so it tells nothing where rows are masked as deleted, or where a row policy hides some.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from connectors._clickhouse.rights import rows_hidden
from connectors._clickhouse.session import Server
from connectors._sql import Failed, Session, zone_named
from lineage.clock import ClockForm, clock_form
from lineage.connector import Measure, MeasureKind, Profile
from lineage.facts import MeasureFact

_COLUMNS: Final = """
SELECT name, startsWith(type, 'DateTime') FROM system.columns
WHERE database = {database:String} AND table = {table:String} AND is_in_partition_key
  AND (type = 'Date' OR startsWith(type, 'DateTime'))"""
_PARTS: Final = """
SELECT toUnixTimestamp(min(min_time)), toUnixTimestamp(max(max_time)), toInt32(min(min_date)), toInt32(max(max_date))
FROM system.parts WHERE active AND rows > 0 AND database = {database:String} AND table = {table:String}
HAVING count() > 0 AND countIf(has_lightweight_delete) = 0"""
_EPOCH: Final = datetime(1970, 1, 1)  # noqa: DTZ001 - a wall clock's


def moments_by_parts(server: Server, session: Session, profile: Profile) -> Iterator[MeasureFact]:
    """Give the newest and oldest moments that the parts tell; nothing where they do not."""
    wanted = [one for one in profile.measures if one.kind in {MeasureKind.NEWEST, MeasureKind.OLDEST}]
    name = profile.relation.name
    if profile.where is not None or not wanted or rows_hidden(server, name) is not None:
        return
    asked = {"database": name.path[-2], "table": name.path[-1]}
    try:
        partitioned = [(str(column), bool(timed)) for column, timed in server.rows(_COLUMNS, asked)]
        told = server.rows(_PARTS, asked)
    except Failed:
        return  # why the rest was not counted stands for it too
    # With two such columns, the parts tell of one of them, and not of which.
    alone = {column: timed for column, timed in partitioned if [one for _, one in partitioned].count(timed) == 1}
    for measure in wanted:
        column = profile.relation.columns.get(measure.field or "")
        if told and column is not None and len(column.path) == 1 and column.path[0] in alone:
            try:
                moment = _moment(measure, told[0], clock_form(column.type))
            except Failed:
                continue
            ahead = session.context.now + (measure.span.mean() if measure.span else timedelta())
            # Of later moments, the newest that is not too late is not told by the parts.
            if moment is not None and (measure.kind is MeasureKind.OLDEST or moment <= ahead):
                dataset = profile.relation.dataset
                yield MeasureFact(session.seen("parts"), dataset, "", (), measure.key, moment)


def _moment(measure: Measure, told: Any, form: ClockForm) -> datetime | None:
    newest = measure.kind is MeasureKind.NEWEST
    match form:
        case ClockForm.AWARE:
            # A part that tells no moment says 1970.
            seconds = int(told[1] if newest else told[0])
            return datetime.fromtimestamp(seconds, UTC) if int(told[0]) else None
        case ClockForm.DATE:
            day = _EPOCH + timedelta(days=int(told[3] if newest else told[2]))
            return day.replace(tzinfo=zone_named(measure.zone)).astimezone(UTC) if int(told[2]) else None
        case _:
            return None
