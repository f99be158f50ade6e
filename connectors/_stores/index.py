"""Retrieval indexes as tables: a collection is a dataset, a chunk a row, each key of its payload a column.

A store brings its collections (`Collection`) and how the payload of chunks is read, page by page and without vectors;
predicates, measures, samples and comparisons are answered here, by a DuckDB in memory that can read no file.
A stream keeps one page at a time, so that a million chunks need no more memory than some thousand.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path as File
from typing import TYPE_CHECKING, Any, Final, NoReturn

from connectors._documents.table import column_of
from connectors._files.open import Folder, open_folder
from connectors._files.types import traits_of
from connectors._names import nearest
from connectors._sql import Failed, Session, Traits
from connectors._tasks.profile import read_profile
from connectors._tasks.sample import of_a_part, read_sample
from connectors._tasks.stream import read_stream
from lineage.connector import Attempt, Column, Profile, Relation, Sample, Stream, Structure, Task
from lineage.context import Context
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
from lineage.predicate import fields_of

if TYPE_CHECKING:
    import pyarrow as pa
    from sqlalchemy import ColumnElement, FromClause

Path = tuple[str, ...]
Pages = Callable[[Sequence[Path], int, int | None], "Iterator[pa.Table]"]
"""The payload of chunks from the n-th on, so many at most: columns named by `column_of`, without vectors."""
PAGE: Final = 20_000
_MOST_BYTES: Final = 400_000_000
"""So much of a collection's payload is held at a time to be aggregated."""
_BLOCKS: Final = 650
"""Six hundred bound what is missed by half a percent."""
_SHARE_OF_TIME: Final = 0.1
"""Of the budget: a store that is slow to find where a block begins gives fewer of them."""
_NOWHERE: Final = File("/dev/null")
_NO_PROBE: Final = Failed("nothing is tried as another identity here", "rely on what its grants say")


@dataclass(frozen=True, slots=True)
class Collection:
    """A collection of a store, and how its chunks are read."""

    name: str
    rows: int
    fields: Mapping[Path, str]
    """Path of a field -> its type; a vector's is `vector(384)`."""
    pages: Pages
    typed: bool = False
    """Its pages have types of their own; else every value is written as text."""
    seekable: bool = True
    """A page can begin anywhere, so that a sample can be spread."""
    key: Path = ()
    model: str = ""
    """The embedding model that its metadata names."""
    changed_at: datetime | None = None
    changed_by: str = ""
    """What tells that: `snapshot`, `object time`."""
    changed_error: float = 0.0
    changed_at_most: bool = False
    """It moves without a chunk that comes too."""
    size_bytes: int | None = None
    stamped: frozenset[Path] = frozenset()
    """Fields that the store fills in at the moment of writing."""
    partly: tuple[Failed, ...] = ()
    """What could not be told of its structure."""
    behind: Failed | None = None
    """Why its chunks cannot be held to be all, as of now."""


@dataclass(frozen=True, slots=True)
class Store:
    """A store that was opened: what it is, and its collections."""

    product: str
    namespace: str
    version: str
    identity: str
    collections: Mapping[str, Collection]
    closed: Failed | None
    """Why nothing is told of rights; None where `more` tells them."""
    unseen: tuple[Failed, ...] = ()
    """Collections that could not be read, and why."""
    records: str = "chunks"
    """What its rows are called."""
    every: bool = False
    """Collections that the plan does not name are told too: whoever reaches them is to be seen."""
    more: Callable[[Session], Iterable[Fact]] = field(default=lambda _session: ())
    """What else its catalogue tells: principals, grants, what deletes."""


@dataclass(slots=True)
class Reading:
    """One read of a store."""

    store: Store
    context: Context
    folder: Folder
    session: Session
    tables: dict[Name, str] = field(default_factory=dict)

    def collection(self, name: Name) -> Collection:
        """Give a collection by its physical name.

        Raises:
            Failed: there is none.
        """
        found = self.store.collections.get(name.path[-1])
        if found is None:
            raise Failed("no such collection", "name a collection that exists")
        return found

    def pages(self, collection: Collection, paths: Sequence[Path]) -> Iterator[pa.Table]:
        """Give all chunks of a collection, page by page, within the budget of seconds.

        Raises:
            Failed: it takes too long, or the store fails.
        """
        yield from self.bounded(collection.pages(paths, 0, None))

    def bounded(self, pages: Iterator[pa.Table]) -> Iterator[pa.Table]:
        """Count pages as queries, and stop where the time is up.

        Raises:
            Failed: the time is up.
        """
        ends = time.monotonic() + self.context.budget.seconds
        for page in pages:
            self.session.cost.queries += 1
            yield page
            if time.monotonic() > ends:
                raise Failed("out of time", "raise the source's budget of seconds", final=True)


