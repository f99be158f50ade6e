"""YAML whose values know their places, and whose surprises are refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lineage.yamlsource import MAX_DEPTH, MappingNode, Scalar, lines_of, plain_data, read_yaml, walk


def value_of(text: str) -> object:
    document = read_yaml(f"a: {text}\n")
    assert document.root is not None
    data = plain_data(document.root)
    assert isinstance(data, dict)
    return data["a"]


@pytest.mark.parametrize("word", ["yes", "no", "on", "off", "y", "n", "Yes", "NO"])
def test_yes_and_no_stay_text(word: str) -> None:
    assert value_of(word) == word


@pytest.mark.parametrize(
    "text", ["1_000", "0o17", "017", "0x1F", "12:30", "2026-01-31", "2026-01-31 12:00:00", "1.2.3"]
)
def test_what_only_looks_like_a_number_or_a_date_stays_text(text: str) -> None:
    assert value_of(text) == text


@pytest.mark.parametrize(
    ("text", "value"),
    [
        *[("true", True), ("False", False), ("null", None), ("~", None), ("", None), ("12", 12), ("-3", -3)],
        *[
            ("0.5", 0.5),
            ("1e3", 1000.0),
            (".5", 0.5),
            ("1.", 1.0),
            ("'true'", "true"),
            ('"12"', "12"),
            ("'null'", "null"),
        ],
    ],
)
def test_booleans_nulls_and_numbers_are_read(text: str, value: object) -> None:
    assert value_of(text) == value
    assert type(value_of(text)) is type(value)


def test_every_value_knows_its_place() -> None:
    text = "a:\n  b: [1, 'two']  # why\nc: é x\n"
    document = read_yaml(text)

    assert document.root is not None
    found = {
        one.path: (one.place.line, one.place.column, text[one.node.start.offset : one.node.end.offset])
        for one in walk(document.root)
    }
    assert found == {
        "a": (1, 1, "b: [1, 'two']"),
        "a.b": (2, 3, "[1, 'two']"),
        "a.b.0": (2, 7, "1"),
        "a.b.1": (2, 10, "'two'"),
        "c": (3, 1, "é x"),
    }


def test_list_items_are_named_by_what_they_call_themselves() -> None:
    document = read_yaml("r: [{stage: first}, {id: x, do: y}, {do: z}, {level: 1}, {other: 1}, {do: z}, plain]")

    assert document.root is not None
    assert [one.path for one in walk(document.root) if one.path.count(".") == 1] == [
        "r.first", "r.x", "r.z", "r.1", "r.4", "r.5", "r.6",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("a: 1\nb: 2\na: 3\n", (3, 1), "duplicate key 'a', first on line 1"),
        ("a: &x 1\n", (1, 4), "anchors are not allowed ('&x')"),
        ("a: *x\n", (1, 4), "aliases are not allowed ('*x')"),
        ("<<: {a: 1}\n", (1, 1), "merge keys are not allowed ('<<')"),
        ("a: !!python/object:os.system x\n", (1, 4), "tags are not allowed ('!...')"),
        ("a: .nan\n", (1, 4), "'.nan' is not a number"),
        ("a: -.INF\n", (1, 4), "'-.INF' is not a number"),
        ("a: 1e999\n", (1, 4), "this number is too large"),
        ("a: 1\n---\nb: 1\n", (2, 1), "a second document begins here"),
        ("? [a]\n: b\n", (1, 3), "a key must be text"),
        ("a:\n\t- 1\n", (2, 1), "a tab cannot indent"),
        ("\ufeffa: 1\n", (1, 1), "the file begins with a byte order mark"),
        ("a: x\0y\n", (1, 5), "the character U+0000 is not allowed"),
        ("a: \ud800\n", (1, 4), "the character U+D800 is not allowed"),
        ("", (1, 1), "the file is empty"),
        ("# only a comment\n", (1, 1), "the file is empty"),
        ("a: 'x\n", (1, 4), "this is never closed"),
        ("a: [1, 2\n", (1, 4), "this is never closed"),
        ("a: b: c\n", (1, 5), "a ':' is not allowed here"),
        ("a: 1\n b: 2\n", (2, 3), "a ':' is not allowed here"),
        ("a: @x\n", (1, 4), "a value cannot begin with this character"),
    ],
)
def test_what_surprises_is_a_problem_in_its_place(text: str, place: tuple[int, int], message: str) -> None:
    problem = read_yaml(text).problems[0]

    assert ((problem.line, problem.column), problem.message) == (place, message)


def test_text_that_is_not_utf8_is_a_problem_where_it_stops_being_it() -> None:
    problem = read_yaml(b"a: 1\nb: caf\xe9\n").problems[0]

    assert (problem.line, problem.column, problem.message) == (2, 7, "this is not UTF-8")


@pytest.mark.parametrize("bracket", ["[", "{a: ", "- "])
def test_deep_nesting_is_a_problem_and_no_recursion(bracket: str) -> None:
    problems = read_yaml(bracket * 5_000).problems

    assert problems[0].message in {f"nested deeper than {MAX_DEPTH} levels", "this is never closed"}


def test_a_very_long_file_is_refused_before_it_is_parsed() -> None:
    assert "longer than" in read_yaml("a: " + "x" * 3_000_000).problems[0].message


@pytest.mark.parametrize("text", ["a: [" + "1," * 120_000 + "]", "a: [" + "&a x," * 2_000 + "]"])
def test_what_is_too_much_for_a_plan_is_not_read_to_its_end(text: str) -> None:
    document = read_yaml(text)

    assert document.root is None
    assert "too many" in document.problems[-1].message


def test_several_problems_are_told_at_once() -> None:
    assert len(read_yaml("a: &x 1\nb: *x\na: 2\n").problems) == 3


def test_windows_line_ends_count_as_one() -> None:
    document = read_yaml("a: 1\r\nb: 2\r\n")

    assert isinstance(document.root, MappingNode)
    assert document.root.entries["b"].key.start.line == 2


@given(st.text(max_size=200) | st.text(alphabet="ab:-[]{}'\"#&*!|>\n\t ,?%@`", max_size=80))
def test_any_text_gives_a_tree_or_problems_within_the_file(text: str) -> None:
    document = read_yaml(text)

    assert document.root is not None or document.problems
    lines = lines_of(text)
    for problem in document.problems:
        assert 1 <= problem.line <= len(lines)
        assert 1 <= problem.column <= len(lines[problem.line - 1]) + 1


@given(st.binary(max_size=60))
def test_any_bytes_give_a_tree_or_problems(content: bytes) -> None:
    document = read_yaml(content)

    assert document.root is not None or document.problems


@given(st.text(alphabet="ab:-[]{}'\"#|>\n ,", max_size=80))
def test_a_plain_or_quoted_value_lies_where_it_says(text: str) -> None:
    document = read_yaml(text)
    if document.root is None:
        return

    for one in walk(document.root):
        written = text[one.node.start.offset : one.node.end.offset]
        if isinstance(one.node, Scalar) and one.node.plain and "\n" not in written:
            assert written == one.node.text
