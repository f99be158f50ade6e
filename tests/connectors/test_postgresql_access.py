"""Principals, memberships and grants, as any role with CONNECT reads them from the catalogue."""

from __future__ import annotations

import pytest

from lineage.facts import (
    DatasetFact,
    EdgeFact,
    GrantFact,
    MemberFact,
    PrincipalFact,
    RoutineFact,
    SystemFact,
    UnseenFact,
)
from lineage.model import PUBLIC
from tests.connectors.postgresql_facts import grants, named, of, structure
from tests.servers import PostgresDatabase

_WORLD = """
CREATE SCHEMA crm; CREATE SCHEMA ai;
CREATE TABLE crm.contacts (id int, email text, region text);
CREATE TABLE crm.secret (id int);
CREATE VIEW ai.contacts_v AS SELECT id FROM crm.contacts;
"""


def _version(database: PostgresDatabase) -> int:
    return int(database.execute("SELECT current_setting('server_version_num')")[0][0])


def _members(database: PostgresDatabase, auditor: str) -> dict[tuple[str, str], tuple[bool, bool, bool]]:
    return {
        (fact.member.name, fact.of.name): (fact.inherits, fact.switchable, fact.admin)
        for fact in of(structure(database, auditor), MemberFact)
    }


def test_principals_have_their_attributes_and_no_password(postgres: PostgresDatabase) -> None:
    auditor, reader = postgres.role("auditor"), postgres.role("reader", "NOLOGIN")
    chief = postgres.role("chief", "SUPERUSER BYPASSRLS REPLICATION CREATEROLE CREATEDB LOGIN")

    principals = {fact.principal.name: fact.attributes for fact in of(structure(postgres, auditor), PrincipalFact)}

    assert principals[auditor] == {"login"}
    assert principals[reader] == set()
    every = {"login", "superuser", "bypass_row_security", "replication", "create_role", "create_database"}
    assert principals[chief] == every
    assert principals[PUBLIC] == set()
    assert principals["pg_read_all_data"] == set()


def test_members_inherit_and_may_switch(postgres: PostgresDatabase) -> None:
    auditor, group = postgres.role("auditor"), postgres.role("group", "NOLOGIN")
    heir, shy, boss = postgres.role("heir"), postgres.role("shy", "LOGIN NOINHERIT"), postgres.role("boss")
    postgres.execute(f"GRANT {group} TO {heir}, {shy}; GRANT {group} TO {boss} WITH ADMIN OPTION")
    postgres.execute(f"GRANT pg_read_all_data TO {heir}")

    members = _members(postgres, auditor)

    assert members[heir, group] == (True, True, False)
    assert members[shy, group] == (False, True, False)
    assert members[boss, group] == (True, True, True)
    assert members[heir, "pg_read_all_data"] == (True, True, False)
    assert members["postgres", "pg_database_owner"] == (True, False, False)


def test_since_16_each_membership_says_whether_it_inherits_and_switches(postgres: PostgresDatabase) -> None:
    if _version(postgres) < 160_000:
        pytest.skip("PostgreSQL 16 brought options of a membership")
    auditor, group = postgres.role("auditor"), postgres.role("group", "NOLOGIN")
    becomes, inherits = postgres.role("becomes"), postgres.role("inherits")
    postgres.execute(
        f"GRANT {group} TO {becomes} WITH INHERIT FALSE, SET TRUE; GRANT {group} TO {inherits} WITH SET FALSE"
    )

    members = _members(postgres, auditor)

    assert members[becomes, group] == (False, True, False)
    assert members[inherits, group] == (True, False, False)


def test_the_session_says_whom_it_may_become(postgres: PostgresDatabase) -> None:
    auditor, identity, other = postgres.role("auditor"), postgres.role("identity"), postgres.role("other")
    postgres.execute(f"GRANT {identity} TO {auditor}")

    [system] = of(structure(postgres, auditor), SystemFact)

    assert identity in system.can_become
    assert other not in system.can_become


def test_grants_on_the_database_schemas_relations_and_columns_are_read(postgres: PostgresDatabase) -> None:
    auditor, identity = postgres.role("auditor"), postgres.role("identity")
    postgres.execute(_WORLD)
    postgres.execute(f"""
        GRANT USAGE ON SCHEMA ai TO {identity}; GRANT SELECT, UPDATE ON ai.contacts_v TO {identity};
        GRANT SELECT (email, region), INSERT (id) ON crm.contacts TO {identity};
        GRANT SELECT ON crm.secret TO PUBLIC; GRANT SELECT ON ai.contacts_v TO {identity} WITH GRANT OPTION""")

    facts = structure(postgres, auditor)

    assert {grant for grant in grants(facts, postgres) if not grant[0].startswith("pg_")} == {
        ("PUBLIC", postgres.name, "connect"),
        ("PUBLIC", "public", "usage"),
        ("PUBLIC", "crm.secret", "select"),
        ("identity", "ai", "usage"),
        ("identity", "ai.contacts_v", "select"),
        ("identity", "ai.contacts_v", "update"),
        ("identity", "crm.contacts.email", "select"),
        ("identity", "crm.contacts.region", "select"),
        ("identity", "crm.contacts.id", "insert"),
    }
    assert named(facts, DatasetFact, "crm.secret").default_rights is False
    grantable = {(fact.on.short, fact.right) for fact in of(facts, GrantFact) if fact.grantable}
    assert ("ai.contacts_v", "select") in grantable
    assert ("ai.contacts_v", "update") not in grantable


