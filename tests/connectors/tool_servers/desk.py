"""A server of tools for tests, by its standard streams or over HTTP on loopback: `desk.py KIND [PORT]`.

`lively` has tools as real servers have them, `bare` has none. A call of a tool leaves a file, which no test wants.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated, Any

from mcp.server.mcpserver import MCPServer  # noqa: TID253 - a program of its own
from mcp.types import ToolAnnotations  # noqa: TID253 - a program of its own
from pydantic import BaseModel, Field

MARKER = "zq7marker"
TOKEN = os.environ.get("DESK_TOKEN", "")


class Ticket(BaseModel):
    id: int
    body: Annotated[str, Field(description=MARKER)]
    author: dict[str, str] | None = None


def called() -> None:
    Path(os.environ["DESK_CALLED"]).touch()


def lively(server: MCPServer) -> None:
    @server.tool(annotations=ToolAnnotations(read_only_hint=True, open_world_hint=False, title=MARKER))
    def contacts(region: str = MARKER) -> Ticket:
        called()
        return Ticket(id=1, body=region)

    @server.tool(description=f"Sends a reply to {MARKER}@x.example", structured_output=False)
    def send_reply(to: str, text: str) -> str:
        called()
        return to + text

    @server.tool(annotations=ToolAnnotations(read_only_hint=False, destructive_hint=True))
    def delete_ticket(number: int) -> list[Ticket]:
        called()
        return [Ticket(id=number, body="")]

    @server.tool(name=f"call {MARKER}@x.example 491751234567")
    def odd() -> dict[str, Any]:
        called()
        return {}

    @server.resource("desk://policy")
    def policy() -> str:
        called()
        return MARKER


def over_http(server: MCPServer, port: int) -> None:
    import uvicorn
    from starlette.requests import Request
    from starlette.responses import PlainTextResponse, Response

    app = server.streamable_http_app()

    async def guarded(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http" and TOKEN and Request(scope).headers.get("Authorization") != f"Bearer {TOKEN}":
            refused: Response = PlainTextResponse(MARKER, 401)
            await refused(scope, receive, send)
        else:
            await app(scope, receive, send)

    uvicorn.run(guarded, host="127.0.0.1", port=port, log_level="error")


if __name__ == "__main__":
    kind, *rest = sys.argv[1:]
    made = MCPServer(f"desk of {MARKER}", instructions=MARKER)
    if kind == "lively":
        lively(made)
    sys.stderr.write(f"{MARKER}\n")
    if rest:
        over_http(made, int(rest[0]))
    else:
        made.run("stdio")
