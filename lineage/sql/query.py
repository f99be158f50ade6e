"""Queries as relations: SELECT with its clauses, WITH, set operations, VALUES."""

from __future__ import annotations

from collections.abc import Iterable

from sqlglot import exp

from lineage.sql.expression import collect, origins_of
from lineage.sql.lattice import FILTER, GROUP_BY, SORT, step
from lineage.sql.matching import matched
from lineage.sql.naming import ALIASES_IN_WHERE, LATERAL_ALIASES
from lineage.sql.pivots import pivoted
from lineage.sql.recursion import Recursion, unrolled
from lineage.sql.relation import (
    AFTER_COLUMNS,
    AT_LAST,
    FIRST,
    NO_ALIASES,
    Branches,
    Deps,
    Relation,
    Scope,
    add,
    shown_and_key,
)
from lineage.sql.selection import projections
from lineage.sql.sources import join, lateral, source
from lineage.sql.walk import Env, Walk

_FILTER = step(FILTER)
_GROUP = step(GROUP_BY)
_SORT = step(SORT)
_ALL_IS_COLUMN = frozenset({"snowflake", "clickhouse"})
_RECURSES_UNASKED = frozenset({"tsql", "oracle", "snowflake", "teradata", "fabric"})
"""Dialects where a query of WITH may name itself without the word RECURSIVE."""

_NO_COLUMNS = frozenset({"postgres", "materialize", "risingwave", ""})
"""Dialects where `SELECT FROM t` is a query; elsewhere a list was lost that sqlglot does not miss."""

_CLAUSES = frozenset(
    [
        *("with_", "expressions", "distinct", "into", "from_", "match", "laterals", "joins", "connect", "prewhere"),
        *("where", "group", "having", "qualify", "windows", "distribute", "sort", "cluster", "order", "limit"),
        *("offset", "exclude", "kind", "hint", "operation_modifiers", "locks"),
        *("settings", "format", "options"),
    ]
)


def query(walk: Walk, node: exp.Expr, parent: Scope | None, env: Env) -> Relation:
    """Turn a query into a relation."""
    while isinstance(node, (exp.Subquery, exp.Paren)) and _bare(node):
        node = node.this
    env = environment(walk, node, parent, env)
    if isinstance(node, exp.Select):
        return _select(walk, node, parent, env)
    if isinstance(node, exp.SetOperation):
        return _ordered(walk, node, parent, env, _set_operation(walk, node, parent, env))
    if isinstance(node, exp.Values):
        return values(walk, node, Scope(parent, env))
    if isinstance(node, (exp.Subquery, exp.Table)):
        scope = Scope(parent, env)
        source(walk, scope, node)
        for item in node.args.get("joins") or () if isinstance(node, exp.Subquery) else ():
            join(walk, scope, item)
        return _ordered(walk, node, parent, env, _all_of(walk, scope))
    if isinstance(node, exp.Pivot) and isinstance(node.this, exp.Expr):
        scope = Scope(parent, env)
        source(walk, scope, node.this)
        relation = pivoted(walk, scope, node, scope.sources[-1]).relation
        add(relation.rows, scope.rows)
        return relation
    walk.doubt("a query of a kind that is not supported")
    return Relation([], [], [])


def _bare(node: exp.Expr) -> bool:
    return not any(value for name, value in node.args.items() if name not in {"this", "alias"}) and not isinstance(
        node.this, exp.Table
    )


def _all_of(walk: Walk, scope: Scope) -> Relation:
    found = projections(walk, scope, [exp.Star()])
    found.rows = scope.rows
    return found


