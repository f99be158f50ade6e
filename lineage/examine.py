"""Examines values beside one another where two datasets meet: they are read as streams, and only counts become facts.

What is compared with (`against`) is read first: a leak is looked for by fingerprints of values that are gone by then.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from lineage import registry
from lineage.connector import Column, Examine, Part, Relation, Request, Stream
from lineage.context import Context
from lineage.errors import ConnectorError
from lineage.facts import ExamineFact, Fact, Seen, UnseenFact
from lineage.model import DatasetId, SourceId
from lineage.predicate import fields_of

if TYPE_CHECKING:
    from lineage.examiner import Examination
    from lineage.rule import Ground


@dataclass(frozen=True, slots=True)
class PartRead:
    """How the fields of one part are read."""

    kind: str
    settings: Mapping[str, object] = field(repr=False)
    stream: Stream
    context: Context


@dataclass(frozen=True, slots=True)
class Examining:
    """One examination; picklable, so that another process may do it."""

    examine: Examine
    parts: tuple[PartRead, ...]
    """In the order of `of` and `against`."""


@dataclass(slots=True)
class _Taken:
    """Hands the rows of a part on as columns of text."""

    examination: Examination
    part: int
    width: int
    rows: int = 0
    ended: bool = False

    def __call__(self, rows: Sequence[Sequence[object]]) -> None:
        """Take some rows and let go of them."""
        import pyarrow as pa

        self.rows += len(rows)
        columns = [pa.array([_text(row[place]) for row in rows], pa.string()) for place in range(self.width)]
        self.examination.take(self.part, pa.table(columns, names=[str(place) for place in range(self.width)]))

    def end(self) -> None:
        """Take note that these were all."""
        self.ended = True


def examinations(
    ground: Ground,
    requests: Iterable[Request],
    settings: Mapping[SourceId, Mapping[str, object]],
    broken: Set[str],
) -> Iterator[Examining]:
    """Give the examinations that rules ask for, of what is there and answers."""
    for request in requests:
        if isinstance(request, Examine):
            parts = [_part(ground, part, settings, broken) for part in (request.of, *request.against)]
            read = [part for part in parts if part is not None]
            if len(read) == len(parts):
                yield Examining(request, tuple(read))


def examined(pool: Executor, works: Iterable[Examining]) -> Iterator[Fact]:
    """Do examinations, as many at a time as the pool has workers."""
    for future in [pool.submit(run, work) for work in works]:
        yield from future.result()


def run(work: Examining) -> tuple[Fact, ...]:
    """Do one examination, and give the facts: the answer, or why there is none, and what reading cost."""
    facts: list[Fact] = []
    examination = registry.examiner().begin(work.examine)
    rows = 0
    for number in (*range(1, len(work.parts)), 0):
        taken = _Taken(examination, number, len(work.parts[number].stream.fields))
        facts.extend(_read(work.parts[number], taken))
        if not taken.ended:
            return tuple(facts)
        rows = taken.rows
    context, name = work.parts[0].context, work.examine.of.name
    seen = Seen(context.source, datetime.now(UTC), "examined", context.identity or "")
    try:
        counts = tuple(examination.counts())
    except Exception as e:  # noqa: BLE001 - what an examiner raises may quote the values that it was given
        reason = f"the examiner crashed ({type(e).__name__})"
        return (*facts, UnseenFact(seen, "data", reason, "report this as a bug of the examiner", name))
    return (*facts, ExamineFact(seen, work.examine.key, name, rows, examination.whole, counts))


def _part(
    ground: Ground, part: Part, settings: Mapping[SourceId, Mapping[str, object]], broken: Set[str]
) -> PartRead | None:
    source_id = ground.catalog.source_of(part.name)
    known = ground.catalog.fields.get(part.name, {})
    if source_id is None or f"source {source_id}" in broken or not all(path in known for path in part.fields):
        return None
    source = ground.plan.sources[source_id]
    # No name of a plan begins with a capital: the fields of a `where` stand beside these.
    fields = tuple(f"C{number}" for number in range(len(part.fields)))
    columns = {label: Column(path, known[path].type) for label, path in zip(fields, part.fields, strict=True)}
    dataset = None if part.dataset is None else ground.plan.dataset(part.dataset)
    where = None if dataset is None else dataset.where
    for name in fields_of(where) if where is not None else ():
        seen = ground.catalog.field(part.dataset or "", name)
        if seen is None:
            return None
        columns[name] = Column(seen.name.field, seen.type)
    stream = Stream(Relation(part.dataset or DatasetId(""), part.name, columns), fields, where)
    context = Context(source.id, ground.now, source.budget, identity=source.identity)
    return PartRead(source.kind, settings[source.id], stream, context)


def _read(part: PartRead, taken: _Taken) -> list[Fact]:
    """Read one part; where that fails, or its connector knows no streams, a fact says so."""
    seen = Seen(part.context.source, part.context.now, "stream", "")
    name = part.stream.relation.name
    try:
        connector = registry.connector(part.kind)
        context = replace(part.context, sink=taken)
        facts = list(connector.read(connector.settings.model_validate(part.settings), (part.stream,), context))
    except ConnectorError as e:
        reason = str(e).removeprefix(f"{part.context.source}: ")
        return [UnseenFact(seen, "data", reason, "make the source reachable and scan again", name)]
    except ImportError as e:
        reason = f"{e.name or 'its client'} is not installed"
        return [UnseenFact(seen, "data", reason, registry.what_to_install(part.kind, e.name), name)]
    except Exception as e:  # noqa: BLE001 - a connector that crashes must not take the run along; its text may hold values
        reason = f"the connector {part.kind} crashed ({type(e).__name__})"
        return [UnseenFact(seen, "data", reason, "report this as a bug of the connector", name)]
    if not taken.ended and not any(isinstance(fact, UnseenFact) for fact in facts):
        reason = f"the connector {part.kind} does not hand values over"
        facts.append(UnseenFact(seen, "data", reason, "look at them by hand, or read it with another connector", name))
    return facts


def _text(value: object) -> str | None:
    match value:
        case None | str():
            return value
        case bool():
            return "true" if value else "false"
        case float() if value == int(value) if abs(value) < 1e15 else False:
            return str(int(value))
        case datetime() | date():
            return value.isoformat()
        case bytes() | bytearray() | memoryview():
            return bytes(value).hex()
        case _:
            return str(value)
