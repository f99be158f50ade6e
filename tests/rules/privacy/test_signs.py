"""What the kernel sees in texts is what patterns see: the same texts, the same answers."""

from __future__ import annotations

import random
import re
from collections import Counter

import pytest

from rules.privacy._columns.sketch import PATTERNS, Sketch, sketch_of
from rules.privacy._forms.secrets import FORMATS, HINT
from rules.privacy._forms.shapes import FLAGS, LONGEST, Signs, shape
from rules.privacy._kernel import at, kernel

_PARTS = (
    *"0123456789 \t\n.:@-_/+()#*xX,=$%éßñ漢•●\u00a0\u2003&;?!abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    *("12", "192.168.1.1", "2001:db8::1", "00:1a:2b:3c:4d:5e", "001a.2b3c.4d5e", "fe80", "::", "0:0:0:0:0:0:0:1"),
    *("DE44", "5001 0517", "iban: ", "IBAN", "GB82 WEST 1234 5698 7654 32", "a@b.c", "x@y", "@.", "mail@corp.com"),
    *("tel", "Tél", "TÉL.", "phone", "whats app", "WhatsApp: ", "ring ", "sms", "+49 ", "(030) ", "555-123-4567"),
    *("4111 1111 1111 1111", "1234567890123", "0x", "bc1", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "f" * 32, "0a" * 20),
    *("AKIA", "ghp_", "glpat-", "xoxb-", "sk_live_", "-us1", "SKf", "shpat_", "://u:", "s3cr3t@", "eyJ", "$2"),
    *(".atlasv1", "Zz9Zz9Zz9Zz9Zz", "key-", "dop_v1", "[EMAIL]", "REDACTED", "<name>", "token_", "tok-", "sha256:"),
    *("1b4e28ba-2fa1-11d2-883f-0016d3cca427", "{1B4E28BA-2FA1-11D2-883F-0016D3CCA427}"),
)  # fmt: skip


def _texts(count: int, seed: int) -> list[str]:
    r = random.Random(seed)
    made = ["".join(r.choices(_PARTS, k=r.choice((1, 2, 3, 4, 6, 12, 24)))) for _ in range(count)]
    return [
        *made,
        "",
        *(f"{before}{one}{after}" for one in _PARTS for before in ("", "a", "1 ") for after in ("", "9", " z")),
    ]


TEXTS = _texts(12_000, 31)


def _by_kernel(pattern: str, texts: list[str]) -> list[bool]:
    import numpy as np

    data = "".join(texts).encode()
    sizes = np.array([len(text.encode()) for text in texts], np.int32)
    starts = np.cumsum(sizes, dtype=np.int64) - sizes
    places, found = np.arange(len(texts)), np.zeros(len(texts), bool)
    held = np.frombuffer(data, np.uint8)
    number = list(PATTERNS).index(pattern)
    kernel().signs_match(number, at(held), at(starts), at(sizes), at(places), len(texts), at(found))
    told: list[bool] = found.tolist()
    return told


@pytest.mark.parametrize("pattern", PATTERNS)
def test_the_kernel_finds_what_the_pattern_finds_and_nothing_else(pattern: str) -> None:
    import pyarrow as pa
    import pyarrow.compute as pc

    found = _by_kernel(pattern, TEXTS)

    expected = pc.match_substring_regex(pa.array(TEXTS), PATTERNS[pattern]).to_pylist()
    wrong = [text for text, one, other in zip(TEXTS, found, expected, strict=True) if one != other]
    assert wrong == []
    assert any(expected)
    assert not all(expected)


@pytest.mark.parametrize("flag", FLAGS)
def test_no_value_is_passed_over_that_a_flag_lets_through(flag: str) -> None:
    found = Signs(TEXTS).flagged(flag)

    look = re.compile(FLAGS[flag])
    assert found == [index for index, text in enumerate(TEXTS) if look.search(text)]
    assert found


def _of_form(pattern: str, r: random.Random) -> str:
    """Give a text that has the form of a key, by filling the classes and counts of its pattern."""
    pattern = re.sub(r"\\b|\(\?:([^()|]*)\)", r"\1", pattern)
    while match := re.search(r"\(\?:([^()]*)\)", pattern):
        pattern = pattern.replace(match[0], r.choice(match[1].split("|")))
    pattern = r.choice(pattern.split("|"))
    pattern = re.sub(r"\[\^[^\]]*\]", "[q]", pattern)
    pattern = re.sub(r"(\[[^\]]+\])\{(\d+)(?:,\d*)?\}", lambda match: match[1] * int(match[2]), pattern)
    pattern = re.sub(r"\[(\w)[^\]]*\][+*?]?", r"\1", pattern)
    return re.sub(r"\\(.)", r"\1", pattern)


def test_the_format_of_every_key_is_seen_whatever_stands_before_it() -> None:
    r = random.Random(33)
    keys = [
        before + _of_form(pattern, r) for pattern in FORMATS.values() for before in ("", "key: ", "é ") for _ in "123"
    ]

    found = Signs(keys).flagged("key")

    look = re.compile("|".join(FORMATS.values()))
    assert found == [index for index, key in enumerate(keys) if look.search(key)]
    assert len(found) * 3 >= len(keys)


def test_every_word_that_keys_hold_is_known_to_the_kernel() -> None:
    words = [word for word in re.split(r"[|()?:]+", HINT) if word]
    texts = [
        f"{word[:cut]}{sign}{word[cut:]}" for word in words for cut in range(len(word) + 1) for sign in ("", "a", "7")
    ]
    texts = [re.sub(r"\[(\w)[^\]]*\](?:\{2,4\})?", r"\1", text).replace("\\", "") for text in texts] + TEXTS

    assert _by_kernel("key", texts) == [re.search(HINT, text, re.ASCII) is not None for text in texts]


def test_texts_are_trimmed_of_every_space_there_is() -> None:
    import pyarrow as pa
    import pyarrow.compute as pc

    signs = [*map(chr, range(1, 0x3100)), *map(chr, range(0xF000, 0x11000))]
    texts = pa.array([f"{sign}{sign}a{sign}b{sign}" for sign in signs])

    kept = [_alone(text).values[0] for text in texts.to_pylist()]

    assert kept == pc.utf8_trim_whitespace(texts).to_pylist()
    assert _alone(" \u3000\t\u00a0").values == ("",)


def _alone(text: str) -> Sketch:
    import pyarrow as pa

    return sketch_of(pa.array([text]))


@pytest.mark.parametrize("kind", ["string", "large_string", "string_view"])
@pytest.mark.parametrize("cut", [0, 3])
def test_each_text_is_counted_once_wherever_it_stands_in_an_array(kind: str, cut: int) -> None:
    import pyarrow as pa

    texts = [f"  {text}" for text in ("a", "b", "", "a", "ab\x00c", "é", "a", "b" * 40, "b" * 39 + "c", "é", "b" * 40)]

    sketch = sketch_of(pa.array(texts, getattr(pa, kind)()).slice(cut))

    expected = Counter(text.strip() for text in texts[cut:])
    assert dict(zip(sketch.values, sketch.rows, strict=True)) == expected
    assert sketch.values == tuple(expected)


def test_a_shape_is_the_same_by_the_kernel_and_by_hand() -> None:
    for texts in (TEXTS, [text for text in TEXTS if text.isascii()], ["a\x00b", "c9"]):
        shapes = Signs(texts).shapes()

        assert [form for form, text in zip(shapes, texts, strict=True) if len(text) <= LONGEST] == [
            shape(text) for text in texts if len(text) <= LONGEST
        ]
