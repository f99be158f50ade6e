"""The listener: run events that real clients send over HTTP, on this machine alone, and what is kept of them."""

from __future__ import annotations

import gzip
import http.client
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from openlineage.client import OpenLineageClient
from openlineage.client.event_v2 import InputDataset, Job, OutputDataset, Run, RunEvent, RunState
from openlineage.client.facet_v2 import column_lineage_dataset, error_message_run, schema_dataset, sql_job
from openlineage.client.transport.http import ApiKeyTokenProvider, HttpCompression, HttpConfig, HttpTransport

from lineage import registry
from lineage.connector import Structure
from lineage.context import Context
from lineage.errors import PlanError
from lineage.facts import EdgeFact, Fact, UseFact
from lineage.listen.events import ROUTES
from lineage.listen.receiver import LARGEST_BODY, Heard, Limits, Listener
from lineage.model import SourceId
from tests.connectors.dbt_project import CannotBuildError, build, environment

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
MARKER = "zq7marker"
TOKEN = "t0ken-of-the-test"
PG = "postgres://dwh:5432"
EVENT = {"eventTime": "2026-11-22T12:00:00Z", "job": {"namespace": "n", "name": "j"}, "outputs": []}


def facts_heard(folder: Path) -> list[Fact]:
    connector = registry.connector("openlineage")
    settings = connector.settings.model_validate({"path": str(folder / "openlineage.jsonl"), "workflow": "reply"})
    return list(connector.read(settings, [Structure()], Context(SourceId("runs"), NOW)))


@contextmanager
def listening(folder: Path, **limits: Any) -> Iterator[tuple[Listener, list[Heard]]]:
    listener = Listener(ROUTES, folder, Limits(**{"seconds": 20, "most": 1000, **limits}))
    ended: list[Heard] = []
    thread = threading.Thread(target=lambda: ended.append(listener.listen()))
    thread.start()
    try:
        yield listener, ended
    finally:
        listener.end("interrupted")
        thread.join()


def answer(
    listener: Listener, body: object = EVENT, path: str = "/api/v1/lineage", method: str = "POST", **headers: str
) -> int:
    told = body if isinstance(body, bytes) else json.dumps(body).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    connection = http.client.HTTPConnection(listener.address.removeprefix("http://"), timeout=5)
    try:
        connection.request(method, path, told, {"Content-Type": "application/json", **named})
        return connection.getresponse().status
    finally:
        connection.close()


def run_event() -> RunEvent:
    flows = column_lineage_dataset.ColumnLineageDatasetFacet(
        fields={
            "email": column_lineage_dataset.Fields(
                inputFields=[
                    column_lineage_dataset.InputField(
                        PG,
                        "app.crm.people",
                        "mail",
                        [
                            column_lineage_dataset.Transformation(
                                "DIRECT", "TRANSFORMATION", f"lower('{MARKER}')", masking=False
                            )
                        ],
                    )
                ]
            )
        }
    )
    schema = schema_dataset.SchemaDatasetFacet(
        fields=[schema_dataset.SchemaDatasetFacetFields("mail", "text", f"as in {MARKER}")]
    )
    return RunEvent(
        eventTime="2026-11-22T12:00:00Z",
        producer="https://example.org/jobs",
        eventType=RunState.COMPLETE,
        run=Run(
            "01939d2f-8d2c-7c1e-9c58-0a4e3b6a7f10",
            facets={"errorMessage": error_message_run.ErrorMessageRunFacet(MARKER, "PYTHON", MARKER)},
        ),
        job=Job("ai", "reply.draft", facets={"sql": sql_job.SQLJobFacet(f"select '{MARKER}'")}),
        inputs=[InputDataset(PG.replace("//", f"//me:{MARKER}@"), "app.crm.people", facets={"schema": schema})],
        outputs=[OutputDataset(PG, "app.ai.contacts", facets={"columnLineage": flows})],
    )


def transport(url: str, compression: HttpCompression | None) -> HttpTransport:
    return HttpTransport(HttpConfig(url=url, auth=ApiKeyTokenProvider({"api_key": TOKEN}), compression=compression))


@pytest.mark.parametrize("compression", [None, HttpCompression.GZIP])
def test_a_real_client_tells_how_columns_flow_and_no_value_is_written_down(
    tmp_path: Path, compression: HttpCompression | None
) -> None:
    with listening(tmp_path / "heard", token=TOKEN) as (listener, _):
        OpenLineageClient(transport=transport(listener.address, compression)).emit(run_event())

    facts = facts_heard(tmp_path / "heard")

    [edge] = [fact for fact in facts if isinstance(fact, EdgeFact)]
    assert (edge.source.short, edge.target.short) == ("crm.people.mail", "ai.contacts.email")
    used = {(fact.name.short, fact.right) for fact in facts if isinstance(fact, UseFact)}
    assert used == {("crm.people.mail", "select"), ("ai.contacts", "insert")}
    written = (tmp_path / "heard" / "openlineage.jsonl").read_text("utf-8")
    assert MARKER not in written
    assert TOKEN not in written
    assert (tmp_path / "heard" / "openlineage.jsonl").stat().st_mode & 0o077 == 0


