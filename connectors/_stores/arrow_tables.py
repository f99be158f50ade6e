"""Tables that come as Arrow: their schema as fields, and batches of theirs as pages of an index's kind."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path as File
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote

from connectors._documents.table import column_of
from connectors._files.open import not_a_name
from lineage.context import Context
from lineage.errors import ConnectorError

if TYPE_CHECKING:
    import pyarrow as pa

Path = tuple[str, ...]
_MAX_DEPTH: Final = 8
_TYPES: Final = (
    ("is_boolean", "BOOLEAN"),
    ("is_integer", "BIGINT"),
    ("is_floating", "DOUBLE"),
    ("is_date", "DATE"),
    ("is_decimal", "DECIMAL"),
    ("is_binary", "BLOB"),
    ("is_large_binary", "BLOB"),
    ("is_fixed_size_binary", "BLOB"),
)


def fields_of(schema: pa.Schema, refused: Callable[[str], bool] = not_a_name) -> tuple[Mapping[Path, str], int]:
    """Give the fields of a schema with their types, and how many are left out: such as are named as values are."""
    fields: dict[Path, str] = {}
    left_out = 0
    for field in schema:
        for path, kind in _below((field.name,), field.type):
            if any(refused(step) for step in path):
                left_out += 1
            else:
                fields[path] = kind
    return fields, left_out


def page_of(batch: pa.RecordBatch, paths: Sequence[Path]) -> pa.Table:
    """Give columns of a batch by their paths."""
    import pyarrow as pa
    import pyarrow.compute as pc

    table = pa.Table.from_batches([batch])
    columns = {}
    for path in paths:
        value = table.column(path[0])
        for step in path[1:]:
            value = pc.struct_field(value, step)
        columns[column_of(path)] = value
    return pa.table(columns)


def bounded(pages: Iterator[pa.Table], start: int, count: int | None) -> Iterator[pa.Table]:
    """Give rows from the n-th on, so many at most."""
    left = count
    for page in pages:
        kept = page.slice(min(start, page.num_rows))
        start = max(0, start - page.num_rows)
        kept = kept if left is None else kept.slice(0, left)
        if kept.num_rows:
            yield kept
        if left is not None and (left := left - kept.num_rows) <= 0:
            return


def folder_of(place: str, prefix: str, context: Context) -> File:
    """Give a local folder by a path or a URL of a kind.

    Raises:
        ConnectorError: there is none; the message does not name it.
    """
    path = unquote(place.removeprefix(prefix)) if place.startswith(prefix) else place
    if "://" in path:
        raise ConnectorError(f"{context.source}: tables are read from local folders only; mount them, or copy them")
    try:
        root = File(path).expanduser().resolve(strict=True)
    except (OSError, RuntimeError, ValueError) as error:
        why = f"{context.source}: the folder cannot be read ({type(error).__name__}); is the connector's path right?"
        raise ConnectorError(why) from None
    if not root.is_dir():
        raise ConnectorError(f"{context.source}: this is no folder; is the connector's path right?")
    return root


def _below(path: Path, kind: Any) -> Iterator[tuple[Path, str]]:
    import pyarrow as pa

    if pa.types.is_struct(kind) and len(path) < _MAX_DEPTH:
        for field in kind:
            yield from _below((*path, field.name), field.type)
        return
    if pa.types.is_fixed_size_list(kind) and pa.types.is_floating(kind.value_type):
        yield path, f"vector({kind.list_size})"
        return
    yield path, _type(kind)


def _type(kind: Any) -> str:
    import pyarrow as pa

    if pa.types.is_timestamp(kind):
        return "TIMESTAMP WITH TIME ZONE" if kind.tz else "TIMESTAMP"
    if pa.types.is_nested(kind):
        return "JSON"
    return next((spelt for test, spelt in _TYPES if getattr(pa.types, test)(kind)), "VARCHAR")
