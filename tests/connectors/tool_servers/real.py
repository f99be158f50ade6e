"""Real servers of tools, each installed in an environment of its own: what their own authors say of their tools."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


class CannotInstallError(Exception):
    """It cannot be had here; says why, for the name of the skip."""


@dataclass(frozen=True)
class Real:
    """A server that somebody else wrote."""

    package: str
    program: str
    arguments: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    """What else its environment needs."""
    npm: bool = False


GIT = Real("mcp-server-git", "mcp-server-git", ("--repository", "{folder}"))
TIME = Real("mcp-server-time", "mcp-server-time")
SQLITE = Real("mcp-server-sqlite", "mcp-server-sqlite", ("--db-path", "{folder}/shop.db"), ("mcp<2",))
FETCH = Real("mcp-server-fetch", "mcp-server-fetch")
TIME_OF_2025 = Real(
    "mcp-server-time==0.6.2", "mcp-server-time", ("--local-timezone", "UTC"), ("mcp==1.2.0", "pydantic<2.11")
)
"""Of the protocol's first year, by the library of that time: it ends when it is asked what it does not know."""
DUCKDB = Real(
    "mcp-server-motherduck",
    "mcp-server-motherduck",
    ("--transport", "http", "--host", "127.0.0.1", "--port", "{port}", "--db-path", "{folder}/shop.duckdb"),
)
PROXY = Real(
    "mcp-proxy", "mcp-proxy", ("--host", "127.0.0.1", "--port", "{port}", "{bin}/mcp-server-time"), ("mcp-server-time",)
)
"""A server of standard streams, served over HTTP by another's proxy."""
MEMORY = Real("@modelcontextprotocol/server-memory", "server-memory/dist/index.js", npm=True)
FILESYSTEM = Real("@modelcontextprotocol/server-filesystem", "server-filesystem/dist/index.js", ("{folder}",), npm=True)
EVERYTHING = Real("@modelcontextprotocol/server-everything", "server-everything/dist/index.js", npm=True)


def command(server: Real, environments: Path, folder: Path, port: int = 0) -> list[str]:
    """Give the command that runs a server, at a port where it listens, installed once below `environments`.

    Raises:
        CannotInstallError: the registry cannot be reached, or there is no node.
    """
    home = environments / server.package.replace("/", "-").lstrip("@")
    arguments = [one.format(folder=folder, port=port, bin=home / "bin") for one in server.arguments]
    if server.npm:
        node, npm = shutil.which("node"), shutil.which("npm")
        if node is None or npm is None:
            raise CannotInstallError("node and npm are not installed here")
        program = home / "node_modules" / "@modelcontextprotocol" / server.program
        if not program.exists():
            home.mkdir(parents=True, exist_ok=True)
            _install([npm, "install", "--silent", "--no-audit", "--no-fund", "--ignore-scripts", server.package], home)
        return [node, str(program), *arguments]
    program = home / "bin" / server.program
    if not program.exists():
        venv.create(home, with_pip=True)
        pip = [str(home / "bin" / "python"), "-m", "pip", "--quiet", "--disable-pip-version-check", "install"]
        _install([*pip, server.package, *server.also], home)
    return [str(program), *arguments]


def _install(command: Sequence[str], home: Path) -> None:
    done = subprocess.run(command, cwd=home, env=dict(os.environ), capture_output=True, check=False, timeout=300)
    if done.returncode:
        shutil.rmtree(home, ignore_errors=True)
        raise CannotInstallError(f"{Path(command[0]).name} cannot install it here (offline?); Python {sys.version[:4]}")
