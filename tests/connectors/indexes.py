"""What the tests of retrieval indexes share: the same chunks in each store, and what is to be found in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from lineage import registry
from lineage.report import Report
from lineage.testing import World
from tests.connectors.conformance import MARKER, ODD_COLUMNS, ROWS

Payload = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Chunk:
    """A chunk as a pipeline writes it."""

    id: int
    payload: Payload
    text: str = "text"
    vector: Sequence[float] = field(default=(0.1, 0.2, 0.3))


_KEYS = ("id", "region", "email", "at")
CONTACTS_CHUNKS = tuple(
    Chunk(row[0], {key: value for key, value in zip(_KEYS, row, strict=True) if value is not None}, f"{MARKER} text")
    for row in ROWS
)
ODD_CHUNKS = (Chunk(1, dict.fromkeys(ODD_COLUMNS, MARKER)), Chunk(2, {f"{MARKER}@x-example": MARKER}))
ARTICLES = """
create table articles (id text primary key, version text, changed_at text);
insert into articles values ('a', '2', '2026-11-01T00:00:00Z'), ('b', '1', '2026-11-01T00:00:00Z');
"""
PLAN = """\
plan: v1
meta: {id: reply, status: in-review, owner: planner@acme.example}
sources:
  kb:
    connector: {type: sqlite, url: "${KB_URL}"}
    datasets:
      articles:
        reads: articles
        key: id
        version: version
        fresh: {clock: changed_at, within: 90 days, zone: UTC}
        fields: {id: required, version: required}
  index:
    connector: {type: KIND, PLACE: "${INDEX_URL}"}
    datasets:
      chunks:
        reads: chunks
        key: chunk_id
        copy_of: [kb.articles]
        key_back: {field: doc_id, version: doc_version}
        embedding: {model: e5-small, dimension: 3}
        fresh: {clock: embedded_at, within: 90 days, zone: UTC}
        fields: {chunk_id: required, doc_id: required, text: required}
steps: {retrieve: {reads: {kb.articles: all, index.chunks: all}}}
"""
RULES = (
    *("lineage/unsourced-chunk", "retention/residue-in-copy", "retention/untraceable-copy", "freshness/stale-chunks"),
    *("switching/unrebuildable-index", "source/missing-field"),
)
CASES: tuple[tuple[tuple[str, ...], str | None], ...] = (
    (("a 2 2026-11-20", "b 1 2026-11-20"), None),
    (("a 2 2026-11-20", "b - 2026-11-20"), "lineage/unsourced-chunk"),
    (("a 2 2026-11-20", "- 1 2026-11-20"), "retention/untraceable-copy"),
    (("a 2 2026-11-20", "gone 1 2026-11-20"), "retention/residue-in-copy"),
    (("a 1 2026-10-20", "b 1 2026-11-20"), "freshness/stale-chunks"),
)


def chunks_of(rows: Sequence[str]) -> tuple[Chunk, ...]:
    """Give chunks from words: document, version and day, `-` for what is not there."""
    found = []
    for number, row in enumerate(rows, start=1):
        doc, version, day = row.split()
        told = {"doc_id": doc, "doc_version": version, "embedded_at": f"{day}T00:00:00Z"}
        found.append(Chunk(number, {key: value for key, value in told.items() if value != "-"}))
    return tuple(found)


def audited(folder: Path, kind: str, place: str, where: str = "path", plan: str = PLAN) -> Report:
    """Audit an index beside the articles that it is made of."""
    world = World(folder).sqlite("kb", ARTICLES).url("index", place)
    text = plan.replace("KIND", kind).replace("PLACE", where)
    return world.audit(text, rules=[one for one in registry.rules() if one.id in RULES])
