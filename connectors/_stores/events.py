"""Streams of events as tables: a topic, stream or queue is a dataset, an event a row, what it carries its fields.

A store brings its `Topic`s. Their fields are learnt from a bounded peek; aggregates and samples are answered as those
of retrieval indexes are (`_stores.index`). Beside them stands what ends events by itself, as a job that deletes;
one that is there and has no end is a job that is off. Of a topic that is too large to be read, its first and last
events still tell the oldest and the newest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Final

from connectors._sql import Failed
from connectors._stores.event_payload import LOGGED, Event, Schema, fields_of
from connectors._stores.index import Collection, Path, Store
from connectors._stores.index import answer as answer_of_index
from connectors._stores.index_payload import page_of
from lineage.connector import MeasureKind, Profile, Stream, Structure, Task
from lineage.context import Context
from lineage.duration import Duration
from lineage.facts import (
    CostFact,
    DatasetFact,
    Fact,
    JobFact,
    LabelFact,
    LookFact,
    MeasureFact,
    Seen,
    SystemFact,
    UnseenFact,
)
from lineage.model import Name

if TYPE_CHECKING:
    import pyarrow as pa

PEEKED: Final = 1_000
"""So many events, at most, tell the fields of a topic."""
_PAGE: Final = 2_000
_LONGEST: Final = 1_000 * 365 * 86_400
_ZONED: Final = "TIMESTAMP WITH TIME ZONE"
_FIRST: Final = "first rows"
"""What `_stores.index` calls a sample of a store that cannot be entered anywhere; here it is of the last events."""


@dataclass(frozen=True, slots=True)
class Ending:
    """A setting of a topic that ends its events by their age, or could and does not."""

    setting: str
    """`retention.ms`, `max_age`: as the system spells it."""
    keeps: Duration | None
    """None: events have no end by age."""
    latest: Duration | None = None
    """The age by which they have gone for certain, where they go in segments; None: `keeps`."""


@dataclass(frozen=True, slots=True)
class Peek:
    """Some events of a topic, and when its first and its last ones were logged."""

    events: tuple[Event, ...] = ()
    oldest: datetime | None = None
    newest: datetime | None = None
    partly: tuple[Failed, ...] = ()


Events = Callable[[int | None], Iterable[Event]]
"""Give all events that a topic holds, or so many of the last ones."""


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic, stream or queue: how many events it holds, what ends them, and how they are read."""

    name: str
    rows: int
    own: Mapping[Path, str]
    """The fields that the store gives each event."""
    peek: Callable[[], Peek]
    """Raises Failed where events cannot be read."""
    events: Events
    endings: tuple[Ending, ...] = ()
    schema: Schema | None = None
    stamped: bool = True
    """The store itself says when an event was logged."""
    size_bytes: int | None = None
    parts: int = 1
    key: Path = ()
    partly: tuple[Failed, ...] = ()
    closed: Failed | None = None
    """Why its events cannot be read."""
    untold: tuple[Failed, ...] = ()
    """What is not known of how it is set."""


@dataclass(frozen=True, slots=True)
class Broker:
    """A store of events that was opened."""

    product: str
    namespace: str
    version: str
    identity: str
    topics: Mapping[str, Topic]
    closed: Failed | None
    """Why nothing, or not all, is told of rights."""
    unseen: tuple[Failed, ...] = ()
    rights: Callable[[Seen], Iterator[Fact]] | None = None
    asked: Callable[[], int] = lambda: 0
    """How many requests were sent to it so far."""


@dataclass(slots=True)
class _Peeked:
    """The topics that tasks are about, each peeked into once."""

    broker: Broker
    peeks: dict[str, Peek] = field(default_factory=dict)

    def collection(self, topic: Topic) -> Collection:
        peek = self._peek(topic)
        told, partly = fields_of(peek.events, topic.schema)
        reading = _Pages(topic, frozenset(told))
        if peek.events and topic.rows > len(peek.events):
            reason = f"the fields of payloads are known of {len(peek.events):,} of about {topic.rows:,} events"
            partly += (Failed(reason, "register a schema, or name the fields in the plan and scan when they occur"),)
        if not told and topic.closed is None and not peek.partly:
            partly += (Failed("no event tells which fields payloads have", "scan again when there are some"),)
        return Collection(
            topic.name,
            topic.rows,
            {**topic.own, **told},
            reading.pages,
            seekable=False,
            key=topic.key,
            size_bytes=topic.size_bytes,
            stamped=frozenset({LOGGED}) if topic.stamped and LOGGED in topic.own else frozenset(),
            partly=(*topic.partly, *peek.partly, *partly),
            behind=topic.closed,
        )

    def _peek(self, topic: Topic) -> Peek:
        if topic.name not in self.peeks:
            try:
                self.peeks[topic.name] = topic.peek()
            except Failed as failed:
                self.peeks[topic.name] = Peek(partly=(failed,))
        return self.peeks[topic.name]


