"""Freshness by what partitions are named or bound for: folders of files, ranges of PostgreSQL and MariaDB."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from lineage.model import Verdict
from lineage.report import Report
from lineage.testing import World, assumption, finding, fired, verdict
from rules.freshness.ambiguous_time_zone import RULE as AMBIGUOUS
from rules.freshness.stale_source import RULE as STALE
from rules.freshness.unsuitable_clock import RULE as UNSUITABLE
from rules.freshness.unverifiable_freshness import RULE as UNVERIFIABLE
from tests.connectors import aws_servers
from tests.servers import PostgresDatabase
from tests.servers_mariadb import MariadbSchemas

RULES = (STALE, UNVERIFIABLE, UNSUITABLE, AMBIGUOUS)
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
HELD, BROKEN, UNVERIFIED = Verdict.HELD, Verdict.BROKEN, Verdict.UNVERIFIED
PLAN = """
plan: v1
meta: {id: partitions, owner: owner@acme.example}
sources:
  wh:
    connector: CONNECTOR
    datasets:
      orders:
        reads: "READS"
        fresh: {clock: CLOCK, within: WITHIN, zone: ZONE}
        fields: {id: required}
steps: {draft: {reads: {wh.orders: all}, to: prompt}}
rollout: [{stage: first}]
"""


def audited(world: World, within: str, clock: str = "dt", zone: str = "UTC", **more: str) -> Report:
    given = {"connector": '{type: files, path: "${FILES}"}', "reads": "orders/**/*", **more}
    text = PLAN.replace("CLOCK", clock).replace("WITHIN", within)
    text = text.replace("ZONE", zone) if zone else text.replace(", zone: ZONE", "")
    for word, value in given.items():
        text = text.replace(word.upper(), value)
    report = world.audit(text, rules=RULES)
    assert not report.failures
    return report


def parquet(folder: Path, files: Mapping[str, int]) -> World:
    """Lay out Parquet files, each with so many records."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    for name, rows in files.items():
        path = folder / "files" / "orders" / name / "part-0.parquet"
        path.parent.mkdir(parents=True)
        pq.write_table(pa.table({"id": pa.array(range(rows), pa.int64())}), path)
    return World(folder, {"FILES": str(folder / "files")}, NOW)


@pytest.mark.parametrize(
    ("within", "expected"),
    [("61 hours", HELD), ("60 hours", HELD), ("59 hours", UNVERIFIED), ("36 hours", UNVERIFIED), ("35 hours", BROKEN)],
)
def test_the_width_of_the_newest_folder_is_the_error_bar(tmp_path: Path, within: str, expected: Verdict) -> None:
    world = parquet(tmp_path, {"dt=2026-11-19": 3, "dt=2026-11-20": 2})

    line = assumption(audited(world, within), "fresh.within")

    assert line.verdict is expected
    assert line.actual.interval == (36 * 3600, 60 * 3600)
    assert line.actual.method == "load clock: partitions by dt"


@pytest.mark.parametrize(
    ("folders", "clock", "interval"),
    [
        (("dt=2026-11-22",), "dt", (0, 12)),
        (("dt=20261121",), "dt", (12, 36)),
        (("region=EU/dt=2026-11-19", "region=US/dt=2026-11-21"), "dt", (12, 36)),
        (("year=2026/month=9/day=30", "year=2026/month=11/day=21"), "day", (12, 36)),
        (("year=2026/month=11/day=21/hour=23",), "hour", (12, 13)),
        (("dt=2026-11-21/hour=07",), "dt", (28, 29)),
        (("hour=2026-11-21-07",), "hour", (28, 29)),
        (("at=2026-11-21 07%3A00%3A00",), "at", (28, 29)),
        (("month=2026-10",), "month", (21 * 24 + 12, 52 * 24 + 12)),
        (("year=2025",), "year", (325 * 24 + 12, 690 * 24 + 12)),
    ],
)
def test_folders_are_read_in_the_ways_that_they_are_named(
    tmp_path: Path, folders: tuple[str, ...], clock: str, interval: tuple[int, int]
) -> None:
    report = audited(parquet(tmp_path, dict.fromkeys(folders, 1)), "3 years", clock)

    line = assumption(report, "fresh.within")
    assert line.verdict is HELD
    assert line.actual.interval == (interval[0] * 3600, interval[1] * 3600)
    assert not fired(report)


