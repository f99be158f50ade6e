"""Drive, Slack, Confluence and Jira as backlot answers for them: an emulator with ten people, and readers of things."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode

import pytest
import yaml

from lineage.connector import Measure, MeasureKind, Profile, Stream, Structure
from lineage.facts import Fact, LabelFact, MeasureFact, UnseenFact
from lineage.model import DatasetId
from tests.connectors.conformance import MARKER, System, context_of, read, relation_of
from tests.connectors.saas import Asked, Reply, SaasLaws, standing_in

ADMIN = "admin-service-token"
_NOT_TOLD = "who may browse its project is not told (404)"


@pytest.fixture(scope="session")
def backlot() -> Iterator[tuple[str, dict[str, str]]]:
    """Serve backlot's own corpus on this machine: its address, and the token of each person."""
    with tempfile.TemporaryDirectory() as folder, socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port = listening.getsockname()[1]
        listening.close()
        program = str(Path(sys.executable).with_name("backlot"))
        place = {**os.environ, "BACKLOT_TELEMETRY": "0", "DO_NOT_TRACK": "1", "BACKLOT_DATA_DIR": folder}
        quiet: dict[str, Any] = {"env": place, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        subprocess.run([program, "import", "--bundled"], check=True, **quiet)
        words = ["serve", "--host", "127.0.0.1", "--port", str(port), "--disable-telemetry"]
        server = subprocess.Popen([program, *words], **quiet)
        try:
            wait_for(f"http://127.0.0.1:{port}/health")
            told = yaml.safe_load((Path(folder) / "tokens.yaml").read_text(encoding="utf-8"))
            yield f"http://127.0.0.1:{port}", {one["email"].partition("@")[0]: one["token"] for one in told["users"]}
        finally:
            server.terminate()
            server.wait()


def wait_for(url: str) -> None:
    for _ in range(300):
        try:
            urllib.request.urlopen(url, timeout=5).close()  # noqa: S310 - our own server
        except OSError:
            time.sleep(0.1)
        else:
            return
    pytest.fail("backlot does not start")


class WorkspaceLaws(SaasLaws):
    below: str

    @pytest.fixture(autouse=True)
    def _served(self, backlot: tuple[str, dict[str, str]]) -> None:
        self.url = f"{backlot[0]}{self.below}"

    def lively(self, folder: Path) -> System:  # noqa: ARG002 - as the laws call it
        targets = {DatasetId(f"s.{name}"): name for name in (str(one).partition(".")[2] for one in self.known)}
        return System({"url": self.url, "token": ADMIN}, targets, secrets=(ADMIN,))

    def bare(self, folder: Path) -> System:  # noqa: ARG002 - as the laws call it
        return System({"url": self.url, "token": ADMIN})

    def unreachable(self, folder: Path) -> Sequence[System]:  # noqa: ARG002 - as the laws call it
        return [
            System({"url": self.url, "token": MARKER}, secrets=(MARKER,)),
            System({"url": "http://127.0.0.1:1", "token": MARKER}, secrets=(MARKER,)),
            System({"url": f"ftp://{MARKER}", "token": "x"}),
            System({"url": f"{self.url}/nothing/here", "token": ADMIN}),
            System({"url": self.url, "token": f"{MARKER}\n"}),
        ]


class TestDriveLaws(WorkspaceLaws):
    kind = "google_drive"
    below = ""
    known = {"s.files": 17}


class TestSlackLaws(WorkspaceLaws):
    kind = "slack"
    below = "/slack"
    known = {"s.channels": 4, "s.messages": 41}


class TestConfluenceLaws(WorkspaceLaws):
    kind = "confluence"
    below = "/atlassian"
    known = {"s.pages": 10}


class TestJiraLaws(WorkspaceLaws):
    kind = "jira"
    below = "/atlassian"
    known = {"s.issues": 12, "s.comments": 6, "s.roles": 8}

    def everything(self, system: System) -> list[Fact]:
        """Read all but the readers, whom the emulator does not tell."""
        told = []
        for fact in super().everything(system):
            if isinstance(fact, UnseenFact) and fact.name is not None and fact.name.field == ("readers",):
                assert (fact.reason, "administer" in fact.settle) == (_NOT_TOLD, True)
            else:
                told.append(fact)
        return told


def values(kind: str, settings: dict[str, Any], dataset: str, *fields: str) -> list[list[object]]:
    """Give what a comparison would be handed."""
    of = DatasetId(f"s.{dataset}")
    relation = relation_of(read(kind, settings, [Structure({of: dataset})]), of)
    taken: list[list[object]] = []

    class Rows:
        def __call__(self, rows: Sequence[Sequence[object]]) -> None:
            taken.extend(list(row) for row in rows)

        def end(self) -> None:
            taken.append(["end"])

    facts = read(kind, settings, [Stream(relation, fields)], context_of(sink=Rows()))
    assert not [fact for fact in facts if isinstance(fact, UnseenFact)]
    assert taken.pop() == ["end"]
    return taken


def test_each_file_of_drive_says_who_may_read_it(backlot: tuple[str, dict[str, str]]) -> None:
    url, tokens = backlot

    files = values("google_drive", {"url": url, "token": ADMIN}, "files", "id", "trashed", "readers")
    of_ava = {file for [file] in values("google_drive", {"url": url, "token": tokens["ava.chen"]}, "files", "id")}

    groups = {
        "group:product@acme.com",
        "group:design@acme.com",
        "group:engineering@acme.com",
        "group:handbook@acme.com",
    }
    mine = {"user:ava.chen@acme.com", "domain:acme.com", "anyone", *groups}
    readable = {file: trashed for file, trashed, readers in files if mine & set(json.loads(str(readers)))}
    assert (len(files), len(of_ava)) == (17, 13)
    assert of_ava <= set(readable)
    assert all(trashed for file, trashed in readable.items() if file not in of_ava)


def test_a_private_channel_of_slack_is_read_by_its_members(backlot: tuple[str, dict[str, str]]) -> None:
    settings = {"url": f"{backlot[0]}/slack", "token": ADMIN}

    channels = values("slack", settings, "channels", "private", "readers")

    told = {(private, str(readers) == '["workspace"]') for private, readers in channels}
    assert told <= {(False, True), (True, False)}
    assert (False, True) in told


def test_a_page_of_confluence_says_by_which_restrictions_it_is_read(backlot: tuple[str, dict[str, str]]) -> None:
    pages = values("confluence", {"url": f"{backlot[0]}/atlassian", "token": ADMIN}, "pages", "space", "readers")

    ways = [json.loads(str(readers)) for _, readers in pages]
    assert all(way and all(way) for way in ways)
    assert any(way == [[f"space:{space}"]] for (space, _), way in zip(pages, ways, strict=True))


def test_who_sees_issues_of_a_project_of_jira_is_a_member_of_its_role(backlot: tuple[str, dict[str, str]]) -> None:
    from backlot import synth  # type: ignore[import-untyped]

    url = f"{backlot[0]}/atlassian"
    members: dict[object, set[object]] = {}
    for project, member in values("jira", {"url": url, "token": ADMIN}, "roles", "project", "member"):
        members.setdefault(project, set()).add(member)
    seen = set()
    for person, token in backlot[1].items():
        domain = "northwind.example" if person == "sam.ortiz" else "acme.com"
        account = f"{person}@{domain}"
        settings = {"url": url, "token": token, "account": account}
        for [project] in values("jira", settings, "issues", "project"):
            seen.add((project, f"user:{synth.atlassian_account_id(account)}"))

    assert len({project for project, _ in seen}) == 2
    assert all(member in members[project] for project, member in seen)


def test_readers_of_an_issue_of_jira_are_the_members_of_the_roles_that_may_browse(
    backlot: tuple[str, dict[str, str]],
) -> None:
    """The scheme of permissions is our own, as Atlassian documents it; roles and issues are the emulator's."""
    base, asked = f"{backlot[0]}/atlassian", Asked()
    scheme = [
        {"permission": "BROWSE_PROJECTS", "holder": {"type": "projectRole", "parameter": "10002", "value": "10002"}},
        {"permission": "ADMINISTER_PROJECTS", "holder": {"type": "anyone"}},
    ]

    def answers(path: str, query: dict[str, str]) -> Any:
        if path.endswith("/permissionscheme"):
            return {"id": 10000, "permissions": scheme}
        address = f"{base}{path}?{urlencode(query)}"
        request = urllib.request.Request(address, headers={"Authorization": f"Bearer {ADMIN}"})  # noqa: S310 - our own server
        try:
            with urllib.request.urlopen(request, timeout=30) as response:  # noqa: S310 - our own server
                return json.load(response)
        except HTTPError as error:
            return Reply(error.code)

    with standing_in(answers, asked, f"Bearer {ADMIN}") as url:
        settings = {"url": url, "token": ADMIN}
        issues = values("jira", settings, "issues", "project", "readers")
        roles = values("jira", settings, "roles", "project", "member")

    members = {project: sorted(str(who) for at, who in roles if at == project) for project, _ in issues}
    assert len(issues) == 12
    assert all(json.loads(str(readers)) == [members[project]] for project, readers in issues)
    # A scheme is asked for once in each project, however many issues it has.
    assert sum("/permissionscheme" in line for line in asked.lines) == 2


@pytest.mark.parametrize(
    ("kind", "below", "dataset"),
    [
        ("google_drive", "", "files"),
        ("slack", "/slack", "messages"),
        ("confluence", "/atlassian", "pages"),
        ("jira", "/atlassian", "issues"),
    ],
)
def test_what_a_token_may_not_see_is_not_gone(
    backlot: tuple[str, dict[str, str]], kind: str, below: str, dataset: str
) -> None:
    of = DatasetId(f"s.{dataset}")
    settings = {"url": f"{backlot[0]}{below}", "token": backlot[1]["ava.chen"]}
    if kind == "jira":
        settings["account"] = "ava.chen@acme.com"
    relation = relation_of(read(kind, settings, [Structure({of: dataset})]), of)
    ended: list[bool] = []

    class Rows:
        def __call__(self, rows: Sequence[Sequence[object]]) -> None: ...

        def end(self) -> None:
            ended.append(True)

    def streamed(**more: str) -> list[Fact]:
        return read(kind, {**settings, **more}, [Stream(relation, ("id",), whole=True)], context_of(sink=Rows()))

    hidden = [fact for fact in streamed() if isinstance(fact, UnseenFact)]
    assert [(fact.what, "not gone" in fact.reason, "everything" in fact.settle) for fact in hidden] == [
        ("data", True, True)
    ]
    assert ended == []
    streamed(sees="everything")
    assert ended == [True]


def test_who_may_read_is_not_asked_where_no_plan_wants_it(backlot: tuple[str, dict[str, str]]) -> None:
    of = DatasetId("s.files")
    settings = {"url": backlot[0], "token": ADMIN}
    relation = relation_of(read("google_drive", settings, [Structure({of: "files"})]), of)

    def queries(*names: str) -> int:
        columns = {name: relation.columns[name] for name in names}
        one = type(relation)(of, relation.name, columns)
        measures = tuple(Measure(of, MeasureKind.NULLS, name) for name in names)
        facts = read("google_drive", settings, [Profile(one, None, (), measures)])
        assert [fact.value for fact in facts if isinstance(fact, MeasureFact) and fact.measure != "rows"] == [0] * len(
            names
        )
        return int(facts[-1].queries)  # type: ignore[union-attr]

    assert queries("id", "readers") - queries("id") >= 17


def test_texts_of_messages_are_looked_into(backlot: tuple[str, dict[str, str]]) -> None:
    laws = TestSlackLaws()
    laws.url = f"{backlot[0]}/slack"

    facts = laws.everything(laws.lively(Path()))

    assert {fact.name.field[0] for fact in facts if isinstance(fact, LabelFact)} <= {"text", "readers", "author"}
