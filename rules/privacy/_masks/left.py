"""What a method was not to leave: values as they are, too little hidden, every record told apart, surnames.

Seen in all pairs by Arrow, or in those that are looked at closely.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from statistics import median
from typing import TYPE_CHECKING, Final

from rules.privacy._masks import beside, undone
from rules.privacy._masks.flaws import NOTHING, Flaw, beyond_luck
from rules.privacy._masks.forms import canonical

if TYPE_CHECKING:
    import pyarrow as pa

_MOST: Final = 400
_STARS: Final = re.compile(r"[*•#█·xX]+|\[[^\]]*\]|<[^>]*>|redacted|masked|hidden", re.IGNORECASE)


def as_they_are(raw: pa.Array, masked: pa.Array, method: str) -> list[Flaw]:
    """Find values that stand as they are, among all pairs; what a method may leave is not meant."""
    import pyarrow.compute as pc

    if method in {"first_name", "entities"}:
        return []
    same = pc.equal(raw, masked)
    rows = pc.sum(same).as_py() or 0
    if not rows:
        return []
    left = raw.filter(same)
    if method == "generalise":
        coarse = pc.and_(pc.is_in(masked, value_set=pc.unique(left)), pc.invert(same))
        left = left.filter(pc.invert(pc.is_in(left, value_set=pc.unique(masked.filter(coarse)))))
        # What all masks end with tells how coarse they are: a value that ends so itself is its own mask.
        end = _end_of(masked)
        if end and 2 * (pc.sum(pc.ends_with(raw, end)).as_py() or 0) < len(raw):
            left = left.filter(pc.invert(pc.ends_with(left, end)))
        rows = len(left)
    # A value that half the records share tells nobody apart, and `unknown` is left as it is for a reason.
    counts = pc.value_counts(left)
    told = [
        (item["values"], item["counts"])
        for item in counts.to_pylist()
        if str(item["values"]).strip().lower() not in NOTHING
    ]
    common = 0.01 * len(raw)
    few = len(raw) < 1_000 or rows > 0.5 * len(raw)
    rows = sum(number for _, number in told if few or number <= common)
    if method == "generalise":
        return [Flaw("as it is", rows, len(raw))] if rows >= max(3, 0.002 * len(raw)) and len(raw) >= 20 else []
    return beyond_luck("as it is", rows, _luck(raw, masked, told), len(raw))


def _end_of(masked: pa.Array) -> str:
    """Give what nearly all of some values end with; empty where that is nothing."""
    some = masked[:: max(1, len(masked) // 1_000)].to_pylist()
    end = ""
    for size in range(1, min(map(len, some))):
        often, count = Counter(value[-size:] for value in some).most_common(1)[0]
        if count < 0.9 * len(some):
            break
        end = often
    return end


def _luck(raw: pa.Array, masked: pa.Array, told: Sequence[tuple[str, int]]) -> float:
    """Give how many pairs agree by luck: the share of each value on one side times that on the other."""
    import pyarrow as pa
    import pyarrow.compute as pc

    values = pa.array([value for value, _ in told], pa.string())
    sides = [
        {item["values"]: int(item["counts"]) for item in pc.value_counts(among).to_pylist()}
        for among in (side.filter(pc.is_in(side, value_set=values)) for side in (raw, masked))
    ]
    agreed = dict(told)
    chances = (count * sides[1].get(value, 0) - agreed[value] for value, count in sides[0].items())
    return sum(max(0, chance) for chance in chances) / len(raw)


def too_little(sample: Sequence[tuple[str, str]]) -> list[Flaw]:
    """Find values of which so little is hidden that the rest is guessed."""
    some = sample[:: max(1, len(sample) // _MOST)]
    told = [undone.hidden(r, m) for r, m in some if len(canonical(r)) >= undone.SHORTEST]
    if not told:
        return []
    least = median(3.5 if digits else 2.5 for _, digits in told)
    if median(count for count, _ in told) > least:
        return []
    return [Flaw("with too little hidden", sum(count <= least for count, _ in told), len(told))]


def still_there(sample: Sequence[tuple[str, str]], method: str) -> list[Flaw]:
    """Find what stands in place of nothing, and tells records apart."""
    left = {re.sub(r"\W", "", _STARS.sub("", m)).lower() for _, m in sample}
    if method == "drop":
        rows = len(sample)
        return [Flaw("kept although it is to be dropped", rows, rows)] if len({m for _, m in sample}) > 1 else []
    raws = len({r for r, _ in sample})
    if len(left) >= max(10, 0.5 * raws):
        return [Flaw("replaced by values that still tell records apart", len(sample), len(sample))]
    return []


def tells_all_apart(sample: Sequence[tuple[str, str]]) -> bool:
    """Whether what was to be coarser is nearly as fine as before."""
    if beside.hardly_rounded(sample):
        return True
    raws, masks = {r for r, _ in sample}, {m for _, m in sample}
    if len(raws) < 50 or len(masks) < 0.98 * len(raws):
        return all(undone.is_same(r, m) for r, m in sample) and len(raws) > 1
    kept = [len(canonical(m).rstrip("0")) >= 0.95 * len(canonical(r).rstrip("0")) for r, m in sample]
    return sum(kept) > 0.9 * len(kept) or all(undone.is_same(r, m) for r, m in sample)


def with_surname(raw: str, masked: str) -> bool:
    """Whether more than the given name is left of a name."""
    words = re.findall(r"[^\W\d_]+", raw)
    left = {word.lower() for word in re.findall(r"[^\W\d_]+", masked)}
    if len(words) < 2:
        apart = bool(words) and not words[0].isascii() and ord(words[0][0]) >= 0x2E80
        return apart and len(words[0]) > 1 and words[0].lower() in left
    surname = words[0] if "," in raw else words[-1]
    given = words[-1] if "," in raw else words[0]
    whole = canonical(raw)
    if surname.lower() == given.lower() or len(surname) < 2:
        return whole == canonical(masked)
    if any(len(word) >= 4 and surname.lower().startswith(word) and len(word) > 0.7 * len(surname) for word in left):
        return True  # nearly all of it
    return surname.lower() in left or whole in {canonical(masked), canonical(masked)[::-1]}
