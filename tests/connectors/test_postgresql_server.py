"""The tests' own PostgreSQL server: it refuses wrong passwords and is never left running."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.servers import PostgresDatabase, PostgresServer, alive, start_postgres

_ROOT = Path(__file__).parents[2]
_SIDE_BY_SIDE = """
import os, time
import pytest

@pytest.mark.parametrize("turn", range(4))
def test_turn(postgres_server, turn):
    with open({places!r}, "a") as places:
        places.write(f"{{os.environ['PYTEST_XDIST_WORKER']}} {{postgres_server.pid}} {{postgres_server.keeper}}\\n")
    if turn == 2:
        os._exit(9)
"""


def test_a_wrong_password_is_refused(postgres: PostgresDatabase) -> None:
    import psycopg

    auditor = postgres.role("auditor")

    psycopg.connect(postgres.url(auditor)).close()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(postgres.url(auditor, "wrong"))


def test_a_server_is_gone_once_it_was_ended(postgres_server: PostgresServer) -> None:
    private = start_postgres()

    private.end()

    assert not alive(private.pid)
    assert not alive(private.keeper)
    assert not Path(private.socket_folder).exists()
    assert alive(postgres_server.pid)


def test_a_server_does_not_outlive_a_killed_run(postgres_server: PostgresServer) -> None:
    program = (
        "import time; from tests.servers import start_postgres;print(start_postgres().pid, flush=True); time.sleep(600)"
    )
    run = subprocess.Popen([sys.executable, "-c", program], cwd=_ROOT, stdout=subprocess.PIPE, text=True)
    with run:
        assert run.stdout is not None
        server = int(run.stdout.readline())
        run.kill()

    assert _gone(server)


def test_a_server_does_not_outlive_its_keeper(postgres_server: PostgresServer) -> None:
    private = start_postgres()

    os.kill(private.keeper, signal.SIGKILL)

    assert _gone(private.pid)
    private.end()


def test_workers_share_one_server_and_a_dead_worker_leaves_none(
    postgres_server: PostgresServer, tmp_path: Path
) -> None:
    places = tmp_path / "places"
    (tmp_path / "conftest.py").write_text("from tests.conftest import *\n")
    (tmp_path / "test_turns.py").write_text(_SIDE_BY_SIDE.format(places=str(places)))
    command = [sys.executable, "-m", "pytest", "-q", "-n", "2", "-p", "no:cacheprovider", str(tmp_path)]

    subprocess.run(
        command,
        cwd=_ROOT,
        check=False,
        capture_output=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(_ROOT), *sys.path])},
    )

    turns = [line.split() for line in places.read_text().splitlines()]
    assert len({worker for worker, _, _ in turns}) > 1
    assert len({server for _, server, _ in turns}) == 1
    assert all(_gone(int(pid)) for _, *pids in turns for pid in pids)


def _gone(pid: int) -> bool:
    until = time.monotonic() + 15
    while time.monotonic() < until and alive(pid):
        time.sleep(0.05)
    return not alive(pid)
