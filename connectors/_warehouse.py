"""What warehouses add to a database that is read through SQLAlchemy: statements over their own views of themselves.

A warehouse is a list of statements, constants of ours, each with what its rows tell. One that is refused costs what it
would have told, which is said, and nothing else. The statements are written from the warehouses' documentation.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, Final, cast
from zoneinfo import ZoneInfo

from pydantic import BaseModel, Field

from connectors._sql import Failed, Session, as_text
from connectors._sql_engine import Database, engine_for
from connectors._tasks.clocks import Clock, Track, since_1970
from connectors.sql import SqlSettings, answer, spelt, traits_of
from lineage.clock import ClockForm, clock_form
from lineage.connector import Structure, Task
from lineage.context import Context
from lineage.errors import ConnectorError
from lineage.facts import DatasetFact, Fact, FieldFact, PrincipalFact, ResolvedFact, Seen, SystemFact, UnseenFact
from lineage.model import Name, Principal

if TYPE_CHECKING:
    from sqlalchemy import URL, ColumnElement, Connection

Rows = Sequence[Sequence[Any]]
MOST: Final = 200_000
"""Rows of one statement; beyond it nothing is concluded from it."""
DAY: Final = 86_400
MOMENT: Final = "with local time zone"
"""Added to the spelling of a type that names a moment, where others' `TIMESTAMP` is a wall clock."""


class WarehouseSettings(SqlSettings):
    """Where a warehouse is, and what of its history is read."""

    history_days: int = Field(default=0, ge=0, le=365)
    """So many days of what ran are read, to tell which fields are in use by whom; 0: none."""


@dataclass(frozen=True, slots=True)
class About:
    """More about a dataset that the dialect told already."""

    name: Name
    changes: Mapping[str, Any]
    """Attributes of its DatasetFact."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What is known of a warehouse when its own views are read."""

    namespace: str
    database: str
    """The database, catalogue or project that the URL names, as the system spells it."""
    datasets: Mapping[tuple[str, str], DatasetFact]
    """(schema, dataset) as the system spells them -> what the dialect told."""
    fields: Mapping[tuple[Name, str], Name]
    """(dataset, field as the system spells it) -> its name."""
    seen: Seen
    identity: str | None
    now: datetime
    """The audit's moment."""
    seconds: float
    """That reading may take, by the source's budget."""
    resolved: tuple[Name, ...] = ()
    """What the plan reads."""
    spellings: tuple[str, ...] = ()
    """How else the warehouse may spell the identity."""
    since: datetime | None = None
    """From when on what ran is asked for; None: it is not asked for."""

    def dataset(self, schema: object, table: object) -> Name | None:
        """Give a dataset by its parts, as a row spells them; None where the dialect does not tell it."""
        found = self.datasets.get((str(schema), str(table)))
        return None if found is None else found.name

    def schema(self, schema: object) -> Name | None:
        """Give a schema by its name, as a row spells it; None where nothing of it is told."""
        for (known, _), fact in self.datasets.items():
            if known == str(schema):
                return Name(self.namespace, fact.name.path[:-1])
        return None

    def within(self, schema: object) -> Iterator[Name]:
        """Give the datasets of a schema, as a row spells it."""
        for (known, _), fact in self.datasets.items():
            if known == str(schema):
                yield fact.name

    @property
    def above(self) -> Name | None:
        """The database above the schemas, as datasets are named here; None where there is none, or no dataset."""
        for fact in self.datasets.values():
            return Name(self.namespace, fact.name.path[:-2])
        return None

    def principal(self, name: object) -> Principal:
        """Give a principal by its name."""
        return Principal(self.namespace, str(name))


@dataclass(frozen=True, slots=True)
class Asked:
    """One statement, and what its rows tell."""

    label: str
    """What it is about, for people: `grants to roles`."""
    what: str
    """`access`; `structure` or `retention` for settings, whose lack says nothing about rights; `use` for what ran."""
    text: str
    """One SELECT; `{region}` stands for a word that settings keep to letters, digits and hyphens."""
    tell: Callable[[Ground, Rows], Iterator[Fact | About]]
    settle: str
    each: Callable[[Ground], Sequence[Mapping[str, str]]] | None = None
    """Run once for each of these bound parameters; their rows are told together."""
    of: Callable[[Ground], Sequence[tuple[Name, str]]] | None = None
    """It shows one dataset, and is run for each of these, whose quoted name stands for `{table}`; it has no limit.

    `:table` is the dataset's own name, as the system spells it. Each row is told with the dataset in front of it; where
    there is no row, that alone.
    """
    then: str = ""
    """With `of`: a second command, whose rows follow."""


