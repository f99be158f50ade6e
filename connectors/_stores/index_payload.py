"""Payloads of chunks, as stores without a schema hold them: their keys as fields, their values as text of a column.

A key is a name and is told; one that looks like a value (`anna@x.example`) is data and becomes no field. A field has
the type that all its values have; text stays text, and a clock in ISO 8601 is read as one all the same.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Final

from connectors._documents.table import column_of
from connectors._files.open import not_a_name
from connectors._sql import Failed

if TYPE_CHECKING:
    import pyarrow as pa

Path = tuple[str, ...]
MAX_FIELDS: Final = 2_000
_MAX_DEPTH: Final = 8
_TYPES: Final = {frozenset({"BIGINT", "DOUBLE"}): "DOUBLE"}
_MODEL_KEYS: Final = ("embedding_model", "embedding_model_name", "embed_model", "embedding", "model", "model_name")
_MODEL: Final = re.compile(r"[A-Za-z0-9][\w./:+-]{0,99}")


@dataclass(slots=True)
class Keys:
    """The fields that payloads have, as they are met."""

    own: frozenset[str] = frozenset()
    """Names that the store itself gives: a key of the payload of that name is told as `payload.<name>`."""
    kinds: dict[Path, set[str]] = field(default_factory=dict)
    left_out: set[str] = field(default_factory=set, repr=False)

    def take(self, payload: Mapping[str, object]) -> None:
        """Take note of what a payload has."""
        for key, value in payload.items():
            if not_a_name(key) or len(self.kinds) >= MAX_FIELDS:
                self.left_out.add(key)
            else:
                self._below(placed(key, self.own), value)

    def note(self, key: str, kind: str) -> None:
        """Take note that a key has values of a type."""
        if not_a_name(key) or len(self.kinds) >= MAX_FIELDS:
            self.left_out.add(key)
        else:
            self.kinds.setdefault(placed(key, self.own), set()).add(kind)

    def fields(self) -> Mapping[Path, str]:
        """Give each field's type."""
        return {path: _type(kinds) for path, kinds in sorted(self.kinds.items())}

    def partly(self) -> tuple[Failed, ...]:
        """Say what became no field."""
        if not self.left_out:
            return ()
        reason = f"{len(self.left_out):,} keys of payloads look like values, or are too many"
        return (Failed(reason, "write payloads with keys in plain words"),)

    def _below(self, path: Path, value: object) -> None:
        if isinstance(value, Mapping) and value and len(path) < _MAX_DEPTH and not any(map(not_a_name, value)):
            for key, inner in value.items():
                self._below((*path, key), inner)
            return
        kinds = self.kinds.setdefault(path, set())
        if value is not None:
            kinds.add(_kind(value))


def placed(key: str, own: Iterable[str]) -> Path:
    """Give where a key of a payload is told."""
    return ("payload", key) if key in own or key == "payload" else (key,)


def page_of(paths: Sequence[Path], values: Callable[[Path], Iterable[object]]) -> pa.Table:
    """Make a page of the values of each field: a column of text for each."""
    import pyarrow as pa

    return pa.table({column_of(path): _column([_text(value) for value in values(path)]) for path in paths})


def value_at(payload: Mapping[str, object], path: Path, own: Iterable[str]) -> object:
    """Give what a payload has at a path; None where it has nothing."""
    found: object = payload
    for key in path[1:] if path[0] == "payload" and len(path) > 1 and placed(path[1], own) == path[:2] else path:
        if not isinstance(found, Mapping):
            return None
        found = found.get(key)
    return found


def model_in(metadata: Mapping[str, object]) -> str:
    """Give the embedding model that metadata names; empty where none does so in plain words."""
    for key in _MODEL_KEYS:
        value = metadata.get(key)
        if isinstance(value, str) and _MODEL.fullmatch(value):
            return value
    return ""


def _kind(value: object) -> str:
    match value:
        case bool():
            return "BOOLEAN"
        case int():
            return "BIGINT"
        case float():
            return "DOUBLE"
        case str():
            return "VARCHAR"
        case date():
            return _kind_of_moment(value)
        case _:
            return "JSON"


def _kind_of_moment(value: date) -> str:
    if not isinstance(value, datetime):
        return "DATE"
    return "TIMESTAMP" if value.tzinfo is None else "TIMESTAMP WITH TIME ZONE"


def _type(kinds: set[str]) -> str:
    found = frozenset(kinds)
    return next(iter(found)) if len(found) == 1 else _TYPES.get(found, "VARCHAR")


def _text(value: object) -> str | None:
    match value:
        case None | str():
            return value
        case bool():
            return "true" if value else "false"
        case int() | float():
            return repr(value)
        case date():
            return value.isoformat()
        case _:
            return json.dumps(value, ensure_ascii=False, default=str)


def _column(values: Sequence[str | None]) -> pa.Array:
    import pyarrow as pa

    try:
        return pa.array(values, pa.string())
    except (UnicodeError, pa.ArrowInvalid):
        # Half a character is no Unicode; it must neither fail the column nor hide from a detector.
        kept = [None if one is None else one.encode("utf-8", "replace").decode("utf-8", "replace") for one in values]
        return pa.array(kept, pa.string())
