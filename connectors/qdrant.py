"""Collections of Qdrant: those of a folder of its local mode, or of a server.

See docs/connectors/qdrant.md for what was verified against what.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path as File
from typing import TYPE_CHECKING, Any, Final, Self
from urllib.parse import quote, unquote

from pydantic import BaseModel, Field, SecretStr, model_validator

from connectors._files.open import not_a_name
from connectors._qdrant_file import CHUNK_ID, OWN, collections_in, model_of, told, vectors_of
from connectors._sql import Failed
from connectors._stores.index import Collection, Store, answer
from connectors._stores.index_http import Server, base_of
from connectors._stores.index_payload import Keys, Path, page_of
from lineage.connector import Connector, Settings, Task
from lineage.context import Context
from lineage.errors import ConnectorError
from lineage.facts import Fact

if TYPE_CHECKING:
    import pyarrow as pa

_PREFIX: Final = "qdrant://"
_MET: Final = 10_000
_INDEXED: Final[Mapping[str, str]] = {"integer": "BIGINT", "float": "DOUBLE", "bool": "BOOLEAN", "geo": "JSON"}
"""Kind of an index -> type of the values that it takes; of every other kind they are text."""
_CHUNKS: Final = 1_000
_FOLDER: Final = Failed("a folder of Qdrant has no grants", "review who may read the folder where it lies")
_SERVER: Final = Failed("Qdrant tells no grants", "review who holds a key of the server, and what it opens")
_PARTS: Final = 3
"""Of a token that is signed: head, claims, signature."""
_SOME: Final = Failed(
    "the key is a token that opens some collections only: others are hidden from it",
    "give the connector a read-only key of the server",
)
_PART: Final = Failed(
    "the key is a token that shows a part of the collection's points: what is hidden is not gone",
    "give the connector a read-only key of the server",
)
_OTHERWISE: Final = Failed("the server answers otherwise than Qdrant", "is the connector's url right?", final=True)


class QdrantSettings(Settings):
    """Where the collections are: a folder of the local mode, or a server."""

    path: str | None = Field(None, min_length=1, max_length=4096, repr=False)
    """The folder that was given to `QdrantClient(path=...)`."""
    url: SecretStr | None = None
    """A server: `http://host:6333`."""
    api_key: SecretStr | None = None

    @model_validator(mode="after")
    def _names_one_place(self) -> Self:
        if (self.path is None) == (self.url is None):
            raise ValueError("give a path, or a url")
        return self


@dataclass(frozen=True, slots=True)
class Remote:
    """One collection of a server."""

    server: Server
    place: str

    def pages(self, paths: Sequence[Path], start: int, count: int | None) -> Iterator[pa.Table]:
        """Give the payload of points; a server pages by id only, so that `start` must be 0."""
        if start:
            raise _OTHERWISE
        for found in self.points(count):
            yield page_of(paths, lambda path: [told(path, one, payload) for one, payload in found])  # noqa: B023 - called at once

    def points(self, count: int | None) -> Iterator[Sequence[tuple[object, Mapping[str, object]]]]:
        """Give ids and payloads, so many at a time."""
        after, left = None, count
        while left is None or left > 0:
            size = _CHUNKS if left is None else min(_CHUNKS, left)
            body = {"limit": size, "with_payload": True, "with_vector": False}
            answered = _result(
                self.server.post(f"{self.place}/points/scroll", body if after is None else {**body, "offset": after})
            )
            points = answered.get("points")
            if not isinstance(points, list):
                raise _OTHERWISE
            if points:
                yield [(one.get("id"), one.get("payload") or {}) for one in points if isinstance(one, Mapping)]
            after, left = answered.get("next_page_offset"), None if left is None else left - len(points)
            if after is None or not points:
                return


def read(settings: BaseModel, tasks: Sequence[Task], context: Context) -> Iterator[Fact]:
    """Answer tasks from one folder or server.

    Raises:
        ConnectorError: it cannot be read.
    """
    given = QdrantSettings.model_validate(settings.model_dump())
    return _from_folder(given, tasks, context) if given.url is None else _from_server(given, tasks, context)


def _from_folder(settings: QdrantSettings, tasks: Sequence[Task], context: Context) -> Iterator[Fact]:
    place = settings.path or ""
    if place.startswith(_PREFIX):
        place = unquote(place.removeprefix(_PREFIX))
    try:
        root = File(place).expanduser().resolve(strict=True)
    except (OSError, RuntimeError, ValueError) as error:
        why = f"{context.source}: the folder cannot be read ({type(error).__name__}); is the connector's path right?"
        raise ConnectorError(why) from None
    with ExitStack() as stack:
        found, unseen = collections_in(root, context, stack)
        yield from answer(
            Store("Qdrant", _namespace(str(root)), "local mode", "file permissions", found, _FOLDER, unseen),
            tasks,
            context,
        )


def _from_server(settings: QdrantSettings, tasks: Sequence[Task], context: Context) -> Iterator[Fact]:
    base = base_of(settings.url.get_secret_value() if settings.url is not None else "")
    if base is None:
        raise ConnectorError(f"{context.source}: the url is none of a server; is it like http://host:6333?")
    headers = {} if settings.api_key is None else {"api-key": settings.api_key.get_secret_value()}
    server = Server(base, headers, context.budget.seconds)
    opened = _opened(settings.api_key)
    found, unseen = {}, [_SOME] if opened is not None else []
    try:
        listed = _result(server.get("/collections")).get("collections")
        if not isinstance(listed, list):
            raise _OTHERWISE
        version = server.get("/").get("version", "")
    except (Failed, AttributeError) as error:
        why = error.reason if isinstance(error, Failed) else _OTHERWISE.reason
        way = "is the connector's url right, and may its key read?"
        raise ConnectorError(f"{context.source}: {why}; {way}") from None
    for one in listed:
        try:
            collection = _collection(server, str(one["name"]))
        except Failed as failed:
            unseen.append(failed)
        except (KeyError, TypeError, AttributeError):
            unseen.append(_OTHERWISE)
        else:
            part = _PART if (opened or {}).get(collection.name) else None
            found[collection.name] = replace(collection, behind=part)
    said = str(version)[:40] if str(version).replace(".", "").isalnum() else ""
    yield from answer(Store("Qdrant", _namespace(base), said, "key", found, _SERVER, tuple(unseen)), tasks, context)


def _opened(key: SecretStr | None) -> Mapping[str, bool] | None:
    """Give the collections that a key opens, and whether a part of each only; None where it opens all of them.

    A token says so itself; that it says the truth is the server's to check.
    """
    parts = key.get_secret_value().split(".") if key is not None else []
    if len(parts) != _PARTS:
        return None
    try:
        claims = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except (ValueError, RecursionError):
        return None
    access = claims.get("access") if isinstance(claims, Mapping) else None
    if not isinstance(access, list):
        return None
    told = [one for one in access if isinstance(one, Mapping)]
    return {str(one.get("collection")): bool(one.get("payload")) for one in told}


def _collection(server: Server, name: str) -> Collection:
    remote = Remote(server, f"/collections/{quote(name, safe='')}")
    described = _result(server.get(remote.place))
    config, indexed = described.get("config") or {}, described.get("payload_schema")
    count = _result(server.post(f"{remote.place}/points/count", {"exact": True})).get("count")
    rows, keys = (count if isinstance(count, int) else 0), Keys(OWN)
    for page in remote.points(_MET):
        for _, payload in page:
            keys.take(payload)
    _index(indexed if isinstance(indexed, Mapping) else {}, keys)
    partly = keys.partly()
    if rows > _MET:
        reason = f"the keys of payloads are known of the first {_MET:,} of {rows:,} points"
        partly += (Failed(reason, "scan a copy of the collection in a folder"),)
    vectors = vectors_of((config.get("params") or {}).get("vectors"))
    return Collection(
        name,
        rows,
        {(CHUNK_ID,): "VARCHAR", **keys.fields(), **vectors},
        remote.pages,
        seekable=False,
        key=(CHUNK_ID,),
        model=model_of(config),
        partly=partly,
    )


def _index(told: Mapping[str, Any], keys: Keys) -> None:
    """Take note of the keys that the collection has an index on, which may stand in points that were not met."""
    for name, index in told.items():
        kind = index.get("data_type") if isinstance(index, Mapping) else None
        path = tuple(str(name).replace("[]", "").split("."))
        if path[0] not in OWN and not any(map(not_a_name, path)):
            keys.kinds.setdefault(path, {_INDEXED.get(str(kind), "VARCHAR")})


def _result(answered: Any) -> Mapping[str, Any]:
    found = answered.get("result") if isinstance(answered, Mapping) else None
    if not isinstance(found, Mapping):
        raise _OTHERWISE
    return found


def _namespace(place: str) -> str:
    return "qdrant://" + hashlib.sha256(place.encode("utf-8", "surrogateescape")).hexdigest()[:12]


def _from_url(url: str) -> Mapping[str, object]:
    return {"path": url}


CONNECTOR = Connector("qdrant", QdrantSettings, read, schemes=("qdrant",), from_url=_from_url)
