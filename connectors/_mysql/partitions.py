"""Which times the partitions of a table of MariaDB end at, as its catalogue says.

Only tables that are partitioned by the range of one moment are told: `RANGE COLUMNS (at)`, or `RANGE` of TO_DAYS, YEAR
or UNIX_TIMESTAMP of it. The first partition has no beginning, so that what is older than all lies in it. The server's
numbers of rows are estimates, so that none is told.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Final

from connectors._mysql.session import Database
from connectors._mysql.structure import SYSTEM, Catalogue
from lineage.facts import PartitionsFact

_BOUNDS: Final = f"""
SELECT DISTINCT TABLE_SCHEMA, TABLE_NAME, PARTITION_EXPRESSION, PARTITION_DESCRIPTION, PARTITION_ORDINAL_POSITION
FROM information_schema.PARTITIONS
WHERE PARTITION_METHOD IN ('RANGE', 'RANGE COLUMNS') AND TABLE_SCHEMA NOT IN {SYSTEM}
ORDER BY TABLE_SCHEMA, TABLE_NAME, PARTITION_ORDINAL_POSITION"""  # noqa: S608 - our own constants
_OF: Final = re.compile(r"(?:(to_days|year|unix_timestamp)\s*\()?\s*`((?:[^`]|``)+)`\s*\)?", re.IGNORECASE)
_YEAR_ONE: Final = 365
"""TO_DAYS counts from the year 0, a Python ordinal from the year 1."""


def partition_facts(database: Database, catalogue: Catalogue) -> Iterator[PartitionsFact]:
    """Tell the times at which the partitions of each table end, the oldest first."""
    bounds: defaultdict[tuple[str, str, str], list[str]] = defaultdict(list)
    for schema, table, expression, ends, _ in database.rows(_BOUNDS):
        bounds[schema, table, expression or ""].append(str(ends))
    for (schema, table, expression), told in bounds.items():
        found, there = _OF.fullmatch(expression), catalogue.tables.get((schema, table))
        if found is None or there is None:
            continue
        try:
            ends_at = [_moment(found[1], text) for text in told]
        except (ValueError, OverflowError):
            continue
        spans = zip([None, *ends_at[:-1]], ends_at, strict=True)
        field = there.name.at(found[2].replace("``", "`"))
        yield PartitionsFact(database.seen(), there.name, field, tuple((begins, ends, None) for begins, ends in spans))


def _moment(function: str | None, text: str) -> datetime | None:
    if text == "MAXVALUE":
        return None
    match (function or "").casefold():
        case "to_days":
            day = date.fromordinal(int(text) - _YEAR_ONE)
            return datetime(day.year, day.month, day.day, tzinfo=UTC)
        case "year":
            return datetime(int(text), 1, 1, tzinfo=UTC)
        case "unix_timestamp":
            return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=int(text))
        case _:
            return datetime.fromisoformat(text.strip("'")).replace(tzinfo=UTC)
