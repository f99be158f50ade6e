"""Events that delete rows: what they delete from and at which age, when they last ran, whether they run at all.

An event's text is parsed here and never kept: it may hold anything. The catalogue shows the events of schemas on which
the auditor holds EVENT; those of others are said to be hidden. A replica shows the events of its primary, which run
there if at all: whether they do is not known here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from connectors._job_limits import counted_from, empties, kept_for, parsed
from connectors._mysql.history import history_ended, history_facts
from connectors._mysql.partitions import partition_facts
from connectors._mysql.session import Database
from connectors._mysql.structure import Catalogue, Rights, quoted_account
from connectors._names import split_name
from connectors._sql import Failed
from lineage.duration import Duration
from lineage.facts import JobFact, LingerFact, PartitionsFact, UnseenFact
from lineage.model import Name

_EVENTS: Final = """
SELECT EVENT_SCHEMA, EVENT_NAME, EVENT_DEFINITION, EVENT_TYPE, INTERVAL_VALUE, INTERVAL_FIELD, STATUS,
       CONVERT_TZ(LAST_EXECUTED, TIME_ZONE, '+00:00'), EXECUTE_AT IS NOT NULL, UNIX_TIMESTAMP(LAST_ALTERED)
FROM information_schema.EVENTS ORDER BY EVENT_SCHEMA, EVENT_NAME"""
_PARTITION: Final = re.compile(r"ALTER\s+TABLE\s+(.+?)\s+(?:DROP|TRUNCATE)\s+PARTITION\b", re.IGNORECASE | re.DOTALL)
_BLOCK: Final = re.compile(
    r"^\s*(?:\w+\s*:\s*)?BEGIN\b(?:\s+NOT\s+ATOMIC\b)?(.*?)\bEND\s*\w*\s*;?\s*$", re.IGNORECASE | re.DOTALL
)
_FIRST_WORD: Final = re.compile(r"\b(?:DELETE|TRUNCATE|ALTER)\b.*", re.IGNORECASE | re.DOTALL)
_NUMBER: Final = re.compile(r"\d+")
_DECIDED: Final = ("ENABLED", "DISABLED")


def read_jobs(
    database: Database, catalogue: Catalogue, rights: Rights
) -> Iterator[JobFact | LingerFact | PartitionsFact | UnseenFact]:
    """Read the events that the session sees, what outlives them as history, and which times partitions cover."""
    hidden = sorted({schema for schema, _ in catalogue.tables if not rights.holds("event", schema)})
    if hidden:
        who = quoted_account(database.identity)
        why = Failed(
            f"events of {len(hidden):,} schemas are hidden from the auditor", f"GRANT EVENT ON the schema.* TO {who}"
        )
        yield database.unseen("structure", why, database.path("mysql", "event"))
    seen = database.seen()
    ended: dict[Name, list[Duration | None]] = {}
    for schema, name, text, _kind, value, unit, status, last, once, altered in database.rows(_EVENTS):
        if status not in _DECIDED:
            why = Failed("the event belongs to the primary of this replica", "scan the primary for what deletes")
            yield database.unseen("structure", why, database.path(schema, name))
            continue
        # An interval is a number and a unit; of what is spelt otherwise the unit alone is told.
        often = f"every {value} {unit.lower()}" if _NUMBER.fullmatch(str(value)) else f"every so many {unit or ''}"
        ran = last.replace(tzinfo=UTC) if isinstance(last, datetime) else None
        changed = datetime.fromtimestamp(float(altered), UTC) if altered is not None else None
        deleted = deleted_from(database, catalogue, schema, text or "")
        runs = status == "ENABLED" and database.scheduler
        keeps, since = _limit(catalogue, deleted, text or "") if not once else (None, None)
        for end in history_ended(database, catalogue, schema, text or "") if runs and not once else ():
            ended.setdefault(end.table, []).append(end.at)
        for dropped in _dropped(database, catalogue, schema, text or "") if runs and not once else ():
            ended.setdefault(dropped, []).append(None)
        yield JobFact(seen, f"{schema}.{name}", "once" if once else often, deleted, ran, runs, keeps, since, changed)
    yield from history_facts(database, catalogue, ended, hidden)
    yield from partition_facts(database, catalogue)


def deleted_from(database: Database, catalogue: Catalogue, schema: str, text: str) -> tuple[Name, ...]:
    """Give the tables that a statement or a block of statements deletes rows of; a name alone is one of its schema."""
    import sqlglot
    from sqlglot.errors import SqlglotError

    found: dict[Name, None] = {}
    block = _BLOCK.match(text)
    for part in (block[1] if block else text).split(";"):
        # Conditions and loops around a statement are no matter: it may delete.
        statement = _FIRST_WORD.search(part)
        if statement is None:
            continue
        tables = [split_name(name) for name in _PARTITION.findall(statement[0])]
        try:
            tree = sqlglot.parse_one(statement[0], dialect="mysql")
        except (SqlglotError, RecursionError):
            tree = None
        for parts in [*tables, *_tables_of(tree)]:
            where, name = parts if len(parts) == 2 else (schema, parts[0] if parts else "")
            if (table := catalogue.find(database, where, name)) is not None:
                found[table.name] = None
    return tuple(found)


def _dropped(database: Database, catalogue: Catalogue, schema: str, text: str) -> Iterator[Name]:
    """Give the tables of which a text drops partitions."""
    for parts in map(split_name, _PARTITION.findall(text)):
        where, name = parts if len(parts) == 2 else (schema, parts[0] if parts else "")
        if (table := catalogue.find(database, where, name)) is not None:
            yield table.name


def _limit(catalogue: Catalogue, deleted: tuple[Name, ...], text: str) -> tuple[Duration | None, Name | None]:
    """Give the age at which an event deletes and since when: its only statement says it, alone or in a block."""
    block = _BLOCK.match(text)
    whole = parsed((block[1] if block else text).strip().removesuffix(";"), "mysql")
    if len(deleted) != 1:
        return None, None
    clock = counted_from(whole, catalogue.fields[deleted[0]])
    return kept_for(whole) if clock or empties(whole) else None, deleted[0].at(clock) if clock else None


def _tables_of(statement: object) -> Iterator[tuple[str, ...]]:
    from sqlglot import exp

    if isinstance(statement, exp.TruncateTable):
        named = list(statement.expressions)
    elif isinstance(statement, exp.Delete):
        named = list(statement.args.get("tables") or [statement.this])
        # `DELETE a FROM contacts a`: the name is an alias.
        aliases = {table.alias: table for table in statement.find_all(exp.Table) if table.alias}
        named = [aliases.get(table.name, table) for table in named if isinstance(table, exp.Table)]
    else:
        return
    for table in named:
        if isinstance(table, exp.Table):
            yield tuple(part for part in (table.db, table.name) if part)
