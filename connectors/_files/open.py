"""Files of one pattern as one table of an in-memory DuckDB that can read the folder and nothing else.

No extension is loaded or fetched, nothing is spilled to disk, the settings are locked. Every cell of a CSV file is read
as text and no format is guessed by DuckDB, since its guesses (a date by its look, a first row by its types) can be
wrong in silence; what types the columns have is found in `connectors._files.types`.
"""

from __future__ import annotations

import csv
import gzip
import io
import re
import threading
import zlib
from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from connectors._files.json import literal, read_json
from connectors._patterns import Found
from connectors._sql import Failed, rendered
from lineage.spare import lay_by, taken

if TYPE_CHECKING:
    import duckdb
    from sqlalchemy import Select

_HEAD_BYTES: Final = 65_536
_DELIMITERS: Final = ",;\t|"
_READ: Final = "one_read"
"""The database in which a read makes its tables."""
_MENDED: Final = "mend or move the file that is broken, and scan again"
_NOT_A_HEADER: Final = re.compile(r"@|^[\W\d_]*$|^\s*[-+]?\d|\d{4,}|.{101,}")
"""A first row with such a cell is taken for data: headers become names in facts, and data must not."""


@dataclass(frozen=True, slots=True)
class Opened:
    """What became of the files of a pattern when they were opened."""

    headers: int = 1
    """How many different headers they have."""
    empty: int = 0
    """Files without a byte."""
    named: bool = True
    """The columns have names of their own."""


@dataclass(slots=True)
class Folder:
    """A locked in-memory DuckDB that may read below a folder."""

    connection: duckdb.DuckDBPyConnection
    seconds: float
    queries: int = 0

    def execute(self, statement: Select[Any]) -> Sequence[Sequence[Any]]:
        """Run a statement of expressions.

        Raises:
            Failed: with a class only.
        """
        import duckdb
        from sqlalchemy.dialects import postgresql

        dialect = postgresql.dialect(paramstyle="numeric_dollar")  # type: ignore[no-untyped-call]  # SQLAlchemy's own
        text, parameters = rendered(statement, dialect)
        self.queries += 1
        with self.bounded():
            try:
                found: list[tuple[Any, ...]] = self.connection.execute(text, parameters).fetchall()
            # RuntimeError: text that is no Unicode, as DuckDB's binding takes it.
            except (duckdb.Error, ValueError, OverflowError, RuntimeError) as error:
                raise refused(error) from None
        return found

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
        with self.bounded():
            try:
                cursor = self.connection.execute(text, parameters)
                while batch := cursor.fetchmany(size):
                    yield batch
            except (duckdb.Error, ValueError, OverflowError, RuntimeError) as error:
                raise refused(error) from None

    @contextmanager
    def bounded(self) -> Iterator[None]:
        """Interrupt what runs inside when the time is up."""
        alarm = threading.Timer(max(self.seconds, 0.001), self.connection.interrupt)
        alarm.start()
        try:
            yield
        finally:
            alarm.cancel()


@contextmanager
def open_folder(root: Path, seconds: float) -> Iterator[Folder]:
    """Give a DuckDB that can read below `root` only, with nothing in it; the next read of a scan may have it after."""
    import duckdb

    key = ("duckdb", str(root))
    engine = _engine(key, root)
    clean = False
    try:
        connection = engine.cursor()
        try:
            connection.execute(f"USE {_READ}")
            yield Folder(connection, seconds)
        finally:
            connection.close()
        with suppress(duckdb.Error):
            engine.execute(f"DETACH {_READ}")
            clean = True
    finally:
        if clean:
            lay_by(key, engine)
        else:
            engine.close()


def _engine(key: Hashable, root: Path) -> duckdb.DuckDBPyConnection:
    """Give a DuckDB with an empty database for one read: what is made of files and records goes with it.

    To start one takes 15 ms of processor time, more than most reads of a file do: the one that an earlier read of the
    scan laid by is taken, where there is one.
    """
    import duckdb

    for start in (lambda: taken(key), lambda: _started(root)):
        engine = start()
        if isinstance(engine, duckdb.DuckDBPyConnection):
            with suppress(duckdb.Error):
                engine.execute(f"ATTACH ':memory:' AS {_READ}")
                return engine
            engine.close()
    raise AssertionError("a DuckDB that was just started takes no database")


def _started(root: Path) -> duckdb.DuckDBPyConnection:
    import duckdb

    connection = duckdb.connect(
        ":memory:",
        config={
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "threads": 2,
            "memory_limit": "1GB",
            "temp_directory": "",
        },
    )
    try:
        connection.execute(f"SET allowed_directories = [{literal(str(root))}]")
        # For every cursor: what is set without GLOBAL is for this connection alone.
        connection.execute("SET GLOBAL TimeZone = 'UTC'")
        connection.execute("SET enable_external_access = false")
        connection.execute("SET lock_configuration = true")
    except BaseException:
        connection.close()
        raise
    return connection


