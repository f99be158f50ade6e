"""A retrieval index of a million chunks, held against the hundred thousand documents that it was made from.

The goal is residue and staleness in 60 s and 500 MB. Each store is read in a process of its own, so that its memory is
its own: the most that the process took, and what it had taken before a row was read.
"""

from __future__ import annotations

import json
import os
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lineage import registry
from lineage.facts import CompareFact, CostFact
from lineage.plan.model import Plan
from lineage.scan import Limits, scan
from lineage.testing import NOW, World

GONE, STALE = 1_234, 4_321
STORES = ("lancedb", "chroma")
RULES = ("retention/residue-in-copy", "freshness/stale-chunks")
_PLAN = """
plan: v1
meta: {{id: cost, owner: owner@acme.example}}
sources:
  kb:
    connector: {{type: sqlite, url: "${{KB_URL}}"}}
    datasets:
      papers:
        reads: papers
        key: id
        fresh: {{clock: changed_at, within: 90 days, zone: UTC}}
        fields: {{id: required}}
  index:
    connector: {{type: {kind}, path: "${{INDEX_URL}}"}}
    budget: {{seconds: 600}}
    datasets:
      chunks:
        reads: chunks
        key: chunk_id
        copy_of: [kb.papers]
        key_back: {{field: doc_id}}
        fresh: {{clock: embedded_at, within: 90 days, zone: UTC}}
        fields: {{chunk_id: required, doc_id: required, text: required}}
steps: {{retrieve: {{reads: {{kb.papers: all, index.chunks: all}}}}}}
"""


def run(*, small: bool) -> list[str]:
    """Measure each store."""
    chunks = 10_000 if small else 1_000_000
    return [_line(store, chunks) for store in STORES]


