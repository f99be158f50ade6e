"""Edits of a plan's text that leave every other line as it is."""

from __future__ import annotations

import copy
import difflib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inline_snapshot import snapshot

from lineage.errors import PlanError
from lineage.plan.edit import insert, remove, replace_scalar, replace_scalars
from lineage.plan.load import read_plan
from lineage.yamlsource import Located, MappingNode, Scalar, plain_data, read_yaml, walk


def changes(before: str, after: str) -> list[str]:
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), n=0, lineterm="")
    return [line for line in lines if line[:1] in "+-" and line[:3] not in {"+++", "---"}]


def data(text: str) -> Any:
    document = read_yaml(text)
    assert document.root is not None
    assert document.problems == ()
    return plain_data(document.root)


def test_a_field_goes_with_its_line_and_nothing_else(whole: str) -> None:
    after = remove(whole, ["sources.billing.datasets.invoices.fields.iban"])

    assert changes(whole, after) == ["-          iban: {need: none, sensitive: bank_account, mask: drop}"]
    assert read_plan(after, "plan.yaml")[1] == []


def test_a_field_is_taken_out_of_what_a_step_reads(whole: str) -> None:
    after = remove(whole, ["steps.draft.reads.crm.contacts[email]", "sources.crm.datasets.contacts.fields.email"])

    assert read_plan(after, "plan.yaml")[1] == []
    assert len(changes(whole, after)) == 3
    assert "  draft: {reads: {crm.contacts: [name]}, after:" in after


@pytest.mark.parametrize(
    ("before", "path", "after"),
    [
        ("a: {x: 1, y: 2, z: 3}\n", "a.x", "a: {y: 2, z: 3}\n"),
        ("a: {x: 1, y: 2, z: 3}\n", "a.y", "a: {x: 1, z: 3}\n"),
        ("a: {x: 1, y: 2, z: 3}\n", "a.z", "a: {x: 1, y: 2}\n"),
        ("a: {x: 1}\n", "a.x", "a: {}\n"),
        ("a: {x: 1, y: 2, }\n", "a.y", "a: {x: 1, }\n"),
        ("a: [x, y]  # why\n", "a[y]", "a: [x]  # why\n"),
        ("a: [x, y]\n", "a.0", "a: [y]\n"),
        ("a: {\n  x: 1,  # one\n  y: 2  # two\n}\n", "a.y", "a: {\n  x: 1,  # one\n}\n"),
        ("a: {\n  x: 1,  # one\n  y: 2  # two\n}\n", "a.x", "a: {\n  y: 2  # two\n}\n"),
        ("a: {x: 1,\n    y: 2}\n", "a.y", "a: {x: 1,\n    }\n"),
        ("a: {x: 1, y: 2,  # two\n    z: 3}\n", "a.y", "a: {x: 1,  # two\n    z: 3}\n"),
        ("a:\n  x: 1  # one\n  # about y\n  y: 2\nb: 1\n", "a.x", "a:\n  # about y\n  y: 2\nb: 1\n"),
        ("a:  # about a\n  # about x\n  x: 1\nb: 1\n", "a.x", "a: {}  # about a\n  # about x\nb: 1\n"),
        ("a:\n- x\nb: 1\n", "a[x]", "a: []\nb: 1\n"),
        ("a:\n- x\n- y", "a[y]", "a:\n- x\n"),
        ("- stage: x\n  share: 1\n", "x.stage", "- share: 1\n"),
        ("- stage: x\n  # why\n  share: 1\n", "x.stage", "-\n  # why\n  share: 1\n"),
        ("- stage: x\n- 1\n", "x.stage", "- {}\n- 1\n"),
        ("a: |\n  x\n  y\n\nb: 1\n", "a", "\nb: 1\n"),
        ("a:\r\n  x: 1\r\n  y: 2\r\n", "a.x", "a:\r\n  y: 2\r\n"),
        ("- - x\n  - y\n", "0[x]", "- - y\n"),
        ("a: {\"x y\": 1, 'b': 2}\n", "a.x y", "a: {'b': 2}\n"),
        ("a: 1\n", "a", "{}\n"),
    ],
)
def test_a_part_is_cut_out_as_a_person_would(before: str, path: str, after: str) -> None:
    assert remove(before, [path]) == after


