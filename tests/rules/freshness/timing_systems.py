"""The worlds of the table on real systems: how each of them keeps a moment, a wall clock, a day, a number, a text."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

import pytest

from lineage.testing import World
from tests.rules.freshness.timing_table import Timing

Datasets = Mapping[str, Timing]
TYPES: Final = {"aware": "timestamptz", "naive": "timestamp", "date": "date", "epoch": "bigint", "text": "text"}
"""What PostgreSQL and DuckDB both call the form of a clock."""


def _quoted(value: Any, form: str, *, zoned: bool) -> str:
    match value:
        case None:
            return "NULL"
        case datetime():
            zone = "+00" if zoned and form == "aware" else ""
            return f"'{value.replace(tzinfo=None).isoformat(sep=' ')}{zone}'"
        case date() | str():
            return f"'{value}'"
        case _:
            return str(value)


def statements(datasets: Datasets, types: Mapping[str, str], *, zoned: bool = True) -> Iterator[str]:
    """Give the statements that make the datasets, with the types that a system has for each form."""
    for name, timing in datasets.items():
        yield f"CREATE TABLE {name} (id INTEGER PRIMARY KEY, region VARCHAR(10), made_at {types[timing.form]})"
        rows = [
            f"({number}, '{region}', {_quoted(at, timing.form, zoned=zoned)})"
            for number, (region, at) in enumerate(timing.records)
        ]
        if rows:
            yield f"INSERT INTO {name} VALUES {', '.join(rows)}"


def _postgresql(request: pytest.FixtureRequest, world: World, datasets: Datasets) -> str:
    database = request.getfixturevalue("postgres")
    database.execute(";".join(statements(datasets, TYPES)))
    world.url("crm", database.url())
    return '{type: postgresql, url: "${CRM_URL}"}'


def _mariadb(request: pytest.FixtureRequest, world: World, datasets: Datasets) -> str:
    schemas = request.getfixturevalue("mariadb")
    schema, account = schemas.schema("timing"), schemas.account("auditor")
    types = {
        "aware": "TIMESTAMP(6) NULL",
        "naive": "DATETIME(6)",
        "date": "DATE",
        "epoch": "BIGINT",
        "text": "VARCHAR(40)",
    }
    schemas.execute(f"USE `{schema}`", "SET time_zone = '+00:00'", *statements(datasets, types, zoned=False))
    schemas.execute(f"GRANT SELECT ON `{schema}`.* TO '{account}'@'%'")
    world.url("crm", schemas.url(account, schema))
    return '{type: mysql, url: "${CRM_URL}"}'


def _sqlite(_request: pytest.FixtureRequest, world: World, datasets: Datasets) -> str:
    types = {"aware": "TEXT", "naive": "DATETIME", "date": "DATE", "epoch": "INTEGER", "text": "TEXT"}
    world.sqlite("crm", ";".join(statements(datasets, types)).replace("+00'", "+00:00'"))
    return '{type: sqlite, url: "${CRM_URL}"}'


def _duckdb(_request: pytest.FixtureRequest, world: World, datasets: Datasets) -> str:
    import duckdb

    path = world.folder / "crm.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        for statement in statements(datasets, TYPES):
            connection.execute(statement)
    world.url("crm", f"duckdb:///{path}")
    return '{type: duckdb, url: "${CRM_URL}"}'


def _parquet(_request: pytest.FixtureRequest, world: World, datasets: Datasets) -> str:
    import pyarrow as pa
    import pyarrow.parquet as pq

    types: Mapping[str, Any] = {
        "aware": pa.timestamp("us", tz="UTC"),
        "naive": pa.timestamp("us"),
        "date": pa.date32(),
        "epoch": pa.int64(),
        "text": pa.string(),
    }
    world.file("notes.txt", "")
    for name, timing in datasets.items():
        columns = {
            "id": pa.array(range(len(timing.records)), pa.int64()),
            "region": pa.array([region for region, _ in timing.records], pa.string()),
            "made_at": pa.array([at for _, at in timing.records], types[timing.form]),
        }
        pq.write_table(pa.table(columns), str(Path(world.environ["FILES"]) / f"{name}.parquet"))
    return '{type: files, path: "${FILES}"}'


_MAKERS: Final[Mapping[str, Callable[[pytest.FixtureRequest, World, Datasets], str]]] = {
    "postgresql": _postgresql,
    "mariadb": _mariadb,
    "sqlite": _sqlite,
    "duckdb": _duckdb,
    "parquet": _parquet,
}
SYSTEMS: Final = tuple(
    pytest.param(name, marks=pytest.mark.postgresql) if name == "postgresql" else name for name in _MAKERS
)


def timing_plan(request: pytest.FixtureRequest, world: World, system: str, datasets: Datasets) -> str:
    """Make the datasets on a system, and give a plan that promises their freshness."""
    connector = _MAKERS[system](request, world, datasets)
    declared = "\n".join(_declared(name, timing, system) for name, timing in datasets.items())
    return f"""
plan: v1
meta: {{id: timing, owner: owner@acme.example}}
sources:
  crm:
    connector: {connector}
    datasets:
{declared}
steps: {{draft: {{reads: {{{", ".join(f"crm.{name}: all" for name in datasets)}}}, to: prompt}}}}
rollout: [{{stage: all}}]
"""


def _declared(name: str, timing: Timing, system: str) -> str:
    # SQLite has no type for a moment: it keeps text, of which the type does not say whether it has a zone.
    named = timing.zone or ("UTC" if system == "sqlite" and timing.form == "aware" else None)
    zone = f", zone: {named}" if named else ""
    more = f", {timing.more}" if timing.more else ""
    where = f'where: "{timing.where}", ' if timing.where else ""
    reads = f"{name}.parquet" if system == "parquet" else name
    fresh = f"{{clock: made_at, within: {timing.within}{zone}{more}}}"
    fields = "{id: required, region: {need: required, values: [EU, US]}, made_at: helpful}"
    return f"      {name}: {{reads: {reads}, key: id, {where}fresh: {fresh}, fields: {fields}}}"
