"""Traces for tests, made by really running OpenTelemetry's SDK against a stand-in for a model's endpoint.

The instrumentations of the three dialects are not run: their attributes are set here as they set them.
"""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

from opentelemetry.exporter.otlp.json.file.trace_exporter import FileSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.trace import Tracer

from tests.stand_ins import on_loopback

MODEL = "sonnet-x"


class _Endpoint(BaseHTTPRequestHandler):
    """A stand-in for an OpenAI-shaped endpoint: it answers with tokens counted by words."""

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        words = sum(len(message["content"].split()) for message in asked["messages"])
        answer = {
            "id": "chatcmpl-1",
            "object": "chat.completion",
            "created": 1_795_000_000,
            "model": asked["model"],
            "choices": [
                {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": "An answer."}}
            ],
            "usage": {"prompt_tokens": words, "completion_tokens": 2, "total_tokens": words + 2},
        }
        body = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: object) -> None:
        pass


@contextmanager
def endpoint() -> Iterator[str]:
    """Run the stand-in on loopback."""
    with on_loopback(_Endpoint) as address:
        yield f"{address}/v1/chat/completions"


@dataclass(frozen=True)
class Run:
    """A run of a workflow: fetch, retrieve, draft."""

    dialect: str = "gen_ai"
    model: str = MODEL
    provider: str = "example-ai"
    prompt: str = "Draft a reply"
    content: bool = False
    documents: tuple[Mapping[str, Any], ...] = ({"id": "kb-1", "score": 0.9, "version": "3"},)
    attributes: Mapping[str, Any] = field(default_factory=dict)
    """Of the run's first span."""
    events: tuple[str, ...] = ()
    tokens: bool = True
    query: bool = True
    tool: str = ""
    steps: tuple[str, ...] = ("fetch", "retrieve", "draft")


def write_traces(path: Path, *runs: Run, service: str = "support-reply") -> Path:
    """Run the workflow so often, and have the SDK write its traces."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as stream, endpoint() as url:
        provider = TracerProvider(resource=Resource.create({"service.name": service}), shutdown_on_exit=False)
        provider.add_span_processor(SimpleSpanProcessor(FileSpanExporter(stream=stream)))
        tracer = provider.get_tracer("tests")
        for run in runs:
            with tracer.start_as_current_span("reply", attributes=dict(run.attributes)) as root:
                for event in run.events:
                    root.add_event(event)
                _steps(tracer, run, url)
        provider.shutdown()
    return path


def _steps(tracer: Tracer, run: Run, url: str) -> None:
    if "fetch" in run.steps:
        with tracer.start_as_current_span("fetch"):
            if run.tool:
                with tracer.start_as_current_span(f"execute_tool {run.tool}", attributes=_tool(run)):
                    pass
    if "retrieve" in run.steps:
        with tracer.start_as_current_span("retrieve"):  # noqa: SIM117 - a step, and what runs in it
            with tracer.start_as_current_span("retrieval kb", attributes=_retrieval(run)):
                pass
    if "draft" in run.steps:
        with tracer.start_as_current_span("draft"), tracer.start_as_current_span(f"chat {run.model}") as span:
            body = {"model": run.model, "messages": [{"role": "user", "content": run.prompt}]}
            request = urllib.request.Request(url, json.dumps(body).encode(), method="POST")  # noqa: S310 - loopback
            with urllib.request.urlopen(request) as answered:  # noqa: S310 - loopback
                answer = json.loads(answered.read())
            span.set_attributes(_model(run, answer))


def _tool(run: Run) -> dict[str, Any]:
    if run.dialect == "openinference":
        return {"openinference.span.kind": "TOOL", "tool.name": run.tool}
    if run.dialect == "traceloop":
        return {"traceloop.span.kind": "tool", "traceloop.entity.name": run.tool}
    return {"gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": run.tool}


def _retrieval(run: Run) -> dict[str, Any]:
    if run.dialect == "openinference":
        told: dict[str, Any] = {"openinference.span.kind": "RETRIEVER"}
        if run.query:
            told["input.value"] = "what is the policy"
        for number, one in enumerate(run.documents):
            told[f"retrieval.documents.{number}.document.id"] = one["id"]
            told[f"retrieval.documents.{number}.document.score"] = one["score"]
            rest = {key: value for key, value in one.items() if key not in {"id", "score"}}
            told[f"retrieval.documents.{number}.document.metadata"] = json.dumps(rest)
        return told
    told = {
        "gen_ai.operation.name": "retrieval",
        "gen_ai.data_source.id": "kb",
        "gen_ai.retrieval.documents": json.dumps(list(run.documents)),
    }
    return told | ({"gen_ai.retrieval.query.text": "what is the policy"} if run.query else {})


def _model(run: Run, answer: Mapping[str, Any]) -> dict[str, Any]:
    used, said = answer["usage"], answer["choices"][0]["message"]["content"]
    match run.dialect:
        case "openinference":
            told: dict[str, Any] = {
                "openinference.span.kind": "LLM", "llm.model_name": answer["model"], "llm.provider": run.provider,
            }  # fmt: skip
            tokens = {
                "llm.token_count.prompt": used["prompt_tokens"],
                "llm.token_count.completion": used["completion_tokens"],
            }
            content = {
                "llm.input_messages.0.message.content": run.prompt,
                "llm.output_messages.0.message.content": said,
                "input.value": run.prompt,
            }
        case "traceloop":
            told = {
                "traceloop.workflow.name": "reply",
                "llm.request.type": "chat",
                "gen_ai.system": run.provider,
                "gen_ai.request.model": run.model,
            }
            tokens = {
                "gen_ai.usage.prompt_tokens": used["prompt_tokens"],
                "gen_ai.usage.completion_tokens": used["completion_tokens"],
            }
            content = {"gen_ai.prompt.0.content": run.prompt, "gen_ai.completion.0.content": said}
        case _:
            told = {
                "gen_ai.operation.name": "chat",
                "gen_ai.provider.name": run.provider,
                "gen_ai.request.model": run.model,
                "gen_ai.response.model": answer["model"],
            }
            tokens = {
                "gen_ai.usage.input_tokens": used["prompt_tokens"],
                "gen_ai.usage.output_tokens": used["completion_tokens"],
            }
            part = [{"role": "user", "parts": [{"type": "text", "content": run.prompt}]}]
            content = {"gen_ai.input.messages": json.dumps(part), "gen_ai.output.messages": json.dumps(said)}
    return told | (tokens if run.tokens else {}) | (content if run.content else {})
