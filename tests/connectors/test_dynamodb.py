"""Tables of DynamoDB, at a stand-in that runs."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from lineage import registry
from lineage.connector import Structure
from lineage.facts import DatasetFact, Fact, FieldFact, GrantFact, JobFact, LingerFact, UnseenFact
from lineage.model import DatasetId, Rung, Verdict
from lineage.report import Report
from lineage.testing import World, assumption, fired, verdict
from tests.connectors import aws_servers
from tests.connectors.aws_servers import CREDENTIALS, SECRET
from tests.connectors.conformance import (
    CONTACTS,
    MARKER,
    NOW,
    ODD,
    ODD_COLUMNS,
    ROWS,
    ConnectorLaws,
    System,
    read,
)
from tests.connectors.test_s3 import role

CARTS = DatasetId("s.carts")
ENDLESS, LONGER, ENFORCED, BACKUPS = (
    "retention/endless-default",
    "retention/longer-than-declared",
    "retention/unenforced-retention",
    "retention/outliving-backups",
)
PLAN = """\
plan: v1
meta: {id: reply, status: in-review, owner: planner@acme.example}
sources:
  state:
    connector: {type: dynamodb, endpoint: "${STATE_URL}", key: "${AWS_KEY}", secret: "${AWS_SECRET}"}
    IDENTITY
    datasets:
      carts:
        reads: carts
        key: id
        keep: {limit: 2 days, since: ends, by: ttl}
        fields: {id: required, ends: required}
