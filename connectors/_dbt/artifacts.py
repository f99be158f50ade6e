"""What a dbt project's `target` folder says: manifest.json (v12), catalog.json and sources.json, made by dbt itself.

The files are read as they lie and nothing is run. Descriptions, hooks and metadata hold text of people: none is kept.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Final

from connectors._dbt.marks import label_of
from lineage.errors import ConnectorError

LARGEST: Final = 400_000_000
_LARGEST_MODEL: Final = 4_000_000
_VERSION: Final = re.compile(r"/manifest/v(\d{1,3})\.json$")
_READ: Final = 12
_RELATIONS: Final = frozenset({"model", "seed", "snapshot", "source"})
_NESTED: Final = frozenset({"duckdb", "sqlite"})
"""Adapters whose database is the file itself, which the namespace names already."""


@dataclass(frozen=True, slots=True)
class Node:
    """A model, seed, snapshot or source that is a relation in the warehouse."""

    id: str
    kind: str
    """`model`, `seed`, `snapshot` or `source`."""
    place: tuple[str, str, str]
    """Database, schema and name, as the warehouse spells them where the catalogue says so."""
    called: str
    """As the project calls it: `contacts`, `raw.events`."""
    view: bool
    documented: bool
    sql: str | None
    """Compiled; holds literals and stays in this process."""
    python: bool
    columns: tuple[tuple[str, str], ...] | None
    """Name and type from the catalogue, in order; None where it does not hold the relation."""
    loaded_at: datetime | None = None
    """Newest moment that `dbt source freshness` found, where that is not later than when it looked."""
    looked_at: datetime | None = None
    """When `dbt source freshness` looked."""
    in_future: bool = False
    """It found rows that are dated later than it looked."""
    changed: bool = False
    """Its file in the project is another than the one that dbt compiled."""
    marks: tuple[tuple[str, str], ...] = ()
    """Column and kind of what the project marks as sensitive."""

    def __repr__(self) -> str:
        """No SQL: it holds literals."""
        return f"Node({self.id!r})"


@dataclass(frozen=True, slots=True)
class Exposed:
    """An exposure: something outside of dbt that reads models, such as the workflow itself."""

    name: str
    depends_on: tuple[str, ...]
    """Ids of nodes."""


@dataclass(frozen=True, slots=True)
class Project:
    """What the artifacts hold."""

    name: str
    adapter: str
    version: str
    nodes: tuple[Node, ...]
    has_catalog: bool
    has_sources: bool
    read: int
    """Bytes."""
    compiled_at: datetime | None = None
    exposures: tuple[Exposed, ...] = ()

    def path(self, node: Node) -> tuple[str, ...]:
        """Give the path under which the warehouse's own connector knows a relation."""
        return node.place[1:] if self.adapter in _NESTED else node.place


def read_project(folder: Path, source: str) -> Project:
    """Read the artifacts.

    Raises:
        ConnectorError: there is no manifest, or it is of a version that is not known; no message quotes it.
    """
    manifest, size = _document(folder / "manifest.json", source)
    if manifest is None:
        raise ConnectorError(
            f"{source}: the folder holds no manifest.json; run `dbt compile`, and name dbt's target folder"
        )
    head = _mapping(manifest.get("metadata"))
    found = _VERSION.search(_text(head.get("dbt_schema_version")))
    if found is None or int(found[1]) != _READ:
        said = f"version {int(found[1])}" if found else "no known version"
        raise ConnectorError(
            f"{source}: manifest.json is of {said}; version 12 is read: run `dbt compile` with dbt 1.8 or later"
        )
    catalog, more = _document(folder / "catalog.json", source)
    freshness, even_more = _document(folder / "sources.json", source)
    adapter = _text(head.get("adapter_type")).lower()
    nodes = tuple(
        replace(node, changed=_changed(folder.parent, _mapping(_mapping(manifest.get("nodes")).get(node.id))))
        for node in _nodes(manifest, catalog or {}, freshness or {}, adapter)
    )
    return Project(
        _text(head.get("project_name")) or "project",
        adapter,
        _text(head.get("dbt_version")),
        nodes,
        catalog is not None,
        freshness is not None,
        size + more + even_more,
        _moment(head.get("generated_at")),
        tuple(_exposures(manifest)),
    )


def _document(path: Path, source: str) -> tuple[Mapping[str, object] | None, int]:
    try:
        size = path.stat().st_size
        if size > LARGEST:
            raise ConnectorError(f"{source}: {path.name} is larger than {LARGEST // 1_000_000} MB; select fewer models")
        found = json.loads(path.read_bytes())
    except FileNotFoundError:
        return None, 0
    except OSError as e:
        raise ConnectorError(
            f"{source}: {path.name} cannot be read ({type(e).__name__}); may this user read it?"
        ) from None
    except (ValueError, RecursionError):
        raise ConnectorError(f"{source}: {path.name} is not JSON; let dbt write it again") from None
    return _mapping(found), size


