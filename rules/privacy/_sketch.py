"""Sketches: a column of any length as the few values that stand for all of them, each with how many it stands for.

One pass over the bytes gives each value its classes of characters, how many digits it has and how long it is; values
that agree in these are a group, and a few of each group stand for it.
What a leak looks like (an address, a key, an account) is looked for in every value by a kernel first, and what is found
is a group of its own, so that two values in a million are not lost among those that stand for the others.
Small groups are kept whole: nothing is ever left out of a column of few values.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from rules.privacy._secrets import ANY, BEGINS, HINT

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

DIGIT, LETTER, AT, DOT, SPACE, OTHER, SIGN, DASH = (1 << bit for bit in range(8))
_FEW: Final = 64
"""So many distinct values stand for themselves."""
_SMALL: Final = 4_096
_ALL: Final = 128
"""So many values stand for all groups of a column together."""
_MOST: Final = 32
_TRIED: Final = 64
_TEXTS: Final = 2_000
"""So many running texts of a group are looked into."""
_LONG: Final = 41

_EMAIL: Final = r"[^\s@]@[^\s@]+\.[^\s@]"
_IBAN: Final = r"[A-Za-z]{2}[0-9]{2}[ -]?[A-Za-z0-9]{4}[ -]?[A-Za-z0-9]{3}"
_MACHINE: Final = (
    r"[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}|[0-9A-Fa-f]::|::[0-9A-Fa-f]"
    r"|(?:[0-9A-Fa-f]{1,4}:){7}[0-9A-Fa-f]|\b[0-9A-Fa-f]{2}(?:[:-][0-9A-Fa-f]{2}){5}\b"
    r"|\b[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}\b"
)
_WALLET: Final = r"^(?:bc1|[13])[a-zA-HJ-NP-Z0-9]{25,59}$|^0x[0-9a-fA-F]{40}$"
_PHONE: Final = (
    r"\+[0-9][0-9 ().\-/]{7,}|\([0-9]{3}\) ?[0-9]{3}|[0-9]{3}[-. ][0-9]{3}[-. ][0-9]{4}"
    r"|(?i)(?:tel|phone|fon|mobil|cell|call|fax|whats ?app|ring|sms|t[eé]l|celular)[^0-9+]{0,14}[+(0-9]"
)
_NUMBER: Final = r"(?:[0-9][ -]?){13,19}"
_LATER: Final = r"[0-9a-f]{32}-us|[A-Za-z0-9]{14}\.atlasv1"
"""Keys of which the sign stands behind what is random."""


@dataclass(frozen=True, slots=True)
class Sketch:
    """Values that stand for a column: how many rows and how many distinct values each stands for."""

    values: tuple[str, ...]
    rows: tuple[int, ...]
    weights: tuple[int, ...]

    def __repr__(self) -> str:
        """Never a value."""
        return f"Sketch({len(self.values)} for {sum(self.rows)})"


def sketch_of(array: pa.Array) -> Sketch:
    """Give the values that stand for an array of texts without nulls."""
    import pyarrow as pa
    import pyarrow.compute as pc

    array, counts = _distinct(array.cast(pa.large_string()))
    if len(array) <= _FEW:
        rows = [1] * len(array) if counts is None else counts.tolist()
        return Sketch(tuple(array.to_pylist()), tuple(rows), (1,) * len(rows))
    lengths = pc.binary_length(array).to_numpy(zero_copy_only=False)
    if not lengths.all():
        keep = lengths > 0
        array, lengths = array.filter(pa.array(keep)), lengths[keep]
        counts = None if counts is None else counts[keep]
    classes, digits = _classes(array)
    return _kept(array, counts, _groups(array, classes, digits, lengths))


def sketch_of_numbers(numbers: np.ndarray[Any, np.dtype[np.int64]]) -> Sketch:
    """Give the integers that stand for a column of them, grouped by how many digits they have."""
    import numpy as np
    import pyarrow as pa

    sizes = np.searchsorted(10 ** np.arange(19, dtype=np.int64), np.abs(numbers), side="right").astype(np.uint8)
    keys = np.where(numbers < 0, sizes + np.uint8(32), sizes)
    groups = [_Group(part, 96 if sizes[part[0]] >= 13 else _MOST, ()) for part in _parts(keys)]
    return _kept(pa.array(numbers), None, groups)


def _distinct(array: pa.Array) -> tuple[pa.Array, Any]:
    """Give distinct values with their rows; of many values that hardly repeat, the values as they are."""
    import numpy as np
    import pyarrow.compute as pc

    if len(array) > _SMALL:
        spread = np.random.default_rng(1).integers(0, len(array), _SMALL // 2)
        if len(pc.unique(array.take(spread))) * 2 > len(spread):
            return array, None
    found = pc.value_counts(array)
    return found.field(0), found.field(1).to_numpy()


def _classes(array: pa.Array) -> tuple[Any, Any]:
    """Give for each value, none of them empty, which classes of characters it has, and how many digits."""
    import numpy as np

    _, offsets, _ = array.buffers()
    starts = np.frombuffer(offsets, np.int64)[array.offset : array.offset + len(array) + 1]
    classes = np.frombuffer(bytes(_bytes(array)).translate(_TABLE), np.uint8)
    starts = starts[:-1] - starts[0]
    digits = np.add.reduceat(classes & DIGIT, starts, dtype=np.uint16)
    return np.bitwise_or.reduceat(classes, starts), digits


def _table() -> bytes:
    table = [OTHER] * 128 + [LETTER] * 128
    for characters, kind in {
        "0123456789": DIGIT,
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ": LETTER,
        "@": AT,
        ".": DOT,
        " \t\r\n": SPACE,
        "+()": SIGN,
        "-_": DASH,
    }.items():
        for character in characters:
            table[ord(character)] = kind
    return bytes(table)


_TABLE: Final = _table()
_DIGITS: Final = bytes([0, 1, 1, 1, 4, 4, 4, 7, 7, 7, 7, 11, 11, 11, 11, 11, *([17] * 15), 31])
"""How many digits a value with letters has, coarsely."""
_LENGTHS: Final = bytes([*([0] * 9), *([1] * 8), 2, *([3] * 23), *([4] * 24), *([5] * 192)])
"""How long a value is, coarsely; 17 is a group of its own, since addresses of devices and vehicles have it."""


def _parts(keys: Any) -> list[Any]:
    """Give the positions of each key, in the order of the rows."""
    import numpy as np

    order = np.argsort(keys, kind="stable")  # a radix sort, since the keys are of 16 bits
    return np.split(order, np.flatnonzero(np.diff(keys[order])) + 1)


@dataclass(slots=True)
class _Group:
    """Positions of values that are alike, and how many of them shall stand for it."""

    places: Any
    most: int
    wanted: tuple[str, ...]
    """Patterns to look for in every value of it."""


def _groups(array: pa.Array, classes: Any, digits: Any, lengths: Any) -> list[_Group]:
    """Group values by their bytes, then part off what each pattern finds, all groups of a pattern in one call."""
    import numpy as np

    few = np.minimum(digits, 31)
    coarse = np.frombuffer(_DIGITS, np.uint8)[few]
    buckets = np.where(classes & LETTER, coarse, few).astype(np.uint16)
    sizes = np.frombuffer(_LENGTHS, np.uint8)[np.minimum(lengths, 255)].astype(np.uint16)
    parts = _parts(classes | (buckets << 8) | (sizes << 13))
    most = max(5, min(_MOST, _ALL // len(parts)))
    groups = [_group(part, int(classes[part[0]]), int(digits[part[0]]), int(lengths[part[0]]), most) for part in parts]
    for pattern in _PATTERNS:
        groups = _parted(array, groups, pattern)
    return groups


def _bytes(array: pa.Array) -> memoryview:
    """Give the bytes of all values of an array."""
    import numpy as np

    _, offsets, data = array.buffers()
    starts = np.frombuffer(offsets, np.int64)[array.offset : array.offset + len(array) + 1]
    return memoryview(data)[starts[0] : starts[-1]]


def _group(places: Any, kinds: int, digits: int, length: int, most: int) -> _Group:
    if kinds & SPACE and length >= _LONG:
        most = _TEXTS
    elif not kinds & LETTER and 13 <= digits <= 19:
        most = 96  # a check digit is judged against luck, which takes more of them
    wanted = () if len(places) <= most else tuple(_wanted(kinds, digits, length))
    return _Group(places, most, wanted)


def _wanted(kinds: int, digits: int, length: int) -> Iterator[str]:
    """Give the patterns to look for in values of these classes."""
    text = kinds & SPACE and length >= _LONG
    if kinds & AT and kinds & DOT:
        yield "email"
    if kinds & LETTER and length >= 16:
        yield "key" if kinds & (SPACE | OTHER) else "key first"
        if not kinds & (SPACE | OTHER | DASH | AT | DOT) and digits:
            yield "wallet"
    if kinds & LETTER and digits >= 7 and length >= 15 and not kinds & AT:
        yield "iban in text" if text else "iban"
    if (kinds & DOT and digits >= 4) or (kinds & OTHER and kinds & LETTER and digits and (text or not kinds & DASH)):
        yield "machine"
    if text and digits >= 7:
        yield "phone"
        yield "number"


_PATTERNS: Final = {
    "email": ("", _EMAIL),
    "key": (HINT, ANY),
    "key first": (f"^(?:{HINT}|{_LATER})", ANY),
    "wallet": ("", _WALLET),
    "iban": ("", rf"^(?:(?i)iban[: ]*)?{_IBAN}"),
    "iban in text": ("", rf"\b{_IBAN}"),
    "machine": ("", _MACHINE),
    "phone": ("", _PHONE),
    "number": ("", _NUMBER),
}
"""Name -> a cheap pattern that lets through more, or nothing, and the pattern."""


def _parted(array: pa.Array, groups: list[_Group], name: str) -> list[_Group]:
    """Part what a pattern finds from each group that it is wanted for."""
    import numpy as np

    asked = [group for group in groups if name in group.wanted]
    if not asked or not _possible(array, name, asked):
        return groups
    found = [group for group in groups if name not in group.wanted]
    hint, pattern = _PATTERNS[name]
    matched = _matching(array, np.concatenate([group.places for group in asked]), hint, pattern)
    ends = np.cumsum([len(group.places) for group in asked])
    for group, yes in zip(asked, np.split(matched, ends[:-1]), strict=True):
        if yes.any():
            found.append(_Group(group.places[yes], group.most, ()))
        if not yes.all():
            found.append(_Group(group.places[~yes], group.most, group.wanted))
    return found


def _possible(array: pa.Array, name: str, groups: list[_Group]) -> bool:
    """Whether a short column holds at all what a pattern must have: looking for that costs less than the pattern."""
    if len(array) > _SMALL or name not in {"machine", "key first"}:
        return True
    import numpy as np

    data = np.frombuffer(_bytes(array), np.uint8)
    starts = np.frombuffer(array.buffers()[1], np.int64)[array.offset : array.offset + len(array)]
    starts = starts - starts[0]
    if name == "key first":
        later = b"-us" in bytes(data) or b".atlasv1" in bytes(data)
        return later or _begins_as_key(data, starts[np.concatenate([group.places for group in groups])])
    return _may_be_machine(data, starts)


def _begins_as_key(data: Any, starts: Any) -> bool:
    """Whether any value begins as keys do; all are longer than three signs."""
    import numpy as np

    first, second = data[starts].astype(np.uint16), data[starts + 1]
    likely = starts[_pairs()[(first << 8) | second]]
    return any(bytes(data[start : start + 3]) in _triples() for start in likely.tolist())


@cache
def _triples() -> frozenset[bytes]:
    found = set()
    for one in BEGINS.split():
        found |= {one.encode()} if one[2] != "*" else {one[:2].encode() + bytes([last]) for last in range(256)}
    return frozenset(found)


@cache
def _pairs() -> Any:
    """Give for each two signs whether some key begins with them."""
    import numpy as np

    table = np.zeros(1 << 16, bool)
    table[[(one[0] << 8) | one[1] for one in _triples()]] = True
    return table


def _may_be_machine(data: Any, starts: Any) -> bool:
    """Whether signs stand as those between the numbers of a machine's address do."""
    for sign in (ord(":"), ord("-")):
        places = data == sign
        if not places.any():
            continue
        if (places[:-6] & places[3:-3] & places[6:]).any():
            return True
        if sign == ord(":") and ((places[:-1] & places[1:]).any() or _most(places, starts) >= _COLONS):
            return True
    dots = data == ord(".")
    return bool((dots[:-5] & dots[5:]).any()) or _most(dots, starts) >= _PARTS