def test_many_events_at_once_are_kept_each_in_its_line(tmp_path: Path) -> None:
    with listening(tmp_path) as (listener, ended):
        assert answer(listener, [EVENT, EVENT], "/api/v1/lineage/batch") == 200
        assert answer(listener) == 201

    assert ended[0].lines == {"openlineage.jsonl": 3}
    assert len((tmp_path / "openlineage.jsonl").read_bytes().splitlines()) == 3


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"body": b"{"}, 400),
        ({"body": b"[" * 100_000}, 400),
        ({"body": [EVENT]}, 400),
        ({"body": {"x": MARKER}}, 400),
        ({"body": EVENT, "path": "/api/v1/lineage/batch"}, 400),
        ({"path": "/api/v1/other"}, 404),
        ({"Content_Type": "text/plain"}, 415),
        ({"Content_Encoding": "br"}, 415),
        ({"body": b"no gzip", "Content_Encoding": "gzip"}, 400),
        ({"body": gzip.compress(b" " * (LARGEST_BODY + 1)), "Content_Encoding": "gzip"}, 413),
        ({"Content_Length": str(LARGEST_BODY + 1)}, 413),
        ({"Authorization": "Bearer other"}, 401),
        ({"Authorization": ""}, 401),
        ({"Origin": "https://evil.example"}, 403),
        ({"Host": "evil.example:5000"}, 403),
        ({"method": "GET"}, 405),
    ],
)
def test_what_is_no_event_or_comes_from_elsewhere_is_refused_and_counted(
    tmp_path: Path, asked: dict[str, Any], status: int
) -> None:
    with listening(tmp_path, token=TOKEN) as (listener, ended):
        assert answer(listener, **{"Authorization": f"Bearer {TOKEN}", **asked}) == status
        assert answer(listener, Authorization=f"Bearer {TOKEN}") == 201

    assert ended[0].lines.total() == 1
    assert [words[:3] for words in ended[0].refused] == [str(status)]


def test_the_listener_ends_when_enough_was_told_and_takes_no_more(tmp_path: Path) -> None:
    with listening(tmp_path, most=2) as (listener, ended):
        assert [answer(listener), answer(listener)] == [201, 201]
        # Whether a client is turned away or finds nobody there is a matter of moments.
        with suppress(ConnectionError):
            assert answer(listener) == 503

    assert (ended[0].ended, ended[0].lines.total()) == ("count", 2)


def test_the_listener_ends_by_itself_though_a_client_never_speaks(tmp_path: Path) -> None:
    with listening(tmp_path, seconds=0.3) as (listener, ended):
        host, _, port = listener.address.removeprefix("http://").partition(":")
        silent = http.client.HTTPConnection(host, int(port))
        silent.connect()
        silent.sock.sendall(b"POST /api/v1/lineage HTTP/1.1\r\nContent-Length: 9\r\n\r\n")
        while not ended:
            pass
        silent.close()

    assert ended[0].ended == "time"


def test_nothing_is_written_through_a_link_that_lies_in_the_folder(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("mine", "utf-8")
    (tmp_path / "openlineage.jsonl").symlink_to(tmp_path / "mine")

    with listening(tmp_path) as (listener, ended):
        assert answer(listener) == 400

    assert (tmp_path / "mine").read_text("utf-8") == "mine"
    assert not ended[0].lines


def test_a_port_that_is_taken_is_said(tmp_path: Path) -> None:
    with listening(tmp_path) as (listener, _), pytest.raises(PlanError, match="is it taken"):
        Listener(ROUTES, tmp_path, Limits(1, 1), int(listener.address.rpartition(":")[2]))


@contextmanager
def command(*words: str, **environ: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Start `lineage listen` as a user does; give the process and the address that it tells."""
    process = subprocess.Popen(
        [sys.executable, "-m", "lineage", "listen", *words, "--port", "0"],
        env={**os.environ, **environ},
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    try:
        yield process, process.stderr.readline().split()[2]
    finally:
        process.kill()
        process.communicate()


_DEAF = pytest.mark.skipif(
    signal.getsignal(signal.SIGINT) is signal.SIG_IGN, reason="a shell that runs the tests behind ignores interrupts"
)


@pytest.mark.parametrize("by", [pytest.param(signal.SIGINT, marks=_DEAF), signal.SIGTERM])
def test_an_interrupt_ends_the_command_cleanly(tmp_path: Path, by: signal.Signals) -> None:
    with command(str(tmp_path), "--token-env", "T", T=TOKEN) as (process, url):
        OpenLineageClient(transport=transport(url, None)).emit(run_event())
        process.send_signal(by)
        _, told = process.communicate(timeout=10)

    assert process.returncode == 0
    assert told == f"received 1 in {tmp_path}/openlineage.jsonl\n"


def test_silence_is_no_answer(tmp_path: Path) -> None:
    with command(str(tmp_path), "--for", "1s") as (process, _):
        _, told = process.communicate(timeout=10)

    assert process.returncode == 3
    assert "nothing was received" in told


@pytest.mark.slow
def test_a_real_run_of_dbt_tells_its_columns_over_http(tmp_path: Path) -> None:
    with listening(tmp_path / "heard") as (listener, _):
        try:
            kept = os.environ.get("LINEAGE_DBT_OL")
            programs = Path(kept) if kept else environment(tmp_path / "environment")
            build(tmp_path / "shop", programs, listener.address)
        except CannotBuildError as error:
            pytest.skip(str(error))

    facts = facts_heard(tmp_path / "heard")

    flows = {(fact.source.short, fact.target.short) for fact in facts if isinstance(fact, EdgeFact)}
    assert ("main.people.mail", "main.contacts.email") in flows
    assert MARKER not in (tmp_path / "heard" / "openlineage.jsonl").read_text("utf-8")
