"""Collections of Qdrant: in folders that its client wrote, and behind a stand-in for its server.

No server binary of Qdrant can be had here: the stand-in answers from the official client in memory, and the official
client reads it too, so that both ends speak as Qdrant's own models do.
"""

from __future__ import annotations

import base64
import json
import pickle
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from lineage.connector import Measure, MeasureKind, Profile, Structure
from lineage.facts import AbsentFact, DatasetFact, Fact, FieldFact, MeasureFact, SystemFact, UnseenFact
from lineage.model import DatasetId
from lineage.testing import fired
from tests.connectors.conformance import CONTACTS, MARKER, ODD, ConnectorLaws, System, read, relation_of
from tests.connectors.indexes import CASES, CONTACTS_CHUNKS, ODD_CHUNKS, Chunk, audited, chunks_of
from tests.connectors.limits import FolderLaws, LimitLaws
from tests.stand_ins import on_loopback

CHUNKS = DatasetId("s.chunks")
KEY = "s3cret-key"


def write(client: Any, name: str, chunks: Sequence[Chunk]) -> None:
    """Write chunks as a pipeline does."""
    from qdrant_client import models

    client.create_collection(name, vectors_config=models.VectorParams(size=3, distance=models.Distance.COSINE))
    if chunks:
        points = [
            models.PointStruct(id=one.id, vector=list(one.vector), payload={**one.payload, "text": one.text})
            for one in chunks
        ]
        client.upsert(name, points)


def folder_of(folder: Path, **collections: Sequence[Chunk]) -> None:
    from qdrant_client import QdrantClient

    client = QdrantClient(path=str(folder))
    for name, chunks in collections.items():
        write(client, name, chunks)
    client.close()


def bytes_of(folder: Path) -> object:
    return sorted((str(path), path.read_bytes()) for path in folder.rglob("*") if path.is_file())


def token_of(*access: Mapping[str, object]) -> str:
    """Make a token that opens collections, as Qdrant's users sign them; nobody checks this one's signature."""
    claims = json.dumps({"exp": 4_102_444_800, "access": list(access)}).encode()
    return f"eyJhbGciOiJIUzI1NiJ9.{base64.urlsafe_b64encode(claims).decode().rstrip('=')}.c2lnbmVk"


@contextmanager
def served(
    client: Any, key: str = "", indexed: Mapping[str, str] | None = None, tokens: Mapping[str, Sequence[str]] = {}
) -> Iterator[str]:
    """Answer as Qdrant's server does, from a client in memory, which knows no indexes on payloads: `indexed` are.

    `tokens` open some collections each, and are shown no others.
    """

    def answer(path: str, body: dict[str, Any], opened: Sequence[str] | None) -> Any:
        match path.strip("/").split("/"):
            case ["collections"]:
                told = client.get_collections().model_dump(mode="json")
                return {"collections": [one for one in told["collections"] if opened is None or one["name"] in opened]}
            case ["collections", name, *_] if opened is not None and name not in opened:
                return None
            case ["collections", name]:
                schema = {key: {"data_type": kind, "points": 1} for key, kind in (indexed or {}).items()}
                return {**client.get_collection(name).model_dump(mode="json"), "payload_schema": schema}
            case ["collections", name, "points", "count"]:
                return client.count(name).model_dump(mode="json")
            case ["collections", name, "points", "scroll"]:
                points, after = client.scroll(name, limit=body["limit"], offset=body.get("offset"))
                return {"points": [one.model_dump(mode="json") for one in points], "next_page_offset": after}
            case _:
                return None

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.reply({})

        def do_POST(self) -> None:
            self.reply(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

        def reply(self, body: dict[str, Any]) -> None:
            told: Any = {"title": "qdrant", "version": "1.15.0"}
            given = self.headers.get("api-key", "")
            found: Any = ""
            if self.path != "/":
                found = answer(self.path.partition("?")[0], body, tokens.get(given))
                told = {"result": found, "status": "ok", "time": 0.0}
            data = json.dumps(told).encode()
            self.send_response(200 if found is not None and (given == key or given in tokens) else 403)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_args: Any) -> None:
            pass

    with on_loopback(Handler) as address:
        yield address


