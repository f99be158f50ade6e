"""What connectors that speak SQL share: predicates as expressions, one statement at a time, what it cost, what failed.

Statements are built from SQLAlchemy expressions: a plan's names become quoted identifiers, its values bound parameters.
A connector brings `Traits` (how its SQL differs) and a `Session` (how a statement is run); `connectors._tasks` answers
with them. Parameters are bound without a type (`NullType`): no cast is written around them, and the server takes the
type of the column that they are compared with, a uuid, a citext.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from connectors._failed import Failed as Failed  # noqa: PLC0414 - connectors have it from here
from connectors._failed import failed_by as failed_by  # noqa: PLC0414 - as above
from connectors._tasks.clocks import Clock, Track, clock_of
from lineage.clock import ClockForm, clock_form
from lineage.connector import Column, Relation
from lineage.context import Context
from lineage.facts import CostFact, Fact, Seen, UnseenFact
from lineage.model import DatasetId, Name
from lineage.predicate import (
    Ago,
    And,
    Between,
    Compare,
    IsIn,
    IsNull,
    Joined,
    Literal,
    Not,
    Or,
    Predicate,
    Truth,
    Value,
)

if TYPE_CHECKING:
    from sqlalchemy import BindParameter, ColumnElement, Dialect, FromClause, Select

_ISO_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(slots=True)
class Cost:
    """What a session cost its source so far."""

    queries: int = 0
    rows: int = 0
    bytes: int = 0
    started: float = field(default_factory=time.monotonic)


def named(table: FromClause, column: Column) -> ColumnElement[Any]:
    """Give a column by its name, quoted, belonging to `table`.

    Raises:
        Failed: the column is a path into a document.
    """
    import sqlalchemy as sa

    if len(column.path) != 1:
        raise Failed("a path into a document cannot be followed here", "name the whole column")
    found: ColumnElement[Any] = sa.column(
        sa.sql.quoted_name(column.path[0], quote=True), sa.types.NullType(), _selectable=table
    )
    return found


def as_text(value: ColumnElement[Any]) -> ColumnElement[Any]:
    """Cast a value to text."""
    import sqlalchemy as sa

    return sa.cast(value, sa.Text())


def is_blank(text: ColumnElement[Any]) -> ColumnElement[bool]:
    """Tell whether text is empty or white space."""
    import sqlalchemy as sa

    return sa.func.trim(text, bound(" \t\n\r\f\v")) == sa.literal_column("''")


def flag(condition: ColumnElement[bool]) -> ColumnElement[int]:
    """Give 1 where a condition is true, 0 where it is false or unknown."""
    import sqlalchemy as sa

    return sa.case((condition, sa.literal_column("1")), else_=sa.literal_column("0"))


def summed(flags: ColumnElement[Any]) -> ColumnElement[Any]:
    """Count the rows whose flag is 1."""
    import sqlalchemy as sa

    return sa.func.sum(flags)


@dataclass(frozen=True, slots=True)
class Traits:
    """How a system's SQL differs; the defaults are PostgreSQL's."""

    table: Callable[[Name], FromClause]
    """What to select from: identifiers quoted."""
    column: Callable[[FromClause, Column], ColumnElement[Any]] = named
    """A field as an expression; raises Failed for a path that cannot be followed."""
    clock: Callable[[ColumnElement[Any], str, ZoneInfo], Clock | None] = clock_of
    """How a field of that type tells the time; None for no clock."""
    comparable: Callable[[ColumnElement[Any], Column], ColumnElement[Any]] = field(default=lambda value, _column: value)
    """What is compared with a text of the plan: an enum must become text first, or an unknown word is an error."""
    truth: Callable[[ColumnElement[Any]], ColumnElement[bool]] = field(default=lambda value: value)
    """A bare boolean field as a condition."""
    text: Callable[[ColumnElement[Any]], ColumnElement[Any]] = as_text
    """Any value as text, for a detector."""
    blank: Callable[[ColumnElement[Any]], ColumnElement[bool]] = is_blank
    """Whether text is empty or white space."""
    cell: Callable[[ColumnElement[bool]], ColumnElement[Any]] = flag
    """Whether a row belongs to a cell, for GROUP BY."""
    counted: Callable[[ColumnElement[bool]], ColumnElement[Any]] = flag
    """Whether a row counts, as a column that `count` takes."""
    count: Callable[[ColumnElement[Any]], ColumnElement[Any]] = summed
    """How many rows count."""
    sampled: Callable[[FromClause, Name, float], FromClause | None] = field(default=lambda _table, _name, _share: None)
    """A repeatable spread sample of about that share of the rows; None where there is none: the first rows."""
    filters: bool = False
    """Aggregates take FILTER and grouping is dear; `cell` and `counted` give conditions."""
    written: Callable[[FromClause], ColumnElement[Any] | None] = field(default=lambda _table: None)
    """When a row was written, as the system keeps it beside the row."""
    blocks: Callable[[Name], int | None] = field(default=lambda _name: None)
    """In how many blocks the rows of a table lie that `sampled` draws by blocks; None where that is not known."""
    block: Callable[[FromClause], ColumnElement[Any] | None] = field(default=lambda _table: None)
    """What names the block that a row of a sample lies in."""
    in_blocks: Callable[[Name], bool] = field(default=lambda _name: False)
    """Whether that sample takes whole blocks: rows that were written together are seen together, or missed together."""


@dataclass(frozen=True, slots=True)
class Session:
    """A way to run statements at a source, read-only and bounded in time, and an account of them."""

    context: Context
    identity: str
    traits: Traits
    execute: Callable[[Select[Any]], Sequence[Sequence[Any]]]
    """Run a statement and give its rows; raises Failed, and nothing else, for whatever the source may answer."""
    cost: Cost = field(default_factory=Cost)
    batches: Callable[[Select[Any], int], Iterator[Sequence[Sequence[Any]]]] | None = None
    """Run a statement and give its rows so many at a time, never all at once; raises Failed like `execute`."""

    def rows(self, statement: Select[Any]) -> Sequence[Sequence[Any]]:
        """Run a statement and count it.

        Raises:
            Failed: with class and code only.
        """
        self.cost.queries += 1
        return self.execute(statement)

    def seen(self, how: str) -> Seen:
        """Give when, how and as whom something is seen now."""
        return Seen(self.context.source, datetime.now(UTC), how, self.identity)

    def unseen(self, what: str, failed: Failed, name: Name | None) -> UnseenFact:
        """Give the fact that something could not be looked at."""
        return UnseenFact(self.seen("catalogue"), what, failed.reason, failed.settle, name)

    def bill(self) -> Fact:
        """Give what the session cost: the last fact of a read."""
        cost = self.cost
        elapsed = time.monotonic() - cost.started
        return CostFact(self.seen("session"), cost.queries, cost.rows, cost.bytes, round(elapsed, 3))


def rendered(statement: Select[Any], dialect: Dialect) -> tuple[str, Any]:
    """Give a statement's text and parameters for a driver that is called without SQLAlchemy's engine.

    Parameters are a mapping, or a list where the dialect's are positional.

    Raises:
        Failed: the statement cannot be said in this dialect.
    """
    from sqlalchemy.exc import SQLAlchemyError

    try:
        compiled = statement.compile(dialect=dialect, compile_kwargs={"render_postcompile": True})
    except SQLAlchemyError as error:
        raise failed_by(error) from None
    # SQLAlchemy makes all parameters anew each time that they are asked for.
    parameters = dict(compiled.params)
    if compiled.positiontup is None:
        return str(compiled), parameters
    return str(compiled), [parameters[name] for name in compiled.positiontup]


def bound(value: object) -> BindParameter[Any]:
    """Give a parameter without a type of its own."""
    import sqlalchemy as sa

    return sa.bindparam(None, value, type_=sa.types.NullType(), unique=True)


@dataclass(frozen=True, slots=True)
class Reading:
    """A dataset that is selected from: turns the plan's predicates over it into conditions."""

    relation: Relation
    table: FromClause
    joined: Mapping[DatasetId, Relation]
    now: datetime
    traits: Traits
    zones: Mapping[str, str] = field(default_factory=dict)
    """Field -> declared zone of its clock; others are taken as UTC."""

    def field(self, name: str) -> ColumnElement[Any]:
        """Give a field of the dataset by the plan's name.

        Raises:
            Failed: the dataset has no such column.
        """
        return self.traits.column(self.table, self.column(name))

    def column(self, name: str) -> Column:
        """Give what the system calls a field.

        Raises:
            Failed: the dataset has no such column.
        """
        column = self.relation.columns.get(name)
        if column is None:
            raise Failed("the field is not in the catalogue", "name a field that exists")
        return column

    def clock(self, name: str, zone: str | None) -> Clock:
        """Give how a field tells the time; a wall clock is one of that zone, or of UTC.

        Raises:
            Failed: it does not, or the zone is not known.
        """
        clock = self.traits.clock(self.field(name), self.column(name).type, zone_named(zone))
        if clock is None:
            raise Failed("the field is no clock", "name a date, a timestamp, ISO 8601 text or a count since 1970")
        return clock

    def condition(self, predicate: Predicate) -> ColumnElement[bool]:
        """Turn a predicate into a condition that is true for exactly the rows that belong to it.

        Raises:
            Failed: it names what is not there.
        """
        import sqlalchemy as sa

        found: ColumnElement[bool]
        match predicate:
            case And():
                found = sa.and_(sa.true(), *(self.condition(part) for part in predicate.of))
            case Or():
                found = sa.or_(sa.false(), *(self.condition(part) for part in predicate.of))
            case Not():
                # "Is not true": a row for which the inner predicate is unknown belongs to its complement.
                found = flag(self.condition(predicate.of)) == sa.literal_column("0")
            case IsNull():
                found = self.field(predicate.field).is_(None)
            case Truth():
                found = self.traits.truth(self.field(predicate.field))
            case Joined():
                found = self._joined(predicate)
            case Compare():
                found = self._compare(predicate.field, predicate.op, predicate.value)
            case Between():
                low = self._compare(predicate.field, ">=", predicate.low)
                found = sa.and_(low, self._compare(predicate.field, "<=", predicate.high))
            case IsIn():
                found = sa.or_(sa.false(), *(self._compare(predicate.field, "=", value) for value in predicate.values))
        return found

    def one_of(self, name: str, values: Sequence[Literal]) -> ColumnElement[bool]:
        """Give the condition that a field holds one of some values."""
        value = self.field(name)
        if all(isinstance(one, str) for one in values):
            value = self.traits.comparable(value, self.column(name))
        return value.in_([bound(one) for one in values])

    def _joined(self, predicate: Joined) -> ColumnElement[bool]:
        import sqlalchemy as sa

        other = self.joined.get(predicate.dataset)
        if other is None:
            raise Failed("a joined dataset is not in the catalogue", "make the dataset behind the join visible")
        inner = Reading(other, self.traits.table(other.name).alias(), self.joined, self.now, self.traits)
        keys = sa.select(inner.field(predicate.key)).select_from(inner.table).where(inner.condition(predicate.where))
        return self.field(predicate.field).in_(keys)

    def _compare(self, name: str, op: str, value: Value) -> ColumnElement[bool]:
        if (moment := _moment(value, clock_form(self.column(name).type), self.now)) is not None:
            return _on_any(self.clock(name, self.zones.get(name)).tracks, op, moment)
        left = self.field(name)
        if isinstance(value, str) and op in {"=", "!="}:
            left = self.traits.comparable(left, self.column(name))
        return _compared(left, op, bound(value))


