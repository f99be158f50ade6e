"""Structure and grants of 500 tables and 10,000 columns: what it costs to scan them and to judge them by all rules.

    python -m benchmarks.scan [--tables N ...]

Each world is a fresh database of a PostgreSQL server that is started for it: tables of 20 columns with keys, a view on
every fifth table and a view on that, grants by table, by column and through roles, in ten schemas; one table in a
hundred lacks a grant, so that the scope must be narrowed (an audit for each way tried). Two plans are audited,
catalogues only: a usual one of 20 datasets, and one that reads every table. The first scan of a process also
pays for imports, so a small world goes first. Statements must not grow with the tables.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

from lineage import registry
from lineage.facts import DatasetFact, EdgeFact, FieldFact, GrantFact
from lineage.report import Report
from lineage.run import report_on
from lineage.scan import Limits, scan
from lineage.testing import NOW, World
from tests.servers import PostgresDatabase, start_postgres

GOAL = 20.0
USUAL = 20
SCHEMAS = 10
_COLUMNS = "id int primary key, region text, email text, created_at timestamptz, updated_at timestamptz, "
_WORLD = """
DO $$ BEGIN
FOR n IN 0..{schemas} - 1 LOOP
  EXECUTE format('CREATE SCHEMA s%s; GRANT USAGE ON SCHEMA s%s TO {team}', n, n);
END LOOP;
FOR n IN 0..{tables} - 1 LOOP
  EXECUTE format('CREATE TABLE s%s.t%s ({columns})', n % {schemas}, n);
  IF n % 100 <> 1 THEN EXECUTE format('GRANT SELECT ON s%s.t%s TO {team}', n % {schemas}, n); END IF;
  EXECUTE format('GRANT SELECT (id, region) ON s%s.t%s TO {reader}', n % {schemas}, n);
  IF n % 5 = 0 THEN
    EXECUTE format('CREATE VIEW s%s.v%s AS SELECT id, lower(email) AS email, c7 FROM s%s.t%s WHERE region = ''EU''',
                   n % {schemas}, n, n % {schemas}, n);
    EXECUTE format('CREATE VIEW s%s.w%s AS SELECT v.id, v.c7, t.c8 FROM s%s.v%s v JOIN s%s.t%s t USING (id)',
                   n % {schemas}, n, n % {schemas}, n, n % {schemas}, n);
    EXECUTE format('GRANT SELECT ON s%s.w%s TO {team}', n % {schemas}, n);
  END IF;
END LOOP;
END $$;
GRANT {team} TO {reader};
"""
_DATASET = """\
      t{n}:
        reads: s{schema}.t{n}
        key: id
        fresh: {{clock: updated_at, within: 1 day, when_stale: hold_step}}
        keep: {{limit: 24 months, since: created_at}}
        fields: {{id: required, region: required, email: {{need: required, sensitive: email, mask: hmac}}}}
"""
_HEAD = """\
plan: v1
meta: {{id: wide, owner: pm@acme.example}}
sources:
  crm:
    connector: {{type: postgresql, url: "${{CRM_URL}}"}}
    identity: {reader}
    datasets:
"""
_TAIL = """\
segments:
  eu: {{of: crm.t0, where: "region = 'EU'"}}
steps:
  draft: {{reads: {{{reads}}}, to: prompt}}
rollout: [{{stage: first}}]
"""


def built(database: PostgresDatabase, tables: int) -> str:
    """Make the tables, views and grants; give the identity that reads them."""
    team, reader = database.role("team", "NOLOGIN"), database.role("reader")
    columns = _COLUMNS + ", ".join(f"c{number} text" for number in range(5, 20))
    database.execute(_WORLD.format(schemas=SCHEMAS, tables=tables, columns=columns, team=team, reader=reader))
    return reader


def planned(reader: str, tables: int) -> str:
    """Give a plan that reads so many of the tables."""
    datasets = "".join(_DATASET.format(n=number, schema=number % SCHEMAS) for number in range(tables))
    reads = ", ".join(f"crm.t{number}: all" for number in range(tables))
    return _HEAD.format(reader=reader) + datasets + _TAIL.format(reads=reads)


def measured(world: World, text: str) -> tuple[Report, str]:
    """Audit, and tell what it cost."""
    plan, rules, begin = world.plan(text), registry.rules(), time.perf_counter()
    snapshot = scan(plan, rules, now=NOW, environ=world.environ, limits=Limits(data=False, sample=False))
    scanned = time.perf_counter()
    report = report_on(text, "plan.yaml", snapshot, rules, now=NOW, started_at=NOW)
    judged = time.perf_counter()
    counts = ", ".join(
        f"{sum(isinstance(fact, kind) for fact in snapshot.facts):,} {what}"
        for kind, what in ((DatasetFact, "datasets"), (FieldFact, "fields"), (GrantFact, "grants"), (EdgeFact, "edges"))
    )
    statements = sum(cost.queries for cost in report.costs.values())
    return report, (
        f"{counts}: {statements} statements, scanned in {scanned - begin:.1f} s, "
        f"judged in {judged - scanned:.1f} s, together {judged - begin:.1f} s (goal {GOAL:.0f} s)"
    )


def main() -> None:
    """Measure and print."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--tables", type=int, nargs="+", default=[50, 500])
    given = words.parse_args()
    server = start_postgres()
    try:
        for tables in given.tables:
            with server.database() as database, tempfile.TemporaryDirectory() as folder:
                reader = built(database, tables)
                world = World(Path(folder)).url("crm", database.url())
                for read in (min(USUAL, tables), tables):
                    report, told = measured(world, planned(reader, read))
                    findings = (
                        f"{len(report.assumptions):,} assumptions, {len(report.findings):,} findings, "
                        f"{len(report.scope.applied)} narrow the scope"
                    )
                    print(f"{tables} tables, a plan of {read} datasets ({findings}); {told}", flush=True)
                    assert not report.failures, report.failures
    finally:
        server.end()


if __name__ == "__main__":
    main()
