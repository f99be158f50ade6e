"""The long run: many random worlds on a real PostgreSQL, reach against really reading; goes on where it stopped.

    python -m benchmarks.access.worlds [--worlds 10000] [--binaries /usr/lib/postgresql/15/bin]

Each hundred worlds get a fresh database. What was done is kept in `worlds.json` by the server's version: how many seeds
from 0 on, the seeds that failed, how many answers were compared and how many were undecided.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from pathlib import Path
from typing import Any

RECORD = Path(__file__).with_name("worlds.json")
_AT_ONCE = 100


def main() -> None:
    """Run the worlds that have not been run yet."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--worlds", type=int, default=10_000)
    parser.add_argument("--binaries", type=Path)
    parser.add_argument("--seconds", type=float, default=float("inf"), help="stop after this long")
    given = parser.parse_args()
    from tests.servers import start_postgres

    server = start_postgres(os.getpid(), binaries=given.binaries)
    try:
        _run(server, given.worlds, time.monotonic() + given.seconds)
    finally:
        server.end()


def _run(server: Any, worlds: int, until: float) -> None:
    import psycopg

    from tests.lineage.access.test_worlds import connector_facts, differences
    from tests.lineage.access.worlds import PROBE

    with psycopg.connect(server.url()) as connection:
        version = connection.info.server_version // 10_000
    key = f"postgresql {version}"
    done = _recorded().get(key, {"seeds": 0, "failed": []})
    while done["seeds"] < worlds and time.monotonic() < until:
        with server.database() as database:
            database.execute(PROBE)
            with psycopg.connect(database.url(), autocommit=True) as connection:
                for seed in range(done["seeds"], min(worlds, done["seeds"] + _AT_ONCE)):
                    if told := list(differences(connection, database, seed, read=connector_facts)):
                        done["failed"].append(seed)
                        print("\n".join(told), flush=True)
                    done["seeds"] = seed + 1
        everything = _recorded()
        everything[key] = done
        RECORD.write_text(json.dumps(everything, indent=2) + "\n")
        print(f"{key}: {done['seeds']:,} worlds, {len(done['failed'])} failed", flush=True)


def _recorded() -> dict[str, Any]:
    return json.loads(RECORD.read_text()) if RECORD.exists() else {}


if __name__ == "__main__":
    main()
