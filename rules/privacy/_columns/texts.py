"""Columns of any Arrow type as distinct texts with their counts: what the detector looks at.

Numbers become digits, lists and structs their leaves, JSON text the leaves of its documents;
so a card number is found where it was stored as a float, and an address inside a document.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from rules.privacy._columns.documents import leaves_of
from rules.privacy._columns.queries import asked, plain, unescaped
from rules.privacy._columns.sketch import Sketch, sketch_of, sketch_of_numbers
from rules.privacy._forms.shapes import arrow
from rules.privacy._lists.headers import read_header

if TYPE_CHECKING:
    import pyarrow as pa

_EMPTY: Final = frozenset({"", "-", "--", "n/a", "na", "none", "null", "nan", "nil", "unknown", "?"})
_EXACT_FLOAT: Final = 2**53
_MOMENTS: Final = 120  # dates of a column are alike: so many are looked at
_OPENS, _CLOSES = ("{", "["), ("}", "]")
_SHORT: Final = max(map(len, _EMPTY))


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
    """`json`, `json key`, `list`, `struct` or `query` where the values do not stand for themselves."""
    weights: tuple[int, ...] = ()
    """Distinct values that each value stands for."""

    def rows(self, indexes: Iterator[int] | list[int] | set[int]) -> int:
        """Give the rows that hold the values at these indexes."""
        return sum(map(self.counts.__getitem__, indexes))

    def __repr__(self) -> str:
        """Never a value: texts may stand in tracebacks."""
        return f"Texts({self.kind}, {len(self.values)} distinct of {self.looked})"


def texts_of(table: pa.Table) -> Iterator[Texts]:
    """Give the texts of every column that can hold some; a column of documents gives one for each path."""
    for name, column in zip(table.column_names, table.columns, strict=True):
        yield from _texts(name, name, column.chunk(0) if column.num_chunks == 1 else column.combine_chunks(), "")


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


def _leaves(column: str, header: str, array: Any, inside: str, of: int = 0) -> Iterator[Texts]:
    sketch, kind = _sketched(array)
    if read_header(header).names("location") and (positions := _positions(array)):
        sketch, kind = positions, "number"
    if sketch is None:
        return
    looked = of or len(array) - array.null_count
    if kind == "text" and not inside:
        for key, values in asked(array):
            yield from _leaves(column, key, values, "query", looked)
        documents, counts, sketch = _documents(sketch)
        if documents:
            yield from _paths(column, documents, counts, looked)
    if not _EMPTY.isdisjoint(map(str.lower, sketch.values)):
        sketch = _only(sketch, [index for index, value in enumerate(sketch.values) if value.lower() not in _EMPTY])
    if sketch.values:
        yield Texts(column, header, tuple(map(plain, sketch.values)), sketch.rows, looked, kind, inside, sketch.weights)


def _only(sketch: Sketch, kept: list[int]) -> Sketch:
    values, rows, weights = sketch.values, sketch.rows, sketch.weights
    return Sketch(
        tuple(values[index] for index in kept),
        tuple(rows[index] for index in kept),
        tuple(weights[index] for index in kept),
    )


def _sketched(array: Any) -> tuple[Sketch | None, str]:
    """Give the trimmed texts that stand for an array; None for types that can hold nothing that is looked for."""
    from pyarrow import types

    given = array.type
    if array.null_count:
        array = array.drop_null()
    if not len(array):
        return None, "text"
    if types.is_integer(given) or types.is_floating(given) or types.is_decimal(given):
        return _numbers(array), "number"
    if types.is_date(given) or types.is_timestamp(given):
        return _moments(array), "moment"
    if types.is_boolean(given):
        return _flags(array), "text"
    return _written(array), "text"


def _numbers(array: Any) -> Sketch | None:
    """Give whole numbers as their digits; a number with a fraction is nothing that is looked for."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc
    from pyarrow import types

    given = array.type
    if types.is_decimal(given) or types.is_uint64(given):
        return sketch_of(pc.replace_substring_regex(array.cast(pa.string()), r"\.0*$", ""))
    if types.is_integer(given):
        return sketch_of_numbers(array.cast(pa.int64()).to_numpy())
    numbers = array.cast(pa.float64()).to_numpy(zero_copy_only=False)
    whole = numbers[(np.floor(numbers) == numbers) & (np.abs(numbers) < _EXACT_FLOAT)]
    return sketch_of_numbers(whole.astype(np.int64)) if len(whole) else None


