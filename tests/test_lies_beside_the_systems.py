"""Lies of what is promised, written down, signed and waived: each is found by its rule, and the truth by none."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from examples.support_reply.company import NOW, Company, honest
from examples.support_reply.lies import Lie, billing_is_gone, the_view_does_not_compile
from examples.support_reply.lies_about_papers import LIES as LIES_ABOUT_PAPERS
from examples.support_reply.lies_about_papers import LIES_OF_SIGNATURES
from examples.support_reply.lies_about_promises import LIES as LIES_ABOUT_PROMISES
from examples.support_reply.lies_about_waivers import LIES as LIES_ABOUT_WAIVERS
from examples.support_reply.lies_about_waivers import Lie as LieOfAWaiver
from examples.support_reply.lies_about_waivers import accepted
from examples.support_reply.papers import with_papers, with_signatures
from examples.support_reply.world import build
from lineage import registry
from lineage.approved import FILE as APPROVED
from lineage.facts import Snapshot
from lineage.finding import Finding
from lineage.model import Verdict
from lineage.report import Decision, Report
from lineage.reports.snapshot import write
from lineage.run import report_on
from lineage.testing import World
from lineage.waivers.file import read_waivers


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    folder, company = tmp_path_factory.mktemp("honest"), honest()
    return World(folder, build(folder, company), company.now).scan(company.plan)


def replayed(company: Company, snapshot: Snapshot, waivers: str = "") -> Report:
    waived, problems = read_waivers(waivers, "waivers.yaml") if waivers else ((), [])
    assert problems == []
    return report_on(
        company.plan,
        "plan.yaml",
        snapshot,
        registry.rules(),
        now=company.now,
        started_at=company.now,
        replayed=True,
        waivers=waived,
    )


def scanned(folder: Path, company: Company) -> Report:
    return World(folder, build(folder, company), company.now).audit(company.plan)


def holds(report: Report, lie: Lie) -> None:
    told = [finding.judgement.subject.label for finding in report.findings if finding.rule == lie.rule]
    assert sorted(told) == sorted(lie.about), lie.tell.__doc__
    assert {finding.rule for finding in report.findings} - {lie.rule} == set(lie.entails)


@pytest.mark.parametrize("lie", LIES_ABOUT_PROMISES, ids=lambda lie: lie.rule)
def test_a_broken_promise_is_found_by_its_rule_and_by_no_other(snapshot: Snapshot, lie: Lie) -> None:
    company = honest()
    lie.tell(company)

    holds(replayed(company, snapshot), lie)


TRUTHS = {
    "a record of processing that covers what is read": (
        'ropa: "record 114"',
        "ropa: {ref: record 114, categories: [email, phone, iban, text], recipients: [example-ai], keep: 11 years}",
    ),
    "a log whose change was decided": (
        'log: "changes, validations and decisions in project AI-SUP"',
        "log: [{change: shorter prompt, on: 2026-11-02, validation: V-31, decision: D-2}]",
    ),
    "a protocol of the mode that is set": (
        "protocol: {ref: docs/oversight.md,",
        "protocol: {ref: docs/oversight.md, mode: 2,",
    ),
    "enough cases": ('">= 0.70", hold: "< 0.50",', '">= 0.70", hold: "< 0.65", n: 2000,'),
    "an origin that the view has too": (
        "service: required, impact: required,",
        "service: required, impact: {need: required, made_from: ops.incidents.severity},",
    ),
    "an alert that runs": ('["alert:mask_failure",', "[{id: mask_failure, enabled: true, evaluated: 2026-11-22},"),
    "a promise that every stage keeps": (
        "  purposes: [customer_support]\n",
        "  purposes: [customer_support]\n"
        "  commitments: {opted_out: {of: crm.contacts, where: ai_opt_out, effect: drop_segment}}\n",
    ),
    "staff that an assessment covers": (
        "salutation: {need: helpful}",
        "salutation: {need: helpful, sensitive: employee}",
    ),
    "a region that is allowed": (
        "  purposes: [customer_support]\n",
        "  purposes: [customer_support]\n  regions: [eu]\n",
    ),
    "a purpose that covers the workflow's": (
        "    owner: crm-owner@acme.example\n",
        "    owner: crm-owner@acme.example\n    purposes: [billing, customer_support]\n",
    ),
    "a floor below the limit": ("keep: {limit: 30 days, by:", "keep: {limit: 30 days, floor: 7 days, by:"),
}
"""What some of these lies would be if they were true: what it says instead of the plan."""


@pytest.mark.parametrize("truth", TRUTHS)
def test_what_a_lie_promises_is_found_by_no_rule_where_it_is_true(snapshot: Snapshot, truth: str) -> None:
    company = honest()
    company.says(*TRUTHS[truth])

    report = replayed(company, snapshot)

    assert (report.findings, report.decision) == ((), Decision.SHIP)


@pytest.mark.parametrize("written", [[with_papers], [with_signatures], [with_papers, with_signatures]])
def test_of_a_company_that_writes_down_the_truth_nothing_is_broken(
    tmp_path: Path, written: list[Callable[[Company], None]]
) -> None:
    company = honest()
    for write_down in written:
        write_down(company)

    report = scanned(tmp_path, company)

    assert (report.findings, report.failures, report.decision) == ((), (), Decision.SHIP)


def test_what_is_written_down_answers_what_is_open_without_it(tmp_path: Path) -> None:
    company = honest()
    without = scanned(tmp_path / "without", company)
    with_papers(company)
    with_signatures(company)

    report = scanned(tmp_path / "with", company)

    held = {line.leaf for line in report.assumptions if line.verdict is Verdict.HELD}
    before = {line.leaf for line in without.assumptions if line.verdict is Verdict.HELD}
    answered = {"gates.g4.dossier", "sources.crm.mapped_to", "sources.crm.owner"}
    assert answered <= held
    assert not answered & before


@pytest.mark.parametrize("lie", LIES_ABOUT_PAPERS, ids=lambda lie: lie.rule)
def test_a_paper_that_lies_is_found_by_its_rule_and_by_no_other(tmp_path: Path, lie: Lie) -> None:
    company = honest()
    with_papers(company)
    lie.tell(company)

    holds(scanned(tmp_path, company), lie)


@pytest.mark.parametrize("lie", LIES_OF_SIGNATURES, ids=lambda lie: lie.tell.__name__)
def test_a_signature_that_lacks_is_found_by_its_rule_and_by_no_other(tmp_path: Path, lie: Lie) -> None:
    company = honest()
    with_signatures(company)
    lie.tell(company)

    holds(scanned(tmp_path, company), lie)


def test_a_column_that_came_after_the_approval_is_found_and_the_same_schema_is_not(tmp_path: Path) -> None:
    company = honest()
    approved = World(tmp_path, build(tmp_path, company), company.now).scan(company.plan)
    write(approved, tmp_path / APPROVED)
    same = scanned(tmp_path, company)
    company.each("replies", lambda record: record.update(mood="calm"))

    report = scanned(tmp_path, company)

    assert same.findings == ()
    holds(report, Lie("source/schema-drift", ("helpdesk.replies",), with_papers))


def waived(company: Company, snapshot: Snapshot) -> Finding:
    report = replayed(company, snapshot)
    return report.findings[0]


@pytest.mark.parametrize("lie", LIES_ABOUT_WAIVERS, ids=lambda lie: lie.rule)
def test_a_waiver_that_does_not_hold_is_found_and_waives_nothing(snapshot: Snapshot, lie: LieOfAWaiver) -> None:
    company = honest()
    lie.tell(company)
    entry = accepted(waived(company, snapshot), company)

    report = replayed(company, snapshot, lie.writes(entry, company))

    assert sorted(finding.rule for finding in report.findings) == sorted((lie.rule, *lie.entails))
    assert report.decided == 0


def test_a_waiver_that_holds_is_found_by_no_rule(snapshot: Snapshot) -> None:
    company = honest()
    LIES_ABOUT_WAIVERS[0].tell(company)

    report = replayed(company, snapshot, accepted(waived(company, snapshot), company))

    assert [finding.rule for finding in report.findings] == ["rollout/unexpected-exposure"]
    assert report.decided == 1


IN_THE_LEDGER = {
    "evidence/failed-connector": billing_is_gone,
    "evidence/missing-evidence": billing_is_gone,
    "evidence/incomplete-scan": the_view_does_not_compile,
}
"""Rules that tell nothing as a finding of their own: what they find stands in the ledger as unverified."""


@pytest.mark.parametrize("rule", IN_THE_LEDGER)
def test_what_the_evidence_lacks_stands_in_the_ledger(tmp_path: Path, rule: str) -> None:
    company = honest()
    IN_THE_LEDGER[rule](company)

    told, true = scanned(tmp_path / "lie", company), scanned(tmp_path / "honest", honest(NOW))

    def open_lines(report: Report) -> list[str]:
        return [line.leaf for line in report.assumptions if rule in line.rules and line.verdict is not Verdict.HELD]

    assert open_lines(told)
    assert not open_lines(true)
