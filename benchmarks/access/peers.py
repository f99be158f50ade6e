"""The same worlds judged by what PostgreSQL itself offers: `python -m benchmarks.access.peers [--worlds 50]`.

An answer is whether a login reads a field at once; truth is really selecting it. With `--pgrls FOLDER` pgrls is
installed there, in an environment of its own, and asked beside us which tables a login reads, by whatever way.
"""

from __future__ import annotations

import argparse
import os
from collections import Counter
from pathlib import Path
from typing import Any

_GRANTED = "SELECT table_name, column_name FROM information_schema.column_privileges WHERE privilege_type = 'SELECT'"
_HELD = """
SELECT c.relname, a.attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = ANY (%s) AND a.attnum > 0 AND has_column_privilege(%s, c.oid, a.attnum, 'SELECT')"""

_CONNECTS = "SELECT has_database_privilege(%s, current_database(), 'CONNECT')"


def main() -> None:
    """Make the worlds and print missed and false answers side by side."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--worlds", type=int, default=50)
    parser.add_argument("--pgrls", type=Path, help="where pgrls is to be installed")
    given = parser.parse_args()
    from benchmarks.access.tables import PGRLS, pgrls_at
    from tests.servers import start_postgres

    program = pgrls_at(given.pgrls) if given.pgrls else None
    server, counts, tables = start_postgres(os.getpid()), Counter[str](), Counter[str]()
    try:
        with server.database() as database:
            _run(database, given.worlds, counts, program, tables)
    finally:
        server.end()
    print(f"{counts['answers']:,} answers, {counts['readable']:,} of them readable")
    print(f"lineage: {counts['lineage undecided']:,} fields undecided")
    for name in ("information_schema", "has_column_privilege", "lineage"):
        print(f"{name}: {counts[f'{name} missed']:,} missed, {counts[f'{name} false']:,} false")
    if program is not None:
        print(f"{PGRLS}, tables: {tables['answers']:,} answers, {tables['readable']:,} of them readable")
        print(f"pgrls: {tables['pgrls undecided']:,} undecided, {tables['pgrls nothing']:,} not told")
        beside = tables["lineage undecided besides tables"]
        print(f"lineage: {tables['lineage undecided']:,} undecided, and {beside:,} views, functions or rules")
        for name in ("pgrls", "lineage"):
            by_copies = tables[f"{name} missed by copies alone"]
            missed, false = tables[f"{name} missed"], tables[f"{name} false"]
            print(f"{name}: {missed:,} missed ({by_copies:,} read by copies alone), {false:,} false")


def _run(database: Any, worlds: int, counts: Counter[str], program: Path | None, tables: Counter[str]) -> None:
    import psycopg

    from benchmarks.access.tables import count
    from tests.lineage.access.worlds import PROBE, world

    database.execute(PROBE)
    with psycopg.connect(database.url(), autocommit=True) as connection:
        for seed in range(worlds):
            made = world(seed, f"{database.tag}_{seed}", database.name, routines=True)
            connection.execute(";".join(made.statements).encode())
            try:
                reaches, really = _judge(connection, database, made, counts)
                if program is not None:
                    tables.update(count(program, database, made, reaches, really))
            finally:
                connection.execute(";".join(made.ending).encode())


def _judge(connection: Any, database: Any, made: Any, counts: Counter[str]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Count the answers for fields; give the reach and the truth of each login that may connect."""
    from lineage.access import access_of
    from lineage.model import SourceId
    from tests.lineage.access.test_worlds import connector_facts
    from tests.lineage.access.worlds import truth

    access = access_of(connector_facts(connection, database, made))
    reaches: dict[str, Any] = {}
    really: dict[str, Any] = {}
    for role in made.roles:
        principal = access.principal(SourceId("crm"), role)
        assert principal is not None
        reach, tried = access.reach(principal), truth(connection, made, role)
        [(connects,)] = connection.execute(_CONNECTS, [role])
        if connects:
            reaches[role], really[role] = reach, tried
        counts["answers"] += sum(len(relation.columns) for relation in made.relations.values())
        counts["readable"] += len(tried.active)
        ours = {(name.path[-1], name.field[0]) for name in reach.fields if reach.active(name)}
        counts["lineage undecided"] += sum(
            (relation.name, column) not in ours and _undecided(reach, relation.name, column)
            for relation in made.relations.values()
            for column in relation.columns
        )
        judged = {**_by_the_server(connection, made, role), "lineage": ours}
        for name, found in judged.items():
            counts[f"{name} missed"] += len(tried.active - found)
            counts[f"{name} false"] += len(found - tried.active)
    return reaches, really


def _undecided(reach: Any, dataset: str, column: str) -> bool:
    return any(name.path[-1] == dataset and name.field in ((), (column,)) for name in reach.undecided)


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
