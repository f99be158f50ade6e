"""What Parquet footers answer, and when the rows must be read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa  # noqa: TID253 - the tests write Parquet files
import pyarrow.parquet as pq  # noqa: TID253 - the tests write Parquet files
import pytest

from lineage.connector import Measure, MeasureKind
from lineage.duration import Duration
from lineage.facts import Fact, MeasureFact
from tests.connectors.conformance import (
    CONTACTS,
    values_of,
)
from tests.connectors.files_facts import NEWEST, profiled


def parquet(folder: Path, moments: Sequence[datetime | date | None], **types: pa.DataType) -> None:
    pq.write_table(pa.table({"at": pa.array(moments, types.get("type"))}), folder / "a.parquet", row_group_size=2)


def how_of(facts: Sequence[Fact]) -> set[str]:
    return {fact.seen.how for fact in facts if isinstance(fact, MeasureFact)}


@pytest.mark.parametrize(
    ("kind", "zone", "hour"),
    [
        (pa.timestamp("us", "UTC"), "Europe/Berlin", 10),
        (pa.timestamp("us"), None, 10),
        (pa.timestamp("ms"), "Europe/Berlin", 9),
        (pa.timestamp("ns"), "Europe/Berlin", 9),
    ],
)
def test_a_footer_tells_the_newest_without_reading_a_row(
    tmp_path: Path,
    kind: pa.DataType,
    zone: str | None,
    hour: int,
) -> None:
    told = [
        datetime(2026, 11, 20, 10, tzinfo=UTC if kind.tz else None),
        None,
        None,
        datetime(2026, 1, 1, tzinfo=UTC if kind.tz else None),
    ]
    parquet(tmp_path, told, type=kind)
    newest = Measure(CONTACTS, MeasureKind.NEWEST, "at", Duration(seconds=60), zone=zone)

    facts = profiled(tmp_path, "a.parquet", newest, Measure(CONTACTS, MeasureKind.NULLS, "at"))

    assert how_of(facts) == {"footer"}
    assert values_of(facts) == {"rows": 4, "newest": [datetime(2026, 11, 20, hour, tzinfo=UTC)], "nulls": 2}


def test_a_footer_of_days_tells_the_start_of_the_day(tmp_path: Path) -> None:
    parquet(tmp_path, [date(2026, 11, 20), date(2026, 11, 19)])

    facts = profiled(tmp_path, "a.parquet", NEWEST)

    assert how_of(facts) == {"footer"}
    assert values_of(facts)["newest"] == [datetime(2026, 11, 20, tzinfo=UTC)]


def test_a_footer_with_a_row_of_the_future_makes_the_rows_be_read(tmp_path: Path) -> None:
    parquet(tmp_path, [datetime(2030, 1, 1, tzinfo=UTC), datetime(2026, 11, 20, tzinfo=UTC)])

    facts = profiled(tmp_path, "a.parquet", NEWEST)

    assert how_of(facts) == {"aggregate"}
    assert values_of(facts)["newest"] == [datetime(2026, 11, 20, tzinfo=UTC)]


def test_a_footer_and_the_rows_tell_the_same(tmp_path: Path) -> None:
    parquet(tmp_path, [datetime(2026, 11, 20, 10, 30), None, datetime(2025, 1, 1)])  # noqa: DTZ001 - a wall clock
    measures = (NEWEST, Measure(CONTACTS, MeasureKind.OLDEST, "at"), Measure(CONTACTS, MeasureKind.NULLS, "at"))

    by_footer = profiled(tmp_path, "a.parquet", *measures)
    by_rows = profiled(tmp_path, "a.parquet", *measures, Measure(CONTACTS, MeasureKind.FUTURE, "at"))

    assert (how_of(by_footer), how_of(by_rows)) == ({"footer"}, {"aggregate"})
    assert values_of(by_rows) == {**values_of(by_footer), "future": 0}
