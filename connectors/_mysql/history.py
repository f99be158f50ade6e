"""How long MariaDB keeps rows that were deleted from a system-versioned table: as history, until something ends that.

A partition by SYSTEM_TIME only sorts history by its age; it ends where an event deletes it (`DELETE HISTORY`) or drops
its partitions. Where the events are hidden, or drop partitions whose age is not told, how long it lasts is not known;
that it is not measured is said of each such table.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from connectors._job_limits import kept_for, parsed
from connectors._mysql.session import Database
from connectors._mysql.structure import Catalogue
from connectors._names import split_name
from lineage.duration import Duration
from lineage.facts import LingerFact
from lineage.model import Name

HISTORY: Final = "history of its rows"
_DELETED: Final = re.compile(
    r"\bDELETE\s+HISTORY\s+FROM\s+((?:`(?:[^`]|``)+`|[\w$]+)(?:\s*\.\s*(?:`(?:[^`]|``)+`|[\w$]+))?)"
    r"(\s+PARTITION\b[^;]*?)?(?:\s+BEFORE\s+SYSTEM_TIME\s+(?:TIMESTAMP\s+)?([^;]+))?\s*(?:;|$)",
    re.IGNORECASE,
)
_CONDITIONAL: Final = re.compile(r"\b(?:IF|CASE|WHILE|LOOP|REPEAT|FOR)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Ended:
    """An event ends the history of a table."""

    table: Name
    at: Duration | None
    """The age at which, counted from the deletion; None where it is not told."""


def history_ended(database: Database, catalogue: Catalogue, schema: str, text: str) -> Iterator[Ended]:
    """Give the tables whose history the text of an event ends."""
    for name, part, before in _DELETED.findall(text):
        parts = split_name(name)
        where, bare = parts if len(parts) == 2 else (schema, parts[0] if parts else "")
        table = catalogue.find(database, where, bare)
        if table is not None:
            sure = not part and not _CONDITIONAL.search(text)
            yield Ended(table.name, _age(before) if sure else None)


def history_facts(
    database: Database, catalogue: Catalogue, ended: Mapping[Name, list[Duration | None]], hidden: Collection[str]
) -> Iterator[LingerFact]:
    """Tell for how long each table keeps its history, where that is known; `hidden` are schemas of unseen events."""
    for table in catalogue.tables.values():
        ends = ended.get(table.name, [])
        ages = [age for age in ends if age is not None]
        undecided = not ages and (bool(ends) or table.name.path[-2] in hidden)
        if table.versioned and not undecided:
            span = min(ages, key=Duration.mean, default=None)
            yield LingerFact(database.seen(), table.name, HISTORY, span, in_place=True)


def _age(before: str) -> Duration | None:
    if not before:
        return Duration()
    # The moment is written as the bound of a condition would be: it is read as one.
    return kept_for(parsed(f"DELETE FROM history WHERE ended < {before.strip()}", "mysql"))  # noqa: S608 - parsed, never sent
