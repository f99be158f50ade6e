"""A waiver is in force while nothing is wrong with it; else its finding returns at its own severity."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from lineage.finding import Status
from lineage.model import Severity, Verdict
from lineage.report import Decision, Report
from lineage.run import exit_code
from lineage.testing import NOW, assumption, finding, fired
from lineage.waivers.held import GROWS_WITH_TIME, LESS_IS_WORSE
from lineage.waivers.model import UNWAIVABLE, WaiverState
from tests.rules.test_laws import CATALOGUE
from tests.rules.waivers.worlds import GUARDIAN, INCOMPLETE, MISSING, PLAN, STALE, entry, found, judged, waivers

FAMILY = {f"waivers/{flaw}" for flaw in CATALOGUE["waivers"]}


def told(report: Report) -> set[str]:
    return fired(report) & FAMILY


def test_a_waived_blocker_is_shown_and_narrows_nothing(tmp_path: Path) -> None:
    before = judged(tmp_path)
    assert found(before).launch_blocking
    assert before.decision is not Decision.SHIP

    report = judged(tmp_path, waivers(*(entry(each) for each in before.findings if each.severity is Severity.BLOCKER)))

    waived = found(report)
    assert waived.status is Status.WAIVED
    assert GUARDIAN in waived.title
    assert "the nightly load comes back on Monday" in waived.title
    assert report.decision is Decision.SHIP
    assert report.decided == 3
    assert not told(report)
    assert assumption(report, "people.fresh.within").verdict is Verdict.BROKEN  # a waiver changes no verdict


def test_a_waiver_in_force_is_a_line_of_the_ledger(tmp_path: Path) -> None:
    report = judged(tmp_path, waivers(entry(found(judged(tmp_path)))))

    line = assumption(report, f"waivers.{found(report).id}")
    assert line.verdict is Verdict.HELD
    assert "waivers.yaml:3" in line.says
    (stands,) = report.waivers
    assert stands.state is WaiverState.ACTIVE


def test_an_expired_waiver_returns_its_finding_at_its_own_severity(tmp_path: Path) -> None:
    low = found(judged(tmp_path), INCOMPLETE)
    text = waivers(entry(found(judged(tmp_path)), until="2026-11-22"), entry(low, until="2026-11-22"))

    last = judged(tmp_path, text, now=NOW.replace(hour=23, minute=59))
    over = judged(tmp_path, text, now=NOW + timedelta(days=1))

    assert found(last).status is Status.WAIVED
    assert not told(last)
    assert found(over).status is Status.OPEN
    assert found(over).launch_blocking
    expired = [each for each in over.findings if each.rule == "waivers/expired-waiver"]
    assert sorted(each.severity for each in expired) == sorted((found(over).severity, low.severity))
    assert {stands.state for stands in over.waivers} == {WaiverState.EXPIRED}


def test_an_expired_waiver_narrows_no_more_than_its_finding(tmp_path: Path) -> None:
    text = waivers(entry(found(judged(tmp_path)), until="2026-11-20", on="2026-11-19"))

    over, without = judged(tmp_path, text), judged(tmp_path)

    assert over.decision is without.decision
    assert over.scope.launchable == without.scope.launchable


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"reason": None}, "no reason"),
        ({"reason": "TBD"}, "no reason"),
        ({"by": None}, "nobody who approves it"),
        ({"on": None}, "no day on which it was given"),
        ({"on": "2026-11-23"}, "in the future"),
        ({"until": None}, "no end date"),
        ({"until": "2027-02-21"}, "it lasts 91 days, and 90 are the most"),
        ({"value": None}, "not the value"),
    ],
)
def test_an_incomplete_waiver_waives_nothing(tmp_path: Path, change: dict[str, object], says: str) -> None:
    report = judged(tmp_path, waivers(entry(found(judged(tmp_path)), **change)))

    assert found(report).launch_blocking
    flaw = finding(report, "waivers/incomplete-waiver")
    assert flaw is not None
    assert says in flaw.title
    assert flaw.severity is Severity.HIGH


def test_a_waiver_of_ninety_days_is_whole(tmp_path: Path) -> None:
    report = judged(tmp_path, waivers(entry(found(judged(tmp_path)), until="2027-02-20")))

    assert found(report).status is Status.WAIVED
    assert not told(report)


def test_the_file_may_let_waivers_last_longer(tmp_path: Path) -> None:
    text = waivers(entry(found(judged(tmp_path)), until="2027-03-20"))

    report = judged(tmp_path, text.replace("waive:", "longest: 120 days\nwaive:"))

    assert found(report).status is Status.WAIVED


def test_a_waiver_that_matches_nothing_is_unused(tmp_path: Path) -> None:
    text = waivers(entry(found(judged(tmp_path))))

    mended = judged(tmp_path, text, days=0)

    unused = finding(mended, "waivers/unused-waiver")
    assert unused is not None
    assert unused.severity is Severity.LOW
    assert unused.judgement.verdict is Verdict.BROKEN
    assert mended.waivers[0].state is WaiverState.UNUSED


def test_a_waiver_whose_source_cannot_be_read_is_not_called_unused(tmp_path: Path) -> None:
    text = waivers(entry(found(judged(tmp_path))))

    unread = judged(tmp_path, text, plan=PLAN.replace('"${CRM_URL}"', f'"sqlite:///{tmp_path}/none.db"'))

    assert unread.incomplete
    assert "waivers/unused-waiver" not in fired(unread)
    assert assumption(unread, f"waivers.{unread.waivers[0].waiver.id}").verdict is Verdict.UNVERIFIED


def test_a_pattern_that_matches_one_finding_waives_it(tmp_path: Path) -> None:
    stale = found(judged(tmp_path))

    report = judged(tmp_path, waivers(entry(stale, finding=None, rule="freshness/stale-*", about="crm.people")))

    assert found(report).status is Status.WAIVED
    assert not told(report)


def test_an_overbroad_waiver_waives_none_of_what_it_matches(tmp_path: Path) -> None:
    report = judged(tmp_path, waivers(entry(found(judged(tmp_path)), finding='"*"', rule=None)))

    flaw = finding(report, "waivers/overbroad-waiver")
    assert flaw is not None
    assert "matches" in flaw.title
    assert report.decided == 0


def test_a_fingerprint_under_the_name_of_another_rule_waives_nothing(tmp_path: Path) -> None:
    report = judged(tmp_path, waivers(entry(found(judged(tmp_path)), rule="plan/unused-field")))

    assert found(report).launch_blocking
    assert told(report) == {"waivers/unused-waiver"}


def test_some_rules_may_not_be_waived(tmp_path: Path) -> None:
    plan = PLAN + "scope: {exclude: {sources: [crm]}}\n"
    rule = "plan/included-and-excluded"
    report = judged(tmp_path, waivers(entry(found(judged(tmp_path, plan=plan), rule))), plan=plan)

    flaw = finding(report, "waivers/forbidden-waiver")
    assert flaw is not None
    assert "decide in the plan" in flaw.title
    assert found(report, rule).status is Status.OPEN


def test_a_finding_about_a_waiver_cannot_be_waived(tmp_path: Path) -> None:
    text = waivers('  - {finding: "0123456789abcdef", rule: waivers/expired-waiver}\n')

    assert "waivers/forbidden-waiver" in fired(judged(tmp_path, text))


@pytest.mark.parametrize("by", ["dev@acme.example", "somebody@elsewhere.example"])
def test_an_unauthorised_approver_waives_nothing(tmp_path: Path, by: str) -> None:
    report = judged(tmp_path, waivers(entry(found(judged(tmp_path)), by=by)))

    flaw = finding(report, "waivers/unauthorised-approver")
    assert flaw is not None
    assert by in flaw.title
    assert found(report).launch_blocking


@pytest.mark.parametrize("by", [GUARDIAN, "Guardian@ACME.example", "pm@acme.example", "crm-owner@acme.example"])
def test_who_answers_for_it_may_waive(tmp_path: Path, by: str) -> None:
    report = judged(tmp_path, waivers(entry(found(judged(tmp_path)), by=by)))

    assert found(report).status is Status.WAIVED
    assert not told(report)


def test_a_plan_that_names_nobody_authorises_nobody(tmp_path: Path) -> None:
    plan = PLAN.replace(", owner: pm@acme.example", "").replace("    owner: crm-owner@acme.example\n", "")
    plan = plan.partition("raci:")[0]

    report = judged(tmp_path, waivers(entry(found(judged(tmp_path, plan=plan)))), plan=plan)

    assert "waivers/unauthorised-approver" in fired(report)


def test_a_worsened_finding_voids_its_waiver(tmp_path: Path) -> None:
    text = waivers(entry(found(judged(tmp_path, empty=30), INCOMPLETE)))

    same, better, worse = (judged(tmp_path, text, empty=empty) for empty in (30, 20, 31))

    assert found(same, INCOMPLETE).status is Status.WAIVED
    assert found(better, INCOMPLETE).status is Status.WAIVED
    assert not told(better)
    assert found(worse, INCOMPLETE).status is Status.OPEN
    flaw = finding(worse, "waivers/worsened-finding")
    assert flaw is not None
    assert worse.waivers[0].state is WaiverState.VOID
    assert exit_code(worse, Severity.HIGH) == 1


def test_an_age_may_grow_by_the_time_since_the_waiver_and_no_more(tmp_path: Path) -> None:
    text = waivers(entry(found(judged(tmp_path, days=10))))
    later = NOW + timedelta(days=5)

    waited = judged(tmp_path, text, now=later, days=10)
    older = judged(tmp_path, text, now=later, days=12)

    assert found(waited).status is Status.WAIVED
    assert "waivers/worsened-finding" in fired(older)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"severity": "medium"}, "it is blocker now and was medium"),
        ({"verdict": "unverified"}, "known to be broken now"),
        ({"unit": "hours"}, "they cannot be compared"),
        ({"value": "old"}, "it is not what it was"),
    ],
)
def test_what_weighs_more_than_when_it_was_waived_is_open(tmp_path: Path, change: dict[str, object], says: str) -> None:
    report = judged(tmp_path, waivers(entry(found(judged(tmp_path)), **change)))

    flaw = finding(report, "waivers/worsened-finding")
    assert flaw is not None
    assert says in flaw.title


def test_a_waiver_of_another_finding_changes_nothing_of_this_one(tmp_path: Path) -> None:
    before = judged(tmp_path)
    report = judged(tmp_path, waivers(entry(found(before, INCOMPLETE))))

    assert found(report).status is Status.OPEN
    assert report.decision is before.decision


@pytest.mark.parametrize("rule", sorted({*UNWAIVABLE, *LESS_IS_WORSE, *GROWS_WITH_TIME}))
def test_what_is_said_of_rules_is_said_of_rules_of_the_catalogue(rule: str) -> None:
    family, _, flaw = rule.partition("/")

    assert flaw == "" or flaw in CATALOGUE[family]


def test_the_world_has_what_these_tests_waive(tmp_path: Path) -> None:
    assert {STALE, INCOMPLETE, MISSING} <= fired(judged(tmp_path))
