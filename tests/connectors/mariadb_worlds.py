"""Small random worlds of accounts, roles, grants and views on a real MariaDB: reach against really reading.

The first draws of a seed are those of the first worlds, so that a seed which failed once stays the world that it was;
what was added later (PUBLIC, wildcards that nobody escaped, views over views) is drawn from a second stream, and from
seed 200 on views that join, count and nest queries from a third, and from 2,000 on functions, procedures and views
that call them from a fourth.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from lineage.access.model import Reach
from lineage.access.reach import access_of
from lineage.connector import Structure
from lineage.facts import Fact, FieldFact
from lineage.model import Name, SourceId
from tests.connectors.conformance import read
from tests.servers_mariadb import MariadbSchemas

SOURCE = SourceId("s")
_QUERIES_FROM = 200
"""The first seed whose world has views that join, count and nest: those that failed once before stay as they were."""
_ROUTINES_FROM = 2_000
"""The first seed whose world has routines."""
_BODIES_FROM = 5_000
"""The first seed whose world has bodies with variables, cursors, branches and writes."""
_BODIES = (
    ("PROCEDURE", "BEGIN DECLARE x int; SELECT {q} INTO x FROM {p} LIMIT 1; SELECT x AS a; END"),
    (
        "PROCEDURE",
        "BEGIN DECLARE x, y int; DECLARE c CURSOR FOR SELECT a, b FROM {p} LIMIT 1;"
        " DECLARE CONTINUE HANDLER FOR NOT FOUND BEGIN END; OPEN c; FETCH c INTO x, y; CLOSE c; SELECT x; END",
    ),
    ("FUNCTION", "BEGIN DECLARE x int DEFAULT (SELECT {q} FROM {p} LIMIT 1); RETURN x; END"),
    ("FUNCTION", "BEGIN SET @v = (SELECT {q} FROM {p} LIMIT 1); RETURN @v + 1; END"),
    (
        "FUNCTION",
        "BEGIN IF (SELECT count(*) FROM {t}) >= 0 THEN RETURN (SELECT {q} FROM {p} LIMIT 1); END IF; RETURN 1; END",
    ),
    ("PROCEDURE", "BEGIN UPDATE {t} SET a = 1 WHERE b = 99; SELECT {q} FROM {p}; END"),
    ("PROCEDURE", "BEGIN UPDATE {t} SET b = 1; SELECT {q} FROM {p}; END"),
    ("PROCEDURE", "BEGIN DELETE FROM {t} WHERE a = 99; SELECT {q} FROM {p}; END"),
    ("PROCEDURE", "BEGIN INSERT INTO {t} (a) SELECT b FROM {u} LIMIT 0; SELECT {q} FROM {p}; END"),
    ("PROCEDURE", "BEGIN INSERT INTO {t} VALUES (1, (SELECT max(b) FROM {u})); SELECT {q} FROM {p}; END"),
    ("PROCEDURE", "l: LOOP SELECT {q} FROM {p} LIMIT 1; LEAVE l; END LOOP l"),
)
"""Bodies that give the column a of {p}; {t} and {u} are tables beside it."""
_QUERIES = (
    "SELECT count(*) AS a FROM {p} p",
    "SELECT 1 AS a FROM {p} p WHERE b = 1",
    "SELECT 1 AS a FROM {p} p ORDER BY b LIMIT 1",
    "SELECT p.a FROM {p} p, {q} q",
    "SELECT p.a FROM {p} p LEFT JOIN {q} q ON true",
    "SELECT p.a FROM {p} p JOIN {q} q USING (b)",
    "SELECT p.a FROM {p} p NATURAL JOIN {q} q",
    "SELECT p.a FROM {p} p WHERE EXISTS (SELECT 1 FROM {q} q)",
    "SELECT p.a FROM {p} p WHERE EXISTS (SELECT * FROM {q} q WHERE q.b = p.a)",
    "SELECT p.a, (SELECT count(*) FROM {q} q) AS b FROM {p} p",
    "SELECT count(*) AS a FROM (SELECT b FROM {p} p) z",
    "SELECT z.a FROM (SELECT a, b FROM {p} p) z",
    "WITH z AS (SELECT a FROM {p} p) SELECT count(*) AS a FROM z",
    "WITH z AS (SELECT a FROM {p} p) SELECT q.a FROM {q} q",
    "SELECT 1 AS a FROM {p} p UNION SELECT a FROM {q} q",
    "SELECT max(a) AS a FROM {p} p GROUP BY b",
    "SELECT sum(a) OVER (PARTITION BY b) AS a FROM {p} p",
    "SELECT count(a) AS a FROM {p} p",
    "SELECT p.a FROM {p} p WHERE EXISTS (SELECT b FROM {q} q)",
    "SELECT p.a FROM {p} p WHERE p.b IN (SELECT a FROM {q} q)",
    "SELECT p.a FROM {p} p LEFT JOIN (SELECT a FROM {q} q WHERE b = 1) z ON true",
    "SELECT p.a FROM {p} p ORDER BY (SELECT max(b) FROM {q} q)",
    "WITH y AS (SELECT a FROM {q} q), z AS (SELECT 1 FROM y) SELECT p.a FROM {p} p",
    "WITH RECURSIVE z AS (SELECT p.a FROM {p} p UNION SELECT q.b FROM {q} q JOIN z ON z.a = q.a) SELECT a FROM z",
    "SELECT a FROM (SELECT a, b FROM {p} p UNION SELECT b, a FROM {q} q) z",
    "SELECT {p}.a FROM {p}, {q} AS q",
    "SELECT p.b AS a FROM {p} p JOIN {p} q ON p.a = q.a",
    "SELECT count(*) AS a FROM {p} p HAVING max(b) > 1",
)


@dataclass(frozen=True)
class Routine:
    """A function or procedure of a world."""

    place: tuple[str, str]
    kind: str
    lends: bool
    """It runs with its definer's rights."""
    gives: tuple[str, str, str]
    """(schema, dataset, column) that comes back."""

    @property
    def called(self) -> str:
        """What runs it."""
        where = ".".join(self.place)
        return f"SELECT {where}()" if self.kind == "FUNCTION" else f"CALL {where}()"


