"""The items of FROM: tables, subqueries, functions, and how joins merge and hide their columns."""

from __future__ import annotations

from sqlglot import exp

from lineage.sql.expression import collect
from lineage.sql.lattice import FILTER, JOIN, TRANSFORMATION, step
from lineage.sql.naming import IMPLICIT_LATERAL
from lineage.sql.pivots import pivoted
from lineage.sql.relation import Deps, Open, Relation, Scope, Source, add, shown_and_key
from lineage.sql.tables import FILES, doubt_of
from lineage.sql.walk import Walk

_JOIN = step(JOIN)
_FILTER = step(FILTER)
_RAW = step(TRANSFORMATION)
_EXISTENCE = frozenset({"SEMI", "ANTI"})


def source(walk: Walk, scope: Scope, node: exp.Expr) -> None:
    """Add an item of FROM to a scope."""
    if isinstance(node, exp.Table):
        _table(walk, scope, node)
    elif isinstance(node, exp.Final):
        source(walk, scope, node.this)
    elif isinstance(node, exp.Stream) and isinstance(node.this, exp.Expr):
        inner = node.this
        source(walk, scope, inner.this if isinstance(inner, exp.Subquery) else inner)
    elif isinstance(node, exp.AtIndex):
        _indexed(walk, scope, node)
    elif isinstance(node, exp.Lateral):
        lateral(walk, scope, node)
    elif isinstance(node, exp.TableFromRows) and isinstance(node.this, exp.Expr):
        _function(walk, scope, node.this, node)
    elif isinstance(node, exp.Values):
        parent = Scope(scope, scope.env)
        _put(walk, scope, node, walk.query(walk, node, parent, scope.env), "")
    elif isinstance(node, exp.Unnest):
        _unnest(walk, scope, node)
    elif isinstance(node, exp.Subquery) and isinstance(node.this, (exp.Table, exp.Subquery)) and not node.alias:
        _parenthesised(walk, scope, node)
    elif isinstance(node, (exp.Query, exp.Subquery)):
        around = scope if walk.naming.dialect in IMPLICIT_LATERAL else scope.parent
        inner = node.this if isinstance(node, exp.Subquery) and _plain(node) else node
        relation = _aliased_join(walk, scope, node) if _is_join(node) else walk.query(walk, inner, around, scope.env)
        _put(walk, scope, node, relation, "")
        _turn(walk, scope, node)
    elif isinstance(node, exp.Func):
        _function(walk, scope, node, node)
    else:
        walk.doubt("an item of FROM of a kind that is not supported")


def _plain(node: exp.Expr) -> bool:
    return isinstance(node.this, exp.Query) and not node.args.get("with_")


def _is_join(node: exp.Expr) -> bool:
    return isinstance(node, exp.Subquery) and isinstance(node.this, (exp.Table, exp.Subquery)) and bool(node.alias)


def _aliased_join(walk: Walk, scope: Scope, node: exp.Expr) -> Relation:
    return walk.query(walk, exp.Subquery(this=node.this, joins=node.args.get("joins")), scope.parent, scope.env)


def _parenthesised(walk: Walk, scope: Scope, node: exp.Subquery) -> None:
    source(walk, scope, node.this)
    for item in node.args.get("joins") or ():
        join(walk, scope, item)


def _put(walk: Walk, scope: Scope, node: exp.Expr, relation: Relation, name: str, table: object = None) -> Source:
    alias = node.args.get("alias")
    key = name
    if isinstance(alias, exp.TableAlias):
        if alias.this is not None:
            key = shown_and_key(alias.this, walk.naming)[1]
        columns = alias.args.get("columns") or ()
        if columns:
            pairs = [
                shown_and_key(item.this if isinstance(item, exp.ColumnDef) else item, walk.naming) for item in columns
            ]
            relation = relation.renamed([shown for shown, _ in pairs], [found for _, found in pairs])
    added = Source(key, relation, table)  # type: ignore[arg-type]  # checked by the callers
    add(scope.rows, relation.rows)
    scope.put(added)
    return added


