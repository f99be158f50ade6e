"""What a span means, in the three dialects in which language models are traced, and in Langfuse's.

`gen_ai` (OpenTelemetry's conventions, old and new), `openinference`, `traceloop`. Names of models, tools and steps are
told only where they have the form of a name, and attributes where their own names do: either can hold a value.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from connectors._otlp.langfuse import figures
from connectors._otlp.span import Span
from connectors._otlp.tools import OFFERED, offered

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
_CALLS: Final = (*_IN, "gen_ai.request.model", "llm.model_name")
_OPERATIONS: Final = {
    **dict.fromkeys(("chat", "text_completion", "generate_content", "completion", "llm", "generation"), "model"),
    **dict.fromkeys(("embeddings", "embedding"), "embedding"),
    **dict.fromkeys(("execute_tool", "tool"), "tool"),
    **dict.fromkeys(("retrieval", "retriever", "reranker"), "retrieval"),
    **dict.fromkeys(("invoke_agent", "create_agent", "agent"), "agent"),
    **dict.fromkeys(("workflow", "task", "chain", "span", "invoke_workflow"), "step"),
    "event": "event",
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
_LONGEST_NOTHING: Final = 1_000
"""What is longer is no such word with blanks around it, and is not copied to see."""
_DOCUMENTS: Final = re.compile(
    r"(?:gen_ai\.)?(?:retrieval|reranker\.output)[._]documents|langfuse\.observation\.output"
)
"""Of a retrieval, and asked of no other: what Langfuse's own says is its output, where that is a list."""
_OBSERVED: Final = "langfuse.observation.type"
_DETAILS: Final = "langfuse.observation.usage_details"
_RETRIEVED: Final = re.compile(
    r"(?:gen_ai\.)?(?:retrieval|reranker\.output)[._]documents(?:\.(\d{1,6})\.(?:document\.)?(.+))?"
    r"|langfuse\.observation\.output"
)
_VERSION: Final = re.compile(r"version|revision|etag", re.IGNORECASE)
_MOST_KEYS: Final = 400
_NOTHING: Final[frozenset[str]] = frozenset()
_SPELT: Final = ("documents", "metadata")


class Read(NamedTuple):
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
    offered: frozenset[str] = frozenset()
    """Tools that the model was offered."""


@dataclass(frozen=True, slots=True)
class _Shape:
    """What the names of a span's attributes tell: spans of a step have the same, and it is worked out once."""

    told: tuple[tuple[str, str], ...]
    """Name -> as it is told, where it may be."""
    keys: frozenset[str]
    refused: int
    content: tuple[tuple[str, str], ...]
    dialects: frozenset[str]
    spelt: tuple[str, ...]
    """Those that may be lists of documents, or metadata."""
    tools: tuple[str, ...]
    """Those that define the tools that a model is offered."""
    kinds: tuple[str, ...]
    """Those that may tell the operation, the surest first; and so on."""
    steps: tuple[str, ...]
    provider: tuple[str, ...]
    model: tuple[str, ...]
    input_tokens: tuple[str, ...]
    output_tokens: tuple[str, ...]
    calls: bool
    """One of them is of calls of models alone."""
    contents: dict[tuple[bool, ...], frozenset[str]] = field(default_factory=dict)
    """Which of `content` hold anything -> their names: spans of a step have the same few sets."""


@dataclass(slots=True)
class Names:
    """What was taken for a name, and how many texts were not."""

    refused: int = 0
    known: dict[str, str] = field(default_factory=dict)
    good: dict[str, str] = field(default_factory=dict)
    shapes: dict[tuple[str, ...], _Shape] = field(default_factory=dict)
    defined: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def name(self, found: object) -> str:
        """Give a text that has the form of a name; else nothing, and count it."""
        if found is None or found == "":
            return ""
        text = str(found)
        if text not in self.good:
            if len(self.good) > _MOST_KEYS * 10:
                self.good.clear()
            self.good[text] = text if _NAME.fullmatch(text) else ""
        if not self.good[text]:
            self.refused += 1
        return self.good[text]

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

    def shape(self, names: tuple[str, ...]) -> _Shape:
        """Give what names of attributes tell, in their order."""
        found = self.shapes.get(names)
        if found is None:
            if len(self.shapes) > _MOST_KEYS * 10:
                self.shapes.clear()
            before = self.refused
            told = tuple((raw, key) for raw in names if (key := self.key(raw)))

            def present(wanted: tuple[str, ...]) -> tuple[str, ...]:
                return tuple(one for one in wanted if one in names)

            found = self.shapes[names] = _Shape(
                told,
                frozenset(key for _, key in told),
                self.refused - before,
                tuple((raw, key) for raw, key in told if _CONTENT.fullmatch(key)),
                frozenset(dialect for _, key in told if (dialect := _dialect(key))),
                tuple(raw for raw in names if raw.endswith(_SPELT)),
                tuple(raw for raw, key in told if OFFERED.fullmatch(key)),
                kinds=present(_KINDS),
                steps=present(_STEP),
                provider=present(_PROVIDER),
                model=present(_MODEL),
                input_tokens=present(_IN),
                output_tokens=present(_OUT),
                calls=any(key in names for key in _CALLS),
            )
        else:
            self.refused += found.refused
        return found