def test_a_folder_that_holds_no_record_is_not_the_newest(tmp_path: Path) -> None:
    world = parquet(tmp_path, {"dt=2026-11-10": 3, "dt=2026-11-21": 0, "dt=2026-11-22": 0})

    found = finding(audited(world, "2 days"), STALE.id)

    assert found is not None
    assert "its newest record came between 12 days and 12 days ago" in found.judgement.says


def test_folders_of_the_future_hide_no_stale_ones(tmp_path: Path) -> None:
    world = parquet(tmp_path, {"dt=2026-08-20": 3, "dt=2027-01-01": 2})

    found = finding(audited(world, "2 days"), STALE.id)

    assert found is not None
    assert found.judgement.says.endswith("at most 2 days is needed; 1 that begin after now are left out")


def test_a_dataset_of_empty_folders_is_not_fresh(tmp_path: Path) -> None:
    assert verdict(audited(parquet(tmp_path, {"dt=2026-11-22": 0}), "1 year"), "fresh.within") is BROKEN


@pytest.mark.parametrize(
    ("zone", "within", "expected"),
    [
        ("", "50 hours", HELD),
        ("", "49 hours", UNVERIFIED),
        ("", "0 seconds", UNVERIFIED),
        ("Asia/Tokyo", "45 hours", HELD),
        ("Asia/Tokyo", "20 hours", BROKEN),
        ("America/Los_Angeles", "4 hours", UNVERIFIED),
    ],
)
def test_a_folder_names_a_day_in_some_zone(tmp_path: Path, zone: str, within: str, expected: Verdict) -> None:
    report = audited(parquet(tmp_path, {"dt=2026-11-21": 1}), within, zone=zone)

    assert verdict(report, "fresh.within") is expected
    assert (AMBIGUOUS.id in fired(report)) is (zone == "")


def test_tomorrow_s_folder_is_today_s_in_no_zone_that_must_hold(tmp_path: Path) -> None:
    world = parquet(tmp_path, {"dt=2026-08-20": 1, "dt=2026-11-23": 1})

    assert verdict(audited(world, "1 day", zone=""), "fresh.within") is UNVERIFIED
    assert verdict(audited(world, "1 day", zone="UTC"), "fresh.within") is BROKEN
    assert verdict(audited(world, "1 day", zone="Pacific/Kiritimati"), "fresh.within") is HELD


@pytest.mark.parametrize(
    "folders",
    [("dt=2026-11-22", "other"), ("dt=today",), ("dt=2026-13-40",), ("dt=2026-11-22", "day=2026-11-22"), ("hour=05",)],
)
def test_folders_that_tell_no_time_leave_it_open(tmp_path: Path, folders: tuple[str, ...]) -> None:
    report = audited(parquet(tmp_path, dict.fromkeys(folders, 1)), "1 year", folders[0].partition("=")[0])

    assert verdict(report, "fresh.within") is UNVERIFIED


def test_records_without_a_folder_of_their_own_leave_open_how_stale_it_is(tmp_path: Path) -> None:
    world = parquet(tmp_path, {"dt=2026-08-20": 1, "dt=__HIVE_DEFAULT_PARTITION__": 1})

    assert verdict(audited(world, "1 day"), "fresh.within") is UNVERIFIED


def test_days_of_birth_are_not_told(tmp_path: Path) -> None:
    report = audited(parquet(tmp_path, {"date_of_birth=1987-03-02": 1}), "1 day", "date_of_birth")

    assert verdict(report, "fresh.within") is UNVERIFIED
    assert "1987" not in repr(report)


def test_a_field_in_the_files_comes_before_their_folders(tmp_path: Path) -> None:
    world = World(tmp_path, now=NOW).file("orders/dt=2026-11-22/a.csv", "id,dt\n1,2026-01-01\n")

    found = finding(audited(world, "1 day"), STALE.id)

    assert found is not None
    assert found.judgement.actual.method == "newest dt up to now, by its event clock"


