"""Servers of tools: how long it takes to start one, to list its tools and to tell them."""

from __future__ import annotations

import json
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from lineage import registry
from lineage.connector import Structure
from lineage.context import Context
from lineage.facts import CostFact, ToolFact
from lineage.model import SourceId
from lineage.plan.model import Budget

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SCRIPT = """
import json, sys
answers = json.load(open(sys.argv[1]))
for line in sys.stdin:
    asked = json.loads(line)
    if "id" in asked:
        answer = answers.get(asked["method"], {"error": {"code": -32601, "message": "no"}})
        print(json.dumps({"jsonrpc": "2.0", "id": asked["id"], **answer}), flush=True)
"""


def run(*, small: bool) -> list[str]:
    """Measure servers of different sizes."""
    return [_line(count) for count in ((20,) if small else (20, 2_000))]


def _line(count: int) -> str:
    names = {f"field_{number}": {"type": "string", "description": "What it is."} for number in range(10)}
    schema = {"type": "object", "properties": names}
    tools = [{"name": f"get_thing_{number}", "inputSchema": schema, "outputSchema": schema} for number in range(count)]
    opened = {
        "protocolVersion": "2025-06-18",
        "capabilities": {"tools": {}},
        "serverInfo": {"name": "b", "version": ""},
    }
    with tempfile.TemporaryDirectory() as folder:
        answers, script = Path(folder) / "answers.json", Path(folder) / "server.py"
        answers.write_text(json.dumps({"initialize": {"result": opened}, "tools/list": {"result": {"tools": tools}}}))
        script.write_text(SCRIPT)
        connector = registry.connector("mcp_tools")
        settings = connector.settings.model_validate({"command": [sys.executable, str(script), str(answers)]})
        context = Context(SourceId("desk"), NOW, Budget(seconds=60))
        list(connector.read(settings, [Structure()], context))
        started = time.perf_counter()
        facts = list(connector.read(settings, [Structure()], context))
        seconds = time.perf_counter() - started
    assert sum(isinstance(fact, ToolFact) for fact in facts) == count
    [cost] = [fact for fact in facts if isinstance(fact, CostFact)]
    return (
        f"{count:,} tools of 10 fields: {seconds:.2f} s with the start of the server, {len(facts):,} facts "
        f"({len(facts) / seconds:,.0f} facts/s), {cost.queries} queries"
    )
