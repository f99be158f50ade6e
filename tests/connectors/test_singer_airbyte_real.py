"""A real Singer tap and a real Airbyte source, each in an environment of its own, as its users have it."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from lineage.connector import Measure, MeasureKind, Profile, Sample, Structure
from lineage.facts import DatasetFact, Fact, FieldFact, LabelFact, LookFact, MeasureFact, UnseenFact
from lineage.model import DatasetId
from lineage.plan.model import Budget
from tests.connectors.conformance import context_of, read, relation_of

pytestmark = pytest.mark.slow

CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "lineage-audit" / "taps"
SHIM = '''
"""Send what a tap asks to a server of this machine, and nowhere else."""
import os
from urllib.parse import parse_qsl, urlencode, urlsplit

import requests

send = requests.Session.send


def sent(self, request, **options):
    place = urlsplit(request.url)
    # The stand-in knows no filter by time; all of its records are of today.
    query = [one for one in parse_qsl(place.query) if not one[0].startswith("created[")]
    request.url = os.environ["TAP_HOST"] + place.path + ("?" + urlencode(query) if query else "")
    return send(self, request, **options)


requests.Session.send = sent
'''
RUNNER = '''
import sys

from aiohttp import web
from localstripe.server import app


async def account(request):
    """Give the account that the tap asks for first; localstripe has none."""
    return web.json_response({"id": "acct_1", "object": "account", "settings": {"dashboard": {"display_name": "x"}}})


app.router.add_get("/v1/accounts/{id}", account)
web.run_app(app, host="127.0.0.1", port=int(sys.argv[1]), print=None)
'''


def environment_of(*packages: str) -> Path:
    """Make an environment with a tap in it, once, or skip."""
    CACHE.mkdir(parents=True, exist_ok=True)
    place = CACHE / "_".join(packages).replace("==", "-")
    uv = Path(sys.executable).with_name("uv")
    with FileLock(f"{place}.lock"):
        if not (place / "made").exists():
            for words in (["venv", "-q", "--clear", str(place)], ["pip", "install", "-q", "-p", str(place), *packages]):
                try:
                    subprocess.run([str(uv), *words], check=True, capture_output=True, timeout=300)
                except (OSError, subprocess.SubprocessError) as error:
                    pytest.skip(f"{packages[0]} cannot be installed here ({type(error).__name__})")
            (place / "made").touch()
    return place


@pytest.fixture
def stripe(tmp_path: Path) -> Iterator[str]:
    """Run localstripe on this machine alone, with three customers."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port = listening.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-c", RUNNER, str(port)],
        cwd=tmp_path,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        for number in range(3):
            customer(f"http://127.0.0.1:{port}", f"email=anna{number}@x.example&name=Anna")
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait()


def customer(url: str, body: str) -> None:
    request = urllib.request.Request(  # noqa: S310 - our own server
        f"{url}/v1/customers", body.encode(), {"Authorization": "Bearer sk_test_12345"}
    )
    for attempt in range(100):
        try:
            urllib.request.urlopen(request, timeout=10).close()  # noqa: S310 - our own server
        except ConnectionError:
            time.sleep(0.1)
        except OSError as error:
            if attempt == 99 or not isinstance(getattr(error, "reason", None), ConnectionError):
                raise
            time.sleep(0.1)
        else:
            return
    pytest.fail("localstripe does not start")


def asked(settings: dict[str, Any], dataset: str, clock: str) -> tuple[list[Fact], list[Fact]]:
    """Give the facts of structure and of data."""
    of = DatasetId(f"s.{dataset}")
    context = context_of(now=datetime.now(UTC) + timedelta(seconds=60), budget=Budget(1_000, 120, 50))
    structure = read("singer_airbyte", settings, [Structure({of: dataset})], context)
    relation = relation_of(structure, of)
    measures = (Measure(of, MeasureKind.ROWS), Measure(of, MeasureKind.NEWEST, clock))
    tasks = [Profile(relation, None, (), measures), Sample(relation, None, None)]
    return structure, read("singer_airbyte", settings, tasks, context)


def test_stripes_singer_tap_gives_customers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stripe: str) -> None:
    place = environment_of("tap-stripe==3.3.0")
    [packages] = place.glob("lib/python3*/site-packages")
    (packages / "sitecustomize.py").write_text(SHIM, encoding="utf-8")
    monkeypatch.setenv("TAP_HOST", stripe)
    start = (datetime.now(UTC) - timedelta(days=1)).isoformat()
    config = {"start_date": start, "account_id": "acct_1", "client_secret": "sk_test_12345"}
    settings = {
        "protocol": "singer",
        "command": [str(place / "bin" / "tap-stripe")],
        "config_secret": json.dumps(config),
        "environment": ["TAP_HOST"],
        "start": "whole",
    }

    structure, data = asked(settings, "customers", "created")

    types = {".".join(fact.name.field): fact.type for fact in structure if isinstance(fact, FieldFact)}
    assert (types["email"], types["created"], types["address.city"], types["livemode"]) == (
        "VARCHAR",
        "TIMESTAMP WITH TIME ZONE",
        "VARCHAR",
        "BOOLEAN",
    )
    assert [fact.key for fact in structure if isinstance(fact, DatasetFact)] == [()]
    rows, newest = [fact.value for fact in data if isinstance(fact, MeasureFact)]
    assert rows == 3
    assert isinstance(newest, datetime)
    assert abs(datetime.now(UTC) - newest) < timedelta(minutes=10)
    assert [(fact.name.field, fact.hits) for fact in data if isinstance(fact, LabelFact)] == [(("email",), 3)]
    assert not [fact for fact in data if isinstance(fact, UnseenFact)]
    assert "sk_test_12345" not in repr(structure + data)
    assert "x.example" not in repr(structure + data)


def test_airbytes_faker_gives_users(tmp_path: Path) -> None:
    place = environment_of("airbyte-source-faker==7.2.1")
    (tmp_path / "config.json").write_text('{"count": 30, "seed": 1, "parallelism": 1}', encoding="utf-8")
    settings = {
        "protocol": "airbyte",
        "command": [str(place / "bin" / "source-faker")],
        "config_path": str(tmp_path / "config.json"),
    }

    structure, data = asked(settings, "users", "updated_at")

    types = {".".join(fact.name.field): fact.type for fact in structure if isinstance(fact, FieldFact)}
    assert (types["id"], types["updated_at"], types["address.city"]) == (
        "BIGINT",
        "TIMESTAMP WITH TIME ZONE",
        "VARCHAR",
    )
    rows, newest = [fact.value for fact in data if isinstance(fact, MeasureFact)]
    assert rows == 30
    assert isinstance(newest, datetime)
    assert [(fact.name.field, fact.hits) for fact in data if isinstance(fact, LabelFact)] == [(("email",), 30)]
    assert {fact.whole for fact in data if isinstance(fact, LookFact)} == {True}