def read_span(span: Span, names: Names, step: str | None = None) -> Read:
    """Give what a span says; `step` is the attribute by which the runs name their steps."""
    told = span.attributes
    shape = names.shape(tuple(told))
    keys, content, dialects, offering = _carried(span, names, shape)
    operation = "event" if span.event else _operation(told, shape)
    # Langfuse has no attribute for it: an observation of a tool is named as the tool.
    named = span.name if _OBSERVED in told else None
    tool = names.name(_first(told, _TOOL) or named) if operation == "tool" else ""
    asked = _first(told, (step,)) if step else None
    asked = asked or _first(told, shape.steps if operation in {"step", "agent"} else _STEP[:1])
    own = span.name if operation in {"step", "event"} or (named and operation in {"agent", "retrieval"}) else ""
    retrieving = operation == "retrieval"
    used = figures(told[_DETAILS], None) if _DETAILS in told else None
    return Read(
        operation,
        names.name(asked or own),
        names.name(_first(told, shape.provider)).casefold(),
        names.name(_first(told, shape.model)),
        tool,
        keys,
        content,
        tuple(name for text, _ in span.events if (name := names.name(text))) if span.events else (),
        _tokens(_first(told, shape.input_tokens)) if used is None else _tokens(used.get(_IN[0])),
        _tokens(_first(told, shape.output_tokens)) if used is None else _tokens(used.get(_OUT[0])),
        _documents(told) if retrieving else None,
        *(_identified(told) if retrieving else (0, 0)),
        dialects,
        offering,
    )


def _carried(
    span: Span, names: Names, shape: _Shape
) -> tuple[frozenset[str], frozenset[str], frozenset[str], frozenset[str]]:
    """Give the attributes that hold anything, those of them that hold content, the dialects, and the tools defined."""
    told, keys = span.attributes, shape.keys
    if None in told.values() or "" in told.values():
        keys = frozenset(key for raw, key in shape.told if told[raw] not in (None, ""))
    held = tuple([_holds(told[raw]) for raw, _ in shape.content])
    if (content := shape.contents.get(held)) is None:
        content = frozenset(key for (_, key), holds in zip(shape.content, held, strict=True) if holds)
        shape.contents[held] = content
    dialects = shape.dialects
    if shape.spelt or span.events:
        beside = [(raw, value) for name in shape.spelt for raw, value in _spelt_out({name: told[name]}) if raw != name]
        beside += [pair for _, attributes in span.events for pair in attributes.items()]
        pairs = [(key, value) for raw, value in beside if (key := names.key(raw))]
        keys |= {key for key, value in pairs if value not in (None, "")}
        content |= {key for key, value in pairs if _CONTENT.fullmatch(key) and _holds(value)}
        dialects |= {dialect for key, _ in pairs if (dialect := _dialect(key))}
    if not shape.tools:
        return keys, content, dialects, _NOTHING
    defined = offered((told[raw] for raw in shape.tools), names.defined)
    return keys, content, dialects, frozenset([known for name in defined if (known := names.name(name))])


def _spelt_out(told: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    """Give attributes, and below those that are lists of documents or metadata, the keys of their entries."""
    for raw, value in told.items():
        yield raw, value
        if raw.endswith(_SPELT):
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


def _operation(told: Mapping[str, object], shape: _Shape) -> str:
    for key in shape.kinds:
        if (found := _OPERATIONS.get(str(told[key]).casefold())) is not None:
            return found
    return "model" if shape.calls else "step"


def _first(told: Mapping[str, object], keys: Sequence[str]) -> object:
    for key in keys:
        # Most spans have few of them: to look is cheaper than to ask for a value and compare it.
        if key in told and (found := told[key]) is not None and found != "":
            return found
    return None


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
    if isinstance(value, str) and len(value) > _LONGEST_NOTHING:
        return True
    return value is not None and (len(text := str(value)) > _LONGEST_NOTHING or text.strip() not in _NO_CONTENT)


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
