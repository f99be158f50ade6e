"""Whole audits of odd systems: names that must be quoted, a view that no longer compiles, a very wide table."""

from __future__ import annotations

from pathlib import Path

import pytest

from lineage.model import Verdict
from lineage.testing import World, verdict
from tests.days import day, held
from tests.servers import PostgresDatabase
from tests.servers_mariadb import MariadbSchemas, backticked


def test_a_view_that_no_longer_compiles_is_named_and_the_rest_is_judged(tmp_path: Path) -> None:
    script = """
    create view gone as select id, email from nowhere;
    create table good (id integer primary key); insert into good values (1);
    """
    world = World(tmp_path).sqlite("crm", script)
    plan = """\
plan: v1
meta: {id: broken-view, owner: pm@acme.example}
sources:
  crm:
    connector: {type: sqlite, url: "${CRM_URL}"}
    datasets:
      gone:
        reads: gone
        fields: {id: required, email: {need: required, sensitive: email, mask: hmac, complete: 1.0}}
      good: {reads: good, key: id, fields: {id: {need: required, complete: 1.0}}}
steps: {draft: {reads: {crm.gone: all, crm.good: all}, to: prompt}}
"""

    report = day(world, plan)

    assert verdict(report, "good.fields.id.complete") is Verdict.HELD
    assert not held(report, "datasets.gone.fields")
    assert verdict(report, "gone.fields.email.complete") is Verdict.UNVERIFIED


ODD = """\
plan: v1
meta: {id: odd-names, owner: pm@acme.example}
sources:
  crm:
    connector: {type: KIND, url: "${CRM_URL}"}
    datasets:
      odd:
        reads: 'READS'
        key: id
        fresh: {clock: at, zone: UTC, within: 1 day}
        fields:
          id: {need: required, column: 'Kunden "Nr"'}
          at: {need: required, column: 'Geändert; am --'}
          state: {need: required, column: "it's %s {x}", values: ["a'b", c], complete: 1.0}
          plain: {need: required, column: select, complete: 1.0}
segments: {odd: {of: crm.odd, where: "state = 'a''b'"}}
steps: {draft: {reads: {crm.odd: all}, to: prompt}}
rollout: [{stage: first, segment: odd}]
"""
ODD_TABLE = '''
create table "Ünder Score; 名" (
    "Kunden ""Nr""" integer primary key, "Geändert; am --" MOMENT, "it's %s {x}" text, "select" text
);
insert into "Ünder Score; 名" values
    (1, '2026-11-22T11:00:00Z', 'a''b', 'x'), (2, '2026-11-22T11:30:00Z', 'c', 'y');
'''


@pytest.mark.parametrize("kind", ["sqlite", "sql", "duckdb", "postgresql", "mysql"])
def test_odd_names_are_read_as_they_are_spelt(tmp_path: Path, request: pytest.FixtureRequest, kind: str) -> None:
    world, reads = World(tmp_path), '"Ünder Score; 名"'
    if kind in {"sqlite", "sql"}:
        world.sqlite("crm", ODD_TABLE.replace("MOMENT", "text"))
    elif kind == "duckdb":
        world.url("crm", f"duckdb:///{_in_duckdb(tmp_path / 'odd.duckdb')}")
    elif kind == "mysql":
        url, reads = _in_mariadb(request.getfixturevalue("mariadb"))
        world.url("crm", url)
    else:
        postgres: PostgresDatabase = request.getfixturevalue("postgres")
        schema = 'create schema "My ""own"""; set search_path = "My ""own""";'
        postgres.execute(schema + ODD_TABLE.replace("MOMENT", "timestamptz"))
        world.url("crm", postgres.url())
        reads = '"My ""own"""."Ünder Score; 名"'

    report = day(world, ODD.replace("READS", reads).replace("KIND", kind))

    for leaf in ("datasets.odd.reads", "odd.key", "fresh.within", "state.values", "plain.complete", "odd.where"):
        assert verdict(report, leaf) is Verdict.HELD, leaf


def _in_duckdb(path: Path) -> Path:
    import duckdb

    connection = duckdb.connect(str(path))
    connection.execute(ODD_TABLE.replace("MOMENT", "timestamptz"))
    connection.close()
    return path


def _in_mariadb(mariadb: MariadbSchemas) -> tuple[str, str]:
    schema, auditor = mariadb.schema('My "own"'), mariadb.account("auditor")
    script = ODD_TABLE.replace("MOMENT", "varchar(40)").replace('" text', '" varchar(40)')
    # The words of the standard, spelt as it spells names.
    connection = mariadb.server.connect(sql_mode="ANSI_QUOTES", database=schema)
    with connection.cursor() as cursor:
        for statement in script.split(";\n")[:2]:
            cursor.execute(statement)
    connection.close()
    mariadb.execute(f"grant select on {backticked(schema)}.* to '{auditor}'@'%'")
    return mariadb.url(auditor, schema), f"{backticked(schema)}.`Ünder Score; 名`"


@pytest.mark.postgresql
def test_a_table_as_wide_as_the_server_allows_is_judged_to_its_last_column(
    tmp_path: Path, postgres: PostgresDatabase
) -> None:
    columns = ", ".join(f"c{number} int" for number in range(1600))
    postgres.execute(f"create table public.wide ({columns})")
    postgres.execute("insert into public.wide (c0, c1599) values (1, 1), (2, null)")
    fields = "\n".join(f"          c{number}: {{need: required, complete: 1.0}}" for number in range(1600))
    plan = f"""\
plan: v1
meta: {{id: wide, owner: pm@acme.example}}
sources:
  crm:
    connector: {{type: postgresql, url: "${{CRM_URL}}"}}
    datasets:
      wide:
        reads: wide
        fields:
{fields}
steps: {{draft: {{reads: {{crm.wide: all}}, to: prompt}}}}
"""

    report = day(World(tmp_path).url("crm", postgres.url()), plan)

    assert verdict(report, "c0.complete") is Verdict.HELD
    assert verdict(report, "c1.complete") is Verdict.BROKEN
    assert verdict(report, "c1599.complete") is Verdict.BROKEN