@dataclass
class World:
    """What a world is made of."""

    mariadb: MariadbSchemas
    schemas: list[str]
    users: list[tuple[str, str]]
    roles: list[str]
    connection: Any
    """One session of the superuser makes the world: a new one for each statement takes most of the time."""
    views: list[str] = field(default_factory=list)
    public: list[str] = field(default_factory=list)
    """What PUBLIC was granted: it outlives the tables, so that it is taken back."""
    routines: list[Routine] = field(default_factory=list)

    def run(self, statement: str) -> None:
        """Run a statement as the superuser."""
        with self.connection.cursor() as cursor:
            cursor.execute(statement)

    @property
    def holders(self) -> list[str]:
        return [*(f"'{user}'@'{host}'" for user, host in self.users), *self.roles]


def differences(mariadb: MariadbSchemas, seed: int) -> Iterator[str]:
    """Make the world of a seed, and tell where reach and really reading differ in it."""
    world = _world(mariadb, seed)
    try:
        facts = structure_of(mariadb)
        yield from (f"seed {seed}: {line}" for line in _compared(world, facts))
    finally:
        for granted in world.public:
            with suppress(Exception):  # the table may be gone
                world.run(f"REVOKE {granted} FROM PUBLIC")
        world.connection.close()


def structure_of(mariadb: MariadbSchemas, identity: str | None = None) -> list[Fact]:
    """Read as an auditor who holds what the connector says it needs, and what shows every schema."""
    user = mariadb.account("auditor")
    mariadb.execute(f"GRANT SELECT ON *.* TO '{user}'@'%'", f"GRANT SHOW VIEW, EXECUTE ON *.* TO '{user}'@'%'")
    return read("mysql", {"url": mariadb.url(user)}, [Structure(identity=identity)])