def environment(walk: Walk, node: exp.Expr, parent: Scope | None, env: Env) -> Env:
    """Add the queries of WITH to those that are known here, each in the environment of its own place."""
    clause = node.args.get("with_")
    if clause is None:
        return env
    inner = dict(env)
    recursive = bool(clause.args.get("recursive")) or walk.naming.dialect in _RECURSES_UNASKED
    for item in clause.expressions:
        if item.args.get("scalar"):
            continue
        _, key = shown_and_key(item.args["alias"].this, walk.naming)
        columns = [
            shown_and_key(_name_of(column), walk.naming) for column in item.args["alias"].args.get("columns") or ()
        ]
        body = item.this
        if recursive and isinstance(body, exp.SetOperation):
            inner[key] = _recursive(walk, body, parent, inner, key, columns)
        elif isinstance(body, (exp.Query, exp.Pivot, exp.Values)):
            inner[key] = _named(query(walk, body, parent, inner), columns)
        else:
            inner[key] = _named(walk.change(walk, body, inner), columns)
    return inner


def _name_of(column: exp.Expr) -> exp.Expr:
    return column.this if isinstance(column, exp.ColumnDef) else column


def _named(relation: Relation, columns: list[tuple[str, str]]) -> Relation:
    if not columns:
        return relation
    return relation.renamed([shown for shown, _ in columns], [key for _, key in columns])


def _recursive(
    walk: Walk, body: exp.SetOperation, parent: Scope | None, env: Env, key: str, columns: list[tuple[str, str]]
) -> Relation:
    inner = environment(walk, body, parent, env)
    first, *others = flattened(body)
    start = _named(query(walk, first[1], parent, inner), columns)
    recursion = Recursion(walk, start)
    around = {**inner, key: recursion.relation}
    branches = [(operator, query(walk, branch, parent, around)) for operator, branch in others]
    return unrolled(recursion, _merged([(None, start), *branches]))


def flattened(node: exp.SetOperation) -> list[tuple[exp.SetOperation | None, exp.Expr]]:
    """List the branches of a chain of set operations, each with the operator on its left."""
    branches: list[tuple[exp.SetOperation | None, exp.Expr]] = []
    left: exp.Expr = node
    while isinstance(left, exp.SetOperation) and (left is node or not _modified(left)):
        branches.append((left, left.expression))
        left = left.this
    branches.append((None, left))
    branches.reverse()
    return branches


def _modified(node: exp.Expr) -> bool:
    return any(node.args.get(name) for name in ("with_", "order", "limit", "offset"))


def _set_operation(walk: Walk, node: exp.SetOperation, parent: Scope | None, env: Env) -> Relation:
    return _merged([(operator, query(walk, branch, parent, env)) for operator, branch in flattened(node)])


def _merged(branches: list[tuple[exp.SetOperation | None, Relation]]) -> Relation:
    first = branches[0][1]
    names, keys = list(first.names), list(first.keys)
    cols: list[Deps] = [dict(first.at(position)) for position in range(len(names))]
    rows: Deps = dict(first.rows)
    opens: Branches = first.opens
    for operator, relation in branches[1:]:
        add(rows, relation.rows)
        if isinstance(operator, exp.Except):
            for _, _, deps in relation.columns():
                add(rows, deps, _FILTER)
            continue
        by_name = bool(operator is not None and operator.args.get("by_name")) or bool(opens) or bool(relation.opens)
        opens = (*opens, *relation.opens)
        index = {key: position for position, key in enumerate(keys)}
        for position, (name, key, deps) in enumerate(relation.columns()):
            place = index.get(key, -1) if by_name else position
            if 0 <= place < len(cols):
                add(cols[place], deps)
            elif by_name:
                names.append(name)
                keys.append(key)
                cols.append(dict(deps))
    for outer in _deciding(operator for operator, _ in branches):
        for deps in cols:
            add(rows, deps, outer)
    return Relation(names, keys, cols, rows=rows, opens=opens)


def _deciding(operators: Iterable[exp.SetOperation | None]) -> set[int]:
    # Duplicates are merged by value; EXCEPT and INTERSECT keep rows by comparing values.
    return {
        _GROUP if isinstance(operator, exp.Union) else _FILTER
        for operator in operators
        if operator is not None and (operator.args.get("distinct") or not isinstance(operator, exp.Union))
    }


