"""A session with a server of tools, by its standard streams or over HTTP: what it offers is listed, nothing is called.

What a server writes beside its answers is thrown away, and so is what the client's library would log: both quote what
the server sent.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from lineage.errors import ConnectorError

if TYPE_CHECKING:
    from mcp import Client, Tool
    from mcp.client import Transport

MAX_TOOLS: Final = 2_000
_MAX_PAGES: Final = 200
_SILENT: Final = ("mcp", "client", "httpx2", "httpcore2")


@dataclass(frozen=True, slots=True)
class Server:
    """How a server is reached: by a command that runs it, or at an address."""

    source: str
    command: Sequence[str] = field(default=(), repr=False)
    env: Mapping[str, str] = field(default_factory=dict, repr=False)
    url: str = field(default="", repr=False)
    token: str = field(default="", repr=False)


@dataclass(slots=True)
class Listing:
    """What a server offers."""

    protocol: str = ""
    tools: list[Tool] = field(default_factory=list)
    beside: tuple[str, ...] = ()
    """What else it says that it offers: resources, prompts."""
    pages: int = 0
    bytes: int = 0
    cut: str = ""
    """Why there may be tools that were not listed."""
    status: int = 0
    """The last answer over HTTP."""

    def __repr__(self) -> str:
        """No part of it: descriptions may hold anything."""
        return "Listing(...)"


def listed(server: Server, seconds: float) -> Listing:
    """List what a server offers.

    Raises:
        ConnectorError: it cannot be reached, or does not speak the protocol; nothing that it said is told.
    """
    import httpx2
    from mcp import MCPError

    found = Listing()
    try:
        with _silence():
            _ask(server, seconds, found)
    except (OSError, ValueError, RuntimeError, MCPError, httpx2.HTTPError, httpx2.InvalidURL, ExceptionGroup) as error:
        raise ConnectorError(f"{server.source}: {_why(server, error, found.status)}") from None
    return found


def _ask(server: Server, seconds: float, found: Listing) -> None:
    """Ask in the newest protocol, and as of old where the server ends at that, as those of the first years do."""
    import anyio
    from mcp import MCPError
    from mcp.types import CONNECTION_CLOSED

    until = time.monotonic() + seconds
    try:
        anyio.run(_list, server, seconds, found, "auto")
    except (MCPError, ExceptionGroup) as error:
        first = _first(error)
        if not (server.command and isinstance(first, MCPError) and first.code == CONNECTION_CLOSED) or found.protocol:
            raise
        anyio.run(_list, server, max(until - time.monotonic(), 1.0), found, "legacy")


def _first(error: BaseException) -> BaseException:
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error


def _why(server: Server, error: BaseException, status: int) -> str:
    name = type(_first(error)).__name__
    if server.command:
        hint = "does the connector's command run, and speak the protocol on its standard streams?"
    elif status in {401, 403}:
        name, hint = str(status), "is the connector's token right?"
    else:
        name, hint = str(status) if status >= 400 else name, "is the connector's url right, with its path?"
    return f"the server of tools did not answer ({name}); {hint}"


async def _list(server: Server, seconds: float, found: Listing, mode: str) -> None:
    import anyio
    from mcp import Client
    from mcp.types import Implementation

    ours = Implementation(name="lineage-audit", version="0")
    with anyio.fail_after(seconds):
        async with (
            _transport(server, found, seconds) as transport,
            Client(transport, mode=mode, client_info=ours, cache=None, read_timeout_seconds=seconds) as client,
        ):
            session = client.session
            found.protocol = session.protocol_version or ""
            able = session.server_capabilities
            found.beside = tuple(
                name for name in ("resources", "prompts") if able is not None and getattr(able, name) is not None
            )
            if able is None or able.tools is not None:
                await _pages(client, found, time.monotonic() + seconds / 2)


async def _pages(client: Client, found: Listing, until: float) -> None:
    from mcp.types import PaginatedRequestParams

    cursor: str | None = None
    passed: set[str] = set()
    for _ in range(_MAX_PAGES):
        page = await client.session.list_tools(params=PaginatedRequestParams(cursor=cursor) if cursor else None)
        found.pages += 1
        found.tools += page.tools
        found.bytes += sum(len(str(tool)) for tool in page.tools)
        cursor = page.next_cursor
        if not cursor and len(found.tools) <= MAX_TOOLS:
            return
        if not cursor or cursor in passed or len(found.tools) >= MAX_TOOLS or time.monotonic() > until:
            break
        passed.add(cursor)
    found.cut = f"the server lists more than the {len(found.tools[:MAX_TOOLS]):,} tools that were read"
    del found.tools[MAX_TOOLS:]


@asynccontextmanager
async def _transport(server: Server, found: Listing, seconds: float) -> AsyncIterator[Transport]:
    import httpx2
    from mcp import StdioServerParameters, stdio_client
    from mcp.client.streamable_http import streamable_http_client

    if server.command:
        first, *rest = server.command
        with open(os.devnull, "w", encoding="utf-8") as nowhere:  # noqa: PTH123 - a device
            yield stdio_client(StdioServerParameters(command=first, args=rest, env=dict(server.env)), nowhere)
        return

    async def note(answer: Any) -> None:
        found.status = answer.status_code

    headers = {"Authorization": f"Bearer {server.token}"} if server.token else {}
    # A proxy of the environment would be given the token.
    async with httpx2.AsyncClient(
        headers=headers, timeout=seconds, trust_env=False, event_hooks={"response": [note]}
    ) as client:
        yield streamable_http_client(server.url, http_client=client)


@contextmanager
def _silence() -> Iterator[None]:
    loggers = [logging.getLogger(name) for name in _SILENT]
    before = [(logger.propagate, logger.level) for logger in loggers]
    for logger in loggers:
        logger.propagate = False
        logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for logger, (propagate, level) in zip(loggers, before, strict=True):
            logger.propagate = propagate
            logger.setLevel(level)
