"""The help desk's server of tools, by its standard streams: `desk_tools.py TOOLS.json`.

It speaks the Model Context Protocol by the protocol's own Python SDK; the desk behind it is a story, so that it lists
its tools and refuses each call.
"""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

from mcp.server.lowlevel import Server  # noqa: TID253 - a program of its own
from mcp.server.stdio import stdio_server  # noqa: TID253 - a program of its own
from mcp.types import CallToolResult, ListToolsResult, TextContent, Tool, ToolAnnotations  # noqa: TID253


def offered(path: Path) -> list[Tool]:
    """Give the tools that the desk offers on this day."""
    return [
        Tool(
            name=one["name"],
            description=one["description"],
            input_schema={"type": "object", "properties": {name: {"type": "string"} for name in one["inputs"]}},
            annotations=ToolAnnotations(**one["hints"]) if one["hints"] else None,
        )
        for one in json.loads(path.read_text(encoding="utf-8"))
    ]


async def serve(path: Path) -> None:
    """Answer until the client goes."""

    async def tools(_context: Any, _asked: Any) -> ListToolsResult:
        return ListToolsResult(tools=offered(path))

    async def call(_context: Any, _asked: Any) -> CallToolResult:
        told = TextContent(type="text", text="the desk behind this server is a story")
        return CallToolResult(content=[told], is_error=True)

    server: Server[Any] = Server("desk", version="1", on_list_tools=tools, on_call_tool=call)
    async with stdio_server() as (incoming, outgoing):
        await server.run(incoming, outgoing, server.create_initialization_options())


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1])))
