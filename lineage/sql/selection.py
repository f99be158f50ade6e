"""The select list: stars expanded, columns named, each with its origins."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sqlglot import exp

from lineage.sql.columns import fields
from lineage.sql.expression import collect, origins_of
from lineage.sql.families import like, members
from lineage.sql.functions import step_of_name
from lineage.sql.lattice import SAME, TRANSFORMATION, step
from lineage.sql.naming import CAST_KEEPS_NAME, USING_IN_PLACE
from lineage.sql.relation import Branches, Deps, Open, Relation, Scope, Source, add, shown_and_key
from lineage.sql.walk import Walk

_RAW = step(TRANSFORMATION)
_NAMELESS = (exp.Paren, exp.Collate, exp.Window, exp.Filter, exp.WithinGroup)
_NAMELESS_WITH_CAST = (*_NAMELESS, exp.Cast)
_FUNCTION_NAMES = frozenset({"postgres", "redshift", "materialize", "risingwave"})

_NO_NAME: Final = "?column?"
"""What PostgreSQL calls a column for which it has no name."""
_OPERATORS: Final[dict[type[exp.Expr], str]] = {
    exp.JSONExtract: _NO_NAME,
    exp.JSONExtractScalar: _NO_NAME,
    exp.JSONBExtract: _NO_NAME,
    exp.JSONBExtractScalar: _NO_NAME,
    exp.AtTimeZone: "timezone",
    exp.Interval: "interval",
    exp.StrPosition: "position",
}
_TYPES: Final = {
    "INT": "int4",
    "BIGINT": "int8",
    "SMALLINT": "int2",
    "DECIMAL": "numeric",
    "DOUBLE": "float8",
    "FLOAT": "float4",
    "BOOLEAN": "bool",
    "CHAR": "bpchar",
}
"""What PostgreSQL calls a type, where sqlglot says something else."""
_CALLED: Final = {
    "explode": "unnest",
    "explodinggenerateseries": "generate_series",
    "timetostr": "to_char",
    "strtodate": "to_date",
    "strtotime": "to_timestamp",
    "groupconcat": "string_agg",
    "logicalor": "bool_or",
    "logicaland": "bool_and",
    "timestamptrunc": "date_trunc",
    "currenttimestamp": "now",
    "rand": "random",
    "uuid": "gen_random_uuid",
    "trim": "btrim",
    "arraysize": "array_length",
    "sha2digest": "sha256",
}
"""What PostgreSQL calls a column without an alias where sqlglot has a name of its own for the function."""


class Selected:
    """A select list while it is read."""

    __slots__ = ("cols", "keys", "names", "opens", "scope", "walk")

    def __init__(self, walk: Walk, scope: Scope) -> None:
        self.walk = walk
        self.scope = scope
        self.names: list[str] = []
        self.keys: list[str] = []
        self.cols: list[Deps] = []
        self.opens: list[tuple[Open, ...]] = []

    def put(self, shown: str, key: str, deps: Deps, *, alias: bool = False) -> None:
        """Add a column."""
        self.names.append(shown)
        self.keys.append(key)
        self.cols.append(deps)
        if alias:
            self.scope.aliases.setdefault(key, deps)


def projections(walk: Walk, scope: Scope, items: list[exp.Expr]) -> Relation:
    """Turn a select list into a relation."""
    selected = Selected(walk, scope)
    for item in items:
        _project(selected, item)
    return Relation(selected.names, selected.keys, selected.cols, opens=_branches(selected.opens))


def _branches(opens: list[tuple[Open, ...]]) -> Branches:
    # Several stars of one select list are alternatives for a name, not branches: one row has them all.
    return (tuple(part for branch in opens for part in branch),) if opens else ()


def _project(selected: Selected, item: exp.Expr) -> None:
    walk, scope = selected.walk, selected.scope
    if isinstance(item, exp.Alias):
        shown, key = shown_and_key(item.args["alias"], walk.naming)
        selected.put(shown, key, origins_of(walk, scope, item.this), alias=True)
        if walk.spread is not None:
            _spread(selected, item.this, (shown, key))
    elif isinstance(item, exp.Star):
        _star(selected, scope.sources, item)
    elif isinstance(item, exp.Column) and isinstance(item.this, exp.Star):
        key = walk.naming.key(item.table, bool(_quoted(item.args.get("table"))))
        source = scope.source(key) or scope.behind_alias(key, walk.naming, walk.origins)
        if source is not None:
            _star(selected, [source], item.this)
        elif not _of_struct(selected, item):
            _unexpanded(selected, item)
    elif isinstance(item, exp.Dot) and isinstance(item.expression, exp.Star):
        if not _of_struct(selected, item.this):
            _unexpanded(selected, item.this)
    elif isinstance(item, exp.Aliases):
        deps = origins_of(walk, scope, item.this)
        for alias in item.expressions:
            selected.put(*shown_and_key(alias, walk.naming), deps, alias=True)
    elif not _special(selected, item):
        shown, key = _unnamed(walk, item, len(selected.names) + 1)
        selected.put(shown, key, origins_of(walk, scope, item), alias=isinstance(item, exp.Column))
        if walk.spread is not None:
            _spread(selected, item, None)


def _special(selected: Selected, item: exp.Expr) -> bool:
    """Read an item that is none in other dialects; False where it is an ordinary one."""
    walk, scope = selected.walk, selected.scope
    if isinstance(item, exp.QueryTransform) and isinstance(item.args.get("schema"), exp.Schema):
        deps = _all_operands(walk, scope, item)
        for name in item.args["schema"].expressions:
            selected.put(*shown_and_key(_last(name), walk.naming), deps)
        return True
    if isinstance(item, (exp.Like, exp.ILike)) and (star := _star_of(item.this)) is not None:
        star.set("ilike", item.expression)
        star.set("negate", item.args.get("negate"))
        _project(selected, item.this)
        return True
    if isinstance(item, (exp.SimilarTo, exp.Glob, exp.RegexpLike)) and _star_of(item.this) is not None:
        walk.doubt("columns that a pattern names")
        _project(selected, item.this)
        return True
    if isinstance(item, exp.Apply):
        return _applied(selected, item)
    if _is_variable(walk, item):
        collect(walk, scope, item.expression, SAME, {})
        walk.doubt("a variable takes its value from a query")
        return True
    return False


def _applied(selected: Selected, item: exp.Expr) -> bool:
    """Read ClickHouse's `* APPLY(f)`: what f leaves of each column, under a name that the call makes."""
    names: list[str] = []
    while isinstance(item, exp.Apply):
        names.append(item.expression.name)
        item = item.this
    inner = Selected(selected.walk, selected.scope)
    _project(inner, item)
    for shown, deps in zip(inner.names, inner.cols, strict=True):
        name, found = shown, deps
        for function in reversed(names):
            left: Deps = {}
            add(left, found, step_of_name(function, selected.walk.functions, selected.walk.naming.dialect))
            name, found = f"{function}({name})", left
        selected.put(name, name, found)
    selected.opens.extend(inner.opens)
    return True


