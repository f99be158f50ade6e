"""access/rights-blind-retrieval: what a low-right identity gets from an index and not from the source."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lineage import registry
from lineage.finding import Op
from lineage.model import Level, Verdict
from lineage.report import Report
from lineage.testing import World, assumption, finding
from tests.servers import PostgresDatabase, quoted

RULE = "access/rights-blind-retrieval"
RULES = [rule for rule in registry.rules() if rule.id == RULE]
PLAN = """\
plan: v1
meta: {{id: reply, status: in-review, owner: planner@acme.example}}
sources:
  knowledge:
    connector: {{type: postgresql, url: "${{KB_URL}}"}}
    identity: {low}
    datasets:
      articles: {{reads: kb.articles, key: id, fields: {{id: required, tenant: helpful, body: required}}}}
  index:
    connector: {{type: pgvector, url: "${{KB_URL}}"}}
    identity: {low}
    datasets:
      chunks:
        reads: kb.chunks
        key: id
        copy_of: [knowledge.articles]
        key_back: {{field: doc_id}}
        embedding: {{model: e5-small, dimension: 3}}
        {more}
        fields: {{id: required, doc_id: required, tenant: helpful, text: required}}
steps: {{retrieve: {{reads: {{knowledge.articles: all, index.chunks: all}}}}}}
"""
TABLES = """
CREATE EXTENSION vector; CREATE SCHEMA kb;
CREATE TABLE kb.articles (id text PRIMARY KEY, tenant text, body text);
CREATE TABLE kb.chunks (id int PRIMARY KEY, doc_id text, tenant text, text text, embedding vector(3));
INSERT INTO kb.articles VALUES ('a', 'acme', 'x'), ('b', 'other', 'x'), ('c', 'other', 'x');
INSERT INTO kb.chunks VALUES (1, 'a', 'acme', 'x', '[1,2,3]'), (2, 'b', 'other', 'x', '[1,2,3]'),
                             (3, 'c', 'other', 'x', '[1,2,3]');
GRANT USAGE ON SCHEMA kb TO {low}; GRANT SELECT ON kb.articles, kb.chunks TO {low};
"""
MATCH = """
CREATE FUNCTION kb.match(wanted vector) RETURNS TABLE (doc_id text, text text) LANGUAGE sql SECURITY {rights}
AS 'SELECT c.doc_id, c.text FROM kb.chunks c ORDER BY c.embedding <-> wanted LIMIT 5';
"""


def policy(table: str) -> str:
    return f"ALTER TABLE kb.{table} ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON kb.{table} USING (tenant = 'acme');"


def audit(folder: Path, database: PostgresDatabase, *statements: str, more: str = "", url: str = "") -> Report:
    low = database.role("low", "LOGIN")
    for statement in (TABLES.replace("{low}", quoted(low)), *statements):
        database.execute(statement)
    world = World(folder).url("kb", url or database.url())
    return world.audit(PLAN.format(low=low, more=more), rules=RULES)


@pytest.mark.postgresql
def test_chunks_of_rows_that_a_policy_hides_at_the_source_are_counted(
    tmp_path: Path, postgres: PostgresDatabase
) -> None:
    report = audit(tmp_path, postgres, policy("articles"))

    found = finding(report, RULE)
    assert found is not None
    assert (found.judgement.actual.value, found.judgement.actual.sample) == (2, 3)
    assert [operation.op for operation in found.judgement.operations] == [Op.DROP_SOURCE]
    assert found.judgement.level is Level.OBSERVED
    assert "acme" not in found.judgement.says


@pytest.mark.postgresql
def test_an_index_under_the_same_policy_is_held(tmp_path: Path, postgres: PostgresDatabase) -> None:
    report = audit(tmp_path, postgres, policy("articles"), policy("chunks"))

    assert finding(report, RULE) is None
    assert assumption(report, "chunks.copy_of").verdict is Verdict.HELD


@pytest.mark.postgresql
def test_a_filter_of_the_plan_counts_as_one(tmp_path: Path, postgres: PostgresDatabase) -> None:
    report = audit(tmp_path, postgres, policy("articles"), more="where: \"tenant = 'acme'\"")

    assert assumption(report, "chunks.copy_of").verdict is Verdict.HELD


@pytest.mark.postgresql
@pytest.mark.parametrize(("rights", "verdict"), [("DEFINER", Verdict.BROKEN), ("INVOKER", Verdict.HELD)])
def test_a_routine_of_its_owners_rights_goes_around_the_policy_of_the_index(
    tmp_path: Path, postgres: PostgresDatabase, rights: str, verdict: Verdict
) -> None:
    made = (policy("articles"), policy("chunks"), MATCH.replace("{rights}", rights))

    report = audit(tmp_path, postgres, *made, more="through: kb.match")

    assert assumption(report, "chunks.copy_of").verdict is verdict


@pytest.mark.postgresql
def test_an_auditor_that_may_not_read_as_the_identity_leaves_it_open(
    tmp_path: Path, postgres: PostgresDatabase
) -> None:
    auditor = postgres.role("auditor", "LOGIN")
    grants = (
        f"GRANT USAGE ON SCHEMA kb TO {quoted(auditor)}; GRANT SELECT ON ALL TABLES IN SCHEMA kb TO {quoted(auditor)}"
    )

    report = audit(tmp_path, postgres, policy("articles"), grants, url=postgres.url(auditor))

    told = assumption(report, "chunks.copy_of")
    assert told.verdict is Verdict.UNVERIFIED
    assert "may not become the identity" in told.says


@pytest.mark.postgresql
def test_a_source_that_hides_nothing_has_nothing_to_give_away(tmp_path: Path, postgres: PostgresDatabase) -> None:
    report = audit(tmp_path, postgres)

    assert assumption(report, "chunks.copy_of").verdict is Verdict.HELD


PAPERS = """\
plan: v1
meta: {id: reply, status: in-review, owner: planner@acme.example}
sources:
  knowledge:
    connector: {type: documents, path: "${FILES}"}
    datasets:
      papers: {reads: papers/, key: doc_id, fields: {doc_id: required, text: required}}
  index:
    connector: {type: files, path: "${FILES}"}
    datasets:
      chunks:
        reads: chunks.jsonl
        key: id
        copy_of: [knowledge.papers]
        key_back: {field: doc_id}
        embedding: {model: e5-small, dimension: 3}
        WHERE
        fields: {id: required, doc_id: required}
