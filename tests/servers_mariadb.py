"""A real MariaDB server for the tests: Debian's, started once for a whole run, bound to 127.0.0.1, never left behind.

It lives by the keeper of `tests.servers`. Its clock is set three hours east of UTC, so that a connector that forgets to
ask for UTC is seen. There is no wheel of it: where `mariadbd` is not installed, tests that need it are skipped.
"""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

from tests.servers import CannotStartError, _await_pid, _end, _free_port, alive, shared

SUPERUSER = "keeper"
_LOG = "error.log"
_START_SECONDS = 60
_SETTINGS = {
    "bind-address": "127.0.0.1",
    "event-scheduler": "ON",
    "default-time-zone": "+03:00",
    "innodb-buffer-pool-size": "32M",
    "innodb-flush-log-at-trx-commit": "0",
    "innodb-use-native-aio": "0",
    "performance-schema": "OFF",
    # An honest server records what is read of it, and lets no password live for ever.
    "general-log": "ON",
    "general-log-file": "/dev/null",
    "default-password-lifetime": "90",
    "max-connections": "60",
    # Who comes over TCP comes from 127.0.0.1, who comes by the socket from localhost.
    "skip-name-resolve": "ON",
}


class ServerDiedError(Exception):
    """The server ended by itself in the middle of a test; says what it wrote last."""


@dataclass(frozen=True)
class MariadbServer:
    """A running MariaDB server that asks everybody for a password."""

    host: str
    port: int
    password: str
    folder: str
    pid: int
    """The server's own pid."""
    keeper: int
    """The pid of the process that ends the server."""

    @property
    def socket(self) -> str:
        """Where it listens besides its port: who comes this way comes from `localhost`."""
        return f"{self.folder}/s"

    def url(self, user: str = SUPERUSER, password: str | None = None, schema: str = "") -> str:
        """Give the URL of an account; without a password, the superuser's is taken."""
        secret = self.password if password is None else password
        login = f"{quote(user, safe='')}:{quote(secret, safe='')}"
        return f"mysql://{login}@{self.host}:{self.port}/{quote(schema, safe='')}"

    def connect(self, user: str = SUPERUSER, password: str | None = None, **more: Any) -> Any:
        """Connect as an account, each statement committed."""
        import pymysql

        secret = self.password if password is None else password
        place = {"unix_socket": self.socket} if more.pop("local", False) else {"host": self.host, "port": self.port}
        # Loading the machine's certificates takes nine tenths of a connection, and nothing leaves this machine.
        more.setdefault("ssl_disabled", True)
        try:
            return pymysql.connect(user=user, password=secret, autocommit=True, charset="utf8mb4", **place, **more)
        except pymysql.OperationalError as error:
            if alive(self.pid):
                raise
            raise ServerDiedError(self._last_words()) from error

    def _last_words(self) -> str:
        """Give what the server wrote about its end: the signal, the statement and the stack."""
        with suppress(OSError):
            lines = (Path(self.folder) / _LOG).read_text(errors="replace").splitlines()
            told = next((number for number, line in enumerate(lines) if "got signal" in line), len(lines) - 5)
            return "\n".join(lines[max(told, 0) :][:80])
        return "its log is gone with its folder"

    def execute(self, *statements: str, parameters: Sequence[object] | None = None) -> list[tuple[Any, ...]]:
        """Run statements as the superuser; give the rows of the last one."""
        connection = self.connect()
        try:
            with connection.cursor() as cursor:
                for statement in statements:
                    cursor.execute(statement, parameters)
                return list(cursor.fetchall()) if statements else []
        finally:
            connection.close()

    def end(self) -> None:
        """End the server; it is gone when this returns, and its folder too."""
        _end(self.keeper, self.pid)
        shutil.rmtree(self.folder, ignore_errors=True)

    @contextmanager
    def schemas(self) -> Iterator[MariadbSchemas]:
        """Give a name that no other test has; the schemas and accounts made with it are dropped afterwards."""
        made = MariadbSchemas(self, secrets.token_hex(4))
        try:
            yield made
        finally:
            self.execute(
                *(f"DROP SCHEMA IF EXISTS {backticked(schema)}" for schema in made.names),
                *(f"DROP USER IF EXISTS {account}" for account in made.accounts),
                *(f"DROP ROLE IF EXISTS {backticked(role)}" for role in made.roles),
            )


@dataclass
class MariadbSchemas:
    """Schemas, accounts and roles of one test."""

    server: MariadbServer
    tag: str
    names: list[str] = field(default_factory=list)
    accounts: dict[str, str] = field(default_factory=dict)
    """`'user'@'host'` -> password."""
    roles: list[str] = field(default_factory=list)

    def schema(self, label: str = "crm") -> str:
        """Make a schema and give its name."""
        name = f"{label}_{self.tag}"
        self.names.append(name)
        self.execute(f"CREATE SCHEMA {backticked(name)}")
        return name

    def account(self, label: str, host: str = "%") -> str:
        """Make an account and give its user's name."""
        user, password = f"{label}_{self.tag}", secrets.token_urlsafe(12)
        self.execute(f"CREATE USER '{user}'@'{host}' IDENTIFIED BY '{password}'")
        self.accounts[f"'{user}'@'{host}'"] = password
        return user

    def role(self, label: str) -> str:
        """Make a role and give its name."""
        name = f"{label}_{self.tag}"
        self.roles.append(name)
        self.execute(f"CREATE ROLE {backticked(name)}")
        return name

    def url(self, user: str, schema: str = "", host: str = "%") -> str:
        """Give the URL of an account."""
        return self.server.url(user, self.accounts[f"'{user}'@'{host}'"], schema)

    def execute(self, *statements: str, parameters: Sequence[object] | None = None) -> list[tuple[Any, ...]]:
        """Run statements as the superuser; give the rows of the last one."""
        return self.server.execute(*statements, parameters=parameters)


