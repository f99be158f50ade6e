"""How a login is kept, used and recorded: on a real PostgreSQL, each flaw beside what is as it should be."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from lineage import registry
from lineage.model import Severity, Verdict
from lineage.report import Report
from lineage.testing import World, assumption, verdict
from tests.rules.access.desk import EXACT, PLAN, Desk, findings, only
from tests.servers import PostgresDatabase

pytestmark = pytest.mark.postgresql
WEAK = "access/weak-credential"
UNEXPECTED = "access/unexpected-identity"
SHARED = "access/shared-identity"
UNAUDITED = "access/unaudited-sensitive-reads"
UNMAPPED = "access/unmapped-identity"
UNUSED = "access/unused-grant"
DEPUTY = "access/confused-deputy"
NAMED = PLAN.replace("    identity: {ai}\n", "    identity: {ai}\n    application: reply-drafts\n")


@contextmanager
def connected(desk: Desk, *sessions: tuple[str, str]) -> Iterator[None]:
    """Hold open sessions, each of (login, name of the application)."""
    import psycopg

    with ExitStack() as stack:
        for login, application in sessions:
            stack.enter_context(psycopg.connect(desk.postgres.url(login), application_name=application))
        yield


def test_a_password_without_an_end_is_weak_and_one_with_an_end_is_not(
    tmp_path: Path, postgres: PostgresDatabase
) -> None:
    desk = Desk(tmp_path, postgres).run(EXACT)

    ending, ended, endless = (
        desk.run(f"ALTER ROLE {{ai}} VALID UNTIL '{until}'").audit()
        for until in ("2999-01-01", "2026-01-31", "infinity")
    )

    assert findings(ending, WEAK) == []
    assert only(ended, WEAK).judgement.says.endswith("ended on 2026-01-31")
    assert only(endless, WEAK).judgement.says.endswith("never ends")
    assert only(endless, WEAK).severity is Severity.MEDIUM


def test_who_cannot_log_in_has_no_credential(tmp_path: Path, postgres: PostgresDatabase) -> None:
    desk = Desk(tmp_path, postgres, "NOLOGIN VALID UNTIL 'infinity'").run(EXACT)

    assert findings(desk.audit(), WEAK) == []


def test_the_workflow_is_expected_to_connect_as_the_declared_identity(
    tmp_path: Path, postgres: PostgresDatabase
) -> None:
    desk = Desk(tmp_path, postgres).run(EXACT)
    desk.role("admin", "LOGIN")
    admin = next(role for role in postgres.roles if role.startswith("admin"))

    unseen = desk.audit(NAMED)
    with connected(desk, (desk.ai, "reply-drafts"), (admin, "psql")):
        right = desk.audit(NAMED)
    with connected(desk, (desk.ai, "reply-drafts"), (admin, "reply-drafts")):
        wrong = desk.audit(NAMED)

    assert verdict(unseen, "sources.crm.application") is Verdict.UNVERIFIED
    assert "scan while the workflow runs" in assumption(unseen, "sources.crm.application").settle
    assert findings(unseen, UNEXPECTED) == findings(right, UNEXPECTED) == []
    assert verdict(right, "sources.crm.application") is Verdict.HELD
    found = only(wrong, UNEXPECTED)
    assert admin in found.judgement.says
    assert found.launch_blocking
    assert findings(wrong, SHARED) == []


@pytest.mark.parametrize("plan", [PLAN, NAMED], ids=["any name", "a declared name"])
def test_a_login_that_two_applications_use_is_shared(tmp_path: Path, postgres: PostgresDatabase, plan: str) -> None:
    desk = Desk(tmp_path, postgres).run(EXACT)

    with connected(desk, (desk.ai, "reply-drafts"), (desk.ai, "marker-invoices")):
        shared = desk.audit(plan)
    with connected(desk, (desk.ai, "reply-drafts"), (desk.ai, "reply-drafts")):
        alone = desk.audit(plan)

    assert "more than this workflow uses the login" in only(shared, SHARED).judgement.says
    assert "marker" not in repr(shared)
    assert findings(alone, SHARED) == []


def test_connections_of_one_pool_are_one_application(tmp_path: Path, postgres: PostgresDatabase) -> None:
    desk = Desk(tmp_path, postgres).run(EXACT)

    with connected(desk, (desk.ai, "worker-1"), (desk.ai, "worker-12")):
        report = desk.audit()

    assert findings(report, SHARED) == []


@pytest.mark.parametrize(
    ("settings", "recorded"),
    [
        ("ALTER ROLE {ai} SET log_statement = 'none'", False),
        ("ALTER ROLE {ai} SET log_statement = 'mod'", False),
        ("ALTER DATABASE {db} SET log_statement = 'none'", False),
        ("ALTER DATABASE {db} SET log_statement = 'none'; ALTER ROLE {ai} SET log_statement = 'all'", True),
        # What is set for the login in this database wins over what is set for the login.
        (
            "ALTER ROLE {ai} SET log_statement = 'all'; ALTER ROLE {ai} IN DATABASE {db} SET log_statement = 'none'",
            False,
        ),
        ("ALTER ROLE {ai} SET log_statement = 'none'; ALTER ROLE {ai} SET log_min_duration_statement = 0", True),
        # The log's level lets no statement through.
        ("ALTER ROLE {ai} SET log_min_messages = 'fatal'", False),
        # A module that is not loaded records nothing, whatever is set for it.
        ("ALTER ROLE {ai} SET log_statement = 'none'; ALTER ROLE {ai} SET pgaudit.log = 'read'", False),
    ],
)
def test_reads_of_sensitive_fields_are_recorded_as_the_servers_settings_add_up(
    tmp_path: Path, postgres: PostgresDatabase, settings: str, recorded: bool
) -> None:
    desk = Desk(tmp_path, postgres).run(EXACT).run(settings)

    assert [found.severity for found in findings(desk.audit(), UNAUDITED)] == ([] if recorded else [Severity.LOW])


def test_unrecorded_reads_weigh_more_where_the_plan_asks_for_a_record(
    tmp_path: Path, postgres: PostgresDatabase
) -> None:
    desk = Desk(tmp_path, postgres).run(EXACT)
    asked = PLAN + "audit: {{requirements: [sensitive_reads_logged]}}\n"

    held = desk.audit(asked)
    broken = desk.run("ALTER ROLE {ai} SET log_statement = 'none'").audit(asked)

    assert verdict(held, "audit.requirements") is Verdict.HELD
    assert only(broken, UNAUDITED).severity is Severity.HIGH
    assert "crm.contacts.email" in only(broken, UNAUDITED).judgement.says
    assert findings(desk.apply(only(broken, UNAUDITED)).audit(asked), UNAUDITED) == []


def test_an_identity_is_mapped_where_a_provider_manages_access(tmp_path: Path, postgres: PostgresDatabase) -> None:
    desk = Desk(tmp_path, postgres).run(EXACT)
    managed = PLAN.replace("status: draft", "status: live") + "golive: {{infra: {{access_management: 'idp:acme'}}}}\n"
    mapped = managed.replace("    identity: {ai}\n", "    identity: {ai}\n    mapped_to: idp:svc-reply\n")

    assert findings(desk.audit(), UNMAPPED) == []
    assert only(desk.audit(managed), UNMAPPED).severity is Severity.MEDIUM
    assert findings(desk.audit(mapped), UNMAPPED) == []
    assert verdict(desk.audit(mapped), "sources.crm.mapped_to") is Verdict.HELD


@pytest.mark.parametrize(
    ("people", "said"),
    [("svc-reply,active", None), ("svc-reply,left", "no longer active"), ("somebody,active", "not in the directory")],
)
def test_a_mapping_is_looked_up_in_the_directory(
    tmp_path: Path, postgres: PostgresDatabase, people: str, said: str | None
) -> None:
    desk = Desk(tmp_path, postgres).run(EXACT)
    (tmp_path / "people.csv").write_text(f"id,status\n{people}\n")
    mapped = PLAN.replace("    identity: {ai}\n", "    identity: {ai}\n    mapped_to: idp:svc-reply\n")

    report = desk.audit(mapped + "owners: {{directory: people.csv}}\n")

    assert [found.judgement.says.rpartition(", which is ")[2] for found in findings(report, UNMAPPED)] == (
        [said] if said else []
    )


def log(folder: Path, desk: Desk, *statements: str) -> str:
    """Write a log of what the identity ran, and give the plan that reads it."""
    (folder / "log.sql").write_text("".join(f"{statement};\n" for statement in statements))
    port = desk.postgres.server.port
    return PLAN.replace(
        "steps:\n",
        f"  log:\n    connector: {{{{type: query_log, path: '{folder / 'log.sql'}', dialect: postgres, by: {{ai}},"
        f" namespace: 'postgres://localhost:{port}', within: [{desk.postgres.name}, public]}}}}\n"
        "    datasets: {{}}\nsteps:\n",
    )


def test_a_declared_field_that_no_statement_read_is_unused(tmp_path: Path, postgres: PostgresDatabase) -> None:
    desk = Desk(tmp_path, postgres).run(EXACT)
    tickets = "SELECT id, contact_id, body FROM desk.tickets"

    some = desk.audit(log(tmp_path, desk, "SELECT id, region FROM desk.contacts", tickets))
    every = desk.audit(log(tmp_path, desk, "SELECT id FROM desk.contacts WHERE region = 'EU' ORDER BY email", tickets))
    none = desk.audit()

    found = only(some, UNUSED)
    assert "never read email of crm.contacts" in found.judgement.says
    assert [str(one.target) for one in found.judgement.operations] == ["crm.contacts.email"]
    assert findings(every, UNUSED) == findings(none, UNUSED) == []


def test_a_log_that_was_not_read_in_whole_leaves_unused_fields_unverified(
    tmp_path: Path, postgres: PostgresDatabase
) -> None:
    desk = Desk(tmp_path, postgres).run(EXACT)

    report = desk.audit(log(tmp_path, desk, "SELECT id, region FROM desk.contacts", "SELECT FROM WHERE ((("))

    assert findings(report, UNUSED) == []
    assert verdict(report, "contacts.fields.email.need") is Verdict.UNVERIFIED


def test_a_table_that_nobody_read_for_a_month_is_unused_without_a_log(
    tmp_path: Path, postgres: PostgresDatabase
) -> None:
    desk = Desk(tmp_path, postgres).run(EXACT)
    desk.run("CREATE VIEW desk.seen AS SELECT id, region, email FROM desk.contacts; GRANT SELECT ON desk.seen TO {ai}")
    through_view = PLAN.replace("reads: desk.contacts", "reads: desk.seen")
    # Each session tells of its reads when it ends, and the superuser's setup read both tables.
    desk.run("SELECT pg_stat_reset()")
    rules, now = [rule for rule in registry.rules() if rule.id == UNUSED], datetime.now(UTC)
    later = replace(desk.world, now=now + timedelta(days=45))

    def told(world: World, plan: str = PLAN) -> list[str]:
        report = world.audit(plan.format(ai=desk.ai), rules=rules)
        return sorted(one.judgement.says.partition(" for ")[0] for one in findings(report, UNUSED))

    young, old, by_view = told(replace(desk.world, now=now)), told(later), told(later, through_view)
    desk.run("SELECT count(*) FROM desk.contacts")

    assert young == []
    assert (
        old
        == by_view
        == [
            "nobody has read id, contact_id, body of crm.tickets",
            "nobody has read id, region, email of crm.contacts",
        ]
    )
    assert told(later) == told(later, through_view) == old[:1]


def test_reads_of_others_alone_leave_open_as_whom_the_workflow_reads(
    tmp_path: Path, postgres: PostgresDatabase
) -> None:
    desk = Desk(tmp_path, postgres).run(EXACT)
    plan = log(tmp_path, desk, "SELECT id, region FROM desk.contacts").replace("by: {ai}", "by: nightly_report")

    line = assumption(desk.audit(plan), "sources.crm.identity")

    assert line.verdict is Verdict.UNVERIFIED
    assert "none by" in line.says
    assert UNEXPECTED in line.rules


DRAFT = """
outputs:
  reply: {{audience: [agent], reads_as: {{agent: {{crm: {agent}}}}}}}
