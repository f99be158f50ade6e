"""Sketches: a column of any length as the few values that stand for all of them, each with how many it stands for.

One pass over the bytes gives each value its classes of characters, how many digits it has, how long it is, and how it
begins and ends; values that agree in these are a group, and a few of each group stand for it.
What a leak looks like (an address, a key, an account) is looked for in every value by a kernel first, and what is found
is a group of its own, so that two values in a million are not lost among those that stand for the others.
Small groups are kept whole: nothing is ever left out of a column of few values.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import accumulate
from typing import TYPE_CHECKING, Any, Final

from rules.privacy._forms.secrets import ANY, HINT
from rules.privacy._forms.shapes import FLAGS, IBAN
from rules.privacy._kernel import at, kernel

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

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

PATTERNS: Final = {
    "email": r"[^\s@]@[^\s@]+\.[^\s@]",
    "key": HINT,
    "key first": rf"^(?:{HINT}|[0-9a-f]{{32}}-us|[A-Za-z0-9]{{14}}\.atlasv1)",
    "wallet": r"^(?:bc1|[13])[a-zA-HJ-NP-Z0-9]{25,59}$|^0x[0-9a-fA-F]{40}$",
    "iban": rf"^(?:(?i:iban)[: ]*)?{IBAN}",
    "iban in text": rf"\b{IBAN}",
    "machine": rf"{FLAGS['ip']}|{FLAGS['mac_address']}",
    "phone": FLAGS["phone_in_text"],
    "number": r"(?:[0-9][ -]?){13,19}",
}
"""What is looked for in every value, as RE2; the kernel finds the same, which a test holds. Keys of which the sign
stands behind what is random are looked for as well where they stand first."""


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
    """Give the values that stand for an array of texts without nulls, trimmed."""
    texts = _trimmed(array)
    counts = None
    if len(texts.sizes) <= _SMALL or not _spread_out(texts):
        texts, counts = _distinct(texts)
        if len(counts) <= _FEW:
            return Sketch(_words(texts, range(len(counts))), tuple(counts.tolist()), (1,) * len(counts))
    if not texts.sizes.all():
        keep = texts.sizes > 0
        texts = _Texts(array, texts.data, texts.starts[keep], texts.sizes[keep])
        counts = None if counts is None else counts[keep]
    return _kept(_groups(texts), counts, lambda places: _words(texts, places))


def sketch_of_numbers(numbers: NDArray[np.int64]) -> Sketch:
    """Give the integers that stand for a column of them, grouped by how many digits they have."""
    import numpy as np

    sizes = np.searchsorted(10 ** np.arange(19, dtype=np.int64), np.abs(numbers), side="right").astype(np.uint16)
    order, bounds = _ordered(np.where(numbers < 0, sizes + np.uint16(32), sizes))
    groups = [_Group(part, 96 if sizes[part[0]] >= 13 else _MOST, ()) for part in np.split(order, bounds[1:-1])]
    return _kept(groups, None, lambda places: tuple(map(str, numbers[places].tolist())))


@dataclass(frozen=True, slots=True)
class _Texts:
    """Texts as places in the bytes of an array, which must live as long."""

    array: pa.Array
    data: int
    starts: NDArray[np.int64]
    sizes: NDArray[np.int32]
    places: tuple[int, int] = field(init=False)
    """Where starts and sizes lie: asking an array costs a microsecond, and a column asks often."""

    def __post_init__(self) -> None:
        """Ask once."""
        object.__setattr__(self, "places", (at(self.starts), at(self.sizes)))

    def __repr__(self) -> str:
        """Never a value."""
        return f"_Texts({len(self.sizes)})"


def _trimmed(array: pa.Array) -> _Texts:
    """Give where each text begins and how long it is, without space around it."""
    import numpy as np
    import pyarrow as pa
    from pyarrow import types

    if not (types.is_string(array.type) or types.is_large_string(array.type)):
        array = array.cast(pa.large_string())
    _, offsets, data = array.buffers()
    wide = np.int64 if types.is_large_string(array.type) else np.int32
    ends = np.frombuffer(offsets, wide)[array.offset : array.offset + len(array) + 1].astype(np.int64)
    address = data.address if data is not None else 0
    texts = _Texts(array, address, np.empty(len(array), np.int64), np.empty(len(array), np.int32))
    kernel().sketch_trimmed(address, at(ends), len(array), *texts.places)
    return texts


def _spread_out(texts: _Texts) -> bool:
    """Whether of many texts hardly any comes again."""
    import numpy as np

    spread = np.random.default_rng(1).integers(0, len(texts.sizes), _SMALL // 2)
    few = _Texts(texts.array, texts.data, texts.starts[spread], texts.sizes[spread])
    return len(_distinct(few)[1]) * 2 > len(spread)


_SEED: Final = int.from_bytes(os.urandom(7))
"""Nobody can write texts that all fall into one place of a table."""


def _distinct(texts: _Texts) -> tuple[_Texts, NDArray[np.int64]]:
    """Give each text once, in the order of the rows, with how many rows it has."""
    import numpy as np

    size = len(texts.sizes)
    bits = size.bit_length() + 1
    table, firsts, counts = np.zeros(1 << bits, np.int32), np.empty(size, np.int64), np.empty(size, np.int64)
    found = kernel().sketch_distinct(texts.data, *texts.places, size, _SEED, at(table), bits, at(firsts), at(counts))
    firsts = firsts[:found]
    return _Texts(texts.array, texts.data, texts.starts[firsts], texts.sizes[firsts]), counts[:found]


def _words(texts: _Texts, places: Sequence[int] | NDArray[np.int64]) -> tuple[str, ...]:
    """Give the texts at these places."""
    import numpy as np

    chosen = np.asarray(places, np.int64)
    room = np.empty(int(texts.sizes[chosen].sum()) + len(chosen), np.uint8)
    size = kernel().sketch_joined(texts.data, *texts.places, at(chosen), len(chosen), 0, at(room))
    if size > 0:
        return tuple(room[: size - 1].tobytes().decode("utf-8", "replace").split("\x00"))
    from ctypes import string_at

    return tuple(
        string_at(texts.data + start, size).decode("utf-8", "replace")
        for start, size in zip(texts.starts[chosen].tolist(), texts.sizes[chosen].tolist(), strict=True)
    )


def _ordered(keys: NDArray[np.uint16]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Give positions in the order of their keys, those of one key as they stood, and where each key begins and ends."""
    import numpy as np

    count = len(keys)
    room = np.empty(512 + 3 * count + 1, np.int64)
    room[:512] = 0
    lies = at(room)
    groups = kernel().sketch_ordered(
        at(keys), count, lies, lies + 8 * 512, lies + 8 * (512 + count), lies + 8 * (512 + 2 * count)
    )
    order, bounds = room[512 + count : 512 + 2 * count], room[512 + 2 * count :]
    return order, bounds[: groups + 1]


