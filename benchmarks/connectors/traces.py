"""Traces of a workflow's runs: spans a second, for spans as the three instrumentations write them, content and all.

The goal is 50,000 spans a second on one core. What is measured is the time of the processor, reading and facts alike.
"""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from lineage import registry
from lineage.connector import Structure
from lineage.context import Context
from lineage.facts import CostFact, TraceFact
from lineage.model import SourceId
from lineage.plan.model import Budget

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
PROMPT = "Draft a reply to the customer, in the words of the policy. " * 6


def run(*, small: bool) -> list[str]:
    """Measure a store of each size."""
    sizes = (6_000,) if small else (60_000, 300_000)
    return [_line(size) for size in sizes]


def _line(spans: int) -> str:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "traces.jsonl"
        path.write_text("".join(_requests(spans)), "utf-8")
        connector = registry.connector("otlp")
        settings = connector.settings.model_validate({"path": str(path)})
        context = Context(SourceId("traces"), NOW, Budget(rows=spans, seconds=600))
        list(connector.read(settings, [Structure()], Context(SourceId("traces"), NOW, Budget(rows=10))))
        started = time.process_time()
        facts = list(connector.read(settings, [Structure()], context))
        seconds = time.process_time() - started
        [store] = [fact for fact in facts if isinstance(fact, TraceFact)]
        [cost] = [fact for fact in facts if isinstance(fact, CostFact)]
        size = path.stat().st_size / 1e6
    assert store.spans == spans
    return (
        f"{spans:,} spans, {size:.0f} MB: {spans / seconds:,.0f} spans/s, {len(facts)} facts "
        f"({len(facts) / seconds:,.0f} facts/s), {cost.queries} files read"
    )


def _requests(spans: int) -> Iterator[str]:
    """Give the exports of runs of two spans: a step, and the call of a model below it in one of three dialects."""
    for number in range(0, spans, 2):
        trace, step, call = f"{number:032x}", f"{number + 1:016x}", f"{number + 2:016x}"
        told = [_span(trace, step, "", "draft", {}), _span(trace, call, step, "chat", _MODEL[number // 2 % 3])]
        yield json.dumps({"resourceSpans": [{"resource": {}, "scopeSpans": [{"scope": {}, "spans": told}]}]}) + "\n"


def _span(trace: str, one: str, parent: str, name: str, told: dict[str, Any]) -> dict[str, Any]:
    values = [
        {"key": key, "value": {"intValue": str(value)} if isinstance(value, int) else {"stringValue": value}}
        for key, value in told.items()
    ]
    times = {"startTimeUnixNano": "1795000000000000000", "endTimeUnixNano": "1795000001000000000"}
    return {"traceId": trace, "spanId": one, "parentSpanId": parent, "name": name, **times, "attributes": values}


_SAID = json.dumps([{"role": "user", "parts": [{"type": "text", "content": PROMPT}]}])
_OFFICIAL: dict[str, Any] = {
    "gen_ai.operation.name": "chat",
    "gen_ai.provider.name": "openai",
    "gen_ai.request.model": "sonnet-x",
    "gen_ai.response.model": "sonnet-x",
    "gen_ai.response.id": "chatcmpl-1",
    "gen_ai.usage.input_tokens": 300,
    "gen_ai.usage.output_tokens": 20,
    "gen_ai.input.messages": _SAID,
    "gen_ai.output.messages": _SAID,
}
_MODEL = (
    _OFFICIAL,
    _OFFICIAL | {"gen_ai.usage.total_tokens": 320, "traceloop.workflow.name": "reply"},
    {
        "openinference.span.kind": "LLM",
        "llm.system": "openai",
        "llm.model_name": "sonnet-x",
        "llm.token_count.prompt": 300,
        "llm.token_count.completion": 20,
        "llm.input_messages.0.message.role": "user",
        "llm.input_messages.0.message.content": PROMPT,
        "llm.output_messages.0.message.content": PROMPT,
        "input.value": _SAID,
        "output.value": _SAID,
    },
)
