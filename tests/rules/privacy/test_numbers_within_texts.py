"""Numbers within texts are found at the same places by the kernel and by the pattern."""

from __future__ import annotations

import random

from rules.privacy._columns.evidence import Column
from rules.privacy._columns.numbers_apart import _numbers
from rules.privacy._columns.texts import Texts
from rules.privacy._forms.shapes import LONGEST, shape, shapes
from rules.privacy._lists.headers import read_header

_PARTS = (
    *("0", "7", "85010112345", "12", "1234.5678", "12-34-56-78", "850101-12345", "AB", "DE", "abcdefg", "x", "Z"),
    *(" ", " ", ".", "-", "_", "@", "#", "+", "/", ",", "(", "12345678", "1A2B3C4D5E", "9" * 30, "a.b", "..", "-."),
)


def _column(values: list[str]) -> Column:
    texts = Texts("c", "c", tuple(values), (1,) * len(values), len(values))
    return Column(texts, read_header("c"), frozenset())


def test_the_kernel_finds_the_numbers_that_the_pattern_finds() -> None:
    r = random.Random(41)
    values = list(dict.fromkeys("".join(r.choices(_PARTS, k=r.randint(1, 9))) for _ in range(6_000)))

    by_kernel = list(_numbers(_column(values)))

    # A sign that is not ASCII leaves the whole column to the pattern.
    by_pattern = [number for number in _numbers(_column([*values, "é"])) if number.value < len(values)]
    assert by_kernel == by_pattern
    assert len(by_kernel) > 1_000


def test_shapes_of_texts_of_any_length_are_those_of_each() -> None:
    texts = ["a1", "AB-12", "x" * 100 + "9", "é1", ""]

    assert list(shapes(texts)) == list(map(shape, texts))
    assert list(shapes(texts[:3])) == list(map(shape, texts[:3]))
    assert list(shapes(["a\x00b", "1"])) == ["a\x00a", "9"]
    assert shapes([]) == []
    assert len(texts[2]) > LONGEST
