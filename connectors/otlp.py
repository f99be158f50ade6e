"""Traces of a workflow's runs, from files of OTLP in JSON or of Langfuse: what really ran, with what, how long.

See docs/connectors/otlp.md for the dialects, for what is told and for what stays in this process.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NoReturn

from pydantic import BaseModel, Field

from connectors._documents.table import documents_traits
from connectors._files.open import Folder, open_folder
from connectors._names import nearest
from connectors._otlp.facts import Gathered
from connectors._otlp.files import ENDINGS, MAX_SPANS, Counts, spans_of
from connectors._otlp.table import DATASETS, Table
from connectors._patterns import MAX_FILES, Found, files_below
from connectors._sql import Failed, Session, Traits
from connectors._tasks.profile import read_profile
from connectors._tasks.sample import read_sample
from connectors._tasks.stream import read_stream
from lineage.connector import Attempt, Connector, Profile, Relation, Sample, Settings, Stream, Structure, Task
from lineage.context import Context
from lineage.errors import ConnectorError
from lineage.facts import AbsentFact, DatasetFact, Fact, FieldFact, ResolvedFact, SystemFact, UnseenFact
from lineage.model import DatasetKind, Name

IDENTITY: Final = "file permissions"


class OtlpSettings(Settings):
    """Where the traces are, and which of them are the workflow's."""

    path: str = Field(min_length=1, max_length=4096, repr=False)
    """A file, or a folder of files; local."""
    service: str | None = Field(default=None, max_length=256)
    """`service.name` of the workflow, where others write into the same store."""
    step: str | None = Field(default=None, max_length=256)
    """The attribute by which the runs name their steps; without it, spans' own names do."""


@dataclass(slots=True)
class Reading:
    """One read of the files."""

    context: Context
    settings: OtlpSettings
    namespace: str
    files: tuple[Found, ...]
    session: Session
    counts: Counts = field(default_factory=Counts)

    def read(self, datasets: Sequence[str], *, whole: bool = True) -> tuple[Gathered, dict[str, Table]]:
        """Read every span once: into what can be told of it, and into the tables that are asked for."""
        gathered = Gathered(self.settings.step)
        tables = {dataset: Table(dataset, whole=whole) for dataset in datasets}
        self.counts = Counts()
        budget = self.context.budget
        for span in spans_of(self.files, self.counts, min(MAX_SPANS, budget.rows), budget.seconds):
            if self.settings.service is None or span.service == self.settings.service:
                said = gathered.take(span)
                for table in tables.values():
                    table.take(span, said)
        self.session.cost.queries += len(self.files)
        self.session.cost.rows += self.counts.spans
        self.session.cost.bytes += self.counts.bytes
        return gathered, tables


def read(settings: BaseModel, tasks: Sequence[Task], context: Context) -> Iterator[Fact]:
    """Answer tasks from the files.

    Raises:
        ConnectorError: there is nothing to read; the message does not name the place.
    """
    checked = OtlpSettings.model_validate(settings.model_dump())
    root = _root(checked.path, context)
    files = _files(root, context)
    session = Session(context, IDENTITY, Traits(table=_no_table), lambda _statement: ())
    digest = hashlib.sha256(str(root).encode("utf-8", "surrogateescape")).hexdigest()[:12]
    reading = Reading(context, checked, f"otlp://{digest}", files, session)
    for number, task in enumerate(tasks):
        match task:
            case Structure():
                yield from _structure(reading, task)
            case Profile() | Sample() | Stream():
                yield from _rows(reading, task, root, f"t{number}")
            case Attempt():
                why = Failed("traces have no grants of their own", "review who may read them where they are kept")
                yield session.unseen("access", why, task.relation.name)
    yield session.bill()


def _no_table(_name: Name) -> NoReturn:
    raise Failed("no span was read", "scan again")


def _root(path: str, context: Context) -> Path:
    if "://" in path:
        raise ConnectorError(f"{context.source}: traces are read from local files only; export them to a folder here")
    try:
        return Path(path).expanduser().resolve(strict=True)
    except (OSError, RuntimeError, ValueError) as error:
        why = f"{context.source}: the traces cannot be read ({type(error).__name__}); is the connector's path right?"
        raise ConnectorError(why) from None


