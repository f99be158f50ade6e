"""Copies, chunks and derived datasets against the time of what they are made from."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from lineage.facts import SystemFact
from lineage.model import Verdict
from lineage.report import Report
from lineage.testing import NOW, World, finding, verdict
from rules.freshness.clock_skew import RULE as SKEW
from rules.freshness.lagging_copy import RULE as LAGGING
from rules.freshness.slow_pipeline import RULE as SLOW
from rules.freshness.stale_chunks import RULE as CHUNKS
from rules.freshness.stale_source import RULE as STALE
from tests.rules.freshness.plans import contacts, plan
from tests.rules.in_memory import judged

RULES = (LAGGING, CHUNKS)


def hours(count: float) -> str:
    return (NOW - timedelta(hours=count)).strftime("%Y-%m-%d %H:%M:%S")


def world(folder: Path, articles: dict[str, float], chunks: list[tuple[str, float]]) -> World:
    """Make articles (key, hours since they were changed) and chunks of them (key, hours since they were made)."""
    kb = "CREATE TABLE articles (id TEXT PRIMARY KEY, changed_at TEXT);" + "".join(
        f"INSERT INTO articles VALUES ('{key}', '{hours(age)}');" for key, age in articles.items()
    )
    index = "CREATE TABLE chunks (n INTEGER PRIMARY KEY, doc_id TEXT, made_at TEXT);" + "".join(
        f"INSERT INTO chunks (doc_id, made_at) VALUES ('{key}', '{hours(age)}');" for key, age in chunks
    )
    return World(folder).sqlite("kb", kb).sqlite("index", index)


def copied(zone: str = "zone: UTC", within: str = "24 hours") -> str:
    return f"""
plan: v1
meta: {{id: copies, owner: owner@acme.example}}
sources:
  kb:
    connector: {{type: sqlite, url: "${{KB_URL}}"}}
    datasets:
      articles:
        reads: articles
        key: id
        fresh: {{clock: changed_at, within: 90 days, {zone}}}
        fields: {{id: required}}
  index:
    connector: {{type: sqlite, url: "${{INDEX_URL}}"}}
    datasets:
      chunks:
        reads: chunks
        copy_of: [kb.articles]
        key_back: {{field: doc_id}}
        fresh: {{clock: made_at, within: {within}, {zone}}}
        fields: {{doc_id: required}}
steps: {{retrieve: {{reads: {{kb.articles: all, index.chunks: all}}, to: prompt}}}}
rollout: [{{stage: first}}]
"""


def test_a_copy_that_stopped_while_its_source_went_on_lags(tmp_path: Path) -> None:
    report = world(tmp_path, {"a": 2}, [("a", 50)]).audit(copied(), rules=RULES)

    found = finding(report, LAGGING.id)
    assert found is not None
    assert found.judgement.actual.value == 48 * 3600


def test_a_copy_made_after_the_last_change_does_not_lag_however_old(tmp_path: Path) -> None:
    report = world(tmp_path, {"a": 500}, [("a", 400)]).audit(copied(), rules=RULES)

    assert verdict(report, "chunks.copy_of") is Verdict.HELD


def test_without_a_zone_a_short_lag_is_undecided(tmp_path: Path) -> None:
    report = world(tmp_path, {"a": 2}, [("a", 30)]).audit(
        copied(zone="", within="24 hours").replace(", }", "}"), rules=RULES
    )

    assert verdict(report, "chunks.copy_of") is Verdict.UNVERIFIED


def test_chunks_of_changed_documents_are_counted(tmp_path: Path) -> None:
    report = world(tmp_path, {"a": 2, "b": 90}, [("a", 10), ("a", 1), ("b", 10), ("gone", 10)]).audit(
        copied(), rules=RULES
    )

    found = finding(report, CHUNKS.id)
    assert found is not None
    assert found.judgement.actual.value == 1
    assert {one.op.value for one in found.judgement.operations} == {"limit_rows"}


def test_chunks_made_after_the_change_ship(tmp_path: Path) -> None:
    report = world(tmp_path, {"a": 2, "b": 90}, [("a", 1), ("b", 10)]).audit(copied(), rules=RULES)

    assert finding(report, CHUNKS.id) is None
    assert report.decision.value == "ship"


def derived(upper: str, lower: str) -> str:
    return f"""
plan: v1
meta: {{id: derived, owner: owner@acme.example}}
sources:
  crm:
    connector: {{type: sqlite, url: "${{CRM_URL}}"}}
    datasets:
      people: {{reads: people, key: id, fresh: {{clock: at, within: {upper}, zone: UTC}}, fields: {{id: required}}}}
      gold: {{reads: gold, key: id, fresh: {{clock: seen_at, within: {lower}, zone: UTC}}, fields: {{id: required}}}}
