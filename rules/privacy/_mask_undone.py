"""Ways in which a value stands behind its mask and can be had back: encodings, ciphers, calculations.

All work on a bounded sample of (raw, masked) pairs; no value leaves but as a count.
What may agree by luck is counted on wrong pairs too, by whoever calls.
"""

from __future__ import annotations

import base64
import codecs
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import Final
from urllib.parse import quote

from rules.privacy._mask_forms import HEX, canonical

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
    # In these a value of nought bytes is short: how long they are at least is all that is known.
    if size <= most:
        for encode in (base64.b85encode, base64.a85encode):
            yield from (_bare(encode(one)) for one in (data, data[::-1]))
        yield quote(raw, safe="").lower()
    if 2 * size - 1 <= most:
        yield " ".join(str(byte) for byte in data)
    if 3 * size <= most:
        yield "".join(f"%{byte:02x}" for byte in data)


def _bare(form: bytes) -> str:
    return form.decode().rstrip("=").lower()


def is_encoded(raw: str, masked: str) -> bool:
    """Whether the masked value is the raw one in an encoding that everybody reads, perhaps within other text."""
    told = masked.strip().rstrip("=").lower()
    if len(told) < SHORTEST or len(told) < len(canonical(raw)) or len(canonical(raw)) < SHORTEST:
        return False
    lower = raw.lower()
    for one in (raw, lower) if raw != lower else (raw,):
        # Of digits and a to f only two encodings are made: most masks are digests, and this is asked of every pair.
        forms = _in_hex(one) if HEX.issuperset(told) else encoded(one, alone=told.isalnum(), most=len(told))
        if any(form in told for form in forms if len(form) >= SHORTEST and form != lower):
            return True
    return False


def _in_hex(raw: str) -> Iterator[str]:
    data = raw.encode("utf-8", "surrogatepass")
    yield data.hex()
    yield "".join(f"{byte:08b}" for byte in data)
    yield from (base64.b64encode(one).decode().rstrip("=").lower() for one in (data, data[::-1]))


def is_same(raw: str, masked: str, forms: tuple[str, str] | None = None) -> bool:
    """Whether the masked value is the raw one in another spelling: case, separators, order of a date's parts.

    `forms` are the canonical ones of both, where they are known.
    """
    mine, other = forms or (canonical(raw), canonical(masked))
    if not mine:
        return bool(raw) and raw == masked
    return mine == other or (len(mine) == len(other) >= SHORTEST and mine == other[::-1]) or _alike(raw, masked)


def is_inside(raw: str, masked: str, forms: tuple[str, str] | None = None) -> bool:
    """Whether the raw value, or its mirror image, stands within the masked one."""
    mine, other = forms or (canonical(raw), canonical(masked))
    return SHORTEST < len(mine) < len(other) and (mine in other or mine[::-1] in other)


def _alike(raw: str, masked: str) -> bool:
    """Whether two dates have the same parts."""
    return raw[-1:].isdigit() and masked[-1:].isdigit() and len(raw) <= 12 and _parts(raw) == (_parts(masked) or None)


def _parts(text: str) -> tuple[str, ...]:
    """Give the parts of a date or of what is written like one, in no order: 1990-05-17 is 17/5/1990."""
    if not re.fullmatch(r"\d{1,4}[-./ ]\d{1,2}[-./ ]\d{1,4}", text.strip()):
        return ()
    return tuple(sorted(part.lstrip("0") for part in re.findall(r"\d+", text)))


def is_cipher(pairs: Sequence[tuple[str, str]]) -> bool:
    """Whether every sign of a value always becomes the same sign, or moves to the same place."""
    # Separators are left as they are, or stand elsewhere: both readings are tried.
    for usable in ([(canonical(r), canonical(m)) for r, m in pairs], [(r.strip(), m.strip()) for r, m in pairs]):
        told = [(a, b) for a, b in usable if len(a) >= 3 and b]
        if len(told) >= 20 and (any(_by_sign(told, size) for size in (1, 2, 3)) or _by_place(told)):
            return True
    return False


