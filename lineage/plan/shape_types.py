"""The small types that the shapes of a plan are made of, each with the words for what is wrong and for editors."""

from __future__ import annotations

import re
from typing import Annotated, Any, Final

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainValidator, StringConstraints, WithJsonSchema

from lineage.duration import Duration, parse_duration
from lineage.errors import PlanError

DURATION_PATTERN: Final = r"^(P[0-9A-Z.]+|[0-9]+(\.[0-9]+)?\s*[A-Za-z]+.*)$"
_LONGEST: Final = 2_000


class Shape(BaseModel):
    """A mapping of the plan: unknown keys are refused, and no error ever repeats what was written."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True, strict=True, frozen=True)


def _text_list(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _duration(value: object) -> Duration:
    try:
        return parse_duration(value if isinstance(value, str) else "")
    except PlanError as error:
        raise ValueError("is not a duration; write it like '4 hours', '24 months' or 'PT15M'") from error


def _limit(value: object) -> Duration | str:
    if isinstance(value, str) and value.strip().lower() in {"none", "as source"}:
        return value.strip().lower()
    try:
        return _duration(value)
    except ValueError as error:
        raise ValueError("must be a duration such as '24 months', or 'none', or 'as source'") from error


def _literal(value: object) -> object:
    if isinstance(value, str | int | float | bool):
        return value
    raise ValueError("must be text, a number, true or false")


def _dotted(value: object) -> str:
    if not isinstance(value, str) or not value.strip() or len(value) > _LONGEST:
        raise ValueError('must be a name such as schema.table; odd parts in double quotes: "Odd Schema"."Tab le"')
    if re.sub(r'"(?:[^"]|"")*"', "", value).count('"'):
        raise ValueError('has a double quote that is not closed; odd parts are written "Odd Schema"."Tab le"')
    return value


Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]+$", max_length=100)]
"""A logical name: lower case, digits and underscore."""
OpenId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_.-]+$", max_length=100)]
"""A name that may hold hyphens and dots: the plan's own id."""
FunctionName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_$.]*$", max_length=200)]
"""A function as SQL calls it, in any schema (`mask_email`) or in one (`app.mask_email`)."""
Text = Annotated[str, StringConstraints(min_length=1, max_length=_LONGEST)]
Share = Annotated[float, Field(ge=0, le=1)]
DottedName = Annotated[
    str, PlainValidator(_dotted), WithJsonSchema({"type": "string", "minLength": 1, "examples": ["ai.contacts_v"]})
]
TextList = Annotated[
    list[Text],
    BeforeValidator(_text_list),
    WithJsonSchema(
        {"anyOf": [{"type": "string", "minLength": 1}, {"type": "array", "items": {"type": "string", "minLength": 1}}]}
    ),
]
"""One text, or a list of texts."""
DurationText = Annotated[
    Duration,
    PlainValidator(_duration),
    WithJsonSchema({"type": "string", "pattern": DURATION_PATTERN, "examples": ["4 hours", "24 months", "PT15M"]}),
]
LimitText = Annotated[
    Duration | str,
    PlainValidator(_limit),
    WithJsonSchema(
        {"anyOf": [{"enum": ["none", "as source"]}, {"type": "string", "pattern": DURATION_PATTERN}]},
    ),
]
LiteralValue = Annotated[Any, PlainValidator(_literal), WithJsonSchema({"type": ["string", "number", "boolean"]})]
"""A value that a field may hold."""
