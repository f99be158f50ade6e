"""What the workflow may do, who approves it, and what one run brings together."""

from __future__ import annotations

from pathlib import Path

import pytest

from lineage.finding import Op
from lineage.model import Verdict
from lineage.testing import assumption, verdict
from tests.rules.launch import DRAFT, PLAN, judged, says, told

LEVEL = "actions/missing-level"
APPROVAL = "actions/missing-approval"
STATE = "actions/uncontrolled-state-change"
EXCLUDED = "actions/possible-excluded-action"
APPROVER = "actions/missing-or-self-approver"
EVENT = "actions/unaudited-action"
AUDIENCE = "actions/undeclared-audience"
MODE = "actions/mode-mismatch"
TRIFECTA = "actions/lethal-trifecta"
REVIEW = "  review: {after: [draft], by: agent, of: every draft, autonomy: needs_approval}\n"
SEND = "actions: {send: {level: trigger, touches: customer"


def test_what_a_step_writes_needs_an_action_with_a_level(tmp_path: Path) -> None:
    report = judged(tmp_path, PLAN, LEVEL)
    draft = judged(tmp_path, DRAFT, LEVEL)
    declared = judged(tmp_path, PLAN + "actions: {reply: {level: draft}}\n", LEVEL)

    assert [found.judgement.subject.action for found in told(report, LEVEL)] == ["reply"]
    assert (told(draft, LEVEL), told(declared, LEVEL)) == ([], [])


@pytest.mark.parametrize(
    "action",
    ["{level: trigger}", "{level: update, cost_of_error: medium}", "{level: draft, cost_of_error: high}"],
)
def test_a_consequential_action_needs_an_approval(tmp_path: Path, action: str) -> None:
    report = judged(tmp_path, f"{PLAN}actions: {{act: {action}}}\n", APPROVAL)

    [found] = told(report, APPROVAL)
    assert found.launch_blocking
    assert [operation.op for operation in found.judgement.operations] == [Op.ADD_APPROVAL]


@pytest.mark.parametrize(
    "action",
    [
        "{level: read}",
        "{level: draft, cost_of_error: medium}",
        "{level: trigger, cost_of_error: low}",
        "{level: trigger, allowed: false}",
        "{level: trigger, approval: {by: lead}}",
    ],
)
def test_other_actions_need_none(tmp_path: Path, action: str) -> None:
    assert told(judged(tmp_path, f"{PLAN}actions: {{act: {action}}}\n", APPROVAL), APPROVAL) == []


def test_what_goes_no_further_than_a_draft_is_said_to_need_no_approval_and_to_change_nothing(tmp_path: Path) -> None:
    report = judged(tmp_path, f"{PLAN}actions: {{act: {{level: draft, touches: customer}}}}\n", APPROVAL, STATE)

    assert verdict(report, "actions.act.level") is Verdict.HELD
    assert verdict(report, "actions.act.touches") is Verdict.HELD


def test_whether_what_is_ruled_out_is_possible_is_unknown_where_it_touches_nothing_that_is_read(tmp_path: Path) -> None:
    report = judged(tmp_path, f"{PLAN}actions: {{act: {{level: trigger, allowed: false}}}}\n", EXCLUDED)

    line = assumption(report, "actions.act.allowed")
    assert (line.verdict, line.rules) == (Verdict.UNVERIFIED, (EXCLUDED,))
    assert "actions.act.touches" in line.settle
    assert told(report, EXCLUDED) == []


def test_a_review_before_the_step_that_acts_is_an_approval(tmp_path: Path) -> None:
    outputs = PLAN.replace("outputs: {reply: {audience: [agent]}}", "outputs: {reply: {}, send: {}}")
    acts = outputs + REVIEW + "  act: {after: [review], writes: [send]}\nactions: {send: {level: trigger}}\n"
    sampled = acts.replace("of: every draft", "of: a sample of drafts")

    assert told(judged(tmp_path, acts, APPROVAL), APPROVAL) == []
    assert len(told(judged(tmp_path, sampled, APPROVAL), APPROVAL)) == 1


def test_an_approval_of_some_contradicts_in_a_draft_and_a_missing_one_is_open_there(tmp_path: Path) -> None:
    some = judged(tmp_path, DRAFT + "actions: {act: {level: update, approval: {by: lead, every: false}}}\n", APPROVAL)
    none = judged(tmp_path, DRAFT + "actions: {act: {level: update}}\n", APPROVAL)

    assert says(some, APPROVAL) == ["act (update) is approved at times only; what an error costs is not said"]
    assert (told(none, APPROVAL), none.open_questions) == ([], 1)


def test_a_change_of_state_without_a_person_is_told_once(tmp_path: Path) -> None:
    report = judged(tmp_path, PLAN + SEND + "}}\n", STATE, APPROVAL)

    [found] = report.findings
    assert found.rule == STATE
    assert len(found.folded) == 1