def tried(mariadb: MariadbSchemas, user: str, host: str, role: str, fields: Sequence[Name]) -> set[Name]:
    """Really read each field as an account, with a role."""
    import pymysql

    password = mariadb.accounts[f"'{user}'@'{host}'"]
    connection = mariadb.server.connect(user, password, local=host == "localhost")
    found = set()
    with connection.cursor() as cursor:
        if role:
            cursor.execute(f"SET ROLE {role}")
        # What a view calls runs for a definer who may not enter its schema where the session is there (seed 4229).
        for place in (None, *sorted({name.path[0] for name in fields})):
            with suppress(pymysql.Error):
                cursor.execute(f"USE `{place}`" if place else "DO 0")
                for name in fields:
                    if name not in found:
                        with suppress(pymysql.Error):
                            cursor.execute(f"SELECT `{name.field[0]}` FROM `{name.path[0]}`.`{name.path[1]}`")
                            found.add(name)
    connection.close()
    return found


def _world(mariadb: MariadbSchemas, seed: int) -> World:
    first, more = random.Random(seed), random.Random(f"more {seed}")
    world = World(
        mariadb,
        [mariadb.schema(label) for label in ("sup", "sux", "crm")],
        [(mariadb.account(label, host), host) for label in ("ai", "bi") for host in ("%", "localhost")],
        [mariadb.role(label) for label in ("reader", "writer")],
        mariadb.server.connect(),
    )
    _make_views(world, first)
    for role in world.roles:
        for user, host in world.users:
            if first.random() < 0.4:
                world.run(f"GRANT {role} TO '{user}'@'{host}'")
                if first.random() < 0.4:
                    world.run(f"SET DEFAULT ROLE {role} FOR '{user}'@'{host}'")
    if first.random() < 0.5:
        world.run(f"GRANT {world.roles[1]} TO {world.roles[0]}")
    if more.random() < 0.5:
        _make_views_over_views(world, more)
    for _ in range(22):
        _grant(world, first, first.choice(world.holders))
    for _ in range(6):
        _grant_more(world, more)
    if seed >= _QUERIES_FROM:
        _make_queries(world, random.Random(f"queries {seed}"))
    if seed >= _ROUTINES_FROM:
        _make_routines(world, random.Random(f"routines {seed}"))
    if seed >= _BODIES_FROM:
        _make_bodies(world, random.Random(f"bodies {seed}"))
    return world


def _make_views(world: World, chance: random.Random) -> None:
    for schema in world.schemas:
        for table in ("t", "u"):
            world.run(f"CREATE TABLE {schema}.{table} (a int, b int)")
    for number, schema in enumerate(world.schemas):
        user, host = chance.choice(world.users)
        # Its definer may read it while it is made; afterwards only by what the world gives.
        base = f"{chance.choice(world.schemas)}.{chance.choice('tu')}"
        security = chance.choice(["DEFINER", "INVOKER"])
        world.run(f"GRANT SELECT ON {base} TO '{user}'@'{host}'")
        world.run(
            f"CREATE DEFINER='{user}'@'{host}' SQL SECURITY {security} VIEW {schema}.v{number}"
            f" AS SELECT a, b FROM {base}"
        )
        if chance.random() < 0.3:
            world.run(f"REVOKE SELECT ON {base} FROM '{user}'@'{host}'")
        world.views.append(f"{schema}.v{number}")


