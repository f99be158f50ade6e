"""SQLite: a database in a file, read without changing the file or anything beside it.

See docs/connectors/sqlite.md for what is read, what is not, and what a moment is where any column may hold anything.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from pydantic import BaseModel, Field

from connectors._canary import acted_in_file
from connectors._sql import Failed, Session
from connectors._sqlite.file import Database, open_file
from connectors._sqlite.sql import TRAITS
from connectors._sqlite.structure import key_of, read_structure, rows_estimate
from connectors._tasks.profile import read_profile
from connectors._tasks.sample import read_sample
from connectors._tasks.sample_blocks import affordable
from connectors._tasks.stream import read_stream
from lineage.connector import Attempt, Connector, Profile, Sample, Settings, Stream, Structure, Task
from lineage.context import Context
from lineage.errors import ConnectorError
from lineage.facts import Fact, SystemFact
from lineage.hand import Act

IDENTITY: Final = "file permissions"
_PREFIX: Final = "sqlite:///"


class SqliteSettings(Settings):
    """Where the file is."""

    url: str = Field(min_length=1, max_length=4096, repr=False)
    """`sqlite:///relative/path.db`, `sqlite:////absolute/path.db`, or the path alone."""

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
        path = SqliteSettings.model_validate(settings.model_dump()).path
    except (OSError, ValueError, RuntimeError):
        raise ConnectorError(f"{context.source}: this is no path; is the connector's url right?") from None
    namespace = namespace_of(path)
    with open_file(path, context) as database:
        session = Session(context, IDENTITY, TRAITS, database.execute, batches=database.batches)
        for task in tasks:
            yield from _answer(database, session, namespace, task)
        session.cost.queries = database.queries
        yield session.bill()


def namespace_of(path: Path) -> str:
    """Give a name for a file that is the same wherever it is read from on a machine and does not tell where it lies."""
    return "sqlite://" + hashlib.sha256(str(path.resolve()).encode("utf-8", "surrogateescape")).hexdigest()[:12]


def _answer(database: Database, session: Session, namespace: str, task: Task) -> Iterator[Fact]:
    match task:
        case Structure():
            seen = session.seen("sqlite_schema")
            yield SystemFact(seen, namespace, "SQLite", sqlite3.sqlite_version, complete_catalogue=True)
            try:
                yield from read_structure(database, session, namespace, task)
            except Failed as failed:
                raise ConnectorError(
                    f"{session.context.source}: the catalogue cannot be read ({failed.reason}); {failed.settle}"
                ) from None
        case Profile():
            yield from read_profile(session, task, rows_estimate(database, task.relation.name))
        case Sample():
            yield from read_sample(affordable(session, task), task, key_of(database, task.relation.name))
        case Stream():
            yield from read_stream(session, task, rows_estimate(database, task.relation.name))
        case Attempt():
            why = Failed("SQLite has no identities", "review who may read the file where it lies")
            yield session.unseen("access", why, task.relation.name)


def _act(settings: BaseModel, act: Act, context: Context) -> int:
    """Do one thing with a test subject."""
    return acted_in_file(SqliteSettings.model_validate(settings.model_dump()).path, act, context)


CONNECTOR = Connector("sqlite", SqliteSettings, read, schemes=("sqlite",), hand=_act)
