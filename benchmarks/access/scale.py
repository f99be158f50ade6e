"""How long a catalogue of many roles and columns takes, and how many queries: `python -m benchmarks.access.scale`."""

from __future__ import annotations

import argparse
import os
import time
from datetime import UTC, datetime
from typing import Any


def main() -> None:
    """Make the catalogue, read it, and ask for the reach of one identity and of ten."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--roles", type=int, default=500)
    parser.add_argument("--tables", type=int, default=2_000)
    given = parser.parse_args()
    from tests.servers import start_postgres

    server = start_postgres(os.getpid())
    try:
        with server.database() as database:
            roles = _made(database, given.roles, given.tables)
            _measured(database, roles)
            for role in roles:
                database.execute(f"DROP OWNED BY {role}; DROP ROLE {role}")
    finally:
        server.end()


def _made(database: Any, roles: int, tables: int) -> list[str]:
    names = [f"bench_{database.tag}_{number}" for number in range(roles)]
    database.execute(";".join(f"CREATE ROLE {name} LOGIN" for name in names))
    pairs = [(names[number], names[number // 3]) for number in range(1, roles) if number % 2]
    database.execute(";".join(f"GRANT {of} TO {name}" for name, of in pairs))
    for start in range(0, tables, 500):
        statements = []
        for number in range(start, min(start + 500, tables)):
            columns = ", ".join(f"c{column} int" for column in range(15))
            statements.append(f"CREATE TABLE t{number} ({columns})")
            statements.append(f"GRANT SELECT ON t{number} TO {names[number % roles]}")
            statements.append(f"GRANT SELECT (c1, c2) ON t{number} TO {names[(number * 7) % roles]}")
        database.execute(";".join(statements))
    return names


def _measured(database: Any, roles: list[str]) -> None:
    from connectors.postgresql import CONNECTOR
    from lineage.access import access_of
    from lineage.connector import Structure
    from lineage.context import Context
    from lineage.facts import CostFact, FieldFact
    from lineage.model import SourceId

    settings = CONNECTOR.settings.model_validate({"url": database.url()})
    started = time.monotonic()
    facts = list(CONNECTOR.read(settings, [Structure()], Context(SourceId("crm"), datetime.now(UTC))))
    read = time.monotonic()
    access = access_of(facts)
    gathered = time.monotonic()
    for count, name in enumerate(roles[:10], 1):
        principal = access.principal(SourceId("crm"), name)
        assert principal is not None
        access.reach(principal)
        if count == 1:
            first = time.monotonic()
    ended = time.monotonic()
    queries = next(fact.queries for fact in facts if isinstance(fact, CostFact))
    columns = sum(isinstance(fact, FieldFact) for fact in facts)
    print(f"{len(roles):,} roles, {columns:,} columns: {queries} queries, read in {read - started:.1f} s,")
    print(f"gathered in {gathered - read:.1f} s, reach of one identity {first - gathered:.2f} s, of ten", end=" ")
    print(f"{ended - gathered:.2f} s; scan with one identity {first - started:.1f} s")


if __name__ == "__main__":
    main()
