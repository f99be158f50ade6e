"""Ten million rows: read in one pass where the budget allows it, left alone and said so where it does not."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from lineage.model import Verdict
from lineage.testing import World, assumption, verdict
from tests.days import day
from tests.desks import PLAN
from tests.servers import PostgresDatabase

ROWS = 10_000_000
SECONDS = 120
"""What the widest of these audits may take on a machine that does other things too."""
_MADE = """
select n as id, case when n % 2 = 0 then 'EU' else 'US' end as region, null as email,
       timestamp '2026-11-22 11:59:00' - (n % 86000) * interval '1 second' as "at"
"""
ALLOWED = f"    budget: {{rows: {2 * ROWS}, seconds: {SECONDS}}}\n    datasets:"


def plan_of(kind: str, setting: str, reads: str) -> str:
    plan = PLAN.replace("KIND", kind).replace("SETTING", setting).replace("READS", reads)
    return plan.replace(", sensitive: email, mask: hmac", "")


@pytest.mark.parametrize("kind", ["duckdb", "files"])
def test_ten_million_rows_are_judged_within_a_budget_and_left_alone_beyond_it(tmp_path: Path, kind: str) -> None:
    import duckdb

    made = f"{_MADE.replace('null as email', 'null::text as email')} from range({ROWS}) made (n)"
    connection = duckdb.connect(str(tmp_path / "desk.duckdb") if kind == "duckdb" else ":memory:")
    if kind == "duckdb":
        connection.execute(f"create table contacts as {made}")
        world, plan = World(tmp_path).url("crm", f"duckdb:///{tmp_path}/desk.duckdb"), plan_of(kind, "url", "contacts")
    else:
        connection.execute(f"copy ({made}) to '{tmp_path}/contacts.parquet' (format parquet)")
        world, plan = World(tmp_path).url("crm", str(tmp_path)), plan_of(kind, "path", "contacts.parquet")
    connection.close()
    begin = time.monotonic()

    allowed = day(world, plan.replace("    datasets:", ALLOWED))
    beyond = day(world, plan.replace("    datasets:", "    budget: {rows: 1000}\n    datasets:"))

    assert time.monotonic() - begin < SECONDS
    assert verdict(allowed, "fresh.within") is Verdict.HELD
    assert verdict(allowed, "region.values") is Verdict.HELD
    assert verdict(allowed, "contacts.key") is Verdict.HELD
    line = assumption(beyond, "region.values")
    assert (line.verdict, "budget" in line.settle) == (Verdict.UNVERIFIED, True)


@pytest.mark.slow
@pytest.mark.postgresql
def test_ten_million_rows_of_a_server_are_judged_within_a_budget(tmp_path: Path, postgres: PostgresDatabase) -> None:
    made = _MADE.replace("null as email", "null::text as email")
    postgres.execute(
        f"create table public.contacts as {made} from generate_series(0, {ROWS - 1}) made (n);"
        "alter table public.contacts add primary key (id); analyze public.contacts"
    )
    plan = plan_of("postgresql", "url", "public.contacts").replace("    datasets:", ALLOWED)
    begin = time.monotonic()

    report = day(World(tmp_path).url("crm", postgres.url()), plan)

    assert time.monotonic() - begin < SECONDS
    assert verdict(report, "fresh.within") is Verdict.HELD
    assert verdict(report, "region.values") is Verdict.HELD