steps: {draft: {reads: {state.carts: all}, to: prompt}}
rollout: [{stage: first}]
"""


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with aws_servers.running() as url:
        yield url


@pytest.fixture
def database(server: str) -> Any:
    aws_servers.emptied(server)
    return aws_servers.client(server, "dynamodb")


def table(database: Any, name: str, items: Sequence[dict[str, Any]] = (), kind: str = "N") -> None:
    from boto3.dynamodb.types import TypeSerializer

    database.create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": kind}],
        BillingMode="PAY_PER_REQUEST",
    )
    for item in items:
        database.put_item(TableName=name, Item={key: TypeSerializer().serialize(one) for key, one in item.items()})


def ends(database: Any, name: str = "carts") -> None:
    database.update_time_to_live(TableName=name, TimeToLiveSpecification={"Enabled": True, "AttributeName": "ends"})


def settings(server: str) -> dict[str, Any]:
    return {"endpoint": server, **CREDENTIALS}


class TestDynamodbLaws(ConnectorLaws):
    kind = "dynamodb"

    @pytest.fixture(autouse=True)
    def _at(self, server: str, database: Any) -> None:
        self.server, self.database = server, database

    def lively(self, folder: Path) -> System:  # noqa: ARG002 - as the laws call it
        names = ("id", "region", "email", "at")
        rows = [{key: one for key, one in zip(names, row, strict=True) if one is not None} for row in ROWS]
        table(self.database, "contacts", rows)
        odd = [{"id": 1, **dict.fromkeys(ODD_COLUMNS, MARKER)}, {"id": 2, f"{MARKER}@x-example": MARKER}]
        table(self.database, "odd", odd)

        def state() -> object:
            return [sorted(map(str, self.database.scan(TableName=name)["Items"])) for name in ("contacts", "odd")]

        return System(settings(self.server), {CONTACTS: "contacts", ODD: "odd"}, state, (SECRET,))

    def bare(self, folder: Path) -> System:  # noqa: ARG002 - as the laws call it
        return System(settings(self.server))

    def refused(self, system: System) -> Sequence[System]:
        return [System({**system.settings, "key": MARKER, "secret": MARKER}, secrets=(MARKER,))]

    def rightless(self, system: System) -> Sequence[System]:
        logins = (
            aws_servers.login(self.server, "nobody"),
            aws_servers.login(self.server, "listing", "dynamodb:ListTables", "dynamodb:Describe*"),
        )
        return [System({**system.settings, **login}) for login in logins]

    def guarded(self) -> AbstractContextManager[None]:
        return aws_servers.guarded(self.server)

    def unreachable(self, folder: Path) -> Sequence[System]:  # noqa: ARG002 - as the laws call it
        return [
            System({"endpoint": "http://127.0.0.1:1", **CREDENTIALS}, secrets=(SECRET,)),
            System({"endpoint": MARKER, **CREDENTIALS}, secrets=(SECRET,)),
        ]


def structure(server: str, **given: Any) -> list[Fact]:
    return read("dynamodb", settings(server), [Structure({CARTS: "carts"}, **given)])


def told(facts: Sequence[Fact], kind: type) -> list[Any]:
    return [fact for fact in facts if isinstance(fact, kind)]


def audited(folder: Path, server: str, identity: str = "", rules: Sequence[str] = ()) -> Report:
    plan = PLAN.replace("IDENTITY", identity and f"identity: {identity}")
    world = World(folder, {"AWS_KEY": "AKIATEST", "AWS_SECRET": SECRET}).url("state", server)
    return world.audit(plan, rules=[one for one in registry.rules() if one.id in rules])


def test_attributes_of_any_depth_are_fields(server: str, database: Any) -> None:
    item = {"id": "1", "n": 3, "share": Decimal("0.5"), "live": True, "at": {"city": "Bonn"}, "tags": {"a", "b"}}
    table(database, "carts", [item, {"id": "2", "n": None}], "S")
    table(database, "other", kind="S")

    facts = structure(server)

    fields = {".".join(one.name.field): one.type for one in told(facts, FieldFact) if one.name.path == ("carts",)}
    assert fields == {
        "id": "VARCHAR",
        "n": "BIGINT",
        "share": "DOUBLE",
        "live": "BOOLEAN",
        "at.city": "VARCHAR",
        "tags": "JSON",
    }
    assert {one.name.path: (one.rows_estimate, one.key) for one in told(facts, DatasetFact)} == {
        ("carts",): (2, ("id",)),
        ("other",): (1, ("id",)),
    }


def test_many_items_are_learnt_from_within_bounds(server: str, database: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("connectors.dynamodb._LEARNT", 2)
    monkeypatch.setattr("connectors.dynamodb._AT_ONCE", 1)
    table(database, "carts", [{"id": str(number)} for number in range(5)], "S")

    facts = structure(server)

    assert any("learnt from 2 of about 5 items" in fact.reason for fact in told(facts, UnseenFact))


def test_a_time_to_live_is_held_against_the_promise(tmp_path: Path, server: str, database: Any) -> None:
    rules = (ENDLESS, LONGER)
    soon, late = (int(NOW.timestamp()) + days * 86_400 for days in (1, 9))
    table(database, "carts", [{"id": "1", "ends": soon}], "S")

    without = audited(tmp_path / "without", server, rules=rules)
    ends(database)
    kept = audited(tmp_path / "kept", server, rules=rules)
    database.put_item(TableName="carts", Item={"id": {"S": "2"}, "ends": {"S": "tomorrow"}})
    spared = audited(tmp_path / "spared", server, rules=rules)
    database.put_item(TableName="carts", Item={"id": {"S": "2"}, "ends": {"N": str(late)}})
    longer = audited(tmp_path / "longer", server, rules=rules)

    assert [fired(one) for one in (without, kept, spared, longer)] == [{ENDLESS}, set(), {ENDLESS}, {LONGER}]
    assert verdict(kept, "keep.limit") is Verdict.HELD
    [ladder] = spared.kept
    assert ladder.fails is not None
    assert (ladder.fails.rung, ladder.fails.rule) == (Rung.ENFORCED, ENDLESS)


def test_items_that_were_not_all_looked_at_hold_nothing(
    tmp_path: Path, server: str, database: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules = (ENDLESS, LONGER, ENFORCED)
    soon = int(NOW.timestamp()) + 86_400
    table(database, "carts", [{"id": str(number), "ends": soon} for number in range(3)], "S")
    ends(database)

    whole = audited(tmp_path / "whole", server, rules=rules)
    monkeypatch.setattr("connectors.dynamodb._LEARNT", 2)
    monkeypatch.setattr("connectors.dynamodb._AT_ONCE", 1)
    partly = audited(tmp_path / "partly", server, rules=rules)

    assert [fired(report) for report in (whole, partly)] == [set(), set()]
    assert [verdict(whole, leaf) for leaf in ("keep.limit", "keep.by")] == [Verdict.HELD] * 2
    assert [verdict(partly, leaf) for leaf in ("keep.limit", "keep.by")] == [Verdict.UNVERIFIED] * 2
    assert "none of 2 is without an end" in assumption(partly, "keep.by").says


def test_an_empty_table_without_a_time_to_live_holds_nothing(tmp_path: Path, server: str, database: Any) -> None:
    table(database, "carts", kind="S")

    report = audited(tmp_path, server, rules=(ENDLESS, LONGER, ENFORCED))

    assert [verdict(report, leaf) for leaf in ("keep.limit", "keep.by")] == [Verdict.UNVERIFIED] * 2


def test_what_can_be_had_back_for_longer_than_promised_is_found(tmp_path: Path, server: str, database: Any) -> None:
    table(database, "carts", [{"id": "1"}], "S")
    without = audited(tmp_path / "without", server, rules=(BACKUPS,))
    database.update_continuous_backups(
        TableName="carts", PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
    )

    report = audited(tmp_path / "with", server, rules=(BACKUPS,))

    assert [fired(one) for one in (without, report)] == [set(), {BACKUPS}]
    assert [fact.by for fact in told(structure(server), LingerFact)] == ["point-in-time recovery"]


def test_rights_are_those_of_the_identity_s_policies(tmp_path: Path, server: str, database: Any) -> None:
    table(database, "carts", [{"id": "1", "ends": int(time.time())}], "S")
    table(database, "secret", [{"id": "1"}], "S")
    arn = database.describe_table(TableName="carts")["Table"]["TableArn"]
    reads = {"Effect": "Allow", "Action": ["dynamodb:Query"]}
    role(server, "wide", {**reads, "Resource": "*"})
    role(server, "least", {**reads, "Resource": arn})
    role(server, "blind", {**reads, "Resource": "*"}, {**reads, "Effect": "Deny", "Resource": "*"})
    rules = ("access/over-grant-dataset", "access/under-grant")

    reports = [audited(tmp_path / who, server, who, rules) for who in ("wide", "least", "blind")]

    assert [fired(report) for report in reports] == [{rules[0]}, set(), {rules[1]}]
    grants = [(one.on.path, one.right) for one in told(structure(server, identity="least"), GrantFact) if one.on.path]
    assert grants == [(("carts",), "select")]
    assert [job.spares for job in told(structure(server), JobFact)] == [1]
