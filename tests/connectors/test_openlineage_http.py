"""Events of OpenLineage from a server that serves them: a real one on loopback, in the shape that Marquez answers."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from pydantic import ValidationError

from lineage import registry
from lineage.connector import Structure
from lineage.context import Context
from lineage.errors import ConnectorError
from lineage.facts import CostFact, EdgeFact, Fact, UnseenFact
from lineage.model import SourceId

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
MARKER = "zq7marker"
PG = "postgres://dwh:5432"


class Server(ThreadingHTTPServer):
    """Serves events, or answers with something else."""

    daemon_threads = True
    events: Sequence[object] = ()
    token: str | None = None
    instead: tuple[int, dict[str, str], bytes] | None = None
    asked: list[str]


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        place = urlsplit(self.path)
        self.server.asked.append(place.path)
        query = {name: values[0] for name, values in parse_qs(place.query).items()}
        first, size = int(query["offset"]), int(query["limit"])
        body = json.dumps({"events": self.server.events[first : first + size], "totalCount": 0}).encode()
        answer = self.server.instead or (200, {}, body)
        if self.server.token and self.headers.get("Authorization") != f"Bearer {self.server.token}":
            answer = (401, {}, MARKER.encode())
        self.send_response(answer[0])
        for name, value in answer[1].items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer[2])

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name of the base class
        pass


@contextmanager
def serving(events: Sequence[object] = (), **told: Any) -> Iterator[tuple[str, Server]]:
    server = Server(("127.0.0.1", 0), Handler)
    server.asked, server.events = [], events
    for name, value in told.items():
        setattr(server, name, value)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", server
    finally:
        server.shutdown()
        server.server_close()


def event(number: int) -> dict[str, Any]:
    flows = {"email": {"inputFields": [{"namespace": PG, "name": "app.crm.people", "field": f"mail_{number}"}]}}
    output = {"namespace": PG, "name": f"app.ai.t{number}", "facets": {"columnLineage": {"fields": flows}}}
    return {"eventTime": "2026-11-22T10:00:00Z", "job": {"namespace": "n", "name": "j"}, "outputs": [output]}


def read(url: str, **settings: object) -> list[Fact]:
    connector = registry.connector("openlineage")
    checked = connector.settings.model_validate({"url": url, **settings})
    return list(connector.read(checked, [Structure()], Context(SourceId("runs"), NOW)))


def test_a_server_tells_its_events_page_by_page() -> None:
    with serving([event(number) for number in range(250)]) as (url, server):
        facts = read(f"{url}/")

    assert sum(isinstance(fact, EdgeFact) for fact in facts) == 250
    assert server.asked == ["/api/v1/events/lineage"] * 3
    [cost] = [fact for fact in facts if isinstance(fact, CostFact)]
    assert cost.queries == 3
    assert cost.bytes > 0


def test_what_a_server_holds_beyond_the_bound_is_unseen() -> None:
    with serving([event(number) for number in range(12)]) as (url, _):
        facts = read(url, most=10)

    assert sum(isinstance(fact, EdgeFact) for fact in facts) == 10
    assert "only the newest 10 events were read" in {fact.reason for fact in facts if isinstance(fact, UnseenFact)}


def test_a_token_is_sent_and_told_to_nobody() -> None:
    with serving([event(1)], token=MARKER) as (url, _):
        facts = read(url, token=MARKER)
        with pytest.raises(ConnectorError, match="answered 401; is the token right") as caught:
            read(url, token="other")

    assert any(isinstance(fact, EdgeFact) for fact in facts)
    assert MARKER not in repr(facts) + str(caught.value)


@pytest.mark.parametrize(
    ("instead", "told"),
    [
        ((200, {}, MARKER.encode()), "no list of events"),
        ((200, {}, b'{"events": 3}'), "no list of events"),
        ((200, {}, b"[" * 100_000), "no list of events"),
        ((500, {}, MARKER.encode()), "answered 500"),
        ((302, {"Location": "/elsewhere?x=" + MARKER}, b""), "answered 302"),
    ],
)
def test_what_is_no_answer_of_such_a_server_is_an_error_that_quotes_nothing(
    instead: tuple[int, dict[str, str], bytes], told: str
) -> None:
    with serving(instead=instead) as (url, server), pytest.raises(ConnectorError, match=told) as caught:
        read(f"{url}/{MARKER}")

    assert len(server.asked) == 1
    assert MARKER not in str(caught.value)


def test_a_server_that_is_not_there_is_told_without_its_address() -> None:
    with serving() as (url, _):
        pass

    with pytest.raises(ConnectorError, match=r"cannot be reached \(ConnectionRefusedError\)") as caught:
        read(url)

    assert "127.0.0.1" not in str(caught.value)


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"path": "x", "url": "http://127.0.0.1"},
        {"url": f"file:///etc/{MARKER}"},
        {"url": f"http://me:{MARKER}@127.0.0.1"},
        {"url": "http://"},
    ],
)
def test_a_place_is_named_once_and_without_a_secret(settings: dict[str, object]) -> None:
    with pytest.raises(ValidationError) as caught:
        registry.connector("openlineage").settings.model_validate(settings)

    assert MARKER not in str(caught.value)
