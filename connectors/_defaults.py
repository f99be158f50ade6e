"""What kind of default a column has, told from its text: the text itself can hold a value and is not kept.

For systems whose catalogue gives a default as SQL and nothing else about it.
"""

from __future__ import annotations

from typing import Final

_NOW: Final = frozenset(
    {"now", "getdate", "getutcdate", "get_current_timestamp", "sysdate", "sysdatetime", "systimestamp", "localtime"}
)
_SEQUENCE: Final = frozenset({"nextval", "next_value_for", "lastval"})
_LONGEST: Final = 2_000
"""Longer texts are not parsed: what is that long is an expression or a constant that nobody has to know about."""


def default_kind(text: str | None, dialect: str) -> str | None:
    """Give None, `constant`, `now`, `sequence` or `expression` for a default as the system spells it."""
    import sqlglot
    from sqlglot import exp
    from sqlglot.errors import SqlglotError

    if text is None or not text.strip():
        return None
    try:
        found = sqlglot.parse_one(text[:_LONGEST], dialect=dialect or None)
    except (SqlglotError, RecursionError):
        return "expression"
    nodes = list(found.walk())
    names = {node.name.lower() for node in nodes if isinstance(node, exp.Anonymous | exp.Column)}
    if names & _SEQUENCE or any(isinstance(node, exp.NextValueFor) for node in nodes):
        return "sequence"
    if isinstance(found, exp.Null):
        return None
    quiet = (exp.Literal, exp.Cast, exp.DataType, exp.DataTypeParam, exp.Neg, exp.Paren, exp.Null, exp.Boolean)
    if all(isinstance(node, (*quiet, exp.BitString, exp.HexString, exp.National, exp.Introducer)) for node in nodes):
        return "constant"
    current = (exp.CurrentTimestamp, exp.CurrentDate, exp.CurrentTime, exp.CurrentDatetime, exp.UtcTimestamp)
    now = any(isinstance(node, (*current, exp.UtcDate)) for node in nodes)
    return "now" if now or names & _NOW else "expression"
