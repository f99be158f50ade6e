"""A SQLite file, opened so that nothing beside it changes either: no journal, no shared memory, no write.

A plain `mode=ro` is not enough: of a database in WAL mode it makes two files beside it. Such a database is read as it
lies where no writer has it open, by the writer's own shared memory where one has, and not at all where a writer died.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from connectors._sql import Failed, failed_by, rendered
from lineage.context import Context
from lineage.errors import ConnectorError

if TYPE_CHECKING:
    from sqlalchemy import Select

_HEADER_BYTES: Final = 100
_WAL_BYTE: Final = 19
_STEPS_BETWEEN_LOOKS: Final = 20_000
_ALLOWED: Final = frozenset(
    {
        sqlite3.SQLITE_SELECT,
        sqlite3.SQLITE_READ,
        sqlite3.SQLITE_FUNCTION,
        sqlite3.SQLITE_RECURSIVE,
        sqlite3.SQLITE_TRANSACTION,
    }
)
_PRAGMAS: Final = frozenset(
    {"table_xinfo", "index_list", "index_info", "page_count", "page_size"}
    # What views may ask besides: they tell of the same catalogue.
    | {"table_info", "table_list", "index_xinfo", "foreign_key_list"}
)
_INNOCUOUS: Final = 0x200000
_JSON: Final = ("json", "->")
"""How the names of SQLite's own functions on JSON begin; releases before 3.42 did not mark them as innocuous."""


@dataclass(slots=True)
class Database:
    """An open file, read-only and bounded in time."""

    connection: sqlite3.Connection
    seconds: float
    queries: int = 0

    def rows(self, text: str, parameters: Any = ()) -> list[tuple[Any, ...]]:
        """Run one of our own statements.

        Raises:
            Failed: with class and code only.
        """
        self.queries += 1
        deadline = time.monotonic() + self.seconds
        self.connection.set_progress_handler(lambda: int(time.monotonic() > deadline), _STEPS_BETWEEN_LOOKS)
        try:
            return self.connection.execute(text, parameters).fetchall()
        except (sqlite3.Error, OverflowError, ValueError) as error:
            raise failed_by(error) from None

    def execute(self, statement: Select[Any]) -> Sequence[Sequence[Any]]:
        """Run a statement of expressions.

        Raises:
            Failed: with class and code only.
        """
        from sqlalchemy.dialects import sqlite

        return self.rows(*rendered(statement, sqlite.dialect()))

    def batches(self, statement: Select[Any], size: int) -> Iterator[Sequence[Sequence[Any]]]:
        """Run a statement of expressions and give its rows so many at a time.

        Raises:
            Failed: with class and code only.
        """
        from sqlalchemy.dialects import sqlite

        self.queries += 1
        deadline = time.monotonic() + self.seconds
        self.connection.set_progress_handler(lambda: int(time.monotonic() > deadline), _STEPS_BETWEEN_LOOKS)
        try:
            cursor = self.connection.execute(*rendered(statement, sqlite.dialect()))
            while batch := cursor.fetchmany(size):
                yield batch
        except (sqlite3.Error, OverflowError, ValueError) as error:
            raise failed_by(error) from None


@contextmanager
def open_file(path: Path, context: Context) -> Iterator[Database]:
    """Open a file for reading.

    Raises:
        ConnectorError: it is not there, no SQLite database, or cannot be read without changing something.
    """
    try:
        mode = _mode(path, context)
        uri = f"file:{quote(str(path))}?mode=ro{mode}"
        connection = sqlite3.connect(uri, uri=True, timeout=5, isolation_level=None, check_same_thread=False)
    except (OSError, ValueError, sqlite3.Error) as error:
        raise _cannot(context, failed_by(error).reason) from None
    try:
        # What is not UTF-8 is read all the same: it must neither fail a column nor hide from a detector.
        connection.text_factory = lambda data: data.decode("utf-8", "replace")
        # `trusted_schema = OFF` would refuse JSON in views, which then seem not to compile. What it is for is done
        # by the authorizer: whatever a view calls, functions are SQLite's own and innocuous, and nothing is written.
        for setting in ("query_only = ON", "trusted_schema = ON", "cell_size_check = ON", "mmap_size = 0"):
            connection.execute(f"PRAGMA {setting}")
        connection.set_authorizer(_Authority(_harmless(connection)))
        database = Database(connection, context.budget.seconds)
        try:
            database.rows("SELECT count(*) FROM sqlite_master")
        except Failed as failed:
            raise _cannot(context, failed.reason) from None
        yield database
    except sqlite3.Error as error:
        raise _cannot(context, failed_by(error).reason) from None
    finally:
        connection.close()


def _mode(path: Path, context: Context) -> str:
    if not path.is_file():
        raise _cannot(context, "no such file")
    with path.open("rb") as file:
        header = file.read(_HEADER_BYTES)
    if len(header) <= _WAL_BYTE or header[_WAL_BYTE] != 2:
        return ""
    log, memory = (path.with_name(path.name + end) for end in ("-wal", "-shm"))
    if not log.exists() or log.stat().st_size == 0:
        return "&immutable=1"
    if not memory.exists():
        why = "a writer ended without closing it, and reading its log would write beside it"
        raise ConnectorError(f"{context.source}: {why}; open it once with its own application and scan again")
    return "&readonly_shm=1"


def _harmless(connection: sqlite3.Connection) -> frozenset[str]:
    """Give the names of the functions that have no effect and tell nothing but of what they are given."""
    listed = connection.execute("SELECT name, flags FROM pragma_function_list WHERE builtin").fetchall()
    return frozenset(name.lower() for name, flags in listed if flags & _INNOCUOUS or name.lower().startswith(_JSON))


@dataclass(frozen=True, slots=True)
class _Authority:
    """Let reads pass and nothing else, whatever a view or a virtual table of the file asks for."""

    functions: frozenset[str]

    def __call__(self, action: int, first: str | None, second: str | None, _schema: str | None, _by: str | None) -> int:
        if action == sqlite3.SQLITE_PRAGMA:
            return sqlite3.SQLITE_OK if first in _PRAGMAS else sqlite3.SQLITE_DENY
        if action == sqlite3.SQLITE_UPDATE and first == "sqlite_master":
            # SQLite's own, in memory, when a virtual table makes itself known; the file is mode=ro
            return sqlite3.SQLITE_OK
        if action == sqlite3.SQLITE_FUNCTION and (second or "").lower() not in self.functions:
            return sqlite3.SQLITE_DENY
        return sqlite3.SQLITE_OK if action in _ALLOWED else sqlite3.SQLITE_DENY


def _cannot(context: Context, reason: str) -> ConnectorError:
    return ConnectorError(f"{context.source}: cannot read the SQLite file ({reason}); is the connector's url right?")
