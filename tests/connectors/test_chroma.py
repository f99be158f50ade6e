"""Collections of Chroma, in folders that its client wrote and at a server that runs."""

from __future__ import annotations

import json
import os
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import suppress
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from lineage.connector import Sample, Stream, Structure
from lineage.facts import DatasetFact, Fact, FieldFact, LookFact, SystemFact, UnseenFact
from lineage.model import DatasetId, Name, Verdict
from lineage.plan.model import Budget
from lineage.testing import assumption, finding, fired
from tests.connectors.conformance import CONTACTS, MARKER, ODD, ConnectorLaws, System, context_of, read, relation_of
from tests.connectors.indexes import CASES, CONTACTS_CHUNKS, ODD_CHUNKS, Chunk, audited, chunks_of
from tests.connectors.limits import FolderLaws, LimitLaws
from tests.stand_ins import on_loopback

CHUNKS = DatasetId("s.chunks")
KEY, MUTE = "s3cret-token", "s3cret-token-of-the-mute"
os.environ["ANONYMIZED_TELEMETRY"] = "False"


def write(client: Any, name: str, chunks: Sequence[Chunk], **metadata: str) -> None:
    """Write chunks as a pipeline does, with vectors of its own: no model is asked for one."""
    collection = client.create_collection(name, embedding_function=None, metadata=metadata or None)
    for chunk in chunks:
        collection.add(
            ids=[str(chunk.id)],
            embeddings=[list(chunk.vector)],
            documents=[chunk.text],
            metadatas=[dict(chunk.payload)] if chunk.payload else None,
        )


_OPEN: list[Any] = []


def folder_of(folder: Path, name: str = "chunks", chunks: Sequence[Chunk] = (), **metadata: str) -> Any:
    import chromadb
    from chromadb.config import Settings

    client = chromadb.PersistentClient(str(folder), settings=Settings(anonymized_telemetry=False))
    _OPEN.append(client)
    write(client, name, chunks, **metadata)
    return client


@pytest.fixture(autouse=True)
def _folders_are_closed() -> Iterator[None]:
    yield
    while _OPEN:  # each keeps some sixteen files open, which a long run has no more of
        client = _OPEN.pop()
        client.close()
        for one in (client, client._admin_client):
            if (session := getattr(one._server, "_session", None)) is not None:  # which Chroma leaves open
                session.close()


def bytes_of(folder: Path) -> object:
    return sorted((str(path), path.read_bytes()) for path in folder.rglob("*") if path.is_file())


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [str(Path(sys.executable).parent / "chroma"), "run", "--host", "127.0.0.1", "--port", str(port)]
    process = subprocess.Popen(
        [*command, "--path", str(tmp_path_factory.mktemp("chroma"))],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "ANONYMIZED_TELEMETRY": "False"},
    )
    try:
        for _ in range(1_200):
            with socket.socket() as wanted:
                if wanted.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


def database_at(server: str, name: str) -> tuple[Any, dict[str, Any]]:
    """Make a database of its own at the server; give its client and the connector's settings."""
    import chromadb
    from chromadb.config import Settings

    host, port = server.removeprefix("http://").split(":")
    place = f"{server}/api/v2/tenants/default_tenant/databases"
    body, headers = json.dumps({"name": name}).encode(), {"Content-Type": "application/json"}
    urllib.request.urlopen(urllib.request.Request(place, body, headers)).close()  # noqa: S310 - our own server
    client = chromadb.HttpClient(host, int(port), settings=Settings(anonymized_telemetry=False), database=name)
    _OPEN.append(client)
    return client, {"url": server, "database": name}


class TestChromaLaws(FolderLaws, ConnectorLaws):
    kind = "chroma"

    def lively(self, folder: Path) -> System:
        client = folder_of(folder, "contacts", CONTACTS_CHUNKS)
        write(client, "odd", ODD_CHUNKS)
        targets = {CONTACTS: "contacts", ODD: "odd"}
        return System({"path": str(folder)}, targets, lambda: bytes_of(folder), (str(folder),))

    def bare(self, folder: Path) -> System:
        folder_of(folder).delete_collection("chunks")
        return System({"path": str(folder)})

    def unreachable(self, folder: Path) -> Sequence[System]:
        (folder / "empty").mkdir()
        (folder / "broken").mkdir()
        (folder / "broken" / "chroma.sqlite3").write_text(MARKER)
        (folder / "other").mkdir()
        sqlite3.connect(folder / "other" / "chroma.sqlite3").close()
        places = [folder / "none", folder / "empty", folder / "broken", folder / "other"]
        secret = f"http://127.0.0.1:1/{MARKER}"
        return [
            *(System({"path": str(place)}) for place in places),
            System({"path": "a\x00b"}),
            System({"url": "http://127.0.0.1:1", "token": MARKER}, secrets=(MARKER,)),
            System({"url": secret}, secrets=(secret,)),
            System({"url": f"ftp://{MARKER}"}),
        ]


