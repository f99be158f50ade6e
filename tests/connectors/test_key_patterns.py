"""What may be told of keys that no plan names."""

from __future__ import annotations

import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from connectors._key_patterns import is_kind, matching, patterns_of, spelt

NAMES = st.lists(st.from_regex(r"[a-z]{2,12}([._-][a-z]{2,12})?", fullmatch=True), min_size=1, max_size=8, unique=True)
ALIKE = st.lists(st.text("abcxyzäß@.0 A[]?|", min_size=1, max_size=9), min_size=1, max_size=8, unique=True)


@pytest.mark.parametrize(
    "form", ["{name}:{n}", "session:{name}:{n}", "{name}:cart:{n}", "{n}/{name}", "{n}:cart|{name}"]
)
@given(names=NAMES | ALIKE, times=st.sampled_from([1, 2, 25]))
def test_no_name_of_a_person_leaves_however_many_keys_share_it(form: str, names: list[str], times: int) -> None:
    assume(not any(is_kind(part) for name in names for part in re.split(r"[:/|]", name)))
    keys = sorted({form.format(name=name, n=number) for name in names for number in range(times)})

    told = patterns_of(keys, ["session:*"])

    assert set("".join(told)) <= set("session:cart*/|")
    assert {part for one in told for part in re.split(r"[:/|]", one)} <= {"session", "cart", "*"}
    assert sorted(key for some in told.values() for key in some) == keys
    assert all(set(some) <= set(matching(keys, pattern)) for pattern, some in told.items())


@given(NAMES)
def test_the_parts_that_a_plan_writes_are_told(names: list[str]) -> None:
    keys = [f"{name}:note:{name}" for name in names]

    told = patterns_of(keys, [f"{name}:draft:*" for name in names])

    assert set(told) == {f"{name}:*" for name in names}
    assert matching([f"{name}:draft:1" for name in names], f"{names[0]}:draft:*") == (f"{names[0]}:draft:1",)


@pytest.mark.parametrize(
    ("keys", "patterns"),
    [
        (["anna:cart", "anna:prefs"], ["*"]),
        ([f"session:{number}" for number in range(19)], ["*"]),
        ([f"session:{number}" for number in range(20)], ["session:*"]),
        ([f"anna:{number}" for number in range(500)], ["*"]),
        ([f"Session:{number}" for number in range(20)], ["*"]),
        ([f"session2:{number}" for number in range(20)], ["*"]),
        ([f"user:{number}:chat_history" for number in range(20)], ["user:*:chat_history"]),
        ([f"user:{number}:schmidt" for number in range(20)], ["user:*"]),
        ([f"user-sessions:{number}" for number in range(20)], ["user-sessions:*"]),
    ],
)
def test_only_shared_words_for_records_are_told(keys: list[str], patterns: list[str]) -> None:
    assert list(patterns_of(keys)) == patterns


def test_a_place_in_which_many_words_stand_is_a_list_of_something() -> None:
    words = [first + second for first in "abcdefgh" for second in "abcdefgh"]
    sessions = [f"session:{number}" for number in range(30)]

    assert list(patterns_of([*sessions, *(f"{word}:1" for word in words[:49])])) == ["*", "session:*"]
    assert list(patterns_of([*sessions, *(f"{word}:1" for word in words[:50])])) == ["*"]


def test_each_part_of_a_path_keeps_its_place() -> None:
    keys = [f"logs/anna/{number}" for number in range(20)]

    assert set(spelt(keys).values()) == {"logs/*/*"}
