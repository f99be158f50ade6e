"""Servers of tools that speak the Model Context Protocol: which tools a workflow is given, and what they say they do.

No tool is ever called. See docs/connectors/mcp_tools.md for what is told, and for what stays in this process.
"""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, Field, SecretStr, model_validator

from connectors._mcp.session import Listing, Server, listed
from connectors._mcp.words import acts
from connectors._names import nearest
from lineage.connector import Connector, Settings, Structure, Task
from lineage.context import Context
from lineage.facts import (
    AbsentFact,
    CostFact,
    DatasetFact,
    Fact,
    FieldFact,
    ResolvedFact,
    Seen,
    SystemFact,
    ToolFact,
    UnseenFact,
)
from lineage.model import DatasetKind, Name

if TYPE_CHECKING:
    from mcp import Tool

IDENTITY: Final = "the server's own"
_NAME: Final = re.compile(r"(?!.*\d{5})[A-Za-z_][\w./:\-]{0,127}")
_PROTOCOL: Final = re.compile(r"\d{4}-\d\d-\d\d")
_MOST_FIELDS: Final = 500
_DEEPEST: Final = 6
_PLAIN: Final = frozenset({"string", "integer", "number", "boolean", "object", "array", "null"})


class McpToolsSettings(Settings):
    """How the server is reached: by a command that runs it, or at an address."""

    command: tuple[str, ...] = Field(default=(), max_length=100, repr=False)
    """The program and its arguments; it speaks on its standard streams. Needs `--allow-exec`."""
    env: dict[str, SecretStr] = Field(default_factory=dict, max_length=100)
    """Variables of that program; of ours it is given PATH, HOME and the like alone."""
    url: SecretStr | None = Field(default=None, min_length=1, max_length=4096)
    """The address of a server over streamable HTTP: `https://tools.acme.example/mcp`."""
    token: SecretStr | None = None
    """What that server asks for, as `Authorization: Bearer`."""

    @model_validator(mode="after")
    def _names_one_place(self) -> Self:
        if bool(self.command) == (self.url is not None):
            raise ValueError("give a command, or the url of a server")
        place = urlsplit(self.url.get_secret_value()) if self.url is not None else None
        if place is not None and (place.scheme not in {"http", "https"} or not place.hostname or "@" in place.netloc):
            raise ValueError("the url must be like https://tools.acme.example/mcp; a secret is the connector's token")
        if self.command and (not self.command[0] or any("\0" in part for part in self.command)):
            raise ValueError("the command must be a program and its arguments")
        return self


def read(settings: BaseModel, tasks: Sequence[Task], context: Context) -> Iterator[Fact]:
    """Answer tasks from what the server lists.

    Raises:
        ConnectorError: it does not answer; the message holds nothing of what it said.
    """
    started = time.monotonic()
    checked = McpToolsSettings.model_validate(settings.model_dump())
    found = Listing()
    seen = Seen(context.source, datetime.now(UTC), "list of tools", IDENTITY)
    for task in tasks:
        if isinstance(task, Structure):
            found = listed(_server(checked, context.source), context.budget.seconds)
            yield from _structure(_namespace(checked), found, task, seen)
        else:
            what = {"Profile": "data", "Sample": "sample", "Stream": "data"}.get(type(task).__name__, "access")
            settle = "name the system behind the tool as a source"
            yield UnseenFact(seen, what, "a tool is listed and never called", settle, task.relation.name)
    yield CostFact(seen, found.pages, 0, found.bytes, round(time.monotonic() - started, 3))


def _server(settings: McpToolsSettings, source: str) -> Server:
    return Server(
        source,
        settings.command,
        {name: value.get_secret_value() for name, value in settings.env.items()},
        settings.url.get_secret_value() if settings.url is not None else "",
        settings.token.get_secret_value() if settings.token is not None else "",
    )


def _namespace(settings: McpToolsSettings) -> str:
    place = settings.url.get_secret_value() if settings.url is not None else "\0".join(settings.command)
    return f"mcp://{hashlib.sha256(place.encode('utf-8', 'surrogateescape')).hexdigest()[:12]}"


