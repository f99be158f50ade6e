"""HubSpot, Zendesk and Salesforce against stand-ins of our own, written from their documentation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from lineage.access import access_of
from lineage.connector import Measure, MeasureKind, Profile, Structure
from lineage.duration import Duration
from lineage.facts import DatasetFact, GrantFact, JobFact, MeasureFact, MemberFact, SystemFact, TagFact, UnseenFact
from lineage.model import DatasetId, SourceId
from tests.connectors.conformance import MARKER, System, context_of, read, relation_of
from tests.connectors.saas import TOKEN, Asked, Reply, SaasLaws, fields_in, standing_in


class StandInLaws(SaasLaws):
    """A service that a stand-in answers for; `answers` is one of the functions below."""

    answers: Any
    empty: Any

    @pytest.fixture(autouse=True)
    def _served(self) -> Iterator[None]:
        self.asked = Asked()
        kind = type(self)
        with standing_in(kind.answers, self.asked) as self.url, standing_in(kind.empty, Asked()) as self.url_of_none:
            yield

    def lively(self, folder: Path) -> System:  # noqa: ARG002 - as the laws call it
        targets = {DatasetId(one): str(one).partition(".")[2] for one in self.known}

        def written() -> object:
            return [line for line in self.asked.lines if not line.startswith("GET ")]

        return System({"url": self.url, "token": TOKEN}, targets, written, (TOKEN,))

    def bare(self, folder: Path) -> System:  # noqa: ARG002 - as the laws call it
        return System({"url": self.url_of_none, "token": TOKEN})

    def unreachable(self, folder: Path) -> Sequence[System]:  # noqa: ARG002 - as the laws call it
        return [
            System({"url": self.url, "token": MARKER}, secrets=(MARKER,)),
            System({"url": "http://127.0.0.1:1", "token": MARKER}, secrets=(MARKER,)),
            System({"url": f"ftp://{MARKER}", "token": "x"}),
        ]


PROPERTIES = {
    "non_sensitive": [
        {"name": "email", "type": "string", "description": "where it is sent"},
        {"name": "lastmodifieddate", "type": "datetime"},
        {"name": "visits", "type": "number"},
        {"name": "born", "type": "date"},
    ],
    "sensitive": [{"name": "passport", "type": "string", "dataSensitivity": "sensitive"}],
    "highly_sensitive": [
        {
            "name": "allergy",
            "type": "string",
            "dataSensitivity": "highly_sensitive",
            "sensitiveDataCategories": ["HIPAA"],
        }
    ],
}


def hubspot(path: str, query: dict[str, str]) -> Any:
    """Answer as HubSpot does: two pages of contacts, and sensitive properties only where they are asked for."""
    match path.strip("/").split("/"):
        case ["crm", "v3", "properties", "contacts"]:
            return {"results": PROPERTIES[query.get("dataSensitivity", "non_sensitive")]}
        case ["crm", "v3", "objects", "contacts"]:
            first = int(query.get("after", 0))
            names = [name for name in query.get("properties", "").split(",") if name]
            told = {
                "email": f"{MARKER}{first}@x.example",
                "lastmodifieddate": f"2026-11-2{first}T10:00:00.123Z",
                "visits": "" if first else "3",
                "born": "1990-01-01",
                "passport": MARKER,
                "allergy": MARKER,
            }
            rows = [{"id": str(first + 7), "properties": {name: told[name] for name in names}}]
            return {"results": rows, **({} if first else {"paging": {"next": {"after": "1"}}})}
        case ["crm", "v3", "schemas"]:
            return {"results": []}
    return None


def hubspot_of_none(path: str, query: dict[str, str]) -> Any:
    return {"results": []} if path == "/crm/v3/schemas" else Reply(403) if "properties" in path else None


class TestHubspotLaws(StandInLaws):
    kind = "hubspot"
    known = {"s.contacts": 2}
    answers = staticmethod(hubspot)
    empty = staticmethod(hubspot_of_none)


def test_hubspots_sensitive_properties_are_told_and_marked() -> None:
    of = DatasetId("s.contacts")
    with standing_in(hubspot, Asked()) as url:
        facts = read("hubspot", {"url": url, "token": TOKEN}, [Structure({of: "contacts"})])

    told = fields_in(facts)
    assert {name: fact.type for name, fact in told.items()} == {
        "id": "VARCHAR",
        "allergy": "VARCHAR",
        "born": "DATE",
        "email": "VARCHAR",
        "lastmodifieddate": "TIMESTAMP WITH TIME ZONE",
        "passport": "VARCHAR",
        "visits": "DOUBLE",
    }
    assert [name for name, fact in told.items() if fact.documented] == ["email"]
    tags = {(fact.name.field[0], fact.label) for fact in facts if isinstance(fact, TagFact)}
    assert tags == {("passport", "personal"), ("allergy", "health")}


def test_where_hubspot_refuses_sensitive_properties_the_object_is_not_wholly_known() -> None:
    def refusing(path: str, query: dict[str, str]) -> Any:
        return Reply(403) if query.get("dataSensitivity") == "highly_sensitive" else hubspot(path, query)

    with standing_in(refusing, Asked()) as url:
        facts = read("hubspot", {"url": url, "token": TOKEN}, [Structure({DatasetId("s.contacts"): "contacts"})])

    assert [fact.complete_fields for fact in facts if isinstance(fact, DatasetFact)] == [False]
    assert any("highly_sensitive may not be listed" in fact.reason for fact in facts if isinstance(fact, UnseenFact))


def test_only_the_properties_of_the_plan_are_read_of_hubspot() -> None:
    asked, of = Asked(), DatasetId("s.contacts")
    with standing_in(hubspot, asked) as url:
        settings = {"url": url, "token": TOKEN}
        relation = relation_of(read("hubspot", settings, [Structure({of: "contacts"})]), of)
        one = type(relation)(of, relation.name, {"visits": relation.columns["visits"]})
        facts = read("hubspot", settings, [Profile(one, None, (), (Measure(of, MeasureKind.NULLS, "visits"),))])

    assert [fact.value for fact in facts if isinstance(fact, MeasureFact)] == [2, 1]
    assert {line.partition("properties=")[2] for line in asked.lines if "objects" in line} == {
        "visits",
        "visits&after=1",
    }


def test_a_service_that_asks_to_wait_is_waited_for_within_the_budget() -> None:
    busy = [Reply(429, {"Retry-After": "0"}), Reply(503, {"Retry-After": "0"})]

    def limited(path: str, query: dict[str, str]) -> Any:
        return busy.pop() if busy else hubspot(path, query)

    def shut(path: str, query: dict[str, str]) -> Any:
        return Reply(429, {"Retry-After": "86400"})

    task = [Structure({DatasetId("s.contacts"): "contacts"})]
    with standing_in(limited, Asked()) as url:
        assert fields_in(read("hubspot", {"url": url, "token": TOKEN}, task))
    with standing_in(shut, Asked()) as url, pytest.raises(Exception, match="asked too often"):
        read("hubspot", {"url": url, "token": TOKEN}, task, context_of())


SCHEDULES = [
    {
        "id": 1,
        "title": MARKER,
        "active": True,
        "object": "zen:ticket",
        "conditions": {"all": [{"field": "updated_at", "operator": "less_than", "value": "P90D"}], "any": []},
    },
    {
        "id": 2,
        "active": False,
        "object": "zen:ticket",
        "conditions": {"all": [{"field": "status", "operator": "is", "value": "closed"}]},
    },
]


def zendesk(path: str, query: dict[str, str]) -> Any:
    """Answer as Zendesk does: two pages of tickets, a deleted one among them."""
    match path.strip("/").split("/")[2:]:
        case ["ticket_fields"]:
            own = [
                {"id": 901, "type": "text", "title": "Order", "description": "which order"},
                {"id": 902, "type": "integer", "title": "Items"},
                {"id": 903, "type": "text", "title": "Twice"},
                {"id": 904, "type": "text", "title": "Twice"},
            ]
            return {
                "ticket_fields": [{"id": 1, "type": "subject", "title": "Subject"}, *own],
                "meta": {"has_more": False},
            }
        case ["deletion_schedules"]:
            return {"deletion_schedules": SCHEDULES}
        case ["incremental", "tickets", "cursor"]:
            last = "cursor" in query
            tickets = [
                {
                    "id": 41 + number + 2 * last,
                    "subject": f"{MARKER} order",
                    "status": "deleted" if number and last else "open",
                    "requester_id": 5,
                    "created_at": "2026-11-20T10:00:00Z",
                    "updated_at": "2026-11-21T10:00:00Z",
                    "tags": [MARKER],
                    "custom_fields": [{"id": 901, "value": MARKER}, {"id": 902, "value": 3}],
                }
                for number in range(2)
            ]
            return {"tickets": tickets, "after_cursor": None if last else "next", "end_of_stream": last}
    return None


def zendesk_of_none(path: str, query: dict[str, str]) -> Any:
    found = zendesk(path, query)
    if isinstance(found, dict) and "tickets" in found:
        return {"tickets": [], "end_of_stream": True}
    return found


class TestZendeskLaws(StandInLaws):
    kind = "zendesk"
    known = {"s.tickets": 3}
    answers = staticmethod(zendesk)
    empty = staticmethod(zendesk_of_none)

    def test_an_empty_system_is_no_failure(self, tmp_path: Path) -> None:
        facts = read(self.kind, self.bare(tmp_path).settings, [Structure({DatasetId("s.tickets"): "tickets"})])

        assert any(isinstance(fact, SystemFact) for fact in facts)


def test_zendesks_own_fields_have_their_titles_and_its_schedules_their_ages() -> None:
    with standing_in(zendesk, Asked()) as url:
        facts = read("zendesk", {"url": url, "token": TOKEN}, [Structure({DatasetId("s.tickets"): "tickets"})])

    told = fields_in(facts)
    assert (told["custom.Order"].documented, told["custom.Items"].type) == (True, "BIGINT")
    assert "custom.Twice" not in told
    assert ["2 ticket fields" in fact.reason for fact in facts if isinstance(fact, UnseenFact) and fact.name] == [True]
    jobs = [fact for fact in facts if isinstance(fact, JobFact)]
    assert [(job.enabled, job.keeps, job.since is not None and job.since.field) for job in jobs] == [
        (True, Duration(seconds=90 * 86_400), ("updated_at",)),
        (False, None, False),
    ]
    assert MARKER not in repr(facts)


def test_who_may_not_see_zendesks_schedules_is_told_so() -> None:
    def refusing(path: str, query: dict[str, str]) -> Any:
        return Reply(403) if "deletion" in path else zendesk(path, query)

    with standing_in(refusing, Asked()) as url:
        facts = read("zendesk", {"url": url, "token": TOKEN}, [Structure({DatasetId("s.tickets"): "tickets"})])

    assert not [fact for fact in facts if isinstance(fact, JobFact)]
    assert any("deletion schedules" in fact.reason for fact in facts if isinstance(fact, UnseenFact))


FIELDS = [
    {"name": "Id", "type": "id", "nillable": False, "permissionable": False},
    {"name": "Email", "type": "email", "nillable": True, "permissionable": True, "inlineHelpText": "where"},
    {"name": "Passport__c", "type": "string", "nillable": True, "permissionable": True},
    {"name": "LastModifiedDate", "type": "datetime", "nillable": False, "permissionable": False},
]
AI = "ai@acme.example"


def salesforce(path: str, query: dict[str, str]) -> Any:
    """Answer as Salesforce does: descriptions, permission sets, classifications, and records in two pages."""
    data = "/services/data/v62.0"
    match path.removeprefix(data).strip("/").split("/"):
        case ["sobjects"]:
            return {"sobjects": [{"name": "Contact", "queryable": True}, {"name": "Hidden", "queryable": False}]}
        case ["sobjects", "Contact", "describe"]:
            return {"fields": FIELDS}
        case ["query", "next"]:
            return {
                "done": True,
                "records": [{"Id": "2", "Email": None, "LastModifiedDate": "2026-11-20T10:00:00.000+0000"}],
            }
        case ["tooling", "query"]:
            mark = {"QualifiedApiName": "Passport__c", "SecurityClassification": "Restricted", "ComplianceGroup": None}
            health = {"QualifiedApiName": "Email", "SecurityClassification": None, "ComplianceGroup": "GDPR;HIPAA"}
            return {"done": True, "records": [mark, health]}
        case ["query"]:
            return soql(query["q"], data)
    return None


def soql(asked: str, data: str) -> Any:
    told: list[dict[str, Any]] = []
    if "FROM PermissionSet WHERE" in asked or asked.endswith("FROM PermissionSet"):
        told = [
            {"Id": "P1", "Name": "X1", "IsOwnedByProfile": True, "Profile": {"Name": "Support"}},
            {"Id": "P2", "Name": "Passports", "IsOwnedByProfile": False, "Profile": None},
        ]
    elif "FROM ObjectPermissions" in asked:
        told = [{"ParentId": "P1"}]
    elif "FROM FieldPermissions" in asked:
        told = [{"ParentId": "P1", "Field": "Contact.Email"}, {"ParentId": "P2", "Field": "Contact.Passport__c"}]
    elif "FROM User" in asked:
        told = [{"Id": "U1"}] if AI in asked else []
    elif "FROM PermissionSetAssignment" in asked:
        told = [{"PermissionSetId": "P1"}]
    elif "FROM Contact" in asked:
        one = {"attributes": {}, "Id": "1", "Email": f"{MARKER}@x.example", "Passport__c": MARKER}
        first = [{**one, "LastModifiedDate": "2026-11-21T10:00:00.000+0000"}]
        return {"done": False, "nextRecordsUrl": f"{data}/query/next", "records": first}
    return {"done": True, "records": told}


def salesforce_of_none(path: str, query: dict[str, str]) -> Any:
    return {"sobjects": []} if path.endswith("sobjects") else salesforce(path, query)


class TestSalesforceLaws(StandInLaws):
    kind = "salesforce"
    known = {"s.Contact": 2}
    answers = staticmethod(salesforce)
    empty = staticmethod(salesforce_of_none)


def of_salesforce(identity: str, answers: Any = salesforce) -> Any:
    with standing_in(answers, asked := Asked()) as url:
        settings = {"url": url, "token": TOKEN, "sees": "everything"}
        tasks = [Structure({DatasetId("s.Contact"): "Contact"}, identity)]
        return read("salesforce", settings, tasks), asked


def test_a_field_of_salesforce_is_read_by_who_may_read_object_and_field() -> None:
    facts, _ = of_salesforce(AI)

    grants = {(fact.holder.name, fact.on.field[0]) for fact in facts if isinstance(fact, GrantFact) and fact.on.field}
    assert grants == {("profile:Support", name) for name in ("Id", "Email", "LastModifiedDate")}
    members = [(fact.member.name, fact.of.name) for fact in facts if isinstance(fact, MemberFact)]
    assert members == [(AI, "profile:Support")]
    assert [fact for fact in facts if isinstance(fact, UnseenFact) and fact.name is None] == []


def test_the_identitys_reach_is_worked_out_of_salesforces_permissions() -> None:
    facts, _ = of_salesforce(AI)
    access = access_of(facts)

    principal = access.principal(SourceId("s"), AI)
    assert principal is not None
    assert access.known(SourceId("s"))
    assert {name.field[0] for name in access.reach(principal).fields} == {"Id", "Email", "LastModifiedDate"}


def test_classified_fields_of_salesforce_are_marked() -> None:
    facts, _ = of_salesforce(AI)

    tags = {(fact.name.field[0], fact.label) for fact in facts if isinstance(fact, TagFact)}
    assert tags == {("Passport__c", "personal"), ("Email", "health")}
    assert [name for name, fact in fields_in(facts).items() if fact.documented] == ["Email"]


def test_an_identity_that_attacks_never_reaches_salesforce() -> None:
    facts, asked = of_salesforce("x' OR Username != '")

    assert not any("Username" in line for line in asked.lines)
    assert any("permission sets" in fact.reason for fact in facts if isinstance(fact, UnseenFact))


def test_who_may_not_see_permission_sets_is_told_so() -> None:
    def refusing(path: str, query: dict[str, str]) -> Any:
        return Reply(400) if "PermissionSet" in query.get("q", "") else salesforce(path, query)

    facts, _ = of_salesforce(AI, refusing)

    assert not [fact for fact in facts if isinstance(fact, GrantFact)]
    assert [fact.what for fact in facts if isinstance(fact, UnseenFact)] == ["access"]
