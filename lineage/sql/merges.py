"""MERGE with all its branches."""

from __future__ import annotations

from sqlglot import exp

from lineage.sql.assignments import Assigned, assign, assigned_value, identifier_of, partial, returned
from lineage.sql.expression import collect
from lineage.sql.lattice import FILTER, JOIN, step
from lineage.sql.query import environment
from lineage.sql.relation import Scope, Source, add, shown_and_key
from lineage.sql.sources import path_of, source
from lineage.sql.walk import Env, Walk
from lineage.sql.writes import Read

_FILTER = step(FILTER)
_JOIN = step(JOIN)
_VALUES_WITHOUT_THE_WORD = frozenset({"teradata"})


def merge(walk: Walk, node: exp.Expr, env: Env | None = None) -> Read:
    """Read MERGE: what each branch sets or inserts, and what decides between them."""
    scope = Scope(None, environment(walk, node, None, env or {}))
    if not isinstance(node.this, exp.Table):
        return Read("merge", doubt="a statement of a kind that is not supported")
    path, columns, _ = walk.place(*path_of(walk, node.this))
    source(walk, scope, node.this)
    source(walk, scope, node.args["using"])
    if len(scope.sources) != 2:
        return Read("merge", doubt="a statement of a kind that is not supported")
    if isinstance(node.args.get("on"), exp.Expr):
        collect(walk, scope, node.args["on"], _JOIN, scope.rows)
    for item in node.args.get("using_cond") or ():
        shown, key = shown_and_key(identifier_of(item), walk.naming)
        for side in scope.sources:
            found = side.relation.named(key, shown, walk.origins)
            if found is None:
                walk.doubt("a column is not in the schema")
            add(scope.rows, found or {}, _JOIN)
    branches = _Branches(walk, scope, columns or [])
    for when in node.args["whens"].expressions:
        if isinstance(when.args.get("condition"), exp.Expr):
            collect(walk, scope, when.args["condition"], _FILTER, scope.rows)
        branches.read(when.args.get("then"))
    write = partial(path, branches.assigned, scope)
    write.sure = branches.sure
    return returned(walk, scope, node, path, Read("merge", [write]))


class _Branches:
    def __init__(self, walk: Walk, scope: Scope, columns: list[str]) -> None:
        self.walk = walk
        self.scope = scope
        self.columns = columns
        self.keys = walk.naming.keys(columns)
        self.assigned: Assigned = {}
        self.sure = True

    def read(self, then: object) -> None:
        if isinstance(then, exp.Update):
            stars = [item for item in then.expressions if isinstance(item, exp.Star)]
            if not then.expressions or stars or isinstance(then.args.get("expressions"), exp.Star):
                self._by_name(stars[0] if stars else None)
            else:
                assign(self.walk, self.scope, then.expressions, self.assigned)
            if isinstance(then.args.get("where"), exp.Expr):
                collect(self.walk, self.scope, then.args["where"], _FILTER, self.scope.rows)
        elif isinstance(then, exp.Insert):
            self._insert(then)

    def _insert(self, then: exp.Insert) -> None:
        if isinstance(then.args.get("where"), exp.Expr):
            collect(self.walk, self.scope, then.args["where"], _FILTER, self.scope.rows)
        values = then.args.get("expression")
        named = then.this
        if isinstance(values, exp.Expr):
            names = [identifier_of(item) for item in named.expressions] if isinstance(named, exp.Tuple) else []
            self._row(names, values.expressions or [values])
        elif isinstance(named, exp.Tuple) and self.walk.naming.dialect in _VALUES_WITHOUT_THE_WORD:
            self._row([], named.expressions)
        elif isinstance(named, exp.Var) and named.name.upper() == "ROW":
            origin = self.scope.sources[1].relation
            if origin.opens:
                self._by_name(None)
            for position, (name, key, deps) in enumerate(origin.columns() if not origin.opens else ()):
                known = position < len(self.columns)
                self.put(self.columns[position] if known else name, self.keys[position] if known else key, deps)
            self.sure = self.sure and bool(self.columns)
        else:
            self._by_name(named if isinstance(named, exp.Star) else None)

    def _row(self, names: list[exp.Expr], values: list[exp.Expr]) -> None:
        # Rows to insert are the source's: an unqualified name is never a column of the target.
        inside = Scope(self.scope.parent, self.scope.env)
        inside.put(self.scope.sources[1])
        inside.by_key = {**self.scope.by_key, **inside.by_key}
        pairs = [shown_and_key(name, self.walk.naming) for name in names]
        pairs = pairs or list(zip(self.columns, self.keys, strict=True))
        if len(pairs) < len(values):
            self.walk.doubt("the columns of the target are not known")
        for (shown, key), value in zip(pairs, values, strict=False):
            self.put(shown, key, assigned_value(self.walk, inside, value))
        add(self.scope.rows, inside.rows)

    def _by_name(self, star: exp.Expr | None) -> None:
        """Read `UPDATE SET *`, `INSERT *` and the like: columns of one name belong together."""
        listed = star.args.get("except_") or () if star is not None else ()
        without = {shown_and_key(identifier_of(item), self.walk.naming)[1] for item in listed}
        origin: Source = self.scope.sources[1]
        own = dict(zip(self.keys, self.columns, strict=True))
        if origin.relation.opens and own:
            for key, name in own.items():
                if key not in without:
                    self.put(name, key, origin.relation.named(key, name, self.walk.origins) or {})
            return
        for name, key, deps in origin.relation.columns():
            if key not in without and (not own or key in own):
                self.put(own.get(key, name), key, deps)
        self.sure = self.sure and bool(own)

    def put(self, shown: str, key: str, deps: dict[int, int]) -> None:
        merged = dict(self.assigned[key][1]) if key in self.assigned else {}
        add(merged, deps)
        self.assigned[key] = (shown, merged)