steps: {retrieve: {reads: {knowledge.papers: all, index.chunks: all}}}
"""


def papers(folder: Path, front: str, *chunks: dict[str, object], where: str = "") -> Report:
    world = World(folder).file("papers/a.md", f"---\ndoc_id: a\n{front}\n---\ntext\n")
    world.file(
        "chunks.jsonl", "".join(json.dumps({"id": n, "doc_id": "a", **one}) + "\n" for n, one in enumerate(chunks))
    )
    plan = PAPERS.replace(
        "WHERE\n        fields: {", f"{where}\n        fields: {{" + ("acl: helpful, " if where else "")
    )
    return world.audit(plan, rules=RULES)


def test_chunks_that_do_not_say_who_may_read_them_are_found(tmp_path: Path) -> None:
    found = finding(papers(tmp_path, "allowed_groups: [legal]", {"text": "x"}), RULE)

    assert found is not None
    assert "says by allowed_groups who may read it, and no chunk" in found.judgement.says


def test_chunks_some_of_which_do_not_say_it_are_counted(tmp_path: Path) -> None:
    found = finding(papers(tmp_path, "acl: [legal]", {"acl": "legal"}, {"acl": None}, {}), RULE)

    assert found is not None
    assert found.judgement.actual.value == 2


def test_a_key_that_nothing_filters_by_leaves_it_open(tmp_path: Path) -> None:
    report = papers(tmp_path, "acl: legal", {"acl": "legal"})

    assert finding(report, RULE) is None
    assert assumption(report, "chunks.copy_of").verdict is Verdict.UNVERIFIED


def test_a_search_that_is_filtered_by_the_key_is_held(tmp_path: Path) -> None:
    report = papers(tmp_path, "acl: legal", {"acl": "legal"}, where="where: \"acl = 'legal'\"")

    assert assumption(report, "chunks.copy_of").verdict is Verdict.HELD


def test_documents_that_say_nothing_of_readers_are_not_judged(tmp_path: Path) -> None:
    report = papers(tmp_path, "owner: legal", {"text": "x"})

    assert finding(report, RULE) is None