ODD_ONLY = token_of({"collection": "odd", "access": "r"})


class TestQdrantLaws(FolderLaws, ConnectorLaws):
    kind = "qdrant"

    def lively(self, folder: Path) -> System:
        folder_of(folder, contacts=CONTACTS_CHUNKS, odd=ODD_CHUNKS)
        targets = {CONTACTS: "contacts", ODD: "odd"}
        return System({"path": str(folder)}, targets, lambda: bytes_of(folder), (str(folder),))

    def bare(self, folder: Path) -> System:
        folder_of(folder)
        return System({"path": str(folder)})

    def unreachable(self, folder: Path) -> Sequence[System]:
        (folder / "empty").mkdir()
        (folder / "broken").mkdir()
        (folder / "broken" / "meta.json").write_text(f'{{"collections": "{MARKER}"}}')
        return [
            *(System({"path": str(folder / name)}) for name in ("none", "empty", "broken")),
            System({"path": "a\x00b"}),
            System({"url": "http://127.0.0.1:1", "api_key": MARKER}, secrets=(MARKER,)),
            System({"url": f"ftp://{MARKER}"}),
        ]


class TestQdrantServerLaws(TestQdrantLaws):
    def refused(self, system: System) -> Sequence[System]:
        return [System({**system.settings, "api_key": MARKER}, secrets=(MARKER,))]

    def rightless(self, system: System) -> Sequence[System]:
        return [System({**system.settings, "api_key": ODD_ONLY}, secrets=(ODD_ONLY,))]

    guarded = LimitLaws.guarded

    @pytest.fixture(autouse=True)
    def _ends(self) -> Iterator[None]:
        self.ended: list[Any] = []
        yield
        for one in self.ended:
            one.__exit__(None, None, None)

    def served(self, client: Any) -> str:
        server = served(client, KEY, tokens={ODD_ONLY: ["odd"]})
        url = server.__enter__()
        self.ended.append(server)
        return url

    def lively(self, folder: Path) -> System:  # noqa: ARG002 - as the laws call it
        from qdrant_client import QdrantClient

        client = QdrantClient(":memory:")
        write(client, "contacts", CONTACTS_CHUNKS)
        write(client, "odd", ODD_CHUNKS)

        def state() -> object:
            return [client.scroll(name)[0] for name in ("contacts", "odd")]

        settings = {"url": self.served(client), "api_key": KEY}
        return System(settings, {CONTACTS: "contacts", ODD: "odd"}, state, (KEY,))

    def bare(self, folder: Path) -> System:  # noqa: ARG002 - as the laws call it
        from qdrant_client import QdrantClient

        return System({"url": self.served(QdrantClient(":memory:")), "api_key": KEY})

    def unreachable(self, folder: Path) -> Sequence[System]:  # noqa: ARG002 - as the laws call it
        from qdrant_client import QdrantClient

        return [System({"url": self.served(QdrantClient(":memory:")), "api_key": "wrong"})]


def structure(folder: Path) -> list[Fact]:
    return read("qdrant", {"path": str(folder)}, [Structure({CHUNKS: "chunks"})])


def test_the_stand_in_is_read_by_qdrants_own_client_too() -> None:
    from qdrant_client import QdrantClient

    client = QdrantClient(":memory:")
    write(client, "chunks", chunks_of(["a 2 2026-11-20", "b 1 2026-11-20"]))

    with served(client) as url:
        remote = QdrantClient(url=url, check_compatibility=False)
        points, _ = remote.scroll("chunks", limit=10)
        config = remote.get_collection("chunks").config.params.vectors
        remote.close()

    assert [point.payload["doc_id"] for point in points] == ["a", "b"]
    assert config.size == 3


def test_nested_keys_of_payloads_are_fields_and_vectors_have_their_dimension(tmp_path: Path) -> None:
    nested = {"metadata": {"doc_id": "a", "page": 3, "acl": ["eng"]}, "page_content": "x"}
    folder_of(tmp_path, chunks=[Chunk(1, nested), Chunk(2, {"metadata": {"page": None}})])

    facts = structure(tmp_path)

    assert {".".join(fact.name.field): fact.type for fact in facts if isinstance(fact, FieldFact)} == {
        "chunk_id": "VARCHAR",
        "metadata.acl": "JSON",
        "metadata.doc_id": "VARCHAR",
        "metadata.page": "BIGINT",
        "page_content": "VARCHAR",
        "text": "VARCHAR",
        "vector": "vector(3)",
    }
    assert [fact.rows_estimate for fact in facts if isinstance(fact, DatasetFact)] == [2]


