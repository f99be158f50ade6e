"""Documents in a folder or an object store: text, PDF, Office and mail, each sub-folder or pattern a dataset.

See docs/connectors/documents.md for what is read, what is not, and what a document has by itself.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final, NoReturn
from urllib.parse import unquote

from pydantic import BaseModel, Field, SecretStr

from connectors._documents.folder import documents_among, documents_of, folders_of, links_out
from connectors._documents.remote import SCHEMES, objects_of
from connectors._documents.table import MODIFIED, OWN, Shelf, documents_traits, shelf_of, table_of
from connectors._files.open import Folder, open_folder
from connectors._names import nearest
from connectors._patterns import FILE_TIME_ERROR, MAX_FILES, Found, files_below
from connectors._sql import Failed, Session, Traits
from connectors._tasks.profile import read_profile
from connectors._tasks.sample import of_a_part, read_sample
from connectors._tasks.stream import read_stream
from lineage.connector import (
    Attempt,
    Connector,
    MeasureKind,
    Profile,
    Relation,
    Sample,
    Settings,
    Stream,
    Structure,
    Task,
)
from lineage.context import Context
from lineage.errors import ConnectorError
from lineage.facts import (
    AbsentFact,
    DatasetFact,
    Fact,
    FieldFact,
    ResolvedFact,
    SystemFact,
    UnseenFact,
)
from lineage.model import DatasetKind, Name
from lineage.predicate import Joined, Predicate, fields_of

if TYPE_CHECKING:
    import pyarrow as pa

IDENTITY: Final = "file permissions"
STORE: Final = "object store"
_CLOSED: Final = Failed(
    "documents have no grants; file permissions are all there is", "review who may read the folder where it lies"
)
_REMOTE_CLOSED: Final = Failed(
    "who may read the objects is the object store's own, and not read here",
    "review its policies there; those of a bucket of S3 are read by the connector `s3`",
)
_PREFIX: Final = "documents://"
_MENDED: Final = "mend them, or name the documents that are read by a pattern (policies/*.md), and scan again"


class DocumentsSettings(Settings):
    """Where the documents are."""

    path: str = Field(min_length=1, max_length=4096, repr=False)
    """A local folder, `documents:///` and one, or `s3://`, `gs://`, `az://` with a bucket and a prefix."""
    endpoint: str | None = Field(None, max_length=1024)
    """For `s3`: a server that is not Amazon's."""
    key: SecretStr | None = None
    """For `s3`: an access key; without one, what the environment holds is used."""
    secret: SecretStr | None = None


@dataclass(slots=True)
class Reading:
    """One read of a folder: what lies there, and what was read of it."""

    context: Context
    namespace: str
    files: tuple[Found, ...]
    folder: Folder
    session: Session
    shelves: dict[str, Shelf] = field(default_factory=dict)

    def shelf(self, name: Name) -> Shelf:
        """Give the documents of a dataset, read once, without their text.

        Raises:
            Failed: there are none, too many, or it takes too long.
        """
        reads = name.path[-1]
        if reads not in self.shelves:
            self.shelves[reads] = self.read(self.of(name), text=False)
        return self.shelves[reads]

    def of(self, name: Name) -> tuple[Found, ...]:
        """Give the files of a dataset.

        Raises:
            Failed: there are none, or more than the budget allows.
        """
        files = documents_of(self.files, name.path[-1])
        if not files:
            raise Failed("no such document", "put the documents where the plan says, and scan again")
        if len(files) > self.context.budget.rows:
            reason = f"over budget: {len(files):,} documents, {self.context.budget.rows:,} are allowed"
            raise Failed(reason, "raise the source's budget of rows")
        return files

    def read(self, files: Sequence[Found], *, text: bool) -> Shelf:
        """Read documents, and say what it cost.

        Raises:
            Failed: it takes too long.
        """
        shelf = shelf_of(files, self.context.budget.seconds, text=text)
        self.session.cost.queries += len(files)
        self.session.cost.bytes += sum(document.size for document in shelf.documents)
        return shelf


