"""The stated volume and its factor beside the records of four weeks, on real systems."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from lineage.facts import MeasureFact
from lineage.model import Verdict
from lineage.report import Report
from lineage.testing import NOW, World, assumption, verdict
from rules.source.unexpected_volume import RULE
from tests.servers import PostgresDatabase

PLAN = """
plan: v1
meta: {id: volume, owner: owner@acme.example}
sources:
  desk:
    connector: {type: KIND, url: "${DESK_URL}"}
    datasets:
      tickets:
        reads: tickets
        fresh: {clock: at, zone: UTC, within: 900 days}
        fields: {id: required, at: required}
steps: {draft: {reads: {desk.tickets: all}, to: prompt}}
rollout: [{stage: first}]
economics: {volume: {per_day: 20, peak_factor: 3, of: OF}}
"""
TABLE = "CREATE TABLE tickets (id INTEGER PRIMARY KEY, at TIMESTAMP);"


def script(a_day: Callable[[int], int]) -> str:
    """Give a table with so many records on each of the days before now, the last one first."""
    rows = [NOW - timedelta(days=day, hours=6, seconds=one) for day in range(28) for one in range(a_day(day))]
    values = ", ".join(f"({number}, '{moment:%Y-%m-%d %H:%M:%S}')" for number, moment in enumerate(rows))
    return f"{TABLE} INSERT INTO tickets VALUES {values};"


def audited(folder: Path, a_day: Callable[[int], int], of: str = "desk.tickets.at") -> Report:
    world = World(folder).sqlite("desk", script(a_day))
    return world.audit(PLAN.replace("KIND", "sqlite").replace("OF", of), rules=(RULE,))


def test_a_volume_as_stated_is_held(tmp_path: Path) -> None:
    report = audited(tmp_path, lambda _day: 20)

    assert verdict(report, "volume.peak_factor") is Verdict.HELD


def test_a_day_beyond_the_stated_peak_is_told(tmp_path: Path) -> None:
    line = assumption(audited(tmp_path, lambda day: 140 if day == 9 else 15), "volume.peak_factor")

    assert line.verdict is Verdict.BROKEN
    assert "140 records on the busiest of 28 days" in line.says


def test_a_mean_day_below_what_is_stated_divided_by_the_factor_is_told(tmp_path: Path) -> None:
    report = audited(tmp_path, lambda day: day % 2)

    assert verdict(report, "volume.peak_factor") is Verdict.BROKEN


def test_a_busy_day_within_chance_of_the_peak_is_held(tmp_path: Path) -> None:
    report = audited(tmp_path, lambda day: 65 if day == 9 else 20)

    assert verdict(report, "volume.peak_factor") is Verdict.HELD


def test_without_a_clock_to_count_by_nobody_can_tell(tmp_path: Path) -> None:
    report = audited(tmp_path, lambda _day: 20, of="tasks")

    assert verdict(report, "volume.peak_factor") is Verdict.UNVERIFIED


def test_a_table_without_a_record_holds_nothing(tmp_path: Path) -> None:
    world = World(tmp_path).sqlite("desk", TABLE)
    report = world.audit(PLAN.replace("KIND", "sqlite").replace("OF", "desk.tickets.at"), rules=(RULE,))

    assert verdict(report, "volume.peak_factor") is Verdict.UNVERIFIED


@pytest.mark.postgresql
def test_a_server_counts_the_same_days(tmp_path: Path, postgres: PostgresDatabase) -> None:
    postgres.execute(script(lambda day: 140 if day == 9 else 15))
    text = PLAN.replace("KIND", "postgresql").replace("OF", "desk.tickets.at")

    report = World(tmp_path).url("desk", postgres.url()).audit(text, rules=(RULE,))

    assert assumption(report, "volume.peak_factor").actual.value == 140


@pytest.mark.postgresql
@pytest.mark.parametrize(("a_day", "told"), [(lambda day: 140 if day == 3 else 15, 140), (lambda _day: 15, 15)])
def test_of_a_large_table_the_last_days_and_the_weeks_before_are_counted(
    tmp_path: Path, postgres: PostgresDatabase, a_day: Callable[[int], int], told: int
) -> None:
    # What the server takes a table to hold decides, so that a small one can stand for a large one.
    postgres.execute(script(a_day))
    postgres.execute("UPDATE pg_class SET reltuples = 5000000 WHERE relname = 'tickets'")
    text = PLAN.replace("KIND", "postgresql").replace("OF", "desk.tickets.at")
    world = World(tmp_path).url("desk", postgres.url())

    line = assumption(world.audit(text, rules=(RULE,)), "volume.peak_factor")

    assert line.actual.value == told
    assert line.verdict is (Verdict.BROKEN if told > 60 else Verdict.HELD)
    facts = world.scan(text, rules=(RULE,)).facts
    asked = {fact.measure for fact in facts if isinstance(fact, MeasureFact) and fact.measure.startswith("older:")}
    assert len(asked) == 10


@pytest.mark.postgresql
def test_a_week_before_whose_mean_day_is_beyond_the_peak_is_told(tmp_path: Path, postgres: PostgresDatabase) -> None:
    postgres.execute(script(lambda day: 100 if 14 <= day < 21 else 15))
    postgres.execute("UPDATE pg_class SET reltuples = 5000000 WHERE relname = 'tickets'")
    text = PLAN.replace("KIND", "postgresql").replace("OF", "desk.tickets.at")

    line = assumption(World(tmp_path).url("desk", postgres.url()).audit(text, rules=(RULE,)), "volume.peak_factor")

    assert (line.verdict, line.actual.value) == (Verdict.BROKEN, 100)