def _files(root: Path, context: Context) -> tuple[Found, ...]:
    listing = files_below(root)
    if listing.closed:
        hidden = listing.hidden("traces")
        raise ConnectorError(f"{context.source}: {hidden.reason}; {hidden.settle}")
    if len(listing.files) >= MAX_FILES:
        raise ConnectorError(f"{context.source}: there are more than {MAX_FILES:,} files; give a smaller folder")
    return tuple(file for file in listing.files if file.path.name.lower().endswith(ENDINGS) or root.is_file())


def _structure(reading: Reading, task: Structure) -> Iterator[Fact]:
    seen = reading.session.seen("traces")
    wanted = dict.fromkeys(reads for reads in task.targets.values() if reads in DATASETS)
    gathered, tables = reading.read(tuple(wanted) or ("spans",), whole=bool(wanted))
    counts = reading.counts
    complete = not counts.unread and not counts.left_out
    yield SystemFact(seen, reading.namespace, "OTLP traces", "", complete_catalogue=complete)
    reason = "traces have no grants of their own; file permissions are all there is"
    yield UnseenFact(seen, "access", reason, "review who may read them where they are kept")
    for table in tables.values():
        if table.rows:
            yield from _described(reading, table)
    for dataset, reads in task.targets.items():
        if reads in tables and tables[reads].rows:
            yield ResolvedFact(seen, dataset, Name(reading.namespace, (reads,)))
        else:
            yield AbsentFact(seen, dataset, reads, proven=complete, nearest=nearest(reads, DATASETS))
    yield from gathered.facts(seen, counts)


def _described(reading: Reading, table: Table) -> Iterator[Fact]:
    name = Name(reading.namespace, (table.dataset,))
    seen = reading.session.seen("traces")
    rows = None if table.more else table.count
    yield DatasetFact(seen, name, DatasetKind.FILE, rows, size_bytes=reading.counts.bytes, parts=len(reading.files))
    for position, (key, spelt) in enumerate(table.typed().items(), start=1):
        yield FieldFact(seen, name.at(key), position, spelt)
    if table.left_out:
        why = Failed(
            f"{table.left_out:,} names of attributes look like values, are many, or are named as what every span has",
            "give attributes names in plain words",
        )
        yield reading.session.unseen("structure", why, name)


def _rows(reading: Reading, task: Profile | Sample | Stream, root: Path, prefix: str) -> Iterator[Fact]:
    name = task.relation.name
    with _opened(reading, root) as folder:
        try:
            relations = (task.relation, *(task.joined.values()))
            tables = _tables(reading, relations)
            columns = {one: table.columns() for one, table in tables.items()}
            traits = documents_traits(folder, columns, prefix, text=isinstance(task, Sample) and task.where is None)
        except Failed as failed:
            yield reading.session.unseen("sample" if isinstance(task, Sample) else "data", failed, name)
            return
        mine = reading.session
        session = Session(mine.context, mine.identity, traits, folder.execute, mine.cost)
        match task:
            case Profile():
                yield from read_profile(session, task, len(tables[name].rows))
            case Sample():
                yield from read_sample(session, task)
            case Stream():
                yield from read_stream(session, task, len(tables[name].rows))


@contextmanager
def _opened(reading: Reading, root: Path) -> Iterator[Folder]:
    with open_folder(root if root.is_dir() else root.parent, reading.context.budget.seconds) as folder:
        yield folder
        reading.session.cost.queries += folder.queries


def _tables(reading: Reading, relations: Sequence[Relation]) -> dict[Name, Table]:
    """Read the datasets of a task.

    Raises:
        Failed: spans could not be read, which might answer otherwise.
    """
    names = {relation.name for relation in relations}
    _, tables = reading.read(tuple(sorted({name.path[-1] for name in names} & set(DATASETS))))
    if reading.counts.left_out:
        raise Failed(reading.counts.left_out, "raise the source's budget, or give a smaller sample of the traces")
    if missed := sum(reading.counts.unread.values()):
        raise Failed(f"{missed:,} entries could not be read", "export the traces again as OTLP in JSON")
    return {name: tables.get(name.path[-1], Table(name.path[-1])) for name in names}


CONNECTOR = Connector("otlp", OtlpSettings, read)
