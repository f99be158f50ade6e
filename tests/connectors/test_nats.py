"""NATS JetStream and its key-value store, on the real server."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from connectors.nats import covers
from lineage.connector import Profile, Sample, Structure
from lineage.errors import ConnectorError
from lineage.facts import (
    CostFact,
    DatasetFact,
    FieldFact,
    JobFact,
    LookFact,
    MeasureFact,
    SystemFact,
    UnseenFact,
)
from lineage.model import DatasetId, Verdict
from lineage.plan.model import Budget
from lineage.testing import NOW, finding, fired, verdict
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
from tests.connectors.events import (
    CONTACTS_EVENTS,
    ODD_EVENTS,
    PASSWORD,
    audited,
    binary,
    free_port,
    order,
    running,
    weekly,
)

SERVER = binary("nats-server")
pytestmark = pytest.mark.skipif(SERVER is None, reason="no nats-server: install the tests' dependencies")

ORDERS = DatasetId("s.orders")
CONFIG = """
jetstream {{ store_dir: "{folder}/js" }}
authorization {{
  users: [
    {{ user: all, password: "{password}" }}
    {{ user: none, password: "{password}", permissions: {{ publish: "nothing", subscribe: "_INBOX.>" }} }}
    {{ user: deaf, password: "{password}", permissions: {{ subscribe: "nothing" }} }}
    {{ user: listing, password: "{password}", permissions: {{
      publish: ["$JS.API.STREAM.LIST", "$JS.API.STREAM.INFO.*"], subscribe: "_INBOX.>"
    }} }}
    {{ user: least, password: "{password}", permissions: {{
      publish: ["$JS.API.STREAM.LIST", "$JS.API.STREAM.INFO.*", "$JS.API.STREAM.MSG.GET.*"], subscribe: "_INBOX.>"
    }} }}
  ]
}}
"""


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """A server with a login that may do everything and one that may do nothing."""
    folder, at = tmp_path_factory.mktemp("nats"), free_port()
    (folder / "conf").write_text(CONFIG.format(folder=folder, password=PASSWORD))
    with running([SERVER or "", "-a", "127.0.0.1", "-p", str(at), "-c", str(folder / "conf")], at, folder):
        yield at


@pytest.fixture
def url(port: int) -> str:
    """The server without any stream."""

    async def emptied(stream: Any) -> None:
        for name in [one.config.name for one in await stream.streams_info()]:
            await stream.delete_stream(name)

    asked(port, emptied)
    return f"nats://127.0.0.1:{port}"


def asked(port: int, what: Callable[[Any], Awaitable[Any]]) -> Any:
    """Do something with JetStream as an application does."""

    async def run() -> Any:
        import nats

        client = await nats.connect(f"nats://127.0.0.1:{port}", user="all", password=PASSWORD)
        try:
            return await what(client.jetstream())
        finally:
            await client.close()

    return asyncio.run(run())


def write(url: str, name: str, subject: str, bodies: Sequence[bytes], **config: Any) -> None:
    """Make a stream with messages."""

    async def write_to(stream: Any) -> None:
        await stream.add_stream(name=name, subjects=[f"{subject}", f"{subject}.>"], **config)
        for body in bodies:
            await stream.publish_async(subject, body, headers={"source": MARKER})
        await stream.publish_async_completed()

    asked(int(url.rpartition(":")[2]), write_to)


def settings(url: str, user: str = "all") -> dict[str, Any]:
    return {"url": url, "user": user, "password": PASSWORD}


def states(url: str) -> object:
    """Give all that the server keeps: streams, messages, consumers."""

    async def told(stream: Any) -> object:
        infos = await stream.streams_info()
        return sorted(
            (one.config.name, one.state.messages, one.state.last_seq, one.state.consumer_count) for one in infos
        )

    return asked(int(url.rpartition(":")[2]), told)


class TestNatsLaws(ConnectorLaws):
    kind = "nats"

    @pytest.fixture(autouse=True)
    def _server(self, url: str) -> None:
        self.url = url

    def lively(self, folder: Path) -> System:  # noqa: ARG002 - a server keeps them
        write(self.url, "contacts", "contacts", CONTACTS_EVENTS)
        write(self.url, "odd", "odd", ODD_EVENTS)
        targets = {CONTACTS: "contacts", ODD: "odd"}
        return System(settings(self.url), targets, lambda: states(self.url), (PASSWORD,))

    def bare(self, folder: Path) -> System:  # noqa: ARG002 - a server keeps them
        return System(settings(self.url))

    def refused(self, system: System) -> Sequence[System]:
        return [System({**system.settings, "password": MARKER}, secrets=(MARKER,))]

    def rightless(self, system: System) -> Sequence[System]:  # noqa: ARG002 - the server's
        return [System(settings(self.url, name)) for name in ("none", "listing")]

    def unreachable(self, folder: Path) -> Sequence[System]:
        return [
            System({"url": f"nats://127.0.0.1:{free_port()}", "password": PASSWORD}, secrets=(PASSWORD,)),
            System({"url": self.url, "user": "all", "password": MARKER}, secrets=(MARKER,)),
            System(settings(self.url, "none"), secrets=(PASSWORD,)),
            System({"url": f"ftp://{MARKER}"}),
            System({"url": self.url, "credentials": str(folder / "none.creds")}),
        ]


def test_what_the_server_refuses_is_told_as_refused_and_not_as_silence(url: str) -> None:
    write(url, "ORDERS", "orders", [order(1, "2026-11-20T00:00:00Z")])

    told = read("nats", settings(url, "listing"), [Structure({ORDERS: "ORDERS"})])
    with pytest.raises(ConnectorError, match=r"permission denied; let the login ask JetStream's API"):
        read("nats", settings(url, "none"), [Structure({ORDERS: "ORDERS"})])
    with pytest.raises(ConnectorError, match="permission denied"):
        read("nats", settings(url, "deaf"), [Structure({ORDERS: "ORDERS"})])

    assert "permission denied" in {fact.reason for fact in told if isinstance(fact, UnseenFact)}


def jobs(facts: Sequence[Any]) -> list[tuple[str, bool, str]]:
    return [(fact.name, fact.enabled, str(fact.keeps)) for fact in facts if isinstance(fact, JobFact)]


def test_a_stream_tells_its_ends_and_what_ends_its_messages(url: str) -> None:
    write(url, "ORDERS", "orders", [order(1, "2026-11-20T00:00:00Z")], max_age=86_400)

    facts = read("nats", settings(url), [Structure({ORDERS: "ORDERS"})])

    [system] = [fact for fact in facts if isinstance(fact, SystemFact)]
    assert (system.product, system.version[:2]) == ("NATS", "2.")
    assert jobs(facts) == [("max_age", True, "1 day")]
    fields = {".".join(fact.name.field): fact for fact in facts if isinstance(fact, FieldFact)}
    assert {name: one.type for name, one in fields.items()} == {
        "logged_at": "TIMESTAMP WITH TIME ZONE",
        "offset": "BIGINT",
        "subject": "VARCHAR",
        "headers.source": "VARCHAR",
        "order_id": "BIGINT",
        "placed_at": "VARCHAR",
        "contact": "VARCHAR",
    }
    assert fields["logged_at"].default == "now"


def test_a_stream_without_a_limit_of_age_is_told_so(url: str) -> None:
    write(url, "ORDERS", "orders", [])

    facts = read("nats", settings(url), [Structure({ORDERS: "ORDERS"})])

    assert jobs(facts) == [("max_age", False, "None")]
    assert any("no event tells" in fact.reason for fact in facts if isinstance(fact, UnseenFact))


def test_a_bucket_is_read_by_its_keys_and_their_history(url: str) -> None:
    async def fill(stream: Any) -> None:
        bucket = await stream.create_key_value(bucket="users", history=5, ttl=3_600)
        await bucket.put("anna", b'{"seen_at": "2026-11-20T00:00:00Z"}')
        await bucket.put("anna", b'{"seen_at": "2026-11-21T00:00:00Z"}')
        await bucket.delete("anna")

    asked(int(url.rpartition(":")[2]), fill)
    users = DatasetId("s.users")
    structure = read("nats", settings(url), [Structure({users: "KV_users"})])

    facts = read(
        "nats", settings(url), [Profile(relation_of(structure, users), None, (), measures_of(users, "seen_at", "key"))]
    )

    assert jobs(structure) == [("max_age", True, "1 hour")]
    told = {fact.measure.partition(":")[0]: fact.value for fact in facts if isinstance(fact, MeasureFact)}
    assert (told["rows"], told["nulls"], told["newest"]) == (3, 0, datetime(2026, 11, 21, tzinfo=UTC))
    assert "anna" not in repr([*structure, *facts])


@pytest.mark.parametrize(("asked_for", "found"), [("orders", 2), ("orders.>", 1), ("orders.*", 1), ("orders.eu", 1)])
def test_a_subject_or_a_pattern_of_them_is_a_dataset(url: str, asked_for: str, found: int) -> None:
    write(url, "ORDERS", "orders", [order(1, "2026-11-20T00:00:00Z"), order(2, "2026-11-20T00:00:00Z")])

    async def one_more(stream: Any) -> None:
        await stream.publish("orders.eu", order(3, "2026-11-20T00:00:00Z"))

    asked(int(url.rpartition(":")[2]), one_more)
    structure = read("nats", settings(url), [Structure({ORDERS: asked_for})])

    facts = read("nats", settings(url), [Sample(relation_of(structure, ORDERS), None, None)])

    assert {fact.rows_looked for fact in facts if isinstance(fact, LookFact)} == {found}
    assert [fact.rows_estimate for fact in structure if isinstance(fact, DatasetFact)] == [found]


@pytest.mark.parametrize(
    ("pattern", "subject", "covered"),
    [
        *(("a.>", "a.b", True), ("a.>", "a", False), ("a.*", "a.b", True), ("a.*", "a.b.c", False)),
        *(("a.*", "a.>", False), ("a.>", "a.*", True), ("a", "a", True), ("a.b", "a.*", False), (">", "a.>", True)),
    ],
)
def test_a_subject_is_looked_for_in_the_stream_that_takes_all_of_it(pattern: str, subject: str, covered: bool) -> None:
    assert covers(pattern, subject) is covered


def test_deleted_messages_are_gone(url: str) -> None:
    write(url, "ORDERS", "orders", [order(number, "2026-11-20T00:00:00Z") for number in range(20)])

    async def delete(stream: Any) -> None:
        for number in range(2, 20):
            await stream.delete_msg("ORDERS", number)

    asked(int(url.rpartition(":")[2]), delete)
    structure = read("nats", settings(url), [Structure({ORDERS: "ORDERS"})])

    facts = read("nats", settings(url), [Sample(relation_of(structure, ORDERS), None, None)])

    assert {fact.rows_looked for fact in facts if isinstance(fact, LookFact)} == {2}


def test_a_stream_that_is_too_large_tells_its_first_and_last_messages(url: str) -> None:
    write(url, "ORDERS", "orders", [order(number, "2026-11-20T00:00:00Z") for number in range(60)])
    context = context_of(budget=Budget(rows=50, seconds=20, sample=10), now=datetime.now(UTC))
    structure = read("nats", settings(url), [Structure({ORDERS: "ORDERS"})], context)
    relation = relation_of(structure, ORDERS)
    measures = measures_of(ORDERS, "logged_at", "contact")[:3]

    facts = read("nats", settings(url), [Profile(relation, None, (), measures), Sample(relation, None, None)], context)

    told = {fact.measure.partition(":")[0] for fact in facts if isinstance(fact, MeasureFact)}
    assert told == {"newest", "oldest"}
    [unseen] = [fact for fact in facts if isinstance(fact, UnseenFact) and fact.what == "data"]
    assert unseen.reason == "over budget: about 60 events, 50 are allowed"
    looks = [fact for fact in facts if isinstance(fact, LookFact)]
    assert {(fact.rows_looked, fact.rows_total, fact.whole, fact.seen.how) for fact in looks} == {
        (10, 60, False, "last events")
    }


def test_what_is_neither_json_nor_text_is_told_and_counts_for_nothing(url: str) -> None:
    write(url, "ORDERS", "orders", [order(1, "2026-11-20T00:00:00Z"), b"\x80\x81\xff", b""])
    structure = read("nats", settings(url), [Structure({ORDERS: "ORDERS"})])
    relation = relation_of(structure, ORDERS)

    facts = read("nats", settings(url), [Profile(relation, None, (), measures_of(ORDERS, "logged_at", "contact"))])

    assert "1 of 3 payloads that were read are neither JSON nor text" in {
        fact.reason for fact in structure if isinstance(fact, UnseenFact)
    }
    assert not any(isinstance(fact, MeasureFact) and fact.measure.startswith("nulls") for fact in facts)
    assert any(fact.what == "data" for fact in facts if isinstance(fact, UnseenFact))


def test_no_consumer_is_left_behind_and_each_request_counts(url: str) -> None:
    write(url, "ORDERS", "orders", [order(number, "2026-11-20T00:00:00Z") for number in range(5)])
    before = states(url)

    facts = read("nats", settings(url), [Structure({ORDERS: "ORDERS"})])

    assert states(url) == before
    assert [fact.queries for fact in facts if isinstance(fact, CostFact)] == [6]  # the list, and each message
    assert any(fact.what == "access" for fact in facts if isinstance(fact, UnseenFact))


def test_the_least_rights_are_enough(url: str) -> None:
    write(url, "ORDERS", "orders", [order(1, "2026-11-20T00:00:00Z")])
    tasks = [Structure({ORDERS: "ORDERS", DatasetId("s.part"): "orders.>"})]

    all_rights, least = (read("nats", settings(url, user), tasks) for user in ("all", "least"))

    assert [type(fact) for fact in least] == [type(fact) for fact in all_rights]


LATER = {"now": datetime(2027, 11, 22, tzinfo=UTC)}
WEEKLY = {"clock": "placed_at", "now": NOW, "within": "7 days"}
LOGIN = ', user: all, password: "${EVENTS_PASSWORD}"'


@pytest.mark.parametrize(
    ("config", "bodies", "given", "expected"),
    [
        ({"max_age": 7 * 86_400}, [order(1, "2026-11-20T00:00:00Z")], {}, set()),
        ({"max_age": 365 * 86_400}, [order(1, "2026-11-20T00:00:00Z")], {}, {"retention/longer-than-declared"}),
        ({}, [order(1, "2026-11-20T00:00:00Z")], {}, {"retention/endless-default", "retention/unenforced-retention"}),
        ({"max_age": 7 * 86_400}, [order(1, "2026-11-20T00:00:00Z")], LATER, {"freshness/stale-source"}),
        ({"max_age": 7 * 86_400}, [*weekly(30)], WEEKLY, set()),
        ({"max_age": 7 * 86_400}, [*weekly(3)], WEEKLY, {"freshness/stopped-arrival"}),
        (
            {"max_age": 7 * 86_400},
            [order(number, "2026-11-20T00:00:00Z", f"p.weber{number}@web.example") for number in range(30)],
            {},
            {"privacy/undeclared-sensitive-data"},
        ),
        (
            {"max_age": 7 * 86_400},
            [order(number, "2026-11-20T00:00:00Z", f"p.weber{number}@web.example") for number in range(30)],
            {"contact": "{need: required, sensitive: email}"},
            set(),
        ),
        ({"max_age": 7 * 86_400}, [json.dumps({"order_id": 1}).encode()], {}, {"source/missing-field"}),
    ],
)
def test_a_stream_is_held_against_the_plan(
    url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    config: dict[str, Any],
    bodies: list[bytes],
    given: dict[str, Any],
    expected: set[str],
) -> None:
    write(url, "ORDERS", "orders", bodies, **config)

    report = audited(tmp_path, "nats", url, "ORDERS", more=LOGIN, **given)

    assert not report.failures
    assert {one for one in fired(report) if finding_is_broken(report, one)} == expected


def finding_is_broken(report: Any, rule: str) -> bool:
    found = finding(report, rule)
    return found is not None and found.judgement.verdict is Verdict.BROKEN


def test_the_age_that_was_set_is_held_as_configured(url: str, tmp_path: Path) -> None:
    write(url, "ORDERS", "orders", [order(1, "2026-11-20T00:00:00Z")], max_age=timedelta(days=30).total_seconds())

    report = audited(tmp_path, "nats", url, "ORDERS", more=LOGIN)

    assert verdict(report, "orders.keep.limit") is Verdict.HELD
