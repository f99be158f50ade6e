"""What a plan declares in vain, contradicts or leaves open is found without looking at more than the plan."""

from __future__ import annotations

from pathlib import Path

import pytest

from lineage import registry
from lineage.finding import Op
from lineage.model import Severity, Verdict
from lineage.report import Report
from lineage.testing import World, assumption, finding, fired, verdict

CRM = """
create table people (id integer primary key, email text, region text, changed text, made text);
create view contacts as select id, email, region, changed from people;
create table notes (id integer primary key, person integer, body text);
"""
PLAN = """\
plan: v1
meta: {id: reply, status: approved, owner: pm@acme.example}
sources:
  crm:
    connector: {type: sqlite, url: "${CRM_URL}"}
    datasets:
      contacts:
        reads: contacts
        key: id
        fresh: {clock: changed, within: 4 hours, zone: UTC}
        fields:
          id: required
          region: required
          email: required
          changed: helpful
segments: {eu: {of: crm.contacts, where: "region = 'EU'"}}
steps: {draft: {reads: {crm.contacts: [email]}, to: prompt}}
rollout: [{stage: first, segment: eu}]
"""
STEPS = "steps: {draft: {reads: {crm.contacts: [email]}, to: prompt}}\n"
OTHER_SOURCE = """\
  other:
    connector: {type: sqlite, url: "${CRM_URL}"}
    datasets: {notes: {reads: notes, key: id, fields: {id: required, body: helpful}}}
segments:"""


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path).sqlite("crm", CRM)


def judged(world: World, text: str, *rules: str) -> Report:
    return world.audit(text, rules=[rule for rule in registry.rules() if rule.id in rules])


def test_keys_clocks_and_segments_are_uses(world: World) -> None:
    report = judged(world, PLAN, "plan/unused-field")

    assert fired(report) == set()
    assert assumption(report, "id.need").says == "it is used: tells records apart"
    assert assumption(report, "changed.need").says == "it is used: tells the age"
    assert assumption(report, "region.need").says == "it is used: tells segment eu"


def test_a_field_that_nothing_uses_is_unused(world: World) -> None:
    report = judged(
        world, PLAN.replace("          changed: helpful\n", "          name: helpful\n"), "plan/unused-field"
    )

    found = finding(report, "plan/unused-field", "crm.contacts.name")
    assert found is not None
    assert found.severity is Severity.HIGH
    assert [operation.op for operation in found.judgement.operations] == [Op.DROP_FIELD]
    assert verdict(report, "name.need") is Verdict.BROKEN


def test_a_field_that_acceptance_measures_is_used(world: World) -> None:
    text = PLAN.replace("changed: helpful", "name: helpful") + "acceptance: {business: {of: crm.contacts.name}}\n"

    assert fired(judged(world, text, "plan/unused-field")) == set()


def test_a_field_that_a_known_gap_only_speaks_of_is_unused(world: World) -> None:
    text = PLAN.replace("changed: helpful", "name: helpful") + "known_gaps: {g: {affects: [crm.contacts.name]}}\n"

    assert fired(judged(world, text, "plan/unused-field")) == {"plan/unused-field"}


def test_a_field_that_a_commitment_asks_for_is_used(world: World) -> None:
    promise = 'constraints: {commitments: {no_ai: {of: crm.contacts, where: "opt_out"}}}\n'
    text = PLAN.replace("changed: helpful", "opt_out: required") + promise

    assert fired(judged(world, text, "plan/unused-field")) == set()


def test_a_field_that_flows_through_a_view_into_a_step_is_used(world: World) -> None:
    base = "      people: {reads: people, fields: {email: helpful, made: helpful}}\nsegments:"
    report = judged(world, PLAN.replace("segments:", base), "plan/unused-field")

    assert [found.judgement.subject.field for found in report.findings] == ["crm.people.made"]


def test_without_steps_no_use_is_known(world: World) -> None:
    report = judged(world, PLAN.replace(STEPS, ""), "plan/unused-field", "plan/unneeded-integration")

    assert fired(report) == set()
    assert verdict(report, "email.need") is Verdict.UNVERIFIED
    assert assumption(report, "sources.crm").verdict is Verdict.UNVERIFIED
    assert assumption(report, "email.need").settle == "declare what each step reads"


