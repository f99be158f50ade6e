"""The evidence of a launch is there, fits together and is bound to this plan."""

from __future__ import annotations

from pathlib import Path

import pytest

from lineage import registry
from lineage.confirmation import confirm
from lineage.finding import Op
from lineage.model import Verdict
from lineage.plan.load import load_plan
from lineage.report import Report
from lineage.testing import NOW, World, finding, fired
from tests.rules.launch_plans import CRM, judged, plan_of, verdicts

TESTED = "dossier/untested-configuration"


@pytest.mark.parametrize(
    ("answers", "verdict"),
    [
        ("gates: {tests: {config: 'sha256:9f1e22'}}\ngolive: {config: 'sha256:9f1e22aa'}\n", Verdict.HELD),
        ("gates: {tests: {config: 'sha256:9f1e22'}}\ncontainment: {rollback: {config: 9f1e22}}\n", Verdict.HELD),
        ("gates: {tests: {config: 'sha256:9f1e22'}}\ngolive: {config: 'sha256:0000aa'}\n", Verdict.BROKEN),
        ("gates: {tests: {config: 'sha256:9f1e22'}}\n", Verdict.UNVERIFIED),
        ("gates: {tests: {passed: true}}\n", Verdict.BROKEN),
        ("", Verdict.BROKEN),
    ],
)
def test_what_goes_live_is_what_was_tested(tmp_path: Path, answers: str, verdict: Verdict) -> None:
    assert set(verdicts(judged(tmp_path, answers, TESTED), TESTED).values()) == {verdict}


@pytest.mark.parametrize("said", ["passed: false", "result: failed", "ref: docs/gone.md"])
def test_failed_tests_or_a_lost_report_hold_the_launch(tmp_path: Path, said: str) -> None:
    answers = f"gates: {{tests: {{config: 9f1e22, {said}}}}}\ngolive: {{config: 9f1e22}}\n"

    found = finding(judged(tmp_path, answers, TESTED), TESTED)

    assert found is not None
    assert [each.op for each in found.judgement.operations] == [Op.HOLD_LAUNCH]


@pytest.mark.parametrize(
    ("mode", "found"), [("2", False), ("5", False), ("6", True), ("0", True), ("advisory", True), ("null", True)]
)
def test_the_mode_is_one_of_five(tmp_path: Path, mode: str, found: bool) -> None:
    report = judged(tmp_path, f"oversight: {{mode: {mode}}}\n", "dossier/missing-collaboration-mode")

    assert bool(fired(report)) is found


PROTOCOL = "dossier/unfit-oversight-protocol"
REVIEWED = "actions: {draft: {level: draft, approval: {by: agent}}}\n"


@pytest.mark.parametrize(
    ("answers", "verdict"),
    [
        ("oversight: {mode: 2, protocol: {ref: docs/oversight.md}}\n" + REVIEWED, Verdict.HELD),
        ("oversight: {mode: 2, protocol: {ref: docs/oversight.md, mode: 2}}\n" + REVIEWED, Verdict.HELD),
        ("oversight: {mode: 2, protocol: {ref: docs/oversight.md, mode: 4}}\n" + REVIEWED, Verdict.BROKEN),
        ("oversight: {mode: 2, protocol: {ref: docs/oversight.md}}\n", Verdict.BROKEN),
        ("oversight: {mode: 4, protocol: {ref: docs/oversight.md}}\n", Verdict.BROKEN),
        ("oversight: {mode: 4, sampling: 5 %, protocol: docs/oversight.md}\n", Verdict.HELD),
        ("oversight: {mode: 3, protocol: {ref: docs/gone.md}}\n", Verdict.BROKEN),
        ("oversight: {mode: 3, protocol: page 4 of the wiki}\n", Verdict.UNVERIFIED),
        ("oversight: {mode: 3}\n", Verdict.BROKEN),
    ],
)
def test_the_protocol_is_there_and_fits_the_mode(tmp_path: Path, answers: str, verdict: Verdict) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "oversight.md").write_text("# Oversight\n", encoding="utf-8")

    assert set(verdicts(judged(tmp_path, answers, PROTOCOL), PROTOCOL).values()) == {verdict}


SIGNED = "dossier/invalid-sign-off"
RACI = "raci: {guardian: guardian@acme.example, business_sponsor: sponsor@acme.example}\n"


def signed(folder: Path, *by: str, then: str = "", status: str = "in-review") -> Report:
    World(folder).sqlite("crm", CRM)
    (folder / "plan.yaml").write_text(plan_of(RACI, status), encoding="utf-8")
    for name in by:
        confirm(load_plan(folder / "plan.yaml"), "launch", name, NOW)
    return judged(folder, RACI + then, SIGNED, status=status)