def gate_to(server: str) -> type[BaseHTTPRequestHandler]:
    """Give what stands before a server of Chroma, which asks for no token itself: a proxy that asks for one."""

    class Gate(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            token = (self.headers.get("Authorization") or "").removeprefix("Bearer ")
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0)) or None
            status, told = 401, b'{"error": "zq7marker"}'
            if token == MUTE and self.path.rpartition("/")[2] in {"get", "count"}:
                status = 403
            elif token in {KEY, MUTE}:
                headers = {"Content-Type": "application/json"}
                asked = urllib.request.Request(f"{server}{self.path}", body, headers, method=self.command)  # noqa: S310 - our own server
                with urllib.request.urlopen(asked, timeout=60) as answer:  # noqa: S310 - our own server
                    status, told = answer.status, answer.read()
            with suppress(ConnectionError):  # whoever asked has given up
                self.send_response(status)
                self.send_header("Content-Length", str(len(told)))
                self.end_headers()
                self.wfile.write(told)

        do_POST = do_GET  # noqa: N815 - as http.server names them

        def log_message(self, *args: object) -> None:
            pass

    return Gate


class TestChromaServerLaws(TestChromaLaws):
    guarded = LimitLaws.guarded

    @pytest.fixture(autouse=True)
    def _at(self, server: str) -> Iterator[None]:
        self.server = server
        with on_loopback(gate_to(server)) as gate:
            self.gate = gate
            yield

    def refused(self, system: System) -> Sequence[System]:
        return [System({**system.settings, "url": self.gate, "token": MARKER}, secrets=(MARKER,))]

    def rightless(self, system: System) -> Sequence[System]:
        return [System({**system.settings, "url": self.gate, "token": MUTE}, secrets=(MUTE,))]

    def lively(self, folder: Path) -> System:  # noqa: ARG002 - as the laws call it
        client, settings = database_at(self.server, f"lively{time.time_ns()}")
        write(client, "contacts", CONTACTS_CHUNKS)
        write(client, "odd", ODD_CHUNKS)

        def state() -> object:
            return [(one.name, one.get()) for one in client.list_collections()]

        return System({**settings, "url": self.gate, "token": KEY}, {CONTACTS: "contacts", ODD: "odd"}, state, (KEY,))

    def bare(self, folder: Path) -> System:  # noqa: ARG002 - as the laws call it
        return System(database_at(self.server, f"bare{time.time_ns()}")[1])


def structure(settings: dict[str, Any]) -> list[Fact]:
    return read("chroma", settings, [Structure({CHUNKS: "chunks"})])


def test_keys_of_payloads_are_fields_with_the_types_that_all_of_them_have(tmp_path: Path) -> None:
    payloads: tuple[dict[str, Any], ...] = (
        {"n": 1, "share": 0.5, "live": True, "any": 1, "text": "of the payload"},
        {"n": 2, "share": 1, "live": False, "any": "x", "acl": ["eng", "hr"]},
    )
    folder_of(tmp_path, chunks=[Chunk(number, one) for number, one in enumerate(payloads)], embedding_model="e5-small")

    facts = structure({"path": str(tmp_path)})

    told = {".".join(fact.name.field): fact.type for fact in facts if isinstance(fact, FieldFact)}
    assert told == {
        "chunk_id": "VARCHAR",
        "text": "VARCHAR",
        "stored_at": "TIMESTAMP WITH TIME ZONE",
        "acl": "JSON",
        "any": "VARCHAR",
        "live": "BOOLEAN",
        "n": "BIGINT",
        "payload.text": "VARCHAR",
        "share": "DOUBLE",
        "embedding": "vector(3)",
    }
    [dataset] = [fact for fact in facts if isinstance(fact, DatasetFact)]
    assert (dataset.rows_estimate, dataset.embedding_model, dataset.key) == (2, "e5-small", ("chunk_id",))
    assert dataset.changed_at is not None


