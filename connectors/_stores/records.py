"""Records that a service gives one after the other, as tables: a stream is a dataset, a record a row.

A connector brings its tables and how the first so many records of one are read; predicates, measures, samples and
comparisons are answered here, by a DuckDB in memory that can read no file. A read that was cut short is no answer to
what is asked of all records: nothing is concluded from a part but what a sample shows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path as File
from typing import TYPE_CHECKING, Any, Final, NoReturn

from connectors._documents.table import column_of
from connectors._files.open import Folder, not_a_name, open_folder
from connectors._files.types import traits_of
from connectors._names import nearest
from connectors._sql import Failed, Session, Traits
from connectors._stores.index_payload import page_of
from connectors._stores.records_told import Path, Record, Records, Service, Table
from connectors._tasks.clocks import DAY, ZONED
from connectors._tasks.profile import read_profile
from connectors._tasks.sample import of_a_part, read_sample
from connectors._tasks.stream import read_stream
from lineage.connector import Attempt, Column, Measure, MeasureKind, Profile, Relation, Sample, Stream, Structure, Task
from lineage.context import Context
from lineage.facts import (
    AbsentFact,
    DatasetFact,
    Fact,
    FieldFact,
    MeasureFact,
    ResolvedFact,
    SystemFact,
    UnseenFact,
)
from lineage.model import DatasetKind, Name

if TYPE_CHECKING:
    import pyarrow as pa
    from sqlalchemy import ColumnElement, FromClause

MOST: Final = 100_000
"""Records of a table that are held at a time, whatever the budget: they are whole, with every field."""
MAX_FIELDS: Final = 2_000
_UNTIL_NOW: Final = frozenset({MeasureKind.NEWEST, MeasureKind.FUTURE})
"""What records since a moment tell as well as all records do."""
_FORMS: Final = {"TIMESTAMP WITH TIME ZONE": re.compile(ZONED), "DATE": re.compile(DAY)}
_NOWHERE: Final = File("/dev/null")


@dataclass(slots=True)
class Reading:
    """One read of a service."""

    service: Service
    context: Context
    folder: Folder
    session: Session
    held: dict[str, tuple[int, Records]] = field(default_factory=dict)
    """Table -> how many records were asked for, and what came."""
    asked: dict[tuple[str, Path], tuple[int, list[object] | Failed]] = field(default_factory=dict)
    """Fields that were asked for record by record, of so many records."""
    recent: dict[str, Records] = field(default_factory=dict)
    """Table -> its records since a moment, while these are to stand for all."""

    def table(self, name: Name) -> Table:
        """Give a table by its physical name.

        Raises:
            Failed: there is none.
        """
        found = self.service.tables.get(name.path[-1])
        if found is None:
            raise Failed("no such dataset", "name one that exists")
        return found

    def records(self, name: Name, wanted: int) -> Records:
        """Give the first records of a table, read once where that is enough.

        Raises:
            Failed: none can be read.
        """
        table = self.table(name)
        asked, found = self.held.get(table.name, (0, None))
        if found is None or (found.cut is not None and asked < wanted):
            found = table.read(wanted)
            self.held[table.name] = (wanted, found)
            self.session.cost.rows += len(found.rows)
            self.session.cost.bytes += found.bytes
        return found

    def values(self, table: Table, path: Path, rows: Sequence[Record]) -> list[object]:
        """Give a field's values.

        Raises:
            Failed: they were asked for, and not all could be had.
        """
        if path not in table.added:
            return [_at(row, path) for row in rows]
        count, found = self.asked.get((table.name, path), (-1, []))
        if count != len(rows):
            try:
                found = [table.added[path](row) for row in rows]
            except Failed as failed:
                found = failed
            self.asked[table.name, path] = (len(rows), found)
        if isinstance(found, Failed):
            raise found
        return found

    def every(self, name: Name) -> Records:
        """Give all records of a table, or those since a moment where these are to stand for all.

        Raises:
            Failed: they are too many, or not all can be read.
        """
        if (recent := self.recent.get(name.path[-1])) is not None:
            return recent
        found = self.records(name, min(self.context.budget.rows, MOST))
        if found.cut is not None:
            raise found.cut
        return found


def answer(service: Service, tasks: Sequence[Task], context: Context) -> Iterator[Fact]:
    """Answer tasks from a service."""
    with open_folder(_NOWHERE, context.budget.seconds) as folder:
        session = Session(context, service.identity, Traits(table=_no_table), folder.execute)
        reading = Reading(service, context, folder, session)
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
                    why = service.closed or Failed("a service's reads are not tried as somebody else", "try it by hand")
                    yield session.unseen("access", why, task.relation.name)
        session.cost.queries += service.queries()
        yield session.bill()


def _no_table(_name: Name) -> NoReturn:
    raise Failed("no record was read", "scan again")


def _structure(reading: Reading, task: Structure) -> Iterator[Fact]:
    service, seen = reading.service, reading.session.seen("catalogue")
    complete = service.complete and not service.unseen
    yield SystemFact(seen, service.namespace, service.product, service.version, complete_catalogue=complete)
    if service.closed is not None:
        yield UnseenFact(seen, "access", service.closed.reason, service.closed.settle)
    for failed in service.unseen:
        yield UnseenFact(seen, "structure", failed.reason, failed.settle)
    wanted = set(task.targets.values())
    for name in sorted(service.tables):
        if not wanted or name in wanted:
            yield from _described(reading, service.tables[name])
    yield from service.facts(seen)
    for dataset, reads in task.targets.items():
        if reads in service.tables:
            yield ResolvedFact(seen, dataset, Name(service.namespace, (reads,)))
        else:
            yield AbsentFact(seen, dataset, reads, proven=complete, nearest=nearest(reads, service.tables))


def _described(reading: Reading, table: Table) -> Iterator[Fact]:
    name, seen = Name(reading.service.namespace, (table.name,)), reading.session.seen("catalogue")
    for failed in table.partly:
        yield reading.session.unseen("structure", failed, name)
    kept = {path: kind for path, kind in table.fields.items() if not any(map(not_a_name, path))}
    if left_out := len(table.fields) - min(len(kept), MAX_FIELDS):
        why = Failed(f"{left_out:,} names of fields look like values, or are too many", "name fields in plain words")
        yield reading.session.unseen("structure", why, name)
    yield DatasetFact(
        seen,
        name,
        DatasetKind.TABLE,
        table.rows,
        key=table.key,
        documented=table.described,
        complete_fields=table.complete and not table.partly and not left_out,
    )
    for position, (path, kind) in enumerate(list(kept.items())[:MAX_FIELDS], start=1):
        yield FieldFact(
            seen,
            name.at(*path),
            position,
            kind,
            nullable=path not in table.required,
            documented=path in table.documented,
            indexed=path in table.indexed,
        )


def _profile(reading: Reading, task: Profile, prefix: str) -> Iterator[Fact]:
    name = task.relation.name
    try:
        relations = {one.name: one for one in (task.relation, *task.joined.values())}
        for other in relations:
            if (since := reading.table(other).since) is not None and other != name:
                raise since
        part = _part(reading, task)
        told, unseen = (task, []) if part is None else _told(reading, task, part)
        session = _session(reading, relations, prefix) if told.measures or not task.measures else None
        total = len(reading.every(name).rows)
    except Failed as failed:
        yield reading.session.unseen("data", failed, name)
        return
    finally:
        reading.recent.clear()
    yield from unseen
    if session is None:
        return
    facts = read_profile(session, told, total)
    yield from facts if part is None else _of_records_since(reading, facts, told, part.why)


@dataclass(frozen=True, slots=True)
class _Part:
    """Records since a moment that stand for all."""

    why: Failed
    """Why there are no others."""
    field: Path | None = None
    """By whose moment they were chosen, where that is known: of other fields they tell nothing."""


def _part(reading: Reading, task: Profile) -> _Part | None:
    """Say why records since a moment have to do, and have them stand for all; None where all were read.

    Raises:
        Failed: neither all nor those that would do can be read.
    """
    name, table = task.relation.name, reading.table(task.relation.name)
    if table.since is not None:
        return _Part(table.since)
    try:
        reading.every(name)
    except Failed as failed:
        recent = table.recent
        asked = {_place(task.relation, measure) for measure in task.measures if measure.kind in _UNTIL_NOW}
        if recent is None or recent.field not in asked or task.cells or task.where is not None:
            raise
        found = recent.read(min(reading.context.budget.rows, MOST))
        reading.session.cost.rows += len(found.rows)
        reading.session.cost.bytes += found.bytes
        if found.cut is not None or not found.rows:
            raise
        reading.recent[table.name] = found
        return _Part(failed, recent.field)
    return None


def _told(reading: Reading, task: Profile, part: _Part) -> tuple[Profile, list[Fact]]:
    """Leave out the measures that records since a moment do not tell.

    A cell without such a record may have older ones: nothing is told of cells, nor of no records at all.
    """
    name = task.relation.name
    if task.cells or task.where is not None or not reading.every(name).rows:
        raise part.why
    kept = [one for one in task.measures if one.kind in _UNTIL_NOW and part.field in {None, _place(task.relation, one)}]
    places = dict.fromkeys(_place(task.relation, one) for one in task.measures if one not in kept)
    unseen: list[Fact] = [reading.session.unseen("data", part.why, name.at(*place)) for place in places]
    return replace(task, measures=tuple(kept)), unseen


def _of_records_since(reading: Reading, facts: Iterator[Fact], task: Profile, why: Failed) -> Iterator[Fact]:
    """Leave out what records since a moment do not tell beside each measure: how many there are, and that none is."""
    places = {one.key: _place(task.relation, one) for one in task.measures}
    for fact in facts:
        if isinstance(fact, MeasureFact) and fact.measure == MeasureKind.ROWS:
            continue
        if isinstance(fact, MeasureFact) and fact.value is None:
            yield reading.session.unseen("data", why, task.relation.name.at(*places.get(fact.measure, ())))
        else:
            yield fact


def _place(relation: Relation, measure: Measure) -> Path:
    if measure.field is None:
        return ()
    column = relation.columns.get(measure.field)
    return (measure.field,) if column is None else column.path


def _stream(reading: Reading, task: Stream, prefix: str) -> Iterator[Fact]:
    """Hand over every record: one that was not read is not gone."""
    name = task.relation.name
    try:
        relations = {one.name: one for one in (task.relation, *task.joined.values())}
        for other in relations:
            if (since := reading.table(other).since) is not None:
                raise since
        if task.whole and (limited := reading.table(name).limited) is not None:
            raise limited
        session = _session(reading, relations, prefix)
    except Failed as failed:
        yield reading.session.unseen("data", failed, name)
        return
    yield from read_stream(session, task, len(reading.every(name).rows))


def _sample(reading: Reading, task: Sample, prefix: str) -> Iterator[Fact]:
    name = task.relation.name
    try:
        records = reading.records(name, max(1, reading.context.budget.sample))
        for other in task.joined.values():
            reading.every(other.name)
        relations = {one.name: one for one in (task.relation, *task.joined.values())}
        session = _session(reading, relations, prefix, written=task.where is None)
        whole = records.cut is None and reading.table(name).since is None
    except Failed as failed:
        yield reading.session.unseen("sample", failed, name)
        return
    facts = read_sample(session, replace(task, rows_total=len(records.rows)))
    yield from facts if whole else of_a_part(facts, "first rows", None)


def _session(reading: Reading, relations: Mapping[Name, Relation], prefix: str, *, written: bool = False) -> Session:
    """Make tables known to DuckDB; with `written`, what was read so far is left as it is written."""
    tables: dict[Name, pa.Table] = {}
    broken: dict[str, Failed] = {}
    for name, relation in relations.items():
        held = reading.held.get(name.path[-1]) if written else None
        records = held[1] if held is not None else reading.every(name)
        known = reading.table(name).fields
        paths = [path for path in dict.fromkeys(one.path for one in relation.columns.values()) if path in known]
        paths = paths or list(known)[:1]
        values: dict[Path, list[object]] = {}
        for path in paths:
            try:
                values[path] = reading.values(reading.table(name), path, records.rows)
            except Failed as failed:
                broken[column_of(path)], values[path] = failed, [None] * len(records.rows)
        tables[name] = page_of(paths, values.__getitem__)
        if not written:
            broken |= _misfits({column_of(path): known[path] for path in paths}, tables[name])
    names = {name: f"{prefix}_{number}" for number, name in enumerate(tables)}
    for name, table in tables.items():
        reading.folder.connection.register(names[name], table)
    everything = frozenset(column for table in tables.values() for column in table.column_names)
    base = traits_of(names, text=written)

    def column(source: FromClause, wanted: Column) -> ColumnElement[Any]:
        spelt = column_of(wanted.path)
        if spelt in broken:
            raise broken[spelt]
        if spelt not in everything:
            raise Failed("no record has such a field", "name a field that exists")
        return base.column(source, Column((spelt,), wanted.type))

    traits = Traits(table=base.table, column=column, clock=base.clock, text=base.text, sampled=base.sampled)
    mine = reading.session
    return Session(mine.context, mine.identity, traits, reading.folder.execute, mine.cost)


def _misfits(kinds: Mapping[str, str], table: pa.Table) -> dict[str, Failed]:
    """Find columns of moments of which a value is none: a wall clock must not be read as if it had a zone."""
    found = {}
    for column, kind in kinds.items():
        if (form := _FORMS.get(kind)) is None:
            continue
        values = (value for value in table.column(column).to_pylist() if value is not None)
        if count := sum(form.fullmatch(value) is None for value in values):
            reason = f"{count:,} values are not what the field's schema says: a {kind.lower()}"
            found[column] = Failed(reason, "have the service write moments in ISO 8601, with their zone")
    return found


def _at(row: Record, path: Path) -> object:
    found: object = row
    for key in path:
        if not isinstance(found, Mapping):
            return None
        found = found.get(key)
    return found
