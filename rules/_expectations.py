"""The one place that loads Great Expectations: it judges figures, and rules say what the figures mean.

It never sees a source. Rules hand it what was measured (counts, shares, moments) with the bounds that the plan sets;
one frame holds all of them, a row a check, and one suite of two expectations judges the frame.
Three things of Great Expectations decide the shape of this file:

* A bound that is an argument of an expectation is turned into a float, which loses microseconds of a moment and units
  of a large count; so bounds are columns of the frame, of the same type as the values.
* A missing value passes most expectations; so a check without a figure is errored before the frame is made.
* An expectation that raised comes back as `success=False`; so what raised is told apart from what failed, and nothing
  that could not be judged is ever held.
"""

from __future__ import annotations

import math
import os
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import Any, Final

Figure = int | float | datetime


class Outcome(StrEnum):
    """What became of a check."""

    HELD = "held"
    BROKEN = "broken"
    ERRORED = "errored"
    """It could not be judged: no figure, a moment without a zone, or an expectation that raised."""


@dataclass(frozen=True, slots=True)
class Check:
    """A figure and the bounds within which it must lie, both included."""

    value: Figure | None
    minimum: Figure | None = None
    maximum: Figure | None = None


_Row = tuple[int, int, int] | tuple[float, float, float]

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LEAST: Final = -(2**63)
_MOST: Final = 2**63 - 1
_REMEMBERED: Final = 100_000
_lock: Final = threading.Lock()
_known: Final[dict[_Row, Outcome]] = {}


def judge(checks: Sequence[Check]) -> tuple[Outcome, ...]:
    """Judge all checks at once, in their order.

    Equal figures and bounds are judged once in a process, since many narrower plans are judged on the same facts.
    """
    rows = [_row(check) for check in checks]
    with _lock:  # a data source of Great Expectations holds state between the making of a batch and its validation
        if len(_known) > _REMEMBERED:
            _known.clear()
        wanted = dict.fromkeys(row for row in rows if row is not None and row not in _known)
        for kind, dtype in ((int, "int64"), (float, "float64")):
            _known.update(_judged([row for row in wanted if isinstance(row[0], kind)], dtype))
        return tuple(Outcome.ERRORED if row is None else _known[row] for row in rows)


def _row(check: Check) -> _Row | None:
    """Give value, minimum and maximum as numbers of one type; None where they are not to be compared."""
    if check.value is None:
        return None
    given = [part for part in (check.value, check.minimum, check.maximum) if part is not None]
    if any(isinstance(part, datetime) for part in given):
        if not all(isinstance(part, datetime) and part.tzinfo is not None for part in given):
            return None
        return _whole(check, _microseconds)
    if any(isinstance(part, bool) or (isinstance(part, float) and math.isnan(part)) for part in given):
        return None
    if all(isinstance(part, int) for part in given):
        return _whole(check, int)
    low = -math.inf if check.minimum is None else float(check.minimum)  # type: ignore[arg-type]  # no moment is left
    high = math.inf if check.maximum is None else float(check.maximum)  # type: ignore[arg-type]
    return (float(check.value), low, high)  # type: ignore[arg-type]


def _whole(check: Check, number: Callable[[Any], int]) -> _Row | None:
    low = _LEAST if check.minimum is None else number(check.minimum)
    high = _MOST if check.maximum is None else number(check.maximum)
    row = (number(check.value), low, high)
    return row if all(_LEAST <= part <= _MOST for part in row) else None


def _microseconds(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(microseconds=1)


def _judged(rows: list[_Row], dtype: str) -> Mapping[_Row, Outcome]:
    if not rows:
        return {}
    missed = _misses(rows, dtype)
    if missed is None:
        return dict.fromkeys(rows, Outcome.ERRORED)
    return {row: Outcome.BROKEN if place in missed else Outcome.HELD for place, row in enumerate(rows)}


def _misses(rows: list[_Row], dtype: str) -> frozenset[int] | None:
    """Give the places of the rows that lie outside their bounds; None where an expectation could not be judged."""
    import pandas as pd

    frame = pd.DataFrame(rows, columns=["value", "minimum", "maximum"], dtype=dtype)
    suite, batches = _profile()
    batch = batches.get_batch(batch_parameters={"dataframe": frame})
    results = batch.validate(suite, result_format={"result_format": "COMPLETE"}).results
    found: set[int] = set()
    for result in results:
        places = result.result.get("unexpected_index_list")
        if result.exception_info.get("raised_exception", True) or not (result.success or places):
            return None
        found.update(places or ())
    return frozenset(found) if len(results) == len(suite.expectations) else None


@cache
def _profile() -> tuple[Any, Any]:
    """Give the suite and the batch definition of the profile frame: one ephemeral context in a process."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"  # read once, when the package is imported
    import great_expectations as gx
    from great_expectations.data_context.types.base import ProgressBarsConfig

    context = gx.get_context(mode="ephemeral")
    # Both switches are needed: without the second, each metric draws a bar of its own on stderr.
    context.variables.progress_bars = ProgressBarsConfig(globally=False, metric_calculations=False)
    asset = context.data_sources.add_pandas("profile").add_dataframe_asset("profile")
    at_least = gx.expectations.ExpectColumnPairValuesAToBeGreaterThanB
    suite = gx.ExpectationSuite(
        name="bounds",
        expectations=[
            at_least(column_A="value", column_B="minimum", or_equal=True, ignore_row_if="neither"),
            at_least(column_A="maximum", column_B="value", or_equal=True, ignore_row_if="neither"),
        ],
    )
    return suite, asset.add_batch_definition_whole_dataframe("whole")
