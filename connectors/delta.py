"""Tables of Delta Lake below a local folder: schema, history, and how long deleted rows stay in their files.

See docs/connectors/delta.md.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path as File
from typing import TYPE_CHECKING, Any, Final

from pydantic import BaseModel, Field

from connectors._files.open import not_a_name
from connectors._sql import Failed, Session
from connectors._stores.arrow_tables import bounded, fields_of, folder_of, page_of
from connectors._stores.index import PAGE, Collection, Store, answer
from lineage.connector import Connector, Settings, Task
from lineage.context import Context
from lineage.duration import Duration, parse_duration
from lineage.errors import ConnectorError, PlanError
from lineage.facts import DatasetFact, Fact, LingerFact
from lineage.model import Name

if TYPE_CHECKING:
    import pyarrow as pa

Path = tuple[str, ...]
_PREFIX: Final = "delta://"
_LOG: Final = "_delta_log"
_MAX_TABLES: Final = 1_000
_MAX_DEPTH: Final = 6
_CLOSED: Final = Failed("a folder of Delta tables has no grants", "review who may read the folder where it lies")
_AGAIN: Final = "is it of a version that the installed deltalake reads? update it, and scan again"
_KEPT: Final = "delta.deletedFileRetentionDuration"
_WEEK: Final = Duration(seconds=7 * 86_400)
_NO_DATA: Final = re.compile(
    r"VACUUM|OPTIMIZE|DELETE|SET TBLPROPERTIES|ADD CONSTRAINT|FSCK|CLEANUP|ADD FEATURE", re.IGNORECASE
)


class DeltaSettings(Settings):
    """Where the tables are."""

    path: str = Field(min_length=1, max_length=4096, repr=False)
    """A folder of a table, or one below which tables lie."""


@dataclass(frozen=True, slots=True)
class Opened:
    """One table that is open."""

    table: Any
    collection: Collection
    documented: bool
    linger: Duration | None
    """How long files of deleted rows stay; None: until somebody sweeps them."""


def read(settings: BaseModel, tasks: Sequence[Task], context: Context) -> Iterator[Fact]:
    """Answer tasks from the tables of one folder.

    Raises:
        ConnectorError: it cannot be read.
    """
    root = folder_of(DeltaSettings.model_validate(settings.model_dump()).path, _PREFIX, context)
    try:
        import deltalake
    except ImportError:
        raise ConnectorError(f"{context.source}: deltalake is not installed; install lineage-audit[delta]") from None
    found: dict[str, Opened] = {}
    unseen: list[Failed] = []
    for name, folder in _tables(root, unseen):
        try:
            found[name] = _opened(name, folder)
        except Exception as error:  # noqa: BLE001 - its errors have no class in common, and quote paths
            unseen.append(Failed(f"a table cannot be opened ({type(error).__name__})", _AGAIN))
    place = _PREFIX + hashlib.sha256(str(root).encode("utf-8", "surrogateescape")).hexdigest()[:12]

    def more(session: Session) -> Iterator[Fact]:
        for name, one in found.items():
            yield LingerFact(session.seen("table properties"), Name(place, (name,)), "files until VACUUM", one.linger)

    store = Store(
        "Delta Lake",
        place,
        deltalake.__version__,
        "file permissions",
        {name: one.collection for name, one in found.items()},
        _CLOSED,
        tuple(unseen),
        records="rows",
        more=more,
    )
    for fact in answer(store, tasks, context):
        match fact:
            case DatasetFact():
                yield replace(fact, documented=found[fact.name.path[-1]].documented)
            case _:
                yield fact


def _tables(root: File, unseen: list[Failed]) -> Iterator[tuple[str, File]]:
    """Find the folders that hold a table; what lies below one is its own."""
    count = 0
    for folder, folders, _ in os.walk(root, followlinks=False):
        here = File(folder)
        if _LOG in folders:
            folders.clear()
            name = "/".join(here.relative_to(root).parts) or root.name
            if not_a_name(name):
                unseen.append(Failed("a table's folder is named as values are", "name folders in plain words"))
                continue
            count += 1
            yield name, here
        folders[:] = sorted(one for one in folders if not one.startswith("."))
        if len(here.relative_to(root).parts) >= _MAX_DEPTH:
            folders.clear()
        if count >= _MAX_TABLES:
            unseen.append(Failed(f"more than {_MAX_TABLES:,} tables", "name a folder further down"))
            return


def _opened(name: str, folder: File) -> Opened:
    from deltalake import DeltaTable

    table = DeltaTable(str(folder))
    schema = _arrow(table)
    fields, left_out = fields_of(schema)
    actions = table.get_add_actions(flatten=True)
    told = {one: actions.column(one).to_pylist() for one in ("num_records", "size_bytes") if one in _names(actions)}
    counts = told.get("num_records", [])
    known = bool(told) and all(one is not None for one in counts)
    history = table.history()
    odd = Failed(f"{left_out:,} columns are named as values are", "name columns in plain words")

    def pages(paths: Sequence[Path], start: int, count: int | None) -> Iterator[pa.Table]:
        yield from bounded(_pages(table, paths), start, count)

    collection = Collection(
        name,
        sum(counts) if known else table.count(),
        fields,
        pages,
        typed=True,
        seekable=False,
        changed_at=_changed(history),
        changed_by="snapshot",
        size_bytes=sum(told.get("size_bytes", [])),
        partly=(odd,) if left_out else (),
    )
    metadata = table.metadata()
    return Opened(table, collection, bool(metadata.description), _linger(metadata.configuration, history))


def _arrow(table: Any) -> pa.Schema:
    import pyarrow as pa

    return pa.schema(table.schema().to_arrow())


def _names(actions: Any) -> Sequence[str]:
    return list(actions.schema.names)


def _pages(table: Any, paths: Sequence[Path]) -> Iterator[pa.Table]:
    import pyarrow as pa

    try:
        dataset = table.to_pyarrow_dataset()
        for batch in dataset.to_batches(columns=sorted({path[0] for path in paths}), batch_size=PAGE):
            yield page_of(batch, paths)
    except (pa.ArrowException, OSError, ValueError, KeyError) as error:
        raise Failed(f"the table cannot be read ({type(error).__name__})", _AGAIN) from None
    except Exception as error:
        if type(error).__module__.partition(".")[0] in {"deltalake", "_internal"}:
            raise Failed(f"the table cannot be read ({type(error).__name__})", _AGAIN) from None
        raise


def _changed(history: Sequence[Mapping[str, Any]]) -> datetime | None:
    """Give when its rows last changed: sweeping, deleting and settings bring none."""
    moments = [
        int(one["timestamp"])
        for one in history
        if isinstance(one.get("timestamp"), int) and not _NO_DATA.match(str(one.get("operation", "")))
    ]
    return datetime.fromtimestamp(max(moments) / 1_000, UTC) if moments else None


def _linger(properties: Mapping[str, str | None], history: Sequence[Mapping[str, Any]]) -> Duration | None:
    """Give how long files of deleted rows stay; without a VACUUM in its history, nothing ends them."""
    if not any(str(one.get("operation", "")).upper().startswith("VACUUM") for one in history):
        return None
    told = (properties.get(_KEPT) or "").removeprefix("interval ").strip()
    if not told:
        return _WEEK
    try:
        return parse_duration(told)
    except PlanError:
        return None


def _from_url(url: str) -> Mapping[str, object]:
    return {"path": url}


CONNECTOR = Connector("delta", DeltaSettings, read, schemes=("delta",), from_url=_from_url)
