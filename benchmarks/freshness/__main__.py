"""What freshness, completeness, retention and residue cost in PostgreSQL.

    python -m benchmarks.freshness [--rows N] [--keys N]

One table of N rows is judged in one aggregated statement, whose time is told beside a bare `SELECT count(*), max(t)`;
then freshness alone with an index on the clock. Two databases of N keys, one a copy of the other with planted
deletions, are compared by keyed hashes: seconds, and the most memory that the scanning process took.
The server is started for this and ended by its pid.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from lineage.facts import CompareFact, CostFact, MeasureFact
from lineage.scan import Limits, ground_of, requested, scan
from lineage.testing import NOW, World
from tests.servers import PostgresDatabase, start_postgres

PLANTED = 1_234
_TABLE = """
CREATE TABLE contacts AS
SELECT n AS id, CASE WHEN n % 3 = 0 THEN 'US' ELSE 'EU' END AS region,
       CASE WHEN n % 1000 = 0 THEN NULL ELSE 'gold' END AS tier,
       timestamptz '{now}' - n * interval '1 second' AS updated_at,
       timestamptz '{now}' - n * interval '3 seconds' AS created_at
FROM generate_series(1, {rows}) n;
VACUUM ANALYZE contacts;
"""
_PLAN = """
plan: v1
meta: {id: cost, owner: owner@acme.example}
sources:
  crm:
    connector: {type: postgresql, url: "${CRM_URL}"}
    budget: {rows: 100000000, seconds: 600}
    datasets:
      contacts:
        reads: contacts
        fresh: {clock: updated_at, within: 1 day}
        keep: {limit: 24 months, since: created_at}
        fields:
          id: required
          region: required
          tier: {need: required, complete: 0.99}
          updated_at: required
          created_at: required
steps: {draft: {reads: {crm.contacts: all}, to: prompt}}
economics: {volume: {per_day: 86400, peak_factor: 3, of: crm.contacts.updated_at}}
rollout: [{stage: first}]
"""
_COPIES = """
plan: v1
meta: {id: residue, owner: owner@acme.example}
sources:
  kb:
    connector: {type: postgresql, url: "${KB_URL}"}
    budget: {rows: 100000000, seconds: 600}
    datasets: {articles: {reads: articles, key: id, fields: {id: required}}}
  index:
    connector: {type: postgresql, url: "${INDEX_URL}"}
    budget: {rows: 100000000, seconds: 600}
    datasets: {chunks: {reads: chunks, copy_of: [kb.articles], key_back: {field: doc_id}, fields: {doc_id: required}}}
