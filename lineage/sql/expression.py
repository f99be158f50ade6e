"""Which source columns an expression depends on, and by which steps.

The walk goes down with an explicit stack and carries the step that the node's surroundings do to its value, so that
depth costs no recursion and inner nodes merge nothing: only columns write to the result.
"""

from __future__ import annotations

import re

from sqlglot import exp

from lineage.model import Exposure
from lineage.sql.columns import by_place, column, path_into, within
from lineage.sql.functions import BY_NAME, step_of_call, step_of_class, step_of_name, steps_by_class, steps_of
from lineage.sql.lattice import AGGREGATION, CONDITIONAL, SAME, SKIP, SORT, THEN, TRANSFORMATION, WINDOW, step
from lineage.sql.methods import call_on_value
from lineage.sql.relation import FIRST, Deps, Scope, add, shown_and_key
from lineage.sql.tables import READS_ELSEWHERE
from lineage.sql.walk import Handler, Rules, Stack, Walk

_RAW = step(TRANSFORMATION)
_DERIVED = step(TRANSFORMATION, Exposure.DERIVED)
_CONDITIONAL = step(CONDITIONAL)
_WINDOW = step(WINDOW)
_SORT = step(SORT)
_EXPR = exp.Expr
_STAR_IS_NOTHING = frozenset({"postgres", "redshift", "materialize", "risingwave"})
"""Where `own_count(*)` is a call without operands; elsewhere the star is every column."""


def collect(walk: Walk, scope: Scope, root: exp.Expr, outer: int, into: Deps) -> None:
    """Add the source columns of an expression to `into`, each after the step `outer`."""
    rules = walk.rules
    stack: Stack = [(root, outer)]
    while stack:
        node, after = stack.pop()
        rule = rules.get(node.__class__)
        if rule is None:
            rule = rules[node.__class__] = step_of_class(node.__class__)
        if not isinstance(rule, int):
            rule(walk, scope, node, after, stack, into)
        elif rule != SKIP:
            after = THEN[rule][after]
            # As `push`, without a call for each node: this loop is a quarter of the walk.
            for value in node.args.values():
                if value.__class__ is list:
                    stack.extend((item, after) for item in value if isinstance(item, _EXPR))
                elif isinstance(value, _EXPR):
                    stack.append((value, after))


def push(stack: Stack, node: exp.Expr, after: int) -> None:
    """Go on with all operands of a node."""
    for value in node.args.values():
        if isinstance(value, exp.Expr):
            stack.append((value, after))
        elif isinstance(value, list):
            stack.extend((item, after) for item in value if isinstance(item, exp.Expr))


def _push_as(stack: Stack, values: object, inner: int, after: int) -> None:
    for value in values if isinstance(values, list) else [values]:
        if isinstance(value, exp.Expr):
            stack.append((value, THEN[inner][after]))


def origins_of(walk: Walk, scope: Scope, node: exp.Expr) -> Deps:
    """Give the source columns of one expression; those of a plain column are shared, not copied."""
    if isinstance(node, exp.Column) and not isinstance(node.this, exp.Star):
        return column(walk, scope, node)
    found: Deps = {}
    collect(walk, scope, node, SAME, found)
    return found


def _parameter(walk: Walk, scope: Scope, node: exp.Expr, after: int, _stack: Stack, into: Deps) -> None:
    # `$2` is a bound value elsewhere.
    if walk.naming.dialect == "snowflake" and isinstance(node.this, exp.Literal) and len(scope.sources) == 1:
        add(into, by_place(scope.sources[0], f"${node.this.name}"), after)


def _column(walk: Walk, scope: Scope, node: exp.Expr, after: int, _stack: Stack, into: Deps) -> None:
    if not isinstance(node, exp.Column):
        return
    if isinstance(node.this, exp.Star):
        source = scope.source(walk.naming.key(node.table))
        if source is not None:
            add(into, source.relation.whole(), after)
        return
    add(into, column(walk, scope, node), after)


def _star(walk: Walk, scope: Scope, node: exp.Expr, after: int, _stack: Stack, into: Deps) -> None:
    """Read a star among the operands of a function: `struct(*)`, `object_construct(* EXCLUDE a)`."""
    if walk.naming.dialect in _STAR_IS_NOTHING:
        return
    left_out = {
        shown_and_key(item.this if isinstance(item, exp.Column) else item, walk.naming)[1]
        for item in node.args.get("except_") or ()
    }
    for source in scope.sources:
        for _, key, deps in source.relation.columns():
            if key not in left_out:
                add(into, deps, THEN[_RAW][after])


