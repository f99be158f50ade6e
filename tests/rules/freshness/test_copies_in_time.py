"""Copies, chunks and derived datasets against the time of what they are made from."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from lineage.model import Verdict
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


def test_a_source_whose_clock_is_off_is_told() -> None:
    [told] = judged(SKEW, plan(), contacts(("EU", _now()), offset=600.0))

    assert told.verdict is Verdict.BROKEN
    assert told.actual.value == 600
    assert "ahead" in told.says


def test_clocks_that_agree_are_passed_over() -> None:
    assert judged(SKEW, plan(), contacts(("EU", _now()), offset=20.0)) == []


def _now() -> datetime:
    return NOW - timedelta(minutes=1)