def test_a_launch_that_both_signed_is_signed(tmp_path: Path) -> None:
    report = signed(tmp_path, "guardian@acme.example", "sponsor@acme.example", status="approved")

    assert verdicts(report, SIGNED) == {"gates.g4.dossier": Verdict.HELD}


def test_one_signature_of_two_is_none_once_the_plan_is_approved(tmp_path: Path) -> None:
    report = signed(tmp_path, "guardian@acme.example", status="approved")

    assert verdicts(report, SIGNED) == {"gates.g4.dossier": Verdict.BROKEN}


def test_before_gate_4_the_signatures_are_waited_for(tmp_path: Path) -> None:
    report = signed(tmp_path)

    assert (fired(report), verdicts(report, SIGNED)) == (set(), {"gates.g4.dossier": Verdict.UNVERIFIED})


def test_a_signature_on_an_older_plan_holds_the_launch(tmp_path: Path) -> None:
    report = signed(tmp_path, "guardian@acme.example", "sponsor@acme.example", then="audit: {events: [a.b]}\n")

    found = finding(report, SIGNED)
    assert found is not None
    assert "another version of the plan" in found.title


BOUNDARY = "dossier/untested-or-failed-boundary"


@pytest.mark.parametrize(
    ("boundary", "verdict"),
    [
        ("{text: never sends, test: t/send.py, result: passed}", Verdict.HELD),
        ("{text: never sends, test: t/send.py}", Verdict.UNVERIFIED),
        ("{text: never sends, test: t/send.py, result: failed}", Verdict.BROKEN),
        ("{text: never sends, test: t/send.py, result: 3 of 40 crossed it}", Verdict.BROKEN),
        ("{text: never sends, test: t/gone.py, result: passed}", Verdict.BROKEN),
        ("{text: never sends}", Verdict.BROKEN),
        ("never sends", Verdict.BROKEN),
    ],
)
def test_a_hard_boundary_has_a_test_that_passed(tmp_path: Path, boundary: str, verdict: Verdict) -> None:
    (tmp_path / "t").mkdir()
    (tmp_path / "t" / "send.py").write_text("", encoding="utf-8")

    report = judged(tmp_path, f"dossier: {{boundaries: {{hb: {boundary}}}}}\n", BOUNDARY)

    assert set(verdicts(report, BOUNDARY).values()) == {verdict}


def test_a_failed_boundary_takes_its_action_out(tmp_path: Path) -> None:
    answers = "actions: {send: {level: trigger}}\ndossier: {boundaries: {hb: {text: never send alone}}}\n"

    found = finding(judged(tmp_path, answers, BOUNDARY), BOUNDARY)

    assert found is not None
    assert [(each.op, each.target) for each in found.judgement.operations] == [(Op.DROP_ACTION, "send")]


LOG = "dossier/incomplete-handover-log"
WHOLE = "{id: c1, change: prompt 4, validation: V-1, decision: D-1, on: 2026-11-01}"


@pytest.mark.parametrize(
    ("log", "found"),
    [
        (f"[{WHOLE}]", False),
        (f"[{WHOLE}, {{id: c2, change: prompt 5, decision: D-2}}]", True),
        (f"[{WHOLE}, {{id: c2, change: prompt 5, validation: V-2, decision: TBD}}]", True),
        (f"[{WHOLE}, {{id: c2, change: x, validation: V, decision: D, on: 2026-10-01}}]", True),
        ("project AI-SUP", False),
        ("TBD", True),
    ],
)
def test_each_change_has_its_validation_and_its_decision(tmp_path: Path, log: str, found: bool) -> None:
    report = judged(tmp_path, f"dossier: {{log: {log}}}\n", LOG)

    assert (bool(fired(report)), bool(verdicts(report, LOG))) == (found, True)


DECIDED = "dossier/undocumented-go-live"


@pytest.mark.parametrize(
    ("decision", "status", "verdict"),
    [
        ("{by: sponsor@acme.example, on: 2026-11-20, communicated: mail to all}", "approved", Verdict.HELD),
        ("{by: sponsor@acme.example, on: 2026-11-20}", "approved", Verdict.BROKEN),
        ("{by: sponsor@acme.example, on: 2026-12-20, communicated: mail}", "approved", Verdict.BROKEN),
        ("{on: 2026-11-20, communicated: mail}", "in-review", Verdict.BROKEN),
        ("null", "approved", Verdict.BROKEN),
        ("null", "in-review", Verdict.UNVERIFIED),
    ],
)
def test_the_decision_to_go_live_is_recorded_and_told(
    tmp_path: Path, decision: str, status: str, verdict: Verdict
) -> None:
    report = judged(tmp_path, f"gates: {{g4: {{decision: {decision}}}}}\n", DECIDED, status=status)

    assert set(verdicts(report, DECIDED).values()) == {verdict}