def _subquery(walk: Walk, scope: Scope, node: exp.Expr, after: int, _stack: Stack, into: Deps) -> None:
    relation = walk.query(walk, node, scope, scope.env)
    add(scope.rows, relation.rows)
    for _, _, deps in relation.columns():
        add(into, deps, after)


def _exists(walk: Walk, scope: Scope, node: exp.Expr, after: int, stack: Stack, _into: Deps) -> None:
    inner = node.this
    if isinstance(inner, exp.Query):
        add(scope.rows, walk.query(walk, inner, scope, scope.env).rows)
    else:
        push(stack, node, THEN[_DERIVED][after])


def _case(_walk: Walk, _scope: Scope, node: exp.Expr, after: int, stack: Stack, _into: Deps) -> None:
    _push_as(stack, node.this, _CONDITIONAL, after)
    for branch in node.args.get("ifs") or ():
        _push_as(stack, branch.this, _CONDITIONAL, after)
        _push_as(stack, branch.args.get("true"), SAME, after)
    _push_as(stack, node.args.get("default"), SAME, after)


def _if(_walk: Walk, _scope: Scope, node: exp.Expr, after: int, stack: Stack, _into: Deps) -> None:
    _push_as(stack, node.this, _CONDITIONAL, after)
    _push_as(stack, node.args.get("true"), SAME, after)
    _push_as(stack, node.args.get("false"), SAME, after)


def _nullif(_walk: Walk, _scope: Scope, node: exp.Expr, after: int, stack: Stack, _into: Deps) -> None:
    _chosen(stack, [node.this], after)
    _push_as(stack, node.args.get("expression"), _CONDITIONAL, after)


def _coalesce(_walk: Walk, _scope: Scope, node: exp.Expr, after: int, stack: Stack, _into: Deps) -> None:
    _chosen(stack, [node.this, *node.expressions], after)


def _chosen(stack: Stack, values: list[exp.Expr], after: int) -> None:
    # The value itself decides whether it is returned (OpenLineage's Spark integration says both as well).
    _push_as(stack, values, SAME, after)
    if THEN[_CONDITIONAL][after] != after:
        _push_as(stack, values, _CONDITIONAL, after)


def _decode(_walk: Walk, _scope: Scope, node: exp.Expr, after: int, stack: Stack, _into: Deps) -> None:
    first, *rest = node.expressions
    _push_as(stack, first, _CONDITIONAL, after)
    while len(rest) > 1:
        search, result, *rest = rest
        _push_as(stack, search, _CONDITIONAL, after)
        _push_as(stack, result, SAME, after)
    _push_as(stack, rest, SAME, after)


def _limit(_walk: Walk, _scope: Scope, node: exp.Expr, after: int, stack: Stack, _into: Deps) -> None:
    # `array_agg(x ORDER BY y LIMIT 1)`: the limit stands around what is aggregated.
    if isinstance(node.this, exp.Expr):
        stack.append((node.this, after))


def _named_by_text(walk: Walk, _scope: Scope, _node: exp.Expr, _after: int, _stack: Stack, _into: Deps) -> None:
    walk.doubt("a name that a text gives")


def _filter(_walk: Walk, _scope: Scope, node: exp.Expr, after: int, stack: Stack, _into: Deps) -> None:
    stack.append((node.this, after))
    _push_as(stack, node.args.get("expression"), _CONDITIONAL, after)


def _within_group(walk: Walk, _scope: Scope, node: exp.Expr, after: int, stack: Stack, _into: Deps) -> None:
    inner = walk.rules.get(node.this.__class__)
    given = inner if isinstance(inner, int) and inner != SKIP else step_of_class(node.this.__class__)
    if isinstance(node.this, exp.Anonymous):
        given = step_of_name(node.this.name, walk.functions, walk.naming.dialect)
    stack.append((node.this, after))
    order = node.args.get("expression")
    # LISTAGG(x) WITHIN GROUP (ORDER BY y) is ordered by y; PERCENTILE and MODE return a value of y.
    listed = isinstance(node.this, (exp.GroupConcat, exp.ArrayAgg)) or node.this.name.lower() in {"xmlagg", "listagg"}
    if isinstance(order, exp.Expr):
        for item in order.expressions:
            _push_as(stack, item, _SORT if listed else given, after)


def _order(_walk: Walk, _scope: Scope, node: exp.Expr, after: int, stack: Stack, _into: Deps) -> None:
    if isinstance(node.this, exp.Expr):
        stack.append((node.this, after))
    _push_as(stack, node.expressions, _SORT, after)


