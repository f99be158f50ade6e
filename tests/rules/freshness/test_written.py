"""Freshness by when a dataset was written, where its records have no time: each kind of telling, fresh and stale."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from lineage.model import Verdict
from lineage.report import Report
from lineage.testing import World, assumption, finding, fired, verdict
from rules.freshness.ambiguous_time_zone import RULE as AMBIGUOUS
from rules.freshness.stale_source import RULE as STALE
from rules.freshness.unsuitable_clock import RULE as UNSUITABLE
from rules.freshness.unverifiable_freshness import RULE as UNVERIFIABLE
from tests.connectors import aws_servers
from tests.servers import CannotStartError, PostgresDatabase, PostgresServer, start_postgres
from tests.servers_mariadb import MariadbSchemas

RULES = (STALE, UNVERIFIABLE, UNSUITABLE, AMBIGUOUS)
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
PLAN = """
plan: v1
meta: {id: written, owner: owner@acme.example}
sources:
  wh:
    connector: CONNECTOR
    datasets:
      orders:
        reads: READS
        fresh: {clock: CLOCK, within: WITHIN}
        fields: {id: required}
steps: {draft: {reads: {wh.orders: all}, to: prompt}}
rollout: [{stage: first}]
"""


def audited(world: World, connector: str, reads: str, within: str = "1 day", clock: str = "load_time") -> Report:
    text = PLAN
    for word, value in {"CONNECTOR": connector, "READS": reads, "CLOCK": clock, "WITHIN": within}.items():
        text = text.replace(word, value)
    report = world.audit(text, rules=RULES)
    assert not report.failures
    return report


def held(report: Report, by: str) -> None:
    line = assumption(report, "fresh.within")
    assert line.verdict is Verdict.HELD, line.says
    assert f"by its load clock ({by}" in line.says
    assert line.actual.method == f"load clock: {by}"
    assert verdict(report, "fresh.clock") is Verdict.HELD
    assert not fired(report)


def stale(report: Report, by: str) -> None:
    found = finding(report, STALE.id)
    assert found is not None
    assert f"by its load clock ({by}" in found.judgement.says
    assert fired(report) == {STALE.id}


def both(world: World, connector: str, reads: str, by: str) -> None:
    """What was written just now is fresh by the hour, and a few seconds later stale by the second."""
    world.now = datetime.now(UTC)
    held(audited(world, connector, reads, "1 hour"), by)
    time.sleep(3.1)
    world.now = datetime.now(UTC)
    stale(audited(world, connector, reads, "1 second"), by)


def aged(world: World, name: str, hours: float) -> None:
    moment = (NOW - timedelta(hours=hours)).timestamp()
    os.utime(world.folder / "files" / name, (moment, moment))


FILES = '{type: files, path: "${FILES}"}'


@pytest.mark.parametrize(("hours", "judge"), [(23, held), (25, stale)])
def test_a_file_tells_when_it_was_written(tmp_path: Path, hours: float, judge: Callable[[Report, str], None]) -> None:
    world = World(tmp_path, now=NOW).file("orders.csv", "id\n1\n2\n")
    aged(world, "orders.csv", hours)

    judge(audited(world, FILES, "orders.csv"), "file time")


def test_a_file_time_within_its_error_of_the_limit_is_undecided(tmp_path: Path) -> None:
    world = World(tmp_path, now=NOW).file("orders.csv", "id\n1\n2\n")
    aged(world, "orders.csv", 24)

    line = assumption(audited(world, FILES, "orders.csv"), "fresh.within")

    assert line.verdict is Verdict.UNVERIFIED
    assert line.actual.interval == (86_398, 86_402)


def test_a_file_of_the_future_tells_nothing(tmp_path: Path) -> None:
    world = World(tmp_path, now=NOW).file("orders.csv", "id\n1\n2\n")
    aged(world, "orders.csv", -30)

    assert verdict(audited(world, FILES, "orders.csv"), "fresh.within") is Verdict.UNVERIFIED


def test_a_field_of_that_name_comes_first(tmp_path: Path) -> None:
    world = World(tmp_path, now=NOW).file("orders.csv", "id,load_time\n1,2026-01-01T00:00:00Z\n")
    aged(world, "orders.csv", 1)

    found = finding(audited(world, FILES, "orders.csv"), STALE.id)

    assert found is not None
    assert found.judgement.actual.method == "newest load_time up to now, by its event clock"


def dbt(folder: Path, loaded: datetime, looked: datetime) -> str:
    """Lay out what dbt leaves behind: a source whose freshness it looked at."""
    source = {
        "unique_id": "source.shop.raw.orders", "resource_type": "source", "name": "orders", "identifier": "orders",
        "database": "shop", "schema": "raw", "source_name": "raw", "config": {},
    }  # fmt: skip
    told = {"type": "BASE TABLE", "database": "shop", "schema": "raw", "name": "orders"}
    columns = {"id": {"type": "INTEGER", "index": 1, "name": "id"}}
    head = {"dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v12.json", "adapter_type": "duckdb"}
    result = {
        "unique_id": source["unique_id"], "max_loaded_at": loaded.isoformat(), "snapshotted_at": looked.isoformat(),
    }  # fmt: skip
    documents: dict[str, Any] = {
        "manifest": {"metadata": head, "nodes": {}, "sources": {source["unique_id"]: source}},
        "catalog": {"nodes": {}, "sources": {source["unique_id"]: {"metadata": told, "columns": columns}}},
        "sources": {"results": [result]},
    }
    (folder / "target").mkdir()
    for name, document in documents.items():
        (folder / "target" / f"{name}.json").write_text(json.dumps(document), encoding="utf-8")
    return f"{{type: dbt, target: {folder}/target}}"


def hours_ago(hours: float) -> datetime:
    return NOW - timedelta(hours=hours)


@pytest.mark.parametrize(("loaded", "judge"), [(5, held), (60, stale)])
def test_dbt_tells_the_newest_load(tmp_path: Path, loaded: float, judge: Callable[[Report, str], None]) -> None:
    connector = dbt(tmp_path, hours_ago(loaded), hours_ago(2))

    judge(audited(World(tmp_path, now=NOW), connector, "raw.orders"), "dbt's sources.json")


def test_what_dbt_saw_before_the_limit_breaks_nothing(tmp_path: Path) -> None:
    connector = dbt(tmp_path, hours_ago(90), hours_ago(70))

    line = assumption(audited(World(tmp_path, now=NOW), connector, "raw.orders"), "fresh.within")

    assert line.verdict is Verdict.UNVERIFIED
    assert "known until 2.9 days ago" in line.says
    assert line.settle == "let dbt's sources.json be told anew"


def runs(folder: Path, ended: float, heard: float) -> str:
    """Write the events of a run that ended so many hours ago, and of another job that was heard of since."""

    def event(job: str, kind: str, hours: float, output: str) -> str:
        told = {
            "eventType": kind,
            "eventTime": hours_ago(hours).isoformat(),
            "run": {"runId": job},
            "job": {"namespace": "airflow", "name": job},
            "inputs": [],
            "outputs": [
                {
                    "namespace": "postgres://dwh:5432",
                    "name": output,
                    "facets": {"schema": {"fields": [{"name": "id", "type": "int"}]}},
                }
            ],
        }
        return json.dumps(told) + "\n"

    (folder / "events.jsonl").write_text(
        event("load", "START", ended + 0.25, "app.raw.orders")
        + event("load", "COMPLETE", ended, "app.raw.orders")
        + event("broken", "FAIL", heard, "app.raw.orders")
        + event("other", "COMPLETE", heard, "app.raw.other"),
        encoding="utf-8",
    )
    return f"{{type: openlineage, path: {folder}/events.jsonl}}"


@pytest.mark.parametrize(("ended", "judge"), [(23, held), (25, stale)])
def test_runs_tell_when_they_wrote(tmp_path: Path, ended: float, judge: Callable[[Report, str], None]) -> None:
    report = audited(World(tmp_path, now=NOW), runs(tmp_path, ended, 1), "app.raw.orders")

    judge(report, "the runs that write it")
    assert assumption(report, "fresh.within").actual.interval == ((ended - 0.25) * 3600, (ended + 0.25) * 3600)


def test_events_that_end_before_the_limit_break_nothing(tmp_path: Path) -> None:
    report = audited(World(tmp_path, now=NOW), runs(tmp_path, 80, 50), "app.raw.orders")

    assert verdict(report, "fresh.within") is Verdict.UNVERIFIED


def test_mariadb_tells_when_a_table_was_changed(tmp_path: Path, mariadb: MariadbSchemas) -> None:
    schema, account = mariadb.schema("written"), mariadb.account("auditor")
    mariadb.execute(f"CREATE TABLE `{schema}`.orders (id INT)", f"INSERT INTO `{schema}`.orders VALUES (1)")
    mariadb.execute(f"GRANT SELECT ON `{schema}`.* TO '{account}'@'%'")
    world = World(tmp_path).url("wh", mariadb.url(account, schema))

    both(world, '{type: mysql, url: "${WH_URL}"}', "orders", "UPDATE_TIME")


def test_a_delta_table_tells_its_last_snapshot(tmp_path: Path) -> None:
    import pyarrow as pa
    from deltalake import write_deltalake

    write_deltalake(str(tmp_path / "lake" / "orders"), pa.table({"id": [1, 2]}))

    both(World(tmp_path), f"{{type: delta, path: {tmp_path}/lake}}", "orders", "snapshot")


def test_an_iceberg_table_tells_its_last_snapshot(tmp_path: Path) -> None:
    import pyarrow as pa
    from pyiceberg.catalog import load_catalog

    place = {"uri": f"sqlite:///{tmp_path}/catalog.db", "warehouse": f"file://{tmp_path}/files"}
    catalog = load_catalog("lake", type="sql", **place)
    catalog.create_namespace("sales")
    catalog.create_table("sales.orders", schema=pa.schema([("id", pa.int64())])).append(pa.table({"id": [1, 2]}))

    connector = f'{{type: iceberg, name: lake, uri: "sqlite:///{tmp_path}/catalog.db"}}'
    both(World(tmp_path), connector, "sales.orders", "snapshot")


def test_a_purge_of_a_dead_table_is_no_sign_of_life(tmp_path: Path, mariadb: MariadbSchemas) -> None:
    schema, account = mariadb.schema("swept"), mariadb.account("auditor")
    mariadb.execute(
        f"CREATE TABLE `{schema}`.orders (id INT, at DATETIME)",
        f"INSERT INTO `{schema}`.orders VALUES (1, '2020-01-01')",
        f"CREATE EVENT `{schema}`.purge ON SCHEDULE EVERY 1 DAY STARTS '2037-01-01' DO "
        f"DELETE FROM `{schema}`.orders WHERE at < NOW() - INTERVAL 20 YEAR",
        f"GRANT SELECT, EVENT ON `{schema}`.* TO '{account}'@'%'",
    )
    world = World(tmp_path, now=datetime.now(UTC)).url("wh", mariadb.url(account, schema))

    report = audited(world, '{type: mysql, url: "${WH_URL}"}', "orders", "1 hour")

    line = assumption(report, "fresh.within")
    assert line.verdict is Verdict.UNVERIFIED
    assert "moves without a record too" in line.says


def test_what_is_deleted_from_a_delta_table_makes_it_no_fresher(tmp_path: Path) -> None:
    import pyarrow as pa
    from deltalake import DeltaTable, write_deltalake

    place = str(tmp_path / "lake" / "orders")
    write_deltalake(place, pa.table({"id": [1, 2]}))
    world = World(tmp_path, now=datetime.now(UTC) + timedelta(hours=1))
    DeltaTable(place).delete("id = 1")

    stale(audited(world, f"{{type: delta, path: {tmp_path}/lake}}", "orders", "1 hour"), "snapshot")


def test_what_is_deleted_from_an_iceberg_table_makes_it_no_fresher(tmp_path: Path) -> None:
    import pyarrow as pa
    from pyiceberg.catalog import load_catalog

    place = {"uri": f"sqlite:///{tmp_path}/catalog.db", "warehouse": f"file://{tmp_path}/files"}
    catalog = load_catalog("lake", type="sql", **place)
    catalog.create_namespace("sales")
    table = catalog.create_table("sales.orders", schema=pa.schema([("id", pa.int64())]))
    table.append(pa.table({"id": [1, 2]}))
    world = World(tmp_path, now=datetime.now(UTC) + timedelta(hours=1))
    table.delete("id > 0")

    connector = f'{{type: iceberg, name: lake, uri: "sqlite:///{tmp_path}/catalog.db"}}'
    stale(audited(world, connector, "sales.orders", "1 hour"), "snapshot")


def test_a_version_of_lancedb_holds_no_promise(tmp_path: Path) -> None:
    import lancedb
    import pyarrow as pa

    lancedb.connect(tmp_path / "index").create_table("orders", pa.table({"id": [1, 2]}))
    connector = f"{{type: lancedb, path: {tmp_path}/index}}"

    fresh = audited(World(tmp_path, now=datetime.now(UTC)), connector, "orders", "1 hour")
    assert verdict(fresh, "fresh.within") is Verdict.UNVERIFIED


def test_documents_tell_when_they_were_written(tmp_path: Path) -> None:
    world = World(tmp_path, now=NOW).file("notes/a.md", "# A")
    aged(world, "notes/a.md", 10)
    connector = '{type: documents, path: "${FILES}"}'

    held(audited(world, connector, "notes/*.md", "1 day"), "file time")
    stale(audited(world, connector, "notes/*.md", "1 hour"), "file time")


def test_when_a_definition_was_altered_is_no_clock(tmp_path: Path) -> None:
    with aws_servers.running() as url:
        glue = aws_servers.client(url, "glue")
        glue.create_database(DatabaseInput={"Name": "crm"})
        columns = [{"Name": "id", "Type": "int"}]
        glue.create_table(
            DatabaseName="crm",
            TableInput={"Name": "orders", "TableType": "EXTERNAL_TABLE", "StorageDescriptor": {"Columns": columns}},
        )
        given = {"type": "glue", "database": "crm", "endpoint": url, "key": "${WH_KEY}", "secret": "${WH_SECRET}"}
        world = World(tmp_path, {f"WH_{name.upper()}": value for name, value in aws_servers.CREDENTIALS.items()})
        world.now = datetime.now(UTC)

        report = audited(world, json.dumps(given), "crm.orders", "1 day")

    assert verdict(report, "fresh.within") is Verdict.UNVERIFIED


def test_an_object_store_tells_when_objects_were_written(tmp_path: Path) -> None:
    with aws_servers.running() as url:
        client = aws_servers.client(url, "s3")
        client.create_bucket(Bucket="lake")
        client.put_object(Bucket="lake", Key="orders/1.jsonl", Body=b'{"id": 1}\n')
        given = {"type": "s3", "bucket": "lake", "endpoint": url, "key": "${WH_KEY}", "secret": "${WH_SECRET}"}

        world = World(tmp_path, {f"WH_{name.upper()}": value for name, value in aws_servers.CREDENTIALS.items()})

        both(world, json.dumps(given), "orders/*.jsonl", "object time")


@pytest.fixture(scope="module")
def keeping() -> Iterator[PostgresServer]:
    """A server that keeps commit times."""
    try:
        server = start_postgres(settings={"track_commit_timestamp": "on"})
    except CannotStartError as error:
        pytest.skip(f"no PostgreSQL server: {error}")
    try:
        yield server
    finally:
        server.end()


POSTGRESQL = '{type: postgresql, url: "${WH_URL}"}'


@pytest.mark.postgresql
def test_a_server_that_keeps_commit_times_tells_by_them(tmp_path: Path, keeping: PostgresServer) -> None:
    with keeping.database() as database:
        database.execute("CREATE TABLE orders (id int); INSERT INTO orders VALUES (1), (2)")

        both(World(tmp_path).url("wh", database.url()), POSTGRESQL, "orders", "commit times")


def of_parts(text: str, *launched: str, where: str = "") -> str:
    """Launch segments of a region each, or read one region only."""
    segments = "".join(f"""\n  {one}: {{of: wh.orders, where: "region = '{one.upper()}'"}}""" for one in ("eu", "us"))
    stages = ", ".join(f"{{stage: {one}, segment: {one}}}" for one in launched) or "{stage: all}"
    text = text.replace("rollout: [{stage: first}]", f"segments:{segments}\nrollout: [{stages}]")
    text = text.replace("{id: required}", "{id: required, region: required}")
    return text.replace("reads: READS\n", f'reads: READS\n        where: "{where}"\n' if where else "reads: READS\n")


@pytest.mark.postgresql
@pytest.mark.parametrize(
    ("launched", "where", "expected"),
    [
        (("us",), "", Verdict.HELD),
        (("eu",), "", Verdict.BROKEN),
        (("us", "eu"), "", Verdict.BROKEN),
        ((), "", Verdict.HELD),
        ((), "region = 'EU'", Verdict.BROKEN),
        ((), "region = 'US'", Verdict.HELD),
    ],
)
def test_commit_times_tell_each_segment_by_itself(
    tmp_path: Path, keeping: PostgresServer, launched: tuple[str, ...], where: str, expected: Verdict
) -> None:
    with keeping.database() as database:
        database.execute("CREATE TABLE orders (id int, region text); INSERT INTO orders VALUES (1, 'EU')")
        between = datetime.now(UTC)
        database.execute("INSERT INTO orders VALUES (2, 'US')")
        world = World(tmp_path, now=between + timedelta(hours=1)).url("wh", database.url())

        text = of_parts(PLAN, *launched, where=where).replace("CONNECTOR", POSTGRESQL).replace("READS", "orders")
        report = world.audit(text.replace("CLOCK", "load_time").replace("WITHIN", "1 hour"), rules=RULES)

    assert not report.failures
    assert assumption(report, "fresh.within").verdict is expected, assumption(report, "fresh.within").says


@pytest.mark.parametrize(
    ("launched", "where", "hours", "expected"),
    [
        ((), "", 10, Verdict.HELD),
        (("us",), "", 10, Verdict.UNVERIFIED),
        (("us",), "", 30, Verdict.BROKEN),
        ((), "region = 'EU'", 10, Verdict.UNVERIFIED),
        ((), "region = 'EU'", 30, Verdict.BROKEN),
    ],
)
def test_a_file_time_holds_no_promise_for_a_part_of_the_file(
    tmp_path: Path, launched: tuple[str, ...], where: str, hours: float, expected: Verdict
) -> None:
    world = World(tmp_path, now=NOW).file("orders.csv", "id,region\n1,EU\n2,US\n")
    aged(world, "orders.csv", hours)

    text = of_parts(PLAN, *launched, where=where).replace("CONNECTOR", '{type: files, path: "${FILES}"}')
    text = text.replace("READS", "orders.csv").replace("CLOCK", "load_time").replace("WITHIN", "1 day")
    report = world.audit(text, rules=RULES)

    assert not report.failures
    assert assumption(report, "fresh.within").verdict is expected


@pytest.mark.postgresql
@pytest.mark.parametrize(
    ("reads", "reason"),
    [("orders", "the server keeps no commit times"), ("seen", "a view keeps no time beside its rows")],
)
def test_a_server_without_commit_times_says_so(
    tmp_path: Path, postgres: PostgresDatabase, reads: str, reason: str
) -> None:
    postgres.execute(
        "CREATE TABLE orders (id int); INSERT INTO orders VALUES (1); CREATE VIEW seen AS SELECT * FROM orders"
    )

    report = audited(World(tmp_path).url("wh", postgres.url()), POSTGRESQL, reads)

    line = assumption(report, "fresh.within")
    assert line.verdict is Verdict.UNVERIFIED
    assert reason in f"{line.says} {finding(report, UNVERIFIABLE.id)}"


def test_a_database_file_without_a_clock_is_unverified(tmp_path: Path) -> None:
    world = World(tmp_path, now=NOW).sqlite("wh", "create table orders (id integer primary key)")

    report = audited(world, '{type: sqlite, url: "${WH_URL}"}', "orders")

    assert verdict(report, "fresh.within") is Verdict.UNVERIFIED
    assert fired(report) == {UNVERIFIABLE.id}
