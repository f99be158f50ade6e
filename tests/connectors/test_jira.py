"""Jira by a stand-in of our own: who may read an issue, and a token that Jira takes for nobody's."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from connectors.jira import text_of
from lineage import registry
from lineage.connector import Profile, Sample, Stream, Structure
from lineage.errors import ConnectorError
from lineage.facts import Fact, LabelFact, LookFact, UnseenFact
from lineage.model import DatasetId, Verdict
from lineage.plan.model import Budget
from lineage.report import Report
from lineage.testing import World, fired, verdict
from tests.connectors.conformance import MARKER, System, context_of, read, relation_of
from tests.connectors.saas import TOKEN, Asked, Reply, SaasLaws, standing_in

REST = "/rest/api/3"
LEAD = {"lead": {"accountId": "lea"}}
GROUP = {"type": "group", "parameter": "support", "value": "11-22"}
ROLE = {"type": "projectRole", "parameter": "10002", "value": "10002"}
MEMBERS = [{"actorUser": {"accountId": "ann"}}, {"actorGroup": {"name": "agents", "groupId": "33"}}]


def document(*lines: str) -> dict[str, Any]:
    """Give lines as Atlassian's editor keeps them."""
    below = [{"type": "paragraph", "content": [{"type": "text", "text": line}]} for line in lines]
    return {"type": "doc", "version": 1, "content": below}


def issue(number: int, **fields: Any) -> dict[str, Any]:
    told = {
        "summary": f"{MARKER} refund",
        "description": document("Write to", f"{MARKER}@x.example"),
        "created": "2026-11-01T10:00:00.000+0000",
        "updated": "2026-11-20T12:30:00.000+0100",
        "reporter": {"accountId": "rex", "displayName": MARKER, "emailAddress": f"{MARKER}@x.example"},
    }
    return {"id": str(number), "key": f"SUP-{number}", "fields": {**told, **fields}}


class Standing:
    """What the stand-in answers."""

    def __init__(self) -> None:
        self.issues = [issue(1), issue(2, security={"id": "7", "name": "internal"}, assignee={"accountId": "asa"})]
        self.browse: list[Mapping[str, str]] = [GROUP, ROLE]
        self.level: list[Mapping[str, str]] = [{"type": "reporter"}, {"type": "assignee"}]
        self.signed_in = True
        self.projects = [{"id": "1", "key": "SUP", **LEAD}]

    def __call__(self, path: str, query: dict[str, str]) -> Any:
        start, page = int(query.get("startAt", 0)), int(query.get("maxResults", 50))
        found: Any = None
        match path.removeprefix(REST):
            case "/serverInfo":
                found = {
                    "version": "1001",
                    **({"serverTime": "2026-11-22T12:00:00.000+0000"} if self.signed_in else {}),
                }
            case "/project/search":
                told = self.projects[start : start + page]
                found = {"values": told, "isLast": start + page >= len(self.projects)}
            case "/search/jql":
                at = int(query.get("nextPageToken", 0))
                mine = self.issues if '"SUP"' in query["jql"] else []
                more = {"nextPageToken": str(at + 1)} if at + 1 < len(mine) else {}
                found = {"issues": mine[at : at + 1], **more}
            case "/project/SUP/permissionscheme":
                found = {"permissions": [{"permission": "BROWSE_PROJECTS", "holder": one} for one in self.browse]}
            case "/issuesecurityschemes/level/member" if query["levelId"] == "7":
                found = {"values": [{"holder": one} for one in self.level[start : start + 1]], "isLast": start > 0}
            case "/project/SUP/role":
                found = {"Agents": "https://elsewhere.example/rest/api/3/project/1/role/10002"}
            case "/project/SUP/role/10002":
                found = {"actors": MEMBERS}
            case "/issue/1/comment":
                found = {"comments": [self.comment(start)], "total": 2}
            case "/issue/2/comment":
                found = {"comments": [], "total": 0}
        return found

    def comment(self, number: int) -> dict[str, Any]:
        limit = {"visibility": {"type": "role", "value": "Agents"}} if number else {}
        told = {"body": document(f"{MARKER}@x.example"), "created": "2026-11-02T10:00:00.000+0000"}
        return {"id": str(number), "author": {"accountId": "ann"}, **told, **limit}