def _is_variable(walk: Walk, item: exp.Expr) -> bool:
    return walk.naming.dialect == "tsql" and isinstance(item, exp.EQ) and isinstance(item.this, exp.Parameter)


def _star_of(item: exp.Expr) -> exp.Star | None:
    inner = item.this if isinstance(item, exp.Column) else item
    return inner if isinstance(inner, exp.Star) else None


def _all_operands(walk: Walk, scope: Scope, item: exp.Expr) -> Deps:
    deps: Deps = {}
    for operand in item.expressions:
        collect(walk, scope, operand, _RAW, deps)
    return deps


def _spread(selected: Selected, item: exp.Expr, alias: tuple[str, str] | None) -> None:
    """Put a column for each that COLUMNS(...) stands for, in place of the one that was put for all."""
    walk, scope = selected.walk, selected.scope
    node, walk.spread = walk.spread, None
    found = members(walk, scope, node) if node is not None else None
    place = len(selected.names) - 1
    if found is None:
        selected.names[place] = selected.keys[place] = "*"
        selected.opens.append((Open(None, selected.cols[place]),))
        return
    del selected.names[place], selected.keys[place], selected.cols[place]
    for name, key, deps in found:
        walk.chosen = deps
        selected.put(*(alias or (name, key)), origins_of(walk, scope, item))
    walk.chosen = walk.spread = None


def _quoted(identifier: object) -> bool:
    return isinstance(identifier, exp.Identifier) and bool(identifier.args.get("quoted"))


def _of_struct(selected: Selected, item: exp.Expr) -> bool:
    """Put a column for each field of a struct whose star this is; False where its fields are not known."""
    walk, scope = selected.walk, selected.scope
    if isinstance(item, exp.Column) and isinstance(item.this, exp.Star):
        star = item.this
        if any(star.args.get(name) for name in ("except_", "replace", "rename", "ilike")):
            return False
        parts = [item.args.get(part) for part in ("table", "db", "catalog")]
        names = [part for part in parts if isinstance(part, exp.Identifier)]
        item = exp.Column(**dict(zip(("this", "table", "db"), names, strict=False)))
    before = dict(walk.doubts)
    deps = origins_of(walk, scope, item)
    found = fields(walk, deps)
    if found is None:
        walk.doubts = before
        return False
    for name, key, field in found:
        selected.put(name, key, field)
    return True


def _unexpanded(selected: Selected, item: exp.Expr) -> None:
    deps: Deps = {}
    if isinstance(item, exp.Column):
        parts = [item.args.get(part) for part in ("catalog", "db", "table")]
        first = next((part for part in parts if isinstance(part, exp.Identifier)), None)
        item = exp.Column(this=first) if first is not None else item
    collect(selected.walk, selected.scope, item, SAME, deps)
    selected.put("*", "*", deps)
    selected.opens.append((Open(None, deps),))