def _table(walk: Walk, scope: Scope, node: exp.Table) -> None:
    inner = node.this
    if node.args.get("rows_from"):
        _rows_from(walk, scope, node)
    elif isinstance(inner, exp.Func):
        _function(walk, scope, inner, node)
    elif isinstance(inner, exp.Identifier) or (isinstance(inner, exp.Parameter) and walk.made(path_of(walk, node)[1])):
        _named(walk, scope, node)
    elif isinstance(inner, exp.Var):
        _staged(walk, scope, node)
    else:
        walk.doubt("a table whose name is not constant")
    _turn(walk, scope, node)
    for item in node.args.get("joins") or ():
        join(walk, scope, item)
    for item in node.args.get("laterals") or ():
        lateral(walk, scope, item)


def _staged(walk: Walk, scope: Scope, node: exp.Table) -> None:
    walk.doubt(FILES)
    nothing: Deps = {}
    _put(walk, scope, node, Relation(["*"], ["*"], [nothing], opens=((Open(None),),)), "")


def _turn(walk: Walk, scope: Scope, node: exp.Expr) -> None:
    for item in node.args.get("pivots") or ():
        origin = scope.sources.pop()
        scope.by_key.pop(origin.key, None)
        turned = pivoted(walk, scope, item, origin)
        add(scope.rows, turned.relation.rows)
        scope.put(turned)


