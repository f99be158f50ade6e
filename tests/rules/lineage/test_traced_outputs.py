"""Chunks say of which version they are; lineage/untraceable-output and lineage/unpinned-version are in test_traces."""

from __future__ import annotations

from pathlib import Path

import pytest

from lineage import registry
from lineage.finding import Op
from lineage.model import Verdict
from lineage.report import Report
from lineage.testing import World, finding, fired, verdict

PLAN = """\
plan: v1
meta: {id: reply, status: in-review, owner: planner@acme.example}
sources:
  kb:
    connector: {type: sqlite, url: "${KB_URL}"}
    datasets:
      articles: {reads: articles, key: id, fields: {id: required}}
      chunks:
        reads: chunks
        key: id
        copy_of: [kb.articles]
        key_back: {field: doc_id, version: doc_version}
        fields: {id: required, doc_id: required, text: required}
steps: {retrieve: {reads: {kb.chunks: all}}}
"""
CHUNKS = (
    "create table articles (id text primary key); create table chunks (id int primary key, doc_id text, {}text text);"
)
RULE = "lineage/unsourced-chunk"


def audited(folder: Path, version: str, *rows: str) -> Report:
    values = "".join(f"insert into chunks values ({number}, 'a', {row});" for number, row in enumerate(rows))
    world = World(folder).sqlite("kb", CHUNKS.format(version) + values)
    return world.audit(PLAN, rules=[rule for rule in registry.rules() if rule.id == RULE])


@pytest.mark.parametrize("version", ["doc_version text, ", "doc_version integer, "])
def test_chunks_that_all_say_their_version_hold(tmp_path: Path, version: str) -> None:
    report = audited(tmp_path, version, "'2', 'x'", "'3', 'y'")

    assert fired(report) == set()
    assert verdict(report, "key_back.version") is Verdict.HELD


@pytest.mark.parametrize("lost", ["null", "' '"])
def test_a_chunk_without_its_version_is_unsourced(tmp_path: Path, lost: str) -> None:
    found = finding(audited(tmp_path, "doc_version text, ", "'2', 'x'", f"{lost}, 'y'"), RULE)

    assert found is not None
    assert found.title.startswith("1 record of 2 ")
    assert [(each.op, each.target) for each in found.judgement.operations] == [(Op.LIMIT_ROWS, "kb.chunks")]


def test_an_index_without_the_field_is_unsourced(tmp_path: Path) -> None:
    assert fired(audited(tmp_path, "", "'x'")) == {RULE}


def test_an_empty_index_shows_nothing(tmp_path: Path) -> None:
    assert verdict(audited(tmp_path, "doc_version text, "), "key_back.version") is Verdict.UNVERIFIED
