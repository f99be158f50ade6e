"""How ClickHouse's SQL differs: identifiers and parameters, text, moments, and a sample that is spread.

A parameter travels beside the statement (`{p:String}`), so the server itself puts it in as a value. Moments are
compared as seconds since 1970, which no setting of a session's zone changes.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, Final

from connectors._sql import Failed, Traits, bound, named
from connectors._tasks.clocks import DAY, WALL, ZONED, Clock, Track, since_1970
from lineage.clock import ClockForm, clock_form
from lineage.connector import Column
from lineage.model import Name

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from sqlalchemy import ColumnElement, Dialect, FromClause, Select

_BLANK: Final = r"^[ \t\n\r\f\v]*$"
_YEARS: Final = r"^(19|20|21|22)\d\d-"
"""A DateTime64 holds the years 1900 to 2299; what is written of others cannot be compared."""
_FAMILIAR: Final = ("string", "fixedstring", "date", "timestamp")
_SIGNED: Final = 2**63
_PARAMETER: Final = re.compile(r"[A-Za-z_]\w*")


def quoted(identifier: str) -> str:
    """Quote an identifier."""
    return "`" + identifier.replace("\\", "\\\\").replace("`", "\\`") + "`"


def table_of(name: Name) -> FromClause:
    """Give a table or view, quoted."""
    import sqlalchemy as sa

    database, table = name.path[-2:]
    place = sa.sql.quoted_name(quoted(database), quote=False)
    return sa.table(sa.sql.quoted_name(table, quote=True), schema=place)


def traits() -> Traits:
    """Give how ClickHouse's SQL differs."""
    return Traits(
        table=table_of,
        column=_path_of,
        clock=clock_of,
        comparable=_comparable,
        text=_text,
        blank=_blank,
        sampled=_sampled,
    )


def told(statement: Select[Any]) -> tuple[str, Mapping[str, object]]:
    """Give a statement's text and its parameters.

    Raises:
        Failed: it cannot be said to ClickHouse.
    """
    from sqlalchemy.exc import SQLAlchemyError

    try:
        compiled = statement.compile(dialect=_dialect())
    except SQLAlchemyError as error:
        raise Failed(f"it cannot be said to ClickHouse ({type(error).__name__})", "measure another field") from None
    return str(compiled), {name: _value(value) for name, value in compiled.params.items()}


def clock_of(value: ColumnElement[Any], spelling: str, zone: ZoneInfo) -> Clock | None:
    """Give how a column of a type tells the time; None where it does not."""
    import sqlalchemy as sa

    match clock_form(spelling):
        case ClockForm.AWARE:
            return Clock((Track(_seconds(value), zone, seconds=True),))
        case ClockForm.DATE:
            return Clock((Track(_seconds(value), zone, wall=True, day=True, seconds=True),), by_day=True)
        case ClockForm.EPOCH:
            counted = since_1970(value, lambda one, _kind: sa.func.toFloat64(one))
            return Clock((Track(sa.func.toNullable(counted), zone, seconds=True),))
        case ClockForm.TEXT:
            return _text_clock(value, zone)
        case _:
            return None


def _text_clock(value: ColumnElement[Any], zone: ZoneInfo) -> Clock:
    import sqlalchemy as sa

    text = sa.func.trimBoth(_text(value))
    moment = sa.func.parseDateTime64BestEffortOrNull(text, sa.literal_column("6"), sa.literal_column("'UTC'"))
    seconds = sa.func.toUnixTimestamp64Micro(moment) / sa.literal_column("1e6", sa.Double())
    near = _matches(text, _YEARS)
    tracks = (
        Track(sa.case((sa.and_(near, _matches(text, ZONED)), seconds)), zone, seconds=True),
        Track(sa.case((sa.and_(near, _matches(text, WALL)), seconds)), zone, wall=True, seconds=True),
        Track(sa.case((sa.and_(near, _matches(text, DAY)), seconds)), zone, wall=True, day=True, seconds=True),
    )
    untold = sa.and_(*(track.value.is_(None) for track in tracks))
    return Clock(tracks, sa.and_(text != sa.literal_column("''"), untold))


