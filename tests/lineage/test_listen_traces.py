"""Traces that real instrumentations send to the listener: what is kept of them, and that it is what a file tells."""

from __future__ import annotations

import gzip
import http.client
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from lineage.connector import Structure
from lineage.facts import Fact, SpanFact, TraceFact, UnseenFact
from lineage.listen.receiver import Heard, Limits, Listener
from lineage.listen.traces import FILE, routes
from tests.connectors.conformance import MARKER, NOW, read
from tests.traces import endpoint

TOKEN = "t0ken-of-the-test"
PROMPT = f"write to {MARKER}@x.example"
SCRIPT = Path(__file__).parents[1] / "instrumented.py"
DIALECTS = ("gen_ai", "openinference", "traceloop")


@contextmanager
def listening(folder: Path, keep: Sequence[str] = (), *, content: bool = False) -> Iterator[Listener]:
    listener = Listener(routes(keep, content=content), folder, Limits(30, 1_000, TOKEN))
    ended: list[Heard] = []
    thread = threading.Thread(target=lambda: ended.append(listener.listen()))
    thread.start()
    try:
        yield listener
    finally:
        listener.end("interrupted")
        thread.join()


def run(dialect: str, to: str, *options: str) -> None:
    """Have a workflow run that an instrumentation watches, in a process of its own."""
    environ = {**os.environ, "RECEIVER_TOKEN": TOKEN}
    with endpoint() as url:
        command = [sys.executable, str(SCRIPT), dialect, url, to, PROMPT, *options]
        subprocess.run(command, env=environ, check=True, capture_output=True, timeout=60)


def told(path: Path, **settings: Any) -> list[Fact]:
    """Give what the connector tells of the runs in a file, but for their times."""
    facts = read("otlp", {"path": str(path), **settings}, [Structure()])
    still: list[Fact] = []
    for fact in facts:
        match replace(fact, seen=replace(fact.seen, at=NOW)):
            case TraceFact() as store:
                still.append(replace(store, oldest=None, newest=None, milliseconds=None))
            case SpanFact() as span:
                still.append(replace(span, milliseconds=None))
            case UnseenFact() as unseen:
                still.append(unseen)
            case _:
                pass
    return still


def model_calls(facts: Sequence[Fact]) -> list[SpanFact]:
    return [fact for fact in facts if isinstance(fact, SpanFact) and fact.operation == "model"]


def answer(listener: Listener, body: bytes, path: str = "/v1/traces", **headers: str) -> tuple[int, bytes]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    sent = {"Content-Type": "application/json", "Authorization": f"Bearer {TOKEN}", **named}
    connection = http.client.HTTPConnection(listener.address.removeprefix("http://"), timeout=5)
    try:
        connection.request("POST", path, body, sent)
        answered = connection.getresponse()
        return answered.status, answered.read()
    finally:
        connection.close()


def export(*attributes: Mapping[str, Any], **span: Any) -> bytes:
    one: dict[str, object] = {
        "traceId": "ab" * 16,
        "spanId": "cd" * 8,
        "name": "draft",
        "startTimeUnixNano": "1795000000000000000",
    }
    one |= {"attributes": list(attributes), **span}
    return json.dumps({"resourceSpans": [{"scopeSpans": [{"spans": [one]}]}]}).encode()


def text(key: str, value: str) -> dict[str, Any]:
    return {"key": key, "value": {"stringValue": value}}


@pytest.mark.parametrize("options", [("content",), ("json",)])
@pytest.mark.parametrize("dialect", DIALECTS)
def test_what_an_instrumentation_sends_tells_what_its_file_tells_and_no_value_is_written_down(
    tmp_path: Path, dialect: str, options: tuple[str, ...]
) -> None:
    run(dialect, str(tmp_path / "told.jsonl"), *options)
    with listening(tmp_path / "heard") as listener:
        run(dialect, listener.address, *options)

    heard = told(tmp_path / "heard" / FILE)

    [call] = model_calls(heard)
    assert (call.step, call.provider, call.model) == ("draft", "openai", "sonnet-x")
    if "content" in options:  # some leave the tools out with the rest
        assert call.offered == (("crm_lookup", 1),)
    assert call.input_tokens is not None
    assert (call.input_tokens.total, call.output_tokens and call.output_tokens.total) == (3, 2)
    assert bool(call.content) == ("content" in options)
    assert heard == told(tmp_path / "told.jsonl")
    written = (tmp_path / "heard" / FILE).read_text("utf-8")
    assert not [word for word in (MARKER, TOKEN, "4711", "An answer") if word in written]
    assert (tmp_path / "heard" / FILE).stat().st_mode & 0o077 == 0
    if "content" in options:
        assert MARKER in (tmp_path / "told.jsonl").read_text("utf-8")


def test_content_is_kept_where_it_is_asked_for_and_what_an_attribute_holds_where_it_is_named(tmp_path: Path) -> None:
    with listening(tmp_path / "whole", content=True) as listener:
        run("gen_ai", listener.address, "content")
    with listening(tmp_path / "named", ["workflow.phase"]) as listener:
        answer(listener, export(text("workflow.phase", "fetch"), text("other.phase", MARKER)))

    assert MARKER in (tmp_path / "whole" / FILE).read_text("utf-8")
    [span] = [fact for fact in told(tmp_path / "named" / FILE, step="workflow.phase") if isinstance(fact, SpanFact)]
    assert span.step == "fetch"
    assert MARKER not in (tmp_path / "named" / FILE).read_text("utf-8")


