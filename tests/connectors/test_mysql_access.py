"""Grants of a real MariaDB server: what the connector tells of them, and reach held to brute force."""

from __future__ import annotations

import random
from collections.abc import Sequence
from contextlib import suppress

import pytest

from lineage.access.reach import access_of
from lineage.connector import Structure
from lineage.facts import Fact, FieldFact, GrantFact, MemberFact, PrincipalFact, SystemFact, UnseenFact
from lineage.model import Name, Principal, SourceId
from tests.connectors.conformance import read
from tests.servers_mariadb import MariadbSchemas

_SOURCE = SourceId("s")


def structure_of(mariadb: MariadbSchemas, identity: str | None = None) -> list[Fact]:
    """Read as an auditor who holds what the connector says it needs, and what shows every schema."""
    user = mariadb.account("auditor")
    mariadb.execute(f"GRANT SELECT ON *.* TO '{user}'@'%'", f"GRANT SHOW VIEW ON *.* TO '{user}'@'%'")
    return read("mysql", {"url": mariadb.url(user)}, [Structure(identity=identity)])


def readable(facts: Sequence[Fact], identity: str) -> tuple[set[Name], set[Name]]:
    """Give the fields that an identity reads at once, and those that it reads after SET ROLE."""
    access = access_of(facts)
    principal = access.principal(_SOURCE, identity)
    assert principal is not None
    reach = access.reach(principal)
    active = {name for name in reach.fields if reach.active(name)}
    return active, {name for name in reach.fields if reach.latent(name)}


def tried(mariadb: MariadbSchemas, user: str, host: str, role: str, fields: Sequence[Name]) -> set[Name]:
    """Really read each field as an account, with a role."""
    import pymysql

    password = mariadb.accounts[f"'{user}'@'{host}'"]
    connection = mariadb.server.connect(user, password, local=host == "localhost")
    found = set()
    with connection.cursor() as cursor:
        if role:
            cursor.execute(f"SET ROLE {role}")
        for name in fields:
            with suppress(pymysql.Error):
                cursor.execute(f"SELECT `{name.field[0]}` FROM `{name.path[0]}`.`{name.path[1]}`")
                found.add(name)
    connection.close()
    return found


def test_no_password_hash_is_asked_for(mariadb: MariadbSchemas) -> None:
    crm, user = mariadb.schema(), mariadb.account("auditor")
    mariadb.execute(f"CREATE TABLE {crm}.contacts (id int)", f"GRANT SELECT, SHOW VIEW ON {crm}.* TO '{user}'@'%'")
    settings = {"url": mariadb.url(user)}
    before = read("mysql", settings, [Structure()])
    [why] = [fact for fact in before if isinstance(fact, UnseenFact) and fact.what == "access"]

    # What it says that it needs is all that it needs, and it names no column with a secret.
    mariadb.execute(*why.settle.split("; "))
    after = read("mysql", settings, [Structure()])

    hashes = [row[0] for row in mariadb.execute("SELECT authentication_string FROM mysql.user") if row[0]]
    assert "authentication_string" not in why.settle
    assert "Password" not in why.settle
    assert not access_of(before).known(_SOURCE)
    assert access_of(after).known(_SOURCE)
    assert hashes
    assert all(secret not in repr(after) for secret in hashes)


def test_roles_are_inherited_where_they_are_default_and_become_where_not(mariadb: MariadbSchemas) -> None:
    user, default, other, inner = mariadb.account("ai"), *(mariadb.role(name) for name in ("one", "two", "inner"))
    mariadb.execute(
        f"GRANT {default} TO '{user}'@'%'",
        f"GRANT {other} TO '{user}'@'%'",
        f"GRANT {inner} TO {other}",
        f"SET DEFAULT ROLE {default} FOR '{user}'@'%'",
    )

    facts = structure_of(mariadb)

    members = {
        (fact.member.name, fact.of.name): (fact.inherits, fact.switchable)
        for fact in facts
        if isinstance(fact, MemberFact)
        and mariadb.tag in fact.of.name
        and "keeper" not in fact.member.name
        # Beside another test's invoker views, sessions are told too.
        and " with " not in f"{fact.member.name} {fact.of.name}"
    }
    assert members == {
        (f"{user}@%", default): (True, True),
        (f"{user}@%", other): (False, True),
        (other, inner): (True, False),
    }


def test_an_identity_may_be_named_without_its_host_where_there_is_but_one(mariadb: MariadbSchemas) -> None:
    crm, user = mariadb.schema(), mariadb.account("ai")
    mariadb.execute(f"CREATE TABLE {crm}.contacts (id int)", f"GRANT SELECT ON {crm}.contacts TO '{user}'@'%'")

    facts = structure_of(mariadb, user)

    active, _ = readable(facts, user)
    assert {name.path for name in active} == {(crm, "contacts")}
    mariadb.account("ai", "localhost")
    doubtful = structure_of_again(mariadb, user)
    assert any(isinstance(fact, UnseenFact) and fact.reason.startswith("several accounts") for fact in doubtful)


def structure_of_again(mariadb: MariadbSchemas, identity: str) -> list[Fact]:
    user = mariadb.account("again")
    mariadb.execute(f"GRANT SELECT ON *.* TO '{user}'@'%'")
    return read("mysql", {"url": mariadb.url(user)}, [Structure(identity=identity)])


