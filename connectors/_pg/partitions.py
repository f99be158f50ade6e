"""Which times the partitions of a table cover, as its catalogue says: no record lies outside of them.

Only tables that are partitioned by the range of one moment are told. A bound becomes a moment and nothing else of its
text is kept. Rows are those that the server counts as live, which it forgets when it crashes.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Final

from connectors._pg.session import Database
from connectors._pg.structure import OURS, Catalogue
from connectors._sql import Failed
from lineage.facts import PartitionsFact

_BOUNDS: Final = f"""
SELECT p.partrelid, a.attname, pg_get_expr(c.relpartbound, c.oid), p.partdefid = c.oid,
       CASE WHEN c.relkind = 'r' THEN pg_stat_get_live_tuples(c.oid) END, c.oid
FROM pg_partitioned_table p
JOIN pg_class t ON t.oid = p.partrelid JOIN pg_namespace n ON n.oid = t.relnamespace
JOIN pg_attribute a ON a.attrelid = p.partrelid AND a.attnum = p.partattrs[0]
JOIN pg_inherits i ON i.inhparent = p.partrelid JOIN pg_class c ON c.oid = i.inhrelid
WHERE p.partstrat = 'r' AND p.partnatts = 1 AND p.partexprs IS NULL AND {OURS}
  AND a.atttypid IN ('date'::regtype, 'timestamp'::regtype, 'timestamptz'::regtype)
ORDER BY p.partrelid"""  # noqa: S608 - made of our own constants
_RANGE: Final = re.compile(r"FOR VALUES FROM \((.+?)\) TO \((.+?)\)")
_NO_BOUND: Final = ("MINVALUE", "MAXVALUE", "'-infinity'", "'infinity'")
_WITHOUT_PAGES: Final = "SELECT part FROM unnest(%s::oid[]) part WHERE pg_relation_size(part) = 0"
Span = tuple[datetime | None, datetime | None, int | None]


def partition_facts(database: Database, catalogue: Catalogue) -> Iterator[PartitionsFact]:
    """Tell the times that the partitions of each table cover, the oldest first, and which of them hold anything."""
    spans: defaultdict[tuple[int, str], list[tuple[Span | None, int]]] = defaultdict(list)
    for oid, column, bound, rest, rows, part in database.rows(_BOUNDS):
        spans[oid, column].append(((None, None, rows) if rest else _span(bound or "", rows), part))
    empty = _without_pages(database, [part for told in spans.values() for span, part in told if span and span[2] == 0])
    for (oid, column), told in spans.items():
        known = sorted(((span, part) for span, part in told if span is not None), key=lambda one: _begins(one[0]))
        # One bound that is not understood could be the oldest: then nothing is told.
        if oid in catalogue.names and len(known) == len(told):
            name = catalogue.names[oid]
            filled = tuple(False if part in empty else True if span[2] else None for span, part in known)
            yield PartitionsFact(database.seen(), name, name.at(column), tuple(span for span, _ in known), filled)


def _without_pages(database: Database, parts: Sequence[int]) -> frozenset[int]:
    """Give those that hold nothing for certain: a count of none can also mean that the server lost its counts."""
    try:
        return frozenset(part for (part,) in database.rows(_WITHOUT_PAGES, [list(parts)])) if parts else frozenset()
    except Failed:  # one is locked: then it is not known
        return frozenset()


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
