"""How each of the others is installed, told about datasets, and asked; each runs in an environment of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from unittest import SkipTest
from urllib.parse import urlsplit

from lineage.testing import NOW

_MADE: Final = """
import duckdb, json, sys
with duckdb.connect(sys.argv[1]) as connection:
    for statement in json.load(sys.stdin):
        connection.execute(statement)
"""
Answers = dict[str, str]
"""Dataset -> `pass`, `fail` or `none`."""


@dataclass(frozen=True)
class Table:
    """What can be told of a dataset to those that know a clock, a limit and a filter."""

    name: str
    clock: str
    minutes: int
    where: str


@dataclass(frozen=True)
class Peer:
    """Another tool that judges freshness."""

    name: str
    environment: str
    packages: tuple[str, ...]
    ask: Callable[[Path, Path, str, str, Sequence[Table]], Answers]
    by_hand: bool = False
    """It is told an expression in the place of the clock."""

    def judge(
        self, python: Path, work: Path, system: str, url: str, script: Sequence[str], tables: Sequence[Table]
    ) -> Answers:
        """Give its answers; a DuckDB file is made by its own version of DuckDB."""
        if system == "duckdb":
            url = str(work / "crm.duckdb")
            _run([python, "-c", _MADE, url], work, given=json.dumps(list(script))).check_returncode()
        return self.ask(python.parent, work, system, url, tables)


def installed(packages: tuple[str, ...], folder: Path) -> Path:
    """Make an environment and give its Python; says why where that cannot be."""
    python = folder / "bin" / "python"
    uv = Path(sys.executable).parent / "uv"
    if not python.exists():
        _run([uv, "venv", "-q", "--python", "3.11", folder], Path.cwd())
    done = _run([uv, "pip", "install", "-q", "--python", python, *packages], Path.cwd())
    if done.returncode:
        raise SkipTest("cannot be installed: " + (done.stderr.strip().splitlines() or ["no reason given"])[-1])
    return python


def _run(
    command: Sequence[str | Path], folder: Path, given: str = "", more: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    # Their telemetry is off: nothing is to leave for a benchmark. A home of its own keeps their settings apart.
    home = {"HOME": str(folder)} if "uv" not in Path(command[0]).name else {}
    quiet = {"DBT_SEND_ANONYMOUS_USAGE_STATS": "false", "DO_NOT_TRACK": "1", "TZ": "UTC", **home, **(more or {})}
    return subprocess.run(  # noqa: S603 - our own words
        [str(part) for part in command],
        cwd=folder,
        input=given,
        env={**os.environ, **quiet},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )


def _written(path: Path, document: Any) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document), encoding="utf-8")  # JSON is YAML
    return path


def _read(path: Path, done: subprocess.CompletedProcess[str]) -> Any:
    if not path.exists():
        print((done.stdout + done.stderr)[-800:], file=sys.stderr)
        return {}
    return json.loads(path.read_text(encoding="utf-8"))


def _parts(url: str) -> tuple[str, int, str, str, str]:
    at = urlsplit(url)
    return at.hostname or "", at.port or 5432, at.username or "", at.password or "", at.path.lstrip("/")


def _dbt(binaries: Path, work: Path, system: str, url: str, tables: Sequence[Table]) -> Answers:
    if system == "duckdb":
        target: dict[str, Any] = {"type": "duckdb", "path": url, "settings": {"TimeZone": "UTC"}}
    else:
        host, port, user, password, name = _parts(url)
        target = {"type": "postgres", "host": host, "port": port, "user": user, "password": password}
        target |= {"dbname": name, "schema": "public"}
    _written(work / "profiles.yml", {"crm": {"target": "dev", "outputs": {"dev": {"threads": 1, **target}}}})
    _written(work / "dbt_project.yml", {"name": "crm", "version": "1.0", "profile": "crm"})
    # A project may say what its clock is: the moment of the worlds.
    now = f"'{NOW.isoformat()}'::timestamptz"
    macro = work / "macros" / "now.sql"
    macro.parent.mkdir()
    macro.write_text(f"{{% macro current_timestamp() %}}{now}{{% endmacro %}}", encoding="utf-8")
    declared = [
        {
            "name": table.name,
            "config": {
                "loaded_at_field": table.clock,
                "freshness": {
                    "error_after": {"count": table.minutes, "period": "minute"},
                    **({"filter": table.where} if table.where else {}),
                },
            },
        }
        for table in tables
    ]
    schema = "main" if system == "duckdb" else "public"
    source = {"name": "crm", "schema": schema, "tables": declared}
    _written(work / "models" / "sources.yml", {"version": 2, "sources": [source]})
    done = _run([binaries / "dbt", "source", "freshness", "--profiles-dir", work, "--no-use-colors"], work)
    words = {"pass": "pass", "warn": "fail", "error": "fail"}
    results = _read(work / "target" / "sources.json", done).get("results", [])
    return {one["unique_id"].rpartition(".")[2]: words.get(one["status"], "none") for one in results}


def _soda(binaries: Path, work: Path, system: str, url: str, tables: Sequence[Table]) -> Answers:
    if system == "duckdb":
        source: dict[str, Any] = {"type": "duckdb", "path": url}
    else:
        host, port, user, password, name = _parts(url)
        source = {"type": "postgres", "host": host, "port": str(port), "username": user, "password": password}
        source |= {"database": name, "schema": "public"}
    _written(work / ".soda" / "config.yml", {"send_anonymous_usage_stats": False})
    _written(work / "configuration.yml", {"data_source crm": source})
    checks: dict[str, Any] = {}
    for table in tables:
        part = " [read]" if table.where else ""
        if table.where:
            checks[f"filter {table.name}{part}"] = {"where": table.where}
        checks[f"checks for {table.name}{part}"] = [
            {f"freshness({table.clock}) < {table.minutes}m": {"name": table.name}}
        ]
    _written(work / "checks.yml", checks)
    command = [binaries / "soda", "scan", "-d", "crm", "-c", "configuration.yml", "-srf", "results.json"]
    done = _run([*command, "-v", f"NOW={NOW.isoformat()}", "checks.yml"], work)
    words = {"pass": "pass", "warn": "fail", "fail": "fail"}
    results = _read(work / "results.json", done).get("checks", [])
    return {one["name"]: words.get(one["outcome"] or "", "none") for one in results}


_FROZEN: Final = """
import sys, datetime, time_machine
time_machine.travel(datetime.datetime.fromisoformat(sys.argv.pop(1)), tick=False).start()
from datacontract.cli import app
app()
"""


def _datacontract(binaries: Path, work: Path, system: str, url: str, tables: Sequence[Table]) -> Answers:
    more = {}
    if system == "duckdb":
        server: dict[str, Any] = {"server": "crm", "type": "duckdb", "database": url, "schema": "main"}
    else:
        host, port, user, password, name = _parts(url)
        server = {"server": "crm", "type": "postgres", "host": host, "port": port, "database": name, "schema": "public"}
        more = {"DATACONTRACT_POSTGRES_USERNAME": user, "DATACONTRACT_POSTGRES_PASSWORD": password}
    contract = {
        "apiVersion": "v3.1.0",
        "kind": "DataContract",
        "id": "timing",
        "version": "1.0.0",
        "status": "active",
        "servers": [server],
        "schema": [{"name": one.name, "physicalName": one.name, "properties": [{"name": "made_at"}]} for one in tables],
        "slaProperties": [
            {"property": "freshness", "element": f"{one.name}.made_at", "value": one.minutes, "unit": "m"}
            for one in tables
        ],
    }
    _written(work / "contract.yaml", contract)
    filters = json.dumps({table.name: table.where for table in tables if table.where})
    options = ["--checks", "slaProperties", "--filters", filters, "--output", "results.json", "--output-format", "json"]
    frozen = [binaries / "python", "-c", _FROZEN, NOW.isoformat(), "test", "contract.yaml", *options]
    done = _run(frozen, work, more=more)
    words = {"passed": "pass", "warning": "fail", "failed": "fail"}
    results = _read(work / "results.json", done).get("checks", [])
    return {one["model"]: words.get(one["result"], "none") for one in results if one.get("model")}


_DBT: Final = ("dbt-core<1.12", "dbt-duckdb==1.11.1", "dbt-postgres")
PEERS: Final = (
    Peer("datacontract-cli", "datacontract", ("datacontract-cli[duckdb,postgres]", "time-machine"), _datacontract),
    # soda-core-duckdb does not ask for pytz, and fails on every moment that has a zone without it.
    Peer("soda-core", "soda", ("soda-core-duckdb", "soda-core-postgres", "pytz"), _soda),
    Peer("dbt source freshness", "dbt", _DBT, _dbt),
    Peer("dbt, expressions by hand", "dbt", _DBT, _dbt, by_hand=True),
)
