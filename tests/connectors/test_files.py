"""Files, as they are found in real folders."""

from __future__ import annotations

import gzip
import os
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa  # noqa: TID253 - the tests write Parquet files
import pyarrow.parquet as pq  # noqa: TID253 - the tests write Parquet files
import pytest

from connectors._patterns import Found, files_below, matching, patterns_of
from lineage import registry
from lineage.connector import Attempt, Measure, MeasureKind, Profile, Sample, Structure
from lineage.duration import Duration
from lineage.model import (
    AbsentFact,
    DatasetFact,
    DatasetId,
    Fact,
    FieldFact,
    LookFact,
    MeasureFact,
    ResolvedFact,
    UnseenFact,
)
from lineage.plan.model import Budget
from lineage.predicate import Compare, Joined
from tests.connectors.conformance import (
    CONTACTS,
    MARKER,
    ODD,
    ODD_COLUMNS,
    ROWS,
    ConnectorLaws,
    System,
    context_of,
    read,
    relation_of,
    values_of,
)

NEWEST = Measure(CONTACTS, MeasureKind.NEWEST, "at")


def state_of(folder: Path) -> object:
    return sorted(
        (str(path), path.read_bytes(), path.stat().st_mtime_ns) for path in folder.rglob("*") if path.is_file()
    )


def csv_row(cells: Sequence[object]) -> str:
    return ",".join("" if cell is None else '"' + str(cell).replace('"', '""') + '"' for cell in cells)


class FilesLaws(ConnectorLaws):
    kind = "files"

    def contacts(self, folder: Path) -> str:
        """Write the contacts and give the pattern that reads them."""
        raise NotImplementedError

    def lively(self, folder: Path) -> System:
        reads = self.contacts(folder)
        odd = folder / "odd Ä'[x]*"
        odd.mkdir()
        (odd / f"{MARKER} @ 'x'.csv").write_text(
            "\n".join([csv_row(ODD_COLUMNS), csv_row([MARKER for _ in ODD_COLUMNS])]), encoding="utf-8"
        )
        (folder / f"{MARKER}.txt").write_text(MARKER)
        targets = {CONTACTS: reads, ODD: "odd*/*.csv"}
        return System({"path": str(folder)}, targets, lambda: state_of(folder), (str(folder),))

    def bare(self, folder: Path) -> System:
        (folder / "bare").mkdir()
        return System({"path": str(folder / "bare")})

    def unreachable(self, folder: Path) -> Sequence[System]:
        return [
            System({"path": str(folder / "none")}),
            System({"path": "s3://bucket/folder"}),
            System({"path": "a\x00b"}),
        ]


class TestCsvLaws(FilesLaws):
    def contacts(self, folder: Path) -> str:
        lines = [csv_row(("id", "region", "email", "at")), *(csv_row(row) for row in ROWS)]
        (folder / "contacts.csv").write_text("\n".join(lines))
        return "contacts.csv"


class TestJsonLaws(FilesLaws):
    def contacts(self, folder: Path) -> str:
        import json

        for number, row in enumerate(ROWS):
            record = dict(zip(("id", "region", "email", "at"), row, strict=True))
            (folder / f"contacts-{number}.jsonl").write_text(json.dumps(record) + "\n")
        return "contacts-*.jsonl"


class TestParquetLaws(FilesLaws):
    def contacts(self, folder: Path) -> str:
        columns = dict(zip(("id", "region", "email", "at"), zip(*ROWS, strict=True), strict=True))
        at = [datetime.fromisoformat(str(text)) if text else None for text in columns["at"]]
        table = pa.table({**{name: list(columns[name]) for name in ("id", "region", "email")}, "at": at})
        pq.write_table(table, folder / "contacts.parquet", row_group_size=2)
        return "contacts.parquet"


def structure_of(folder: Path, **targets: str) -> list[Fact]:
    named = {DatasetId(f"s.{name}"): reads for name, reads in targets.items()}
    return read("files", {"path": str(folder)}, [Structure(named)])


def types_of(facts: Sequence[Fact]) -> dict[str, str]:
    return {".".join(fact.name.field): fact.type for fact in facts if isinstance(fact, FieldFact)}


def unseen_of(facts: Sequence[Fact]) -> list[tuple[str, str]]:
    """Give what could not be looked at besides access."""
    return [(fact.what, fact.reason) for fact in facts if isinstance(fact, UnseenFact) and fact.what != "access"]


def profiled(folder: Path, reads: str, *measures: Measure, **changes: object) -> list[Fact]:
    relation = relation_of(structure_of(folder, contacts=reads), CONTACTS)
    profile = Profile(relation, None, (), measures, **changes)  # type: ignore[arg-type]
    return read("files", {"path": str(folder)}, [profile])


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
        ("a.csv.gz", gzip.compress(b"id,n\n1,a\n" * 99)[:-30], "a compressed file is broken (EOFError)"),
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
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(b"id,at\n1,2026-11-20\n"))
    (tmp_path / "b.jsonl.gz").write_bytes(gzip.compress(b'{"id": 1}\n'))

    assert types_of(structure_of(tmp_path)) == {"id": "BIGINT", "at": "DATE"}


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
    files = tuple(files_below(tmp_path))

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
