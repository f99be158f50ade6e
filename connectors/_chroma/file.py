"""Collections in the SQLite file of a folder of Chroma, read as they lie.

Chroma takes what is written from a queue into the tables later: a collection whose queue is ahead is said to be behind,
since its tables lack what was written last.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from connectors._sql import Failed
from connectors._sqlite.file import Database
from connectors._stores.index import PAGE, Collection
from connectors._stores.index_payload import Keys, Path, model_in, page_of

if TYPE_CHECKING:
    import pyarrow as pa

CHUNK_ID: Final = "chunk_id"
TEXT: Final = "text"
STORED: Final = "stored_at"
OWN: Final = frozenset({CHUNK_ID, TEXT, STORED, "embedding"})
_DOCUMENT: Final = "chroma:document"
_PARTS: Final = ("string_value", "int_value", "float_value", "bool_value")
_KINDS: Final = ("VARCHAR", "BIGINT", "DOUBLE", "BOOLEAN")
_BEHIND: Final = "open it once with its own application, or scan the server that runs over it"
_COLLECTIONS: Final = """
    SELECT c.id, c.name, c.dimension, s.id, c.config_json_str FROM collections c
    JOIN databases d ON d.id = c.database_id
    LEFT JOIN segments s ON s.collection = c.id AND s.scope = 'METADATA'
    WHERE d.name = ? AND d.tenant_id = ? ORDER BY c.name"""


@dataclass(frozen=True, slots=True)
class Segment:
    """The rows of one collection in the tables that all share."""

    database: Database
    id: str
    lists: bool
    """Values that are lists have a table of their own."""
    rows: int = 0

    @property
    def _mine(self) -> str:
        """Its condition: `+` where a page would else go through the ids of all of its chunks by an index."""
        return "segment_id = ?" if self.rows <= PAGE else "+segment_id = ?"

    def pages(self, paths: Sequence[Path], start: int, count: int | None) -> Iterator[pa.Table]:
        """Give the payload of chunks from the n-th on."""
        after = self._before(start)
        left = count
        while left is None or left > 0:
            size = PAGE if left is None else min(PAGE, left)
            rows = self.database.rows(
                f"SELECT id, embedding_id, created_at FROM embeddings WHERE {self._mine} AND id > ?"  # noqa: S608 - made here
                " ORDER BY id LIMIT ?",
                (self.id, after, size),
            )
            if not rows:
                return
            after, left = rows[-1][0], None if left is None else left - len(rows)
            yield self._page(paths, rows)

    def _before(self, start: int) -> int:
        if start == 0:
            return -1
        found = self.database.rows(
            f"SELECT id FROM embeddings WHERE {self._mine} ORDER BY id LIMIT 1 OFFSET ?",  # noqa: S608 - made here
            (self.id, start - 1),
        )
        return int(found[0][0]) if found else -1

    def _page(self, paths: Sequence[Path], rows: Sequence[Sequence[Any]]) -> pa.Table:
        wanted = {key_of(path): path for path in paths}
        told: dict[Path, dict[int, object]] = {path: {} for path in paths}
        marks = ", ".join("?" * len(wanted))
        # A page is a range of ids, each of which is looked up: by any other index each page goes through all chunks.
        below = f"WHERE +e.segment_id = ? AND e.id BETWEEN ? AND ? AND +m.key IN ({marks})"
        for identity, key, *values in self.database.rows(
            f"SELECT m.id, m.key, {', '.join(f'm.{part}' for part in _PARTS)}"  # noqa: S608 - names made here
            f" FROM embeddings e CROSS JOIN embedding_metadata m ON m.id = e.id {below}",
            (self.id, rows[0][0], rows[-1][0], *wanted),
        ):
            told[wanted[key]][identity] = _value(values)
        for identity, key, *values in self._listed(rows, wanted) if self.lists else ():
            many = told[wanted[key]].setdefault(identity, [])
            if isinstance(many, list):
                many.append(_value(values))
        for path in paths:
            if path == (CHUNK_ID,):
                told[path] = {row[0]: row[1] for row in rows}
            elif path == (STORED,):
                told[path] = {row[0]: f"{str(row[2]).replace(' ', 'T')}+00:00" for row in rows}
        return page_of(paths, lambda path: [told[path].get(row[0]) for row in rows])

    def _listed(self, rows: Sequence[Sequence[Any]], wanted: Mapping[str, Path]) -> list[tuple[Any, ...]]:
        return self.database.rows(
            f"SELECT m.id, m.key, {', '.join(f'm.{part}' for part in _PARTS)} FROM embeddings e"  # noqa: S608 - names made here
            " CROSS JOIN embedding_metadata_array m ON m.id = e.id WHERE +e.segment_id = ? AND e.id BETWEEN ? AND ?"
            f" AND +m.key IN ({', '.join('?' * len(wanted))}) ORDER BY m.rowid",
            (self.id, rows[0][0], rows[-1][0], *wanted),
        )


def collections_in(database: Database, tenant: str, name: str) -> tuple[Mapping[str, Collection], tuple[Failed, ...]]:
    """Give the collections of a database of a tenant, and what could not be read.

    Raises:
        Failed: the file has other tables than those of a version that is known.
    """
    tables = {row[0] for row in database.rows("SELECT name FROM sqlite_master WHERE type = 'table'")}
    lists = "embedding_metadata_array" in tables
    found, unseen = {}, []
    for identity, called, dimension, segment, config in database.rows(_COLLECTIONS, (name, tenant)):
        if segment is None:
            unseen.append(Failed("a collection has no segment in this file", _BEHIND))
            continue
        told = database.rows("SELECT count(*), max(created_at) FROM embeddings WHERE segment_id = ?", (segment,))
        rows = Segment(database, segment, lists, int(told[0][0]))
        found[called] = _collection(rows, identity, called, dimension, config, told[0][1])
    return found, tuple(unseen)


def product_version(database: Database) -> str:
    """Give what the file says of the version that wrote it: its newest migrations."""
    told = database.rows("SELECT dir, max(version) FROM migrations GROUP BY dir ORDER BY dir")
    return ", ".join(f"{place} {int(version)}" for place, version in told if str(place).isalpha())


def key_of(path: Path) -> str:
    """Give the key of a chunk's metadata that a field is."""
    return _DOCUMENT if path == (TEXT,) else path[-1]


