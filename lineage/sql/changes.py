"""Statements that change a table: INSERT, UPDATE, DELETE, MERGE, also inside WITH."""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp

from lineage.sql.expression import collect, origins_of
from lineage.sql.lattice import FILTER, JOIN, step
from lineage.sql.query import environment, query
from lineage.sql.relation import Deps, Relation, Scope, Source, add, shown_and_key
from lineage.sql.selection import projections
from lineage.sql.sources import join, path_of, source
from lineage.sql.walk import Env, Walk
from lineage.sql.writes import Read, Write

_FILTER = step(FILTER)
_JOIN = step(JOIN)
Assigned = dict[str, tuple[str, Deps]]


def _target(walk: Walk, node: exp.Expr) -> tuple[exp.Table | None, list[str]]:
    """Give the table that a statement names as its target, and the columns listed behind it."""
    if isinstance(node, exp.Schema):
        names = [item.this if isinstance(item, exp.ColumnDef) else item for item in node.expressions]
        return (node.this if isinstance(node.this, exp.Table) else None), [
            shown_and_key(_identifier(name), walk.naming)[0] for name in names
        ]
    return (node if isinstance(node, exp.Table) and isinstance(node.this, exp.Identifier) else None), []


def _identifier(node: exp.Expr) -> exp.Expr:
    while isinstance(node, (exp.Column, exp.Paren)):
        node = node.this
    return node


def _keys(walk: Walk, names: list[str]) -> list[str]:
    return [walk.naming.key(name, quoted=True) for name in names]


def insert(walk: Walk, node: exp.Expr, env: Env | None = None, given: Relation | None = None) -> Read:
    """Read INSERT ... SELECT or VALUES, positional or named, with what ON CONFLICT sets."""
    table, columns = _target(walk, node.this)
    if table is None:
        return Read("insert", doubt="data goes into files")
    shown, key = path_of(walk, table)
    path, known, through = walk.place(shown, key)
    body = node.args.get("expression")
    inner = environment(walk, node, None, env or {})
    if given is None and not isinstance(body, exp.Expr):
        return Read("insert")
    relation = given if given is not None else query(walk, body, None, inner)  # type: ignore[arg-type]  # checked above
    if node.args.get("by_name"):
        write = Write(path, relation.names, relation)
    else:
        write = _positional(walk, path, columns or _without_partition(walk, node, known), relation)
    conflict = node.args.get("conflict")
    if isinstance(conflict, exp.Expr):
        _conflict(walk, conflict, table, write, inner)
    if through is not None:
        walk.learn(path, key, through.names, _appended(through, write))
        return Read("insert")
    return Read("insert", [write])


def _without_partition(walk: Walk, node: exp.Expr, known: list[str] | None) -> list[str]:
    partition = node.args.get("partition")
    if not known or not isinstance(partition, exp.Partition):
        return list(known or ())
    # PARTITION (ds = 'x') is set by the statement, not by the query; PARTITION (ds) is its last column.
    fixed = {walk.naming.key(_identifier(item.this).name) for item in partition.expressions if isinstance(item, exp.EQ)}
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
    return Write(path, names, Relation(names, _keys(walk, names), cols, rows=relation.rows))


def _appended(old: Relation, write: Write) -> Relation:
    cols: list[Deps] = [dict(old.at(position)) for position in range(len(old.names))]
    for position, key in enumerate(write.relation.keys):
        place = old.index.get(key, position if not write.sure else -1)
        if 0 <= place < len(cols):
            add(cols[place], write.relation.at(position))
    rows = dict(old.rows)
    add(rows, write.relation.rows)
    return Relation(old.names, old.keys, cols, rows=rows, opens=old.opens)


def _conflict(walk: Walk, node: exp.Expr, table: exp.Table, write: Write, env: Env) -> None:
    scope = Scope(None, env)
    source(walk, scope, table)
    proposed = Relation(write.names, _keys(walk, write.names), list(write.relation.cols), opens=write.relation.opens)
    proposed = Relation(
        proposed.names,
        proposed.keys,
        [write.relation.at(i) for i in range(len(write.names))],
        opens=write.relation.opens,
    )
    # Not in `sources`: an unqualified name means the table's column; `excluded` is only ever named.
    for name in ("excluded", "new", "values"):
        scope.by_key.setdefault(walk.naming.key(name), Source(name, proposed))
    assigned: Assigned = {}
    _assign(walk, scope, node.expressions, assigned)
    rows = dict(write.relation.rows)
    if isinstance(node.args.get("where"), exp.Expr):
        collect(walk, scope, node.args["where"], _FILTER, rows)
    add(rows, scope.rows)
    names, cols = list(write.names), [dict(write.relation.at(i)) for i in range(len(write.names))]
    index = {key: position for position, key in enumerate(_keys(walk, names))}
    for key, (shown, deps) in assigned.items():
        if key in index:
            add(cols[index[key]], deps)
        else:
            names.append(shown)
            cols.append(deps)
    write.names = names
    write.relation = Relation(names, _keys(walk, names), cols, rows=rows, opens=write.relation.opens)