@pytest.mark.parametrize(
    ("name", "empty", "full"),
    [
        ("a.csv", "id,name\n", "id,name\n1,a\n"),
        ("a.jsonl", "\n", '{"id": 1}\n'),
        ("a.json", "[]", '[{"id": 1}]'),
    ],
)
def test_other_files_are_looked_at_for_a_record(tmp_path: Path, name: str, empty: str, full: str) -> None:
    world = World(tmp_path, now=NOW).file(f"orders/dt=2026-11-10/{name}", full)
    world.file(f"orders/dt=2026-11-22/{name}", empty)

    assert verdict(audited(world, "2 days"), "fresh.within") is BROKEN
    world.file(f"orders/dt=2026-11-22/{name}", full)
    assert verdict(audited(world, "2 days"), "fresh.within") is HELD


POSTGRESQL = {"connector": '{type: postgresql, url: "${WH_URL}"}', "reads": "orders"}


def bounded(postgres: PostgresDatabase, kind: str, days: Mapping[int, int]) -> None:
    """Make a table with a partition a day before today, and so many records in each."""
    today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    postgres.execute(f"CREATE TABLE orders (id int, at {kind}) PARTITION BY RANGE (at)")
    for number, (back, rows) in enumerate(days.items()):
        begins, ends = (today - timedelta(days=back - more) for more in (0, 1))
        postgres.execute(
            f"CREATE TABLE part_{number} PARTITION OF orders FOR VALUES FROM ('{begins}') TO ('{ends}');"
            f"INSERT INTO orders SELECT n, '{begins}' FROM generate_series(1, {rows}) n"
        )
    postgres.execute("ANALYZE orders")


@pytest.mark.postgresql
@pytest.mark.parametrize(
    ("days", "within", "expected"),
    [
        ({5: 2, 0: 1}, "25 hours", HELD),
        ({5: 2, 0: 0, -1: 0}, "25 hours", BROKEN),
        ({5: 2, 0: 0, -1: 0}, "6 days", HELD),
        ({5: 2, 0: 0, -1: 0}, "5 days", UNVERIFIED),
        ({5: 0, 0: 0}, "6 days", BROKEN),
    ],
)
def test_partitions_of_postgresql_tell_where_no_commit_times_are_kept(
    tmp_path: Path, postgres: PostgresDatabase, days: Mapping[int, int], within: str, expected: Verdict
) -> None:
    bounded(postgres, "timestamptz", days)
    world = World(tmp_path, now=datetime.now(UTC)).url("wh", postgres.url())

    line = assumption(audited(world, within, "load_time", "", **POSTGRESQL), "fresh.within")

    assert "(partitions by at)" in line.says
    assert line.verdict is expected


@pytest.mark.postgresql
def test_a_default_partition_with_records_leaves_open_how_stale_it_is(
    tmp_path: Path, postgres: PostgresDatabase
) -> None:
    bounded(postgres, "timestamptz", {5: 2})
    postgres.execute("CREATE TABLE rest PARTITION OF orders DEFAULT")
    world = World(tmp_path, now=datetime.now(UTC)).url("wh", postgres.url())

    empty = audited(world, "1 day", "load_time", "", **POSTGRESQL)
    postgres.execute("INSERT INTO orders VALUES (9, NULL)")

    assert verdict(empty, "fresh.within") is BROKEN
    assert verdict(audited(world, "1 day", "load_time", "", **POSTGRESQL), "fresh.within") is UNVERIFIED


def test_partitions_of_mariadb_prove_that_nothing_newer_can_be_there(tmp_path: Path, mariadb: MariadbSchemas) -> None:
    schema, account = mariadb.schema("parted"), mariadb.account("auditor")
    mariadb.execute(
        f"CREATE TABLE `{schema}`.orders (id INT, at DATETIME) PARTITION BY RANGE COLUMNS (at) "
        "(PARTITION a VALUES LESS THAN ('2026-01-01'))",
        f"GRANT SELECT ON `{schema}`.* TO '{account}'@'%'",
    )
    world = World(tmp_path, now=NOW).url("wh", mariadb.url(account, schema))
    given = {"connector": '{type: mysql, url: "${WH_URL}"}', "reads": "orders"}

    assert verdict(audited(world, "30 days", "load_time", **given), "fresh.within") is BROKEN
    assert verdict(audited(world, "1 year", "load_time", **given), "fresh.within") is UNVERIFIED


