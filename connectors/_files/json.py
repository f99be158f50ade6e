"""The columns of many JSON files as one: found a few files at a time, since DuckDB holds a buffer of 32 MB for each.

Two files that differ in a key are joined by name; where the same key holds things that have no type in common, it is
kept as JSON.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import duckdb

Kind = str | dict[str, "Kind"]
"""A type as DuckDB spells it, or the fields of a record."""

_AT_ONCE: Final = 8
_NEVER: Final = "%%never"
"""No date or moment has this format, so that text stays text."""
_NULL: Final = '"NULL"'
_NUMBERS: Final = ("BIGINT", "UBIGINT", "HUGEINT", "DOUBLE")


def read_json(connection: duckdb.DuckDBPyConnection, paths: Sequence[str], form: str) -> duckdb.DuckDBPyRelation:
    """Give a relation of all files, whose columns are those of every file.

    Raises:
        duckdb.Error: a file is no JSON.
    """
    columns: dict[str, Kind] = {}
    for start in range(0, len(paths), _AT_ONCE):
        found = connection.read_json(
            list(paths[start : start + _AT_ONCE]),
            format=form,
            sample_size=-1,
            date_format=_NEVER,
            timestamp_format=_NEVER,
            union_by_name=True,
            hive_partitioning=False,
        )
        columns = _joined(columns, {name: _kind(one) for name, one in zip(found.columns, found.types, strict=True)})
    spelt = {name: _spelt(kind) for name, kind in columns.items()}
    return connection.read_json(list(paths), format=form, columns=spelt, hive_partitioning=False)


def structure_of(relation: duckdb.DuckDBPyRelation) -> str:
    """Give the types of a relation's columns as what DuckDB reads a record of JSON by; empty where it cannot."""
    try:
        spelt = {name: _structure(told) for name, told in zip(relation.columns, relation.types, strict=True)}
    except _OtherError:
        return ""
    return json.dumps(spelt, ensure_ascii=False)


def literal(text: str) -> str:
    """Spell a text as a constant."""
    return "'" + text.replace("'", "''") + "'"


class _OtherError(Exception):
    """A type that no structure tells, as of keys that are data."""


def _structure(told: Any) -> object:
    if told.id == "struct":
        return {name: _structure(child) for name, child in told.children}
    if told.id == "list":
        return [_structure(child) for _, child in told.children]
    if told.id in {"map", "array", "union", "enum"}:
        raise _OtherError
    return str(told)


def _kind(told: Any) -> Kind:
    return {name: _kind(child) for name, child in told.children} if told.id == "struct" else str(told)


def _joined(one: Mapping[str, Kind], other: Mapping[str, Kind]) -> dict[str, Kind]:
    # DuckDB tells no case apart in names.
    spelling = {name.casefold(): name for name in one}
    joined = dict(one)
    for name, kind in other.items():
        known = spelling.setdefault(name.casefold(), name)
        joined[known] = _common(joined[known], kind) if known in joined else kind
    return joined


def _common(one: Kind, other: Kind) -> Kind:
    if isinstance(one, dict) and isinstance(other, dict):
        return _joined(one, other)
    if other in (one, _NULL):
        return one
    if one == _NULL:
        return other
    if one in _NUMBERS and other in _NUMBERS:
        return max(str(one), str(other), key=_NUMBERS.index)
    return "VARCHAR" if {str(one), str(other)} <= {"VARCHAR", "UUID"} else "JSON"


def _spelt(kind: Kind) -> str:
    if not isinstance(kind, dict):
        return "JSON" if kind == _NULL else kind
    fields = ('"' + name.replace('"', '""') + '" ' + _spelt(child) for name, child in kind.items())
    return f"STRUCT({', '.join(fields)})"
