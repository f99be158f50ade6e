"""Edits of a plan's text by path: comments, order and every untouched line stay as they are.

A path is dotted as everywhere (`sources.crm.datasets.contacts.fields.email`, `rollout.first`), as the plan writes it.
An item of a list of plain values is named by its text: `steps.draft.reads.crm.contacts[email]`.
Each edit is read back and compared with what it was to give, so that no edit can change more than it says.
See `docs/decisions/plan-editing.md`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Final

from lineage.errors import PlanError
from lineage.plan.cuts import Cut, Cutter, apply
from lineage.plan.shorthand import long_key_of
from lineage.yamlsource import (
    Document,
    Located,
    MappingNode,
    Node,
    Scalar,
    SequenceNode,
    Value,
    plain_data,
    read_yaml,
    walk,
)

NewValue = Value | list["NewValue"] | dict[str, "NewValue"]
_ITEM: Final = re.compile(r"(.+)\[(.*)\]", re.DOTALL)
_PLAIN: Final = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_./@+~ -]*[A-Za-z0-9_./@+~-])?")
_ESCAPED: Final = re.compile("[\x7f-\xa0\ud800-\udfff\u2028\u2029\ufeff\ufffe\uffff]")


def remove(text: str, paths: Iterable[str]) -> str:
    """Take parts out of a plan; a mapping or list that is emptied becomes `{}` or `[]`.

    Raises:
        PlanError: a path is not in the plan, or the text cannot be cut without changing the rest.
    """
    wanted = list(paths)
    if not wanted:
        return text
    root, places = _places(text)
    doomed = {id(_find(places, path).node) for path in wanted}
    if not isinstance(root, MappingNode | SequenceNode):
        return text
    return _checked(text, list(Cutter(text).without(root, doomed)), _data_without(root, doomed), wanted[0])


def replace_scalar(text: str, path: str, new: Value) -> str:
    """Put another value in the place of a single one; quotes are kept or put where they are needed.

    Raises:
        PlanError: the path is not in the plan or is no single value.
    """
    return replace_scalars(text, {path: new})


def replace_scalars(text: str, values: Mapping[str, Value]) -> str:
    """Put other values in the places of single ones, as `replace_scalar` does; the text is read twice, however many.

    Raises:
        PlanError: a path is not in the plan or is no single value.
    """
    if not values:
        return text
    root, places = _places(text)
    cutter, cuts, changed = Cutter(text), [], {}
    for path, new in values.items():
        found = _scalar_at(places, path)
        cuts.append(_replacement(text, cutter, found, new))
        changed[id(found.node)] = new
    return _checked(text, cuts, _data_with(root, changed), next(iter(values)))


def _scalar_at(places: Mapping[str, Located], path: str) -> Located:
    short, _, last = path.rpartition(".")
    is_short = path not in places and last == long_key_of(short) and short in places
    found = _find(places, short if is_short else path)
    if not isinstance(found.node, Scalar):
        raise PlanError(f"{path}: not a single value; replace what is below it")
    return found


def _replacement(text: str, cutter: Cutter, found: Located, new: Value) -> Cut:
    old = found.node
    in_quotes = isinstance(new, str) and text[old.start.offset : old.start.offset + 1] == '"'
    written = _quoted(str(new)) if in_quotes else _text(new)
    if old.start.offset == old.end.offset:
        return _fill(cutter, found, written)
    return old.start.offset, cutter.end_of(old), written


def insert(text: str, path: str, key: str, value: NewValue) -> str:
    """Add a key to the mapping at a path (the empty path: the plan); a shorthand is written out first.

    Raises:
        PlanError: the path is no mapping or has the key already.
    """
    root, places = _places(text)
    holder = places.get(path)
    node = root if not path else _find(places, path).node
    new = f"{_text(key)}: {_text(value)}"
    cutter = Cutter(text)
    match node:
        case MappingNode():
            if key in node.entries:
                raise PlanError(f"{path}: has '{key}' already; replace its value")
            cut = _append(text, cutter, node, new)
            data: object = {**_mapping(node), key: value}
        case Scalar(value=None, plain=True) if holder is not None:
            end = cutter.end_of(node)
            cut = (
                _fill(cutter, holder, f"{{{new}}}")
                if node.start == node.end
                else (node.start.offset, end, f"{{{new}}}")
            )
            data = {key: value}
        case Scalar() if long_key_of(path):
            short = text[node.start.offset : cutter.end_of(node)]
            cut = (node.start.offset, cutter.end_of(node), f"{{{long_key_of(path)}: {short}, {new}}}")
            data = {str(long_key_of(path)): node.value, key: value}
        case _:
            raise PlanError(f"{path}: not a mapping; nothing can be added to it")
    return _checked(text, [cut], _data_with(root, {id(node): data}), f"{path}.{key}".lstrip("."))


def _append(text: str, cutter: Cutter, node: MappingNode, new: str) -> Cut:
    units = list(cutter.units(node))
    if not units:
        return node.start.offset, cutter.end_of(node), f"{{{new}}}"
    end = units[-1].end
    if node.flow:
        return end, end, f", {new}"
    line_end = cutter.next_line(end)
    line_break = "\r\n" if "\r\n" in text else "\n"
    line = " " * (node.start.column - 1) + new
    at_file_end = line_end == cutter.line_end(end)
    return line_end, line_end, line_break + line if at_file_end else line + line_break


def _fill(cutter: Cutter, found: Located, written: str) -> Cut:
    """Write a value where there is none: after the colon, or where the list item would stand."""
    place = found.node.start.offset if found.key is None else cutter.after_colon(found.key)
    return place, place, f" {written}"


@lru_cache(maxsize=2)
def _read(text: str) -> Document:
    """Read a text; what an edit has checked is what the next edit begins with, and no edit changes a tree."""
    return read_yaml(text)


@lru_cache(maxsize=2)
def _places(text: str) -> tuple[Node, dict[str, Located]]:
    document = _read(text)
    if document.root is None or document.problems:
        first = document.problems[0]
        raise PlanError(f"line {first.line}: {first.message}; mend the plan before it is edited")
    return document.root, {located.path: located for located in walk(document.root)}


def _find(places: Mapping[str, Located], path: str) -> Located:
    if path in places:
        return places[path]
    item = _ITEM.fullmatch(path)
    if item is not None and item[1] in places:
        holder = places[item[1]].node
        for node in holder.items if isinstance(holder, SequenceNode) else ():
            if isinstance(node, Scalar) and node.text == item[2]:
                return Located(path, node, None, holder)
    raise PlanError(f"{path}: not in the plan; is the path as `lineage check` names it?")


def _checked(text: str, cuts: list[Cut], expected: object, path: str) -> str:
    edited = apply(text, cuts)
    document = _read(edited)
    if document.root is None or document.problems or repr(plain_data(document.root)) != repr(expected):
        raise PlanError(f"{path}: cannot be changed in the text as it is written; change it by hand")
    return edited


def _data_without(node: Node, doomed: set[int]) -> object:
    match node:
        case MappingNode():
            kept = {name: entry.value for name, entry in node.entries.items() if id(entry.value) not in doomed}
            return {name: _data_without(value, doomed) for name, value in kept.items()}
        case SequenceNode():
            return [_data_without(item, doomed) for item in node.items if id(item) not in doomed]
        case Scalar():
            return node.value


def _data_with(node: Node, changed: Mapping[int, object]) -> object:
    if id(node) in changed:
        return changed[id(node)]
    match node:
        case MappingNode():
            return {name: _data_with(entry.value, changed) for name, entry in node.entries.items()}
        case SequenceNode():
            return [_data_with(item, changed) for item in node.items]
        case Scalar():
            return node.value


def _mapping(node: MappingNode) -> dict[str, object]:
    return {name: plain_data(entry.value) for name, entry in node.entries.items()}


def _text(value: NewValue) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return str(value).lower()
        case str():
            return value if _reads_as_itself(value) else _quoted(value)
        case list():
            return f"[{', '.join(_text(item) for item in value)}]"
        case dict():
            return "{" + ", ".join(f"{_text(key)}: {_text(inner)}" for key, inner in value.items()) + "}"
        case _:
            return repr(value)


def _reads_as_itself(text: str) -> bool:
    if not _PLAIN.fullmatch(text):
        return False
    root = read_yaml(f"[{text}]").root
    return root is not None and plain_data(root) == [text]


def _quoted(text: str) -> str:
    return _ESCAPED.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(text, ensure_ascii=False))