def test_a_source_that_no_step_needs_is_one_finding_for_all_its_fields(world: World) -> None:
    text = PLAN.replace("segments:", OTHER_SOURCE)

    report = judged(world, text, "plan/unneeded-integration", "plan/unused-field")

    found = finding(report, "plan/unneeded-integration", "other")
    assert found is not None
    assert len(report.findings) == 1
    assert len(found.folded) == 1
    assert found.severity is Severity.HIGH
    assert verdict(report, "body.need") is Verdict.BROKEN


def test_a_source_that_is_read_is_needed(world: World) -> None:
    report = judged(world, PLAN, "plan/unneeded-integration")

    assert assumption(report, "sources.crm").verdict is Verdict.HELD


@pytest.mark.parametrize(("kind", "needed"), [("otlp", True), ("prompts", True), ("files", False)])
def test_a_source_that_is_evidence_of_the_workflow_needs_no_step(world: World, kind: str, needed: bool) -> None:
    path = world.folder / "runs"
    path.mkdir()
    told = f'  told: {{connector: {{type: {kind}, path: "{path}"}}, owner: pm@acme.example, datasets: {{}}}}\nsegments:'

    report = judged(world, PLAN.replace("segments:", told), "plan/unneeded-integration")

    assert (finding(report, "plan/unneeded-integration", "told") is None) is needed


@pytest.mark.parametrize("owner", ["", ", owner: TBD"])
def test_assumptions_that_nobody_answers_for_are_one_finding_a_source(world: World, owner: str) -> None:
    report = judged(world, PLAN.replace(", owner: pm@acme.example", owner), "plan/unowned-assumption")

    assert [found.judgement.subject.label for found in report.findings] == ["plan", "crm"]
    assert assumption(report, "meta.owner").verdict is Verdict.BROKEN


def test_the_owner_of_the_plan_answers_for_what_names_no_other(world: World) -> None:
    report = judged(world, PLAN, "plan/unowned-assumption")

    assert fired(report) == set()
    assert assumption(report, "sources.crm.owner").says == "the assumptions of crm are owned: pm@acme.example"


@pytest.mark.parametrize(
    "scope",
    [
        "{include: {segments: [eu]}, exclude: {segments: [eu]}}",
        "{include: {roles: [agent]}, exclude: {roles: [agent, lead]}}",
        "{exclude: {workflows: [reply]}}",
        "{exclude: {actions: [send]}}",
        "{exclude: {integrations: [crm]}}",
        "{include: {segments: [eu]}, exclude: {segments: [same]}}",
    ],
)
def test_what_is_included_and_excluded_holds_the_launch(world: World, scope: str) -> None:
    text = PLAN.replace("segments: {", "segments: {same: {of: crm.contacts, where: \"region = 'EU'\"}, ")
    text += f"actions: {{send: {{level: trigger}}}}\nscope: {scope}\n"

    report = judged(world, text, "plan/included-and-excluded")

    assert [found.severity for found in report.findings] == [Severity.BLOCKER]
    assert report.scope.holds == (report.findings[0].id,)


def test_an_action_that_is_forbidden_may_be_excluded(world: World) -> None:
    text = PLAN + "actions: {send: {level: trigger, allowed: false}}\nscope: {exclude: {actions: [send]}}\n"

    assert fired(judged(world, text, "plan/included-and-excluded")) == set()


@pytest.mark.parametrize(
    ("where", "answer"),
    [("region = 'US'", Verdict.HELD), ("region IN ('US', 'UK')", Verdict.HELD), ("id > 3", Verdict.UNVERIFIED)],
)
def test_segments_are_apart_where_a_field_must_have_two_values(world: World, where: str, answer: Verdict) -> None:
    text = PLAN.replace("segments: {", f'segments: {{out: {{of: crm.contacts, where: "{where}"}}, ')
    text += "scope: {include: {segments: [eu]}, exclude: {segments: [out]}}\n"

    report = judged(world, text, "plan/included-and-excluded")

    assert fired(report) == set()
    assert assumption(report, "scope.exclude.segments").verdict is answer


def test_a_segment_without_a_stage_is_unstaged(world: World) -> None:
    text = PLAN.replace("segments: {", "segments: {us: {of: crm.contacts, where: \"region = 'US'\"}, ")

    report = judged(world, text, "plan/unstaged-segment")

    assert [found.judgement.subject.segment for found in report.findings] == ["us"]
    assert assumption(report, "segments.eu").verdict is Verdict.HELD


