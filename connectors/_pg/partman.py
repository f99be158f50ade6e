"""What pg_partman is set to delete: for each of its parent tables, the age at which whole partitions are dropped.

Its settings are one table, `part_config`, in the schema that it was installed in. A partition goes once all of it is
past the retention, so that the first of its records live for one interval longer. Partitions that are only detached
(`retention_keep_table`) are kept as tables of their own: that is no deletion.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from connectors._pg.session import Database, quoted
from connectors._pg.structure import Catalogue
from connectors._sql import Failed
from lineage.duration import Duration, parse_duration
from lineage.errors import PlanError
from lineage.facts import JobFact, PartitionsFact, UnseenFact
from lineage.model import Name

PARTMAN: Final = """
SELECT 'partman', n.nspname::text, has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT'),
       row_security_active(c.oid),
       EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'maintenance_last_run')
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relname = 'part_config' AND c.relkind = 'r'
  AND (SELECT count(*) FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname IN
       ('parent_table', 'control', 'partition_interval', 'retention', 'retention_keep_table', 'automatic_maintenance')
      ) = 6"""
"""Where its settings lie, whether they may be read, whether a policy hides some, whether they tell the last run."""
_PARENTS: Final = """
SELECT parent_table, control, partition_interval, retention, automatic_maintenance, {last}
FROM {schema}.part_config WHERE retention IS NOT NULL AND NOT retention_keep_table ORDER BY parent_table"""
_MONTHS: Final = re.compile(r"\bmons?\b")


def read_partman(
    database: Database,
    catalogue: Catalogue,
    schema: str,
    partitions: Mapping[Name, PartitionsFact],
    maintained: tuple[datetime, str] | None,
    *,
    readable: bool,
    tells: bool,
) -> Iterator[JobFact | UnseenFact]:
    """Read what pg_partman drops, by its settings in a schema; `maintained`: when a job had it done, and how often."""
    place = database.path(schema, "part_config")
    if not readable:
        auditor, where = quoted(database.identity), quoted(schema)
        settle = f"GRANT USAGE ON SCHEMA {where} TO {auditor}; GRANT SELECT ON {where}.part_config TO {auditor}"
        yield database.unseen("structure", Failed("permission denied (42501)", settle), place)
        return
    last = "maintenance_last_run" if tells else "NULL"
    try:
        rows = database.rows(_PARENTS.format(schema=quoted(schema), last=last))
    except Failed as failed:
        yield database.unseen("structure", failed, place)
        return
    for row in rows:
        for job in _job(database, catalogue, *row):
            told = partitions.get(job.deletes_from[0])
            # What no partition was made for lies in the default one, which is never dropped.
            spares = sum(rows or 0 for begins, ends, rows in told.parts if begins is ends is None) if told else 0
            ended, schedule = maintained or (job.last_success, job.schedule)
            ran = max((one for one in (ended, job.last_success) if one is not None), default=None)
            yield replace(job, last_success=ran, schedule=schedule, spares=spares)


def _job(
    database: Database,
    catalogue: Catalogue,
    parent: str,
    control: str,
    interval: str,
    retention: str,
    automatic: str,
    ran: datetime | None,
) -> Iterator[JobFact]:
    schema, _, table = parent.partition(".")
    oid = catalogue.by_path.get((schema, table))
    if oid is None:
        return
    name, within, part = catalogue.names[oid], _span(retention), _span(interval)
    keeps = (
        None if within is None or part is None else Duration(within.months + part.months, within.seconds + part.seconds)
    )
    yield JobFact(
        database.seen(),
        "pg_partman",
        "with its maintenance",
        (name,),
        ran.astimezone(UTC) if ran is not None else None,
        enabled=automatic == "on",
        keeps=keeps,
        since=name.at(control),
        drops=True,
        # The last record of a partition is just past the retention when it goes.
        earliest=within,
    )


def _span(text: str) -> Duration | None:
    """Give an interval as PostgreSQL writes it; None for what is none, such as a number of ids."""
    try:
        return parse_duration(_MONTHS.sub("months", str(text).strip()))
    except (PlanError, ValueError):
        return None
