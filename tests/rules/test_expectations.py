"""Great Expectations agrees with plain comparison, in one frame, without a word to anybody."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given, settings
from hypothesis import strategies as st

from rules._expectations import Check, Figure, Outcome, judge

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)

_ZONES = st.builds(lambda minutes: timezone(timedelta(minutes=minutes)), st.integers(-12 * 60, 14 * 60))
_WHOLE = st.integers(-(2**63), 2**63 - 1)
_REAL = st.floats(allow_nan=False)
_MOMENTS = st.datetimes(datetime(2, 1, 1), datetime(9998, 1, 1), timezones=_ZONES)  # noqa: DTZ001 - zones are drawn


def _checks(figures: st.SearchStrategy[Figure]) -> st.SearchStrategy[Check]:
    near = st.tuples(figures, figures, figures)
    same = figures.map(lambda figure: (figure, figure, figure))
    return st.one_of(near, same).flatmap(
        lambda parts: st.builds(
            Check, st.just(parts[0]), st.sampled_from([None, parts[1]]), st.sampled_from([None, parts[2]])
        )
    )


def _plainly(check: Check) -> Outcome:
    value, low, high = check.value, check.minimum, check.maximum
    held = (low is None or low <= value) and (high is None or value <= high)  # type: ignore[operator]
    return Outcome.HELD if held else Outcome.BROKEN


@settings(deadline=None, max_examples=60)
@given(st.lists(st.one_of(_checks(_WHOLE), _checks(_REAL), _checks(_MOMENTS)), max_size=40))
def test_the_outcome_is_that_of_plain_comparison(checks: list[Check]) -> None:
    assert judge(checks) == tuple(_plainly(check) for check in checks)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.builds(Check, st.integers(0, 2**50), st.floats(0, 1), st.integers(0, 5)), max_size=20))
def test_counts_and_shares_may_be_compared(checks: list[Check]) -> None:
    assert judge(checks) == tuple(_plainly(check) for check in checks)


def test_a_microsecond_decides() -> None:
    later = NOW + timedelta(microseconds=1)

    outcomes = judge([Check(NOW, minimum=NOW), Check(NOW, minimum=later), Check(later, maximum=NOW)])

    assert outcomes == (Outcome.HELD, Outcome.BROKEN, Outcome.BROKEN)


def test_one_in_the_largest_counts_decides() -> None:
    assert judge([Check(2**60 + 1, maximum=2**60)]) == (Outcome.BROKEN,)


def test_what_cannot_be_compared_is_an_error_and_neither_held_nor_broken() -> None:
    naive = NOW.replace(tzinfo=None)
    checks = [
        Check(None, minimum=1),
        Check(naive, minimum=NOW),
        Check(NOW, minimum=naive),
        Check(NOW, minimum=3),
        Check(float("nan"), minimum=0.0),
        Check(0.5, minimum=float("nan")),
        Check(2**70, minimum=0),
        Check(True, maximum=0),
        Check(1, maximum=2),
    ]

    outcomes = judge(checks)

    assert outcomes == (*[Outcome.ERRORED] * 8, Outcome.HELD)


def test_an_error_does_not_spill_over_to_its_neighbours() -> None:
    assert judge([Check(1, maximum=0), Check(None), Check(1, maximum=1)]) == (
        Outcome.BROKEN,
        Outcome.ERRORED,
        Outcome.HELD,
    )


def test_nothing_to_judge_is_nothing() -> None:
    assert judge([]) == ()


_SILENT = """
import socket, sys
opened = []
calls = ("socket.connect", "socket.getaddrinfo")
sys.addaudithook(lambda event, args: opened.append(event) if event in calls else None)
import rules._expectations as judging
assert "great_expectations" not in sys.modules, "it is loaded before it is needed"
assert judging.judge([judging.Check(1, 0, 2), judging.Check(3, 0, 2)]) == ("held", "broken")
assert "great_expectations" in sys.modules
assert not opened, opened
"""


def test_it_is_loaded_when_first_needed_says_nothing_and_calls_nobody() -> None:
    done = subprocess.run([sys.executable, "-c", _SILENT], capture_output=True, text=True, check=False, timeout=120)

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
