"""Traces, as OpenTelemetry's SDK writes them, and as others do."""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from lineage.connector import Stream, Structure
from lineage.errors import ConnectorError
from lineage.facts import Fact, FieldFact, SpanFact, TraceFact, UnseenFact
from lineage.model import DatasetId
from lineage.plan.model import Budget
from tests.connectors.conformance import (
    CONTACTS,
    MARKER,
    ODD,
    ODD_COLUMNS,
    ROWS,
    ConnectorLaws,
    System,
    context_of,
    read,
    relation_of,
)
from tests.connectors.limits import FolderLaws
from tests.traces import Run, write_traces

SECOND = 1_000_000_000
START = 1_795_000_000 * SECOND


def attributes(told: Mapping[str, object]) -> list[dict[str, Any]]:
    kinds = {int: "intValue", str: "stringValue", bool: "boolValue", float: "doubleValue"}
    return [
        {"key": key, "value": {kinds[type(value)]: str(value) if isinstance(value, int) else value}}
        for key, value in told.items()
        if value is not None
    ]


def span(number: int, told: Mapping[str, object], name: str = "draft", **more: Any) -> dict[str, Any]:
    return {
        "traceId": f"{number:032x}",
        "spanId": f"{number:016x}",
        "name": name,
        "startTimeUnixNano": str(START + number * SECOND),
        "endTimeUnixNano": str(START + number * SECOND + SECOND // 2),
        "attributes": attributes(told),
    } | more


def export(*spans: Mapping[str, Any]) -> str:
    return json.dumps({"resourceSpans": [{"resource": {}, "scopeSpans": [{"scope": {}, "spans": spans}]}]}) + "\n"


def state_of(folder: Path) -> object:
    return sorted((str(path), path.read_bytes(), path.stat().st_mtime_ns) for path in folder.rglob("*.*"))


class TestTraceLaws(FolderLaws, ConnectorLaws):
    kind = "otlp"

    def lively(self, folder: Path) -> System:
        chat = {"gen_ai.operation.name": "chat", "gen_ai.request.model": "sonnet-x", "gen_ai.input.messages": MARKER}
        calls = [
            span(
                number, {**dict(zip(("id", "region", "email", "at"), row, strict=True)), **chat}, f"{MARKER}@x.example"
            )
            for number, row in enumerate(ROWS, start=1)
        ]
        odd = span(9, {"gen_ai.operation.name": "execute_tool", **dict.fromkeys(ODD_COLUMNS, MARKER)})
        other = span(10, {f"{MARKER}@x.example": MARKER, "gen_ai.provider.name": f"{MARKER}@x.example"})
        (folder / f"{MARKER}.jsonl").write_text(export(*calls) + export(odd, other))
        return System({"path": str(folder)}, {CONTACTS: "model", ODD: "tool"}, lambda: state_of(folder), (str(folder),))

    def bare(self, folder: Path) -> System:
        (folder / "none").mkdir()
        return System({"path": str(folder / "none")})

    def unreachable(self, folder: Path) -> Sequence[System]:
        return [System({"path": str(folder / MARKER)}), System({"path": f"s3://{MARKER}/traces"})]


def facts_of(path: Path, **settings: Any) -> list[Fact]:
    return read("otlp", {"path": str(path), **settings}, [Structure()])


def store(facts: Sequence[Fact]) -> TraceFact:
    [found] = [fact for fact in facts if isinstance(fact, TraceFact)]
    return found


def spans(facts: Sequence[Fact], operation: str) -> list[SpanFact]:
    return [fact for fact in facts if isinstance(fact, SpanFact) and fact.operation == operation]


@pytest.mark.parametrize("dialect", ["gen_ai", "openinference", "traceloop"])
def test_what_a_run_did_is_told_in_every_dialect(tmp_path: Path, dialect: str) -> None:
    runs = [Run(dialect, prompt=" ".join(["word"] * count), tool="crm_lookup") for count in (5, 50)]

    facts = facts_of(write_traces(tmp_path / "traces.jsonl", *runs))

    [call], [tool], [retrieval] = spans(facts, "model"), spans(facts, "tool"), spans(facts, "retrieval")
    assert (call.step, call.within, call.provider, call.model) == ("draft", ("reply",), "example-ai", "sonnet-x")
    assert call.input_tokens is not None
    assert (call.input_tokens.p50, call.input_tokens.p95, call.input_tokens.total) == (5, 50, 55)
    assert (tool.tool, tool.step, tool.spans) == ("crm_lookup", "fetch", 2)
    assert (retrieval.step, retrieval.found, retrieval.empty) == ("retrieve", 2, 0)
    assert (store(facts).traces, store(facts).spans, store(facts).whole, store(facts).orphans) == (2, 14, True, 0)
    assert all(fact.milliseconds is not None and fact.milliseconds.count == 2 for fact in spans(facts, "step"))
    assert call.content == ()


@pytest.mark.parametrize("dialect", ["gen_ai", "openinference", "traceloop"])
def test_captured_content_is_counted_and_not_told(tmp_path: Path, dialect: str) -> None:
    path = write_traces(tmp_path / "t.jsonl", Run(dialect, prompt=MARKER, content=True), Run(dialect, prompt=MARKER))

    facts = facts_of(path)

    [call] = spans(facts, "model")
    assert {count for _, count in call.content} == {1}
    assert MARKER in path.read_text()
    assert MARKER not in repr(facts)


def test_hidden_content_is_no_content(tmp_path: Path) -> None:
    hidden = {"openinference.span.kind": "LLM", "input.value": "__REDACTED__", "output.value": ""}
    (tmp_path / "t.json").write_text(export(span(1, hidden)))

    assert spans(facts_of(tmp_path), "model")[0].content == ()


def test_ids_in_base64_are_those_in_hexadecimal(tmp_path: Path) -> None:
    parent = span(1, {})
    child = span(2, {}) | {"traceId": base64.b64encode(bytes.fromhex(parent["traceId"])).decode()}
    child["parentSpanId"] = base64.b64encode(bytes.fromhex(parent["spanId"])).decode()
    (tmp_path / "t.json").write_text(export(parent, child))

    found = store(facts_of(tmp_path))

    assert (found.traces, found.orphans) == (1, 0)


def test_a_document_may_take_many_lines_or_be_compressed(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps(json.loads(export(span(1, {}))), indent=2))
    (tmp_path / "b.jsonl.gz").write_bytes(gzip.compress(export(span(2, {})).encode()))
    snake = export(span(3, {})).replace("resourceSpans", "resource_spans").replace("traceId", "trace_id")
    (tmp_path / "c.ndjson").write_text(snake.replace("scopeSpans", "scope_spans"))

    found = store(facts_of(tmp_path))

    assert (found.traces, found.spans, found.whole) == (3, 3, True)


@pytest.mark.parametrize(
    "broken", ["{", "[1]", '"text"', '{"resourceSpans": [{"scopeSpans": [{"spans": [7]}]}]}', '{"x": 1}', "[" * 100_000]
)
def test_what_cannot_be_read_is_counted_and_nothing_is_held_for_whole(tmp_path: Path, broken: str) -> None:
    (tmp_path / "t.jsonl").write_text(export(span(1, {})) + broken + "\n" + export(span(2, {})))

    facts = facts_of(tmp_path)

    assert (store(facts).traces, store(facts).whole) == (2, False)
    assert [fact.what for fact in facts if isinstance(fact, UnseenFact)] == ["access", "data"]


def test_more_spans_than_the_budget_allows_are_said_to_be_unread(tmp_path: Path) -> None:
    (tmp_path / "t.jsonl").write_text(export(*(span(number, {}) for number in range(1, 9))))

    facts = read("otlp", {"path": str(tmp_path)}, [Structure()], context_of(budget=Budget(rows=5)))

    assert (store(facts).spans, store(facts).whole) == (5, False)
    assert any("more than 5 spans" in fact.reason for fact in facts if isinstance(fact, UnseenFact))


def test_runs_of_another_service_are_not_the_workflow_s(tmp_path: Path) -> None:
    path = write_traces(tmp_path / "t.jsonl", Run())
    write_traces(path, Run(), Run(), service="other")

    assert store(facts_of(path, service="support-reply")).traces == 1
    assert store(facts_of(path, service="nobody")).traces == 0


def test_the_sampler_s_threshold_says_which_share_is_kept(tmp_path: Path) -> None:
    (tmp_path / "t.jsonl").write_text(
        export(span(1, {}, traceState="ot=th:c"), span(2, {}, traceState="v=1,ot=rv:1;th:8"))
    )

    assert store(facts_of(tmp_path)).sampled == 0.25


def test_a_span_whose_parent_is_not_there_is_an_orphan(tmp_path: Path) -> None:
    (tmp_path / "t.jsonl").write_text(export(span(1, {}, parentSpanId="00000000000000ff"), span(2, {})))

    assert store(facts_of(tmp_path)).orphans == 1


def test_names_that_look_like_values_are_not_told(tmp_path: Path) -> None:
    names = ("anna.schmidt@acme.example", "491751234567", "x" * 300, f"Call +49 175 {'1' * 12}")
    (tmp_path / "t.jsonl").write_text(
        export(*(span(number, {"gen_ai.tool.name": name, "gen_ai.operation.name": "execute_tool"}, name)
                 for number, name in enumerate(names, start=1)))
    )  # fmt: skip

    facts = facts_of(tmp_path)

    assert {fact.tool for fact in spans(facts, "tool")} == {""}
    assert all(name not in repr(facts) for name in names)
    assert any("look like values" in fact.reason for fact in facts if isinstance(fact, UnseenFact))


def test_events_in_logs_are_told_beside_the_spans(tmp_path: Path) -> None:
    record = {
        "traceId": f"{1:032x}", "spanId": f"{1:016x}", "timeUnixNano": str(START), "eventName": "fallback",
        "body": {"kvlistValue": {"values": [{"key": "body", "value": {"stringValue": MARKER}}]}},
    }  # fmt: skip
    logs = {"resourceLogs": [{"resource": {}, "scopeLogs": [{"logRecords": [record]}]}]}
    (tmp_path / "t.jsonl").write_text(export(span(1, {})) + json.dumps(logs) + "\n")

    facts = facts_of(tmp_path)

    [event] = spans(facts, "event")
    assert (event.step, event.content) == ("fallback", (("body", 1),))
    assert MARKER not in repr(facts)


def test_the_export_of_langfuse_is_read(tmp_path: Path) -> None:
    observations = [
        {"id": "a", "traceId": "t", "type": "SPAN", "name": "draft", "startTime": "2026-11-20T10:00:00Z",
         "endTime": "2026-11-20T10:00:02Z"},
        {"id": "b", "traceId": "t", "type": "GENERATION", "name": "call", "parentObservationId": "a",
         "startTime": "2026-11-20T10:00:00.500Z", "endTime": "2026-11-20T10:00:01.500Z", "model": "sonnet-x",
         "usageDetails": {"input": 70, "output": 3}, "input": MARKER, "output": None},
    ]  # fmt: skip
    (tmp_path / "t.json").write_text(json.dumps(observations))

    facts = facts_of(tmp_path)

    [call] = spans(facts, "model")
    assert (call.model, call.step, call.content) == ("sonnet-x", "draft", (("langfuse.observation.input", 1),))
    assert call.milliseconds is not None
    assert call.milliseconds.p95 == 1000
    assert store(facts).dialects == ("gen_ai", "langfuse")


def test_documents_that_came_back_are_a_dataset_of_their_own(tmp_path: Path) -> None:
    documents = ({"id": "kb-1", "score": 0.9, "version": "3"}, {"id": "kb-2", "score": 0.8, "version": "1"})
    path = write_traces(
        tmp_path / "t.jsonl", Run(documents=documents), Run("openinference", documents=documents), Run(documents=())
    )
    retrieved = DatasetId("s.retrieved")
    settings = {"path": str(path)}
    facts = read("otlp", settings, [Structure({retrieved: "retrieved"})])
    taken: list[Sequence[object]] = []

    class Sink:
        def __call__(self, rows: Sequence[Sequence[object]]) -> None:
            taken.extend(rows)

        def end(self) -> None:
            taken.append(("end",))

    stream = Stream(relation_of(facts, retrieved), ("id", "version"))
    read("otlp", settings, [stream], context_of(sink=Sink()))

    assert {("id",), ("score",), ("version",)} <= {fact.name.field for fact in facts if isinstance(fact, FieldFact)}
    assert [tuple(map(str, row)) for row in taken] == [("kb-1", "3"), ("kb-2", "1")] * 2 + [("end",)]
    [*_, empty] = [fact.empty for fact in spans(facts, "retrieval")]
    assert empty == 1


def test_a_place_that_is_not_there_is_an_error_with_a_way_out(tmp_path: Path) -> None:
    with pytest.raises(ConnectorError, match="is the connector's path right"):
        facts_of(tmp_path / "gone")
