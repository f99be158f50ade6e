"""What a tap says of its streams: the catalogues of Singer and of Airbyte, and the fields of a JSON Schema.

The key that a catalogue names is its author's word: nothing holds the records to it, so it is not told as a system's.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Final

Path = tuple[str, ...]
_DEPTH: Final = 8
_REFS: Final = 16
_TYPES: Final = {"integer": "BIGINT", "number": "DOUBLE", "boolean": "BOOLEAN", "array": "JSON", "object": "JSON"}
_MOMENTS: Final = ("TIMESTAMP WITH TIME ZONE", "TIMESTAMP", "DATE")
_LOGGED: Final = "_ab_cdc"
"""A source that follows a database's log may take what it has given out of that log: it is never asked to go on."""
_FORMATS: Final = {"date-time": "TIMESTAMP WITH TIME ZONE", "date": "DATE"}


@dataclass(frozen=True, slots=True)
class Stream:
    """A stream that a tap gives."""

    name: str
    called: frozenset[tuple[str | None, str]]
    """(Namespace, name) under which its records come."""
    fields: Mapping[Path, str]
    documented: frozenset[Path]
    described: bool
    selected: Mapping[str, Any] = field(repr=False)
    """The catalogue that asks for this stream and no other."""
    cursor: str | None = None
    """The field of moments from which on the stream can be asked for."""
    onward: Mapping[str, Any] = field(default_factory=dict, repr=False)
    """The catalogue that asks for it from there on."""
    beginning: Callable[[str], object] = field(default=lambda _moment: None, repr=False)
    """The state that says so."""


def singer_streams(catalog: object) -> list[Stream]:
    """Give the streams of a Singer catalogue.

    Raises:
        ValueError: it is none.
    """
    entries, found = _entries(catalog), []
    for number, entry in enumerate(entries):
        name = entry.get("tap_stream_id") or entry.get("stream")
        if isinstance(name, str) and name:
            called = frozenset((None, str(one)) for one in (name, entry.get("stream")) if one)
            one = _stream(name, called, entry.get("schema"), _singer_asked(entries, number))
            found.append(_singer_onward(one, entries, number))
    return found


def airbyte_streams(catalog: object) -> list[Stream]:
    """Give the streams of an Airbyte catalogue.

    Raises:
        ValueError: it is none.
    """
    found = []
    for entry in _entries(catalog):
        name, space = entry.get("name"), entry.get("namespace")
        if isinstance(name, str) and name:
            space = space if isinstance(space, str) and space else None
            asked = {"stream": entry, "sync_mode": "full_refresh", "destination_sync_mode": "append"}
            spelt = name if space is None else f"{space}.{name}"
            called = frozenset({(space, name)})
            one = _stream(spelt, called, entry.get("json_schema"), {"streams": [asked]})
            found.append(_airbyte_onward(one, entry))
    return found


def _entries(catalog: object) -> list[Mapping[str, Any]]:
    entries = catalog.get("streams") if isinstance(catalog, Mapping) else None
    if not isinstance(entries, list) or not all(isinstance(one, Mapping) for one in entries):
        raise ValueError("no catalogue")
    return entries


def _stream(
    name: str,
    called: frozenset[tuple[str | None, str]],
    schema: object,
    selected: Mapping[str, Any],
) -> Stream:
    whole = schema if isinstance(schema, Mapping) else {}
    told = list(_fields(whole, whole, (), _DEPTH))
    fields = {path: kind for path, kind, _ in told}
    return Stream(
        name,
        called,
        fields,
        frozenset(path for path, _, documented in told if documented),
        bool(whole.get("description")),
        selected,
    )


def _fields(
    whole: Mapping[str, Any], schema: Mapping[str, Any], path: Path, depth: int
) -> Iterator[tuple[Path, str, bool]]:
    below = schema.get("properties")
    for name, one in below.items() if isinstance(below, Mapping) else ():
        inner = _followed(whole, one)
        place = (*path, str(name))
        if depth > 1 and isinstance(inner.get("properties"), Mapping) and inner["properties"]:
            yield from _fields(whole, inner, place, depth - 1)
        else:
            yield place, _kind(whole, inner), bool(inner.get("description"))


def _kind(whole: Mapping[str, Any], schema: Mapping[str, Any]) -> str:
    kinds = set(_kinds(whole, schema, _REFS))
    if kinds == {"BIGINT", "DOUBLE"}:
        return "DOUBLE"
    return kinds.pop() if len(kinds) == 1 else "VARCHAR"


