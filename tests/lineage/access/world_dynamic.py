"""Functions with dynamic SQL for random worlds: of texts that follow from constants, and of texts that do not."""

from __future__ import annotations

import random

from tests.lineage.access.worlds import Relation, Routine, World
from tests.servers import quoted

_DECIDED = (
    "constant",
    "format",
    "joined",
    "kept",
    "appended",
    "chosen",
    "value",
    "bound",
    "given back",
    "loop",
    "cursor",
)
_OPEN = ("named by its caller", "named by a row", "run by the server")


def dynamic_functions(made: World, dice: random.Random) -> None:
    """Add functions that put SQL together; in some nobody can tell what it will be."""
    tables = [one for one in made.relations.values() if not one.name.startswith("calling")]
    for number in range(dice.randint(2, 4)):
        kind = dice.choice(_OPEN) if dice.random() < 0.15 else dice.choice(_DECIDED)
        base, other = dice.choice(tables), dice.choice(tables)
        column, second = dice.choice(base.columns), dice.choice(other.columns)
        label = f"d{number}"
        sql = f"{quoted(dice.choice(made.schemas))}.{quoted(label)}"
        body = _body(kind, base, column, (other, second))
        security = "SECURITY DEFINER" if dice.random() < 0.75 else ""
        taken = "text" if kind == "named by its caller" else "int"
        made.statements.append(f"CREATE FUNCTION {sql}(a {taken}) RETURNS SETOF int {security} {body}")
        made.statements.append(f"ALTER FUNCTION {sql}(a {taken}) OWNER TO {quoted(dice.choice(made.roles))}")
        _executors(made, dice, f"{sql}({taken})")
        name = f"{label}({'integer' if taken == 'int' else taken})"
        gives = {(base.name, column)} | ({(other.name, second)} if kind == "given back" else set())
        first = _text(column) if taken == "text" else "0"
        if security:
            # Which text it runs is decided by what it is given: each of them is tried.
            made.routines.append(Routine(name, f"SELECT {sql}({first})", gives, kind in _OPEN))
            if kind == "chosen":
                made.routines.append(Routine(name, f"SELECT {sql}(1)", {(other.name, second)}))
        if dice.random() < 0.3:
            _views(made, dice, number, f"{sql}({first})", kind)


def _body(kind: str, base: Relation, column: str, other: tuple[Relation, str]) -> str:
    select = f"SELECT {quoted(column)}::int FROM {base.sql}"
    if kind == "run by the server":
        texts = f"SELECT to_tsvector('simple', {quoted(column)}::text) FROM {base.sql}"
        return f"LANGUAGE sql AS $body$SELECT ndoc FROM ts_stat({_text(texts)})$body$"
    static = f"SELECT {quoted(other[1])}::int FROM {other[0].sql}"
    places = f"{_text(base.schema)}, {_text(base.name)}"
    formatted = f"format('SELECT %I::int FROM %I.%I', {_text(column)}, {places})"
    listed, table = _text(f"{quoted(column)}::int"), _text(base.sql)
    row = _text(f"SELECT r.{quoted(column)}::int AS c FROM {base.sql} r")
    run = "RETURN QUERY EXECUTE"
    declared, lines = {
        "constant": ("", f"{run} {_text(select)};"),
        "format": ("", f"{run} {formatted};"),
        "joined": ("", f"{run} 'SELECT ' || quote_ident({_text(column)}) || '::int FROM ' || {table};"),
        "kept": (f"q CONSTANT text := {formatted};", f"{run} q;"),
        "appended": ("q text;", f"q := 'SELECT '; q := q || {listed}; q := q || E' FROM ' || {table}; {run} q;"),
        "chosen": (
            "q text;",
            f"IF a = 0 THEN q := {_text(select)}; ELSE q := {_text(static)}; END IF; {run} q;",
        ),
        "value": ("", f"{run} format({_text(f'{select} WHERE %L::int IS NOT NULL')}, a);"),
        "bound": ("", f"{run} {_text(f'{select} WHERE $1 IS NOT NULL')} USING a;"),
        "given back": (
            "held int;",
            f"held := ({static} LIMIT 1); {run} format('SELECT coalesce(%L::int, 0)', held); {run} {formatted};",
        ),
        "loop": ("r record;", f"FOR r IN EXECUTE {row} LOOP RETURN NEXT r.c; END LOOP;"),
        "cursor": (
            "c refcursor; held int;",
            f"OPEN c FOR EXECUTE {_text(select)}; FETCH c INTO held; RETURN NEXT held;",
        ),
        "named by its caller": ("", f"{run} format('SELECT %I::int FROM %I.%I', a, {places});"),
        "named by a row": ("q text;", f"SELECT {_text(select)} INTO q; {run} q;"),
    }[kind]
    return _plpgsql(lines, declared)


def _plpgsql(lines: str, declared: str = "") -> str:
    return f"LANGUAGE plpgsql AS $body${f'DECLARE {declared} ' if declared else ''}BEGIN {lines} END$body$"


def _text(content: str) -> str:
    return "'" + content.replace("'", "''") + "'"


def _executors(made: World, dice: random.Random, sql: str) -> None:
    if dice.random() < 0.6:
        made.statements.append(f"REVOKE EXECUTE ON FUNCTION {sql} FROM PUBLIC")
        made.statements.extend(
            f"GRANT EXECUTE ON FUNCTION {sql} TO {quoted(role)}" for role in made.roles if dice.random() < 0.3
        )


def _views(made: World, dice: random.Random, number: int, call: str, kind: str) -> None:
    view = _view(made, dice, f"running{number}", f"SELECT {call} AS c")
    # Of two texts one may be refused: whether the view works is not known then.
    view.open = kind in (*_OPEN, "chosen")
    if dice.random() < 0.3:
        over = _view(made, dice, f"over{number}", f"SELECT c FROM {view.sql}")
        over.open = view.open


def _view(made: World, dice: random.Random, name: str, query: str) -> Relation:
    view = Relation(dice.choice(made.schemas), name, "v", ("c",), dice.choice(made.roles))
    made.relations[view.name] = view
    made.statements.append(f"CREATE VIEW {view.sql} AS {query}")
    made.statements.append(f"ALTER VIEW {view.sql} OWNER TO {quoted(view.owner)}")
    made.statements.extend(
        f"GRANT SELECT ON {view.sql} TO {quoted(role)}" for role in made.roles if dice.random() < 0.4
    )
    return view
