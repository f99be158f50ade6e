"""access/under-grant and access/unusable-grant: a declared field that the identity cannot read."""

from dataclasses import replace
from pathlib import Path

import pytest

from lineage.facts import ProbeFact, Snapshot, UnseenFact
from lineage.finding import Op
from lineage.model import Severity, Verdict
from lineage.report import Report
from lineage.run import report_on
from lineage.testing import NOW, assumption
from tests.rules.access.desk import EXACT, PLAN, RULES, Desk, findings, only
from tests.servers import PostgresDatabase

pytestmark = pytest.mark.postgresql
UNDER, UNUSABLE = "access/under-grant", "access/unusable-grant"


def test_a_field_that_is_not_granted_is_dropped(tmp_path: Path, postgres: PostgresDatabase) -> None:
    desk = Desk(tmp_path, postgres).run(EXACT).run("REVOKE SELECT (body) ON desk.tickets FROM {ai}")

    found = only(report := desk.audit(), UNDER)

    assert found.severity is Severity.BLOCKER
    assert [(one.op, one.target) for one in found.judgement.operations] == [(Op.DROP_FIELD, "crm.tickets.body")]
    assert assumption(report, "tickets.fields.body.need").verdict is Verdict.BROKEN
    assert assumption(report, "tickets.fields.id.need").verdict is Verdict.HELD


def test_the_fix_lets_the_identity_read_what_is_declared_and_nothing_else(
    tmp_path: Path, postgres: PostgresDatabase
) -> None:
    desk = Desk(tmp_path, postgres).run(EXACT).run("REVOKE SELECT (body) ON desk.tickets FROM {ai}")

    desk.apply(only(desk.audit(), UNDER))

    assert desk.audit().findings == ()


def test_a_helpful_field_that_cannot_be_read_blocks_nothing(tmp_path: Path, postgres: PostgresDatabase) -> None:
    desk = Desk(tmp_path, postgres).run(EXACT).run("REVOKE SELECT (email) ON desk.contacts FROM {ai}")

    assert only(desk.audit(), UNDER).severity is Severity.MEDIUM


def test_every_field_of_a_dataset_that_is_not_granted_is_broken(tmp_path: Path, postgres: PostgresDatabase) -> None:
    desk = Desk(tmp_path, postgres).run(EXACT).run("REVOKE ALL (id, contact_id, body) ON desk.tickets FROM {ai}")

    report = desk.audit()

    assert {one.judgement.says for one in findings(report, UNDER)} == {findings(report, UNDER)[0].judgement.says}
    for name in ("id", "contact_id", "body"):
        assert assumption(report, f"tickets.fields.{name}.need").verdict is Verdict.BROKEN


def test_a_role_that_does_not_exist_reads_nothing(tmp_path: Path, postgres: PostgresDatabase) -> None:
    report = Desk(tmp_path, postgres).run(EXACT).audit(PLAN.replace("{ai}", "ghost"))

    assert "no role ghost" in only(report, UNDER).judgement.says
    assert assumption(report, "sources.crm.identity").verdict is Verdict.BROKEN
    assert assumption(report, "tickets.fields.body.need").verdict is Verdict.UNVERIFIED


def test_a_grant_without_usage_on_the_schema_is_of_no_use(tmp_path: Path, postgres: PostgresDatabase) -> None:
    desk = Desk(tmp_path, postgres).run(EXACT).run("REVOKE USAGE ON SCHEMA desk FROM {ai}")

    report = desk.audit()

    assert findings(report, UNDER) == []
    assert all("lacks usage on schema desk" in one.judgement.says for one in findings(report, UNUSABLE))
    assert {one.severity for one in findings(report, UNUSABLE)} == {Severity.BLOCKER}
    assert desk.apply(findings(report, UNUSABLE)[0]).audit().findings == ()


def test_a_grant_without_connect_is_of_no_use_though_a_probe_would_pass(
    tmp_path: Path, postgres: PostgresDatabase
) -> None:
    desk = Desk(tmp_path, postgres).run(EXACT).run("REVOKE CONNECT ON DATABASE {db} FROM PUBLIC")

    report = desk.audit()

    assert all("lacks connect on database" in one.judgement.says for one in findings(report, UNUSABLE))
    assert assumption(report, "tickets.fields.body.need").verdict is Verdict.BROKEN
    assert desk.apply(findings(report, UNUSABLE)[0]).audit().findings == ()


