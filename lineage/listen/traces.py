"""Traces over HTTP, as OpenTelemetry's exporters send them: `POST /v1/traces` and `POST /v1/logs`, protobuf or JSON.

Of a span is kept what the connector `otlp` tells of it: when, how long, whose child, which attributes and events, and
the names of models, providers, tools and steps; what else attributes hold becomes `*`, so that content is seen to be
there and not what it says. Whoever looks for fields in prompts asks for it whole (`--content`): the file then holds
values.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final

from lineage.listen.receiver import RefusedError, Route, Taken

FILE: Final = "traces.jsonl"
_PROTOBUF: Final = "application/x-protobuf"
_TYPES: Final = frozenset({_PROTOBUF, "application/json"})
_NAME: Final = re.compile(r"(?!.*\d{9})[A-Za-z][\w .:/+\-\[\]]{0,99}")
_KEY: Final = re.compile(r"(?!.*\d{7})[A-Za-z_$][\w$\-]*(?:\.[\w$\-]+)*")
_NAMING: Final = re.compile(
    r"gen_ai\.(?:operation\.name|provider\.name|system|(?:request|response)\.model|tool\.name|workflow\.(?:step|name)"
    r"|agent\.name|data_source\.id)"
    r"|llm\.(?:provider|system|model_name|request\.type)|(?:embedding|reranker)\.(?:model_name|provider)"
    r"|tool\.name|agent\.name|graph\.node\.id|openinference\.span\.kind|traceloop\.(?:span\.kind|entity\.name|workflow\.name)"
    r"|langfuse\.observation\.(?:type|model\.name|prompt\.name|level)|llm\.request\.functions\.\d{1,6}\.name|service\.name|event\.name"
)
"""Attributes that name a thing of the workflow, in any dialect; kept where they have the form of a name."""
_COUNTING: Final = re.compile(r"gen_ai\.usage\.[\w.]+|llm\.(?:token_count|usage)\.[\w.]+|gen_ai\.retrieval\.top_k")
_TOOLS: Final = re.compile(r"gen_ai\.tool\.definitions|gen_ai\.request\.tools|llm\.tools\.\d{1,6}\.tool\.json_schema")
_DETAILS: Final = re.compile(r"langfuse\.observation\.(?:usage|cost)_details")
"""Figures by their kind, as one text of JSON."""
_DOCUMENTS: Final = re.compile(
    r"(?:gen_ai\.)?(?:retrieval|reranker\.output)[._]documents(?:\.\d{1,6}\.(?:document\.)?.+)?"
)
_OF_DOCUMENT: Final = re.compile(r"(?:.*\.)?(?:id|score|\w*(?:version|revision|etag)\w*)", re.IGNORECASE)
_NO_CONTENT: Final = frozenset({"", "[]", "{}", "null", "__REDACTED__", "REDACTED", "[REDACTED]"})
_SAMPLED: Final = re.compile(r"(?:^|,)\s*(ot=[^,]*)")
_HIDDEN: Final[Mapping[str, object]] = {"stringValue": "*"}
_SCALARS: Final = {"string_value": "stringValue", "bool_value": "boolValue", "double_value": "doubleValue"}
_UNNAMED: Final = "?"


def routes(keep: Iterable[str] = (), *, content: bool = False) -> tuple[Route, ...]:
    """Give the routes of traces and of events in logs; `keep` names attributes whose values are written down too."""
    kept = frozenset(keep)

    def taking(signal: str) -> Callable[[bytes, str], Taken]:
        def take(body: bytes, content_type: str) -> Taken:
            told = _packed(body, signal) if content_type == _PROTOBUF else _parsed(body)
            try:
                lines = tuple(_lines(told, signal, None if content else kept))
            except (AttributeError, TypeError, KeyError, ValueError, RecursionError):
                raise RefusedError(f"it is no export of {signal}") from None
            answer = b"" if content_type == _PROTOBUF else b"{}"
            return Taken(lines, answer, content_type=content_type)

        return take

    return (
        Route("/v1/traces", FILE, _TYPES, taking("spans")),
        Route("/v1/logs", FILE, _TYPES, taking("logs")),
    )


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise RefusedError("the body is not JSON") from None


def _packed(body: bytes, signal: str) -> Any:
    """Give an export in protobuf as its JSON is: ids in hexadecimal."""
    try:
        from google.protobuf.message import DecodeError
        from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
        from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
    except ImportError:
        raise RefusedError("protobuf needs lineage-audit[otlp] here; send JSON instead") from None
    try:
        if signal == "logs":
            found = ExportLogsServiceRequest.FromString(body)
            return {"resourceLogs": [_resource(one, "scopeLogs", "logRecords", _log) for one in found.resource_logs]}
        told = ExportTraceServiceRequest.FromString(body)
        return {"resourceSpans": [_resource(one, "scopeSpans", "spans", _span) for one in told.resource_spans]}
    except DecodeError:
        raise RefusedError("the body is not protobuf of an export") from None


def _resource(one: Any, scopes: str, entries: str, made: Callable[[Any], dict[str, Any]]) -> dict[str, Any]:
    below = one.scope_spans if scopes == "scopeSpans" else one.scope_logs
    return {
        "resource": {"attributes": _pairs(one.resource.attributes)},
        scopes: [
            {entries: [made(each) for each in (scope.spans if entries == "spans" else scope.log_records)]}
            for scope in below
        ],
    }


def _span(one: Any) -> dict[str, Any]:
    return {
        "traceId": one.trace_id.hex(),
        "spanId": one.span_id.hex(),
        "parentSpanId": one.parent_span_id.hex(),
        "traceState": one.trace_state,
        "name": one.name,
        "startTimeUnixNano": str(one.start_time_unix_nano),
        "endTimeUnixNano": str(one.end_time_unix_nano),
        "attributes": _pairs(one.attributes),
        "events": [{"name": event.name, "attributes": _pairs(event.attributes)} for event in one.events],
        "status": {"code": int(one.status.code)},
    }


def _log(one: Any) -> dict[str, Any]:
    return {
        "traceId": one.trace_id.hex(),
        "spanId": one.span_id.hex(),
        "timeUnixNano": str(one.time_unix_nano or one.observed_time_unix_nano),
        "eventName": one.event_name,
        "body": _any(one.body),
        "attributes": _pairs(one.attributes),
    }


def _pairs(told: Any) -> list[dict[str, Any]]:
    return [{"key": one.key, "value": _any(one.value)} for one in told]


def _any(value: Any) -> dict[str, Any]:
    kind = value.WhichOneof("value")
    if kind in _SCALARS:
        return {_SCALARS[kind]: getattr(value, kind)}
    if kind == "int_value":
        return {"intValue": str(value.int_value)}
    if kind == "array_value":
        return {"arrayValue": {"values": [_any(one) for one in value.array_value.values]}}
    if kind == "kvlist_value":
        return {"kvlistValue": {"values": _pairs(value.kvlist_value.values)}}
    return {} if kind is None else dict(_HIDDEN)


def _lines(told: Any, signal: str, keep: frozenset[str] | None) -> Iterator[bytes]:
    """Give each span or event on a line of its own; without `keep` as it came."""
    resources, scopes, entries = (
        ("resourceLogs", "scopeLogs", "logRecords") if signal == "logs" else ("resourceSpans", "scopeSpans", "spans")
    )
    if resources not in told:
        raise ValueError
    for resource in told[resources] or ():
        owner = _attributes((resource.get("resource") or {}).get("attributes"), keep)
        if keep is not None:
            owner = [one for one in owner if one["key"] == "service.name"]
        for scope in resource.get(scopes) or ():
            for one in scope.get(entries) or ():
                kept = one if keep is None else _kept(one, keep)
                line = {resources: [{"resource": {"attributes": owner}, scopes: [{entries: [kept]}]}]}
                yield json.dumps(line, ensure_ascii=True, separators=(",", ":")).encode()


def _kept(one: Mapping[str, Any], keep: frozenset[str]) -> dict[str, Any]:
    """Give of a span or an event what is told of it."""
    found: dict[str, Any] = {
        key: str(one[key])
        for key in ("traceId", "spanId", "parentSpanId")
        if re.fullmatch(r"[\w+/=]{1,44}", str(one.get(key) or ""))
    }
    times = ("startTimeUnixNano", "endTimeUnixNano", "timeUnixNano", "observedTimeUnixNano")
    found |= {key: str(int(one[key])) for key in times if one.get(key)}
    found |= {key: _named(one[key]) for key in ("name", "eventName") if one.get(key)}
    found["attributes"] = _attributes(one.get("attributes"), keep)
    if events := one.get("events"):
        found["events"] = [
            {"name": _named(event.get("name")), "attributes": _attributes(event.get("attributes"), keep)}
            for event in events
        ]
    if (code := (one.get("status") or {}).get("code")) in {2, "2", "STATUS_CODE_ERROR"}:
        found["status"] = {"code": code}
    if sampled := _SAMPLED.search(str(one.get("traceState") or "")):
        found["traceState"] = re.sub(r"[^\w=:;.]", "", sampled[1])
    if body := one.get("body"):
        pairs = (body.get("kvlistValue") or {}).get("values")
        found["body"] = {"kvlistValue": {"values": _attributes(pairs, keep)}} if pairs else _hidden(body)
    return found


def _attributes(told: Any, keep: frozenset[str] | None) -> list[dict[str, Any]]:
    if keep is None:
        return list(told or ())
    return [
        {"key": key if _KEY.fullmatch(key) else _UNNAMED, "value": _value(key, one.get("value") or {}, keep)}
        for one in told or ()
        for key in [str(one["key"])]
    ]


def _value(key: str, value: Mapping[str, Any], keep: frozenset[str]) -> Mapping[str, Any]:
    text = value.get("stringValue")
    if key in keep or (_COUNTING.fullmatch(key) and ("intValue" in value or "doubleValue" in value)):
        return value
    if _NAMING.fullmatch(key) and text:
        return {"stringValue": _named(text)}
    if _TOOLS.fullmatch(key) and text:
        return {"stringValue": json.dumps([{"name": name} for name in _tools(text)])}
    if _DETAILS.fullmatch(key) and text:
        return {"stringValue": json.dumps(dict(_figures(text)))}
    if _DOCUMENTS.fullmatch(key) or key.endswith(("documents", "metadata")):
        return _documents(key, value)
    return _hidden(value)


def _tools(text: str) -> Iterator[str]:
    """Give the names of the tools that a model was offered; what they are told to it about is left out."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return
    for one in found if isinstance(found, list) else [found]:
        if isinstance(one, Mapping):
            inner = one.get("function")
            name = inner.get("name") if isinstance(inner, Mapping) else one.get("name")
            yield _named(name)


