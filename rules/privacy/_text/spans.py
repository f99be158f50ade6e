"""Where personal data and secrets stand in running text, without a language model: offsets and kinds, never words.

Texts become windows of some hundred characters that overlap, so that a document costs what its windows cost.
Arrow's RE2 kernels say over all windows at once which of them can hold a kind; Python reads those only.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from rules.privacy._forms.secrets import HINT
from rules.privacy._forms.shapes import arrow, indexes
from rules.privacy._text.again import again
from rules.privacy._text.forms import FORMS
from rules.privacy._text.people import PEOPLE
from rules.privacy._text.places import BORN_HINT, STREET_HINT, births, places
from rules.privacy._text.said import SAID, said
from rules.privacy._text.scripts import SCRIPTS

_WINDOW: Final = 800
_OVERLAP: Final = 120
_FEW: Final = 40_000


class Span(NamedTuple):
    """A kind of personal data at a place in a text; no word of it."""

    text: int
    """Index of the text."""
    start: int
    end: int
    label: str


class _Window(NamedTuple):
    text: int
    offset: int
    words: str


_Finder = Callable[[str], Iterator[tuple[int, int, str]]]
_DIGITS: Final = r"[0-9](?:[ ().\-/]{0,2}[0-9]){6}"
_FINDERS: Final[tuple[tuple[str, tuple[str, ...], _Finder], ...]] = (
    ("email", (r"[^\s@]@[^\s@]+\.[^\s@]",), FORMS["email"]),
    ("ip", (r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}|::[0-9A-Fa-f]|[0-9A-Fa-f]::|(?:[0-9A-Fa-f]{1,4}:){7}",), FORMS["ip"]),
    ("mac_address", (r"[0-9A-Fa-f]{2}(?:[:-][0-9A-Fa-f]{2}){5}",), FORMS["mac_address"]),
    ("iban", (r"[A-Za-z]{2}[0-9]{2}[ -]?[A-Za-z0-9]{4}[ -]?[A-Za-z0-9]{3}",), FORMS["iban"]),
    ("crypto_wallet", (r"(?:bc1|[13])[a-zA-HJ-NP-Z0-9]{25}|0x[0-9a-fA-F]{40}",), FORMS["crypto_wallet"]),
    ("card", (r"(?:[0-9][ -]?){13}",), FORMS["card"]),
    ("phone", (_DIGITS,), FORMS["phone"]),
    ("secret", (HINT,), FORMS["secret"]),
    ("said", (SAID,), said),
    ("birth_date", (BORN_HINT,), births),
    ("address", (STREET_HINT,), places),
    *(("person", hints, finder) for hints, finder in (*PEOPLE, *SCRIPTS)),
)
"""Kind, what a window must hold one of as RE2 to be read for it (none: nothing), and who reads it."""

_STRONGER: Final = (
    "secret", "email", "iban", "card", "mac_address", "ip", "crypto_wallet", "ssn", "national_id", "birth_date",
    "health_id", "passport", "driving_licence", "licence_plate", "vehicle_id", "device_id", "phone",
)  # fmt: skip
"""Kinds that a check digit, a format or a word proves, strongest first; of two at a place, the stronger has it."""


def spans_of(texts: Sequence[str], kinds: Iterable[str] | None = None) -> list[Span]:
    """Give every place of every text, in order; `kinds` narrows what is looked for."""
    wanted = None if kinds is None else frozenset(kinds)
    texts = [_plain(text) for text in texts]
    windows = list(_windows(texts))
    flags = _Flags([window.words for window in windows])
    found: defaultdict[int, list[Span]] = defaultdict(list)
    for name, patterns, finder in _FINDERS:
        if wanted is not None and name != "said" and name not in wanted:
            continue
        for number in flags.holding(patterns):
            window = windows[number]
            for start, end, label in finder(window.words):
                if wanted is None or label in wanted:
                    found[window.text].append(Span(window.text, window.offset + start, window.offset + end, label))
    people = wanted is None or "person" in wanted
    return [span for text in sorted(found) for span in (_with_names if people else _settled)(texts[text], found[text])]


def _plain(text: str) -> str:
    """Give a text with plain digits, blanks and dashes, every sign where it was."""
    return text if text.isascii() or _ODD.search(text) is None else text.translate(_PLAIN)


_ZEROS: Final = (0x660, 0x6F0, 0x966, 0x9E6, 0xE50, 0xFF10)
"""Where the digits of Arabic, Persian, Hindi, Bengali and Thai begin, and the wide ones of the Far East."""
_PLAIN: Final = {
    **{zero + digit: str(digit) for zero in _ZEROS for digit in range(10)},
    **{wide: chr(wide - 0xFEE0) for wide in range(0xFF21, 0xFF5B) if chr(wide).isalpha()},
    **dict.fromkeys((0xA0, 0x2007, 0x2009, 0x202F, 0x3000), " "),
    **dict.fromkeys((0x2010, 0x2011, 0x2012, 0x2013, 0x2212, 0xFF0D), "-"),
    0xFF20: "@", 0xFF0E: ".", 0xFF0B: "+",
}  # fmt: skip
_ODD: Final = re.compile(f"[{''.join(map(chr, _PLAIN))}]")


def _windows(texts: Sequence[str]) -> Iterator[_Window]:
    """Cut long texts where a line or a word ends; neighbours overlap, so that nothing is cut in two."""
    for number, text in enumerate(texts):
        if len(text) <= _WINDOW:
            yield _Window(number, 0, text)
            continue
        start = 0
        while start < len(text):
            end = min(len(text), start + _WINDOW)
            if end < len(text):
                cut = max(text.rfind("\n", start + _WINDOW // 2, end), text.rfind(" ", start + _WINDOW // 2, end))
                end = cut if cut > 0 else end
            yield _Window(number, start, text[start:end])
            if end == len(text):
                break
            space = text.find(" ", end - _OVERLAP, end)
            start = space + 1 if space >= 0 else end - _OVERLAP


class _Flags:
    """The windows as one Arrow array, over which each pattern runs once."""

    def __init__(self, words: list[str]) -> None:
        self._all = range(len(words))
        # Compiling all patterns takes some 40 ms, which is more than reading so few characters.
        self._array = arrow(words) if sum(map(len, words)) >= _FEW else None

    def holding(self, patterns: Sequence[str]) -> Iterable[int]:
        """Give the indexes of the windows that hold one of the patterns; all of them where they are few."""
        import pyarrow.compute as pc

        if not patterns or self._array is None:
            return self._all
        found = [indexes(pc.match_substring_regex(self._array, pattern)) for pattern in patterns]
        return found[0] if len(found) == 1 else sorted(set().union(*found))


def _with_names(text: str, spans: list[Span]) -> Iterator[Span]:
    """Settle spans, with the names besides them that they tell."""
    settled = list(_settled(text, spans))
    more = [Span(settled[0].text, *place) for place in again(text, [span[1:] for span in settled])]
    yield from _settled(text, [*settled, *more]) if more else settled


def _settled(_: str, spans: list[Span]) -> Iterator[Span]:
    """Leave each place to one kind: the stronger, else the longer."""
    # Places that are taken never overlap, so that only the neighbours of a place can: long texts hold thousands.
    starts: list[int] = []
    taken: list[Span] = []
    for span in sorted(set(spans), key=_rank):
        at = bisect_left(starts, span.start)
        if (at and taken[at - 1].end > span.start) or (at < len(taken) and taken[at].start < span.end):
            continue
        starts.insert(at, span.start)
        taken.insert(at, span)
    yield from taken


def _rank(span: Span) -> tuple[int, int, int]:
    strength = _STRONGER.index(span.label) if span.label in _STRONGER else len(_STRONGER)
    return strength, span.start - span.end, span.start
