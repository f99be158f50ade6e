"""Row policies as SQL: a segment's condition as PostgreSQL's, with literals of the plan quoted."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from lineage.predicate import (
    And,
    Between,
    Compare,
    IsIn,
    IsNull,
    Literal,
    Not,
    Or,
    Predicate,
    Truth,
    Value,
    literal_text,
)
from rules.access._sql_postgresql import quoted

Spelt = Callable[[str], str | None]
"""Gives the column of a field of the plan; None where it has none."""


class UnsayableError(ValueError):
    """A condition that is no comparison of columns with constants."""


def row_policy(who: str, table: str, name: str, condition: str, *, secured: bool) -> Iterator[str]:
    """Give the statements that hold one role to a condition, and leave everybody else what they have."""
    if not secured:
        # Without a policy for them nobody but its owner would read it.
        yield f"CREATE POLICY {quoted(f'{name}: others')} ON {table} USING (true) WITH CHECK (true);"
    yield (f"CREATE POLICY {quoted(name)} ON {table} AS RESTRICTIVE FOR SELECT TO {quoted(who)} USING ({condition});")
    if not secured:
        yield f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;"


def any_of(cells: Sequence[Predicate], spelt: Spelt) -> str | None:
    """Give the condition that a row is in one of some cells; None where it cannot be said by itself."""
    try:
        return " OR ".join(f"({_said(cell, spelt)})" for cell in cells)
    except UnsayableError:
        return None


def _said(predicate: Predicate, spelt: Spelt) -> str:
    match predicate:
        case Not(inner):
            return f"({_said(inner, spelt)}) IS NOT TRUE"
        case And(parts):
            return " AND ".join(f"({_said(part, spelt)})" for part in parts)
        case Or(parts):
            return " OR ".join(f"({_said(part, spelt)})" for part in parts)
        case Compare(field) | IsIn(field) | Between(field) | IsNull(field) | Truth(field):
            return f"{_column(field, spelt)}{_asked(predicate)}"
    raise UnsayableError


def _asked(predicate: Compare | IsIn | Between | IsNull | Truth) -> str:
    match predicate:
        case Compare(_, op, value):
            return f" {'<>' if op == '!=' else op} {_constant(value)}"
        case IsIn(_, values):
            return f" IN ({', '.join(map(_constant, values))})"
        case Between(_, low, high):
            return f" BETWEEN {_constant(low)} AND {_constant(high)}"
        case IsNull():
            return " IS NULL"
        case Truth():
            return ""


def _column(field: str, spelt: Spelt) -> str:
    column = spelt(field)
    if column is None:
        raise UnsayableError
    return quoted(column)


def _constant(value: Value | Literal) -> str:
    if isinstance(value, str | int | float):
        return literal_text(value)
    # A moment is compared as the column's own type has it, which the plan does not say.
    raise UnsayableError
