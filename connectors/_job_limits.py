"""How long a deleting statement lets rows live, where its condition says it with a constant.

Only a condition that is one comparison of a column's age with a constant is read: any other part of it, a limit on the
number of rows or a join may spare rows, so that nothing could be said of how long they live.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from lineage.duration import Duration, parse_duration
from lineage.errors import PlanError

if TYPE_CHECKING:
    from sqlglot import exp

_NOW: Final = frozenset({"now", "clock_timestamp", "sysdate", "utc_timestamp"})
_EXECUTED: Final = re.compile(r"/\*M?!")
"""A comment that MariaDB and MySQL execute, and a parser does not see."""
_SPARING: Final = ("limit", "using", "tables", "cluster", "order")
"""Parts of a DELETE beside its condition that decide which rows go."""
_PARTIAL: Final = ("joins", "only", "partition", "sample", "when")
"""Parts of its table's name that do."""


def parsed(text: str, dialect: str) -> object:
    """Parse the only statement of a job in whole; None where there are more, or any part of it is not understood."""
    import sqlglot
    from sqlglot.errors import SqlglotError

    if _EXECUTED.search(text):
        return None
    try:
        statements = sqlglot.parse(text, dialect=dialect, error_level=sqlglot.ErrorLevel.IMMEDIATE)
    except (SqlglotError, RecursionError):
        return None
    return statements[0] if len(statements) == 1 else None


def kept_for(statement: object) -> Duration | None:
    """Give the age at which a parsed DELETE takes rows, zero where it takes all; None where it says no age."""
    if empties(statement):
        return Duration()
    found = _aged(statement)
    return found[1] if found else None


def empties(statement: object) -> bool:
    """Say whether a parsed statement takes every row of its one table, whatever its age."""
    from sqlglot import exp

    if isinstance(statement, exp.TruncateTable):
        tables = [one for one in statement.expressions if isinstance(one, exp.Table) and not one.args.get("only")]
        return len(tables) == len(statement.expressions) == 1 and not statement.args.get("partition")
    if not isinstance(statement, exp.Delete) or not isinstance(statement.this, exp.Table):
        return False
    spared = any(statement.args.get(part) for part in ("where", *_SPARING))
    return not spared and not any(statement.this.args.get(part) for part in _PARTIAL)


def counted_from(statement: object, columns: Iterable[str]) -> str | None:
    """Give the column from whose moment that age counts, as the table spells it."""
    found = _aged(statement)
    if found is None:
        return None
    known = list(columns)
    return found[0] if found[0] in known else next((name for name in known if name.lower() == found[0].lower()), None)


def _aged(statement: object) -> tuple[str, Duration] | None:
    """Give the column and the age of `column < now - age`, however it is written."""
    from sqlglot import exp

    where = statement.args.get("where") if isinstance(statement, exp.Delete) else None
    if not isinstance(statement, exp.Delete) or where is None or any(statement.args.get(part) for part in _SPARING):
        return None
    if not isinstance(statement.this, exp.Table) or any(statement.this.args.get(part) for part in _PARTIAL):
        return None
    match where.this.unnest():
        case exp.LT() | exp.LTE() as condition:
            return _ordered(condition.this.unnest(), condition.expression.unnest())
        case exp.GT() | exp.GTE() as condition:
            return _ordered(condition.expression.unnest(), condition.this.unnest())
    return None


def _ordered(less: exp.Expression, more: exp.Expression) -> tuple[str, Duration] | None:
    """Read `column < now - age`, `column < now + -age`, `column + age < now` and `age < now - column`."""
    from sqlglot import exp

    minus, plus = (exp.Sub, exp.DateSub, exp.TimestampSub, exp.DatetimeSub), (exp.Add, exp.DateAdd, exp.TimestampAdd)
    if isinstance(more, minus) and _is_now(more.this) and (column := _column(less)):
        return _told(column, _span(more.expression, more.args.get("unit") or _day(more.this)))
    if isinstance(more, plus) and isinstance(more.expression, exp.Neg) and _is_now(more.this):
        back = (column := _column(less)) and _span(more.expression.this, more.args.get("unit"))
        return _told(column, back) if column and back else None
    if isinstance(less, plus) and _is_now(more) and (column := _column(less.this)):
        return _told(column, _span(less.expression, less.args.get("unit")))
    if isinstance(more, exp.Sub) and _is_now(more.this) and (column := _column(more.expression)):
        return _told(column, _span(less, None))
    return None


def _told(column: str, span: Duration | None) -> tuple[str, Duration] | None:
    return (column, span) if span is not None else None


def _column(expression: object) -> str | None:
    from sqlglot import exp

    inner = expression.unnest() if isinstance(expression, exp.Expression) else None
    # The day of a moment is as old as the moment, to the day.
    while isinstance(inner, exp.Cast | exp.TsOrDsToDate | exp.Date) and isinstance(inner.this, exp.Expression):
        inner = inner.this.unnest()
    return inner.name if isinstance(inner, exp.Column) else None


def _is_now(expression: object) -> bool:
    from sqlglot import exp

    inner = expression.unnest() if isinstance(expression, exp.Expression) else None
    if isinstance(inner, exp.Cast):
        inner = inner.this
    known = (exp.CurrentTimestamp, exp.CurrentDate, exp.CurrentDatetime, exp.Localtimestamp, exp.UtcTimestamp)
    return isinstance(inner, known) or (isinstance(inner, exp.Anonymous) and inner.name.lower() in _NOW)


def _day(moment: object) -> object:
    """Give the unit of a bare number that is taken from a moment: PostgreSQL counts days from a date."""
    from sqlglot import exp

    return exp.var("day") if isinstance(moment, exp.CurrentDate) else None


def _span(span: object, unit: object) -> Duration | None:
    from sqlglot import exp

    inner = span.unnest() if isinstance(span, exp.Expression) else None
    if isinstance(inner, exp.Cast) and inner.to.is_type("interval"):
        inner, unit = inner.this, None
        if not isinstance(inner, exp.Literal) or not inner.is_string:
            return None
    elif isinstance(inner, exp.Interval):
        inner, unit = inner.this, inner.args.get("unit")
    elif unit is None:
        return None
    if not isinstance(inner, exp.Literal):
        return None
    try:
        return parse_duration(f"{inner.this} {unit.name if isinstance(unit, exp.Expression) else ''}".strip())
    except PlanError:
        return None
