"""What is kept to be used again, and by what right."""

from __future__ import annotations

from pathlib import Path

import pytest

from lineage.finding import Op
from lineage.model import Verdict
from lineage.report import Report
from lineage.testing import World, finding, verdict
from rules.retention.reuse_without_right import RULE
from tests.servers import PostgresDatabase

PLAN = """
plan: v1
meta: {id: reuse, owner: owner@acme.example, status: in-review}
sources:
  desk:
    connector: {type: KIND, url: "${DESK_URL}"}
    datasets: {notes: {reads: READS, fields: {id: required, body: required}}}
steps: {draft: {reads: {desk.notes: all}, to: prompt, writes: [reply]}}
outputs: {reply: {audience: [agent], channel: CHANNEL, owned_by: acme}}
stores: {STORES}
rollout: [{stage: first}]
"""
TABLES = (
    "CREATE TABLE notes (id INTEGER PRIMARY KEY, body TEXT); CREATE TABLE sent (id INTEGER PRIMARY KEY, body TEXT);"
    "CREATE VIEW shown AS SELECT id, body FROM sent;"
)


def audited(
    world: World, stores: str = "", channel: str = "mail", reads: str = "notes", kind: str = "sqlite"
) -> Report:
    text = PLAN.replace("KIND", kind).replace("READS", reads).replace("CHANNEL", channel).replace("STORES", stores)
    return world.audit(text, rules=(RULE,))


@pytest.mark.parametrize(
    ("store", "broken"),
    [
        ("evals: {at: 'langfuse-dataset:reply', content: masked}", True),
        ("fine_tuning: {content: raw}", True),
        ("kept: {at: 's3://acme/training-set'}", True),
        ("feedback: {right: TBD}", True),
        ("feedback: {right: 'none'}", True),
        ("evals: {at: 'langfuse-dataset:reply', right: 'contract 88, section 4'}", False),
        ("evals: {content: none}", False),
        ("evals: {keep: none}", False),
        ("traces: {at: 'langfuse:reply'}", False),
        ("prompts: {content: raw}", False),
    ],
)
def test_what_is_kept_to_be_used_again_needs_a_right(tmp_path: Path, store: str, broken: bool) -> None:
    found = finding(audited(World(tmp_path).sqlite("desk", TABLES), store), RULE.id)

    assert (found is not None) is broken
    if found is not None:
        assert [one.op for one in found.judgement.operations] == [Op.DROP_STORE]


def test_an_answer_that_comes_back_through_a_view_needs_a_right(tmp_path: Path) -> None:
    world = World(tmp_path).sqlite("desk", TABLES)

    found = finding(audited(world, channel="sent", reads="shown"), RULE.id)
    assert found is not None
    assert "reply, which comes back through desk.notes," in found.judgement.says
    assert finding(audited(world, channel="sent", reads="notes"), RULE.id) is None


def test_a_stated_right_is_held_as_asserted(tmp_path: Path) -> None:
    report = audited(World(tmp_path).sqlite("desk", TABLES), "evals: {right: 'consent, form 7'}")

    assert verdict(report, "evals.right") is Verdict.HELD


@pytest.mark.postgresql
def test_a_server_shows_the_same_way_back(tmp_path: Path, postgres: PostgresDatabase) -> None:
    postgres.execute(TABLES)
    world = World(tmp_path).url("desk", postgres.url())

    assert finding(audited(world, channel="sent", reads="shown", kind="postgresql"), RULE.id) is not None
