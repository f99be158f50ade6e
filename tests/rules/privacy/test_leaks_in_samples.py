"""One value in two hundred is personal, in tables too large to be read whole: each system's sample finds it."""

from __future__ import annotations

from pathlib import Path

import pytest

from lineage.facts import LookFact
from lineage.model import Verdict
from lineage.testing import World, assumption, finding
from tests.servers import PostgresDatabase
from tests.servers_mariadb import MariadbSchemas

PLAN = """
plan: v1
meta: {{id: reply, owner: pm@acme.example}}
sources:
  crm:
    connector: {{type: {kind}, url: "${{CRM_URL}}"}}
    datasets:
      orders: {{reads: {reads}, key: id, fields: {{id: required, code: helpful, clean: helpful}}}}
steps:
  draft: {{reads: {{crm.orders: [code, clean]}}, to: prompt}}
"""
RULE = "privacy/undeclared-sensitive-data"


@pytest.mark.postgresql
def test_postgresql_draws_blocks_of_a_large_table_and_says_so(tmp_path: Path, postgres: PostgresDatabase) -> None:
    postgres.execute("""
        CREATE TABLE orders (id int PRIMARY KEY, code text, clean text);
        INSERT INTO orders SELECT n, CASE WHEN n % 200 = 7 THEN 'user' || n || '@corp.com' ELSE 'C-' || n END, 'K-' || n
          FROM generate_series(1, 250000) n;
        ANALYZE orders;
    """)
    world, plan = World(tmp_path).url("crm", postgres.url()), PLAN.format(kind="postgresql", reads="public.orders")

    report = world.audit(plan)

    assert finding(report, RULE, "crm.orders.code") is not None
    line = assumption(report, "fields.clean.need")
    assert line.verdict is Verdict.HELD
    assert "blocks" in line.says
    looks = [fact for fact in world.scan(plan).facts if isinstance(fact, LookFact)]
    assert {(fact.seen.how, fact.whole) for fact in looks} == {("block sample", False)}
    assert all(fact.rows_looked > 1_500 and fact.blocks >= 600 for fact in looks)


@pytest.mark.postgresql
def test_whole_pages_of_a_large_table_are_too_few_to_call_a_field_clean(
    tmp_path: Path, postgres: PostgresDatabase
) -> None:
    auditor = postgres.role("auditor")
    postgres.execute(f"""
        CREATE TABLE orders (id int PRIMARY KEY, code text, clean text, kept_back text);
        INSERT INTO orders SELECT n, 'C-' || n, 'K-' || n, repeat('x', 80) FROM generate_series(1, 250000) n;
        ANALYZE orders;
        GRANT SELECT (id, code, clean) ON orders TO {auditor};
    """)
    world = World(tmp_path).url("crm", postgres.url(auditor))
    plan = PLAN.format(kind="postgresql", reads="public.orders")

    report = world.audit(plan)

    # Where rows lie is not told to who may read some columns only: pages are drawn whole, and each counts once.
    line = assumption(report, "fields.clean.need")
    assert line.verdict is Verdict.UNVERIFIED
    found = finding(report, "privacy/insufficient-detection", "crm.orders.clean")
    assert found is not None
    assert "also where they stand together" in found.title


def test_mariadb_spreads_the_sample_of_a_large_table(tmp_path: Path, mariadb: MariadbSchemas) -> None:
    schema, user = mariadb.schema(), mariadb.account("auditor")
    mariadb.execute(
        f"CREATE TABLE {schema}.orders (id int PRIMARY KEY, code text, clean text)",
        f"INSERT INTO {schema}.orders SELECT seq,"
        " IF(seq % 200 = 7, CONCAT('user', seq, '@corp.com'), CONCAT('C-', seq)),"
        f" CONCAT('K-', seq) FROM {schema}.seq_1_to_30000",
        f"ANALYZE TABLE {schema}.orders",
        f"GRANT SELECT ON {schema}.* TO '{user}'@'%'",
    )

    report = World(tmp_path).url("crm", mariadb.url(user, schema)).audit(PLAN.format(kind="mysql", reads="orders"))

    assert finding(report, RULE, "crm.orders.code") is not None


def test_sqlite_spreads_the_sample_of_a_large_table(tmp_path: Path) -> None:
    world = World(tmp_path).sqlite(
        "crm",
        "create table orders (id integer primary key, code text, clean text);"
        " with recursive n(i) as (select 1 union all select i + 1 from n where i < 30000) insert into orders"
        " select i, case when i % 200 = 7 then 'user' || i || '@corp.com' else 'C-' || i end, 'K-' || i from n;",
    )

    report = world.audit(PLAN.format(kind="sqlite", reads="orders"))

    assert finding(report, RULE, "crm.orders.code") is not None