def open_files(folder: Folder, files: Sequence[Found], kind: str, table: str) -> Opened:
    """Make the files known as a table (a view: nothing is kept).

    Raises:
        Failed: they cannot be read as what they should be.
    """
    import duckdb

    full = [file for file in files if file.size]
    if not full:
        raise Failed("the files are empty", "write at least a header or a record")
    empty = len(files) - len(full)
    folder.queries += 1
    with folder.bounded():
        try:
            if kind == "csv":
                return _open_csv(folder.connection, full, table, empty)
            paths = [_path(file) for file in full]
            if kind == "parquet":
                relation = folder.connection.read_parquet(paths, union_by_name=True, hive_partitioning=False)
            else:
                form = "newline_delimited" if kind == "jsonl" else "auto"
                relation = read_json(folder.connection, paths, form)
            relation.create_view(table)
        except (duckdb.Error, OSError, EOFError, zlib.error, ValueError) as error:
            raise refused(error) from None
    return Opened(empty=empty)


def numbered(folder: Folder, file: Found, view: str) -> None:
    """Make a Parquet file known as a view whose rows have their number as `file_row_number`.

    Raises:
        Failed: it cannot be read.
    """
    import duckdb

    folder.queries += 1
    with folder.bounded():
        try:
            relation = folder.connection.read_parquet([_path(file)], file_row_number=True, hive_partitioning=False)
            relation.create_view(view, replace=True)
        except duckdb.Error as error:
            raise refused(error) from None


def refused(error: BaseException) -> Failed:
    """Reduce what DuckDB raised to a class: its text quotes lines of the files."""
    name = type(error).__name__
    said = {
        "InvalidInputException": "a line or a file is broken",
        "ConversionException": "a value does not fit the type",
        "InterruptException": "out of time",
        "OutOfMemoryException": "out of memory",
        "BinderException": "these types cannot be compared",
        "IOException": "a file cannot be read",
        "PermissionException": "the file lies outside of the folder",
        "UnicodeDecodeError": "a file is not UTF-8",
        "BadGzipFile": "a compressed file is broken",
        "EOFError": "a compressed file is broken",
        "PermissionError": "permission denied",
    }.get(name)
    final = name == "InterruptException"
    settle = "raise the source's budget of seconds" if final else _MENDED
    if name == "UnicodeDecodeError":
        settle = "write the file in UTF-8, and scan again"
    return Failed(f"{said} ({name})" if said else name, settle, final=final)


def not_a_name(text: str) -> bool:
    """Tell whether a header or a key looks like a value; it must not become a name in a fact."""
    return _NOT_A_HEADER.search(text) is not None


def header_of(file: Found) -> tuple[tuple[str, ...], str, bool]:
    """Give the column names of a CSV file, its delimiter, and whether its first row is a header.

    Raises:
        UnicodeDecodeError: it is not UTF-8.
        OSError, EOFError, zlib.error: it cannot be read.
    """
    opened = gzip.open if file.path.suffix.lower() == ".gz" else Path.open
    with opened(file.path, "rb") as stream:
        head = stream.read(_HEAD_BYTES)
    # The last character may be cut in two.
    text = head.decode("utf-8-sig", "strict") if len(head) < _HEAD_BYTES else _decoded(head)
    first = text.splitlines()[0] if text.strip() else ""
    counts = Counter(letter for letter in first if letter in _DELIMITERS)
    delimiter = "\t" if "\t" in counts else max(_DELIMITERS, key=lambda letter: counts[letter])
    cells = next(csv.reader(io.StringIO(text), delimiter=delimiter), [])
    named = bool(cells) and not any(not_a_name(cell) for cell in cells if cell) and any(cells)
    return _unique(cells if named else [""] * len(cells)), delimiter, named


def _open_csv(connection: duckdb.DuckDBPyConnection, files: Sequence[Found], table: str, empty: int) -> Opened:
    groups: dict[tuple[tuple[str, ...], str, bool], list[str]] = {}
    for file in files:
        groups.setdefault(header_of(file), []).append(_path(file))
    names: list[str] = []
    for (columns, delimiter, named), paths in groups.items():
        if not columns:
            continue
        names.append(f"{table}_{len(names)}")
        connection.read_csv(
            paths,
            columns=dict.fromkeys(columns, "VARCHAR"),
            auto_detect=False,
            header=named,
            sep=delimiter,
            quotechar='"',
            escapechar='"',
            hive_partitioning=False,
        ).create_view(names[-1])
    if not names:
        raise Failed("the files are empty", "write at least a header or a record")
    # The names are ours: a letter and numbers.
    union = " UNION ALL BY NAME ".join(f"SELECT * FROM {name}" for name in names)  # noqa: S608 - names made here
    connection.execute(f"CREATE VIEW {table} AS {union}")
    return Opened(len({columns for columns, _, _ in groups}), empty, all(named for _, _, named in groups))


def _path(file: Found) -> str:
    """Give the path so that DuckDB takes it as it is: `*` in a file's name is no pattern."""
    return re.sub(r"([*?\[])", r"[\1]", str(file.path))


def _decoded(head: bytes) -> str:
    for cut in range(4):
        try:
            return head[: len(head) - cut].decode("utf-8-sig")
        except UnicodeDecodeError:
            if cut == 3:
                raise
    return ""


def _unique(cells: Sequence[str]) -> tuple[str, ...]:
    """Give every column a name of its own; DuckDB tells no case apart."""
    taken: set[str] = set()
    names = []
    for position, cell in enumerate(cells):
        name, number = cell.strip() or f"column{position}", 1
        while name.casefold() in taken:
            number += 1
            name = f"{cell.strip() or f'column{position}'}_{number}"
        taken.add(name.casefold())
        names.append(name)
    return tuple(names)
