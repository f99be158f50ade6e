"""Which times the partitions of BigQuery's tables cover, and how many rows they hold: from its own count, none read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from connectors._warehouse import Ground, Rows, whole_of
from lineage.facts import Fact, PartitionsFact
from lineage.model import DatasetKind, Name

PARTITIONS: Final = """
SELECT p.partition_id, p.total_rows, c.column_name
FROM {table}.INFORMATION_SCHEMA.PARTITIONS AS p JOIN {table}.INFORMATION_SCHEMA.COLUMNS AS c
ON c.table_name = p.table_name AND c.is_partitioning_column = 'YES' AND c.data_type IN ('DATE', 'TIMESTAMP', 'DATETIME')
WHERE p.table_name = :table ORDER BY p.partition_id"""
_FORMS: Final = {4: "%Y", 6: "%Y%m", 8: "%Y%m%d", 10: "%Y%m%d%H"}
"""Length of a partition's id -> how its beginning is spelt: by year, month, day or hour."""


def in_their_dataset(ground: Ground) -> Sequence[tuple[Name, str]]:
    """Give the tables that the plan reads, each with its dataset as BigQuery spells it, quoted."""
    keys = {fact.name: key for key, fact in ground.datasets.items() if fact.kind is DatasetKind.TABLE}
    found = []
    for name in sorted(set(ground.resolved) & keys.keys()):
        parts = [_quotable(part) for part in (ground.database, keys[name][0]) if part]
        found.append((name, ".".join(f"`{part}`" for part in parts)))
    return found


def _quotable(part: str) -> str:
    # No name has a backtick or a backslash; a colon, as old projects have, would be taken for a parameter.
    return part.replace("`", "").replace("\\", "").replace(":", "\\:")


def partition_facts(ground: Ground, rows: Rows) -> Iterator[Fact]:
    """Tell the partitions of one table, the oldest first; rows without a moment, and those just streamed, have none."""
    told = [row for row in rows if len(row) > 1]
    if not told:
        return
    name, _, _, column = told[0]
    since = ground.fields.get((name, str(column)))
    parts = [(*_span(str(part)), whole_of(count)) for _, part, count, _ in told]
    known = [part for part in parts if part[0] is not None or part[2] != 0]
    if since is not None and known:
        first = datetime.min.replace(tzinfo=UTC)
        yield PartitionsFact(ground.seen, name, since, tuple(sorted(known, key=lambda part: part[0] or first)))


def _span(part: str) -> tuple[datetime | None, datetime | None]:
    """Give when a partition begins and ends; None for `__NULL__` and `__UNPARTITIONED__`."""
    form = _FORMS.get(len(part))
    if form is None or not part.isdigit():
        return None, None
    try:
        begins = datetime.strptime(part, form).replace(tzinfo=UTC)
        match len(part):
            case 4:
                return begins, begins.replace(year=begins.year + 1)
            case 6:
                return begins, (begins + timedelta(days=31)).replace(day=1)
            case 8:
                return begins, begins + timedelta(days=1)
            case _:
                return begins, begins + timedelta(hours=1)
    except (ValueError, OverflowError):
        return None, None
