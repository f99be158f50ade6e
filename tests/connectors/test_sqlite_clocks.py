"""What a moment is in SQLite, where any column may hold anything."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from lineage.connector import Measure, MeasureKind, Profile, Structure
from lineage.duration import Duration
from lineage.facts import MeasureFact, UnseenFact
from tests.connectors.conformance import (
    CONTACTS,
    read,
    relation_of,
    values_of,
)
from tests.connectors.test_sqlite import made


def profiled(settings: dict[str, str], *measures: Measure, **changes: object) -> list[object]:
    structure = read("sqlite", settings, [Structure({CONTACTS: "contacts"})])
    profile = Profile(relation_of(structure, CONTACTS), None, (), measures, **changes)  # type: ignore[arg-type]
    return [fact for fact in read("sqlite", settings, [profile]) if isinstance(fact, MeasureFact | UnseenFact)]


NEWEST = Measure(CONTACTS, MeasureKind.NEWEST, "at")


@pytest.mark.parametrize(
    ("stored", "zone", "moment"),
    [
        ("'2026-11-20 10:00:00'", None, datetime(2026, 11, 20, 10, tzinfo=UTC)),
        ("'2026-11-20 10:00:00'", "Europe/Berlin", datetime(2026, 11, 20, 9, tzinfo=UTC)),
        ("'2026-11-20T10:00:00Z'", "Europe/Berlin", datetime(2026, 11, 20, 10, tzinfo=UTC)),
        ("'2026-11-20T10:00:00+05:30'", None, datetime(2026, 11, 20, 4, 30, tzinfo=UTC)),
        ("'2026-11-20 10:00:00.250'", None, datetime(2026, 11, 20, 10, 0, 0, 250_000, tzinfo=UTC)),
        ("1763632800", None, datetime(2025, 11, 20, 10, tzinfo=UTC)),
        ("1763632800000", None, datetime(2025, 11, 20, 10, tzinfo=UTC)),
        ("1763632800000000", None, datetime(2025, 11, 20, 10, tzinfo=UTC)),
        ("2461000.5", None, datetime(2025, 11, 21, tzinfo=UTC)),
    ],
)
def test_a_moment_is_what_its_value_says(tmp_path: Path, stored: str, zone: str | None, moment: datetime) -> None:
    settings = made(
        tmp_path / "a.db", f"CREATE TABLE contacts (at DATETIME_OF_NO_TYPE); INSERT INTO contacts VALUES ({stored})"
    )
    # Declared without affinity, so that the value stays as it is stored.
    settings = made(tmp_path / "b.db", f"CREATE TABLE contacts (at); INSERT INTO contacts VALUES ({stored})")

    facts = profiled(settings, Measure(CONTACTS, MeasureKind.NEWEST, "at", zone=zone))

    assert [fact.value for fact in facts if isinstance(fact, MeasureFact)][1:] == [moment]


@pytest.mark.parametrize(
    "stored", ["'yesterday'", "'now'", "'12:00'", "x'00'", "'2026-11-20 10:00:00 CET'", "'2460000.5'"]
)
def test_a_value_that_tells_no_time_makes_the_clock_unseen(tmp_path: Path, stored: str) -> None:
    settings = made(
        tmp_path / "a.db",
        f"CREATE TABLE contacts (at TEXT); INSERT INTO contacts VALUES ('2026-11-20 10:00:00'), ({stored})",
    )

    facts = profiled(settings, NEWEST)

    assert [fact.reason for fact in facts if isinstance(fact, UnseenFact)] == ["1 values tell no time"]
    assert values_of(facts) == {"rows": 2}


def test_a_blank_clock_is_as_good_as_none(tmp_path: Path) -> None:
    settings = made(tmp_path / "a.db", "CREATE TABLE contacts (at TEXT); INSERT INTO contacts VALUES (' '), (NULL)")

    assert values_of(profiled(settings, NEWEST)) == {"rows": 2, "newest": [None]}


def test_a_day_decides_nothing_unless_its_type_says_that_it_is_one(tmp_path: Path) -> None:
    rows = "INSERT INTO contacts VALUES ('2026-11-20'), ('2026-11-19')"
    text = made(tmp_path / "a.db", f"CREATE TABLE contacts (at TEXT); {rows}")
    dated = made(tmp_path / "b.db", f"CREATE TABLE contacts (at DATE); {rows}")

    assert [type(fact) for fact in profiled(text, NEWEST)] == [MeasureFact, UnseenFact]
    assert values_of(profiled(dated, NEWEST))["newest"] == [datetime(2026, 11, 20, tzinfo=UTC)]


def test_a_day_is_older_only_where_the_whole_of_it_is(tmp_path: Path) -> None:
    rows = "INSERT INTO contacts VALUES ('2026-11-21'), ('2026-11-20'), ('2026-11-23')"
    settings = made(tmp_path / "a.db", f"CREATE TABLE contacts (at DATE); {rows}")
    older = Measure(CONTACTS, MeasureKind.OLDER, "at", Duration(seconds=86_400))

    told = values_of(profiled(settings, older, Measure(CONTACTS, MeasureKind.FUTURE, "at")))

    # Now is the 22nd at noon: of the 21st, half is younger than a day.
    assert (told["older"], told["future"]) == (1, 1)
