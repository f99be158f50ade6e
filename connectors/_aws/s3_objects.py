"""Objects of a bucket and, where they are tables, their records: CSV, JSON, JSON lines and Parquet, read in memory."""

from __future__ import annotations

import csv
import gzip
import io
import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Final, cast

from connectors._aws.session import Service
from connectors._files.open import not_a_name
from connectors._patterns import MAX_FILES, Found, format_of
from connectors._sql import Failed
from connectors._stores.index_payload import Keys, page_of, value_at

if TYPE_CHECKING:
    from pathlib import Path as File

    import pyarrow as pa

Path = tuple[str, ...]
OWN: Final[Mapping[Path, str]] = {("object",): "VARCHAR", ("modified_at",): "TIMESTAMP WITH TIME ZONE"}
OWN_NAMES: Final = frozenset(path[0] for path in OWN)
MAX_BYTES: Final = 64_000_000
"""A larger object is not read."""
_LEARNT: Final = 5
"""Objects from which the fields of a dataset are learnt."""
_PAGE: Final = 5_000
_MENDED: Final = "mend the object, or name those that are meant by a pattern"


@dataclass(frozen=True, slots=True)
class Stored:
    """An object; its key may hold personal data."""

    key: str = field(repr=False)

    @property
    def suffix(self) -> str:
        """The ending of its key."""
        return PurePosixPath(self.key).suffix


def listed(s3: Service, bucket: str, prefix: str) -> tuple[Found, ...]:
    """Give the objects below a prefix, MAX_FILES at most.

    Raises:
        Failed: they may not be listed.
    """
    found: list[Found] = []
    for page in s3.pages("list_objects_v2", Bucket=bucket, Prefix=prefix):
        for told in page.get("Contents", ()):
            key = str(told["Key"])
            parts = tuple(part for part in key.removeprefix(prefix).split("/") if part)
            if parts and not key.endswith("/"):
                changed = told["LastModified"].timestamp()
                found.append(Found(cast("File", Stored(key)), parts, int(told["Size"]), changed))
            if len(found) >= MAX_FILES:
                return tuple(found)
    return tuple(found)


@dataclass(slots=True)
class Objects:
    """The objects of one dataset, as records: those of tables, else an object each."""

    s3: Service
    bucket: str
    files: tuple[Found, ...]

    @property
    def tabular(self) -> bool:
        """Every object is a table in a format that is read."""
        return all(format_of(file) is not None for file in self.files)

    @property
    def behind(self) -> Failed | None:
        """Say where objects are too large to be read."""
        large = sum(file.size > MAX_BYTES for file in self.files)
        if not large or not self.tabular:
            return None
        return Failed(f"{large:,} objects are larger than {MAX_BYTES // 1_000_000} MB", "write smaller objects")

    def learnt(self) -> tuple[Keys, int, bool]:
        """Give the fields, how many records there are (or about), and whether every object was read.

        Raises:
            Failed: an object cannot be read.
        """
        keys = Keys(OWN_NAMES)
        if not self.tabular:
            return keys, len(self.files), True
        some = self.files[:: -(-len(self.files) // _LEARNT)]
        rows = 0
        for file in some:
            for record in self.content(file):
                keys.take(record)
                rows += 1
        return keys, rows * len(self.files) // max(1, len(some)), len(some) == len(self.files)

    def pages(self, paths: Sequence[Path], start: int, count: int | None) -> Iterator[pa.Table]:
        """Give records from the n-th on.

        Raises:
            Failed: an object cannot be read.
        """
        batch: list[tuple[Found, Mapping[str, object]]] = []
        given = 0
        for number, record in enumerate(self._records(paths)):
            if number < start:
                continue
            if count is not None and given >= count:
                break
            batch.append(record)
            given += 1
            if len(batch) >= _PAGE:
                yield self._page(paths, batch)
                batch = []
        if batch:
            yield self._page(paths, batch)

    def content(self, file: Found) -> Iterator[Mapping[str, object]]:
        """Give the records of an object that is a table.

        Raises:
            Failed: with class only.
        """
        if file.size > MAX_BYTES:
            raise Failed(f"an object is larger than {MAX_BYTES // 1_000_000} MB", "write smaller objects")
        key = cast("Stored", file.path).key
        body = self.s3.ask("get_object", Bucket=self.bucket, Key=key)["Body"]
        try:
            data = body.read(MAX_BYTES + 1)
            if key.lower().endswith(".gz"):
                with gzip.open(io.BytesIO(data)) as opened:
                    data = opened.read(4 * MAX_BYTES)
            yield from _READERS[format_of(file) or ""](data, file)
        except (OSError, EOFError, zlib.error, ValueError, csv.Error, RecursionError, KeyError) as error:
            raise Failed(f"an object cannot be read ({type(error).__name__})", _MENDED) from None

    def holds_a_record(self, file: Found) -> bool | None:
        """Whether an object holds a record; None where it cannot be read."""
        if not file.size or not self.tabular:
            return bool(file.size)
        try:
            return any(True for _ in self.content(file))
        except Failed:
            return None

    def _records(self, paths: Sequence[Path]) -> Iterator[tuple[Found, Mapping[str, object]]]:
        del paths  # how many records an object has is only known by its content
        for file in self.files:
            if not self.tabular:
                yield file, {}
                continue
            for record in self.content(file):
                yield file, record

    def _page(self, paths: Sequence[Path], records: Sequence[tuple[Found, Mapping[str, object]]]) -> pa.Table:
        def values(path: Path) -> Iterator[object]:
            for file, record in records:
                if path == ("object",):
                    yield "/".join(file.parts)
                elif path == ("modified_at",):
                    yield datetime.fromtimestamp(file.changed, UTC).isoformat()
                else:
                    yield value_at(record, path, OWN_NAMES)

        return page_of(paths, values)


def _csv(data: bytes, file: Found) -> Iterator[Mapping[str, object]]:
    text = data.decode("utf-8-sig")
    delimiter = "\t" if ".tsv" in file.parts[-1].lower() else max(",;|\t", key=text.partition("\n")[0].count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    header = next(rows, [])
    if any(not_a_name(cell) for cell in header):
        # Data must not become names of fields.
        raise ValueError
    for row in rows:
        yield {name: cell or None for name, cell in zip(header, row, strict=False)}


def _json_lines(data: bytes, _file: Found) -> Iterator[Mapping[str, object]]:
    for line in data.splitlines():
        if line.strip():
            yield _mapping(json.loads(line))


def _json(data: bytes, _file: Found) -> Iterator[Mapping[str, object]]:
    told = json.loads(data)
    for one in told if isinstance(told, list) else [told]:
        yield _mapping(one)


def _parquet(data: bytes, _file: Found) -> Iterator[Mapping[str, object]]:
    import pyarrow.parquet as pq

    for batch in pq.ParquetFile(io.BytesIO(data)).iter_batches(_PAGE):
        for row in batch.to_pylist():
            yield {name: _plain(value) for name, value in row.items()}


def _plain(value: Any) -> object:
    return value.isoformat() if hasattr(value, "isoformat") else value


def _mapping(told: object) -> Mapping[str, object]:
    return told if isinstance(told, Mapping) else {"value": told}


_READERS: Final = {"csv": _csv, "jsonl": _json_lines, "json": _json, "parquet": _parquet}