def _kinds(whole: Mapping[str, Any], schema: Mapping[str, Any], left: int) -> Iterator[str]:
    choices = schema.get("anyOf") or schema.get("oneOf")
    if isinstance(choices, list) and left:
        for one in choices:
            yield from _kinds(whole, _followed(whole, one), left - 1)
        return
    spelt = schema.get("type")
    for one in spelt if isinstance(spelt, list) else [spelt]:
        if one == "string":
            bare = schema.get("airbyte_type") == "timestamp_without_timezone"
            yield "TIMESTAMP" if bare else _FORMATS.get(str(schema.get("format")), "VARCHAR")
        elif one != "null":
            yield _TYPES.get(str(one), "VARCHAR")


def _followed(whole: Mapping[str, Any], schema: object) -> Mapping[str, Any]:
    """Follow references within the schema; one that leads elsewhere tells nothing."""
    found = schema
    for _ in range(_REFS):
        target = found.get("$ref") if isinstance(found, Mapping) else None
        if not isinstance(target, str):
            break
        found = whole if target.startswith("#") else {}
        for step in target.removeprefix("#").strip("/").split("/"):
            found = found.get(step, {}) if isinstance(found, Mapping) else {}
    return found if isinstance(found, Mapping) else {}


def spelt(moment: datetime, kind: str) -> str:
    """Give a moment as records of a field of such a type have it."""
    form = {"DATE": "%Y-%m-%d", "TIMESTAMP": "%Y-%m-%dT%H:%M:%S"}.get(kind, "%Y-%m-%dT%H:%M:%SZ")
    return moment.astimezone(UTC).strftime(form)


def _airbyte_onward(stream: Stream, entry: Mapping[str, Any]) -> Stream:
    modes, path = entry.get("supported_sync_modes"), entry.get("default_cursor_field")
    if not isinstance(modes, list) or "incremental" not in modes or not isinstance(path, list) or len(path) != 1:
        return stream
    if (cursor := str(path[0])).startswith(_LOGGED) or stream.fields.get((cursor,)) not in _MOMENTS:
        return stream
    asked = {**stream.selected["streams"][0], "sync_mode": "incremental", "cursor_field": [cursor]}
    [(space, name)] = stream.called
    descriptor = {"name": name, **({} if space is None else {"namespace": space})}

    def beginning(moment: str) -> object:
        told = {"stream_descriptor": descriptor, "stream_state": {cursor: moment}}
        return [{"type": "STREAM", "stream": told}]

    return replace(stream, cursor=cursor, onward={"streams": [asked]}, beginning=beginning)


def _singer_onward(stream: Stream, entries: Sequence[Mapping[str, Any]], number: int) -> Stream:
    marks = [one for one in entries[number].get("metadata") or () if isinstance(one, Mapping)]
    about = next((one.get("metadata") for one in marks if not one.get("breadcrumb")), None)
    told = about if isinstance(about, Mapping) else {}
    keys = told.get("valid-replication-keys")
    named = told.get("replication-key") or entries[number].get("replication_key")
    cursor = named or (keys[0] if isinstance(keys, list) and len(keys) == 1 else None)
    # A tap that follows a log takes what it has given out of that log.
    logged = "LOG_BASED" in {told.get("forced-replication-method"), told.get("replication-method")}
    if logged or not isinstance(cursor, str) or stream.fields.get((cursor,)) not in _MOMENTS:
        return stream

    def beginning(moment: str) -> object:
        bookmark = {cursor: moment, "replication_key": cursor, "replication_key_value": moment}
        return {"bookmarks": {stream.name: bookmark}}

    return replace(stream, cursor=cursor, onward=_singer_asked(entries, number, cursor), beginning=beginning)


def _singer_asked(entries: Sequence[Mapping[str, Any]], wanted: int, cursor: str | None = None) -> Mapping[str, Any]:
    """Give the catalogue with one stream selected, all of it: taps look in several places for that.

    With `cursor` it asks for what a state begins at.
    """
    asked = []
    for number, entry in enumerate(entries):
        one = copy.deepcopy(dict(entry))
        chosen = number == wanted
        if isinstance(one.get("schema"), dict):
            one["schema"]["selected"] = chosen
        one["selected"] = chosen
        marks = [mark for mark in one.get("metadata") or () if isinstance(mark, dict)]
        if not any(not mark.get("breadcrumb") for mark in marks):
            marks.append({"breadcrumb": [], "metadata": {}})
        for mark in marks:
            told = mark.setdefault("metadata", {})
            if not mark.get("breadcrumb"):
                told["selected"] = chosen
                if chosen and cursor is not None:
                    told["replication-method"] = one["replication_method"] = "INCREMENTAL"
                    told["replication-key"] = one["replication_key"] = cursor
                elif chosen and "forced-replication-method" not in told:
                    # Without a state both methods begin anew; this one asks for no start.
                    told["replication-method"] = one["replication_method"] = "FULL_TABLE"
            elif told.get("inclusion") != "unsupported":
                told["selected"] = chosen
        one["metadata"] = marks
        asked.append(one)
    return {"streams": asked}
