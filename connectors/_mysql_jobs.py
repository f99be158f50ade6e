"""Events that delete rows: what they delete from, when they last ran, whether they run at all.

An event's text is parsed here and never kept: it may hold anything. The catalogue shows the events of schemas on which
the auditor holds EVENT; those of others are said to be hidden.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from connectors._mysql_session import Database
from connectors._mysql_structure import Catalogue, Rights, quoted_account
from connectors._names import split_name
from connectors._sql import Failed
from lineage.facts import JobFact, UnseenFact
from lineage.model import Name

_EVENTS: Final = """
SELECT EVENT_SCHEMA, EVENT_NAME, EVENT_DEFINITION, EVENT_TYPE, INTERVAL_VALUE, INTERVAL_FIELD, STATUS = 'ENABLED',
       CONVERT_TZ(LAST_EXECUTED, TIME_ZONE, '+00:00'), EXECUTE_AT IS NOT NULL
FROM information_schema.EVENTS ORDER BY EVENT_SCHEMA, EVENT_NAME"""
_PARTITION: Final = re.compile(r"ALTER\s+TABLE\s+(.+?)\s+(?:DROP|TRUNCATE)\s+PARTITION\b", re.IGNORECASE | re.DOTALL)
_BLOCK: Final = re.compile(
    r"^\s*(?:\w+\s*:\s*)?BEGIN\b(?:\s+NOT\s+ATOMIC\b)?(.*?)\bEND\s*\w*\s*;?\s*$", re.IGNORECASE | re.DOTALL
)
_FIRST_WORD: Final = re.compile(r"\b(?:DELETE|TRUNCATE|ALTER)\b.*", re.IGNORECASE | re.DOTALL)
_NUMBER: Final = re.compile(r"\d+")


def read_jobs(database: Database, catalogue: Catalogue, rights: Rights) -> Iterator[JobFact | UnseenFact]:
    """Read the events that the session sees."""
    hidden = sorted({schema for schema, _ in catalogue.tables if not rights.holds("event", schema)})
    if hidden:
        who = quoted_account(database.identity)
        why = Failed(
            f"events of {len(hidden):,} schemas are hidden from the auditor", f"GRANT EVENT ON the schema.* TO {who}"
        )
        yield database.unseen("structure", why, database.path("mysql", "event"))
    seen = database.seen()
    for schema, name, text, _kind, value, unit, enabled, last, once in database.rows(_EVENTS):
        # An interval is a number and a unit; of what is spelt otherwise the unit alone is told.
        often = f"every {value} {unit.lower()}" if _NUMBER.fullmatch(str(value)) else f"every so many {unit or ''}"
        ran = last.replace(tzinfo=UTC) if isinstance(last, datetime) else None
        deleted = deleted_from(database, catalogue, schema, text or "")
        runs = bool(enabled) and database.scheduler
        yield JobFact(seen, f"{schema}.{name}", "once" if once else often, deleted, ran, enabled=runs)


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
            parsed = sqlglot.parse_one(statement[0], dialect="mysql")
        except (SqlglotError, RecursionError):
            parsed = None
        for parts in [*tables, *_tables_of(parsed)]:
            where, name = parts if len(parts) == 2 else (schema, parts[0] if parts else "")
            if (table := catalogue.find(database, where, name)) is not None:
                found[table.name] = None
    return tuple(found)


def _tables_of(parsed: object) -> Iterator[tuple[str, ...]]:
    from sqlglot import exp

    if isinstance(parsed, exp.TruncateTable):
        named = list(parsed.expressions)
    elif isinstance(parsed, exp.Delete):
        named = list(parsed.args.get("tables") or [parsed.this])
        # `DELETE a FROM contacts a`: the name is an alias.
        aliases = {table.alias: table for table in parsed.find_all(exp.Table) if table.alias}
        named = [aliases.get(table.name, table) for table in named if isinstance(table, exp.Table)]
    else:
        return
    for table in named:
        if isinstance(table, exp.Table):
            yield tuple(part for part in (table.db, table.name) if part)