def test_what_is_still_in_the_queue_is_not_taken_for_all_there_is(tmp_path: Path) -> None:
    folder_of(tmp_path, chunks=chunks_of(["a 2 2026-11-20"]))
    with sqlite3.connect(tmp_path / "chroma.sqlite3") as connection:
        connection.execute("UPDATE max_seq_id SET seq_id = 0")
    connection.close()
    relation = relation_of(structure({"path": str(tmp_path)}), CHUNKS)

    facts = read("chroma", {"path": str(tmp_path)}, [Stream(relation, ("doc_id",)), Sample(relation, None, None)])

    told = {(fact.what, fact.reason) for fact in facts if isinstance(fact, UnseenFact)}
    assert told >= {(what, "what was written last is still in Chroma's queue") for what in ("data", "sample")}


def test_a_sample_of_many_chunks_is_spread_and_said_to_be_one(tmp_path: Path) -> None:
    collection = folder_of(tmp_path).get_collection("chunks", embedding_function=None)
    numbers = range(3_000)
    collection.add(
        ids=[str(one) for one in numbers],
        embeddings=[[0.1, 0.2]] * 3_000,
        documents=[f"anna{one}@x.example" if one >= 1_500 else "no mail" for one in numbers],
    )
    relation = relation_of(structure({"path": str(tmp_path)}), CHUNKS)

    facts = read(
        "chroma", {"path": str(tmp_path)}, [Sample(relation, None, None)], context_of(budget=Budget(sample=100))
    )

    [look] = [fact for fact in facts if isinstance(fact, LookFact) and fact.name.field == ("text",)]
    assert (look.rows_looked, look.rows_total, look.whole, look.seen.how) == (100, 3_000, False, "block sample")
    # Chunks of one document lie side by side: of a bound only blocks count.
    assert look.blocks == 100
    usual = read(
        "chroma", {"path": str(tmp_path)}, [Sample(relation, None, None)], context_of(budget=Budget(sample=2_000))
    )
    [look] = [fact for fact in usual if isinstance(fact, LookFact) and fact.name.field == ("text",)]
    assert (look.rows_looked, look.blocks) == (1_950, 650)


@pytest.mark.parametrize(("rows", "rule"), CASES)
def test_chunks_are_held_against_their_documents(tmp_path: Path, rows: tuple[str, ...], rule: str | None) -> None:
    folder_of(tmp_path / "index", chunks=chunks_of(rows), model="e5-small")

    report = audited(tmp_path, "chroma", str(tmp_path / "index"))

    assert fired(report) == ({rule} if rule else set())
    assert report.failures == ()


def test_chunks_of_a_server_are_held_against_their_documents(tmp_path: Path, server: str) -> None:
    client, settings = database_at(server, "held")
    write(client, "chunks", chunks_of(["a 2 2026-11-20", "gone 1 2026-11-20"]))

    plan_place = f'url: "{settings["url"]}", database: held, token'
    report = audited(tmp_path, "chroma", "no-token-is-needed", plan_place)

    assert fired(report) == {"retention/residue-in-copy"}


def test_a_model_that_is_not_the_index_s_is_found(tmp_path: Path) -> None:
    folder_of(tmp_path / "index", chunks=chunks_of(["a 2 2026-11-20"]), embedding_model="e5-large")

    report = audited(tmp_path, "chroma", str(tmp_path / "index"))

    found = finding(report, "switching/unrebuildable-index")
    assert found is not None
    assert found.judgement.leaf.endswith("embedding.model")
    assert assumption(report, "embedding.model").verdict is Verdict.BROKEN


def test_no_value_of_metadata_is_taken_for_a_model(tmp_path: Path) -> None:
    folder_of(tmp_path, chunks=chunks_of(["a 2 2026-11-20"]), model="made by anna@x.example")

    [dataset] = [fact for fact in structure({"path": str(tmp_path)}) if isinstance(fact, DatasetFact)]

    assert dataset.embedding_model == ""


def test_two_folders_are_two_systems(tmp_path: Path) -> None:
    names: list[Name] = []
    for place in ("one", "two"):
        folder_of(tmp_path / place)
        facts = structure({"path": str(tmp_path / place)})
        names.extend(fact.name for fact in facts if isinstance(fact, DatasetFact))
        assert [fact.product for fact in facts if isinstance(fact, SystemFact)] == ["Chroma"]

    assert len(set(names)) == 2