@dataclass(frozen=True, slots=True)
class _Pages:
    """Events of a topic as pages of a table."""

    topic: Topic
    told: frozenset[Path]
    """The fields that payloads and headers fill."""

    def pages(self, paths: Sequence[Path], start: int, count: int | None) -> Iterator[pa.Table]:
        """Give the events, or so many of the last ones; `start` must be 0.

        Raises:
            Failed: they cannot be read, or a payload that is asked for is not known.
        """
        if start:
            raise Failed("events cannot be entered anywhere", "scan again", final=True)
        if self.topic.closed is not None:
            raise self.topic.closed
        inside, events = not self.told.isdisjoint(paths), iter(self.topic.events(count))
        while some := list(islice(events, _PAGE)):
            if inside and count is None and (broken := next((one.broken for one in some if one.broken), "")):
                way = "write payloads as JSON, or as Avro with a registry that the connector is told of"
                raise Failed(f"payloads are {broken}", way)
            yield page_of(paths, lambda path: [one.at(path) for one in some])


def asked_for(tasks: Sequence[Task]) -> frozenset[str] | None:
    """Give the names of the topics that tasks are about; None for all of them."""
    names: set[str] = set()
    for task in tasks:
        match task:
            case Structure() if not task.targets:
                return None
            case Structure():
                names.update(task.targets.values())
            case Profile() | Stream():
                names.update(one.name.path[-1] for one in (task.relation, *task.joined.values()))
            case _:
                names.add(task.relation.name.path[-1])
    return frozenset(names)


def answer(broker: Broker, tasks: Sequence[Task], context: Context) -> Iterator[Fact]:
    """Answer tasks from a store of events that is open."""
    peeked, wanted = _Peeked(broker), asked_for(tasks)
    collections = {
        name: peeked.collection(topic) if wanted is None or name in wanted else _shell(topic)
        for name, topic in broker.topics.items()
    }
    closed = broker.closed or Failed("", "")
    store = Store(
        broker.product,
        broker.namespace,
        broker.version,
        broker.identity,
        collections,
        closed,
        broker.unseen,
        records="events",
    )
    ends = _Ends(peeked, tasks, context)
    for fact in answer_of_index(store, tasks, context):
        match fact:
            case SystemFact():
                yield fact
                yield from () if broker.rights is None else broker.rights(replace(fact.seen, how="permissions"))
            case UnseenFact(what="access", reason=""):
                pass
            case CostFact():
                yield replace(fact, queries=max(fact.queries, broker.asked()))
            case DatasetFact():
                topic = broker.topics[fact.name.path[-1]]
                yield replace(fact, parts=topic.parts, default_rights=False if broker.rights else None)
                yield from _endings(fact, topic)
                for failed in topic.untold:
                    yield UnseenFact(fact.seen, "definition", failed.reason, failed.settle, fact.name)
            case LookFact() | LabelFact() if fact.seen.how == _FIRST:
                yield replace(fact, seen=replace(fact.seen, how="last events"))
            case UnseenFact(what="data", name=Name(field=())):
                yield from ends.of(fact)
                yield fact
            case _:
                yield fact


def own_fields(*names: str) -> Mapping[Path, str]:
    """Give the fields that a store gives each event, `logged_at` first."""
    kinds = {"partition": "BIGINT", "offset": "BIGINT"}
    return {LOGGED: _ZONED, **{(name,): kinds.get(name, "VARCHAR") for name in names}}


def lasting(seconds: float) -> Duration | None:
    """Give how long events are kept; None where that is for ever, said or by a number beyond any calendar."""
    return Duration(seconds=seconds) if 0 < seconds < _LONGEST else None


def told_of(peek: Iterable[Event], *, whole: bool = True) -> Peek:
    """Give a peek of events that are all, or the last ones, that a topic holds."""
    events = tuple(peek)
    moments = [moment for event in events if isinstance(moment := event.own.get("logged_at"), datetime)]
    return Peek(events, min(moments, default=None) if whole else None, max(moments, default=None))


def _shell(topic: Topic) -> Collection:
    return Collection(topic.name, topic.rows, {}, _Pages(topic, frozenset()).pages, seekable=False)


def _endings(fact: DatasetFact, topic: Topic) -> Iterator[JobFact]:
    for ending in topic.endings:
        yield JobFact(
            replace(fact.seen, how="configuration"),
            ending.setting,
            "always",
            deletes_from=(fact.name,),
            enabled=ending.keeps is not None,
            keeps=ending.keeps,
            latest=ending.latest,
        )


@dataclass(slots=True)
class _Ends:
    """The oldest and the newest of topics that could not be counted, told once."""

    peeked: _Peeked
    tasks: Sequence[Task]
    context: Context
    told: set[tuple[str, str]] = field(default_factory=set)

    def of(self, unseen: UnseenFact) -> Iterator[MeasureFact]:
        """Give what the first and last events tell of all events of a topic."""
        for task in self.tasks:
            if isinstance(task, Profile) and task.relation.name == unseen.name and task.where is None:
                peek = self.peeked.peeks.get(unseen.name.path[-1], Peek())
                for measure in task.measures:
                    column = task.relation.columns.get(measure.field or "")
                    if column is None or column.path != LOGGED:
                        continue
                    value = peek.oldest if measure.kind is MeasureKind.OLDEST else None
                    if measure.kind is MeasureKind.NEWEST and peek.newest is not None:
                        ahead = measure.span.mean() if measure.span else Duration().mean()
                        value = peek.newest if peek.newest <= self.context.now + ahead else None
                    mark = (str(unseen.name), f"{task.relation.dataset} {measure.key}")
                    if value is not None and mark not in self.told:
                        self.told.add(mark)
                        seen = replace(unseen.seen, how="first and last events")
                        yield MeasureFact(seen, task.relation.dataset, "", (), measure.key, value)
