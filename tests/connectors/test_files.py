"""Files, as they are found in real folders."""

from __future__ import annotations

import gzip
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa  # noqa: TID253 - the tests write Parquet files
import pytest

from lineage.connector import Attempt, Measure, MeasureKind, Profile, Sample
from lineage.facts import DatasetFact, LookFact, MeasureFact, ResolvedFact, UnseenFact
from lineage.model import DatasetId
from lineage.plan.model import Budget
from lineage.predicate import Compare, Joined
from rules.privacy import _kernel
from rules.privacy.detection import DETECTOR
from tests.connectors.conformance import (
    CONTACTS,
    MARKER,
    context_of,
    read,
    relation_of,
    values_of,
)
from tests.connectors.files_facts import NEWEST, profiled, structure_of, types_of, unseen_of


def test_a_type_is_what_every_value_allows(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(
        "n,x,zip,yes,day,wall,zoned,mixed,id\n"
        "1,1.5,01067,true,2026-01-31,2026-01-31 10:00:00,2026-01-31T10:00:00Z,2026-01-31T10:00:00Z,1\n"
        "-2,3,10115,false,2026-02-01,2026-01-31T10:00,2026-01-31T10:00:00+02:00,2026-01-31T10:00:00,12345678901234567890\n"
        ",,,,,,,,\n"
    )

    assert types_of(structure_of(tmp_path)) == {
        "n": "BIGINT",
        "x": "DOUBLE",
        "zip": "VARCHAR",
        "yes": "BOOLEAN",
        "day": "DATE",
        "wall": "TIMESTAMP",
        "zoned": "TIMESTAMP WITH TIME ZONE",
        "mixed": "VARCHAR",
        "id": "VARCHAR",
    }


def test_dates_that_could_be_read_two_ways_stay_text(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("at\n01/02/2026\n13/02/2026\n")

    assert types_of(structure_of(tmp_path)) == {"at": "VARCHAR"}
    assert unseen_of(profiled(tmp_path, "a.csv", NEWEST)) == [("data", "2 values tell no time")]


def test_moments_with_and_without_a_zone_are_each_read_by_what_they_say(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("at\n2026-11-20T10:00:00+02:00\n2026-11-20 10:30:00\n")
    berlin = Measure(CONTACTS, MeasureKind.NEWEST, "at", zone="Europe/Berlin")

    facts = profiled(tmp_path, "a.csv", NEWEST, berlin, Measure(CONTACTS, MeasureKind.OLDEST, "at"))

    assert [fact.value for fact in facts if isinstance(fact, MeasureFact)] == [
        2,
        datetime(2026, 11, 20, 10, 30, tzinfo=UTC),
        datetime(2026, 11, 20, 9, 30, tzinfo=UTC),
        datetime(2026, 11, 20, 8, 0, tzinfo=UTC),
    ]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_a_delimiter_is_found_in_the_header(tmp_path: Path, delimiter: str) -> None:
    (tmp_path / "a.csv").write_text(delimiter.join(("id", "name")) + "\n" + delimiter.join(("1", '"x,;|y\nz"')) + "\n")

    assert types_of(structure_of(tmp_path)) == {"id": "BIGINT", "name": "VARCHAR"}


def test_a_first_row_of_data_becomes_no_name(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("anna@x.example,Anna\nbob@x.example,Bob\n")

    facts = structure_of(tmp_path)

    assert types_of(facts) == {"column0": "VARCHAR", "column1": "VARCHAR"}
    assert [fact.rows_estimate for fact in facts if isinstance(fact, DatasetFact)] == [2]
    assert unseen_of(facts) == [("structure", "a file has no header; its columns are called by their place")]


def test_keys_that_look_like_values_become_no_names(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"id": 1, "by": {"anna@x.example": 2}, "deep": {"at": {"city": "x"}}}\n')

    facts = structure_of(tmp_path)

    assert types_of(facts) == {"id": "BIGINT", "by": "JSON", "deep.at.city": "VARCHAR"}
    assert "anna" not in repr(facts)


def test_fields_of_records_are_measured_by_their_path(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(
        '{"who": {"city": "Bonn", "at": "2026-11-20T10:00:00Z"}}\n{"who": {"city": " "}}\n{"who": null}\n{}\n'
    )

    told = values_of(
        profiled(
            tmp_path,
            "a.jsonl",
            Measure(CONTACTS, MeasureKind.NEWEST, "who.at"),
            Measure(CONTACTS, MeasureKind.NULLS, "who.city"),
            Measure(CONTACTS, MeasureKind.BLANKS, "who.city"),
        )
    )

    assert told == {"rows": 4, "newest": [datetime(2026, 11, 20, 10, tzinfo=UTC)], "nulls": 2, "blanks": 1}


def test_files_with_other_headers_are_told_and_joined_by_name(tmp_path: Path) -> None:
    (tmp_path / "a-1.csv").write_text("id,name\n1,x\n")
    (tmp_path / "a-2.csv").write_text("name,id,more\ny,2,z\n")

    facts = structure_of(tmp_path, contacts="a-*.csv")

    assert types_of(facts) == {"id": "BIGINT", "name": "VARCHAR", "more": "VARCHAR"}
    assert "2 different headers" in unseen_of(facts)[0][1]
    assert [(fact.parts, fact.rows_estimate) for fact in facts if isinstance(fact, DatasetFact)] == [(2, 2)]


def test_hundreds_of_files_with_other_keys_are_one_dataset(tmp_path: Path) -> None:
    for number in range(300):
        value = number if number < 200 else number + 0.5
        (tmp_path / f"day-{number}.jsonl").write_text(
            f'{{"ID": {number}, "of": {{"key_{"abc"[number % 3]}": {value}, "mixed": {"{}" if number % 2 else 1}}}}}\n'
        )
        (tmp_path / f"day-{number}.csv").write_text(f"id\n{number}\n")

    jsonl, csv = (structure_of(tmp_path, contacts=f"day-*.{ending}") for ending in ("jsonl", "csv"))

    assert types_of(jsonl) == {
        "ID": "BIGINT",
        "of.key_a": "DOUBLE",
        "of.mixed": "JSON",
        "of.key_b": "DOUBLE",
        "of.key_c": "DOUBLE",
    }
    assert unseen_of(jsonl) + unseen_of(csv) == []
    assert [fact.rows_estimate for fact in [*jsonl, *csv] if isinstance(fact, DatasetFact)] == [300, 300]


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.csv", b"", "the files are empty"),
        ("a.csv", b"id,n\n1,a\n2,b,c\n", "a line or a file is broken (InvalidInputException)"),
        ("a.csv", b'id,n\n1,"a\n', "a line or a file is broken (InvalidInputException)"),
        ("a.csv", "id,n\n1,Mü\n".encode("latin-1"), "a file is not UTF-8 (UnicodeDecodeError)"),
        ("a.csv", "id,n\n1,a\n".encode("utf-16"), "a file is not UTF-8 (UnicodeDecodeError)"),
        ("a.csv.gz", b"id,n\n1,a\n", "a compressed file is broken (BadGzipFile)"),
        ("a.csv.gz", gzip.compress(b"id,n\n1,a\n" * 99, mtime=0)[:-30], "a compressed file is broken (EOFError)"),
        ("a.jsonl", b'{"id": 1}\n{"id": \n', "a line or a file is broken (InvalidInputException)"),
        ("a.parquet", b"PAR1 no parquet PAR1", "a line or a file is broken (InvalidInputException)"),
        ("a.json", b"[1, 2", "a line or a file is broken (InvalidInputException)"),
    ],
)
def test_a_file_that_cannot_be_read_is_said_to_be_unseen(
    tmp_path: Path, name: str, content: bytes, reason: str
) -> None:
    (tmp_path / name).write_bytes(content)
    (tmp_path / "good.csv").write_text("id\n1\n")

    facts = structure_of(tmp_path, bad=name, contacts="good.csv")

    assert unseen_of(facts) == [("structure", reason)]
    assert {fact.dataset for fact in facts if isinstance(fact, ResolvedFact)} == {"s.bad", "s.contacts"}
    assert types_of(facts)["id"] in {"BIGINT", "VARCHAR"}


def test_a_file_that_breaks_later_is_unseen_data(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id,at\n1,2026-11-20T10:00:00Z\n")
    relation = relation_of(structure_of(tmp_path, contacts="a.csv"), CONTACTS)
    (tmp_path / "a.csv").write_text(f"id,at\n1,{MARKER}\n")

    tasks = [Profile(relation, None, (), (NEWEST, Measure(CONTACTS, MeasureKind.NULLS, "id")))]
    facts = read("files", {"path": str(tmp_path)}, tasks)

    assert values_of(facts) == {"rows": 1, "nulls": 0}
    assert [reason for _, reason in unseen_of(facts)] == ["a value does not fit the type (ConversionException)"]
    assert MARKER not in repr(facts)


def test_a_file_that_is_gone_is_unseen_data(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id\n1\n")
    relation = relation_of(structure_of(tmp_path, contacts="a.csv"), CONTACTS)
    (tmp_path / "a.csv").unlink()

    facts = read("files", {"path": str(tmp_path)}, [Profile(relation, None, (), ()), Sample(relation, None, None)])

    assert unseen_of(facts) == [("data", "no such file"), ("sample", "no such file")]


def test_a_header_alone_is_a_dataset_without_rows(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id,at\n")

    facts = profiled(tmp_path, "a.csv", NEWEST)

    assert values_of(facts) == {"rows": 0, "newest": [None]}


def test_compressed_files_are_read(tmp_path: Path) -> None:
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(b"id,at\n1,2026-11-20\n", mtime=0))
    (tmp_path / "b.jsonl.gz").write_bytes(gzip.compress(b'{"id": 1}\n'))

    assert types_of(structure_of(tmp_path)) == {"id": "BIGINT", "at": "DATE"}


def test_a_segment_is_followed_from_one_file_to_another(tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text("id,region\n1,EU\n2,US\n")
    (tmp_path / "tickets.jsonl").write_text('{"who": 1}\n{"who": 1}\n{"who": 2}\n{"who": null}\n')
    people = DatasetId("s.people")
    structure = structure_of(tmp_path, contacts="tickets.jsonl", people="people.csv")
    cell = Joined("who", people, "id", Compare("region", "=", "EU"))
    profile = Profile(relation_of(structure, CONTACTS), None, (cell,), (), {people: relation_of(structure, people)})

    facts = read("files", {"path": str(tmp_path)}, [profile])

    assert {fact.atom[0][1]: fact.value for fact in facts if isinstance(fact, MeasureFact)} == {True: 2, False: 2}


def test_a_detector_sees_the_text_of_the_file_not_a_number_made_of_it(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("phone\n+49151\n0151\n")
    seen: list[str] = []

    class Spy:
        name = "spy"

        def detect(self, table: pa.Table) -> Sequence[object]:
            seen.extend(table.column("phone").to_pylist())
            return iter(())  # type: ignore[return-value]

    relation = relation_of(structure_of(tmp_path, contacts="a.csv"), CONTACTS)
    facts = read("files", {"path": str(tmp_path)}, [Sample(relation, None, 2)], context_of(detector=Spy()))

    assert seen == ["+49151", "0151"]
    assert [fact.whole for fact in facts if isinstance(fact, LookFact)] == [True]


def test_a_detector_that_crashes_leaves_no_value_behind(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(f"name\n{MARKER}\n")

    class Crash:
        name = "crash"

        def detect(self, table: pa.Table) -> Sequence[object]:
            raise ValueError(table.to_pylist())

    relation = relation_of(structure_of(tmp_path, contacts="a.csv"), CONTACTS)
    facts = read("files", {"path": str(tmp_path)}, [Sample(relation, None, 1)], context_of(detector=Crash()))

    assert unseen_of(facts) == [("sample", "the detector crashed (ValueError)")]
    assert MARKER not in repr(facts)


def test_a_detector_of_which_a_part_is_missing_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.csv").write_text("name\n" + "".join(f"mail{n}@corp.com\n" for n in range(99)))
    monkeypatch.setattr(_kernel, "_LIBRARY", tmp_path / "kernel.so")
    _kernel.kernel.cache_clear()

    relation = relation_of(structure_of(tmp_path, contacts="a.csv"), CONTACTS)
    facts = read("files", {"path": str(tmp_path)}, [Sample(relation, None, 99)], context_of(detector=DETECTOR))

    _kernel.kernel.cache_clear()
    assert unseen_of(facts) == [("sample", "a part of the detector is missing")]
    assert "install the package again" in repr(facts)


def test_large_files_are_over_budget_by_their_size(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id\n" + "1\n" * 5_000)
    relation = relation_of(structure_of(tmp_path, contacts="a.csv"), CONTACTS)

    facts = read(
        "files", {"path": str(tmp_path)}, [Profile(relation, None, (), ())], context_of(budget=Budget(rows=100))
    )

    assert "over budget" in unseen_of(facts)[0][1]


def test_access_is_said_to_be_unseen(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id\n1\n")
    relation = relation_of(structure_of(tmp_path, contacts="a.csv"), CONTACTS)

    facts = read("files", {"path": str(tmp_path)}, [Attempt(relation, "anybody")])

    assert [(fact.what, fact.name) for fact in facts if isinstance(fact, UnseenFact)] == [("access", relation.name)]