def _structure(namespace: str, found: Listing, task: Structure, seen: Seen) -> Iterator[Fact]:
    tools = {tool.name: tool for tool in sorted(found.tools, key=lambda one: one.name)}
    version = found.protocol if _PROTOCOL.fullmatch(found.protocol) else ""
    yield SystemFact(seen, namespace, "MCP", version, complete_catalogue=not found.cut)
    settle = "review the credential that the server itself uses"
    yield UnseenFact(seen, "access", "a server of tools tells no grants", settle)
    if found.cut:
        yield UnseenFact(seen, "structure", found.cut, "raise the source's budget, or part the server")
    if found.beside:
        told = f"the server offers {' and '.join(found.beside)} too, which are not listed"
        yield UnseenFact(seen, "definition", told, "review what the server gives beside its tools")
    named = {name for name in tools if _NAME.fullmatch(name)}
    if unnamed := len(tools) - len(named):
        reason = f"{unnamed:,} names of tools have not the form of a name, and are not told"
        yield UnseenFact(seen, "definition", reason, "give the tools names in plain words")
    for name, tool in tools.items():
        yield from _tool(namespace, name if name in named else "", tool, seen)
    for dataset, reads in task.targets.items():
        if reads in named:
            yield ResolvedFact(seen, dataset, Name(namespace, (reads,)))
        else:
            yield AbsentFact(seen, dataset, reads, proven=not found.cut, nearest=nearest(reads, sorted(named)))


def _tool(namespace: str, name: str, tool: Tool, seen: Seen) -> Iterator[Fact]:
    inputs = [path for path, _ in _fields(tool.input_schema)]
    outputs = list(_fields(tool.output_schema or {}))
    hints = tool.annotations
    said = (
        (hints.read_only_hint, hints.destructive_hint, hints.idempotent_hint, hints.open_world_hint)
        if hints is not None
        else (None, None, None, None)
    )
    top = sorted({path[0] for path in inputs})
    yield ToolFact(
        seen,
        name,
        any(hint is not None for hint in said),
        *said,
        acts=acts(tool.name, tool.description or "", top),
        inputs=tuple(top),
        outputs=tuple(sorted({".".join(path) for path, _ in outputs})),
    )
    if name:
        here = Name(namespace, (name,))
        yield DatasetFact(seen, here, DatasetKind.TOOL, documented=bool(tool.description))
        for position, (path, spelt) in enumerate(outputs, start=1):
            yield FieldFact(seen, here.at(*path), position, spelt)


def _fields(schema: Mapping[str, Any]) -> Iterator[tuple[tuple[str, ...], str]]:
    """Give the fields of a JSON Schema and their types, those that look like values left out."""
    stack: list[tuple[tuple[str, ...], Any, frozenset[str]]] = [((), schema, frozenset())]
    given = 0
    while stack:
        path, raw, passed = stack.pop()
        node, passed = _referred(raw, schema, passed)
        inner = node.get("items") if node.get("type") == "array" else node
        if inner is not node:
            path, (node, passed) = (*path, "*"), _referred(inner, schema, passed)
        below = node.get("properties")
        for key, value in below.items() if isinstance(below, Mapping) else ():
            if not isinstance(key, str) or not _NAME.fullmatch(key) or len(path) >= _DEEPEST:
                continue
            given += 1
            if given > _MOST_FIELDS:
                return
            yield (*path, key), _type(value, schema)
            stack.append(((*path, key), value, passed))


def _referred(node: Any, schema: Mapping[str, Any], passed: frozenset[str]) -> tuple[Mapping[str, Any], frozenset[str]]:
    """Give what a schema stands for: a `$ref` within it is followed once, and of choices the one that is no null."""
    while isinstance(node, Mapping):
        choices = node.get("anyOf") or node.get("oneOf") or node.get("allOf")
        if isinstance(ref := node.get("$ref"), str) and ref.startswith("#/") and ref not in passed:
            passed |= {ref}
            node = schema
            for part in ref[2:].split("/"):
                node = node.get(part) if isinstance(node, Mapping) else None
        elif isinstance(choices, Sequence) and "properties" not in node:
            real = [one for one in choices if isinstance(one, Mapping) and one.get("type") != "null"]
            node = real[0] if real else {}
        else:
            return node, passed
    return {}, passed


def _type(node: Any, schema: Mapping[str, Any]) -> str:
    told = _referred(node, schema, frozenset())[0].get("type")
    kinds = told if isinstance(told, list) else [told]
    return next((kind for kind in kinds if kind in _PLAIN and kind != "null"), "any")


CONNECTOR = Connector("mcp_tools", McpToolsSettings, read, runs_commands=True, command_setting="command")
