"""Sketches of a plan's sources from what is there already: data contracts, a dbt manifest, the facts of a scan.

Nothing is connected to. What is read is untrusted text: names become ids of our own spelling, values are quoted.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from lineage import registry
from lineage.contract import Contract, ContractDataset, ContractField
from lineage.errors import PlanError
from lineage.facts import DatasetFact, FieldFact, Snapshot, SystemFact
from lineage.init.sketch import Sketch, SketchDataset, SketchField, SketchSource, word_of
from lineage.model import DatasetKind
from lineage.odcs import read_contract

_LARGEST: Final = 400_000_000
_KINDS: Final = {"postgres": "postgresql", "redshift": "postgresql", "mariadb": "mysql", "local": "files"}
_BY_PATH: Final = frozenset({"files", "documents"})
_HARMLESS: Final = frozenset({"public", "internal", "none", "unclassified", "open", "general", "non-pii", "non_pii"})


def sketched(files: Sequence[Path], only: Sequence[str] = ()) -> Sketch:
    """Give the sketch that files hold: contracts (`.yaml`), a dbt manifest (`.json`) or a snapshot (`.jsonl`).

    Raises:
        PlanError: a file cannot be read, or holds none of these.
    """
    contracts = [(file, _contract(file)) for file in files if file.suffix.lower() in (".yaml", ".yml")]
    if len(contracts) == len(files) and contracts:
        return _of_contracts(contracts)
    if len(files) != 1:
        raise PlanError("--from: name contracts (*.odcs.yaml), or one manifest.json, or one snapshot")
    (file,) = files
    if file.suffix.lower() == ".json":
        return _of_manifest(_manifest(file), only)
    from lineage.reports.snapshot import read

    return _of_snapshot(read(file))


def _contract(file: Path) -> Contract:
    try:
        return read_contract(file.read_bytes())
    except OSError as e:
        raise PlanError(f"--from: {file} cannot be read ({e.strerror})") from None
    except PlanError as e:
        raise PlanError(f"--from: {file}: {e}") from None


def _of_contracts(contracts: Sequence[tuple[Path, Contract]]) -> Sketch:
    sources, left = [], []
    taken: set[str] = set()
    for file, contract in contracts:
        server = contract.servers[0] if contract.servers else None
        kind = _kind(server.type if server else "")
        name = _free(word_of((server.database if server else None) or contract.id or file.stem), taken)
        schema = f"{word_of(server.schema)}." if server and server.schema and kind not in _BY_PATH else ""
        listed = [
            replace(one, fields=tuple(each for each in one.fields if _is_plain(each))) for one in contract.datasets
        ]
        datasets = tuple(_dataset(one, schema) for one in listed if one.fields and "${" not in one.physical)
        left += [f"{file.name}: {one.name} lists no field" for one in listed if not one.fields]
        names = (each.name for one in contract.datasets for each in one.fields if not _is_plain(each))
        left += [f"{file.name}: the field {word_of(name)} has a name that a plan cannot hold" for name in names]
        left += [f"{file.name}: {what}" for what in contract.not_understood]
        if datasets:
            sources.append(SketchSource(name, kind, datasets, contract.owner, _setting(kind)))
    if not sources:
        raise PlanError("--from: the contracts list no field of any dataset")
    included = tuple(file.as_posix() for file, _ in contracts if not file.is_absolute() and ".." not in file.parts)
    return Sketch(f"{sources[0].name}-workflow", tuple(sources), include=included, left_out=tuple(left))


def _is_plain(field: ContractField) -> bool:
    """Say whether a plan can hold what a field is called; `${...}` is a variable there, of settings only."""
    return "${" not in field.physical and not any("${" in value for value in field.values or ())


def _dataset(dataset: ContractDataset, schema: str) -> SketchDataset:
    taken: set[str] = set()
    ids = {field.name: _free(word_of(field.physical), taken) for field in dataset.fields}
    reads = dataset.physical if "." in dataset.physical else f"{schema}{dataset.physical}"
    return SketchDataset(
        word_of(dataset.name),
        reads,
        tuple(_field(field, ids[field.name]) for field in dataset.fields),
        tuple(ids[name] for name in dataset.key if name in ids),
        ids.get(dataset.clock or ""),
        str(dataset.fresh) if dataset.fresh else None,
        str(dataset.keep) if dataset.keep else None,
        ids.get(dataset.since or ""),
    )


def _field(field: ContractField, name: str) -> SketchField:
    stated = (field.classification or "").strip()
    sensitive = word_of(stated) if stated and stated.lower() not in _HARMLESS else None
    note = f"the contract says {sensitive}: which kind of data is it?" if sensitive else ""
    return SketchField(name, field.physical, field.complete, field.values, sensitive, note)


def _manifest(file: Path) -> Mapping[str, Any]:
    try:
        if file.stat().st_size > _LARGEST:
            raise PlanError(f"--from: {file} is larger than 400 MB")
        data = json.loads(file.read_bytes())
    except (OSError, ValueError, RecursionError) as e:
        raise PlanError(f"--from: {file} cannot be read as JSON ({type(e).__name__})") from None
    if not isinstance(data, dict) or not isinstance(data.get("nodes"), dict):
        raise PlanError(f"--from: {file} is no dbt manifest (it has no `nodes`)")
    return data


def _of_manifest(manifest: Mapping[str, Any], only: Sequence[str]) -> Sketch:
    exposures = {str(one.get("name")): one for one in _held(manifest, "exposures").values() if isinstance(one, dict)}
    wanted = list(only) or list(exposures)
    if len(wanted) != 1 or wanted[0] not in exposures:
        raise PlanError(
            f"--only: name one exposure of the manifest; there are {', '.join(sorted(exposures)) or 'none'}"
        )
    exposure = exposures[wanted[0]]
    relations = {**_held(manifest, "nodes"), **_held(manifest, "sources")}
    datasets, left = [], []
    taken: set[str] = set()
    for identifier in _held(exposure, "depends_on").get("nodes") or ():
        node = relations.get(identifier)
        if not isinstance(node, dict) or not _held(node, "columns"):
            left.append(f"{identifier}: the manifest lists no column of it")
            continue
        datasets.append(_of_node(node, taken))
    if not datasets:
        raise PlanError("--from: the manifest lists no column of what the exposure reads; document them, or use a URL")
    kind = _kind(str(_held(manifest, "metadata").get("adapter_type") or ""))
    source = SketchSource("warehouse", kind, tuple(datasets), None, _setting(kind))
    owner = _held(exposure, "owner").get("email")
    return Sketch(word_of(wanted[0]), (source,), owner if isinstance(owner, str) else None, left_out=tuple(left))


def _of_node(node: Mapping[str, Any], taken: set[str]) -> SketchDataset:
    name = str(node.get("alias") or node.get("identifier") or node.get("name"))
    reads = ".".join(str(part) for part in (node.get("schema"), name) if part)
    fields, ids = [], set[str]()
    for column in _held(node, "columns").values():
        called = str(column.get("name")) if isinstance(column, dict) else ""
        if called:
            fields.append(SketchField(_free(word_of(called), ids), called))
    return SketchDataset(_free(word_of(name), taken), reads, tuple(fields))


def _of_snapshot(snapshot: Snapshot) -> Sketch:
    systems = {fact.seen.source: fact for fact in snapshot.facts if isinstance(fact, SystemFact)}
    sources = []
    for source, system in systems.items():
        kind = _kind(system.product.lower().partition(" ")[0])
        datasets = tuple(_seen(source, snapshot.facts))
        if datasets:
            sources.append(SketchSource(word_of(source), kind, datasets, None, _setting(kind)))
    if not sources:
        raise PlanError("--from: the snapshot holds no dataset with fields")
    return Sketch(f"{sources[0].name}-workflow", tuple(sources))


def _seen(source: str, facts: Iterable[object]) -> Iterator[SketchDataset]:
    facts = list(facts)
    fields: dict[object, dict[str, FieldFact]] = {}
    for fact in facts:
        if isinstance(fact, FieldFact) and fact.seen.source == source and len(fact.name.field) == 1:
            fields.setdefault(fact.name.dataset, {})[fact.name.field[0]] = fact
    taken: set[str] = set()
    told: set[object] = set()
    for fact in facts:
        is_whole = isinstance(fact, DatasetFact) and fact.seen.source == source and fact.kind != DatasetKind.PARTITION
        if isinstance(fact, DatasetFact) and is_whole and fields.get(fact.name) and fact.name not in told:
            told.add(fact.name)
            ids, used = {}, set[str]()
            for column in fields[fact.name]:
                ids[column] = _free(word_of(column), used)
            listed = tuple(SketchField(name, column) for column, name in ids.items())
            key = tuple(ids[part] for part in fact.key if part in ids)
            yield SketchDataset(_free(word_of(fact.name.path[-1]), taken), fact.name.short, listed, key)


def _held(data: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = data.get(key)
    return found if isinstance(found, dict) else {}


def _kind(stated: str) -> str:
    kind = _KINDS.get(stated, stated)
    return kind if kind in registry.connector_kinds() else "postgresql"


def _setting(kind: str) -> str:
    return "path" if kind in _BY_PATH else "url"


def _free(word: str, taken: set[str]) -> str:
    number, free = 1, word
    while free in taken:
        number += 1
        free = f"{word}_{number}"
    taken.add(free)
    return free