def test_a_cheap_error_does_not_take_the_control_away(tmp_path: Path) -> None:
    cheap = judged(tmp_path, PLAN + SEND + ", cost_of_error: low}}\n", STATE)
    approved = judged(tmp_path, PLAN + SEND + ", approval: {by: lead}}}\n", STATE)

    assert len(told(cheap, STATE)) == 1
    assert told(approved, STATE) == []


def test_a_step_that_acts_by_itself_contradicts_its_approval_in_a_draft(tmp_path: Path) -> None:
    text = DRAFT + "actions: {reply: {level: trigger, touches: customer, approval: {by: lead}}}\n"

    assert says(judged(tmp_path, text, STATE), STATE) == [
        "reply changes customer, and the step draft does it by itself"
    ]


@pytest.mark.parametrize("who", ["requester", "ai_reply", "reply", "writer"])
def test_who_asks_does_not_approve(tmp_path: Path, who: str) -> None:
    text = DRAFT.replace("writes: [reply], autonomy: independent", "writes: [reply], by: writer, autonomy: independent")
    text = text.replace("    datasets:", "    identity: ai_reply\n    datasets:", 1)

    report = judged(tmp_path, f"{text}actions: {{reply: {{level: draft, approval: {{by: {who}}}}}}}\n", APPROVER)

    assert len(told(report, APPROVER)) == 1


def test_an_approver_in_a_directory_that_nobody_read_is_not_known(tmp_path: Path) -> None:
    report = judged(tmp_path, PLAN + "actions: {reply: {level: draft, approval: {by: lead}}}\n", APPROVER)

    assert told(report, APPROVER) == []
    assert "directory" in assumption(report, "actions.reply.approval.by").settle


def test_an_approver_to_be_decided_is_told_once(tmp_path: Path) -> None:
    text = PLAN + "actions: {reply: {level: draft, approval: {by: TBD}}}\n"

    report = judged(tmp_path, text, APPROVER, "plan/placeholder-answer")

    assert [found.rule for found in report.findings] == [APPROVER]


def test_an_action_without_its_event_is_told(tmp_path: Path) -> None:
    silent = judged(tmp_path, PLAN + "actions: {reply: {level: draft}}\n", EVENT)
    other = judged(tmp_path, DRAFT + "actions: {reply: {level: draft, audit: r.done}}\naudit: {events: [x]}\n", EVENT)

    assert says(silent, EVENT) == ["reply leaves no event that tells of it"]
    assert says(other, EVENT) == ["reply leaves r.done, which is not among the events of the audit trail"]


def test_an_event_that_is_declared_was_not_seen_in_a_log(tmp_path: Path) -> None:
    text = PLAN + "actions: {reply: {level: draft, audit: r.done}, look: {level: read}}\naudit: {events: [r.done]}\n"
    report = judged(tmp_path, text, EVENT)

    assert told(report, EVENT) == []
    assert verdict(report, "actions.reply.audit") is Verdict.UNVERIFIED


def test_an_output_for_a_role_beyond_the_scope_is_told_of_a_draft_too(tmp_path: Path) -> None:
    beyond = judged(tmp_path, DRAFT + "scope: {include: {roles: [lead]}}\n", AUDIENCE)
    excluded = judged(tmp_path, DRAFT + "scope: {exclude: {roles: [agent]}}\n", AUDIENCE)
    within = judged(tmp_path, DRAFT + "scope: {include: {roles: [agent]}}\n", AUDIENCE)
    unsaid = judged(tmp_path, DRAFT, AUDIENCE)

    assert says(beyond, AUDIENCE) == ["reply is offered to agent, which the scope does not include"]
    assert says(excluded, AUDIENCE) == ["reply is offered to agent, which is excluded from the scope"]
    assert (told(within, AUDIENCE), verdict(within, "outputs.reply.audience")) == ([], Verdict.HELD)
    assert verdict(unsaid, "outputs.reply.audience") is Verdict.UNVERIFIED


def test_who_reads_a_channel_was_not_seen(tmp_path: Path) -> None:
    report = judged(tmp_path, PLAN.replace("audience: [agent]", "audience: [agent], channel: notes"), AUDIENCE)

    assert verdict(report, "outputs.reply.channel") is Verdict.UNVERIFIED


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (DRAFT + "oversight: {mode: 7}\n", "oversight.mode is none of the five modes"),
        (
            DRAFT + "oversight: {mode: 2}\nactions: {send: {level: trigger, approval: {by: lead}}}\n",
            "mode 2 changes nothing by itself, and send is of level trigger",
        ),
        (PLAN + "oversight: {mode: 2}\n", "in mode 2 a person reviews every output, and nobody reviews reply"),
        (
            PLAN + "oversight: {mode: 3}\nactions: {send: {level: update}}\n",
            "in mode 3 every change is approved, and nobody approves send",
        ),
        (
            PLAN + "oversight: {mode: 4, escalation: lead}\n",
            "mode 4 needs to say which share of what was done is reviewed: oversight.sampling",
        ),
        (PLAN + "oversight: {mode: 5}\n", "mode 5 needs to say what is escalated to whom: oversight.escalation"),
    ],
)
def test_actions_that_go_beyond_the_mode_are_told(tmp_path: Path, text: str, expected: str) -> None:
    assert says(judged(tmp_path, text, MODE), MODE) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        PLAN,
        PLAN
        + REVIEW
        + "oversight: {mode: 2}\nactions: {reply: {level: draft}, send: {level: update, allowed: false}}\n",
        PLAN + "oversight: {mode: 3}\nactions: {send: {level: update, approval: {by: lead}}}\n",
        PLAN + "oversight: {mode: 4, escalation: lead, sampling: 5 %}\nactions: {send: {level: update}}\n",
    ],
)
def test_actions_within_the_mode_are_right(tmp_path: Path, text: str) -> None:
    assert told(judged(tmp_path, text, MODE), MODE) == []


