"""What leaves a plan together."""

from pathlib import Path

import pytest

from lineage.cells import in_force_cell, window_cell
from lineage.finding import Op, Operation
from lineage.model import DatasetId
from lineage.plan.load import read_plan
from lineage.plan.model import Plan
from lineage.predicate import conjunction
from lineage.scope.cut import applicable, cut_of, narrowed_text, nothing_left

PLAN = """\
plan: v1
meta: {id: replies, status: draft, owner: pm@acme.example}  # who answers
sources:
  crm:
    connector: {type: sqlite, url: "${CRM_URL}"}
    datasets:
      contacts:
        reads: contacts
        key: id
        keep: {limit: 24 months, since: created_at}
        fields:
          id: required
          region: required   # decides the segment
          email: {need: helpful, sensitive: email, mask: hmac}
          created_at: helpful
      tickets:
        reads: tickets
        fields:
          id: required
          contact_id: {need: required, joins: contacts.id}
segments:
  eu: {of: crm.contacts, where: "region = 'EU'"}
  old: {of: crm.contacts, where: "created_at < now - 2 years"}
steps:
  fetch: {reads: {crm.contacts: [id, region, email]}}
  tickets: {reads: {crm.tickets: all}}
  draft: {reads: {crm.contacts: [email]}, after: [fetch], to: prompt}
rollout:
  - {stage: first, segment: eu}
  - {stage: second, segment: old}
"""


@pytest.fixture
def plan() -> Plan:
    loaded, problems = read_plan(PLAN, "plan.yaml")
    assert not problems
    assert loaded is not None
    return loaded


def lost(plan: Plan, *operations: Operation) -> set[str]:
    return set(cut_of(plan, operations).lost())


def test_a_helpful_field_leaves_alone(plan: Plan) -> None:
    assert lost(plan, Operation(Op.DROP_FIELD, "crm.contacts.email")) == {"field crm.contacts.email"}


def test_a_required_field_takes_the_steps_that_read_it_and_those_after_them(plan: Plan) -> None:
    found = lost(plan, Operation(Op.DROP_FIELD, "crm.contacts.region"))

    assert {"step fetch", "step draft", "segment eu", "stage first"} <= found
    assert "step tickets" not in found


def test_a_source_takes_everything_that_is_in_it(plan: Plan) -> None:
    cut = cut_of(plan, [Operation(Op.DROP_SOURCE, "crm")])

    assert nothing_left(plan, cut) == "no step is left"
    assert {"dataset crm.contacts", "field crm.tickets.id", "stage second"} <= set(cut.lost())


def test_a_segment_takes_its_stages(plan: Plan) -> None:
    assert lost(plan, Operation(Op.DROP_SEGMENT, "eu")) == {"segment eu", "stage first"}


def test_without_its_last_stage_nothing_is_left(plan: Plan) -> None:
    cut = cut_of(plan, [Operation(Op.DROP_SEGMENT, "eu"), Operation(Op.HOLD_STAGE, "second")])

    assert nothing_left(plan, cut) == "no stage of the rollout is left"


@pytest.mark.parametrize(
    "operation",
    [
        Operation(Op.DROP_FIELD, "crm.contacts.email"),
        Operation(Op.DROP_FIELD, "crm.contacts.id"),
        Operation(Op.DROP_FIELD, "crm.contacts.created_at"),
        Operation(Op.DROP_SEGMENT, "eu"),
        Operation(Op.DROP_STEP, "fetch"),
        Operation(Op.HOLD_STAGE, "second"),
        Operation(Op.LIMIT_WINDOW, "crm.contacts"),
    ],
)
def test_what_is_left_is_a_plan_with_its_comments(plan: Plan, operation: Operation) -> None:
    text = narrowed_text(plan, PLAN, cut_of(plan, [operation]))

    narrowed, problems = read_plan(text, "plan.yaml")
    assert problems == []
    assert narrowed is not None
    assert "# who answers" in text


def test_a_window_limits_the_records_to_those_within_their_retention(plan: Plan) -> None:
    text = narrowed_text(plan, PLAN, cut_of(plan, [Operation(Op.LIMIT_WINDOW, "crm.contacts")]))

    assert "created_at >= now - 2 years" in text


DATED = PLAN.replace("        keep:", "        effective: [valid_from, valid_to]\n        keep:").replace(
    "          created_at: helpful", "          created_at: helpful\n          valid_to: helpful"
)


@pytest.mark.parametrize("more", ["", "\n          valid_from: helpful"])
@pytest.mark.parametrize("window", [False, True])
def test_rows_are_limited_to_those_in_force(more: str, window: bool) -> None:
    text = DATED.replace("          valid_to: helpful", f"          valid_to: helpful{more}")
    plan, _ = read_plan(text, "plan.yaml")
    assert plan is not None
    rows = Operation(Op.LIMIT_ROWS, "crm.contacts")
    limits = [rows, Operation(Op.LIMIT_WINDOW, "crm.contacts")] if window else [rows]

    narrowed, problems = read_plan(narrowed_text(plan, text, cut_of(plan, limits)), "plan.yaml")

    assert problems == []
    assert narrowed is not None
    dataset = narrowed.dataset(DatasetId("crm.contacts"))
    cells = [in_force_cell(dataset), window_cell(dataset)] if window else [in_force_cell(dataset)]
    assert str(dataset.where) == str(conjunction(*cells))
    assert applicable(plan, rows)


