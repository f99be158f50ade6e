"""Every method of masking at every kind of boundary: what works is silent, what does not is found, in real stores."""

from __future__ import annotations

import csv
import hashlib
import hmac
import io
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from lineage.report import Report
from lineage.testing import World
from tests.connectors.redis_servers import binary, emptied, running
from tests.servers import PostgresDatabase

FOUND_BY = {"privacy/ineffective-mask", "privacy/unmasked-at-boundary", "privacy/identifiers-in-free-text"}
BOUNDARIES = (
    *("view", "export", "prompt log", "trace", "index", "index of Chroma", "cache"),
    pytest.param("index in PostgreSQL", marks=pytest.mark.postgresql),
)
ROWS = range(120)


def keyed(value: str) -> str:
    return hmac.new(b"kept in the vault 7f1c", value.encode(), "sha256").hexdigest()


def shaped(value: str) -> str:
    """Put another digit in the place of each, under a key."""
    stream = hmac.digest(b"kept in the vault 7f1c", value.encode(), "sha512")
    return "".join(str(byte % 10) if sign.isdigit() else sign for sign, byte in zip(value, stream, strict=False))


@dataclass(frozen=True)
class Masked:
    """A method, raw values of a kind, a mask that works and one that does not."""

    kind: str
    raw: Callable[[int], str]
    works: Callable[[str], str]
    fails: Callable[[str], str]
    declared: str = ""


def email(number: int) -> str:
    return f"anna.{number}.brandt{number * 37 % 101}@corp.com"


def person(number: int) -> str:
    given, family = ("Anna", "Jonas", "Marie", "Paul", "Ida")[number % 5], ("Brandt", "Silva", "Novak")[number % 3]
    return f"{given} {family}{'bcdfg'[number // 15 % 5]}{'aeiou'[number // 3 % 5]}n"


METHODS = {
    "drop": Masked("email", email, lambda _: "", str),
    "redact": Masked("email", email, lambda _: "***", lambda v: v.upper()),
    "partial": Masked("email", email, lambda v: f"{v[0]}***@{v.partition('@')[2]}", lambda v: f"{v[:6]}*{v[7:]}"),
    "hash": Masked("email", email, keyed, lambda v: hashlib.md5(v.encode(), usedforsecurity=False).hexdigest()),
    "hmac": Masked("email", email, keyed, lambda v: hashlib.sha256(v.encode()).hexdigest()),
    "tokenise": Masked("email", email, lambda v: f"tok_{keyed(v)[:20]}", lambda v: f"tok_{v.encode().hex()}"),
    "format_preserving": Masked(
        "card", lambda n: f"4{10**14 + n * 7_104_729_113:015}", lambda v: f"4{shaped(v[1:])}", lambda v: v[::-1]
    ),
    "generalise": Masked("birth_date", lambda n: f"{1950 + n % 50}-0{n % 9 + 1}-1{n % 7}", lambda v: v[:4], str),
    "first_name": Masked("person", person, lambda v: v.split()[0], lambda v: ", ".join(reversed(v.split()))),
    "entities": Masked(
        "free_text",
        lambda n: f"I wrote to {email(n)} and nobody answered me, case {n % 7}",
        lambda v: f"I wrote to [EMAIL] and nobody answered me, case {v.rsplit(' ', 1)[1]}",
        str,
        "{to: entities, of: [email]}",
    ),
}


def plan_of(boundary: str) -> str:
    """Give a plan that declares each method twice: for a column whose mask works, and for one whose does not."""
    raw = "\n".join(
        f"          {name}_{how}: {{need: none, sensitive: {each.kind}}}"
        for name, each in METHODS.items()
        for how in ("works", "fails")
    )
    masked = "\n".join(
        f"          {name}_{how}: {{need: helpful, sensitive: {each.kind}, mask: {each.declared or name}}}"
        for name, each in METHODS.items()
        for how in ("works", "fails")
    )
    # What is dropped is not read: a step that reads it all the same has lost that mask.
    read = ", ".join(f"{name}_{how}" for name in METHODS for how in ("works", "fails") if name + how != "dropworks")
    connector, reads = {
        "view": ('{type: sqlite, url: "${VIEW_URL}"}', "ai_contacts"),
        "export": ('{type: files, path: "${FILES}"}', "contacts.csv"),
        "prompt log": ('{type: files, path: "${FILES}"}', "prompts.jsonl"),
        "trace": ('{type: otlp, path: "${TRACES_URL}"}', "spans"),
        "index": ('{type: lancedb, path: "${INDEX_URL}"}', "chunks"),
        "index of Chroma": ('{type: chroma, path: "${INDEX_URL}"}', "chunks"),
        "index in PostgreSQL": ('{type: pgvector, url: "${INDEX_URL}"}', "public.chunks"),
        "cache": ('{type: redis, url: "${CACHE_URL}"}', '"contact:*"'),
    }[boundary]
    return f"""
plan: v1
meta: {{id: reply, owner: pm@acme.example}}
sources:
  crm:
    connector: {{type: sqlite, url: "${{CRM_URL}}"}}
    datasets:
      contacts:
        reads: contacts
        key: id
        fields:
          id: required
{raw}
  edge:
    connector: {connector}
    datasets:
      contacts:
        reads: {reads}
        key: id
        copy_of: [crm.contacts]
        fields:
          id: required
{masked}
steps:
  draft: {{reads: {{edge.contacts: [{read}]}}, to: prompt}}
"""


