"""Remembers what texts gave, since a query log holds the same statement many times with other literals.

Two texts share an answer when they differ only in string literals and in numbers of four digits or more. Shorter
numbers stay, for they can be positions (`ORDER BY 2`). Where a literal can mean more than a value, or where telling
literals from other text needs the dialect, nothing is shared.
"""

from __future__ import annotations

import re

from lineage.sql.result import SqlLineage

_KEPT = 10_000

_LITERAL = re.compile(r"""("[^"]*"|`[^`]*`)|'(?:[^']|'')*'|(?<![\w.$])\d{4,}(?:\.\d+)?(?![\w.])""")
_UNSURE = re.compile(
    r"""--|/\*|[#$\\]|\b(?:pivot|unpivot|execute|exec|do|call|begin|declare|procedure|function|trigger|copy)\b"""
    # A literal behind any other word, or behind a bracket, may be a name: `FROM 'a.csv'`, `SELECT x 'label'`.
    r"""|[)\]]\s*'|\b(?!(?:like|ilike|rlike|regexp|escape|and|or|not|in|between|then|else|when|case|select|values|where"""
    r"""|having|on|date|time|timestamp|interval|distinct|all|by|returning|separator)\b)\w+\s+'""",
    re.IGNORECASE,
)


def _without(match: re.Match[str]) -> str:
    # Lines are counted, so those inside a literal stay.
    return match[1] or "?" + "\n" * match[0].count("\n")


class Memory:
    """Answers by text without its literals."""

    __slots__ = ("_known",)

    def __init__(self) -> None:
        self._known: dict[str, SqlLineage] = {}

    def key(self, sql: str) -> str:
        """Give what texts with the same answer share."""
        return sql if _UNSURE.search(sql) else _LITERAL.sub(_without, sql)

    def recall(self, key: str) -> SqlLineage | None:
        """Give the answer of an earlier text."""
        return self._known.get(key)

    def keep(self, key: str, found: SqlLineage) -> SqlLineage:
        """Remember an answer."""
        if len(self._known) >= _KEPT:
            self._known.clear()
        self._known[key] = found
        return found