def zone_named(name: str | None) -> ZoneInfo:
    """Give a zone by its IANA name; UTC for none.

    Raises:
        Failed: it is not known.
    """
    try:
        return ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Failed("the zone is not known", "write the zone's IANA name: Europe/Berlin") from None


def _moment(value: Value, form: ClockForm, now: datetime) -> datetime | date | None:
    """Give the moment that a value of the plan stands for; None where it is compared as it is.

    Text is compared with text: only a column that is a clock by its type makes a moment of it.
    """
    match value:
        case Ago():
            return value.span.before(now)
        case datetime() | date():
            return value
        case str() if form not in {ClockForm.NONE, ClockForm.TEXT} and _ISO_DATE.match(value):
            try:
                found = datetime.fromisoformat(value)
            except ValueError:
                return None
            return found.date() if len(value) == len("2026-01-31") else found
        case _:
            return None


def _on_any(tracks: Sequence[Track], op: str, moment: datetime | date) -> ColumnElement[bool]:
    import sqlalchemy as sa

    return sa.or_(*(_compared(track.value, op, bound(track.bound(moment))) for track in tracks))


def _compared(left: ColumnElement[Any], op: str, right: ColumnElement[Any]) -> ColumnElement[bool]:
    match op:
        case "=":
            return left == right
        case "!=":
            return left != right
        case "<":
            return left < right
        case "<=":
            return left <= right
        case ">":
            return left > right
        case _:
            return left >= right