def table(folder: Path, name: str, rows: list[dict[str, str]]) -> str:
    columns = list(rows[0])
    connection = sqlite3.connect(folder / f"{name}.db")
    try:
        connection.execute(f"create table contacts ({', '.join(columns)})")
        marks = ", ".join("?" * len(columns))
        connection.executemany(f"insert into contacts values ({marks})", [tuple(row.values()) for row in rows])
        # What a view makes one text of is not what its table holds.
        shown = ("'***' as redact_works" if column == "redact_works" else column for column in columns)
        connection.execute(f"create view ai_contacts as select {', '.join(shown)} from contacts")
        connection.commit()
    finally:
        connection.close()
    return f"sqlite:///{folder / f'{name}.db'}"


def traced(folder: Path, rows: list[dict[str, str]]) -> None:
    """Have OpenTelemetry's SDK write a span for each record."""
    from opentelemetry.exporter.otlp.json.file.trace_exporter import FileSpanExporter
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import SimpleSpanProcessor

    folder.mkdir(exist_ok=True)
    with (folder / "traces.jsonl").open("w", encoding="utf-8") as stream:
        provider = TracerProvider(shutdown_on_exit=False)
        provider.add_span_processor(SimpleSpanProcessor(FileSpanExporter(stream=stream)))
        for row in rows:
            with provider.get_tracer("tests").start_as_current_span("draft", attributes=row):
                pass
        provider.shutdown()


def indexed_by_lancedb(folder: Path, rows: list[dict[str, str]]) -> None:
    import lancedb
    import pyarrow as pa

    vectors = pa.array([[0.1, 0.2]] * len(rows), pa.list_(pa.float32(), 2))
    lancedb.connect(folder).create_table("chunks", pa.Table.from_pylist(rows).append_column("vector", vectors))


def indexed_by_chroma(folder: Path, rows: list[dict[str, str]]) -> None:
    import chromadb
    from chromadb.config import Settings

    client = chromadb.PersistentClient(str(folder), settings=Settings(anonymized_telemetry=False))
    client.create_collection("chunks", embedding_function=None).add(
        ids=[row["id"] for row in rows],
        embeddings=[[0.1, 0.2]] * len(rows),  # type: ignore[arg-type]  # lists of numbers are taken
        documents=[row["entities_works"] for row in rows],
        metadatas=[{name: value for name, value in row.items() if name != "id"} for row in rows],
    )


def indexed_by_postgresql(database: PostgresDatabase, rows: list[dict[str, str]]) -> str:
    columns = list(rows[0])
    database.execute(f"""
        CREATE EXTENSION vector;
        CREATE TABLE chunks ({", ".join(f"{name} text" for name in columns)}, embedding vector(2), PRIMARY KEY (id))
    """)
    marks = ", ".join(["%s"] * len(columns))
    for row in rows:
        database.execute(f"INSERT INTO chunks VALUES ({marks}, '[0.1,0.2]')", tuple(row.values()))
    return database.url()


def cached(port: int, rows: list[dict[str, str]]) -> str:
    client = emptied(port)
    for row in rows:
        client.hset(f"contact:{row['id']}", mapping=row)
    return f"redis://127.0.0.1:{port}/0"


def audited(folder: Path, boundary: str, request: pytest.FixtureRequest) -> Report:
    """Mask every column, write them to a store of the boundary's kind, and audit that."""
    raw: list[dict[str, str]] = []
    masked: list[dict[str, str]] = []
    for number in ROWS:
        raw.append({"id": f"{number}"})
        masked.append({"id": f"{number}"})
        for name, each in METHODS.items():
            value = each.raw(number)
            raw[-1] |= {f"{name}_works": value, f"{name}_fails": value}
            masked[-1] |= {f"{name}_works": each.works(value), f"{name}_fails": each.fails(value)}
    world = World(folder).url("crm", table(folder, "crm", raw))
    match boundary:
        case "view":
            world.url("view", table(folder, "view", masked))
        case "export":
            text = io.StringIO()
            csv.writer(text).writerows([masked[0].keys(), *(row.values() for row in masked)])
            world.file("contacts.csv", text.getvalue())
        case "prompt log":
            world.jsonl("prompts.jsonl", masked)
        case "trace":
            traced(folder / "traces", masked)
            world.url("traces", str(folder / "traces"))
        case "index":
            indexed_by_lancedb(folder / "index", masked)
            world.url("index", str(folder / "index"))
        case "index of Chroma":
            indexed_by_chroma(folder / "index", masked)
            world.url("index", str(folder / "index"))
        case "index in PostgreSQL":
            world.url("index", indexed_by_postgresql(request.getfixturevalue("postgres_of_module"), masked))
        case _:
            world.url("cache", cached(request.getfixturevalue("cache"), masked))
    return world.audit(plan_of(boundary))


@pytest.fixture(scope="module")
def cache() -> Iterator[int]:
    """A Valkey of this module."""
    program = binary("valkey")
    if program is None:
        pytest.skip("no valkey-server here")
    with running(program) as port:
        yield port


@pytest.fixture(scope="module", params=BOUNDARIES)
def found(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[str]]:
    """Give what was found of each field at a boundary."""
    report = audited(tmp_path_factory.mktemp("boundary"), request.param, request)
    told: dict[str, set[str]] = {}
    for each in report.findings:
        field = each.judgement.subject.field or ""
        if field.startswith("edge."):
            told.setdefault(field.rpartition(".")[2], set()).add(each.rule)
    return told


@pytest.mark.parametrize("method", METHODS)
def test_a_mask_that_does_not_work_is_found_at_every_boundary(found: dict[str, set[str]], method: str) -> None:
    assert found.get(f"{method}_fails", set()) & FOUND_BY


@pytest.mark.parametrize("method", METHODS)
def test_a_mask_that_works_is_silent_at_every_boundary(found: dict[str, set[str]], method: str) -> None:
    assert not found.get(f"{method}_works", set()) & FOUND_BY
