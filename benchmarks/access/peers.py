"""The same worlds judged by what PostgreSQL itself offers: `python -m benchmarks.access.peers [--worlds 50]`.

An answer is whether a login reads a field at once; truth is really selecting it.
"""

from __future__ import annotations

import argparse
import os
from collections import Counter
from typing import Any

_GRANTED = "SELECT table_name, column_name FROM information_schema.column_privileges WHERE privilege_type = 'SELECT'"
_HELD = """
SELECT c.relname, a.attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = ANY (%s) AND a.attnum > 0 AND has_column_privilege(%s, c.oid, a.attnum, 'SELECT')"""


def main() -> None:
    """Make the worlds and print missed and false answers side by side."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--worlds", type=int, default=50)
    given = parser.parse_args()
    from tests.servers import start_postgres

    server, counts = start_postgres(os.getpid()), Counter[str]()
    try:
        with server.database() as database:
            _run(database, given.worlds, counts)
    finally:
        server.end()
    print(f"{counts['answers']:,} answers, {counts['readable']:,} of them readable")
    for name in ("information_schema", "has_column_privilege", "lineage"):
        print(f"{name}: {counts[f'{name} missed']:,} missed, {counts[f'{name} false']:,} false")


def _run(database: Any, worlds: int, counts: Counter[str]) -> None:
    import psycopg

    from lineage.access import access_of
    from lineage.model import SourceId
    from tests.lineage.access.test_worlds import connector_facts
    from tests.lineage.access.worlds import PROBE, truth, world

    database.execute(PROBE)
    with psycopg.connect(database.url(), autocommit=True) as connection:
        for seed in range(worlds):
            made = world(seed, f"{database.tag}_{seed}", database.name, routines=True)
            connection.execute(";".join(made.statements).encode())
            try:
                access = access_of(connector_facts(connection, database, made))
                for role in made.roles:
                    principal = access.principal(SourceId("crm"), role)
                    assert principal is not None
                    reach, real = access.reach(principal), truth(connection, made, role).active
                    counts["answers"] += sum(len(relation.columns) for relation in made.relations.values())
                    counts["readable"] += len(real)
                    ours = {(name.path[-1], name.field[0]) for name in reach.fields if reach.active(name)}
                    judged = {**_by_the_server(connection, made, role), "lineage": ours}
                    for name, found in judged.items():
                        counts[f"{name} missed"] += len(real - found)
                        counts[f"{name} false"] += len(found - real)
            finally:
                connection.execute(";".join(made.ending).encode())


def _by_the_server(connection: Any, made: Any, role: str) -> dict[str, set[tuple[str, str]]]:
    from tests.servers import quoted

    mine = {(relation.name, column) for relation in made.relations.values() for column in relation.columns}
    connection.execute(f"SET SESSION AUTHORIZATION {quoted(role)}".encode())
    granted = {tuple(row) for row in connection.execute(_GRANTED)} & mine
    connection.execute("RESET SESSION AUTHORIZATION")
    held = {tuple(row) for row in connection.execute(_HELD, [made.schemas, role])} & mine
    return {"information_schema": granted, "has_column_privilege": held}


if __name__ == "__main__":
    main()