"""


def deputy(desk: Desk, agent: str) -> Report:
    plan = PLAN.replace("to: prompt}}", "to: prompt, writes: [reply]}}") + DRAFT
    return desk.world.audit(
        plan.format(ai=desk.ai, agent=agent), rules=[rule for rule in registry.rules() if rule.id == DEPUTY]
    )


def test_an_audience_that_cannot_read_a_field_at_the_source_must_not_be_told_it(
    tmp_path: Path, postgres: PostgresDatabase
) -> None:
    desk = Desk(tmp_path, postgres).run(EXACT)
    agent = desk.role("agent")
    desk.run("GRANT USAGE ON SCHEMA desk TO {agent}; GRANT SELECT (id, region) ON desk.contacts TO {agent}")

    closed = deputy(desk, agent)
    desk.run(
        "CREATE VIEW desk.mine AS SELECT id, contact_id, body FROM desk.tickets; GRANT SELECT ON desk.mine TO {agent}"
    )
    opened = deputy(desk, agent)

    found = only(closed, DEPUTY)
    # The masked field is no raw one; what the agent may read is none either.
    assert sorted(one.target for one in found.judgement.operations) == [
        "crm.tickets.body",
        "crm.tickets.contact_id",
        "crm.tickets.id",
    ]
    assert found.launch_blocking
    assert findings(opened, DEPUTY) == []
    assert verdict(opened, "outputs.reply.audience") is Verdict.HELD


def test_an_audience_that_no_role_stands_for_is_unverified(tmp_path: Path, postgres: PostgresDatabase) -> None:
    desk = Desk(tmp_path, postgres).run(EXACT)

    report = deputy(desk, "nobody_there")

    assert findings(report, DEPUTY) == []
    assert "reads_as" in assumption(report, "outputs.reply.audience").settle