def test_private_data_words_of_others_and_an_action_in_one_run_are_too_much(tmp_path: Path) -> None:
    report = judged(tmp_path, DRAFT + SEND + "}}\n", TRIFECTA)

    [found] = told(report, TRIFECTA)
    assert found.launch_blocking
    assert found.judgement.says == (
        "send can be told by crm.tickets.body to give away crm.people.email and 1 more: no person stands between"
    )
    assert [hop.target for hop in found.judgement.path] == ["draft", "send"]
    assert "approve each send" in found.judgement.fixes[0].text


@pytest.mark.parametrize(
    ("declared", "instead"),
    [
        (SEND, "actions: {send: {level: trigger, approval: {by: lead}, touches: customer"),
        (SEND, "actions: {send: {level: trigger, allowed: false, touches: customer"),
        (SEND, "actions: {send: {level: draft, touches: customer"),
    ],
)
def test_two_of_the_three_are_not(tmp_path: Path, declared: str, instead: str) -> None:
    report = judged(tmp_path, (PLAN + SEND + "}}\n").replace(declared, instead), TRIFECTA)

    assert told(report, TRIFECTA) == []


def test_without_private_data_there_is_nothing_to_give_away(tmp_path: Path) -> None:
    text = (PLAN + SEND + "}}\n").replace(", sensitive: email", "").replace(", sensitive: free_text", "")

    report = judged(tmp_path, text, TRIFECTA)

    assert verdict(report, "actions.send") is Verdict.HELD


def test_whether_others_write_what_it_reads_must_be_said(tmp_path: Path) -> None:
    text = (PLAN + SEND + "}}\n").replace(", sensitive: free_text", "")
    silent = judged(tmp_path, text, TRIFECTA)
    said = judged(tmp_path, text + "scope: {include: {inputs: [{channel: email}]}}\n", TRIFECTA)

    assert verdict(silent, "actions.send") is Verdict.UNVERIFIED
    assert len(told(said, TRIFECTA)) == 1


def test_a_person_between_the_reading_and_the_action_parts_the_run(tmp_path: Path) -> None:
    outputs = PLAN.replace("outputs: {reply: {audience: [agent]}}", "outputs: {reply: {}, send: {}}")
    acts = "  act: {after: [AFTER], reads: {crm.people: [email]}, writes: [send]}\nactions: {send: {level: trigger}}\n"

    apart = judged(tmp_path, outputs + REVIEW + acts.replace("AFTER", "review"), TRIFECTA)
    together = judged(tmp_path, outputs + REVIEW + acts.replace("AFTER", "draft"), TRIFECTA)

    assert told(apart, TRIFECTA) == []
    assert len(told(together, TRIFECTA)) == 1


def test_private_data_is_followed_through_a_view(tmp_path: Path) -> None:
    text = DRAFT.replace("sensitive: email}", "sensitive: email}, note: helpful").replace(
        "reads: {crm.people: [email]}", "reads: {crm.shown: all}"
    )
    text = text.replace(
        "      tickets:\n", "      shown: {reads: shown, fields: {contact: required}}\n      tickets:\n"
    ).replace("note: helpful", "seen: helpful")
    text = text.replace("reads: {crm.people: [region], crm.tickets: all}", "reads: {crm.tickets: [id, body]}")
    text = text.replace("sensitive: free_text}", "sensitive: free_text, mask: redact}")
    view = ("create view shown as select lower(email) as contact from people",)

    report = judged(tmp_path, text + SEND + "}}\n", TRIFECTA, rows=view)

    [found] = told(report, TRIFECTA)
    assert "give away crm.people.email:" in found.judgement.says


@pytest.mark.parametrize(
    ("rule", "leaf"),
    [
        ("actions/undeclared-tool", "actions"),
        ("actions/contradictory-annotation", "actions.reply.level"),
        ("actions/unexercised-review", "steps.review.autonomy"),
    ],
)
def test_what_only_a_server_or_a_log_can_tell_stays_open_with_what_would_tell_it(
    tmp_path: Path, rule: str, leaf: str
) -> None:
    report = judged(tmp_path, PLAN + REVIEW + "actions: {reply: {level: draft}}\n", rule)
    without = judged(tmp_path, PLAN, rule)

    assert (verdict(report, leaf), told(report, rule)) == (Verdict.UNVERIFIED, [])
    assert assumption(report, leaf).settle
    assert [line for line in without.assumptions if rule in line.rules] == []
