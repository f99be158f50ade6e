"""Datasets with a region and a clock, on real systems, in every form that each of them has for a moment."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pytest

from lineage.testing import NOW, World

Records = Sequence[tuple[str, datetime | None]]
Rows = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Timed:
    """A dataset, and what the plan promises of it."""

    records: Records
    fresh: str = "{clock: at, within: 2 days, zone: UTC}"
    keep: str = "{limit: 24 months, since: at}"


def _told(at: datetime, form: str) -> Any:
    match form:
        case "moment":
            return at.isoformat().replace("+00:00", "Z")
        case "wall clock":
            return at.replace(tzinfo=None).isoformat(sep=" ", timespec="seconds")
        case "day":
            return at.date().isoformat()
        case _:
            return int(at.timestamp())


def _script(tables: Mapping[str, Rows], kind: str) -> str:
    lines = []
    for name, rows in tables.items():
        lines.append(f"CREATE TABLE {name} (id INTEGER PRIMARY KEY, region TEXT, at {kind});")
        for row in rows:
            at = "NULL" if row["at"] is None else repr(row["at"])
            lines.append(f"INSERT INTO {name} VALUES ({row['id']}, '{row['region']}', {at});")
    return "\n".join(lines)


Maker = Callable[[pytest.FixtureRequest, World, Mapping[str, Rows]], str]


def _sqlite(kind: str) -> Maker:
    def make(_request: pytest.FixtureRequest, world: World, tables: Mapping[str, Rows]) -> str:
        world.sqlite("crm", _script(tables, kind))
        return 'connector: {type: sqlite, url: "${CRM_URL}"}'

    return make


def _postgresql(kind: str) -> Maker:
    def make(request: pytest.FixtureRequest, world: World, tables: Mapping[str, Rows]) -> str:
        database = request.getfixturevalue("postgres")
        database.execute(_script(tables, kind))
        world.url("crm", database.url())
        return 'connector: {type: postgresql, url: "${CRM_URL}"}'

    return make


_FILES: Final = 'connector: {type: files, path: "${FILES}"}'


def _jsonl(_request: pytest.FixtureRequest, world: World, tables: Mapping[str, Rows]) -> str:
    for name, rows in tables.items():
        world.jsonl(f"{name}.jsonl", rows)
    return _FILES


def _csv(_request: pytest.FixtureRequest, world: World, tables: Mapping[str, Rows]) -> str:
    for name, rows in tables.items():
        text = io.StringIO()
        writer = csv.DictWriter(text, ["id", "region", "at"])
        writer.writeheader()
        writer.writerows(rows)
        world.file(f"{name}.csv", text.getvalue())
    return _FILES


def _parquet(kind: str) -> Maker:
    def make(_request: pytest.FixtureRequest, world: World, tables: Mapping[str, Rows]) -> str:
        import pyarrow as pa
        import pyarrow.parquet as pq

        types: Mapping[str, Any] = {
            "moment": pa.timestamp("us", tz="UTC"),
            "wall clock": pa.timestamp("us"),
            "day": pa.date32(),
            "number": pa.int64(),
        }
        world.file("notes.txt", "")
        for name, rows in tables.items():
            columns = {
                "id": pa.array([row["id"] for row in rows], pa.int64()),
                "region": pa.array([row["region"] for row in rows], pa.string()),
                "at": pa.array([None if row["at"] is None else _arrow(row["at"], kind) for row in rows], types[kind]),
            }
            pq.write_table(pa.table(columns), str(Path(world.environ["FILES"]) / f"{name}.parquet"))
        return _FILES

    return make


def _arrow(value: Any, kind: str) -> Any:
    match kind:
        case "moment":
            return datetime.fromisoformat(value)
        case "wall clock":
            return datetime.fromisoformat(value).replace(tzinfo=None)
        case "day":
            return datetime.fromisoformat(value).replace(tzinfo=UTC).date()
        case _:
            return value


_SYSTEMS: Final[Mapping[str, tuple[str, str, Maker]]] = {
    # name: how a dataset is called in `reads`, the form in which its clock is written, how it is made
    "sqlite text moment": ("{}", "moment", _sqlite("TEXT")),
    "sqlite text wall clock": ("{}", "wall clock", _sqlite("TEXT")),
    "sqlite date": ("{}", "day", _sqlite("DATE")),
    "sqlite number": ("{}", "number", _sqlite("INTEGER")),
    "sqlite datetime": ("{}", "wall clock", _sqlite("DATETIME")),
    "postgresql timestamptz": ("{}", "moment", _postgresql("timestamptz")),
    "postgresql timestamp": ("{}", "wall clock", _postgresql("timestamp")),
    "postgresql date": ("{}", "day", _postgresql("date")),
    "postgresql number": ("{}", "number", _postgresql("bigint")),
    "postgresql text": ("{}", "moment", _postgresql("text")),
    "jsonl moment": ("{}.jsonl", "moment", _jsonl),
    "jsonl wall clock": ("{}.jsonl", "wall clock", _jsonl),
    "jsonl number": ("{}.jsonl", "number", _jsonl),
    "csv moment": ("{}.csv", "moment", _csv),
    "csv number": ("{}.csv", "number", _csv),
    "parquet moment": ("{}.parquet", "moment", _parquet("moment")),
    "parquet wall clock": ("{}.parquet", "wall clock", _parquet("wall clock")),
    "parquet day": ("{}.parquet", "day", _parquet("day")),
    "parquet number": ("{}.parquet", "number", _parquet("number")),
}
TEXT_OF_DAYS: Final = ("{}", "day", _sqlite("TEXT"))
SYSTEMS: Final = tuple(
    pytest.param(name, marks=pytest.mark.postgresql) if name.startswith("postgresql") else name for name in _SYSTEMS
)


def timing_plan(
    request: pytest.FixtureRequest, world: World, system: str, datasets: Mapping[str, Timed], segmented: str = ""
) -> str:
    """Make the datasets on a system, and give a plan over them that launches the segments of one of them."""
    reads, form, make = TEXT_OF_DAYS if system == "text of days" else _SYSTEMS[system]
    tables = {
        name: [
            {"id": number, "region": region, "at": None if at is None else _told(at, form)}
            for number, (region, at) in enumerate(timed.records)
        ]
        for name, timed in datasets.items()
    }
    connector = make(request, world, tables)
    declared = "".join(
        f"""
      {name}:
        reads: '{reads.format(name)}'
        key: id
        fresh: {timed.fresh}
        keep: {timed.keep}
        fields: {{id: required, region: {{need: required, values: [EU, US]}}, at: helpful}}"""
        for name, timed in datasets.items()
    )
    rollout = "rollout: [{stage: all}]"
    if segmented:
        rollout = f"""segments:
  eu: {{of: crm.{segmented}, where: "region = 'EU'"}}
  us: {{of: crm.{segmented}, where: "region = 'US'"}}
rollout: [{{stage: first, segment: eu}}, {{stage: second, segment: us}}]"""
    return f"""
plan: v1
meta: {{id: timing, owner: owner@acme.example}}
sources:
  crm:
    {connector}
    datasets:{declared}
steps:
  draft: {{reads: {{{", ".join(f"crm.{name}: all" for name in datasets)}}}, to: prompt}}
{rollout}
"""


__all__ = ["NOW", "SYSTEMS", "Records", "Timed", "timing_plan"]
