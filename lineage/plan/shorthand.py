"""Shorthands of a plan written out in its tree, so that every leaf has one path however it was written.

`id: required` is `id: {need: required}`, `mask: hmac` is `mask: {to: hmac}`, `keep: none` is `keep: {limit: none}`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from lineage.yamlsource import Entry, MappingNode, Node, Scalar

_FIELD: Final = r"sources\.[^.]+\.datasets\.[^.]+\.fields\.[^.]+"
_LONG_KEYS: Final = {
    "need": re.compile(_FIELD),
    "to": re.compile(_FIELD + r"\.mask"),
    "limit": re.compile(r"(?:sources\.[^.]+\.datasets|stores)\.[^.]+\.keep"),
}


def long_key_of(path: str) -> str | None:
    """Give the key that a single value at this path stands for; None where it stands for itself."""
    return next((key for key, form in _LONG_KEYS.items() if form.fullmatch(path)), None)


def write_out(root: Node) -> None:
    """Replace the shorthands below `root`, in place; the long form stands where the short one stood."""
    for source in _values(_value(root, "sources")):
        for dataset in _values(_value(source, "datasets")):
            _lengthen(dataset, "keep", "limit")
            fields = _value(dataset, "fields")
            if isinstance(fields, MappingNode):
                for name in fields.entries:
                    _lengthen(fields, name, "need")
                for field in _values(fields):
                    _lengthen(field, "mask", "to")
    for store in _values(_value(root, "stores")):
        _lengthen(store, "keep", "limit")


def _lengthen(holder: Node, key: str, long_key: str) -> None:
    if not isinstance(holder, MappingNode) or key not in holder.entries:
        return
    entry = holder.entries[key]
    value = entry.value
    if isinstance(value, Scalar) and value.value is not None:
        inner = Entry(Scalar(value.start, value.start, long_key, long_key), value)
        entry.value = MappingNode(value.start, value.end, flow=True, entries={long_key: inner})


def _value(node: Node | None, key: str) -> Node | None:
    if isinstance(node, MappingNode) and key in node.entries:
        return node.entries[key].value
    return None


def _values(node: Node | None) -> Iterator[Node]:
    if isinstance(node, MappingNode):
        for entry in node.entries.values():
            yield entry.value
