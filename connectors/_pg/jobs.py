"""Jobs of pg_cron and settings of pg_partman that delete rows, where these are there and may be read.

A job's command and the routines that it calls are parsed here and never kept: they may hold anything. pg_cron's own
row policy shows a role its own jobs only, so a role that it applies to is told that others' are hidden.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from connectors._job_limits import counted_from, empties, kept_for, parsed
from connectors._pg.job_calls import Run, runs_of
from connectors._pg.partitions import partition_facts
from connectors._pg.partman import PARTMAN, read_partman
from connectors._pg.routines import Bodied, bodies
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
_CALL: Final = re.compile(r"\b(?:call|select|do|perform|with)\b", re.IGNORECASE)
"""A command that may run a routine, or a block."""
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
    seen, routines = database.seen(), _bodies(database) if any(_CALL.search(job[3]) for job in jobs) else {}
    for number, name, schedule, command, active in jobs:
        if number in last and _MAINTENANCE.search(command):
            maintained.append((last[number], schedule))
        told, called = _deletes(catalogue, command, routines), name or f"job {number}"
        yield JobFact(seen, called, schedule, told.tables, last.get(number), active, told.keeps, told.since)
        if told.opaque and active:
            why = Failed(f"the job {called} may delete more than is seen: {told.opaque}", "review what it runs")
            yield database.unseen("structure", why, place)


def _bodies(database: Database) -> Mapping[str, Sequence[Bodied]]:
    try:
        return bodies(database)
    except Failed:  # what reads routines says why
        return {}


def _runs(database: Database) -> dict[int, datetime] | Failed:
    try:
        return {number: ended.astimezone(UTC) for number, ended in database.rows(_RUNS) if ended is not None}
    except Failed as failed:
        return failed


@dataclass(frozen=True, slots=True)
class _Deletion:
    """What a job deletes, as far as its command and what that calls tell."""

    tables: tuple[Name, ...] = ()
    keeps: Duration | None = None
    since: Name | None = None
    opaque: str = ""


def _deletes(catalogue: Catalogue, command: str, routines: Mapping[str, Sequence[Bodied]]) -> _Deletion:
    """Give the tables that a job deletes from, and the age at which since when, where one statement says it."""
    runs = runs_of(command, routines)
    deleting = {run: tables for run in runs.statements if (tables := _tables(catalogue, run))}
    found = dict.fromkeys(table for tables in deleting.values() for table in tables)
    if len(found) != 1:
        return _Deletion(tuple(found), opaque=runs.opaque)
    [table] = found
    only = next(iter(deleting)) if len(deleting) == 1 else None
    if only is None or not only.sure or runs.opaque or not runs.single:
        return _Deletion((table,), opaque=runs.opaque)
    whole = parsed(only.text, "postgres")
    clock = counted_from(whole, catalogue.columns[catalogue.by_path[table.path[-2], table.path[-1]]])
    keeps = kept_for(whole) if clock or empties(whole) else None
    return _Deletion((table,), keeps, table.at(clock) if clock else None)


def _tables(catalogue: Catalogue, run: Run) -> tuple[Name, ...]:
    import sqlglot
    from sqlglot import exp
    from sqlglot.errors import SqlglotError

    try:
        statements = sqlglot.parse(run.text, dialect="postgres", error_level=sqlglot.ErrorLevel.IGNORE)
    except (SqlglotError, RecursionError):
        return ()
    found: dict[Name, None] = {}
    for statement in statements:
        for node in statement.find_all(exp.Delete, exp.TruncateTable) if statement is not None else ():
            tables = node.expressions if isinstance(node, exp.TruncateTable) else [node.this]
            for table in tables:
                if isinstance(table, exp.Table) and (name := _relation(catalogue, table, run.schemas)) is not None:
                    found[name] = None
    return tuple(found)


def _relation(catalogue: Catalogue, table: object, schemas: Sequence[str]) -> Name | None:
    from sqlglot import exp

    assert isinstance(table, exp.Table)  # noqa: S101 - sqlglot is imported where it is used
    parts = [part for part in (table.args.get("db"), table.this) if isinstance(part, exp.Identifier)]
    spelt = [part.name if part.args.get("quoted") else part.name.lower() for part in parts]
    # A job runs with its owner's search path, which ends in public unless somebody changed it.
    places = [(spelt[0], spelt[1])] if len(spelt) == 2 else [(schema, spelt[-1]) for schema in schemas if spelt]
    oid = next((catalogue.by_path[place] for place in places if place in catalogue.by_path), None)
    return catalogue.names[oid] if oid is not None else None