@pytest.fixture
def standing() -> Standing:
    return Standing()


@pytest.fixture
def url(standing: Standing) -> Iterator[str]:
    with standing_in(standing, Asked()) as address:
        yield address


def values(url: str, dataset: str, *fields: str) -> tuple[list[list[object]], list[Fact]]:
    """Give what a comparison would be handed, and what was told."""
    of, settings = DatasetId(f"s.{dataset}"), {"url": url, "token": TOKEN}
    relation = relation_of(read("jira", settings, [Structure({of: dataset})]), of)
    taken: list[list[object]] = []

    class Rows:
        def __call__(self, rows: Sequence[Sequence[object]]) -> None:
            taken.extend(list(row) for row in rows)

        def end(self) -> None: ...

    return taken, read("jira", settings, [Stream(relation, fields)], context_of(sink=Rows()))


class TestStandInLaws(SaasLaws):
    kind = "jira"
    known = {"s.issues": 2, "s.comments": 2, "s.roles": 2}

    @pytest.fixture(autouse=True)
    def _served(self, url: str) -> None:
        self.url = url

    def lively(self, folder: object) -> System:  # noqa: ARG002 - as the laws call it
        targets = {DatasetId(one): one.partition(".")[2] for one in map(str, self.known)}
        return System({"url": self.url, "token": TOKEN}, targets, secrets=(TOKEN,))

    def bare(self, folder: object) -> System:  # noqa: ARG002 - as the laws call it
        return System({"url": self.url, "token": TOKEN})

    def unreachable(self, folder: object) -> Sequence[System]:  # noqa: ARG002 - as the laws call it
        return [
            System({"url": self.url, "token": MARKER}, secrets=(MARKER,)),
            System({"url": self.url, "token": MARKER, "account": f"{MARKER}@x.example"}, secrets=(MARKER,)),
            System({"url": "http://127.0.0.1:1", "token": MARKER}, secrets=(MARKER,)),
            System({"token": MARKER}, secrets=(MARKER,)),
        ]


def test_a_reader_may_browse_the_project_and_is_of_the_security_level(url: str) -> None:
    taken, told = values(url, "issues", "key", "readers")

    assert not [fact for fact in told if isinstance(fact, UnseenFact)]
    browse = ["group:agents", "group:support", "user:ann"]
    assert {key: json.loads(str(readers)) for key, readers in taken} == {
        "SUP-1": [browse],
        "SUP-2": [browse, ["user:asa", "user:rex"]],
    }


def test_a_comment_that_is_limited_is_read_by_fewer_than_its_issue(url: str) -> None:
    taken, _ = values(url, "comments", "id", "visible_to", "readers")

    told = {key: (limit, json.loads(str(readers))[1:]) for key, limit, readers in taken}
    assert told == {"0": (None, []), "1": ("role:Agents", [["role:Agents"]])}


@pytest.mark.parametrize(
    ("holder", "reader"),
    [
        ({"type": "anyone"}, "anyone"),
        ({"type": "user", "value": "ann"}, "user:ann"),
        ({"type": "reporter"}, "user:rex"),
        ({"type": "projectLead"}, "user:lea"),
        ({"type": "applicationRole"}, "everybody signed in"),
        ({"type": "applicationRole", "parameter": "jira-software"}, "application:jira-software"),
        ({"type": "userCustomField", "parameter": "customfield_10010"}, "field:customfield_10010"),
        ({"type": "sd.customer.portal.only"}, "customers"),
    ],
)
def test_each_kind_of_holder_of_a_permission_is_told(
    standing: Standing, url: str, holder: Mapping[str, str], reader: str
) -> None:
    standing.browse = [holder]

    taken, _ = values(url, "issues", "readers")

    assert json.loads(str(taken[0][0]))[0] == [reader]


