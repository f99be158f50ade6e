"""What is left in copies of what their source deleted, on real systems of different kinds."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import pytest
from pydantic import SecretStr

from connectors.sql import CONNECTOR as SQL
from connectors.sql import SqlSettings
from lineage.connector import Column, Relation, Stream
from lineage.context import Context
from lineage.facts import CompareFact, UnseenFact
from lineage.model import DatasetId, Name, SourceId, Verdict
from lineage.report import Report
from lineage.reports.snapshot import lines
from lineage.testing import NOW, World, assumption, finding, verdict
from rules.retention.residue_in_copy import RULE as RESIDUE
from rules.retention.untraceable_copy import RULE as UNTRACEABLE
from tests.servers import PostgresDatabase
from tests.servers_mariadb import MariadbSchemas

RULES = (RESIDUE, UNTRACEABLE)
GONE = "marker-gone-7f3a"


def plan(source: str, copy: str, *, back: str = "key_back: {field: doc_id}", where: str = "") -> str:
    return f"""
plan: v1
meta: {{id: copies, owner: owner@acme.example}}
sources:
  kb:
    connector: {source}
    datasets:
      articles: {{reads: articles, key: id, {where} fields: {{id: required, state: helpful}}}}
  index:
    connector: {copy}
    datasets:
      chunks:
        reads: {"chunks.jsonl" if "files" in copy else "chunks"}
        key: chunk
        copy_of: [kb.articles]
        {back}
        fresh: {{clock: embedded_at, within: 900 days, zone: UTC}}
        fields: {{chunk: required, doc_id: required}}
