"""What a span means, in the three dialects in which language models are traced, and in Langfuse's.

`gen_ai` (OpenTelemetry's conventions, old and new), `openinference`, `traceloop`. Names of models, tools and steps are
told only where they have the form of a name, and attributes where their own names do: either can hold a value.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from connectors._otlp_files import Span

_NAME: Final = re.compile(r"(?!.*\d{9})[A-Za-z][\w .:/+\-\[\]]{0,99}")
_WORD: Final = re.compile(r"(?!.*\d{4})[A-Za-z_$][\w\-]{0,63}")
_DIGITS: Final = re.compile(r"\d{1,6}")
_PROVIDER: Final = ("gen_ai.provider.name", "llm.provider", "gen_ai.system", "llm.system", "embedding.provider")
_MODEL: Final = (
    *("gen_ai.response.model", "gen_ai.request.model", "llm.model_name", "embedding.model_name"),
    *("reranker.model_name", "langfuse.observation.model.name"),
)
_TOOL: Final = ("gen_ai.tool.name", "tool.name", "traceloop.entity.name")
_STEP: Final = ("gen_ai.workflow.step", "traceloop.entity.name", "graph.node.id", "gen_ai.agent.name", "agent.name")
_IN: Final = (
    *("gen_ai.usage.input_tokens", "gen_ai.usage.prompt_tokens", "llm.token_count.prompt"),
    "llm.usage.prompt_tokens",
)
_OUT: Final = (
    *("gen_ai.usage.output_tokens", "gen_ai.usage.completion_tokens", "llm.token_count.completion"),
    "llm.usage.completion_tokens",
)
_OPERATIONS: Final = {
    **dict.fromkeys(("chat", "text_completion", "generate_content", "completion", "llm", "generation"), "model"),
    **dict.fromkeys(("embeddings", "embedding"), "embedding"),
    **dict.fromkeys(("execute_tool", "tool"), "tool"),
    **dict.fromkeys(("retrieval", "retriever", "reranker"), "retrieval"),
    **dict.fromkeys(("invoke_agent", "create_agent", "agent"), "agent"),
    **dict.fromkeys(("workflow", "task", "chain", "span", "invoke_workflow"), "step"),
}
_KINDS: Final = (
    *("gen_ai.operation.name", "openinference.span.kind", "traceloop.span.kind", "llm.request.type"),
    "langfuse.observation.type",
)
_CONTENT: Final = re.compile(
    r"gen_ai\.(?:input\.messages|output\.messages|system_instructions|prompt(?:\.\*.*\.content|\.variable\..*)?"
    r"|completion(?:\.\*.*\.content)?|content\.(?:prompt|completion)|tool\.call\.(?:arguments|result)"
    r"|retrieval\.query\.text|.*\.(?:content|message)(?:\..*)?)"
    r"|(?:input|output)\.value|llm\.(?:input|output)_messages\..*content.*|llm\.prompts.*|llm\.completions.*"
    r"|llm\.prompt_template\.variables|llm\..*\.tool_call\.function\.arguments|.*document\.content|embedding\..*\.text"
    r"|traceloop\.entity\.(?:input|output)|langfuse\.(?:observation|trace)\.(?:input|output)"
    r"|tool\.parameters|body|content|message|prompt|completion"
)
_NO_CONTENT: Final = frozenset({"", "[]", "{}", "null", "__REDACTED__", "REDACTED", "[REDACTED]"})
"""OpenInference writes `__REDACTED__` where content is hidden."""
_DOCUMENTS: Final = re.compile(r"(?:gen_ai\.)?(?:retrieval|reranker\.output)[._]documents")
_RETRIEVED: Final = re.compile(
    r"(?:gen_ai\.)?(?:retrieval|reranker\.output)[._]documents(?:\.(\d{1,6})\.(?:document\.)?(.+))?"
)
_VERSION: Final = re.compile(r"version|revision|etag", re.IGNORECASE)
_MOST_KEYS: Final = 400


@dataclass(frozen=True, slots=True)
class Read:
    """What a span says, without its content."""

    operation: str
    named: str
    """What the span itself calls its step; empty where it does not."""
    provider: str = ""
    model: str = ""
    tool: str = ""
    keys: frozenset[str] = frozenset()
    content: frozenset[str] = frozenset()
    events: tuple[str, ...] = ()
    input_tokens: int | None = None
    output_tokens: int | None = None
    documents: int | None = None
    identified: int = 0
    """Documents that came back with an id."""
    versioned: int = 0
    """Those of them with a version."""
    dialects: frozenset[str] = frozenset()


@dataclass(slots=True)
class Names:
    """What was taken for a name, and how many texts were not."""

    refused: int = 0
    known: dict[str, str] = field(default_factory=dict)

    def name(self, found: object) -> str:
        """Give a text that has the form of a name; else nothing, and count it."""
        if found is None or found == "":
            return ""
        text = str(found)
        if _NAME.fullmatch(text):
            return text
        self.refused += 1
        return ""

    def key(self, text: str) -> str:
        """Give the name of an attribute with `*` for positions; nothing where a part has not the form of a name."""
        if text not in self.known:
            if len(self.known) > _MOST_KEYS * 10:
                self.known.clear()
            parts = ["*" if _DIGITS.fullmatch(part) else part for part in text.split(".")]
            good = all(part == "*" or _WORD.fullmatch(part) for part in parts) and parts[0] != "*"
            self.known[text] = ".".join(parts) if good else ""
        if not self.known[text]:
            self.refused += 1
        return self.known[text]


def read_span(span: Span, names: Names, step: str | None = None) -> Read:
    """Give what a span says; `step` is the attribute by which the runs name their steps."""
    told = span.attributes
    pairs = [(key, value) for raw, value in _spelt_out(told) if (key := names.key(raw))]
    for _, attributes in span.events:
        pairs += [(key, value) for raw, value in attributes.items() if (key := names.key(raw))]
    operation = "event" if span.event else _operation(told)
    tool = names.name(_first(told, *_TOOL)) if operation == "tool" else ""
    asked = _first(told, *((step,) if step else ()), *(_STEP if operation in {"step", "agent"} else _STEP[:1]))
    own = span.name if operation in {"step", "event"} else ""
    return Read(
        operation,
        names.name(asked or own),
        names.name(_first(told, *_PROVIDER)).casefold(),
        names.name(_first(told, *_MODEL)),
        tool,
        frozenset(key for key, value in pairs if value not in (None, "")),
        frozenset(key for key, value in pairs if _CONTENT.fullmatch(key) and _holds(value)),
        tuple(name for text, _ in span.events if (name := names.name(text))),
        _tokens(_first(told, *_IN)),
        _tokens(_first(told, *_OUT)),
        _documents(told) if operation == "retrieval" else None,
        *(_identified(told) if operation == "retrieval" else (0, 0)),
        frozenset(dialect for key, _ in pairs if (dialect := _dialect(key))),
    )


def _spelt_out(told: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    """Give attributes, and below those that are lists of documents or metadata, the keys of their entries."""
    for raw, value in told.items():
        yield raw, value
        if raw.endswith(("documents", "metadata")):
            found = _json(value)
            for one in found if isinstance(found, list) else [found]:
                if isinstance(one, Mapping):
                    for key, below in list(one.items())[:_MOST_KEYS]:
                        yield f"{raw}.0.{key}" if isinstance(found, list) else f"{raw}.{key}", below


def _json(value: object) -> Any:
    if isinstance(value, str) and len(value) < 1_000_000 and value[:1] in {"[", "{"}:
        try:
            return json.loads(value)
        except (ValueError, RecursionError):
            return None
    return value


def _operation(told: Mapping[str, object]) -> str:
    for key in _KINDS:
        if (found := _OPERATIONS.get(str(told.get(key, "")).casefold())) is not None:
            return found
    if any(key in told for key in (*_IN, "gen_ai.request.model", "llm.model_name")):
        return "model"
    return "step"


def _first(told: Mapping[str, object], *keys: str) -> object:
    return next((told[key] for key in keys if told.get(key) not in (None, "")), None)


def _tokens(found: object) -> int | None:
    return int(found) if isinstance(found, int | float) and not isinstance(found, bool) and 0 <= found < 1e12 else None


def _documents(told: Mapping[str, object]) -> int | None:
    positions = {
        key.split(".documents.", 1)[1].split(".", 1)[0]
        for key in told
        if _DOCUMENTS.match(key) and ".documents." in key
    }
    if positions:
        return len(positions)
    listed = [_json(value) for key, value in told.items() if _DOCUMENTS.fullmatch(key)]
    return sum(len(one) for one in listed if isinstance(one, list)) if listed else None


def retrieved(told: Mapping[str, object]) -> Iterator[Mapping[str, object]]:
    """Give each document that came back, its metadata's entries beside its own."""
    numbered: dict[str, dict[str, object]] = {}
    for key, value in told.items():
        if (found := _RETRIEVED.fullmatch(key)) is None:
            continue
        if found[1] is not None:
            numbered.setdefault(found[1], {})[found[2]] = value
        elif isinstance(listed := _json(value), list):
            for position, one in enumerate(listed):
                if isinstance(one, Mapping):
                    numbered.setdefault(str(position), {}).update(one)
    for one in numbered.values():
        metadata = _json(one.pop("metadata", None))
        yield {**(metadata if isinstance(metadata, Mapping) else {}), **one}


def _identified(told: Mapping[str, object]) -> tuple[int, int]:
    found = [one for one in retrieved(told) if one.get("id") not in (None, "")]
    return len(found), sum(1 for one in found if any(_VERSION.search(key) and _holds(one[key]) for key in one))


def _holds(value: object) -> bool:
    return value is not None and str(value).strip() not in _NO_CONTENT


def _dialect(key: str) -> str:
    for start, dialect in (
        ("traceloop.", "traceloop"),
        ("openinference.", "openinference"),
        ("langfuse.", "langfuse"),
        ("gen_ai.", "gen_ai"),
    ):
        if key.startswith(start):
            return dialect
    return ""