def test_a_kind_of_holder_that_is_not_known_makes_readers_unseen(standing: Standing, url: str) -> None:
    standing.browse = [{"type": "forge.app", "value": MARKER}]

    taken, told = values(url, "issues", "readers")

    assert taken == []
    [unseen] = [fact for fact in told if isinstance(fact, UnseenFact)]
    assert "not known" in unseen.reason
    assert MARKER not in unseen.reason + unseen.settle


def test_a_token_that_jira_takes_for_nobody_s_is_refused(standing: Standing, url: str) -> None:
    standing.signed_in = False

    with pytest.raises(ConnectorError, match="nobody"):
        read("jira", {"url": url, "token": TOKEN}, [Structure()])


def test_a_project_whose_key_could_carry_a_query_is_not_asked_for_and_said(standing: Standing, url: str) -> None:
    standing.projects.append({"id": "2", "key": 'X" OR project = "SUP', **LEAD})

    taken, told = values(url, "issues", "key")

    assert taken == []
    assert ["1 projects have keys" in fact.reason for fact in told if isinstance(fact, UnseenFact)] == [True]


def test_roles_that_may_not_be_read_are_not_told_in_part(standing: Standing, url: str) -> None:
    standing.projects.append({"id": "2", "key": "HR", **LEAD})

    of, settings = DatasetId("s.roles"), {"url": url, "token": TOKEN}
    relation = relation_of(read("jira", settings, [Structure({of: "roles"})]), of)
    told = read("jira", settings, [Profile(relation, None, (), ())])

    assert [fact.reason for fact in told if isinstance(fact, UnseenFact)] == ["the roles of 1 projects may not be read"]


def test_more_members_than_may_be_read_are_sampled_and_not_counted(url: str) -> None:
    of, settings = DatasetId("s.roles"), {"url": url, "token": TOKEN}
    relation = relation_of(read("jira", settings, [Structure({of: "roles"})]), of)
    context = context_of(budget=Budget(rows=1, seconds=20, sample=1))

    told = read("jira", settings, [Profile(relation, None, (), ()), Sample(relation, None, None)], context)

    assert [fact.reason.partition(":")[0] for fact in told if isinstance(fact, UnseenFact)] == ["over budget"]
    assert {(fact.rows_looked, fact.whole) for fact in told if isinstance(fact, LookFact)} == {(1, False)}


def test_a_page_that_comes_again_ends_the_read(standing: Standing) -> None:
    def again(path: str, query: dict[str, str]) -> Any:
        if path.endswith("/search/jql"):
            return {"issues": [issue(1)], "nextPageToken": "1"}
        return standing(path, query)

    with standing_in(again, Asked()) as url:
        _, told = values(url, "issues", "key")

    assert any("same page again" in fact.reason for fact in told if isinstance(fact, UnseenFact))


def test_an_answer_that_is_otherwise_than_known_is_said(standing: Standing) -> None:
    def odd(path: str, query: dict[str, str]) -> Any:
        return ["no issues"] if path.endswith("/search/jql") else standing(path, query)

    with standing_in(odd, Asked()) as url:
        taken, told = values(url, "issues", "key")

    assert taken == []
    assert any("otherwise than is known" in fact.reason for fact in told if isinstance(fact, UnseenFact))


def test_a_scheme_that_may_not_be_asked_for_makes_readers_unseen(standing: Standing) -> None:
    def shut(path: str, query: dict[str, str]) -> Any:
        return Reply(403) if path.endswith("/permissionscheme") else standing(path, query)

    with standing_in(shut, Asked()) as url:
        taken, told = values(url, "issues", "key", "readers")

    assert taken == []
    assert [fact.reason for fact in told if isinstance(fact, UnseenFact)] == [
        "who may browse its project is not told (403)"
    ]


