"""Tasks of Snowflake that delete rows: what they delete from and at which age, and when one last succeeded.

What a task did is told by the history of its runs; its text is parsed here and never kept.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Final

from connectors._job_limits import counted_from, empties, kept_for, parsed
from connectors._warehouse import Ground, Rows, moment_of, whole_of
from lineage.facts import Fact, JobFact, UnseenFact
from lineage.model import Name

TASKS: Final = """
SELECT SCHEMA_NAME, NAME, QUERY_TEXT, COUNT(*), MIN(SCHEDULED_TIME), MAX(SCHEDULED_TIME),
       MAX(CASE WHEN STATE = 'SUCCEEDED' THEN COMPLETED_TIME END)
FROM SNOWFLAKE.ACCOUNT_USAGE.TASK_HISTORY
WHERE DATABASE_NAME = :database AND SCHEDULED_TIME >= TO_TIMESTAMP_TZ(:since)
AND STATE IN ('SUCCEEDED', 'FAILED', 'CANCELLED')
GROUP BY SCHEMA_NAME, NAME, QUERY_TEXT ORDER BY SCHEMA_NAME, NAME, MAX(SCHEDULED_TIME), QUERY_TEXT"""
_DAYS: Final = 40
"""Of runs: a month's task has run by then."""


def lately(ground: Ground) -> Sequence[Mapping[str, str]]:
    """Give from when on runs are asked for, and of what database."""
    since = ground.now - timedelta(days=_DAYS)
    return [{"since": since.isoformat(timespec="seconds"), "database": ground.database}]


def task_facts(ground: Ground, rows: Rows) -> Iterator[Fact]:
    """Tell the tasks that delete; the newest text of one counts, and procedures that tasks call are not read."""
    from sqlglot import exp

    newest = {(str(row[0]), str(row[1])): row for row in rows}
    unread = 0
    for (schema, name), (_, _, text, count, first, last, succeeded) in newest.items():
        statement = parsed(str(text or "").strip().removesuffix(";"), "snowflake")
        if statement is None or isinstance(statement, exp.Command):
            unread += 1
            continue
        table = _deleted_from(ground, schema, statement)
        if table is None:
            continue
        columns = {field.casefold(): one for (dataset, field), one in ground.fields.items() if dataset == table}
        clock = counted_from(statement, columns)
        yield JobFact(
            ground.seen,
            f"{schema}.{name}",
            _often(whole_of(count) or 0, first, last),
            (table,),
            moment_of(succeeded),
            keeps=kept_for(statement) if clock or empties(statement) else None,
            since=columns[clock] if clock else None,
        )
    if unread:
        why = f"what {unread:,} tasks delete is not read: they call procedures, or hold more than one statement"
        yield UnseenFact(ground.seen, "retention", why, "review them, or let the task itself delete")


def _deleted_from(ground: Ground, schema: str, statement: object) -> Name | None:
    """Give the table that a statement deletes rows of; a name alone is one of the task's own schema."""
    from sqlglot import exp

    if isinstance(statement, exp.TruncateTable) and len(statement.expressions) == 1:
        table = statement.expressions[0]
    else:
        table = statement.this if isinstance(statement, exp.Delete) else None
    if not isinstance(table, exp.Table) or (table.catalog and table.catalog.casefold() != ground.database.casefold()):
        return None
    wanted = ((table.db or schema).casefold(), table.name.casefold())
    found = (fact.name for key, fact in ground.datasets.items() if (key[0].casefold(), key[1].casefold()) == wanted)
    return next(found, None)


def _often(count: int, first: object, last: object) -> str:
    """Say how often a task ran, from the first to the last of its runs: the schedule itself is not told."""
    began, ended = moment_of(first), moment_of(last)
    if began is None or ended is None or count < 2:
        return "as it ran"
    minutes = max(1, math.ceil((ended - began).total_seconds() / (count - 1) / 60))
    return f"every {minutes} minutes, as it ran"
