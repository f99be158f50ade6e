"""A snapshot's file gives back exactly the facts that were written, or says which line is broken."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lineage.errors import SnapshotError
from lineage.facts import CostFact, Fact, Failure, LabelFact, MeasureFact, PrincipalFact, Seen, Snapshot
from lineage.model import DatasetId, Name, Principal, SourceId
from lineage.reports.snapshot import lines, read, snapshot_of, write

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
CONTACTS = DatasetId("crm.contacts")
SEEN = Seen(SourceId("crm"), NOW, "pg_catalog", "auditor")
SNAPSHOT = Snapshot(
    NOW,
    (
        MeasureFact(SEEN, CONTACTS, "", (("region = 'EU'", True),), "newest:updated_at", NOW),
        MeasureFact(SEEN, CONTACTS, "", (), "rows", 12),
        MeasureFact(SEEN, CONTACTS, "", (), "share", 12.0),
        PrincipalFact(SEEN, Principal("postgres://h/app", "ai"), frozenset({"superuser", "login"})),
        LabelFact(SEEN, Name("ns", ("public", "odd\n näme"), ("a", "b")), "email", 3, 9, ("shape",), 0.9, (0.1, 0.5)),
    ),
    (Failure("source billing", "connection refused"),),
    {"b": "answered", "a": "unseen"},
)

zones = st.integers(-12 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
st.register_type_strategy(datetime, st.datetimes(timezones=st.none() | zones))
st.register_type_strategy(float, st.floats(allow_nan=False))
snapshots = st.builds(
    Snapshot,
    taken_at=st.datetimes(timezones=zones),
    facts=st.lists(st.one_of(*map(st.from_type, get_args(Fact))), max_size=4).map(tuple),
    failures=st.lists(st.builds(Failure), max_size=2).map(tuple),
    asked=st.dictionaries(st.text(), st.text(), max_size=3),
)


@given(snapshots)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_what_is_read_is_what_was_written(snapshot: Snapshot) -> None:
    text = [f"{line}\n" for line in lines(snapshot)]

    again = snapshot_of(text)

    assert again == snapshot
    assert [f"{line}\n" for line in lines(again)] == text


def test_a_file_gives_back_the_facts_and_their_kinds_of_number(tmp_path: Path) -> None:
    write(SNAPSHOT, tmp_path / "facts.jsonl")

    again = read(tmp_path / "facts.jsonl")

    assert again == SNAPSHOT
    assert [type(fact.value) for fact in again.facts if isinstance(fact, MeasureFact)] == [datetime, int, float]
    assert [path.name for path in tmp_path.iterdir()] == ["facts.jsonl"]


def test_the_bytes_do_not_depend_on_the_order_of_sets_or_mappings() -> None:
    turned = Snapshot(
        SNAPSHOT.taken_at.astimezone(timezone(timedelta(hours=2))),
        SNAPSHOT.facts,
        SNAPSHOT.failures,
        dict(sorted(SNAPSHOT.asked.items())),
    )

    assert list(lines(turned)) == list(lines(SNAPSHOT))


@pytest.mark.parametrize(
    ("line", "replacement", "said"),
    [
        (1, "", "snapshot:1: is no snapshot"),
        (1, '{"format": "lineage-snapshot/v9"}', "snapshot:1: is of another format"),
        (1, '{"format": "lineage-snapshot/v1", "taken_at": 3, "lines": 2}', "snapshot:1: the head is broken"),
        (3, "{", "snapshot:3: is no line"),
        (3, "[" * 100_000, "snapshot:3: is no line"),
        (3, '{"fact": "Secret", "value": "ada@example.org"}', "snapshot:3: is no line"),
        (3, '{"fact": "CostFact", "queries": "ada@example.org"}', "snapshot:3: is no line"),
    ],
)
def test_a_broken_line_is_named_and_not_quoted(line: int, replacement: str, said: str) -> None:
    text = list(lines(SNAPSHOT))
    text[line - 1] = replacement

    with pytest.raises(SnapshotError) as raised:
        snapshot_of(text)

    assert str(raised.value).startswith(said)
    assert "ada@" not in str(raised.value)


def test_a_file_that_was_cut_off_is_refused() -> None:
    text = list(lines(SNAPSHOT))

    with pytest.raises(SnapshotError, match="5 of 7 lines"):
        snapshot_of(text[:-2])


def test_a_fact_with_a_field_of_a_later_version_is_refused() -> None:
    text = list(lines(Snapshot(NOW, (CostFact(SEEN, 1, 2, 3, 0.5),))))
    text[1] = json.dumps({**json.loads(text[1]), "watts": 3})

    with pytest.raises(SnapshotError, match="snapshot:2"):
        snapshot_of(text)


def test_a_fact_without_a_field_that_has_a_default_is_of_an_earlier_version() -> None:
    text = list(
        lines(Snapshot(NOW, (MeasureFact(SEEN, CONTACTS, "", (), "rows", 1),), (Failure("rule x", "crashed"),)))
    )
    entry = json.loads(text[2])
    del entry["failure"]["settle"]
    text[2] = json.dumps(entry)

    assert snapshot_of(text).failures == (Failure("rule x", "crashed"),)


def test_a_file_that_is_not_there_is_said_to_be_unreadable(tmp_path: Path) -> None:
    with pytest.raises(SnapshotError, match="cannot be read"):
        read(tmp_path / "none.jsonl")
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SnapshotError, match="is no snapshot"):
        read(tmp_path / "binary")
