"""Small random worlds of roles, grants and views on a real PostgreSQL, and what is really readable there."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, field
from typing import Any

from tests.servers import quoted

_ODD = ("", "", "", " mit Ä", '"q', ".x", "' OR")


@dataclass
class Relation:
    """A table, view or copy of a world."""

    schema: str
    name: str
    kind: str
    columns: tuple[str, ...]
    owner: str
    invoker: bool = False
    parent: str | None = None
    reads: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Base -> the columns of it that the definition names; none: only its rows are counted."""
    flows: dict[str, tuple[str, str] | None] = field(default_factory=dict)
    """Column -> (base, column) that it is taken from; None where it counts."""
    open: bool = False
    """It calls a function of which nobody can tell what it runs."""

    @property
    def sql(self) -> str:
        return f"{quoted(self.schema)}.{quoted(self.name)}"


@dataclass
class Routine:
    """A function of a world, or a rule on one of its tables, and what it gives."""

    name: str
    """As reach calls it."""
    call: str
    """The statement that runs it."""
    gives: set[tuple[str, str]]
    open: bool = False
    """It runs SQL of which nobody can tell what it will be."""


@dataclass
class World:
    """A world: the statements that make it and those that end it."""

    seed: int
    tag: str
    roles: list[str] = field(default_factory=list)
    schemas: list[str] = field(default_factory=list)
    relations: dict[str, Relation] = field(default_factory=dict)
    routines: list[Routine] = field(default_factory=list)
    statements: list[str] = field(default_factory=list)

    @property
    def ending(self) -> list[str]:
        return [
            *(f"DROP SCHEMA IF EXISTS {quoted(schema)} CASCADE" for schema in self.schemas),
            *(f"DROP OWNED BY {quoted(role)}" for role in self.roles),
            *(f"DROP ROLE {quoted(role)}" for role in self.roles),
        ]


def world(seed: int, tag: str, database: str, *, routines: bool = False, dynamic: bool = False) -> World:
    """Make up a world; the same seed gives the same world. In some, owners have lost the rights on what they own."""
    dice = random.Random(seed)
    made = World(seed, tag)
    _roles(made, dice)
    for number in range(dice.randint(1, 3)):
        schema = f"s{number}_{tag}{dice.choice(_ODD)}"
        made.schemas.append(schema)
        made.statements.append(f"CREATE SCHEMA {quoted(schema)}")
    for number in range(dice.randint(2, 4)):
        _table(made, dice, number)
    if dice.random() < 0.6:
        _partitioned(made, dice)
    for number in range(dice.randint(2, 6)):
        _view(made, dice, number)
    _owners(made, dice)
    for relation in made.relations.values():
        _grants(made, dice, relation)
    _doors(made, dice, database)
    if routines:
        # Dice of their own: the rest of a world is the same with them and without.
        add_routines(made, random.Random(f"routines {seed}"))
    if dynamic:
        from tests.lineage.access.world_dynamic import dynamic_functions

        dynamic_functions(made, random.Random(f"dynamic {seed}"))
    return made


_OPTIONS = re.compile(r"^GRANT (.+) TO (.+) WITH INHERIT (True|False), SET (?:True|False)(?:, ADMIN (True|False))?$")


def statements_for(made: World, version: int) -> list[str]:
    """Give a world's statements for a server: before PostgreSQL 16 a role inherits or not, whatever the membership."""
    if version >= 160_000:
        return made.statements
    told: list[str] = []
    for statement in made.statements:
        if (found := _OPTIONS.match(statement)) is None:
            told.append(statement)
            continue
        role, member, inherits, admin = found.groups()
        told.append(f"GRANT {role} TO {member}" + (" WITH ADMIN OPTION" if admin == "True" else ""))
        told += [f"ALTER ROLE {member} NOINHERIT"] if inherits == "False" else []
    return told


def add_routines(made: World, dice: random.Random) -> None:
    """Add functions, views that call them, and rules on tables."""
    from tests.lineage.access.world_routines import functions, rules

    functions(made, dice)
    rules(made, dice)


def _roles(made: World, dice: random.Random) -> None:
    for number in range(dice.randint(3, 6)):
        role = f"r{number}_{made.tag}{dice.choice(_ODD)}"
        options = "SUPERUSER" if dice.random() < 0.04 else "BYPASSRLS" if dice.random() < 0.1 else ""
        made.statements.append(f"CREATE ROLE {quoted(role)} LOGIN {options}")
        for other in made.roles:
            if dice.random() < 0.35:
                flags = f"INHERIT {dice.random() < 0.6}, SET {dice.random() < 0.6}, ADMIN {dice.random() < 0.1}"
                made.statements.append(f"GRANT {quoted(other)} TO {quoted(role)} WITH {flags}")
        made.roles.append(role)
    for predefined in ("pg_read_all_data", "pg_write_all_data"):
        if dice.random() < 0.08:
            flags = f"INHERIT {dice.random() < 0.5}, SET {dice.random() < 0.5}"
            made.statements.append(f"GRANT {predefined} TO {quoted(dice.choice(made.roles))} WITH {flags}")