def path_of(walk: Walk, node: exp.Table) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Give the path of a table as it will be listed, and as it is compared."""
    if isinstance(node.this, exp.Parameter) and isinstance(node.this.this, exp.Var):
        # A variable that holds a table: DECLARE @rows TABLE (...).
        name = f"@{node.this.name}"
        return (name,), (walk.naming.key(name),)
    args = node.args
    if isinstance(args.get("this"), exp.Identifier) and args.get("db") is None:
        shown, folded = shown_and_key(args["this"], walk.naming)
        return (shown,), (folded,)
    parts = [part for part in node.parts if isinstance(part, exp.Identifier)]
    pairs = [shown_and_key(part, walk.naming) for part in parts]
    if not pairs:
        walk.doubt("a table whose name is not constant")
        return ("*",), ("*",)
    return tuple(shown for shown, _ in pairs), tuple(key for _, key in pairs)


def _named(walk: Walk, scope: Scope, node: exp.Table) -> None:
    shown, key = path_of(walk, node)
    known = scope.env.get(key[0]) if len(key) == 1 else None
    if known is not None:
        _put(walk, scope, node, known, key[0])
        return
    relation, table = walk.dataset(shown, key)
    _put(walk, scope, node, relation, key[-1] if key else "", table)


def _function(walk: Walk, scope: Scope, call: exp.Expr, node: exp.Expr) -> None:
    deps: Deps = {}
    inside = Scope(scope, scope.env)
    name = call.name if isinstance(call, exp.Anonymous) else ""
    unknown = doubt_of(_called(call)) if name.lower() not in walk.functions else ""
    # What is told of a function as an item of FROM is not told of it as a value once more.
    for operand in call.expressions if unknown and name else [call]:
        collect(walk, inside, operand, _RAW, deps)
    add(scope.rows, inside.rows)
    # How many rows there are follows from what is taken apart, whoever takes the values up.
    add(scope.rows, deps, _JOIN)
    if unknown:
        walk.doubt(unknown)
    _columns_of_function(walk, scope, node, deps, name)


def _called(call: exp.Expr) -> str:
    """Give the name of a function that sqlglot does not know, and of those that read files."""
    while isinstance(call, exp.Dot):
        call = call.expression
    if isinstance(call, exp.Anonymous):
        # `TABLE(f(...))` is what f gives back.
        around = call.name.lower() == "table" and len(call.expressions) == 1
        inner = call.expressions[0] if around else None
        return _called(inner) if isinstance(inner, (exp.Anonymous, exp.Dot)) else call.name
    if isinstance(call, exp.Literal):
        return "a name in a text"
    return "read_csv" if isinstance(call, (exp.ReadCSV, exp.ReadParquet)) else "values"


def _rows_from(walk: Walk, scope: Scope, node: exp.Table) -> None:
    inside = Scope(scope, scope.env)
    cols: list[Deps] = []
    for item in node.args["rows_from"]:
        deps: Deps = {}
        collect(walk, inside, item.this if isinstance(item, exp.Table) else item, _RAW, deps)
        cols.append(deps)
        add(scope.rows, deps, _JOIN)
    add(scope.rows, inside.rows)
    alias = node.args.get("alias")
    named = len(alias.args.get("columns") or ()) if isinstance(alias, exp.TableAlias) else 0
    if named != len(cols):
        # A function of several columns shifts the others, so each may be of any.
        every: Deps = {}
        for deps in cols:
            add(every, deps)
        cols = [every] * max(named, 1)
    empty = ["" for _ in cols]
    _put(walk, scope, node, Relation(empty, empty, cols, opens=() if named else ((Open(None, cols[0]),),)), "")


def _indexed(walk: Walk, scope: Scope, node: exp.Expr) -> None:
    """Add `array AS item AT position`."""
    inner = node.this
    deps: Deps = {}
    collect(walk, scope, inner.this if isinstance(inner, exp.Alias) else inner, _RAW, deps)
    add(scope.rows, deps, _JOIN)
    key = shown_and_key(inner.args["alias"], walk.naming)[1] if isinstance(inner, exp.Alias) else ""
    names, cols = [key], [deps]
    if isinstance(node.expression, exp.Expr):
        names.append(shown_and_key(node.expression, walk.naming)[1])
        cols.append({})
    scope.put(Source(key, Relation(names, names, cols, opens=((Open(None, deps),),))))


def _columns_of_function(walk: Walk, scope: Scope, node: exp.Expr, deps: Deps, name: str) -> None:
    alias = node.args.get("alias")
    columns = alias.args.get("columns") if isinstance(alias, exp.TableAlias) else None
    if columns:
        width = len(columns)
        empty = ["" for _ in range(width)]
        relation = Relation(empty, empty, [deps for _ in range(width)])
        _put(walk, scope, node, relation, "")
        return
    key = walk.naming.key(name)
    if isinstance(alias, exp.TableAlias) and alias.this is not None:
        key = shown_and_key(alias.this, walk.naming)[1]
    # A scalar function gives one column called as the alias; one that returns rows, columns that nothing here names.
    relation = Relation([key or "*"], [key or "*"], [deps], opens=((Open(None, deps),),))
    _put(walk, scope, node, relation, key)


def _unnest(walk: Walk, scope: Scope, node: exp.Unnest) -> None:
    alias = node.args.get("alias")
    inside = Scope(scope, scope.env)
    cols: list[Deps] = []
    for item in node.expressions:
        deps: Deps = {}
        collect(walk, inside, item, _RAW, deps)
        cols.append(deps)
        add(scope.rows, deps, _JOIN)
    add(scope.rows, inside.rows)
    names = [""] * len(cols)
    columns: list[exp.Expr] = list(alias.args.get("columns") or ()) if isinstance(alias, exp.TableAlias) else []
    offset = node.args.get("offset")
    if isinstance(offset, exp.Identifier):
        cols.append({})
        names.append(shown_and_key(offset, walk.naming)[0])
    while len(cols) < len(columns):
        cols.append(cols[0] if cols else {})
        names.append("")
    keys = [walk.naming.key(name, quoted=True) for name in names]
    key = ""
    if isinstance(alias, exp.TableAlias):
        key = shown_and_key(alias.this if alias.this is not None else columns[0], walk.naming)[1] if alias.args else ""
    if not columns:
        names[0] = keys[0] = key or "unnest"
    _put(walk, scope, node, Relation(names, keys, cols), key)


def lateral(walk: Walk, scope: Scope, node: exp.Lateral) -> None:
    """Add LATERAL (a subquery or a function that sees the items before it) to a scope."""
    inner = node.this
    if isinstance(inner, (exp.Subquery, exp.Query)):
        _put(walk, scope, node, walk.query(walk, inner, scope, scope.env), "")
    elif isinstance(inner, exp.Unnest):
        inner.set("alias", node.args.get("alias"))
        _unnest(walk, scope, inner)
    else:
        _function(walk, scope, inner, node)


def join(walk: Walk, scope: Scope, node: exp.Expr) -> None:
    """Add the right side of a join to a scope, and its condition to the rows."""
    kind = str(node.args.get("kind") or "").upper()
    if kind == "ARRAY":
        _array_join(walk, scope, node)
        return
    before = len(scope.sources)
    left = scope.sources[:before]
    source(walk, scope, node.this)
    added = scope.sources[before:]
    using = node.args.get("using") or ()
    if node.args.get("method") == "NATURAL":
        _merge(walk, scope, node, left, added, _shared(walk, left, added))
    elif using:
        pairs = [shown_and_key(item.this if isinstance(item, exp.Column) else item, walk.naming) for item in using]
        _merge(walk, scope, node, left, added, pairs)
    for name in ("on", "match_condition"):
        condition = node.args.get(name)
        if isinstance(condition, exp.Expr):
            collect(walk, scope, condition, _JOIN, scope.rows)
    if kind in _EXISTENCE:
        for item in added:
            scope.sources.remove(item)
            scope.by_key.pop(item.key, None)


def _array_join(walk: Walk, scope: Scope, node: exp.Expr) -> None:
    for item in (node.this, *node.expressions):
        deps: Deps = {}
        collect(walk, scope, item, _RAW, deps)
        add(scope.rows, deps, _JOIN)
        if isinstance(item, exp.Alias):
            shown, key = shown_and_key(item.args["alias"], walk.naming)
            scope.put(Source("", Relation([shown], [key], [deps])))
        elif isinstance(item, exp.Column):
            shown, key = shown_and_key(item.this, walk.naming)
            scope.merged[key] = (shown, deps)
            for other in scope.sources:
                other.merged.add(key)


def _shared(walk: Walk, left: list[Source], added: list[Source]) -> list[tuple[str, str]]:
    if any(item.relation.opens for item in (*left, *added)):
        walk.doubt("NATURAL JOIN of datasets whose columns are not known")
    keys = {key for item in left for key in item.relation.keys}
    return [(name, key) for item in added for name, key, _ in item.relation.columns() if key in keys and key != "*"]


def _merge(
    walk: Walk, scope: Scope, node: exp.Expr, left: list[Source], added: list[Source], pairs: list[tuple[str, str]]
) -> None:
    side = str(node.args.get("side") or "").upper()
    for shown, key in pairs:
        from_left = _side(walk, scope, left, shown, key)
        from_right = _side(walk, scope, added, shown, key, merged=False)
        merged: Deps = {}
        if side != "RIGHT":
            add(merged, from_left)
        if side in {"RIGHT", "FULL"}:
            add(merged, from_right)
        add(scope.rows, from_left, _JOIN)
        add(scope.rows, from_right, _JOIN)
        scope.merged[key] = (shown, merged)
        for item in (*left, *added):
            if item.relation.known(key) is not None or item.relation.opens:
                item.merged.add(key)


def _side(walk: Walk, scope: Scope, items: list[Source], shown: str, key: str, *, merged: bool = True) -> Deps:
    if merged and key in scope.merged:
        return scope.merged[key][1]
    found = [deps for item in items if (deps := item.relation.known(key)) is not None]
    if not found:
        found = [deps for item in items if (deps := item.relation.named(key, shown, walk.origins)) is not None]
        if len(found) > 1:
            found = [walk.origins.doubt(deps) for deps in found]
    several: Deps = {}
    for deps in found:
        add(several, deps)
    return several
