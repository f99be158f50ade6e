"""DuckDB: a database in a file, read without changing the file or anything beside it.

See docs/connectors/duckdb.md for what is read and what is not.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pydantic import BaseModel, Field

from connectors._duckdb.file import ATTACHED, Database, open_file, quoted
from connectors._duckdb.sample import draw
from connectors._duckdb.structure import read_structure
from connectors._files.types import traits_of
from connectors._sql import Failed, Session
from connectors._tasks.profile import read_profile
from connectors._tasks.sample import read_sample
from connectors._tasks.stream import read_stream
from lineage.connector import Attempt, Connector, Profile, Sample, Settings, Stream, Structure, Task
from lineage.context import Context
from lineage.errors import ConnectorError
from lineage.facts import Fact, SystemFact
from lineage.model import Name

if TYPE_CHECKING:
    from sqlalchemy import FromClause

IDENTITY: Final = "file permissions"
_PREFIX: Final = "duckdb:///"
_ROWS: Final = f"""
SELECT estimated_size FROM duckdb_tables()
WHERE database_name = '{ATTACHED}' AND schema_name = ? AND table_name = ?"""  # noqa: S608 - our own constant


class DuckdbSettings(Settings):
    """Where the file is."""

    url: str = Field(min_length=1, max_length=4096, repr=False)
    """`duckdb:///relative/path.duckdb`, `duckdb:////absolute/path.duckdb`, or the path alone."""

    @property
    def path(self) -> Path:
        """The file, with links followed."""
        return Path(self.url.removeprefix(_PREFIX)).expanduser().resolve()


def read(settings: BaseModel, tasks: Sequence[Task], context: Context) -> Iterator[Fact]:
    """Answer tasks from one file.

    Raises:
        ConnectorError: the file cannot be read; the message does not name it.
    """
    try:
        path = DuckdbSettings.model_validate(settings.model_dump()).path
    except (OSError, ValueError, RuntimeError):
        raise ConnectorError(f"{context.source}: this is no path; is the connector's url right?") from None
    namespace = namespace_of(path)
    # What is drawn by chance is the same each time with one thread only.
    threads = 1 if any(isinstance(task, Sample) for task in tasks) else 2
    with open_file(path, context, threads) as database:
        session = Session(
            context,
            IDENTITY,
            replace(traits_of({}, text=True), table=table_of),
            database.execute,
            batches=database.batches,
        )
        for task in tasks:
            yield from _answer(database, session, namespace, task)
        session.cost.queries = database.queries
        yield session.bill()


def namespace_of(path: Path) -> str:
    """Give a name for a file that is the same wherever it is read from on a machine and does not tell where it lies."""
    return "duckdb://" + hashlib.sha256(str(path.resolve()).encode("utf-8", "surrogateescape")).hexdigest()[:12]


def table_of(name: Name) -> FromClause:
    """Give a table or view of the file, whatever its schema is called."""
    import sqlalchemy as sa

    *_, schema, table = name.path
    place = sa.sql.quoted_name(f"{quoted(ATTACHED)}.{quoted(schema)}", quote=False)
    return sa.table(sa.sql.quoted_name(table, quote=True), schema=place)


def _answer(database: Database, session: Session, namespace: str, task: Task) -> Iterator[Fact]:
    match task:
        case Structure():
            try:
                [[version]] = database.rows("SELECT library_version FROM pragma_version()")
                seen = session.seen("duckdb catalogue")
                yield SystemFact(seen, namespace, "DuckDB", str(version).lstrip("v"), complete_catalogue=True)
                yield from read_structure(database, session, namespace, task)
            except Failed as failed:
                raise ConnectorError(
                    f"{session.context.source}: the catalogue cannot be read ({failed.reason}); {failed.settle}"
                ) from None
        case Profile():
            yield from read_profile(session, task, _rows_estimate(database, task.relation.name))
        case Sample():
            yield from read_sample(session, task, draw)
        case Stream():
            yield from read_stream(session, task, _rows_estimate(database, task.relation.name))
        case Attempt():
            why = Failed("DuckDB has no identities", "review who may read the file where it lies")
            yield session.unseen("access", why, task.relation.name)


def _rows_estimate(database: Database, name: Name) -> int | None:
    try:
        found = database.rows(_ROWS, name.path[-2:])
    except Failed:
        return None
    return int(found[0][0]) if found else None


CONNECTOR = Connector("duckdb", DuckdbSettings, read, schemes=("duckdb",))