@pytest.mark.parametrize(
    ("before", "path", "new", "after"),
    [
        ("a: 1  # why\n", "a", 2, "a: 2  # why\n"),
        ("a: x\n", "a", "it's: odd", 'a: "it\'s: odd"\n'),
        ('a: "x"\n', "a", "y", 'a: "y"\n'),
        ("a: x\n", "a", "true", 'a: "true"\n'),
        ("a: x\n", "a", "4 hours", "a: 4 hours\n"),
        ("a: x\n", "a", "2026-01-31", "a: 2026-01-31\n"),
        ("a: x\n", "a", True, "a: true\n"),
        ("a: x\n", "a", None, "a: null\n"),
        ("a:\nb: 1\n", "a", "x", "a: x\nb: 1\n"),
        ("a: |\n  x\n  y\nb: 1\n", "a", "z", "a: z\nb: 1\n"),
        ("a: [x, y]\n", "a[y]", "z", "a: [x, z]\n"),
        ("a: {b: , c: 1}\n", "a.b", 0.5, "a: {b: 0.5 , c: 1}\n"),
    ],
)
def test_a_value_is_replaced_in_its_place(before: str, path: str, new: Any, after: str) -> None:
    assert replace_scalar(before, path, new) == after


@pytest.mark.parametrize(
    ("before", "path", "value", "after"),
    [
        ("a: {x: 1}\n", "a", 2, "a: {x: 1, new: 2}\n"),
        ("a: {}\n", "a", "v", "a: {new: v}\n"),
        ("a:\n  x: 1  # one\nb: 1\n", "a", [1, "a: b"], 'a:\n  x: 1  # one\n  new: [1, "a: b"]\nb: 1\n'),
        ("a:\n  x: 1", "a", {"y": None}, "a:\n  x: 1\n  new: {y: null}"),
        ("a:\nb: 1\n", "a", 1, "a: {new: 1}\nb: 1\n"),
        ("a: 1\r\n", "", 1, "a: 1\r\nnew: 1\r\n"),
        ("a:\n  x: |\n    t\n\nb: 1\n", "a", 1, "a:\n  x: |\n    t\n  new: 1\n\nb: 1\n"),
    ],
)
def test_a_key_is_added_beside_the_others(before: str, path: str, value: Any, after: str) -> None:
    assert insert(before, path, "new", value) == after


def test_adding_to_a_shorthand_writes_it_out(minimal: str) -> None:
    field = "sources.crm.datasets.contacts.fields.region"

    assert changes(minimal, insert(minimal, field, "mask", "hmac")) == snapshot(
        ["-          region: required", "+          region: {need: required, mask: hmac}"]
    )
    assert changes(minimal, replace_scalar(minimal, f"{field}.need", "helpful")) == snapshot(
        ["-          region: required", "+          region: helpful"]
    )


@pytest.mark.parametrize("path", ["b", "a.z", "a[z]", "", "a.x.y"])
def test_a_path_that_is_not_there_is_refused(path: str) -> None:
    with pytest.raises(PlanError, match="not in the plan"):
        remove("a: {x: 1}\n", [path])


def test_what_cannot_be_edited_is_refused_with_the_way_out() -> None:
    with pytest.raises(PlanError, match="mend the plan before it is edited"):
        remove("a: &x 1\nb: *x\n", ["a"])
    with pytest.raises(PlanError, match="has 'x' already"):
        insert("a: {x: 1}\n", "a", "x", 2)
    with pytest.raises(PlanError, match="not a mapping"):
        insert("a: [x]\n", "a", "x", 2)
    with pytest.raises(PlanError, match="not a single value"):
        replace_scalar("a: [x]\n", "a", 2)
    with pytest.raises(PlanError, match="change it by hand"):
        remove("a: |\n  x\nb: 1\n  # deep\nc: 1\n", ["b"])


