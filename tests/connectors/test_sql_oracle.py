"""What a statement counts, against a slow judge that counts row by row: SQLite, and files through DuckDB."""

from __future__ import annotations

import json
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lineage.connector import Measure, MeasureKind, Profile, Structure
from lineage.duration import Duration
from lineage.facts import Atom, Fact, MeasureFact, UnseenFact
from lineage.model import DatasetId, FieldId
from lineage.predicate import (
    Ago,
    And,
    Between,
    Compare,
    IsIn,
    IsNull,
    Joined,
    Not,
    Or,
    Predicate,
    Truth,
)
from tests.connectors.conformance import CONTACTS, NOW, read, relation_of

Row = Mapping[str, Any]

PEOPLE = DatasetId("s.people")
FIELDS = ("id", "region", "text", "flag", "at", "zoned", "day", "epoch")
_WORDS = ("EU", "US", "", " \t", "o'brien", "%", "Ä")
_START = datetime(2026, 11, 15, tzinfo=UTC)
_ZONES: Final = (None, "Europe/Berlin", "Asia/Almaty", "Asia/Dhaka")

# On a coarse grid, so that moments and bounds are often equal.
_STEP: Final = 6 * 3_600
seconds_after = st.integers(min_value=0, max_value=36).map(lambda steps: steps * _STEP)
rows = st.fixed_dictionaries(
    {
        "id": st.none() | st.integers(min_value=0, max_value=4),
        "region": st.none() | st.sampled_from(_WORDS),
        "text": st.none() | st.sampled_from(_WORDS),
        "flag": st.none() | st.booleans(),
        "at": st.none() | seconds_after.map(lambda s: f"{_START + timedelta(seconds=s):%Y-%m-%d %H:%M:%S}"),
        "zoned": st.none() | seconds_after.map(lambda s: f"{_START + timedelta(seconds=s):%Y-%m-%dT%H:%M:%S}+06:00"),
        "day": st.none() | seconds_after.map(lambda s: f"{_START + timedelta(seconds=s):%Y-%m-%d}"),
        "epoch": st.none() | seconds_after.map(lambda s: int((_START + timedelta(seconds=s)).timestamp() * 1000)),
    }
)
spans = st.integers(min_value=0, max_value=20).map(lambda steps: Duration(seconds=steps * _STEP))
ops = st.sampled_from(("=", "!=", "<", "<=", ">", ">="))
leaves = st.one_of(
    st.builds(Compare, st.sampled_from(("region", "text")), st.sampled_from(("=", "!=")), st.sampled_from(_WORDS)),
    st.builds(Compare, st.just("id"), ops, st.integers(min_value=0, max_value=4)),
    st.builds(Compare, st.sampled_from(("at", "zoned", "day", "epoch")), ops, st.builds(Ago, spans)),
    st.builds(Compare, st.just("day"), ops, st.just("2026-11-20")),
    st.builds(Compare, st.just("flag"), st.just("="), st.booleans()),
    st.builds(IsIn, st.just("region"), st.lists(st.sampled_from(_WORDS), min_size=1, max_size=3).map(tuple)),
    st.builds(Between, st.just("id"), st.integers(0, 2), st.integers(2, 4)),
    st.builds(IsNull, st.sampled_from(FIELDS)),
    st.builds(Truth, st.just("flag")),
)
parts = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.builds(And, st.lists(inner, min_size=2, max_size=3).map(tuple)),
        st.builds(Or, st.lists(inner, min_size=2, max_size=3).map(tuple)),
    ),
    max_leaves=5,
)
predicates = parts | st.builds(Joined, st.just("id"), st.just(PEOPLE), st.just("id"), parts)
clocked = st.builds(
    lambda kind, field, span, zone: Measure(CONTACTS, kind, field, span, zone=zone),
    st.sampled_from((MeasureKind.NEWEST, MeasureKind.OLDEST, MeasureKind.FUTURE, MeasureKind.OLDER)),
    st.sampled_from(("at", "zoned", "day", "epoch")),
    st.none() | spans,
    st.sampled_from(_ZONES),
)
measures = st.one_of(
    clocked,
    st.builds(lambda field: Measure(CONTACTS, MeasureKind.NULLS, field), st.sampled_from(FIELDS)),
    st.builds(lambda field: Measure(CONTACTS, MeasureKind.BLANKS, field), st.sampled_from(("region", "text"))),
    st.builds(
        lambda values: Measure(CONTACTS, MeasureKind.OUTSIDE, "region", values=values),
        st.lists(st.sampled_from(_WORDS), min_size=1, max_size=3, unique=True).map(tuple),
    ),
    st.builds(
        lambda field: Measure(CONTACTS, MeasureKind.ORPHANS, field, of=FieldId(f"{PEOPLE}.{field}")),
        st.sampled_from(("id", "region", "text")),
    ),
    st.builds(
        lambda key: Measure(CONTACTS, MeasureKind.REPEATS, key[0], also=tuple(key[1:])),
        st.lists(st.sampled_from(("id", "region", "flag", "day")), min_size=1, max_size=2, unique=True),
    ),
)


