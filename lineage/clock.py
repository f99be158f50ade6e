"""How a field tells the time, read from its type as any system spells it.

Freshness and retention are judged on moments, and moments come in forms that differ in what they leave open:
`timestamp with time zone` names a moment, `timestamp` only a wall clock, `date` a whole day, a number counts from 1970.
Rules ask here what a clock leaves open and widen their verdicts by it; connectors ask here how to read one.
"""

from __future__ import annotations

import re
from datetime import timedelta
from enum import StrEnum
from typing import Final

_SIZE: Final = re.compile(r"\([^()]*\)")
_LISTS: Final = ("struct", "map", "list", "union", "array", "row", "tuple")
_AWARE: Final = frozenset(
    {"timestamptz", "timestamp_tz", "timestamp_ltz", "datetimeoffset", "timestamp with local time zone", "instant"}
)
_NAIVE: Final = frozenset(
    {
        "timestamp",
        "timestamp without time zone",
        "timestamp_ntz",
        "timestamp_s",
        "timestamp_ms",
        "timestamp_us",
        "timestamp_ns",
        "datetime",
        "datetime2",
        "datetime64",
        "smalldatetime",
    }
)
_DATES: Final = frozenset({"date", "date32", "date64"})
_NUMBERS: Final = frozenset(
    {
        *(
            "int",
            "integer",
            "bigint",
            "long",
            "hugeint",
            "uhugeint",
            "ubigint",
            "uinteger",
            "mediumint",
            "int unsigned",
        ),
        *("bigint unsigned", "unsigned big int", "int4", "int8", "int32", "int64", "uint32", "uint64", "serial"),
        *(
            "bigserial",
            "number",
            "numeric",
            "decimal",
            "real",
            "double",
            "double precision",
            "float",
            "float4",
            "float8",
        ),
    }
)
_TEXTS: Final = frozenset(
    {
        *("text", "varchar", "character varying", "char", "character", "bpchar", "citext", "string", "utf8", "clob"),
        *("nvarchar", "nchar", "varchar2", "nvarchar2", "native character", "varying character", "name"),
        *("tinytext", "mediumtext", "longtext", "large_string"),
    }
)


class ClockForm(StrEnum):
    """How a field's values tell the time."""

    AWARE = "aware"
    """A moment."""
    NAIVE = "naive"
    """A wall clock: a moment only where its zone is known."""
    DATE = "date"
    """A day of a wall clock."""
    EPOCH = "epoch"
    """A number since 1970 UTC in seconds, milli-, micro- or nanoseconds, told apart by how large it is."""
    TEXT = "text"
    """ISO 8601 text; each value says by itself whether it has a zone."""
    NONE = "none"
    """Not a clock."""

    @property
    def zoned(self) -> bool:
        """Every value names a moment by itself; where False, a zone must be declared or the verdict widened."""
        return self in {ClockForm.AWARE, ClockForm.EPOCH}

    @property
    def resolution(self) -> timedelta:
        """How long the span is that one value stands for.

        The moment reported for a value is the start of that span: a record dated by day may be younger than it looks.
        Text that holds days is not widened here: connectors answer with an `UnseenFact` where a day would decide.
        """
        return timedelta(days=1) if self is ClockForm.DATE else timedelta(0)


def clock_form(type: str) -> ClockForm:  # noqa: A002 - the product's word for it
    """Give the form of a field's clock from its type as the system spells it: `timestamp(3) with time zone`."""
    spelt = " ".join(type.lower().split())
    if spelt.startswith(("timestamp[", "datetime64[")):  # Arrow and NumPy
        return ClockForm.AWARE if "tz=" in spelt or ", " in spelt else ClockForm.NAIVE
    if spelt.endswith("]") or spelt.partition("(")[0].strip() in _LISTS:
        return ClockForm.NONE
    bare = " ".join(_SIZE.sub("", spelt).split())
    if bare in _AWARE or (bare.startswith("timestamp") and bare.endswith("with time zone")):
        return ClockForm.AWARE
    for form, spellings in (
        (ClockForm.NAIVE, _NAIVE),
        (ClockForm.DATE, _DATES),
        (ClockForm.EPOCH, _NUMBERS),
        (ClockForm.TEXT, _TEXTS),
    ):
        if bare in spellings:
            return form
    return ClockForm.NONE