steps: {{retrieve: {{reads: {{kb.articles: all, index.chunks: all}}, to: prompt}}}}
rollout: [{{stage: first}}]
"""


SQLITE_KB = '{type: sqlite, url: "${KB_URL}"}'
SQLITE_INDEX = '{type: sqlite, url: "${INDEX_URL}"}'
ARTICLES = "CREATE TABLE articles (id VARCHAR(40) PRIMARY KEY, state VARCHAR(10));"
CHUNKS = "CREATE TABLE chunks (chunk INTEGER PRIMARY KEY, doc_id VARCHAR(40), embedded_at TIMESTAMP);"


def articles(*ids: str) -> str:
    return ARTICLES + "".join(f"INSERT INTO articles VALUES ('{one}', 'live');" for one in ids)


def chunks(*ids: str | None) -> str:
    values = (("NULL" if one is None else f"'{one}'") for one in ids)
    rows = (
        f"INSERT INTO chunks VALUES ({number}, {one}, '2026-11-2{number} 10:00:00');"
        for number, one in enumerate(values)
    )
    return CHUNKS + "".join(rows)


def world(folder: Path, source: str, copy: str) -> World:
    return World(folder).sqlite("kb", source).sqlite("index", copy)


def residue(report: Report) -> object:
    found = finding(report, RESIDUE.id)
    return found.judgement.actual.value if found else assumption(report, "chunks.copy_of").says


def test_what_the_source_deleted_and_the_copy_keeps_is_counted(tmp_path: Path) -> None:
    there = world(tmp_path, articles("a", "b"), chunks("a", "a", GONE))

    report = there.audit(plan(SQLITE_KB, SQLITE_INDEX), rules=RULES)

    assert residue(report) == 1
    found = finding(report, RESIDUE.id)
    assert found is not None
    assert "15" in found.judgement.says or "old" in found.judgement.says
    assert report.decision.value == "hold"


def test_a_copy_that_follows_its_source_ships(tmp_path: Path) -> None:
    there = world(tmp_path, articles("a", "b"), chunks("a", "b"))

    report = there.audit(plan(SQLITE_KB, SQLITE_INDEX), rules=RULES)

    assert verdict(report, "chunks.copy_of") is Verdict.HELD
    assert verdict(report, "chunks.key_back.field") is Verdict.HELD
    assert report.decision.value == "ship"


def test_a_record_that_the_source_does_not_launch_is_not_gone(tmp_path: Path) -> None:
    there = world(tmp_path, articles("a", "b"), chunks("a", "b"))
    there.audit(plan(SQLITE_KB, SQLITE_INDEX), rules=RULES)

    report = there.audit(plan(SQLITE_KB, SQLITE_INDEX, where="where: \"state = 'other'\","), rules=RULES)

    assert verdict(report, "chunks.copy_of") is Verdict.HELD


def test_no_key_is_told(tmp_path: Path) -> None:
    there = world(tmp_path, articles("a", "marker-there-1c9d"), chunks("a", GONE, "marker-there-1c9d"))

    snapshot = there.scan(plan(SQLITE_KB, SQLITE_INDEX), rules=RULES)

    assert [fact.found for fact in snapshot.facts if isinstance(fact, CompareFact)] == [1]
    assert "marker" not in "".join(lines(snapshot))


def test_the_copy_is_a_file_and_the_source_a_database(tmp_path: Path) -> None:
    there = World(tmp_path).sqlite("kb", articles("1", "2"))
    there.jsonl(
        "chunks.jsonl",
        [{"chunk": number, "doc_id": number, "embedded_at": "2026-11-20T10:00:00Z"} for number in (1, 2, 3)],
    )

    report = there.audit(plan(SQLITE_KB, '{type: files, path: "${FILES}"}'), rules=RULES)

    assert residue(report) == 1


@pytest.mark.postgresql
def test_the_copy_is_in_mariadb_and_the_source_in_postgresql(
    tmp_path: Path, postgres: PostgresDatabase, mariadb: MariadbSchemas
) -> None:
    schema = mariadb.schema("index")
    auditor = mariadb.account("auditor")
    mariadb.execute(f"USE `{schema}`", *chunks("a", GONE, "b").rstrip(";").split(";"))
    mariadb.execute(f"GRANT SELECT ON `{schema}`.* TO '{auditor}'@'%'")
    postgres.execute(articles("a", "b"))
    there = World(tmp_path).url("kb", postgres.url()).url("index", mariadb.url(auditor, schema))

    report = there.audit(
        plan('{type: postgresql, url: "${KB_URL}"}', '{type: mysql, url: "${INDEX_URL}"}'), rules=RULES
    )

    assert residue(report) == 1


@pytest.mark.postgresql
def test_rows_that_a_policy_hides_are_not_gone(tmp_path: Path, postgres: PostgresDatabase) -> None:
    role = postgres.role("auditor")
    postgres.execute(
        articles("a", "b") + "ALTER TABLE articles ENABLE ROW LEVEL SECURITY;"
        f"CREATE POLICY p ON articles USING (id = 'a'); GRANT SELECT ON articles TO {role}"
    )
    there = World(tmp_path).url("kb", postgres.url(role)).sqlite("index", chunks("a", "b"))

    report = there.audit(plan('{type: postgresql, url: "${KB_URL}"}', SQLITE_INDEX), rules=RULES)

    assert verdict(report, "chunks.copy_of") is Verdict.UNVERIFIED


def test_a_source_that_is_not_there_leaves_the_question_open(tmp_path: Path) -> None:
    there = World(tmp_path).sqlite("index", chunks("a")).url("kb", f"sqlite:///{tmp_path}/none.db")

    report = there.audit(plan(SQLITE_KB, SQLITE_INDEX), rules=RULES)

    assert verdict(report, "chunks.copy_of") is Verdict.UNVERIFIED
    assert report.incomplete


def test_too_many_rows_are_not_read(tmp_path: Path) -> None:
    there = world(tmp_path, articles("a", "b"), chunks("a", "b"))
    small = plan(SQLITE_KB, SQLITE_INDEX).replace(
        "    datasets:\n      articles", "    budget: {rows: 1}\n    datasets:\n      articles"
    )

    snapshot = there.scan(small, rules=RULES)

    assert not [fact for fact in snapshot.facts if isinstance(fact, CompareFact)]
    assert any("budget" in fact.reason for fact in snapshot.facts if isinstance(fact, UnseenFact))


def test_a_copy_without_a_way_back_leaves_the_launch(tmp_path: Path) -> None:
    there = world(tmp_path, articles("a"), chunks("a"))

    report = there.audit(plan(SQLITE_KB, SQLITE_INDEX, back=""), rules=RULES)

    found = finding(report, UNTRACEABLE.id)
    assert found is not None
    assert "index" not in report.scope.launchable.sources


def test_chunks_without_a_key_are_counted(tmp_path: Path) -> None:
    there = world(tmp_path, articles("a"), chunks("a", None, None))

    report = there.audit(plan(SQLITE_KB, SQLITE_INDEX), rules=RULES)

    found = finding(report, UNTRACEABLE.id)
    assert found is not None
    assert found.judgement.actual.value == 2


def test_chunks_without_a_key_may_be_of_what_is_gone(tmp_path: Path) -> None:
    """A key of white space is none either."""
    there = world(tmp_path, articles("a"), chunks("a", None, " "))

    report = there.audit(plan(SQLITE_KB, SQLITE_INDEX), rules=RULES)

    assert verdict(report, "chunks.copy_of") is Verdict.UNVERIFIED
    assert "2 records of 3" in assumption(report, "chunks.copy_of").says
    found = finding(report, UNTRACEABLE.id)
    assert found is not None
    assert found.judgement.actual.value == 2


def test_keys_that_are_written_otherwise_are_told_to_be_so(tmp_path: Path) -> None:
    there = world(tmp_path, articles("a", "b"), chunks("kb/a", "kb/b"))

    found = finding(there.audit(plan(SQLITE_KB, SQLITE_INDEX), rules=RULES), RESIDUE.id)

    assert found is not None
    assert found.judgement.says.startswith(
        "2 records of 2 in index.chunks are of keys that kb.articles lacks, and none"
    )


DOCUMENTS_KB = '{type: documents, path: "${FILES}"}'


def shelf(folder: Path, *ids: str, broken: bool = False) -> World:
    there = World(folder).sqlite("index", chunks("a", "b"))
    for one in ids:
        there.file(f"articles/{one}.md", f"---\nid: {one}\n---\nHow to export what you have.\n")
    if broken:
        there.file("articles/broken.md", "---\nid: [\n---\n")
    return there


def test_what_documents_no_longer_have_is_counted_in_the_index(tmp_path: Path) -> None:
    text = (
        plan(DOCUMENTS_KB, SQLITE_INDEX).replace("reads: articles,", "reads: articles/,").replace("state: helpful", "")
    )
    for name in ("gone", "whole", "unreadable"):
        (tmp_path / name).mkdir()

    gone = shelf(tmp_path / "gone", "a").audit(text, rules=RULES)
    whole = shelf(tmp_path / "whole", "a", "b").audit(text, rules=RULES)
    unreadable = shelf(tmp_path / "unreadable", "a", broken=True).audit(text, rules=RULES)

    assert residue(gone) == 1
    assert verdict(whole, "chunks.copy_of") is Verdict.HELD
    assert verdict(unreadable, "chunks.copy_of") is Verdict.UNVERIFIED
    assert "1 of 2 documents" in assumption(unreadable, "chunks.copy_of").says


class Batches:
    """Takes rows and keeps only how many came at a time."""

    def __init__(self) -> None:
        self.sizes: list[int] = []
        self.ended = False

    def __call__(self, rows: Sequence[Sequence[object]]) -> None:
        self.sizes.append(len(rows))

    def end(self) -> None:
        self.ended = True


def test_any_database_is_streamed_batch_by_batch(tmp_path: Path) -> None:
    numbers = (
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50000) SELECT 'k' || i, '' FROM n"
    )
    url = World(tmp_path).sqlite("kb", f"{ARTICLES} INSERT INTO articles {numbers};").environ["KB_URL"]
    dataset = DatasetId("kb.articles")
    name = Name(
        f"sqlite://{hashlib.sha256(url.removeprefix('sqlite:///').encode()).hexdigest()[:12]}", ("main", "articles")
    )
    task = Stream(Relation(dataset, name, {"id": Column(("id",), "VARCHAR(40)")}), ("id",))
    sink = Batches()

    facts = list(SQL.read(SqlSettings(url=SecretStr(url)), [task], Context(SourceId("kb"), NOW, sink=sink)))

    assert [type(fact).__name__ for fact in facts] == ["CostFact"]
    assert sink.sizes == [20_000, 20_000, 10_000]
    assert sink.ended


@pytest.mark.postgresql
def test_any_database_is_compared_as_its_own_connector_compares_it(tmp_path: Path, postgres: PostgresDatabase) -> None:
    postgres.execute(articles("a", "b"))
    there = World(tmp_path).url("kb", postgres.url().replace("postgresql:", "postgresql+psycopg:"))
    there.sqlite("index", chunks("a", GONE))

    report = there.audit(plan('{type: sql, url: "${KB_URL}"}', SQLITE_INDEX), rules=RULES)

    assert residue(report) == 1


def test_the_copy_is_a_vector_index_and_the_source_a_duckdb_file(tmp_path: Path) -> None:
    import duckdb
    import lancedb

    with duckdb.connect(str(tmp_path / "kb.duckdb")) as connection:
        connection.execute(articles("a", "b"))
    records = [
        {"chunk": number, "doc_id": one, "embedded_at": f"2026-11-2{number}T10:00:00Z", "vector": [0.1, 0.2]}
        for number, one in enumerate(("a", "b", GONE, GONE))
    ]
    lancedb.connect(str(tmp_path / "index")).create_table("chunks", records)
    source = f'{{type: duckdb, url: "duckdb:///{tmp_path}/kb.duckdb"}}'

    report = World(tmp_path).audit(plan(source, f'{{type: lancedb, path: "{tmp_path}/index"}}'), rules=RULES)

    assert residue(report) == 2


def test_each_copy_of_a_chain_is_held_against_what_it_was_made_from(tmp_path: Path) -> None:
    digests = (
        "CREATE TABLE digests (chunk_id INTEGER, said TEXT); INSERT INTO digests VALUES (0, 'x'), (1, 'y'), (7, 'z');"
    )
    there = world(tmp_path, articles("a", "b"), chunks("a", "b") + digests)
    further = "digests: {reads: digests, copy_of: [index.chunks], key_back: {field: chunk_id},"
    text = plan(SQLITE_KB, SQLITE_INDEX).replace(
        "steps:", f"      {further} fields: {{chunk_id: required, said: helpful}}}}\nsteps:"
    )

    report = there.audit(text, rules=RULES)

    assert verdict(report, "chunks.copy_of") is Verdict.HELD
    assert verdict(report, "digests.copy_of") is Verdict.BROKEN
    assert "1 record of 3 in index.digests" in assumption(report, "digests.copy_of").says