def _assign(walk: Walk, scope: Scope, items: list[exp.Expr], into: Assigned) -> None:
    for item in items:
        if not isinstance(item, (exp.EQ, exp.PropertyEQ)):
            continue
        left, right = item.this, item.expression
        names = left.expressions if isinstance(left, exp.Tuple) else [left]
        values = [right]
        if isinstance(right, exp.Subquery) and len(names) > 1:
            relation = query(walk, right, scope, scope.env)
            add(scope.rows, relation.rows)
            found = [relation.at(i) if i < len(relation.names) else {} for i in range(len(names))]
        else:
            if len(names) > 1:
                values = right.expressions or [right] * len(names)
            found = [_value(walk, scope, value) for value in values]
        for name, deps in zip(names, found, strict=False):
            shown, key = shown_and_key(_identifier(name), walk.naming)
            merged = dict(into[key][1]) if key in into else {}
            add(merged, deps)
            into[key] = (shown, merged)


def _value(walk: Walk, scope: Scope, value: exp.Expr) -> Deps:
    if isinstance(value, exp.Anonymous) and value.name.upper() == "VALUES" and value.expressions:
        proposed = scope.source(walk.naming.key("values"))
        shown, key = shown_and_key(_identifier(value.expressions[0]), walk.naming)
        return (proposed.relation.named(key, shown, walk.origins) if proposed is not None else None) or {}
    if isinstance(value, exp.Column) and value.name.upper() == "DEFAULT":
        return {}
    return origins_of(walk, scope, value)


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


def _around(walk: Walk, node: exp.Expr, env: Env) -> Scope:
    """Give the scope of UPDATE and DELETE: the target and the items of FROM, USING and joins."""
    scope = Scope(None, environment(walk, node, None, env))
    origin = node.args.get("from_")
    if isinstance(origin, exp.From):
        source(walk, scope, origin.this)
        for item in origin.this.args.get("joins") or () if not isinstance(origin.this, exp.Table) else ():
            join(walk, scope, item)
    for item in node.args.get("using") or ():
        source(walk, scope, item)
    return scope


def _aliased(walk: Walk, scope: Scope, table: exp.Table) -> Source | None:
    _, key = path_of(walk, table)
    return scope.by_key.get(key[0]) if len(key) == 1 else None


def _changed(walk: Walk, node: exp.Expr, scope: Scope) -> tuple[tuple[str, ...], Relation | None]:
    """Put the target into the scope, unless FROM has it already (T-SQL: UPDATE a SET ... FROM t AS a)."""
    table = node.this
    known = _aliased(walk, scope, table)
    if known is not None:
        return (known.table.path if known.table is not None else (known.key,)), None
    shown, key = path_of(walk, table)
    path, _, through = walk.place(shown, key)
    source(walk, scope, table)
    first = scope.sources[-1]
    if first.table is not None and path not in {
        item.table.path for item in scope.sources[:-1] if item.table is not None
    }:
        walk.reads.setdefault(path)
    return path, through


def update(walk: Walk, node: exp.Expr, env: Env | None = None) -> Read:
    """Read UPDATE, with FROM or joined."""
    if not isinstance(node.this, exp.Table):
        return Read("update", doubt="a statement of a kind that is not supported")
    scope = _around(walk, node, env or {})
    path, through = _changed(walk, node, scope)
    assigned: Assigned = {}
    _assign(walk, scope, node.expressions, assigned)
    if isinstance(node.args.get("where"), exp.Expr):
        collect(walk, scope, node.args["where"], _FILTER, scope.rows)
    write = _partial(path, assigned, scope)
    if through is not None:
        shown, key = path_of(walk, node.this)
        walk.learn(shown, key, through.names, _appended(through, write))
        return Read("update")
    return Read("update", [write])


def _partial(path: tuple[str, ...], assigned: Assigned, scope: Scope) -> Write:
    names = [shown for shown, _ in assigned.values()]
    cols = [deps for _, deps in assigned.values()]
    return Write(path, names, Relation(names, list(assigned), cols, rows=scope.rows), whole=False)


