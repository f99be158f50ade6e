"""Which tables of a PostgreSQL database nobody has read a row of, by the server's own counters.

The counters are told to everybody, and hold neither who read nor which field. They begin anew where statistics are
reset or lost in a crash: the moment told is the latest of those that the server knows.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from connectors._pg.session import Database
from lineage.facts import Fact, IdleFact

_IDLE: Final = """
SELECT s.schemaname, s.relname, greatest(d.stats_reset, b.stats_reset)
FROM pg_stat_user_tables s
JOIN pg_stat_database d ON d.datname = current_database()
CROSS JOIN pg_stat_bgwriter b
WHERE coalesce(s.seq_scan, 0) + coalesce(s.idx_scan, 0) = 0 AND current_setting('track_counts')::boolean
  AND greatest(d.stats_reset, b.stats_reset) IS NOT NULL
ORDER BY 1, 2"""
_LEAST: Final = timedelta(days=7)
"""A silence that is younger says nothing: what was set up this week is used the next."""


def read_idle(database: Database) -> Iterator[Fact]:
    """Tell each table of which no scan was counted, and since when."""
    seen = database.seen("pg_stat_user_tables")
    for schema, relation, since in database.rows(_IDLE):
        if database.context.now - since >= _LEAST:
            yield IdleFact(seen, database.path(schema, relation), since)
