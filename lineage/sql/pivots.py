"""PIVOT and UNPIVOT as relations; pivot columns are named by data: such names are looked up by and never shown."""

from __future__ import annotations

from sqlglot import exp

from lineage.sql.expression import collect, origins_of
from lineage.sql.lattice import CONDITIONAL, GROUP_BY, SAME, step
from lineage.sql.relation import Deps, Open, Relation, Scope, Source, add, shown_and_key
from lineage.sql.walk import Walk

_CONDITIONAL = step(CONDITIONAL)
_GROUP = step(GROUP_BY)


def pivoted(walk: Walk, scope: Scope, node: exp.Expr, origin: Source) -> Source:
    """Turn an item of FROM round."""
    inside = Scope(scope.parent, scope.env)
    inside.put(origin)
    if node.args.get("unpivot"):
        relation = _unpivot(walk, inside, node, origin.relation)
    else:
        relation = _pivot(walk, inside, node, origin.relation)
    relation.rows = inside.rows
    alias = node.args.get("alias")
    key = origin.key
    if isinstance(alias, exp.TableAlias):
        key = shown_and_key(alias.this, walk.naming)[1] if alias.this is not None else key
        columns = [shown_and_key(item, walk.naming) for item in alias.args.get("columns") or ()]
        if columns and not relation.opens:
            relation = relation.renamed([shown for shown, _ in columns], [found for _, found in columns])
    return Source(key, relation)


def _list(node: exp.Expr, name: str) -> list[exp.Expr]:
    found = node.args.get(name)
    return [item for item in found if isinstance(item, exp.Expr)] if isinstance(found, list) else []


def _rest(relation: Relation, used: frozenset[str]) -> Relation:
    kept = [column for column in relation.columns() if column[1] not in used]
    opens = tuple(tuple(part.but(used) for part in branch) for branch in relation.opens)
    names, keys, cols = [item[0] for item in kept], [item[1] for item in kept], [item[2] for item in kept]
    return Relation(names, keys, cols, opens=opens)


def _keys_in(walk: Walk, nodes: list[exp.Expr]) -> frozenset[str]:
    columns = [column for node in nodes for column in node.find_all(exp.Column)]
    return frozenset(shown_and_key(column.this, walk.naming)[1] for column in columns if not column.is_star)


def _pivot(walk: Walk, scope: Scope, node: exp.Expr, relation: Relation) -> Relation:
    statement = bool(node.args.get("using"))
    aggregates = _list(node, "using") or node.expressions
    fields = node.expressions if statement else _list(node, "fields")
    steer: Deps = {}
    for field in fields:
        collect(walk, scope, field.this if isinstance(field, exp.In) else field, _CONDITIONAL, steer)
    cells: list[Deps] = []
    for aggregate in aggregates:
        deps = dict(origins_of(walk, scope, aggregate.this if isinstance(aggregate, exp.Alias) else aggregate))
        add(deps, steer)
        cells.append(deps)
    found = _rest(relation, _keys_in(walk, [*aggregates, *[_field(field) for field in fields]]))
    group = node.args.get("group")
    if isinstance(group, exp.Expr):
        columns = [item for item in group.expressions if isinstance(item, exp.Column)]
        pairs = [shown_and_key(item.this, walk.naming) for item in columns]
        cols = [origins_of(walk, scope, item) for item in columns]
        found = Relation([shown for shown, _ in pairs], [key for _, key in pairs], cols)
    for _, _, deps in found.columns():
        add(scope.rows, deps, _GROUP)
    named = _list(node, "columns")
    if named and cells and not any(isinstance(item, exp.PivotAny) for field in fields for item in field.expressions):
        return _with(found, _pivot_columns(walk, named, fields, cells))
    every: Deps = {}
    for deps in cells:
        add(every, deps)
    open_cells = Open(None, every)
    # Names that only the data knows: any name that is not a column of the input may be one.
    found = _with(found, [("*", "*", every)])
    found.opens = (*[(*branch, open_cells) for branch in found.opens], *([] if found.opens else [(open_cells,)]))
    return found


def _field(field: exp.Expr) -> exp.Expr:
    return field.this if isinstance(field, exp.In) else field


def _pivot_columns(
    walk: Walk, named: list[exp.Expr], fields: list[exp.Expr], cells: list[Deps]
) -> list[tuple[str, str, Deps]]:
    items = fields[0].expressions if len(fields) == 1 else []
    columns = []
    for position, identifier in enumerate(named):
        place = position // len(cells)
        item = items[place] if place < len(items) else None
        told = isinstance(item, exp.Column) or (
            isinstance(item, exp.PivotAlias) and isinstance(item.args.get("alias"), exp.Identifier)
        )
        shown, key = shown_and_key(identifier, walk.naming)
        if not told:
            shown = f"_pivot_{position + 1}"
            key = walk.naming.folded(identifier.name, quoted=bool(identifier.args.get("quoted")))
        columns.append((shown, key, cells[position % len(cells)]))
    return columns


def _with(relation: Relation, columns: list[tuple[str, str, Deps]]) -> Relation:
    names = [*relation.names, *[name for name, _, _ in columns]]
    keys = [*relation.keys, *[key for _, key, _ in columns]]
    cols = [*[deps for _, _, deps in relation.columns()], *[deps for _, _, deps in columns]]
    return Relation(names, keys, cols, opens=relation.opens)


def _unpivot(walk: Walk, scope: Scope, node: exp.Expr, relation: Relation) -> Relation:
    into = node.args.get("into")
    fields = _list(node, "fields")
    if isinstance(into, exp.Expr):
        inputs, name, values = node.expressions, into.this, into.expressions
    elif fields:
        inputs, name, values = fields[0].expressions, fields[0].this, node.expressions
    else:
        inputs, name, values = node.expressions, exp.to_identifier("name"), [exp.to_identifier("value")]
    targets = [part for value in values for part in (value.expressions if isinstance(value, exp.Tuple) else [value])]
    cols: list[Deps] = [{} for _ in targets]
    for item in inputs:
        plain = item.this if isinstance(item, (exp.PivotAlias, exp.Alias)) else item
        parts = plain.expressions if isinstance(plain, exp.Tuple) else [plain]
        for position, part in enumerate(parts):
            # `COLUMNS(* EXCLUDE (...))` and the like name many columns at once.
            collect(walk, scope, part, SAME, cols[min(position, len(cols) - 1)])
    rest = _rest(relation, _keys_in(walk, inputs))
    pairs = [shown_and_key(_identifier(target), walk.naming) for target in (name, *targets)]
    nothing: Deps = {}
    return _with(rest, [(shown, key, deps) for (shown, key), deps in zip(pairs, [nothing, *cols], strict=True)])


def _identifier(node: exp.Expr) -> exp.Expr:
    return node.this if isinstance(node, (exp.Column, exp.Paren)) else node