DPIA = "dossier/missing-dpia"
HEALTH = "fields: {id: required, email: {need: helpful, sensitive: health}}"


@pytest.mark.parametrize(
    ("answers", "fields", "found"),
    [
        ("", HEALTH, True),
        ("dossier: {items: {dpia: docs/dpia.md}}\n", HEALTH, False),
        ("dossier: {items: {dpia: docs/gone.md}}\n", HEALTH, True),
        ("rollout: [{stage: all, people_max: 250000}]\n", "", True),
        ("rollout: [{stage: all, people_max: 400}]\n", "", False),
        ("", "", False),
    ],
)
def test_what_calls_for_an_assessment_has_one(tmp_path: Path, answers: str, fields: str, found: bool) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "dpia.md").write_text("# Assessment\n", encoding="utf-8")
    text = plan_of(answers).replace("fields: {id: required, email: helpful}", fields or "fields: {id: required}")
    rules = [rule for rule in registry.rules() if rule.id == DPIA]

    assert bool(fired(World(tmp_path).sqlite("crm", CRM).audit(text, rules=rules))) is found


def test_health_that_was_found_calls_for_an_assessment(tmp_path: Path) -> None:
    rows = ", ".join(f"({number}, 'type 2 diabetes')" for number in range(300))
    script = f"create table contacts (id integer primary key, email text); insert into contacts values {rows};"
    text = (
        plan_of().replace("email: helpful", "diagnosis: {need: helpful, column: email}").replace("email", "diagnosis")
    )

    report = World(tmp_path).sqlite("crm", script.replace("email", "diagnosis")).audit(text)

    assert DPIA in fired(report)


ROPA = "dossier/contradicted-ropa-entry"
PERSONAL = "keep: {limit: 2 years}, fields: {id: required, email: {need: helpful, sensitive: email}}"


@pytest.mark.parametrize(
    ("entry", "verdict"),
    [
        ("{ref: record 1, categories: [email], recipients: [example-ai], keep: 3 years}", Verdict.HELD),
        ("{ref: record 1, categories: [telephone]}", Verdict.BROKEN),
        ("{ref: record 1, recipients: [another-ai]}", Verdict.BROKEN),
        ("{ref: record 1, regions: [us]}", Verdict.BROKEN),
        ("{ref: record 1, keep: 1 year}", Verdict.BROKEN),
        ("record 1", Verdict.UNVERIFIED),
    ],
)
def test_the_record_of_processing_says_what_was_found(tmp_path: Path, entry: str, verdict: Verdict) -> None:
    answers = f"model: {{provider: example-ai, region: eu}}\ndossier: {{items: {{ropa: {entry}}}}}\n"
    text = plan_of(answers).replace("fields: {id: required, email: helpful}", PERSONAL)
    rules = [rule for rule in registry.rules() if rule.id == ROPA]

    report = World(tmp_path).sqlite("crm", CRM).audit(text, rules=rules)

    assert set(verdicts(report, ROPA).values()) == {verdict}


CONNECTION = "dossier/misconfigured-connection"


@pytest.mark.parametrize(
    ("connector", "verdict"),
    [
        ("url: 'postgresql://db.acme.example/crm?sslmode=verify-full'", Verdict.HELD),
        ("url: 'postgresql://db.acme.example/crm?sslmode=disable'", Verdict.BROKEN),
        ("url: 'postgresql://db.acme.example/crm?sslmode=prefer'", Verdict.BROKEN),
        ("url: 'postgresql://localhost/crm?sslmode=disable'", Verdict.HELD),
        ("url: 'postgresql://db.acme.example/crm'", Verdict.UNVERIFIED),
        ("url: '${CRM_URL}'", Verdict.UNVERIFIED),
        ("url: '${CRM_URL}?sslmode=disable'", Verdict.BROKEN),
    ],
)
def test_a_connection_over_the_network_is_encrypted(connector: str, verdict: Verdict) -> None:
    from lineage.audit import audit
    from lineage.facts import Snapshot
    from lineage.plan.load import read_plan

    text = plan_of().replace('type: sqlite, url: "${CRM_URL}"', f"type: postgresql, {connector}")
    plan, problems = read_plan(text, "plan.yaml")
    assert plan is not None, problems

    found = audit(plan, Snapshot(NOW, ()), [rule for rule in registry.rules() if rule.id == CONNECTION], NOW)

    assert [line.verdict for line in found.assumptions if CONNECTION in line.rules] == [verdict]


def test_a_file_is_reached_over_no_network(tmp_path: Path) -> None:
    assert verdicts(judged(tmp_path, "", CONNECTION), CONNECTION) == {}
