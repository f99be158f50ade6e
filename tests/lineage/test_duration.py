"""Durations in words and in ISO 8601."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lineage.duration import Duration, parse_duration
from lineage.errors import PlanError


@pytest.mark.parametrize(
    ("text", "duration"),
    [
        ("4 hours", Duration(0, 14_400)),
        ("24 months", Duration(24)),
        ("1 day 6 hours", Duration(0, 108_000)),
        ("1 day, 6 hours", Duration(0, 108_000)),
        ("1 day and 6 hours", Duration(0, 108_000)),
        ("90d", Duration(0, 7_776_000)),
        ("1.5 hours", Duration(0, 5_400)),
        ("1.5 years", Duration(18)),
        ("2 quarters", Duration(6)),
        ("0 days", Duration()),
        ("PT15M", Duration(0, 900)),
        ("P1Y6M", Duration(18)),
        ("P1W", Duration(0, 604_800)),
    ],
)
def test_durations_are_read_as_people_write_them(text: str, duration: Duration) -> None:
    assert parse_duration(text) == duration


@pytest.mark.parametrize(
    "text",
    ["", "soon", "4", "hours", "4 moons", "-1 day", "P", "PT", "1.5 months", "4 hours ago", "10000 years", "1e9 d"],
)
def test_what_is_no_duration_is_refused_with_the_way_out(text: str) -> None:
    with pytest.raises(PlanError, match="write it like '4 hours'"):
        parse_duration(text)


def test_a_month_before_the_end_of_march_is_the_end_of_february() -> None:
    assert Duration(1).before(datetime(2026, 3, 31, 12, tzinfo=UTC)) == datetime(2026, 2, 28, 12, tzinfo=UTC)


@given(
    st.integers(0, 12_000),
    st.integers(0, 10**9) | st.sampled_from([0.5, 0.001, 1.5, 90.25, 5400.5]),
)
def test_a_duration_reads_back_from_its_own_text(months: int, seconds: float) -> None:
    duration = Duration(months, seconds)

    assert parse_duration(str(duration)) == duration


@given(st.text(max_size=70) | st.text(alphabet="0123456789. PTYMWDHS,andhours", max_size=30))
def test_any_text_is_a_duration_or_a_plan_error(text: str) -> None:
    try:
        duration = parse_duration(text)
    except PlanError:
        return
    assert duration.months >= 0
    assert duration.seconds >= 0
