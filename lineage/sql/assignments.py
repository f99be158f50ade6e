"""What the changes have in common: the table that a statement names, and the columns that it sets."""

from __future__ import annotations

from sqlglot import exp

from lineage.sql.expression import collect, origins_of
from lineage.sql.lattice import SAME
from lineage.sql.query import query
from lineage.sql.relation import Deps, Relation, Scope, Source, add, shown_and_key
from lineage.sql.selection import projections
from lineage.sql.sources import path_of
from lineage.sql.walk import Walk
from lineage.sql.writes import Read, Write

VARIABLE = "a variable takes its value from a query"
Assigned = dict[str, tuple[str, Deps]]
"""Key of a column -> its name and what is written into it."""


def target_of(walk: Walk, node: exp.Expr) -> tuple[exp.Table | None, list[str]]:
    """Give the table that a statement names as its target, and the columns listed behind it."""
    if isinstance(node, exp.Schema):
        names = [item.this if isinstance(item, exp.ColumnDef) else item for item in node.expressions]
        return (node.this if isinstance(node.this, exp.Table) else None), [
            shown_and_key(identifier_of(name), walk.naming)[0] for name in names
        ]
    named = isinstance(node, exp.Table) and isinstance(node.this, (exp.Identifier, exp.Parameter))
    return (node if named else None), []  # type: ignore[return-value]  # checked above


def identifier_of(node: exp.Expr) -> exp.Expr:
    """Give the name that a column, maybe qualified or in parentheses, ends in."""
    while isinstance(node, (exp.Column, exp.Paren)):
        node = node.this
    return node


def keys_of(walk: Walk, names: list[str]) -> list[str]:
    """Give what names as the system spells them are compared by."""
    return [walk.naming.key(name, quoted=True) for name in names]


def appended(old: Relation, write: Write) -> Relation:
    """Give a temporary table after more was written into it."""
    cols: list[Deps] = [dict(old.at(position)) for position in range(len(old.names))]
    for position, key in enumerate(write.relation.keys):
        place = old.index.get(key, position if not write.sure else -1)
        if 0 <= place < len(cols):
            add(cols[place], write.relation.at(position))
    rows = dict(old.rows)
    add(rows, write.relation.rows)
    return Relation(old.names, old.keys, cols, rows=rows, opens=old.opens)


def assign(walk: Walk, scope: Scope, items: list[exp.Expr], into: Assigned) -> None:
    """Read `SET a = x, (b, c) = (...)`."""
    for item in items:
        if not isinstance(item, (exp.EQ, exp.PropertyEQ)):
            continue
        left, right = item.this, item.expression
        if isinstance(left, (exp.Parameter, exp.SessionParameter)):
            walk.doubt(VARIABLE)
            collect(walk, scope, right, SAME, {})
            continue
        names = left.expressions if isinstance(left, exp.Tuple) else [left]
        values = [right]
        if isinstance(right, exp.Subquery) and len(names) > 1:
            relation = query(walk, right, scope, scope.env)
            add(scope.rows, relation.rows)
            found = [relation.at(i) if i < len(relation.names) else {} for i in range(len(names))]
        else:
            if len(names) > 1:
                values = right.expressions or [right] * len(names)
            found = [assigned_value(walk, scope, value) for value in values]
        for name, deps in zip(names, found, strict=False):
            shown, key = shown_and_key(identifier_of(name), walk.naming)
            merged = dict(into[key][1]) if key in into else {}
            add(merged, deps)
            into[key] = (shown, merged)


def assigned_value(walk: Walk, scope: Scope, value: exp.Expr) -> Deps:
    """Read one value of VALUES or SET."""
    if isinstance(value, exp.Column) and value.name.upper() == "DEFAULT":
        return {}
    return origins_of(walk, scope, value)


def partial(path: tuple[str, ...], assigned: Assigned, scope: Scope) -> Write:
    """Write some columns of a target."""
    names = [shown for shown, _ in assigned.values()]
    cols = [deps for _, deps in assigned.values()]
    return Write(path, names, Relation(names, list(assigned), cols, rows=scope.rows), whole=False)


def returned(walk: Walk, scope: Scope, node: exp.Expr, path: tuple[str, ...], read: Read) -> Read:
    """Add what RETURNING or OUTPUT gives: to the caller, or into another table."""
    clause = node.args.get("returning")
    if not isinstance(clause, exp.Expr):
        return read
    own = next((item for item in scope.sources if item.table is not None and item.table.path == path), None)
    own = own or next(iter(scope.sources), None)
    for name in ("inserted", "deleted", "old", "new"):
        if own is not None:
            scope.by_key.setdefault(walk.naming.key(name), Source(name, own.relation, own.table))
    # T-SQL's $action says which branch of MERGE ran: no column.
    items = [item for item in clause.expressions if not item.name.startswith("$")]
    relation = projections(walk, scope, items)
    relation.rows = scope.rows
    into = clause.args.get("into")
    if not isinstance(into, exp.Expr):
        read.returned = relation
        return read
    # sqlglot reads `INTO v (k)` as a call and `INTO v` as a bare name.
    listed = into.expressions if isinstance(into, (exp.Anonymous, exp.Schema)) else []
    names = [shown_and_key(identifier_of(item), walk.naming)[0] for item in listed] or relation.names
    table = into if isinstance(into, exp.Table) else exp.Table(this=exp.to_identifier(into.name))
    shown, key = path_of(walk, table)
    place, columns, _ = walk.place(shown, key)
    names = names if listed or not columns else columns[: len(relation.names)]
    written = Relation(names, keys_of(walk, names), [relation.at(i) for i in range(len(names))], rows=scope.rows)
    read.writes.append(Write(place, names, written, sure=bool(listed or columns), whole=False))
    return read
