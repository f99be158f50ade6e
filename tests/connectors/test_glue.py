"""The catalogue of AWS Glue and Lake Formation, at a stand-in that runs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from lineage.connector import Measure, MeasureKind, Profile, Structure
from lineage.errors import ConnectorError
from lineage.facts import DatasetFact, Fact, FieldFact, GrantFact, OpaqueFact, ResolvedFact, UnseenFact
from lineage.model import DatasetKind
from tests.connectors import aws_servers
from tests.connectors.aws_servers import CREDENTIALS, SECRET
from tests.connectors.conformance import CONTACTS, MARKER, ODD, Laws, System, read, relation_of

AGENT, ANALYST = (f"arn:aws:iam::123456789012:role/{name}" for name in ("agent", "analyst"))


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with aws_servers.running() as url:
        yield url


def made(url: str) -> Any:
    """Make a catalogue of one database anew."""
    aws_servers.emptied(url)
    glue = aws_servers.client(url, "glue")
    glue.create_database(DatabaseInput={"Name": "crm", "Description": MARKER})
    columns = [
        {"Name": "id", "Type": "bigint"},
        {"Name": "email", "Type": "string", "Comment": MARKER},
        {"Name": "who", "Type": f"struct<{MARKER}:string>"},
    ]
    place = {"Columns": columns, "Location": f"s3://bucket/{MARKER}"}
    glue.create_table(
        DatabaseName="crm",
        TableInput={
            "Name": "contacts",
            "Description": MARKER,
            "Parameters": {"recordCount": "7", "note": MARKER},
            "StorageDescriptor": place,
            "PartitionKeys": [{"Name": "day", "Type": "date"}],
        },
    )
    glue.create_table(
        DatabaseName="crm",
        TableInput={
            "Name": "eu",
            "TableType": "VIRTUAL_VIEW",
            "ViewOriginalText": f"SELECT '{MARKER}'",
            "StorageDescriptor": {"Columns": columns[:1]},
        },
    )
    return glue


def structure(url: str) -> list[Fact]:
    targets = {CONTACTS: "crm.Contacts", ODD: "eu"}
    return read("glue", {"endpoint": url, "database": "crm", **CREDENTIALS}, [Structure(targets)])


class TestLaws(Laws):
    kind = "glue"

    @pytest.fixture(autouse=True)
    def _at(self, server: str) -> None:
        self.server = server

    def lively(self, folder: Path) -> System:  # noqa: ARG002 - as the laws call it
        glue = made(self.server)

        def state() -> object:
            return str(glue.get_tables(DatabaseName="crm")["TableList"])

        return System({"endpoint": self.server, **CREDENTIALS}, {CONTACTS: "crm.contacts"}, state, (SECRET,))

    def unreachable(self, folder: Path) -> Sequence[System]:  # noqa: ARG002 - as the laws call it
        return [
            System({"endpoint": "http://127.0.0.1:1", **CREDENTIALS}, secrets=(SECRET,)),
            System({"endpoint": MARKER, **CREDENTIALS}, secrets=(SECRET,)),
        ]


def test_tables_and_columns_are_told_and_no_record_is_read(server: str) -> None:
    made(server)

    facts = structure(server)
    rows = Profile(relation_of(facts, CONTACTS), None, (), (Measure(CONTACTS, MeasureKind.ROWS),))
    looked = read("glue", {"endpoint": server, **CREDENTIALS}, [rows])

    fields = {fact.name.short: (fact.type, fact.documented) for fact in facts if isinstance(fact, FieldFact)}
    assert fields == {
        "crm.contacts.id": ("bigint", False),
        "crm.contacts.email": ("string", True),
        "crm.contacts.who": ("struct", False),
        "crm.contacts.day": ("date", False),
        "crm.eu.id": ("bigint", False),
    }
    assert {fact.name.short: (fact.kind, fact.rows_estimate) for fact in facts if isinstance(fact, DatasetFact)} == {
        "crm.contacts": (DatasetKind.FOREIGN, 7),
        "crm.eu": (DatasetKind.VIEW, None),
    }
    assert [fact.name.short for fact in facts if isinstance(fact, OpaqueFact)] == ["crm.eu"]
    assert [fact.name.short for fact in facts if isinstance(fact, ResolvedFact)] == ["crm.contacts", "crm.eu"]
    assert [fact.reason for fact in looked if isinstance(fact, UnseenFact)] == ["a catalogue holds no records"]


def test_grants_of_lake_formation_are_told_by_table_and_column(server: str) -> None:
    made(server)
    lake = aws_servers.client(server, "lakeformation")
    table = {"DatabaseName": "crm", "Name": "contacts"}
    for who, resource, rights in (
        (AGENT, {"TableWithColumns": {**table, "ColumnNames": ["id"]}}, ["SELECT"]),
        (ANALYST, {"Table": table}, ["ALL"]),
        (ANALYST, {"Database": {"Name": "crm"}}, ["ALL"]),
        ("IAM_ALLOWED_PRINCIPALS", {"Table": {"DatabaseName": "crm", "Name": "eu"}}, ["ALL"]),
    ):
        lake.grant_permissions(Principal={"DataLakePrincipalIdentifier": who}, Resource=resource, Permissions=rights)

    facts = structure(server)

    told = {(fact.holder.name, fact.on.short, fact.right) for fact in facts if isinstance(fact, GrantFact)}
    assert told == {
        (AGENT, "crm.contacts.id", "select"),
        *((ANALYST, "crm.contacts", right) for right in ("select", "insert", "delete")),
    }
    unseen = {(fact.name.short if fact.name else "", fact.reason) for fact in facts if isinstance(fact, UnseenFact)}
    assert unseen == {
        ("", "policies of IAM and of the buckets are not weighed here"),
        ("", "a grant by Database is not followed"),
        ("crm.eu", "Lake Formation leaves it to IAM's policies alone"),
    }


def test_a_login_that_is_refused_or_may_not_look_is_told_with_a_way_out(server: str) -> None:
    made(server)
    unknown = {"key": MARKER, "secret": MARKER}
    blind = aws_servers.login(server, "blind")
    half = aws_servers.login(server, "half", "glue:Get*")

    with aws_servers.guarded(server):
        for login in (unknown, blind):
            with pytest.raises(ConnectorError, match=r"\?|;") as caught:
                read("glue", {"endpoint": server, **login}, [Structure()])
            assert not any(secret in str(caught.value) for secret in login.values())
        told = read("glue", {"endpoint": server, "database": "crm", **half}, [Structure({CONTACTS: "crm.contacts"})])

    # Tables are told, and that grants of Lake Formation may not be looked at is.
    assert any(isinstance(fact, ResolvedFact) for fact in told)
    assert any(isinstance(fact, UnseenFact) and fact.what == "access" for fact in told)
