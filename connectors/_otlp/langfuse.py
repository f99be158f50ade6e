"""Observations that Langfuse exports, as spans in the words that its own SDK sends by OTLP.

Its screens and its API write camelCase, its exports to object stores snake_case; in CSV, what is an object elsewhere
is JSON in a cell. Traces and scores, which an export holds in files beside, are passed over: each observation names
its trace.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import IO, Any, Final

from connectors._otlp.span import Span

TYPES: Final = frozenset(
    (
        *("GENERATION", "SPAN", "EVENT", "EMBEDDING", "TOOL", "RETRIEVER"),
        *("AGENT", "CHAIN", "EVALUATOR", "GUARDRAIL"),
    )
)
_LONGEST_CELL: Final = 64_000_000
_ATTRIBUTES: Final[Mapping[str, tuple[str, ...]]] = {
    "langfuse.observation.type": ("type",),
    "langfuse.observation.model.name": ("providedModelName", "model"),
    "langfuse.observation.input": ("input",),
    "langfuse.observation.output": ("output",),
    "langfuse.version": ("version",),
    "langfuse.observation.prompt.name": ("promptName",),
    "langfuse.observation.prompt.version": ("promptVersion",),
    "langfuse.environment": ("environment",),
    "langfuse.user.id": ("userId",),
    "langfuse.session.id": ("sessionId",),
}
_USED: Final = ("usageDetails", "usage")
_COSTS: Final = ("costDetails",)
_INPUT: Final = ("inputUsage", "inputTokens", "promptTokens")
_OUTPUT: Final = ("outputUsage", "outputTokens", "completionTokens")
_COST: Final = ("totalCost", "calculatedTotalCost")
_PLAIN: Final = {
    "prompt_tokens": "input",
    "promptTokens": "input",
    "completion_tokens": "output",
    "completionTokens": "output",
}
"""As the callers of a model's API pass them on."""


def rows(stream: IO[bytes]) -> Iterator[Mapping[str, Any]]:
    """Give the rows of an export in CSV, with what is JSON in a cell read as such."""
    csv.field_size_limit(_LONGEST_CELL)
    with io.TextIOWrapper(stream, encoding="utf-8-sig", newline="") as text:
        for row in csv.DictReader(text):
            yield {key: _cell(value) for key, value in row.items() if key is not None and value not in (None, "")}


def observation(one: Mapping[str, Any]) -> Span | None:
    """Give an observation as a span; nothing where it is none."""
    if str(one.get("type")).upper() not in TYPES or (trace := _of(one, "traceId")) is None:
        return None
    told = {name: _of(one, *keys) for name, keys in _ATTRIBUTES.items()}
    told |= figures(_of(one, *_USED), _of(one, *_COSTS))
    for name, keys in (
        ("gen_ai.usage.input_tokens", _INPUT),
        ("gen_ai.usage.output_tokens", _OUTPUT),
        ("langfuse.observation.cost", _COST),
    ):
        if told.get(name) is None:
            told[name] = _figure(_of(one, *keys))
    if (offered := _offered(_of(one, "toolDefinitions"))) is not None:
        told["gen_ai.tool.definitions"] = offered
    metadata = one.get("metadata")
    if isinstance(metadata, Mapping):
        told |= {f"langfuse.metadata.{key}": value for key, value in metadata.items()}
    return Span(
        str(trace),
        str(one.get("id") or ""),
        str(_of(one, "parentObservationId") or ""),
        str(one.get("name") or ""),
        _nanoseconds(_of(one, "startTime")),
        _nanoseconds(_of(one, "endTime", "startTime")),
        {key: value for key, value in told.items() if value is not None},
        error=one.get("level") == "ERROR",
        event=str(one.get("type")).upper() == "EVENT",
    )


def is_beside(one: Mapping[str, Any]) -> bool:
    """Say whether an entry is a trace or a score, which exports hold beside observations."""
    score = _of(one, "dataType") is not None and "value" in one
    return score or ("timestamp" in one and "name" in one and "type" not in one and "id" in one)


def figures(used: object, costs: object) -> dict[str, object]:
    """Give the tokens and the cost that an observation's details add up to; of either kind there may be several."""
    told: dict[str, object] = {}
    for kind in ("input", "output"):
        found = [_figure(value) for key, value in _details(used) if _PLAIN.get(key, key).startswith(kind)]
        known = [one for one in found if one is not None]
        if known:
            told[f"gen_ai.usage.{kind}_tokens"] = int(sum(known))
    prices = {key: _figure(value) for key, value in _details(costs)}
    if prices:
        total = prices.pop("total", None)
        told["langfuse.observation.cost"] = sum(one or 0.0 for one in prices.values()) if total is None else total
    return told


def _details(found: object) -> list[tuple[str, object]]:
    if isinstance(found, str):
        found = _cell(found)
    return [(str(key), value) for key, value in found.items()] if isinstance(found, Mapping) else []


def _figure(found: object) -> float | None:
    if isinstance(found, bool) or not isinstance(found, int | float | str):
        return None
    try:
        figure = float(found)
    except ValueError:
        return None
    return figure if 0 <= figure < 1e15 else None


def _offered(found: object) -> str | None:
    """Give the tools that a model was offered as the other dialects write them; Langfuse has them by their names."""
    if isinstance(found, Mapping):
        return json.dumps([{"name": str(name)} for name in found])
    return json.dumps(found) if isinstance(found, list) else None


def _cell(text: str) -> Any:
    if text[:1] in {"{", "["}:
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            return text
    return text


def _of(entry: Mapping[str, Any], *keys: str) -> Any:
    """Give the first that is there, under its name in camelCase or snake_case."""
    for key in keys:
        for spelt in (key, "".join(f"_{one.lower()}" if one.isupper() else one for one in key)):
            if (found := entry.get(spelt)) is not None:
                return found
    return None


def _nanoseconds(text: object) -> int:
    if text is None:
        return 0
    at = datetime.fromisoformat(str(text))
    return int((at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp() * 1_000_000) * 1_000
