"""Which files a pattern finds, and by what they are told."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from connectors._patterns import Found, files_below, matching, patterns_of
from lineage import registry
from lineage.connector import Structure
from lineage.facts import AbsentFact, DatasetFact
from tests.connectors.conformance import (
    CONTACTS,
    MARKER,
    read,
)
from tests.connectors.files_facts import structure_of, types_of, unseen_of


def test_size_and_time_of_the_files_are_told(tmp_path: Path) -> None:
    for number in (1, 2):
        (tmp_path / f"a{number}.csv").write_text("id\n1\n")
        os.utime(tmp_path / f"a{number}.csv", (number * 1000, number * 1000))

    [fact] = [fact for fact in structure_of(tmp_path, contacts="a*.csv") if isinstance(fact, DatasetFact)]

    assert (fact.size_bytes, fact.parts) == (10, 2)
    assert fact.changed_at == datetime.fromtimestamp(2000, UTC)
    assert fact.name.path == ("a*.csv",)


def test_nothing_outside_of_the_folder_is_read(tmp_path: Path) -> None:
    inside, outside = tmp_path / "in", tmp_path / "out"
    inside.mkdir()
    outside.mkdir()
    (outside / "secret.csv").write_text("id\n1\n")
    (inside / "link.csv").symlink_to(outside / "secret.csv")
    (inside / "folder").symlink_to(outside)
    (inside / "loop").symlink_to(inside)

    targets = {
        "a": "../out/secret.csv",
        "b": "link.csv",
        "c": "folder/secret.csv",
        "d": str(outside / "secret.csv"),
        "e": "**/secret.csv",
        "f": "in/../../out/*.csv",
    }
    facts = structure_of(inside, **targets)

    assert {fact.dataset for fact in facts if isinstance(fact, AbsentFact)} == {f"s.{name}" for name in targets}
    assert not any(isinstance(fact, DatasetFact) for fact in facts)


@pytest.mark.parametrize(
    ("names", "patterns"),
    [
        (["contacts.csv", "open_tickets.csv"], ["contacts.csv", "open_tickets.csv"]),
        (["tickets-2026-01.jsonl", "tickets-2026-02.jsonl"], ["tickets-*.jsonl"]),
        (["anna-1987.csv"], ["*.csv"]),
        (["anna_2024_export.csv", "bob_2024_export.csv"], ["*_export.csv"]),
        (["Anna.csv", "müller.csv", "a b.csv", "_.csv"], ["*.csv"]),
        (["x@y.example.parquet"], ["*.parquet"]),
        (["2024/11/day.parquet", "2024/12/day.parquet"], ["*/*/day.parquet"]),
        (["data.CSV", "log.csv.gz"], ["data.CSV", "log.csv.gz"]),
        ([f"{letter * 5}.csv" for letter in "abcdefghijklmnopqrstuvwxyz"], ["*.csv"]),
        ([f"{letter * 5}_orders.csv" for letter in "abcdefghijklmnopqrstuvwxyz"], ["*_orders.csv"]),
        ([f"{letter * 5}/orders.csv" for letter in "abcdefghijklmnopqrstuvwxyz"], ["*/orders.csv"]),
    ],
)
def test_only_words_that_name_a_kind_of_file_are_told(names: list[str], patterns: list[str]) -> None:
    files = [Found(Path("/nowhere"), tuple(name.split("/")), 1, 0.0) for name in names]

    told = patterns_of(files)

    assert list(told) == patterns
    assert all(set(members) <= set(matching(files, pattern)) for pattern, members in told.items())


def test_files_that_no_plan_names_are_grouped_by_pattern(tmp_path: Path) -> None:
    for name in ("day-1.csv", "day-2.csv", f"{MARKER}.csv", f"{MARKER[3:]}-3.csv", "notes.txt", ".hidden.csv"):
        (tmp_path / name).write_text("id\n1\n")

    facts = structure_of(tmp_path)

    assert {fact.name.path: fact.parts for fact in facts if isinstance(fact, DatasetFact)} == {
        ("*.csv",): 4,
        ("day-*.csv",): 2,
    }
    assert MARKER[3:] not in repr(facts)


def test_a_pattern_of_many_stars_is_matched_in_no_time(tmp_path: Path) -> None:
    (tmp_path / ("a" * 200 + ".csv")).write_text("id\n1\n")
    files = files_below(tmp_path).files

    assert matching(files, "*a" * 100 + "b") == ()
    assert matching(files, "/".join(["**"] * 500)) == files


def test_a_single_file_is_a_source_too(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id\n1\n")
    (tmp_path / "b.csv").write_text("id\n1\n")
    connector = registry.connector("files")
    assert connector.from_url is not None

    facts = read("files", dict(connector.from_url(f"file://{tmp_path}/a.csv")), [Structure()])

    assert [fact.name.path for fact in facts if isinstance(fact, DatasetFact)] == [("a.csv",)]


def test_a_format_can_be_told_where_the_ending_does_not(tmp_path: Path) -> None:
    (tmp_path / "export.txt").write_text("id\n1\n")

    untold = read("files", {"path": str(tmp_path)}, [Structure({CONTACTS: "export.txt"})])
    told = read("files", {"path": str(tmp_path), "format": "csv"}, [Structure({CONTACTS: "export.txt"})])

    assert unseen_of(untold) == [("structure", "the format of the files is not known")]
    assert types_of(told) == {"id": "BIGINT"}