def read(settings: BaseModel, tasks: Sequence[Task], context: Context) -> Iterator[Fact]:
    """Answer tasks from one folder.

    Raises:
        ConnectorError: there is no such folder; the message does not name it.
    """
    given = DocumentsSettings.model_validate(settings.model_dump())
    if given.path.partition("://")[0] in SCHEMES:
        place, root, identity = given.path, Path("/dev/null"), STORE
        files, others = documents_among(objects_of(given.path, _given(given), context))
    else:
        root, identity = _root(given, context), IDENTITY
        place = str(root)
        listing = files_below(root)
        if listing.closed:
            hidden = listing.hidden("documents")
            raise ConnectorError(f"{context.source}: {hidden.reason}; {hidden.settle}")
        files, others = documents_among(listing.files)
    namespace = "documents://" + hashlib.sha256(place.encode("utf-8", "surrogateescape")).hexdigest()[:12]
    with open_folder(root, context.budget.seconds) as folder:
        session = Session(context, identity, Traits(table=_no_table), folder.execute)
        reading = Reading(context, namespace, files, folder, session)
        for number, task in enumerate(tasks):
            match task:
                case Structure():
                    yield from _structure(reading, task, root, others)
                case Profile():
                    yield from _profile(reading, task, f"t{number}")
                case Sample():
                    yield from _sample(reading, task, f"t{number}")
                case Stream():
                    yield from _stream(reading, task, f"t{number}")
                case Attempt():
                    yield session.unseen("access", _REMOTE_CLOSED if identity == STORE else _CLOSED, task.relation.name)
        session.cost.queries += folder.queries
        yield session.bill()


def _no_table(_name: Name) -> NoReturn:
    raise Failed("no document was read", "scan again")


def _root(settings: DocumentsSettings, context: Context) -> Path:
    place = unquote(settings.path.removeprefix(_PREFIX)) if settings.path.startswith(_PREFIX) else settings.path
    if "://" in place:
        way = "copy them here, or mount them"
        raise ConnectorError(f"{context.source}: documents are read from folders, s3, gs and az; {way}")
    try:
        root = Path(place).expanduser().resolve(strict=True)
    except (OSError, RuntimeError, ValueError) as error:
        why = f"{context.source}: the folder cannot be read ({type(error).__name__}); is the connector's path right?"
        raise ConnectorError(why) from None
    if not root.is_dir():
        raise ConnectorError(f"{context.source}: this is no folder; is the connector's path right?")
    return root


def _given(settings: DocumentsSettings) -> Mapping[str, str]:
    given = {"key": settings.key, "secret": settings.secret}
    secrets = {name: value.get_secret_value() for name, value in given.items() if value is not None}
    return secrets if settings.endpoint is None else {**secrets, "endpoint_url": settings.endpoint}


def _structure(reading: Reading, task: Structure, root: Path, others: int) -> Iterator[Fact]:
    seen = reading.session.seen("file system")
    links, many = links_out(root), len(reading.files) + others >= MAX_FILES
    complete = not links and not many
    yield SystemFact(seen, reading.namespace, "documents", "", complete_catalogue=complete)
    closed = _REMOTE_CLOSED if reading.session.identity == STORE else _CLOSED
    yield UnseenFact(seen, "access", closed.reason, closed.settle)
    if many:
        why = f"more than {MAX_FILES:,} files: the rest was not looked at"
        yield UnseenFact(seen, "structure", why, "name a folder further down")
    if links:
        why = f"{links:,} links that lead to a folder, out of here or nowhere were not followed"
        yield UnseenFact(seen, "structure", why, "give the folder that they lead to a source of its own")
    if others:
        why = f"{others:,} files are no documents, and were not looked at"
        yield UnseenFact(seen, "structure", why, "give them a source of their own, with the connector `files`")
    told = folders_of(reading.files)
    found = {reads for reads in task.targets.values() if documents_of(reading.files, reads)}
    for reads in sorted(found) if task.targets else told:
        yield from _described(reading, Name(reading.namespace, (reads,)))
    for dataset, reads in task.targets.items():
        if reads in found:
            yield ResolvedFact(seen, dataset, Name(reading.namespace, (reads,)))
        else:
            yield AbsentFact(seen, dataset, reads, proven=complete, nearest=nearest(reads, told))


