"""The newest record that the launch exposes, for every kind of clock."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lineage.finding import Op
from lineage.model import Level, Verdict
from rules.freshness.stale_segment import RULE as STALE_SEGMENT
from rules.freshness.stale_source import RULE
from rules.source.missing_records import RULE as MISSING_RECORDS
from tests.rules.freshness.plans import contacts, plan
from tests.rules.in_memory import NOW, Memory, ago, audited, findings, found, judged

BROKEN, HELD, UNVERIFIED = Verdict.BROKEN, Verdict.HELD, Verdict.UNVERIFIED
TODAY = NOW.date()
NAIVE, DATE = "timestamp without time zone", "date"


def day(days: int) -> date:
    return TODAY - timedelta(days=days)


def test_a_fresh_table_is_held_with_its_age() -> None:
    judgement = found(judged(RULE, plan(), contacts(("EU", ago(hours=3)), ("US", ago(days=90)))), "fresh.within")

    assert (judgement.verdict, judgement.level) == (HELD, Level.OBSERVED)
    assert judgement.says == "the newest record is 3 hours old by at; at most 1 day is needed"
    assert (judgement.actual.value, judgement.actual.unit, judgement.actual.sample) == (10_800, "seconds", 2)
    assert judgement.operations == ()


def test_a_stale_table_is_broken_and_holds_the_stages_that_need_it() -> None:
    judgement = found(judged(RULE, plan(), contacts(("EU", ago(days=90)))), "fresh.within")

    assert judgement.verdict is BROKEN
    assert judgement.says == "the newest record is 90 days old by at; at most 1 day is needed"
    assert [(operation.op, operation.target) for operation in judgement.operations] == [(Op.HOLD_STAGE, "all")]


def test_one_row_of_next_year_does_not_hide_a_dead_table() -> None:
    system = contacts(("EU", ago(days=90)), ("EU", NOW + timedelta(days=365)))

    judgement = found(judged(RULE, plan(), system), "fresh.within")

    assert judgement.verdict is BROKEN
    assert "90 days old" in judgement.says


@pytest.mark.parametrize(
    ("records", "says"),
    [
        ([], "there is no record at all"),
        ([("EU", None)], "none of 1 records is dated up to now"),
        ([("EU", NOW + timedelta(days=1)), ("EU", NOW + timedelta(days=2))], "none of 2 records is dated up to now"),
    ],
    ids=["empty", "no clock", "all future"],
)
def test_what_has_no_record_up_to_now_is_not_fresh(records: list[tuple[str, Any]], says: str) -> None:
    judgement = found(judged(RULE, plan(), contacts(*records)), "fresh.within")

    assert judgement.verdict is BROKEN
    assert judgement.says == f"no record can be fresh: {says}"


@pytest.mark.parametrize(
    ("kind", "newest", "within", "zone", "verdict"),
    [
        ("timestamptz", ago(hours=23), "1 day", None, HELD),
        ("timestamptz", ago(days=1), "1 day", None, HELD),
        ("timestamptz", ago(days=1, seconds=1), "1 day", None, BROKEN),
        ("timestamptz", NOW + timedelta(minutes=5), "1 day", None, HELD),
        ("timestamptz", NOW + timedelta(minutes=5, seconds=1), "1 day", None, BROKEN),
        ("timestamptz", ago(days=27), "1 month", None, HELD),
        ("timestamptz", ago(days=32), "1 month", None, BROKEN),
        ("bigint", ago(hours=1), "1 day", None, HELD),
        (NAIVE, ago(hours=1), "1 day", "UTC", HELD),
        (NAIVE, ago(hours=25), "1 day", "UTC", BROKEN),
        (NAIVE, ago(hours=1), "1 day", None, UNVERIFIED),
        (NAIVE, ago(hours=35), "1 day", None, UNVERIFIED),
        (NAIVE, ago(hours=37), "1 day", None, BROKEN),
        (NAIVE, NOW + timedelta(hours=13), "1 day", None, UNVERIFIED),
        (NAIVE, ago(hours=13), "3 days", None, HELD),
        (NAIVE, ago(hours=1), "3 days", None, UNVERIFIED),
        (NAIVE, ago(hours=13), "1 month", None, HELD),
        (NAIVE, ago(days=90), "3 days", None, BROKEN),
        ("text", ago(days=90), "3 days", None, BROKEN),
        ("text", ago(hours=1), "1 hour", None, UNVERIFIED),
        ("text", ago(hours=1), "1 hour", "UTC", HELD),
        (DATE, day(0), "1 day", "UTC", HELD),
        (DATE, day(1), "1 day", "UTC", UNVERIFIED),
        (DATE, day(2), "1 day", "UTC", BROKEN),
        (DATE, day(1), "2 days", "UTC", HELD),
        (DATE, day(0), "1 day", None, UNVERIFIED),
        (DATE, day(9), "1 day", None, BROKEN),
    ],
)
def test_a_verdict_is_as_sure_as_its_clock(
    kind: str, newest: datetime | date, within: str, zone: str | None, verdict: Verdict
) -> None:
    declared = f", zone: {zone}" if zone else ""

    judgement = found(
        judged(RULE, plan(f"{{clock: at, within: {within}{declared}}}"), contacts(("EU", newest), type=kind)),
        "fresh.within",
    )

    assert judgement.verdict is verdict, judgement.says
    if verdict is UNVERIFIED:
        assert judgement.settle
        assert judgement.operations == ()


@settings(deadline=None, max_examples=80)
@given(
    hours=st.lists(st.integers(-40, 200), max_size=6),
    within=st.integers(1, 100),
    offset=st.integers(-12, 14),
)
def test_a_zoneless_verdict_is_true_wherever_the_clock_stands(hours: list[int], within: int, offset: int) -> None:
    records = [("EU", ago(hours=hour)) for hour in hours]
    fresh = f"{{clock: at, within: {within} hours}}"
    # The same wall clocks, read by somebody who knows the zone.
    truth = contacts(*[(region, at - timedelta(hours=offset)) for region, at in records])

    widened = found(judged(RULE, plan(fresh), contacts(*records, type=NAIVE)), "fresh.within")
    known = found(judged(RULE, plan(fresh), truth), "fresh.within")

    assert widened.verdict in {UNVERIFIED, known.verdict}


def test_clocks_that_differ_widen_the_verdict() -> None:
    system = contacts(("EU", ago(hours=23, minutes=50)), offset=-1_800)
    near = found(judged(RULE, plan(), system), "fresh.within")
    system = contacts(("EU", ago(hours=25)), offset=1_800)
    far = found(judged(RULE, plan(), system), "fresh.within")

    assert near.verdict is HELD
    assert far.verdict is BROKEN
    for offset in (1_800, -1_800):
        edge = ago(hours=24, minutes=10) if offset < 0 else ago(hours=23, minutes=50)
        assert found(judged(RULE, plan(), contacts(("EU", edge), offset=offset)), "within").verdict is UNVERIFIED


def test_only_what_is_launched_counts() -> None:
    system = contacts(("EU", ago(days=200)), ("US", ago(minutes=5)))

    assert found(judged(RULE, plan(rollout="eu"), system), "within").verdict is BROKEN
    assert found(judged(RULE, plan(rollout="us"), system), "within").verdict is HELD
    assert found(judged(RULE, plan(rollout="eu us"), system), "within").verdict is HELD
    assert found(judged(RULE, plan(), system), "within").verdict is HELD


def test_where_all_is_stale_it_is_said_once() -> None:
    system = contacts(("EU", ago(days=200)), ("US", ago(days=100)))
    text = plan("{clock: at, within: 1 day, per: region}", rollout="eu us")

    by_rule = findings(audited(text, system, [RULE, STALE_SEGMENT]))

    assert {rule: len(found) for rule, found in by_rule.items()} == {"freshness/stale-source": 1}
    assert len(by_rule["freshness/stale-source"][0].folded) == 4


def test_an_empty_table_is_said_once() -> None:
    by_rule = findings(audited(plan(rollout="eu us"), contacts(), [RULE, STALE_SEGMENT, MISSING_RECORDS]))

    assert {rule: len(found) for rule, found in by_rule.items()} == {"freshness/stale-source": 1}


def test_a_source_that_only_helps_is_dropped_and_the_rest_goes_on() -> None:
    other = """
  kb:
    connector: {type: sqlite, url: "${KB_URL}"}
    datasets: {articles: {reads: articles, fields: {text: required}}}
