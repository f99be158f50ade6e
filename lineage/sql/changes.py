"""Statements that change a table: INSERT in its forms, and changes inside WITH."""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp

from lineage.sql.assignments import Assigned, appended, assign, identifier_of, keys_of, returned, target_of
from lineage.sql.expression import collect
from lineage.sql.lattice import FILTER, JOIN, step
from lineage.sql.merges import merge
from lineage.sql.query import environment, query
from lineage.sql.relation import Relation, Scope, Source, add
from lineage.sql.selection import projections
from lineage.sql.sources import path_of, source
from lineage.sql.updates import delete, update
from lineage.sql.walk import Env, Walk
from lineage.sql.writes import Read, Write

__all__ = ["change", "delete", "insert", "merge", "multi_insert", "update"]

_FILTER = step(FILTER)
_JOIN = step(JOIN)


def insert(walk: Walk, node: exp.Expr, env: Env | None = None, given: Relation | None = None) -> Read:
    """Read INSERT ... SELECT or VALUES, positional or named, with what ON CONFLICT sets."""
    table, columns = target_of(walk, node.this)
    inner = environment(walk, node, None, env or {})
    if given is None:
        body = _body(node)
        if body is None:
            return Read("insert")
        given = query(walk, body, None, inner)
    relation = given
    if table is None:
        # Into a directory or a table function: it leaves the system, as by COPY ... TO.
        return Read("insert", [Write(None, relation.names, relation)])
    shown, key = path_of(walk, table)
    path, known, through = walk.place(shown, key)
    if node.args.get("by_name"):
        write = Write(path, relation.names, relation)
    else:
        write = _positional(walk, path, columns or _without_partition(walk, node, known), relation)
        if len(columns) > len(relation.names) and not relation.opens:
            walk.doubt("fewer columns than the target names")
    conflict = node.args.get("conflict")
    if isinstance(conflict, exp.Expr):
        _conflict(walk, conflict, table, write, inner)
    replaced = node.args.get("where")
    if isinstance(replaced, exp.Expr):
        # INSERT ... REPLACE WHERE: which rows of the target go.
        scope = Scope(None, inner)
        source(walk, scope, table)
        scope.rows = dict(write.relation.rows)
        collect(walk, scope, replaced, _FILTER, scope.rows)
        write.relation.rows = scope.rows
    if through is not None:
        walk.learn(path, key, through.names, appended(through, write))
        read = Read("insert")
    else:
        read = Read("insert", [write])
    if not isinstance(node.args.get("returning"), exp.Expr):
        return read
    scope = Scope(None, inner)
    source(walk, scope, table)
    return returned(walk, scope, node, path, read)


def _body(node: exp.Expr) -> exp.Expr | None:
    body = node.args.get("expression")
    origin = node.args.get("source")
    if not isinstance(body, exp.Expr) and isinstance(origin, exp.Expr):
        return exp.Select(expressions=[exp.Star()], from_=exp.From(this=origin))
    return body if isinstance(body, exp.Expr) else None


def _without_partition(walk: Walk, node: exp.Expr, known: list[str] | None) -> list[str]:
    partition = node.args.get("partition")
    if not known or not isinstance(partition, exp.Partition):
        return list(known or ())
    # PARTITION (ds = 'x') is set by the statement, not by the query; PARTITION (ds) is its last column.
    fixed = {
        walk.naming.key(identifier_of(item.this).name) for item in partition.expressions if isinstance(item, exp.EQ)
    }
    return [name for name in known if walk.naming.key(name) not in fixed]


def _positional(walk: Walk, path: tuple[str, ...], columns: list[str], relation: Relation) -> Write:
    if relation.opens:
        return Write(path, relation.names, relation, sure=False)
    if not columns:
        return Write(path, relation.names, relation, sure=False)
    names = columns[: len(relation.names)]
    if len(relation.names) > len(columns):
        walk.doubt("more columns than the target has")
    cols = [relation.at(position) for position in range(len(names))]
    return Write(path, names, Relation(names, keys_of(walk, names), cols, rows=relation.rows))


