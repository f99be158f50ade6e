"""A workflow that one of the three instrumentations watches, for tests: run as a process of its own.

    instrumented.py DIALECT ENDPOINT TO PROMPT [JSON]

The three clash in one process. TO is a file for the SDK's JSON exporter, or the address of a receiver of OTLP over
HTTP; JSON sends JSON there by hand, for the SDK's own exporter over HTTP sends protobuf alone.
"""

from __future__ import annotations

import json
import os
import sys
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import Any


def capture(dialect: str) -> None:
    """Have content captured, as each of them is told to."""
    os.environ["OTEL_SEMCONV_STABILITY_OPT_IN"] = "gen_ai_latest_experimental"
    os.environ["OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT"] = "SPAN_ONLY"
    os.environ["TRACELOOP_TRACE_CONTENT"] = "true"
    if dialect == "openinference":
        os.environ["OPENINFERENCE_HIDE_INPUTS"] = "false"


def hide(dialect: str) -> None:
    """Have none captured."""
    os.environ["OTEL_SEMCONV_STABILITY_OPT_IN"] = "gen_ai_latest_experimental"
    os.environ["OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT"] = "NO_CONTENT"
    os.environ["TRACELOOP_TRACE_CONTENT"] = "false"
    if dialect == "openinference":
        os.environ |= {"OPENINFERENCE_HIDE_INPUTS": "true", "OPENINFERENCE_HIDE_OUTPUTS": "true"}


def instrument(dialect: str, provider: Any) -> None:
    """Put one of the three on openai's client."""
    if dialect == "openinference":
        from openinference.instrumentation.openai import OpenAIInstrumentor as OpenInference

        OpenInference().instrument(tracer_provider=provider)
    elif dialect == "traceloop":
        from opentelemetry.instrumentation.openai import OpenAIInstrumentor as Traceloop

        Traceloop().instrument(tracer_provider=provider)
    else:
        from opentelemetry.instrumentation.genai.openai import OpenAIInstrumentor as Official

        Official().instrument(tracer_provider=provider)


def exporter(to: str, as_json: bool) -> Any:
    """Give what sends spans to a file, or to a receiver."""
    if not to.startswith("http"):
        from opentelemetry.exporter.otlp.json.file.trace_exporter import FileSpanExporter

        return FileSpanExporter(stream=Path(to).open("a", encoding="utf-8"))
    if not as_json:
        from opentelemetry.exporter.otlp.proto.http import Compression
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

        headers = {"Authorization": f"Bearer {os.environ['RECEIVER_TOKEN']}"}
        return OTLPSpanExporter(f"{to}/v1/traces", headers=headers, compression=Compression.Gzip)
    return JsonOverHttp(to)


class JsonOverHttp:
    """Sends what protobuf's own JSON is, ids in base64."""

    def __init__(self, to: str) -> None:
        self.to = to

    def export(self, spans: Sequence[Any]) -> Any:
        from google.protobuf.json_format import MessageToJson
        from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans
        from opentelemetry.sdk.trace.export import SpanExportResult

        headers = {
            "Authorization": f"Bearer {os.environ['RECEIVER_TOKEN']}",
            "Content-Type": "application/json; charset=utf-8",
        }
        body = MessageToJson(encode_spans(spans)).encode()
        request = urllib.request.Request(f"{self.to}/v1/traces", body, headers)  # noqa: S310 - loopback
        with urllib.request.urlopen(request) as answered:  # noqa: S310 - loopback
            assert json.loads(answered.read()) == {}
        return SpanExportResult.SUCCESS

    def shutdown(self) -> None:
        pass

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        return timeout_millis > 0


def main(dialect: str, endpoint: str, to: str, prompt: str, *rest: str) -> None:
    (capture if "content" in rest else hide)(dialect)
    import openai
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import SimpleSpanProcessor

    provider = TracerProvider(resource=Resource.create({"service.name": "support-reply", "host.name": prompt}))
    provider.add_span_processor(SimpleSpanProcessor(exporter(to, "json" in rest)))
    instrument(dialect, provider)
    client = openai.OpenAI(base_url=endpoint.removesuffix("/chat/completions"), api_key=prompt, max_retries=0)
    tracer = provider.get_tracer("workflow")
    with tracer.start_as_current_span(
        "draft", attributes={"customer": prompt, "customer.number": 4711, "app.data_source": "kb"}
    ) as span:
        tools: Any = [{"type": "function", "function": {"name": "crm_lookup", "parameters": {"type": "object"}}}]
        message: Any = {"role": "user", "content": prompt}
        client.chat.completions.create(model="sonnet-x", messages=[message], tools=tools)
        span.add_event("fallback", {"why": prompt})
    provider.shutdown()


if __name__ == "__main__":
    main(*sys.argv[1:])
