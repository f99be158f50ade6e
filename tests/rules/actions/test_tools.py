"""Tools that a workflow is given, from the list of a server that really runs, against the actions of the plan."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from lineage import registry
from lineage.model import Level, Severity, Verdict
from lineage.report import Report
from lineage.scan import Limits
from lineage.testing import assumption, verdict
from tests.rules.launch import DRAFT, says, told, world
from tests.traces import Run, write_traces

UNDECLARED = "actions/undeclared-tool"
ANNOTATION = "actions/contradictory-annotation"
EXCLUDED = "actions/possible-excluded-action"
TRIFECTA = "actions/lethal-trifecta"
SERVER = Path(__file__).parents[2] / "connectors" / "tool_servers" / "scripted.py"
READ = {"readOnlyHint": True, "openWorldHint": False}
CHANGE = {"readOnlyHint": False, "destructiveHint": False, "openWorldHint": False}
DESTROY = {"readOnlyHint": False, "destructiveHint": True, "openWorldHint": False}
QUIET = DRAFT.replace(", sensitive: free_text", "")
NOTHING_PRIVATE = QUIET.replace(", sensitive: email", "")


def tool(name: str, hints: Mapping[str, bool] | None = None, *inputs: str) -> dict[str, Any]:
    schema = {"type": "object", "properties": {one: {"type": "string"} for one in inputs}}
    return {"name": name, "inputSchema": schema, **({"annotations": hints} if hints is not None else {})}


def given(folder: Path, text: str, rule: str, *tools: Mapping[str, Any] | None, runs: tuple[Run, ...] = ()) -> Report:
    """Judge a plan whose workflow is given tools; one that is None stands for a server that does not answer."""
    opened = {
        "protocolVersion": "2025-06-18",
        "capabilities": {"tools": {}},
        "serverInfo": {"name": "d", "version": ""},
    }
    answers: dict[str, Any] = {"initialize": {"result": opened}, "tools/list": {"result": {"tools": tools}}}
    if None in tools:
        del answers["initialize"]
    told_to = folder / "answers.json"
    told_to.parent.mkdir(exist_ok=True)
    told_to.write_text(json.dumps(answers), "utf-8")
    command = json.dumps([sys.executable, str(SERVER), str(told_to)])
    more = f"sources:\n  desk: {{connector: {{type: mcp_tools, command: {command}}}, datasets: {{}}}}\n"
    if runs:
        path = write_traces(folder / "traces.jsonl", *runs)
        more += f"  traces: {{connector: {{type: otlp, path: {path}}}, datasets: {{}}}}\n"
    chosen = [one for one in registry.rules() if one.id == rule]
    return world(folder).audit(text.replace("sources:\n", more), rules=chosen, limits=Limits(commands=True))


def test_a_tool_that_no_action_declares_is_told_with_its_name(tmp_path: Path) -> None:
    text = DRAFT + "actions: {read_ticket: {level: read}}\n"

    report = given(tmp_path, text, UNDECLARED, tool("read_ticket"), tool("delete_customer"), tool("get_plan", READ))

    [found] = told(report, UNDECLARED)
    assert found.judgement.says == (
        "desk offers 2 of its 3 tools without an action: delete_customer; 1 more only read, as they say"
    )
    assert (found.judgement.level, found.severity) == (Level.CONFIGURED, Severity.HIGH)


def test_tools_that_only_read_weigh_less(tmp_path: Path) -> None:
    report = given(tmp_path, DRAFT + "actions: {reply: {level: draft}}\n", UNDECLARED, tool("get_plan", READ))

    assert [found.severity for found in told(report, UNDECLARED)] == [Severity.MEDIUM]


def test_tools_are_declared_by_their_own_names_or_by_those_that_actions_give_them(tmp_path: Path) -> None:
    text = (
        DRAFT + "actions: {read_ticket: {level: read}, suggest_tag: {level: suggest, tools: [tags.find, top-tags]}}\n"
    )
    tools = (tool("readTicket"), tool("tags.find"), tool("top-tags"))

    report = given(tmp_path, text, UNDECLARED, *tools)

    assert (told(report, UNDECLARED), verdict(report, "actions")) == ([], Verdict.HELD)


def test_what_is_ruled_out_is_declared_and_no_undeclared_tool(tmp_path: Path) -> None:
    text = DRAFT + "actions: {send_reply: {level: trigger, allowed: false}}\n"

    assert told(given(tmp_path, text, UNDECLARED, tool("send_reply")), UNDECLARED) == []


def test_a_server_that_does_not_answer_leaves_it_open(tmp_path: Path) -> None:
    report = given(tmp_path, DRAFT + "actions: {reply: {level: draft}}\n", UNDECLARED, None)

    assert (told(report, UNDECLARED), verdict(report, "actions")) == ([], Verdict.UNVERIFIED)
    assert report.failures


def test_a_tool_whose_name_is_no_name_is_neither_told_nor_passed_over(tmp_path: Path) -> None:
    text = DRAFT + "actions: {reply: {level: draft}}\n"

    report = given(tmp_path, text, UNDECLARED, tool("reply"), tool("call zq7marker@x.example 491751234567"))

    assert verdict(report, "actions") is Verdict.UNVERIFIED
    assert "zq7marker" not in repr(report)


def test_a_tool_that_runs_called_is_told_as_seen(tmp_path: Path) -> None:
    text = DRAFT + "actions: {reply: {level: draft}}\n"

    report = given(tmp_path, text, UNDECLARED, tool("reply"), runs=(Run(tool="issue_refund"), Run(tool="reply")))

    [found] = told(report, UNDECLARED)
    assert (found.judgement.says, found.judgement.level) == (
        "runs called issue_refund, which no action declares: 1 times",
        Level.OBSERVED,
    )


@pytest.mark.parametrize(
    ("level", "offered", "expected"),
    [
        ("read", tool("close", DESTROY), "close says of itself that it does not only read, and close is of level read"),
        ("draft", tool("close", DESTROY), "close says of itself that it destroys, and close is of level draft"),
        ("update", tool("close", READ), "close says of itself that it only reads, and its name says that it changes"),
        ("update", tool("act", READ), "act says of itself that it only reads, and act is of level update"),
        ("read", tool("purge"), "the name of purge says that it destroys, and purge is of level read"),
        (
            "update",
            tool("drop_row", CHANGE),
            "drop_row says of itself that it destroys nothing, and its name says that it does",
        ),
    ],
)
def test_a_tool_that_says_otherwise_than_the_plan_is_told(
    tmp_path: Path, level: str, offered: dict[str, Any], expected: str
) -> None:
    text = f"{DRAFT}actions: {{{offered['name']}: {{level: {level}}}}}\n"

    assert says(given(tmp_path, text, ANNOTATION, offered), ANNOTATION) == [expected]


def test_hints_that_agree_are_asserted_and_no_hints_leave_it_open(tmp_path: Path) -> None:
    text = DRAFT + "actions: {look: {level: read}}\n"

    agreed = given(tmp_path / "a", text, ANNOTATION, tool("look", READ))
    bare = given(tmp_path / "b", text, ANNOTATION, tool("look"))
    other = given(tmp_path / "c", text, ANNOTATION, tool("list_plans", READ))

    line = assumption(agreed, "actions.look.level")
    assert (line.verdict, line.level) == (Verdict.HELD, Level.ASSERTED)
    assert [told(report, ANNOTATION) for report in (agreed, bare, other)] == [[], [], []]
    assert verdict(bare, "actions.look.level") is Verdict.UNVERIFIED
    assert "actions.look.tools" in assumption(other, "actions.look.level").settle


def test_an_action_that_is_ruled_out_and_has_its_tool_is_possible(tmp_path: Path) -> None:
    text = DRAFT + "actions: {issue_refund: {level: update, allowed: false}}\n"

    report = given(tmp_path, text, EXCLUDED, tool("issueRefund"))

    assert says(report, EXCLUDED) == ["issue_refund is ruled out, and desk offers issueRefund all the same"]


def test_an_action_that_is_ruled_out_and_was_done_is_told_as_seen(tmp_path: Path) -> None:
    text = DRAFT + "actions: {issue_refund: {level: update, allowed: false}}\n"

    report = given(tmp_path, text, EXCLUDED, tool("look", READ), runs=(Run(tool="issue_refund"),))

    assert says(report, EXCLUDED) == ["issue_refund is ruled out, and runs did it 1 times"]


@pytest.mark.parametrize(
    ("offered", "expected"),
    [
        (tool("refund_create", CHANGE), Verdict.UNVERIFIED),
        (tool("query", None, "sql"), Verdict.UNVERIFIED),
        (tool("list_refunds", READ), Verdict.HELD),
        (tool("close_ticket", CHANGE), Verdict.HELD),
        (None, Verdict.UNVERIFIED),
    ],
)
def test_an_action_that_is_ruled_out_is_not_possible_only_where_no_tool_may_do_it(
    tmp_path: Path, offered: dict[str, Any] | None, expected: Verdict
) -> None:
    text = DRAFT + "actions: {issue_refund: {level: update, allowed: false}}\n"

    report = given(tmp_path, text, EXCLUDED, offered)

    assert (told(report, EXCLUDED), verdict(report, "actions.issue_refund.allowed")) == ([], expected)


def test_a_tool_that_takes_an_address_is_both_words_of_others_and_a_way_out(tmp_path: Path) -> None:
    text = QUIET + "actions: {read_web: {level: read, tools: [fetch]}}\n"

    [found] = told(given(tmp_path, text, TRIFECTA, tool("fetch", {"readOnlyHint": True}, "url")), TRIFECTA)

    assert found.launch_blocking
    assert found.judgement.says == (
        "fetch can be told by the tool fetch to give away crm.people.email: no person stands between"
    )
    assert found.judgement.fixes[0].text.startswith("take fetch from the workflow")


def test_a_tool_that_brings_words_of_others_completes_an_action_that_reaches_outside(tmp_path: Path) -> None:
    text = QUIET + "actions: {send: {level: trigger, touches: customer}}\n"
    send = tool("send", CHANGE)

    report = given(tmp_path / "a", text, TRIFECTA, send, tool("list_inbox_messages", READ))
    without = given(tmp_path / "b", text, TRIFECTA, send, tool("list_plans", READ))

    assert says(report, TRIFECTA) == [
        "send can be told by the tool list_inbox_messages to give away crm.people.email: no person stands between"
    ]
    assert (told(without, TRIFECTA), verdict(without, "actions.send")) == ([], Verdict.UNVERIFIED)


@pytest.mark.parametrize(
    ("text", "tools"),
    [
        (NOTHING_PRIVATE, (tool("fetch", None, "url"),)),
        (DRAFT, (tool("close_ticket", CHANGE), tool("list_plans", READ))),
        (DRAFT + "actions: {post: {level: trigger, approval: {by: lead}}}\n", (tool("post"),)),
    ],
)
def test_two_of_the_three_are_not_enough_with_tools_either(
    tmp_path: Path, text: str, tools: tuple[dict[str, Any], ...]
) -> None:
    assert told(given(tmp_path, text, TRIFECTA, *tools), TRIFECTA) == []


def test_the_smallest_leg_is_named_first(tmp_path: Path) -> None:
    tools = [tool(f"post_{name}", None, "url") for name in ("a", "b", "c")]

    [found] = told(given(tmp_path, DRAFT, TRIFECTA, *tools), TRIFECTA)

    assert found.judgement.fixes[0].text == "keep crm.people.email and 1 more out of the run"


def test_a_tool_of_which_nothing_is_told_leaves_it_open(tmp_path: Path) -> None:
    report = given(tmp_path, DRAFT + "actions: {reply: {level: draft}}\n", TRIFECTA, tool("frobnicate"))

    assert (told(report, TRIFECTA), verdict(report, "actions")) == ([], Verdict.UNVERIFIED)
