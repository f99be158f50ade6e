"""Documents as a table in memory: a row a document, a column for each key of front matter that any of them has.

Values are kept as they are written, and a column has another type than text only where all its values allow it.
`1.10` stays text, since it is a version as a rule and 1.1 is another one.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, Final

from connectors._documents.folder import UNREAD, ending_of
from connectors._documents.office import MAX_BYTES, MIME, read_office
from connectors._documents.replaced import SUPERSEDED, replaced, says_replaced
from connectors._documents.text import Document, read_document
from connectors._files.open import Folder
from connectors._files.types import traits_of
from connectors._patterns import Found
from connectors._sql import Failed, Traits
from connectors._tasks.clocks import DAY, WALL, ZONED
from connectors._tasks.sample import MAX_CHARACTERS
from lineage.connector import Column
from lineage.model import Name

if TYPE_CHECKING:
    import pyarrow as pa
    from sqlalchemy import ColumnElement, FromClause

Path = tuple[str, ...]
OWN: Final[Mapping[Path, str]] = {
    ("doc_id",): "VARCHAR",
    ("title",): "VARCHAR",
    ("text",): "VARCHAR",
    ("modified_at",): "TIMESTAMP WITH TIME ZONE",
}
MODIFIED: Final = ("modified_at",)
MAX_FIELDS: Final = 2_000
_DATED: Final[Mapping[str, Callable[[str], object]]] = {
    DAY: date.fromisoformat,
    WALL: datetime.fromisoformat,
    ZONED: datetime.fromisoformat,
}
_TESTS: Final = (
    ("BOOLEAN", r"true|false|True|False|TRUE|FALSE"),
    ("BIGINT", r"0|-?[1-9]\d{0,17}"),
    ("DOUBLE", r"-?(?:0|[1-9]\d{0,14})(?:\.\d{0,8}[1-9])?"),
    ("DATE", DAY),
    ("TIMESTAMP", WALL),
    ("TIMESTAMP WITH TIME ZONE", ZONED),
)


@dataclass(frozen=True, slots=True)
class Shelf:
    """The documents of a dataset, and what was read of each."""

    files: tuple[Found, ...]
    documents: tuple[Document, ...]

    @property
    def broken(self) -> Mapping[str, int]:
        """Why documents could not be read -> how many."""
        reasons = [document.broken for document in self.documents if document.broken]
        return {reason: reasons.count(reason) for reason in dict.fromkeys(reasons)}

    @property
    def fields(self) -> Mapping[Path, str]:
        """The fields and their types, those that every document has first."""
        found: dict[Path, list[str]] = {}
        for document in self.documents:
            for key, value in document.front.items():
                found.setdefault((key,), []).extend([] if value is None else [value])
        kept = [(path, values) for path, values in found.items() if path not in OWN][:MAX_FIELDS]
        told: dict[Path, str] = {(SUPERSEDED,): "BOOLEAN"} if says_replaced([path[0] for path, _ in kept]) else {}
        return {**OWN, **{path: type_of(values) for path, values in kept}, **told}


def shelf_of(files: Sequence[Found], seconds: float, *, text: bool) -> Shelf:
    """Read the documents of a dataset; without `text`, only what stands before it is kept.

    Raises:
        Failed: it takes longer than the source's budget allows.
    """
    ends = time.monotonic() + seconds
    documents = []
    for file in files:
        if time.monotonic() > ends:
            raise Failed("out of time", "raise the source's budget of seconds", final=True)
        documents.append(_read(file, text=text))
    return Shelf(tuple(files), tuple(documents))


def type_of(values: Sequence[str]) -> str:
    """Give the type that all values allow."""
    for name, test in _TESTS if values else ():
        if all(_passes(value, test) for value in values):
            return name
    return "VARCHAR"


def table_of(shelf: Shelf, namespace: str, fields: Iterable[Path], now: datetime) -> pa.Table:
    """Give documents as a table of text, a row a document."""
    import pyarrow as pa

    columns: dict[str, list[str | None]] = {}
    for path in fields:
        if path == (SUPERSEDED,):
            columns[column_of(path)] = _superseded(shelf, now)
            continue
        columns[column_of(path)] = [
            _cell(path[0], file, document, namespace)
            for file, document in zip(shelf.files, shelf.documents, strict=True)
        ]
    return pa.table({name: pa.array(values, pa.string()) for name, values in columns.items()})


def column_of(path: Path) -> str:
    """Give the name of a field's column: DuckDB tells no case apart, front matter does."""
    return "f" + hashlib.sha256("\0".join(path).encode("utf-8", "surrogatepass")).hexdigest()[:24]


def documents_traits(folder: Folder, tables: Mapping[Name, pa.Table], prefix: str, *, text: bool) -> Traits:
    """Make tables known to DuckDB, and give how they are selected from; with `text`, values are left as written."""
    names = {name: f"{prefix}_{number}" for number, name in enumerate(tables)}
    for name, table in tables.items():
        folder.connection.register(names[name], table)
    base = traits_of(names, text=text)
    known = {column for table in tables.values() for column in table.column_names}

    def column(source: FromClause, field: Column) -> ColumnElement[Any]:
        if (spelt := column_of(field.path)) not in known:
            raise Failed("no document has such a field", "name a field that exists")
        return base.column(source, Column((spelt,), field.type))

    return Traits(table=base.table, column=column, clock=base.clock, text=base.text)


def _superseded(shelf: Shelf, now: datetime) -> list[str | None]:
    told = replaced(shelf.files, shelf.documents, now)
    return [None if document.broken else str(one).lower() for one, document in zip(told, shelf.documents, strict=True)]


def _read(file: Found, *, text: bool) -> Document:
    if (ending := ending_of(file)) in UNREAD:
        return Document(broken=f"{ending} is not read")
    document = _read_office(file, ending, text=text) if ending in MIME else read_document(file.path)
    kept = document.text[: MAX_CHARACTERS + 1] if text else ""
    return Document(
        document.front, document.title, kept, document.broken, document.left_out, document.cut, document.size
    )


def _read_office(file: Found, ending: str, *, text: bool) -> Document:
    try:
        with file.path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except OSError as error:
        return Document(broken=f"it cannot be opened ({type(error).__name__})")
    return read_office(data, ending, text=text)


def _passes(value: str, test: str) -> bool:
    if re.fullmatch(test, value) is None:
        return False
    try:
        _DATED.get(test, str)(value)
    except ValueError:
        return False
    return True


def _cell(field: str, file: Found, document: Document, namespace: str) -> str | None:
    match field:
        case "modified_at":
            return datetime.fromtimestamp(file.changed, UTC).isoformat()
        case _ if document.broken:
            return None
        case "text":
            return document.text
        case "title":
            return document.title
        case "doc_id":
            return document.front.get("doc_id") or document.front.get("id") or _own_id(file, namespace)
        case _:
            return document.front.get(field)


def _own_id(file: Found, namespace: str) -> str:
    """Give an id that is the same while the document stays where it is; a name of a file can hold personal data."""
    place = "/".join(file.parts).encode("utf-8", "surrogateescape")
    return hmac.new(namespace.encode(), place, hashlib.sha256).hexdigest()[:32]