def test_a_view_whose_owner_lost_its_rights_is_granted_in_vain(tmp_path: Path, postgres: PostgresDatabase) -> None:
    desk = Desk(tmp_path, postgres)
    desk.role("keeper")
    desk.run(EXACT).run("CREATE SCHEMA ai; CREATE VIEW ai.v AS SELECT id, region, email FROM desk.contacts")
    desk.run("ALTER VIEW ai.v OWNER TO {keeper}; GRANT USAGE ON SCHEMA ai TO {ai}; GRANT SELECT ON ai.v TO {ai}")

    report = desk.audit(PLAN.replace("reads: desk.contacts", "reads: ai.v"))

    [first, *_] = findings(report, UNUSABLE)
    assert "select on desk.contacts." in first.judgement.says
    assert "the owner of ai.v" in first.judgement.says
    assert assumption(report, "contacts.fields.region.need").verdict is Verdict.BROKEN


def test_an_identity_that_may_not_log_in_is_not_the_workflows_login(tmp_path: Path, postgres: PostgresDatabase) -> None:
    report = Desk(tmp_path, postgres, "NOLOGIN").run(EXACT).audit()

    line = assumption(report, "sources.crm.identity")
    assert line.verdict is Verdict.UNVERIFIED
    assert "may not log in" in line.says


def test_a_view_that_cannot_be_decided_is_settled_by_a_probe(tmp_path: Path, postgres: PostgresDatabase) -> None:
    desk = Desk(tmp_path, postgres).run(EXACT)
    desk.run("CREATE FUNCTION desk.all_of() RETURNS SETOF desk.contacts LANGUAGE sql AS 'SELECT * FROM desk.contacts'")
    desk.run("CREATE SCHEMA ai; CREATE VIEW ai.v AS SELECT id, region, email FROM desk.all_of()")
    desk.run("GRANT USAGE ON SCHEMA ai TO {ai}; GRANT SELECT ON ai.v TO {ai}")

    report = desk.audit(PLAN.replace("reads: desk.contacts", "reads: ai.v"))

    assert assumption(report, "contacts.fields.region.need").verdict is not Verdict.UNVERIFIED


def test_grants_and_probe_that_disagree_are_told(tmp_path: Path, postgres: PostgresDatabase) -> None:
    desk = Desk(tmp_path, postgres).run(EXACT)

    refused = _judged(desk, lambda fact: replace(fact, readable=False, code="42501"))
    allowed = _judged(
        desk.run("REVOKE SELECT (body) ON desk.tickets FROM {ai}"), lambda fact: replace(fact, readable=True)
    )

    assert "the grants open it" in assumption(refused, "tickets.fields.body.need").says
    assert assumption(refused, "tickets.fields.body.need").verdict is Verdict.BROKEN
    assert "the two disagree" in assumption(allowed, "tickets.fields.body.need").says
    assert assumption(allowed, "tickets.fields.body.need").verdict is Verdict.UNVERIFIED


def test_a_probe_that_ran_into_a_time_limit_proves_nothing(tmp_path: Path, postgres: PostgresDatabase) -> None:
    report = _judged(Desk(tmp_path, postgres).run(EXACT), lambda fact: replace(fact, readable=False, code="57014"))

    assert assumption(report, "tickets.fields.body.need").verdict is Verdict.HELD


def test_grants_that_could_not_be_read_leave_it_to_the_probe(tmp_path: Path, postgres: PostgresDatabase) -> None:
    desk = Desk(tmp_path, postgres).run(EXACT)
    snapshot = _snapshot(desk)
    blind = UnseenFact(snapshot.facts[0].seen, "access", "statement timeout (57014)", "raise the budget")
    probes = [fact for fact in snapshot.facts if isinstance(fact, ProbeFact)]

    tried = _report(desk, Snapshot(NOW, (*snapshot.facts, blind)))
    untried = _report(desk, Snapshot(NOW, (*(fact for fact in snapshot.facts if fact not in probes), blind)))

    assert assumption(tried, "tickets.fields.body.need").verdict is Verdict.HELD
    assert assumption(untried, "tickets.fields.body.need").verdict is Verdict.UNVERIFIED
    assert assumption(untried, "sources.crm.identity").says == "statement timeout (57014)"


def _snapshot(desk: Desk) -> Snapshot:
    return desk.world.scan(PLAN.format(ai=desk.ai), rules=RULES)


def _judged(desk: Desk, probed) -> Report:  # type: ignore[no-untyped-def]
    facts = tuple(probed(fact) if isinstance(fact, ProbeFact) else fact for fact in _snapshot(desk).facts)
    return _report(desk, Snapshot(NOW, facts))


def _report(desk: Desk, snapshot: Snapshot) -> Report:
    return report_on(PLAN.format(ai=desk.ai).lstrip(), "plan.yaml", snapshot, RULES, now=NOW, started_at=NOW)