steps: {{draft: {{reads: {{crm.people: all, crm.gold: all}}, to: prompt}}}}
rollout: [{{stage: first}}]
"""


def people(folder: Path) -> World:
    return World(folder).sqlite(
        "crm",
        "CREATE TABLE people (id INTEGER PRIMARY KEY, at TEXT);"
        f"INSERT INTO people VALUES (1, '{hours(1)}');"
        "CREATE VIEW gold AS SELECT id, at AS seen_at FROM people;",
    )


def test_a_view_cannot_be_fresher_than_its_table_is_promised_to_be(tmp_path: Path) -> None:
    report = people(tmp_path).audit(derived("1 day", "4 hours"), rules=(SLOW, STALE))

    found = finding(report, SLOW.id)
    assert found is not None
    assert found.judgement.actual.value == 86_400
    assert found.judgement.path


def test_a_view_that_needs_no_more_than_its_table_gives_holds(tmp_path: Path) -> None:
    report = people(tmp_path).audit(derived("4 hours", "1 day"), rules=(SLOW, STALE))

    assert finding(report, SLOW.id) is None
    assert verdict(report, "gold.fresh.within") is Verdict.HELD


PIPELINE = """
plan: v1
meta: {id: pipeline, owner: owner@acme.example}
sources:
  crm:
    connector: {type: KIND, url: "${CRM_URL}"}
    datasets:
      raw: {reads: raw, key: id, fresh: {clock: at, within: 4 hours, zone: UTC}, fields: {id: required}}
      staged: {reads: staged, key: id, fresh: {clock: LOADED, within: 6 hours, zone: UTC}, fields: {id: required}}
      gold: {reads: gold, key: id, fresh: {clock: seen_at, within: NEED, zone: UTC}, fields: {id: required}}
  runs: {connector: {type: openlineage, path: EVENTS, namespaces: {"crm": NAMESPACE}}, datasets: {}}
steps: {draft: {reads: {crm.raw: all, crm.staged: all, crm.gold: all}, to: prompt}}
rollout: [{stage: first}]
"""


def pipeline(request: pytest.FixtureRequest, folder: Path, kind: str, loaded: str, need: str) -> Report:
    """Audit records that a run stages, and a view of what it staged."""
    script = (
        "CREATE TABLE raw (id INTEGER PRIMARY KEY, at TIMESTAMP);"
        "CREATE TABLE staged (id INTEGER PRIMARY KEY, at TIMESTAMP, loaded_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP);"
        f"INSERT INTO raw VALUES (1, '{hours(1)}'); INSERT INTO staged VALUES (1, '{hours(1)}', '{hours(1)}');"
        "CREATE VIEW gold AS SELECT id, at AS seen_at FROM staged;"
    )
    world = World(folder)
    if kind == "sqlite":
        world.sqlite("crm", script)
        schema = "main"
    else:
        database = request.getfixturevalue("postgres")
        database.execute(script)
        world.url("crm", database.url())
        schema = f"{database.name}.public"
    plan = PIPELINE.replace("KIND", kind).replace("LOADED", loaded).replace("NEED", need)
    [system] = [
        fact
        for fact in world.scan(plan.replace("runs:", "none:").replace("EVENTS", "none").replace("NAMESPACE", "x")).facts
        if isinstance(fact, SystemFact) and fact.seen.source == "crm"
    ]
    flows = {"at": {"inputFields": [{"namespace": "crm", "name": f"{schema}.raw", "field": "at"}]}}
    output = {"namespace": "crm", "name": f"{schema}.staged", "facets": {"columnLineage": {"fields": flows}}}
    event = {
        "eventType": "COMPLETE",
        "eventTime": NOW.isoformat(),
        "job": {"namespace": "airflow", "name": "stage"},
        "inputs": [{"namespace": "crm", "name": f"{schema}.raw"}],
        "outputs": [output],
    }
    (folder / "events.jsonl").write_text(json.dumps(event), encoding="utf-8")
    told = plan.replace("EVENTS", str(folder / "events.jsonl")).replace("NAMESPACE", json.dumps(system.namespace))
    return world.audit(told, rules=(SLOW, STALE))


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def test_delays_add_up_on_the_way(request: pytest.FixtureRequest, tmp_path: Path, kind: str) -> None:
    found = finding(pipeline(request, tmp_path, kind, "loaded_at", "8 hours"), SLOW.id)

    assert found is not None
    assert found.judgement.subject.dataset == "crm.gold"
    assert found.judgement.actual.value == 10 * 3600
    assert "made from crm.raw through crm.staged, which may be 10 hours old" in found.judgement.says


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def test_a_need_as_long_as_all_delays_is_held(request: pytest.FixtureRequest, tmp_path: Path, kind: str) -> None:
    report = pipeline(request, tmp_path, kind, "loaded_at", "10 hours")

    assert finding(report, SLOW.id) is None
    assert verdict(report, "gold.fresh.within") is Verdict.HELD


def test_a_promise_by_the_event_itself_adds_nothing(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    report = pipeline(request, tmp_path, "sqlite", "at", "8 hours")

    assert finding(report, SLOW.id) is None


def test_a_source_whose_clock_is_off_is_told() -> None:
    [told] = judged(SKEW, plan(), contacts(("EU", _now()), offset=600.0))

    assert told.verdict is Verdict.BROKEN
    assert told.actual.value == 600
    assert "ahead" in told.says


def test_clocks_that_agree_are_passed_over() -> None:
    assert judged(SKEW, plan(), contacts(("EU", _now()), offset=20.0)) == []


def _now() -> datetime:
    return NOW - timedelta(minutes=1)