def _described(reading: Reading, name: Name) -> Iterator[Fact]:
    files = documents_of(reading.files, name.path[-1])
    fields: Mapping[tuple[str, ...], str] = OWN
    try:
        shelf = reading.shelf(name)
    except Failed as failed:
        yield reading.session.unseen("structure", failed, name)
    else:
        fields = shelf.fields
        reading.session.cost.rows += len(files)
        yield from _remarks(reading, name, shelf)
    changed = datetime.fromtimestamp(max(file.changed for file in files), UTC)
    size = sum(file.size for file in files)
    seen = reading.session.seen("file system")
    yield DatasetFact(
        seen,
        name,
        DatasetKind.FILE,
        len(files),
        changed_at=changed,
        size_bytes=size,
        parts=len(files),
        changed_by="file time",
        changed_error=FILE_TIME_ERROR,
    )
    for position, (path, spelt) in enumerate(fields.items(), start=1):
        # A copy's file time is when it was copied, as a default of `now` would be.
        default = "now" if path == MODIFIED else None
        yield FieldFact(reading.session.seen("front matter"), name.at(*path), position, spelt, default=default)


def _remarks(reading: Reading, name: Name, shelf: Shelf) -> Iterator[Fact]:
    for reason, count in shelf.broken.items():
        why = Failed(f"{count:,} of {len(shelf.files):,} documents: {reason}", _MENDED)
        yield reading.session.unseen("structure", why, name)
    left_out = sum(document.left_out for document in shelf.documents)
    if left_out:
        why = Failed(
            f"{left_out:,} keys of front matter look like values, are many, or are named as what every document has",
            "name keys in plain words, other than text and modified_at",
        )
        yield reading.session.unseen("structure", why, name)


def _profile(reading: Reading, task: Profile, prefix: str) -> Iterator[Fact]:
    name = task.relation.name
    try:
        shelves = {one.name: reading.shelf(one.name) for one in (task.relation, *task.joined.values())}
        if ("text",) in {column.path for column in task.relation.columns.values()}:
            shelves[name] = reading.read(shelves[name].files, text=True)
        task, unseen = _known(reading, task, shelves)
        tables = {
            one: table_of(shelf, reading.namespace, shelf.fields, reading.context.now) for one, shelf in shelves.items()
        }
        traits = documents_traits(reading.folder, tables, prefix, text=False)
    except Failed as failed:
        yield reading.session.unseen("data", failed, name)
        return
    yield from unseen
    mine = reading.session
    session = Session(mine.context, mine.identity, traits, reading.folder.execute, mine.cost)
    yield from read_profile(session, task, len(shelves[name].files))


def _stream(reading: Reading, task: Stream, prefix: str) -> Iterator[Fact]:
    """Hand over the fields of every document: one that cannot be read is not gone, so all are needed."""
    name = task.relation.name
    try:
        shelves = {one.name: reading.shelf(one.name) for one in (task.relation, *task.joined.values())}
        if ("text",) in {column.path for column in task.relation.columns.values()}:
            shelves[name] = reading.read(shelves[name].files, text=True)
        _all_read(shelves.values())
        tables = {
            one: table_of(shelf, reading.namespace, shelf.fields, reading.context.now) for one, shelf in shelves.items()
        }
        traits = documents_traits(reading.folder, tables, prefix, text=False)
    except Failed as failed:
        yield reading.session.unseen("data", failed, name)
        return
    mine = reading.session
    session = Session(mine.context, mine.identity, traits, reading.folder.execute, mine.cost)
    yield from read_stream(session, task, len(shelves[name].files))


def _all_read(shelves: Iterable[Shelf]) -> None:
    if broken := sum(sum(shelf.broken.values()) for shelf in shelves):
        raise Failed(f"{broken:,} documents could not be read: what they hold is not gone", _MENDED)