def backticked(identifier: str) -> str:
    """Quote an identifier for MariaDB."""
    return "`" + identifier.replace("`", "``") + "`"


def shared_mariadb(folder: Path, controller: int) -> MariadbServer:
    """Give the run's server, starting it if nobody has yet; safe to call from every worker.

    Raises:
        CannotStartError: it cannot be started on this machine.
    """
    return MariadbServer(**shared(folder, "mariadb", lambda place: vars(start_mariadb(controller, place))))


def start_mariadb(
    controller: int | None = None, folder: Path | None = None, settings: Mapping[str, object] | None = None
) -> MariadbServer:
    """Start a server; it ends with `controller` (this process unless given) at the latest, and its folder with it.

    Raises:
        CannotStartError: it cannot be started on this machine.
    """
    path = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin"])
    program, installer = shutil.which("mariadbd", path=path), shutil.which("mariadb-install-db", path=path)
    if program is None or installer is None:
        raise CannotStartError("mariadbd is not installed (Debian: mariadb-server)")
    account = "mysql" if os.geteuid() == 0 else None  # it refuses to run as root
    folder = folder or Path(tempfile.mkdtemp(prefix="lineage-mariadb-"))
    folder.mkdir(exist_ok=True)
    _open(folder, account)
    password, port = secrets.token_urlsafe(12), _free_port()
    _initialise(installer, folder, password, account)
    place = {"port": port, "socket": folder / "s", **_files(folder, account)}
    told = [f"--{name}={value}" for name, value in {**_SETTINGS, **place, **(settings or {})}.items()]
    keeper = subprocess.Popen(
        [
            *(sys.executable, str(Path(__file__).with_name("servers.py")), str(controller or os.getpid())),
            *(account or "", str(folder / "pid"), program, "--no-defaults", *told),
        ],
        start_new_session=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    server = MariadbServer("127.0.0.1", port, password, str(folder), _await_pid(keeper, folder), keeper.pid)
    # The keeper outlives this object on purpose: silence the warning about a child that nobody waited for.
    keeper.returncode = 0
    _await_answer(server)
    return server


def _files(folder: Path, account: str | None) -> dict[str, Path]:
    # A server that starts deletes every `#sql...` of its folder for temporary tables, and another's queries die of it.
    own = folder / "temporary"
    own.mkdir()
    if account is not None:
        shutil.chown(own, account)
    return {
        "datadir": folder / "data",
        "tmpdir": own,
        "init-file": folder / "init.sql",
        "log-error": folder / _LOG,
    }


def _open(folder: Path, account: str | None) -> None:
    if account is None:
        return
    # The other account must come through to the data; nothing outside of the temporary folder is opened for it.
    temporary = Path(tempfile.gettempdir())
    for part in (folder, *(place for place in folder.parents if temporary in place.parents)):
        part.chmod(part.stat().st_mode | 0o011)
    shutil.chown(folder, account)


def _initialise(installer: str, folder: Path, password: str, account: str | None) -> None:
    done = subprocess.run(
        [
            *(installer, "--no-defaults", f"--datadir={folder / 'data'}", "--skip-test-db", "--skip-name-resolve"),
            "--auth-root-authentication-method=normal",
        ],
        user=account,
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
    )
    if done.returncode:
        raise CannotStartError(f"mariadb-install-db failed: {(done.stderr or done.stdout).strip()[-300:]}")
    # Nobody gets in without a password: not root, and no anonymous account.
    statements = (
        "DELETE FROM mysql.global_priv WHERE User IN ('', 'root')",
        "FLUSH PRIVILEGES",
        f"CREATE USER IF NOT EXISTS '{SUPERUSER}'@'%' IDENTIFIED BY '{password}'",
        f"GRANT ALL PRIVILEGES ON *.* TO '{SUPERUSER}'@'%' WITH GRANT OPTION",
    )
    script = folder / "init.sql"
    script.touch(mode=0o600)
    script.write_text("".join(f"{statement};\n" for statement in statements))
    if account is not None:
        shutil.chown(script, account)


def _await_answer(server: MariadbServer) -> None:
    import pymysql

    until = time.monotonic() + _START_SECONDS
    while True:
        try:
            server.connect(connect_timeout=5).close()
        except (pymysql.Error, OSError) as error:
            if time.monotonic() > until or not alive(server.pid):
                server.end()
                raise CannotStartError(f"MariaDB does not answer: {type(error).__name__}") from None
            time.sleep(0.05)
        else:
            return
