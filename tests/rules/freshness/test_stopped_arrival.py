"""Arrival beside its own history, on real systems."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lineage.finding import Op
from lineage.model import Verdict
from lineage.report import Report
from lineage.testing import NOW, World, assumption, finding, verdict
from rules.freshness.stopped_arrival import RULE, arrivals, least
from tests.servers import PostgresDatabase

LEAF = "tickets.fresh"
PLAN = """
plan: v1
meta: {id: arrival, owner: owner@acme.example}
sources:
  desk:
    connector: {type: KIND, url: "${DESK_URL}"}
    datasets:
      tickets:
        reads: tickets
        fresh: {clock: at, zone: UTC, within: WITHIN}
        fields: {id: required, at: required}
steps: {draft: {reads: {desk.tickets: all}, to: prompt}}
rollout: [{stage: first}]
"""


def tickets(weeks: Mapping[int, int], kind: str = "TIMESTAMP") -> str:
    """Write a table with so many records in each week before now; 0 is the last one, -1 the next."""
    stamps = (
        NOW - timedelta(weeks=week, hours=number % 167 + 0.5)
        for week, count in weeks.items()
        for number in range(count)
    )
    rows = ", ".join(f"({number}, '{stamp:%Y-%m-%d %H:%M:%S}')" for number, stamp in enumerate(stamps))
    return f"CREATE TABLE tickets (id INTEGER PRIMARY KEY, at {kind}); INSERT INTO tickets VALUES {rows};"


def audited(folder: Path, weeks: Mapping[int, int], within: str = "1 day") -> Report:
    text = PLAN.replace("KIND", "sqlite").replace("WITHIN", within)
    return World(folder).sqlite("desk", tickets(weeks)).audit(text, rules=(RULE,))


STEADY = {1: 100, 2: 90, 3: 110, 4: 100, 5: 95, 6: 30}


@pytest.mark.parametrize("last", [0, 3, 44])
def test_arrival_that_fell_below_half_of_every_week_is_told(tmp_path: Path, last: int) -> None:
    found = finding(audited(tmp_path, {0: last, **STEADY}), RULE.id)

    assert found is not None
    assert found.judgement.actual.value == last
    assert "90 to 110 in each of the 5 before" in found.judgement.says
    assert [(one.op, one.target) for one in found.judgement.operations] == [(Op.HOLD_STAGE, "first")]


@pytest.mark.parametrize("last", [60, 100, 400])
def test_arrival_as_usual_is_held(tmp_path: Path, last: int) -> None:
    assert verdict(audited(tmp_path, {0: last, **STEADY}), LEAF) is Verdict.HELD


def test_records_of_the_future_do_not_stand_for_arrival(tmp_path: Path) -> None:
    assert verdict(audited(tmp_path, {-2: 400, 0: 3, **STEADY}), LEAF) is Verdict.BROKEN


@pytest.mark.parametrize("weeks", [{0: 50}, {0: 1, 1: 100, 2: 100, 3: 100}, {0: 0, 1: 9, 2: 9, 3: 9, 4: 9, 5: 9}])
def test_too_short_or_too_thin_a_history_is_no_answer(tmp_path: Path, weeks: Mapping[int, int]) -> None:
    line = assumption(audited(tmp_path, weeks), LEAF)

    assert line.verdict is Verdict.UNVERIFIED
    assert "insufficient history" in line.says
    assert line.settle


def test_what_is_purged_after_a_month_is_compared_with_what_is_left(tmp_path: Path) -> None:
    stopped, going = {0: 5, 1: 100, 2: 100, 3: 100, 4: 40}, {0: 90, 1: 100, 2: 100, 3: 100, 4: 40}
    for name in ("stopped", "going"):
        (tmp_path / name).mkdir()

    assert verdict(audited(tmp_path / "stopped", stopped), LEAF) is Verdict.BROKEN
    assert verdict(audited(tmp_path / "going", going), LEAF) is Verdict.HELD


@pytest.mark.postgresql
def test_a_server_answers_the_same(tmp_path: Path, postgres: PostgresDatabase) -> None:
    postgres.execute(tickets({0: 3, **STEADY}, "timestamptz"))
    text = PLAN.replace("KIND", "postgresql").replace("WITHIN", "1 day")

    report = World(tmp_path).url("desk", postgres.url()).audit(text, rules=(RULE,))

    assert verdict(report, LEAF) is Verdict.BROKEN


@given(st.lists(st.integers(0, 500), min_size=7, max_size=7))
def test_every_dated_record_falls_into_one_span(weeks: list[int]) -> None:
    older = [sum(weeks[week:]) for week in range(1, 7)]

    counts = arrivals(older, sum(weeks))

    assert counts == weeks[: len(counts)]
    assert all(count >= 0 for count in counts)
    assert 0 <= least(counts) <= min(counts)
