"""Jobs of pg_cron and settings of pg_partman that delete rows, where these are there and may be read.

A job's command is parsed here and never kept: it may hold anything. pg_cron's own row policy shows a role its own jobs
only, so a role that it applies to is told that others' are hidden.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from connectors._job_limits import counted_from, empties, kept_for, parsed
from connectors._pg.partitions import partition_facts
from connectors._pg.partman import PARTMAN, read_partman
from connectors._pg.session import Database, quoted
from connectors._pg.structure import Catalogue
from connectors._sql import Failed
from lineage.duration import Duration
from lineage.facts import JobFact, PartitionsFact, UnseenFact
from lineage.model import Name

_THERE: Final = f"""
SELECT 'cron', n.nspname::text, has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT'),
       row_security_active(c.oid),
       EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'jobname')
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'cron' AND c.relname = 'job'
UNION ALL {PARTMAN} ORDER BY 1, 2"""  # noqa: S608 - made of our own constants
_JOBS: Final = """
SELECT jobid, {name}, schedule, command, active FROM cron.job
WHERE database = current_database() ORDER BY jobid"""
_MAINTENANCE: Final = re.compile(r"\brun_maintenance(?:_proc)?\s*\(", re.IGNORECASE)
"""What of pg_partman drops partitions, where a job of pg_cron calls it."""
_RUNS: Final = "SELECT jobid, max(end_time) FROM cron.job_run_details WHERE status = 'succeeded' GROUP BY jobid"


def read_jobs(database: Database, catalogue: Catalogue) -> Iterator[JobFact | PartitionsFact | UnseenFact]:
    """Read the scheduled jobs of this database, what pg_partman drops, and which times partitions cover."""
    partitions = {fact.name: fact for fact in partition_facts(database, catalogue)}
    yield from partitions.values()
    maintained: list[tuple[datetime, str]] = []
    for what, schema, readable, hidden, tells in database.rows(_THERE):
        if what == "cron":
            yield from _of_cron(database, catalogue, maintained, readable=readable, hidden=hidden, named=tells)
        else:
            ran = max(maintained, default=None)
            yield from read_partman(database, catalogue, schema, partitions, ran, readable=readable, tells=tells)


def _of_cron(
    database: Database,
    catalogue: Catalogue,
    maintained: list[tuple[datetime, str]],
    *,
    readable: bool,
    hidden: bool,
    named: bool,
) -> Iterator[JobFact | UnseenFact]:
    place = database.path("cron", "job")
    auditor = quoted(database.identity)
    if not readable:
        settle = f"GRANT USAGE ON SCHEMA cron TO {auditor}; GRANT SELECT ON cron.job, cron.job_run_details TO {auditor}"
        yield database.unseen("structure", Failed("permission denied (42501)", settle), place)
        return
    if hidden:
        reason = "a row policy shows the auditor its own jobs only"
        yield database.unseen(
            "structure", Failed(reason, f"ALTER ROLE {auditor} BYPASSRLS, or scan as its owner"), place
        )
    try:
        if hidden:
            database.rows("SET LOCAL row_security = on")
        jobs = database.rows(_JOBS.format(name="jobname" if named else "NULL"))
        runs = _runs(database)
    except Failed as failed:
        yield database.unseen("structure", failed, place)
        return
    finally:
        if not database.connection.closed:
            database.rows("SET LOCAL row_security = off")
    if isinstance(runs, Failed):
        yield database.unseen("structure", runs, database.path("cron", "job_run_details"))
    last = runs if isinstance(runs, dict) else {}
    seen = database.seen()
    for number, name, schedule, command, active in jobs:
        if number in last and _MAINTENANCE.search(command):
            maintained.append((last[number], schedule))
        deleted, keeps, since = _deletes(catalogue, command)
        yield JobFact(seen, name or f"job {number}", schedule, deleted, last.get(number), active, keeps, since)


def _runs(database: Database) -> dict[int, datetime] | Failed:
    try:
        return {number: ended.astimezone(UTC) for number, ended in database.rows(_RUNS) if ended is not None}
    except Failed as failed:
        return failed


def _deletes(catalogue: Catalogue, command: str) -> tuple[tuple[Name, ...], Duration | None, Name | None]:
    """Give the tables that a job deletes from, and the age at which since when, where one statement says it."""
    import sqlglot
    from sqlglot import exp
    from sqlglot.errors import SqlglotError

    try:
        statements = sqlglot.parse(command, dialect="postgres", error_level=sqlglot.ErrorLevel.IGNORE)
    except (SqlglotError, RecursionError):
        return (), None, None
    found: dict[Name, None] = {}
    for statement in statements:
        for node in statement.find_all(exp.Delete, exp.TruncateTable) if statement is not None else ():
            tables = node.expressions if isinstance(node, exp.TruncateTable) else [node.this]
            for table in tables:
                if isinstance(table, exp.Table) and (name := _relation(catalogue, table)) is not None:
                    found[name] = None
    if len(found) != 1:
        return tuple(found), None, None
    [table] = found
    whole = parsed(command, "postgres")
    clock = counted_from(whole, catalogue.columns[catalogue.by_path[table.path[-2], table.path[-1]]])
    return (table,), kept_for(whole) if clock or empties(whole) else None, table.at(clock) if clock else None


def _relation(catalogue: Catalogue, table: object) -> Name | None:
    from sqlglot import exp

    assert isinstance(table, exp.Table)  # noqa: S101 - sqlglot is imported where it is used
    parts = [part for part in (table.args.get("db"), table.this) if isinstance(part, exp.Identifier)]
    spelt = [part.name if part.args.get("quoted") else part.name.lower() for part in parts]
    if len(spelt) == 1:
        # A job runs with its owner's search path, which ends in public unless somebody changed it.
        spelt = ["public", *spelt]
    oid = catalogue.by_path.get((spelt[0], spelt[1])) if len(spelt) == 2 else None
    return catalogue.names[oid] if oid is not None else None
