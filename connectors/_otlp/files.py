"""Spans out of files: OTLP in JSON, as collectors and exporters write it, and the observations that Langfuse exports.

One document a line or a file; Langfuse's also as CSV. Ids are hexadecimal (the OTLP specification) or base64
(protobuf's own JSON), names are camelCase or snake_case. Log records that name an event are spans without a duration.
"""

from __future__ import annotations

import base64
import binascii
import csv
import gzip
import json
import re
import time
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO, Any, Final

from connectors._otlp.langfuse import is_beside, observation, rows
from connectors._otlp.span import Span
from connectors._patterns import Found

_TABLES: Final = (".csv", ".csv.gz")
ENDINGS: Final = (".json", ".jsonl", ".ndjson", ".json.gz", ".jsonl.gz", ".ndjson.gz", *_TABLES)
LARGEST: Final = 256_000_000
"""Of a line, or of a file that is one document: what is parsed at once."""
MAX_SPANS: Final = 1_000_000
_HEX: Final = re.compile(r"[0-9a-fA-F]{32}|[0-9a-fA-F]{16}")
_DEPTH: Final = 6


@dataclass(slots=True)
class Counts:
    """What was read, and what could not be."""

    files: int = 0
    bytes: int = 0
    spans: int = 0
    unread: dict[str, int] = field(default_factory=dict)
    """Why entries could not be read -> how many."""
    observed: set[tuple[str, str]] = field(default_factory=set, repr=False)
    """Observations of Langfuse that were read."""
    left_out: str = ""
    """Why the rest was not read; empty where all was."""

    def miss(self, why: str) -> None:
        """Count an entry that could not be read."""
        self.unread[why] = self.unread.get(why, 0) + 1


def spans_of(files: Sequence[Found], counts: Counts, most: int, seconds: float) -> Iterator[Span]:
    """Give every span of the files, up to a number and a time; what is not read is counted."""
    ends = time.monotonic() + seconds
    for file in files:
        counts.files += 1
        for document in _documents(file, counts):
            try:
                for span in _spans(document, counts):
                    if counts.spans >= most:
                        counts.left_out = f"more than {most:,} spans"
                        return
                    counts.spans += 1
                    yield span
            except (AttributeError, TypeError, ValueError, RecursionError):
                counts.miss("an entry has no shape of OTLP")
            if time.monotonic() > ends:
                counts.left_out = "out of time"
                return


def _documents(file: Found, counts: Counts) -> Iterator[Any]:
    opened: Callable[..., Any] = gzip.open if file.path.suffix.lower() == ".gz" else open
    try:
        with opened(file.path, "rb") as stream:
            if file.path.name.lower().endswith(_TABLES):
                counts.bytes += file.path.stat().st_size
                yield from rows(stream)
                return
            first = stream.readline(LARGEST)
            counts.bytes += len(first)
            found = _parsed(first)
            if found is None:
                yield from _whole(first, stream, counts)
                return
            yield found[0]
            while line := stream.readline(LARGEST):
                counts.bytes += len(line)
                if not line.strip():
                    continue
                if (found := _parsed(line)) is None:
                    counts.miss("a line is no JSON")
                else:
                    yield found[0]
    except (OSError, EOFError, zlib.error, csv.Error, UnicodeDecodeError) as error:
        counts.miss(f"a file cannot be read ({type(error).__name__})")


def _whole(first: bytes, stream: IO[bytes], counts: Counts) -> Iterator[Any]:
    """Give a file that is one document, or one whose first line alone is broken."""
    rest = stream.read(LARGEST)
    counts.bytes += len(rest)
    if not (first + rest).strip():
        return
    if (found := _parsed(first + rest)) is not None:
        yield found[0]
        return
    counts.miss("a line is no JSON")
    for line in rest.splitlines():
        if line.strip() and (found := _parsed(line)) is not None:
            yield found[0]
        elif line.strip():
            counts.miss("a line is no JSON")


def _parsed(text: bytes) -> tuple[Any] | None:
    try:
        return (json.loads(text),)
    except (ValueError, RecursionError):
        return None