def test_a_segment_out_of_scope_needs_no_stage_and_must_have_none(world: World) -> None:
    text = PLAN.replace("segments: {", "segments: {us: {of: crm.contacts, where: \"region = 'US'\"}, ")

    out = judged(world, text + "scope: {include: {segments: [eu]}}\n", "plan/unstaged-segment")
    exposed = judged(world, text + "scope: {include: {segments: [us]}}\n", "plan/unstaged-segment")

    assert fired(out) == set()
    assert {found.title for found in exposed.findings} == {
        "no stage of the rollout exposes us",
        "stage first exposes eu, which is out of scope",
    }


def test_a_stage_without_a_segment_goes_beyond_a_scope_with_one(world: World) -> None:
    text = PLAN.replace(", segment: eu}]", "}]")

    assert fired(judged(world, text, "plan/unstaged-segment")) == set()
    assert fired(judged(world, text + "scope: {include: {segments: [eu]}}\n", "plan/unstaged-segment")) == {
        "plan/unstaged-segment"
    }


def test_without_a_rollout_no_stage_is_known(world: World) -> None:
    report = judged(world, PLAN.replace("rollout: [{stage: first, segment: eu}]\n", ""), "plan/unstaged-segment")

    assert fired(report) == set()
    assert assumption(report, "segments.eu").verdict is Verdict.UNVERIFIED


def test_a_criterion_on_a_field_that_is_not_declared_holds_the_launch(world: World) -> None:
    report = judged(world, PLAN + "acceptance: {a: {of: crm.contacts.emial}}\n", "plan/dangling-reference")

    found = finding(report, "plan/dangling-reference")
    assert found is not None
    assert found.severity is Severity.BLOCKER
    assert found.title.endswith("it declares crm.contacts.email")
    assert report.scope.holds == (found.id,)


def test_a_known_gap_that_names_nothing_must_be_mended_and_blocks_nothing(world: World) -> None:
    text = PLAN + "known_gaps: {g: {affects: [crm.contacts.tier, crm.contacts.email], effect: none}}\n"

    report = judged(world, text, "plan/dangling-reference")

    assert [found.severity for found in report.findings] == [Severity.HIGH]
    assert report.scope.holds == ()


def test_references_that_resolve_and_prose_are_left_alone(world: World) -> None:
    text = PLAN + "acceptance: {a: {of: crm.contacts.email}, b: {of: every draft}}\n"

    report = judged(world, text, "plan/dangling-reference")

    assert fired(report) == set()
    assert assumption(report, "acceptance.a.of").rules == ("plan/dangling-reference",)


@pytest.mark.parametrize(
    "gap", ["{text: no tier}", "{text: no tier, effect: TBD}", "{text: no tier, effect: {drop_everything: eu}}"]
)
def test_a_known_gap_without_an_effect_is_told(world: World, gap: str) -> None:
    report = judged(world, PLAN + f"known_gaps: {{tier: {gap}}}\n", "plan/gap-without-effect")

    assert [found.judgement.operations[0].op for found in report.findings] == [Op.DECIDE]


@pytest.mark.parametrize("effect", ["{drop_segment: eu}", "nothing is lost, the tier is only shown"])
def test_a_known_gap_with_an_effect_is_held_as_asserted(world: World, effect: str) -> None:
    report = judged(world, PLAN + f'known_gaps: {{tier: {{effect: "{effect}"}}}}\n', "plan/gap-without-effect")

    assert fired(report) == set()


@pytest.mark.parametrize("answer", ["TBD", "n/a", "to be decided"])
def test_a_placeholder_in_an_approved_plan_is_no_answer(world: World, answer: str) -> None:
    text = PLAN + f"workflow: {{why_now: {answer}, name: Reply}}\n"

    report = judged(world, text, "plan/placeholder-answer")

    assert [found.judgement.leaf for found in report.findings] == ["workflow.why_now"]
    assert fired(judged(world, text.replace("approved", "draft"), "plan/placeholder-answer")) == set()


def test_what_is_empty_is_not_answered_and_no_placeholder(world: World) -> None:
    report = judged(world, PLAN + "gates: {g4: {decision: null}}\n", "plan/placeholder-answer")

    assert fired(report) == set()
    assert assumption(report, "gates.g4.decision").verdict is Verdict.UNVERIFIED


def test_a_sentence_that_was_copied_answers_none_of_the_questions(world: World) -> None:
    same = "as described in the project documents"
    text = PLAN + f"workflow: {{why_now: {same}, name: {same}, outcome: {same}, affects: support}}\n"

    assert len(judged(world, text, "plan/placeholder-answer").findings) == 3