def _line(store: str, chunks: int) -> str:
    with tempfile.TemporaryDirectory() as folder:
        make = subprocess.run([sys.executable, "-m", __name__, "make", store, folder, str(chunks)], check=False)  # noqa: S603 - our own
        if make.returncode:
            return f"{store}: the index could not be made"
        done = subprocess.run(  # noqa: S603 - our own
            [sys.executable, "-m", __name__, "read", store, folder, str(chunks)],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            return f"{store}: failed: {done.stderr.strip().splitlines()[-1]}"
        told = json.loads(done.stdout.splitlines()[-1])
    return (
        f"{store}: {chunks:,} chunks, {chunks // 10:,} documents: {told['found']} in {told['seconds']:.1f} s "
        f"({told['busy']:.1f} s of the processor), {told['queries']} queries at the index, "
        f"{told['most']} MB at most ({told['before']} MB before)"
    )


def make(store: str, folder: Path, chunks: int) -> None:
    """Write documents and chunks; some chunks are of documents that are gone, some older than their document."""
    connection = sqlite3.connect(folder / "kb.db")
    connection.execute("create table papers (id text primary key, changed_at text)")
    rows = ((f"doc-{n}", "2026-11-01T00:00:00Z") for n in range(chunks // 10))
    connection.executemany("insert into papers values (?, ?)", rows)
    connection.commit()
    connection.close()
    _MAKERS[store](folder / "index", chunks)


def chunk(number: int, chunks: int) -> tuple[str, str, str, str]:
    """Give a chunk: id, document, when it was embedded, text."""
    gone, stale = GONE * chunks // 1_000_000, STALE * chunks // 1_000_000
    document = f"gone-{number}" if number < gone else f"doc-{number // 10}"
    at = "2026-10-01T00:00:00Z" if gone <= number < gone + stale else "2026-11-20T00:00:00Z"
    return f"chunk-{number}", document, at, "What the policy says of refunds. " * 10


def _batches(chunks: int, size: int = 50_000) -> Iterator[list[tuple[str, str, str, str]]]:
    for start in range(0, chunks, size):
        yield [chunk(number, chunks) for number in range(start, min(start + size, chunks))]


def _lancedb(folder: Path, chunks: int) -> None:
    import lancedb
    import numpy as np
    import pyarrow as pa

    table: Any = None
    for rows in _batches(chunks):
        columns = dict(
            zip(("chunk_id", "doc_id", "embedded_at", "text"), map(list, zip(*rows, strict=True)), strict=True)
        )
        flat = pa.array(np.random.default_rng(1).random(len(rows) * 32, dtype=np.float32))
        batch = pa.table({**columns, "vector": pa.FixedSizeListArray.from_arrays(flat, 32)})
        if table is None:
            table = lancedb.connect(folder).create_table("chunks", batch)
        else:
            table.add(batch)


def _chroma(folder: Path, chunks: int) -> None:
    """Have Chroma make an empty collection, and fill its tables as it does: a million vectors would take it an hour."""
    import chromadb
    from chromadb.config import Settings

    client = chromadb.PersistentClient(str(folder), settings=Settings(anonymized_telemetry=False))
    collection = client.create_collection("chunks", embedding_function=None)
    collection.add(
        ids=["first"],
        embeddings=[[0.1] * 8],
        documents=["x"],
        metadatas=[{"doc_id": "doc-0", "embedded_at": "2026-11-20T00:00:00Z"}],
    )
    connection = sqlite3.connect(folder / "chroma.sqlite3")
    [(segment,)] = connection.execute("select id from segments where scope = 'METADATA'")
    number = 1
    for rows in _batches(chunks):
        told = [(number + place, *row) for place, row in enumerate(rows, start=1)]
        number += len(rows)
        connection.executemany(
            "insert into embeddings (id, segment_id, embedding_id, seq_id) values (?, ?, ?, 1)",
            ((one[0], segment, one[1]) for one in told),
        )
        for key, place in (("doc_id", 2), ("embedded_at", 3), ("chroma:document", 4)):
            connection.executemany(
                "insert into embedding_metadata (id, key, string_value) values (?, ?, ?)",
                ((one[0], key, one[place]) for one in told),
            )
    connection.commit()
    connection.close()


_MAKERS = {"lancedb": _lancedb, "chroma": _chroma}


def _most() -> int:
    """Give the most memory of this process, in MB: `getrusage` counts whoever started it too, where that was larger."""
    [line] = [one for one in Path("/proc/self/status").read_text("ascii").splitlines() if one.startswith("VmHWM")]
    return int(line.split()[1]) // 1024


def read(store: str, folder: Path, chunks: int) -> dict[str, object]:
    """Scan the two, and give what was found and what it took."""
    rules = [rule for rule in registry.rules() if rule.id in RULES]
    world = World(folder, {"KB_URL": f"sqlite:///{folder / 'kb.db'}", "INDEX_URL": str(folder / "index")})
    plan: Plan = world.plan(_PLAN.format(kind=store))
    before = _most()
    started, busy = time.perf_counter(), sum(os.times()[:4])
    snapshot = scan(plan, rules, now=NOW, environ=world.environ, limits=Limits(), folder=folder)
    seconds, busy = time.perf_counter() - started, sum(os.times()[:4]) - busy
    counts = [fact.found for fact in snapshot.facts if isinstance(fact, CompareFact)]
    gone, stale = GONE * chunks // 1_000_000, STALE * chunks // 1_000_000
    assert sorted(counts) == sorted([gone, stale]), (counts, gone, stale)
    queries = sum(fact.queries for fact in snapshot.facts if isinstance(fact, CostFact) and fact.seen.source == "index")
    most = max(_most(), resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)
    found = f"{gone:,} gone and {stale:,} stale found"
    return {"found": found, "seconds": seconds, "busy": busy, "queries": queries, "most": most, "before": before}


if __name__ == "__main__":
    what, kind, place, size = sys.argv[1:]
    if what == "make":
        make(kind, Path(place), int(size))
    else:
        print(json.dumps(read(kind, Path(place), int(size))))
