"""Ways in which a value stands behind its mask and can be had back: encodings, ciphers, calculations.

All work on a bounded sample of (raw, masked) pairs; no value leaves but as a count.
What may agree by luck is counted on wrong pairs too, by whoever calls.
"""

from __future__ import annotations

import base64
import codecs
import re
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from math import gcd
from typing import Final
from urllib.parse import quote

from rules.privacy._masks.forms import HEX, canonical

_LIKELY: Final = 48
"""Pairs that tell which places of a mask may stand for which of a value."""
_AGREED: Final = 0.7
"""Share of two values with the same sign whose masks agree, from which on a place is looked at closely."""
_HALFWAY: Final = {code: 33 + (code - 33 + 47) % 94 for code in range(33, 127)}
"""Every sign of ASCII by the one that is half the alphabet of signs away: ROT47."""
_NUMBER: Final = re.compile(r"[-+]?\d{1,18}(?:\.\d{1,9})?")
SHORTEST: Final = 4
"""Canonical characters from which on a value is looked for inside another text."""


def encoded(raw: str, *, alone: bool = False, most: int = 1 << 30) -> Iterator[str]:
    """Give a value in the encodings that hide nothing, in lower case without padding, none longer than `most`.

    `alone` leaves out those that are written with signs: they cannot stand where there are letters and digits only.
    """
    data = raw.encode("utf-8", "surrogatepass")
    size = len(data)
    # How long a form is follows from how long the value is: most are too long for what stands there, and never made.
    if 2 * size <= most:
        yield data.hex()
    if -(-4 * size // 3) <= most:
        forms = (base64.b64encode,) if alone else (base64.b64encode, base64.urlsafe_b64encode)
        yield from (_bare(encode(one)) for encode in forms for one in (data, data[::-1]))
    if size <= most:
        yield codecs.encode(raw, "rot13").lower()
    if -(-8 * size // 5) <= most:
        yield from (_bare(base64.b32encode(one)) for one in (data, data[::-1]))
    if 8 * size <= most:
        yield "".join(f"{byte:08b}" for byte in data)
    if -(-16 * size // 9) <= most:
        yield _bare(base64.b64encode(base64.b64encode(data)))
    if alone:
        return
    if -(-5 * size // 4) <= most:
        for encode in (base64.b85encode, base64.a85encode):
            yield from (_bare(encode(one)) for one in (data, data[::-1]))
    if size <= most:
        yield quote(raw, safe="").lower()
        yield raw.translate(_HALFWAY).lower()
    if 2 * size - 1 <= most:
        yield from (between.join(str(byte) for byte in data) for between in (" ", "-", ",", ", "))
    if 3 * size <= most:
        yield "".join(f"%{byte:02x}" for byte in data)


def _bare(form: bytes) -> str:
    return form.decode().rstrip("=").lower()


def is_encoded(raw: str, masked: str) -> bool:
    """Whether the masked value is the raw one in an encoding that everybody reads, perhaps within other text."""
    told = masked.strip().rstrip("=").lower()
    if len(told) < SHORTEST or len(told) < len(canonical(raw)) or len(canonical(raw)) < SHORTEST:
        return False
    if raw in unpacked(masked.strip()):
        return True
    lower = raw.lower()
    hexadecimal = HEX.issuperset(told)
    for one in (raw, lower) if raw != lower else (raw,):
        if hexadecimal:
            # Of digits and a to f only two encodings are made: most masks are digests, and this is asked of many.
            data = one.encode("utf-8", "surrogatepass")
            if 2 * len(data) <= len(told) and data.hex() in told:
                return True
            if 8 * len(data) <= len(told) and "".join(f"{byte:08b}" for byte in data) in told:
                return True
            continue
        forms = encoded(one, alone=told.isalnum(), most=len(told))
        if any(form in told for form in forms if len(form) >= SHORTEST and form != lower):
            return True
    return False


def is_same(raw: str, masked: str) -> bool:
    """Whether the masked value is the raw one in another spelling: case, separators, order of a date's parts."""
    return bool(same([raw], [masked], [(canonical(raw), canonical(masked))]))


def same(raws: Sequence[str], masks: Sequence[str], forms: Sequence[tuple[str, str]]) -> int:
    """Count the masked values that are the raw ones in another spelling; `forms` are the canonical ones of both."""
    rows = sum([bool(a) and (a == b or (len(a) == len(b) >= SHORTEST and a == b[::-1])) for a, b in forms])
    rows += sum(
        [
            len(a) == len(b) >= 2 * SHORTEST and a not in (b, b[::-1]) and _groups(r) == _groups(m)
            for (a, b), r, m in zip(forms, raws, masks, strict=True)
        ]
    )
    rows += sum([not a and bool(r) and r == m for (a, _), r, m in zip(forms, raws, masks, strict=True)])
    dates = [
        (r, m, a != b and not (len(a) == len(b) and a == b[::-1]))
        for r, m, (a, b) in zip(raws, masks, forms, strict=True)
        if len(r) <= 12 and r[-1:].isdigit() and m[-1:].isdigit()
    ]
    return rows + sum(other and (told := parts(r)) != () and told == parts(m) for r, m, other in dates)


def _groups(text: str) -> list[str]:
    """Give the words and numbers of a text in no order: what is turned round has the same."""
    return sorted(re.findall(r"[^\W_]+", text.lower()))


def inside(forms: Sequence[tuple[str, str]]) -> int:
    """Count the raw values, or their mirror images, that stand within the masked ones."""
    return sum([SHORTEST < len(a) < len(b) and (a in b or a[::-1] in b) for a, b in forms])


def parts(text: str) -> tuple[str, ...]:
    """Give the parts of a date or of what is written like one, in no order: 1990-05-17 is 17/5/1990."""
    if not re.fullmatch(r"\d{1,4}[-./ ]\d{1,2}[-./ ]\d{1,4}", text.strip()):
        return ()
    return tuple(sorted(part.lstrip("0") for part in re.findall(r"\d+", text)))


def is_cipher(pairs: Sequence[tuple[str, str]], forms: Sequence[tuple[str, str]]) -> bool:
    """Whether every sign of a value always becomes the same sign, or moves to the same place.

    `forms` are the canonical ones of both.
    """
    # Separators are left as they are, or stand elsewhere: both readings are tried.
    readings = [forms, [(r.strip(), m.strip()) for r, m in pairs]]
    if not all(r.isascii() for r, _ in pairs):
        # Where bytes were changed, a letter beyond ASCII is several of them.
        readings.append([(r.encode("utf-8", "replace").decode("latin-1"), m.strip()) for r, m in pairs])
    readings.append(_one_by_one(pairs))
    for usable in readings:
        told = [(a, b) for a, b in usable if len(a) >= 3 and b]
        if len(told) >= 20 and (any(_by_sign(told, size) for size in (1, 2, 3)) or _by_place(told)):
            return True
    return False


def _one_by_one(pairs: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Give masks that write each sign as a word of its own with a sign for each such word."""
    words: dict[str, str] = {}
    found = []
    for raw, masked in pairs:
        told = re.split(r"[ ,;|/]+", masked.strip())
        signs = "".join(raw.lower().split())
        if len(told) != len(signs) or max(map(len, told)) < 2:
            continue
        found.append((signs, "".join(words.setdefault(one, chr(0xE000 + len(words) % 0x1800)) for one in told)))
    return found if len(found) > 0.9 * len(pairs) else []


def is_stream(pairs: Sequence[tuple[str, str]]) -> bool:
    """Whether every value was mixed with the same bytes: who knows one value reads all."""
    told = [(r.encode("utf-8", "replace"), data_of(m)) for r, m in pairs[:_LIKELY]]
    mixed = [bytes(a ^ b for a, b in zip(r, m, strict=True)) for r, m in told if m is not None and len(r) == len(m)]
    if len(mixed) < max(10, 0.9 * len(told)):
        return False
    shortest = min(map(len, mixed))
    return shortest >= SHORTEST and any(mixed[0]) and len({one[:shortest] for one in mixed}) == 1


def data_of(masked: str) -> bytes | None:
    """Give the bytes that a masked value tells in hexadecimal digits or in base64; None where it tells none."""
    told = masked.strip().removeprefix("0x")
    try:
        return bytes.fromhex(told)
    except ValueError:
        pass
    try:
        return base64.b64decode(told.rstrip("=") + "=" * (-len(told.rstrip("=")) % 4), altchars=b"-_")
    except ValueError:
        return None


def unpacked(masked: str) -> str:
    """Give the text that was packed and written in base64; empty where none was."""
    if not masked.startswith(("eJ", "eN", "eA", "H4sI")) or (data := data_of(masked)) is None:
        return ""
    try:
        # Packed texts are short: more than some kilobytes would be no value.
        return zlib.decompressobj(47).decompress(data, 1 << 14).decode("utf-8", "replace")
    except zlib.error:
        return ""


def _by_sign(pairs: Sequence[tuple[str, str]], size: int) -> bool:
    fitting = [(a, b) for a, b in pairs if len(b) == size * len(a)]
    if len(fitting) < 0.9 * len(pairs):
        return False
    return _coded(fitting[:_LIKELY], size, 0.9) and _coded(fitting, size, 0.98)


def _coded(pairs: Sequence[tuple[str, str]], size: int, steady: float) -> bool:
    signs: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for raw, masked in pairs:
        for place, sign in enumerate(raw):
            signs[sign][masked[place * size : (place + 1) * size]] += 1
    return _is_code(list(signs.values()), fewest=4, steady=steady)


def _is_code(images: Sequence[Counter[str]], fewest: int, steady: float = 0.98) -> bool:
    """Whether each sign has one image and hardly two share one."""
    often = [image for image in images if image.total() >= 3]
    if len(often) < fewest:
        return False
    best = [image.most_common(1)[0] for image in often]
    share = sum(count for _, count in best) / sum(image.total() for image in often)
    return share >= steady and len({sign for sign, _ in best}) >= 0.9 * len(best)


def _by_place(pairs: Sequence[tuple[str, str]]) -> bool:
    (length, other), count = Counter((len(a), len(b)) for a, b in pairs).most_common(1)[0]
    alike = [(a, b) for a, b in pairs if len(a) == length and len(b) == other]
    if count < 20 or length > 64 or other > 64:
        return False
    told = [place for place in range(length) if len({raw[place] for raw, _ in alike}) >= 3]
    if len(told) < 3:
        return False
    # Half as many pairs cost a quarter, and nearly always tell that there is no code.
    if sum(map(bool, _likely(alike[: _LIKELY // 2], length, other))) < 0.8 * len(told):
        return False
    likely = _likely(alike[:_LIKELY], length, other)
    undone = sum(any(_follows(alike, place, target) for target in likely[place]) for place in told)
    return undone >= 0.8 * len(told)


def _likely(pairs: Sequence[tuple[str, str]], length: int, other: int) -> list[list[int]]:
    """Give, for each place of a value, the places of a mask that mostly agree where it does: all others are no code."""
    import numpy as np

    sides = [
        np.frombuffer("".join(side).encode("utf-32-le", "surrogatepass"), np.uint32).reshape(len(pairs), size)
        for side, size in (([r for r, _ in pairs], length), ([m for _, m in pairs], other))
    ]
    one, two = np.triu_indices(len(pairs), 1)
    # Bits are counted: a product of matrices would wake threads, and cost more than all the rest.
    raw, masked = (np.packbits(side[one] == side[two], axis=0).T for side in sides)
    both = np.bitwise_count(raw[:, None] & masked).sum(axis=2, dtype=np.int64)
    enough = _AGREED * np.bitwise_count(raw).sum(axis=1, dtype=np.int64)
    # A place with one or two signs in all is the code of no place that has three.
    told = np.array([len({m[target] for _, m in pairs}) >= 3 for target in range(other)])
    return [np.flatnonzero((row >= least) & told).tolist() for row, least in zip(both, enough, strict=True)]


def _follows(pairs: Sequence[tuple[str, str]], place: int, target: int) -> bool:
    images: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for raw, masked in pairs[:400]:
        images[raw[place]][masked[target]] += 1
    return _is_code(list(images.values()), fewest=3)


def is_calculated(pairs: Sequence[tuple[str, str]]) -> bool:
    """Whether masked numbers or dates are got from the raw ones by one calculation that can be undone."""
    # A few tell nearly always that there is none.
    return _calculated(pairs[:40], 0.8) and _calculated(pairs, 0.99)


def _calculated(pairs: Sequence[tuple[str, str]], least: float) -> bool:
    numbers = [(a, b) for a, b in ((number_of(r), number_of(m)) for r, m in pairs) if a is not None and b is not None]
    if len(numbers) < max(10, 0.9 * least * len(pairs)) or len({a for a, _ in numbers}) < 5:
        return False
    if len({int(a) ^ int(b) for a, b in numbers if a == int(a) and b == int(b)}) == 1:
        return True
    if _is_rest(numbers):
        return True
    (low, image), (high, other) = min(numbers), max(numbers)
    factor = (other - image) / (high - low)
    if not factor:
        return False
    fits = sum(abs(image + factor * (a - low) - b) <= 1e-6 * max(1.0, abs(b)) for a, b in numbers)
    return fits >= least * len(numbers)


def _is_rest(numbers: Sequence[tuple[float, float]]) -> bool:
    """Whether numbers were multiplied, something added, and a rest taken: by which number, a few of them tell."""
    whole = [(int(a), int(b)) for a, b in numbers if a == int(a) and b == int(b)][:16]
    # Rounded numbers are multiples of something too, and told apart no more.
    if len(whole) < 8 or len({b for _, b in whole}) < 0.8 * len(whole):
        return False
    (a, b), *others = whole
    (c, d), *others = [(x - a, y - b) for x, y in others if x != a]
    by = gcd(*(x * d - c * y for x, y in others))
    return by > max(1_000, *(y for _, y in whole))


def number_of(text: str) -> float | None:
    """Give the one number that a text tells, or the day of a date; None where there is none, or are several."""
    from datetime import date

    told = text.strip()
    if re.fullmatch(r"\d{4}-\d\d-\d\d", told[:10]):
        try:
            return float(date.fromisoformat(told[:10]).toordinal())
        except ValueError:
            return None
    found = _NUMBER.findall(re.sub(r"(?<=\d)[ \-/](?=\d)", "", told))
    return float(found[-1]) if len(found) == 1 else None


def is_ordered(pairs: Sequence[tuple[str, str]]) -> bool:
    """Whether masked values stand in the order of the raw ones, forwards or backwards."""
    unique = list(dict(pairs).items())
    if len(unique) < 50 or len({masked for _, masked in unique}) < 0.9 * len(unique):
        return False
    # A few tell nearly always that there is no order.
    return _correlated(unique[:60], 0.8) and _correlated(unique, 0.98)


def _correlated(pairs: Sequence[tuple[str, str]], least: float) -> bool:
    mean = (len(pairs) - 1) / 2
    spread = sum((rank - mean) ** 2 for rank in range(len(pairs)))
    rights = [right for side in _parts_of([masked for _, masked in pairs]) for right in _ranked(side)]
    for left in _ranked([raw for raw, _ in pairs]):
        for right in rights:
            together = sum((a - mean) * (b - mean) for a, b in zip(left, right, strict=True))
            if abs(together / spread) > least:
                return True
    return False


def _parts_of(masks: Sequence[str]) -> Iterator[Sequence[str]]:
    """Give masked values, and where all of them have several parts, each part: what stands before it may be chance."""
    yield masks
    parts = [re.split(r"[^A-Za-z0-9]+", masked) for masked in masks]
    if 2 <= len(parts[0]) <= 4 and all(len(one) == len(parts[0]) for one in parts):
        yield from ([one[place] for one in parts] for place in range(1, len(parts[0])))


def _ranked(values: Sequence[str]) -> Iterator[list[int]]:
    yield _ranks(sorted(range(len(values)), key=values.__getitem__))
    numbers = []
    for value in values:
        if (number := number_of(value)) is None:
            return
        numbers.append(number)
    yield _ranks(sorted(range(len(values)), key=numbers.__getitem__))


def _ranks(order: Sequence[int]) -> list[int]:
    ranks = [0] * len(order)
    for rank, place in enumerate(order):
        ranks[place] = rank
    return ranks


def hidden(raw: str, masked: str) -> tuple[float, bool]:
    """Give how many signs a partial mask hides of a value, and whether these are digits alone.

    Of an e-mail address the part before the @ is what counts.
    """
    whole, shown = (text.lower().partition("@")[0] if "@" in raw else text.lower() for text in (raw, masked))
    mine = canonical(whole)
    rest = re.sub(r"[\s.\-_/()+,:]", "", shown)
    start = 0
    while start < min(len(mine), len(rest)) and mine[start] == rest[start]:
        start += 1
    end = 0
    while end < min(len(mine), len(rest)) - start and mine[-1 - end] == rest[-1 - end]:
        end += 1
    digits, between = mine[start : len(mine) - end].isdigit(), len(mine) - start - end
    # What was put in place of a sign may be that sign by luck; a star never is.
    stars = any(a.isalnum() and not b.isalnum() for a, b in zip(whole, shown, strict=False))
    if len(whole) != len(shown) or not stars:
        return between, digits
    runs = re.findall(r"\0+", "".join("\0" if a != b and a.isalnum() else a for a, b in zip(whole, shown, strict=True)))
    # Single letters between others are read like a crossword: two of them hide as much as one.
    told = sum(len(run) if digits or len(run) > 2 else len(run) / 2 for run in runs)
    return min(between, told), digits