def _make_views_over_views(world: World, chance: random.Random) -> None:
    import pymysql

    over = list(world.views)
    for number in range(chance.choice((1, 2, 3))):
        base, schema = chance.choice(over), chance.choice(world.schemas)
        user, host = chance.choice(world.users)
        security = chance.choice(["DEFINER", "DEFINER", "INVOKER"])
        columns = chance.choice(["a, b", "a", "b AS a", "b + a AS a", "count(*) AS a"])
        view = f"{schema}.w{number}"
        # A view beneath that does not work cannot be built upon.
        with suppress(pymysql.Error):
            world.run(f"GRANT SELECT ON {base} TO '{user}'@'{host}'")
            world.run(
                f"CREATE DEFINER='{user}'@'{host}' SQL SECURITY {security} VIEW {view} AS SELECT {columns} FROM {base}"
            )
            over.append(view)
            if chance.random() < 0.3:
                world.run(f"REVOKE SELECT ON {base} FROM '{user}'@'{host}'")
            for _ in range(chance.choice((1, 2))):
                world.run(f"GRANT SELECT ON {view} TO {chance.choice(world.holders)}")


def _make_queries(world: World, chance: random.Random) -> None:
    import pymysql

    bases = [*(f"{schema}.{table}" for schema in world.schemas for table in "tu"), *world.views]
    for number in range(chance.choice((1, 2, 3))):
        p, q = chance.choice(bases), chance.choice(bases)
        user, host = chance.choice(world.users)
        view = f"{chance.choice(world.schemas)}.q{number}"
        security = chance.choice(["DEFINER", "DEFINER", "INVOKER"])
        query = chance.choice(_QUERIES).format(p=p, q=q)
        for base in {p: None, q: None}:
            world.run(f"GRANT SELECT ON {base} TO '{user}'@'{host}'")
        # A view beneath may not work.
        with suppress(pymysql.Error):
            world.run(f"CREATE DEFINER='{user}'@'{host}' SQL SECURITY {security} VIEW {view} AS {query}")
            bases.append(view)
            world.run(f"GRANT SELECT ON {view} TO {chance.choice(world.holders)}")
        for base in {p: None, q: None}:
            chosen = chance.random()
            if chosen < 0.6:
                world.run(f"REVOKE SELECT ON {base} FROM '{user}'@'{host}'")
            if chosen < 0.4:
                # The columns of a view that does not work cannot be named.
                with suppress(pymysql.OperationalError):
                    world.run(f"GRANT SELECT ({chance.choice('ab')}) ON {base} TO '{user}'@'{host}'")


def _make_routines(world: World, chance: random.Random) -> None:
    import pymysql

    bases = [*(f"{schema}.{table}" for schema in world.schemas for table in "tu"), *world.views]
    for number in range(chance.choice((1, 2, 3))):
        base, schema = chance.choice(bases), chance.choice(world.schemas)
        user, host = chance.choice(world.users)
        kind, security = chance.choice(["FUNCTION", "PROCEDURE"]), chance.choice(["DEFINER", "DEFINER", "INVOKER"])
        gives = (base.partition(".")[0], base.partition(".")[2], "a")
        functions = [one for one in world.routines if one.kind == "FUNCTION"]
        if functions and chance.random() < 0.3:
            inner = chance.choice(functions)
            gives, query = inner.gives, f"SELECT {'.'.join(inner.place)}() AS a"
        else:
            query = f"SELECT {chance.choice(('a', 'max(a)', 'coalesce(a, 1)'))} AS a FROM {base} LIMIT 1"
        procedure = chance.choice((query, f"BEGIN SELECT 1; {query}; END"))
        body = f"() RETURNS int SQL SECURITY {security} RETURN ({query})"
        if kind == "PROCEDURE":
            body = f"() SQL SECURITY {security} {procedure}"
        place = f"{schema}.f{number}"
        world.run(f"CREATE DEFINER='{user}'@'{host}' {kind} {place}{body}")
        made = Routine((schema, f"f{number}"), kind, security == "DEFINER", gives)
        world.routines.append(made)
        for share, holder in ((0.7, f"'{user}'@'{host}'"), (0.9, chance.choice(world.holders)), (0.3, "PUBLIC")):
            if chance.random() < share:
                world.run(f"GRANT EXECUTE ON {kind} {place} TO {holder}")
        if chance.random() < 0.7:
            with suppress(pymysql.Error):
                world.run(f"GRANT SELECT ON {base} TO '{user}'@'{host}'")
        if chance.random() < 0.2:
            world.run(f"GRANT EXECUTE ON {schema}.* TO {chance.choice(world.holders)}")
        if kind == "FUNCTION" and chance.random() < 0.6:
            _make_calling(world, chance, number, place)