def answer(store: Store, tasks: Sequence[Task], context: Context) -> Iterator[Fact]:
    """Answer tasks from a store that is open."""
    with open_folder(_NOWHERE, context.budget.seconds) as folder:
        session = Session(context, store.identity, Traits(table=_no_table), folder.execute)
        reading = Reading(store, context, folder, session)
        session.cost.queries += 1
        for number, task in enumerate(tasks):
            match task:
                case Structure():
                    yield from _structure(reading, task)
                case Profile():
                    yield from _profile(reading, task, f"t{number}")
                case Sample():
                    yield from _sample(reading, task, f"t{number}")
                case Stream():
                    yield from _stream(reading, task, f"t{number}")
                case Attempt():
                    yield session.unseen("access", store.closed or _NO_PROBE, task.relation.name)
        yield session.bill()


def _no_table(_name: Name) -> NoReturn:
    raise Failed("no collection was read", "scan again")


def _structure(reading: Reading, task: Structure) -> Iterator[Fact]:
    store, seen = reading.store, reading.session.seen("catalogue")
    whole = not store.unseen and not any(one.partly for one in store.collections.values())
    yield SystemFact(seen, store.namespace, store.product, store.version, complete_catalogue=whole)
    if store.closed is not None:
        yield UnseenFact(seen, "access", store.closed.reason, store.closed.settle)
    for failed in store.unseen:
        yield UnseenFact(seen, "structure", failed.reason, failed.settle)
    wanted = set(task.targets.values())
    for name in sorted(store.collections):
        if store.every or not wanted or name in wanted:
            yield from _described(reading, store.collections[name])
    for dataset, reads in task.targets.items():
        if reads in store.collections:
            yield ResolvedFact(seen, dataset, Name(store.namespace, (reads,)))
        else:
            yield AbsentFact(seen, dataset, reads, proven=not store.unseen, nearest=nearest(reads, store.collections))
    yield from store.more(reading.session)


def _described(reading: Reading, collection: Collection) -> Iterator[Fact]:
    name, seen = Name(reading.store.namespace, (collection.name,)), reading.session.seen("catalogue")
    for failed in collection.partly:
        yield reading.session.unseen("structure", failed, name)
    yield DatasetFact(
        seen,
        name,
        DatasetKind.TABLE,
        collection.rows,
        key=collection.key,
        changed_at=collection.changed_at,
        changed_by=collection.changed_by,
        changed_error=collection.changed_error,
        changed_at_most=collection.changed_at_most,
        size_bytes=collection.size_bytes,
        complete_fields=not collection.partly,
        embedding_model=collection.model,
    )
    for position, (path, kind) in enumerate(collection.fields.items(), start=1):
        default = "now" if path in collection.stamped else None
        yield FieldFact(seen, name.at(*path), position, kind, default=default)


def _profile(reading: Reading, task: Profile, prefix: str) -> Iterator[Fact]:
    name = task.relation.name
    try:
        relations = {one.name: one for one in (task.relation, *task.joined.values())}
        tables = {one: _loaded(reading, relation) for one, relation in relations.items()}
        session = _session(reading, tables, prefix)
    except Failed as failed:
        yield reading.session.unseen("data", failed, name)
        return
    yield from read_profile(session, task, reading.collection(name).rows)


def _stream(reading: Reading, task: Stream, prefix: str) -> Iterator[Fact]:
    """Hand over one page after the other: only what is behind a join is held."""
    name = task.relation.name
    try:
        collection = _allowed(reading, name)
        wanted = {*task.fields, *(() if task.where is None else fields_of(task.where))}
        paths = _read_of(collection, _with_columns(task.relation, wanted))
        tables = {one.name: _loaded(reading, one) for one in task.joined.values() if one.name != name}
        empty = _empty(collection, paths)
        session = _session(reading, {name: empty, **tables}, prefix)
    except Failed as failed:
        yield reading.session.unseen("data", failed, name)
        return

    def batches(statement: Any, _size: int) -> Iterator[Sequence[Sequence[Any]]]:
        for page in reading.pages(collection, paths):
            reading.folder.connection.register(f"{prefix}_0", page)
            yield reading.folder.execute(statement)

    if any(one.name == name for one in task.joined.values()):
        why = Failed("a collection that is joined with itself is not compared", "compare it without the join")
        yield reading.session.unseen("data", why, name)
        return
    yield from read_stream(replace(session, batches=batches), task, collection.rows)


def _sample(reading: Reading, task: Sample, prefix: str) -> Iterator[Fact]:
    name = task.relation.name
    try:
        collection = reading.collection(name)
        if collection.behind is not None:
            yield reading.session.unseen("sample", collection.behind, name)
        table, how, blocks = _picked(reading, collection, _read_of(collection, task.relation))
        joined = {one.name: _loaded(reading, one) for one in task.joined.values() if one.name != name}
        session = _session(reading, {name: table, **joined}, prefix, written=task.where is None)
    except Failed as failed:
        yield reading.session.unseen("sample", failed, name)
        return
    facts = read_sample(session, replace(task, rows_total=None))
    yield from of_a_part(facts, how, collection.rows, blocks) if how else facts