def test_of_documents_that_came_back_ids_scores_and_versions_are_kept(tmp_path: Path) -> None:
    documents = json.dumps(
        [{"id": "kb-1", "score": 0.5, "version": "3", "content": MARKER, "metadata": {"of": MARKER}}]
    )
    kind = text("gen_ai.operation.name", "retrieval")
    numbered = (
        text("openinference.span.kind", "RETRIEVER"),
        text("retrieval.documents.0.document.id", "kb-2"),
        text("retrieval.documents.0.document.content", MARKER),
        text("retrieval.documents.0.document.metadata", json.dumps({"doc_version": "7", "author": MARKER})),
    )
    with listening(tmp_path) as listener:
        answer(listener, export(kind, text("gen_ai.retrieval.documents", documents)))
        answer(listener, export(*numbered, traceId="ef" * 16))

    facts = told(tmp_path / FILE)

    assert sum(fact.found or 0 for fact in facts if isinstance(fact, SpanFact)) == 2
    written = (tmp_path / FILE).read_text("utf-8")
    assert MARKER not in written
    assert [word for word in ("kb-1", "kb-2", "0.5") if word not in written] == []


def test_names_that_are_none_are_not_written_down_and_are_counted(tmp_path: Path) -> None:
    odd = f"call {MARKER}@x.example 491751234567"
    with listening(tmp_path) as listener:
        answer(
            listener,
            export(
                text("gen_ai.request.model", odd),
                text(odd, "x"),
                name=odd,
                traceState=f"vendor={MARKER},ot=th:8",
                status={"code": 2, "message": MARKER},
                links=[{"attributes": [text("x", MARKER)]}],
            ),
        )

    facts = told(tmp_path / FILE)

    assert MARKER not in (tmp_path / FILE).read_text("utf-8")
    assert [fact.sampled for fact in facts if isinstance(fact, TraceFact)] == [0.5]
    assert [fact.errors for fact in facts if isinstance(fact, SpanFact)] == [1]
    assert any("look like values" in fact.reason for fact in facts if isinstance(fact, UnseenFact))


def test_events_in_logs_are_kept_without_what_they_say(tmp_path: Path) -> None:
    record = {
        "traceId": "ab" * 16, "spanId": "cd" * 8, "timeUnixNano": "1795000000000000000", "eventName": "fallback",
        "body": {"kvlistValue": {"values": [text("content", MARKER)]}},
    }  # fmt: skip
    body = json.dumps({"resourceLogs": [{"scopeLogs": [{"logRecords": [record]}]}]}).encode()
    with listening(tmp_path) as listener:
        assert answer(listener, gzip.compress(body), "/v1/logs", Content_Encoding="gzip") == (200, b"{}")

    [event] = [fact for fact in told(tmp_path / FILE) if isinstance(fact, SpanFact)]

    assert (event.step, event.content) == ("fallback", (("content", 1),))
    assert MARKER not in (tmp_path / FILE).read_text("utf-8")


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"{", "application/json"),
        (b"[]", "application/json"),
        (b"[" * 100_000, "application/json"),
        (b'{"resourceSpans": [7]}', "application/json"),
        (b'{"resourceSpans": [{"scopeSpans": [{"spans": [{"startTimeUnixNano": "zq7marker"}]}]}]}', "application/json"),
        (b"\xff\xff zq7marker", "application/x-protobuf"),
    ],
)
def test_what_is_no_export_is_refused_and_nothing_of_it_is_said(tmp_path: Path, body: bytes, content_type: str) -> None:
    with listening(tmp_path) as listener:
        status, said = answer(listener, body, Content_Type=content_type)

    assert status == 400
    assert MARKER.encode() not in said
    assert not (tmp_path / FILE).exists()


def test_a_client_without_the_token_and_one_that_sends_metrics_are_refused(tmp_path: Path) -> None:
    with listening(tmp_path) as listener:
        assert answer(listener, export(), Authorization="Bearer wrong")[0] == 401
        assert answer(listener, b"{}", "/v1/metrics")[0] == 404
        assert answer(listener, export(), Content_Type="text/plain")[0] == 415


def test_what_langfuse_says_of_tokens_is_kept_as_figures_alone(tmp_path: Path) -> None:
    sent = Path(__file__).parents[1] / "third_party" / "langfuse_sdk_5_0_4.jsonl"
    body = sent.read_text().replace(
        '\\"input\\": 10', f'\\"{MARKER}@x\\": 5, \\"input\\": 10, \\"said\\": \\"{MARKER}\\"'
    )
    with listening(tmp_path) as listener:
        headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
        client = http.client.HTTPConnection(listener.address.removeprefix("http://"), timeout=20)
        client.request("POST", "/v1/traces", body, headers)
        assert client.getresponse().status == 200
        client.close()

    calls = [fact for fact in told(tmp_path / FILE) if isinstance(fact, SpanFact) and fact.operation == "model"]

    assert sorted(one.input_tokens.total for one in calls if one.input_tokens is not None) == [10, 70]
    assert MARKER not in (tmp_path / FILE).read_text()
