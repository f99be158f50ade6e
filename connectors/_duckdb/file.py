"""A DuckDB file, attached read-only to an in-memory DuckDB of ours that can reach nothing else.

No extension is loaded or fetched, no file is read or written but the one that was attached, nothing is spilled to
disk, and the settings are locked before anything of the file is looked at: a view that reads another file is refused.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from connectors._sql import Failed, rendered
from lineage.context import Context
from lineage.errors import ConnectorError

if TYPE_CHECKING:
    import duckdb
    from sqlalchemy import Select

ATTACHED: Final = "audited"
"""What the file is called inside: its own name may be one that DuckDB keeps for itself."""
_CONFIG: Final = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "memory_limit": "1GB",
    "temp_directory": "",
}
_REASONS: Final = {
    "InterruptException": ("statement timeout", "raise the source's budget of seconds"),
    "OutOfMemoryException": ("out of memory", "narrow the dataset, or measure fewer fields"),
    "PermissionException": (
        "it reads something outside of the file",
        "make what it reads a source of its own, or keep it in the file",
    ),
    "ConversionException": ("a value does not fit the type", ""),
    "InvalidInputException": ("a value does not fit the type", ""),
    "OutOfRangeException": ("a value is out of range", ""),
    "BinderException": ("its columns or types do not fit", ""),
    "CatalogException": ("it names what is not there", ""),
}
_MENDED: Final = "mend what the plan says of it, or the dataset itself, and scan again"
_FINAL: Final = frozenset({"InterruptException", "FatalException"})


@dataclass(slots=True)
class Database:
    """An attached file, read-only and bounded in time."""

    connection: duckdb.DuckDBPyConnection
    seconds: float
    queries: int = 0

    def rows(self, text: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Run one of our own statements.

        Raises:
            Failed: with a class only.
        """
        import duckdb

        self.queries += 1
        alarm = threading.Timer(max(self.seconds, 0.001), self.connection.interrupt)
        alarm.start()
        try:
            found: list[tuple[Any, ...]] = self.connection.execute(text, list(parameters)).fetchall()
        # RuntimeError: text that is no Unicode, as DuckDB's binding takes it.
        except (duckdb.Error, ValueError, OverflowError, RuntimeError) as error:
            raise refused(error) from None
        finally:
            alarm.cancel()
        return found

    def execute(self, statement: Select[Any]) -> Sequence[Sequence[Any]]:
        """Run a statement of expressions.

        Raises:
            Failed: with a class only.
        """
        from sqlalchemy.dialects import postgresql

        dialect = postgresql.dialect(paramstyle="numeric_dollar")  # type: ignore[no-untyped-call]  # SQLAlchemy's own
        return self.rows(*rendered(statement, dialect))

    def batches(self, statement: Select[Any], size: int) -> Iterator[Sequence[Sequence[Any]]]:
        """Run a statement of expressions and give its rows so many at a time.

        Raises:
            Failed: with a class only.
        """
        import duckdb
        from sqlalchemy.dialects import postgresql

        dialect = postgresql.dialect(paramstyle="numeric_dollar")  # type: ignore[no-untyped-call]  # SQLAlchemy's own
        text, parameters = rendered(statement, dialect)
        self.queries += 1
        alarm = threading.Timer(max(self.seconds, 0.001), self.connection.interrupt)
        alarm.start()
        try:
            cursor = self.connection.execute(text, list(parameters))
            while batch := cursor.fetchmany(size):
                yield batch
        except (duckdb.Error, ValueError, OverflowError, RuntimeError) as error:
            raise refused(error) from None
        finally:
            alarm.cancel()


@contextmanager
def open_file(path: Path, context: Context, threads: int = 2) -> Iterator[Database]:
    """Open a file for reading.

    Raises:
        ConnectorError: it is not there, no DuckDB database, or another process writes to it.
    """
    import duckdb

    connection = duckdb.connect(":memory:", config={**_CONFIG, "threads": str(threads)})
    try:
        _attach(connection, path, context)
        yield Database(connection, context.budget.seconds)
    finally:
        connection.close()


def refused(error: BaseException) -> Failed:
    """Reduce what DuckDB raised to a class: its text quotes values and names of files."""
    name = type(error).__name__
    said, settle = _REASONS.get(name, ("", ""))
    return Failed(f"{said} ({name})" if said else name, settle or _MENDED, final=name in _FINAL)


def quoted(identifier: str) -> str:
    """Quote an identifier."""
    return '"' + identifier.replace('"', '""') + '"'


def _attach(connection: duckdb.DuckDBPyConnection, path: Path, context: Context) -> None:
    import duckdb

    try:
        if not path.is_file():
            raise _cannot(context, "no such file")
        place = str(path).replace("'", "''")
        connection.execute(f"ATTACH '{place}' AS {ATTACHED} (TYPE duckdb, READ_ONLY)")
        connection.execute(f"USE {ATTACHED}")
        for setting in ("TimeZone = 'UTC'", "enable_external_access = false", "lock_configuration = true"):
            connection.execute(f"SET {setting}")
    except duckdb.Error as error:
        # DuckDB says by its text alone that somebody holds the lock; the text names the file and stays here.
        held = isinstance(error, duckdb.IOException) and "lock" in str(error).lower()
        if held or type(error).__name__ == "ResourceInUseException":
            why = f"{context.source}: the DuckDB file is open for writing elsewhere"
            raise ConnectorError(f"{why}; close that, or copy the file, and scan again") from None
        raise _cannot(context, type(error).__name__) from None
    except (OSError, ValueError, RuntimeError) as error:
        raise _cannot(context, type(error).__name__) from None


def _cannot(context: Context, reason: str) -> ConnectorError:
    return ConnectorError(f"{context.source}: cannot read the DuckDB file ({reason}); is the connector's url right?")
