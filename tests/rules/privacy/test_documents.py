# ruff: noqa: RUF001 - digits of other scripts look like Latin letters
"""Documents are taken apart together, and what is found is what each alone holds."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from typing import Any

import pytest

from rules.privacy._columns.documents import leaves_of
from rules.privacy._forms.checks import card_brand, digits, luhn


def _alone(documents: list[Any], counts: list[int]) -> tuple[dict[tuple[str, ...], Counter[str]], Counter[str]]:
    """Take documents apart one by one."""
    leaves: defaultdict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
    keys: Counter[str] = Counter()

    def walk(part: Any, path: tuple[str, ...], count: int) -> None:
        if isinstance(part, dict):
            for key, value in part.items():
                keys[key] += count
                walk(value, (*path, key), count)
        elif isinstance(part, list):
            for one in part:
                walk(one, path, count)
        elif part is not None and not isinstance(part, bool):
            leaves[path][str(part).strip()] += count

    for document, count in zip(documents, counts, strict=True):
        walk(document, (), count)
    return dict(leaves), keys


def _made(r: random.Random, deep: int) -> Any:
    kind = r.randint(0, 8 if deep else 5)
    if kind > 6:
        return [_made(r, deep - 1) for _ in range(r.randint(0, 3))]
    if kind > 4:
        return {r.choice("abc"): _made(r, deep - 1) for _ in range(r.randint(0, 3))} if deep else {}
    return r.choice([None, True, 7, 1.5, " x ", "y@corp.com", "x", 2**70])


@pytest.mark.parametrize("seed", range(40))
def test_documents_of_any_form_have_the_leaves_that_each_has_alone(seed: int) -> None:
    r = random.Random(seed)
    documents = [_made(r, 4) for _ in range(60)]
    counts = [r.choice((1, 1, 3)) for _ in documents] if seed % 2 else [1] * len(documents)

    assert leaves_of(documents, counts) == _alone(documents, counts)


def test_of_more_paths_than_a_form_has_the_rest_is_looked_at_together() -> None:
    documents = [{f"u{number}@corp.com": {"n": number}} for number in range(500)]

    leaves, keys = leaves_of(documents, [1] * 500)

    assert len(leaves) == 301
    assert sum(map(len, leaves.values())) == 500
    assert keys["n"] == 500


def test_documents_within_documents_without_end_are_texts() -> None:
    document: Any = "x"
    for _ in range(40):
        document = {"a": document}

    leaves, _ = leaves_of([document], [1])

    ((path, texts),) = leaves.items()
    assert len(path) == 24
    assert len(texts) == 1


@pytest.mark.parametrize("written", ["4111 1111 1111 1111", "4١١١ ١١١١ ١١١١ ١١١١", "٤١١١١١١١١١١١١١١١"])
def test_a_card_number_in_digits_of_other_scripts_is_checked_as_any(written: str) -> None:
    assert luhn(digits(written))
    assert not luhn(digits(written)[:-1] + "2")
    assert card_brand("4111111111111111")
