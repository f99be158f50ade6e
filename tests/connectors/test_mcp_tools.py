"""Servers of tools: our own as real processes, by their streams and over HTTP, and those that others wrote."""

from __future__ import annotations

import json
import logging
import os
import pickle
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from connectors._mcp.words import acts
from lineage import registry
from lineage.connector import Column, Profile, Relation, Sample, Structure, Task
from lineage.errors import ConnectorError, PlanError
from lineage.facts import AbsentFact, CostFact, DatasetFact, Fact, FieldFact, ResolvedFact, SystemFact, ToolFact
from lineage.facts import UnseenFact as Unseen
from lineage.model import DatasetId, DatasetKind, Name
from lineage.plan.model import Budget
from lineage.scan import Limits
from lineage.testing import World
from tests.connectors.conformance import CONTACTS, INJECTIONS, MARKER, context_of, read, without_time
from tests.connectors.events import free_port, running
from tests.connectors.tool_servers import real

SERVERS = Path(__file__).parent / "tool_servers"
TOKEN = "t0ken-of-the-test"
FIRST = {
    "initialize": {"result": {"protocolVersion": "2024-11-05", "capabilities": {"tools": {}}, "serverInfo": {
        "name": MARKER, "version": MARKER}}},
    "tools/list": {"result": {"tools": [{"name": "query", "inputSchema": {"type": "object", "properties": {
        "sql": {"type": "string", "default": MARKER}}}}]}},
}  # fmt: skip


def desk(folder: Path, kind: str = "lively") -> dict[str, Any]:
    command = [sys.executable, str(SERVERS / "desk.py"), kind]
    return {"command": command, "env": {"DESK_CALLED": str(folder / "called"), "DESK_SECRET": TOKEN}}


def scripted(folder: Path, **answers: object) -> dict[str, Any]:
    told = folder / "answers.json"
    told.write_text(json.dumps({**FIRST, **{name.replace("_", "/"): one for name, one in answers.items()}}), "utf-8")
    return {"command": [sys.executable, str(SERVERS / "scripted.py"), str(told)]}


@contextmanager
def served(folder: Path) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environ = {**os.environ, "DESK_CALLED": str(folder / "called"), "DESK_TOKEN": TOKEN}
    command = [sys.executable, str(SERVERS / "desk.py"), "lively", str(port)]
    with subprocess.Popen(command, env=environ, stderr=subprocess.DEVNULL) as running:
        for _ in range(200):
            with socket.socket() as tried:
                if tried.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}/mcp"
        running.terminate()


def tools(facts: Sequence[Fact]) -> dict[str, ToolFact]:
    return {fact.tool: fact for fact in facts if isinstance(fact, ToolFact)}


def check_lively(facts: Sequence[Fact], folder: Path) -> None:
    found = tools(facts)
    assert set(found) == {"", "contacts", "send_reply", "delete_ticket"}
    contacts, reply, delete = found["contacts"], found["send_reply"], found["delete_ticket"]
    assert (contacts.annotated, contacts.read_only, contacts.destructive, contacts.open_world) == (
        True, True, None, False,
    )  # fmt: skip
    assert (reply.annotated, reply.acts, reply.inputs) == (False, ("changes", "sends"), ("text", "to"))
    assert (delete.destructive, delete.acts) == (True, ("changes", "destroys"))
    assert contacts.outputs == ("author", "body", "id")
    fields = [fact for fact in facts if isinstance(fact, FieldFact) and fact.name.path == ("contacts",)]
    assert {(".".join(one.name.field), one.type) for one in fields} == {
        ("id", "integer"), ("body", "string"), ("author", "object"),
    }  # fmt: skip
    assert {fact.kind for fact in facts if isinstance(fact, DatasetFact)} == {DatasetKind.TOOL}
    [resolved] = [fact for fact in facts if isinstance(fact, ResolvedFact)]
    assert (resolved.dataset, resolved.name.path) == (CONTACTS, ("contacts",))
    assert isinstance(facts[-1], CostFact)
    assert facts[-1].queries == 1
    assert MARKER not in repr(facts)
    assert not (folder / "called").exists()


