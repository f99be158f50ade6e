"""Tables of Apache Iceberg by a catalogue: schema, snapshots, and how long deleted rows stay in them.

See docs/connectors/iceberg.md.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path as File
from typing import TYPE_CHECKING, Any, Final, Literal

from pydantic import BaseModel, Field, SecretStr

from connectors._files.open import not_a_name
from connectors._sql import Failed, Session
from connectors._stores.arrow_tables import bounded, fields_of, page_of
from connectors._stores.index import Collection, Store, answer
from lineage.connector import Connector, Settings, Task
from lineage.context import Context
from lineage.duration import Duration
from lineage.errors import ConnectorError
from lineage.facts import DatasetFact, Fact, FieldFact, LingerFact
from lineage.model import Name

if TYPE_CHECKING:
    import pyarrow as pa

Path = tuple[str, ...]
_MAX_TABLES: Final = 1_000
_MAX_DEPTH: Final = 4
_CLOSED: Final = Failed(
    "a catalogue of Iceberg tells no grants here", "review who may read the catalogue and its files"
)
_AGAIN: Final = "are the table's files where its catalogue says, and may they be read?"
_SHOWN: Final = Failed(
    "a REST catalogue may leave out what the token may not see", "give the connector a token that sees every table"
)
_WAY: Final = "are the connector's uri, warehouse and token right?"
_SQLITE: Final = re.compile(r"sqlite(?:\+\w+)?:///(?P<path>[^?]+)")
_AGE: Final = "history.expire.max-snapshot-age-ms"
_USUAL_AGE: Final = 5 * 86_400_000
"""Milliseconds that snapshots are kept where a table says nothing, and somebody expires them."""


class IcebergSettings(Settings):
    """Where the catalogue is."""

    catalog: Literal["sql", "rest"] = "sql"
    name: str = Field("default", min_length=1, max_length=255)
    """The catalogue's own name: a database can hold several, and each its tables."""
    uri: SecretStr
    """`sqlite:///catalog.db`, `postgresql+psycopg://...`, or `https://...` of a REST catalogue."""
    warehouse: str | None = Field(None, max_length=4096, repr=False)
    token: SecretStr | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    """One table that is open."""

    collection: Collection
    documented: frozenset[Path]
    """Columns with a comment; the empty path for the table's own."""
    linger: Duration | None


def read(settings: BaseModel, tasks: Sequence[Task], context: Context) -> Iterator[Fact]:
    """Answer tasks from the tables of one catalogue.

    Raises:
        ConnectorError: it cannot be read.
    """
    given = IcebergSettings.model_validate(settings.model_dump())
    catalog = _catalog(given, context)
    try:
        hidden = [_SHOWN] if given.catalog == "rest" else []
        yield from _read(catalog, _namespace(given), hidden, tasks, context)
    finally:
        # Else a database keeps a connection until Python happens to notice.
        catalog.close()


def _read(catalog: Any, place: str, unseen: list[Failed], tasks: Sequence[Task], context: Context) -> Iterator[Fact]:
    found: dict[str, Opened] = {}
    try:
        names = list(_names(catalog))
    except Exception as error:  # noqa: BLE001 - of the catalogue's own driver, whose errors quote its address
        raise ConnectorError(
            f"{context.source}: the catalogue cannot be read ({type(error).__name__}); {_WAY}"
        ) from None
    if len(names) > _MAX_TABLES:
        unseen.append(Failed(f"more than {_MAX_TABLES:,} tables", "give the connector a catalogue with fewer"))
    for name in names[:_MAX_TABLES]:
        spelt = ".".join(name)
        if any(not_a_name(part) for part in name):
            unseen.append(Failed("a table is named as values are", "name tables in plain words"))
            continue
        try:
            found[spelt] = _opened(spelt, catalog.load_table(name), context.now)
        except Exception as error:  # noqa: BLE001 - of files and stores too, whose errors quote paths
            unseen.append(Failed(f"a table cannot be opened ({type(error).__name__})", _AGAIN))

    def more(session: Session) -> Iterator[Fact]:
        for name, one in found.items():
            yield LingerFact(session.seen("table properties"), Name(place, (name,)), "snapshots", one.linger)

    collections = {name: one.collection for name, one in found.items()}
    store = Store(
        "Apache Iceberg", place, "", "catalogue login", collections, _CLOSED, tuple(unseen), "rows", more=more
    )
    for fact in answer(store, tasks, context):
        match fact:
            case DatasetFact():
                yield replace(fact, documented=() in found[fact.name.path[-1]].documented)
            case FieldFact():
                yield replace(fact, documented=fact.name.field in found[fact.name.path[-1]].documented)
            case _:
                yield fact


def _is_there(file: File) -> bool:
    try:
        return file.is_file()
    except (OSError, ValueError):
        return False


