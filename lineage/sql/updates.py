"""UPDATE and DELETE, with FROM, joined, of several tables, or through a query of WITH."""

from __future__ import annotations

from sqlglot import exp

from lineage.sql.assignments import Assigned, appended, assign, partial, returned
from lineage.sql.expression import collect
from lineage.sql.lattice import FILTER, RAW_BIT, step
from lineage.sql.query import environment
from lineage.sql.relation import Relation, Scope, Source, add, shown_and_key
from lineage.sql.result import Path
from lineage.sql.sources import join, path_of, source
from lineage.sql.walk import Env, Walk
from lineage.sql.writes import Read

_FILTER = step(FILTER)
_UNSUPPORTED = "a statement of a kind that is not supported"
_QUERY = "what is changed is a query of several datasets"


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


def _changed(walk: Walk, node: exp.Expr, scope: Scope) -> tuple[Source | None, Path, Relation | None]:
    """Put the target into the scope, unless FROM has it already (T-SQL: UPDATE a SET ... FROM t AS a)."""
    table = node.this
    shown, key = path_of(walk, table)
    known = scope.by_key.get(key[0]) if len(key) == 1 else None
    if known is not None:
        path = known.table.path if known.table is not None else (known.key,)
        return known, path, None
    named = len(key) == 1 and key[0] in scope.env
    path, _, through = walk.place(shown, key)
    before = len(scope.sources)
    source(walk, scope, table)
    own = scope.sources[before] if len(scope.sources) > before else None
    if own is not None and own.table is None and not named:
        own = Source(own.key, own.relation, walk.table(path, list(own.relation.names)))
    return own, path, through


def _conditions(walk: Walk, scope: Scope, node: exp.Expr) -> None:
    for name in ("where", "limit"):
        if isinstance(node.args.get(name), exp.Expr):
            collect(walk, scope, node.args[name], _FILTER, scope.rows)


def update(walk: Walk, node: exp.Expr, env: Env | None = None) -> Read:
    """Read UPDATE, with FROM or joined."""
    if not isinstance(node.this, exp.Table):
        return Read("update", doubt=_UNSUPPORTED)
    scope = _around(walk, node, env or {})
    own, path, through = _changed(walk, node, scope)
    by_path: dict[Path, Assigned] = {}
    for item in node.expressions:
        place, field = _place(walk, scope, item, own, path)
        assigned: Assigned = {}
        assign(walk, scope, [item], assigned)
        into = by_path.setdefault(place, {})
        for key, (shown, deps) in assigned.items():
            name = (shown, key) if field is None else (field, walk.naming.key(field, quoted=True))
            merged = dict(into[name[1]][1]) if name[1] in into else {}
            add(merged, deps)
            into[name[1]] = (name[0], merged)
    _conditions(walk, scope, node)
    writes = [partial(place, assigned, scope) for place, assigned in by_path.items()]
    read = Read("update", writes)
    if through is not None:
        for write in writes:
            through = appended(through, write)
        walk.learn(*path_of(walk, node.this), through.names, through)
        read = Read("update")
    return returned(walk, scope, node, path, read)


def _place(walk: Walk, scope: Scope, item: exp.Expr, own: Source | None, path: Path) -> tuple[Path, str | None]:
    """Give the dataset that `SET a.x = ...` writes, and its column where a query calls it by another name."""
    left = item.this
    if not isinstance(left, exp.Column):
        return path, None
    origin = own
    qualifier = left.args.get("table")
    if isinstance(qualifier, exp.Identifier):
        origin = scope.source(shown_and_key(qualifier, walk.naming)[1]) or own
    elif _several(item):
        key = shown_and_key(left.this, walk.naming)[1]
        knowing = [found for found in scope.sources if found.relation.known(key) is not None]
        origin = knowing[0] if len(knowing) == 1 else own
    if origin is None or origin.table is not None:
        return (origin.table.path if origin is not None and origin.table is not None else path), None
    return _behind(walk, origin, left)


def _several(item: exp.Expr) -> bool:
    """Say whether the UPDATE that an assignment belongs to names several tables before SET."""
    statement = item.parent
    return isinstance(statement, exp.Update) and bool(statement.this.args.get("joins"))


def _behind(walk: Walk, origin: Source, left: exp.Column) -> tuple[Path, str | None]:
    shown, key = shown_and_key(left.this, walk.naming)
    deps = origin.relation.named(key, shown, walk.origins) or {}
    same = [number for number, mask in deps.items() if mask & RAW_BIT]
    if len(same) != 1:
        walk.doubt(_QUERY)
        return (origin.key,), None
    table, field, _ = walk.origins.columns[same[0]]
    return table.path, field if isinstance(field, str) else field[0]


def delete(walk: Walk, node: exp.Expr, env: Env | None = None) -> Read:
    """Read DELETE: no column flows, some decide which rows are left."""
    if not isinstance(node.this, exp.Table):
        return Read("delete", doubt=_UNSUPPORTED)
    scope = _around(walk, node, env or {})
    own, path, _ = _changed(walk, node, scope)
    targets = [own]
    for item in node.args.get("tables") or ():
        if isinstance(item, exp.Table):
            key = path_of(walk, item)[1]
            targets.append(scope.by_key.get(key[-1]) if key else None)
    if node.args.get("tables"):
        targets = targets[1:]
    _conditions(walk, scope, node)
    paths: dict[Path, None] = {}
    for target in targets:
        if target is not None and target.table is None:
            paths.update(dict.fromkeys(_tables_of(walk, target)))
        else:
            paths[target.table.path if target is not None and target.table is not None else path] = None
    read = Read("delete", [partial(place, {}, scope) for place in paths])
    return returned(walk, scope, node, path, read)


def _tables_of(walk: Walk, target: Source) -> list[Path]:
    same = [number for _, _, deps in target.relation.columns() for number, mask in deps.items() if mask & RAW_BIT]
    paths = list(dict.fromkeys(walk.origins.columns[number][0].path for number in same))
    if len(paths) != 1:
        walk.doubt(_QUERY)
    return paths
