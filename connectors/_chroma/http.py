"""Collections of a Chroma server, by its HTTP interface (v2): payloads in pages, never a vector, never a search."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from connectors._chroma.file import CHUNK_ID, OWN, TEXT, model_of
from connectors._sql import Failed
from connectors._stores.index import PAGE, Collection
from connectors._stores.index_http import Server
from connectors._stores.index_payload import Keys, Path, model_in, page_of, value_at

if TYPE_CHECKING:
    import pyarrow as pa

MET: Final = 10_000
"""So many chunks are looked at for the keys of their payloads."""
_AT_ONCE: Final = 1_000
"""Collections that are listed at a time; a server may allow fewer chunks than asked for, and says so by an error."""
_CHUNKS: Final = min(PAGE, 5_000)


@dataclass(frozen=True, slots=True)
class Remote:
    """One collection of a server."""

    server: Server
    place: str

    def pages(self, paths: Sequence[Path], start: int, count: int | None) -> Iterator[pa.Table]:
        """Give the payload of chunks from the n-th on."""
        include = ["metadatas"] if any(path not in {(CHUNK_ID,), (TEXT,)} for path in paths) else []
        include += ["documents"] if (TEXT,) in paths else []
        for ids, metadatas, documents in self.chunks(include, start, count):
            yield page_of(paths, lambda path: _values(path, ids, metadatas, documents))  # noqa: B023 - called at once

    def chunks(
        self, include: Sequence[str], start: int, count: int | None
    ) -> Iterator[tuple[Sequence[Any], Sequence[Any], Sequence[Any]]]:
        """Give ids, metadata and texts of chunks, so many at a time."""
        begin, left = start, count
        while left is None or left > 0:
            size = _CHUNKS if left is None else min(_CHUNKS, left)
            told = self.server.post(f"{self.place}/get", {"limit": size, "offset": begin, "include": list(include)})
            ids = told.get("ids") if isinstance(told, Mapping) else None
            if not isinstance(ids, list):
                raise Failed("the server answers otherwise than Chroma", "is the connector's url right?", final=True)
            if not ids:
                return
            yield ids, _listed(told, "metadatas", len(ids)), _listed(told, "documents", len(ids))
            begin, left = begin + len(ids), None if left is None else left - len(ids)


def server_version(server: Server) -> str:
    """Give the server's version.

    Raises:
        Failed: it does not answer.
    """
    told = server.get("/api/v2/version")
    return told[:40] if isinstance(told, str) and all(part.isalnum() for part in told[:40].split(".")) else ""


def collections_at(server: Server, place: str) -> tuple[Mapping[str, Collection], tuple[Failed, ...]]:
    """Give the collections of a database of a server, and what could not be read.

    Raises:
        Failed: they cannot be listed.
    """
    found, unseen, offset = {}, [], 0
    while True:
        told = server.get(f"{place}/collections?limit={_AT_ONCE}&offset={offset}")
        if not isinstance(told, list):
            raise Failed("the server answers otherwise than Chroma", "is the connector's url right?", final=True)
        for one in told:
            try:
                collection = _collection(server, place, one)
            except Failed as failed:
                unseen.append(failed)
            else:
                found[collection.name] = collection
        if len(told) < _AT_ONCE:
            return found, tuple(unseen)
        offset += len(told)


def _collection(server: Server, place: str, told: Any) -> Collection:
    if not isinstance(told, Mapping) or not isinstance(told.get("name"), str):
        raise Failed("the server answers otherwise than Chroma", "is the connector's url right?", final=True)
    remote = Remote(server, f"{place}/collections/{quote(str(told.get('id')), safe='')}")
    count = server.get(f"{remote.place}/count")
    rows = count if isinstance(count, int) else 0
    keys = Keys(OWN - {"stored_at"})
    for _, metadatas, _ in remote.chunks(["metadatas"], 0, MET):
        for metadata in metadatas:
            keys.take(metadata or {})
    partly = keys.partly()
    if rows > MET:
        reason = f"the keys of payloads are known of the first {MET:,} of {rows:,} chunks"
        partly += (Failed(reason, "scan the folder that the server runs over"),)
    metadata, dimension = told.get("metadata"), told.get("dimension")
    vector: dict[tuple[str, ...], str] = {("embedding",): f"vector({dimension})"} if isinstance(dimension, int) else {}
    model = model_in(metadata) if isinstance(metadata, Mapping) else ""
    return Collection(
        told["name"],
        rows,
        {(CHUNK_ID,): "VARCHAR", (TEXT,): "VARCHAR", **keys.fields(), **vector},
        remote.pages,
        key=(CHUNK_ID,),
        model=model or model_of(told.get("configuration_json")),
        partly=partly,
    )


def _values(path: Path, ids: Sequence[Any], metadatas: Sequence[Any], documents: Sequence[Any]) -> Sequence[object]:
    if path == (CHUNK_ID,):
        return ids
    if path == (TEXT,):
        return documents
    return [value_at(metadata or {}, path, OWN) for metadata in metadatas]


def _listed(told: Mapping[str, Any], key: str, length: int) -> Sequence[Any]:
    found = told.get(key)
    return found if isinstance(found, list) and len(found) == length else [None] * length
