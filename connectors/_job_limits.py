"""How long a deleting statement lets rows live, where its condition says it with a constant.

Only a condition that is one comparison of a moment with `now - constant` is read: any other part of it may spare rows,
so that nothing could be said of how long they live.
"""

from __future__ import annotations

from lineage.duration import Duration, parse_duration
from lineage.errors import PlanError


def kept_for(statement: object) -> Duration | None:
    """Give the age at which a parsed DELETE takes rows; None where its condition does not say."""
    from sqlglot import exp

    where = statement.args.get("where") if isinstance(statement, exp.Delete) else None
    if where is None:
        return None
    condition = where.this.unnest()
    match condition:
        case exp.LT() | exp.LTE():
            moment = condition.expression.unnest()
        case exp.GT() | exp.GTE():
            moment = condition.this.unnest()
        case _:
            return None
    if not isinstance(moment, exp.Sub | exp.DateSub | exp.TimestampSub | exp.DatetimeSub) or not _is_now(moment.this):
        return None
    return _constant(moment)


def _is_now(expression: object) -> bool:
    from sqlglot import exp

    inner = expression.unnest() if isinstance(expression, exp.Expression) else None
    if isinstance(inner, exp.Cast):
        inner = inner.this
    known = (exp.CurrentTimestamp, exp.CurrentDate, exp.CurrentDatetime)
    return isinstance(inner, known) or (
        isinstance(inner, exp.Anonymous)
        and inner.name.lower() in {"now", "clock_timestamp", "sysdate", "utc_timestamp"}
    )


def _constant(moment: object) -> Duration | None:
    from sqlglot import exp

    assert isinstance(moment, exp.Expression)  # noqa: S101 - sqlglot is imported where it is used
    span = moment.expression
    amount, unit = (
        (span.this, span.args.get("unit")) if isinstance(span, exp.Interval) else (span, moment.args.get("unit"))
    )
    if not isinstance(amount, exp.Literal):
        return None
    words = f"{amount.this} {unit.name if unit is not None else ''}".strip()
    try:
        return parse_duration(words)
    except PlanError:
        return None