def _collection(
    segment: Segment, identity: str, name: str, dimension: int | None, config: object, newest: object
) -> Collection:
    database, keys = segment.database, Keys(OWN)
    for key, *counts in database.rows(
        f"SELECT m.key, {', '.join(f'count(m.{part})' for part in _PARTS)} FROM embedding_metadata m"  # noqa: S608 - names made here
        " JOIN embeddings e ON e.id = m.id WHERE e.segment_id = ? GROUP BY m.key",
        (segment.id,),
    ):
        for kind, count in zip(_KINDS, counts, strict=True):
            if key != _DOCUMENT and (count or not any(counts)):
                keys.note(key, kind)
    if segment.lists:
        for (key,) in database.rows(
            "SELECT DISTINCT m.key FROM embedding_metadata_array m JOIN embeddings e ON e.id = m.id"
            " WHERE e.segment_id = ?",
            (segment.id,),
        ):
            keys.note(key, "JSON")
    own: dict[tuple[str, ...], str] = {
        (CHUNK_ID,): "VARCHAR",
        (TEXT,): "VARCHAR",
        (STORED,): "TIMESTAMP WITH TIME ZONE",
    }
    vector: dict[tuple[str, ...], str] = {} if dimension is None else {("embedding",): f"vector({int(dimension)})"}
    return Collection(
        name,
        segment.rows,
        {**own, **keys.fields(), **vector},
        segment.pages,
        key=(CHUNK_ID,),
        model=_model(database, identity, config),
        changed_at=_moment(newest),
        changed_by="embedding times",
        stamped=frozenset({(STORED,)}),
        partly=keys.partly(),
        behind=_behind(segment, identity),
    )


def _behind(segment: Segment, identity: str) -> Failed | None:
    """Say that the queue is ahead of the tables; topics end with the collection's id."""
    [(written,)] = segment.database.rows(
        "SELECT max(seq_id) FROM embeddings_queue WHERE substr(topic, -length(?)) = ?", (identity, identity)
    )
    taken = segment.database.rows("SELECT seq_id FROM max_seq_id WHERE segment_id = ?", (segment.id,))
    if written is None or (taken and _number(taken[0][0]) >= _number(written)):
        return None
    return Failed("what was written last is still in Chroma's queue", _BEHIND)


def _number(value: object) -> int:
    """Give a number of the queue: older versions wrote it as bytes."""
    return int.from_bytes(value, "big") if isinstance(value, bytes) else int(str(value))


def _model(database: Database, identity: str, config: object) -> str:
    told = database.rows("SELECT key, str_value FROM collection_metadata WHERE collection_id = ?", (identity,))
    metadata: dict[str, object] = dict(told)
    return model_in(metadata) or model_of(config)


def model_of(config: object) -> str:
    """Give the model of the embedding function that a collection's configuration names."""
    try:
        told = json.loads(config) if isinstance(config, str) else config
    except ValueError:
        return ""
    function = told.get("embedding_function") if isinstance(told, Mapping) else None
    settings = function.get("config") if isinstance(function, Mapping) else None
    return model_in(settings) if isinstance(settings, Mapping) else ""


def _value(values: Sequence[Any]) -> object:
    text, whole, real, truth = values
    if truth is not None:
        return bool(truth)
    return next((one for one in (text, whole, real) if one is not None), None)


def _moment(told: object) -> datetime | None:
    try:
        return datetime.fromisoformat(str(told)).replace(tzinfo=UTC) if told else None
    except ValueError:
        return None