@dataclass(frozen=True, slots=True)
class Warehouse:
    """A kind of warehouse."""

    backend: str
    package: str
    """What brings its dialect."""
    asked: tuple[Asked, ...]
    seconds: Callable[[ColumnElement[Any], ClockForm], ColumnElement[Any]]
    """Seconds since 1970 of a moment, or of a wall clock taken as UTC."""
    above: Callable[[URL], str]
    """The database, catalogue or project that a URL names."""
    gap: Failed | None = None
    """What of access no statement tells."""
    moments: frozenset[str] = frozenset()
    """Types that name a moment though others' of that name are wall clocks."""
    caller_rights: bool = False
    """A view reads with the rights of who reads it."""
    same: Callable[[str], Sequence[str]] = field(default=lambda identity: (identity,))
    """How the warehouse may spell what a plan calls an identity."""
    history: tuple[Asked, ...] = ()
    """What tells what ran; asked where settings ask for days of it."""
    since: datetime | None = None
    """From when on, of one read."""


def read_warehouse(
    warehouse: Warehouse, settings: WarehouseSettings, tasks: Sequence[Task], context: Context, words: Mapping[str, str]
) -> Iterator[Fact]:
    """Answer tasks from one warehouse.

    Raises:
        ConnectorError: it cannot be read, its dialect is not installed, or the URL is another system's.
    """
    if settings.history_days:
        since = context.now - timedelta(days=settings.history_days)
        warehouse = replace(warehouse, asked=(*warehouse.asked, *warehouse.history), since=since)
    with _opened(warehouse, settings, context) as database:
        traits = replace(traits_of(database), clock=partial(_clock, warehouse), text=as_text)
        session = Session(context, database.identity, traits, database.execute, batches=database.batches)
        for task in tasks:
            if isinstance(task, Structure):
                yield from _structure(warehouse, database, session, task, words)
            else:
                yield from answer(database, session, task)
        session.cost.queries = database.cost.queries
        yield session.bill()