def test_a_definer_routine_is_told_with_who_may_run_it(mariadb: MariadbSchemas) -> None:
    crm, user = mariadb.schema(), mariadb.account("ai")
    mariadb.execute(
        f"CREATE TABLE {crm}.contacts (id int)",
        f"CREATE FUNCTION {crm}.total() RETURNS int RETURN (SELECT count(*) FROM {crm}.contacts)",
        f"GRANT EXECUTE ON FUNCTION {crm}.total TO '{user}'@'%'",
    )

    facts = structure_of(mariadb)

    runs = {fact.holder.name for fact in facts if isinstance(fact, GrantFact) and fact.on.path == (crm, "total()")}
    assert f"{user}@%" in runs
    [system] = [fact for fact in facts if isinstance(fact, SystemFact)]
    reach = access_of(facts).reach(Principal(system.namespace, f"{user}@%"))
    assert Name(system.namespace, (crm, "total()")) in reach.undecided


def test_who_holds_everything_is_told_so(mariadb: MariadbSchemas) -> None:
    facts = structure_of(mariadb)

    told = {fact.principal.name: fact.attributes for fact in facts if isinstance(fact, PrincipalFact)}
    assert "superuser" in told["keeper@%"]


# 101: a view that asks for its reader's rights, opened by an account and a role together; 135: a default role goes when
# another is become; 145: a nested role's row takes away what the outer role's wider pattern gives.
@pytest.mark.parametrize(
    "seed", [*range(10), 101, 135, 145, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(10, 50))]
)
def test_reach_is_what_reading_every_field_really_gives(mariadb: MariadbSchemas, seed: int) -> None:
    world = random.Random(seed)
    schemas = [mariadb.schema(label) for label in ("sup", "sux", "crm")]
    users = [(mariadb.account(label, host), host) for label in ("ai", "bi") for host in ("%", "localhost")]
    roles = [mariadb.role(label) for label in ("reader", "writer")]
    views = _made(mariadb, world, schemas, users)
    holders = [*(f"'{user}'@'{host}'" for user, host in users), *roles]
    for role in roles:
        for user, host in users:
            if world.random() < 0.4:
                mariadb.execute(f"GRANT {role} TO '{user}'@'{host}'")
                if world.random() < 0.4:
                    mariadb.execute(f"SET DEFAULT ROLE {role} FOR '{user}'@'{host}'")
    if world.random() < 0.5:
        mariadb.execute(f"GRANT {roles[1]} TO {roles[0]}")
    for _ in range(22):
        _grant(mariadb, world, schemas, views, world.choice(holders))

    facts = structure_of(mariadb)

    fields = [fact.name for fact in facts if isinstance(fact, FieldFact)]
    mine = sorted(name for name in fields if name.path[0] in schemas)
    for user, host in users:
        access = access_of(facts)
        principal = access.principal(_SOURCE, f"{user}@{host}")
        assert principal is not None
        reach = access.reach(principal)
        decided = [name for name in mine if name.dataset not in reach.undecided]
        assert decided == mine
        active, latent = readable(facts, f"{user}@{host}")
        really = tried(mariadb, user, host, "", decided)
        assert {name for name in active if name in mine} - set(reach.undecided) == really
        granted = mariadb.execute(
            "SELECT Role FROM mysql.roles_mapping WHERE User = %s AND Host = %s", parameters=(user, host)
        )
        become = set().union(*(tried(mariadb, user, host, role, decided) for (role,) in granted), set())
        assert {name for name in (active | latent) if name in mine} >= become
        assert {name for name in latent if name in mine} <= become | really


def _made(mariadb: MariadbSchemas, world: random.Random, schemas: list[str], users: list[tuple[str, str]]) -> list[str]:
    views = []
    for schema in schemas:
        mariadb.execute(*(f"CREATE TABLE {schema}.{table} (a int, b int)" for table in ("t", "u")))
    for number, schema in enumerate(schemas):
        user, host = world.choice(users)
        # Its definer may read it while it is made; afterwards only by what the world gives.
        base = f"{world.choice(schemas)}.{world.choice('tu')}"
        security = world.choice(["DEFINER", "INVOKER"])
        mariadb.execute(f"GRANT SELECT ON {base} TO '{user}'@'{host}'")
        mariadb.execute(
            f"CREATE DEFINER='{user}'@'{host}' SQL SECURITY {security} VIEW {schema}.v{number}"
            f" AS SELECT a, b FROM {base}"
        )
        if world.random() < 0.3:
            mariadb.execute(f"REVOKE SELECT ON {base} FROM '{user}'@'{host}'")
        views.append(f"{schema}.v{number}")
    return views


def _grant(mariadb: MariadbSchemas, world: random.Random, schemas: list[str], views: list[str], holder: str) -> None:
    import pymysql

    right = world.choice(["SELECT", "SELECT", "SELECT", "INSERT"])
    schema = world.choice(schemas)
    table = world.choice([f"{schema}.t", f"{schema}.u", world.choice(views)])
    on = world.choice(
        [
            f"{right} ON {table}",
            f"{right} ON {table}",
            f"{right} ({world.choice('ab')}) ON {table}",
            f"{right} ON `{schema.replace('_', chr(92) + '_')}`.*",
            f"{right} ON `su%\\_{mariadb.tag}`.*",
        ]
    )
    # The columns of a view that does not work cannot be named.
    with suppress(pymysql.OperationalError):
        mariadb.execute(f"GRANT {on} TO {holder}")