def _picked(reading: Reading, collection: Collection, paths: Sequence[Path]) -> tuple[pa.Table, str, int]:
    """Read as many chunks as a sample may have, in blocks that are spread; how and how many, where it is not all."""
    import pyarrow as pa

    wanted, blocks = max(1, reading.context.budget.sample), 0
    if collection.rows <= wanted:
        pages, how = list(reading.pages(collection, paths)), ""
    elif not collection.seekable:
        pages, how = list(reading.bounded(collection.pages(paths, 0, wanted))), "first rows"
    else:
        how = "block sample"
        pages, blocks = _drawn(reading, collection, paths, wanted)
    return (pa.concat_tables(pages) if pages else _empty(collection, paths)), how, blocks


def _drawn(reading: Reading, collection: Collection, paths: Sequence[Path], wanted: int) -> tuple[list[pa.Table], int]:
    """Read blocks in such an order that those that were read when the time was up are spread; and how many."""
    blocks = min(_BLOCKS, wanted)
    ends = time.monotonic() + _SHARE_OF_TIME * reading.context.budget.seconds
    pages: list[pa.Table] = []
    for read, block in enumerate(sorted(range(blocks), key=lambda number: f"{number:010b}"[::-1])):
        if read and time.monotonic() > ends:
            return pages, read
        start = block * collection.rows // blocks
        pages.extend(reading.bounded(collection.pages(paths, start, wanted // blocks)))
    return pages, blocks


def _allowed(reading: Reading, name: Name) -> Collection:
    collection, most = reading.collection(name), reading.context.budget.rows
    if collection.behind is not None:
        raise collection.behind
    if collection.rows > most:
        reason = f"over budget: about {collection.rows:,} {reading.store.records}, {most:,} are allowed"
        raise Failed(reason, "raise the source's budget of rows")
    return collection


def _loaded(reading: Reading, relation: Relation) -> pa.Table:
    """Read the columns of a relation that its collection has, all chunks of them."""
    import pyarrow as pa

    collection = _allowed(reading, relation.name)
    paths = _read_of(collection, relation)
    pages, held = [], 0
    for page in reading.pages(collection, paths):
        held += page.nbytes
        if held > _MOST_BYTES:
            reason = f"over budget: the payload of its {reading.store.records} is too large to be aggregated here"
            raise Failed(reason, "declare fewer fields of it, and leave its texts undeclared")
        pages.append(page)
    reading.session.cost.rows += sum(page.num_rows for page in pages)
    reading.session.cost.bytes += held
    return pa.concat_tables(pages) if pages else _empty(collection, paths)


def _with_columns(relation: Relation, names: set[str]) -> Relation:
    return replace(relation, columns={name: one for name, one in relation.columns.items() if name in names})


def _read_of(collection: Collection, relation: Relation) -> tuple[Path, ...]:
    """Give the fields that are read: those that exist and are no vectors, or any one, so that rows can be counted."""
    readable = [path for path, kind in collection.fields.items() if not kind.startswith("vector")]
    named = {column.path for column in relation.columns.values()}
    found = tuple(path for path in readable if path in named) or tuple(readable[:1])
    if not found:
        raise Failed("its chunks have no payload", "write the payload that the plan names beside each vector")
    return found


def _empty(collection: Collection, paths: Sequence[Path]) -> pa.Table:
    import pyarrow as pa

    if collection.typed:
        for page in collection.pages(paths, 0, 1):
            return page.slice(0, 0)
    return pa.table({column_of(path): pa.array([], pa.string()) for path in paths})


def _session(reading: Reading, tables: Mapping[Name, pa.Table], prefix: str, *, written: bool = False) -> Session:
    """Make tables known to DuckDB; with `written`, text is left as it is written."""
    names = {name: f"{prefix}_{number}" for number, name in enumerate(tables)}
    for name, table in tables.items():
        reading.folder.connection.register(names[name], table)
    known = {names[name]: frozenset(table.column_names) for name, table in tables.items()}
    everything = frozenset[str]().union(*known.values())
    typed = any(reading.collection(name).typed for name in tables)
    base = traits_of(names, text=written or typed)

    def column(source: FromClause, wanted: Column) -> ColumnElement[Any]:
        if wanted.type.startswith("vector") or (spelt := column_of(wanted.path)) not in everything:
            raise Failed("no chunk has such a field that can be read", "name a field that exists, and is no vector")
        return base.column(source, Column((spelt,), wanted.type))

    traits = Traits(table=base.table, column=column, clock=base.clock, text=base.text)
    mine = reading.session
    return Session(mine.context, mine.identity, traits, reading.folder.execute, mine.cost)
