"""The company's server of tools and its tap, which are run as commands: lies of theirs, and the honest twin."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from examples.support_reply.commands import by_commands
from examples.support_reply.company import Company, honest
from examples.support_reply.lies import LIES, Lie
from examples.support_reply.lies_about_tools import LIES as LIES_ABOUT_TOOLS
from examples.support_reply.world import build
from lineage.errors import PlanError
from lineage.model import Verdict
from lineage.report import Decision, Report
from lineage.scan import Limits
from lineage.testing import World, verdict

OF_INVOICES: Final = {
    "freshness/unsuitable-clock",
    "source/duplicate-or-unstable-key",
    "source/mismatched-type",
}
"""Rules whose lie stands in the invoices, which the tap gives."""
BY_TAP: Final = tuple(lie for lie in LIES if lie.rule in OF_INVOICES)


def audited(folder: Path, company: Company) -> Report:
    world = World(folder, build(folder, company), company.now)
    return world.audit(company.plan, limits=Limits(commands=True))


def company_by_commands() -> Company:
    company = honest()
    by_commands(company)
    return company


def test_of_the_honest_company_nothing_is_broken_and_its_tools_are_known(tmp_path: Path) -> None:
    report = audited(tmp_path, company_by_commands())

    assert (report.findings, report.failures, report.decision) == ((), (), Decision.SHIP)
    for leaf in ("actions.send_reply.allowed", "actions.read_ticket.level", "invoices.fresh.within"):
        assert verdict(report, leaf) is Verdict.HELD, leaf
    assert [line.verdict for line in report.assumptions if line.leaf == "actions"] == [Verdict.HELD]


def test_commands_are_run_only_where_that_is_allowed(tmp_path: Path) -> None:
    company = company_by_commands()

    with pytest.raises(PlanError, match="--allow-exec"):
        World(tmp_path, build(tmp_path, company), company.now).audit(company.plan)


@pytest.mark.parametrize("lie", [*LIES_ABOUT_TOOLS, *BY_TAP], ids=lambda lie: lie.rule)
def test_a_lie_is_found_by_its_rule_and_by_no_other(tmp_path: Path, lie: Lie) -> None:
    company = company_by_commands()
    lie.tell(company)

    report = audited(tmp_path, company)

    told = [finding.judgement.subject.label for finding in report.findings if finding.rule == lie.rule]
    assert sorted(told) == sorted(lie.about), lie.tell.__doc__
    assert {finding.rule for finding in report.findings} - {lie.rule} == set(lie.entails)
    assert not report.failures


def test_the_lies_of_the_invoices_are_told_by_the_tap_too() -> None:
    assert {lie.rule for lie in BY_TAP} == OF_INVOICES
