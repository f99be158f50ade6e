"""Each lie about the launch is found by its rule and by no other that it does not entail.

The company stays honest, so its systems are read once and each plan is judged on the same facts.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from examples.support_reply.company import honest
from examples.support_reply.lies import Lie
from examples.support_reply.lies_about_launch import LIES, LIES_THAT_ARE_SCANNED
from examples.support_reply.world import build
from lineage import registry
from lineage.facts import Snapshot
from lineage.run import report_on
from lineage.testing import World
from rules.questions import RULES

UNTOLD = {
    # Lies of grants: tests/rules/actions.
    "actions/bypassable-approval",
    "actions/possible-excluded-action",
    # Lies of servers of tools: examples/support_reply/lies_about_tools.py and tests/rules/actions/test_tools.py.
    "actions/contradictory-annotation",
    "actions/undeclared-tool",
    # What no connector reads yet is never broken.
    "actions/unexercised-review",
    "rollout/unaudited-expansion",
}


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    folder, company = tmp_path_factory.mktemp("honest"), honest()
    return World(folder, build(folder, company), company.now).scan(company.plan)


@pytest.mark.parametrize("lie", LIES, ids=lambda lie: lie.rule)
def test_a_lie_about_the_launch_is_found_by_its_rule_and_by_no_other(snapshot: Snapshot, lie: Lie) -> None:
    company = honest()
    lie.tell(company)

    report = report_on(
        company.plan, "plan.yaml", snapshot, registry.rules(), now=company.now, started_at=company.now, replayed=True
    )

    told = [finding.judgement.subject.label for finding in report.findings if finding.rule == lie.rule]
    assert sorted(told) == sorted(lie.about), lie.tell.__doc__
    assert {finding.rule for finding in report.findings} - {lie.rule} == set(lie.entails)


@pytest.mark.parametrize("lie", LIES_THAT_ARE_SCANNED, ids=lambda lie: lie.rule)
def test_a_lie_of_the_records_is_found_by_its_rule_and_by_no_other(tmp_path: Path, lie: Lie) -> None:
    company = honest()
    lie.tell(company)

    report = World(tmp_path, build(tmp_path, company), company.now).audit(company.plan)

    told = [finding.judgement.subject.label for finding in report.findings if finding.rule == lie.rule]
    assert sorted(told) == sorted(lie.about), lie.tell.__doc__
    assert {finding.rule for finding in report.findings} - {lie.rule} == set(lie.entails)


def test_each_lie_about_the_launch_is_a_sentence() -> None:
    told = [lie.tell.__doc__ or "" for lie in LIES]

    assert all(sentence.endswith(".") and "\n" not in sentence for sentence in told)


def test_every_rule_about_actions_rollout_and_economics_has_a_lie_or_a_reason() -> None:
    rows = {rule.id for rule in RULES}
    told = {lie.rule for lie in (*LIES, *LIES_THAT_ARE_SCANNED)}
    families = {rule.id for rule in registry.rules() if rule.family in {"actions", "rollout", "economics"}}

    assert families - rows - told == UNTOLD