def test_tools_are_told_over_the_streams_of_a_process_and_none_is_called(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    with caplog.at_level(logging.DEBUG):
        facts = read("mcp_tools", desk(tmp_path), [Structure({CONTACTS: "contacts"})])

    check_lively(facts, tmp_path)
    assert MARKER not in caplog.text + "".join(capfd.readouterr())
    assert TOKEN not in repr(facts) + caplog.text


def test_tools_are_told_over_http_and_a_wrong_token_is_said_to_be_one(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with served(tmp_path) as url, caplog.at_level(logging.DEBUG):
        facts = read("mcp_tools", {"url": url, "token": TOKEN}, [Structure({CONTACTS: "contacts"})])
        with pytest.raises(ConnectorError, match=r"401.*is the connector's token right") as refused:
            read("mcp_tools", {"url": url, "token": f"{TOKEN}-wrong"}, [Structure()])
        with pytest.raises(ConnectorError, match="is the connector's url right"):
            read("mcp_tools", {"url": url.replace("/mcp", f"/{MARKER}"), "token": TOKEN}, [Structure()])

    check_lively(facts, tmp_path)
    told = str(refused.value) + caplog.text
    assert not any(secret in told for secret in (TOKEN, MARKER, url))


def test_reading_twice_gives_the_same_facts_which_travel(tmp_path: Path) -> None:
    first, second = (read("mcp_tools", desk(tmp_path), [Structure({CONTACTS: "contacts"})]) for _ in range(2))

    assert without_time(first) == without_time(second)
    assert pickle.loads(pickle.dumps(first)) == first  # noqa: S301 - our own


def test_settings_keep_their_secrets(tmp_path: Path) -> None:
    settings = registry.connector("mcp_tools").settings
    told = repr(settings.model_validate(desk(tmp_path))) + repr(
        settings.model_validate({"url": f"http://x/{TOKEN}", "token": TOKEN})
    )

    assert TOKEN not in told
    for wrong in ({}, {"command": ["x"], "url": "http://x"}, {"url": "ftp://x"}, {"url": f"http://me:{TOKEN}@x"}):
        with pytest.raises(ValidationError) as caught:
            settings.model_validate(wrong)
        assert TOKEN not in str(caught.value)


def test_a_server_without_tools_is_no_failure(tmp_path: Path) -> None:
    facts = read("mcp_tools", desk(tmp_path, "bare"), [Structure({CONTACTS: "contacts"})])
    silent = {**FIRST["initialize"]["result"], "capabilities": {}}
    incapable = read("mcp_tools", scripted(tmp_path, initialize={"result": silent}), [Structure()])

    assert (tools(facts), tools(incapable)) == ({}, {})
    [absent] = [fact for fact in facts if isinstance(fact, AbsentFact)]
    assert (absent.dataset, absent.proven) == (CONTACTS, True)


def test_names_that_attack_are_absent_and_nothing_of_the_plan_reaches_the_server(tmp_path: Path) -> None:
    targets = {DatasetId(f"s.d{number}"): text for number, text in enumerate(INJECTIONS)}

    facts = read("mcp_tools", desk(tmp_path), [Structure(targets)])

    assert {fact.dataset for fact in facts if isinstance(fact, AbsentFact)} == set(targets)
    assert not (tmp_path / "called").exists()


def test_rows_of_a_tool_are_unseen(tmp_path: Path) -> None:
    relation = Relation(CONTACTS, Name("mcp://x", ("contacts",)), {"id": Column(("id",), "integer")})
    tasks: list[Task] = [Profile(relation, None, (), ()), Sample(relation, None, None)]

    facts = read("mcp_tools", desk(tmp_path), tasks)

    assert [(fact.what, fact.settle) for fact in facts if isinstance(fact, Unseen)] == [
        (what, "name the system behind the tool as a source") for what in ("data", "sample")
    ]


def test_a_server_of_the_first_protocol_is_read(tmp_path: Path) -> None:
    facts = read("mcp_tools", scripted(tmp_path), [Structure()])

    assert [fact.version for fact in facts if isinstance(fact, SystemFact)] == ["2024-11-05"]
    assert tools(facts)["query"].acts == ("reads", "runs")
    assert MARKER not in repr(facts)


def test_a_server_that_ends_at_the_newest_protocols_question_is_asked_as_of_old(tmp_path: Path) -> None:
    facts = read("mcp_tools", scripted(tmp_path, server_discover="end"), [Structure()])

    assert [fact.version for fact in facts if isinstance(fact, SystemFact)] == ["2024-11-05"]
    assert set(tools(facts)) == {"query"}


@pytest.mark.parametrize(
    "answers",
    [
        {"tools_list": {"result": {"tools": [{"name": MARKER}]}}},
        {"tools_list": {"error": {"code": -32000, "message": MARKER, "data": MARKER}}},
        {"tools_list": {"result": MARKER}},
        {"initialize": {"result": {"protocolVersion": MARKER, "capabilities": {}, "serverInfo": {}}}},
        {"initialize": {"error": {"code": 1, "message": MARKER}}},
        {"tools_list": "silence"},
        {"tools_list": "garbage"},
        {"tools_list": "end"},
        {"initialize": "end"},
        {"server_discover": "end", "initialize": "end"},
    ],
)
def test_a_server_that_does_not_keep_the_protocol_is_an_error_with_a_way_out(
    tmp_path: Path, answers: dict[str, object], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG), pytest.raises(ConnectorError, match="does the connector's command") as caught:
        read("mcp_tools", scripted(tmp_path, **answers), [Structure()], context_of(budget=Budget(seconds=3)))

    assert MARKER not in str(caught.value) + caplog.text
    assert str(tmp_path) not in str(caught.value)


@pytest.mark.parametrize(
    "settings",
    [
        {"command": [f"/nowhere/{MARKER}"]},
        {"command": [sys.executable, "-c", f"raise SystemExit('{MARKER}')"]},
        {"url": f"http://127.0.0.1:9/{MARKER}"},
        {"url": f"http://{MARKER}.invalid/mcp"},
    ],
)
def test_a_server_that_is_not_there_is_an_error_with_a_way_out(settings: dict[str, Any]) -> None:
    with pytest.raises(ConnectorError, match="server of tools did not answer") as caught:
        read("mcp_tools", settings, [Structure()], context_of(budget=Budget(seconds=5)))

    assert MARKER not in str(caught.value)


def test_pages_without_end_are_cut_and_nothing_is_then_proved_absent(tmp_path: Path) -> None:
    endless = {"result": {**FIRST["tools/list"]["result"], "nextCursor": "again"}}

    facts = read("mcp_tools", scripted(tmp_path, tools_list=endless), [Structure({CONTACTS: "contacts"})])

    assert [fact.proven for fact in facts if isinstance(fact, AbsentFact)] == [False]
    assert [fact.complete_catalogue for fact in facts if isinstance(fact, SystemFact)] == [False]
    assert any("more than" in fact.reason for fact in facts if isinstance(fact, Unseen))


def test_many_tools_and_schemas_that_hold_themselves_are_bounded(tmp_path: Path) -> None:
    deep: dict[str, Any] = {"type": "object", "properties": {"self": {"$ref": "#"}, "at": {"type": ["null", "number"]}}}
    many = [{"name": f"t{number}", "inputSchema": deep, "outputSchema": deep} for number in range(2_500)]

    facts = read("mcp_tools", scripted(tmp_path, tools_list={"result": {"tools": many}}), [Structure()])

    assert len(tools(facts)) == 2_000
    assert len([fact for fact in facts if isinstance(fact, FieldFact)]) < 20_000
    assert tools(facts)["t1"].outputs[0] == "at"


def test_a_command_is_run_only_where_that_is_allowed(tmp_path: Path) -> None:
    plan = """
        plan: v1
        meta: {id: p, owner: o@acme.example}
        sources:
          desk: {connector: {type: mcp_tools, SETTING}, datasets: {}}
        steps: {draft: {reads: {}}}
    """
    world = World(tmp_path)

    with pytest.raises(PlanError, match="--allow-exec"):
        world.scan(plan.replace("SETTING", "command: [/nowhere/at/all]"))
    allowed = world.scan(plan.replace("SETTING", "command: [/nowhere/at/all]"), limits=Limits(commands=True))
    over_http = world.scan(plan.replace("SETTING", 'url: "http://127.0.0.1:9/mcp"'))

    assert ["did not answer" in failure.reason for failure in (*allowed.failures, *over_http.failures)] == [True, True]


@pytest.mark.parametrize(
    ("name", "description", "inputs", "expected"),
    [
        ("createIssue", "", (), ("changes",)),
        ("slack.post_message", "", ("channel",), ("changes", "sends")),
        ("tags-list", "", (), ("reads",)),
        ("write_query", "", ("query",), ("changes",)),
        ("list_messages", "", (), ("reads", "brings")),
        ("lookup_customer", "", (), ("reads",)),
        ("tickets", "Returns the tickets of a customer.", (), ("reads", "brings")),
        ("purge", "", (), ("changes", "destroys")),
        ("fetch", "", ("url",), ("reads", "sends", "brings")),
        ("customer", "Deletes nothing, ever.", (), ("changes", "destroys")),
        ("frobnicate", "Frobs.", (), ()),
        ("frobnicate", "", ("sql",), ("runs",)),
    ],
)
def test_what_a_tool_does_is_told_by_its_words(
    name: str, description: str, inputs: tuple[str, ...], expected: tuple[str, ...]
) -> None:
    assert acts(name, description, inputs) == expected


@pytest.fixture(scope="session")
def environments(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("tool_environments")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("server", "count", "annotated", "example", "expected"),
    [
        (real.GIT, 12, 12, "git_reset", (True, ("changes", "destroys"))),
        (real.TIME, 2, 2, "get_current_time", (False, ("reads",))),
        (real.SQLITE, 6, 0, "write_query", (None, ("changes",))),
        (real.FETCH, 1, 1, "fetch", (False, ("reads", "sends", "brings"))),
        (real.TIME_OF_2025, 2, 0, "convert_time", (None, ("reads",))),
        (real.FILESYSTEM, 14, 14, "write_file", (True, ("changes",))),
        (real.MEMORY, 9, 9, "delete_entities", (True, ("changes", "destroys"))),
        (real.EVERYTHING, 13, 13, "get-env", (False, ("reads",))),
    ],
    ids=lambda given: given.package if isinstance(given, real.Real) else None,
)
def test_servers_that_others_wrote_are_read(
    tmp_path: Path,
    environments: Path,
    server: real.Real,
    count: int,
    annotated: int,
    example: str,
    expected: tuple[bool | None, tuple[str, ...]],
) -> None:
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    try:
        command = real.command(server, environments, tmp_path)
    except real.CannotInstallError as e:
        pytest.skip(f"{server.package}: {e}")

    found = tools(read("mcp_tools", {"command": command}, [Structure()], context_of(budget=Budget(seconds=60))))

    # Later versions may add tools; that they lose their annotations would be news.
    assert len(found) >= count
    assert sum(tool.annotated for tool in found.values()) >= annotated
    assert (found[example].destructive, found[example].acts) == expected
    assert annotated or not any(tool.annotated for tool in found.values())


@pytest.mark.slow
@pytest.mark.parametrize(
    ("server", "expected"),
    [
        (real.DUCKDB, {"execute_query": ("runs",), "list_tables": ("reads",)}),
        (real.PROXY, {"get_current_time": ("reads",), "convert_time": ("reads",)}),
    ],
    ids=lambda given: given.package if isinstance(given, real.Real) else None,
)
def test_servers_that_others_wrote_are_read_over_http(
    tmp_path: Path, environments: Path, server: real.Real, expected: dict[str, tuple[str, ...]]
) -> None:
    import duckdb

    duckdb.connect(str(tmp_path / "shop.duckdb")).execute("create table orders (id integer)").close()
    port = free_port()
    try:
        command = real.command(server, environments, tmp_path, port)
    except real.CannotInstallError as e:
        pytest.skip(f"{server.package}: {e}")

    with running(command, port, tmp_path, seconds=60):
        facts = read(
            "mcp_tools", {"url": f"http://127.0.0.1:{port}/mcp"}, [Structure()], context_of(budget=Budget(seconds=60))
        )

    found = {name: tool.acts for name, tool in tools(facts).items()}
    assert found.items() >= expected.items()
    # That a tool of SQL only reads is what it says of itself: its name tells that it runs what it is given.
    assert all(tool.read_only for tool in tools(facts).values())


@pytest.mark.slow
def test_a_real_server_of_the_web_completes_what_gives_private_data_away(tmp_path: Path, environments: Path) -> None:
    try:
        fetch = real.command(real.FETCH, environments, tmp_path)
        clock = real.command(real.TIME, environments, tmp_path)
    except real.CannotInstallError as e:
        pytest.skip(f"{real.FETCH.package}: {e}")
    plan = """
        plan: v1
        meta: {id: reply, status: in-review, owner: planner@acme.example}
        sources:
          crm:
            connector: {type: sqlite, url: "${CRM_URL}"}
            datasets:
              people: {reads: people, key: id, fields: {id: required, email: {need: required, sensitive: email}}}
          web: {connector: {type: mcp_tools, command: COMMAND}, datasets: {}}
        steps: {draft: {reads: {crm.people: all}, to: prompt, writes: [reply]}}
        outputs: {reply: {audience: [agent]}}
        actions: {look_up: {level: read, tools: [fetch, get_current_time, convert_time]}}
    """
    world = World(tmp_path).sqlite("crm", "create table people (id integer primary key, email text)")
    rules = [rule for rule in registry.rules() if rule.id == "actions/lethal-trifecta"]

    def told(command: Sequence[str]) -> list[tuple[str, str]]:
        text = plan.replace("COMMAND", json.dumps(list(command)))
        report = world.audit(text, rules=rules, limits=Limits(commands=True))
        assert not report.failures
        return [(found.judgement.says, found.judgement.fixes[0].text) for found in report.findings]

    assert told(clock) == []
    [(says, fix)] = told(fetch)
    assert says == "fetch can be told by the tool fetch to give away crm.people.email: no person stands between"
    assert fix.startswith("take fetch from the workflow")