def test_texts_of_issues_and_comments_are_looked_into(url: str) -> None:
    laws = TestStandInLaws()
    laws.url = url

    facts = laws.everything(laws.lively(None))

    assert {fact.name.path[-1] for fact in facts if isinstance(fact, LabelFact) and fact.name.field == ("text",)} == {
        "issues",
        "comments",
    }


def test_a_document_is_read_with_what_it_names() -> None:
    line = {
        "type": "paragraph",
        "content": [
            {"type": "text", "text": "Ask "},
            {"type": "mention", "attrs": {"id": "ann", "text": "@Ann"}},
            {"type": "hardBreak"},
            {"type": "inlineCard", "attrs": {"url": "https://x.example/1"}},
        ],
    }
    listed = {"type": "bulletList", "content": [{"type": "listItem", "content": [line]}, {"type": "listItem"}]}

    told = text_of({"type": "doc", "content": [*document("First")["content"], listed, None, "x"]})

    assert told == "First\nAsk @Ann\nhttps://x.example/1"
    assert (text_of(None), text_of("plain"), text_of({"type": "doc"})) == (None, "plain", "")


PLAN = """\
plan: v1
meta: {id: reply, status: in-review, owner: planner@acme.example}
sources:
  desk:
    connector: {type: jira, url: "${DESK_URL}", token: "${DESK_TOKEN}", sees: SEES}
    datasets:
      issues:
        reads: issues
        key: id
        fresh: {clock: modified_at, within: 30 days}
        fields: {id: required, modified_at: required, readers: required}
  index:
    connector: {type: lancedb, path: "${INDEX_URL}"}
    datasets:
      chunks:
        reads: chunks
        key: chunk_id
        copy_of: [desk.issues]
        key_back: {field: issue}
        fields: {chunk_id: required, issue: required, readers: required}
steps: {retrieve: {reads: {desk.issues: all, index.chunks: all}}}
"""


def audited(folder: Path, url: str, issues: Sequence[str], *, carried: bool = True, sees: str = "everything") -> Report:
    """Audit an index that is made of issues beside them."""
    import lancedb
    import pyarrow as pa

    table: dict[str, list[str | None]] = {
        "chunk_id": [f"c{one}" for one in issues],
        "issue": list(issues),
        "readers": [f"group:{one}" if carried else None for one in issues],
    }
    vectors = pa.array([[0.1, 0.2]] * len(issues), pa.list_(pa.float32(), 2))
    chunks = pa.table(table, schema=pa.schema([(name, pa.string()) for name in table])).append_column("vector", vectors)
    lancedb.connect(folder / "index").create_table("chunks", chunks)
    world = World(folder, {"DESK_URL": url, "DESK_TOKEN": TOKEN, "INDEX_URL": str(folder / "index")})
    rules = ("access/rights-blind-retrieval", "retention/residue-in-copy", "freshness/stale-source")
    return world.audit(PLAN.replace("SEES", sees), rules=[one for one in registry.rules() if one.id in rules])


@pytest.mark.parametrize(
    ("issues", "carried", "found"),
    [
        (("1", "2"), True, set()),
        (("1", "2"), False, {"access/rights-blind-retrieval"}),
        (("1", "9"), True, {"retention/residue-in-copy"}),
    ],
)
def test_an_index_of_issues_is_held_against_them(
    tmp_path: Path, url: str, issues: Sequence[str], carried: bool, found: set[str]
) -> None:
    report = audited(tmp_path, url, issues, carried=carried)

    assert report.failures == ()
    assert fired(report) == found
    assert verdict(report, "issues.fresh.within") is Verdict.HELD


def test_an_issue_that_the_token_may_not_see_is_no_residue(tmp_path: Path, url: str) -> None:
    report = audited(tmp_path, url, ("1", "9"), sees="what its holder may")

    assert "retention/residue-in-copy" not in {
        one.rule for one in report.findings if one.judgement.verdict is Verdict.BROKEN
    }
