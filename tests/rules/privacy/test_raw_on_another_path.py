from __future__ import annotations

from pathlib import Path

import pytest

from lineage.model import Severity, Verdict
from lineage.report import Report
from lineage.scan import Limits
from lineage.testing import World, assumption, finding, verdict
from tests.servers import PostgresDatabase

PLAN = """
plan: v1
meta: {{id: reply, owner: pm@acme.example}}
sources:
  crm:
    connector: {{type: postgresql, url: "${{CRM_URL}}"}}
    identity: {identity}
    datasets:
      contacts:
        reads: ai.contacts_v
        key: id
        fields: {{id: required, email: {{need: helpful, sensitive: email, mask: hmac}}}}
{other}
steps:
  draft: {{reads: {{crm.contacts: all{reads}}}, to: prompt}}
"""
RULE = "privacy/raw-on-another-path"
pytestmark = pytest.mark.postgresql


@pytest.fixture
def crm(postgres: PostgresDatabase) -> tuple[PostgresDatabase, str]:
    """A table, a view that hashes it, a view that forgot to, and an identity that may read the first."""
    identity = postgres.role("ai")
    postgres.execute(f"""
        CREATE SCHEMA crm; CREATE SCHEMA ai;
        CREATE TABLE crm.contacts (id int PRIMARY KEY, email text);
        INSERT INTO crm.contacts SELECT n, 'user' || n || '@corp.com' FROM generate_series(1, 30) n;
        CREATE VIEW ai.contacts_v AS SELECT id, md5('pepper-7f1c' || email) AS email FROM crm.contacts;
        CREATE VIEW ai.forgotten_v AS SELECT id, email AS contact FROM crm.contacts;
        GRANT USAGE ON SCHEMA ai TO {identity};
        GRANT SELECT ON ai.contacts_v TO {identity};
    """)
    return postgres, identity


def audited(
    folder: Path, database: PostgresDatabase, identity: str, other: str = "", reads: str = "", sample: bool = True
) -> Report:
    world = World(folder).url("crm", database.url())
    return world.audit(PLAN.format(identity=identity, other=other, reads=reads), limits=Limits(sample=sample))


def test_a_masked_view_that_is_the_only_way_is_held(tmp_path: Path, crm: tuple[PostgresDatabase, str]) -> None:
    report = audited(tmp_path, *crm)

    assert finding(report, RULE) is None
    assert verdict(report, "email.mask.to") is Verdict.HELD


def test_a_masked_view_is_held_by_its_definition_where_nobody_looked(
    tmp_path: Path, crm: tuple[PostgresDatabase, str]
) -> None:
    report = audited(tmp_path, *crm, sample=False)

    assert verdict(report, "email.mask.to") is Verdict.HELD


@pytest.mark.parametrize(
    "grant", ["USAGE ON SCHEMA crm TO {0}; GRANT SELECT ON crm.contacts", "SELECT ON ai.forgotten_v"]
)
def test_a_right_on_what_holds_it_raw_is_another_path(
    tmp_path: Path, crm: tuple[PostgresDatabase, str], grant: str
) -> None:
    database, identity = crm
    database.execute(f"GRANT {grant.format(identity)} TO {identity}")

    report = audited(tmp_path, database, identity)

    found = finding(report, RULE, "crm.contacts.email")
    assert found is not None
    assert found.severity is Severity.BLOCKER
    assert "can read it raw" in found.title
    assert found.judgement.path


def test_another_step_that_reads_the_raw_view_is_another_path(
    tmp_path: Path, crm: tuple[PostgresDatabase, str]
) -> None:
    other = "      copies: {reads: ai.forgotten_v, key: id, fields: {id: required, contact: helpful}}"

    report = audited(tmp_path, *crm, other=other, reads=", crm.copies: all")

    found = finding(report, RULE)
    assert found is not None
    assert "crm.copies.contact holds it unmasked" in found.title


def test_what_the_origin_holds_masked_is_raw_on_no_other_path(
    tmp_path: Path, crm: tuple[PostgresDatabase, str]
) -> None:
    database, identity = crm
    database.execute(f"""
        ALTER TABLE crm.contacts ADD pseudonym text; UPDATE crm.contacts SET pseudonym = md5('pepper-7f1c' || email);
        DROP VIEW ai.contacts_v; CREATE VIEW ai.contacts_v AS SELECT id, pseudonym AS email FROM crm.contacts;
        CREATE VIEW ai.kept_v AS SELECT id, pseudonym AS reference FROM crm.contacts;
        GRANT SELECT ON ai.contacts_v, ai.kept_v TO {identity};
    """)
    other = "      copies: {reads: ai.kept_v, key: id, fields: {id: required, reference: helpful}}"

    report = audited(tmp_path, database, identity, other=other, reads=", crm.copies: all")

    assert finding(report, RULE) is None
    assert verdict(report, "email.mask.to") is Verdict.HELD


def test_rights_that_are_not_known_leave_it_open(tmp_path: Path, crm: tuple[PostgresDatabase, str]) -> None:
    database, identity = crm

    report = audited(tmp_path, database, identity + "_unknown")

    assert finding(report, RULE) is None
    assert assumption(report, "email.mask.to").verdict is Verdict.UNVERIFIED


def test_the_fix_names_the_one_view_through_which_every_raw_way_goes(
    tmp_path: Path, crm: tuple[PostgresDatabase, str]
) -> None:
    database, identity = crm
    database.execute(f"""
        CREATE VIEW ai.stage_v AS SELECT id, email AS staged FROM crm.contacts;
        CREATE VIEW ai.one_v AS SELECT id, staged AS one FROM ai.stage_v;
        CREATE VIEW ai.two_v AS SELECT id, staged AS two FROM ai.stage_v;
        GRANT SELECT ON ai.one_v, ai.two_v TO {identity};
    """)

    found = finding(audited(tmp_path, database, identity), RULE, "crm.contacts.email")

    assert found is not None
    fix = found.judgement.fixes[0].text
    assert fix.startswith("one place closes both raw ways: mask it in ai.stage_v.staged"), fix