def moment(row: Row, field: str, zone: str | None) -> datetime | None:
    """Give the moment that a cell stands for; the start of a day."""
    value = row[field]
    if value is None:
        return None
    if isinstance(value, int):
        return datetime.fromtimestamp(value / 1000, UTC)
    told = datetime.fromisoformat(value)
    return (told if told.tzinfo else told.replace(tzinfo=ZoneInfo(zone or "UTC"))).astimezone(UTC)


def holds(predicate: Predicate, row: Row, people: Sequence[Row], zones: Mapping[str, str]) -> bool:  # noqa: PLR0911 - one answer a kind
    """Judge a predicate for one row."""
    match predicate:
        case And():
            return all(holds(part, row, people, zones) for part in predicate.of)
        case Or():
            return any(holds(part, row, people, zones) for part in predicate.of)
        case Not():
            return not holds(predicate.of, row, people, zones)
        case IsNull():
            return row[predicate.field] is None
        case Truth():
            return row[predicate.field] is True
        case IsIn():
            return row[predicate.field] in predicate.values
        case Between():
            low, high = Compare(predicate.field, ">=", predicate.low), Compare(predicate.field, "<=", predicate.high)
            return holds(low, row, people, zones) and holds(high, row, people, zones)
        case Joined():
            keys = {one[predicate.key] for one in people if holds(predicate.where, one, people, {})}
            return row[predicate.field] is not None and row[predicate.field] in keys
        case Compare():
            return compares(predicate, row, zones)


def compares(predicate: Compare, row: Row, zones: Mapping[str, str]) -> bool:
    left, right = row[predicate.field], predicate.value
    if left is None:
        return False
    if isinstance(right, Ago) or predicate.field == "day":
        zone = zones.get(predicate.field)
        left = moment(row, predicate.field, zone)
        right = right.span.before(NOW) if isinstance(right, Ago) else moment({"day": right}, "day", zone)
    judge: Mapping[str, Callable[[Any, Any], bool]] = {
        "=": lambda a, b: a == b,
        "!=": lambda a, b: a != b,
        "<": lambda a, b: a < b,
        "<=": lambda a, b: a <= b,
        ">": lambda a, b: a > b,
        ">=": lambda a, b: a >= b,
    }
    return judge[predicate.op](left, right)


def repeated(measure: Measure, rows: Sequence[Row]) -> int:
    """Count the rows more than the different keys."""
    keys = [key for row in rows if None not in (key := tuple(row[field] for field in measure.reads))]
    return len(keys) - len(set(keys))


def counted(measure: Measure, rows: Sequence[Row], people: Sequence[Row]) -> int | datetime | None:  # noqa: PLR0911 - one answer a kind
    """Take a measure over the rows of an atom."""
    values = [row[measure.field or ""] for row in rows]
    match measure.kind:
        case MeasureKind.NULLS:
            return values.count(None)
        case MeasureKind.BLANKS:
            return sum(value is not None and not value.strip() for value in values)
        case MeasureKind.OUTSIDE:
            return sum(value is not None and value not in (measure.values or ()) for value in values)
        case MeasureKind.ORPHANS:
            keys = [one[measure.field or ""] for one in people]
            return sum(value is not None and value not in keys for value in values)
    span = measure.span or Duration()
    ahead, before = NOW + span.mean(), span.before(NOW)
    moments = [found for row in rows if (found := moment(row, measure.field or "", measure.zone)) is not None]
    match measure.kind:
        case MeasureKind.NEWEST:
            return max((found for found in moments if found <= ahead), default=None)
        case MeasureKind.OLDEST:
            return min(moments, default=None)
        case MeasureKind.FUTURE:
            return sum(found > ahead for found in moments)
        case _:
            if measure.field == "day":
                zone = ZoneInfo(measure.zone or "UTC")
                before = before.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
            return sum(found < before for found in moments)