keys = st.sampled_from(["a", "b1", "c c", "'d'", '"e"', "crm.f", "né"])
scalars: st.SearchStrategy[str] = st.sampled_from(
    ["1", "x y", "'it''s'", '"q: #"', "true", "null", "", "-5", "a#b", "2026-01-31"]
)
comments = st.sampled_from(["", "", "  # why", " # {a: [1, 'x"])


@st.composite
def flow(draw: st.DrawFn, depth: int, indent: int) -> str:
    kind = draw(st.sampled_from(["scalar", "list", "mapping"])) if depth else "scalar"
    if kind == "scalar":
        return draw(scalars.filter(lambda text: text != ""))
    names = draw(st.lists(keys, max_size=3, unique=True))
    inner: list[str] = [draw(flow(depth - 1, indent + 2)) for _ in names]
    parts = inner if kind == "list" else [f"{name}: {value}" for name, value in zip(names, inner, strict=True)]
    opening, closing = "[]" if kind == "list" else "{}"
    on_lines = draw(st.booleans())
    if parts and on_lines:
        comma = draw(st.sampled_from(["", ","]))
        lines = [f"{part}," for part in parts[:-1]] + [parts[-1] + comma]
        space = "\n" + " " * indent
        return opening + "".join(f"{space}  {line}{draw(comments)}" for line in lines) + space + closing
    if not parts:
        return opening + closing
    return opening + ", ".join(parts) + draw(st.sampled_from(["", ", ", ","])) + closing


@st.composite
def block(draw: st.DrawFn, depth: int, indent: int) -> list[str]:
    """Give the lines of a block mapping or list; the first is to be written where its holder says."""
    is_list = draw(st.booleans())
    names = draw(st.lists(keys, min_size=1, max_size=3, unique=True))
    lines: list[str] = []
    space = " " * indent
    for name in names:
        if lines and draw(st.integers(0, 4)) == 0:
            lines.append(draw(st.sampled_from(["", f"{space}# about the next"])))
        head = "-" if is_list else f"{name}:"
        kind = draw(st.sampled_from(["flow", "flow", "text", "block"])) if depth else "flow"
        if kind == "flow":
            value = draw(flow(2, indent + 2) | scalars)
            lines.append(
                f"{space}{head} {value}{draw(comments)}".rstrip() if value else f"{space}{head}{draw(comments)}"
            )
        elif kind == "text":
            lines += [f"{space}{head} |", f"{space}  one", f"{space}   # two"]
        else:
            deeper = draw(st.integers(2, 3))
            inner = draw(block(depth - 1, indent + deeper))
            beside = draw(st.booleans())
            if is_list and beside:
                inner[0] = space + "-" + " " * (deeper - 1) + inner[0][indent + deeper :]
                lines += inner
            else:
                lines += [f"{space}{head}{draw(comments)}", *inner]
    return lines


documents = st.builds(
    lambda lines, end, newline: newline.join(lines) + end * newline,
    block(2, 0),
    st.sampled_from([0, 1, 1, 2]),
    st.sampled_from(["\n", "\n", "\r\n"]),
).filter(lambda text: not read_yaml(text).problems)


def without(located: list[Located], root: Any) -> Any:
    """Give the data without the nodes, by an independent way: along the nodes' own tree."""
    gone = {id(one.node) for one in located}

    def kept(node: Any) -> Any:
        if isinstance(node, Scalar):
            return node.value
        if isinstance(node, MappingNode):
            return {name: kept(entry.value) for name, entry in node.entries.items() if id(entry.value) not in gone}
        return [kept(item) for item in node.items if id(item) not in gone]

    return kept(root)


