"""What a column of the text means: which source columns, or which field inside one where the schema says struct."""

from __future__ import annotations

from sqlglot import exp

from lineage.sql.lattice import RAW_BIT, TRANSFORMATION, step
from lineage.sql.naming import Struct
from lineage.sql.relation import Deps, Scope, Source, add, shown_and_key
from lineage.sql.walk import Walk

_RAW = step(TRANSFORMATION)
_SEQUENCE = frozenset({"nextval", "currval"})
_WHOLE_ROWS = frozenset({"postgres", "redshift", "materialize", "risingwave", "bigquery", "duckdb"})
_UNKNOWN = "a column is not in the schema"


def column(walk: Walk, scope: Scope, node: exp.Column) -> Deps:
    """Look a column up; where only a field of it is taken, that field, or a part of the column where none is known."""
    args = node.args
    table = args.get("table")
    if table is None:
        return _unqualified(walk, scope, node.this)
    if args.get("db") is None and isinstance(node.this, exp.Identifier):
        source = scope.source(walk.naming.pair(table.name, bool(table.args.get("quoted")))[1])
        if source is not None:
            return _of_source(walk, source, *shown_and_key(node.this, walk.naming))
    return _qualified(walk, scope, node)


def _qualified(walk: Walk, scope: Scope, node: exp.Column) -> Deps:
    parts = [node.args.get(part) for part in ("catalog", "db", "table", "this")]
    names = [part for part in parts if isinstance(part, exp.Expr)]
    shown, key = shown_and_key(names[-1], walk.naming)
    if isinstance(names[-1], exp.Parameter):
        shown = key = f"${names[-1].name}"
    for start in (len(names) - 2, *range(len(names) - 2)):
        name = walk.naming.key(names[start].name, bool(names[start].args.get("quoted")))
        source = scope.source(name) or walk.around.get(name)
        if source is not None:
            if start < len(names) - 2:
                shown, key = shown_and_key(names[start + 1], walk.naming)
            return within(walk, _of_source(walk, source, shown, key), names[start + 2 :])
    if names[-1].name.lower() in _SEQUENCE:
        return {}
    hidden = scope.behind_alias(walk.naming.key(names[-2].name), walk.naming, walk.origins)
    if hidden is not None:
        # Engines refuse the name of a dataset that has an alias (ClickHouse long took it): no other can be meant.
        return walk.origins.doubt(_of_source(walk, hidden, shown, key))
    if not scope.any_source():
        # NEW of a trigger's function, a record of a procedure: nothing here says of which dataset it is.
        walk.doubt("a row that is not known here")
    return within(walk, _unqualified(walk, scope, names[0]), names[1:])


def _of_source(walk: Walk, source: Source, shown: str, key: str) -> Deps:
    if key.startswith("$") and walk.naming.dialect == "snowflake":
        return by_place(source, key)
    found = source.relation.named(key, shown, walk.origins)
    if found is not None:
        return found
    if key.lower() in walk.naming.pseudo:
        return {}
    if source.relation.names == [source.key] or source.table is None:
        # `u.field` of UNNEST(rows) AS u: a part of the only column there is.
        return source.relation.whole()
    walk.doubt(_UNKNOWN)
    return {}


def by_place(source: Source, key: str) -> Deps:
    """Give the column that Snowflake's `$2` means; any where that is not known."""
    place = int(key[1:]) - 1 if key[1:].isdecimal() and len(key) < 6 else -1
    if source.relation.opens or not 0 <= place < len(source.relation.names):
        return source.relation.whole()
    return source.relation.at(place)


def _unqualified(walk: Walk, scope: Scope, name: exp.Expr) -> Deps:
    shown, key = shown_and_key(name, walk.naming)
    if walk.naming.dialect in _WHOLE_ROWS:
        source = scope.source(key)
        if source is not None and source.relation.known(key) is None and scope.certain(key, walk.origins) is None:
            return source.relation.whole()
    found = scope.column(key, shown, walk.origins)
    if found is not None:
        return found
    if key.lower() in walk.naming.pseudo or (walk.naming.quoted_may_be_text and name.args.get("quoted")):
        return {}
    if scope.any_source():
        walk.doubt(_UNKNOWN)
    return {}


def path_into(node: exp.Expr) -> tuple[exp.Expr, list[exp.Expr]]:
    """Take `((s).m)['n']` apart into what the fields lie in, and the names of the fields from outside in."""
    names: list[exp.Expr] = []
    while True:
        name: object = None
        if isinstance(node, exp.Bracket) and len(node.expressions) == 1:
            name = node.expressions[0]
        elif isinstance(node, (exp.StructExtract, exp.Dot)):
            name = node.expression
        if isinstance(name, exp.Identifier) or (isinstance(name, exp.Literal) and name.is_string):
            names.append(name)
        elif not isinstance(node, exp.Paren):
            return node, names[::-1]
        node = node.this


def within(walk: Walk, deps: Deps, names: list[exp.Expr]) -> Deps:
    """Give what a path of fields inside a column depends on."""
    for name in names:
        literal = isinstance(name, exp.Literal)
        key = walk.naming.folded(name.name, True) if literal else shown_and_key(name, walk.naming)[1]
        inside: Deps = {}
        for number, mask in deps.items():
            table, field, confidence = walk.origins.columns[number]
            # Only a column that was handed on as it is: fields of what a function made of it are its own.
            struct = _struct(table.structs, field) if mask == RAW_BIT and table.structs else None
            if struct is not None and key in struct:
                path = (*((field,) if isinstance(field, str) else field), struct[key][0])
                add(inside, {walk.origins.number(table, path, confidence): mask})
            else:
                if struct is not None:
                    walk.doubt(_UNKNOWN)
                add(inside, {number: mask}, _RAW)
        deps = inside
    return deps


def fields(walk: Walk, deps: Deps) -> list[tuple[str, str, Deps]] | None:
    """Give the fields that the star of a struct stands for; None where they are not known."""
    if len(deps) != 1:
        return None
    ((number, mask),) = deps.items()
    table, field, confidence = walk.origins.columns[number]
    struct = _struct(table.structs, field) if mask == RAW_BIT else None
    if not struct:
        return None
    path = (field,) if isinstance(field, str) else field
    return [
        (shown, key, {walk.origins.number(table, (*path, shown), confidence): mask})
        for key, (shown, _) in struct.items()
    ]


def _struct(structs: Struct, field: str | tuple[str, ...]) -> Struct | None:
    """Find the fields of a column or of a field inside one; None where it is no struct."""
    inside = structs
    for name in (field,) if isinstance(field, str) else field:
        found = next((below for shown, below in inside.values() if shown == name), None)
        if found is None:
            return None
        inside = found
    return inside or None