def _nodes(
    manifest: Mapping[str, object], catalog: Mapping[str, object], freshness: Mapping[str, object], adapter: str
) -> Iterator[Node]:
    told = {**_mapping(catalog.get("nodes")), **_mapping(catalog.get("sources"))}
    results = freshness.get("results")
    loaded = {
        _text(_mapping(result).get("unique_id")): _mapping(result)
        for result in (results if isinstance(results, list) else [])
    }
    every = {**_mapping(manifest.get("nodes")), **_mapping(manifest.get("sources"))}
    for unique, raw in sorted(every.items()):
        node = _mapping(raw)
        config = _mapping(node.get("config"))
        if node.get("resource_type") in _RELATIONS and config.get("materialized") != "ephemeral":
            yield _node(unique, node, _mapping(told.get(unique)), loaded.get(unique, {}), adapter)


def _node(
    unique: str, node: Mapping[str, object], told: Mapping[str, object], loaded: Mapping[str, object], adapter: str
) -> Node:
    kind = _text(node.get("resource_type"))
    name = _text(node.get("name"))
    there = _mapping(told.get("metadata"))
    newest, looked = _moment(loaded.get("max_loaded_at")), _moment(loaded.get("snapshotted_at"))
    future = newest is not None and looked is not None and newest > looked
    described = (
        "VIEW" in _text(there.get("type")).upper()
        if there
        else _mapping(node.get("config")).get("materialized") == "view"
    )
    return Node(
        id=unique,
        kind=kind,
        place=_place(node, there, adapter),
        called=f"{_text(node.get('source_name'))}.{name}" if kind == "source" else name,
        view=described,
        documented=bool(node.get("description")),
        sql=_text(node.get("compiled_code")) or None,
        python=node.get("language") == "python",
        columns=_columns(told.get("columns")) if told else None,
        loaded_at=None if future else newest,
        looked_at=looked,
        in_future=future,
        marks=tuple(_marks(_mapping(node.get("columns")))),
    )


def _marks(columns: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    for key, raw in columns.items():
        column = _mapping(raw)
        if (label := label_of(column)) is not None:
            yield _text(column.get("name")) or key, label


def _exposures(manifest: Mapping[str, object]) -> Iterator[Exposed]:
    for raw in _mapping(manifest.get("exposures")).values():
        told = _mapping(raw)
        nodes = _mapping(told.get("depends_on")).get("nodes")
        yield Exposed(_text(told.get("name")), tuple(map(_text, nodes)) if isinstance(nodes, list) else ())


def _changed(project: Path, node: Mapping[str, object]) -> bool:
    """Whether a model's file was changed after dbt compiled it, as dbt itself would find by its checksum."""
    checksum, place = _mapping(node.get("checksum")), _text(node.get("original_file_path"))
    if node.get("resource_type") != "model" or checksum.get("name") != "sha256" or not place:
        return False
    try:
        file = (project / place).resolve()
        # A manifest comes from elsewhere: nothing outside of the project is opened, not even to be hashed.
        if not file.is_relative_to(project.resolve()) or file.stat().st_size > _LARGEST_MODEL:
            return False
        text = file.read_text(encoding="utf-8").strip()
    except (OSError, ValueError):
        return False  # the project need not be beside its artifacts
    return hashlib.sha256(text.encode()).hexdigest() != checksum.get("checksum")


def _place(node: Mapping[str, object], there: Mapping[str, object], adapter: str) -> tuple[str, str, str]:
    name = _text(node.get("identifier")) or _text(node.get("alias")) or _text(node.get("name"))
    said = (_text(node.get("database")), _text(node.get("schema")), name)
    if adapter == "snowflake" and '"' not in _text(node.get("relation_name")):
        # Snowflake spells what is not quoted in upper case, and so does its own catalogue.
        said = (said[0].upper(), said[1].upper(), said[2].upper())
    spelt = tuple(_text(there.get(part)) for part in ("database", "schema", "name"))
    return spelt[0] or said[0], spelt[1] or said[1], spelt[2] or said[2]


def _columns(raw: object) -> tuple[tuple[str, str], ...]:
    columns = [_mapping(column) for column in _mapping(raw).values()]
    position = {id(column): index for index, column in enumerate(columns)}

    def order(column: Mapping[str, object]) -> int:
        index = column.get("index")
        return index if isinstance(index, int) else position[id(column)]

    return tuple((_text(column.get("name")), _text(column.get("type"))) for column in sorted(columns, key=order))


def _moment(raw: object) -> datetime | None:
    try:
        found = datetime.fromisoformat(_text(raw))
    except ValueError:
        return None
    return found if found.tzinfo is not None else None


def _mapping(raw: object) -> Mapping[str, object]:
    return raw if isinstance(raw, dict) else {}


def _text(raw: object) -> str:
    return raw if isinstance(raw, str) else ""
