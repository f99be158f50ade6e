"""What a sample supports, in every system that holds tables: too little to call a field clean, and enough."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from lineage.facts import LookFact
from lineage.model import Verdict
from lineage.testing import World, assumption, finding
from tests.servers import PostgresDatabase
from tests.servers_mariadb import MariadbSchemas

RULES = "privacy/insufficient-detection", "privacy/undeclared-sensitive-data"
PLAN = """
plan: v1
meta: {{id: reply, owner: pm@acme.example}}
sources:
  crm:
    connector: {connector}
    budget: {{sample: {sample}, rows: {rows}}}
    datasets:
      orders: {{reads: {reads}, key: id, fields: {{id: required, code: helpful, clean: helpful}}}}
steps:
  draft: {{reads: {{crm.orders: [code, clean]}}, to: prompt}}
"""
COUNT = 5_000
Row = tuple[int, str, str]


def rows() -> Iterator[Row]:
    """Give records, one in fifty of which tells an address."""
    yield from ((n, f"user{n}@corp.com" if n % 50 == 7 else f"C-{n}", f"K-{n}") for n in range(1, COUNT + 1))


def cells(found: Sequence[Row]) -> str:
    return ", ".join(f"({n}, '{code}', '{clean}')" for n, code, clean in found)


TABLE = "create table orders (id int primary key, code varchar(40), clean varchar(40))"


def sqlite(world: World, _request: pytest.FixtureRequest) -> tuple[str, str]:
    world.sqlite("crm", f"{TABLE}; insert into orders values {cells(list(rows()))};")
    return '{type: sqlite, url: "${CRM_URL}"}', "orders"


def duckdb(world: World, _request: pytest.FixtureRequest) -> tuple[str, str]:
    import duckdb

    with duckdb.connect(str(world.folder / "a.duckdb")) as connection:
        connection.execute(f"{TABLE}; insert into orders values {cells(list(rows()))};")
    world.url("crm", f"duckdb:///{world.folder / 'a.duckdb'}")
    return '{type: duckdb, url: "${CRM_URL}"}', "main.orders"


def csv(world: World, _request: pytest.FixtureRequest) -> tuple[str, str]:
    world.file("orders.csv", "id,code,clean\n" + "".join(f"{n},{code},{clean}\n" for n, code, clean in rows()))
    return '{type: files, path: "${FILES}"}', "orders.csv"


def jsonl(world: World, _request: pytest.FixtureRequest) -> tuple[str, str]:
    lines = (json.dumps({"id": n, "code": code, "clean": clean}) for n, code, clean in rows())
    world.file("orders.jsonl", "\n".join(lines))
    return '{type: files, path: "${FILES}"}', "orders.jsonl"


def parquet(world: World, _request: pytest.FixtureRequest) -> tuple[str, str]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    world.file("beside.txt", "")
    found = list(rows())
    table = pa.table({name: [row[place] for row in found] for place, name in enumerate(("id", "code", "clean"))})
    pq.write_table(table, world.folder / "files" / "orders.parquet", row_group_size=500)
    return '{type: files, path: "${FILES}"}', "orders.parquet"


def postgresql(world: World, request: pytest.FixtureRequest) -> tuple[str, str]:
    database: PostgresDatabase = request.getfixturevalue("postgres")
    database.execute(f"{TABLE}; INSERT INTO orders VALUES {cells(list(rows()))}; ANALYZE orders;")
    world.url("crm", database.url())
    return '{type: postgresql, url: "${CRM_URL}"}', "public.orders"


def mysql(world: World, request: pytest.FixtureRequest) -> tuple[str, str]:
    schemas: MariadbSchemas = request.getfixturevalue("mariadb")
    schema, user = schemas.schema(), schemas.account("auditor")
    schemas.execute(
        TABLE.replace("orders", f"{schema}.orders", 1),
        f"INSERT INTO {schema}.orders VALUES {cells(list(rows()))}",
        f"GRANT SELECT ON {schema}.* TO '{user}'@'%'",
    )
    world.url("crm", schemas.url(user, schema))
    return '{type: mysql, url: "${CRM_URL}"}', "orders"


SYSTEMS = [
    *(pytest.param(system, id=system.__name__) for system in (sqlite, duckdb, csv, jsonl, parquet, mysql)),
    pytest.param(postgresql, id="postgresql", marks=pytest.mark.postgresql),
]


@pytest.mark.parametrize("system", SYSTEMS)
def test_a_small_sample_says_what_it_may_have_missed_and_a_large_one_finds_it(
    tmp_path: Path, request: pytest.FixtureRequest, system: Callable[..., tuple[str, str]]
) -> None:
    world = World(tmp_path)
    connector, reads = system(world, request)

    few = world.audit(PLAN.format(connector=connector, reads=reads, sample=100, rows=1_000_000))
    all_of_them = world.audit(PLAN.format(connector=connector, reads=reads, sample=20_000, rows=1_000_000))

    found = finding(few, RULES[0], "crm.orders.clean")
    assert found is not None
    assert "of the others may hold some" in found.title
    assert assumption(few, "fields.clean.need").verdict is Verdict.UNVERIFIED
    assert finding(all_of_them, RULES[1], "crm.orders.code") is not None
    assert finding(all_of_them, RULES[0], "crm.orders.clean") is None
    assert assumption(all_of_them, "fields.clean.need").verdict is Verdict.HELD


@pytest.mark.parametrize("system", SYSTEMS)
def test_a_sample_within_a_small_budget_of_rows_calls_nothing_clean(
    tmp_path: Path, request: pytest.FixtureRequest, system: Callable[..., tuple[str, str]]
) -> None:
    """Whatever a system does beyond its budget, a part of the records is not all of them."""
    world = World(tmp_path)
    connector, reads = system(world, request)
    plan = PLAN.format(connector=connector, reads=reads, sample=300, rows=1_000)

    looks = [fact for fact in world.scan(plan).facts if isinstance(fact, LookFact)]

    assert not any(fact.whole for fact in looks)
    assert assumption(world.audit(plan), "fields.clean.need").verdict is Verdict.UNVERIFIED
