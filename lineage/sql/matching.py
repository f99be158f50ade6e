"""MATCH_RECOGNIZE as a relation: the columns that the partitions keep, and the measures of a match."""

from __future__ import annotations

from sqlglot import exp

from lineage.sql.expression import collect, origins_of
from lineage.sql.lattice import FILTER, GROUP_BY, SORT, step
from lineage.sql.relation import Deps, Relation, Scope, Source, shown_and_key
from lineage.sql.walk import Walk

_FILTER = step(FILTER)
_GROUP = step(GROUP_BY)
_SORT = step(SORT)


def matched(walk: Walk, scope: Scope, node: exp.Expr, origin: Source) -> Source:
    """Turn the rows of an item of FROM into matches of a pattern."""
    inside = Scope(scope.parent, scope.env)
    inside.put(origin)
    for name in _variables(walk, node):
        # A variable of the pattern stands for the rows that it matched.
        inside.by_key.setdefault(name, Source(name, origin.relation, origin.table))
    names: list[str] = []
    keys: list[str] = []
    cols: list[Deps] = []

    def put(shown: str, key: str, deps: Deps) -> None:
        names.append(shown)
        keys.append(key)
        cols.append(deps)

    partitions = [item for item in node.args.get("partition_by") or () if isinstance(item, exp.Expr)]
    rows = node.args.get("rows")
    every = isinstance(rows, exp.Expr) and rows.name.upper().startswith("ALL ROWS")
    for item in partitions:
        collect(walk, inside, item, _GROUP, inside.rows)
    opens = origin.relation.opens if every else ()
    for name, key, deps in origin.relation.columns() if every else ():
        put(name, key, deps)
    for item in () if every else partitions:
        if isinstance(item, exp.Column):
            put(*shown_and_key(item.this, walk.naming), origins_of(walk, inside, item))
    if isinstance(node.args.get("order"), exp.Expr):
        collect(walk, inside, node.args["order"], _SORT, inside.rows)
    for definition in node.args.get("define") or ():
        collect(walk, inside, definition.this, _FILTER, inside.rows)
    for measure in node.args.get("measures") or ():
        alias = measure.this
        if isinstance(alias, exp.Alias):
            put(*shown_and_key(alias.args["alias"], walk.naming), origins_of(walk, inside, alias.this))
    table = node.args.get("alias")
    own = isinstance(table, exp.TableAlias) and table.this is not None
    key = shown_and_key(table.this, walk.naming)[1] if own else origin.key  # type: ignore[union-attr]  # checked above
    return Source(key, Relation(names, keys, cols, rows=inside.rows, opens=opens))


def _variables(walk: Walk, node: exp.Expr) -> list[str]:
    pattern = node.args.get("pattern")
    words = pattern.name if isinstance(pattern, exp.Expr) else ""
    letters = "".join(letter if letter.isalnum() or letter in "_$" else " " for letter in words)
    defined = [item.args["alias"].name for item in node.args.get("define") or () if isinstance(item, exp.Alias)]
    return [walk.naming.key(name) for name in (*letters.split(), *defined)]
