"""Grants of a real MariaDB server: what the connector tells of them, and reach held to brute force."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from connectors._mysql.access import GRANT_TABLES
from lineage.access.reach import access_of
from lineage.connector import Structure
from lineage.facts import Fact, MemberFact, PrincipalFact, SystemFact, UnseenFact
from lineage.model import Name, Principal
from tests.connectors.conformance import read
from tests.connectors.mariadb_worlds import SOURCE, differences, structure_of, tried
from tests.servers_mariadb import MariadbSchemas, MariadbServer


def readable(facts: Sequence[Fact], identity: str) -> tuple[set[Name], set[Name]]:
    """Give the fields that an identity reads at once, and those that it reads after SET ROLE."""
    access = access_of(facts)
    principal = access.principal(SOURCE, identity)
    assert principal is not None
    reach = access.reach(principal)
    active = {name for name in reach.fields if reach.active(name)}
    return active, {name for name in reach.fields if reach.latent(name)}


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
    assert not access_of(before).known(SOURCE)
    assert access_of(after).known(SOURCE)
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


@pytest.mark.parametrize(
    ("routine", "call"),
    [
        ("FUNCTION {crm}.told() RETURNS text RETURN (SELECT max(email) FROM contacts)", "SELECT {crm}.told()"),
        ("PROCEDURE {crm}.told() BEGIN SELECT 1; SELECT email FROM contacts; END", "CALL {crm}.told()"),
        ("PROCEDURE {crm}.told(id int) SELECT c.email FROM contacts c WHERE c.id = id", "CALL {crm}.told(1)"),
    ],
)
def test_a_definer_routine_gives_what_it_reads_to_who_may_execute_it(
    mariadb: MariadbSchemas, routine: str, call: str
) -> None:
    crm, user, owner = mariadb.schema(), mariadb.account("ai"), mariadb.account("owner")
    kind = routine.partition(" ")[0]
    mariadb.execute(
        f"USE {crm}",
        f"CREATE TABLE {crm}.contacts (id int, email text)",
        f"GRANT SELECT, EXECUTE ON {crm}.* TO '{owner}'@'%'",
        f"CREATE DEFINER='{owner}'@'%' {routine.format(crm=crm)}",
        f"GRANT EXECUTE ON {kind} {crm}.told TO '{user}'@'%'",
    )

    facts = structure_of(mariadb)

    connection = mariadb.server.connect(user, mariadb.accounts[f"'{user}'@'%'"])
    with connection.cursor() as cursor:
        cursor.execute(call.format(crm=crm))
    connection.close()
    [system] = [fact for fact in facts if isinstance(fact, SystemFact)]
    reach = access_of(facts).reach(Principal(system.namespace, f"{user}@%"))
    email = Name(system.namespace, (crm, "contacts"), ("email",))
    assert [chain.through.path for chain in reach.fields[email] if chain.through] == [(crm, "told()")]
    assert not reach.active(email)
    assert not reach.undecided


@pytest.mark.parametrize(
    "body",
    [
        "BEGIN PREPARE s FROM 'SELECT email FROM contacts'; EXECUTE s; END",
        "CALL other()",
        "SELECT LOAD_FILE('/etc/hostname')",
        "SELECT id FROM contacts FOR UPDATE",
    ],
)
def test_a_definer_routine_that_does_what_is_not_followed_is_undecided(mariadb: MariadbSchemas, body: str) -> None:
    crm, user = mariadb.schema(), mariadb.account("ai")
    mariadb.execute(
        f"USE {crm}",
        f"CREATE TABLE {crm}.contacts (id int, email text)",
        f"CREATE PROCEDURE {crm}.done() {body}",
        f"GRANT EXECUTE ON PROCEDURE {crm}.done TO '{user}'@'%'",
    )

    facts = structure_of(mariadb)

    [system] = [fact for fact in facts if isinstance(fact, SystemFact)]
    routine = Name(system.namespace, (crm, "done()"))
    reach = access_of(facts).reach(Principal(system.namespace, f"{user}@%"))
    assert routine in reach.undecided
    assert [fact for fact in facts if isinstance(fact, UnseenFact) and fact.name == routine]
    assert "hostname" not in repr(facts)


def test_whose_auditor_is_shown_no_body_leaves_routines_undecided_and_says_what_shows_it(
    mariadb: MariadbSchemas,
) -> None:
    crm, user, auditor = mariadb.schema(), mariadb.account("ai"), mariadb.account("auditor")
    mariadb.execute(
        f"CREATE TABLE {crm}.contacts (id int)",
        f"CREATE FUNCTION {crm}.total() RETURNS int RETURN (SELECT count(*) FROM {crm}.contacts)",
        f"GRANT EXECUTE ON FUNCTION {crm}.total TO '{user}'@'%'",
        *(
            f"GRANT SELECT ({', '.join(columns)}) ON mysql.{table} TO '{auditor}'@'%'"
            for table, columns in GRANT_TABLES.items()
        ),
        f"GRANT SELECT ON {crm}.contacts TO '{auditor}'@'%'",
    )

    before = read("mysql", {"url": mariadb.url(auditor)}, [Structure()])
    [unseen] = [fact for fact in before if isinstance(fact, UnseenFact) and fact.name and fact.name.path[0] == crm]
    mariadb.execute(unseen.settle)
    after = read("mysql", {"url": mariadb.url(auditor)}, [Structure()])

    assert not [fact for fact in after if isinstance(fact, UnseenFact) and fact.name == unseen.name]
    for facts, known in ((before, False), (after, True)):
        principal = access_of(facts).principal(SOURCE, f"{user}@%")
        assert principal is not None
        assert (unseen.name not in access_of(facts).reach(principal).undecided) is known


@pytest.mark.parametrize("executes", ["owner", "ai"])
@pytest.mark.parametrize("security", ["DEFINER", "INVOKER"])
def test_a_view_that_calls_a_function_asks_its_definer_or_its_reader_to_execute_it(
    mariadb: MariadbSchemas, executes: str, security: str
) -> None:
    crm, user, owner = mariadb.schema(), mariadb.account("ai"), mariadb.account("owner")
    mariadb.execute(
        f"CREATE TABLE {crm}.contacts (id int, email text)",
        f"GRANT SELECT ON {crm}.contacts TO '{owner}'@'%'",
        f"CREATE DEFINER='{owner}'@'%' FUNCTION {crm}.told() RETURNS text SQL SECURITY INVOKER RETURN 'x'",
        f"GRANT EXECUTE ON FUNCTION {crm}.told TO '{owner}'@'%'",
        f"CREATE DEFINER='{owner}'@'%' SQL SECURITY {security} VIEW {crm}.v AS SELECT {crm}.told() AS a",
        f"REVOKE EXECUTE ON FUNCTION {crm}.told FROM '{owner}'@'%'",
        f"GRANT EXECUTE ON FUNCTION {crm}.told TO '{executes}_{mariadb.tag}'@'%'",
        f"GRANT SELECT ON {crm}.v TO '{user}'@'%'",
    )

    facts = structure_of(mariadb)

    access = access_of(facts)
    principal = access.principal(SOURCE, f"{user}@%")
    assert principal is not None
    field = Name(principal.namespace, (crm, "v"), ("a",))
    readable = (executes == "owner") is (security == "DEFINER")
    assert (tried(mariadb, user, "%", "", [field]) == {field}) is readable
    assert bool(access.reach(principal).active(field)) is readable


def test_who_holds_everything_is_told_so(mariadb: MariadbSchemas) -> None:
    facts = structure_of(mariadb)

    told = {fact.principal.name: fact.attributes for fact in facts if isinstance(fact, PrincipalFact)}
    assert "superuser" in told["keeper@%"]


# What a world grants to PUBLIC, by patterns of schemas, opens what others have: its server is its own.
# 101: a view that asks for its reader's rights, opened by an account and a role together; 135: a default role goes when
# another is become; 145: a nested role's row takes away what the outer role's wider pattern gives; 6 and 9: of two
# patterns that match a schema, the one counts whose shortest match is longer.
# 2285: an account's own right to execute stays when it becomes a role.
# 2020: a definer who calls its own routine keeps its role; 2045: PUBLIC alone may execute, which opens no schema.
# 5019: a cursor; 5054: a cursor's query is asked for where it is opened; 5071: a condition is read before its branch.
# 2259, 2649, 3839, 4188 and 4268: what PUBLIC alone may execute runs for who may enter its schema.
# 4229: a view calls a function that runs from within its schema alone.
# 43: of a view that is read without any column, as by `count(*)`, no right is asked but what lies beneath it.
@pytest.mark.parametrize(
    "seed",
    [
        *(*range(25), 43, 101, 135, 145, *range(200, 225), *range(2_000, 2_010), 2_020, 2_045, 2_285, 4_229),
        *(2_259, 2_649, 3_839, 4_188, 4_268, *range(5_000, 5_010), 5_019, 5_054, 5_071),
    ],
)
def test_reach_is_what_reading_every_field_really_gives(lone_mariadb: MariadbServer, seed: int) -> None:
    with lone_mariadb.schemas() as schemas:
        assert list(differences(schemas, seed)) == []


@pytest.mark.parametrize(
    ("nearer", "wider"),
    [
        (r"sup\_{tag}", "sup_{tag}"),
        ("sup_{tag}", "s_p_{tag}"),
        ("s_p_{tag}", r"sup\_{tag}%"),
        ("s_p_{tag}", r"su%\_{tag}"),
        (r"%\_{tag}", r"sup\_{tag[0]}%"),
        (r"su%\_{tag}", r"s%\_{tag}"),
        (r"s%\_{tag}", r"%u%\_{tag}"),
        (r"%p\_{tag}", r"s%\_{tag}"),
        ("_%", "%"),
    ],
)
def test_of_two_patterns_the_nearer_takes_away_what_the_wider_gives(
    mariadb: MariadbSchemas, nearer: str, wider: str
) -> None:
    sup, user, tag = mariadb.schema("sup"), mariadb.account("ai"), mariadb.tag
    mariadb.execute(
        f"CREATE TABLE {sup}.t (a int)",
        f"GRANT SELECT ON `{wider.format(tag=tag)}`.* TO '{user}'@'%'",
        f"GRANT INSERT ON `{nearer.format(tag=tag)}`.* TO '{user}'@'%'",
    )

    active, _ = readable(structure_of(mariadb), f"{user}@%")
    field = Name(next(iter(active)).namespace if active else "", (sup, "t"), ("a",))

    assert tried(mariadb, user, "%", "", [Name("", (sup, "t"), ("a",))]) == set()
    assert field not in active


@pytest.mark.parametrize(
    ("query", "held", "readable"),
    [
        ("SELECT count(*) AS a FROM {v}", "", True),
        ("SELECT o.a FROM {o} o, {v} v", "", True),
        ("SELECT o.a FROM {o} o WHERE EXISTS (SELECT 1 FROM {v} v)", "", True),
        ("SELECT count(*) AS a FROM {t}", "", False),
        ("SELECT count(*) AS a FROM {t}", "SELECT (b) ON {t}", True),
        ("SELECT count(*) AS a FROM (SELECT b FROM {v} v) z", "", False),
        ("SELECT count(*) AS a FROM (SELECT b FROM {v} v) z", "SELECT (a) ON {v}", False),
        ("SELECT count(*) AS a FROM (SELECT b FROM {v} v) z", "SELECT (b) ON {v}", True),
        ("SELECT o.a FROM {o} o WHERE EXISTS (SELECT v.b FROM {v} v WHERE v.a = o.a)", "SELECT (b) ON {v}", False),
        ("WITH z AS (SELECT a FROM {t} t) SELECT o.a FROM {o} o", "", True),
        ("WITH y AS (SELECT a FROM {t} t), z AS (SELECT 1 FROM y) SELECT o.a FROM {o} o", "", True),
        ("WITH y AS (SELECT a FROM {t} t), z AS (SELECT 1 AS one FROM y) SELECT one AS a FROM z", "", False),
    ],
)
def test_a_view_asks_for_what_its_text_names_whether_it_flows_or_not(
    mariadb: MariadbSchemas, query: str, held: str, readable: bool
) -> None:
    crm, user, owner = mariadb.schema(), mariadb.account("ai"), mariadb.account("owner")
    places = {name: f"{crm}.{name}" for name in "tov"}
    mariadb.execute(
        f"CREATE TABLE {crm}.t (a int, b int)",
        f"CREATE TABLE {crm}.o (a int, b int)",
        f"GRANT SELECT ON {crm}.t TO '{owner}'@'%'",
        f"CREATE DEFINER='{owner}'@'%' VIEW {crm}.v AS SELECT a, b FROM {crm}.t",
        f"CREATE SQL SECURITY INVOKER VIEW {crm}.asked AS {query.format(**places)}",
        f"GRANT SELECT ON {crm}.asked TO '{user}'@'%'",
        f"GRANT SELECT ON {crm}.o TO '{user}'@'%'",
        *([f"GRANT {held.format(**places)} TO '{user}'@'%'"] if held else []),
    )

    facts = structure_of(mariadb)

    access = access_of(facts)
    principal = access.principal(SOURCE, f"{user}@%")
    assert principal is not None
    field = Name(principal.namespace, (crm, "asked"), ("a",))
    assert (tried(mariadb, user, "%", "", [field]) == {field}) is readable
    assert bool(access.reach(principal).active(field)) is readable
    assert field.dataset not in access.reach(principal).undecided