def _by_sign(pairs: Sequence[tuple[str, str]], size: int) -> bool:
    fitting = [(a, b) for a, b in pairs if len(b) == size * len(a)]
    if len(fitting) < 0.9 * len(pairs):
        return False
    signs: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for raw, masked in fitting:
        for place, sign in enumerate(raw):
            signs[sign][masked[place * size : (place + 1) * size]] += 1
    return _is_code(list(signs.values()), fewest=4)


def _is_code(images: Sequence[Counter[str]], fewest: int) -> bool:
    """Whether each sign has one image and hardly two share one."""
    often = [image for image in images if image.total() >= 3]
    if len(often) < fewest:
        return False
    best = [image.most_common(1)[0] for image in often]
    steady = sum(count for _, count in best) / sum(image.total() for image in often)
    return steady >= 0.98 and len({sign for sign, _ in best}) >= 0.9 * len(best)


def _by_place(pairs: Sequence[tuple[str, str]]) -> bool:
    (length, other), count = Counter((len(a), len(b)) for a, b in pairs).most_common(1)[0]
    alike = [(a, b) for a, b in pairs if len(a) == length and len(b) == other]
    if count < 20 or length > 64 or other > 64:
        return False
    told = [place for place in range(length) if len({raw[place] for raw, _ in alike}) >= 3]
    if len(told) < 3:
        return False
    undone = sum(any(_follows(alike, place, target) for target in range(other)) for place in told)
    return undone >= 0.8 * len(told)


def _follows(pairs: Sequence[tuple[str, str]], place: int, target: int) -> bool:
    seen: dict[str, str] = {}
    again = other = 0
    for number, (raw, masked) in enumerate(pairs[:60]):
        if number == 24 and again >= 6 and other > 0.75 * again:
            return False
        if (before := seen.setdefault(raw[place], masked[target])) != masked[target]:
            other += 1
            again += 1
        elif before:
            again += 1
    if other > 0.5 * again:  # no code: hardly a sign keeps its image, and every place is tried against every other
        return False
    images: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for raw, masked in pairs[:400]:
        images[raw[place]][masked[target]] += 1
    return _is_code(list(images.values()), fewest=3)


def is_calculated(pairs: Sequence[tuple[str, str]]) -> bool:
    """Whether masked numbers or dates are got from the raw ones by one calculation that can be undone."""
    if sum(_number(r) is None or _number(m) is None for r, m in pairs[:60]) > 30:
        return False
    numbers = [(a, b) for a, b in ((_number(r), _number(m)) for r, m in pairs) if a is not None and b is not None]
    if len(numbers) < max(10, 0.9 * len(pairs)) or len({a for a, _ in numbers}) < 5:
        return False
    if len({int(a) ^ int(b) for a, b in numbers if a == int(a) and b == int(b)}) == 1:
        return True
    (low, image), (high, other) = min(numbers), max(numbers)
    factor = (other - image) / (high - low)
    if not factor:
        return False
    fits = sum(abs(image + factor * (a - low) - b) <= 1e-6 * max(1.0, abs(b)) for a, b in numbers)
    return fits >= 0.99 * len(numbers)


def _number(text: str) -> float | None:
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
    for left in _ranked([raw for raw, _ in unique]):
        for right in _ranked([masked for _, masked in unique]):
            mean = (len(unique) - 1) / 2
            spread = sum((rank - mean) ** 2 for rank in range(len(unique)))
            together = sum((a - mean) * (b - mean) for a, b in zip(left, right, strict=True))
            if abs(together / spread) > 0.98:
                return True
    return False


def _ranked(values: Sequence[str]) -> Iterator[list[int]]:
    numbers = [_number(value) for value in values]
    for keys in (values, numbers if None not in numbers else None):
        if keys is not None:
            order = sorted(range(len(keys)), key=keys.__getitem__)  # type: ignore[arg-type]  # all text, or all numbers
            ranks = [0] * len(keys)
            for rank, place in enumerate(order):
                ranks[place] = rank
            yield ranks


def hidden(raw: str, masked: str) -> tuple[int, bool]:
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
    return len(mine) - start - end, mine[start : len(mine) - end].isdigit()