def _table(made: World, dice: random.Random, number: int) -> None:
    columns = tuple(f"c{i}{dice.choice(_ODD)}" for i in range(dice.randint(1, 4)))
    relation = _relation(made, dice, f"t{number}", "r", columns)
    body = ", ".join(f"{quoted(column)} int" for column in columns)
    made.statements.append(f"CREATE TABLE {relation.sql} ({body})")
    if dice.random() < 0.15:
        # Without a policy the planner proves the read empty and skips the checks of views beside it (seed 1110).
        made.statements.append(f"ALTER TABLE {relation.sql} ENABLE ROW LEVEL SECURITY")
        made.statements.append(f"CREATE POLICY p ON {relation.sql} USING (random() < 2)")


def _partitioned(made: World, dice: random.Random) -> None:
    parent = _relation(made, dice, "p", "p", ("k", "v"))
    made.statements.append(f"CREATE TABLE {parent.sql} (k int, v int) PARTITION BY LIST (k)")
    for number in range(2):
        part = _relation(made, dice, f"p{number}", "r", ("k", "v"))
        part.parent = parent.name
        made.statements.append(f"CREATE TABLE {part.sql} PARTITION OF {parent.sql} FOR VALUES IN ({number})")


def _view(made: World, dice: random.Random, number: int) -> None:
    bases = dice.sample(list(made.relations.values()), min(len(made.relations), dice.choice((1, 1, 1, 2))))
    # The youngest are the views: taking them more often nests views deep.
    if number and dice.random() < 0.6:
        bases = [list(made.relations.values())[-1], *bases[1:]]
        bases = list({base.name: base for base in bases}.values())
    reads: dict[str, set[str]] = {base.name: set() for base in bases}
    flows: dict[str, tuple[str, str] | None] = {}
    outputs: list[str] = []
    if dice.random() < 0.12:
        outputs.append("count(*) AS n")
        flows["n"] = None
    else:
        for position in range(dice.randint(1, 3)):
            base = dice.choice(bases)
            column = dice.choice(base.columns)
            alias = f"v{position}{dice.choice(_ODD)}"
            reads[base.name].add(column)
            flows[alias] = (base.name, column)
            outputs.append(f"{_alias(bases, base)}.{quoted(column)} AS {quoted(alias)}")
    where = ""
    if dice.random() < 0.4:
        base = dice.choice(bases)
        column = dice.choice(base.columns)
        reads[base.name].add(column)
        where = f" WHERE {_alias(bases, base)}.{quoted(column)} IS NOT NULL"
    kind = "m" if dice.random() < 0.2 else "v"
    relation = _relation(made, dice, f"{kind}{number}", kind, tuple(flows))
    relation.flows = flows
    relation.reads = {name: tuple(sorted(columns)) for name, columns in reads.items()}
    relation.invoker = kind == "v" and dice.random() < 0.35
    tables = ", ".join(f"{base.sql} {_alias(bases, base)}" for base in bases)
    what = "MATERIALIZED VIEW" if kind == "m" else "VIEW"
    option = " WITH (security_invoker = true)" if relation.invoker else ""
    query = f"SELECT {', '.join(outputs)} FROM {tables}{where}"
    made.statements.append(f"CREATE {what} {relation.sql}{option} AS {query}")


def _relation(made: World, dice: random.Random, name: str, kind: str, columns: tuple[str, ...]) -> Relation:
    spelt = name + dice.choice(_ODD)
    made.relations[spelt] = Relation(dice.choice(made.schemas), spelt, kind, columns, dice.choice(made.roles))
    return made.relations[spelt]


def _alias(bases: list[Relation], base: Relation) -> str:
    return f"b{bases.index(base)}"


def _owners(made: World, dice: random.Random) -> None:
    for relation in made.relations.values():
        what = {"v": "VIEW", "m": "MATERIALIZED VIEW"}.get(relation.kind, "TABLE")
        made.statements.append(f"ALTER {what} {relation.sql} OWNER TO {quoted(relation.owner)}")
        if relation.kind != "v" and dice.random() < 0.08:
            made.statements.append(f"REVOKE ALL ON {relation.sql} FROM {quoted(relation.owner)}")
    for schema in made.schemas:
        if dice.random() < 0.5:
            made.statements.append(f"ALTER SCHEMA {quoted(schema)} OWNER TO {quoted(dice.choice(made.roles))}")


