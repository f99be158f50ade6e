"""What an event carries, as fields: JSON, Avro and text become a row; what is neither is counted and never guessed at.

Payloads in the wire format of schema registries (a zero byte, the schema's id, the body) are read with the schema of
that id. A key is a name and is told; one that looks like a value becomes no field (`connectors._stores.index_payload`).
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from connectors._sql import Failed
from connectors._stores.index_payload import Keys, Path, value_at

LOGGED: Final[Path] = ("logged_at",)
OWN: Final = frozenset({"logged_at", "partition", "offset", "key", "subject", "operation", "headers", "value"})
"""Names that the stores of events give by themselves; a key of a payload of that name is told as `payload.<name>`."""
MAX_BYTES: Final = 4_000_000
_MAGIC: Final = b"\x00"
_ID_BYTES: Final = 5
_TEXT_CONTROLS: Final = frozenset("\t\n\r")

Schema = tuple[str, Any]
"""`AVRO` or `JSON` (or what else the registry names), and the schema as parsed."""
Schemas = Callable[[int], "Schema | None"]
"""Give the schema with an id; None where it cannot be had."""


@dataclass(frozen=True, slots=True)
class Event:
    """One event that was read, without what makes no row."""

    own: Mapping[str, object] = field(repr=False)
    """What the store says of it: `logged_at`, `offset`, `headers` ..."""
    payload: Mapping[str, object] = field(repr=False)
    broken: str = ""
    """Why its payload is not known: a class of reason."""

    def at(self, path: Path) -> object:
        """Give what it has at a path; None where it has nothing."""
        if path[0] in OWN:
            found: object = self.own
            for step in path:
                found = found.get(step) if isinstance(found, Mapping) else None
            return found
        return value_at(self.payload, path, OWN)


def event_of(own: Mapping[str, object], body: bytes | None, schemas: Schemas | None = None) -> Event:
    """Make an event of what the store says and its body."""
    if not body:
        return Event(own, {})
    if len(body) > MAX_BYTES:
        return Event(own, {}, "larger than is read")
    if body[:1] == _MAGIC and len(body) > _ID_BYTES and (found := _by_schema(body, schemas)) is not None:
        told, broken = found
    else:
        told, broken = _by_itself(body)
    if broken:
        return Event(own, {}, broken)
    if isinstance(told, Mapping):
        return Event(own, {str(key): plain(value) for key, value in told.items()})
    return Event({**own, "value": plain(told)}, {})


def plain(value: Any) -> object:
    """Give a value in the words of JSON, moments and days as they are."""
    match value:
        case None | bool() | int() | float() | str() | datetime() | date():
            return value
        case Decimal():
            return float(value)
        case bytes():
            return value.decode("utf-8", "replace")
        case Mapping():
            return {str(key): plain(inner) for key, inner in value.items()}
        case list() | tuple():
            return [plain(inner) for inner in value]
        case _:  # a UUID, a time of day
            return str(value)


def fields_of(events: Sequence[Event], schema: Schema | None = None) -> tuple[Mapping[Path, str], tuple[Failed, ...]]:
    """Give the fields that events have, with their types, and what became no field.

    A schema adds the fields that no event at hand fills; one of Avro says what type its fields have.
    """
    keys, mine = Keys(OWN), Keys()
    for event in events:
        keys.take(event.payload)
        for name, value in event.own.items():
            if isinstance(value, Mapping):
                mine.take({name: value} if value else {})
            elif name not in {"logged_at", "partition", "offset"} and value is not None:
                mine.take({name: value})
    found = {**mine.fields(), **keys.fields()}
    if schema is not None:
        for path, kind in fields_in(schema).items():
            told = ("payload", *path) if path[0] in OWN else path
            if not any(other[: len(told)] == told for other in found) or (told in found and schema[0] == "AVRO"):
                found[told] = kind
    return found, (*keys.partly(), *mine.partly(), *_broken(events))


def fields_in(schema: Schema) -> Mapping[Path, str]:
    """Give the fields of a schema, with their types; names that look like values are left out."""
    kind, parsed = schema
    keys = Keys()
    keys.take({name: _example(inner) for name, inner in (_avro(parsed) if kind == "AVRO" else _json(parsed)).items()})
    return keys.fields()


def _broken(events: Sequence[Event]) -> tuple[Failed, ...]:
    reasons = [event.broken for event in events if event.broken]
    return tuple(
        Failed(
            f"{reasons.count(reason):,} of {len(events):,} payloads that were read are {reason}",
            "write payloads as JSON, or as Avro with a schema registry that the connector is told of",
        )
        for reason in sorted(set(reasons))
    )


def _by_schema(body: bytes, schemas: Schemas | None) -> tuple[object, str] | None:
    """Read a body in the wire format of registries; None where it is none."""
    if schemas is None:
        return None
    schema = schemas(int.from_bytes(body[1:_ID_BYTES], "big"))
    if schema is None:
        return None, "of a schema that cannot be had"
    kind, parsed = schema
    rest = body[_ID_BYTES:]
    if kind == "JSON":
        return _by_itself(rest)
    if kind != "AVRO":
        return None, "in a format that is not read"
    from fastavro import schemaless_reader

    try:
        return schemaless_reader(io.BytesIO(rest), parsed, None), ""
    except Exception:  # noqa: BLE001 - fastavro raises what a broken body makes any of its readers raise
        return None, "not what their schema says"


def _by_itself(body: bytes) -> tuple[object, str]:
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return None, "neither JSON nor text"
    try:
        return json.loads(text), ""
    except (ValueError, RecursionError):
        pass
    if any(not one.isprintable() and one not in _TEXT_CONTROLS for one in text):
        return None, "neither JSON nor text"
    return text, ""


def _avro(schema: Any) -> Mapping[str, Any]:
    if isinstance(schema, list):
        schema = next((one for one in schema if isinstance(one, Mapping)), {})
    if not isinstance(schema, Mapping) or not isinstance(schema.get("fields"), list):
        return {}
    return {
        str(one["name"]): ("avro", one.get("type"))
        for one in schema["fields"]
        if isinstance(one, Mapping) and "name" in one
    }


def _json(schema: Any) -> Mapping[str, Any]:
    properties = schema.get("properties") if isinstance(schema, Mapping) else None
    return {str(name): ("json", inner) for name, inner in properties.items()} if isinstance(properties, Mapping) else {}


_EXAMPLES: Final[Mapping[str, object]] = {
    **dict.fromkeys(("int", "long", "integer"), 1),
    **dict.fromkeys(("float", "double", "number"), 1.5),
    **dict.fromkeys(("string", "bytes", "enum", "fixed"), ""),
    **dict.fromkeys(("array", "map"), ()),
    "boolean": True,
}


def _example(told: tuple[str, Any]) -> object:
    """Give a value of the type that a schema says, so that the fields of values and of schemas are told alike."""
    dialect, kind = told
    if isinstance(kind, list):
        kind = next((one for one in kind if one != "null"), "null")
    if isinstance(kind, Mapping):
        if inner := (_avro(kind) if dialect == "avro" else _json(kind)):
            return {name: _example(one) for name, one in inner.items()}
        if str(kind.get("logicalType", "")).startswith(("timestamp-", "local-timestamp-")):
            return _ZONED.replace(tzinfo=None) if str(kind["logicalType"]).startswith("local") else _ZONED
        if kind.get("logicalType") == "date":
            return date.min
        return _example((dialect, kind.get("type"))) if not isinstance(kind.get("type"), Mapping) else None
    return _EXAMPLES.get(str(kind))


_ZONED: Final = datetime.fromisoformat("2000-01-01T00:00:00+00:00")
