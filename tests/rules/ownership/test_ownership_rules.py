"""Who answers for what is looked up, and whoever approves is not who plans."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from lineage import registry
from lineage.confirmation import confirm, read_confirmations
from lineage.errors import PlanError
from lineage.model import Verdict
from lineage.plan.load import load_plan
from lineage.reports.snapshot import lines as snapshot_lines
from lineage.testing import NOW, World, finding, fired
from tests.rules.launch_plans import CRM, judged, lines, plan_of, verdicts

UNRESOLVED = "ownership/unresolved-owner"
OWNERS = "owners: {outcome: lead@acme.example, response: [oncall@acme.example, '@support'], DIRECTORY}\n"


def looked_up(folder: Path, name: str, directory: str) -> dict[str, Verdict]:
    (folder / name).write_text(directory, encoding="utf-8")
    report = judged(folder, OWNERS.replace("DIRECTORY", f"directory: {name}"), UNRESOLVED)
    return {leaf: verdict for leaf, verdict in verdicts(report, UNRESOLVED).items() if leaf.startswith("owners.")}


CSV = """\
email,status,groups
lead@acme.example,active,
oncall@acme.example,active,support
planner@acme.example,active,
crm-owner@acme.example,active,
"""


def test_owners_who_are_in_the_directory_and_active_are_held(tmp_path: Path) -> None:
    found = looked_up(tmp_path, "people.csv", CSV)

    assert found == {"owners.outcome": Verdict.HELD, "owners.response": Verdict.HELD}


@pytest.mark.parametrize(
    "directory",
    [
        CSV.replace("lead@acme.example,active", "lead@acme.example,left"),
        CSV.replace("lead@acme.example,active", "someone@acme.example,active"),
        CSV.replace("status", "enabled").replace("lead@acme.example,active", "lead@acme.example,no"),
        CSV.replace("email,status", "Mail;End Date").replace(",", ";").replace("active", "")
        .replace("lead@acme.example;", "lead@acme.example;2026-10-31"),
    ],
    ids=["left", "absent", "disabled", "ended"],
)  # fmt: skip
def test_an_owner_who_left_or_never_was_is_found(tmp_path: Path, directory: str) -> None:
    found = looked_up(tmp_path, "people.csv", directory)

    assert found == {"owners.outcome": Verdict.BROKEN, "owners.response": Verdict.HELD}


def test_a_group_without_an_active_member_answers_for_nothing(tmp_path: Path) -> None:
    yaml = "lead@acme.example: active\noncall@acme.example: {status: suspended}\nsupport: [oncall@acme.example]\n"

    found = looked_up(tmp_path, "people.yaml", yaml)

    assert found == {"owners.outcome": Verdict.HELD, "owners.response": Verdict.BROKEN}


def test_a_file_of_codeowners_says_that_a_name_is_used_and_no_more(tmp_path: Path) -> None:
    found = looked_up(tmp_path, "CODEOWNERS", "* lead@acme.example\n/evals @support oncall@acme.example # tests\n")

    assert found == {"owners.outcome": Verdict.UNVERIFIED, "owners.response": Verdict.UNVERIFIED}


@pytest.mark.parametrize("said", ["directory: people.csv", "directory: ../people.csv", "handoff: {team: ops}"])
def test_without_a_directory_nobody_was_looked_up_and_that_is_no_pass(tmp_path: Path, said: str) -> None:
    report = judged(tmp_path, OWNERS.replace("DIRECTORY", said), UNRESOLVED)

    line = lines(report, UNRESOLVED)["owners.directory"]
    assert (line.verdict, fired(report)) == (Verdict.UNVERIFIED, set())
    assert line.settle


def test_of_the_directory_no_fact_holds_whom_the_plan_does_not_name(tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text(CSV + "marker.person@acme.example,active,support\n", encoding="utf-8")
    world = World(tmp_path).sqlite("crm", CRM)

    facts = world.scan(plan_of(OWNERS.replace("DIRECTORY", "directory: people.csv")))

    assert "marker.person" not in "\n".join(snapshot_lines(facts))


def test_a_directory_that_cannot_be_read_is_no_crash(tmp_path: Path) -> None:
    (tmp_path / "people.yaml").write_bytes(b"\xff\xfe: [")

    report = judged(tmp_path, OWNERS.replace("DIRECTORY", "directory: people.yaml"), UNRESOLVED)

    assert (report.failures, verdicts(report, UNRESOLVED)["owners.directory"]) == ((), Verdict.UNVERIFIED)


@pytest.mark.parametrize(
    ("answers", "leaf"),
    [
        ("gates: {g3: {approved: 2026-11-10, by: planner@acme.example}}\n", "gates.g3.by"),
        ("raci: {ai_product_manager: a@acme.example, guardian: a@acme.example}\n", "raci.guardian"),
        ("raci: {implementation_engineer: b@acme.example, business_sponsor: [b@acme.example]}\n",
         "raci.business_sponsor"),
    ],
)  # fmt: skip
def test_who_plans_does_not_approve(tmp_path: Path, answers: str, leaf: str) -> None:
    found = finding(judged(tmp_path, answers, "ownership/undivided-duties"), "ownership/undivided-duties")

    assert found is not None
    assert found.judgement.leaf == leaf


def test_who_does_not_plan_may_approve(tmp_path: Path) -> None:
    answers = "gates: {g3: {by: sponsor@acme.example}}\nraci: {guardian: guardian@acme.example}\n"

    report = judged(tmp_path, answers, "ownership/undivided-duties")

    assert set(verdicts(report, "ownership/undivided-duties").values()) == {Verdict.HELD}


UNCONFIRMED = "ownership/unconfirmed-facts"
PLACE = "sources.crm.owner"


def confirmed(folder: Path, *by: str, then: str = "", status: str = "in-review") -> Verdict:
    World(folder).sqlite("crm", CRM)
    (folder / "plan.yaml").write_text(plan_of("", status), encoding="utf-8")
    for name in by:
        confirm(load_plan(folder / "plan.yaml"), "crm", name, NOW)
    text = plan_of(then, status) if then != "reads" else plan_of("", status).replace("helpful", "required")
    world = World(folder).url("crm", f"sqlite:///{folder / 'crm.db'}")
    report = world.audit(text, rules=[rule for rule in registry.rules() if rule.id == UNCONFIRMED])
    return verdicts(report, UNCONFIRMED)[PLACE]


def test_an_owner_who_signed_this_plan_has_confirmed(tmp_path: Path) -> None:
    assert confirmed(tmp_path, "crm-owner@acme.example") is Verdict.HELD


def test_a_signature_by_somebody_else_confirms_nothing(tmp_path: Path) -> None:
    assert confirmed(tmp_path, "planner@acme.example") is Verdict.BROKEN


def test_whoever_signs_after_the_owner_takes_nothing_from_what_the_owner_signed(tmp_path: Path) -> None:
    assert confirmed(tmp_path, "crm-owner@acme.example", "planner@acme.example") is Verdict.HELD


def test_a_signature_on_what_the_source_was_declared_to_be_before_is_broken(tmp_path: Path) -> None:
    assert confirmed(tmp_path, "crm-owner@acme.example", then="reads") is Verdict.BROKEN


def test_a_signature_is_unverified_where_other_parts_of_the_plan_have_changed(tmp_path: Path) -> None:
    assert (
        confirmed(tmp_path, "crm-owner@acme.example", then="audit: {events: [draft.created]}\n") is Verdict.UNVERIFIED
    )


@pytest.mark.parametrize(("status", "verdict"), [("in-review", Verdict.UNVERIFIED), ("approved", Verdict.BROKEN)])
def test_a_plan_is_not_approved_before_its_owners_have_confirmed(tmp_path: Path, status: str, verdict: Verdict) -> None:
    report = judged(tmp_path, "", UNCONFIRMED, status=status)

    assert verdicts(report, UNCONFIRMED) == {PLACE: verdict}


def test_a_broken_file_of_confirmations_is_told_and_not_made_worse(tmp_path: Path) -> None:
    (tmp_path / "plan.yaml").write_text(plan_of(), encoding="utf-8")
    file = tmp_path / "confirmations.yaml"
    file.write_text("confirmations: v1\nsigned: [{of: crm}]\n", encoding="utf-8")

    with pytest.raises(PlanError, match="signed"):
        confirm(load_plan(tmp_path / "plan.yaml"), "crm", "crm-owner@acme.example", NOW)
    shutil.copy(file, tmp_path / "copy.yaml")
    with pytest.raises(PlanError, match="signed"):
        read_confirmations(tmp_path / "copy.yaml")


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("confirmations: v1\nsigned: [\n", "confirmations.yaml:3:1: is no YAML"),
        ("confirmations: v1\nsigned: []\nsigned: []\n", "confirmations.yaml:3:1: is no YAML"),
        ("", "confirmations.yaml:1:1: is no YAML (the file is empty)"),
    ],
    ids=["open", "twice", "empty"],
)
def test_confirmations_that_are_no_yaml_are_told_with_their_place(tmp_path: Path, text: str, where: str) -> None:
    (tmp_path / "confirmations.yaml").write_text(text, encoding="utf-8")

    with pytest.raises(PlanError) as raised:
        read_confirmations(tmp_path / "confirmations.yaml")

    assert where in str(raised.value)
    assert "lineage confirm" in str(raised.value)


RACI = "ownership/malformed-raci"
FILLED = (
    "raci: {implementation_engineer: a, ai_product_manager: b, guardian: c, business_sponsor: d, end_users: e, "
    "operations: f}\n"
)


def test_a_raci_with_every_role_and_one_accountable_is_held(tmp_path: Path) -> None:
    report = judged(tmp_path, FILLED, RACI)

    assert (len(verdicts(report, RACI)), set(verdicts(report, RACI).values())) == (6, {Verdict.HELD})


@pytest.mark.parametrize(
    ("said", "instead"),
    [
        (", operations: f", ""),
        ("ai_product_manager: b", "ai_product_manager: [b, g]"),
        ("ai_product_manager: b", "ai_product_manager: TBD"),
        ("guardian: c, business_sponsor: d", "guardian: {who: c, is: accountable}, business_sponsor: {who: d, is: A}"),
    ],
    ids=["empty role", "two names", "placeholder", "two roles"],
)
def test_a_raci_lacks_a_role_or_has_not_one_accountable(tmp_path: Path, said: str, instead: str) -> None:
    assert RACI in fired(judged(tmp_path, FILLED.replace(said, instead), RACI))


ESCALATION = "ownership/incomplete-escalation"
LEVELS = "{level: 1, to: a@acme.example, within: 30 minutes}, {level: 2, to: b@acme.example, within: 4 hours}"


def test_an_escalation_with_contacts_times_and_levels_is_held(tmp_path: Path) -> None:
    report = judged(tmp_path, f"oversight: {{escalation: [{LEVELS}]}}\n", ESCALATION)

    assert set(verdicts(report, ESCALATION).values()) == {Verdict.HELD}


@pytest.mark.parametrize(
    ("said", "instead"),
    [
        (", within: 30 minutes", ""),
        ("30 minutes", "soon"),
        ("to: b@acme.example, ", ""),
        ("level: 2", "level: 1"),
        (", {level: 2, to: b@acme.example, within: 4 hours}", ""),
        (LEVELS, ""),
    ],
    ids=["no time", "no length of time", "no contact", "a level twice", "one level", "none"],
)
def test_an_escalation_lacks_a_contact_a_time_or_a_level(tmp_path: Path, said: str, instead: str) -> None:
    report = judged(tmp_path, f"oversight: {{escalation: [{LEVELS.replace(said, instead)}]}}\n", ESCALATION)

    assert ESCALATION in fired(report)