def _arg_extreme(_walk: Walk, _scope: Scope, node: exp.Expr, after: int, stack: Stack, _into: Deps) -> None:
    _push_as(stack, node.this, step(AGGREGATION, Exposure.EXTREME), after)
    _push_as(stack, node.args.get("expression"), _SORT, after)


def _window(_walk: Walk, scope: Scope, node: exp.Expr, after: int, stack: Stack, _into: Deps) -> None:
    if isinstance(node.this, exp.Expr) and not isinstance(node.this, exp.Identifier):
        stack.append((node.this, after))
    seen: set[str] = set()
    while True:
        _push_as(stack, node.args.get("partition_by"), _WINDOW, after)
        order = node.args.get("order")
        if isinstance(order, exp.Expr):
            _push_as(stack, order.expressions, _WINDOW, after)
        alias = node.args.get("alias")
        name = alias.name.lower() if isinstance(alias, exp.Expr) else ""
        if not name or name in seen or name not in scope.windows:
            return
        seen.add(name)
        node = scope.windows[name]


def _count(_walk: Walk, _scope: Scope, node: exp.Expr, after: int, stack: Stack, _into: Deps) -> None:
    counted = node.this.this if isinstance(node.this, exp.Column) else node.this
    if isinstance(counted, exp.Star):
        return
    push(stack, node, THEN[step(AGGREGATION, Exposure.COUNT)][after])


def _arithmetic(_walk: Walk, _scope: Scope, node: exp.Expr, after: int, stack: Stack, _into: Deps) -> None:
    left, right = node.this, node.args.get("expression")
    # With a constant it can be undone by whoever knows the query; two unknowns hide each other.
    inner = _RAW if isinstance(left, exp.Literal) or isinstance(right, (exp.Literal, exp.Interval)) else _DERIVED
    push(stack, node, THEN[inner][after])


def _anonymous(walk: Walk, scope: Scope, node: exp.Expr, after: int, stack: Stack, into: Deps) -> None:
    called = node.name.lower()
    proposed = scope.source(walk.naming.key("values")) if called == "values" else None
    if proposed is not None and len(node.expressions) == 1:
        # MySQL's VALUES(column) behind ON DUPLICATE KEY UPDATE: what would have been inserted there.
        name = node.expressions[0]
        shown, key = shown_and_key(name.this if isinstance(name, exp.Column) else name, walk.naming)
        add(into, proposed.relation.named(key, shown, walk.origins) or {}, after)
        return
    if called == "tupleelement" and len(node.expressions) == 2:
        # ClickHouse's spelling of `value.name`; a place instead of a name may be any field.
        held, name = node.expressions
        stack.append((exp.Bracket(this=held, expressions=[name]), after))
        return
    if called.startswith(READS_ELSEWHERE) and called not in walk.functions:
        walk.doubt("a function that reads more than it is given")
    push(stack, node, THEN[step_of_name(node.name, walk.functions, walk.naming.dialect)][after])


def _combined(walk: Walk, _scope: Scope, node: exp.Expr, after: int, stack: Stack, _into: Deps) -> None:
    """Read ClickHouse's aggregates with a suffix: of sumIf the last operand decides, and gives no value."""
    name = node.name
    values = [item for item in (node.args.get("params") or node.expressions) if isinstance(item, exp.Expr)]
    plain = _SUFFIXES.sub("", name)
    inner = step_of_name(plain, walk.functions, walk.naming.dialect)
    if plain.lower() not in BY_NAME and plain.lower() not in walk.functions:
        known = exp.FUNCTION_BY_NAME.get(plain.upper())
        inner = steps_by_class().get(known, step_of_class(known)) if known is not None else inner
    if "If" in name[len(plain) :] and len(values) > 1:
        _push_as(stack, values.pop(), _CONDITIONAL, after)
    _push_as(stack, values, inner, after)


_SUFFIXES = re.compile(r"(If|Array|Map|State|Merge|ForEach|Distinct|OrDefault|OrNull|Resample|SimpleState)+$")


def _dot(walk: Walk, scope: Scope, node: exp.Expr, after: int, stack: Stack, into: Deps) -> None:
    # `schema.function(x)` is a call, `value.function()` one on a value; `(row).field` a part of a value.
    call = node.args["expression"]
    if not isinstance(call, exp.Func):
        _field(walk, scope, node, after, stack, into)
        return
    on_value = call_on_value(walk, scope, node)
    if on_value is not None:
        stack.append((on_value, after))
        return
    parts, part = [], node.this
    while isinstance(part, exp.Dot):
        parts.append(part.expression.name)
        part = part.this
    schema = ".".join((part.name, *reversed(parts)))
    inner = step_of_call(schema, call.name or call.sql_name(), walk.functions, walk.naming.dialect)
    push(stack, call, THEN[inner][after])


