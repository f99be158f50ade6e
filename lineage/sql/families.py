"""One item of a select list that stands for many columns: COLUMNS(...), `* LIKE 'a%'`."""

from __future__ import annotations

import re

from sqlglot import exp

from lineage.sql.relation import Deps, Scope, shown_and_key
from lineage.sql.walk import Walk

Columns = list[tuple[str, str, Deps]]
_TAME = re.compile(r"[\w\s^$.|()*+?-]{0,200}")
_WILD = re.compile(r"[*+?)]\s*[*+?{]|(?:[*+?].*){4}")
"""Patterns that may take very long: the text is nobody's that we know."""


def members(walk: Walk, scope: Scope, node: exp.Expr) -> Columns | None:
    """Give the columns that COLUMNS(...) stands for; None where they cannot be known."""
    if any(source.relation.opens for source in scope.sources):
        return None
    columns = [column for source in scope.sources for column in source.relation.columns()]
    inner = node.this
    if isinstance(inner, exp.Star):
        without = {_key(walk, item) for item in inner.args.get("except_") or ()}
        return [column for column in columns if column[1] not in without]
    if isinstance(inner, exp.Array):
        listed = {_key(walk, item) for item in inner.expressions}
        return [column for column in columns if column[1] in listed]
    if isinstance(inner, exp.Literal) and inner.is_string:
        return _matching(columns, inner.name)
    if isinstance(inner, exp.Column) and not isinstance(inner.this, exp.Star):
        return [column for column in columns if column[1] == _key(walk, inner)]
    return None


def _key(walk: Walk, item: exp.Expr) -> str:
    return shown_and_key(item.this if isinstance(item, (exp.Column, exp.Alias)) else item, walk.naming)[1]


def _matching(columns: Columns, pattern: str) -> Columns | None:
    if not _TAME.fullmatch(pattern) or _WILD.search(pattern):
        return None
    try:
        found = re.compile(pattern)
    except re.error:
        return None
    return [column for column in columns if found.search(column[0])]


def like(name: str, pattern: str) -> bool:
    """Say whether a name is LIKE a pattern, whatever its case."""
    # One row of places that the pattern may have reached, so that no pattern takes long.
    name, places = name.lower(), {0}
    signs = pattern.lower()
    for place, sign in enumerate(signs):
        if sign == "%":
            places |= set(range(min(places, default=len(name) + 1), len(name) + 1))
        else:
            places = {at + 1 for at in places if at < len(name) and sign in ("_", name[at])}
        if not places or place > 500:
            return False
    return len(name) in places
