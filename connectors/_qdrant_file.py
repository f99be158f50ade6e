"""Collections in the folder of Qdrant's local mode, read as they lie: `meta.json`, and points pickled into SQLite.

A pickle can run code, and a folder may be anybody's: points are rebuilt from plain values only, and whatever else a
pickle names is not imported. Qdrant's own client would unpickle everything, lock the folder and load every vector.
"""

from __future__ import annotations

import io
import json
import pickle
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path as File
from typing import TYPE_CHECKING, Any, Final

from connectors._patterns import FILE_TIME_ERROR
from connectors._sql import Failed
from connectors._sqlite.file import Database, open_file
from connectors._stores.index import PAGE, Collection
from connectors._stores.index_payload import Keys, Path, model_in, page_of, value_at
from lineage.context import Context
from lineage.errors import ConnectorError

if TYPE_CHECKING:
    import pyarrow as pa

CHUNK_ID: Final = "chunk_id"
VECTOR: Final = "vector"
OWN: Final = frozenset({CHUNK_ID, VECTOR})
_MAX_META: Final = 16_000_000
_OTHER: Final = Failed("a point is of another version", "give the connector the url of a server", final=True)


class _Plain:
    """Stands for a point: keeps what it holds, and runs nothing."""

    def __init__(self, *_args: object) -> None:
        self.held: dict[str, object] = {}

    def __setstate__(self, state: object) -> None:
        told = state.get("__dict__", state) if isinstance(state, Mapping) else {}
        self.held = dict(told) if isinstance(told, Mapping) else {}


class _PlainUnpickler(pickle.Unpickler):
    """Rebuild points of plain values; whatever is imported otherwise ends it."""

    def find_class(self, module: str, name: str) -> type[_Plain]:
        """Give the one class that stands for Qdrant's own models."""
        if module.startswith("qdrant_client.") and name.isidentifier():
            return _Plain
        raise pickle.UnpicklingError("not a point")


@dataclass(frozen=True, slots=True)
class Points:
    """The points of one collection."""

    database: Database

    def pages(self, paths: Sequence[Path], start: int, count: int | None) -> Iterator[pa.Table]:
        """Give the payload of points from the n-th on."""
        for found in self.points(start, count):
            yield page_of(paths, lambda path: [told(path, one, payload) for one, payload in found])  # noqa: B023 - called at once

    def points(self, start: int, count: int | None) -> Iterator[Sequence[tuple[object, Mapping[str, object]]]]:
        """Give ids and payloads, so many at a time."""
        after, left = start, count
        while left is None or left > 0:
            size = PAGE if left is None else min(PAGE, left)
            rows = self.database.rows("SELECT point FROM points ORDER BY rowid LIMIT ? OFFSET ?", (size, after))
            if not rows:
                return
            yield [point_of(row[0]) for row in rows]
            after, left = after + len(rows), None if left is None else left - len(rows)


def point_of(data: object) -> tuple[object, Mapping[str, object]]:
    """Give the id and the payload of a pickled point.

    Raises:
        Failed: it is none, or holds more than plain values.
    """
    try:
        point = _PlainUnpickler(io.BytesIO(data)).load() if isinstance(data, bytes) else None
    except Exception:  # noqa: BLE001 - a pickle can fail in any way, and what it says may quote the point
        raise _OTHER from None
    if not isinstance(point, _Plain):
        raise _OTHER
    payload = point.held.get("payload")
    return point.held.get("id"), payload if isinstance(payload, Mapping) else {}


def told(path: Path, identity: object, payload: Mapping[str, object]) -> object:
    """Give what a point has at a path."""
    return None if identity is None else str(identity) if path == (CHUNK_ID,) else value_at(payload, path, OWN)


def collections_in(
    root: File, context: Context, stack: ExitStack
) -> tuple[Mapping[str, Collection], tuple[Failed, ...]]:
    """Give the collections of a folder, and what could not be read.

    Raises:
        ConnectorError: it is no folder of Qdrant's local mode.
    """
    try:
        with (root / "meta.json").open("rb") as stream:
            meta = json.loads(stream.read(_MAX_META))
        listed = meta["collections"].items()
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        why = f"this is no folder of Qdrant ({type(error).__name__}); is the connector's path right?"
        raise ConnectorError(f"{context.source}: {why}") from None
    found, unseen = {}, []
    for name, config in listed:
        place = root / "collection" / str(name) / "storage.sqlite"
        try:
            _must_lie_below(root, place)
            database = stack.enter_context(open_file(place, context))
            found[str(name)] = _collection(str(name), database, config, place)
        except (ConnectorError, OSError, ValueError, RuntimeError) as error:
            unseen.append(Failed(f"a collection cannot be read ({type(error).__name__})", "make its files readable"))
        except Failed as failed:
            unseen.append(failed)
    return found, tuple(unseen)


def _must_lie_below(root: File, place: File) -> None:
    if not place.resolve().is_relative_to(root):
        raise Failed("a collection lies outside of the folder", "move it into the folder")


def _collection(name: str, database: Database, config: object, place: File) -> Collection:
    points, keys = Points(database), Keys(OWN)
    [(rows,)] = database.rows("SELECT count(*) FROM points")
    for page in points.points(0, None):
        for _, payload in page:
            keys.take(payload)
    settings = config if isinstance(config, Mapping) else {}
    status = place.stat()
    return Collection(
        name,
        int(rows),
        {(CHUNK_ID,): "VARCHAR", **keys.fields(), **vectors_of(settings.get("vectors"))},
        points.pages,
        key=(CHUNK_ID,),
        model=model_of(settings),
        changed_at=datetime.fromtimestamp(status.st_mtime, UTC),
        changed_by="file time",
        changed_error=FILE_TIME_ERROR,
        changed_at_most=True,  # what is deleted writes to the file too
        size_bytes=status.st_size,
        partly=keys.partly(),
    )


def vectors_of(config: Any) -> Mapping[Path, str]:
    """Give the vectors that a collection's configuration names, one or several by name."""
    if not isinstance(config, Mapping):
        return {}
    if isinstance(config.get("size"), int):
        return {(VECTOR,): f"vector({config['size']})"}
    return {
        (VECTOR, str(name)): f"vector({one['size']})"
        for name, one in config.items()
        if isinstance(one, Mapping) and isinstance(one.get("size"), int)
    }


def model_of(settings: Mapping[str, Any]) -> str:
    """Give the model that a collection's metadata names."""
    metadata = settings.get("metadata")
    return model_in(metadata) if isinstance(metadata, Mapping) else ""
