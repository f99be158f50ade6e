"""The plan's figures, against what arrives and against one another."""

from __future__ import annotations

from pathlib import Path

import pytest

from lineage.finding import Op
from lineage.model import Level, Verdict
from lineage.testing import assumption, verdict
from tests.rules.launch import DRAFT, PLAN, judged, says, told

VOLUME = "economics/unfounded-volume"
CONTEXT = "economics/context-over-budget"
LATENCY = "economics/missing-or-impossible-latency"
HEAVY = "economics/heavy-path-without-fallback"
ACCEPTED = 'acceptance: {latency: {metric: p95_seconds, ship: "<= 8"}}\n'
WITH_CLOCK = DRAFT.replace(
    "        key: id\n        fields:\n",
    "        key: id\n        fresh: {clock: opened, zone: UTC, within: 1 day}\n        fields:\n",
)


def tickets(count: int, opened: str = "2026-11-10 12:00:00", start: int = 1) -> str:
    return (
        f"insert into tickets with recursive n(i) as (select {start} union all select i + 1 from n "
        f"where i < {start + count - 1}) select i, 1, 'mail', 'hello', '{opened}' from n"
    )


@pytest.mark.parametrize(
    ("stated", "expected"),
    [(10, Verdict.HELD), (9, Verdict.HELD), (15, Verdict.HELD), (6, Verdict.BROKEN), (40, Verdict.BROKEN)],
)
def test_the_stated_volume_is_held_against_what_arrived(tmp_path: Path, stated: int, expected: Verdict) -> None:
    text = f"{WITH_CLOCK}economics: {{volume: {{per_day: {stated}, of: crm.tickets.opened}}}}\n"
    # What arrived before the four weeks, and what is dated ahead, does not count.
    rows = (tickets(280), tickets(900, "2026-10-01 12:00:00", 1000), tickets(900, "2027-10-01 12:00:00", 2000))

    report = judged(tmp_path, text, VOLUME, rows=rows)

    line = assumption(report, "economics.volume.per_day")
    assert (line.verdict, line.level) == (expected, Level.OBSERVED)
    assert line.says == f"280 records of crm.tickets arrived in 28 days, 10 a day; {stated} are stated"


def test_records_that_no_longer_arrive_contradict_the_volume(tmp_path: Path) -> None:
    text = f"{WITH_CLOCK}economics: {{volume: {{per_day: 10, of: crm.tickets.opened}}}}\n"

    [found] = told(judged(tmp_path, text, VOLUME, rows=(tickets(900, "2026-10-01 12:00:00"),)), VOLUME)

    assert [operation.op for operation in found.judgement.operations] == [Op.LIMIT_ROWS]


def test_few_records_are_too_few_to_contradict(tmp_path: Path) -> None:
    text = f"{WITH_CLOCK}economics: {{volume: {{per_day: 0.1, of: crm.tickets.opened}}}}\n"

    assert told(judged(tmp_path, text, VOLUME, rows=(tickets(5),)), VOLUME) == []


@pytest.mark.parametrize(
    "volume",
    ["{per_day: 10}", "{per_day: 10, of: tickets}", "{per_day: 10, of: crm.tickets.opened}"],
)
def test_a_volume_that_nobody_can_count_is_not_known(tmp_path: Path, volume: str) -> None:
    report = judged(tmp_path, f"{WITH_CLOCK}economics: {{volume: {volume}}}\n", VOLUME)

    assert verdict(report, "economics.volume.per_day") is Verdict.UNVERIFIED


def test_a_volume_that_is_not_stated_is_open_in_a_draft(tmp_path: Path) -> None:
    draft, later = judged(tmp_path, DRAFT, VOLUME), judged(tmp_path, PLAN, VOLUME)

    assert (told(draft, VOLUME), draft.open_questions) == ([], 1)
    assert says(later, VOLUME) == ["how many tasks a day are expected is not stated"]


def test_a_budget_beyond_the_models_window_is_a_contradiction(tmp_path: Path) -> None:
    text = DRAFT + "economics: {tokens: {input_p95: 9000}}\nmodel: {context: 8000}\n"

    [found] = told(judged(tmp_path, text, CONTEXT), CONTEXT)

    assert found.judgement.says == "the budget of 9,000 tokens is larger than the model's window of 8,000"
    assert [each.target for each in found.judgement.operations] == ["crm.tickets.body"]


def test_how_long_the_context_is_was_not_measured(tmp_path: Path) -> None:
    stated = judged(tmp_path, PLAN + "economics: {tokens: {input_p95: 6000}}\nmodel: {context: 8000}\n", CONTEXT)
    silent = judged(tmp_path, PLAN, CONTEXT)

    assert (told(stated, CONTEXT), verdict(stated, "economics.tokens.input_p95")) == ([], Verdict.UNVERIFIED)
    assert says(silent, CONTEXT) == ["no budget of tokens is stated for a task"]


@pytest.mark.parametrize(
    ("latency", "flaw"),
    [
        ("{fetch: 5 seconds, draft: 4 seconds}", "the way through fetch, draft takes 9 s, and 8 s are accepted"),
        ("{fetch: 1 minute}", "the way through fetch takes 60 s, and 8 s are accepted"),
        ("{fetch: soon}", "economics.latency.fetch is no length of time"),
        ("{fetch: 5 seconds, draft: 3}", ""),
    ],
)
def test_the_longest_way_through_the_steps_must_be_accepted(tmp_path: Path, latency: str, flaw: str) -> None:
    report = judged(tmp_path, f"{DRAFT}economics: {{latency: {latency}}}\n{ACCEPTED}", LATENCY)

    assert says(report, LATENCY) == ([flaw] if flaw else [])


def test_steps_beside_one_another_take_the_time_of_the_slower(tmp_path: Path) -> None:
    beside = DRAFT.replace("draft: {after: [fetch], ", "draft: {")

    report = judged(tmp_path, f"{beside}economics: {{latency: {{fetch: 5 s, draft: 6 s}}}}\n{ACCEPTED}", LATENCY)

    assert told(report, LATENCY) == []
    assert verdict(report, "economics.latency.draft") is Verdict.UNVERIFIED


def test_milliseconds_are_not_taken_for_seconds(tmp_path: Path) -> None:
    accepted = ACCEPTED.replace("p95_seconds", "p95_ms")

    report = judged(tmp_path, f"{DRAFT}economics: {{latency: {{fetch: 1 s}}}}\n{accepted}", LATENCY)

    assert says(report, LATENCY) == ["the way through fetch takes 1 s, and 0.008 s are accepted"]


def test_a_latency_that_is_not_stated_is_open_in_a_draft(tmp_path: Path) -> None:
    assert told(judged(tmp_path, DRAFT, LATENCY), LATENCY) == []
    assert len(told(judged(tmp_path, PLAN, LATENCY), LATENCY)) == 1


@pytest.mark.parametrize(
    ("heavy", "in_review", "in_a_draft"),
    [
        ("{long: {when: over 40}}", 1, 0),
        ("{long: {when: over 40, fallback: none}}", 1, 1),
        ("{long: {when: over 40, fallback: summarise}}", 0, 0),
        ("[long threads]", 1, 0),
    ],
)
def test_a_heavy_path_needs_a_fallback(tmp_path: Path, heavy: str, in_review: int, in_a_draft: int) -> None:
    said = f"economics: {{heavy: {heavy}}}\n"

    assert len(told(judged(tmp_path, PLAN + said, HEAVY), HEAVY)) == in_review
    assert len(told(judged(tmp_path, DRAFT + said, HEAVY), HEAVY)) == in_a_draft