def _figures(text: str) -> Iterator[tuple[str, int | float]]:
    """Give the figures of an object; what is none, and what is not named in plain words, is left out."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return
    for key, value in found.items() if isinstance(found, Mapping) else ():
        if isinstance(value, int | float) and not isinstance(value, bool) and _KEY.fullmatch(key):
            yield key, value


def _documents(key: str, value: Mapping[str, Any]) -> Mapping[str, Any]:
    """Give of documents that came back their ids, scores and versions, and the names of what else is told of them."""
    text = value.get("stringValue")
    if text is None:
        return value if _OF_DOCUMENT.fullmatch(key) else _hidden(value)
    try:
        found = json.loads(text) if text[:1] in {"[", "{"} else None
    except (ValueError, RecursionError):
        found = None
    if found is None:
        return value if _OF_DOCUMENT.fullmatch(key) else _hidden(value)
    kept = [_document(one) for one in found] if isinstance(found, list) else _document(found)
    return {"stringValue": json.dumps(kept)}


def _document(one: Any) -> object:
    if not isinstance(one, Mapping):
        return "*"
    return {
        key if _KEY.fullmatch(key) else _UNNAMED: _document(value)
        if isinstance(value, Mapping)
        else value
        if _OF_DOCUMENT.fullmatch(key) and isinstance(value, str | int | float)
        else "*"
        for key, value in one.items()
    }


def _hidden(value: Mapping[str, Any]) -> Mapping[str, Any]:
    """Give a star for what is held; what says that nothing is, as it stands."""
    if not value or ("stringValue" in value and str(value["stringValue"]).strip() in _NO_CONTENT):
        return value
    return _HIDDEN


def _named(text: object) -> str:
    return str(text) if _NAME.fullmatch(str(text or "")) else _UNNAMED
