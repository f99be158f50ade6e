"""Tables of LanceDB in a local folder: their Arrow schema, their versions and, on request, what their rows hold.

See docs/connectors/lancedb.md.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from pydantic import BaseModel, Field

from connectors._documents.table import column_of
from connectors._files.open import not_a_name
from connectors._sql import Failed
from connectors._stores.arrow_tables import fields_of, folder_of
from connectors._stores.index import PAGE, Collection, Path, Store, answer
from connectors._stores.index_payload import model_in
from lineage.connector import Connector, Settings, Task
from lineage.context import Context
from lineage.errors import ConnectorError
from lineage.facts import Fact

if TYPE_CHECKING:
    import pyarrow as pa

_PREFIX: Final = "lancedb://"
_AT_ONCE: Final = 1_000
_CLOSED: Final = Failed("a folder of LanceDB has no grants", "review who may read the folder where it lies")
_AGAIN: Final = "is it of a version that the installed lancedb reads? update it, and scan again"


class LancedbSettings(Settings):
    """Where the tables are."""

    path: str = Field(min_length=1, max_length=4096, repr=False)
    """The folder that was given to `lancedb.connect`."""


@dataclass(frozen=True, slots=True)
class Rows:
    """One table that is open, and how its columns are asked for."""

    table: Any
    fields: Mapping[Path, str]

    def pages(self, paths: Sequence[Path], start: int, count: int | None) -> Iterator[pa.Table]:
        """Give columns of rows from the n-th on.

        Raises:
            Failed: with class only.
        """
        import pyarrow as pa

        asked = {column_of(path): _spelt(path) for path in paths}
        try:
            query = self.table.search().select(asked)
            query = query.offset(start) if start else query
            query = query.limit(count) if count is not None else query
            for batch in query.to_batches(PAGE):
                page = pa.Table.from_batches([batch])
                yield page.select(list(asked))
        except (pa.ArrowException, OSError, ValueError, RuntimeError, KeyError) as error:
            why = f"the table cannot be read ({type(error).__name__})"
            raise Failed(why, _AGAIN) from None


def read(settings: BaseModel, tasks: Sequence[Task], context: Context) -> Iterator[Fact]:
    """Answer tasks from one folder.

    Raises:
        ConnectorError: it cannot be read.
    """
    root = folder_of(LancedbSettings.model_validate(settings.model_dump()).path, _PREFIX, context)
    try:
        import lancedb
    except ImportError:
        raise ConnectorError(f"{context.source}: LanceDB is not installed; install lineage-audit[lancedb]") from None
    found: dict[str, Collection] = {}
    unseen: list[Failed] = []
    try:
        database = lancedb.connect(str(root))
        names = sorted(_names(database))
    except (OSError, ValueError, RuntimeError) as error:
        why = f"{context.source}: the folder cannot be read ({type(error).__name__}); is the connector's path right?"
        raise ConnectorError(why) from None
    for name in names:
        try:
            found[name] = _collection(database, name)
        except (OSError, ValueError, RuntimeError, KeyError) as error:
            unseen.append(Failed(f"a table cannot be opened ({type(error).__name__})", _AGAIN))
    namespace = "lancedb://" + hashlib.sha256(str(root).encode("utf-8", "surrogateescape")).hexdigest()[:12]
    store = Store("LanceDB", namespace, lancedb.__version__, "file permissions", found, _CLOSED, tuple(unseen))
    yield from answer(store, tasks, context)


def _names(database: Any) -> Iterator[str]:
    after = None
    while True:
        listed = database.list_tables(page_token=after, limit=_AT_ONCE)
        yield from listed.tables
        after = listed.page_token
        if after is None or not listed.tables:
            return


def _collection(database: Any, name: str) -> Collection:
    table = database.open_table(name)
    fields, left_out = fields_of(table.schema, _refused)
    partly: tuple[Failed, ...] = ()
    if left_out:
        partly = (Failed(f"{left_out:,} columns are named as values are", "name columns in plain words"),)
    return Collection(
        name,
        table.count_rows(),
        fields,
        Rows(table, fields).pages,
        typed=True,
        model=_model(table.schema.metadata),
        changed_at=_changed(table.list_versions()),
        changed_by="version",
        changed_at_most=True,  # an index and a compaction make a version too
        partly=partly,
    )


def _refused(step: str) -> bool:
    """Say that LanceDB's expressions could not spell a name, or that it looks like a value."""
    return "`" in step or not_a_name(step)


def _spelt(path: Path) -> str:
    """Give a column as LanceDB's expressions spell it: every step is quoted, and none has the quote in it."""
    return ".".join(f"`{step}`" for step in path)


def _model(metadata: Mapping[bytes, bytes] | None) -> str:
    """Give the model of the embedding functions that a table's schema keeps, or that its metadata names."""
    told = {key.decode("utf-8", "replace"): value.decode("utf-8", "replace") for key, value in (metadata or {}).items()}
    try:
        functions = json.loads(told.get("embedding_functions", "[]"))
    except ValueError:
        functions = []
    for one in functions if isinstance(functions, list) else ():
        settings = one.get("model") if isinstance(one, Mapping) else None
        if isinstance(settings, Mapping) and (found := model_in({"model": settings.get("name"), **settings})):
            return found
    return model_in(told)


def _changed(versions: Sequence[Mapping[str, Any]]) -> datetime | None:
    """Give when the newest version was written; LanceDB tells it by the clock of this machine, without a zone."""
    moments = [one["timestamp"] for one in versions if isinstance(one.get("timestamp"), datetime)]
    newest = max(moments, default=None)
    return newest.astimezone(UTC) if newest is not None else None


def _from_url(url: str) -> Mapping[str, object]:
    return {"path": url}


CONNECTOR = Connector("lancedb", LancedbSettings, read, schemes=("lancedb",), from_url=_from_url)
