"""Actions against the write rights of the identity, on a real PostgreSQL."""

from __future__ import annotations

from pathlib import Path

import pytest

from lineage import registry
from lineage.model import Verdict
from lineage.report import Report
from tests.rules.access.desk import EXACT, PLAN, Desk, findings
from tests.servers import PostgresDatabase

pytestmark = pytest.mark.postgresql
EXCLUDED = "actions/possible-excluded-action"
BYPASSED = "actions/bypassable-approval"
RULES = tuple(rule for rule in registry.rules() if rule.id in (EXCLUDED, BYPASSED))
ACTIONS = """
actions:
  close: {{level: update, touches: crm.tickets, allowed: false}}
  relabel: {{level: update, touches: crm.contacts, approval: {{by: support_agent, every: true}}}}
"""


def _audit(desk: Desk) -> Report:
    return desk.world.audit((PLAN + ACTIONS).format(ai=desk.ai), rules=RULES)


def test_an_excluded_action_is_possible_where_a_grant_allows_it(tmp_path: Path, postgres: PostgresDatabase) -> None:
    desk = Desk(tmp_path, postgres).run(EXACT).run("GRANT UPDATE (body) ON desk.tickets TO {ai}")

    report = _audit(desk)

    [found] = findings(report, EXCLUDED)
    assert found.judgement.says.endswith("may update (body) in crm.tickets all the same")
    assert found.judgement.path
    assert findings(report, BYPASSED) == []


def test_an_approval_is_bypassed_by_who_may_write_itself(tmp_path: Path, postgres: PostgresDatabase) -> None:
    desk = Desk(tmp_path, postgres).run(EXACT).run("GRANT UPDATE, DELETE ON desk.contacts TO {ai}")

    report = _audit(desk)

    [found] = findings(report, BYPASSED)
    assert "delete, update in crm.contacts without" in found.judgement.says
    assert findings(report, EXCLUDED) == []


def test_who_only_reads_can_do_neither(tmp_path: Path, postgres: PostgresDatabase) -> None:
    report = _audit(Desk(tmp_path, postgres).run(EXACT))

    assert report.findings == ()
    held = {line.leaf for line in report.assumptions if line.verdict is Verdict.HELD}
    assert {"actions.close.allowed", "actions.relabel.approval.by"} <= held


def test_a_right_on_a_whole_table_and_one_on_a_column_are_told_apart(
    tmp_path: Path, postgres: PostgresDatabase
) -> None:
    desk = Desk(tmp_path, postgres).run(EXACT)
    desk.run(
        "GRANT INSERT (body), UPDATE (id, body), DELETE ON desk.tickets TO {ai}; GRANT UPDATE ON desk.tickets TO {ai}"
    )

    [found] = findings(_audit(desk), EXCLUDED)

    assert "may delete, insert (body), update in crm.tickets" in found.judgement.says