def _flags(array: Any) -> Sketch:
    """Give flags as words: a header may say of what they are, `union_member` or `is_minor`."""
    yes = int(array.true_count)
    found = [(word, rows) for word, rows in (("true", yes), ("false", len(array) - yes)) if rows]
    return Sketch(tuple(word for word, _ in found), tuple(rows for _, rows in found), (1,) * len(found))


def _positions(array: Any) -> Sketch | None:
    """Give a few of the numbers with fractions that a header calls degrees; where they are, people may be."""
    import numpy as np
    from pyarrow import types

    if not types.is_floating(array.type) or array.null_count == len(array):
        return None
    kept = array.drop_null()
    few = kept.take(np.linspace(0, len(kept) - 1, min(len(kept), _MOMENTS)).astype(np.int64)).to_pylist()
    found = Counter(repr(number) for number in few)
    rows = tuple(count * len(kept) // len(few) for count in found.values())
    return Sketch(tuple(found), rows, (1,) * len(found))


def _moments(array: Any) -> Sketch:
    import numpy as np
    import pyarrow.compute as pc

    few = array.take(np.linspace(0, len(array) - 1, min(len(array), _MOMENTS)).astype(np.int64))
    found = Counter(pc.strftime(few, format="%Y-%m-%d").to_pylist())
    rows = tuple(count * len(array) // len(few) for count in found.values())
    return Sketch(tuple(found), rows, (1,) * len(found))


def _written(array: Any) -> Sketch | None:
    import pyarrow as pa
    from pyarrow import types

    given = array.type
    if types.is_binary(given) or types.is_large_binary(given) or types.is_fixed_size_binary(given):
        array = pa.array([item.decode("utf-8", "replace") for item in array.to_pylist()], pa.large_string())
    elif types.is_string_view(given):
        array = array.cast(pa.large_string())
    elif not (types.is_string(given) or types.is_large_string(given)):
        return None
    return sketch_of(unescaped(array))


def _documents(sketch: Sketch) -> tuple[list[Any], list[int], Sketch]:
    """Tell JSON documents, and their rows, from other texts; none where they are no considerable part."""
    values = sketch.values
    firsts = "".join([value[:1] for value in values])
    if sum(map(firsts.count, _OPENS)) * 5 < len(values):
        return [], [], sketch
    looks = [index for index, value in enumerate(values) if value.startswith(_OPENS) and value.endswith(_CLOSES)]
    if len(looks) * 5 < len(values):
        return [], [], sketch
    filled = [index for index in looks if len(values[index]) > 2]
    try:  # all at once takes a fifth of the time
        found = json.loads("[" + ",".join(values[index] for index in filled) + "]")
    except (ValueError, RecursionError):
        found = []
    if len(found) != len(filled):
        filled, found = _each(values, filled)
    parsed = set(filled)
    rest = _only(sketch, [index for index in range(len(values)) if index not in parsed])
    return found, [sketch.rows[index] for index in filled], rest


def _each(values: Sequence[str], places: list[int]) -> tuple[list[int], list[Any]]:
    """Parse documents one by one, where some of them are none."""
    parsed, found = [], []
    for index in places:
        try:
            found.append(json.loads(values[index]))
        except (ValueError, RecursionError):
            continue
        parsed.append(index)
    return parsed, found


def _leaf_sketch(values: dict[str, int]) -> Sketch:
    """Give what stands for the leaves of documents: all of them where some come again, else a few of each group."""
    if len(values) > _LEAVES and max(values.values()) == 1:
        return sketch_of(arrow(tuple(values)))
    return Sketch(tuple(values), tuple(values.values()), (1,) * len(values))


_LEAVES: Final = 128


def _paths(column: str, documents: list[Any], counts: Sequence[int], looked: int) -> Iterator[Texts]:
    leaves, keys = leaves_of(documents, counts)
    for path, found in leaves.items():
        values = dict(found)
        for empty in [value for value in values if len(value) <= _SHORT and value.lower() in _EMPTY]:
            del values[empty]
        if values:
            kind = "number" if all(map(str.isdigit, values)) else "text"
            header = " ".join(path[-2:])
            sketch = _leaf_sketch(values)
            yield Texts(column, header, sketch.values, sketch.rows, looked, kind, "json", sketch.weights)
    if keys:
        yield Texts(column, "", tuple(keys), tuple(keys.values()), looked, "text", "json key")
