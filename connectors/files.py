"""Files in a local folder: CSV, JSON Lines and Parquet, each pattern a dataset, read through DuckDB.

See docs/connectors/files.md for what is read, what is not, and how types and names of files are told.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Literal
from urllib.parse import unquote, urlsplit

from pydantic import BaseModel, Field

from connectors._files.blocks import draw_lines, draw_records
from connectors._files.dated import dated_folders, holds_a_record
from connectors._files.footer import draw_groups, read_footers, row_count
from connectors._files.open import Folder, Opened, open_files, open_folder
from connectors._files.types import Typed, contents_of, fields_of, traits_of
from connectors._names import nearest
from connectors._patterns import (
    FILE_TIME_ERROR,
    FORMATS,
    MAX_FILES,
    Found,
    Listing,
    files_below,
    format_of,
    matching,
    patterns_of,
)
from connectors._sql import Failed, Session
from connectors._tasks.profile import read_profile
from connectors._tasks.sample import read_sample
from connectors._tasks.sample_blocks import Draw
from connectors._tasks.stream import read_stream
from lineage.connector import Attempt, Connector, Profile, Relation, Sample, Settings, Stream, Structure, Task
from lineage.context import Context
from lineage.errors import ConnectorError
from lineage.facts import AbsentFact, DatasetFact, Fact, FieldFact, ResolvedFact, SystemFact, UnseenFact
from lineage.model import DatasetKind, Name

IDENTITY: Final = "file permissions"
_ROWS_WITHOUT_COUNTING: Final = 20_000
_BYTES_A_ROW: Final = 20
_PACKED: Final = 5
"""How much larger compressed text is when it is read."""


class FilesSettings(Settings):
    """Where the files are."""

    path: str = Field(min_length=1, max_length=4096, repr=False)
    """A local folder, or one file."""
    format: Literal["csv", "jsonl", "json", "parquet"] | None = None
    """For files whose ending does not say it."""


@dataclass(slots=True)
class Reading:
    """One read of a folder: what lies there, and what was opened of it."""

    settings: FilesSettings
    context: Context
    namespace: str
    listing: Listing
    folder: Folder
    session: Session

    def named(self, pattern: str) -> Name:
        """Give the dataset of a pattern."""
        return Name(self.namespace, (pattern,))

    def of(self, name: Name) -> tuple[Found, ...]:
        """Give the files of a dataset."""
        return matching(self.listing.files, name.path[-1])

    def kind(self, files: Sequence[Found]) -> str:
        """Give the format of a dataset's files.

        Raises:
            Failed: it is not known, or there are several.
        """
        kinds = {self.settings.format or format_of(file) for file in files}
        if len(kinds) != 1 or None in kinds:
            raise Failed("the format of the files is not known", "give each format a pattern, or set the format")
        return str(next(iter(kinds)))

    def open(self, name: Name, table: str) -> Opened:
        """Make a dataset's files known to DuckDB as `table`.

        Raises:
            Failed: they cannot be read, or are gone.
        """
        files = self.of(name)
        if not files:
            raise Failed("no such file", "put the files where the plan says, and scan again")
        if self.listing.closed and set("*?") & set(name.path[-1]):
            raise self.listing.hidden("files of it")
        return open_files(self.folder, files, self.kind(files), table)


def read(settings: BaseModel, tasks: Sequence[Task], context: Context) -> Iterator[Fact]:
    """Answer tasks from one folder.

    Raises:
        ConnectorError: there is no such folder; the message does not name it.
    """
    checked = FilesSettings.model_validate(settings.model_dump())
    root = _root(checked, context)
    namespace = "file://" + hashlib.sha256(str(root).encode("utf-8", "surrogateescape")).hexdigest()[:12]
    with open_folder(root if root.is_dir() else root.parent, context.budget.seconds) as folder:
        session = Session(context, IDENTITY, traits_of({}, text=False), folder.execute)
        reading = Reading(checked, context, namespace, files_below(root), folder, session)
        for number, task in enumerate(tasks):
            yield from _answer(reading, task, f"t{number}")
        session.cost.queries += folder.queries
        yield session.bill()


def _root(settings: FilesSettings, context: Context) -> Path:
    if "://" in settings.path:
        raise ConnectorError(f"{context.source}: files are read from local folders only; copy them here, or mount them")
    try:
        root = Path(settings.path).expanduser().resolve(strict=True)
    except (OSError, RuntimeError, ValueError) as error:
        why = f"{context.source}: the folder cannot be read ({type(error).__name__}); is the connector's path right?"
        raise ConnectorError(why) from None
    return root


def _answer(reading: Reading, task: Task, table: str) -> Iterator[Fact]:
    match task:
        case Structure():
            yield from _structure(reading, task, table)
        case Profile():
            yield from _profile(reading, task, table)
        case Sample():
            yield from _sample(reading, task, table)
        case Stream():
            yield from _stream(reading, task, table)
        case Attempt():
            why = Failed("files have no grants", "review who may read the folder where it lies")
            yield reading.session.unseen("access", why, task.relation.name)


def _structure(reading: Reading, task: Structure, table: str) -> Iterator[Fact]:
    seen, listing = reading.session.seen("file system"), reading.listing
    yield SystemFact(seen, reading.namespace, "files", "", complete_catalogue=listing.whole)
    reason = "files have no grants; file permissions are all there is"
    yield UnseenFact(seen, "access", reason, "review who may read the folder where it lies")
    if len(listing.files) >= MAX_FILES:
        why = f"more than {MAX_FILES:,} files: the rest was not looked at"
        yield UnseenFact(seen, "structure", why, "name a folder further down")
    if listing.closed:
        hidden = listing.hidden("files of it")
        yield UnseenFact(seen, "structure", hidden.reason, hidden.settle)
    told = list(patterns_of([file for file in listing.files if reading.settings.format or format_of(file)]))
    patterns = {reads for reads in task.targets.values() if matching(listing.files, reads)}
    for number, pattern in enumerate(sorted(patterns) if task.targets else told):
        yield from _described(reading, reading.named(pattern), f"{table}_{number}_")
    for dataset, reads in task.targets.items():
        if reads in patterns:
            yield ResolvedFact(seen, dataset, reading.named(reads))
        else:
            yield AbsentFact(seen, dataset, reads, proven=listing.whole, nearest=nearest(reads, told))


def _described(reading: Reading, name: Name, table: str) -> Iterator[Fact]:
    files = reading.of(name)
    seen = reading.session.seen("file system")
    fields: Sequence[Typed] = ()
    rows = None if any(file.size for file in files) else 0
    try:
        opened = reading.open(name, table)
        yield from _remarks(reading, name, opened)
        fields = tuple(fields_of(reading.folder, table))
        typed = reading.kind(files) == "parquet"
        limit = None if typed or _rows_by_size(files) <= reading.context.budget.rows else _ROWS_WITHOUT_COUNTING
        contents = contents_of(reading.folder, table, limit=limit, typed=typed)
        fields, rows = contents.fields, contents.rows if limit is None else _rows_by_size(files)
        reading.session.cost.rows += contents.rows
    except Failed as failed:
        yield reading.session.unseen("structure", failed, name)
    changed = datetime.fromtimestamp(max(file.changed for file in files), UTC)
    size = sum(file.size for file in files)
    yield DatasetFact(
        seen,
        name,
        DatasetKind.FILE,
        rows,
        changed_at=changed,
        size_bytes=size,
        parts=len(files),
        changed_by="file time",
        changed_error=FILE_TIME_ERROR,
    )
    for position, item in enumerate(fields, start=1):
        yield FieldFact(reading.session.seen("file"), name.at(*item.path), position, item.type)
    yield from _dated(reading, name, files, fields)


def _dated(reading: Reading, name: Name, files: Sequence[Found], fields: Sequence[Typed]) -> Iterator[Fact]:
    # What could not be listed could be the newest; what could not be opened may have a field of that name.
    if not reading.listing.whole or not fields:
        return
    names, kind = {item.path[0] for item in fields}, reading.kind(files)

    def holds(file: Found) -> bool | None:
        return holds_a_record(file, kind)

    seen = reading.session.seen("file system")
    told = dated_folders(seen, name, files, holds, names, reading.context.now)
    if told is not None:
        yield told


def _remarks(reading: Reading, name: Name, opened: Opened) -> Iterator[Fact]:
    if opened.headers > 1:
        why = Failed(
            f"the files have {opened.headers} different headers; a field that a file lacks is null there",
            "give files with other headers a pattern of their own",
        )
        yield reading.session.unseen("structure", why, name)
    if not opened.named:
        why = Failed("a file has no header; its columns are called by their place", "write a header of names")
        yield reading.session.unseen("structure", why, name)
    if opened.empty:
        why = Failed(f"of the files, {opened.empty:,} hold nothing", "write at least a header or a record")
        yield reading.session.unseen("structure", why, name)


def _rows_by_size(files: Sequence[Found]) -> int:
    """Guess how many rows files of text have, from their size alone."""
    return sum(file.size * (1 if file.path.suffix.lower() in FORMATS else _PACKED) for file in files) // _BYTES_A_ROW


def _profile(reading: Reading, task: Profile, table: str) -> Iterator[Fact]:
    name = task.relation.name
    files = reading.of(name)
    try:
        parquet = bool(files) and reading.kind(files) == "parquet"
        if parquet and (facts := read_footers(reading.session, task, files)) is not None:
            yield from facts
            return
        estimate = row_count(files) if parquet else _rows_by_size(files)
        tables = _opened(reading, [task.relation, *task.joined.values()], table)
    except Failed as failed:
        yield reading.session.unseen("data", failed, name)
        return
    yield from read_profile(_session(reading, tables, text=False), task, estimate)


def _sample(reading: Reading, task: Sample, table: str) -> Iterator[Fact]:
    files = reading.of(task.relation.name)
    try:
        tables = _opened(reading, [task.relation, *task.joined.values()], table)
        draw = _draw(reading, files, f"{table}_g", tables[task.relation.name])
    except Failed as failed:
        yield reading.session.unseen("sample", failed, task.relation.name)
        return
    yield from read_sample(_session(reading, tables, text=task.where is None), task, draw)


def _draw(reading: Reading, files: Sequence[Found], table: str, opened: str) -> Draw | None:
    """Give how a part of very large files is drawn."""
    match reading.kind(files):
        case "parquet":
            return draw_groups(reading.folder, files, table)
        case "csv":
            return draw_lines(reading.folder, files, table, _rows_by_size(files))
        case "jsonl":
            return draw_records(reading.folder, files, opened, _rows_by_size(files))
        case _:
            return None


def _stream(reading: Reading, task: Stream, table: str) -> Iterator[Fact]:
    files = reading.of(task.relation.name)
    try:
        parquet = bool(files) and reading.kind(files) == "parquet"
        estimate = row_count(files) if parquet else _rows_by_size(files)
        tables = _opened(reading, [task.relation, *task.joined.values()], table)
    except Failed as failed:
        yield reading.session.unseen("data", failed, task.relation.name)
        return
    yield from read_stream(_session(reading, tables, text=False), task, estimate)


def _opened(reading: Reading, relations: Sequence[Relation], table: str) -> Mapping[Name, str]:
    tables: dict[Name, str] = {}
    for relation in relations:
        if relation.name not in tables:
            tables[relation.name] = f"{table}_{len(tables)}_"
            reading.open(relation.name, tables[relation.name])
    return tables


def _session(reading: Reading, tables: Mapping[Name, str], *, text: bool) -> Session:
    mine = reading.session
    traits, folder = traits_of(tables, text=text), reading.folder
    return Session(mine.context, mine.identity, traits, folder.execute, mine.cost, folder.batches)


def _from_url(url: str) -> Mapping[str, object]:
    return {"path": unquote(urlsplit(url).path) if url.startswith("file://") else url}


CONNECTOR = Connector("files", FilesSettings, read, schemes=("file",), from_url=_from_url)