def _unnamed(walk: Walk, item: exp.Expr, position: int) -> tuple[str, str]:
    inner = item
    around = _NAMELESS_WITH_CAST if walk.naming.dialect in CAST_KEEPS_NAME else _NAMELESS
    while isinstance(inner, around):
        inner = inner.this
    if isinstance(inner, exp.Column):
        return shown_and_key(inner.this, walk.naming)
    if isinstance(inner, exp.Dot) and isinstance(inner.expression, exp.Identifier):
        return shown_and_key(inner.expression, walk.naming)
    name = _name_of_value(walk, item) if walk.naming.dialect in _FUNCTION_NAMES else f"_col_{position}"
    return name, walk.naming.key(name, quoted=True)


def _name_of_value(walk: Walk, item: exp.Expr) -> str:
    """Give what PostgreSQL calls an expression: by its function, its last branch, or what a subquery gives first."""
    while isinstance(item, (*_NAMELESS, exp.Bracket)):
        item = item.this
    if isinstance(item, exp.Query):
        name = _name_of_first(walk, item)
    elif isinstance(item, exp.Cast):
        name, kind = _name_of_value(walk, item.this), item.to.this
        if name in {_NO_NAME, "case"} and isinstance(kind, exp.DType):
            name = _TYPES.get(kind.name, kind.name.lower())
    elif isinstance(item, exp.Case):
        last = item.args.get("default")
        name = _name_of_value(walk, last) if isinstance(last, exp.Expr) else _NO_NAME
        name = "case" if name == _NO_NAME else name
    elif isinstance(item, exp.Column) and not isinstance(item.this, exp.Star):
        name = shown_and_key(item.this, walk.naming)[0]
    else:
        name = _name_of_call(item)
    return name


def _name_of_first(walk: Walk, query: exp.Expr) -> str:
    while isinstance(query, (exp.Subquery, exp.SetOperation)):
        query = query.this
    first = query.expressions[0] if query.expressions else None
    if first is None:
        return _NO_NAME
    return shown_and_key(first.args["alias"], walk.naming)[0] if first.alias else _name_of_value(walk, first)


def _name_of_call(item: exp.Expr) -> str:
    if type(item) in _OPERATORS:
        return _OPERATORS[type(item)]
    if isinstance(item, exp.Anonymous):
        return item.name.lower()
    if isinstance(item, exp.Func) and not isinstance(item, (exp.And, exp.Or, exp.Predicate)):
        return _CALLED.get(item.key) or item.sql_name().lower()
    return "exists" if isinstance(item, exp.Exists) else _NO_NAME


def _listed(star: exp.Expr, name: str) -> list[exp.Expr]:
    found = star.args.get(name) or ()
    return [item for item in found if isinstance(item, exp.Expr)]


def _star(selected: Selected, sources: list[Source], star: exp.Expr) -> None:
    walk, scope = selected.walk, selected.scope
    without = frozenset(shown_and_key(_last(item), walk.naming)[1] for item in _listed(star, "except_"))
    replaced = {shown_and_key(item.args["alias"], walk.naming)[1]: item.this for item in _listed(star, "replace")}
    renamed = {
        shown_and_key(_last(item.this), walk.naming)[1]: shown_and_key(item.args["alias"], walk.naming)
        for item in _listed(star, "rename")
    }
    opens: list[Open] = []
    pattern, negated = star.args.get("ilike"), bool(star.args.get("negate"))
    for name, key, deps in _expanded(selected, sources):
        unlike = isinstance(pattern, exp.Literal) and like(name, pattern.name) is negated
        if name != "*" and (key in without or unlike):
            continue
        found = origins_of(walk, scope, replaced.pop(key)) if key in replaced else deps
        selected.put(*renamed.pop(key, (name, key)), found)
    for source in sources:
        for branch in source.relation.opens:
            opens.extend(part.but(without | renamed.keys() | replaced.keys()) for part in branch)
    if opens:
        for key, value in replaced.items():
            selected.put(key, key, origins_of(walk, scope, value))
        for key, (shown, new) in renamed.items():
            selected.put(shown, new, scope.column(key, key, walk.origins) or {})
        selected.opens.append(tuple(opens))


def _last(item: exp.Expr) -> exp.Expr:
    return item.this if isinstance(item, (exp.Column, exp.Alias)) else item


def _expanded(selected: Selected, sources: list[Source]) -> Iterator[tuple[str, str, Deps]]:
    scope = selected.scope
    done: set[str] = set()
    if scope.merged and selected.walk.naming.dialect not in USING_IN_PLACE and sources is scope.sources:
        for key, (shown, deps) in scope.merged.items():
            done.add(key)
            yield shown, key, deps
    for source in sources:
        for name, key, deps in source.relation.columns():
            if sources is scope.sources and key in source.merged:
                if key not in done:
                    done.add(key)
                    yield name, key, scope.merged[key][1]
            else:
                yield name, key, deps
