"""JUnit XML, as its readers read it: broken fails, unverified never passes."""

from __future__ import annotations

from dataclasses import replace

from junitparser import Error, Failure, JUnitXml, Skipped, TestCase

from lineage.exports import exported
from lineage.finding import Status
from lineage.model import Verdict
from lineage.report import Report
from tests.lineage.reports.sample import ASSUMPTIONS, OVER_GRANT, STALE, report


def cases(shown: Report) -> dict[str, TestCase]:
    xml = JUnitXml.fromstring(exported(shown, "junit"))
    return {case.name: case for suite in xml for case in suite}


def test_every_assumption_is_one_case_and_every_failure_one_more() -> None:
    found = cases(report())

    assert set(found) == {*(line.leaf for line in ASSUMPTIONS), "source helpdesk"}


def test_only_what_is_held_passes() -> None:
    found = cases(report())

    passed = {name for name, case in found.items() if not case.result}
    assert passed == {line.leaf for line in ASSUMPTIONS if line.verdict is Verdict.HELD}


def test_broken_fails_with_its_finding_and_its_fix() -> None:
    (result,) = cases(report())["sources.crm.datasets.contacts.fresh.within"].result

    assert isinstance(result, Failure)
    assert result.type == "blocker freshness/stale-source"
    assert "start the load again" in result.text


def test_unverified_with_a_finding_is_an_error_and_without_one_is_skipped() -> None:
    found = cases(report())

    (asked,) = found["sources.helpdesk.datasets.tickets.fields.body.need"].result
    (plain,) = found["sources.crm.datasets.contacts.fields.id.need"].result
    assert isinstance(asked, Error)
    assert isinstance(plain, Skipped)
    assert "to settle: scan again" in plain.message


def test_what_was_waived_is_skipped_and_says_so() -> None:
    (result,) = cases(report())["sources.crm.identity"].result

    assert OVER_GRANT.status is Status.WAIVED
    assert isinstance(result, Skipped)
    assert result.message.startswith("waived: ")


def test_the_counts_add_up() -> None:
    xml = JUnitXml.fromstring(exported(report(), "junit"))
    stated = (xml.tests, xml.failures, xml.errors, xml.skipped)

    xml.update_statistics()  # type: ignore[no-untyped-call]

    assert (xml.tests, xml.failures, xml.errors, xml.skipped) == stated
    assert stated == (10, 2, 2, 4)


def test_two_findings_on_one_line_are_one_case_with_both() -> None:
    other = replace(STALE, id="other", rule="freshness/stale-tail", title="the tail is old")

    (result,) = cases(report(findings=(STALE, other)))["sources.crm.datasets.contacts.fresh.within"].result

    assert "freshness/stale-tail" in result.text


def test_a_finding_outside_the_ledger_is_a_case_too() -> None:
    lost = replace(STALE, judgement=replace(STALE.judgement, leaf="rollout.first"))

    assert isinstance(cases(report(findings=(lost,)))["rollout.first"].result[0], Failure)
