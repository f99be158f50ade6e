"""Masked values against the raw ones that they stand for: how many of them can be read or had back, and how.

Where a key joins both, values are compared in pairs; what agrees by luck is told by comparing wrong pairs too.
Where no key does, the two columns are compared as heaps of values (`_mask_heaps`).
Cheap tests see every pair, the others a random sample and the pairs whose masked value is of a rare length.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Final

from rules.privacy import _mask_undone as undone
from rules.privacy._mask_forms import canonical, canonicals
from rules.privacy._mask_hashes import digests_of_odd_length, plain_hash, target_of
from rules.privacy._mask_texts import counted, left_in_texts

if TYPE_CHECKING:
    import pyarrow as pa

_SAMPLE: Final = 3_000
_RARE: Final = 1_000
FEW: Final = 200
"""Up to so many pairs one value left raw is a flaw; among more it takes two, which may yet be luck."""
_DIGEST: Final = 16
_MOST: Final = 400
"""Pairs in which a cipher is looked for."""
NOTHING: Final = frozenset(
    {"", "n/a", "na", "none", "null", "unknown", "-", "--", "?", "nan", "not given", "not provided", "unbekannt"}
)
_PSEUDONYMS: Final = frozenset({"hash", "hmac", "tokenise"})
PAIRED: Final = frozenset({*_PSEUDONYMS, "format_preserving"})
"""Methods that may keep what only pairs tell: an order, or an alphabet of its own."""
CHANGED: Final = frozenset({*_PSEUDONYMS, "format_preserving", "redact", "drop", ""})
_STARS: Final = re.compile(r"[*•#█·xX]+|\[[^\]]*\]|<[^>]*>|redacted|masked|hidden", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Flaw:
    """A way in which masked values can be read."""

    how: str
    rows: int
    """Pairs of `of`, or values, that it was seen in."""
    of: int


@dataclass(frozen=True, slots=True)
class Compared:
    """What a comparison of a mask gave."""

    pairs: int
    flaws: tuple[Flaw, ...]
    distinct: int = 0
    """Different masked values among those that were looked at closely."""
    opaque: bool = False
    """Nothing was found, and what takes pairs may yet be there: an order, or an alphabet of its own."""


def paired(
    raw: pa.Array, masked: pa.Array, method: str, *, of: Sequence[str] = (), words: Sequence[str] = ()
) -> Compared:
    """Compare two columns, record by record; `words` are what the fields are called, which people take for keys."""
    import pyarrow as pa
    import pyarrow.compute as pc

    raw, masked = pc.cast(raw, pa.string()), pc.cast(masked, pa.string())
    present = pc.and_(pc.is_valid(raw), pc.is_valid(masked))
    if pc.any(pc.invert(present)).as_py():
        raw, masked = raw.filter(present), masked.filter(present)
    if not len(raw):
        return Compared(0, ())
    sample = [(r, m) for r, m in _sampled(raw, masked) if r.strip().lower() not in NOTHING and m.strip()]
    if method == "entities":
        left = left_in_texts([r for r, _ in sample], [m for _, m in sample], of, paired=True)
        told = tuple(Flaw(how, rows, len(sample)) for how, rows in counted(left).items())
        return Compared(len(raw), told, len({m for _, m in sample}), bool(left.untold) and not told)
    flaws = [*_left(raw, masked, method), *_closely(sample, method, words)]
    return Compared(len(raw), _once(flaws), len({m for _, m in sample}))


def _once(flaws: Sequence[Flaw]) -> tuple[Flaw, ...]:
    """Keep the worst count of each way."""
    found: dict[str, Flaw] = {}
    for flaw in flaws:
        before = found.get(flaw.how)
        if before is None or flaw.rows * before.of > before.rows * flaw.of:
            found[flaw.how] = flaw
    return tuple(found.values())


def _sampled(raw: pa.Array, masked: pa.Array) -> list[tuple[str, str]]:
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    count = len(raw)
    if count <= _SAMPLE + _RARE:
        return list(zip(raw.to_pylist(), masked.to_pylist(), strict=True))
    draw = np.random.default_rng(count)
    chosen = draw.choice(count, _SAMPLE, replace=False) if count < 10 * _SAMPLE else draw.integers(0, count, _SAMPLE)
    lengths = pc.binary_length(masked).to_numpy(zero_copy_only=False)
    often = np.bincount(np.minimum(lengths, 4095))
    rare = np.flatnonzero((often / count < 0.02)[np.minimum(lengths, 4095)])
    if len(rare) > _RARE:
        rare = draw.choice(rare, _RARE, replace=False)
    chosen = np.setdiff1d(chosen, rare)
    places = pa.array(np.concatenate([chosen, rare]))
    return list(zip(raw.take(places).to_pylist(), masked.take(places).to_pylist(), strict=True))


def _left(raw: pa.Array, masked: pa.Array, method: str) -> list[Flaw]:
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
    return _beyond_luck("as it is", rows, _luck(raw, masked, told), len(raw))


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


def _beyond_luck(how: str, rows: float, luck: float, of: int) -> list[Flaw]:
    beyond = rows - luck
    least = 1 if of <= FEW else 2
    steady = beyond >= least and beyond > 4 * (luck + (1 if luck else 0)) ** 0.5 and beyond >= 0.0005 * of
    return [Flaw(how, round(rows), of)] if steady or (least <= beyond and not luck) else []


def _closely(sample: Sequence[tuple[str, str]], method: str, words: Sequence[str]) -> list[Flaw]:
    if not sample:
        return []
    raws, masks = [r for r, _ in sample], [m for _, m in sample]
    if method == "first_name":
        rows = sum(_surname(r, m) for r, m in sample)
        return _beyond_luck("with the surname", rows, 0, len(sample)) or _written(raws, masks, words)
    forms = list(zip(canonicals(raws), canonicals(masks), strict=True))
    # Encodings cost more than the other tests: a part of the pairs will do, and those of rare lengths.
    flaws = _encoded(raws, masks, _telling(masks))
    turned = [*masks[1:], masks[0]], [(a, b) for (a, _), (_, b) in zip(forms, [*forms[1:], forms[0]], strict=True)]
    several = len(sample) > 1
    if (method != "generalise" or _tells_all_apart(sample)) and (rows := undone.same(raws, masks, forms)):
        flaws += _beyond_luck("in another spelling", rows, undone.same(raws, *turned) if several else 0, len(sample))
    if method != "generalise" and (rows := undone.inside(forms)):
        flaws += _beyond_luck("within other text", rows, undone.inside(turned[1]) if several else 0, len(sample))
    if flaws:
        return flaws
    if method in CHANGED:
        flaws += _undone(sample, forms, method, words)
    elif method != "entities":
        flaws += _hashed(raws, masks, words)
    if method == "generalise" and undone.is_calculated(sample):
        flaws.append(Flaw("by a calculation that can be undone", len(sample), len(sample)))
    if method in {"partial", "format_preserving"}:
        flaws += _too_little(sample)
    if method in {"redact", "drop"}:
        flaws += _still_there(sample, method)
    if method == "generalise" and _tells_all_apart(sample):
        flaws.append(Flaw("every value still told apart", len(sample), len(sample)))
    return flaws


def _telling(masks: Sequence[str]) -> list[int]:
    """Give pairs that tell of encodings: what only few values are written in is longer or shorter than other masks.

    Where masks are of many lengths, none is rare: more are taken.
    """
    often = Counter(map(len, masks))
    rare = [place for place, masked in enumerate(masks) if often[len(masked)] < 0.03 * len(masks)]
    step = 5 if len(rare) < 0.1 * len(masks) else 1
    return sorted({*range(0, min(200, len(masks)), step), *rare[:FEW]})


def _encoded(raws: Sequence[str], masks: Sequence[str], places: Sequence[int]) -> list[Flaw]:
    rows = sum(undone.is_encoded(raws[place], masks[place]) for place in places)
    if not rows:
        return []
    wrong = zip(places, [*places[1:], places[0]], strict=True) if len(places) > 1 else ()
    luck = sum(undone.is_encoded(raws[place], masks[other]) for place, other in wrong)
    return _beyond_luck("encoded", rows, luck, len(places))


def _written(raws: Sequence[str], masks: Sequence[str], words: Sequence[str]) -> list[Flaw]:
    """Find values that are written in codes or as hashes where something readable was to be left of them."""
    return _encoded(raws, masks, _telling(masks)) or _hashed(raws, masks, words)


def _hashed(raws: Sequence[str], masks: Sequence[str], words: Sequence[str]) -> list[Flaw]:
    """Find plain hashes where nothing of that length was to be left: a number of few digits is no digest."""
    target = target_of(masks, aligned=True)
    name, rows = plain_hash(raws, target, words) if target.length >= _DIGEST else ("", 0)
    return [Flaw(f"as a hash that anybody can repeat ({name})", rows, min(512, len(raws)))] if rows else []


def _undone(
    sample: Sequence[tuple[str, str]], forms: Sequence[tuple[str, str]], method: str, words: Sequence[str]
) -> list[Flaw]:
    masks = [m for _, m in sample]
    if len(set(masks)) < 2 and len(sample) > 1:
        return []
    name, rows = plain_hash([r for r, _ in sample], target_of(masks, aligned=True), words)
    if not rows and (odd := digests_of_odd_length(masks)):
        few = [sample[place] for place in odd[:FEW]]
        name, rows = plain_hash([r for r, _ in few], target_of([m for _, m in few], aligned=True), words)
    if rows:
        return [Flaw(f"as a hash that anybody can repeat ({name})", rows, min(512, len(sample)))]
    changed = [place for place, (r, m) in enumerate(sample) if r != m][:_MOST]
    how, rows = "", len(changed)
    if undone.is_calculated(sample):
        how, rows = "by a calculation that can be undone", len(sample)
    elif undone.is_stream([sample[place] for place in changed]):
        how = "by mixing every value with the same bytes"
    elif undone.is_cipher([sample[place] for place in changed], [forms[place] for place in changed]):
        how = "by a cipher that is read like a crossword"
    if how:
        return [Flaw(how, rows, rows)]
    ordered = method in {*_PSEUDONYMS, "format_preserving"} and undone.is_ordered(sample[:1_000])
    # Where masks keep how values begin, they are in their order for that alone.
    if ordered and not median(_common(mine, other) for mine, other in forms):
        return [Flaw("in the order of the raw values", len(sample), len(sample))]
    return []


def _common(one: str, other: str) -> int:
    return next(
        (place for place, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )


def _too_little(sample: Sequence[tuple[str, str]]) -> list[Flaw]:
    told = [undone.hidden(r, m) for r, m in sample if len(canonical(r)) >= undone.SHORTEST]
    if not told:
        return []
    least = median(3.5 if digits else 2.5 for _, digits in told)
    if median(count for count, _ in told) > least:
        return []
    return [Flaw("with too little hidden", sum(count <= least for count, _ in told), len(told))]


def _still_there(sample: Sequence[tuple[str, str]], method: str) -> list[Flaw]:
    left = {re.sub(r"\W", "", _STARS.sub("", m)).lower() for _, m in sample}
    if method == "drop":
        rows = len(sample)
        return [Flaw("kept although it is to be dropped", rows, rows)] if len({m for _, m in sample}) > 1 else []
    raws = len({r for r, _ in sample})
    if len(left) >= max(10, 0.5 * raws):
        return [Flaw("replaced by values that still tell records apart", len(sample), len(sample))]
    return []


def _tells_all_apart(sample: Sequence[tuple[str, str]]) -> bool:
    raws, masks = {r for r, _ in sample}, {m for _, m in sample}
    if len(raws) < 50 or len(masks) < 0.98 * len(raws):
        return all(undone.is_same(r, m) for r, m in sample) and len(raws) > 1
    kept = [len(canonical(m).rstrip("0")) >= 0.95 * len(canonical(r).rstrip("0")) for r, m in sample]
    return sum(kept) > 0.9 * len(kept) or all(undone.is_same(r, m) for r, m in sample)


def _surname(raw: str, masked: str) -> bool:
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