def write_sqlite(folder: Path, name: str, table: Sequence[Row]) -> None:
    with sqlite3.connect(folder / "a.db") as connection:
        connection.execute(
            f"CREATE TABLE {name} (id INTEGER, region TEXT, text TEXT, flag BOOLEAN, at TIMESTAMP, zoned TIMESTAMP,"
            " day DATE, epoch INTEGER)"
        )
        connection.executemany(
            f"INSERT INTO {name} VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [tuple(row[field] for field in FIELDS) for row in table],
        )
    connection.close()


def write_jsonl(folder: Path, name: str, table: Sequence[Row]) -> None:
    # A first row of every type: without it, columns of nulls have none.
    typed: dict[str, Any] = {
        "id": 9, "region": "x", "text": "x", "flag": True, "at": "2026-11-21 00:00:00",
        "zoned": "2026-11-21T00:00:00+00:00", "day": "2026-11-21", "epoch": 0,
    }  # fmt: skip
    lines = [json.dumps(row) for row in [{**typed, "extra": "x"}, *({**row, "extra": None} for row in table)]]
    (folder / f"{name}.jsonl").write_text("\n".join(lines))


def answers(facts: Sequence[Fact]) -> dict[tuple[str, Atom], Any]:
    return {(fact.measure, fact.atom): fact.value for fact in facts if isinstance(fact, MeasureFact)}


@pytest.mark.parametrize("kind", ["sqlite", "files"])
@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    table=st.lists(rows, max_size=8),
    people=st.lists(rows, max_size=4),
    where=st.none() | predicates,
    cells=st.lists(predicates, max_size=3, unique_by=str),
    wanted=st.lists(measures, max_size=5, unique_by=lambda measure: measure.key),
)
def test_a_statement_counts_what_a_slow_judge_counts(
    kind: str,
    table: list[Row],
    people: list[Row],
    where: Predicate | None,
    cells: list[Predicate],
    wanted: list[Measure],
) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for dataset, content in (("contacts", table), ("people", people)):
            (write_sqlite if kind == "sqlite" else write_jsonl)(folder, dataset, content)
        place = {"url": f"sqlite:///{folder}/a.db"} if kind == "sqlite" else {"path": name}
        ending = "" if kind == "sqlite" else ".jsonl"
        structure = read(kind, place, [Structure({CONTACTS: f"contacts{ending}", PEOPLE: f"people{ending}"})])
        only = None if kind == "sqlite" else IsNull("extra")
        joined = {PEOPLE: relation_of(structure, PEOPLE)}
        profile = Profile(
            relation_of(structure, CONTACTS), _both(where, only), _people_of(cells, only), tuple(wanted), joined
        )

        facts = read(kind, place, [profile])

    zones = {measure.field: measure.zone for measure in wanted if measure.field and measure.zone}
    kept = [row for row in table if where is None or holds(where, row, people, zones)]
    groups: dict[Atom, list[Row]] = {}
    for row in kept:
        atom = sorted(
            (str(shown), holds(cell, row, people, zones)) for cell, shown in zip(cells, profile.cells, strict=True)
        )
        groups.setdefault(tuple(atom), []).append(row)
    groups = groups or {tuple(sorted((str(cell), False) for cell in profile.cells)): []}
    expected: dict[tuple[str, Atom], Any] = {("rows", atom): len(members) for atom, members in groups.items()}
    for one in wanted:
        if one.kind is MeasureKind.REPEATS:
            expected[one.key, ()] = repeated(one, kept)
            for cell, shown in zip(cells, profile.cells, strict=True):
                part = [row for row in kept if holds(cell, row, people, zones)]
                expected[one.key, ((str(shown), True),)] = repeated(one, part)
        else:
            expected |= {(one.key, atom): counted(one, members, people) for atom, members in groups.items()}
    assert not [fact for fact in facts if isinstance(fact, UnseenFact)]
    assert answers(facts) == expected
    assert max(Counter(map(repr, answers(facts))).values()) == 1


def _both(where: Predicate | None, only: Predicate | None) -> Predicate | None:
    present = tuple(_people_of([part], only)[0] for part in (where,) if part is not None)
    if only is not None:
        present = (*present, only)
    return And(present) if len(present) > 1 else (present[0] if present else None)


def _people_of(cells: Sequence[Predicate], only: Predicate | None) -> tuple[Predicate, ...]:
    """Leave the row that gives types out of what is joined."""
    return tuple(
        Joined(cell.field, cell.dataset, cell.key, And((cell.where, only)))
        if isinstance(cell, Joined) and only is not None
        else cell
        for cell in cells
    )
