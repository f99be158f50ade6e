"""The runs of the company's pilot as an exporter of OpenTelemetry writes them: OTLP in JSON, a document a line.

Names of attributes are those of the conventions for generative AI; nothing of what was asked or answered is in them,
but where a run says so (`prompt`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from examples.support_reply.company import Record

SERVICE: Final = "support-reply"
"""What the workflow calls itself in its traces."""
EVERY_RUN: Final = "ot=th:0"
"""What a sampler writes that keeps every run."""

Span = dict[str, Any]


def write(path: Path, runs: Iterable[Record]) -> None:
    """Write runs into a file, one line each."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8") as opened:
        for run in runs:
            opened.write(json.dumps({"resourceSpans": [_resource(list(_spans(run)))]}) + "\n")


def _resource(spans: list[Span]) -> dict[str, Any]:
    named = {"attributes": _attributes({"service.name": SERVICE})}
    return {"resource": named, "scopeSpans": [{"scope": {"name": "support_reply"}, "spans": spans}]}


def _spans(run: Record) -> Iterator[Span]:
    """Give the spans of a run: the run itself, its steps, and what they called."""
    began = run["started_at"]
    assert isinstance(began, datetime)  # noqa: S101 - the company's own record
    took = [float(str(run[key])) for key in ("fetched_in", "retrieved_in", "drafted_in")]
    fetched, retrieved, drafted = (began + timedelta(seconds=sum(took[:number])) for number in (1, 2, 3))
    whole = _span(run, "support-reply", "", began, drafted, {**_marks(run), "rubric_score": run["rubric_score"]})
    if run["event"]:
        whole["events"] = [{"timeUnixNano": _nanos(drafted), "name": run["event"], "attributes": []}]
    yield whole
    yield _span(run, "fetch", "support-reply", began, fetched, {})
    did = {"gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": run["tool"]}
    yield _span(run, f"execute_tool {run['tool']}", "fetch", began, fetched, did)
    if run.get("split", True):
        yield _span(run, "retrieve", "support-reply", fetched, retrieved, {})
    within = "retrieve" if run.get("split", True) else "support-reply"
    yield _span(run, "retrieval knowledge", within, fetched, retrieved, _retrieval(run))
    yield _span(run, "draft", "support-reply", retrieved, drafted, {})
    yield _span(run, f"chat {run['model']}", "draft", retrieved, drafted, _call(run))


def _marks(run: Record) -> Mapping[str, Any]:
    marks = run["marks"]
    return marks if isinstance(marks, Mapping) else {}


def _retrieval(run: Record) -> dict[str, Any]:
    told = {
        "gen_ai.operation.name": "retrieval",
        "gen_ai.data_source.id": run.get("index", "index.chunks"),
        "gen_ai.retrieval.query.text": run.get("query", "[masked]"),
        "gen_ai.retrieval.documents": json.dumps(run["documents"]),
    }
    return {key: value for key, value in told.items() if value is not None}


def _call(run: Record) -> dict[str, Any]:
    offered = run["offered"]
    assert isinstance(offered, list)  # noqa: S101 - the company's own record
    told = {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": run["provider"],
        "gen_ai.request.model": run["model"],
        "gen_ai.usage.input_tokens": run["tokens"],
        "gen_ai.usage.output_tokens": run["answered"],
        "gen_ai.tool.definitions": json.dumps([{"type": "function", "name": name} for name in offered]),
        "gen_ai.input.messages": run.get("prompt"),
    }
    return {key: value for key, value in told.items() if value is not None}


def _span(
    run: Record, name: str, parent: str, began: datetime, ended: datetime, attributes: Mapping[str, object]
) -> Span:
    found = {
        "traceId": _id(run, "", 32),
        "spanId": _id(run, name, 16),
        "name": name,
        "kind": 1,
        "startTimeUnixNano": _nanos(began),
        "endTimeUnixNano": _nanos(ended),
        "traceState": run.get("sampler", EVERY_RUN),
        "attributes": _attributes(attributes),
        "status": {},
    }
    return found | ({"parentSpanId": _id(run, parent, 16)} if parent else {})


def _id(run: Record, name: str, length: int) -> str:
    return hashlib.sha256(f"{run['run']} {name}".encode()).hexdigest()[:length]


def _nanos(moment: datetime) -> str:
    return str(int(moment.timestamp() * 1_000_000) * 1_000)


def _attributes(told: Mapping[str, object]) -> list[dict[str, Any]]:
    return [{"key": key, "value": _value(value)} for key, value in told.items()]


def _value(value: object) -> dict[str, Any]:
    match value:
        case bool():
            return {"boolValue": value}
        case int():
            return {"intValue": str(value)}
        case float():
            return {"doubleValue": value}
        case _:
            return {"stringValue": str(value)}