def _make_bodies(world: World, chance: random.Random) -> None:
    import pymysql

    tables = [f"{schema}.{table}" for schema in world.schemas for table in "tu"]
    for number in range(10, 10 + chance.choice((1, 2, 3))):
        base, schema = chance.choice([*tables, *world.views]), chance.choice(world.schemas)
        user, host = chance.choice(world.users)
        kind, text = chance.choice(_BODIES)
        t, u = chance.choice(tables), chance.choice(tables)
        query = chance.choice(("a", "max(a)", "coalesce(a, 1)"))
        security = chance.choice(["DEFINER", "DEFINER", "INVOKER"])
        place = f"{schema}.f{number}"
        returns = " RETURNS int" if kind == "FUNCTION" else ""
        body = text.format(p=base, t=t, u=u, q=query)
        world.run(f"CREATE DEFINER='{user}'@'{host}' {kind} {place}(){returns} SQL SECURITY {security} {body}")
        gives = (base.partition(".")[0], base.partition(".")[2], "a")
        world.routines.append(Routine((schema, f"f{number}"), kind, security == "DEFINER", gives))
        for share, holder in ((0.9, f"'{user}'@'{host}'"), (0.9, chance.choice(world.holders)), (0.2, "PUBLIC")):
            if chance.random() < share:
                world.run(f"GRANT EXECUTE ON {kind} {place} TO {holder}")
        for share, granted in (
            (0.8, f"SELECT ON {base}"),
            (0.6, f"SELECT ON {u}"),
            (0.5, f"SELECT ({chance.choice('ab')}) ON {t}"),
            (0.7, f"{chance.choice(('INSERT', 'INSERT (a)', 'UPDATE', 'UPDATE (a)', 'DELETE'))} ON {t}"),
            (0.4, f"SELECT, INSERT, UPDATE, DELETE ON {t}"),
        ):
            if chance.random() < share:
                with suppress(pymysql.Error):
                    world.run(f"GRANT {granted} TO '{user}'@'{host}'")
        # Whether a view over one that branches works may not be known.
        if kind == "FUNCTION" and " IF " not in text and chance.random() < 0.6:
            _make_calling(world, chance, number, place)


def _make_calling(world: World, chance: random.Random, number: int, function: str) -> None:
    import pymysql

    user, host = chance.choice(world.users)
    view = f"{chance.choice(world.schemas)}.c{number}"
    security = chance.choice(["DEFINER", "INVOKER"])
    with suppress(pymysql.Error):
        world.run(f"CREATE DEFINER='{user}'@'{host}' SQL SECURITY {security} VIEW {view} AS SELECT {function}() AS a")
        world.run(f"GRANT SELECT ON {view} TO {chance.choice(world.holders)}")


def _grant(world: World, chance: random.Random, holder: str) -> None:
    import pymysql

    right = chance.choice(["SELECT", "SELECT", "SELECT", "INSERT"])
    schema = chance.choice(world.schemas)
    table = chance.choice([f"{schema}.t", f"{schema}.u", chance.choice(world.views)])
    on = chance.choice(
        [
            f"{right} ON {table}",
            f"{right} ON {table}",
            f"{right} ({chance.choice('ab')}) ON {table}",
            f"{right} ON `{schema.replace('_', chr(92) + '_')}`.*",
            f"{right} ON `su%\\_{world.mariadb.tag}`.*",
        ]
    )
    # The columns of a view that does not work cannot be named.
    with suppress(pymysql.OperationalError):
        world.run(f"GRANT {on} TO {holder}")