def moment_of(value: object) -> datetime | None:
    """Give a moment as a driver gives it: without a zone it is UTC's; None for what is none."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return None
    if not isinstance(value, datetime):
        return None
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def whole_of(value: object) -> int | None:
    """Give a count as a driver gives it: a number, or text of one."""
    try:
        found = int(str(value))
    except ValueError:
        return None
    return found if found >= 0 else None


def yes(value: object) -> bool:
    """Tell whether a column says yes: `YES`, `true`, True."""
    return str(value).casefold() in {"yes", "true", "t", "1"}


def _opened(warehouse: Warehouse, settings: WarehouseSettings, context: Context) -> Any:
    import sqlalchemy as sa

    source, url = context.source, settings.url.get_secret_value()
    try:
        made = sa.make_url(url)
    except (sa.exc.ArgumentError, ValueError):
        made = None
    if made is None or made.get_backend_name() != warehouse.backend:
        raise ConnectorError(
            f"{source}: the connector's url is none of {warehouse.backend}; is it like {warehouse.backend}://...?"
        )
    try:
        made.get_dialect()
    except sa.exc.NoSuchModuleError:
        what = f"{source}: SQLAlchemy has no dialect {made.drivername!r} here"
        raise ConnectorError(f"{what}; install {warehouse.package} beside lineage-audit") from None
    return engine_for(url, context)


def _structure(
    warehouse: Warehouse, database: Database, session: Session, task: Structure, words: Mapping[str, str]
) -> Iterator[Fact]:
    told = [_mended(warehouse, fact) for fact in answer(database, session, task) if not _generic(fact)]
    ground = _ground(warehouse, database, session, task, told)
    more: list[Fact] = []
    changes: dict[Name, dict[str, Any]] = defaultdict(dict)
    for asked in warehouse.asked:
        for name, rows in _answers(database, asked, ground, words):
            try:
                found = list(asked.tell(ground, rows()))
            except Failed as failed:
                reason = f"{asked.label} cannot be read: {failed.reason}"
                more.append(session.unseen(asked.what, Failed(reason, asked.settle), name))
                continue
            for one in found:
                if isinstance(one, About):
                    changes[one.name].update(one.changes)
                else:
                    more.append(one)
    for fact in told:
        yield replace(fact, **changes[fact.name]) if isinstance(fact, DatasetFact) and fact.name in changes else fact
    yield from more
    if warehouse.gap is not None:
        yield session.unseen("access", warehouse.gap, None)
    yield from _same(ground, more)


def _generic(fact: Fact) -> bool:
    # What the dialects of SQLAlchemy cannot tell is told here.
    return isinstance(fact, UnseenFact) and fact.what == "access" and fact.name is None


def _mended(warehouse: Warehouse, fact: Fact) -> Fact:
    match fact:
        case FieldFact() if fact.type.partition("(")[0].strip().upper() in warehouse.moments:
            return replace(fact, type=f"{fact.type} {MOMENT}")
        case DatasetFact():
            return replace(fact, runs_as_owner=not warehouse.caller_rights, default_rights=False)
        case SystemFact():
            return replace(fact, complete_catalogue=False)
        case _:
            return fact


def _ground(
    warehouse: Warehouse, database: Database, session: Session, task: Structure, told: Sequence[Fact]
) -> Ground:
    by_name = {fact.name: fact for fact in told if isinstance(fact, DatasetFact)}
    datasets = {
        (spelt(database, name.path[-2]), spelt(database, name.path[-1])): fact for name, fact in by_name.items()
    }
    fields = {
        (fact.name.dataset, spelt(database, fact.name.field[0])): fact.name
        for fact in told
        if isinstance(fact, FieldFact)
    }
    above = spelt(database, warehouse.above(database.engine.url))
    resolved = tuple(fact.name for fact in told if isinstance(fact, ResolvedFact))
    seen = session.seen("system views")
    spellings = () if task.identity is None else tuple(warehouse.same(task.identity))
    known = (database.namespace, above, datasets, fields, seen, task.identity)
    moment = (session.context.now, session.context.budget.seconds)
    return Ground(*known, *moment, resolved, spellings, warehouse.since)


def _answers(
    database: Database, asked: Asked, ground: Ground, words: Mapping[str, str]
) -> Iterator[tuple[Name | None, Callable[[], Rows]]]:
    """Give what answers a statement: one answer, or one for each dataset that a command shows."""
    if asked.of is None:
        yield None, partial(_all_rows, database, asked, ground, words)
        return
    for name, quoted in asked.of(ground):
        given = {"table": spelt(database, name.path[-1])} if ":table" in asked.text else {}
        texts = [text.format(table=quoted) for text in (asked.text, asked.then) if text]
        yield name, partial(_shown, database, name, texts, given)


def _all_rows(database: Database, asked: Asked, ground: Ground, words: Mapping[str, str]) -> Rows:
    given: Sequence[Mapping[str, str]] = ({},) if asked.each is None else asked.each(ground)
    text = asked.text.format(**words)
    return [row for parameters in given for row in _rows(database, text, parameters)]


def _shown(database: Database, name: Name, texts: Sequence[str], given: Mapping[str, str]) -> Rows:
    """Run statements or commands of ours that show a dataset; its name is quoted, or a parameter.

    Raises:
        Failed: with class and code only.
    """

    import sqlalchemy as sa

    def run(connection: Connection, text: str) -> Rows:
        # Without parameters nothing in a quoted name can be taken for one.
        found = connection.execute(sa.text(text), given) if given else connection.exec_driver_sql(text)
        return [(name, *row) for row in found.fetchmany(MOST)]

    rows = [row for text in texts for row in cast("Rows", database.bounded(partial(run, text=text)))]
    return rows or [(name,)]


def _rows(database: Database, text: str, parameters: Mapping[str, str]) -> Rows:
    """Run a statement of ours.

    Raises:
        Failed: with class and code only, or its rows are too many.
    """
    import sqlalchemy as sa

    def run(connection: Connection) -> Rows:
        return [tuple(row) for row in connection.execute(sa.text(f"{text} LIMIT {MOST + 1}"), parameters)]

    found = cast("Rows", database.bounded(run))
    if len(found) > MOST:
        raise Failed(f"more than {MOST:,} rows", "read fewer schemas with an identity that sees fewer")
    return found


def _same(ground: Ground, more: Sequence[Fact]) -> Iterator[Fact]:
    """Say which principal the plan's identity is, where the warehouse spells it otherwise."""
    if ground.identity is None:
        return
    known = {fact.principal for fact in more if isinstance(fact, PrincipalFact)}
    own = ground.principal(ground.identity)
    if own in known:
        return
    found = next((one for one in map(ground.principal, ground.spellings) if one in known), None)
    if found is not None:
        yield PrincipalFact(ground.seen, own, same_as=found)


def _clock(warehouse: Warehouse, value: ColumnElement[Any], spelling: str, zone: ZoneInfo) -> Clock | None:
    form = clock_form(spelling)
    match form:
        case ClockForm.AWARE | ClockForm.NAIVE | ClockForm.DATE:
            day = form is ClockForm.DATE
            track = Track(warehouse.seconds(value, form), zone, wall=form is not ClockForm.AWARE, day=day, seconds=True)
            return Clock((track,), by_day=day)
        case ClockForm.EPOCH:
            return Clock((Track(since_1970(value), zone, seconds=True),))
        case ClockForm.NONE:
            return None
        case _:
            raise Failed("moments in text are not read in this dialect", "keep it as a timestamp, or declare another")


def settings_of(settings: BaseModel) -> WarehouseSettings:
    """Give settings as the warehouses' own."""
    assert isinstance(settings, WarehouseSettings)  # noqa: S101 - the registry made them with our class
    return settings
