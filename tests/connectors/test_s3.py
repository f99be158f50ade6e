"""Buckets of S3, at a stand-in that runs."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

from lineage import registry
from lineage.connector import Structure
from lineage.duration import Duration
from lineage.facts import DatasetFact, Fact, FieldFact, GrantFact, JobFact, UnseenFact
from lineage.model import DatasetId, Verdict
from lineage.report import Report
from lineage.testing import World, fired, verdict
from tests.connectors import aws_servers
from tests.connectors.aws_servers import CREDENTIALS, SECRET
from tests.connectors.conformance import (
    CONTACTS,
    MARKER,
    ODD,
    ODD_COLUMNS,
    ROWS,
    ConnectorLaws,
    System,
    read,
)

BUCKET = "state"
NOTES = DatasetId("s.notes")
ENDLESS, LONGER = "retention/endless-default", "retention/longer-than-declared"
PLAN = """\
plan: v1
meta: {id: reply, status: in-review, owner: planner@acme.example}
sources:
  lake:
    connector: {type: s3, bucket: state, endpoint: "${LAKE_URL}", key: "${AWS_KEY}", secret: "${AWS_SECRET}"}
    IDENTITY
    datasets:
      notes:
        reads: "notes/*.json"
        key: object
        keep: {limit: 30 days, since: modified_at, by: lifecycle}
        fields: {object: required, modified_at: required}