"""
    text = plan(need="helpful", more=other).replace("crm.contacts: all}", "crm.contacts: all, kb.articles: all}")

    judgement = found(judged(RULE, text, contacts(("EU", ago(days=9)))), "fresh.within")

    assert [(operation.op, operation.target) for operation in judgement.operations] == [(Op.DROP_SOURCE, "crm")]


def test_what_no_step_reads_narrows_nothing() -> None:
    text = plan().replace("reads: {crm.contacts: all}, ", "")

    judgement = found(judged(RULE, text, contacts(("EU", ago(days=9)))), "fresh.within")

    assert judgement.verdict is BROKEN
    assert judgement.incidental
    assert judgement.operations == ()


@pytest.mark.parametrize(
    ("system", "reason"),
    [
        (Memory(silent=True), "connection refused"),
        (Memory(), "the dataset was not found"),
        (contacts(("EU", NOW), unmeasured=frozenset({"at"})), "permission denied (42501)"),
    ],
    ids=["silent", "absent", "denied"],
)
def test_what_was_not_measured_is_unverified_with_the_way_out(system: Memory, reason: str) -> None:
    judgement = found(judged(RULE, plan(), system), "fresh.within")

    assert (judgement.verdict, judgement.says) == (UNVERIFIED, reason)
    assert judgement.settle