def _ordered(walk: Walk, node: exp.Expr, parent: Scope | None, env: Env, relation: Relation) -> Relation:
    if not node.args.get("order"):
        return relation
    scope = Scope(parent, env)
    scope.aliases = {key: deps for _, key, deps in relation.columns()}
    scope.alias_mode = FIRST
    scope.rows = dict(relation.rows)
    _order(walk, scope, node, relation)
    relation.rows = scope.rows
    return relation


def _select(walk: Walk, node: exp.Select, parent: Scope | None, env: Env) -> Relation:
    scope = Scope(parent, env)
    args = node.args
    if args.get("from_"):
        source(walk, scope, args["from_"].this)
    if args.get("match") and scope.sources:
        origin = scope.sources.pop()
        scope.by_key.pop(origin.key, None)
        found = matched(walk, scope, args["match"], origin)
        add(scope.rows, found.relation.rows)
        scope.put(found)
    for item in args.get("joins") or ():
        join(walk, scope, item)
    if not node.expressions and walk.naming.dialect not in _NO_COLUMNS:
        walk.doubt("a query without columns")
    if args.get("laterals") and not args.get("from_"):
        walk.doubt("LATERAL VIEW without FROM")
    for item in args.get("laterals") or ():
        lateral(walk, scope, item)
    for item in args.get("windows") or ():
        scope.windows[item.name.lower()] = item
    dialect = walk.naming.dialect
    scope.alias_mode = AFTER_COLUMNS if dialect in LATERAL_ALIASES else NO_ALIASES if dialect else AT_LAST
    for item in args["with_"].expressions if args.get("with_") else ():
        if item.args.get("scalar"):
            # ClickHouse: WITH expression AS name, over the columns of this query.
            scope.aliases[shown_and_key(item.args["alias"].this, walk.naming)[1]] = origins_of(walk, scope, item.this)
    relation = projections(walk, scope, node.expressions)
    if args.keys() - _CLAUSES:
        _unread(walk, node)
    if args.get("exclude"):
        relation = _excluded(walk, relation, args["exclude"])
    _clauses(walk, scope, node, relation)
    relation.rows = scope.rows
    return relation


def _excluded(walk: Walk, relation: Relation, items: list[exp.Expr]) -> Relation:
    """Leave out columns of the whole list (Redshift: `SELECT *, x EXCLUDE (y)`)."""
    without = {shown_and_key(item.this if isinstance(item, exp.Column) else item, walk.naming)[1] for item in items}
    kept = [column for column in relation.columns() if column[1] not in without]
    names, keys, cols = [item[0] for item in kept], [item[1] for item in kept], [item[2] for item in kept]
    opens = tuple(tuple(part.but(frozenset(without)) for part in branch) for branch in relation.opens)
    return Relation(names, keys, cols, rows=relation.rows, opens=opens)


def _unread(walk: Walk, node: exp.Select) -> None:
    """Say of a clause that nobody reads here that what it names is lost."""
    for name in node.args.keys() - _CLAUSES:
        values = node.args[name]
        for value in values if isinstance(values, list) else [values]:
            if isinstance(value, exp.Expr) and value.find(exp.Column, exp.Query):
                walk.doubt("a clause that is not supported")


