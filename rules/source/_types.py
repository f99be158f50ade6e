"""Which kind of value a type holds, as any system or a plan spells it, so that `varchar(80)` and `text` agree."""

from __future__ import annotations

from typing import Final

from lineage.clock import ClockForm, clock_form

_WORDS: Final = {
    "bool": "boolean",
    "boolean": "boolean",
    "json": "json",
    "jsonb": "json",
    "object": "json",
    "struct": "json",
    "map": "json",
    "uuid": "uuid",
    "bytea": "binary",
    "blob": "binary",
    "binary": "binary",
    "bytes": "binary",
    "time": "time",
    "moment": "moment",
    "instant": "moment",
    "smallint": "integer",
    "tinyint": "integer",
    "int2": "integer",
    "int16": "integer",
    "ubigint": "integer",
}
_FORMS: Final = {
    ClockForm.AWARE: "moment",
    ClockForm.NAIVE: "timestamp",
    ClockForm.DATE: "date",
    ClockForm.TEXT: "text",
}
_WHOLE: Final = ("int", "integer", "bigint", "long", "serial", "bigserial", "hugeint", "mediumint", "uint")


def kind_of(spelt: str) -> str | None:
    """Give `text`, `integer`, `number`, `boolean`, `date`, `timestamp`, `moment` ...; None where the type is not known.

    A `moment` is a timestamp that knows its zone.
    """
    bare = spelt.lower().partition("(")[0].strip()
    if bare in _WORDS:
        return _WORDS[bare]
    form = clock_form(spelt)
    if form is ClockForm.EPOCH:
        return "integer" if bare.startswith(_WHOLE) else "number"
    return _FORMS.get(form)


def agrees(declared: str, actual: str) -> bool | None:
    """Whether a field of the actual type holds what the declared type promises; None where that is not known.

    A size that is declared must be the same; a wider promise holds for a narrower field (an integer is a number).
    """
    if _normal(declared) == _normal(actual):
        return True
    wanted, there = kind_of(declared), kind_of(actual)
    if wanted is None or there is None:
        return None
    if wanted == there:
        return "(" not in declared
    return (wanted, there) in {("number", "integer"), ("timestamp", "moment")}


def _normal(spelt: str) -> str:
    return "".join(spelt.lower().split())
