"""Masked values against the raw ones where no key joins both: two heaps, in neither of which an order means anything.

What needs pairs is not seen: tokens in the order of the raw values, and ciphers that are no shift of the alphabet.
Values that are not as if drawn by chance may be either, and are called opaque.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence, Set
from statistics import median
from typing import TYPE_CHECKING, Any, Final

from rules.privacy._leaks.dates import days_of
from rules.privacy._masks import undone
from rules.privacy._masks.chance import is_by_chance
from rules.privacy._masks.flaws import FEW, NOTHING, Compared, Flaw
from rules.privacy._masks.forms import canonical, canonicals
from rules.privacy._masks.guessed import guessed_apart
from rules.privacy._masks.hashes import bare_of, digests_of_odd_length, guessed_hash, target_of
from rules.privacy._masks.read import readings
from rules.privacy._masks.texts import counted, left_in_texts
from rules.privacy._masks.verified import CHANGED, PAIRED

if TYPE_CHECKING:
    import pyarrow as pa

_SOME: Final = 400
"""Masked values that are looked at closely."""
_TEXTS: Final = 20_000
"""Raw texts that are read for what was to be taken out of them."""
_DIGEST: Final = 16
_MOSTLY: Final = 0.9
_PREFIX: Final = re.compile(r"^[A-Za-z0-9]{1,8}[-_:]")
_WORD: Final = re.compile(r"[^\W\d_]+")
_APART: Final = re.compile(r"[\x00-\x1f\"'{}<>:,;|=]+")
_READABLE: Final = 6
_MOST_DAYS: Final = 40_000
"""Days of a life and of those before it that dates of people tell."""
_GUESSED: Final = 3_000
"""Masks among which hashes of other spellings are looked for."""
_PROBED: Final = 24
"""Masks that are read in every way."""
_STARRED: Final = re.compile(r"([^*•●#█]*)([*•●#█]+)([^*•●#█]*)")


def heaped(
    raw: pa.Array, masked: pa.Array, method: str, *, of: Sequence[str] = (), words: Sequence[str] = ()
) -> Compared:
    """Compare two columns that no key joins, as heaps of values."""
    import pyarrow as pa
    import pyarrow.compute as pc

    raw, masked = (pc.drop_null(pc.cast(side, pa.string())) for side in (raw, masked))
    if not len(raw) or not len(masked):
        return Compared(0, ())
    values = _kept(masked, 20_000)
    drawn = _kept(raw, 200_000)
    heap: set[str] = set(drawn)
    if method == "entities":
        left = left_in_texts(sorted(heap)[:_TEXTS], values, of, paired=False)
        told = tuple(Flaw(how, rows, len(values)) for how, rows in counted(left).items())
        return Compared(len(values), told, len(set(values)), bool(left.untold) and not told)
    known = set(canonicals([one for one in heap if one.strip().lower() not in NOTHING])) - {""}
    flaws: list[Flaw] = []
    several = method == "first_name"
    apart = len(heap) >= 0.3 * min(len(raw), 200_000) and median(len(one) for one in known or {""}) >= 5
    if apart and not (method == "generalise" and len(set(values)) < 0.9 * len(heap)):
        rows = _standing([value for value in values if not several or len(_WORD.findall(value)) > 1], heap, known)
        luck = _by_luck(drawn, values)
        least = max(1 if len(values) <= FEW else 2, luck + 4 * luck**0.5)
        flaws += [Flaw("as it is", rows, len(values))] if rows >= least else []
    elif method not in {"first_name", "generalise"}:
        flaws += _same_heap(raw, masked)
    if not flaws:
        some = values[:: max(1, len(values) // _SOME)]
        flaws += [flaw for test in _CLOSELY.get(method, _ANY) for flaw in test(some, heap, known if apart else set())]
    if not flaws and method == "generalise":
        flaws += _finer(values, heap)
    # What is coarser is short: of numbers of few digits some hash has each by luck.
    hashed = method in CHANGED | {"partial"} or median(len(bare_of(value)) for value in values) >= _DIGEST
    if not flaws:
        flaws += _read(known, values)
    if not flaws:
        few = sorted(heap)[:: max(1, len(heap) // 512)]
        flaws += _stand_ins(few, values, words, len(values) / len(masked)) if hashed else _encoded(few, values)
    # Few masked values have neither an order nor an alphabet to speak of.
    opaque = method in PAIRED and not flaws and len(set(values)) > 2 and not is_by_chance(values)
    return Compared(len(values), tuple(flaws), len(set(values)), opaque)


def _kept(side: pa.Array, most: int) -> list[Any]:
    import numpy as np

    if len(side) <= most:
        return list(side.to_pylist())
    return list(side.take(np.unique(np.random.default_rng(len(side)).integers(0, len(side), most))).to_pylist())


def _same_heap(raw: pa.Array, masked: pa.Array) -> list[Flaw]:
    """Find a column of few values that is the raw one, or the raw one shuffled: every count is the same."""
    import pyarrow.compute as pc

    counts = [
        {canonical(str(item["values"])): item["counts"] for item in pc.value_counts(side).to_pylist()}
        for side in (raw, masked)
    ]
    equal = len(raw) == len(masked) and len(counts[0]) > 2 and counts[0] == counts[1]
    return [Flaw("as it is, value for value", len(masked), len(masked))] if equal else []


def _standing(values: Sequence[str], heap: Set[str], known: Set[str]) -> int:
    """Count values that are raw ones, perhaps turned round or within other text."""
    told = canonicals(values)
    rest = canonicals([_PREFIX.sub("", value) for value in values])
    # What stands around every value, and around no raw one, is no part of it.
    (head, tail), (before, behind) = _around(values), _around(heap)
    head, tail = max(0, head - before), max(0, tail - behind)
    bare = canonicals([value[head : len(value) - tail] for value in values]) if head or tail else told
    return sum(
        [a in known or b in known or c in known or a[::-1] in known for a, b, c in zip(told, rest, bare, strict=True)]
    )


def _by_luck(drawn: Sequence[str], values: Sequence[str]) -> float:
    """Give how many masked values are raw ones by luck, where they are new values of the same form and of few."""
    counts = Counter(drawn)
    equal = sum(count * (count - 1) for count in counts.values()) / max(1, len(drawn) * (len(drawn) - 1))
    forms = {_form(one) for one in drawn[:_SOME]}
    alike = sum(_form(value) in forms for value in values)
    least = 1 / _MOST_DAYS if undone.parts(drawn[0]) else 0.0
    if drawn[0].isdigit():
        least = 10.0 ** -len(drawn[0])
    # Many records of one person are no sign of few values.
    return min(max(equal, least) * len(counts) * alike, 0.3 * len(values))


def _form(text: str) -> str:
    return "".join("9" if sign.isdigit() else "a" if sign.isalpha() else sign for sign in text)[:24]


def _around(values: Collection[str]) -> tuple[int, int]:
    """Give with how many signs all values begin, and with how many they end."""
    if len(values) < 2:
        return 0, 0
    # The first and the last in order differ first.
    sides = ((min(values), max(values)), (min(turned := [value[::-1] for value in values]), max(turned)))
    head, tail = (
        next((place for place, (a, b) in enumerate(zip(*side, strict=False)) if a != b), min(map(len, side)))
        for side in sides
    )
    return head, tail


def _stand_ins(raws: Sequence[str], values: Sequence[str], words: Sequence[str], share: float) -> list[Flaw]:
    if found := _encoded(raws, values):
        return found
    name, hits = guessed_hash(raws, target_of(values, aligned=False), words, share)
    if not hits and (odd := digests_of_odd_length(values)):
        there = [values[place] for place in odd]
        name, hits = guessed_hash(raws, target_of(there, aligned=False), words, min(1.0, len(odd) / len(values)))
    if not hits:
        some = values[:: max(1, len(values) // _GUESSED)][:_GUESSED]
        name, hits, tried = guessed_apart(raws, some, words, share * len(some) / len(values))
        return [Flaw(f"as a hash that anybody can repeat ({name})", hits, tried)] if hits else []
    return [Flaw(f"as a hash that anybody can repeat ({name})", hits, len(raws))]


def _encoded(raws: Sequence[str], values: Sequence[str]) -> list[Flaw]:
    there = {
        bare
        for value in values
        for bare in (value.strip().rstrip("=").lower(), bare_of(value).lower(), value.replace(" ", "").lower())
    }
    packed = {told for value in values if (told := undone.unpacked(value.strip()))}
    rows = sum(
        raw in packed or any(form in there and form != raw.lower() for form in undone.encoded(raw) if len(form) >= 6)
        for raw in raws
    )
    return [Flaw("encoded", rows, len(raws))] if rows >= 2 or (rows and len(raws) <= FEW) else []


def _read(known: Set[str], values: Sequence[str]) -> list[Flaw]:
    """Find raw values in what a few masks can be read as."""
    long = {form for form in known if len(form) >= _READABLE}
    some = values[:: max(1, len(values) // _PROBED)][:_PROBED]
    rows = sum(any(_names_one(text, long) for text in readings(value)) for value in some) if long else 0
    # Where many raw values were not read, few masks stand for one of those that were.
    return [Flaw("encoded", rows, len(some))] if rows >= 2 else []


def _names_one(data: bytes, known: Set[str]) -> bool:
    text = data.decode("utf-8", "replace")
    return canonical(text) in known or any(canonical(part) in known for part in _APART.split(text))


def _mostly(how: str, rows: int, of: int, least: float = _MOSTLY) -> list[Flaw]:
    return [Flaw(how, rows, of)] if of >= 20 and rows >= least * of else []


def _shifted(values: Sequence[str], _heap: Set[str], known: Set[str]) -> list[Flaw]:
    """Find letters and digits that are all moved on by as many: few values tell, and all shifts are tried."""
    some = [told for told in map(canonical, values[:40]) if told.isascii()]
    joined = " ".join(some).encode()
    for by in range(26) if known and len(some) >= 20 else ():
        for on in range(10) if any(sign.isdigit() for sign in some[0]) else (0,):
            moved = joined.translate(_moved(by, on)).decode().split(" ")
            if (by or on) and (
                found := _mostly(
                    "by a cipher that is read like a crossword", sum(one in known for one in moved), len(moved)
                )
            ):
                return found
    return []


def _moved(by: int, on: int) -> bytes:
    letters, digits = b"abcdefghijklmnopqrstuvwxyz", b"0123456789"
    return bytes.maketrans(letters + digits, letters[by:] + letters[:by] + digits[on:] + digits[:on])


def _rearranged(values: Sequence[str], _heap: Set[str], known: Set[str]) -> list[Flaw]:
    """Find the signs of values in another order, where these tell values apart."""
    signs = {"".join(sorted(one)) for one in known}
    if len(signs) < 0.5 * len(known):
        return []
    rows = sum("".join(sorted(canonical(value))) in signs for value in values)
    return _mostly("by a cipher that is read like a crossword", rows, len(values)) if signs else []


def _little_changed(values: Sequence[str], _heap: Set[str], known: Set[str]) -> list[Flaw]:
    """Find values of which only the first or the last sign is another one."""
    long = [told for told in map(canonical, values) if len(told) >= 6]
    for cut in (slice(0, -1), slice(1, None), slice(0, -2), slice(2, None)):
        # How many agree by luck: what is masked under a key agrees with no more than that.
        rest = {one[cut] for one in known}
        # What was cut off, or hidden by a star, is gone; what was changed is still there.
        rows = sum(told[cut] in rest or told in rest for told in long)
        if len(rest) >= _MOSTLY * len(known) and (found := _mostly("with too little hidden", rows, len(long))):
            return found
    return []


def _mixed(values: Sequence[str], heap: Set[str], known: Set[str]) -> list[Flaw]:
    """Find values all bytes of which were mixed with the same one."""
    some = [data for value in values[:20] if (data := undone.data_of(value))]
    if not known or len(some) < 10:
        return []
    for key in range(1, 256):
        table = bytes(byte ^ key for byte in range(256))
        if some[0].translate(table).decode("utf-8", "replace") in heap:
            rows = sum(one.translate(table).decode("utf-8", "replace") in heap for one in some)
            if rows >= _MOSTLY * len(some):
                return [Flaw("by mixing every value with the same bytes", len(values), len(values))]
    return []


def _added(values: Sequence[str], heap: Set[str], known: Set[str]) -> list[Flaw]:
    """Find numbers to each of which the same is added."""
    numbers = {int(told) for one in known if 4 <= len(told := re.sub(r"\D", "", one)) <= 18}
    some = [int(told) for value in values[:60] if 4 <= len(told := re.sub(r"\D", "", value)) <= 18]
    if len(some) < 20 or len(numbers) < 20 or len(heap) > 20_000:
        return []
    for number in numbers:
        by = some[0] - number
        if by and all(one - by in numbers for one in some[1:20]):
            return [Flaw("by a calculation that can be undone", len(values), len(values))]
    return []


def _hides_little(values: Sequence[str], _heap: Set[str], _known: Set[str]) -> list[Flaw]:
    """Find asterisks that are too few to hide a value: they tell how much they stand for."""
    told = [found for value in values if (found := _STARRED.fullmatch(value)) is not None]
    few = sum(
        len(found[2]) <= (3 if f"{found[1][-1:]}{found[3][:1]}".isdigit() else 2)
        and len(canonical(found[1] + found[3])) >= 4
        for found in told
    )
    return _mostly("with too little hidden", few, len(values), 0.5)


def _names_of_hosts(values: Sequence[str], heap: Set[str], _known: Set[str]) -> list[Flaw]:
    """Find addresses of which the name is left whole and the host alone is hidden."""
    names = {canonical(one.partition("@")[0]) for one in heap if "@" in one}
    told = [canonical(value.partition("@")[0]) for value in values if "@" in value]
    return _mostly("with too little hidden", sum(name in names for name in told), len(values), 0.5) if names else []


def _varied(values: Sequence[str], heap: Set[str], _known: Set[str]) -> list[Flaw]:
    """Find what stands there in place of nothing, and tells records apart."""
    left = {canonical(re.sub(r"[\[<(].*?[\])>]", "", value)) for value in values}
    if len(left) >= max(10, 0.5 * min(len(heap), len(values))):
        return [Flaw("replaced by values that still tell records apart", len(values), len(values))]
    return []


def _names_left(values: Sequence[str], heap: Set[str], _known: Set[str]) -> list[Flaw]:
    """Find names with their surname, turned, or the surname alone."""
    names = [words for one in heap if len(words := [word.lower() for word in _WORD.findall(one)]) > 1]
    whole, last, first = (
        {frozenset(words) for words in names},
        {words[-1] for words in names},
        {words[0] for words in names},
    )
    told = [[word.lower() for word in _WORD.findall(value)] for value in values]
    closed = {"".join(words) for words in names}
    near = {word[:-1] for word in last if len(word) > 4}
    rows = sum(
        (len(words) > 1 and (frozenset(words) in whole or words[-1] in near - first))
        or (len(words) == 1 and (words[0] in last - first or words[0] in closed))
        for words in told
    )
    return [Flaw("with the surname", rows, len(values))] if rows >= max(2, 0.02 * len(values)) else []


def _respelt(values: Sequence[str], heap: Set[str], _known: Set[str]) -> list[Flaw]:
    """Find dates that are as fine as the raw ones, their parts in another order."""
    parts = {told for one in heap if (told := undone.parts(one))}
    days = {day for one in heap for day in days_of(one)}
    rows = sum(undone.parts(value) in parts or not days.isdisjoint(days_of(value)) for value in values) if days else 0
    return _mostly("in another spelling", rows, len(values)) if rows and len(set(values)) >= 0.5 * len(values) else []


def _finer(values: Sequence[str], heap: Set[str]) -> list[Flaw]:
    """Find single values that were left as they are among coarser ones, which many share."""
    counts = Counter(values)
    rows = sum(count for value, count in counts.items() if count <= 2 and value in heap)
    shared = sum(count for count in counts.values() if count > 2)
    least = max(3, 0.002 * len(values))
    return [Flaw("as it is", rows, len(values))] if rows >= least and shared >= 0.5 * len(values) else []


_Test = Callable[[Sequence[str], Set[str], Set[str]], list[Flaw]]
_ANY: Final[tuple[_Test, ...]] = (_shifted, _rearranged, _little_changed, _mixed)
_CLOSELY: Final[Mapping[str, tuple[_Test, ...]]] = {
    "format_preserving": (_shifted, _rearranged, _little_changed, _added),
    "partial": (_hides_little, _names_of_hosts),
    "first_name": (_names_left,),
    "generalise": (_respelt,),
    "redact": (_varied,),
    "drop": (_varied,),
}
