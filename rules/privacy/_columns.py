"""Columns of any Arrow type as distinct texts with their counts: what the detector looks at.

Numbers become digits, lists and structs their leaves, JSON text the leaves of its documents;
so a card number is found where it was stored as a float, and an address inside a document.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import pyarrow as pa

_EMPTY: Final = frozenset({"", "-", "--", "n/a", "na", "none", "null", "nan", "nil", "unknown", "?"})
_EXACT_FLOAT: Final = 2**53
_DEEPEST: Final = 24
_PATHS: Final = 300  # beyond it the keys of the documents are data, and are looked at as such


@dataclass(frozen=True, slots=True)
class Texts:
    """Distinct values of a column, or of one path of its documents."""

    column: str
    """The column of the table."""
    header: str
    """What names the values: the column, or the last key of a path."""
    values: tuple[str, ...]
    counts: tuple[int, ...]
    """Rows that hold the value."""
    looked: int
    """Values of the column that were not null."""
    kind: str = "text"
    """`text`, `number` or `moment`."""
    inside: str = ""
    """`json`, `json key`, `list` or `struct` where the values do not stand for themselves."""

    def rows(self, indexes: Iterator[int] | list[int] | set[int]) -> int:
        """Give the rows that hold the values at these indexes."""
        return sum(self.counts[index] for index in indexes)

    def __repr__(self) -> str:
        """Never a value: texts may stand in tracebacks."""
        return f"Texts({self.kind}, {len(self.values)} distinct of {self.looked})"


def texts_of(table: pa.Table) -> Iterator[Texts]:
    """Give the texts of every column that can hold some; a column of documents gives one for each path."""
    for name, column in zip(table.column_names, table.columns, strict=True):
        yield from _texts(name, name, column.combine_chunks(), "")


def _texts(column: str, header: str, array: Any, inside: str) -> Iterator[Texts]:
    import pyarrow as pa
    from pyarrow import types

    if isinstance(array, pa.ChunkedArray):
        array = pa.concat_arrays(array.chunks) if array.num_chunks else pa.array([], array.type)
    if isinstance(array, pa.ExtensionArray):
        array = array.storage
    if types.is_dictionary(array.type):
        array = array.dictionary_decode()
    kind = array.type
    if types.is_struct(kind):
        for index in range(kind.num_fields):
            yield from _texts(column, kind.field(index).name, array.flatten()[index], "struct")
    elif types.is_map(kind):
        yield from _texts(column, "", array.keys, "struct")
        yield from _texts(column, header, array.items, "struct")
    elif types.is_list(kind) or types.is_large_list(kind) or types.is_fixed_size_list(kind):
        yield from _texts(column, header, array.flatten(), "list")
    else:
        yield from _leaves(column, header, array, inside)


def _leaves(column: str, header: str, array: Any, inside: str) -> Iterator[Texts]:
    counted, kind = _counted(array)
    if counted is None:
        return
    looked = len(array) - array.null_count
    if kind == "text" and not inside:
        documents, rest = _documents(counted)
        if documents:
            yield from _paths(column, documents, looked)
            counted = rest
    values = {value: count for value, count in counted.items() if value.lower() not in _EMPTY}
    if values:
        yield Texts(column, header, tuple(values), tuple(values.values()), looked, kind, inside)


def _counted(array: Any) -> tuple[dict[str, int] | None, str]:
    """Give distinct trimmed texts with their counts; None for types that can hold nothing that is looked for."""
    import pyarrow as pa
    import pyarrow.compute as pc
    from pyarrow import types

    kind, given = "text", array.type
    if types.is_integer(given):
        kind, array = "number", array.cast(pa.string())
    elif types.is_floating(given):
        whole = array.cast(pa.float64())
        keep = pc.and_(pc.equal(pc.floor(whole), whole), pc.less(pc.abs(whole), float(_EXACT_FLOAT)))
        kind, array = "number", whole.filter(keep).cast(pa.int64()).cast(pa.string())
    elif types.is_decimal(given):
        kind, array = "number", pc.replace_substring_regex(array.cast(pa.string()), r"\.0*$", "")
    elif types.is_date(given) or types.is_timestamp(given):
        kind, array = "moment", pc.strftime(array, format="%Y-%m-%d")
    elif types.is_binary(given) or types.is_large_binary(given) or types.is_fixed_size_binary(given):
        array = pa.array([None if item is None else item.decode("utf-8", "replace") for item in array.to_pylist()])
    elif not (types.is_string(given) or types.is_large_string(given) or types.is_string_view(given)):
        return None, kind
    if len(array) == array.null_count:
        return None, kind
    trimmed = pc.utf8_trim_whitespace(array.cast(pa.large_string()))
    found = pc.value_counts(trimmed.drop_null())
    return dict(zip(found.field(0).to_pylist(), found.field(1).to_pylist(), strict=True)), kind


def _documents(counted: dict[str, int]) -> tuple[list[tuple[Any, int]], dict[str, int]]:
    """Tell JSON documents from other texts; both empty-handed where documents are no considerable part."""
    looks = [value for value in counted if value[:1] in "{[" and value[-1:] in "}]" and len(value) > 2]
    if len(looks) * 5 < len(counted):
        return [], counted
    documents: list[tuple[Any, int]] = []
    rest = dict(counted)
    for value in looks:
        try:
            document = json.loads(value)
        except (ValueError, RecursionError):
            continue
        documents.append((document, rest.pop(value)))
    return documents, rest


def _paths(column: str, documents: list[tuple[Any, int]], looked: int) -> Iterator[Texts]:
    leaves: defaultdict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
    keys: Counter[str] = Counter()
    for document, count in documents:
        stack: list[tuple[tuple[str, ...], Any]] = [((), document)]
        while stack:
            path, part = stack.pop()
            if isinstance(part, dict) and len(path) < _DEEPEST:
                keys.update(dict.fromkeys(part, count))
                stack.extend(((*path, key), value) for key, value in part.items())
            elif isinstance(part, list) and len(path) < _DEEPEST:
                stack.extend((path, item) for item in part)
            elif part is not None and not isinstance(part, bool):
                leaves[path if len(leaves) < _PATHS or path in leaves else ()][str(part).strip()] += count
    for path, found in leaves.items():
        values = {value: count for value, count in found.items() if value.lower() not in _EMPTY}
        if values:
            kind = "number" if all(value.isdigit() for value in values) else "text"
            header = " ".join(path[-2:])
            yield Texts(column, header, tuple(values), tuple(values.values()), looked, kind, "json")
    if keys:
        yield Texts(column, "", tuple(keys), tuple(keys.values()), looked, "text", "json key")