class Evil:
    """Runs code when it is unpickled by who trusts it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (self.path,)


def test_a_point_that_would_run_code_is_not_read(tmp_path: Path) -> None:
    folder_of(tmp_path / "index", chunks=chunks_of(["a 2 2026-11-20"]))
    with sqlite3.connect(tmp_path / "index" / "collection" / "chunks" / "storage.sqlite") as connection:
        connection.execute("INSERT INTO points VALUES ('x', ?)", (pickle.dumps(Evil(tmp_path / "pwned")),))
    connection.close()

    facts = structure(tmp_path / "index")

    assert not (tmp_path / "pwned").exists()
    assert [fact.complete_catalogue for fact in facts if isinstance(fact, SystemFact)] == [False]
    assert any(isinstance(fact, UnseenFact) and "another version" in fact.reason for fact in facts)


@pytest.mark.parametrize(("rows", "rule"), CASES)
def test_chunks_are_held_against_their_documents(tmp_path: Path, rows: tuple[str, ...], rule: str | None) -> None:
    folder_of(tmp_path / "index", chunks=chunks_of(rows))

    report = audited(tmp_path, "qdrant", str(tmp_path / "index"))

    assert fired(report) == ({rule} if rule else set())
    assert report.failures == ()


def test_keys_with_an_index_are_fields_though_no_point_that_was_met_has_them(monkeypatch: pytest.MonkeyPatch) -> None:
    from qdrant_client import QdrantClient

    monkeypatch.setattr("connectors.qdrant._MET", 1)
    client = QdrantClient(":memory:")
    write(client, "chunks", [Chunk(1, {"doc_id": "a"}), Chunk(2, {"doc_id": "b", "metadata": {"acl": ["eng"]}})])
    indexed = {
        "metadata.acl[]": "keyword",
        "priority": "integer",
        "doc_id": "keyword",
        f"{MARKER}@x.example": "keyword",
    }

    with served(client, indexed=indexed) as url:
        facts = read("qdrant", {"url": url}, [Structure({CHUNKS: "chunks"})])

    types = {".".join(fact.name.field): fact.type for fact in facts if isinstance(fact, FieldFact)}
    assert types | {"metadata.acl": "VARCHAR", "priority": "BIGINT", "doc_id": "VARCHAR"} == types
    [system] = [fact for fact in facts if isinstance(fact, SystemFact)]
    assert (system.version, system.complete_catalogue) == ("1.15.0", False)
    assert MARKER not in repr(facts)


@pytest.mark.parametrize(
    ("access", "proven", "read_whole"),
    [
        ([{"collection": "chunks", "access": "r"}], False, True),
        ([{"collection": "chunks", "access": "r", "payload": {"tenant": "a"}}], False, False),
    ],
)
def test_what_a_token_does_not_open_is_hidden_and_not_gone(
    access: list[Mapping[str, object]], proven: bool, read_whole: bool
) -> None:
    from qdrant_client import QdrantClient

    client, token = QdrantClient(":memory:"), token_of(*access)
    write(client, "chunks", chunks_of(["a 2 2026-11-20"]))
    with served(client, "key", tokens={token: ["chunks"]}) as url:
        settings = {"url": url, "api_key": token}
        facts = read("qdrant", settings, [Structure({CHUNKS: "chunks", CONTACTS: "contacts"})])
        profile = Profile(relation_of(facts, CHUNKS), None, (), (Measure(CHUNKS, MeasureKind.ROWS),))
        told = read("qdrant", settings, [profile])

    assert [fact.proven for fact in facts if isinstance(fact, AbsentFact)] == [proven]
    assert any("some collections only" in fact.reason for fact in facts if isinstance(fact, UnseenFact))
    assert bool([fact for fact in told if isinstance(fact, MeasureFact)]) == read_whole
    assert token not in repr(facts) + repr(told)
