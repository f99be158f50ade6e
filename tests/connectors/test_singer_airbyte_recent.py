"""Streams that are too long to be read whole: their newest, asked for among the records since by their cursor."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from lineage import registry
from lineage.connector import Measure, MeasureKind, Profile, Stream, Structure, Task
from lineage.facts import Fact, MeasureFact, UnseenFact
from lineage.plan.model import Budget
from tests.connectors.conformance import CONTACTS, context_of, read, relation_of
from tests.connectors.test_singer_airbyte import CONTACTS_SCHEMA, profile, settings_of, stream


@pytest.fixture(params=["singer", "airbyte"])
def protocol(request: pytest.FixtureRequest) -> str:
    return str(request.param)


PROPERTIES: Any = CONTACTS_SCHEMA["properties"]
CURSOR: dict[str, Any] = {
    "singer": {"replication-key": "at"},
    "airbyte": {"supported_sync_modes": ["full_refresh", "incremental"], "default_cursor_field": ["at"]},
}


def long_stream(*days: str, **cursor: Any) -> dict[str, Any]:
    """Give a stream of more records than are read, the oldest first, with a cursor."""
    rows = [{"id": n, "region": "EU", "email": None, "at": f"{day}T10:00:00Z"} for n, day in enumerate(days)]
    return {**stream(CONTACTS_SCHEMA, rows), **(cursor or CURSOR)}


def told_of(facts: Sequence[Fact]) -> list[tuple[str, object]]:
    return [(fact.measure.partition(":")[0], fact.value) for fact in facts if isinstance(fact, MeasureFact)]


DAYS = ("2026-01-01", "2026-02-01", "2026-03-01", "2026-11-20", "2026-11-21")


def test_the_newest_of_a_stream_that_is_too_long_is_asked_for_by_its_cursor(tmp_path: Path, protocol: str) -> None:
    given = settings_of(tmp_path, protocol, {"contacts": long_stream(*DAYS)})
    kinds = (MeasureKind.NEWEST, MeasureKind.FUTURE, MeasureKind.OLDEST, MeasureKind.ROWS)

    without = profile(given, *kinds, rows=3)
    facts = profile({**given, "recent": "30 days"}, *kinds, rows=3)
    enough = profile({**given, "recent": "30 days"}, *kinds, rows=5)

    assert told_of(without) == []
    assert told_of(facts) == [("newest", datetime(2026, 11, 21, 10, tzinfo=UTC)), ("future", 0)]
    unseen = {fact.name.field for fact in facts if isinstance(fact, UnseenFact) and fact.name}
    assert unseen == {("at",), ()}
    assert dict(told_of(enough))["rows"] == 5
    assert not [fact for fact in enough if isinstance(fact, UnseenFact)]


@pytest.mark.parametrize(
    "days",
    [
        pytest.param((*DAYS[:3], "2026-04-01"), id="none since"),
        pytest.param((*DAYS[:3], "2027-11-20"), id="none but of the future"),
        pytest.param((*DAYS, "2026-11-19", "2026-11-18"), id="too many since"),
    ],
)
def test_what_records_since_a_moment_do_not_tell_is_unseen(tmp_path: Path, protocol: str, days: Sequence[str]) -> None:
    given = settings_of(tmp_path, protocol, {"contacts": long_stream(*days)})

    facts = profile({**given, "recent": "30 days"}, MeasureKind.NEWEST, rows=3)

    assert told_of(facts) == []
    assert ["over budget" in fact.reason for fact in facts if isinstance(fact, UnseenFact)] == [True]


@pytest.mark.parametrize(
    ("protocol", "cursor"),
    [
        ("singer", {"replication-key": "at", "forced-replication-method": "LOG_BASED"}),
        ("singer", {"valid-replication-keys": ["id", "at"]}),
        ("singer", {"replication-key": "id"}),
        ("airbyte", {"supported_sync_modes": ["full_refresh"], "default_cursor_field": ["at"]}),
        ("airbyte", {"supported_sync_modes": ["incremental"], "default_cursor_field": ["_ab_cdc_updated_at"]}),
        ("airbyte", {"supported_sync_modes": ["incremental"], "default_cursor_field": []}),
        ("airbyte", {"supported_sync_modes": ["incremental"], "default_cursor_field": ["no such field"]}),
    ],
)
def test_a_tap_is_not_asked_to_go_on_by_what_is_no_clock_of_its_own(
    tmp_path: Path, protocol: str, cursor: dict[str, Any]
) -> None:
    contacts = long_stream(*DAYS, **{protocol: cursor})
    contacts["schema"] = {**CONTACTS_SCHEMA, "properties": {**PROPERTIES, "_ab_cdc_updated_at": PROPERTIES["at"]}}
    given = settings_of(tmp_path, protocol, {"contacts": contacts})

    assert told_of(profile({**given, "recent": "30 days"}, MeasureKind.NEWEST, rows=3)) == []


def test_another_clock_than_the_cursor_is_not_told_by_it(tmp_path: Path, protocol: str) -> None:
    contacts = long_stream(*DAYS)
    contacts["schema"] = {**CONTACTS_SCHEMA, "properties": {**PROPERTIES, "made": PROPERTIES["at"]}}
    for row in contacts["rows"]:
        row["made"] = row["at"]
    given = {**settings_of(tmp_path, protocol, {"contacts": contacts}), "recent": "30 days"}
    relation = relation_of(read("singer_airbyte", given, [Structure({CONTACTS: "contacts"})]), CONTACTS)
    measures = tuple(Measure(CONTACTS, MeasureKind.NEWEST, name) for name in ("at", "made"))

    facts = read(
        "singer_airbyte", given, [Profile(relation, None, (), measures)], context_of(budget=Budget(rows=3, seconds=20))
    )

    assert [fact.measure for fact in facts if isinstance(fact, MeasureFact)] == ["newest:at"]
    assert [fact.name.field for fact in facts if isinstance(fact, UnseenFact) and fact.name] == [("made",)]


def test_records_since_a_moment_stand_for_all_in_no_comparison(tmp_path: Path, protocol: str) -> None:
    given = {**settings_of(tmp_path, protocol, {"contacts": long_stream(*DAYS)}), "recent": "30 days"}
    relation = relation_of(read("singer_airbyte", given, [Structure({CONTACTS: "contacts"})]), CONTACTS)
    ended: list[object] = []

    class Rows:
        def __call__(self, rows: Sequence[Sequence[object]]) -> None:
            ended.extend(rows)

        def end(self) -> None:
            ended.append("end")

    tasks: list[Task] = [
        Profile(relation, None, (), (Measure(CONTACTS, MeasureKind.NEWEST, "at"),)),
        Stream(relation, ("id",)),
    ]
    facts = read("singer_airbyte", given, tasks, context_of(budget=Budget(rows=3, seconds=20), sink=Rows()))

    assert len(told_of(facts)) == 1
    assert ended == []
    assert ["over budget" in fact.reason for fact in facts if isinstance(fact, UnseenFact)] == [True]


@pytest.mark.parametrize("recent", ["soon", "", "30"])
def test_a_time_that_is_none_is_refused(recent: str) -> None:
    with pytest.raises(ValueError, match="recent"):
        registry.connector("singer_airbyte").settings.model_validate(
            {"protocol": "singer", "command": ["x"], "recent": recent}
        )