@given(documents, st.data())
def test_what_is_removed_is_gone_and_untouched_lines_stay(text: str, choice: st.DataObject) -> None:
    document = read_yaml(text)
    assert document.root is not None
    places = list({one.path: one for one in walk(document.root)}.values())
    chosen = choice.draw(st.lists(st.sampled_from(places), min_size=1, max_size=3, unique_by=lambda one: one.path))

    after = remove(text, [one.path for one in chosen])

    expected = without(chosen, document.root)
    assert repr(data(after)) == repr(expected)
    before_lines, after_lines = text.splitlines(keepends=True), after.splitlines(keepends=True)
    touched = {line for one in chosen for line in touched_lines(one, places, chosen)}
    untouched = [line for number, line in enumerate(before_lines, 1) if number not in touched and line.strip()]
    rest = iter(after_lines)
    assert all(any(line == other for other in rest) for line in untouched)


def touched_lines(one: Located, places: list[Located], chosen: list[Located]) -> set[int]:
    """Give the lines of a removed part, of its neighbours in the same collection, and of what is emptied by it."""
    lines = set(range(one.place.line - 1, one.node.end.line + 1))
    siblings = [other for other in places if other.parent is one.parent]
    for other in siblings:
        lines |= {other.place.line - 1, other.place.line, other.node.end.line}  # a dash may stand above its item
    for other in places:
        if other.node is one.parent:
            lines |= {other.place.line, other.node.start.line, other.node.end.line}
    if all(other in chosen for other in siblings):
        lines |= set(range(siblings[0].place.line, siblings[-1].node.end.line + 1))
    return lines


@given(documents, st.data(), st.none() | st.booleans() | st.integers(-99, 99) | st.text(max_size=8))
def test_a_replaced_value_is_the_new_one_and_all_else_stays(text: str, choice: st.DataObject, new: Any) -> None:
    document = read_yaml(text)
    assert document.root is not None
    places = [one for one in {one.path: one for one in walk(document.root)}.values() if isinstance(one.node, Scalar)]
    if not places:
        return
    chosen = choice.draw(st.sampled_from(places))

    after = replace_scalar(text, chosen.path, new)

    again = read_yaml(after)
    assert again.root is not None
    values = [one.node.value for one in walk(again.root) if isinstance(one.node, Scalar)]
    old = [one.node.value for one in walk(document.root) if isinstance(one.node, Scalar)]
    position = [id(one.node) for one in walk(document.root) if isinstance(one.node, Scalar)].index(id(chosen.node))
    expected = copy.copy(old)
    expected[position] = new
    assert repr(values) == repr(expected)


@given(documents, st.data())
def test_an_added_key_is_there_and_all_else_stays(text: str, choice: st.DataObject) -> None:
    text += "\n"  # a block text at the very end changes its meaning with what follows: refused
    document = read_yaml(text)
    assert document.root is not None
    mappings = {one.path: one.node for one in walk(document.root) if isinstance(one.node, MappingNode)}
    if not mappings:
        return
    path = choice.draw(st.sampled_from(sorted(mappings)))

    after = insert(text, path, "added", ["x", {"y": 1}])

    again = read_yaml(after)
    assert again.root is not None
    assert {one.path for one in walk(again.root)} >= {one.path for one in walk(document.root)}
    added = [one for one in walk(again.root) if one.path == f"{path}.added"]
    assert [plain_data(one.node) for one in added] == [["x", {"y": 1}]]


def test_values_that_are_replaced_together_are_as_if_replaced_one_by_one(whole: str) -> None:
    fields = "sources.crm.datasets.contacts.fields"
    values = {f"{fields}.email.need": "none", f"{fields}.id.need": "helpful", "meta.owner": "crm: owner"}
    one_by_one = whole
    for path, value in values.items():
        one_by_one = replace_scalar(one_by_one, path, value)

    together = replace_scalars(whole, values)

    assert together == one_by_one
    assert len(changes(whole, together)) == 2 * len(values)
    assert replace_scalars(whole, {}) == whole