def delete(walk: Walk, node: exp.Expr, env: Env | None = None) -> Read:
    """Read DELETE: no column flows, some decide which rows are left."""
    if not isinstance(node.this, exp.Table):
        return Read("delete", doubt="a statement of a kind that is not supported")
    scope = _around(walk, node, env or {})
    path, _ = _changed(walk, node, scope)
    named = [item for item in node.args.get("tables") or () if isinstance(item, exp.Table)]
    known = _aliased(walk, scope, named[0]) if named else None
    if known is not None and known.table is not None:
        path = known.table.path
    if isinstance(node.args.get("where"), exp.Expr):
        collect(walk, scope, node.args["where"], _FILTER, scope.rows)
    return Read("delete", [_partial(path, {}, scope)])


def merge(walk: Walk, node: exp.Expr, env: Env | None = None) -> Read:
    """Read MERGE with all its branches."""
    scope = Scope(None, environment(walk, node, None, env or {}))
    if not isinstance(node.this, exp.Table):
        return Read("merge", doubt="a statement of a kind that is not supported")
    shown, key = path_of(walk, node.this)
    path, known, _ = walk.place(shown, key)
    source(walk, scope, node.this)
    source(walk, scope, node.args["using"])
    origin = scope.sources[-1]
    if isinstance(node.args.get("on"), exp.Expr):
        collect(walk, scope, node.args["on"], _JOIN, scope.rows)
    assigned: Assigned = {}
    sure = True
    for when in node.args["whens"].expressions:
        if isinstance(when.args.get("condition"), exp.Expr):
            collect(walk, scope, when.args["condition"], _FILTER, scope.rows)
        sure = _branch(walk, scope, when.args.get("then"), (origin, known or []), assigned) and sure
    write = _partial(path, assigned, scope)
    write.sure = sure
    return Read("merge", [write])


def _branch(walk: Walk, scope: Scope, then: object, known: tuple[Source, list[str]], into: Assigned) -> bool:
    origin, columns = known
    if isinstance(then, exp.Update):
        if then.expressions and not isinstance(then.args.get("expressions"), exp.Star):
            _assign(walk, scope, then.expressions, into)
            if isinstance(then.args.get("where"), exp.Expr):
                collect(walk, scope, then.args["where"], _FILTER, scope.rows)
            return True
        return _all_columns(walk, origin, columns, into)
    if not isinstance(then, exp.Insert):
        return True
    values = then.args.get("expression")
    if not isinstance(values, exp.Expr):
        return _all_columns(walk, origin, columns, into)
    items = values.expressions or [values]
    named = then.this
    if isinstance(named, exp.Tuple):
        names = [_identifier(item) for item in named.expressions]
    else:
        names = [exp.to_identifier(name, quoted=True) for name in columns]
    for name, value in zip(names, items, strict=False):
        shown, key = shown_and_key(name, walk.naming)
        merged = dict(into[key][1]) if key in into else {}
        add(merged, _value(walk, scope, value))
        into[key] = (shown, merged)
    if not names:
        walk.doubt("the columns of the target are not known")
    return True


def _all_columns(walk: Walk, origin: Source, columns: list[str], into: Assigned) -> bool:
    own = {walk.naming.key(name, quoted=True): name for name in columns}
    for name, key, deps in origin.relation.columns():
        if own and key not in own:
            continue
        shown = own.get(key, name)
        merged = dict(into[key][1]) if key in into else {}
        add(merged, deps)
        into[key] = (shown, merged)
    return bool(own)


def change(walk: Walk, node: exp.Expr, env: Env) -> Relation:
    """Read a change inside WITH as the relation that its RETURNING gives; what it writes is noted apart."""
    kinds: dict[type[object], Callable[[Walk, exp.Expr, Env], Read]] = {
        exp.Insert: insert,
        exp.Update: update,
        exp.Delete: delete,
        exp.Merge: merge,
    }
    reader = kinds.get(type(node))
    table, _ = _target(walk, node.this) if isinstance(node.this, exp.Expr) else (None, [])
    if reader is None or table is None:
        walk.doubt("a query of a kind that is not supported")
        return Relation([], [], [])
    found = reader(walk, node, env)
    walk.beside.extend(found.writes)
    if found.doubt:
        walk.doubt(found.doubt)
    returning = node.args.get("returning")
    if not isinstance(returning, exp.Expr):
        return Relation([], [], [])
    scope = Scope(None, env)
    source(walk, scope, table)
    relation = projections(walk, scope, returning.expressions)
    relation.rows = scope.rows
    return relation
