"""An index in PostgreSQL with the extension pgvector, as a server really has it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from lineage import registry
from lineage.connector import Sample, Structure
from lineage.facts import Fact, FieldFact, LookFact, UnseenFact
from lineage.model import DatasetId, Verdict
from lineage.testing import World, assumption, finding, fired
from tests.connectors.conformance import MARKER, System, read, relation_of
from tests.connectors.test_postgresql_laws import TestPostgresql as PostgresqlLaws
from tests.servers import PostgresDatabase

CHUNKS = DatasetId("s.chunks")
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
    connector: {type: pgvector, url: "${INDEX_URL}"}
    datasets:
      chunks:
        reads: kb.chunks
        key: id
        copy_of: [kb.articles]
        key_back: {field: doc_id, version: doc_version}
        embedding: {model: e5-small, dimension: 3}
        fresh: {clock: embedded_at, within: 90 days}
        fields: {id: required, doc_id: required, text: required}
steps: {retrieve: {reads: {kb.articles: all, index.chunks: all}}}
"""
ARTICLES = """
create table articles (id text primary key, version text, changed_at text);
insert into articles values ('a', '2', '2026-11-01 00:00:00'), ('b', '1', '2026-11-01 00:00:00');
"""
RULES = (
    *("lineage/unsourced-chunk", "retention/residue-in-copy", "retention/untraceable-copy", "freshness/stale-chunks"),
    "switching/unrebuildable-index",
)


def index(database: PostgresDatabase, *rows: str, dimension: int = 3) -> str:
    database.execute(f"""
        CREATE EXTENSION vector; CREATE SCHEMA kb;
        CREATE TABLE kb.chunks (id int PRIMARY KEY, doc_id text, doc_version text, text text,
                                embedding vector({dimension}), embedded_at timestamptz);
        CREATE INDEX ON kb.chunks USING hnsw (embedding vector_cosine_ops)""")
    vector = "[" + ",".join(["0.5"] * dimension) + "]"
    for number, row in enumerate(rows):
        doc, version, at = row.split()
        database.execute(
            "INSERT INTO kb.chunks VALUES (%s, %s, nullif(%s, '-'), 'text', %s, %s::timestamptz)",
            (number, doc, version, vector, at),
        )
    auditor = database.role("auditor")
    database.execute(f"GRANT USAGE ON SCHEMA kb TO {auditor}; GRANT SELECT ON kb.chunks TO {auditor}")
    return database.url(auditor)


class TestPgvectorLaws(PostgresqlLaws):
    kind = "pgvector"

    def refused(self, system: System) -> Sequence[System]:  # noqa: ARG002 - the database's
        return [System({"url": self.database.url(self.database.role("late"), MARKER)}, secrets=(MARKER,))]

    def rightless(self, system: System) -> Sequence[System]:  # noqa: ARG002 - the database's
        return [System({"url": self.database.url(self.database.role("blind"))})]


def structure(url: str) -> list[Fact]:
    return read("pgvector", {"url": url}, [Structure({CHUNKS: "kb.chunks"})])


def test_the_dimension_stands_in_the_type_of_the_vector(postgres: PostgresDatabase) -> None:
    types = {fact.name.field[-1]: fact.type for fact in structure(index(postgres, dimension=384))
             if isinstance(fact, FieldFact) and fact.name.path[-1] == "chunks"}  # fmt: skip

    assert types["embedding"] == "public.vector(384)"
    assert list(types) == ["id", "doc_id", "doc_version", "text", "embedding", "embedded_at"]


def test_texts_are_looked_at_and_vectors_are_said_to_hold_none(postgres: PostgresDatabase) -> None:
    url = index(postgres, "a 2 2026-11-20")
    relation = relation_of(structure(url), CHUNKS)

    facts = read("pgvector", {"url": url}, [Sample(relation, None, None)])

    looked = {fact.name.field[-1] for fact in facts if isinstance(fact, LookFact)}
    unseen = {fact.name.field[-1] for fact in facts if isinstance(fact, UnseenFact) and fact.name is not None}
    assert "text" in looked
    assert unseen == {"embedding"}


@pytest.mark.parametrize(
    ("rows", "rule"),
    [
        (("a 2 2026-11-20", "b 1 2026-11-20"), None),
        (("a 2 2026-11-20", "b - 2026-11-20"), "lineage/unsourced-chunk"),
        (("a 2 2026-11-20", "gone 1 2026-11-20"), "retention/residue-in-copy"),
        (("a 1 2026-10-20", "b 1 2026-11-20"), "freshness/stale-chunks"),
    ],
)
def test_chunks_are_held_against_their_documents(
    tmp_path: Path, postgres: PostgresDatabase, rows: tuple[str, ...], rule: str | None
) -> None:
    world = World(tmp_path).sqlite("kb", ARTICLES).url("index", index(postgres, *rows))

    report = world.audit(PLAN, rules=[one for one in registry.rules() if one.id in RULES])

    assert fired(report) == ({rule} if rule else set())
    assert report.failures == ()


def test_a_dimension_that_is_not_the_index_s_is_found(tmp_path: Path, postgres: PostgresDatabase) -> None:
    world = World(tmp_path).sqlite("kb", ARTICLES).url("index", index(postgres, "a 2 2026-11-20", dimension=4))

    report = world.audit(PLAN, rules=[one for one in registry.rules() if one.id in RULES])

    found = finding(report, "switching/unrebuildable-index")
    assert found is not None
    assert (found.judgement.leaf.rpartition(".")[2], found.judgement.actual.value) == ("dimension", 4)
    assert assumption(report, "embedding.dimension").verdict is Verdict.BROKEN
