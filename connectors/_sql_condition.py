"""Conditions of SQL as our own predicates: comparisons of columns with constants, and all else opaque.

A condition is read so that SQL's three values stay what they are; it is never shown, since it holds literals.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Final

from lineage.access.rows import OPAQUE, over_columns
from lineage.predicate import And, Between, Compare, IsIn, IsNull, Literal, Not, Or, Predicate, Truth

if TYPE_CHECKING:
    from sqlglot import exp

_OPS: Final = {"EQ": "=", "NEQ": "!=", "LT": "<", "LTE": "<=", "GT": ">", "GTE": ">="}
_TURNED: Final = {"=": "=", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
_TEXTS: Final = frozenset({"TEXT", "VARCHAR"})
_WHOLE: Final = frozenset({"INT", "BIGINT", "SMALLINT", "DECIMAL"})
_DEEPEST: Final = 60


@dataclass(frozen=True, slots=True)
class ViewFilter:
    """What a view lets through of what it reads."""

    where: Predicate | None
    """Over the view's own columns; None where it has no condition."""
    base: tuple[str, ...] | None
    """The one relation that it reads, as its definition names it; None where there are several."""
    columns: Mapping[str, str]
    """Column of the base -> the view's column that is nothing but it."""


def condition(text: str, dialect: str) -> Predicate:
    """Read a condition; what is not understood of it is opaque."""
    import sqlglot
    from sqlglot.errors import SqlglotError

    try:
        return _read(sqlglot.parse_one(text, dialect=dialect), 0)
    except (SqlglotError, RecursionError):
        return OPAQUE


def filter_of_view(definition: str, dialect: str) -> ViewFilter | None:
    """Read what a view's definition lets through; None where that cannot be told."""
    import sqlglot
    from sqlglot import exp
    from sqlglot.errors import SqlglotError

    try:
        query = sqlglot.parse_one(definition, dialect=dialect)
    except (SqlglotError, RecursionError):
        return None
    source = query.args.get("from_") or query.args.get("from")
    if not isinstance(query, exp.Select) or query.args.get("with_") or query.args.get("with") or source is None:
        return None
    joins = query.args.get("joins") or []
    alone = not joins and isinstance(source.this, exp.Table)
    shown = {_qualified(part.unalias()): part.alias_or_name for part in query.expressions if _column(part.unalias())}
    where = query.args.get("where")
    found = None
    if where is not None:
        found = over_columns(_read(where.this, 0, qualified=True), shown)
    base = tuple(part.name for part in source.this.parts) if alone else None
    columns = {key.rpartition(".")[2]: name for key, name in shown.items()} if alone else {}
    return ViewFilter(found, base, columns)


def _column(node: exp.Expr | None) -> exp.Column | None:
    from sqlglot import exp

    while isinstance(node, exp.Paren):
        node = node.this
    return node if isinstance(node, exp.Column) and not isinstance(node.this, exp.Star) else None


def _qualified(node: exp.Expr) -> str:
    return ".".join(part.name for part in node.parts) if hasattr(node, "parts") else ""


def _read(node: exp.Expr, depth: int, *, qualified: bool = False) -> Predicate:
    from sqlglot import exp

    if depth > _DEEPEST:
        return OPAQUE

    def inner(part: exp.Expr) -> Predicate:
        return _read(part, depth + 1, qualified=qualified)

    match node:
        case exp.Paren():
            found = inner(node.this)
        case exp.And():
            found = And((inner(node.left), inner(node.right)))
        case exp.Or():
            found = Or((inner(node.left), inner(node.right)))
        case exp.Not():
            found = Not(inner(node.this))
        case exp.Boolean():
            found = And(()) if node.this else Or(())
        case exp.Column():
            found = Truth(_named(node, qualified=qualified))
        case _:
            found = _test(node, qualified=qualified)
    return found


def _test(node: exp.Expr, *, qualified: bool) -> Predicate:
    from sqlglot import exp

    found: Predicate = OPAQUE
    field = _field(node.this, qualified=qualified) if isinstance(node.this, exp.Expr) else ""
    match node:
        case exp.Is() if field and isinstance(node.expression, exp.Null):
            found = IsNull(field)
        case exp.In() if field and not node.args.get("query") and node.expressions:
            found = _among(field, node.expressions)
        case exp.Between() if field:
            low, high = _constant(node.args["low"]), _constant(node.args["high"])
            found = OPAQUE if low is None or high is None else Between(field, low, high)
        case exp.EQ(expression=exp.Any()) if field:
            found = _among(field, _array(node.expression.this))
        case exp.NEQ(expression=exp.All()) if field:
            found = Not(among) if (among := _among(field, _array(node.expression.this))) != OPAQUE else OPAQUE
        case exp.EQ() | exp.NEQ() | exp.LT() | exp.LTE() | exp.GT() | exp.GTE():
            found = _comparison(node, qualified=qualified)
    return found


def _comparison(node: exp.Expr, *, qualified: bool) -> Predicate:
    op, left, right = _OPS[type(node).__name__], node.this, node.expression
    if field := _field(left, qualified=qualified):
        value = _constant(right)
    else:
        field, value, op = _field(right, qualified=qualified), _constant(left), _TURNED[op]
    return Compare(field, op, value) if field and value is not None else OPAQUE


def _among(field: str, nodes: list[exp.Expr]) -> Predicate:
    values = [_constant(node) for node in nodes]
    known = tuple(value for value in values if value is not None)
    return IsIn(field, known) if known and len(known) == len(values) else OPAQUE


def _array(node: exp.Expr) -> list[exp.Expr]:
    from sqlglot import exp

    while isinstance(node, exp.Paren | exp.Cast):
        node = node.this
    return list(node.expressions) if isinstance(node, exp.Array) else []


def _field(node: exp.Expr, *, qualified: bool) -> str:
    """Give the column that a side of a comparison is; one that is shown as text is itself where it is a text."""
    from sqlglot import exp

    while isinstance(node, exp.Paren) or (isinstance(node, exp.Cast) and node.to.this.name in _TEXTS):
        node = node.this
        if isinstance(node, exp.Literal):
            return ""
    return _named(node, qualified=qualified) if isinstance(node, exp.Column) else ""


def _named(node: exp.Column, *, qualified: bool) -> str:
    return _qualified(node) if qualified else node.name


def _constant(node: exp.Expr) -> Literal | None:
    from sqlglot import exp

    to = ""
    while isinstance(node, exp.Paren | exp.Cast):
        if isinstance(node, exp.Cast):
            if to:
                return None
            to = node.to.this.name
        node = node.this
    negative = isinstance(node, exp.Neg)
    node = node.this if negative else node
    match node:
        case exp.Boolean() if not to:
            return bool(node.this)
        case exp.Literal() if node.is_string and not negative and (not to or to in _TEXTS or to == "DATE"):
            return str(node.this)
        case exp.Literal() if not to or to in _WHOLE:
            return _number(f"-{node.this}" if negative else str(node.this), to)
        case _:
            return None


def _number(text: str, to: str) -> Literal | None:
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    if not value.is_finite():
        return None
    if value == value.to_integral_value():
        return int(value)
    # A cast to a whole number rounds; a float must stand for exactly this number.
    return float(value) if not to and Decimal(str(float(value))) == value else None