@pytest.fixture(scope="module")
def buckets() -> Iterator[str]:
    with aws_servers.running() as url:
        yield url


def bucket(folder: Path, url: str, objects: Mapping[str, bytes]) -> tuple[World, str]:
    """Lay out the objects of a bucket below `orders/`, and give a world and its connector."""
    name = f"lake-{len(aws_servers.client(url, 's3').list_buckets()['Buckets'])}"
    client = aws_servers.client(url, "s3")
    client.create_bucket(Bucket=name)
    for key, body in objects.items():
        client.put_object(Bucket=name, Key=f"orders/{key}", Body=body)
    given = {"type": "s3", "bucket": name, "endpoint": url, "key": "${WH_KEY}", "secret": "${WH_SECRET}"}
    environ = {f"WH_{name.upper()}": value for name, value in aws_servers.CREDENTIALS.items()}
    return World(folder, environ, NOW), json.dumps(given)


LINE, HEADER = b'{"id": 1}\n', b"id\n"


@pytest.mark.parametrize(
    ("objects", "within", "expected"),
    [
        ({"dt=2026-11-19/a.jsonl": LINE, "dt=2026-11-20/a.jsonl": LINE}, "60 hours", HELD),
        ({"dt=2026-11-19/a.jsonl": LINE, "dt=2026-11-20/a.jsonl": LINE}, "40 hours", UNVERIFIED),
        ({"dt=2026-11-19/a.jsonl": LINE, "dt=2026-11-20/a.jsonl": LINE}, "35 hours", BROKEN),
        ({"dt=2026-11-10/a.csv": b"id\n1\n", "dt=2026-11-22/a.csv": HEADER}, "2 days", BROKEN),
        ({"dt=2026-08-20/a.jsonl": LINE, "dt=2027-01-01/a.jsonl": LINE}, "2 days", BROKEN),
        ({"dt=2026-11-22/a.jsonl": b""}, "1 year", BROKEN),
        ({"dt=2026-11-22/a.pdf": b"%PDF-1.7"}, "1 day", HELD),
        ({"region=EU/dt=2026-11-22/a.jsonl": LINE}, "1 day", HELD),
    ],
    ids=["held", "within the day", "stale", "a header only", "the future", "nothing", "no table", "deeper"],
)
def test_folders_of_a_bucket_are_a_clock(
    tmp_path: Path, buckets: str, objects: Mapping[str, bytes], within: str, expected: Verdict
) -> None:
    world, connector = bucket(tmp_path, buckets, objects)

    line = assumption(audited(world, within, connector=connector), "fresh.within")

    assert line.verdict is expected, line.says
    assert line.actual.method == "load clock: partitions by dt"


def test_a_region_that_is_a_dataset_of_its_own_is_judged_by_itself(tmp_path: Path, buckets: str) -> None:
    world, connector = bucket(
        tmp_path, buckets, {"region=EU/dt=2026-05-06/a.jsonl": LINE, "region=US/dt=2026-11-22/a.jsonl": LINE}
    )

    def told(region: str) -> Verdict | None:
        reads = f"orders/region={region}/**/*.jsonl"
        return verdict(audited(world, "1 day", connector=connector, reads=reads), "fresh.within")

    assert (told("EU"), told("US")) == (BROKEN, HELD)


def test_a_field_of_the_objects_comes_before_their_folders(tmp_path: Path, buckets: str) -> None:
    objects = {"dt=2026-11-22/a.jsonl": b'{"id": 1, "dt": "2026-01-01T00:00:00Z"}\n'}
    world, connector = bucket(tmp_path, buckets, objects)

    assert verdict(audited(world, "1 day", connector=connector), "fresh.within") is BROKEN
