"""How many share what they tell, beside a count by pandas over made-up people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from lineage.connector import Examine, ExamineKind, Part
from lineage.model import Name
from rules.privacy._crowd import FEWEST, Crowds

if TYPE_CHECKING:
    import pandas as pd

NAME = Name("made", ("people",))
SHARED = st.sampled_from([None, "", "10115", "10117", "f", "m"])
TOLD = st.sampled_from([None, "no", "asthma", "flu", "gout"])
RECORD = st.tuples(SHARED, SHARED, SHARED, TOLD)


def counted(rows: list[tuple[str | None, ...]], parts: int) -> dict[str, float]:
    import pyarrow as pa

    columns = ("zip", "sex", "town", "illness")
    part = Part(NAME, tuple((name,) for name in columns), ("shared", "shared", "shared", "told"))
    crowds = Crowds(Examine(ExamineKind.CROWD, part))
    step = max(1, -(-len(rows) // parts))
    for start in range(0, len(rows), step):
        some = rows[start : start + step]
        crowds.take(
            0,
            pa.table(
                {name: pa.array(side, pa.string()) for name, side in zip(columns, zip(*some, strict=True), strict=True)}
            ),
        )
    return dict(crowds.counts())


def grouped(rows: list[tuple[str | None, ...]], places: list[int]) -> list[pd.DataFrame]:
    import pandas as pd

    # Nothing is a value of its own, and another one than an empty text.
    frame = pd.DataFrame([["<nothing>" if value is None else f"={value}" for value in row] for row in rows])
    return [group for _, group in frame.groupby(places)] if places else [frame]


def exposed(rows: list[tuple[str | None, ...]], places: list[int], *, told: bool) -> tuple[int, int, int, int, int]:
    """Give the smallest crowd, how many are alone, in small crowds, alike in what is told, and exposed in all."""
    groups = grouped(rows, places)
    sizes = [len(group) for group in groups]
    small = sum(size for size in sizes if size < FEWEST)
    alike = 0
    for group, size in zip(groups, sizes, strict=True):
        values = set(group[3])
        known = len(values) == 1 and not values & {"<nothing>", "=no"}
        alike += size if told and size >= FEWEST and known else 0
    return min(sizes), sum(size == 1 for size in sizes), small, alike, small + alike


@settings(max_examples=60, deadline=None)
@given(st.lists(RECORD, min_size=1, max_size=60), st.integers(1, 3))
def test_crowds_are_counted_as_pandas_counts_them(rows: list[tuple[str | None, ...]], parts: int) -> None:
    counts = counted(rows, parts)

    smallest, alone, small, alike, every = exposed(rows, [0, 1, 2], told=True)
    assert counts["records"] == len(rows)
    assert (counts["smallest"], counts["alone"], counts["small"]) == (smallest, alone, small)
    assert counts["alike:3"] == alike
    tried = {name.removeprefix("without:"): left for name, left in counts.items() if name.startswith("without:")}
    assert bool(tried) is bool(every)
    for name, left in tried.items():
        out = {int(place) for place in name.split("+")}
        assert left == exposed(rows, sorted({0, 1, 2} - out), told=3 not in out)[4]


@settings(max_examples=25, deadline=None)
@given(st.lists(RECORD, min_size=5, max_size=12), st.integers(5, 9))
def test_many_of_each_record_are_a_crowd(rows: list[tuple[str | None, ...]], times: int) -> None:
    counts = counted([row for row in rows for _ in range(times)], 1)

    assert counts["small"] == 0
    assert counts["smallest"] >= times
