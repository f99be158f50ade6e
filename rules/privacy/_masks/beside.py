"""What masked values tell beside their raw ones, though none is an encoding: whose they are, how near, how arranged.

All work on a bounded sample of (raw, masked) pairs. What may agree by luck is counted on wrong pairs too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from statistics import median
from typing import TYPE_CHECKING, Final

from rules.privacy._masks.undone import data_of, number_of

if TYPE_CHECKING:
    import pyarrow as pa

_FEWEST: Final = 20
_SOME: Final = 240
_PROBED: Final = 24
_NEARLY_ALL: Final = 0.95
_NEAR: Final = 0.02
"""Of the whole range of numbers: nearer than that, one stands for the other."""
_MOSTLY: Final = 0.75
"""Of the signs of a value: more than a prefix or a bank that a format may keep."""
_MOST_BEFORE: Final = 16
"""Bytes that may stand before or behind what was mixed."""


def exchanged(raw: pa.Array, pairs: Sequence[tuple[str, str]]) -> int:
    """Count the masked values that are raw ones of other records, where nearly all are: the column was shuffled."""
    import pyarrow as pa
    import pyarrow.compute as pc

    known = {r for r, _ in pairs}
    if len(known) < max(_FEWEST, 0.5 * len(pairs)) or median(map(len, known)) < 5:
        return 0
    found = sum(m in known and m != r for r, m in pairs)
    # Among so many of the whole, this many meet one another by chance where all are raw ones.
    if found < max(3, 0.3 * len(pairs) * len(pairs) / max(len(raw), len(pairs))):
        return 0
    masks = [m for r, m in pairs if m != r][:_SOME]
    rows = pc.sum(pc.is_in(pa.array(masks, pa.string()), value_set=pc.unique(raw))).as_py() or 0
    if rows < _NEARLY_ALL * len(masks) or pc.count_distinct(raw).as_py() < 0.5 * len(raw) or _is_full(raw):
        return 0
    return round(rows / len(masks) * len(pairs))


def _is_full(raw: pa.Array) -> bool:
    """Whether nearly all numbers of a range are there: then any other number of it is one of them."""
    import pyarrow.compute as pc

    bare = pc.replace_substring_regex(raw, r"\D", "")
    told = bare.filter(pc.and_(pc.greater(pc.binary_length(bare), 0), pc.less(pc.binary_length(bare), 18)))
    if len(told) < 0.9 * len(raw):
        return False
    ends = pc.min_max(pc.cast(told, "int64")).as_py()
    return bool(ends["max"] - ends["min"] + 1 <= 3 * pc.count_distinct(told).as_py())


def rearranged(forms: Sequence[tuple[str, str]]) -> int:
    """Count the values whose own letters and digits stand there in another order, where these tell values apart."""
    some = [(a, b) for a, b in forms[:_SOME] if len(a) >= 6]
    if not any(len(a) == len(b) for a, b in some[:_PROBED]):
        return 0
    turned = [*some[1:], some[0]] if some else []
    rows = sum(len(a) == len(b) and a != b and sorted(a) == sorted(b) for a, b in some)
    luck = sum(len(a) == len(b) and sorted(a) == sorted(b) for (a, _), (_, b) in zip(some, turned, strict=True))
    steady = rows >= 0.5 * len(some) and luck <= 0.05 * len(some)
    return round(rows / len(some) * len(forms)) if steady and len(some) >= 3 else 0


def thinned(forms: Sequence[tuple[str, str]]) -> int:
    """Count the values of which some signs are left out, and most of the others stand there in their order."""
    some = forms[:_SOME]
    if not any(_is_thinned(a, b) for a, b in some[:_PROBED]):
        return 0
    rows = sum(_is_thinned(a, b) for a, b in some)
    luck = sum(_is_thinned(a, b) for (a, _), (_, b) in zip(some, [*some[1:], some[0]], strict=True))
    return round(rows / len(some) * len(forms)) if rows >= 0.5 * len(some) and luck <= 0.1 * len(some) else 0


def _is_thinned(raw: str, masked: str) -> bool:
    if not max(5, 0.6 * len(raw)) <= len(masked) < len(raw):
        return False
    left = iter(raw)
    return all(sign in left for sign in masked)


def little_changed(forms: Sequence[tuple[str, str]]) -> int:
    """Count the values nearly all signs of which stand where they stood, which those of other records do not."""
    some = [(a, b) for a, b in forms[:_SOME] if len(a) == len(b) >= 8]
    if len(some) < max(_FEWEST, 0.9 * len(forms[:_SOME])):
        return 0
    rows = sum(_agreed(a, b) >= _MOSTLY for a, b in some)
    luck = sum(_agreed(a, b) >= _MOSTLY for (a, _), (_, b) in zip(some, [*some[1:], some[0]], strict=True))
    return round(rows / len(some) * len(forms)) if rows >= 0.9 * len(some) and luck <= 0.05 * len(some) else 0


def _agreed(one: str, other: str) -> float:
    return sum(a == b for a, b in zip(one, other, strict=False)) / len(one)


def near(pairs: Sequence[tuple[str, str]]) -> int:
    """Count the numbers and dates that stand for others next to them: who knows one nearly knows the other."""
    told = [(a, b) for a, b in ((number_of(r), number_of(m)) for r, m in pairs[:_PROBED]) if a is not None]
    if len(told) < 0.9 * min(len(pairs), _PROBED) or not all(b is not None for _, b in told):
        return 0
    whole = [(r, m, number_of(r), number_of(m)) for r, m in pairs[:_SOME]]
    numbers = [(a, b) for _, _, a, b in whole if a is not None and b is not None]
    if len(numbers) < max(_FEWEST, 0.9 * len(whole)) or len({a for a, _ in numbers}) < _FEWEST:
        return 0
    ordered = sorted(a for a, _ in numbers)
    # The middle of the range, for one odd number must not stretch it.
    reach = _NEAR * (ordered[-1 - len(ordered) // 20] - ordered[len(ordered) // 20])
    rows = sum(a != b and abs(a - b) <= reach for a, b in numbers)
    wrong = list(_wrong_pairs(whole))
    luck = sum(abs(a - b) <= reach for a, b in wrong)
    if rows < 0.9 * len(numbers) or len(wrong) < 0.3 * len(numbers) or luck > 0.2 * len(wrong):
        return 0
    return round(rows / len(numbers) * len(pairs))


def hardly_rounded(pairs: Sequence[tuple[str, str]]) -> bool:
    """Whether numbers are rounded by so little that nearly all of them are still told apart."""
    some = pairs[:_SOME]
    numbers = [(a, b) for a, b in ((number_of(r), number_of(m)) for r, m in some) if a is not None and b is not None]
    first, second = ({side[place] for side in numbers} for place in (0, 1))
    if len(numbers) < max(50, len(some)) or len(second) < 0.9 * len(first) or len(first) < 0.5 * len(numbers):
        return False
    reach = 0.001 * (max(first) - min(first))
    return all(abs(a - b) <= reach for a, b in numbers)


def _wrong_pairs(whole: Sequence[tuple[str, str, float | None, float | None]]) -> Iterator[tuple[float, float]]:
    """Give each number beside the mask of another that begins like it, as far as all masks begin like their values."""
    kept = head_kept([(r, m) for r, m, _, _ in whole])
    last: dict[str, float] = {}
    for r, _, a, b in whole:
        if a is None or b is None:
            continue
        if r[:kept] in last:
            yield a, last[r[:kept]]
        last[r[:kept]] = b


def head_kept(pairs: Sequence[tuple[str, str]]) -> int:
    """Give with how many signs of their own all changed values begin."""
    return min((common(r, m) for r, m in pairs if r != m), default=0)


def common(one: str, other: str) -> int:
    """Give with how many signs both begin."""
    return next(
        (place for place, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )


def luck_behind_heads(pairs: Sequence[tuple[str, str]]) -> float:
    """Give how many masks are their own values by luck, where all begin as their values do: few ends are left then."""
    kept = head_kept(pairs)
    if not kept or len(pairs) < 2:
        return 0.0
    ends = Counter(m[kept:] for _, m in pairs).values()
    # Two ends agree as often as a mask's end agrees with that of its value; of dates, turned round too.
    return 2 * sum(count * (count - 1) for count in ends) / (len(pairs) - 1)


def moved_each(pairs: Sequence[tuple[str, str]]) -> int:
    """Count the values all signs or bytes of which were moved by the same, whatever that is in each record."""
    some = [pair for pair in pairs[:_SOME] if len(pair[0]) >= 6]
    if len(some) < 10 or not all(_moved(r, m) for r, m in some[:3]):
        return 0
    rows = sum(_moved(r, m) for r, m in some)
    return round(rows / len(some) * len(pairs)) if rows >= 0.9 * len(some) else 0


def _moved(raw: str, masked: str) -> bool:
    if len(raw) == len(masked) and _moved_signs(raw, masked):
        return True
    data, told = raw.encode("utf-8", "replace"), data_of(masked)
    if told is None or not 0 <= len(told) - len(data) <= _MOST_BEFORE or len(set(data)) < 4:
        return False
    more = len(told) - len(data)
    return any(
        len({a ^ b for a, b in zip(data, part, strict=True)}) == 1
        or len({(b - a) & 255 for a, b in zip(data, part, strict=True)}) == 1
        for part in ({told[more:], told[: len(data)]})
    )


def _moved_signs(raw: str, masked: str) -> bool:
    if not (raw.isascii() and masked.isascii()) or raw == masked or len(set(raw)) < 4:
        return False
    both = list(zip(raw.lower(), masked.lower(), strict=True))
    letters = {(ord(b) - ord(a)) % 26 for a, b in both if a.isalpha()}
    digits = {(ord(b) - ord(a)) % 10 for a, b in both if a.isdigit()}
    alike = all(a.isalpha() == b.isalpha() and a.isdigit() == b.isdigit() for a, b in both)
    if alike and len(letters) <= 1 and len(digits) <= 1:
        return True
    return len({(ord(b) - ord(a)) % 94 for a, b in zip(raw, masked, strict=True) if a > " "}) == 1
