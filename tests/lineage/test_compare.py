"""Keys of two systems are compared as keyed hashes: exactly, in bounded memory, and no key is told."""

from __future__ import annotations

import random
from array import array
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lineage.compare_keys import Hasher, KeySet, canonical

HASHER = Hasher(b"0" * 32)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (42, "42"),
        (42, 42.0),
        (Decimal("42.00"), "42"),
        (Decimal("0.50"), 0.5),
        (" ada ", "ada"),
        ("é", "e\u0301"),
        (UUID("6f1b2c3d-0000-4000-8000-000000000001"), "6F1B2C3D-0000-4000-8000-000000000001"),
        (datetime(2026, 1, 1, 12, tzinfo=UTC), datetime(2026, 1, 1, 12)),  # noqa: DTZ001 - a wall clock in UTC
        (date(2026, 1, 1), "2026-01-01"),
    ],
)
def test_one_key_is_one_however_a_system_types_it(one: object, other: object) -> None:
    assert canonical(one) == canonical(other)


@pytest.mark.parametrize(("one", "other"), [(1, 11), ("042", 42), ("Ada", "ada"), (True, 1), (0.1, 0.10000001)])
def test_two_keys_stay_two(one: object, other: object) -> None:
    assert canonical(one) != canonical(other)


def test_the_parts_of_a_key_do_not_run_together() -> None:
    assert HASHER.digest(("a", "bc")) != HASHER.digest(("ab", "c"))
    assert HASHER.digest(("a", None)) is None
    assert HASHER.digest(("",)) is None


def test_another_secret_makes_other_hashes_and_is_in_no_repr() -> None:
    assert HASHER.digest(("a",)) != Hasher(b"1" * 32).digest(("a",))
    assert "000" not in repr(HASHER)


@settings(deadline=None)
@given(st.lists(st.integers(0, 2**64 - 1), max_size=60), st.lists(st.integers(0, 2**64 - 1), max_size=60))
def test_an_exact_set_answers_as_a_set_does(held: list[int], asked: list[int]) -> None:
    import numpy as np

    keys = KeySet()
    keys.add(held)

    wanted = [*asked, *held[:5]]

    assert list(keys.has(np.array(wanted, np.uint64))) == [one in set(held) for one in wanted]
    assert keys.error == 0


def test_beyond_the_exact_a_filter_loses_no_key_and_tells_its_error() -> None:
    import numpy as np

    draw = random.Random(7)
    held = [draw.getrandbits(64) for _ in range(50_000)]
    others = np.array([draw.getrandbits(64) for _ in range(50_000)], np.uint64)
    keys = KeySet(exact=10_000, bits=1 << 19)
    for start in range(0, len(held), 5_000):
        keys.add(held[start : start + 5_000])

    assert keys.has(np.frombuffer(array("Q", held), np.uint64)).all()
    assert 0 < keys.error < 0.02
    assert keys.has(others).mean() == pytest.approx(keys.error, rel=0.25)
