"""RabbitMQ by its management API, on Debian's server."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from lineage.connector import Profile, Sample, Structure
from lineage.facts import DatasetFact, GrantFact, JobFact, LookFact, MeasureFact, SystemFact, UnseenFact
from lineage.model import DatasetId, Verdict
from lineage.testing import NOW, finding, fired
from tests.connectors.conformance import (
    CONTACTS,
    MARKER,
    ODD,
    ConnectorLaws,
    System,
    measures_of,
    read,
    relation_of,
)
from tests.connectors.events import CONTACTS_EVENTS, ODD_EVENTS, PASSWORD, audited, free_port, order, running, weekly

SERVER = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
pytestmark = pytest.mark.skipif(not SERVER.exists(), reason="no rabbitmq-server: install Debian's package")
ORDERS = DatasetId("s.orders")
DAY = 86_400_000
CONFIG = """\
listeners.tcp.1 = 127.0.0.1:{amqp}
management.tcp.ip = 127.0.0.1
management.tcp.port = {http}
default_user = all
default_pass = {password}
collect_statistics_interval = 500
management.sample_retention_policies.global.minute = 1
management.sample_retention_policies.basic.minute = 1
management.sample_retention_policies.detailed.10 = 1
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server whose user `all` is its administrator; `watch` may only list, `some` may not even do that."""
    folder, amqp, http, epmd, peers = tmp_path_factory.mktemp("rabbit"), *(free_port() for _ in range(4))
    (folder / "conf.conf").write_text(CONFIG.format(amqp=amqp, http=http, password=PASSWORD))
    (folder / "plugins").write_text("[rabbitmq_management].")
    environ = {
        "RABBITMQ_CONFIG_FILE": str(folder / "conf.conf"),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "plugins"),
        "RABBITMQ_MNESIA_BASE": str(folder / "mnesia"),
        "RABBITMQ_LOG_BASE": str(folder / "logs"),
        "RABBITMQ_NODENAME": f"lineage{http}@localhost",
        "RABBITMQ_DIST_PORT": str(peers),
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1}",
        "ERL_EPMD_ADDRESS": "127.0.0.1",
        "ERL_EPMD_PORT": str(epmd),
        "HOME": str(folder),
    }
    try:
        with running([str(SERVER)], http, folder, environ, seconds=90):
            url = f"http://127.0.0.1:{http}"
            until(lambda: asked(url, "GET", "/api/overview"))
            for name, tags in (("watch", "monitoring"), ("some", ""), ("ai", "")):
                asked(url, "PUT", f"/api/users/{name}", {"password": PASSWORD, "tags": tags})
            for name, may in (("watch", ""), ("ai", "^ord")):
                asked(url, "PUT", f"/api/permissions/%2F/{name}", {"configure": "", "write": "", "read": may})
            yield url
    finally:
        subprocess.run(
            ["epmd", "-port", str(epmd), "-kill"], capture_output=True, check=False, env=os.environ | environ
        )


@pytest.fixture
def url(server: str) -> str:
    """The server without any queue."""
    return emptied(server)


def emptied(server: str) -> str:
    """Take every queue and policy away."""
    for one in asked(server, "GET", "/api/queues/%2F"):
        asked(server, "DELETE", f"/api/queues/%2F/{quote(one['name'], safe='')}")
    for one in asked(server, "GET", "/api/policies/%2F"):
        asked(server, "DELETE", f"/api/policies/%2F/{one['name']}")
    return server


def until(answers: Any) -> Any:
    """Wait until something is answered."""
    ends = time.monotonic() + 30
    while True:
        try:
            if found := answers():
                return found
        except OSError:
            pass
        assert time.monotonic() < ends
        time.sleep(0.2)


def asked(url: str, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
    """Ask the management API as its administrator."""
    login = base64.b64encode(f"all:{PASSWORD}".encode()).decode()
    headers = {"Authorization": f"Basic {login}", "Content-Type": "application/json"}
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url + path, data, headers, method=method)  # noqa: S310 - our own server
    with urllib.request.urlopen(request, timeout=20) as told:  # noqa: S310 - our own server
        answered = told.read()
    return json.loads(answered) if answered else None


def write(
    url: str, queue: str, bodies: Sequence[bytes], arguments: Mapping[str, Any] | None = None, at: int | None = None
) -> None:
    """Make a queue with messages, and wait until the server counts them."""
    asked(url, "PUT", f"/api/queues/%2F/{queue}", {"durable": True, "arguments": dict(arguments or {})})
    for number, body in enumerate(bodies):
        properties: dict[str, Any] = {"headers": {"source": MARKER}}
        if at is not None:
            properties["timestamp"] = at + number
        told = {"routing_key": queue, "payload": base64.b64encode(body).decode(), "payload_encoding": "base64"}
        asked(url, "POST", "/api/exchanges/%2F/amq.default/publish", {"properties": properties, **told})
    until(lambda: asked(url, "GET", f"/api/queues/%2F/{queue}").get("messages") == len(bodies))


def settings(url: str, user: str = "all", **more: Any) -> dict[str, Any]:
    return {"url": url, "user": user, "password": PASSWORD, **more}


def states(url: str) -> object:
    """Give all that the server keeps, but for the mark of being redelivered."""
    queues = asked(url, "GET", "/api/queues/%2F?columns=name,messages,arguments,consumers")
    return sorted(json.dumps(one, sort_keys=True) for one in queues)


class TestRabbitmqLaws(ConnectorLaws):
    kind = "rabbitmq"

    @pytest.fixture(autouse=True)
    def _server(self, server: str) -> None:
        self.url = server

    def lively(self, folder: Path) -> System:  # noqa: ARG002 - a server keeps them
        queues = {"contacts": CONTACTS_EVENTS, "odd": ODD_EVENTS}
        # The server takes a second or two to count what was written; laws only read, so that they can share it.
        held = {one["name"]: one.get("messages") for one in asked(self.url, "GET", "/api/queues/%2F")}
        if held != {name: len(events) for name, events in queues.items()}:
            emptied(self.url)
            for name, events in queues.items():
                write(self.url, name, events)
        targets = {CONTACTS: "contacts", ODD: "odd"}
        return System(settings(self.url, peek=True), targets, lambda: states(self.url), (PASSWORD,))

    def bare(self, folder: Path) -> System:  # noqa: ARG002 - a server keeps them
        return System(settings(emptied(self.url)))

    def refused(self, system: System) -> Sequence[System]:
        return [System({**system.settings, "password": MARKER}, secrets=(MARKER,))]

    def rightless(self, system: System) -> Sequence[System]:
        return [System({**system.settings, "user": name}) for name in ("some", "watch")]

    def unreachable(self, folder: Path) -> Sequence[System]:  # noqa: ARG002 - a server keeps them
        return [
            System(settings(f"http://127.0.0.1:{free_port()}"), secrets=(PASSWORD,)),
            System({**settings(self.url), "password": MARKER}, secrets=(MARKER,)),
            System(settings(self.url, "some"), secrets=(PASSWORD,)),
            System(settings(self.url, vhost=MARKER), secrets=(PASSWORD,)),
            System(settings(f"ftp://{MARKER}")),
        ]


def jobs(facts: Sequence[Any]) -> list[tuple[str, bool, str]]:
    return [(fact.name, fact.enabled, str(fact.keeps)) for fact in facts if isinstance(fact, JobFact)]


@pytest.mark.parametrize(
    ("arguments", "policy", "expected"),
    [
        ({}, {}, ("message-ttl", False, "None")),
        ({"x-message-ttl": DAY}, {}, ("message-ttl", True, "1 day")),
        ({}, {"message-ttl": 2 * DAY}, ("message-ttl", True, "2 days")),
        ({"x-message-ttl": DAY}, {"message-ttl": 2 * DAY}, ("message-ttl", True, "1 day")),
        ({"x-queue-type": "stream"}, {}, ("max-age", False, "None")),
        ({"x-queue-type": "stream", "x-max-age": "7D"}, {}, ("max-age", True, "7 days")),
    ],
)
def test_what_ends_messages_is_told(
    url: str, arguments: dict[str, Any], policy: dict[str, Any], expected: tuple[str, bool, str]
) -> None:
    if policy:
        asked(url, "PUT", "/api/policies/%2F/short", {"pattern": "^orders$", "definition": policy})
    asked(url, "PUT", "/api/queues/%2F/orders", {"durable": True, "arguments": arguments})
    if policy:
        until(lambda: asked(url, "GET", "/api/queues/%2F/orders").get("effective_policy_definition"))

    facts = read("rabbitmq", settings(url), [Structure({ORDERS: "orders"})])

    assert jobs(facts) == [expected]
    assert [fact.version[:2] for fact in facts if isinstance(fact, SystemFact)] == ["3."]


def test_no_message_is_touched_unless_the_plan_says_so(url: str) -> None:
    write(url, "orders", [order(1, "2026-11-20T00:00:00Z")], at=1_700_000_000)
    structure = read("rabbitmq", settings(url), [Structure({ORDERS: "orders"})])
    relation = relation_of(structure, ORDERS)
    tasks = [Profile(relation, None, (), measures_of(ORDERS, "logged_at")[:5]), Sample(relation, None, None)]

    facts = read("rabbitmq", settings(url), tasks)

    told = {fact.measure.partition(":")[0]: fact.value for fact in facts if isinstance(fact, MeasureFact)}
    assert told == {"oldest": datetime.fromtimestamp(1_700_000_000, UTC)}
    assert {fact.what for fact in facts if isinstance(fact, UnseenFact)} == {"data", "sample"}
    assert not any(isinstance(fact, LookFact) for fact in facts)
    path, body = "/api/queues/%2F/orders/get", {"count": 1, "ackmode": "ack_requeue_true", "encoding": "auto"}
    [first] = asked(url, "POST", path, body)
    assert first["redelivered"] is False


def test_who_may_read_a_queue_is_told_by_patterns(url: str) -> None:
    for name in ("orders", "users"):
        asked(url, "PUT", f"/api/queues/%2F/{name}", {"durable": True})

    facts = read("rabbitmq", settings(url), [Structure()])

    grants = {(fact.holder.name, fact.on.path[0], fact.right) for fact in facts if isinstance(fact, GrantFact)}
    assert grants == {
        ("ai", "orders", "select"),
        *((("all", queue, right)) for queue in ("orders", "users") for right in ("select", "truncate")),
    }
    assert {fact.default_rights for fact in facts if isinstance(fact, DatasetFact)} == {False}


def test_permissions_that_are_not_told_are_unseen(url: str) -> None:
    facts = read("rabbitmq", settings(url, "watch"), [Structure()])

    [unseen] = [fact for fact in facts if isinstance(fact, UnseenFact) and fact.what == "access"]
    assert "permissions are not told" in unseen.reason
    assert not any(isinstance(fact, GrantFact) for fact in facts)


WEEK = {"x-message-ttl": 7 * DAY}
ONE = [order(1, "2026-11-20T00:00:00Z")]
MAILS = [order(number, "2026-11-20T00:00:00Z", f"p.weber{number}@web.example") for number in range(30)]
PLACED = {"clock": "placed_at", "now": NOW}
WEEKLY = {**PLACED, "within": "7 days"}
LOGIN = ', user: all, password: "${EVENTS_PASSWORD}", peek: true'


@pytest.mark.parametrize(
    ("arguments", "bodies", "given", "expected"),
    [
        (WEEK, ONE, PLACED, set()),
        ({"x-message-ttl": 40 * DAY}, ONE, PLACED, {"retention/longer-than-declared"}),
        ({}, ONE, PLACED, {"retention/endless-default", "retention/unenforced-retention"}),
        (WEEK, ONE, {**PLACED, "now": datetime(2027, 11, 22, tzinfo=UTC)}, {"freshness/stale-source"}),
        (WEEK, [*weekly(30)], WEEKLY, set()),
        (WEEK, [*weekly(3)], WEEKLY, {"freshness/stopped-arrival"}),
        (WEEK, MAILS, PLACED, {"privacy/undeclared-sensitive-data"}),
        (WEEK, MAILS, {**PLACED, "contact": "{need: required, sensitive: email}"}, set()),
        (WEEK, [b'{"order_id": 1, "placed_at": "2026-11-20T00:00:00Z"}'], PLACED, {"source/missing-field"}),
    ],
)
def test_a_queue_is_held_against_the_plan(
    url: str, tmp_path: Path, arguments: dict[str, Any], bodies: list[bytes], given: dict[str, Any], expected: set[str]
) -> None:
    write(url, "orders", bodies, arguments)

    report = audited(tmp_path, "rabbitmq", url, "orders", more=LOGIN, **given)

    assert not report.failures
    assert {one for one in fired(report) if _broken(report, one)} == expected


def _broken(report: Any, rule: str) -> bool:
    found = finding(report, rule)
    return found is not None and found.judgement.verdict is Verdict.BROKEN