def test_rows_cannot_be_limited_by_a_field_that_is_not_declared(plan: Plan) -> None:
    undeclared, _ = read_plan(DATED.replace("          valid_to: helpful\n", ""), "plan.yaml")
    assert undeclared is not None

    for one in (plan, undeclared):
        assert not applicable(one, Operation(Op.LIMIT_ROWS, "crm.contacts"))


def test_the_example_of_the_documentation_loads() -> None:
    example = Path(__file__).parents[2] / "examples" / "first_audit" / "plan.yaml"

    _, problems = read_plan(example.read_text(encoding="utf-8"), str(example))

    assert problems == []


@pytest.mark.parametrize("named", ["[eu, old]", "[eu]"])
@pytest.mark.parametrize("side", ["include", "exclude"])
def test_a_segment_that_leaves_is_no_longer_named_by_the_scope(side: str, named: str) -> None:
    text = PLAN.replace("steps:", f"scope: {{{side}: {{segments: {named}, roles: [agent]}}}}\nsteps:")
    plan, problems = read_plan(text, "plan.yaml")
    assert plan is not None, problems

    narrowed = narrowed_text(plan, text, cut_of(plan, [Operation(Op.DROP_SEGMENT, "eu")]))

    left, problems = read_plan(narrowed, "plan.yaml")
    assert left is not None, problems
    assert set(left.segments) == {"old"}
    assert "roles: [agent]" in narrowed


WORKFLOW = (
    PLAN
    + """\
outputs:
  note: {audience: [agent, lead]}
  mail: {audience: agent}
actions:
  send: {level: trigger}
  tag: {level: suggest, approval: {by: lead}}
stores:
  traces: {keep: 90 days}
  log: {keep: {limit: 1 year, by: job}}
scope:
  include:
    inputs:
      - {channel: email, formats: [text, pdf]}
      - {channel: chat, formats: [text]}
"""
)


@pytest.mark.parametrize(
    ("operation", "is_there", "has_gone"),
    [
        (Operation(Op.DOWNGRADE_ACTION, "send"), "send: {level: draft}", "trigger"),
        (Operation(Op.DOWNGRADE_ACTION, "send", (("to", "read"),)), "send: {level: read}", "trigger"),
        (Operation(Op.ADD_APPROVAL, "send"), "send: {level: trigger, approval: {by: lead, every: true}}", "-"),
        (Operation(Op.SHORTEN_RETENTION, "traces", (("limit", "30 days"),)), "traces: {keep: 30 days}", "90 days"),
        (Operation(Op.EXTEND_RETENTION, "log", (("limit", "2 years"),)), "limit: 2 years, by: job", "1 year"),
        (Operation(Op.SHORTEN_RETENTION, "traces"), "log:", "traces"),
        (Operation(Op.SHORTEN_RETENTION, "crm.tickets"), "contacts:", "reads: tickets"),
        (Operation(Op.DROP_AUDIENCE, "lead"), "note: {audience: [agent]}", "audience: [agent, lead]"),
        (Operation(Op.DROP_AUDIENCE, "mail.agent"), "note: {audience: [agent, lead]}", "  mail: {audience"),
        (Operation(Op.DROP_INPUT_TYPE, "pdf"), "{channel: email, formats: [text]}", "pdf"),
        (Operation(Op.DROP_INPUT_TYPE, "text"), "{channel: email, formats: [pdf]}", "chat"),
        (Operation(Op.SWAP_SOURCE, "crm"), "sources: {}", "reads: contacts"),
    ],
)
def test_what_the_workflow_is_can_be_edited(operation: Operation, is_there: str, has_gone: str) -> None:
    plan, problems = read_plan(WORKFLOW, "plan.yaml")
    assert plan is not None, problems
    assert applicable(plan, operation)

    narrowed = narrowed_text(plan, WORKFLOW, cut_of(plan, [operation]))

    assert is_there in narrowed
    assert has_gone not in narrowed or has_gone == "-"


@pytest.mark.parametrize(
    "operation",
    [
        Operation(Op.DOWNGRADE_ACTION, "send", (("to", "update"),)),
        Operation(Op.ADD_APPROVAL, "tag"),
        Operation(Op.EXTEND_RETENTION, "traces"),
        Operation(Op.DROP_AUDIENCE, "nobody"),
        Operation(Op.DROP_INPUT_TYPE, "voice"),
        Operation(Op.HOLD_LAUNCH, "launch"),
        Operation(Op.DECIDE, "meta.owner"),
    ],
)
def test_what_only_a_person_can_decide_cannot_be_made(operation: Operation) -> None:
    plan, problems = read_plan(WORKFLOW, "plan.yaml")
    assert plan is not None, problems

    assert not applicable(plan, operation)


def test_without_an_input_nothing_is_left() -> None:
    plan, _ = read_plan(WORKFLOW, "plan.yaml")
    assert plan is not None

    cut = cut_of(plan, [Operation(Op.DROP_INPUT_TYPE, kind) for kind in ("email", "chat")])

    assert nothing_left(plan, cut) == "no input is left"
