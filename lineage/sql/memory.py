"""Remembers what texts gave, since a query log holds the same statement many times with other literals.

Two texts share an answer when they differ only in string literals and in numbers of four digits or more. Shorter
numbers stay, for they can be positions (`ORDER BY 2`). Where a literal can mean more than a value, or where telling
literals from other text needs the dialect, nothing is shared.
"""

from __future__ import annotations

import re

from lineage.sql.result import SqlLineage

_KEPT = 10_000

_LITERAL = re.compile(r"""("[^"]*"|`[^`]*`)|'[^']*(?:''[^']*)*'|\d(?<![\w.$]\d)\d{3,}(?:\.\d+)?(?![\w.])""")
"""Each branch starts with its sign, so that the search skips to one: looking back first takes three times as long."""
_UNSURE = ("--", "/*", "#", "$", "\\", "pivot", "exec", "unload")
_NAMING = {
    words: re.compile(pattern)
    for words, pattern in (
        (("[",), r"\[\s*'"),
        (("like", "similar", "glob"), r"\*\s*(?:not\s+)?(?:i?like|similar|glob)\b"),
        (("columns", "identifier", "query", "table"), r"\b(?:columns|identifier|query\w*|table)\s*\(\s*'"),
        (("exclude", "except"), r"\b(?:exclude|except)\s*\("),
        (
            ("struct_extract", "tupleelement", "dictget", "joinget"),
            r"\bstruct_extract|\btupleelement|\bdictget|\bjoinget",
        ),
    )
}
"""Where a literal names a field or a column: `s['city']`, `COLUMNS('e.*')`, `* LIKE 'e%'`, `* EXCLUDE ('email')`.

A pattern is looked for only where one of its words stands in the text: that takes a quarter of the time."""
_BEFORE_VALUES = frozenset(
    [
        *("like", "ilike", "rlike", "regexp", "escape", "and", "or", "not", "in", "between", "then", "else", "when"),
        *("case", "select", "values", "where", "having", "on", "date", "time", "timestamp", "interval", "returning"),
    ]
)
"""Words behind which a literal is a value. Behind others it may be a name: `FROM 'a.csv'`, `SELECT x 'label'`."""
_WORD = re.compile(r"\w+$")


def _is_value(sql: str, start: int) -> bool:
    before = sql[max(0, start - 60) : start].rstrip()
    if not before or before[-1] in ")]":
        return False
    word = _WORD.search(before)
    return word is None or word[0].lower() in _BEFORE_VALUES


def _names_by_literal(folded: str) -> bool:
    return any(
        any(word in folded for word in words) and pattern.search(folded) is not None
        for words, pattern in _NAMING.items()
    )


class Memory:
    """Answers by text without its literals."""

    __slots__ = ("_known",)

    def __init__(self) -> None:
        self._known: dict[str, SqlLineage] = {}

    def key(self, sql: str) -> str:
        """Give what texts with the same answer share."""
        folded = sql.lower()
        if any(sign in folded for sign in _UNSURE) or _names_by_literal(folded):
            return sql
        sure = True

        def without(match: re.Match[str]) -> str:
            nonlocal sure
            if match[1]:
                return match[1]
            text = match[0]
            if text[0] == "'" and not _is_value(sql, match.start()):
                sure = False
            # Lines are counted, so those inside a literal stay.
            return "?" + "\n" * text.count("\n")

        key = _LITERAL.sub(without, sql)
        return key if sure else sql

    def recall(self, key: str) -> SqlLineage | None:
        """Give the answer of an earlier text."""
        return self._known.get(key)

    def keep(self, key: str, found: SqlLineage) -> SqlLineage:
        """Remember an answer."""
        if len(self._known) >= _KEPT:
            self._known.clear()
        self._known[key] = found
        return found