def _grants(made: World, dice: random.Random, relation: Relation) -> None:
    for holder in [*(quoted(role) for role in made.roles), "PUBLIC"]:
        chance = dice.random()
        if chance < (0.05 if holder == "PUBLIC" else 0.2):
            made.statements.append(f"GRANT SELECT ON {relation.sql} TO {holder}")
        elif chance < (0.1 if holder == "PUBLIC" else 0.4):
            columns = dice.sample(relation.columns, dice.randint(1, len(relation.columns)))
            listed = ", ".join(quoted(column) for column in columns)
            made.statements.append(f"GRANT SELECT ({listed}) ON {relation.sql} TO {holder}")
        if dice.random() < 0.08 and relation.kind in "rp":
            right = dice.choice(("INSERT", "UPDATE", "DELETE", "TRUNCATE", f"UPDATE ({quoted(relation.columns[0])})"))
            made.statements.append(f"GRANT {right} ON {relation.sql} TO {holder}")


def _doors(made: World, dice: random.Random, database: str) -> None:
    for schema in made.schemas:
        for holder in [*(quoted(role) for role in made.roles), "PUBLIC"]:
            if dice.random() < 0.45:
                made.statements.append(f"GRANT USAGE ON SCHEMA {quoted(schema)} TO {holder}")
    made.statements.append(f"GRANT CONNECT ON DATABASE {quoted(database)} TO PUBLIC")
    if dice.random() < 0.2:
        made.statements.append(f"REVOKE CONNECT ON DATABASE {quoted(database)} FROM PUBLIC")
        made.statements.extend(
            f"GRANT CONNECT ON DATABASE {quoted(database)} TO {quoted(role)}"
            for role in made.roles
            if dice.random() < 0.5
        )


PROBE = """
CREATE SCHEMA probe;
GRANT USAGE ON SCHEMA probe TO PUBLIC;
CREATE FUNCTION probe.readable(statements text[]) RETURNS boolean[] LANGUAGE plpgsql AS $$
DECLARE answers boolean[] := '{}'; statement text;
BEGIN
  FOREACH statement IN ARRAY statements LOOP
    -- What one role parsed, another would run without being asked for USAGE again (seeds 35, 2100 and 8293).
    DISCARD PLANS;
    BEGIN
      EXECUTE statement;
      answers := answers || true;
    EXCEPTION WHEN insufficient_privilege OR undefined_table THEN
      answers := answers || false;
    END;
  END LOOP;
  RETURN answers;
END $$;
"""
"""Really select each field as the current role; any other error than a refusal is raised."""


@dataclass(frozen=True)
class Truth:
    """What a login can really read: at once, and after becoming each role that it may become."""

    active: frozenset[tuple[str, str]]
    latent: frozenset[tuple[str, str]]
    runs: frozenset[str] = frozenset()
    """The calls of routines and rules that really ran for it at once."""


def truth(connection: Any, made: World, role: str) -> Truth:
    """Try everything as a role. A session of the superuser's takes its place; CONNECT is asked of the server."""
    fields = [(relation.name, column) for relation in made.relations.values() for column in relation.columns]
    selects = [f"SELECT {quoted(column)} FROM {made.relations[relation].sql}" for relation, column in fields]
    asked = "SELECT has_database_privilege(%s, current_database(), 'CONNECT')"
    if not connection.execute(asked, [role]).fetchone()[0]:
        return Truth(frozenset(), frozenset())
    latent: set[tuple[str, str]] = set()
    connection.execute(f"SET SESSION AUTHORIZATION {quoted(role)}")
    try:
        active = _tried(connection, fields, selects)
        calls = [routine.call for routine in made.routines]
        ran = [bool(_tried(connection, [("", call)], [call])) for call in calls]
        for other in [*made.roles, "pg_read_all_data", "pg_write_all_data"]:
            if other != role and _becomes(connection, other):
                latent.update(_tried(connection, fields, selects))
                connection.execute("RESET ROLE")
    finally:
        connection.execute("RESET SESSION AUTHORIZATION")
    runs = {call for call, done in zip(calls, ran, strict=True) if done}
    return Truth(frozenset(active), frozenset(latent), frozenset(runs))


def _tried(connection: Any, fields: list[tuple[str, str]], selects: list[str]) -> set[tuple[str, str]]:
    answers = connection.execute("SELECT probe.readable(%s)", [selects]).fetchone()[0]
    return {field for field, readable in zip(fields, answers, strict=True) if readable}


def _becomes(connection: Any, role: str) -> bool:
    import psycopg

    try:
        connection.execute(f"SET ROLE {quoted(role)}")
    except psycopg.errors.InsufficientPrivilege:
        return False
    return True
