"""A Singer tap and HubSpot, each with as many records as are held at a time, read and measured.

The tap is a loop that prints; HubSpot is a stand-in in this process that answers at once. So this is what the
connectors themselves cost: a real service takes longer, by its own time to answer.
"""

from __future__ import annotations

import json
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from lineage import registry
from lineage.connector import Column, Measure, MeasureKind, Profile, Relation, Structure, Task
from lineage.context import Context
from lineage.facts import CostFact, Fact, FieldFact, MeasureFact, ResolvedFact
from lineage.model import DatasetId, SourceId
from lineage.plan.model import Budget

TAP = """
import json, sys
schema = {"properties": {"id": {"type": "integer"}, "email": {"type": "string"},
                         "at": {"type": "string", "format": "date-time"}}}
if "--discover" in sys.argv:
    print(json.dumps({"streams": [{"tap_stream_id": "contacts", "key_properties": ["id"], "schema": schema}]}))
else:
    for number in range(%d):
        row = {"id": number, "email": f"anna{number}@x.example", "at": "2026-11-20T10:00:00Z"}
        print(json.dumps({"type": "RECORD", "stream": "contacts", "record": row}))
"""
OF = DatasetId("s.contacts")


def run(*, small: bool) -> list[str]:
    """Measure both."""
    records = 1_000 if small else 100_000
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "tap.py"
        script.write_text(TAP % records, encoding="utf-8")
        tap = {"protocol": "singer", "command": [sys.executable, "-I", "-S", str(script)]}
        lines = [_line("singer_airbyte", tap, "at", records)]
    with _hubspot(records) as url:
        lines.append(_line("hubspot", {"url": url, "token": "x"}, "lastmodifieddate", records))
    return lines


def _line(kind: str, settings: dict[str, object], clock: str, records: int) -> str:
    started = time.perf_counter()
    structure = _read(kind, settings, [Structure({OF: "contacts"})])
    told = time.perf_counter() - started
    [name] = [fact.name for fact in structure if isinstance(fact, ResolvedFact)]
    columns = {one.name.field[0]: Column(one.name.field, one.type) for one in structure if isinstance(one, FieldFact)}
    measures = (
        Measure(OF, MeasureKind.ROWS),
        Measure(OF, MeasureKind.NEWEST, clock),
        Measure(OF, MeasureKind.NULLS, "email"),
    )
    started = time.perf_counter()
    data = _read(kind, settings, [Profile(Relation(OF, name, columns), None, (), measures)])
    took = time.perf_counter() - started
    assert [fact.value for fact in data if isinstance(fact, MeasureFact) and fact.measure == "rows"] == [records]
    asked = [sum(fact.queries for fact in facts if isinstance(fact, CostFact)) for facts in (structure, data)]
    return (
        f"{kind}: {len(structure)} facts of structure in {told:.2f} s ({len(structure) / told:,.0f} a second), "
        f"{asked[0]} queries; "
        f"{records:,} records in {took:.1f} s ({records / took:,.0f} a second), {asked[1]} queries for the dataset"
    )


def _read(kind: str, settings: dict[str, object], tasks: Sequence[Task]) -> list[Fact]:
    connector = registry.connector(kind)
    context = Context(SourceId("s"), datetime.now(UTC), Budget(rows=10_000_000, seconds=300))
    return list(connector.read(connector.settings.model_validate(settings), tasks, context))


@contextmanager
def _hubspot(records: int) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            place = urlsplit(self.path)
            query = {key: values[0] for key, values in parse_qs(place.query).items()}
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps(_answer(place.path, query, records)).encode())

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _answer(path: str, query: dict[str, str], records: int) -> object:
    if "/properties/" in path:
        types = {"email": "string", "lastmodifieddate": "datetime"}
        kept = types if query["dataSensitivity"] == "non_sensitive" else {}
        return {"results": [{"name": name, "type": kind} for name, kind in kept.items()]}
    start = int(query.get("after", 0))
    rows = [
        {"id": str(n), "properties": {"email": f"anna{n}@x.example", "lastmodifieddate": "2026-11-20T10:00:00Z"}}
        for n in range(start, min(start + 100, records))
    ]
    more = {"paging": {"next": {"after": str(start + 100)}}} if start + 100 < records else {}
    return {"results": rows, **more}
