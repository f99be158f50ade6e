"""The cheapest doors to close, applied in random worlds: what is not needed is closed, what is needed is still read."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import pytest

from lineage.access import access_of
from lineage.access.cut import Cut, needed_by_role, smallest_cut
from lineage.access.model import Chain, Door
from lineage.model import PUBLIC, Name, Principal
from tests.lineage.access.catalogue_facts import SEEN
from tests.lineage.access.test_worlds import connector_facts
from tests.lineage.access.worlds import PROBE, World, truth, world
from tests.servers import PostgresDatabase, quoted

pytestmark = pytest.mark.postgresql


@pytest.fixture(scope="module")
def ground(postgres_of_module: PostgresDatabase) -> Iterator[tuple[Any, PostgresDatabase]]:
    import psycopg

    postgres_of_module.execute(PROBE)
    with psycopg.connect(postgres_of_module.url(), autocommit=True) as connection:
        yield connection, postgres_of_module


def test_after_the_cut_an_identity_reads_what_is_needed_and_nothing_else(ground: tuple[Any, PostgresDatabase]) -> None:
    told = [line for seed in range(60) for line in remaining(*ground, seed)]

    assert [line for line in told if not line.startswith("cut")] == []
    assert len(told) > 20  # worlds in which there was something to cut


def remaining(connection: Any, database: PostgresDatabase, seed: int) -> Iterator[str]:
    """Cut in the world of a seed what each role does not need, and tell what it then reads too much or too little."""
    dice = random.Random(seed)
    made = world(seed, f"{database.tag}_{seed}", database.name)
    connection.execute(";".join(made.statements))
    try:
        for role in made.roles:
            yield from _role(connection, database, made, role, dice)
    finally:
        connection.execute(";".join(made.ending))


def _role(connection: Any, database: PostgresDatabase, made: World, role: str, dice: random.Random) -> Iterator[str]:
    access = access_of(connector_facts(connection, database, made))
    identity = access.principal(SEEN.source, role)
    assert identity is not None
    if "superuser" in access.attributes(identity) or not truth(connection, made, role).active:
        return
    reach = access.reach(identity)
    active = sorted(name for name in reach.fields if reach.active(name))
    # Where a needed view works by the very right that must go, no cut serves both: views are not needed here.
    tables = {name for name, one in made.relations.items() if one.kind != "v"}
    needed = {name for name in active if name.path[-1] in tables and dice.random() < 0.4}
    over = [name for name in active if name not in needed]
    chains = [chain for name in over for chain in reach.active(name)]
    if not chains or any(not _revocable(chain) for chain in chains):
        return
    columns: defaultdict[Name, set[tuple[str, ...]]] = defaultdict(set)
    for name in needed:
        columns[name.dataset].add(name.field)
    needed_columns = {name: frozenset(found) for name, found in columns.items()}
    cut = smallest_cut(access, identity, chains, needed_columns, needed_by_role(reach, needed_columns))
    for statement in _statements(cut, identity, needed, database):
        connection.execute(statement)
    now = truth(connection, made, role).active
    wanted = {(name.path[-1], name.field[0]) for name in needed}
    if now != wanted:
        yield f"seed {made.seed}, {role}: still {sorted(now - wanted)}, lost {sorted(wanted - now)}, by {cut}"
    yield f"cut {made.seed} {role}"


def _revocable(chain: Chain) -> bool:
    opening = chain.opening
    return opening is not None and Door.OWNER not in chain.doors and (opening.on is not None or bool(opening.roles))


def _statements(cut: Cut, identity: Principal, needed: set[Name], database: PostgresDatabase) -> Iterator[str]:
    for membership in cut.memberships:
        yield f"REVOKE {quoted(membership.role.name)} FROM {quoted(membership.member.name)} CASCADE"
    for opening in cut.openings:
        assert opening.on is not None
        column = f" ({quoted(opening.on.field[0])})" if opening.on.field else ""
        holder = PUBLIC if opening.holder.name == PUBLIC else quoted(opening.holder.name)
        yield f"REVOKE SELECT{column} ON {_relation(opening.on)} FROM {holder} CASCADE"
    who = quoted(identity.name)
    yield f"GRANT CONNECT ON DATABASE {quoted(database.name)} TO {who}"
    for name in needed:
        yield f"GRANT USAGE ON SCHEMA {quoted(name.path[-2])} TO {who}"
        yield f"GRANT SELECT ({quoted(name.field[0])}) ON {_relation(name)} TO {who}"


def _relation(name: Name) -> str:
    return f"{quoted(name.path[-2])}.{quoted(name.path[-1])}"