def _known(reading: Reading, task: Profile, shelves: Mapping[Name, Shelf]) -> tuple[Profile, list[Fact]]:
    """Leave out what a document that could not be read might answer otherwise.

    Raises:
        Failed: which documents are read depends on what could not be read.
    """
    relation, broken = task.relation, sum(shelves[task.relation.name].broken.values())
    holes = {other for other, one in task.joined.items() if shelves[one.name].broken}
    if not broken and not holes:
        return task, []
    why = Failed(f"{broken:,} of {len(shelves[relation.name].files):,} documents could not be read", _MENDED)
    behind = Failed("documents behind a join could not be read", _MENDED)
    if broken and task.where is not None and not _told(relation, task.where):
        raise why
    cells = tuple(
        cell
        for cell in task.cells
        if (not broken or _told(relation, cell)) and not (holes and isinstance(cell, Joined))
    )
    unseen = [] if cells == task.cells else [reading.session.unseen("data", why if broken else behind, relation.name)]
    measures = []
    for measure in task.measures:
        known = all(_own(relation, name) for name in measure.reads)
        if (known or not broken) and not (holes and measure.kind is MeasureKind.ORPHANS):
            measures.append(measure)
        elif measure.field is not None:
            place = relation.columns.get(measure.field)
            failed = behind if known or not broken else why
            unseen.append(
                reading.session.unseen("data", failed, relation.name.at(*(place.path if place else (measure.field,))))
            )
    return replace(task, cells=cells, measures=tuple(measures)), list(dict.fromkeys(unseen))


def _told(relation: Relation, predicate: Predicate) -> bool:
    return all(_own(relation, name) for name in fields_of(predicate))


def _own(relation: Relation, name: str) -> bool:
    """Whether a field is known of every document, also of one that cannot be read."""
    column = relation.columns.get(name)
    return column is not None and column.path == MODIFIED


def _sample(reading: Reading, task: Sample, prefix: str) -> Iterator[Fact]:
    name = task.relation.name
    try:
        files = reading.of(name)
        picked, table = _picked(reading, name, files)
        traits = documents_traits(reading.folder, {name: table}, prefix, text=task.where is None)
    except Failed as failed:
        yield reading.session.unseen("sample", failed, name)
        return
    if broken := sum(picked.broken.values()):
        why = Failed(f"{broken:,} of {len(picked.files):,} documents could not be read", _MENDED)
        yield reading.session.unseen("sample", why, name)
    whole = len(picked.files) == len(files) and not any(one.broken or one.cut for one in picked.documents)
    mine = reading.session
    session = Session(mine.context, mine.identity, traits, reading.folder.execute, mine.cost)
    facts = read_sample(session, replace(task, rows_total=None))
    # What cannot be read is not left out by chance: the others say nothing of it.
    yield from facts if whole else of_a_part(facts, "readable documents" if broken else "spread sample", len(files))


def _picked(reading: Reading, name: Name, files: Sequence[Found]) -> tuple[Shelf, pa.Table]:
    """Read as many documents as a sample may have, evenly spread; those that can be read become a table.

    Raises:
        Failed: none can be read.
    """
    wanted = max(1, reading.context.budget.sample)
    picked = reading.read(files[:: -(-len(files) // wanted)], text=True)
    pairs = [pair for pair in zip(picked.files, picked.documents, strict=True) if not pair[1].broken]
    if not pairs:
        raise Failed("no document could be read", _MENDED)
    # A field that none of the picked documents has is still one of the dataset.
    fields = picked.fields if len(picked.files) == len(files) else reading.shelf(name).fields
    kept = Shelf(tuple(file for file, _ in pairs), tuple(document for _, document in pairs))
    return picked, table_of(kept, reading.namespace, fields, reading.context.now)


def _from_url(url: str) -> Mapping[str, object]:
    return {"path": url}


CONNECTOR = Connector("documents", DocumentsSettings, read, schemes=("documents",), from_url=_from_url)