def test_connect_is_everybodys_until_it_is_revoked(postgres: PostgresDatabase) -> None:
    auditor = postgres.role("auditor")
    postgres.execute(f"REVOKE CONNECT ON DATABASE {postgres.name} FROM PUBLIC")
    postgres.execute(f"GRANT CONNECT ON DATABASE {postgres.name} TO {auditor}")

    found = grants(structure(postgres, auditor), postgres)

    assert ("PUBLIC", postgres.name, "connect") not in found
    assert ("auditor", postgres.name, "connect") in found


def test_a_table_nobody_was_granted_has_its_owner_and_no_grants(postgres: PostgresDatabase) -> None:
    auditor, owner = postgres.role("auditor"), postgres.role("owner")
    postgres.execute(f"CREATE TABLE public.own (id int); ALTER TABLE public.own OWNER TO {owner}")

    facts = structure(postgres, auditor)

    own = named(facts, DatasetFact, "public.own")
    assert (own.owner, own.default_rights) == (owner, True)
    assert not {grant for grant in grants(facts, postgres) if grant[1] == "public.own"}


def test_a_routine_is_told_with_what_it_gives_and_who_may_run_it(postgres: PostgresDatabase) -> None:
    auditor, identity = postgres.role("auditor"), postgres.role("identity")
    postgres.execute(f"""
        CREATE TABLE public.kept (id int, email text); CREATE TABLE public.copied (mail text);
        CREATE FUNCTION public.opened(int) RETURNS text LANGUAGE sql SECURITY DEFINER
          BEGIN ATOMIC SELECT email FROM public.kept WHERE id = $1; END;
        CREATE FUNCTION public.closed() RETURNS void LANGUAGE plpgsql SECURITY DEFINER
          AS 'BEGIN EXECUTE current_query(); END';
        CREATE FUNCTION public.noted() RETURNS trigger LANGUAGE plpgsql
          AS 'BEGIN INSERT INTO public.copied (mail) VALUES (lower(NEW.email)); RETURN NEW; END';
        CREATE TRIGGER noted AFTER INSERT ON public.kept FOR EACH ROW EXECUTE FUNCTION public.noted();
        REVOKE EXECUTE ON FUNCTION public.closed() FROM PUBLIC;
        GRANT EXECUTE ON FUNCTION public.closed() TO {identity}""")

    facts = structure(postgres, auditor)

    found = {grant for grant in grants(facts, postgres) if grant[2] == "execute"}
    assert {("PUBLIC", "public.opened(integer)", "execute"), ("identity", "public.closed()", "execute")} <= found
    told = {fact.name.path[-1]: fact for fact in of(facts, RoutineFact)}
    assert [(name.short, kept.value) for name, kept in told["opened(integer)"].gives] == [("public.kept.email", "raw")]
    assert {(name.short, right) for name, right in told["opened(integer)"].needs} == {
        ("public.kept.email", "select"),
        ("public.kept.id", "select"),
    }
    assert "put together while it runs" in told["closed()"].opaque
    [unseen] = of(facts, UnseenFact)
    assert (unseen.what, unseen.name and unseen.name.short) == ("access", "public.closed()")
    [copied] = [fact for fact in of(facts, EdgeFact) if fact.target.path[-1] == "copied"]
    assert (copied.source.short, copied.target.short) == ("public.kept.email", "public.copied.mail")


def test_row_security_is_told_of_each_table(postgres: PostgresDatabase) -> None:
    auditor = postgres.role("auditor")
    postgres.execute("""
        CREATE TABLE public.free (id int); CREATE TABLE public.limited (id int); CREATE TABLE public.forced (id int);
        ALTER TABLE public.limited ENABLE ROW LEVEL SECURITY;
        ALTER TABLE public.forced ENABLE ROW LEVEL SECURITY; ALTER TABLE public.forced FORCE ROW LEVEL SECURITY""")

    facts = structure(postgres, auditor)

    found = {fact.name.path[-1]: (fact.row_security, fact.row_security_forced) for fact in of(facts, DatasetFact)}
    assert found == {"free": (False, False), "limited": (True, False), "forced": (True, True)}


def test_a_role_called_like_everybody_is_said_to_be_undecidable(postgres: PostgresDatabase) -> None:
    auditor = postgres.role("auditor")
    postgres.execute('CREATE ROLE "PUBLIC"')
    try:
        facts = structure(postgres, auditor)
    finally:
        postgres.execute('DROP ROLE "PUBLIC"')

    assert "a role is called PUBLIC" in {fact.reason for fact in of(facts, UnseenFact)}
    assert len([fact for fact in of(facts, PrincipalFact) if fact.principal.name == PUBLIC]) == 1
