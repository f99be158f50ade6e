"""What the tests of event stores share: the same events in each, a plan that takes them for granted, and its rules."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from lineage import registry
from lineage.report import Report
from lineage.testing import NOW, World
from tests.connectors.conformance import MARKER, ODD_COLUMNS, ROWS

PASSWORD = "s3cret-pass"
_KEYS = ("id", "region", "email", "at")
CONTACTS_EVENTS = tuple(
    json.dumps({key: value for key, value in zip(_KEYS, row, strict=True) if value is not None}).encode()
    for row in ROWS
)
ODD_EVENTS = (
    json.dumps(dict.fromkeys(ODD_COLUMNS, MARKER)).encode(),
    json.dumps({f"{MARKER}@x-example": MARKER}).encode(),
)
PLAN = """\
plan: v1
meta: {id: reply, status: in-review, owner: planner@acme.example}
sources:
  events:
    connector: {type: KIND, url: "${EVENTS_URL}"MORE}
    datasets:
      orders:
        reads: READS
        fresh: {clock: CLOCK, within: WITHIN}
        keep: {limit: 30 days, since: CLOCK}
        fields: {order_id: required, contact: CONTACT}
steps: {retrieve: {reads: {events.orders: all}}}
"""
RULES = (
    *("freshness/stale-source", "freshness/stopped-arrival", "retention/endless-default"),
    *("retention/longer-than-declared", "retention/unenforced-retention", "source/missing-field"),
    *("privacy/undeclared-sensitive-data",),
)


def free_port() -> int:
    """Give a port that nobody listens at."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextmanager
def running(
    command: Sequence[str], port: int, folder: Path, environ: Mapping[str, str] | None = None, seconds: float = 30
) -> Iterator[int]:
    """Run a server of one's own until its port answers, and end it by its id."""
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log, env={**os.environ, **(environ or {})})
        try:
            ends = time.monotonic() + seconds
            while time.monotonic() < ends and server.poll() is None:
                with socket.socket() as one:
                    if one.connect_ex(("127.0.0.1", port)) == 0:
                        break
                time.sleep(0.05)
            else:
                raise RuntimeError(f"{command[0]} did not start: {(folder / 'log').read_text(errors='replace')[-500:]}")
            yield port
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(20)


def order(number: int, placed_at: str, contact: str = "by post") -> bytes:
    """Give an order as a shop writes it."""
    return json.dumps({"order_id": number, "placed_at": placed_at, "contact": contact}).encode()


def weekly(last: int) -> Iterator[bytes]:
    """Give thirty orders in each of five weeks, and so many in the last one."""
    for week in range(6):
        for number in range(last if week == 0 else 30):
            at = NOW - timedelta(days=7 * week + 3, minutes=number)
            yield order(100 * week + number, at.isoformat())


def audited(
    folder: Path,
    kind: str,
    url: str,
    reads: str,
    *,
    more: str = "",
    clock: str = "logged_at",
    contact: str = "required",
    within: str = "90 days",
    now: datetime | None = None,
) -> Report:
    """Audit a stream of orders, at the moment of the test unless another is given."""
    text = PLAN.replace("KIND", kind).replace("READS", reads).replace("MORE", more)
    text = text.replace("CLOCK", clock).replace("CONTACT", contact).replace("WITHIN", within)
    world = World(folder, now=now or datetime.now(UTC)).url("events", url)
    world.environ["EVENTS_PASSWORD"] = PASSWORD
    return world.audit(text, rules=[one for one in registry.rules() if one.id in RULES])


def binary(name: str) -> str | None:
    """Give where a server is, beside the interpreter or on the path."""
    beside = Path(sys.executable).parent / name
    return str(beside) if beside.exists() else shutil.which(name)
