"""Masked values against the raw ones that they stand for: how many of them can be read or had back, and how.

Where a key joins both, values are compared in pairs; what agrees by luck is told by comparing wrong pairs too.
Where no key does, the two columns are compared as heaps of values (`_masks/heaps`).
Cheap tests see every pair, the others a random sample and the pairs whose masked value is of a rare length.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from statistics import median
from typing import TYPE_CHECKING, Final

from rules.privacy._masks import beside, undone
from rules.privacy._masks.flaws import FEW, NOTHING, Compared, Flaw, beyond_luck, once
from rules.privacy._masks.forms import canonical, canonicals
from rules.privacy._masks.guessed import LEAST, PROBED, Pair, guessed
from rules.privacy._masks.hashes import digests_of_odd_length, guessed_hash, plain_hash, target_of
from rules.privacy._masks.left import as_they_are, still_there, tells_all_apart, too_little, with_surname
from rules.privacy._masks.read import tells
from rules.privacy._masks.texts import counted, left_in_texts

if TYPE_CHECKING:
    import pyarrow as pa

_SAMPLE: Final = 3_000
_RARE: Final = 1_000
_DIGEST: Final = 16
_LONG: Final = re.compile(r"[0-9a-zA-Z+/_-]{16}|(?:[0-9a-f]{4,}[-: ]){3}")
_READ: Final = 6
"""Masks that are read in every way, to see whether any gives its value."""
_COUNTED: Final = 40
_MOST: Final = 400
"""Pairs in which a cipher is looked for."""
_PSEUDONYMS: Final = frozenset({"hash", "hmac", "tokenise"})
PAIRED: Final = frozenset({*_PSEUDONYMS, "format_preserving"})
"""Methods that may keep what only pairs tell: an order, or an alphabet of its own."""
CHANGED: Final = frozenset({*_PSEUDONYMS, "format_preserving", "redact", "drop", ""})


def paired(
    raw: pa.Array,
    masked: pa.Array,
    method: str,
    *,
    of: Sequence[str] = (),
    words: Sequence[str] = (),
    keys: Sequence[pa.Array] = (),
) -> Compared:
    """Compare two columns, record by record.

    `words` are what the fields are called, which people take for keys; `keys` tell the records apart.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    raw, masked = pc.cast(raw, pa.string()), pc.cast(masked, pa.string())
    present = pc.and_(pc.is_valid(raw), pc.is_valid(masked))
    if pc.any(pc.invert(present)).as_py():
        raw, masked, *keys = (side.filter(present) for side in (raw, masked, *keys))
    if not len(raw):
        return Compared(0, ())
    places, drawn = _sampled(raw, masked)
    told = [(n, r, m) for n, (r, m) in enumerate(drawn) if r.strip().lower() not in NOTHING and m.strip()]
    sample = [(r, m) for _, r, m in told]
    distinct = len({m for _, m in sample})
    if method == "entities":
        left = left_in_texts([r for r, _ in sample], [m for _, m in sample], of, words=words, paired=True)
        flaws = [Flaw(how, rows, len(sample)) for how, rows in counted(left).items()]
        return Compared(len(raw), tuple(flaws), distinct, bool(left.untold) and not flaws)
    flaws = as_they_are(raw, masked, method)
    if not any(flaw.rows * 2 > flaw.of for flaw in flaws):
        # Only what most of a column does not say by itself is looked at closely.
        step = max(1, len(told) // PROBED)
        pairs = [Pair(r, m, tuple(str(key[places[n] if places else n]) for key in keys)) for n, r, m in told[::step]]
        flaws += _closely(sample, method, words, pairs)
        if not flaws and method in CHANGED and (rows := beside.exchanged(raw, sample)):
            flaws.append(Flaw("as the values of other records", rows, len(sample)))
    return Compared(len(raw), once(flaws if method != "format_preserving" else _told(flaws, sample)), distinct)


def _told(flaws: Sequence[Flaw], sample: Sequence[tuple[str, str]]) -> list[Flaw]:
    """Leave out what luck explains where a mask keeps how values begin: few ends are left to choose from then."""
    few = [flaw for flaw in flaws if flaw.rows * 20 <= flaw.of]
    luck = beside.luck_behind_heads(sample) / len(sample) if few and sample else 0.0
    lucky = {flaw.how for flaw in few if luck and flaw.rows <= luck * flaw.of + 4 * (luck * flaw.of) ** 0.5}
    return [flaw for flaw in flaws if flaw.how not in lucky]


def _sampled(raw: pa.Array, masked: pa.Array) -> tuple[list[int], list[tuple[str, str]]]:
    """Give pairs and where they stand; no places where these are all pairs."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    count = len(raw)
    if count <= _SAMPLE + _RARE:
        return [], list(zip(raw.to_pylist(), masked.to_pylist(), strict=True))
    draw = np.random.default_rng(count)
    chosen = draw.choice(count, _SAMPLE, replace=False) if count < 10 * _SAMPLE else draw.integers(0, count, _SAMPLE)
    lengths = pc.binary_length(masked).to_numpy(zero_copy_only=False)
    often = np.bincount(np.minimum(lengths, 4095))
    rare = np.flatnonzero((often / count < 0.02)[np.minimum(lengths, 4095)])
    if len(rare) > _RARE:
        rare = draw.choice(rare, _RARE, replace=False)
    chosen = np.setdiff1d(chosen, rare)
    places = pa.array(np.concatenate([chosen, rare]))
    pairs = zip(raw.take(places).to_pylist(), masked.take(places).to_pylist(), strict=True)
    return places.to_pylist(), list(pairs)


def _closely(sample: Sequence[tuple[str, str]], method: str, words: Sequence[str], pairs: Sequence[Pair]) -> list[Flaw]:
    if not sample:
        return []
    raws, masks = [r for r, _ in sample], [m for _, m in sample]
    if method == "first_name":
        rows = sum(with_surname(r, m) for r, m in sample)
        return beyond_luck("with the surname", rows, 0, len(sample)) or _written(raws, masks, pairs, words)
    forms = list(zip(canonicals(raws), canonicals(masks), strict=True))
    # Encodings cost more than the other tests: a part of the pairs will do, and those of rare lengths.
    flaws = _encoded(raws, masks)
    turned = [*masks[1:], masks[0]], [(a, b) for (a, _), (_, b) in zip(forms, [*forms[1:], forms[0]], strict=True)]
    several = len(sample) > 1
    if (method != "generalise" or tells_all_apart(sample)) and (rows := undone.same(raws, masks, forms)):
        flaws += beyond_luck("in another spelling", rows, undone.same(raws, *turned) if several else 0, len(sample))
    if method != "generalise" and (rows := undone.inside(forms)):
        flaws += beyond_luck("within other text", rows, undone.inside(turned[1]) if several else 0, len(sample))
    if flaws:
        return flaws
    if method in CHANGED:
        flaws += _undone(sample, forms, method, words, pairs)
    else:
        flaws += _hashed(raws, masks, pairs, words)
    if method == "generalise" and undone.is_calculated(sample):
        flaws.append(Flaw("by a calculation that can be undone", len(sample), len(sample)))
    if method in {"partial", "format_preserving"}:
        flaws += too_little(sample)
    if method in {"redact", "drop"}:
        flaws += still_there(sample, method)
    if method == "generalise" and tells_all_apart(sample):
        flaws.append(Flaw("every value still told apart", len(sample), len(sample)))
    return flaws


def _telling(masks: Sequence[str]) -> tuple[range, list[int]]:
    """Give pairs that tell of what most are written in, and those that tell of what few are.

    The few are longer or shorter than other masks. Where masks are of many lengths, none is rare: more are taken.
    """
    often = Counter(map(len, masks))
    rare = [place for place, masked in enumerate(masks) if often[len(masked)] < 0.03 * len(masks)]
    most = FEW if len(rare) >= 0.1 * len(masks) else _COUNTED
    return range(0, len(masks), max(1, len(masks) // most)), rare[:FEW]


def _encoded(raws: Sequence[str], masks: Sequence[str]) -> list[Flaw]:
    spread, rare = _telling(masks)
    # What most are written in is read from few of them, in every way that there is.
    if any(tells(raws[place], masks[place]) for place in spread[:: max(1, len(spread) // _READ)]) and (
        flaws := _read_as(raws, masks, spread[:: max(1, len(spread) // _COUNTED)], tells)
    ):
        return flaws
    some = spread if len(spread) > _COUNTED * 2 else spread[:: max(1, len(spread) // PROBED)]
    return _read_as(raws, masks, sorted({*some, *rare}), undone.is_encoded)


def _read_as(
    raws: Sequence[str], masks: Sequence[str], places: Sequence[int], test: Callable[[str, str], bool]
) -> list[Flaw]:
    rows = sum(test(raws[place], masks[place]) for place in places)
    if not rows:
        return []
    wrong = zip(places, [*places[1:], places[0]], strict=True) if len(places) > 1 else ()
    luck = sum(test(raws[place], masks[other]) for place, other in wrong)
    return beyond_luck("encoded", rows, luck, len(places))


def _written(raws: Sequence[str], masks: Sequence[str], pairs: Sequence[Pair], words: Sequence[str]) -> list[Flaw]:
    """Find values that are written in codes or as hashes where something readable was to be left of them."""
    return _encoded(raws, masks) or _hashed(raws, masks, pairs, words)


def _hashed(raws: Sequence[str], masks: Sequence[str], pairs: Sequence[Pair], words: Sequence[str]) -> list[Flaw]:
    """Find plain hashes where nothing of that length was to be left: a number of few digits is no digest."""
    if not any(_LONG.search(pair.masked) for pair in pairs):
        return []
    target = target_of(masks, aligned=True)
    name, rows = plain_hash(raws, target) if target.length >= _DIGEST else ("", 0)
    return [_repeated(name, rows, min(512, len(raws)))] if rows else _guessed(pairs, words)


def _repeated(name: str, rows: int, of: int) -> Flaw:
    return Flaw(f"as a hash that anybody can repeat ({name})", rows, of)


def _guessed(pairs: Sequence[Pair], words: Sequence[str]) -> list[Flaw]:
    how, rows, of = guessed(pairs, words)
    return [_repeated(how, rows, of)] if rows else []


def _undone(
    sample: Sequence[tuple[str, str]],
    forms: Sequence[tuple[str, str]],
    method: str,
    words: Sequence[str],
    pairs: Sequence[Pair],
) -> list[Flaw]:
    masks = [m for _, m in sample]
    if len(set(masks)) < 2 and len(sample) > 1:
        return []
    target = target_of(masks, aligned=True)
    short = 0 < target.length < LEAST
    name, rows = (guessed_hash if short else plain_hash)([r for r, _ in sample], target)
    if not rows and (odd := digests_of_odd_length(masks, target.bare)):
        few = [sample[place] for place in odd[:FEW]]
        name, rows = plain_hash([r for r, _ in few], target_of([m for _, m in few], aligned=True))
    if rows:
        return [_repeated(name, rows, min(512, len(sample)))]
    return _guessed(pairs, words) or _moved(sample, forms, method)


def _moved(sample: Sequence[tuple[str, str]], forms: Sequence[tuple[str, str]], method: str) -> list[Flaw]:
    """Find ciphers, calculations and orders."""
    changed = [place for place, (r, m) in enumerate(sample) if r != m][:_MOST]
    how, rows = "", len(changed)
    pairs = [sample[place] for place in changed]
    names = [(canonical(r.partition("@")[0]), canonical(m.partition("@")[0])) for r, m in pairs]
    if undone.is_calculated(sample):
        how, rows = "by a calculation that can be undone", len(sample)
    elif undone.is_stream(pairs) or beside.moved_each(pairs):
        how = "by mixing every value with the same bytes"
    elif undone.is_cipher(pairs, [forms[place] for place in changed]):
        how = "by a cipher that is read like a crossword"
    elif beside.rearranged([forms[place] for place in changed]):
        how = "with its own signs in another order"
    elif beside.thinned(names):
        how = "with some of its signs left out"
    elif beside.little_changed(names):
        how = "with too little hidden"
    elif beside.near(pairs):
        how = "as a number or day next to it"
    if how:
        return [Flaw(how, rows, rows)]
    ordered = method in PAIRED and undone.is_ordered(sample[:1_000])
    # Where masks keep how values begin, they are in their order for that alone.
    if ordered and not median(beside.common(mine, other) for mine, other in forms):
        return [Flaw("in the order of the raw values", len(sample), len(sample))]
    return []
