"""Fixtures for every test: the real servers of the run, shared by its workers."""

from __future__ import annotations

import gc
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.rules import recording
from tests.servers import CannotStartError, PostgresDatabase, PostgresServer, end_shared, shared_postgres
from tests.servers_mariadb import MariadbSchemas, MariadbServer, shared_mariadb, start_mariadb

_RUN = pytest.StashKey[tuple[Path, int]]()
_SETTLED = pytest.StashKey[int]()
_MANY_MODULES = 200


def pytest_addoption(parser: pytest.Parser) -> None:
    recording.add_option(parser)


def pytest_configure(config: pytest.Config) -> None:
    recording.listen(config)
    worker = getattr(config, "workerinput", None)
    if worker is None:
        config.stash[_RUN] = (Path(tempfile.mkdtemp(prefix="lineage-")), os.getpid())
    else:
        config.stash[_RUN] = (Path(worker["lineage_folder"]), int(worker["lineage_controller"]))


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    folder, controller = node.config.stash[_RUN]
    node.workerinput.update(lineage_folder=str(folder), lineage_controller=controller)


def pytest_unconfigure(config: pytest.Config) -> None:
    gc.unfreeze()
    if not hasattr(config, "workerinput") and _RUN in config.stash:
        end_shared(config.stash[_RUN][0])


def pytest_collection_finish(session: pytest.Session) -> None:
    _settle(session.config)


def pytest_runtest_teardown(item: pytest.Item) -> None:
    if len(sys.modules) > item.config.stash[_SETTLED] + _MANY_MODULES:
        _settle(item.config)


def _settle(config: pytest.Config) -> None:
    """Leave what stays to the end of the run out of the search for garbage.

    Collected tests and large libraries are millions of objects: going through them took a tenth of the run, and up to
    a second each time that a test asks for what is still open.
    """
    gc.collect()
    gc.freeze()
    config.stash[_SETTLED] = len(sys.modules)


@pytest.fixture(scope="session")
def postgres_server(pytestconfig: pytest.Config) -> PostgresServer:
    """The run's PostgreSQL server; tests that need one are skipped, with the reason, where it cannot start."""
    try:
        return shared_postgres(*pytestconfig.stash[_RUN])
    except CannotStartError as error:
        pytest.skip(f"no PostgreSQL server: {error}")


@pytest.fixture
def postgres(postgres_server: PostgresServer) -> Iterator[PostgresDatabase]:
    """A fresh database for one test."""
    with postgres_server.database() as database:
        yield database


@pytest.fixture(scope="module")
def postgres_of_module(postgres_server: PostgresServer) -> Iterator[PostgresDatabase]:
    """A fresh database for all tests of a module that only read it."""
    with postgres_server.database() as database:
        yield database


@pytest.fixture(scope="session")
def mariadb_server(pytestconfig: pytest.Config) -> MariadbServer:
    """The run's MariaDB server; tests that need one are skipped, with the reason, where it cannot start."""
    try:
        return shared_mariadb(*pytestconfig.stash[_RUN])
    except CannotStartError as error:
        pytest.skip(f"no MariaDB server: {error}")


@pytest.fixture(scope="module")
def lone_mariadb() -> Iterator[MariadbServer]:
    """A MariaDB server that no other test uses: what PUBLIC is granted there, it has there alone."""
    try:
        server = start_mariadb()
    except CannotStartError as error:
        pytest.skip(f"no MariaDB server: {error}")
    yield server
    server.end()


@pytest.fixture
def mariadb(mariadb_server: MariadbServer) -> Iterator[MariadbSchemas]:
    """Schemas and accounts of its own for one test."""
    with mariadb_server.schemas() as schemas:
        yield schemas