def _conflict(walk: Walk, node: exp.Expr, table: exp.Table, write: Write, env: Env) -> None:
    scope = Scope(None, env)
    source(walk, scope, table)
    proposed = Relation(
        write.names,
        keys_of(walk, write.names),
        [write.relation.at(i) for i in range(len(write.names))],
        opens=write.relation.opens,
    )
    # Not in `sources`: an unqualified name means the table's column; `excluded` is only ever named.
    for name in ("excluded", "new", "values"):
        scope.by_key.setdefault(walk.naming.key(name), Source(name, proposed))
    assigned: Assigned = {}
    assign(walk, scope, node.expressions, assigned)
    rows = dict(write.relation.rows)
    if node.expressions:
        for item in node.args.get("conflict_keys") or ():
            # A row of that key decides between INSERT and UPDATE, as ON does in MERGE.
            collect(walk, scope, exp.Column(this=item) if isinstance(item, exp.Identifier) else item, _JOIN, rows)
    if isinstance(node.args.get("where"), exp.Expr):
        collect(walk, scope, node.args["where"], _FILTER, rows)
    add(rows, scope.rows)
    names, cols = list(write.names), [dict(write.relation.at(i)) for i in range(len(write.names))]
    index = {key: position for position, key in enumerate(keys_of(walk, names))}
    for key, (shown, deps) in assigned.items():
        if key in index:
            add(cols[index[key]], deps)
        else:
            names.append(shown)
            cols.append(deps)
    write.names = names
    write.relation = Relation(names, keys_of(walk, names), cols, rows=rows, opens=write.relation.opens)


def multi_insert(walk: Walk, node: exp.Expr) -> Read:
    """Read INSERT ALL / FIRST, and Hive's FROM ... INSERT ... INSERT."""
    whole = Read("insert")
    origin = node.args["source"]
    inner = environment(walk, node, None, {})
    around = Scope(None, inner)
    source(walk, around, origin if isinstance(origin, (exp.Table, exp.Subquery)) else exp.Subquery(this=origin))
    given = around.sources[0].relation if around.sources else None
    for item in node.expressions:
        part = item.this if isinstance(item, exp.ConditionalInsert) else item
        body = part.args.get("expression")
        if isinstance(body, exp.Select) and not body.args.get("from_"):
            body.set("from_", exp.From(this=origin.copy()))
            read = insert(walk, part, inner)
        elif isinstance(body, exp.Values):
            row = body.expressions[0]
            relation = projections(walk, around, row.expressions if isinstance(row, exp.Tuple) else [row])
            read = insert(walk, part, inner, relation)
        else:
            read = insert(walk, part, inner, given)
        rows = dict(around.rows)
        condition = item.args.get("expression") if isinstance(item, exp.ConditionalInsert) else None
        if isinstance(condition, exp.Expr):
            collect(walk, around, condition, _FILTER, rows)
        for write in read.writes:
            merged = dict(write.relation.rows)
            add(merged, rows)
            write.relation.rows = merged
        whole.writes.extend(read.writes)
        whole.doubt = whole.doubt or read.doubt
    return whole


def change(walk: Walk, node: exp.Expr, env: Env) -> Relation:
    """Read a change inside WITH as the relation that its RETURNING gives; what it writes is noted apart."""
    kinds: dict[type[object], Callable[[Walk, exp.Expr, Env], Read]] = {
        exp.Insert: insert,
        exp.Update: update,
        exp.Delete: delete,
        exp.Merge: merge,
    }
    reader = kinds.get(type(node))
    table, _ = target_of(walk, node.this) if isinstance(node.this, exp.Expr) else (None, [])
    if reader is None or table is None:
        walk.doubt("a query of a kind that is not supported")
        return Relation([], [], [])
    found = reader(walk, node, env)
    walk.beside.extend(found.writes)
    if found.doubt:
        walk.doubt(found.doubt)
    return found.returned or Relation([], [], [])