def _seconds(value: ColumnElement[Any]) -> ColumnElement[Any]:
    """Give seconds since 1970, as what may be null: the newest of no rows would else be 1970."""
    import sqlalchemy as sa

    moment = sa.func.toDateTime64(value, sa.literal_column("6"), sa.literal_column("'UTC'"))
    micro = sa.func.toUnixTimestamp64Micro(moment) / sa.literal_column("1e6", sa.Double())
    return sa.func.toNullable(micro)


def _path_of(table: FromClause, column: Column) -> ColumnElement[Any]:
    import sqlalchemy as sa

    value = named(table, Column(column.path[:1], column.type))
    for step in column.path[1:]:
        value = sa.func.tupleElement(value, bound(step))
    return value


def _comparable(value: ColumnElement[Any], column: Column) -> ColumnElement[Any]:
    return value if column.type.lower().startswith(_FAMILIAR) else _text(value)


def _text(value: ColumnElement[Any]) -> ColumnElement[Any]:
    import sqlalchemy as sa

    # A cast would turn a null into an error, toString leaves it null.
    return sa.func.toString(value)


def _blank(text: ColumnElement[Any]) -> ColumnElement[bool]:
    return _matches(text, _BLANK)


def _matches(text: ColumnElement[Any], pattern: str) -> ColumnElement[bool]:
    import sqlalchemy as sa

    return sa.func.match(text, bound(pattern), type_=sa.Boolean())


def _sampled(table: FromClause, _name: Name, share: float) -> FromClause | None:
    """Give about that share of the rows of a MergeTree table: of every so many rows of a part, one by its place's hash.

    No more rows than are wanted, but for one a part: what a limit cuts off is the end of the table, its newest rows.
    Other engines have no places, and refuse it.
    """
    import sqlalchemy as sa

    nth: ColumnElement[Any] = sa.literal_column(str(max(1, math.ceil(1 / share))))
    place: ColumnElement[Any] = sa.literal_column("_part_offset")
    drawn = sa.func.modulo(sa.func.cityHash64(sa.func.intDiv(place, nth)), nth)
    chosen = sa.func.modulo(place, nth) == drawn
    return sa.select(sa.literal_column("*")).select_from(table).where(chosen).subquery("dataset")


def _value(value: object) -> object:
    match value:
        case datetime():
            moment = value if value.tzinfo is None else value.astimezone(UTC).replace(tzinfo=None)
            return moment.isoformat(" ")
        case date():
            return value.isoformat()
        case _:
            return value


def _kind(value: object) -> str:
    match value:
        case bool():
            return "Bool"
        case int():
            return "Int64" if -_SIGNED <= value < _SIGNED else "Float64"
        case float():
            return "Float64"
        case _:
            return "String"


def _dialect() -> Dialect:
    from sqlalchemy.engine.default import DefaultDialect
    from sqlalchemy.sql.compiler import IdentifierPreparer, SQLCompiler

    class Preparer(IdentifierPreparer):
        def __init__(self, dialect: Dialect) -> None:
            super().__init__(dialect, initial_quote="`")

        def _escape_identifier(self, value: str) -> str:
            return quoted(value)[1:-1]

    class Compiler(SQLCompiler):
        def bindparam_string(self, name: str, *_told: Any, **_more: Any) -> str:
            if not _PARAMETER.fullmatch(name):
                raise Failed("it cannot be said to ClickHouse", "measure another field")
            return f"{{{name}:{_kind(self.binds[name].effective_value)}}}"

    class ClickHouse(DefaultDialect):
        name = "clickhouse"
        preparer: type[IdentifierPreparer] = Preparer
        statement_compiler = Compiler
        supports_native_boolean = True

    return ClickHouse(paramstyle="named")
