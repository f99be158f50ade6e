"""Calls that are written behind what they are called on: `email.lower()`, `doc.value('/a')`.

The parser takes what stands before such a call for the name of a schema, columns inside it too; here it becomes a value
again, so that nothing that flows through such a call is lost.
"""

from __future__ import annotations

from typing import Final

from sqlglot import Dialect, exp

from lineage.sql.functions import BY_NAME
from lineage.sql.relation import Scope, shown_and_key
from lineage.sql.walk import Walk

_ON_COLUMNS: Final = frozenset({"duckdb", "tsql", "oracle"})
"""Dialects in which `name.f()` can be a call on a column; elsewhere it is a function of a schema."""
_OF_VALUES: Final = frozenset(
    """value query exist nodes modify getstringval getclobval getblobval getnumberval extract existsnode
    tostring stastext stasbinary lat long""".split()  # noqa: SIM905 - twenty words are read better without quotes
)
"""Methods of XML and of places: of a column whose dataset is not known, the name alone tells them from a schema's."""
_SCHEMAS: Final = frozenset({"main", "dbo", "sys", "system", "memory", "temp", "pg_catalog", "information_schema"})


def call_on_value(walk: Walk, scope: Scope, node: exp.Expr) -> exp.Expr | None:
    """Give a call on a value as one with that value as its first operand; None where a schema stands before it."""
    held, call = node.this, node.args["expression"]
    names = _names(held)
    parameter = bool(names) and _is_parameter(names[0])
    if names and not parameter and not _is_value(walk, scope, names, call.name):
        return None
    value = held if parameter else _again(held)
    if walk.naming.dialect == "duckdb" and isinstance(call, exp.Anonymous) and isinstance(call.this, str):
        return exp.func(call.this, value, *call.expressions, dialect="duckdb")
    return exp.Anonymous(this=call.name or call.sql_name(), expressions=[value, *_operands(call)])


def _operands(call: exp.Expr) -> list[exp.Expr]:
    held = [value if isinstance(value, list) else [value] for value in call.args.values()]
    return [item for items in held for item in items if isinstance(item, exp.Expr)]


def _names(held: exp.Expr) -> list[exp.Identifier]:
    """Give the names of `a.b.c`; none where anything but names stands there."""
    names: list[exp.Identifier] = []
    while isinstance(held, exp.Dot) and isinstance(held.expression, exp.Identifier):
        names.append(held.expression)
        held = held.this
    return [held, *reversed(names)] if isinstance(held, exp.Identifier) else []


def _is_value(walk: Walk, scope: Scope, names: list[exp.Identifier], called: str) -> bool:
    dialect, (shown, key) = walk.naming.dialect, shown_and_key(names[0], walk.naming)
    if dialect not in _ON_COLUMNS:
        return False
    if len(names) > 1 and scope.source(key) is not None:
        return True
    around: Scope | None = scope
    unsure = False
    while around is not None:
        if around.certain(key, walk.origins) is not None or key in around.aliases:
            return True
        unsure = unsure or any(source.relation.opens for source in around.sources)
        around = around.parent
    if not unsure or shown.lower() in _SCHEMAS:
        return False
    name = called.lower()
    if dialect != "duckdb":
        return name in _OF_VALUES
    return name in BY_NAME or name.upper() in Dialect.get_or_raise("duckdb").parser_class.FUNCTIONS


def _again(held: exp.Expr) -> exp.Expr:
    """Turn the names in what a call is made on into columns again."""
    if _names(held):
        return _column(held)
    for name in list(held.find_all(exp.Identifier)):
        if _is_column(name):
            top: exp.Expr = name
            while isinstance(top.parent, exp.Dot) and top.arg_key == "this" and _names(top.parent):
                top = top.parent
            top.replace(_column(top))
    return held


def _column(held: exp.Expr) -> exp.Expr:
    names: list[exp.Expr] = [*_names(held)]
    first, rest = names[:4], names[4:]
    parts = dict(zip(("this", "table", "db", "catalog"), (name.copy() for name in reversed(first)), strict=False))
    found: exp.Expr = exp.Column(**parts)
    for name in rest:
        found = exp.Dot(this=found, expression=name.copy())
    return found


def _is_column(name: exp.Identifier) -> bool:
    parent, key = name.parent, name.arg_key
    if isinstance(parent, (exp.Column, exp.Table, exp.TableAlias, exp.DataType, exp.ColumnDef, exp.CTE)):
        return False
    if key == "alias" or (isinstance(parent, (exp.PropertyEQ, exp.Kwarg, exp.Anonymous)) and key == "this"):
        return False
    if isinstance(parent, exp.Dot) and (key == "expression" or isinstance(parent.expression, exp.Func)):
        # What stands before a call further in is looked at when that call is.
        return False
    return not _is_parameter(name)


def _is_parameter(name: exp.Expr) -> bool:
    around = name.find_ancestor(exp.Lambda)
    while around is not None:
        if name.name in {item.name for item in around.expressions}:
            return True
        around = around.find_ancestor(exp.Lambda)
    return False