@dataclass(slots=True)
class _Group:
    """Positions of values that are alike, and how many of them shall stand for it."""

    places: NDArray[np.int64]
    most: int
    wanted: tuple[str, ...]
    """Patterns to look for in every value of it."""


def _groups(texts: _Texts) -> list[_Group]:
    """Group values by their bytes, then part off what each pattern finds."""
    import numpy as np

    count = len(texts.sizes)
    classes, digits, keys = np.empty(count, np.uint8), np.empty(count, np.uint16), np.empty(count, np.uint16)
    kernel().sketch_keys(texts.data, *texts.places, count, at(classes), at(digits), at(keys))
    order, bounds = _ordered(keys)
    firsts = order[bounds[:-1]]
    most = max(5, min(_MOST, _ALL // max(1, len(firsts))))
    ends = bounds.tolist()
    signs = zip(classes[firsts].tolist(), digits[firsts].tolist(), texts.sizes[firsts].tolist(), strict=True)
    groups = [
        _group(order[begin:end], _with_blanks(texts, int(order[begin]), *sign), *sign[1:], most)
        for begin, end, sign in zip(ends, ends[1:], signs, strict=False)
    ]
    wanted = {name for group in groups for name in group.wanted}
    for name in PATTERNS:
        if name in wanted:
            groups = _parted(texts, groups, name)
    return groups


def _with_blanks(texts: _Texts, place: int, kinds: int, _: int, length: int) -> int:
    """Give the classes of a value; long ones of Chinese, Japanese and Thai are text as if blanks parted words."""
    if kinds & SPACE or length < _UNPARTED:
        return kinds
    from ctypes import string_at

    begin = string_at(texts.data + int(texts.starts[place]), _UNPARTED)
    return kinds | SPACE if sum(byte >= _WIDE for byte in begin) * 6 > len(begin) else kinds


_UNPARTED: Final = 48
"""As many bytes have sixteen signs of the Far East."""
_WIDE: Final = 0xE0
"""First bytes of signs from Thai and Indian scripts on, one of three."""


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


def _parted(texts: _Texts, groups: list[_Group], name: str) -> list[_Group]:
    """Part what a pattern finds from each group that it is wanted for."""
    asked = [(group, _matching(texts, group.places, name)) for group in groups if name in group.wanted]
    if not any(yes.any() for _, yes in asked):
        return groups
    found = [group for group in groups if name not in group.wanted]
    for group, yes in asked:
        if yes.any():
            found.append(_Group(group.places[yes], group.most, ()))
        if not yes.all():
            found.append(_Group(group.places[~yes], group.most, group.wanted))
    return found


def _matching(texts: _Texts, places: NDArray[np.int64], name: str) -> NDArray[np.bool_]:
    """Say which of the values at these places match; where all of a spread of them do, all are taken to."""
    import numpy as np

    if len(places) > 4 * _TRIED and _matched(texts, places[:: len(places) // _TRIED], name).all():
        return np.ones(len(places), bool)
    return _matched(texts, places, name)


def _matched(texts: _Texts, places: NDArray[np.int64], name: str) -> NDArray[np.bool_]:
    import numpy as np

    places, out = np.ascontiguousarray(places), np.empty(len(places), bool)
    pattern = list(PATTERNS).index(name)
    hits = kernel().signs_match(pattern, texts.data, *texts.places, at(places), len(places), at(out))
    if hits and name in {"key", "key first"}:
        search = _key().search
        out[out] = [search(text) is not None for text in _words(texts, places[out])]
    return out


@cache
def _key() -> re.Pattern[str]:
    return re.compile(ANY)


def _kept(
    groups: list[_Group], counts: NDArray[np.int64] | None, words: Callable[[NDArray[np.int64]], tuple[str, ...]]
) -> Sketch:
    """Take from each group those that stand for it, evenly over its rows, and share its rows among them."""
    import numpy as np

    if not groups:
        return Sketch((), (), ())
    order = np.concatenate([group.places for group in groups])
    sizes = [len(group.places) for group in groups]
    limits = np.array([0, *accumulate(sizes), *(group.most for group in groups)], np.int64)
    taken = sum(min(size, group.most) for size, group in zip(sizes, groups, strict=True))
    kept = np.empty((3, taken), np.int64)
    lies, ends = at(kept), at(limits)
    kernel().sketch_kept(
        at(order), ends, ends + 8 * (len(groups) + 1), len(groups), 0 if counts is None else at(counts),
        lies, lies + 8 * taken, lies + 16 * taken,
    )  # fmt: skip
    values = words(kept[0])
    row, weight = kept[1].tolist(), kept[2].tolist()
    if len(set(values)) == len(values):
        return Sketch(values, tuple(row), tuple(weight))
    merged: dict[str, tuple[int, int]] = {}
    for value, rows_of, weight_of in zip(values, row, weight, strict=True):
        before = merged.get(value, (0, 0))
        merged[value] = (before[0] + rows_of, before[1] + weight_of)
    found = tuple(zip(*merged.values(), strict=True)) or ((), ())
    return Sketch(tuple(merged), found[0], found[1])
