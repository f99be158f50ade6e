"""Functions, views that call them, and rules for random worlds: in SQL and PL/pgSQL, of owner's and caller's rights."""

from __future__ import annotations

import random

from tests.lineage.access.worlds import Relation, Routine, World
from tests.servers import quoted


def functions(made: World, dice: random.Random) -> None:
    """Add functions that give a column of a table, a view or another function, and views that call some."""
    written: list[tuple[str, Routine]] = []
    for number in range(dice.randint(1, 4)):
        schema, label = dice.choice(made.schemas), f"f{number}"
        base = dice.choice(list(made.relations.values()))
        column = dice.choice(base.columns)
        query, gives = f"SELECT x.{quoted(column)}::int FROM {base.sql} x", {(base.name, column)}
        if written and dice.random() < 0.3:
            called, inner = dice.choice(written)
            query, gives = f"SELECT {called}()", inner.gives
        kind = dice.choice(("sql", "atomic", "plpgsql", "assigned"))
        sql = f"{quoted(schema)}.{quoted(label)}"
        security = "SECURITY DEFINER" if dice.random() < 0.75 else ""
        made.statements.append(f"CREATE FUNCTION {sql}() RETURNS SETOF int {security} {_body(kind, query)}")
        made.statements.append(f"ALTER FUNCTION {sql}() OWNER TO {quoted(dice.choice(made.roles))}")
        _executors(made, dice, sql)
        routine = Routine(f"{label}()", f"SELECT {sql}()", gives)
        written.append((sql, routine))
        if security:
            made.routines.append(routine)
        if dice.random() < 0.3:
            _calling_view(made, dice, number, sql)


def _body(kind: str, query: str) -> str:
    match kind:
        case "sql":
            return f"LANGUAGE sql AS $body${query}$body$"
        case "atomic":
            return f"LANGUAGE sql BEGIN ATOMIC {query}; END"
        case "plpgsql":
            return f"LANGUAGE plpgsql AS $body$BEGIN RETURN QUERY {query}; END$body$"
        case _:
            lines = f"DECLARE v int; BEGIN v := ({query.replace('SELECT', 'SELECT', 1)} LIMIT 1); RETURN NEXT v; END"
            return f"LANGUAGE plpgsql AS $body${lines}$body$"


def _executors(made: World, dice: random.Random, sql: str) -> None:
    if dice.random() < 0.6:
        made.statements.append(f"REVOKE EXECUTE ON FUNCTION {sql}() FROM PUBLIC")
        made.statements.extend(
            f"GRANT EXECUTE ON FUNCTION {sql}() TO {quoted(role)}" for role in made.roles if dice.random() < 0.3
        )


def _calling_view(made: World, dice: random.Random, number: int, sql: str) -> None:
    view = Relation(dice.choice(made.schemas), f"calling{number}", "v", ("c",), dice.choice(made.roles))
    made.relations[view.name] = view
    made.statements.append(f"CREATE VIEW {view.sql} AS SELECT {sql}() AS c")
    made.statements.append(f"ALTER VIEW {view.sql} OWNER TO {quoted(view.owner)}")
    made.statements.extend(
        f"GRANT SELECT ON {view.sql} TO {quoted(role)}" for role in made.roles if dice.random() < 0.4
    )


def rules(made: World, dice: random.Random) -> None:
    """Add a rule that gives a column of another relation to who writes to a table."""
    tables = [relation for relation in made.relations.values() if relation.kind == "r" and relation.parent is None]
    if not tables or dice.random() < 0.5:
        return
    table = dice.choice(tables)
    base = dice.choice([relation for relation in made.relations.values() if relation.name != table.name])
    column = dice.choice(base.columns)
    made.statements.append(
        f"CREATE RULE peek AS ON INSERT TO {table.sql} DO INSTEAD SELECT x.{quoted(column)} FROM {base.sql} x"
    )
    made.statements.extend(
        f"GRANT INSERT ON {table.sql} TO {quoted(role)}" for role in made.roles if dice.random() < 0.4
    )
    made.routines.append(
        Routine(f"rule peek on {table.name}", f"INSERT INTO {table.sql} DEFAULT VALUES", {(base.name, column)})
    )