steps: {retrieve: {reads: {kb.articles: all, index.chunks: all}, to: prompt}}
rollout: [{stage: first}]
"""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--keys", type=int, default=1_000_000)
    parser.add_argument("--compare", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.compare:
        compare_in_this_process(*given.compare.split(" "))
        return
    with tempfile.TemporaryDirectory() as folder:
        server = start_postgres(os.getpid(), Path(folder))
        try:
            with server.database() as database:
                one_statement(database, given.rows)
            with server.database() as source, server.database() as copy:
                residue(source, copy, given.keys)
        finally:
            server.end()


def one_statement(database: PostgresDatabase, rows: int) -> None:
    """Judge a table of N rows, and tell what that costs beside a bare aggregate."""
    from lineage import registry

    for statement in _TABLE.format(now=NOW.isoformat(), rows=rows).split(";")[:2]:
        database.execute(statement)
    rules = [one for one in registry.rules() if one.family in {"freshness", "source", "retention"}]
    world = World(Path(tempfile.mkdtemp())).url("crm", database.url())

    def scanned(text: str = _PLAN, limits: Limits = Limits(sample=False)) -> Any:
        return scan(world.plan(text), rules, now=NOW, environ=world.environ, limits=limits)

    structure = scanned(limits=Limits(data=False))  # pays for imports
    measures = len(requested(ground_of(world.plan(_PLAN), structure.facts, NOW), rules)[0])
    spent = alternating(
        database.server.pid,
        {
            "bare": lambda: database.execute("SELECT count(*), max(updated_at) FROM contacts"),
            "whole": scanned,
            "catalogue": lambda: scanned(limits=Limits(data=False)),
        },
    )
    facts = scanned().facts
    queries = [fact.queries for fact in facts if isinstance(fact, CostFact)]
    answered = sum(isinstance(fact, MeasureFact) for fact in facts)
    print(f"{rows:,} rows; {measures} requests, {answered} facts; statements {queries}")
    for unit, which in (("clock", 0), ("processor time of the server", 1)):
        bare, whole, catalogue = (spent[name][which] for name in ("bare", "whole", "catalogue"))
        print(f"  {unit}: bare aggregate {bare:.2f} s; whole scan {whole:.2f} s, of which catalogue {catalogue:.2f} s")
        print(
            f"    ratio of the data wave to the bare aggregate: {(whole - catalogue) / max(bare, 0.01):.2f} (goal 2.5)"
        )
    catalogue = spent["catalogue"][0]
    database.execute("CREATE INDEX ON contacts (updated_at)")
    alone = "SELECT max(updated_at) FROM contacts WHERE updated_at <= now() + interval '5 minutes'"
    print(f"  the newest alone by its index, in bare SQL: {best(lambda: database.execute(alone)) * 1000:.0f} ms")
    # A budget that forbids to count the rows leaves the index as the only way.
    small = _PLAN.replace("rows: 100000000", "rows: 1000")
    told = best(lambda: scanned(small))
    print(f"  the newest alone by its index, through a scan, beyond the catalogue: {(told - catalogue) * 1000:.0f} ms")


def residue(source: PostgresDatabase, copy: PostgresDatabase, keys: int) -> None:
    """Compare N keys of two databases, in a process of its own so that its memory can be told."""
    spelt = "md5(n::text)"
    source.execute(
        f"CREATE TABLE articles AS SELECT {spelt} AS id FROM generate_series(1, {keys}) n WHERE n > {PLANTED}"  # noqa: S608 - our own numbers
    )
    copy.execute(f"CREATE TABLE chunks AS SELECT {spelt} AS doc_id FROM generate_series(1, {keys}) n")  # noqa: S608 - as above
    for database in (source, copy):
        database.execute("ANALYZE")
    done = subprocess.run(  # noqa: S603 - ourselves
        [sys.executable, "-m", "benchmarks.freshness", "--compare", f"{source.url()} {copy.url()}"],
        check=True,
        capture_output=True,
        text=True,
    )
    print(f"{keys:,} keys in two databases, {PLANTED:,} deleted at the source: {done.stdout.strip()}")


def compare_in_this_process(source: str, copy: str) -> None:
    """Compare and print what was found, how long it took and what memory it needed."""
    from rules.retention.residue_in_copy import RULE

    world = World(Path(tempfile.mkdtemp())).url("kb", source).url("index", copy)
    scan(world.plan(_COPIES), [RULE], now=NOW, environ=world.environ, limits=Limits(data=False))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    started = time.perf_counter()
    snapshot = scan(world.plan(_COPIES), [RULE], now=NOW, environ=world.environ)
    took = time.perf_counter() - started
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    found = [fact.found for fact in snapshot.facts if isinstance(fact, CompareFact)]
    print(f"found {found}, {took:.1f} s, {most:.0f} MB at most, {before:.0f} MB of them before any key was read")


def alternating(
    server: int, works: Mapping[str, Callable[[], Any]], times: int = 4
) -> Mapping[str, tuple[float, float]]:
    """Give the best clock and the best processor time of the server for each of some works, run in turns."""
    spent: dict[str, tuple[float, float]] = {}
    for _ in range(times):
        for name, work in works.items():
            started, used = time.perf_counter(), processor_time(server)
            work()
            took = time.perf_counter() - started
            time.sleep(0.2)  # until the server has taken note that the session's process ended
            before = spent.get(name, (took, float("inf")))
            spent[name] = (min(took, before[0]), min(processor_time(server) - used, before[1]))
    return spent


def processor_time(server: int) -> float:
    """Give the seconds that ended processes of a server have used (Linux); each session is one."""
    words = Path(f"/proc/{server}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(words[13]) + int(words[14])) / os.sysconf("SC_CLK_TCK")


def best(work: Callable[[], Any], times: int = 3) -> float:
    """Give the best time of a few, in seconds."""
    taken = []
    for _ in range(times):
        started = time.perf_counter()
        work()
        taken.append(time.perf_counter() - started)
    return min(taken)


if __name__ == "__main__":
    main()