def _field(walk: Walk, scope: Scope, node: exp.Expr, after: int, stack: Stack, into: Deps) -> None:
    """Read a field of a value: `(row).m`, `s['m']`, `struct_extract(s, 'm')`."""
    held, names = path_into(node)
    field = _field_of_row(walk, scope, held, names[0]) if names else None
    if field is not None:
        add(into, within(walk, field, names[1:]), after)
    elif isinstance(held, exp.Column) and not isinstance(held.this, exp.Star):
        add(into, within(walk, column(walk, scope, held), names), after)
    elif held is node:
        push(stack, node, THEN[_RAW][after])
    else:
        stack.append((held, THEN[_RAW][after]))


def _field_of_row(walk: Walk, scope: Scope, row: exp.Expr, field: exp.Expr) -> Deps | None:
    if not isinstance(row, exp.Column) or row.args.get("table") or not isinstance(field, exp.Identifier):
        return None
    shown, key = shown_and_key(row.this, walk.naming)
    source = scope.source(key)
    if source is None or source.relation.known(key) is not None:
        return None
    shown, key = shown_and_key(field, walk.naming)
    return source.relation.named(key, shown, walk.origins)


def _bracket(walk: Walk, scope: Scope, node: exp.Expr, after: int, stack: Stack, into: Deps) -> None:
    if len(node.expressions) == 1 and isinstance(node.expressions[0], exp.Literal) and node.expressions[0].is_string:
        _field(walk, scope, node, after, stack, into)
        return
    _push_as(stack, node.this, _RAW, after)
    _push_as(stack, node.expressions, _CONDITIONAL, after)


def _comprehension(walk: Walk, scope: Scope, node: exp.Expr, after: int, _stack: Stack, into: Deps) -> None:
    inside = Scope(scope, scope.env)
    variable = node.args.get("expression")
    if isinstance(variable, exp.Expr):
        items: Deps = {}
        collect(walk, scope, node.args["iterator"], _RAW, items)
        name = variable.this if isinstance(variable, exp.Column) else variable
        inside.aliases[shown_and_key(name, walk.naming)[1]] = items
        inside.alias_mode = FIRST
    collect(walk, inside, node.this, after, into)
    if isinstance(node.args.get("condition"), exp.Expr):
        collect(walk, inside, node.args["condition"], THEN[_CONDITIONAL][after], into)
    add(scope.rows, inside.rows)


def _columns(walk: Walk, scope: Scope, node: exp.Expr, after: int, _stack: Stack, into: Deps) -> None:
    if walk.chosen is not None and not node.args.get("unpack"):
        add(into, walk.chosen, after)
        return
    if not node.args.get("unpack"):
        walk.spread = node
    for source in scope.sources:
        add(into, source.relation.whole(), after)


def rules(functions: dict[str, Exposure]) -> Rules:
    """Give step or handler of every kind of node, with the caller's functions before our own."""
    own: Rules = dict(steps_by_class())
    handlers: dict[Handler, tuple[type[exp.Expr], ...]] = {
        _column: (exp.Column,),
        _subquery: (exp.Subquery, exp.Select, exp.SetOperation),
        _exists: (exp.Exists,),
        _case: (exp.Case,),
        _star: (exp.Star,),
        _limit: (exp.Limit,),
        _named_by_text: (exp.DynamicIdentifier,),
        _if: (exp.If, exp.Nvl2),
        _nullif: (exp.Nullif,),
        _coalesce: (exp.Coalesce,),
        _decode: (exp.DecodeCase,),
        _filter: (exp.Filter,),
        _within_group: (exp.WithinGroup,),
        _order: (exp.Order,),
        _arg_extreme: (exp.ArgMax, exp.ArgMin),
        _window: (exp.Window,),
        _count: (exp.Count,),
        _arithmetic: (exp.Add, exp.Sub, exp.Mul, exp.Div, exp.BitwiseXor),
        _anonymous: (exp.Anonymous, exp.AnonymousAggFunc),
        _dot: (exp.Dot,),
        _bracket: (exp.Bracket,),
        _field: (exp.StructExtract,),
        _columns: (exp.Columns,),
        _parameter: (exp.Parameter,),
        _combined: (exp.CombinedAggFunc, exp.CombinedParameterizedAgg),
        _comprehension: (exp.Comprehension,),
    }
    for handler, nodes in handlers.items():
        for node in nodes:
            own[node] = handler
    own.update(steps_of(functions))
    return own