def _grant_more(world: World, chance: random.Random) -> None:
    import pymysql

    tag, schema = world.mariadb.tag, chance.choice(world.schemas)
    table = chance.choice([f"{schema}.t", f"{schema}.u", chance.choice(world.views)])
    right = chance.choice(["SELECT", "SELECT", "INSERT"])
    on = chance.choice(
        [
            f"{right} ON `{schema}`.*",  # `_` is a wildcard here
            f"{right} ON `s_p_{tag}`.*",
            f"{right} ON `%\\_{tag}`.*",
            f"{right} ON `sup\\_{tag[:4]}%`.*",
            f"{right} ON {table}",
            f"{right} ({chance.choice('ab')}) ON {table}",
        ]
    )
    holder = chance.choice([*world.holders, "PUBLIC"])
    with suppress(pymysql.OperationalError):
        world.run(f"GRANT {on} TO {holder}")
        if holder == "PUBLIC":
            world.public.append(on)
    if chance.random() < 0.2:
        with suppress(pymysql.OperationalError):
            world.run(f"REVOKE {on} FROM {chance.choice(world.holders)}")


def _compared(world: World, facts: Sequence[Fact]) -> Iterator[str]:
    mariadb, access = world.mariadb, access_of(facts)
    fields = (fact.name for fact in facts if isinstance(fact, FieldFact))
    mine = sorted(name for name in fields if name.path[0] in world.schemas)
    for user, host in world.users:
        who = f"{user}@{host}"
        principal = access.principal(SOURCE, who)
        if principal is None:
            yield f"{who} is not told"
            continue
        reach = access.reach(principal)
        if undecided := [name.short for name in mine if name.dataset in reach.undecided]:
            yield f"{who} undecided: {undecided}"
        yield from (f"{who} {line}" for line in _routines(world, (user, host), reach))
        active = {name for name in mine if reach.active(name)}
        latent = {name for name in mine if reach.latent(name)}
        really = tried(mariadb, user, host, "", mine)
        granted = mariadb.execute(
            "SELECT Role FROM mysql.roles_mapping WHERE User = %s AND Host = %s", parameters=(user, host)
        )
        become = set().union(*(tried(mariadb, user, host, role, mine) for (role,) in granted), set())
        for what, missed, false in (
            ("active", really - active, active - really),
            ("latent", become - active - latent, latent - become - really),
        ):
            if missed or false:
                yield f"{who} {what}: missed {_short(missed)}, false {_short(false)}"


def _run(world: World, user: str, host: str) -> set[tuple[str, str]]:
    """Give the routines of their definer's rights that really run for an account."""
    import pymysql

    password = world.mariadb.accounts[f"'{user}'@'{host}'"]
    connection = world.mariadb.server.connect(user, password, local=host == "localhost")
    found = set()
    for routine in world.routines:
        with suppress(pymysql.Error), connection.cursor() as cursor:
            # From within its schema a routine runs for a definer who may not enter it: a session is where it may be.
            with suppress(pymysql.Error):
                cursor.execute(f"USE {routine.place[0]}")
            cursor.execute(routine.called)
            while cursor.nextset():
                pass
            found.add(routine.place)
    connection.close()
    return found


def _routines(world: World, who: tuple[str, str], reach: Reach) -> Iterator[str]:
    """Compare what routines give with what those that really ran are made to give."""
    ran = _run(world, *who) if world.routines else set()
    if undecided := [name.short for name in reach.undecided if name.path[1].endswith("()")]:
        yield f"routines undecided: {undecided}"
    wanted = {(one.place, one.gives) for one in world.routines if one.place in ran and one.lends}
    found = {
        ((through.path[0], through.path[1].removesuffix("()")), (*name.path, name.field[0]))
        for name, chains in reach.fields.items()
        for chain in chains
        if (through := chain.through) is not None and chain.hops[-1].by.endswith("gives") and not chain.latent
        if through.path[0] in world.schemas  # PUBLIC may execute those of another world beside it
    }
    missed = sorted(wanted - found)
    if missed or found - wanted:
        yield f"routines: missed {missed}, false {sorted(found - wanted)}"


def _short(names: set[Name]) -> list[str]:
    return sorted(name.short for name in names)
