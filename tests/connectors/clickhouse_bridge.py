"""A bridge of our own: ClickHouse's engine in this process (chdb), behind the part of its HTTP interface that is used.

The engine, its catalogue, its types and its answers are real, and so is the client. The bridge only carries statements,
parameters and settings over, asks for a password, and keeps what was asked. The engine has no users and no grants:
where a test needs them, the bridge answers with rows of the test's own (`stand_ins`), no proof of the real ones.
"""

from __future__ import annotations

import base64
import re
import threading
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

from connectors._clickhouse.sql import quoted

USER, PASSWORD = "auditor", "pa ss/w@rd-zq"
_FORMAT = re.compile(r"\s+FORMAT\s+(\w+)\s*;?\s*$")
_CODE = re.compile(r"Code: (\d+)")
_TRANSPORT = frozenset({"query", "database", "client_protocol_version", "wait_end_of_query", "query_id", "session_id",
                        "send_progress_in_http_headers", "http_headers_progress_interval_ms", "max_block_size",
                        "enable_http_compression", "cancel_http_readonly_queries_on_client_close"})  # fmt: skip
_SYSTEM = ("system", "INFORMATION_SCHEMA", "information_schema", "_local")


@dataclass(slots=True)
class Engine:
    """The one engine of this process, and what is asked of it."""

    session: Any
    port: int = 0
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    stand_ins: dict[str, str] = field(default_factory=dict)
    """`system.grants` -> a query that stands for it."""
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"clickhouse://{USER}:{quote(PASSWORD, safe='')}@127.0.0.1:{self.port}/crm"

    def run(self, *statements: str) -> None:
        """Change the engine, as its owner does."""
        with self.lock:
            for statement in statements:
                self.session.query(statement)

    def told(self, statement: str) -> str:
        """Ask the engine, as its owner does."""
        with self.lock:
            return str(self.session.query(statement, "TSVRaw"))

    def databases(self) -> list[str]:
        """Give the databases that are not the system's."""
        return [name for name in self.told("SELECT name FROM system.databases").splitlines() if name not in _SYSTEM]

    def empty(self) -> None:
        """Drop everything."""
        for name in self.databases():
            if name != "default":
                self.run(f"DROP DATABASE {quoted(name)} SYNC")
        self.asked.clear()
        self.stand_ins.clear()

    def state(self) -> object:
        """Give what must not change while it is read."""
        tables = self.told(
            "SELECT database, name, toString(uuid), create_table_query, total_rows, total_bytes FROM system.tables "
            "WHERE database NOT IN ('system', 'INFORMATION_SCHEMA', 'information_schema') ORDER BY ALL"
        )
        return (self.databases(), tables, self.told("SELECT database, table, name FROM system.parts ORDER BY ALL"))


@cache
def engine() -> Engine:
    """Start the engine and its bridge, once a process."""
    from chdb.session import Session

    made = Engine(Session())  # type: ignore[no-untyped-call]  # chdb's own

    class Bridge(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            asked = dict(parse_qsl(urlsplit(self.path).query, keep_blank_values=True))
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            given = base64.b64decode((self.headers.get("Authorization") or "").partition(" ")[2]).decode()
            if given != f"{USER}:{PASSWORD}":
                self._answer(401, b"Code: 516. DB::Exception: Authentication failed (AUTHENTICATION_FAILED)", 516)
                return
            try:
                self._answer(200, _answered(made, body or asked.get("query", ""), asked))
            except Exception as error:  # noqa: BLE001 - whatever the engine raises is the answer
                code = _CODE.search(str(error))
                self._answer(500, str(error).encode("utf-8", "replace"), int(code[1]) if code else 1002)

        def _answer(self, status: int, body: bytes, code: int | None = None) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("X-ClickHouse-Timezone", "UTC")
            if code is not None:
                self.send_header("X-ClickHouse-Exception-Code", str(code))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Bridge)
    made.port = server.server_port
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return made


def _answered(made: Engine, statement: str, asked: dict[str, str]) -> bytes:
    settings = {
        name: value for name, value in asked.items() if name not in _TRANSPORT and not name.startswith("param_")
    }
    parameters = {name.removeprefix("param_"): value for name, value in asked.items() if name.startswith("param_")}
    made.asked.append((statement, settings))
    form = _FORMAT.search(statement)
    text = statement[: form.start()] if form else statement
    for name, query in made.stand_ins.items():
        text = re.sub(rf"\b{re.escape(name)}\b", f"({query})", text)
    if settings and text.lstrip().upper().startswith(("SELECT", "WITH")):
        text += "\nSETTINGS " + ", ".join(f"{name} = '{value}'" for name, value in settings.items())
    with made.lock:
        found = made.session.query(text, form[1] if form else asked.get("default_format", "TSV"), params=parameters)
        return bytes(found.bytes() or b"")