steps: {draft: {reads: {lake.notes: all}, to: prompt}}
rollout: [{stage: first}]
"""


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with aws_servers.running() as url:
        yield url


@pytest.fixture
def s3(server: str) -> Any:
    aws_servers.emptied(server)
    client = aws_servers.client(server, "s3")
    client.create_bucket(Bucket=BUCKET)
    return client


def put(s3: Any, key: str, body: bytes | str = "{}") -> None:
    s3.put_object(Bucket=BUCKET, Key=key, Body=body.encode() if isinstance(body, str) else body)


def state_of(s3: Any) -> object:
    listed = s3.list_object_versions(Bucket=BUCKET).get("Versions", ())
    return [(one["Key"], one["ETag"], one["LastModified"], one["VersionId"]) for one in listed]


def settings(server: str, **more: Any) -> dict[str, Any]:
    return {"bucket": BUCKET, "endpoint": server, **CREDENTIALS, **more}


class TestS3Laws(ConnectorLaws):
    kind = "s3"

    @pytest.fixture(autouse=True)
    def _at(self, server: str, s3: Any) -> None:
        self.server, self.s3 = server, s3

    def lively(self, folder: Path) -> System:  # noqa: ARG002 - as the laws call it
        records = [
            {key: value for key, value in zip(("id", "region", "email", "at"), row, strict=True) if value is not None}
            for row in ROWS
        ]
        put(self.s3, "contacts/1.jsonl", "\n".join(json.dumps(one) for one in records[:2]))
        put(self.s3, "contacts/2.jsonl", "\n".join(json.dumps(one) for one in records[2:]))
        put(self.s3, "odd.json", json.dumps([dict.fromkeys(ODD_COLUMNS, MARKER), {f"{MARKER}@x-example": MARKER}]))
        put(self.s3, f"{MARKER}/{MARKER}.pdf", MARKER)
        self.s3.put_object_tagging(
            Bucket=BUCKET, Key="odd.json", Tagging={"TagSet": [{"Key": "owner", "Value": MARKER}]}
        )
        targets = {CONTACTS: "contacts/*.jsonl", ODD: "odd.json"}
        return System(settings(self.server), targets, lambda: state_of(self.s3), (SECRET,))

    def bare(self, folder: Path) -> System:  # noqa: ARG002 - as the laws call it
        return System(settings(self.server))

    def refused(self, system: System) -> Sequence[System]:
        return [System({**system.settings, "key": MARKER, "secret": MARKER}, secrets=(MARKER,))]

    def rightless(self, system: System) -> Sequence[System]:
        logins = (
            aws_servers.login(self.server, "nobody"),
            aws_servers.login(self.server, "listing", "s3:ListBucket", "s3:GetBucket*"),
        )
        return [System({**system.settings, **login}) for login in logins]

    def guarded(self) -> AbstractContextManager[None]:
        return aws_servers.guarded(self.server)

    def unreachable(self, folder: Path) -> Sequence[System]:  # noqa: ARG002 - as the laws call it
        return [
            System({"bucket": "none", "endpoint": self.server, **CREDENTIALS}, secrets=(SECRET,)),
            System({"bucket": "state", "endpoint": "http://127.0.0.1:1", **CREDENTIALS}, secrets=(SECRET,)),
            System({"bucket": "state", "endpoint": f"{MARKER}", **CREDENTIALS}, secrets=(SECRET,)),
        ]


def structure(server: str, reads: str = "notes/*.json", **given: Any) -> list[Fact]:
    return read("s3", settings(server), [Structure({NOTES: reads}, **given)])


def told(facts: Sequence[Fact], kind: type) -> list[Any]:
    return [fact for fact in facts if isinstance(fact, kind)]


def lifecycle(s3: Any, *rules: dict[str, Any]) -> None:
    given = [{"ID": f"r{number}", "Status": "Enabled", **rule} for number, rule in enumerate(rules)]
    s3.put_bucket_lifecycle_configuration(Bucket=BUCKET, LifecycleConfiguration={"Rules": given})


def policy(s3: Any, *statements: dict[str, Any]) -> None:
    s3.put_bucket_policy(Bucket=BUCKET, Policy=json.dumps({"Version": "2012-10-17", "Statement": statements}))


def role(server: str, name: str, *statements: dict[str, Any]) -> None:
    iam = aws_servers.client(server, "iam")
    iam.create_role(RoleName=name, AssumeRolePolicyDocument="{}")
    document = json.dumps({"Version": "2012-10-17", "Statement": statements})
    iam.put_role_policy(RoleName=name, PolicyName="own", PolicyDocument=document)


def audited(folder: Path, server: str, identity: str = "", rules: Sequence[str] = ()) -> Report:
    plan = PLAN.replace("IDENTITY", identity and f"identity: {identity}")
    world = World(folder, {"AWS_KEY": "AKIATEST", "AWS_SECRET": SECRET}).url("lake", server)
    return world.audit(plan, rules=[one for one in registry.rules() if one.id in rules] if rules else None)


def test_formats_are_read_as_tables_and_others_as_objects(server: str, s3: Any) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    sink = io.BytesIO()
    pq.write_table(pa.table({"n": [1], "name": ["x"]}), sink)
    put(s3, "parquet/a.parquet", sink.getvalue())
    put(s3, "csv/a.csv", "id,city\n1,Bonn\n")
    put(s3, "csv/headless.csv", "anna@x.example,1\nbob@x.example,2\n")
    put(s3, "pdf/anna.pdf")

    fields = {
        reads: {
            ".".join(fact.name.field)
            for fact in told(structure(server, reads), FieldFact)
            if fact.name.path == (reads,)
        }
        - {"object", "modified_at"}
        for reads in ("parquet/*.parquet", "csv/a.csv", "csv/headless.csv", "pdf/*.pdf")
    }

    assert fields == {
        "parquet/*.parquet": {"n", "name"},
        "csv/a.csv": {"id", "city"},
        "csv/headless.csv": set(),
        "pdf/*.pdf": set(),
    }
    assert "anna" not in repr(structure(server))


def test_objects_are_as_old_as_their_last_change(server: str, s3: Any) -> None:
    put(s3, "notes/a.json")

    [dataset] = told(structure(server), DatasetFact)

    assert dataset.changed_at == s3.head_object(Bucket=BUCKET, Key="notes/a.json")["LastModified"]
    assert dataset.size_bytes == 2


NONCURRENT = {"NoncurrentVersionExpiration": {"NoncurrentDays": 5}}


@pytest.mark.parametrize(
    ("rules", "versions", "keeps", "spares"),
    [
        ([], False, None, 2),
        ([{"Prefix": "", "Expiration": {"Days": 7}}], False, 7, 0),
        ([{"Prefix": "other/", "Expiration": {"Days": 7}}], False, None, 2),
        ([{"Filter": {"Prefix": "notes/a"}, "Expiration": {"Days": 7}}], False, 7, 1),
        ([{"Filter": {"Tag": {"Key": "k", "Value": "v"}}, "Expiration": {"Days": 7}}], False, None, 2),
        ([{"Prefix": "", "Expiration": {"Days": 7}, "Status": "Disabled"}], False, None, 2),
        ([{"Prefix": "", "Expiration": {"Days": 7}}], True, None, 2),
        (
            [{"Prefix": "", "Expiration": {"Days": 7}, "NoncurrentVersionExpiration": {"NoncurrentDays": 5}}],
            True,
            12,
            0,
        ),
    ],
)
def test_what_a_lifecycle_deletes_is_told(
    server: str, s3: Any, rules: list[dict[str, Any]], versions: bool, keeps: int | None, spares: int
) -> None:
    put(s3, "notes/a.json")
    put(s3, "notes/b.json")
    if versions:
        s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    if rules:
        lifecycle(s3, *rules)

    [job] = told(structure(server), JobFact)

    assert (job.keeps, job.spares) == (Duration(seconds=86_400 * keeps) if keeps else None, spares)


def test_a_lifecycle_is_held_against_the_promise(tmp_path: Path, server: str, s3: Any) -> None:
    put(s3, "notes/a.json")
    rules = (ENDLESS, LONGER)

    endless = audited(tmp_path / "endless", server, rules=rules)
    lifecycle(s3, {"Prefix": "", "Expiration": {"Days": 90}})
    longer = audited(tmp_path / "longer", server, rules=rules)
    lifecycle(s3, {"Prefix": "", "Expiration": {"Days": 30}})
    kept = audited(tmp_path / "kept", server, rules=rules)

    assert [fired(report) for report in (endless, longer, kept)] == [{ENDLESS}, {LONGER}, set()]
    assert verdict(kept, "keep.limit") is Verdict.HELD
    first = [[one.fails.rung.value for one in each.kept if one.fails] for each in (endless, longer, kept)]
    assert first == [["configured"], ["configured"], []]


def test_objects_that_were_not_all_looked_at_hold_no_limit(
    tmp_path: Path, server: str, s3: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    lifecycle(s3, {"Prefix": "", "Expiration": {"Days": 30}})
    for number in range(3):
        put(s3, f"notes/{number}.json")
    monkeypatch.setattr("connectors.s3.MAX_FILES", 3)

    partly = audited(tmp_path, server, rules=(ENDLESS, LONGER))

    assert fired(partly) == set()
    assert verdict(partly, "keep.limit") is Verdict.UNVERIFIED


ALL = {"Effect": "Allow", "Action": "s3:Get*", "Resource": "arn:aws:s3:::state/*"}


def test_policies_of_the_bucket_and_of_the_identity_are_rights(server: str, s3: Any) -> None:
    put(s3, "notes/a.json")
    for number in range(20):
        put(s3, f"secret/anna{number}.json")
        put(s3, f"anna/{number}.json")
    role(server, "agent", {**ALL, "Resource": "arn:aws:s3:::state/notes/*"})
    policy(s3, {**ALL, "Principal": {"AWS": "arn:aws:iam::123456789012:role/other"}})

    grants = {
        (fact.holder.name, fact.on.path, fact.right) for fact in told(structure(server, identity="agent"), GrantFact)
    }

    other = "arn:aws:iam::123456789012:role/other"
    assert grants == {
        ("PUBLIC", (), "usage"),
        ("arn:aws:iam::123456789012:role/agent", ("notes/*.json",), "select"),
        (other, ("notes/*.json",), "select"),
        (other, ("secret/*.json",), "select"),
        (other, ("*/*.json",), "select"),
    }
    assert "anna" not in repr(structure(server))


def test_a_public_bucket_is_open_until_public_access_is_blocked(server: str, s3: Any) -> None:
    put(s3, "notes/a.json")
    policy(s3, {**ALL, "Principal": "*"})
    s3.put_bucket_acl(Bucket=BUCKET, ACL="public-read")

    def public() -> set[tuple[Any, ...]]:
        facts = told(structure(server), GrantFact)
        return {(fact.on.path, fact.on.field) for fact in facts if fact.holder.name == "PUBLIC" and fact.on.path}

    opened = public()
    blocks = dict.fromkeys(("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True)
    s3.put_public_access_block(Bucket=BUCKET, PublicAccessBlockConfiguration=blocks)

    assert opened == {(("notes/*.json",), ()), (("notes/*.json",), ("object",))}
    assert public() == set()


def test_what_holds_under_a_condition_is_said_to_be_undecided(server: str, s3: Any) -> None:
    put(s3, "notes/a.json")
    role(server, "agent", {**ALL, "Condition": {"IpAddress": {"aws:SourceIp": MARKER}}})

    facts = structure(server, identity="agent")

    assert any("under a condition" in fact.reason for fact in told(facts, UnseenFact))
    assert MARKER not in repr(facts)


def test_reach_that_was_not_declared_is_found(tmp_path: Path, server: str, s3: Any) -> None:
    put(s3, "notes/a.json")
    put(s3, "secret/a.json")
    put(s3, "secret/b.json")
    role(server, "wide", ALL)
    role(server, "least", {**ALL, "Resource": "arn:aws:s3:::state/notes/*"})
    role(server, "blind", {**ALL, "Resource": "arn:aws:s3:::elsewhere/*"})
    rules = ("access/over-grant-dataset", "access/under-grant")

    reports = [audited(tmp_path / who, server, who, rules) for who in ("wide", "least", "blind")]

    assert [fired(report) for report in reports] == [{rules[0]}, set(), {rules[1]}]
    assert not [failure for report in reports for failure in report.failures]