def _spans(document: Any, counts: Counts) -> Iterator[Span]:
    several = document if isinstance(document, list) else [document]
    for one in several:
        if not isinstance(one, Mapping):
            counts.miss("an entry has no shape of OTLP")
        elif (resources := _of(one, "resourceSpans", "resource_spans")) is not None:
            yield from _below(resources, _otlp_span, "scopeSpans", "scope_spans", "instrumentationLibrarySpans")
        elif (resources := _of(one, "resourceLogs", "resource_logs")) is not None:
            yield from _below(resources, _otlp_log, "scopeLogs", "scope_logs")
        elif _of(one, "resourceMetrics", "resource_metrics") is not None:
            continue
        elif isinstance(one.get("observations"), list):
            yield from _spans(one["observations"], counts)
        elif (found := observation(one)) is not None:
            # An export may hold an observation in both of its forms.
            if (found.trace, found.id) not in counts.observed:
                counts.observed.add((found.trace, found.id))
                yield found
        elif is_beside(one):
            continue
        else:
            counts.miss("an entry has no shape of OTLP")


def _of(entry: Mapping[str, Any], *keys: str) -> Any:
    for key in keys:
        if key in entry and (found := entry[key]) is not None:
            return found
    return None


def _below(resources: Any, made: Callable[[Mapping[str, Any], str], Span | None], *scopes: str) -> Iterator[Span]:
    entries = "spans" if "Spans" in scopes[0] else "logRecords"
    for resource in resources:
        service = str(_attributes(_of(resource.get("resource") or {}, "attributes")).get("service.name", ""))
        for scope in _of(resource, *scopes) or ():
            for one in _of(scope, entries, "log_records") or ():
                if (span := made(one, service)) is not None:
                    yield span


def _otlp_span(one: Mapping[str, Any], service: str) -> Span:
    told = one.get
    events = told("events")
    return Span(
        _id(told("traceId") or told("trace_id")),
        _id(told("spanId") or told("span_id")),
        _id(told("parentSpanId") or told("parent_span_id")),
        str(told("name") or ""),
        int(told("startTimeUnixNano") or told("start_time_unix_nano") or 0),
        int(told("endTimeUnixNano") or told("end_time_unix_nano") or 0),
        _attributes(told("attributes")),
        tuple([(str(event.get("name") or ""), _attributes(event.get("attributes"))) for event in events])
        if events
        else (),
        (told("status") or {}).get("code") in {2, "2", "STATUS_CODE_ERROR"},
        str(told("traceState") or told("trace_state") or ""),
        service,
    )


def _otlp_log(one: Mapping[str, Any], service: str) -> Span | None:
    attributes = _attributes(one.get("attributes"))
    name = str(_of(one, "eventName", "event_name") or attributes.get("event.name") or "")
    trace = _id(_of(one, "traceId", "trace_id"))
    if not name or not trace:
        return None
    at = int(_of(one, "timeUnixNano", "time_unix_nano", "observedTimeUnixNano") or 0)
    body = _value(one.get("body") or {}, 0)
    below = body if isinstance(body, Mapping) else {"body": body} if body is not None else {}
    parent = _id(_of(one, "spanId", "span_id"))
    return Span(trace, "", parent, name, at, at, {**below, **attributes}, service=service, event=True)


def _id(found: object) -> str:
    """Give an id in hexadecimal; base64 of 8 or 16 bytes has another length."""
    if not found:
        return ""
    text = str(found)
    if _HEX.fullmatch(text):
        return text.lower()
    try:
        return base64.b64decode(text, validate=True).hex()
    except (binascii.Error, ValueError):
        return text


def _attributes(found: object) -> dict[str, object]:
    told: dict[str, object] = {}
    if not isinstance(found, list):
        return {str(key): value for key, value in found.items()} if isinstance(found, Mapping) else told
    for one in found:
        value = one.get("value") or {}
        # Nine of ten hold text, and most others a count: to ask for these first halves the time of the whole.
        if "stringValue" in value:
            told[str(one["key"])] = value["stringValue"]
        else:
            told[str(one["key"])] = int(value["intValue"]) if "intValue" in value else _value(value, 0)
    return told


def _value(found: Mapping[str, Any], depth: int) -> object:
    """Give what an AnyValue holds."""
    if depth > _DEPTH:
        return None
    for key, value in found.items():
        match key.replace("_v", "V"):
            case "intValue":
                return int(value)
            case "stringValue" | "boolValue" | "doubleValue" | "bytesValue":
                kept: object = value
                return kept
            case "arrayValue":
                return [_value(one, depth + 1) for one in (value or {}).get("values") or ()]
            case "kvlistValue":
                pairs = (value or {}).get("values") or ()
                return {str(one["key"]): _value(one.get("value") or {}, depth + 1) for one in pairs}
    return None