def _clauses(walk: Walk, scope: Scope, node: exp.Select, relation: Relation) -> None:
    args = node.args
    rows = scope.rows
    scope.alias_mode = AFTER_COLUMNS if walk.naming.dialect in ALIASES_IN_WHERE else NO_ALIASES
    for name in ("prewhere", "where", "connect"):
        if args.get(name):
            collect(walk, scope, args[name], _FILTER, rows)
    scope.alias_mode = AFTER_COLUMNS
    if args.get("group"):
        _group(walk, scope, args["group"], node, relation)
    for name in ("having", "qualify"):
        if args.get(name):
            collect(walk, scope, args[name], _FILTER, rows)
    for name in ("limit", "offset"):
        limit = args.get(name)
        if isinstance(limit, exp.Expr) and not isinstance(limit.args.get("expression"), exp.Literal | None):
            collect(walk, scope, limit.expression, _FILTER, rows)
        for item in limit.expressions if isinstance(limit, exp.Expr) else ():
            collect(walk, scope, item, _FILTER, rows)
    distinct = args.get("distinct")
    if isinstance(distinct, exp.Distinct):
        if distinct.args.get("on"):
            collect(walk, scope, distinct.args["on"], _GROUP, rows)
        else:
            for _, _, deps in relation.columns():
                add(rows, deps, _GROUP)
    scope.alias_mode = FIRST
    _order(walk, scope, node, relation)


def _group(walk: Walk, scope: Scope, group: exp.Expr, node: exp.Select, relation: Relation) -> None:
    if group.args.get("all"):
        for item in node.expressions:
            if not item.find(exp.AggFunc):
                collect(walk, scope, item, _GROUP, scope.rows)
    for item in group.expressions:
        if not _by_position(item, relation, _GROUP, scope.rows):
            collect(walk, scope, item, _GROUP, scope.rows)
    for name in ("cube", "rollup", "grouping_sets"):
        for item in group.args.get(name) or ():
            if isinstance(item, exp.Expr):
                collect(walk, scope, item, _GROUP, scope.rows)


def _order(walk: Walk, scope: Scope, node: exp.Expr, relation: Relation) -> None:
    for name in ("order", "sort", "cluster", "distribute"):
        clause = node.args.get(name)
        for item in clause.expressions if isinstance(clause, exp.Expr) else clause or ():
            if _is_all(walk, scope, item):
                for _, _, deps in relation.columns():
                    add(scope.rows, deps, _SORT)
            elif not _by_position(item, relation, _SORT, scope.rows):
                collect(walk, scope, item, _SORT, scope.rows)


def _is_all(walk: Walk, scope: Scope, item: exp.Expr) -> bool:
    """Whether it is ORDER BY ALL: some dialects' parsers take the word for a column."""
    inner = item.this if isinstance(item, exp.Ordered) else item
    if isinstance(inner, exp.Var):
        return inner.name.upper() == "ALL"
    if walk.naming.dialect not in _ALL_IS_COLUMN or not isinstance(inner, exp.Column) or inner.args.get("table"):
        return False
    name = inner.this
    plain = isinstance(name, exp.Identifier) and not name.args.get("quoted") and name.name.upper() == "ALL"
    return plain and scope.certain(walk.naming.key(name.name), walk.origins) is None


def _by_position(item: exp.Expr, relation: Relation, outer: int, rows: Deps) -> bool:
    inner = item.this if isinstance(item, exp.Ordered) else item
    if not isinstance(inner, exp.Literal) or inner.is_string:
        return False
    position = int(inner.name) - 1 if inner.name.isdigit() else -1
    if 0 <= position < len(relation.names):
        add(rows, relation.at(position), outer)
    return True


def values(walk: Walk, node: exp.Values, scope: Scope) -> Relation:
    """Turn VALUES into a relation; its rows may name columns of outer queries."""
    width = 0
    cols: list[Deps] = []
    for row in node.expressions:
        items = row.expressions if isinstance(row, exp.Tuple) else [row]
        width = max(width, len(items))
        while len(cols) < width:
            cols.append({})
        for position, item in enumerate(items):
            add(cols[position], origins_of(walk, scope, item))
    prefix, first = {"postgres": ("column", 1), "duckdb": ("col", 0), "mysql": ("column_", 0)}.get(
        walk.naming.dialect, ("column", 1)
    )
    names = [f"{prefix}{position + first}" for position in range(width)]
    return Relation(names, [walk.naming.key(name, quoted=True) for name in names], cols, rows=scope.rows)
