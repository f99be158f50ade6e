"""Which edges are in force: a job's later extraction replaces its earlier one, and what people wrote stays."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from lineage.audit import evidence_of
from lineage.facts import EdgeFact, Seen
from lineage.graph import FieldNode, LineageGraph, add_edges
from lineage.model import Confidence, EdgeEvidence, Exposure, Name, SourceId, Transformation
from lineage.testing import World

PG = "postgres://dwh:5432"
PLAN = """
plan: v1
meta: {id: reply, status: approved, owner: pm@acme.example}
sources:
  old: {connector: {type: openlineage, path: "${FILES}/old.jsonl"}, datasets: {}}
  new:
    connector: {type: openlineage, path: "${FILES}/new.jsonl"}
    datasets:
      people: {reads: crm.people, fields: {nickname: helpful}}
      contacts: {reads: ai.contacts, fields: {email: {need: required, made_from: [new.people.nickname]}}}
steps: {draft: {reads: {new.contacts: all}, to: prompt}}
"""


def event(day: int, column: str, job: str = "load") -> str:
    flows = {"email": {"inputFields": [{"namespace": PG, "name": "app.crm.people", "field": column}]}}
    schema = {"fields": [{"name": "email"}, {"name": "nickname"}]}
    told = {
        "eventTime": f"2026-11-{day:02}T10:00:00Z",
        "job": {"namespace": "airflow", "name": job},
        "inputs": [{"namespace": PG, "name": "app.crm.people", "facets": {"schema": schema}}],
        "outputs": [
            {
                "namespace": PG,
                "name": "app.ai.contacts",
                "facets": {"columnLineage": {"fields": flows}, "schema": schema},
            }
        ],
    }
    return json.dumps(told) + "\n"


def sources(folder: Path, old: str, new: str) -> set[tuple[str, str]]:
    """Give what flows into the address, each with how it is known."""
    world = World(folder).file("old.jsonl", old).file("new.jsonl", new)
    facts = world.scan(PLAN, rules=[])
    ground = evidence_of(world.plan(PLAN), facts.facts, facts.taken_at).ground
    email = Name(PG, ("app", "ai", "contacts"), ("email",))
    return {(name.field[0], edge.by) for name, edge in ground.graph.sources(email)}


def test_a_later_extraction_replaces_a_jobs_edges_and_manual_ones_survive(tmp_path: Path) -> None:
    assert sources(tmp_path, event(1, "mail"), event(2, "email")) == {("email", "run event"), ("nickname", "manual")}


def test_an_earlier_extraction_that_is_read_later_replaces_nothing(tmp_path: Path) -> None:
    assert sources(tmp_path, event(3, "mail"), event(2, "email")) == {("mail", "run event"), ("nickname", "manual")}


def test_another_job_replaces_nothing(tmp_path: Path) -> None:
    told = sources(tmp_path, event(1, "mail", "backfill"), event(2, "email"))

    assert told == {("mail", "run event"), ("email", "run event"), ("nickname", "manual")}


def edge(source: str, evidence: EdgeEvidence, confidence: Confidence, days: int | None) -> EdgeFact:
    at = datetime(2026, 11, 1, tzinfo=UTC)
    seen = Seen(SourceId("s"), at, "test", "nobody")
    base, view = Name("x", ("base",)), Name("x", ("view",))
    told_at = None if days is None else at + timedelta(days=days)
    step = Transformation("DIRECT", "IDENTITY")
    return EdgeFact(seen, base.at(source), view.at("v"), step, Exposure.RAW, confidence, evidence, "job", told_at)


@pytest.mark.parametrize("guess", [Confidence.AMBIGUOUS, Confidence.STAR])
def test_a_guess_gives_way_where_a_run_told_the_field_and_a_sure_account_stays(guess: Confidence) -> None:
    told = edge("told", EdgeEvidence.OPENLINEAGE, Confidence.EXACT, 1)
    sure = edge("sure", EdgeEvidence.VIEW, Confidence.EXACT, None)
    guessed = edge("guessed", EdgeEvidence.VIEW, guess, None)
    graph = LineageGraph()

    add_edges(graph, (guessed, told, sure))

    above = {node.name.field for node in graph.nodes if isinstance(node, FieldNode)} - {("v",)}
    assert above == {("told",), ("sure",)}


def test_a_newer_manifest_replaces_an_older_ones_edges_whatever_the_models_text() -> None:
    older = replace(edge("gone", EdgeEvidence.DBT, Confidence.EXACT, 1), job="first")
    newer = replace(edge("kept", EdgeEvidence.DBT, Confidence.EXACT, 2), job="second")
    graph = LineageGraph()

    add_edges(graph, (newer, older))

    assert {node.name.field for node in graph.nodes if isinstance(node, FieldNode)} == {("kept",), ("v",)}
