"""The long run: random worlds on a real PostgreSQL or MariaDB, reach against really reading; goes on where it stopped.

    python -m benchmarks.access.worlds [--worlds 10000] [--binaries /usr/lib/postgresql/15/bin] [--mariadb]
    python -m benchmarks.access.worlds --dynamic --worlds 1000

Each hundred worlds of PostgreSQL get a fresh database, each of MariaDB schemas and accounts of its own. What was done
is kept in `worlds.json` by the server's version: how many seeds from 0 on, and the seeds that failed. With `--dynamic`
the worlds hold functions that put SQL together too, and how many answers there were and were left open is kept.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections import Counter
from pathlib import Path
from typing import Any

RECORD = Path(__file__).with_name("worlds.json")
_AT_ONCE = 100


def main() -> None:
    """Run the worlds that have not been run yet."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--worlds", type=int)
    parser.add_argument("--binaries", type=Path)
    parser.add_argument("--mariadb", action="store_true", help="on MariaDB instead, 2,000 worlds unless told")
    parser.add_argument("--dynamic", action="store_true", help="with functions that put SQL together")
    parser.add_argument("--seconds", type=float, default=float("inf"), help="stop after this long")
    given = parser.parse_args()
    until = time.monotonic() + given.seconds
    if given.mariadb:
        from tests.servers_mariadb import start_mariadb

        there = start_mariadb(os.getpid())
        try:
            _run_mariadb(there, given.worlds or 2_000, until)
        finally:
            there.end()
        return
    from tests.servers import start_postgres

    server = start_postgres(os.getpid(), binaries=given.binaries)
    try:
        _run(server, given.worlds or 10_000, until, dynamic=given.dynamic)
    finally:
        server.end()


def _run_mariadb(server: Any, worlds: int, until: float) -> None:
    from tests.connectors.mariadb_worlds import differences

    [(version,)] = server.execute("SELECT VERSION()")
    key = f"mariadb {'.'.join(version.split('-')[0].split('.')[:2])}"
    done = _recorded().get(key, {"seeds": 0, "failed": []})
    while done["seeds"] < worlds and time.monotonic() < until:
        with server.schemas() as schemas:
            if told := list(differences(schemas, done["seeds"])):
                done["failed"].append(done["seeds"])
                print("\n".join(told), flush=True)
        done["seeds"] += 1
        _record(key, done)
    print(f"{key}: {done['seeds']:,} worlds, {len(done['failed'])} failed", flush=True)


def _run(server: Any, worlds: int, until: float, *, dynamic: bool) -> None:
    import psycopg

    from tests.lineage.access.test_worlds import connector_facts, differences
    from tests.lineage.access.worlds import PROBE

    with psycopg.connect(server.url()) as connection:
        version = connection.info.server_version // 10_000
    key = f"postgresql {version}" + (", dynamic SQL" if dynamic else "")
    done = _recorded().get(key, {"seeds": 0, "failed": []})
    tally: Counter[str] | None = Counter() if dynamic else None
    while done["seeds"] < worlds and time.monotonic() < until:
        with server.database() as database:
            database.execute(PROBE)
            with psycopg.connect(database.url(), autocommit=True) as connection:
                for seed in range(done["seeds"], min(worlds, done["seeds"] + _AT_ONCE)):
                    if told := list(differences(connection, database, seed, connector_facts, tally)):
                        done["failed"].append(seed)
                        print("\n".join(told), flush=True)
                    done["seeds"] = seed + 1
        for what, count in (tally or {}).items():
            done[what] = done.get(what, 0) + count
        if tally is not None:
            tally.clear()
        _record(key, done)
        print(f"{key}: {done['seeds']:,} worlds, {len(done['failed'])} failed", flush=True)


def _record(key: str, done: dict[str, Any]) -> None:
    RECORD.write_text(json.dumps({**_recorded(), key: done}, indent=2) + "\n")


def _recorded() -> dict[str, Any]:
    return json.loads(RECORD.read_text()) if RECORD.exists() else {}


if __name__ == "__main__":
    main()