def _catalog(settings: IcebergSettings, context: Context) -> Any:
    try:
        from pyiceberg.catalog import load_catalog
    except ImportError:
        raise ConnectorError(f"{context.source}: pyiceberg is not installed; install lineage-audit[iceberg]") from None
    uri = settings.uri.get_secret_value()
    local = _SQLITE.match(uri)
    # A file that is not there would be made.
    if local is not None and not _is_there(File(local["path"])):
        raise ConnectorError(f"{context.source}: there is no such catalogue, or its folder is closed; {_WAY}")
    # Without this, tables of the catalogue's own would be made.
    told = {"type": settings.catalog, "uri": uri, "init_catalog_tables": "false"}
    if settings.warehouse is not None:
        told["warehouse"] = settings.warehouse
    if settings.token is not None:
        told["token"] = settings.token.get_secret_value()
    try:
        return load_catalog(settings.name, **told)
    except Exception as error:  # noqa: BLE001 - of the catalogue's own driver, whose errors quote its address
        raise ConnectorError(f"{context.source}: the catalogue refuses ({type(error).__name__}); {_WAY}") from None


def _names(catalog: Any) -> Iterator[tuple[str, ...]]:
    waiting: list[tuple[str, ...]] = sorted(catalog.list_namespaces())
    while waiting:
        namespace = waiting.pop(0)
        yield from sorted(catalog.list_tables(namespace))
        if len(namespace) < _MAX_DEPTH:
            waiting.extend(one for one in sorted(catalog.list_namespaces(namespace)) if len(one) > len(namespace))


def _opened(name: str, table: Any, now: datetime) -> Opened:
    fields, left_out = fields_of(table.schema().as_arrow())
    snapshots, current = list(table.metadata.snapshots), table.current_snapshot()
    summary = dict(current.summary.additional_properties) if current is not None and current.summary else {}
    total = summary.get("total-records")
    # What deletes and what rewrites files makes a snapshot too; where no other is kept, nothing is newer than it.
    wrote = max((one for one in snapshots if _brings(one)), key=lambda one: one.timestamp_ms, default=current)
    odd = Failed(f"{left_out:,} columns are named as values are", "name columns in plain words")

    def pages(paths: Sequence[Path], start: int, count: int | None) -> Iterator[pa.Table]:
        yield from bounded(_pages(table, paths), start, count)

    collection = Collection(
        name,
        int(total) if total is not None and total.isdigit() else 0 if current is None else table.scan().count(),
        fields,
        pages,
        typed=True,
        seekable=False,
        changed_at=_moment(wrote.timestamp_ms) if wrote is not None else None,
        changed_by="snapshot",
        changed_at_most=wrote is not None and not _brings(wrote),
        size_bytes=int(summary.get("total-files-size", 0)),
        partly=(odd,) if left_out else (),
    )
    documented = {path for path in fields if table.schema().find_field(".".join(path)).doc}
    about: frozenset[Path] = frozenset({()}) if table.properties.get("comment") else frozenset()
    return Opened(collection, about | documented, _linger(table.properties, snapshots, now))


def _pages(table: Any, paths: Sequence[Path]) -> Iterator[pa.Table]:
    try:
        chosen = tuple(sorted({path[0] for path in paths}))
        for batch in table.scan(selected_fields=chosen).to_arrow_batch_reader():
            yield page_of(batch, paths)
    except Failed:
        raise
    except Exception as error:  # noqa: BLE001 - of files and stores too, whose errors quote paths
        raise Failed(f"the table cannot be read ({type(error).__name__})", _AGAIN) from None


def _linger(properties: Mapping[str, str], snapshots: Sequence[Any], now: datetime) -> Duration | None:
    """Give how long a snapshot keeps deleted rows; where older ones than that still stand, nothing expires them."""
    told = properties.get(_AGE, "")
    age = int(told) if told.isdigit() else _USUAL_AGE
    ahead = [one.timestamp_ms for one in snapshots[1:]]
    # A snapshot is superseded by the next one; from then on it could have been expired.
    if any(now.timestamp() * 1_000 - moment > 2 * age for moment in ahead):
        return None
    return Duration(seconds=age / 1_000)


def _brings(snapshot: Any) -> bool:
    told = snapshot.summary
    return told is not None and str(getattr(told.operation, "value", told.operation)) in {"append", "overwrite"}


def _moment(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1_000, UTC)


def _namespace(settings: IcebergSettings) -> str:
    place = re.sub(r"//[^/@]*@", "//", settings.uri.get_secret_value())
    return (
        "iceberg://" + hashlib.sha256(f"{place}\0{settings.name}".encode("utf-8", "surrogateescape")).hexdigest()[:12]
    )


CONNECTOR = Connector("iceberg", IcebergSettings, read)
