"""Which times the partitions of a table cover, as its catalogue says: no record lies outside of them.

Only tables that are partitioned by the range of one moment are told. A bound becomes a moment and nothing else of its
text is kept. Rows are those that the server counts as live, which it forgets when it crashes.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from connectors._pg.session import Database
from connectors._pg.structure import OURS, Catalogue
from lineage.facts import PartitionsFact

_BOUNDS: Final = f"""
SELECT p.partrelid, a.attname, pg_get_expr(c.relpartbound, c.oid), p.partdefid = c.oid,
       CASE WHEN c.relkind = 'r' THEN pg_stat_get_live_tuples(c.oid) END
FROM pg_partitioned_table p
JOIN pg_class t ON t.oid = p.partrelid JOIN pg_namespace n ON n.oid = t.relnamespace
JOIN pg_attribute a ON a.attrelid = p.partrelid AND a.attnum = p.partattrs[0]
JOIN pg_inherits i ON i.inhparent = p.partrelid JOIN pg_class c ON c.oid = i.inhrelid
WHERE p.partstrat = 'r' AND p.partnatts = 1 AND p.partexprs IS NULL AND {OURS}
  AND a.atttypid IN ('date'::regtype, 'timestamp'::regtype, 'timestamptz'::regtype)
ORDER BY p.partrelid"""  # noqa: S608 - made of our own constants
_RANGE: Final = re.compile(r"FOR VALUES FROM \((.+?)\) TO \((.+?)\)")
_NO_BOUND: Final = ("MINVALUE", "MAXVALUE", "'-infinity'", "'infinity'")
Span = tuple[datetime | None, datetime | None, int | None]


def partition_facts(database: Database, catalogue: Catalogue) -> Iterator[PartitionsFact]:
    """Tell the times that the partitions of each table cover, the oldest first."""
    spans: defaultdict[tuple[int, str], list[Span | None]] = defaultdict(list)
    for oid, column, bound, rest, rows in database.rows(_BOUNDS):
        spans[oid, column].append((None, None, rows) if rest else _span(bound or "", rows))
    for (oid, column), told in spans.items():
        known = [one for one in told if one is not None]
        # One bound that is not understood could be the oldest: then nothing is told.
        if oid in catalogue.names and len(known) == len(told):
            name = catalogue.names[oid]
            yield PartitionsFact(database.seen(), name, name.at(column), tuple(sorted(known, key=_begins)))


def _begins(span: Span) -> datetime:
    return span[0] or datetime.min.replace(tzinfo=UTC)


def _span(bound: str, rows: int | None) -> Span | None:
    found = _RANGE.fullmatch(bound)
    if found is None:
        return None
    try:
        begins, ends = (None if text in _NO_BOUND else _moment(text.strip("'")) for text in found.groups())
    except ValueError:
        return None
    return begins, ends, rows


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
