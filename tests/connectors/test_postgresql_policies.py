"""Row policies: a number over other rows than the workflow's is never given."""

from __future__ import annotations

import pytest

from lineage.connector import MeasureKind, Profile, Sample
from lineage.facts import Fact, LookFact, MeasureFact, UnseenFact
from tests.connectors.postgresql_facts import measure, of, read, relation
from tests.connectors.test_postgresql_rows import Shouting
from tests.servers import PostgresDatabase


@pytest.fixture
def tenants(postgres: PostgresDatabase) -> PostgresDatabase:
    """A table with a policy that shows an identity a third of the rows, an auditor who may read it, and views on it."""
    auditor, identity, steward = postgres.role("auditor"), postgres.role("identity"), postgres.role("steward")
    postgres.execute(f"""
        CREATE SCHEMA crm;
        CREATE TABLE crm.notes (id int, tenant text);
        INSERT INTO crm.notes SELECT n, CASE WHEN n % 3 = 0 THEN 'ours' ELSE 'theirs' END FROM generate_series(1, 30) n;
        ALTER TABLE crm.notes ENABLE ROW LEVEL SECURITY;
        CREATE POLICY one_tenant ON crm.notes FOR SELECT TO {identity}, {steward} USING (tenant = 'ours');
        CREATE VIEW crm.by_owner AS SELECT id FROM crm.notes;
        CREATE VIEW crm.by_steward AS SELECT id FROM crm.notes; ALTER VIEW crm.by_steward OWNER TO {steward};
        CREATE TABLE crm.free (id int); INSERT INTO crm.free VALUES (1);
        GRANT USAGE ON SCHEMA crm TO {auditor}, {identity}, {steward};
        GRANT SELECT ON ALL TABLES IN SCHEMA crm TO {auditor}, {identity}, {steward}""")
    return postgres


def _role(database: PostgresDatabase, label: str) -> str:
    return f"{label}_{database.tag}"


def _count(
    database: PostgresDatabase, name: str, identity: str | None = "identity", user: str = "auditor"
) -> list[Fact]:
    task = Profile(relation(database, f"crm.{name}", id="integer"), None, (), (measure(name, MeasureKind.ROWS),))
    who = None if identity is None else _role(database, identity)
    return read(database, _role(database, user), task, identity=who)


def _rows(facts: list[Fact]) -> list[object]:
    return [fact.value for fact in of(facts, MeasureFact)]


def test_rows_that_a_policy_hides_from_the_auditor_are_unseen_and_not_counted(tenants: PostgresDatabase) -> None:
    facts = _count(tenants, "notes", None)

    assert _rows(facts) == []
    [unseen] = of(facts, UnseenFact)
    assert (unseen.what, unseen.reason) == ("data", "row policies hide rows from the auditor")
    assert "BYPASSRLS" in unseen.settle


def test_an_auditor_who_may_not_become_the_identity_counts_nothing(tenants: PostgresDatabase) -> None:
    facts = _count(tenants, "notes")

    assert _rows(facts) == []
    [unseen] = of(facts, UnseenFact)
    assert unseen.reason == "the auditor may not become the identity"
    tenants.execute(unseen.settle)
    assert _rows(_count(tenants, "notes")) == [10]


def test_an_auditor_who_sees_every_row_does_not_count_those_that_the_identity_cannot_see(
    tenants: PostgresDatabase,
) -> None:
    tenants.execute(f"ALTER ROLE {_role(tenants, 'auditor')} BYPASSRLS")

    assert _rows(_count(tenants, "notes")) == []
    assert _rows(_count(tenants, "notes", None)) == [30]


def test_rows_are_counted_as_the_identity_that_the_auditor_may_become(tenants: PostgresDatabase) -> None:
    tenants.execute(f"GRANT {_role(tenants, 'identity')} TO {_role(tenants, 'auditor')}")

    facts = _count(tenants, "notes")

    assert _rows(facts) == [10]
    assert {fact.seen.identity for fact in of(facts, MeasureFact)} == {_role(tenants, "identity")}


def test_a_session_of_the_identity_itself_counts_its_own_rows(tenants: PostgresDatabase) -> None:
    assert _rows(_count(tenants, "notes", "identity", "identity")) == [10]


def test_a_view_by_the_owner_of_the_table_ignores_the_policy(tenants: PostgresDatabase) -> None:
    assert _rows(_count(tenants, "by_owner")) == [30]


def test_a_view_by_a_third_role_applies_that_roles_policies(tenants: PostgresDatabase) -> None:
    assert _rows(_count(tenants, "by_steward")) == []
    tenants.execute(f"GRANT {_role(tenants, 'identity')} TO {_role(tenants, 'auditor')}")
    assert _rows(_count(tenants, "by_steward")) == [10]


def test_a_policy_by_a_setting_of_the_session_decides_nothing_here(tenants: PostgresDatabase) -> None:
    identity = _role(tenants, "identity")
    tenants.execute(f"""
        DROP POLICY one_tenant ON crm.notes;
        CREATE POLICY by_setting ON crm.notes TO {identity} USING (tenant = current_setting('app.tenant', true));
        GRANT {identity} TO {_role(tenants, "auditor")}""")

    facts = _count(tenants, "notes")

    assert _rows(facts) == []
    assert of(facts, UnseenFact)[0].reason == "row policies depend on a setting of the session"


def test_what_has_no_policy_is_counted_by_anybody(tenants: PostgresDatabase) -> None:
    assert _rows(_count(tenants, "free")) == [1]
    assert _rows(_count(tenants, "free", None)) == [1]


def test_a_forced_policy_limits_the_owner_too(tenants: PostgresDatabase) -> None:
    owner = tenants.role("owner")
    tenants.execute(f"ALTER TABLE crm.notes OWNER TO {owner}; GRANT USAGE ON SCHEMA crm TO {owner}")
    assert _rows(_count(tenants, "notes", None, "owner")) == [30]

    tenants.execute("ALTER TABLE crm.notes FORCE ROW LEVEL SECURITY")

    assert _rows(_count(tenants, "notes", None, "owner")) == []


def test_a_sample_is_taken_from_the_rows_of_the_identity_or_not_at_all(tenants: PostgresDatabase) -> None:
    task = Sample(relation(tenants, "crm.notes", tenant="text"), None, None)
    auditor, identity = _role(tenants, "auditor"), _role(tenants, "identity")

    refused = read(tenants, auditor, task, identity=identity, detector=Shouting())
    tenants.execute(f"GRANT {identity} TO {auditor}")
    taken = read(tenants, auditor, task, identity=identity, detector=Shouting())

    assert not of(refused, LookFact)
    assert of(refused, UnseenFact)[0].what == "sample"
    assert [fact.rows_looked for fact in of(taken, LookFact)] == [10]
