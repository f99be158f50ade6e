"""Writes of a MariaDB body as the query of what they write, and variables apart from columns."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from connectors._mysql.bodies import StrangeError
from connectors._mysql.flows import BODY

if TYPE_CHECKING:
    from sqlglot.expressions import Expr


@dataclass(frozen=True, slots=True)
class Written:
    """A write: the table, the columns that it fills, the rights on it, and what it reads."""

    path: tuple[str, ...]
    columns: tuple[str, ...]
    rights: tuple[str, ...]
    query: Expr | None
    fills: bool = False
    """It fills every column where it names none."""


def apart(tree: Expr, variables: Iterable[str]) -> Expr:
    """Put a sign of its own for each variable that a statement names: a variable hides a column of its name.

    Raises:
        StrangeError: it does what is not followed.
    """
    from sqlglot import exp

    if any(True for _ in tree.find_all(exp.Into, exp.Lock, exp.Command, exp.SessionParameter, exp.PropertyEQ)):
        raise StrangeError
    known = frozenset(variables)
    for node in list(tree.find_all(exp.Column, exp.Parameter)):
        shared = isinstance(node, exp.Parameter)
        name = f"@{node.name.casefold()}" if shared else node.name.casefold()
        if not shared and (node.text("table") or name not in known or _is_assigned(node)):
            continue
        if node.find_ancestor(exp.Limit, exp.Offset):
            node.replace(exp.Literal.number(1))
        else:
            node.replace(exp.Placeholder(this=name) if name in known else exp.Null())
    return tree


def _is_assigned(column: Expr) -> bool:
    from sqlglot import exp

    around = column.parent
    return isinstance(around, exp.EQ) and isinstance(around.parent, exp.Update) and around.this is column


def together(tree: Expr) -> Expr:
    """Read variables from a table that stands for them, so that what they give is told from all else."""
    from sqlglot import exp

    for node in list(tree.find_all(exp.Placeholder)):
        column = exp.column(str(node.this), quoted=True)
        table = exp.Table(this=exp.to_identifier(BODY[1], quoted=True), db=exp.to_identifier(BODY[0], quoted=True))
        value = exp.Select(expressions=[column]).from_(table).subquery()
        if node is tree:
            return value
        node.replace(value)
    return tree


def written(tree: Expr) -> Written | None:
    """Give what a statement writes; None where it is a query.

    Raises:
        StrangeError: it is neither a query nor a write that is followed.
    """
    from sqlglot import exp

    if isinstance(tree, exp.Query):
        if any(True for _ in tree.find_all(exp.DML)):
            raise StrangeError
        return None
    if not isinstance(tree, (exp.Insert, exp.Update, exp.Delete)) or _more_than(tree):
        raise StrangeError
    if isinstance(tree, exp.Insert):
        return _insert(tree)
    table = tree.this
    if not isinstance(table, exp.Table) or table.args.get("joins"):
        raise StrangeError
    query = exp.Select(expressions=[exp.Literal.number(1)])
    columns: tuple[str, ...] = ()
    if isinstance(tree, exp.Update):
        pairs = tree.expressions
        if not all(isinstance(one, exp.EQ) and isinstance(one.this, exp.Column) for one in pairs):
            raise StrangeError
        columns = tuple(one.this.name for one in pairs)
        values = [exp.alias_(one.expression, f"c{place}", quoted=True) for place, one in enumerate(pairs)]
        query = exp.Select(expressions=values)
    query = query.from_(table)
    if isinstance(where := tree.args.get("where"), exp.Where):
        query = query.where(where.this)
    if isinstance(order := tree.args.get("order"), exp.Order):
        query = query.order_by(*order.expressions)
    return Written(_path(table), columns, ("update",) if columns else ("delete",), query)


def _more_than(tree: Expr) -> bool:
    """Whether a write gives rows back, writes several tables, or changes what is there already."""
    names = ("returning", "conflict", "using", "from_", "tables", "with_", "joins", "overwrite")
    return any(tree.args.get(name) for name in names)


def _insert(tree: Expr) -> Written:
    from sqlglot import exp

    into, columns = tree.this, tuple[str, ...]()
    if isinstance(into, exp.Schema):
        columns = tuple(column.name for column in into.expressions)
        into = into.this
    if not isinstance(into, exp.Table):
        raise StrangeError
    query = tree.expression
    if isinstance(query, exp.Values):
        rows = [row.expressions for row in query.expressions]
        selects = [
            exp.Select(expressions=[exp.alias_(one, f"c{place}", quoted=True) for place, one in enumerate(row)])
            for row in rows
        ]
        query = selects[0] if selects else None
        for more in selects[1:]:
            query = exp.Union(this=query, expression=more, distinct=False)
    elif not isinstance(query, exp.Query):
        raise StrangeError
    return Written(_path(into), columns, ("insert",), query, fills=True)


def _path(table: Expr) -> tuple[str, ...]:
    return tuple(part.name for part in getattr(table, "parts", ()))