def _most(places: Any, starts: Any) -> int:
    import numpy as np

    return int(np.add.reduceat(places, starts, dtype=np.uint16).max())


_COLONS: Final = 7
"""Colons of an address of version 6 that is written in full."""
_PARTS: Final = 3
"""Dots between the four numbers of a machine's address."""


def _matching(array: pa.Array, places: Any, hint: str, pattern: str) -> Any:
    """Say which of the values at these places match."""
    import numpy as np
    import pyarrow.compute as pc

    if hint:  # the pattern of all keys takes a millisecond to compile: few columns need it
        matched = _matching(array, places, "", hint)
        if matched.any():
            matched[matched] = _matching(array, places[matched], "", pattern)
        return matched
    if len(places) > 4 * _TRIED:
        tried = array.take(places[:: len(places) // _TRIED])
        if pc.all(pc.match_substring_regex(tried, pattern)).as_py():
            return np.ones(len(places), bool)
    whole = len(places) * 5 > len(array) * 4
    texts = array if whole else array.take(places)
    matched = pc.match_substring_regex(texts, pattern).to_numpy(zero_copy_only=False).copy()
    return matched[places] if whole else matched


def _kept(array: pa.Array, counts: Any, groups: list[_Group]) -> Sketch:
    """Take from each group those that stand for it, evenly over its rows, and share its rows among them."""
    import numpy as np
    import pyarrow as pa

    places, rows, weights = [], [], []
    for kept in groups:
        group, most = kept.places, kept.most
        if len(group) <= most:
            places.append(group)
            weights.append(np.ones(len(group), np.int64))
            rows.append(weights[-1] if counts is None else counts[group])
            continue
        chosen = group[np.arange(most) * (len(group) - 1) // (most - 1)]
        total = len(group) if counts is None else int(counts[group].sum())
        places.append(chosen)
        weights.append(_shared(len(group), most))
        rows.append(_shared(total, most))
    taken = array.take(pa.array(np.concatenate(places)))
    values = (taken if taken.type == pa.large_string() else taken.cast(pa.large_string())).to_pylist()
    row, weight = np.concatenate(rows).tolist(), np.concatenate(weights).tolist()
    if len(set(values)) == len(values):
        return Sketch(tuple(values), tuple(row), tuple(weight))
    merged: dict[str, tuple[int, int]] = {}
    for value, rows_of, weight_of in zip(values, row, weight, strict=True):
        before = merged.get(value, (0, 0))
        merged[value] = (before[0] + rows_of, before[1] + weight_of)
    found = tuple(zip(*merged.values(), strict=True)) or ((), ())
    return Sketch(tuple(merged), found[0], found[1])


def _shared(total: int, among: int) -> Any:
    import numpy as np

    return np.diff(np.arange(among + 1, dtype=np.int64) * total // among)
